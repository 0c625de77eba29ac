"""Everything that must agree between dark and lights is recorded.

What it checks
    Exposure, temperature (or set point), gain of a camera that has gain, and a readout mode that only one side names.
    Where one of them cannot be compared, nobody knows whether the dark fits: the verdict is unknown, and no plan is
    made.

Why it matters
    A dark that is taken for a match because its header is silent is the commonest way to a glow that stays: masters
    lose their metadata in processing, some programs never write it.

How to fix it
    Rebuild the master from its single frames, or use the single frames; name the file after its settings; or, if you
    know that they agree, accept it with your reason: ``--allow AG210="gain 120 on both"``.

Source
    Masters of PixInsight keep neither temperature nor set point, and often no gain (real headers).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import called, label, name, owners

#: fields whose silence leaves a match unknown
VITAL = ("exposure_s", "temperature_c", "gain", "readout_mode")


def check(context: Context) -> Iterator[Finding]:
    """One finding a match that has a dark."""
    for match in context.matches or ():
        if match.role not in ("dark", "flatdark") or match.status == "none":
            continue
        where = Where(group=match.id, path=match.dark)
        if match.status != "unknown":
            yield finding(RULE, "passed", f"{label(match)}: all vital fields are recorded", where=where)
            continue
        fields = unrecorded(match)
        names = called(fields) or "a vital field"
        silence = f"{names} not recorded by {_who(match, fields)}"
        yield finding(
            RULE,
            "failed",
            f"{label(match)}: nobody knows whether {name(match.dark)} fits: {silence}",
            where=Where(group=match.id, path=match.dark, field=fields[0] if fields else None),
            fix=way_out(match, fields, context.frames.get(match.dark or "")),
        )


def unrecorded(match: Match) -> list[str]:
    """The vital fields that leave a match unknown."""
    silent = [field for field in VITAL if field in (*match.unknown, *match.not_recorded)]
    return [field for field in silent if field != "readout_mode" or field in match.unknown]


def way_out(match: Match, fields: Sequence[str], dark: Frame | None) -> str:
    """What to do about a dark that does not say enough."""
    agree = f"{called(fields) or 'it'} agree{'s' if len(fields) < 2 else ''}"
    accept = f'or, if you know it, accept it when you plan: --allow AG210="why the {agree}"'
    if dark is None or not dark.master or _who(match, list(fields)) != "the dark":
        return f"take lights and darks with a program that records {called(fields) or 'its settings'}; {accept}"
    return f"{rebuild('dark', dark)}; {accept}"


def rebuild(role: str, master: Frame) -> str:
    """How a master gets back what it lost."""
    exposure = 300.0 if master.exposure_s is None else master.exposure_s
    name = f"Master{role.title()}_{exposure:.1f}s_-10.0C_gain120_294MC_20251006-220000.fit"
    return (
        f"use the single {role} frames instead of the master, or lay it beside them, or write what you know for sure "
        f"into its name, like {name}"
    )


def _who(match: Match, fields: list[str]) -> str:
    if all(field in match.not_recorded for field in fields):
        return "either side"
    ours = [field for field in fields if field in match.unknown and match.group.get(field) is None]
    return f"the {owners(match)}" if ours else "the dark"


RULE = Rule(code="AG210", name="dark-unknown", severity="warning", needs=("matches",), check=check)
