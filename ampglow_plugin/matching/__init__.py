"""Lights against calibration frames: which set belongs to which group, and why the others do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from ampglow_plugin.catalog.roles import is_bias_exposure
from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.matching.choose import choose
from ampglow_plugin.matching.compare import compare_body, compare_exposure, compare_settings, differs
from ampglow_plugin.matching.facts import Body, Settings, facts
from ampglow_plugin.matching.groups import FrameSet, calibration_sets, flat_groups, light_groups
from ampglow_plugin.matching.index import SetIndex
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match, Role

__all__ = ["light_groups", "match", "match_all", "may_serve", "same_exposure"]

_KINDS: Mapping[Role, tuple[str, ...]] = {
    "dark": ("dark", "darkflat", "unknown"),
    "flatdark": ("dark", "darkflat", "unknown"),
    "bias": ("bias", "unknown"),
    "flat": ("flat", "unknown"),
}


def match(
    lights: Sequence[Frame], darks: Sequence[Frame], *, role: Role = "dark", all_rejections: bool = False
) -> tuple[Match, ...]:
    """Groups of ``lights``, each with the best set of ``darks`` in ``role``, or without one.

    ``lights`` are the frames to be calibrated, whatever their header calls them: lights, or flats
    for the role ``flatdark``. Of ``darks``, frames whose header calls them something else (a
    light, a flat) are rejected by ``kind``. Ids are ``dark-1``, ``dark-2`` ... in order of time;
    the same number means the same group in every role.
    """
    groups = flat_groups(lights) if role == "flatdark" else light_groups(lights)
    return _matches(role, groups, darks, role, all_rejections=all_rejections)


def _matches(
    name: str, groups: Sequence[FrameSet], offered: Sequence[Frame], role: Role, *, all_rejections: bool = False
) -> tuple[Match, ...]:
    fitting = [frame for frame in offered if fits(frame, role)]
    misfits = [frame for frame in offered if not fits(frame, role)]
    index = SetIndex(calibration_sets(fitting, role), role)
    return tuple(
        choose(f"{name}-{number}", group, index, misfits, all_rejections=all_rejections)
        for number, group in enumerate(groups, start=1)
    )


def fits(frame: Frame, role: Role) -> bool:
    """Whether a frame that says this of its kind can serve in ``role``; an unknown kind can."""
    if role == "bias" and frame.kind == "dark":
        return is_bias_exposure(frame.exposure_s)
    return frame.kind in _KINDS[role]


def match_all(frames_by_role: Mapping[str, Sequence[Frame]]) -> tuple[Match, ...]:
    """Matches for everything a calibration needs.

    Keys of ``frames_by_role``: ``light``, ``dark``, ``flat``, ``darkflat``, ``bias``. For each group of
    lights the roles ``dark`` always, ``flat`` and ``bias`` where there are any. For each group of single
    flats ``flatdark`` always, and ``bias`` (ids ``flatbias-1`` ...) where there are any; a master flat
    has been made and is not calibrated again.

    A dark of the flats' exposure serves as flat-dark, and a flat-dark of the lights' exposure as dark:
    capture programs write both as Dark.
    """
    given = {role: list(frames_by_role.get(role, ())) for role in ("light", "dark", "flat", "darkflat", "bias")}
    lights = light_groups(given["light"])
    flats = flat_groups(f for f in given["flat"] if not f.master)
    darks = given["dark"] + _of_exposure(given["darkflat"], given["light"])
    flat_darks = given["darkflat"] + _of_exposure(given["dark"], given["flat"])
    found = _matches("dark", lights, darks, "dark")
    if given["flat"]:
        found += _matches("flat", lights, given["flat"], "flat")
    if given["bias"]:
        found += _matches("bias", lights, given["bias"], "bias")
    found += _matches("flatdark", flats, flat_darks, "flatdark")
    if given["bias"]:
        found += _matches("flatbias", flats, given["bias"], "bias")
    return found


def may_serve(lights: Iterable[Frame], flats: Iterable[Frame] = ()) -> Callable[[Frame], bool]:
    """Whether a dark may serve one of ``lights`` (or, as flat-dark, one of ``flats``), by what it shares with its set.

    For choosing from a large index: temperature and time are not looked at, and exposures only roughly, as a match
    judges the median of a set. A dark that is left out would have been rejected by :func:`match_all`.
    """
    wanted: set[tuple[Role, Body, Settings, float | None]] = set()
    for role, frames in (("dark", lights), ("flatdark", flats)):
        wanted |= {(cast(Role, role), f.body, f.settings, f.exposure_s) for f in map(facts, frames)}

    def may(dark: Frame) -> bool:
        own = facts(dark)
        return any(
            not differs(compare_body(body, own.body))
            and not differs(compare_settings(settings, own.settings, role, body.kind))
            and _roughly(exposure_s, own.exposure_s)
            for role, body, settings, exposure_s in wanted
        )

    return may


def _roughly(one: float | None, other: float | None) -> bool:
    """Whether two exposures lie within twice what is tolerated; sets are narrower than that."""
    return one is None or other is None or abs(one - other) <= 2 * limit("exposure_s").tolerated_within(one)


def _of_exposure(darks: Iterable[Frame], frames: Sequence[Frame]) -> list[Frame]:
    """Those of ``darks`` whose exposure is that of one of ``frames``."""
    return [dark for dark in darks if same_exposure(dark, frames)]


def same_exposure(dark: Frame, frames: Iterable[Frame]) -> bool:
    """Whether ``dark`` was exposed as long as one of ``frames``, within the limits of matching."""
    wanted = {frame.exposure_s for frame in frames if frame.exposure_s is not None}
    return any(compare_exposure(exposure, dark.exposure_s) in ("equal", "tolerated") for exposure in wanted)
