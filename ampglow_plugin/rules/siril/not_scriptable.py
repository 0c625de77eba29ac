"""Every command may be used in a script.

What it checks
    Commands that Siril only takes in its window do not stand in a script of a version in which that is so.

Why it matters
    Siril ends the script there with ``This command cannot be used in a script``.

How to fix it
    Leave the command out, or do that step in the window.

Source
    Command tables of Siril 0.9.12 to 1.4.4; 1.4.2, run.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, known_lines, names, script_of, target_of


def check(context: Context) -> Iterator[Finding]:
    """One finding per command that is not for scripts; passed where all are. Programs may run in the window."""
    if script_of(context).language != "ssf":
        return
    target, judged, wrong = target_of(context), False, False
    for line, known in known_lines(context):
        if not known.span.covers(target):
            continue
        judged = True
        if not known.scriptable(target):
            wrong = True
            message = f"{names(target)} does not take {line.words[0].text} in a script, and ends it here"
            yield fail(RULE, context, line, message, "remove the line")
    if judged and not wrong:
        yield fine(RULE, context, "all commands may be used in scripts")


RULE = Rule(code="AG505", name="siril-not-scriptable", severity="error", needs=("script",), check=check)
