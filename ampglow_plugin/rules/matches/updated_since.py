"""No driver or firmware update lies between dark and lights.

What it checks
    The version of device firmware or camera driver, where both headers have it: a difference is a warning. For a
    camera whose gain step an update has moved, darks of the gains in between: a warning, unless both were taken
    before the update or within 30 days. Another version of the capture program is an information only.

Why it matters
    An update can change black level, glow and the gain at which the camera switches to high conversion gain, while
    every field that is compared stays the same.

How to fix it
    Shoot new darks after each update; until then compare one new dark with the old master.

Source
    A ZWO driver of late 2025 moved the step of the IMX585 from gain 252 to 200 (public pages); ToupTek firmware 4.36
    to 4.49 moved the dark level of HDR mode from about 15 to 500 ADU.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ampglow_plugin.knowledge.sensors import GainStep, sensor_of
from ampglow_plugin.knowledge.tolerances import age_limits
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import label, name, recipe, value


def check(context: Context) -> Iterator[Finding]:
    """One finding a match of darks."""
    for match in context.matches or ():
        dark = context.frames.get(match.dark or "")
        light = context.frames.get(match.lights[0])
        if match.role == "dark" and dark is not None and light is not None:
            yield _judge(match, light, dark)


def _judge(match: Match, light: Frame, dark: Frame) -> Finding:
    where = Where(group=match.id, path=match.dark, field="firmware")
    fix = f"shoot new darks after an update: {recipe(match)}"
    if light.firmware and dark.firmware and light.firmware != dark.firmware:
        text = f"{label(match)}: {name(match.dark)} was taken with firmware {dark.firmware}, "
        text += f"the lights with {light.firmware}"
        return finding(RULE, "failed", text, where=where, measured=dark.firmware, limit=light.firmware, fix=fix)
    moved = _moved(match, light, dark)
    if moved is not None and moved.changed is not None:
        text = f"{label(match)}: an update of {light.camera} moved its gain step ({moved.changed}); at gain "
        text += f"{value('gain', light.gain)} a dark from before it does not fit, and {name(match.dark)} may be one"
        return finding(RULE, "failed", text, where=where, measured=light.gain, fix=fix)
    ours, theirs = (_program(frame) for frame in (light, dark))
    if ours and theirs and ours[0] == theirs[0] and ours[1] != theirs[1] and not dark.master:
        text = f"{label(match)}: darks by {dark.software}, lights by {light.software}"
        return finding(RULE, "failed", text, severity="info", where=where, measured=dark.software, limit=light.software)
    if light.firmware and dark.firmware:
        return finding(RULE, "passed", f"{label(match)}: firmware {light.firmware} on both sides", where=where)
    if ours and ours == theirs:
        return finding(RULE, "passed", f"{label(match)}: both by {light.software}", where=where)
    return finding(RULE, "skipped", f"{label(match)}: the headers name no version to compare", where=where)


def _moved(match: Match, light: Frame, dark: Frame) -> GainStep | None:
    """The gain step, where an update moved it across the gain of these frames and may lie between them."""
    sensor = sensor_of(light.camera)
    step = sensor.gain_step if sensor else None
    if step is None or step.before is None or step.from_gain is None or light.gain is None:
        return None
    low, high = sorted((step.from_gain, step.before))
    if not low <= light.gain < high:
        return None
    nights = [night for night in map(_night, (light, dark)) if night is not None]
    if step.changed_after and len(nights) == 2 and max(nights) < date.fromisoformat(step.changed_after):
        return None
    close = match.age_days is not None and match.age_days <= age_limits()[0].above_d
    return None if close else step


def _night(frame: Frame) -> date | None:
    text = frame.night or frame.date_obs
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _program(frame: Frame) -> tuple[str, str] | None:
    """Name and version of the program, or None for one without a version."""
    found = re.match(r"\s*(?P<name>.*?\D)\s*v?(?P<version>\d+(\.\d+)+)", frame.software or "", re.IGNORECASE)
    return (found["name"].strip().lower(), found["version"]) if found else None


RULE = Rule(code="AG219", name="updated-since", severity="warning", needs=("matches",), check=check)
