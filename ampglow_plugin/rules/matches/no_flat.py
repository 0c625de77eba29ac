"""Flats that were given fit the lights.

What it checks
    Where there are flats, each group of lights has some of its own camera, size, binning and filter. None that fits is
    a warning, and so is one that deviates (another gain, another focal length).

Why it matters
    Dust and vignetting differ from filter to filter and with the optical train. A host divides by whatever it is given
    if the size is right, and skips it silently if not.

How to fix it
    Shoot flats for each filter, with focus and camera left as they were; or process this group without flats.

Source
    Common practice; Siril 1.2 and 1.4 skip a flat of the wrong size with exit code 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import called, label, name, value


def check(context: Context) -> Iterator[Finding]:
    """One finding a group of lights, where flats were given."""
    for match in context.matches or ():
        if match.role != "flat":
            continue
        where = Where(group=match.id, path=match.dark or match.lights[0])
        if match.status == "none":
            fix = "shoot flats with the filter, focus and camera of these lights, or leave flats out for them"
            yield finding(RULE, "failed", f"{label(match)}: no flat that fits: {_why(match)}", where=where, fix=fix)
        elif match.deviations:
            first = match.deviations[0]
            text = f"{label(match)}: the flat {name(match.dark)} deviates in {called([first.field])}: "
            text += f"{value(first.field, first.dark)}, the lights {value(first.field, first.light)}"
            yield finding(RULE, "failed", text, where=where, fix="best shoot flats with the lights' own settings")
        else:
            yield finding(RULE, "passed", f"{label(match)}: flat {name(match.dark)}", where=where)


def _why(match: Match) -> str:
    nearest = [r for r in match.rejections if r.dark == match.rejections[0].dark]
    return "; ".join(
        f"{called([r.field])} {value(r.field, r.dark_value)} in {name(r.dark)}, {value(r.field, r.light)} in the lights"
        for r in nearest
    )


RULE = Rule(code="AG215", name="no-flat", severity="warning", needs=("matches",), check=check)
