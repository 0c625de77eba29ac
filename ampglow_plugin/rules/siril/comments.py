"""Comments stand where Siril takes them for comments.

What it checks
    ``#`` is the very first character of a line. Elsewhere it is no comment: indented it is a command that does
    not exist, behind a command it and all words after it are arguments.

Why it matters
    An indented comment ends the script. A trailing one ends most commands from 1.2 on; where extra words are
    ignored it does no harm until the script meets another version.

How to fix it
    Move the comment to a line of its own, without blanks before ``#``.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: ``Unknown command: '#'`` on all.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.siril import command
from ampglow_plugin.model.finding import Edit, Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import above, fail, fine, is_comment, names, removed, script_of, target_of

FIX = "put the comment on a line of its own that begins with #"


def check(context: Context) -> Iterator[Finding]:
    """One finding per misplaced comment; passed where all are in place, nothing without any."""
    script, target = script_of(context), target_of(context)
    wrong = False
    for line in script.lines:
        if "#" not in line.text:
            continue
        if is_comment(line.words[0]):
            wrong = True
            message = "an indented comment is an unknown command: the script ends here"
            first = line.words[0].column
            edit = Edit(line=line.number, column=1, end_line=line.number, end_column=first, text="")
            yield fail(RULE, context, line, message, FIX, edits=(edit,))
            continue
        word = next((w for w in line.arguments if is_comment(w)), None)
        known = command(line.command)
        if word is None or known is None:
            continue
        wrong = True
        ignored = known.unknown_words(target) == "ignored"
        severity: Severity = "warning" if ignored else "error"
        done = f"{names(target)} ignores it here" if ignored else "its words are arguments, and the command fails"
        edits = (above(line, line.text[word.column - 1 :].rstrip(" \t")), removed(line, word, line.words[-1]))
        message = f"a comment behind a command: {done}"
        yield fail(RULE, context, line, message, FIX, word=word, severity=severity, edits=edits)
    if script.comments and not wrong:
        yield fine(RULE, context, "comments stand on their own lines")


RULE = Rule(code="AG503", name="siril-comments", severity="error", needs=("script",), check=check)
