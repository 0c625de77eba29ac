"""Glow that is left, or dug out, belongs to the sensor.

What it checks
    Outputs of cameras whose sensor the sensor table knows for little glow or none. Where more of the dark's glow is
    left, or was taken, than the measurement leaves open (the limit of AG410), this is a warning with the likely cause.
    Skipped for other sensors, for cameras that are not in the table, and where no glow was measured.

Why it matters
    Sensors of this class hardly glow, and any dark of theirs takes off what there is. Glow in their output most likely
    means that no dark was subtracted, or a wrong one; a hole where the dark glows, that the dark is another camera's.

How to fix it
    Look which dark was used, and whether it was. Calibrate with a dark of this camera with the light's settings.

Source
    The sensor table, with the kind of evidence for each row. Published amplitudes: 50 to 200 ADU in the hot corner
    after 180 s for older sensors, a few ADU for those known for little.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.sensors import UNLIKELY_ADU, Sensor, sensor_of
from ampglow_plugin.model.evidence import PixelEvidence, Proof
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import proofs
from ampglow_plugin.rules.verdict_left import glow_left, glow_limit_adu


def check(context: Context) -> Iterator[Finding]:
    """One finding an output of such a camera in which the glow of the dark could be looked for."""
    for proof in proofs(context):
        sensor, pixels = sensor_of(proof.evidence.camera), proof.evidence.pixels
        if sensor is not None and sensor.little_glow and pixels is not None and glow_left(pixels) is not None:
            yield _judge(proof, pixels, sensor)


def _judge(proof: Proof, pixels: PixelEvidence, sensor: Sensor) -> Finding:
    left, limit = pixels.residual_glow_adu or 0.0, glow_limit_adu(pixels) or 0.0
    known = f"{sensor.id} is known for little or none{'' if sensor.glow_verified else ' (not verified)'}"
    verdict = glow_left(pixels)
    bad = verdict in ("residual", "oversubtracted")
    if not bad:
        message = f"no glow is seen in the output, and {known}"
    elif left < 0:
        message = f"{-left:.1f} ADU of glow were taken that are not in the light, and {known}: most likely a wrong dark"
    else:
        message = f"{left:.1f} ADU of glow are left, and {known}: most likely no dark, or a wrong one"
        if left > UNLIKELY_ADU:
            message += "; so much is more like another sensor, or like light that fell on this one"
    return finding(
        RULE,
        "failed" if bad else "passed",
        message,
        where=Where(path=proof.path),
        measured=round(left, 2),
        limit=round(limit, 2),
        unit="ADU",
        fix="look which dark was used: it must be one of this camera, with the light's settings" if bad else None,
    )


RULE = Rule(code="AG411", name="glow-unlike-sensor", severity="warning", needs=("proofs",), check=check)
