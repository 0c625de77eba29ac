"""Darks, flat-darks and biases are integrated without normalisation.

What it checks
    Masters of darks, flat-darks and biases are combined with normalisation ``none``; no master is output
    normalised. Flats may be scaled (multiplicative), not shifted (additive: warning).

Why it matters
    A dark is a measurement of level. Normalising shifts or scales the frames to a reference, and output
    normalisation stretches the result to the full range; subtracting that removes some other amount.
    A flat is a ratio: scaling keeps it, shifting or stretching does not.

How to fix it
    Siril: ``stack dark rej 3 3 -nonorm`` without ``-output_norm``; flats ``-norm=mul``. PixInsight:
    NoNormalization for darks and biases, Multiplicative for flats.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: a master dark stacked with ``-output_norm`` was subtracted 7.29 times
    too strongly with 0.13 of the pedestal. Additive normalisation does little harm while the darks are equal,
    and all the more when temperature or level drifted.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Integrate
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import Chain, at, masters

SCALE_ONLY = ("none", "multiplicative", "multiplicative_scaling")


def check(context: Context) -> Iterator[Finding]:
    """One finding per integration of a master and per thing that is wrong with it."""
    assert context.plan is not None
    for chain in masters(context.plan):
        for index, step in enumerate(chain.steps):
            if isinstance(step, Integrate):
                yield from _judge(context, chain, index, step)


def _judge(context: Context, chain: Chain, index: int, step: Integrate) -> Iterator[Finding]:
    assert chain.master is not None
    role = chain.master.role
    fine = True
    if step.output_normalized:
        fine = False
        yield finding(
            RULE,
            "failed",
            f"the master {role} {chain.id} is stretched to the full range (output normalisation)",
            where=at(context, chain, index, "output_normalized"),
            fix="switch output normalisation off",
        )
    if step.normalization not in (("none",) if role != "flat" else SCALE_ONLY):
        fine = False
        yield finding(
            RULE,
            "failed",
            f"the master {role} {chain.id} is integrated with {step.normalization.replace('_', ' ')} normalisation",
            severity="warning" if role == "flat" else "error",
            where=at(context, chain, index, "normalization"),
            measured=step.normalization,
            limit="multiplicative" if role == "flat" else "none",
            fix="use multiplicative" if role == "flat" else "use none (Siril: -nonorm; PixInsight: NoNormalization)",
        )
    if fine:
        yield finding(RULE, "passed", "normalisation as it should be", where=at(context, chain, index))


RULE = Rule(code="AG309", name="master-normalised", severity="error", needs=("plan",), check=check)
