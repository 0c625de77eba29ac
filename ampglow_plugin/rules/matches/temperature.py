"""The dark was as warm as the lights.

What it checks
    The measured sensor temperature of the dark against that of the light farthest from it; the set point only where
    nothing was measured, and then with a warning. Cooled: equal within 1 degree, a warning up to 3, an error beyond.
    Uncooled: equal within 2 degrees, a warning up to 5, a strong one up to 8, an error beyond.

Why it matters
    Dark current doubles every 5 to 7 degrees: one degree is 10 to 15 percent of it. Hot pixels stay or turn black.
    Glow hardly follows the temperature, so a dark of another temperature cannot be mended by scaling it.

How to fix it
    Shoot darks at the temperature named in the message. Uncooled: shoot them right after the lights, with the lens
    covered, while the sensor is as warm; and again when the night has cooled by some degrees.

Source
    Measured temperatures lie within 1 degree of the set point in 31 of 36 real headers; most tools use 1 degree, the
    widest 5; a tool for an uncooled device warns at 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match; a deviation beyond the ordinary warning is called strong."""
    strong = limit("temperature_c", "uncooled").tolerated
    for found in judge(context, RULE, ("temperature_c",), called="temperature", scope="cooled"):
        if found.outcome == "failed" and found.severity == "warning" and found.measured == 0.0:
            group = found.message.partition(": ")[0]
            yield replace(
                found,
                message=f"{group}: only the set points are recorded, and they agree: the sensors may have been warmer",
                fix="usable if the sensor had settled on both; let the program write the measured temperature",
            )
            continue
        far = found.outcome == "failed" and found.severity == "warning" and isinstance(found.measured, float)
        if far and isinstance(found.measured, float) and found.measured > strong:
            yield replace(found, message=f"{found.message}: far apart, hot pixels will remain")
        else:
            yield found


RULE = Rule(code="AG202", name="temperature", severity="error", needs=("matches",), check=check)
