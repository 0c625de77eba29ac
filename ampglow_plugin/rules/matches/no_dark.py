"""There is a dark for every group of lights.

What it checks
    Each group of lights with equal settings has a dark that no field rules out. A group without one is an error.

Why it matters
    Glow, hot pixels and the pedestal can only be removed by a dark of the same conditions. Cosmetic correction repairs
    single pixels, gradient removal guesses at the glow and takes nebulosity with it.

How to fix it
    Shoot the darks named in the message: same camera, exposure, gain, offset, temperature, binning and mode, lens
    covered, 20 or more. Cool down and wait five minutes before the first one.

Source
    Vendors of CMOS cameras ask for matching darks. 20 darks add less than 3 percent to the noise of one light.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.device_subtracted import subtracted
from ampglow_plugin.rules.frames.lights import unfit
from ampglow_plugin.rules.matches.words import called, label, name, recipe


def check(context: Context) -> Iterator[Finding]:
    """One finding a group of lights."""
    for match in context.matches or ():
        if match.role != "dark":
            continue
        where = Where(group=match.id, path=match.dark or match.lights[0], field="dark")
        if match.status != "none":
            message = f"{label(match)}: {len(match.darks)} dark{'s' * (len(match.darks) > 1)}, {name(match.dark)}"
            yield finding(RULE, "passed", message, where=where, measured=len(match.darks))
        elif any(unfit(context.frames[path]) for path in match.lights if path in context.frames):
            message = f"{label(match)}: these frames are not raw lights, so no dark can fit"
            yield finding(RULE, "skipped", message, where=where)
        else:
            had_one = any(subtracted(s) for s in context.raw_states or () if s.paths[0] in match.lights)
            fix = "shoot no darks for these lights before AG111 is settled" if had_one else recipe(match)
            yield finding(RULE, "failed", f"{label(match)}: {_why(match)}", where=where, fix=fix)


def _why(match: Match) -> str:
    if not match.rejected_total:
        return "no dark"
    kinds = {str(r.dark_value) for r in match.rejections if r.field == "kind"}
    nearest = [r for r in match.rejections if r.dark == match.rejections[0].dark]
    if kinds and nearest[0].field == "kind":
        return f"no dark; what was given as dark says it is {' or '.join(sorted(kinds))}"
    differs = called((r.field for r in nearest), match.group.get("camera"))
    if match.rejected_total == 1:
        return f"no dark that fits; the only set differs in {differs}"
    return f"no dark that fits; the nearest of {match.rejected_total} sets differs in {differs}"


RULE = Rule(code="AG209", name="no-dark", severity="error", needs=("matches",), check=check)
