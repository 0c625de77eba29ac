"""Optimize is off in ImageCalibration.

What it checks
    Every ImageCalibration that subtracts a dark has ``optimizeDarks`` off. It is on at the factory: an
    instance that does not state it is judged as on. A warning where the sensor is not known (in a log, which says
    what was done, an error), passed where it is known to be free of glow and the bias is handled. What the script
    computes is only pointed out.

Why it matters
    PixInsight then looks for the factor k that leaves the least noise, and multiplies the whole dark by it:
    bias level, dark current and glow. Glow does not follow that factor; some of it stays, or more than all of
    it is taken.

How to fix it
    ImageCalibration: leave Optimize unchecked. Script: ``P.optimizeDarks = false;``. Use a dark of the same
    exposure.

Source
    Default true in every version. k minimises the noise of hot pixels alone; measured effect in AG303.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.process import ProcessInstance
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, dark_holds_bias, fine, glows, of, say

FIX = "switch Optimize off: P.optimizeDarks = false"


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration that may subtract a dark."""
    for instance in of(context, CALIBRATION):
        dark, optimize = ask(instance, "masterDarkEnabled"), ask(instance, "optimizeDarks")
        if dark.is_(False):
            continue
        if optimize.is_(False):
            yield fine(RULE, context, instance, "the dark is not scaled")
        elif optimize.is_(True) and dark.is_(True):
            yield _judge(context, instance, stated=optimize.kind == "literal")
        else:
            message = "whether the dark is scaled (Optimize) is decided while the script runs"
            yield say(RULE, context, instance, "optimizeDarks", message, severity="info", fix=FIX)


def _judge(context: Context, instance: ProcessInstance, *, stated: bool) -> Finding:
    assert context.listing is not None
    glowing = glows(context, instance)
    bias = ask(instance, "masterBiasEnabled").is_(True)
    handled = bias and (ask(instance, "calibrateDark").is_(True) or dark_holds_bias(context, instance) is False)
    if glowing is False and handled:
        return fine(RULE, context, instance, "the dark is scaled; the sensor is known to be free of glow")
    severity: Severity = "warning" if glowing is None and not context.listing.log else "error"
    message = "Optimize is on" if stated else "Optimize is on, as it is at the factory and nothing here turns it off"
    why = {
        True: "",
        False: ", and the bias is scaled with the dark",
        None: " (wrong for a sensor that glows; not known)",
    }
    return say(RULE, context, instance, "optimizeDarks", f"{message}{why[glowing]}", severity=severity, fix=FIX)


RULE = Rule(code="AG601", name="pixinsight-optimize", severity="error", needs=("listing",), check=check)
