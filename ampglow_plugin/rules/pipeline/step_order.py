"""The steps stand in the order calibrate, cosmetic correction, debayer, align, integrate.

What it checks
    In each group of lights, and in each master that is built, no step stands behind one that must come
    later. Debayering, cosmetic correction and alignment before calibration have rules of their own
    (AG302, AG307, AG308), and so has the removal of a gradient (AG319). A master that is averaged without
    normalisation and calibrated afterwards is fine: both are linear.

Why it matters
    Each step relies on what the one before left: a dark fits the raw mosaic only, hot pixels are single
    pixels only until they are interpolated or resampled, colours can be interpolated only while the
    mosaic is intact, and a stack of frames that were not aligned is a blur.

How to fix it
    Put the steps into that order.

Source
    Order of operations of Siril (calibrate, then cosmetic correction, then debayer, inside one command)
    and of PixInsight's processes ImageCalibration, CosmeticCorrection, Debayer, StarAlignment,
    ImageIntegration.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Integrate, RemoveGradient, Step
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import Chain, at, chains, uses_masters

RANK: dict[str, int] = {"calibrate": 0, "cosmetic": 1, "debayer": 2, "align": 3, "integrate": 4}
WORDS = {
    "calibrate": "calibration",
    "cosmetic": "cosmetic correction",
    "debayer": "debayering",
    "align": "alignment",
    "integrate": "integration",
}


def check(context: Context) -> Iterator[Finding]:
    """One finding per pair of steps in the wrong order; passed for a chain of two or more steps without any."""
    assert context.plan is not None
    for chain in chains(context.plan):
        wrong = list(_wrong_pairs(chain))
        for early, late, severity, why in wrong:
            what = f"{WORDS[chain.steps[late].step]} stands behind {WORDS[chain.steps[early].step]}: {why}"
            fix = f"move it before the {WORDS[chain.steps[early].step]}"
            yield finding(RULE, "failed", what, severity=severity, where=at(context, chain, late), fix=fix)
        if not wrong and len(chain.steps) > 1:
            yield finding(RULE, "passed", "the steps are in order", where=at(context, chain))


def _wrong_pairs(chain: Chain) -> Iterator[tuple[int, int, Severity, str]]:
    for late, step in enumerate(chain.steps):
        for early in range(late):
            if isinstance(chain.steps[early], RemoveGradient) or isinstance(step, RemoveGradient):
                continue  # AG319
            if RANK[chain.steps[early].step] > RANK[step.step]:
                judged = _judge(chain, early, step)
                if judged is not None:
                    yield early, late, *judged
                    break


def _judge(chain: Chain, early: int, step: Step) -> tuple[Severity, str] | None:
    before = chain.steps[early]
    if isinstance(step, Calibrate):
        return _judge_calibration(chain, before, step)
    if isinstance(step, CosmeticCorrect):
        if isinstance(before, Debayer):
            return "warning", "interpolation has already spread the hot pixels"
        if step.method == "auto":
            return "warning", "the hot pixels are no longer single pixels"
        return "error", "the pixels of the dark are no longer where they were on the sensor"
    if isinstance(step, Debayer):
        if isinstance(before, Align) and before.drizzle:
            return None  # drizzle makes colours from the mosaic itself; a debayer behind it has nothing to do
        return "error", "the colours of the mosaic are mixed by then"
    if isinstance(step, Align) and not any(isinstance(s, Align) for s in chain.steps[:early]):
        return "error", "the frames were combined before they were aligned"
    return None  # stacks that are aligned with each other


def _judge_calibration(chain: Chain, before: Step, step: Calibrate) -> tuple[Severity, str] | None:
    if not uses_masters(step):
        return None
    if isinstance(before, CosmeticCorrect):
        return None if step.dark is not None else ("warning", "pixels are repaired before they are calibrated")
    if isinstance(before, Integrate):
        linear = before.combination == "mean" and before.normalization == "none" and not before.output_normalized
        if chain.master is not None and linear:
            return None
        return "error", "the frames have to be calibrated one by one"
    return None  # AG302, AG308


RULE = Rule(code="AG301", name="step-order", severity="error", needs=("plan",), check=check)
