"""The sensor had reached its set point.

What it checks
    Measured temperature against set point, in lights and darks that record both. More than 1 degree apart is a warning;
    matching goes by the measured value.

Why it matters
    A sensor that is still cooling, or a cooler at its limit, changes its dark current from frame to frame: one dark
    cannot fit them all.

How to fix it
    Cool down, wait five minutes, then start. On warm nights choose a set point the cooler holds at 80 percent power.

Source
    31 of 36 real headers lie within 1 degree; those beyond were still cooling or had the cooler off.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.summary import together

ROLES = ("light", "dark")
#: float noise of headers that went through single precision
SLACK_C = 1e-6


def check(context: Context) -> Iterator[Finding]:
    """One finding a role with frames away from their set point, one for all that are settled."""
    row = limit("setpoint_c", "settled")
    for role in ROLES:
        frames = [f for path, f in context.frames.items() if context.roles.get(path) == role]
        known = [(f, away) for f in frames if (away := _away(f)) is not None]
        apart = sorted((pair for pair in known if pair[1] > row.exact + SLACK_C), key=lambda pair: -pair[1])
        if apart:
            frame, away = apart[0]
            yield finding(
                RULE,
                "failed",
                f"{len(apart)} of {len(frames)} {role}s lie away from their set point, by up to {away:.1f} C",
                where=Where(path=frame.path, field="temperature_c"),
                measured=round(away, 3),
                limit=row.exact,
                unit=row.unit,
                source=row.source,
                fix="leave these frames out, or shoot them again: cool down, wait five minutes, then start",
            )
        else:
            yield from together(RULE, "passed", [f for f, _ in known], "settled at the set point")
        yield from together(RULE, "skipped", [f for f in frames if _away(f) is None], "no set point or no measurement")


def _away(frame: Frame) -> float | None:
    if frame.temperature_c is None or frame.setpoint_c is None:
        return None
    return abs(frame.temperature_c - frame.setpoint_c)


RULE = Rule(code="AG107", name="not-settled", severity="warning", needs=("frames",), check=check)
