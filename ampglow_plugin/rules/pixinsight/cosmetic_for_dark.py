"""CosmeticCorrection does not stand in for a dark.

What it checks
    In a file that calibrates without any dark, no CosmeticCorrection uses a master dark. A file of
    CosmeticCorrection alone, or one whose frames are calibrated already (``_c``), is not judged.

Why it matters
    CosmeticCorrection uses the dark as a map of hot pixels. They vanish, which looks like a calibrated frame;
    nothing is subtracted, and all of the glow stays.

How to fix it
    Give the dark to ImageCalibration as well.

Source
    CosmeticCorrection never subtracts its master dark; see AG313.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, kind, of, say, targets


def check(context: Context) -> Iterator[Finding]:
    """One finding per CosmeticCorrection that uses a dark, beside calibrations of lights."""
    lights = [i for i in of(context, CALIBRATION) if kind(context, i) in ("light", None)]
    if not lights:
        return
    without = all(ask(i, "masterDarkEnabled").is_(False) for i in lights)
    written = {f"{path.rpartition('/')[2].rpartition('.')[0]}_c" for i in lights for path in targets(i) or ()}
    for instance in of(context, "CosmeticCorrection"):
        if not ask(instance, "useMasterDark").is_(True):
            continue
        files = {path.rpartition("/")[2].rpartition(".")[0] for path in targets(instance) or ()}
        elsewhere = any(name.endswith("_c") for name in files) and not files & written
        if without and not elsewhere:
            message = "the dark only serves to find hot pixels, and no ImageCalibration here subtracts one"
            fix = "enable the master dark in ImageCalibration"
            yield say(RULE, context, instance, "useMasterDark", message, fix=fix)
        else:
            yield fine(RULE, context, instance, "the dark is subtracted elsewhere")


RULE = Rule(code="AG615", name="pixinsight-cosmetic-dark", severity="error", needs=("listing",), check=check)
