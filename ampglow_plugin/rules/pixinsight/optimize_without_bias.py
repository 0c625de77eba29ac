"""A dark is not optimised with its bias in it.

What it checks
    Where Optimize and the master dark are on, a master bias is on too, or the dark is known to be free of
    bias and the frames as well, or overscan takes the level out of both.

Why it matters
    The factor multiplies the whole dark. With the bias still in it, the level of the frames is scaled too:
    the background ends too high or below zero, and glow with it.

How to fix it
    Switch Optimize off. If you must scale, enable the master bias and Calibrate for the dark.

Source
    Arithmetic of ImageCalibration: light - bias - k * dark.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.process import ProcessInstance
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, dark_holds_bias, fine, frames, of, say


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration that surely scales a dark."""
    for instance in of(context, CALIBRATION):
        if not (ask(instance, "optimizeDarks").is_(True) and ask(instance, "masterDarkEnabled").is_(True)):
            continue
        bias = ask(instance, "masterBiasEnabled")
        if bias.is_(True) or _free(context, instance):
            yield fine(RULE, context, instance, "the bias is not scaled with the dark")
        elif bias.is_(False):
            message = "the dark is scaled with the bias in it, since the master bias is off"
            yield say(RULE, context, instance, "optimizeDarks", message, fix="switch Optimize off, or enable the bias")


def _free(context: Context, instance: ProcessInstance) -> bool:
    if ask(instance, "overscanEnabled").is_(True) and ask(instance, "calibrateDark").is_(True):
        return True
    found = frames(context, instance)
    return dark_holds_bias(context, instance) is False and bool(found) and all(f.calibrated for f in found)


RULE = Rule(code="AG605", name="pixinsight-optimize-bias", severity="error", needs=("listing",), check=check)
