"""A dark that does not fit, used all the same: on the user's word and for this group alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ampglow_plugin.matching import fits
from ampglow_plugin.matching.groups import calibration_sets
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Allowance
from ampglow_plugin.planning import gate

#: rules about darks and matches
DARK_RULES = "AG2"
#: "no dark": accepting it means to go on without one
NO_DARK = "AG209"
#: no word of the user makes these fit: hosts refuse another size, and a frame of another kind is no dark
NEVER = frozenset({"kind", "width", "height", "planes", "calibrated", "stack_count"})


def with_nearest_darks(
    matches: Sequence[Match], frames: Mapping[str, Frame], found: Sequence[Finding], allow: Sequence[Allowance]
) -> tuple[tuple[Match, ...], tuple[Allowance, ...]]:
    """``matches``, where a group without a dark gets the nearest set if all that differs in it is allowed.

    The allowances that come back say the same for the rule "no dark" of these groups. Who allows that
    rule himself goes on without a dark.
    """
    changed: list[Match] = []
    implied: list[Allowance] = []
    for match in matches:
        reason = _reason(match, found, allow)
        darks = _nearest_set(match, matches, frames) if reason is not None else ()
        if reason is None or not darks:
            changed.append(match)
            continue
        implied.append(Allowance(rule=NO_DARK, reason=reason, where=match.id))
        changed.append(replace(match, status="tolerated", dark=match.rejections[0].dark, darks=darks))
    return tuple(changed), tuple(implied)


def _reason(match: Match, found: Sequence[Finding], allow: Sequence[Allowance]) -> str | None:
    """The user's reason, if all errors about the group's nearest dark are allowed, and "no dark" is not."""
    if match.role != "dark" or match.status != "none":
        return None
    here = [f for f in found if f.where.group == match.id and f.rule.startswith(DARK_RULES)]
    errors = [f for f in here if f.outcome == "failed" and f.severity == "error"]
    without = [f for f in errors if f.rule == NO_DARK]
    reasons = [next((a.reason for a in allow if gate.allows(a, f)), None) for f in errors if f.rule != NO_DARK]
    if any(gate.allows(a, f) for a in allow for f in without) or not reasons or None in reasons:
        return None
    return reasons[0]


def _nearest_set(match: Match, matches: Sequence[Match], frames: Mapping[str, Frame]) -> tuple[str, ...]:
    """All files of the set that was rejected last, or none where it could never be used."""
    nearest = match.rejections[0].dark if match.rejections else None
    if nearest not in frames or NEVER & {r.field for r in match.rejections if r.dark == nearest}:
        return ()
    lights = {path for m in matches for path in m.lights}
    darks = [f for path, f in frames.items() if path not in lights and fits(f, "dark")]
    sets = calibration_sets(darks, "dark")
    return next((s.paths for s in sets if nearest in s.paths), ())
