"""A master dark was combined without normalisation.

What it checks
    What HISTORY of a master dark, flat-dark or bias says about normalisation of its frames (Siril from 1.2,
    PixInsight). Any is an error for a dark and a warning for the others. Single frames and masters that do not tell
    are skipped.

Why it matters
    Normalisation brings all frames to one level before they are combined. In darks the level is what is to be
    measured: additive normalisation moves the pedestal to that of the reference frame, a multiplicative one scales
    glow and hot pixels with it. The master then no longer is what the sensor adds to a light.

How to fix it
    Build the master again without normalisation: ``-nonorm`` in Siril, No normalization in ImageIntegration.

Source
    HISTORY of masters by Siril 1.4 and PixInsight 1.8.8 (real headers).
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import label, name

ROLES = {"dark": "dark", "flatdark": "flat-dark", "bias": "bias"}


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    for match in context.matches or ():
        frame = context.frames.get(match.dark or "")
        if match.role not in ROLES or frame is None or not frame.master:
            continue
        where = Where(group=match.id, path=match.dark, field="master_normalization")
        told = frame.master_normalization
        if told is None:
            text = f"{label(match)}: {name(match.dark)} does not say how it was combined"
            yield finding(RULE, "skipped", text, where=where)
        elif told == "none":
            yield finding(RULE, "passed", f"{label(match)}: {name(match.dark)} was not normalised", where=where)
        else:
            role = ROLES[match.role]
            fix = f"build this master {role} again without normalisation (Siril: -nonorm; PixInsight: No normalization)"
            yield finding(
                RULE,
                "failed",
                f"{label(match)}: the master {role} {name(match.dark)} was combined with {told} normalisation",
                severity="error" if match.role == "dark" else "warning",
                where=where,
                measured=told,
                limit="none",
                fix=fix,
            )


RULE = Rule(code="AG221", name="master-as-recorded", severity="error", needs=("matches",), check=check)
