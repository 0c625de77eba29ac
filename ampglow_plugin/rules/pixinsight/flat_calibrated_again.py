"""Calibrate for the flat is on only where it fits.

What it checks
    ``calibrateFlat`` is off where the master flat is made of calibrated flats, and where the dark has another
    exposure than the flat.

Why it matters
    Calibrate for the flat subtracts the bias and the *dark of the lights* from the master flat. A flat of two
    seconds does not hold the glow of a dark of five minutes, and a flat that was calibrated holds none at
    all.

How to fix it
    Calibrate the flats with flat-darks before you integrate them, and uncheck Calibrate for the flat.

Source
    ImageCalibration has one dark for both.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.process import ProcessInstance
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, master, of, say, targets


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration with a flat."""
    for instance in of(context, CALIBRATION):
        if not ask(instance, "masterFlatEnabled").is_(True):
            continue
        calibrate = ask(instance, "calibrateFlat")
        if calibrate.is_(False):
            yield fine(RULE, context, instance, "the master flat is taken as it is")
        elif calibrate.is_(True) and (why := _wrong(context, instance)):
            yield say(RULE, context, instance, "calibrateFlat", why, fix="set calibrateFlat to false")


def _wrong(context: Context, instance: ProcessInstance) -> str | None:
    assert context.listing is not None
    flat, dark = master(context, instance, "Flat"), master(context, instance, "Dark")
    path = ask(instance, "masterFlatPath").value
    for other in context.listing.instances:
        if other.process == "ImageIntegration" and path and other.saved_as == path:
            folders = [str(ask(c, "outputDirectory").value or "") for c in of(context, CALIBRATION)]
            if any(f and t.startswith(f) for f in folders for t in targets(other) or ()):
                return "the master flat is made of calibrated flats and is calibrated again"
    if flat is not None and flat.calibrated:
        return "the master flat says that it is calibrated, and is calibrated again"
    if flat is None or dark is None or not ask(instance, "masterDarkEnabled").is_(True):
        return None
    if flat.exposure_s is None or dark.exposure_s is None:
        return None
    if abs(flat.exposure_s - dark.exposure_s) > limit("exposure_s").tolerated_within(flat.exposure_s):
        return f"a dark of {dark.exposure_s:g} s is subtracted from a flat of {flat.exposure_s:g} s"
    return None


RULE = Rule(code="AG608", name="pixinsight-flat-again", severity="warning", needs=("listing",), check=check)
