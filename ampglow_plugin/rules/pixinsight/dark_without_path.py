"""An enabled master dark has a path.

What it checks
    Where the master dark is enabled (it is at the factory), ``masterDarkPath`` is not empty. For an icon
    without files, a template, this is an info.

Why it matters
    ImageCalibration refuses to run. In a script that does not look at the return value, the frames of the
    next step are the raw ones.

How to fix it
    Give the path, or set ``masterDarkEnabled`` to false where no dark is meant.

Source
    ImageCalibration checks before it runs whether a path is given, and only later whether the file exists.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, is_template, of, say

WORDS = ("Dark",)


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


RULE = Rule(code="AG603", name="pixinsight-dark-path", severity="error", needs=("listing",), check=check)
