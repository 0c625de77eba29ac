"""A gradient is removed last, on calibrated linear frames, and never in place of a dark.

What it checks
    Each step that subtracts a smooth background. It stands behind every other step, on frames that are debayered, and
    never in the making of a master. In a plan it rests on proofs: of each output that it is for, the dark was applied,
    and what is left of its glow is marginal by the limits of AG412. A script says nothing of proofs; of a script only
    what stands before its calibration is judged.

Why it matters
    A background that is subtracted before the dark takes part of the glow and leaves the dark too strong; on a mosaic
    it mixes colours; in a master it changes what the master is to take away. And where the dark was not applied, or
    not as it is, a smooth background hides that: it leaves the glow's noise and hot pixels, and takes nebulae along.

How to fix it
    Calibrate with a dark of the lights' settings, unscaled, and prove it (`ampglow verify`). For what is then left,
    `ampglow gradient` writes this step with its proofs. Where the raw frames are gone for good, an entry under
    `allowed` accepts a synthetic background, with the reason: what the sky shows there is lost.

Source
    The limits are those of AG412. Siril 1.2.6 and 1.4.2, run on simulated stacks: a background of radial
    functions takes 7 ADU of glow in a corner down to 1, and 3 % of a nebula along with it; of 60 ADU it leaves 7, and
    then it takes a quarter of the nebula. The polynomials of 1.0.6 turn 5 ADU of glow into a hole of 2 to 10 ADU.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Debayer, RemoveGradient
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.marginal import too_much
from ampglow_plugin.rules.pipeline.chains import Chain, at, chains, from_script, uses_masters

_PROVE = "prove the outputs (`ampglow verify`), then let `ampglow gradient` write this step"


def check(context: Context) -> Iterator[Finding]:
    """One finding a step that removes a gradient."""
    assert context.plan is not None
    for chain in chains(context.plan):
        for index, step in enumerate(chain.steps):
            if isinstance(step, RemoveGradient):
                wrong = _misplaced(chain, index, script=from_script(context))
                if wrong is None and not from_script(context):
                    wrong = _unproved(chain, step)
                what, fix = wrong or ("the gradient is removed last, and what is left is proved to be marginal", None)
                if wrong is None and from_script(context):
                    what = "the gradient is removed after the calibration"
                yield finding(RULE, "failed" if wrong else "passed", what, where=at(context, chain, index), fix=fix)


def _misplaced(chain: Chain, index: int, *, script: bool) -> tuple[str, str] | None:
    if any(i > index and uses_masters(step) for i, step in chain.calibrations()):
        return "a gradient is removed before the calibration: no dark fits what is left", "calibrate first"
    if script:
        return None
    if chain.master is not None:
        return "a master must not have a gradient removed: it is to hold all that it takes away", "take the step out"
    if index + 1 < len(chain.steps):
        return f"{chain.steps[index + 1].step} stands behind the removal of a gradient", "make it the last step"
    if chain.group is not None and chain.group.cfa and not any(isinstance(s, Debayer) for s in chain.steps):
        return "a gradient is removed from a mosaic, which mixes its colours", "debayer first"
    return None


def _unproved(chain: Chain, step: RemoveGradient) -> tuple[str, str] | None:
    if any(True for _ in chain.calibrations()) and next(chain.darks(), None) is None:
        return "gradient removal is refused in place of a dark: these lights are calibrated without one", _PROVE
    if not step.evidence:
        return "gradient removal is refused without a proof that the dark was applied and little is left", _PROVE
    for left in step.evidence:
        why = too_much(left)
        if why is not None:
            what = f"gradient removal is refused in place of a dark: of {_name(left.output)}, {why} (AG412)"
            return what, "calibrate again with a dark of the light's exposure, gain, mode and temperature"
    return None


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


RULE = Rule(code="AG319", name="gradient-step", severity="error", needs=("plan",), check=check)
