"""Darks, flat-darks and biases are combined to their mean or median.

What it checks
    Masters of darks, flat-darks and biases are not summed, and not the minimum or maximum of their frames.

Why it matters
    A light holds the glow of one exposure. A sum of N darks holds it N times; minimum and maximum sit to one
    side of the level by some multiple of the noise, and the maximum keeps every cosmic ray.

How to fix it
    Combine by mean with rejection, or by median.

Source
    Arithmetic; Siril's official scripts use mean with rejection for every master.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Integrate
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, masters


def check(context: Context) -> Iterator[Finding]:
    """One finding per integration of a dark, flat-dark or bias."""
    assert context.plan is not None
    for chain in masters(context.plan):
        if chain.master is None or chain.master.role == "flat":
            continue
        for index, step in enumerate(chain.steps):
            if not isinstance(step, Integrate):
                continue
            where = at(context, chain, index, "combination")
            if step.combination in ("mean", "median"):
                yield finding(RULE, "passed", f"combined by {step.combination}", where=where)
            else:
                yield finding(
                    RULE,
                    "failed",
                    f"the master {chain.id} is the {step.combination} of its frames, which is not the level of one",
                    where=where,
                    measured=step.combination,
                    limit="mean or median",
                    fix="combine by mean with rejection",
                )


RULE = Rule(code="AG310", name="master-combination", severity="error", needs=("plan",), check=check)
