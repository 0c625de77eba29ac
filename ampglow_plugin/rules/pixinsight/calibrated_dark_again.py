"""The bias is not taken out of a dark that is free of it.

What it checks
    Where the bias is on and the dark is known to be free of bias (its header lists the correction),
    ``calibrateDark`` is off.

Why it matters
    The dark becomes too low by one bias level, and so too little is subtracted from the lights.

How to fix it
    Uncheck Calibrate for the master dark.

Source
    Arithmetic of ImageCalibration.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, dark_holds_bias, fine, of, say


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration with a bias and a dark known to be free of it."""
    for instance in of(context, CALIBRATION):
        if not ask(instance, "masterBiasEnabled").is_(True) or dark_holds_bias(context, instance) is not False:
            continue
        calibrate = ask(instance, "calibrateDark")
        if calibrate.is_(True):
            message = "Calibrate is on for a dark that is free of bias already"
            yield say(RULE, context, instance, "calibrateDark", message, fix="set calibrateDark to false")
        elif calibrate.is_(False):
            yield fine(RULE, context, instance, "the dark is free of bias and taken as it is")


RULE = Rule(code="AG607", name="pixinsight-dark-bias-again", severity="error", needs=("listing",), check=check)
