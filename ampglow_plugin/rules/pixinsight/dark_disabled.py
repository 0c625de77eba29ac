"""The master dark is enabled where lights are calibrated.

What it checks
    ``masterDarkEnabled`` is not literally false for lights (error); for frames of unknown kind it is a
    warning. Flats, darks and biases may be calibrated without a dark, and so may anything that a script
    decides.

Why it matters
    ImageCalibration runs without a word when the dark is off. The output looks calibrated, and all of the
    glow is in it.

How to fix it
    Enable Master Dark and give its path: ``P.masterDarkEnabled = true; P.masterDarkPath = "...";``.

Source
    ImageCalibration: a disabled dark is legal and silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, kind, of, say


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration whose dark is surely on or off."""
    for instance in of(context, CALIBRATION):
        dark = ask(instance, "masterDarkEnabled")
        meant = kind(context, instance)
        if dark.is_(True):
            yield fine(RULE, context, instance, "the master dark is enabled")
        elif dark.is_(False) and meant in ("light", None):
            message = "the master dark is off: lights keep their glow" if meant else "the master dark is off"
            severity: Severity = "error" if meant else "warning"
            fix = "enable the master dark (right without one only for flats, darks and biases)"
            yield say(RULE, context, instance, "masterDarkEnabled", message, severity=severity, fix=fix)


RULE = Rule(code="AG602", name="pixinsight-dark-disabled", severity="error", needs=("listing",), check=check)
