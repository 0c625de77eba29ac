"""The words of ``stack`` are complete and in order.

What it checks
    A type stands behind the sequence as soon as anything does, in small letters; a rejection is one the version
    knows and has its two sigmas as plain words; no other plain word follows; ``-rgb_equal`` and ``-fastnorm`` stand
    behind ``-norm=``.

Why it matters
    Siril ends the script at a wrong type, a rejection it does not know (``W``, ``winsor``) or a missing sigma; a
    median has no sigmas. 1.0 does not know ``none``, and takes it and the word behind it for sigmas of 0: an option
    that stands there is lost.
    ``-rgb_equal`` before ``-norm=`` is ignored.

How to fix it
    ``stack dark rej 3 3 -nonorm``, ``stack dark med -nonorm``, ``stack light rej w 3 3 -norm=addscale -rgb_equal``.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run with each of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ampglow_plugin.model.finding import Edit, Finding, Severity
from ampglow_plugin.model.script import Line, Word
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import arguments, fail, fine, is_option, names, replaced, script_of, target_of

TYPES = ("sum", "min", "max", "med", "median", "rej", "mean")
REJECTING = ("rej", "mean")
#: letter -> the long name; both are written in small letters
REJECTIONS = {
    "p": "percentile",
    "s": "sigma",
    "a": "mad",
    "m": "median",
    "l": "linear",
    "w": "winsorized",
    "g": "generalized",
}
#: from 1.2 on
NONE = ("n", "none")
#: what 1.0 does in any case
NO_EFFECT = ("-nonorm", "-no_norm")
SIGMA = re.compile(r"\+?(?:\d+\.?\d*|\.\d+)")
AFTER_NORM = ("-rgb_equal", "-fastnorm")


def check(context: Context) -> Iterator[Finding]:
    """One finding per wrong word; passed where every stack is right."""
    stacks = [line for line in script_of(context).lines if line.command == "stack" and line.arguments]
    found = [f for line in stacks for f in _wrong(context, line)]
    yield from found
    if stacks and not found:
        yield fine(RULE, context, "stacks are complete")


def _wrong(context: Context, line: Line) -> Iterator[Finding]:
    words = arguments(line)[1:]
    if not words or not line.complete or not words[0].known:
        return
    kind = words[0]
    if kind.text not in TYPES:
        message = f"{kind.text} is no type of stacking: the script ends here"
        fix = "name a type behind the sequence: rej 3 3, med, sum"
        yield fail(RULE, context, line, message, fix, word=kind, edits=_respelt(line, kind, TYPES))
        return
    rest: Sequence[Word] = words[1:]
    if kind.text in REJECTING:
        wrong, rest = _rejection(context, line, words)
        if wrong is not None:
            yield wrong
            return
    stray = next((w for w in rest if not is_option(w) and w.known), None)
    if stray is not None:
        sigmas = kind.text not in REJECTING and SIGMA.fullmatch(stray.text)
        fix = "write rej 3 3, or leave the sigmas out" if sigmas else f"remove {stray.text}"
        what = f"{kind.text} has no sigmas" if sigmas else f"stack has no use for the word {stray.text}"
        yield fail(RULE, context, line, f"{what}: the script ends here", fix, word=stray)
    yield from _before_norm(context, line, words)


def _rejection(context: Context, line: Line, words: Sequence[Word]) -> tuple[Finding | None, Sequence[Word]]:
    """(what is wrong or None, the words behind the rejection) of ``rej [REJECTION] LOW HIGH``."""
    target = target_of(context)
    old = target is not None and target.old
    kind, *rest = words
    if rest and not rest[0].known:
        return None, ()
    if rest and not SIGMA.fullmatch(rest[0].text) and not is_option(rest[0]):
        kind, *rest = rest
        if kind.text in NONE and not old:
            numbers = len(rest) > 1 and all(SIGMA.fullmatch(w.text) for w in rest[:2])
            return None, rest[2:] if numbers else rest
        if kind.text not in REJECTIONS and kind.text not in REJECTIONS.values():
            return _unknown(context, line, kind, rest, old=old), ()
    if len(rest) >= 2 and all(SIGMA.fullmatch(w.text) or not w.known for w in rest[:2]):
        return None, rest[2:]
    if any(not w.known for w in rest[:2]):
        return None, ()
    if old and len(rest) >= 2:
        message = f"{kind.text} needs two sigmas as plain words: {names(target)} takes the words behind it for them"
    else:
        message = f"{kind.text} needs two sigmas as plain words: the script ends here"
    return fail(RULE, context, line, message, "write rej 3 3, or rej 0 0 for no rejection", word=kind), ()


def _unknown(context: Context, line: Line, kind: Word, rest: Sequence[Word], *, old: bool) -> Finding:
    """A rejection that the target does not have."""
    if old and rest and all(is_option(w) for w in rest):
        message = (
            f"{names(target_of(context))} takes {kind.text} and {rest[0].text} for sigmas of 0: neither has an effect"
        )
        fix = "write w 0 0: no rejection in any version"
        severity: Severity = "warning" if kind.text in NONE and rest[0].text in NO_EFFECT else "error"
        return fail(RULE, context, line, message, fix, word=kind, severity=severity)
    known = (*REJECTIONS, *REJECTIONS.values())
    fix = f"use one of {' '.join(REJECTIONS)}{'' if old else ', or none'}"
    edits = _respelt(line, kind, known)
    return fail(RULE, context, line, f"{kind.text} is no rejection: the script ends here", fix, word=kind, edits=edits)


def _respelt(line: Line, word: Word, known: Sequence[str]) -> tuple[Edit, ...]:
    """The one known word that is meant: other letters, or the beginning of a long name."""
    text = word.text.lower()
    meant = {k for k in known if k == text} or {k for k in known if len(text) > 2 and k.startswith(text)}
    return (replaced(line, meant.pop(), word),) if len(meant) == 1 else ()


def _before_norm(context: Context, line: Line, words: Sequence[Word]) -> Iterator[Finding]:
    norm = next((i for i, w in enumerate(words) if w.text.startswith("-norm=")), None)
    for word in words[: norm or 0]:
        if word.text in AFTER_NORM:
            message = f"{word.text} before -norm= is ignored"
            yield fail(RULE, context, line, message, f"move {word.text} behind -norm=", word=word, severity="warning")


RULE = Rule(code="AG510", name="siril-stack-words", severity="error", needs=("script",), check=check)
