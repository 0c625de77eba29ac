"""Do the frames fit each other? Asked of their headers before anything is written."""

from __future__ import annotations

from collections.abc import Callable

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.headers import read_cards, read_frame
from ampglow_plugin.hosts.builtin.recipe import Recipe, Work
from ampglow_plugin.hosts.sizes import Size, one_size
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Group, Plan
from ampglow_plugin.pixels import PATTERNS

_SAMPLE_BYTES = 4
_XTRANS_LETTERS = 36


def inspect(plan: Plan, work: Work, *, read: Callable[[], None]) -> int:
    """Check every input; the value is an estimate of the bytes that the run will write.

    ``read`` is called once a file.

    Raises
    ------
    HostRefused
        For frames that differ in size, or lack what a step needs; with the frame and the reason.
    UnreadableFrame, UnsupportedFile
        For a file that is not a frame.
    """

    def opened(file: str) -> Frame:
        frame = read_frame(file)
        read()
        return frame

    sizes = {m.id: one_size((m.file,) if m.file else m.frames, f"master {m.id}", opened) for m in plan.masters}
    total = 0
    for recipe in (*work.masters, *work.groups):
        entry = recipe.entry
        group = isinstance(entry, Group)
        size = one_size(entry.frames, f"group {entry.id}", opened) if group else sizes[entry.id]
        _fitting(recipe, size, sizes)
        equalizes = recipe.calibrate is not None and recipe.calibrate.equalize_cfa and recipe.calibrate.flat is not None
        if recipe.debayer or equalizes:
            _mosaics(recipe, size)
        if recipe.calibrate and recipe.calibrate.dark_scaling == "exposure":
            _exposures(plan, recipe)
        total += _bytes(recipe, size)
    return total


def _fitting(recipe: Recipe, size: Size, sizes: dict[str, Size]) -> None:
    used = {recipe.cosmetic.dark} if recipe.cosmetic else set()
    if recipe.calibrate:
        used |= {recipe.calibrate.dark, recipe.calibrate.bias, recipe.calibrate.flat}
    for master in sorted(m for m in used if m is not None):
        if sizes[master] != size:
            raise HostRefused(
                f"the master {master} is {sizes[master]}, the frames are {size}",
                where=recipe.place,
                fix="use a master of the frames' size and binning",
            )
    if recipe.cosmetic and size.planes > 1:
        raise HostRefused(
            "hot pixels are replaced in frames of one plane only", where=recipe.place, fix="leave the step out"
        )


def _mosaics(recipe: Recipe, size: Size) -> None:
    named = recipe.debayer.pattern if recipe.debayer else None
    named = named or (recipe.entry.bayer_pattern if isinstance(recipe.entry, Group) else None)
    for file in recipe.entry.frames:
        if size.planes > 1:
            raise HostRefused(
                "has three planes and is no mosaic", where=file, fix="take debayer and equalize_cfa out of the plan"
            )
        pattern = named or _mosaic_named(file)
        if pattern is not None and pattern not in PATTERNS:
            raise HostRefused(
                f"has the mosaic {pattern}, and the engine knows 2 x 2 patterns only",
                where=file,
                fix="use Siril, or take debayer and equalize_cfa out of the plan",
            )
        if recipe.debayer and pattern is None:
            raise HostRefused("names no Bayer pattern", where=file, fix="give `pattern` in the debayer step")


def _mosaic_named(file: str) -> str | None:
    """The pattern of the header; of X-Trans too, which a Frame leaves out."""
    cards = [c.text.upper() for c in read_cards(file) if c.keyword.upper() in ("BAYERPAT", "XTRANPAT")]
    return next((text for text in cards if len(text) == _XTRANS_LETTERS), read_frame(file).bayer_pattern)


def _exposures(plan: Plan, recipe: Recipe) -> None:
    assert recipe.calibrate is not None
    master = plan.master(recipe.calibrate.dark)
    assert master is not None
    for file in (*((master.file,) if master.file else master.frames[:1]), *recipe.entry.frames):
        exposure_of(read_frame(file))


def exposure_of(frame: Frame) -> float:
    """Exposure in seconds, above 0.

    Raises
    ------
    HostRefused
        Where the frame does not say it: the dark cannot be scaled by exposure then.
    """
    if frame.exposure_s is None or not frame.exposure_s > 0:
        raise HostRefused("says no exposure to scale the dark by", where=frame.path, fix="set dark_scaling: none")
    return frame.exposure_s


def _bytes(recipe: Recipe, size: Size) -> int:
    """Bytes of all frames written, and of what is put aside while a master is built."""
    plane = size.width * size.height * _SAMPLE_BYTES
    planes, count = size.planes, len(recipe.entry.frames)
    total = plane * planes * count if recipe.calibrate or recipe.cosmetic or recipe.debayer else 0
    if recipe.debayer:
        planes, total = 3, plane * 3 * count
    total += plane * planes * count if recipe.align else 0
    return total + (plane * planes if recipe.integrate or not isinstance(recipe.entry, Group) else 0)
