"""No option is silently ignored.

What it checks
    No command gets a word that its version takes without a complaint and without effect. At commands that
    calibrate this is an error, elsewhere a warning.

Why it matters
    Siril 1.0 ignores every word of ``preprocess`` that it does not know: ``-opt=exp`` subtracts the dark unscaled,
    ``-Dark=`` subtracts none, and an unquoted blank cuts the path of a master. Nothing is logged.

How to fix it
    Use the name in the message, or remove the word.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run with a word that none knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import CALIBRATING, arguments, fail, fine, target_of
from ampglow_plugin.rules.siril.words import judged_lines, unknown_words


def check(context: Context) -> Iterator[Finding]:
    """One finding per ignored word; passed where a command that ignores words has arguments, and all count."""
    found = list(unknown_words(context, ignored=True))
    for unknown in found:
        severity: Severity = "error" if unknown.command.name in CALIBRATING and not unknown.too_new else "warning"
        message = f"{unknown.message}: it is ignored without a word"
        yield fail(RULE, context, unknown.line, message, unknown.fix, word=unknown.word, severity=severity)
    target = target_of(context)
    if not found and any(arguments(li) and c.unknown_words(target) == "ignored" for li, c in judged_lines(context)):
        yield fine(RULE, context, "no option is ignored")


RULE = Rule(code="AG507", name="siril-ignored-option", severity="error", needs=("script",), check=check)
