"""What a plan says of a dark's bias is what its steps make.

What it checks
    For darks and flat-darks that the plan builds: ``holds_bias: false`` needs a step that subtracts a bias, and
    ``holds_bias: true`` must not have one.

Why it matters
    Whether the lights need a bias hangs on this one word. If it contradicts the steps, one of the two is wrong,
    and one bias level too many or too few is taken from every light.

How to fix it
    Leave ``holds_bias`` out for a dark that the plan builds, or correct it. Frames that had their bias subtracted
    before they came into the plan are better integrated first and given as a ``file`` with ``holds_bias: false``.

Source
    Arithmetic; see AG304 and AG305.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, masters


def check(context: Context) -> Iterator[Finding]:
    """One finding per built dark that makes a claim."""
    assert context.plan is not None
    for chain in masters(context.plan):
        assert chain.master is not None
        claim = chain.master.holds_bias
        if claim is None or chain.master.role not in ("dark", "flatdark"):
            continue
        where = at(context, chain, None, "holds_bias")
        divided = bool(chain.biases())
        if claim is not divided:
            yield finding(RULE, "passed", "the claim agrees with the steps", where=where)
            continue
        message = (
            f"{chain.id} is said to hold its bias, but its steps subtract one"
            if claim
            else f"{chain.id} is said to be free of bias, but none of its steps subtracts one"
        )
        yield finding(RULE, "failed", message, where=where, measured=claim, limit=not claim, fix="correct holds_bias")


RULE = Rule(code="AG316", name="pedestal-claim", severity="warning", needs=("plan",), check=check)
