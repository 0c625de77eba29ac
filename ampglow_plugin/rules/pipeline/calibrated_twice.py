"""Each kind of master is applied once.

What it checks
    In the steps of one group (or of one master) a dark is subtracted at most once, a bias at most once, and a
    flat is divided out at most once. Two steps with different masters (first the dark, then the flat) are fine.

Why it matters
    A second dark takes the glow away again where it is already gone: the corner turns dark, and hot pixels
    become holes. The header of the result looks right, but for a repeated line.

How to fix it
    Remove the second calibration, or feed it the raw frames instead of the calibrated ones (pp_, _c).

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: ``calibrate pp_light -dark=...`` gives factor 2.0 and 2 pedestals, and
    ends with success.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import Chain, at, chains, subtracts_bias


def check(context: Context) -> Iterator[Finding]:
    """One finding per repetition; passed for a chain that calibrates without one."""
    assert context.plan is not None
    for chain in chains(context.plan):
        repeated = [(kind, index) for kind, indices in _uses(chain).items() for index in indices[1:]]
        for kind, index in repeated:
            yield finding(
                RULE,
                "failed",
                f"a {kind} is applied a second time to the same frames",
                where=at(context, chain, index, kind),
                measured=2,
                limit=1,
                unit="times",
                fix="remove the second calibration, or give it the raw frames",
            )
        if not repeated and next(chain.calibrations(), None) is not None:
            yield finding(RULE, "passed", "each kind of master is applied once", where=at(context, chain))


def _uses(chain: Chain) -> dict[str, list[int]]:
    """Steps that use a dark, a bias, a flat."""
    steps = list(chain.calibrations())
    return {
        "dark": [i for i, step in steps if step.dark is not None],
        "bias": [i for i, step in steps if subtracts_bias(step)],
        "flat": [i for i, step in steps if step.flat is not None],
    }


RULE = Rule(code="AG311", name="calibrated-twice", severity="error", needs=("plan",), check=check)
