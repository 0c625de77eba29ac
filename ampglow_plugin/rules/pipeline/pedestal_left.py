"""A divided dark is used together with a bias.

What it checks
    Where a dark that is free of bias is subtracted, a bias frame or a constant level must be subtracted
    too. Where nobody knows whether the dark holds its bias, the rule is skipped and says so.

Why it matters
    The light keeps its whole bias level. The flat then divides this constant too, which leaves an
    inverse image of the vignetting, and the sky level is wrong.

How to fix it
    Add the master bias, or use a dark that still holds its bias. For a reused master write
    ``holds_bias: true`` or ``false`` into the plan once you know: the median of a dark that holds it is
    close to that of a bias frame.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: a divided dark alone leaves one whole pedestal in the light. Neither
    header nor log of a master tells the two kinds apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, chains, holds_bias


def check(context: Context) -> Iterator[Finding]:
    """One finding per dark that is subtracted without a bias."""
    assert context.plan is not None
    for chain in chains(context.plan):
        if chain.biases():
            continue
        for index, dark in chain.darks():
            where = at(context, chain, index, "dark")
            held = holds_bias(context.plan, dark)
            if held:
                yield finding(RULE, "passed", f"the dark {dark} takes the bias with it", where=where)
            elif held is None:
                unknown = f"not known whether the dark {dark} holds its bias"
                yield finding(RULE, "skipped", unknown, where=where, fix="compare its median with that of a bias frame")
            else:
                yield finding(
                    RULE,
                    "failed",
                    f"the dark {dark} is free of bias and no bias is subtracted: the bias level stays in",
                    where=where,
                    measured=0,
                    limit=1,
                    unit="bias levels",
                    fix="add the master bias, or use a dark that still holds it",
                )


RULE = Rule(code="AG305", name="pedestal-left", severity="error", needs=("plan",), check=check)
