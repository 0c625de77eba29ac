"""A dark of a sensor that hardly glows shows no strong glow.

What it checks
    The pixels of darks from sensors that the sensor table knows for little glow or none. Glow, or other light, of 50
    ADU after 180 s (in proportion after longer exposures) is a warning, unless the lights hold the same: then it is
    this camera's, and the dark takes it off. Skipped for other sensors, and where the exposure is not known.

Why it matters
    Glow where there should be none most likely means that this is no dark of this camera, that light fell on the
    sensor, or that the camera is another one than the header says. What such a dark holds is dug out of every light.

How to fix it
    Look at the dark (`ampglow look`), and at where it came from. Shoot new ones with the sensor covered in the dark,
    and with the program and mode of the lights.

Source
    The sensor table, with the kind of evidence for each row. Published amplitudes: 50 to 200 ADU in the hot corner
    after 180 s for older sensors, a few ADU for those known for little.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.knowledge.sensors import sensor_of, unlikely_glow_adu
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.holds_glow import LIMIT, TOLD_WITHIN

FIX = (
    "make sure that this is a dark of this camera, and that no light fell on the sensor; if not, shoot new ones: "
    "lens cap on, in the dark, with the program and mode of the lights"
)


def check(context: Context) -> Iterator[Finding]:
    """One finding a dark that was measured."""
    seen: set[str] = set()
    for held in context.held or ():
        frame = context.frames.get(held.darks[-1]) if held.darks else None
        if frame is None or held.glow is None or frame.path in seen:
            continue
        seen.add(frame.path)
        yield _judge(frame, held.glow, held)


def _judge(frame: Frame, glow: Glow, held: HeldGlow) -> Finding:
    name, where = PurePath(frame.path).name, Where(path=frame.path, group=held.group, field="glow")
    sensor = sensor_of(frame.camera)
    if sensor is None or not sensor.little_glow:
        return finding(RULE, "skipped", f"{name}: not of a sensor known for little or no glow", where=where)
    if frame.exposure_s is None:
        return finding(RULE, "skipped", f"{name}: its exposure is not known", where=where)
    limit = unlikely_glow_adu(frame.exposure_s)
    known = f"{sensor.id} is known for little or none{'' if sensor.glow_verified else ' (not verified)'}"
    peak, place = brightest(glow)
    if peak <= limit:
        text = f"{name} holds {f'glow of {peak:.0f} ADU' if peak else 'no glow'}; {known}"
        return finding(RULE, "passed", text, where=where, measured=round(peak, 1), limit=round(limit, 1), unit="ADU")
    text = f"{name} holds glow of {peak:.0f} ADU{place}, and {known}"
    if _in_lights(held, limit):
        return finding(
            RULE,
            "passed",
            f"{text}; the lights hold the same, so the dark takes it off",
            where=where,
            measured=round(peak, 1),
            limit=round(limit, 1),
            unit="ADU",
        )
    return finding(
        RULE,
        "failed",
        f"{text}: most likely a file of another camera, or light fell on the sensor",
        where=where,
        measured=round(peak, 1),
        limit=round(limit, 1),
        unit="ADU",
        fix=FIX,
    )


def brightest(glow: Glow) -> tuple[float, str]:
    """The peak (ADU) of the brightest light in a dark, and where; structure of the readout does not count."""
    found = [(r.peak_adu, f" at the {r.where}") for r in glow.regions if r.doubt != "readout"]
    return max([*found, (glow.light_leak_adu or 0.0, "")])


def _in_lights(held: HeldGlow, limit: float) -> bool:
    """Whether all that is too bright was found in the lights, once."""
    bright = [r.share for r in held.regions if r.peak_adu > limit]
    return bool(bright) and all(
        abs(s.value - 1) <= LIMIT + s.sigma and abs(s.value - 1) + 2 * s.sigma < TOLD_WITHIN for s in bright
    )


RULE = Rule(code="AG222", name="dark-unlike-sensor", severity="warning", needs=("held",), check=check)
