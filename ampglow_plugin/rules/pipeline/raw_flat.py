"""Flats have their own dark or bias subtracted before they are integrated.

What it checks
    Every master flat that is built from frames has a flat-dark, a bias or a constant level subtracted. In a script
    it is an info where flats are only integrated, as another script may have calibrated them.

Why it matters
    The bias level in a flat is not light. Divided by it, vignetting and dust are under-corrected, by the share that
    the level has in the flat: 500 of 20 000 ADU make 2.5 percent.

How to fix it
    Take 20 or more flat-darks: exposure, gain and offset of the flats, telescope covered. A master bias serves too
    for short flats.

Source
    Arithmetic; Siril's official scripts calibrate flats with the master bias before stacking them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, from_script, masters


def check(context: Context) -> Iterator[Finding]:
    """One finding per master flat that is built."""
    assert context.plan is not None
    for chain in masters(context.plan):
        if chain.master is None or chain.master.role != "flat":
            continue
        where = at(context, chain)
        calibrated = next(chain.calibrations(), None) is not None
        if chain.biases() or next(chain.darks(), None) is not None:
            yield finding(RULE, "passed", "the flats have their level subtracted", where=where)
            continue
        severity: Severity = "info" if from_script(context) and not calibrated else "warning"
        message = f"the flats of {chain.id} keep their bias level: no flat-dark and no bias is subtracted"
        fix = "add flat-darks (--flat-darks) or a bias (--bias)"
        yield finding(RULE, "failed", message, severity=severity, where=where, fix=fix)


RULE = Rule(code="AG317", name="raw-flat", severity="warning", needs=("plan",), check=check)
