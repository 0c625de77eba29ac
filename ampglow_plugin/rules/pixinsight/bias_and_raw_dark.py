"""A bias beside a dark that holds it needs Calibrate on for the dark.

What it checks
    Where bias and dark are both on, ``calibrateDark`` is on, unless the dark is known to be free of bias. A
    warning where nobody knows what the dark holds.

Why it matters
    Both masters hold the bias level, and with Calibrate off both are subtracted as they are: the bias goes
    twice, the background below zero, where it is cut off.

How to fix it
    Check Calibrate for the master dark (``calibrateDark = true``), or switch the master bias off.

Source
    Arithmetic of ImageCalibration; Calibrate subtracts the bias from the dark first.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, dark_holds_bias, fine, of, say


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration with bias and dark."""
    for instance in of(context, CALIBRATION):
        if not (ask(instance, "masterBiasEnabled").is_(True) and ask(instance, "masterDarkEnabled").is_(True)):
            continue
        calibrate, holds = ask(instance, "calibrateDark"), dark_holds_bias(context, instance)
        if calibrate.is_(True) or holds is False:
            yield fine(RULE, context, instance, "the bias is subtracted once")
        elif calibrate.is_(False):
            severity: Severity = "error" if holds else "warning"
            message = "bias and dark are subtracted and Calibrate is off for the dark: "
            message += "the bias goes twice" if holds else "twice the bias, unless the dark is free of it"
            fix = "set calibrateDark to true, or masterBiasEnabled to false"
            yield say(RULE, context, instance, "calibrateDark", message, severity=severity, fix=fix)


RULE = Rule(code="AG606", name="pixinsight-bias-twice", severity="error", needs=("listing",), check=check)
