"""Single darks to sets whose frames should be alike: those that would become one master."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.matching.compare import (
    Outcomes,
    compare_body,
    compare_exposure,
    compare_settings,
    compare_temperature,
    temperature_scope,
)
from ampglow_plugin.matching.facts import Facts, facts
from ampglow_plugin.matching.groups import clusters, sessions
from ampglow_plugin.model.frame import Frame

#: fewer frames cannot tell which of them is wrong
LEAST: Final = 3


def dark_sets(frames: Iterable[Frame]) -> tuple[tuple[Frame, ...], ...]:
    """Sets of single darks of one camera, settings, exposure, set point and session, each by time; no masters.

    Frames of one set point stay together whatever was measured: one that was warmer is to be found among them. Without
    a set point, measured temperatures keep sets apart. Where a session has fewer than :data:`LEAST` frames, all
    sessions of its settings are one set: one frame alone cannot be compared with anything.
    """
    equal: dict[Any, list[Facts]] = defaultdict(list)
    for frame in frames:
        if not frame.master:
            f = facts(frame)
            equal[(f.body, f.settings, frame.setpoint_c)].append(f)
    parts = (session for members in equal.values() for part in _split(members) for session in _sessions(part))
    found = [tuple(f.frame for f in sorted(session, key=_order)) for session in parts]
    return tuple(sorted(found, key=lambda part: (part[0].date_obs or "", part[0].path)))


def outcomes_of(old: Frame, new: Frame) -> Outcomes:
    """Settings of two darks (or masters) against each other, field by field; bits and program do not count."""
    one, other = facts(old), facts(new)
    plain: dict[str, Any] = {"stack_count": None, "calibrated": False, "dark_subtracted": False}
    settings = one.settings._replace(master=False, **plain), other.settings._replace(master=True, **plain)
    kind = one.body.kind or other.body.kind
    scope = temperature_scope(one.settings.cooled, other.settings.cooled)
    judged = {
        **compare_body(one.body, other.body),
        **compare_settings(*settings, "dark", kind),
        "exposure_s": compare_exposure(one.exposure_s, other.exposure_s),
        "temperature_c": compare_temperature(one.temperature_c, one.basis, other.temperature_c, other.basis, scope),
    }
    return {name: outcome for name, outcome in judged.items() if outcome != "not_applicable"}


def _sessions(members: list[Facts]) -> list[list[Facts]]:
    found = sessions(members)
    return [members] if any(len(session) < LEAST for session in found) else found


def _order(f: Facts) -> tuple[str, str]:
    return f.frame.date_obs or "", f.frame.path


def _split(members: list[Facts]) -> list[list[Facts]]:
    parts = clusters(members, lambda f: f.exposure_s, limit("exposure_s").equal_within, span=1.0)
    if members[0].frame.setpoint_c is not None:
        return parts
    cooled = members[0].settings.cooled
    degrees = limit("temperature_c", temperature_scope(cooled, cooled)).exact
    return [part for each in parts for part in clusters(each, lambda f: f.temperature_c, lambda _: degrees, span=2.0)]
