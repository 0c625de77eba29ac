"""Every option exists in the version that the script is for.

What it checks
    Options and values of each command are those of the series that ``requires`` names (or ``--siril``), in the
    right case, where a word that is not known ends the command. An option that only later releases of the series
    have is a warning.

Why it matters
    Names of options change between versions: ``-weighted``, ``-weight_from_noise`` and ``-weight=noise`` are one
    thing in three series. The script ends at the first that is not known.

How to fix it
    Use the name in the message, or require the version that has the option. Options are written in lower case.

Source
    Option parsers of Siril 0.9.12 to 1.4.4; 1.0.6, 1.2.6 and 1.4.2, run with a word that none knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import arguments, fail, fine
from ampglow_plugin.rules.siril.words import judged_lines, unknown_words


def check(context: Context) -> Iterator[Finding]:
    """One finding per word that is not known; passed where there are arguments and all are."""
    found = list(unknown_words(context, ignored=False))
    for unknown in found:
        message = unknown.message if unknown.too_new else f"{unknown.message}: the script ends here"
        severity: Severity = "warning" if unknown.too_new or unknown.fate is None else "error"
        edits = unknown.edits if severity == "error" else ()
        yield fail(RULE, context, unknown.line, message, unknown.fix, word=unknown.word, severity=severity, edits=edits)
    if not found and any(arguments(line) for line, _ in judged_lines(context)):
        yield fine(RULE, context, "no unknown word ends a command")


RULE = Rule(code="AG506", name="siril-unknown-option", severity="error", needs=("script",), check=check)
