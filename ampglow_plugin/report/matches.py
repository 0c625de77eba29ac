"""Matches as text: one table that is read in ten seconds, and why the other darks do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from ampglow_plugin.knowledge.gain_word import gain_word
from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.match import Deviation, Match, Rejection, Status
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.frames import number

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

#: groups shown unless everything is asked for; the worst come first
FOLDED_GROUPS = 12
#: sets of darks shown of those that do not fit a group
FOLDED_SETS = 4
#: age in days from which it is worth a word in the table
OLD_D = 30

STYLES: Mapping[Status, str] = MappingProxyType(
    {"none": "bold red", "unknown": "bold magenta", "tolerated": "yellow", "exact": "green"}
)
#: from the worst to the best
WORST: tuple[Status, ...] = tuple(STYLES)

_ROLES = {"dark": "dark", "flatdark": "flat-dark", "flat": "flat", "bias": "bias"}
#: field -> (name, unit), where its own name or no unit would not do
_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "exposure_s": ("exposure", " s"),
        "temperature_c": ("temperature", " C"),
        "setpoint_c": ("set point", " C"),
        "readout_mode": ("readout mode", ""),
        "conversion_gain": ("conversion gain", ""),
        "camera_serial": ("serial", ""),
        "pixel_um": ("pixel pitch", " um"),
        "xbinning": ("binning", ""),
        "ybinning": ("binning", ""),
        "roi_x": ("subframe x", ""),
        "roi_y": ("subframe y", ""),
        "row_order": ("row order", ""),
        "bayer_pattern": ("Bayer pattern", ""),
        "software": ("program", ""),
        "focal_length_mm": ("focal length", " mm"),
        "kind": ("type", ""),
        "stack_count": ("frames combined", ""),
        "calibrated": ("calibrated before", ""),
    }
)


def show_matches(matches: Sequence[Match], *, everything: bool) -> None:
    """The table of groups, then for each what does not fit, nearest first."""
    out = console()
    show_table(out, matches, everything=everything, more="--all")
    for match in _folded(matches, everything=everything):
        if match.rejections:
            _show_rejections(out, match, everything=everything)


def show_problems(problems: Iterable[FileProblem]) -> None:
    """Files that are not used as they are, on stderr."""
    err = console(stderr=True)
    for problem in problems:
        err.print(clean(f"not used: {problem.path}: {problem.what}"), style="yellow")


def show_table(out: Console, matches: Sequence[Match], *, everything: bool, more: str) -> None:
    """One row a group and role; many groups are folded to the worst. ``more`` is the option that shows all."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    groups = _groups(matches if everything else _in_use(matches))
    shown = groups
    if not everything and len(groups) > FOLDED_GROUPS:
        shown = sorted(groups, key=lambda rows: WORST.index(_worst(rows)))[:FOLDED_GROUPS]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in ("Frames", "Calibrated with", "Fit", "What differs"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Fit")
    cameras = {match.group.get("camera") for match in matches}
    for rows in shown:
        for match in rows:
            frames = _frames(match, camera=len(cameras) > 1) if match is rows[0] else ""
            fit = Text(match.status, style=STYLES[match.status])
            table.add_row(frames, _with(match), fit, clean(differences(match)))
    out.print(table)
    hidden = [_worst(rows) for rows in groups if rows not in shown]
    if hidden:
        told = ", ".join(f"{hidden.count(status)} {status}" for status in WORST if status in hidden)
        out.print(f"and {len(hidden)} more: {told} ({more} shows them)\n", style="dim")


def table_rows(matches: Sequence[Match]) -> list[tuple[Match, str]]:
    """Each match that is in use, group by group, with the set that serves it in words."""
    return [(match, _with(match)) for rows in _groups(_in_use(matches)) for match in rows]


def frames_words(match: Match) -> str:
    """``7 lights M 94, Ha``: the frames of a match in one line, without their settings."""
    return _frames(match, camera=False).plain.split("\n")[0]


def _folded(matches: Sequence[Match], *, everything: bool) -> Sequence[Match]:
    return matches if everything else sorted(matches, key=lambda m: WORST.index(m.status))[:FOLDED_GROUPS]


def _groups(matches: Iterable[Match]) -> list[list[Match]]:
    """Matches of one group together: lights with dark, flat and bias, flats with flat-dark and bias."""
    found: dict[tuple[bool, tuple[str, ...]], list[Match]] = {}
    for match in matches:
        found.setdefault((_of_flats(match), match.lights), []).append(match)
    return list(found.values())


def _in_use(matches: Sequence[Match]) -> list[Match]:
    """Without the bias beside a dark that fits, and without the missing flat-dark where a bias serves."""
    biased = {m.lights for m in matches if m.role == "bias" and _of_flats(m) and m.status in ("exact", "tolerated")}
    darks = {(_of_flats(m), m.lights) for m in matches if m.role in ("dark", "flatdark") and m.dark is not None}
    return [
        m
        for m in matches
        if not (m.role == "bias" and (_of_flats(m), m.lights) in darks)
        and not (m.role == "flatdark" and m.status == "none" and m.lights in biased)
    ]


def _of_flats(match: Match) -> bool:
    return match.role == "flatdark" or match.id.startswith("flatbias")


def _worst(rows: Iterable[Match]) -> Status:
    return min((match.status for match in rows), key=WORST.index)


def _frames(match: Match, *, camera: bool) -> Text:
    """``7 lights M 94``, and below it the settings that decide."""
    from rich.text import Text

    noun = "flat" if _of_flats(match) else "light"
    names = [None if _of_flats(match) else match.group.get("object"), match.group.get("filter")]
    about = ", ".join(str(name) for name in names if name)
    text = Text(f"{len(match.lights)} {noun}{'s' if len(match.lights) > 1 else ''}", style="bold")
    if about:
        text.append(f" {clean(about)}", style="not bold")
    if camera and match.group.get("camera"):
        text.append(f"\n{clean(match.group['camera'])}", style="not bold dim")
    text.append(f"\n{clean(settings(match.group))}", style="not bold dim")
    return text


def settings(group: Mapping[str, Scalar]) -> str:
    """``180 s, -10 C, gain 120, offset 30``: what decides about the dark, as far as it is known."""
    measured = group.get("temperature_c")
    degrees = measured if measured is not None else group.get("setpoint_c")
    binning = group.get("xbinning")
    parts = [
        told("exposure_s", group.get("exposure_s")) if group.get("exposure_s") is not None else "exposure ?",
        told("temperature_c", degrees, digits=1) if degrees is not None else "",
        f"{gain_word(group.get('camera'))} {told('gain', group['gain'])}" if group.get("gain") is not None else "",
        f"offset {told('offset', group['offset'])}" if group.get("offset") is not None else "",
        f"bin {binning}" if isinstance(binning, int) and binning > 1 else "",
        str(group.get("readout_mode") or ""),
    ]
    return ", ".join(part for part in parts if part)


def _with(match: Match) -> str:
    role = _ROLES[match.role]
    if match.dark is None:
        return f"no {role}"
    more = f" (+{len(match.darks) - 1})" if len(match.darks) > 1 else ""
    return clean(f"{role} {PurePath(match.dark).name}{more}")


def differences(match: Match) -> str:
    """What differs between the frames and the set, or what is not known of it."""
    camera = match.group.get("camera")
    if match.status == "none":
        if not match.rejected_total:
            return "none given"
        nearest = rejected_sets(match)[0]
        count = f" (nearest of {match.rejected_total})" if match.rejected_total > 1 else ""
        return f"{rejection_words(nearest, camera)}{count}"
    parts = [_deviation(d, camera) for d in match.deviations]
    if match.status == "unknown":
        vital = ("exposure_s", "temperature_c", "gain", "readout_mode")
        silent = [f for f in vital if f in match.unknown or (f in match.not_recorded and f != "readout_mode")]
        parts.append(f"{' and '.join(field_name(f, camera) for f in silent)} not recorded")
    if match.age_days is not None and match.age_days > OLD_D:
        parts.append(f"{match.age_days:.0f} days apart")
    return "; ".join(parts) or "-"


def _deviation(d: Deviation, camera: Scalar) -> str:
    if d.field == "setpoint_c":
        return "sensor not settled"
    if d.field == "temperature_c" and d.light == d.dark:
        return "set points only"
    return f"{field_name(d.field, camera)} {told(d.field, d.dark)}, not {told(d.field, d.light)}"


def rejected_sets(match: Match) -> list[list[Rejection]]:
    """Rejections set by set, nearest first."""
    found: dict[str, list[Rejection]] = {}
    for rejection in match.rejections:
        found.setdefault(rejection.dark, []).append(rejection)
    return list(found.values())


def rejection_words(rejections: Iterable[Rejection], camera: Scalar) -> str:
    """Why a set does not fit, each reason once."""
    return "; ".join(dict.fromkeys(_pair(r, camera) for r in rejections))


def _pair(r: Rejection, camera: Scalar) -> str:
    match r.field:
        case "kind":
            return f"its header says {told('kind', r.dark_value)}"
        case "calibrated":
            return "calibrated before" if r.light else "the dark itself was calibrated with a dark or flat"
        case "stack_count":
            return "not single exposures"
        case _:
            return f"{field_name(r.field, camera)} {told(r.field, r.dark_value)}, not {told(r.field, r.light)}"


def field_name(field: str, camera: Scalar) -> str:
    """The field as owners of the camera call it."""
    return gain_word(camera) if field == "gain" else _FIELDS.get(field, (field, ""))[0]


def told(field: str, value: Scalar, *, digits: int = 2) -> str:
    """A value with its unit: ``180 s``; ``?`` where it is not known."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        text = number(float(value), digits=digits if field == "temperature_c" else None)
        return f"{text}{_FIELDS.get(field, ('', ''))[1]}"
    return "?" if value is None else str(value)


def _show_rejections(out: Console, match: Match, *, everything: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    head = Text(match.id, style="bold")
    word = "set" if match.rejected_total == 1 else "sets"
    head.append(
        f"  {match.rejected_total} {word} that do{'es' if match.rejected_total == 1 else ''} not fit", style="not bold"
    )
    out.print(head)
    sets = rejected_sets(match)
    shown = sets if everything else sets[:FOLDED_SETS]
    for rejections in shown:
        name = clean(PurePath(rejections[0].dark).name)
        out.print(
            Padding(Text(f"{name}: {clean(rejection_words(rejections, match.group.get('camera')))}"), (0, 0, 0, 2))
        )
    if len(shown) < match.rejected_total:
        hint = "" if everything else " (--all shows them)"
        out.print(Padding(Text(f"and {match.rejected_total - len(shown)} more{hint}", style="dim"), (0, 0, 0, 2)))
