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

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
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
        silent = [field for field in VITAL if field in (*match.unknown, *match.not_recorded)]
        fields = [field for field in silent if field != "readout_mode" or field in match.unknown]
        names = called(fields) or "a vital field"
        silence = f"{names} not recorded by {_who(match, fields)}"
        yield finding(
            RULE,
            "failed",
            f"{label(match)}: nobody knows whether {name(match.dark)} fits: {silence}",
            where=Where(group=match.id, path=match.dark, field=fields[0] if fields else None),
            fix="use the single darks or a master that kept its header; or accept it knowingly when you plan: "
            f'--allow AG210="why the {names} agrees"',
        )


def _who(match: Match, fields: list[str]) -> str:
    if all(field in match.not_recorded for field in fields):
        return "either side"
    ours = [field for field in fields if field in match.unknown and match.group.get(field) is None]
    return f"the {owners(match)}" if ours else "the dark"


RULE = Rule(code="AG210", name="dark-unknown", severity="warning", needs=("matches",), check=check)
