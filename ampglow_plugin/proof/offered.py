"""Darks that were offered beside the expected one: which of them was subtracted?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ampglow_plugin.catalog.mosaic import pattern_of
from ampglow_plugin.errors import InputError
from ampglow_plugin.glow.which_dark import Contrasts, Taken, Weighed, contrasts, scaled_by, weigh
from ampglow_plugin.headers import read_frame
from ampglow_plugin.matching import match
from ampglow_plugin.model.evidence import DarkFit, Proof
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Deviation
from ampglow_plugin.pixels import Image, read_pixels
from ampglow_plugin.proof.leftover import split
from ampglow_plugin.proof.measure import Frames, measure
from ampglow_plugin.proof.on_sensor import Read, on_sensor

#: darks that are looked at, at most: each takes some megabytes
MOST_DARKS: Final = 24
#: the expected dark counts as scaled from this difference of its factor on
SCALED_BY: Final = 0.03
#: share of the hot pixels that were replaced, from which the rest are not looked at either
REPLACED: Final = 0.02
#: samples of single frames have 16 bits at most
_MASTER_BITS = 32
_KINDS = ("dark", "bias", "darkflat", "unknown")
_ENDINGS = (".fit", ".fits", ".fts", ".fit.fz", ".fits.fz", ".fit.gz", ".fits.gz", ".xisf")


class Offered:
    """Darks of a library, read once for a whole night. Files that cannot be read, or are no darks, do not count."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.frames = _chosen(list(_frames(paths)))
        self._known: dict[tuple[str, tuple[int, ...]], Contrasts | None] = {}

    def contrasts(self, path: str, shape: tuple[int, ...], own: Sequence[int]) -> Contrasts | None:
        """Those of a dark of this ``shape`` (height, width) at the sites ``own``; None where it has another one."""
        key = (path, tuple(own))
        if key not in self._known:
            try:
                data = read_pixels(path).data
            except InputError:
                data = None
            fitting = data is not None and len(data) == 1 and data.shape[1:] == shape
            self._known[key] = _at(data[0], own) if fitting and data is not None else None
        return self._known[key]

    def fitting(self, light: Frame) -> Path | None:
        """The dark that its header says is for this light: an exact match before one that is tolerated."""
        (found,) = match([light], self.frames) if self.frames else (None,)
        return Path(found.dark) if found is not None and found.dark is not None else None


def which_dark(proof: Proof, offered: Offered, read: Read) -> tuple[DarkFit, ...]:
    """The darks that may have been subtracted from an output, the best first; empty where they cannot be compared.

    Beside those offered these are none at all, the expected one, and that one scaled.
    """
    pixels, named = proof.evidence.pixels, proof.inputs.get("dark")
    if named is None or pixels is None or pixels.same_light is False:
        return ()
    dark = read(Path(named)).data
    output = read_pixels(proof.path).data
    placed = on_sensor(proof, output, dark[0], read=read) if len(dark) == 1 else None
    if placed is None:
        return ()
    shape = dark.shape[1:]
    light = proof.inputs.get("light")
    seen, reference = contrasts(placed.raw()), _at(dark[0], placed.own)
    expected = Path(named).name
    taken = [
        Taken(name="", contrasts=None),
        Taken(name=named, contrasts=reference, reference_share=1.0),
    ]
    factor = pixels.factor if pixels.factor is not None else scaled_by(seen, reference)
    if min(abs(factor), abs(factor - 1)) > SCALED_BY:
        part = reference * reference.dtype.type(factor)
        taken.append(Taken(name=f"{expected} scaled by {factor:.2f}", contrasts=part, reference_share=factor))
    for frame in offered.frames:
        found = None if _same_file(frame.path, named) else offered.contrasts(frame.path, shape, placed.own)
        if found is not None:
            taken.append(Taken(name=frame.path, contrasts=found))
    against = reference if light is None else _at(read_pixels(light).mono, placed.own)
    weighed = weigh(
        seen,
        against,
        taken,
        reference_is_light=light is not None,
        without_hot=(pixels.hot_replaced or 0.0) > REPLACED,
    )
    frames = {frame.path: frame for frame in offered.frames}
    of_light = light_of(light, proof.path)
    result = [_told(one, named, frames, of_light) for one in weighed]
    if light is not None and result and result[0].path not in (None, named):
        result[0] = _measured(result[0], proof, read)
    return tuple(result)


def _at(mosaic: Image, own: Sequence[int]) -> Contrasts:
    planes = split(mosaic)
    return contrasts([planes[i] for i in own])


def _told(one: Weighed, expected: str, frames: Mapping[str, Frame], light: Frame) -> DarkFit:
    """What was weighed, with its file and what its header says."""
    fit = DarkFit(name="no dark", behind_sigma=one.behind_sigma, own_noise=one.own_noise)
    if one.name in frames:
        frame = frames[one.name]
        differs = _differs(light, frame)
        return replace(fit, name=Path(one.name).name, path=one.name, kind=frame.kind, differs=differs)
    if one.name == expected:
        return replace(fit, name=Path(one.name).name, path=expected, kind="dark", expected=True)
    return replace(fit, name=one.name, expected=True) if one.name else fit


def _measured(fit: DarkFit, proof: Proof, read: Read) -> DarkFit:
    """With the factor of this dark instead of the expected one, by the raw light."""
    assert fit.path is not None
    raw, output = read_pixels(proof.inputs["light"]), read_pixels(proof.path)
    masters = {role: read(Path(proof.inputs[role])).mono for role in ("flat", "bias") if role in proof.inputs}
    found = measure(
        Frames(
            raw=raw.mono,
            output=output.data,
            dark=read_pixels(fit.path).mono,
            flat=masters.get("flat"),
            bias=masters.get("bias"),
            pattern=pattern_of(proof.inputs["light"]),
            whole=output.whole,
        )
    )
    return replace(fit, factor=found.factor, exact=found.exact)


def light_of(light: Path | str | None, output: Path | str) -> Frame:
    """Header of the light; where it is gone its output has kept most of it."""
    if light is not None:
        return read_frame(light)
    taken = read_frame(output)
    return replace(taken, calibrated=None, planes=1, stack_count=None, master=False)


def _differs(light: Frame, dark: Frame) -> tuple[Deviation, ...]:
    """Settings in which a dark is not one for this light."""
    (found,) = match([light], [replace(dark, kind="dark", stack_count=None)], all_rejections=True)
    return tuple(
        Deviation(field=r.field, light=r.light, dark=r.dark_value, limit=r.limit, unit=r.unit) for r in found.rejections
    )


def _same_file(one: str, other: str) -> bool:
    return Path(one).resolve() == Path(other).resolve()


def _frames(paths: Iterable[Path]) -> Iterator[Frame]:
    for path in paths:
        files = [path] if path.is_file() else (p for p in sorted(path.rglob("*")) if p.name.lower().endswith(_ENDINGS))
        for file in files:
            try:
                frame = read_frame(file)
            except InputError:
                if path.is_file():
                    raise
                continue
            if frame.kind in _KINDS:
                yield frame


def _chosen(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Masters, and of single frames the newest of each setting that has no master; not too many."""
    # a master that has lost every word about its making still holds fractions
    masters = [f for f in frames if f.master or (f.stack_count or 1) > 1 or (f.bits or 0) >= _MASTER_BITS]
    settings = {_setting(f) for f in masters}
    newest: dict[object, Frame] = {}
    for frame in sorted(frames, key=lambda f: f.date_obs or ""):
        if frame not in masters and _setting(frame) not in settings:
            newest[_setting(frame)] = frame
    return (*masters, *newest.values())[:MOST_DARKS]


def _setting(frame: Frame) -> object:
    temperature = frame.setpoint_c if frame.setpoint_c is not None else frame.temperature_c
    return (
        frame.kind,
        frame.exposure_s,
        frame.gain,
        frame.offset,
        None if temperature is None else round(temperature),
        frame.readout_mode,
        frame.width,
        frame.height,
    )
