"""An output pedestal is on where values below zero must be expected.

What it checks
    Lights taken through a narrowband filter, or from which a bias is subtracted twice, have an output
    pedestal: ``OutputPedestal_Auto`` or a literal one above 0.

Why it matters
    ImageCalibration cuts off what is below zero. Under a dark sky half of the noise lies there, and is lost.

How to fix it
    Output pedestal mode: Automatic.

Source
    ImageCalibration truncates to 0..1 after adding the pedestal; the mode exists since 1.8.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.process import ProcessInstance
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, dark_holds_bias, fine, frames, kind, of, say

_NARROW = re.compile(r"^(h[- ]?a(lpha)?|h[- ]?b(eta)?|[os][- ]?(iii|ii|3|2)|n[- ]?ii)\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration of lights where values below zero are to be expected."""
    for instance in of(context, CALIBRATION):
        if kind(context, instance) not in ("light", None) or not (why := _threat(context, instance)):
            continue
        mode, level = ask(instance, "outputPedestalMode"), ask(instance, "outputPedestal")
        if mode.is_("OutputPedestal_Auto") or (level.sure and level.value not in (0, None)):
            yield fine(RULE, context, instance, "an output pedestal keeps values below zero")
        elif mode.sure and level.sure:
            message = f"no output pedestal: {why}, and what falls below zero is cut off"
            fix = "set outputPedestalMode to OutputPedestal_Auto"
            yield say(RULE, context, instance, "outputPedestalMode", message, fix=fix)


def _threat(context: Context, instance: ProcessInstance) -> str | None:
    both = ask(instance, "masterBiasEnabled").is_(True) and ask(instance, "masterDarkEnabled").is_(True)
    if both and ask(instance, "calibrateDark").is_(False) and dark_holds_bias(context, instance):
        return "the bias is subtracted twice"
    filters = {f.filter for f in frames(context, instance) if f.filter}
    narrow = sorted(f for f in filters if _NARROW.match(f))
    return f"the sky is dark through {narrow[0]}" if narrow else None


RULE = Rule(code="AG610", name="pixinsight-pedestal", severity="info", needs=("listing",), check=check)
