"""What the AG5xx rules share: the target, the words that count, and where a finding stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.knowledge.siril import Command, Target, Version, command, target
from ampglow_plugin.model.finding import Edit, Finding, Severity, Where
from ampglow_plugin.model.script import Line, Script, Word
from ampglow_plugin.rules.base import Context, Rule, finding

#: commands that subtract and divide by masters
CALIBRATING = ("calibrate", "calibrate_single", "preprocess", "preprocess_single")
#: an option whose value begins with a quote that its word does not end
_CUT = re.compile(r"""-\w+=(["'])(?!.*\1$)""")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)%?")


def script_of(context: Context) -> Script:
    """The script; rules that need one are skipped without."""
    assert context.script is not None
    return context.script


def target_of(context: Context) -> Target | None:
    """The releases it is judged for, or None where neither the script nor the user says."""
    script = script_of(context)
    return target(script.requires, script.chosen)


def known_lines(context: Context) -> Iterator[tuple[Line, Command]]:
    """Lines whose command some release has."""
    for line in script_of(context).lines:
        found = command(line.command)
        if found is not None:
            yield line, found


def arguments(line: Line) -> tuple[Word, ...]:
    """The words after the command up to a trailing comment, which is judged by a rule of its own."""
    words = line.words
    if "#" in line.text:
        for i, word in enumerate(words):
            if i and is_comment(word):
                return words[1:i]
    return words[1:]


def is_comment(word: Word) -> bool:
    """Whether a word begins what is meant as a comment."""
    return word.text.startswith("#") and not word.quoted


def is_number(text: str) -> bool:
    """A number, with a percent sign or without."""
    return _NUMBER.fullmatch(text) is not None


def is_option(word: Word) -> bool:
    """A word that begins with a dash and is no negative number."""
    return word.text.startswith("-") and not is_number(word.text)


def option_value(word: Word, name: str) -> str:
    """What stands behind ``name`` (``-dark=``), without quotes around it."""
    return word.text.removeprefix(name).strip("\"'")


def version_text(version: Version) -> str:
    """As people write it: ``1.2.2``."""
    return ".".join(map(str, version))


def names(target: Target | None) -> str:
    """How messages call the target."""
    return f"Siril {target.series}" if target else "any Siril"


def fail(  # noqa: PLR0913 - one parameter a part of the finding
    rule: Rule,
    context: Context,
    line: Line | tuple[int, int],
    message: str,
    fix: str,
    *,
    word: Word | None = None,
    severity: Severity | None = None,
    edits: tuple[Edit, ...] = (),
) -> Finding:
    """A failed finding at a word (else at the command), or at (line, column).

    ``edits`` may stand only where the script does not get past this line today, or where they change nothing of what
    it does. Programs that send commands get none. Nothing is moved on a line where blanks cut a quoted value in words:
    it might land in the middle of the value, so the quotes are put right first.
    """
    script = script_of(context)
    number, column = line if isinstance(line, tuple) else (line.number, (word or line.words[0]).column)
    where = Where(path=script.path, line=number, column=column)
    moves = len(edits) > 1 and isinstance(line, Line) and any(_CUT.match(w.text) for w in line.words)
    safe = edits if script.language == "ssf" and not moves else ()
    return finding(rule, "failed", message, where=where, severity=severity, fix=fix, edits=safe)


def fine(rule: Rule, context: Context, message: str) -> Finding:
    """A passed finding about the whole script."""
    return finding(rule, "passed", message, where=Where(path=script_of(context).path))


def replaced(line: Line, text: str, first: Word, last: Word | None = None) -> Edit:
    """``text`` in place of a word, or of all from ``first`` to ``last``."""
    end = (last or first).end
    return Edit(line=line.number, column=first.column, end_line=line.number, end_column=end, text=text)


def added(line: Line, text: str, behind: Word) -> Edit:
    """``text`` behind a word, parted by a blank."""
    return Edit(line=line.number, column=behind.end, end_line=line.number, end_column=behind.end, text=f" {text}")


def removed(line: Line, first: Word, last: Word | None = None) -> Edit:
    """Without a word (or all from ``first`` to ``last``) and the blanks before it."""
    end = (last or first).end
    before = len(line.text[: first.column - 1].rstrip(" \t")) + 1
    return Edit(line=line.number, column=before, end_line=line.number, end_column=end, text="")


def above(line: Line, text: str) -> Edit:
    """``text`` as a line of its own above."""
    return Edit(line=line.number, column=1, end_line=line.number, end_column=1, text=f"{text}\n")
