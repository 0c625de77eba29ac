"""Cosmetic correction is asked for in a form that works.

What it checks
    ``-cc=dark`` stands behind ``-dark=`` and is followed by two sigmas (cold, hot) or by none; ``-cc=bpm`` is
    followed by a file; there is no other value.

Why it matters
    Siril ends the script at ``-cc=dark`` where it has read no dark yet, and takes a single sigma for an
    unknown parameter.

How to fix it
    ``-dark=../masters/dark -cc=dark 0 3``: no cold pixels, hot ones above 3 sigma.

Source
    Siril 1.2.6 and 1.4.2, run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.script import Line, Word
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import (
    CALIBRATING,
    added,
    arguments,
    fail,
    fine,
    is_number,
    is_option,
    removed,
    script_of,
    target_of,
)


def check(context: Context) -> Iterator[Finding]:
    """One finding per wrong form; passed where every correction is right, nothing without any."""
    target = target_of(context)
    if target is not None and target.old:  # has no -cc=, which is judged as an unknown word
        return
    judged, wrong = False, False
    for line in script_of(context).lines:
        if (
            not line.complete
            or line.command not in CALIBRATING
            or not any(w.text.startswith("-cc=") for w in arguments(line))
        ):
            continue
        judged = True
        for found in _wrong(context, line):
            wrong = True
            yield found
    if judged and not wrong:
        yield fine(RULE, context, "cosmetic correction is asked for rightly")


def _wrong(context: Context, line: Line) -> Iterator[Finding]:
    words = arguments(line)
    for i, word in enumerate(words):
        if not word.text.startswith("-cc=") or not word.known:
            continue
        behind = words[i + 1 : i + 3]
        if word.text == "-cc=bpm":
            if not behind or is_option(behind[0]):
                yield fail(RULE, context, line, "-cc=bpm needs a file", "write the list as the next word", word=word)
        elif word.text != "-cc=dark":
            fix = "write -cc=dark 0 3: sigmas are words of their own"
            yield fail(RULE, context, line, f"there is no {word.text}: the script ends here", fix, word=word)
        else:
            if not any(w.text.startswith("-dark=") for w in words[:i]):
                yield _without_dark(context, line, words[i:], behind)
            if behind and is_number(behind[0].text) and not (len(behind) > 1 and _may_be_sigma(behind[1])):
                message = "-cc=dark with one sigma: the script ends here"
                yield fail(RULE, context, line, message, f"write -cc=dark 0 {behind[0].text}", word=word)


def _may_be_sigma(word: Word) -> bool:
    return is_number(word.text) or not (word.known or is_option(word))


def _without_dark(context: Context, line: Line, words: Sequence[Word], behind: Sequence[Word]) -> Finding:
    """The first of ``words`` is ``-cc=dark``, and no dark stands before it."""
    later = next((w for w in words if w.text.startswith("-dark=")), None)
    if later is None:
        message, fix = "-cc=dark without -dark=: the script ends here", "add -dark=, or use -cc=bpm"
        return fail(RULE, context, line, message, fix, word=words[0])
    sigmas = [w for w in behind if is_number(w.text)]
    last = sigmas[-1] if len(sigmas) == 2 else words[0]
    moved = line.text[words[0].column - 1 : last.end - 1]
    edits = (removed(line, words[0], last), added(line, moved, later))
    message, fix = "-cc=dark stands before -dark=: the script ends here", "write -dark= before -cc=dark"
    return fail(RULE, context, line, message, fix, word=words[0], edits=edits)


RULE = Rule(code="AG509", name="siril-cosmetic-form", severity="error", needs=("script",), check=check)
