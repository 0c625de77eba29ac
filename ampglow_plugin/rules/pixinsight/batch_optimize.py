"""The batch preprocessing script does not optimise darks.

What it checks
    A Script icon whose parameter ``optimizeDarks`` is true, as the batch preprocessing script saves it. In the log of
    a run AG601 looks at every calibration.

Why it matters
    The script then scales every dark by its own factor for each light; glow does not follow that factor.

How to fix it
    In the script: select the dark exposure group or the Calibration tab, uncheck "Optimize Master Dark", and
    save the icon again.

Source
    Batch preprocessing 1.4: default on. Later versions have the switch for each group.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pixinsight.look import at, of, say

KEY = "parameters.optimizeDarks"
FIX = 'uncheck "Optimize Master Dark"'


def check(context: Context) -> Iterator[Finding]:
    """One finding per Script icon that states it."""
    for instance in of(context, "Script"):
        listed = instance.values.get(KEY)
        if listed is None:
            continue
        if listed.value is True:
            yield say(RULE, context, instance, KEY, "darks are optimised (scaled)", fix=FIX)
        elif listed.value is False:
            yield finding(RULE, "passed", "Script: darks are not optimised", where=at(context, instance, KEY))


RULE = Rule(code="AG618", name="pixinsight-batch-optimize", severity="error", needs=("listing",), check=check)
