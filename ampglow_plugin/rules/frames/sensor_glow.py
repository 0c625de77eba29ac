"""Is the sensor known for amp glow?

What it checks
    The sensor table for the camera of the lights. Moderate and severe glow is an information with its place. Rows
    that are not verified say so.

Why it matters
    Where a sensor glows the dark is not a choice: only one of the same exposure, gain and mode takes the glow off,
    and a scaled dark or a bias does not. And where it hardly does, glow in the result means that something else went
    wrong.

How to fix it
    Nothing to fix. Take the darks that the messages name, and look at the place named when you judge the result.

Source
    The sensor table, with the kind of evidence for each row.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.lights import lights

GLOWING = ("moderate", "severe")


def check(context: Context) -> Iterator[Finding]:
    """One finding a camera."""
    cameras: dict[str | None, Frame] = {}
    for frame in lights(context):
        cameras.setdefault(frame.camera, frame)
    for camera, frame in cameras.items():
        sensor = sensor_of(camera)
        where = Where(path=frame.path, field="sensor")
        if sensor is None or sensor.severity is None:
            yield finding(RULE, "skipped", f"nothing known of the glow of {camera or 'this camera'}", where=where)
            continue
        doubt = "" if sensor.glow_verified else " (not verified)"
        if sensor.severity not in GLOWING:
            yield finding(RULE, "passed", f"{camera} ({sensor.id}) has little or no glow{doubt}", where=where)
            continue
        upper = f" to {sensor.severity_upper}" if sensor.severity_upper else ""
        place = f"; expect it at {sensor.glow_place}" if sensor.glow_place else ""
        text = f"{camera} ({sensor.id}) is known for {sensor.severity}{upper} glow{doubt}{place}"
        yield finding(
            RULE,
            "failed",
            text,
            where=where,
            measured=sensor.severity,
        )


RULE = Rule(code="AG112", name="sensor-glow", severity="info", needs=("frames",), check=check)
