"""Outputs record how they were made.

What it checks
    ``generateHistoryProperties`` of ImageCalibration and Debayer is not off (it exists from 1.9.3 on).
    CosmeticCorrection may leave it off: what the file holds already is kept.

Why it matters
    From 1.9.3 on the processing history is the only record of the calibration. Without it nobody can tell
    from the file whether a dark was subtracted, and whether it was scaled.

How to fix it
    Leave ``generateHistoryProperties`` at true.

Source
    Reading of output files of 1.9.3 and later.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.pixinsight import versions
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import ask, fine, of, say

SINCE = "1.9.3"


def check(context: Context) -> Iterator[Finding]:
    """One finding per process that states it."""
    assert context.listing is not None
    order, target = versions(), context.listing.host_version
    if target in order and order.index(target) < order.index(SINCE):
        return  # AG612 says that this version does not have it
    for instance in of(context, "ImageCalibration", "Debayer"):
        if "generateHistoryProperties" not in instance.values:
            continue
        if ask(instance, "generateHistoryProperties").is_(False):
            message = "outputs will not record how they were calibrated"
            yield say(RULE, context, instance, "generateHistoryProperties", message, fix="set it to true")
        else:
            yield fine(RULE, context, instance, "outputs record how they were made")


RULE = Rule(code="AG614", name="pixinsight-history", severity="warning", needs=("listing",), check=check)
