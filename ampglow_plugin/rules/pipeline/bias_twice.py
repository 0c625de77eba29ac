"""The bias level is subtracted once.

What it checks
    Where a bias frame or a constant level is subtracted beside a dark, the dark must be divided, that
    is, free of bias. Fails for a dark that holds its bias; warns where nobody knows. Steps one after the
    other count like one step. Flats and their flat-darks are judged alike.

Why it matters
    A raw dark already holds the bias level. Taken away twice, the sky background sinks by one pedestal;
    dark pixels turn negative and are cut off, and the flat no longer fits. No host notices.

How to fix it
    Leave the bias out: a dark that holds its bias is all that the light needs. Or subtract the bias from
    the darks before they are integrated. In PixInsight "Calibrate" of the master dark does that.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: ``-bias`` and ``-dark`` with an undivided dark remove 2.0 pedestals
    of 500 ADU; HISTORY is the same as of the right pair, and only sky below one pedestal draws a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, chains, holds_bias


def check(context: Context) -> Iterator[Finding]:
    """One finding per dark that is subtracted beside a bias."""
    assert context.plan is not None
    for chain in chains(context.plan):
        biases = chain.biases()
        if not biases:
            continue
        for index, dark in chain.darks():
            where = at(context, chain, max(index, biases[0]), "bias")
            held = holds_bias(context.plan, dark)
            if held is False:
                yield finding(RULE, "passed", f"the dark {dark} is free of bias", where=where)
                continue
            message = (
                f"the bias is subtracted twice: the dark {dark} holds it already"
                if held
                else f"a bias is subtracted beside the dark {dark}, of which it is not known whether it holds its own"
            )
            yield finding(
                RULE,
                "failed",
                message,
                severity="error" if held else "warning",
                where=where,
                measured=2 if held else None,
                limit=1,
                unit="bias levels",
                fix="leave the bias out, or use a dark with the bias subtracted (holds_bias: false)",
            )


RULE = Rule(code="AG304", name="bias-twice", severity="error", needs=("plan",), check=check)
