"""Flats are calibrated themselves: by flat-darks, or by a bias.

What it checks
    Each group of single flats has flat-darks of its own exposure, or a bias. Neither is a warning. A master flat is
    taken as made.

Why it matters
    A flat that keeps its pedestal divides too little: the centre stays dim, dust shows bright rings, and the corner
    where the glow was can look as if the dark had failed. Flats of modern CMOS sensors want flat-darks, since short
    exposures are not linear to the bias.

How to fix it
    Shoot the flat-darks named in the message right after the flats: same exposure, gain and offset, lens covered.

Source
    Vendors of CMOS cameras advise dark flats; an IMX294 is not linear below 1 to 3 s (not verified).
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import label, name, recipe


def check(context: Context) -> Iterator[Finding]:
    """One finding a group of flats."""
    matches = context.matches or ()
    biased = {m.lights: m for m in matches if m.role == "bias" and m.status not in ("none", "unknown")}
    for match in matches:
        if match.role != "flatdark":
            continue
        where = Where(group=match.id, path=match.dark or match.lights[0])
        bias = biased.get(match.lights)
        if match.status != "none":
            yield finding(RULE, "passed", f"{label(match)}: flat-dark {name(match.dark)}", where=where)
        elif bias is not None:
            yield finding(RULE, "passed", f"{label(match)}: no flat-dark, but bias {name(bias.dark)}", where=where)
        else:
            none = "no flat-darks and no bias" if not match.rejected_total else "no flat-dark that fits, and no bias"
            yield finding(RULE, "failed", f"{label(match)}: {none}", where=where, fix=recipe(match))


RULE = Rule(code="AG212", name="flat-darks", severity="warning", needs=("matches",), check=check)
