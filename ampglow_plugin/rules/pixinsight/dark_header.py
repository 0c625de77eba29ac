"""The header of the dark agrees with those of the lights.

What it checks
    Where the files of an ImageCalibration are found, the master dark has the exposure, gain and binning of
    the frames (error) and their temperature and offset (warning). What one side does not record is not
    compared.

Why it matters
    ImageCalibration compares sizes only. A dark of other exposure or gain holds another glow, and is
    subtracted all the same.

How to fix it
    Take a dark of the same settings. ``ampglow match`` finds it.

Source
    Limits as in matching (knowledge/tolerances.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, frames, master, of, say

Row = tuple[str, str, str, Severity]
#: field, unit, scope of the limit, severity
FIELDS: tuple[Row, ...] = (
    ("exposure_s", " s", "all", "error"),
    ("gain", "", "all", "error"),
    ("xbinning", "", "all", "error"),
    ("ybinning", "", "all", "error"),
    ("temperature_c", " C", "cooled", "warning"),
    ("offset", "", "all", "warning"),
)


def check(context: Context) -> Iterator[Finding]:
    """One finding per field that differs; passed where all that both sides record agree."""
    for instance in of(context, CALIBRATION):
        dark, lights = master(context, instance, "Dark"), frames(context, instance)
        if dark is None or not lights or not ask(instance, "masterDarkEnabled").is_(True):
            continue
        compared = [d for row in FIELDS if (d := _compare(dark, lights, row)) is not None]
        for text, severity in [d for d in compared if d[0]]:
            fix = "take a dark of the same settings"
            yield say(RULE, context, instance, "masterDarkPath", text, severity=severity, fix=fix)
        if compared and not any(text for text, _ in compared):
            yield fine(RULE, context, instance, "what headers say of the dark agrees with the frames")


def _compare(dark: Frame, lights: list[Frame], row: Row) -> tuple[str, Severity] | None:
    """What differs ("" for nothing) and how bad it is; None where it cannot be compared."""
    field, unit, scope, severity = row
    bound, own = limit(field, scope), getattr(dark, field)
    values = [v for f in lights if (v := getattr(f, field)) is not None]
    if own is None or not values:
        return None
    far = [v for v in values if abs(v - own) > bound.tolerated_within(v)]
    if not far:
        return "", severity
    name = field.rpartition("_")[0] if unit else field
    return f"{name} of the dark is {own:g}{unit}, of the frames {far[0]:g}{unit}", severity


RULE = Rule(code="AG613", name="pixinsight-dark-differs", severity="error", needs=("listing",), check=check)
