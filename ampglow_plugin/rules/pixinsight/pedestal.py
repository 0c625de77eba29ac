"""An output pedestal is on where values below zero must be expected.

What it checks
    Lights have an output pedestal (``OutputPedestal_Auto`` or a literal one above 0) where something predicts values
    below zero: a narrowband or multi-band filter, by the headers or by the names of files and folders; a bias that is
    subtracted twice; a dark of longer exposure, higher gain, higher offset or a warmer sensor than the lights. Where
    nothing predicts them the rule is skipped: a bright sky keeps its noise above zero.

Why it matters
    ImageCalibration cuts off what is below zero. Under a dark sky half of the noise lies there, and is lost; what is
    stacked afterwards is too bright in the faintest places, and a glow that was taken away too much looks flat.

How to fix it
    Output pedestal mode: Automatic.

Source
    ImageCalibration truncates to 0..1 after adding the pedestal; the mode exists since 1.8.9. A dark that does not fit
    subtracts more than the light holds (AG201 to AG204).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.process import ProcessInstance
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import (
    CALIBRATION,
    ask,
    dark_holds_bias,
    fine,
    frames,
    kind,
    master,
    of,
    say,
    targets,
)

#: H alpha, H beta, O III, S II, N II as filters are labelled
_LINE = r"h[- ]?a(lpha)?|h[- ]?b(eta)?|[os][- ]?(iii|ii|3|2)|n[- ]?ii"
#: filters for colour cameras that pass two or more of these lines
_BANDS = r"l-?(extreme|enhance|ultimate|synergy)|alp-?t|nbz|((du|tr|qu)[ao]d?[a-z]*|dual|multi)[- ]?(narrow)?[- ]?band"
_NARROW = re.compile(rf"^({_LINE}|{_BANDS})\b", re.IGNORECASE)
#: the same in a name, between what separates words there; batch scripts write FILTER-Ha
_NAMED = re.compile(rf"(?:^|[/_. -]|filter-)({_LINE}|{_BANDS})(?=[/_. -]|$)", re.IGNORECASE)
#: field of a header, what a larger value of the dark does
_MORE = (
    ("exposure_s", "all", "its exposure is longer"),
    ("gain", "all", "its gain is higher"),
    ("offset", "all", "its offset is higher"),
    ("temperature_c", "cooled", "its sensor was warmer"),
)


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
    return _too_much(context, instance) or _dark_sky(context, instance)


def _too_much(context: Context, instance: ProcessInstance) -> str | None:
    """Why more is subtracted than the light holds."""
    if not ask(instance, "masterDarkEnabled").is_(True):
        return None
    if ask(instance, "masterBiasEnabled").is_(True):
        undivided = ask(instance, "calibrateDark").is_(False) and dark_holds_bias(context, instance)
        if undivided:
            return "the bias is subtracted twice"
    dark, lights = master(context, instance, "Dark"), frames(context, instance)
    for field, scope, what in _MORE:
        theirs = getattr(dark, field) if dark is not None else None
        ours = [value for light in lights if (value := getattr(light, field)) is not None]
        if theirs is None or not ours:
            continue
        least = min(ours)
        if theirs - least > limit(field, scope).equal_within(least):
            return f"the dark does not fit ({what})"
    return None


def _dark_sky(context: Context, instance: ProcessInstance) -> str | None:
    filters = {f.filter for f in frames(context, instance) if f.filter}
    if filters:
        narrow = sorted(f for f in filters if _NARROW.match(f))
        return f"the sky is dark through {narrow[0]}" if narrow else None
    names = [instance.name, str(ask(instance, "outputDirectory").value or ""), *(targets(instance) or ())]
    named = next((match[1] for name in names if (match := _NAMED.search(name))), None)
    return f"the sky is dark through {named}, as a name says" if named else None


RULE = Rule(code="AG610", name="pixinsight-pedestal", severity="info", needs=("listing",), check=check)
