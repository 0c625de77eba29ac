"""Is the camera cooled?

What it checks
    A set point or cooler power in the headers of the lights, else the sensor table. An uncooled camera is an
    information; a warning where the lights of one camera lie more than 2 degrees apart.

Why it matters
    The sensor of an uncooled camera or smart telescope drifts through the night, by 8 to 22 degrees on a Seestar. A
    dark fits only the part of the night in which it was as warm.

How to fix it
    Shoot darks right after the lights with the lens covered, several sets through the night if it cools down, and let
    ampglow pick by temperature.

Source
    Temperatures in headers of Seestar and DWARF devices; the sensor table for which camera is cooled.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.lights import lights


def check(context: Context) -> Iterator[Finding]:
    """One finding a camera."""
    cameras: dict[str | None, list[Frame]] = {}
    for frame in lights(context):
        cameras.setdefault(frame.camera, []).append(frame)
    for camera, frames in cameras.items():
        yield _camera(camera, frames)


def _camera(camera: str | None, frames: list[Frame]) -> Finding:
    where = Where(path=frames[0].path, field="temperature_c")
    sensor = sensor_of(camera)
    if any(f.setpoint_c is not None or f.cooler_power_pct is not None for f in frames) or (sensor and sensor.cooled):
        return finding(RULE, "passed", f"{camera or 'the camera'} is cooled", where=where)
    if sensor is None or sensor.cooled is None:
        return finding(RULE, "skipped", f"not known whether {camera or 'the camera'} is cooled", where=where)
    known = [f.temperature_c for f in frames if f.temperature_c is not None]
    row = limit("temperature_c", "uncooled")
    drift = round(max(known) - min(known), 3) if known else None
    told = f": {min(known):.1f} to {max(known):.1f} C in these lights" if known else ""
    return finding(
        RULE,
        "failed",
        f"{camera} is uncooled, its temperature drifts{told}",
        severity="warning" if drift is not None and drift > row.exact else "info",
        where=where,
        measured=drift,
        limit=row.exact,
        unit=row.unit,
        source=row.source,
        fix="shoot darks right after the lights, lens covered, while the sensor is as warm",
    )


RULE = Rule(code="AG106", name="uncooled", severity="info", needs=("frames",), check=check)
