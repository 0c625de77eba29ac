"""A long dark of a sensor that glows shows glow.

What it checks
    The pixels of darks of 120 s and more from sensors whose glow is severe. No measurable glow is an error. Skipped
    where the glow would not have been seen (small, uneven or noisy frames), and for subframes whose origin is recorded,
    which may lie beside it.

Why it matters
    Such a dark is not what its name says: a bias or short dark under a wrong name, or one whose glow was taken off by
    a program. Subtracting it leaves the glow in every frame, and nothing else warns: its header agrees.

How to fix it
    Use the raw darks. Build the master anew from them, without subtracting anything, without normalisation.

Source
    The sensor table, with the kind of evidence for each row. Published amplitudes: 50 to 200 ADU in the hot corner
    after 180 s for sensors of this class.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.knowledge.sensors import Sensor, sensor_of
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.rules.base import Context, Rule, finding

#: shorter darks may hold too little
LEAST_S = 120.0
#: a frame of less than this share of the sensor's side is a part of it; drivers cut off a few rows and columns
SUBFRAME = 0.9
#: faintest peak that must have been visible for its absence to say anything
VISIBLE_ADU = 15.0


def check(context: Context) -> Iterator[Finding]:
    """One finding a dark that was measured."""
    seen: set[str] = set()
    for held in context.held or ():
        frame = context.frames.get(held.darks[-1]) if held.darks else None
        if frame is None or held.glow is None or frame.path in seen:
            continue
        seen.add(frame.path)
        yield _judge(frame, held.glow, held.group)


def _judge(frame: Frame, glow: Glow, group: str) -> Finding:
    name, where = PurePath(frame.path).name, Where(path=frame.path, group=group, field="glow")
    sensor = sensor_of(frame.camera)
    if sensor is None or sensor.severity != "severe":
        return finding(RULE, "skipped", f"{name}: not of a sensor known for severe glow", where=where)
    if frame.exposure_s is None or frame.exposure_s < LEAST_S:
        return finding(RULE, "skipped", f"{name}: shorter than {LEAST_S:g} s, or of unknown exposure", where=where)
    known = f"{sensor.id} is known for severe glow{'' if sensor.glow_verified else ' (not verified)'}"
    if glow.present:
        peak = max(region.peak_adu for region in glow.regions)
        text = f"{name} holds glow of {peak:.0f} ADU; {known}"
        return finding(RULE, "passed", text, where=where, measured=round(peak, 1), unit="ADU")
    if glow.least_adu is None or glow.least_adu > VISIBLE_ADU or not glow.certain:
        return finding(RULE, "skipped", f"{name}: glow cannot be told from noise and other light in it", where=where)
    part = _is_part(frame, sensor)
    if part and (frame.roi_x is not None or frame.roi_y is not None):
        return finding(RULE, "skipped", f"{name}: a subframe, which may lie beside the glow", where=where)
    fix = "use the raw darks: this is another file under the name of a dark, or something was subtracted from it"
    return finding(
        RULE,
        "failed",
        f"{name} holds no glow (down to {glow.least_adu:.1f} ADU) after {frame.exposure_s:g} s, and {known}",
        where=where,
        measured=0.0,
        limit=round(glow.least_adu, 1),
        unit="ADU",
        fix=f"{fix}; accept it if these are subframes beside the glow" if part else fix,
    )


def _is_part(frame: Frame, sensor: Sensor) -> bool:
    binning = frame.xbinning or 1
    sides = ((frame.width, sensor.width), (frame.height, sensor.height))
    return any(own and full and own * binning < SUBFRAME * full for own, full in sides)


RULE = Rule(code="AG217", name="dark-without-glow", severity="error", needs=("held",), check=check)
