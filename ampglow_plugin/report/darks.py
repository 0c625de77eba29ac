"""Single darks as text: one line a set, and below it what is to be left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from ampglow_plugin.matching.darks import LEAST
from ampglow_plugin.model.darks import DarkSet, Reject
from ampglow_plugin.report.console import clean, console


def show_darks(sets: Sequence[DarkSet], *, everything: bool) -> None:
    """Print what is to be left out of each set, and what is in doubt; the good sets as well with ``everything``."""
    out = console()
    rejected = sum(len(each.paths) - len(each.kept) for each in sets)
    total = sum(len(each.paths) for each in sets)
    for each in sets:
        bad = len(each.paths) - len(each.kept)
        few = len(each.kept) < LEAST
        if not (bad or each.doubts or few or everything):
            continue
        out.print(f"{clean(title(each))}: {_verdict(bad, each)}", style="bold", soft_wrap=True)
        for path in dict.fromkeys(reject.path for reject in each.rejects):
            out.print(f"  leave out {clean(path)}", soft_wrap=True)
            for reject in each.rejects:
                if reject.path == path:
                    out.print(f"      {clean(_why(reject))}", style="red", soft_wrap=True)
                    if reject.limit is not None:
                        out.print(f"      {clean(_limit(reject))}", style="dim", soft_wrap=True)
        for doubt in each.doubts:
            out.print(f"  in doubt: {clean(doubt.message)}", style="yellow", soft_wrap=True)
            out.print(f"      -> {clean(doubt.fix)}", style="dim", soft_wrap=True)
        if everything:
            for found in each.findings:
                if found.outcome in ("passed", "skipped"):
                    out.print(f"  {found.outcome}: {clean(found.message)} ({found.rule})", style="dim", soft_wrap=True)
    sets_of = f"{len(sets)} set{'s' if len(sets) != 1 else ''}"
    doubts = sum(1 for each in sets if each.doubts)
    last = f"{total} darks in {sets_of}: {rejected} to be left out"
    out.print(last + (f", {doubts} in doubt" if doubts else ""), style="bold red" if rejected else "bold green")


def title(each: DarkSet) -> str:
    """The settings of a set: ``12 x 300 s, -10 C, gain 120, offset 30 (ZWO ASI294MC Pro)``."""
    group = each.group
    if not group:
        return "files that cannot be read"
    exposure, at = group.get("exposure_s"), group.get("setpoint_c")
    at = group.get("temperature_c") if at is None else at
    parts = [
        f"{len(each.paths)} x {exposure:g} s" if isinstance(exposure, (int, float)) else f"{len(each.paths)} darks"
    ]
    parts += [f"{at:g} C"] if isinstance(at, (int, float)) else []
    parts += [f"{name} {group[name]:g}" for name in ("gain", "offset") if isinstance(group.get(name), (int, float))]
    parts += [str(group[name]) for name in ("readout_mode", "conversion_gain") if group.get(name)]
    parts += [f"from {each.measured.frames[0].date_obs[:10]}"] if each.measured.frames[0].date_obs else []
    return ", ".join(parts) + (f" ({group['camera']})" if group.get("camera") else "")


def _verdict(bad: int, each: DarkSet) -> str:
    if bad:
        return f"{bad} to be left out"
    if each.doubts:
        return "in doubt"
    compared = sum(frame.usable for frame in each.measured.frames)
    return "all are good" if compared >= LEAST else "too few to be compared with each other"


def _why(reject: Reject) -> str:
    name = PurePath(reject.path).name
    return reject.message.removeprefix(f"{name}: ").removeprefix(f"{name} ")


def _limit(reject: Reject) -> str:
    measured = f"measured {reject.measured}, " if isinstance(reject.measured, (int, float)) else ""
    return f"{measured}limit {reject.limit} {reject.unit or ''}: {reject.source or ''} ({reject.rule})"
