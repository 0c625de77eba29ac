"""What is done with pixels, recipe by recipe; no more than a few frames are in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.catalog.mosaic import pattern_of
from ampglow_plugin.errors import HostFailed
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts.builtin import evidence
from ampglow_plugin.hosts.builtin.arithmetic import FULL_SCALE_ADU, Masters, calibrate, equalize, flat_scale
from ampglow_plugin.hosts.builtin.cosmetic import Defects, find_defects, replace_defects
from ampglow_plugin.hosts.builtin.debayer import METHOD, bilinear
from ampglow_plugin.hosts.builtin.emitter import combination
from ampglow_plugin.hosts.builtin.files import PROGRAM, add_letters, header_of, load, load_like, say, write
from ampglow_plugin.hosts.builtin.inspect import exposure_of
from ampglow_plugin.hosts.builtin.integrate import BLANK, Member, integrate
from ampglow_plugin.hosts.builtin.meter import Meter
from ampglow_plugin.hosts.builtin.recipe import Recipe, Work
from ampglow_plugin.hosts.builtin.rows import fits_rows, levels, spool
from ampglow_plugin.model.plan import Group, Integrate, Plan
from ampglow_plugin.pixels import Image, read_pixels

if TYPE_CHECKING:
    from astropy.io import fits

    from ampglow_plugin.hosts.builtin.align import Stars


@dataclass(frozen=True, kw_only=True, slots=True)
class _Loaded:
    """Masters of a recipe in memory, and what HISTORY says about them."""

    masters: Masters
    defects: Defects | None
    dark_exposure_s: float | None
    equalized: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """One run. ``say`` writes a line of the log, ``warnings`` collects what the user must know of a finished run."""

    plan: Plan
    work: Work
    folder: Path
    scratch: Path
    say: Callable[..., None]
    meter: Meter
    warnings: list[str]

    def master(self, recipe: Recipe) -> None:
        """Build one master: calibrate its frames where asked, integrate, write."""
        members: list[Member] = []
        shape: tuple[int, ...] | None = None
        loaded: _Loaded | None = None
        header = header_of(recipe.entry.frames[0])
        how = recipe.integrate or Integrate(rejection="none")
        for i, path in enumerate(recipe.entry.frames):
            self.meter.step(f"master {recipe.entry.id}: {Path(path).name}")
            pixels = read_pixels(path)
            data = pixels.data
            data /= FULL_SCALE_ADU
            shape = shape or data.shape
            _same(data, shape, path)
            source = None
            if recipe.calibrate is not None:
                loaded = loaded or self._load(recipe, data.shape)
                lines, letters, data = self._calibrated(recipe, loaded, data, path)
                if i == 0:
                    say(header, lines)
                    add_letters(header, letters)
            else:
                source = fits_rows(path, pixels)
            source = source or spool(data, self.scratch / f"{i}.raw")
            level = levels(data) if how.normalization != "none" else ()
            members.append(Member(name=path, source=source, levels=level))
            del pixels, data
        loaded = None  # the masters are not needed any more, and a band takes their place
        progress = self.meter.during(f"master {recipe.entry.id}: combining {len(members)} frames", len(members))
        result = integrate(members, how, aligned=False, progress=progress)
        for leftover in self.scratch.glob("*.raw"):
            leftover.unlink()
        self._write_combined(recipe, how, result, header, recipe.entry.frames)

    def lights(self, recipe: Recipe) -> None:
        """Calibrate the frames of one group, then align and combine them where asked."""
        stars = self._frames(recipe)
        paths = list(recipe.entry.frames)
        if recipe.writes_frames:
            paths = [str(self.folder / recipe.calibrated(n)) for n in range(1, len(paths) + 1)]
        if recipe.align is not None:
            paths = self._align(recipe, paths, stars)
        if recipe.integrate is not None:
            self._stack(recipe, recipe.integrate, paths)

    def _frames(self, recipe: Recipe) -> list[Stars]:
        """Write the calibrated frames; the stars of each where they are to be aligned."""
        from ampglow_plugin.hosts.builtin.align import find_stars

        stars: list[Stars] = []
        loaded: _Loaded | None = None
        for number, path in enumerate(recipe.entry.frames, start=1):
            self.meter.step(f"{recipe.entry.id}: {Path(path).name}")
            data = load(path)
            if recipe.writes_frames:
                loaded = loaded or self._load(recipe, data.shape)
                lines, letters, data = self._calibrated(recipe, loaded, data, path)
                header = header_of(path, mosaic=recipe.debayer is None)
                say(header, lines)
                add_letters(header, letters)
                write(self.folder / recipe.calibrated(number), data, header)
                self._log_calibrated(recipe, path, number, loaded)
            if recipe.align is not None:
                stars.append(find_stars(data))
        return stars

    def _load(self, recipe: Recipe, shape: tuple[int, ...]) -> _Loaded:
        """Masters of the recipe, of the frames' shape."""
        step, cosmetic = recipe.calibrate, recipe.cosmetic

        def master(name: str | None) -> Image | None:
            if name is None:
                return None
            return load_like(self._path(name), shape, f"the first frame of {recipe.entry.id}")

        bias, dark, flat = (master(name) for name in ((step.bias, step.dark, step.flat) if step else (None,) * 3))
        level = step.bias_level_adu / FULL_SCALE_ADU if step and step.bias_level_adu is not None else None
        scale, equal = 1.0, False
        if flat is not None and step is not None:
            try:
                if step.equalize_cfa:
                    flat, equal = equalize(flat), True
                scale = flat_scale(flat)
            except ValueError as error:
                fix = "look at the flats: they must be bright and evenly lit"
                raise HostFailed(f"cannot be divided by: {error}", where=str(self._path(step.flat)), fix=fix) from error
        defects = None
        if cosmetic is not None:
            hot = dark if step and cosmetic.dark == step.dark else master(cosmetic.dark)
            assert hot is not None
            defects = find_defects(
                hot[0], hot_sigma=cosmetic.hot_sigma, cold_sigma=cosmetic.cold_sigma, cfa=cosmetic.cfa
            )
        scaled = step is not None and step.dark_scaling == "exposure"
        exposure = exposure_of(read_frame(self._path(step.dark))) if scaled and step else None
        masters = Masters(bias=bias, bias_level=level, dark=dark, flat=flat, flat_scale=scale)
        return _Loaded(masters=masters, defects=defects, dark_exposure_s=exposure, equalized=equal)

    def _path(self, master: str | None) -> Path:
        assert master is not None
        return self.folder / self.work.master_paths[master]

    def _calibrated(self, recipe: Recipe, loaded: _Loaded, raw: Image, path: str) -> tuple[list[str], str, Image]:
        """HISTORY lines, letters of CALSTAT, and the frame: calibrated, corrected, debayered."""
        _same(raw, _shape(loaded.masters, raw), path)
        factor = _factor(loaded, path)
        data = calibrate(raw, loaded.masters, dark_factor=factor)
        lines, letters = _said(recipe, loaded, factor)
        if loaded.defects is not None and recipe.cosmetic is not None:
            replace_defects(data, loaded.defects, cfa=recipe.cosmetic.cfa)
            lines.append(f"{evidence.MARK} {loaded.defects.hot} hot and {loaded.defects.cold} cold pixels replaced")
        if recipe.debayer is not None:
            pattern = pattern_of(path, named=_named(recipe))
            assert pattern is not None  # inspected before anything was written
            data = bilinear(data[0], pattern)
            lines.append(f"{evidence.MARK} debayered {METHOD}, rows as stored are {pattern}")
        return lines, letters, data

    def _log_calibrated(self, recipe: Recipe, path: str, number: int, loaded: _Loaded) -> None:
        step = recipe.calibrate

        def name(master: str | None) -> str | None:
            return None if master is None else str(self.work.master_paths[master])

        self.say(
            "calibrated",
            light=path,
            output=recipe.calibrated(number),
            bias=name(step.bias) if step else None,
            bias_level_adu=step.bias_level_adu if step else None,
            dark=name(step.dark) if step else None,
            factor=_factor(loaded, path),
            flat=name(step.flat) if step else None,
            flat_scale=loaded.masters.flat_scale,
        )

    def _align(self, recipe: Recipe, paths: Sequence[str], stars: Sequence[Stars]) -> list[str]:
        """Bring all frames to the one with the most stars; the aligned frames.

        One that cannot be aligned (clouds) is left out: it is calibrated like the others, and a warning names it.
        """
        from ampglow_plugin.hosts.builtin.align import find_similarity, resample

        best = max(range(len(paths)), key=lambda i: len(stars[i]))
        aligned = []
        lost: HostFailed | None = None
        for i, path in enumerate(paths):
            self.meter.step(f"aligning {Path(path).name}")
            data, header = load(path), header_of(path)
            if i == best:
                say(header, [f"{evidence.MARK} aligned: this is the reference"])
                self.say("aligned", frame=path, reference=True, stars=len(stars[i]))
            else:
                try:
                    by = find_similarity(stars[i], stars[best], path)
                except HostFailed as error:
                    lost = error
                    self.warnings.append(f"{recipe.entry.frames[i]} {error.what}; it is left out from there on")
                    self.say("left_out", frame=path, light=recipe.entry.frames[i], why=error.what)
                    continue
                data = resample(data, by)
                moved = f"shift {by.x0:.3f} {by.y0:.3f} px, rotation {by.rotation_deg:.4f} deg"
                say(header, [f"{evidence.MARK} aligned: {moved}", f"{evidence.MARK} 0 marks pixels beyond the frame"])
                self.say(
                    "aligned", frame=path, a=by.a, b=by.b, x0=by.x0, y0=by.y0, stars=by.stars, scatter_px=by.scatter_px
                )
            target = self.folder / recipe.aligned(i + 1)
            write(target, data, header)
            aligned.append(str(target))
        if lost is not None and len(aligned) == 1:
            raise lost  # not one frame could be brought to the reference
        return aligned

    def _stack(self, recipe: Recipe, how: Integrate, paths: Sequence[str]) -> None:
        aligned = recipe.align is not None
        members: list[Member] = []
        for path in paths:
            self.meter.step(f"measuring {Path(path).name}")
            pixels = read_pixels(path)
            data = pixels.data
            data /= FULL_SCALE_ADU
            source = fits_rows(path, pixels) or spool(data, self.scratch / f"{len(members)}.raw")
            level = levels(data, blank=BLANK if aligned else None) if how.normalization != "none" else ()
            members.append(Member(name=path, source=source, levels=level))
        progress = self.meter.during(f"{recipe.entry.id}: combining {len(members)} frames", len(members))
        result = integrate(members, how, aligned=aligned, progress=progress)
        self._write_combined(recipe, how, result, header_of(paths[0]), paths)

    def _write_combined(
        self, recipe: Recipe, how: Integrate, data: Image, header: fits.Header, frames: Sequence[str]
    ) -> None:
        count = len(frames)
        if count > 1:
            header["STACKCNT"] = (count, "frames combined")
            say(header, [f"{evidence.MARK} {count} frames: {combination(how)}"])
        write(self.folder / recipe.result, data, header)
        self.say("combined", output=recipe.result, how=combination(how), program=PROGRAM, frames=list(frames))


def _same(data: Image, shape: tuple[int, ...], path: str) -> None:
    if data.shape != shape:
        theirs, ours = (" x ".join(str(n) for n in reversed(s)) for s in (data.shape, shape))
        what = f"is {theirs} (width x height x planes), the frames before it are {ours}"
        raise HostFailed(what, where=path, fix="take the frame that differs out of the plan")


def _shape(masters: Masters, raw: Image) -> tuple[int, ...]:
    first = next((m for m in (masters.dark, masters.bias, masters.flat) if m is not None), raw)
    return first.shape


def _named(recipe: Recipe) -> str | None:
    """The pattern that the plan names, in place of the frames' own."""
    named = recipe.debayer.pattern if recipe.debayer else None
    return named or (recipe.entry.bayer_pattern if isinstance(recipe.entry, Group) else None)


def _factor(loaded: _Loaded, path: str) -> float:
    if loaded.dark_exposure_s is None:
        return 1.0
    return exposure_of(read_frame(path)) / loaded.dark_exposure_s


def _said(recipe: Recipe, loaded: _Loaded, factor: float) -> tuple[list[str], str]:
    """HISTORY lines about bias, dark and flat, and their letters."""
    lines: list[str] = []
    letters, step = "", recipe.calibrate
    if step is None:
        return lines, letters
    if step.bias is not None or step.bias_level_adu is not None:
        lines.append(evidence.bias_line(step.bias_level_adu))
        letters += "B"
    if step.dark is not None:
        lines.append(evidence.dark_line(factor))
        letters += "D"
    if step.flat is not None:
        lines.append(evidence.flat_line(loaded.masters.flat_scale, equalized=loaded.equalized))
        letters += "F"
    return lines, letters
