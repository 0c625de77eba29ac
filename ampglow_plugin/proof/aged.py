"""Files of an old and a new dark to what has changed between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import read_frame
from ampglow_plugin.knowledge.tolerances import age_limits
from ampglow_plugin.matching.compare import vital_unknown
from ampglow_plugin.matching.darks import outcomes_of
from ampglow_plugin.matching.facts import facts, night_of
from ampglow_plugin.model.aged import Comparison, FieldPair
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ampglow_plugin.glow.aging import Aging

    Array: TypeAlias = NDArray[Any]

#: settings that must be equal before two darks are laid on each other
_PIXELS = ("width", "height", "planes", "xbinning", "ybinning", "roi_x", "roi_y")


#: kinds of frames that may be compared with a dark
_KINDS = ("dark", "darkflat", "unknown")
#: single darks whose median is compared, so that cosmic rays are gone
MEDIAN_OF = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """The numbers, and what a picture is drawn from (None where nothing was measured)."""

    result: Comparison
    aging: Aging | None = None
    first_row_on_top: bool = False


def compare_files(old: str | Path, new: str | Path) -> Compared:
    """Two darks or masters.

    Raises
    ------
    InputError
        Where one cannot be read.
    """
    from ampglow_plugin.proof.glow import about

    frames = read_frame(old), read_frame(new)
    result = _headers(*frames)
    wrong = [pair.field for pair in result.differing if pair.field in _PIXELS]
    if wrong:
        return Compared(result=replace(result, why=f"their pixels do not lie on each other: {', '.join(wrong)} differ"))
    planes = tuple(_plane(path) for path in (old, new))
    if planes[0].shape != planes[1].shape:
        return Compared(result=replace(result, why="their pixels do not lie on each other: other sizes"))
    measured = measured_pair(result, (planes[0], planes[1]), (frames[0].master, frames[1].master))
    return replace(measured, first_row_on_top=about(frames[0]).row_order == "TOP-DOWN")


def measured_pair(result: Comparison, planes: tuple[Array, Array], sure: tuple[bool, bool]) -> Compared:
    """The numbers of two frames (height, width) in ADU added to what their headers say."""
    from ampglow_plugin.glow.aging import aging

    try:
        found = aging(planes[0], planes[1], sure=sure)
    except ValueError as error:
        return Compared(result=replace(result, why=str(error)))
    hot = found.hot
    noise = max(found.old.noise_adu, found.new.noise_adu)
    result = replace(
        result,
        body=found.body,
        level_old_adu=found.old.level_adu,
        level_new_adu=found.new.level_adu,
        level_sigma_adu=noise * (2 / planes[0].size) ** 0.5,
        noise_old_adu=found.old.noise_adu,
        noise_new_adu=found.new.noise_adu,
        glow_adu=found.glow_adu,
        glow_ratio=found.glow,
        hot_above_adu=None if hot is None else hot.above_adu,
        hot_old=None if hot is None else hot.old,
        hot_new=None if hot is None else hot.new,
        came=None if hot is None else hot.came,
        went=None if hot is None else hot.went,
        hot_ratio=None if hot is None else hot.ratio,
    )
    return Compared(result=result, aging=found)


def against_newer(match: Match, frames: Mapping[str, Frame], old: Array, *, sure: bool) -> Comparison | None:
    """The dark of a match, whose pixels ``old`` are, against darks of equal settings nearer to its lights.

    None where the dark is not old, or there are no such darks, or they cannot be read.
    """
    import numpy as np

    fresh_d = age_limits()[0].above_d
    nights = [night for path in match.lights if path in frames and (night := night_of(frames[path])) is not None]
    if match.age_days is None or match.age_days <= fresh_d or not nights or match.dark is None:
        return None
    own = frames[match.dark]
    found: dict[tuple[bool, int], list[Frame]] = {}
    for frame in frames.values():
        night = night_of(frame)
        if frame.kind not in _KINDS or frame.path in match.darks or night is None:
            continue
        away = max(abs((light - night).days) for light in nights)
        if away <= fresh_d and _alike(own, frame):
            found.setdefault((not frame.master, away), []).append(frame)
    if not found:
        return None
    chosen = sorted(found[min(found)], key=lambda f: (f.date_obs or "", f.path))
    some = chosen[:1] if chosen[0].master or len(chosen) < MEDIAN_OF else chosen[:MEDIAN_OF]
    try:
        planes = [_plane(frame.path) for frame in some]
    except (InputError, OSError):
        return None  # said where the file itself is judged
    if any(plane.shape != old.shape for plane in planes):
        return None
    new = planes[0] if len(planes) == 1 else np.median(planes, axis=0).astype(planes[0].dtype)
    headers = replace(
        _headers(own, some[-1]), same_noise=False, single=not (sure and (len(some) > 1 or some[0].master))
    )
    return measured_pair(headers, (old, new), (sure, not headers.single)).result


def _alike(one: Frame, other: Frame) -> bool:
    outcomes = outcomes_of(one, other)
    settled = all(outcome not in ("different", "tolerated") for outcome in outcomes.values())
    return settled and not vital_unknown(outcomes, facts(one).body.kind)


def _headers(old: Frame, new: Frame) -> Comparison:
    outcomes = outcomes_of(old, new)
    nights = night_of(old), night_of(new)
    differing = [
        name
        for name, outcome in outcomes.items()
        if outcome in ("different", "tolerated") and getattr(old, name) != getattr(new, name)
    ]
    silent = list(vital_unknown(outcomes, facts(old).body.kind))
    if outcomes["temperature_c"] == "tolerated" and "temperature_c" not in differing:
        silent.append("temperature_c")  # a set point is no measurement
    counts = [1 if not f.master and f.stack_count is None else f.stack_count for f in (old, new)]
    return Comparison(
        old=old.path,
        new=new.path,
        differing=tuple(FieldPair(field=n, old=getattr(old, n), new=getattr(new, n)) for n in differing),
        unknown=tuple(silent),
        days=float((nights[1] - nights[0]).days) if nights[0] and nights[1] else None,
        single=not (old.master and new.master),
        same_noise=counts[0] is not None and counts[0] == counts[1],
    )


def _plane(path: str | Path) -> Array:
    from ampglow_plugin.pixels import read_pixels

    data = read_pixels(path).data
    plane: Array = data[0] if len(data) == 1 else data.mean(axis=0)
    return plane
