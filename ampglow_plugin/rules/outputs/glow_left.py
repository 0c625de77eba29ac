"""The glow of the dark is gone from the output.

What it checks
    How much of the dark's glow is left in the output, in ADU of the raw frame. More than three standard deviations of
    that measurement, and more than 1 ADU, is an error; too much taken as well. Where the raw light gave the factor of
    the dark itself, five standard deviations, a tenth of the glow and 1 % of the sky are asked for: nebulae at the
    place of the glow look like it, and so does a flat that does not quite fit. Skipped where the dark shows no glow, or
    glow and sky cannot be told apart.

Why it matters
    It is what the dark was for. A dark can be subtracted fully and leave glow: another exposure, gain or mode, or a
    sensor whose glow has changed since.

How to fix it
    Look at the hypotheses of the proof: dark scaling off, or a dark of the light's exposure, gain and mode. Where the
    measurement is too uncertain, keep the raw lights and name them: --light RAW.

Source
    Clean is a residual below the larger of three standard deviations and 1 ADU. The standard deviations hold the truth
    in 95 % of simulated nights within two of them, nebulae included (make coverage).
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import proofs
from ampglow_plugin.rules.verdict_left import glow_left, glow_left_text, glow_limit_adu


def check(context: Context) -> Iterator[Finding]:
    """One finding an output in which the glow of the dark could be looked for."""
    for proof in proofs(context):
        pixels = proof.evidence.pixels
        limit = glow_limit_adu(pixels)
        if pixels is None or pixels.residual_glow_adu is None or limit is None:
            continue
        left = glow_left(pixels)
        if left is None:
            continue
        if left == "undecided":
            yield finding(RULE, "skipped", glow_left_text(pixels), where=Where(path=proof.path))
            continue
        bad = left != "clean"
        amount = f"{abs(pixels.residual_glow_adu):.1f} of {pixels.glow_peak_adu:.0f} ADU"
        if left == "oversubtracted":
            message = f"{amount} more than the glow was taken"
        else:
            message = f"{amount} of the dark's glow is left" if bad else "none of the dark's glow is seen in the output"
        yield finding(
            RULE,
            "failed" if bad else "passed",
            message,
            where=Where(path=proof.path),
            measured=round(pixels.residual_glow_adu, 2),
            limit=round(limit, 2),
            unit="ADU",
            fix="calibrate with a dark of the light's exposure, gain and mode, dark scaling off" if bad else None,
        )


RULE = Rule(code="AG410", name="glow-left", severity="error", needs=("proofs",), check=check)
