"""Which masters the single frames at hand allow, and which frames are not to go into one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from ampglow_plugin.catalog.roles import is_bias_exposure
from ampglow_plugin.errors import InputError
from ampglow_plugin.knowledge.tolerances import age_limits, limit
from ampglow_plugin.matching import match
from ampglow_plugin.matching.groups import FrameSet, master_sets
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.library import LeftOut
from ampglow_plugin.model.match import Role
from ampglow_plugin.planning.masters import SURE

#: (role, all frames of the role) -> those that are not to go into a master
Judge = Callable[[Role, Sequence[Frame]], Iterable[LeftOut]]
Progress = Callable[[str, float | None], None]

#: fewer are left out unless asked for: the number below which a set of darks earns a warning (AG220)
LEAST: Final = 5
#: sessions that begin within this many days share a master: the first step of the table of ages
WITHIN_D: Final = min(step.above_d for step in age_limits())

_ROLES: Final[dict[str, Role]] = {"dark": "dark", "darkflat": "flatdark", "flat": "flat", "bias": "bias"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A master to have: its frames, and for flats the master (by its frames) that is subtracted from them."""

    kind: Role
    members: FrameSet
    needs: Wanted | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Files of the frames, oldest first."""
        return self.members.paths


@dataclass(kw_only=True, slots=True)
class Sorting:
    """Frames sorted by what is done with them. ``few`` are sets too small, with their reason."""

    wanted: list[Wanted] = field(default_factory=list)
    few: list[tuple[Wanted, str]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def sort_frames(  # noqa: PLR0913 - the choices of a build
    found: Iterable[tuple[Frame, str | None]],
    *,
    digest: Callable[[str], str],
    least: int = LEAST,
    within_d: float = WITHIN_D,
    judge: Judge | None = None,
    progress: Progress = lambda _what, _share: None,
) -> Sorting:
    """The masters of ``found`` (frames with their roles): darks first, then what flats need, then flats.

    Masters among them are passed over: nothing is made of a master. A frame that cannot be used at all is rejected
    with its reason; so is one measured away from its set point while most of the set had reached it, and one that
    ``judge`` rejects. Of copies (the same SHA-256 by ``digest``) the first is used.
    """
    sorting = Sorting()
    by_role = _usable(found, digest, sorting.left_out, progress)
    near = timedelta(days=within_d)
    for role, frames in by_role.items():
        if role != "flat":
            usable = list(_settled(frames, sorting.left_out))
            bad = {} if judge is None else {found.path: found for found in judge(role, usable)}
            sorting.left_out += bad.values()
            for members in master_sets([f for f in usable if f.path not in bad], role, within=near):
                _add(sorting, Wanted(kind=role, members=members), least)
    for members in master_sets(by_role["flat"], "flat", within=near):
        flat = Wanted(kind="flat", members=members)
        needs = subtracted_from(members, sorting.wanted)
        if needs is None:
            sorting.few.append((flat, "no flat-darks and no bias frames fit: its pedestal would stay in it"))
        else:
            _add(sorting, Wanted(kind="flat", members=members, needs=needs), least)
    return sorting


def _usable(
    found: Iterable[tuple[Frame, str | None]],
    digest: Callable[[str], str],
    rejects: list[LeftOut],
    progress: Progress,
) -> dict[Role, list[Frame]]:
    by_role: dict[Role, list[Frame]] = {role: [] for role in _ROLES.values()}
    singles = [(frame, said) for frame, said in found if said in _ROLES and not frame.master]
    singles.sort(key=lambda pair: (pair[0].date_obs or "", pair[0].path))
    seen: dict[str, str] = {}
    for number, (frame, said) in enumerate(singles):
        progress(f"hashing {Path(frame.path).name}", number / len(singles))
        role = _ROLES[said or ""]
        role = "bias" if role == "dark" and is_bias_exposure(frame.exposure_s) else role
        reject = _unusable(frame, role) or _copy(frame, digest, seen)
        if reject is not None:
            rejects.append(reject)
        else:
            by_role[role].append(frame)
    return by_role


def _copy(frame: Frame, digest: Callable[[str], str], seen: dict[str, str]) -> LeftOut | None:
    try:
        first = seen.setdefault(digest(frame.path), frame.path)
    except InputError as error:
        return LeftOut(path=frame.path, reason=error.what)
    return None if first == frame.path else LeftOut(path=frame.path, reason=f"is a copy of {first}")


def _add(sorting: Sorting, wanted: Wanted, least: int) -> None:
    count = len(wanted.paths)
    if count >= least:
        sorting.wanted.append(wanted)
    else:
        frames = "1 frame" if count == 1 else f"{count} frames"
        sorting.few.append((wanted, f"{frames} of these settings, fewer than {least} (--least)"))


def _unusable(frame: Frame, role: Role) -> LeftOut | None:
    if frame.planes is not None and frame.planes > 1:
        return LeftOut(path=frame.path, reason=f"was debayered: it has {frame.planes} planes")
    if frame.calibrated:
        return LeftOut(path=frame.path, reason=f"was calibrated already ({frame.calibration_status or 'not said how'})")
    if role != "flat" and frame.conflicts:
        other = frame.conflicts[0]
        reason = f"says two exposures: {frame.exposure_s:g} s, and {other.value:g} s in {other.keyword}"
        return LeftOut(path=frame.path, reason=reason)
    if role in ("dark", "flatdark") and frame.exposure_s is None:
        return LeftOut(path=frame.path, reason="does not say its exposure")
    return None


def _settled(frames: Iterable[Frame], rejects: list[LeftOut]) -> Iterator[Frame]:
    """Frames at their set point; where most of a camera's are not (a cooler at its limit), all of them."""
    row = limit("setpoint_c", "settled")
    sets: dict[tuple[object, ...], list[tuple[Frame, float]]] = {}
    for frame in frames:
        away = 0.0
        if frame.temperature_c is not None and frame.setpoint_c is not None:
            away = round(abs(frame.temperature_c - frame.setpoint_c), 6)
        key = (frame.camera, frame.camera_serial, frame.setpoint_c, frame.exposure_s, frame.gain)
        sets.setdefault(key, []).append((frame, away))
    for members in sets.values():
        settled = sum(away <= row.exact for _, away in members)
        for frame, away in members:
            if away <= row.exact or settled * 2 <= len(members):
                yield frame
            else:
                reason = f"measured at {frame.temperature_c:g} C, its set point is {frame.setpoint_c:g} C"
                rejects.append(LeftOut(path=frame.path, reason=reason, measured=away, limit=row.exact, unit=row.unit))


def subtracted_from(flats: FrameSet, offered: Sequence[Wanted]) -> Wanted | None:
    """The flat-darks (or darks of the flats' exposure) for these flats, else bias frames; where they surely fit."""
    lights = [member.frame for member in flats.members]
    roles: tuple[tuple[Role, tuple[Role, ...]], ...] = (("flatdark", ("flatdark", "dark")), ("bias", ("bias",)))
    for role, kinds in roles:
        candidates = [wanted for wanted in offered if wanted.kind in kinds]
        owner = {path: number for number, wanted in enumerate(candidates) for path in wanted.paths}
        frames = [member.frame for wanted in candidates for member in wanted.members.members]
        found = match(lights, frames, role=role) if frames else ()
        owners = {owner[m.dark] for m in found if m.status in SURE and m.dark is not None}
        if len(owners) == 1 and all(m.status in SURE for m in found):
            return candidates[owners.pop()]
    return None
