"""Every command exists in the version that the script is for.

What it checks
    Each command is one of the series that ``requires`` names (or ``--siril``), under the name it has there:
    ``preprocess`` up to 1.2, ``calibrate`` from 1.2 on. One that only later releases of the series have is a
    warning.

Why it matters
    An unknown command ends the script. Whatever lies in the folders from an earlier run then looks like its
    result.

How to fix it
    Use the name in the message, or require the version that has the command.

Source
    Command tables of Siril 0.9.12 to 1.4.4; 1.0.6, 1.2.6 and 1.4.2, run.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.siril import Target, command, spellings
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.script import Line
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, is_comment, names, replaced, script_of, target_of, version_text
from ampglow_plugin.rules.siril.words import NO_CONTINUATION


def check(context: Context) -> Iterator[Finding]:
    """One finding per command that is not there; passed where all are."""
    target = target_of(context)
    lines = [line for line in script_of(context).lines if not is_comment(line.words[0])]
    found = [f for line in lines if (f := _judge(context, line, target)) is not None]
    yield from found
    if lines and not found:
        yield fine(RULE, context, "all commands exist")


def _judge(context: Context, line: Line, target: Target | None) -> Finding | None:
    typed, known = line.words[0].text, command(line.command)
    if known is None and typed.startswith("-"):
        message = f"{typed} stands where a command should: the script ends here"
        return fail(RULE, context, line, message, f"write it behind the command above: {NO_CONTINUATION}")
    if known is None:
        from difflib import get_close_matches

        near = [command(name) for name in get_close_matches(line.command, spellings(), n=1)]
        fix = f"write {near[0].name}" if near and near[0] else "remove the line"
        return fail(RULE, context, line, f"there is no command {typed}: the script ends here", fix)
    if known.span.covers(target):
        if not known.span.too_new(target):
            return None
        since = version_text(known.span.first)
        message = f"{typed} exists from {since} on, and the script asks for less"
        return fail(RULE, context, line, message, f"write requires {since}", severity="warning")
    new = target is not None and known.span.first > target.high
    other = known.replaces if new else known.renamed_to
    message = f"{names(target)} has no command {typed}: the script ends here"
    if new:
        fix = f"require {version_text(known.span.first)} or newer"
    else:
        fix = f"require a version that has it: it was removed after {version_text(known.span.last)}"
    replacement = command(other) if other else None
    if replacement is not None and replacement.span.covers(target):
        fix = f"write {replacement.name}"
        edits = (replaced(line, replacement.name, line.words[0]),)
        return fail(RULE, context, line, message, fix, edits=edits)
    return fail(RULE, context, line, message, fix)


RULE = Rule(code="AG504", name="siril-unknown-command", severity="error", needs=("script",), check=check)
