"""Settings of Optimize do not suggest that it is on.

What it checks
    Where Optimize is off, threshold is 0 and low and window have a default of some version.

Why it matters
    Changed values do nothing while Optimize is off; they show that someone once tuned the scaling, and act
    again as soon as it is switched on.

How to fix it
    Nothing needs to be done. Reset the icon if you want a clean one.

Source
    Defaults: low 3; window 1024 through 1.8.8-8, then 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.pixinsight import processes
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, of, say

KEYS = ("darkOptimizationThreshold", "darkOptimizationLow", "darkOptimizationWindow")


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration that does not optimise and states one of the settings."""
    for instance in of(context, CALIBRATION):
        stated = [key for key in KEYS if ask(instance, key).kind == "literal"]
        if not ask(instance, "optimizeDarks").is_(False) or not stated:
            continue
        process = processes()[instance.process]
        odd = [key for key in stated if ask(instance, key).value not in process.defaults(key)]
        for key in odd:
            message = f"{key} is set, which does nothing while Optimize is off"
            yield say(RULE, context, instance, key, message, fix="reset it to its default")
        if not odd:
            yield fine(RULE, context, instance, "settings of Optimize are at a default")


RULE = Rule(code="AG616", name="pixinsight-left-over", severity="info", needs=("listing",), check=check)
