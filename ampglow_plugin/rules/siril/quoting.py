"""Blanks and quotes in arguments mean what the writer means.

What it checks
    Quotes go around whole arguments; one that is not closed takes nothing in but its own argument; a backslash does
    not guard a blank; ``cd``, ``load`` and ``save`` get one word.

Why it matters
    A quote counts only at the start of a word, and runs to the end of the line where its twin is missing:
    ``-dark="a b"`` is cut at the blank, and ``-dark="ab"`` looks for a file with quotes in its name. ``cd my dir``
    goes to ``my``. ``load my file`` works, ``load my file.fit`` on 1.0 only.

How to fix it
    Quote the whole argument: ``"-dark=../my masters/dark"``, ``cd "my dir"``.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run. ``-bias="=64"`` is the one exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.model.finding import Edit, Finding, Severity
from ampglow_plugin.model.script import Line, Word
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import (
    arguments,
    fail,
    fine,
    is_comment,
    is_option,
    replaced,
    script_of,
    target_of,
)

#: a double quote anywhere, or a single one that opens a value; an apostrophe in a name is a letter
INSIDE = re.compile(r"""[^"].*"|[^"]"|='""")
LEVEL = re.compile(r"""-bias=["'][={]""")
#: an option whose value begins with a quote
OPENED = re.compile(r"""(-[a-z_]+=)(["'])""")
READING = ("-bias=", "-dark=", "-flat=")
#: an option inside a quoted argument
SWALLOWED = re.compile(r"\s-[a-z]")
MARK = re.compile(r"""["'\\]""")
WHOLE = "put the quotes around the whole argument"


def check(context: Context) -> Iterator[Finding]:
    """One finding per argument; passed where quotes or blanks are handled rightly, nothing without arguments."""
    judged, wrong = False, False
    for line in script_of(context).lines:
        if is_comment(line.words[0]) or not line.arguments:
            continue
        judged = True
        for found in (*_words(context, line), *_blanks(context, line)):
            wrong = True
            yield found
    if judged and not wrong:
        yield fine(RULE, context, "arguments are whole")


def _words(context: Context, line: Line) -> Iterator[Finding]:
    if MARK.search(line.text) is None:
        return
    told = 0  # column up to which an argument was judged already
    for i, word in enumerate(line.arguments):
        if is_comment(word):
            return
        if word.end <= told:
            continue
        if word.quoted:
            if not word.closed and SWALLOWED.search(word.text):
                message = "the quote is never closed, and takes in all that stands behind it"
                yield fail(RULE, context, line, message, "close it behind the argument", word=word)
        elif INSIDE.search(word.text) and not LEVEL.match(word.text):
            name = word.text.partition("=")[0]
            message = f"a quote inside {name if '=' in word.text else 'a word'} is part of the name, and blanks cut it"
            fix = f'{WHOLE}: "-dark=../my masters/dark"'
            told = _twin(line, i).end
            yield fail(RULE, context, line, message, fix, word=word, edits=_requoted(line, i))
        elif word.text.endswith("\\") and word is not line.words[-1]:
            message = "a backslash does not guard the blank behind it: the argument is cut here"
            yield fail(RULE, context, line, message, WHOLE, word=word)


def _twin(line: Line, start: int) -> Word:
    """The word in which the quote that opens a value is closed; the same one where none is opened or closed."""
    first = line.arguments[start]
    opened = OPENED.match(first.text)
    if opened is None:
        return first
    behind = first.column + opened.end()
    ends = (w for w in line.arguments[start:] if w.text.endswith(opened[2]) and w.end > behind)
    return next(ends, first)


def _requoted(line: Line, start: int) -> tuple[Edit, ...]:
    """Quotes around the argument in place of those inside it, where the line fails today and the end is plain."""
    first, last = line.arguments[start], _twin(line, start)
    opened = OPENED.match(first.text)
    if opened is None or not last.text.endswith(opened[2]):
        return ()
    if last is first and opened[1] not in READING:  # a name with quotes in it can be written
        return ()
    inside = line.text[first.column - 1 + opened.end() : last.end - 2]
    if not inside or opened[2] in inside or '"' in inside or inside.startswith("="):
        return ()
    return (replaced(line, f'"{opened[1]}{inside}"', first, last),)


def _blanks(context: Context, line: Line) -> Iterator[Finding]:
    if line.command not in ("cd", "load", "save"):
        return
    words: list[Word] = [w for w in arguments(line) if not is_option(w)]
    if len(words) < 2 or any("\\" in w.text or '"' in w.text for w in words if not w.quoted):
        return
    meant = " ".join(w.text for w in words)
    target = target_of(context)
    severity: Severity = "error"
    if line.command == "load":
        cut = "." in words[-1].text and not (target is not None and target.old)
        message = f"the words are put together again{', but the ending is lost and no file found' if cut else ''}"
        severity = "error" if cut else "info"
    else:
        message = f"only {words[0].text} is taken, the words behind it are ignored"
    yield fail(RULE, context, line, message, f'write {line.command} "{meant}"', word=words[1], severity=severity)


RULE = Rule(code="AG514", name="siril-quoting", severity="error", needs=("script",), check=check)
