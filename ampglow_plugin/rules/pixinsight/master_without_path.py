"""An enabled master bias or flat has a path.

What it checks
    Where bias or flat are enabled (both are at the factory), their paths are not empty. For an icon without
    files, a template, this is an info.

Why it matters
    An instance meant for a dark alone must switch the other two off, or ImageCalibration refuses to run.

How to fix it
    Set ``masterBiasEnabled`` and ``masterFlatEnabled`` to false where none is meant.

Source
    All three masters are enabled at the factory.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, is_template, of, say

WORDS = ("Bias", "Flat")


def check(context: Context) -> Iterator[Finding]:
    """One finding per master that is surely enabled."""
    for instance in of(context, CALIBRATION):
        for word in WORDS:
            enabled, path = ask(instance, f"master{word}Enabled"), ask(instance, f"master{word}Path")
            if not enabled.is_(True) or not path.sure:
                continue
            if path.value:
                yield fine(RULE, context, instance, f"the master {word.lower()} has a path")
                continue
            stated = "" if enabled.kind == "literal" else ", as it is at the factory"
            message = f"the master {word.lower()} is enabled{stated} and has no path"
            severity: Severity = "info" if is_template(instance) else "error"
            fix = f"give master{word}Path a file, or set master{word}Enabled to false"
            yield say(RULE, context, instance, f"master{word}Path", message, severity=severity, fix=fix)


RULE = Rule(code="AG604", name="pixinsight-master-path", severity="error", needs=("listing",), check=check)
