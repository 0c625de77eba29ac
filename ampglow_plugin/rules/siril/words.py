"""Words of a command that its version does not know, found once for the rules about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ampglow_plugin.knowledge.siril import Command, Target
from ampglow_plugin.model.finding import Edit
from ampglow_plugin.model.script import Line, Word
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.siril.look import (
    CALIBRATING,
    arguments,
    is_number,
    is_option,
    known_lines,
    names,
    replaced,
    target_of,
    version_text,
)

#: commands whose plain words are counted: one sequence or base name, all else are options
_ONE_NAME = (*CALIBRATING, "register", "seqapplyreg", "convert", "convertraw", "link")
#: options that take words behind them: how many at most, and whether only numbers
_FOLLOWED_BY = {"-cc=dark": (2, True), "-cc=bpm": (1, False), "-disto=file": (1, False)}
#: any word that begins so is taken
_BEGINNINGS = ("-filter-incl", "-rejmap")
#: options that Siril does not take without a value, in any version
_NEEDS_VALUE = ("-bias=", "-dark=", "-flat=", "-prefix=", "-out=")
#: a level in ADU; Siril reads nothing else behind -bias==
_LEVEL = re.compile(r"=[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|=(?:\d+\*\$[A-Z]+|\$[A-Z]+\*\d+)", re.IGNORECASE)
MAX_LEVEL_ADU = 65535
#: words of a line, the command included, that 0.9 has room for
MAX_WORDS_0_9 = 16
#: the only values of `setext`, in any case
EXTENSIONS = ("fit", "fits", "fts")
NO_CONTINUATION = "Siril joins no lines"
QUOTE_WHOLE = 'quote a whole argument that holds blanks: "-dark=../my masters/dark"; remove other words'
_SIGMA_LIKE = ("sig", "low", "high", "hot", "cold")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """A word that the target does not know; ``too_new`` where only its later releases do.

    ``fate``: ``error`` where it ends the command, ``ignored``, or None where that was not tried. ``edits`` put the
    one word in its place that is meant.
    """

    line: Line
    word: Word
    command: Command
    fate: str | None
    message: str
    fix: str
    too_new: bool = False
    edits: tuple[Edit, ...] = ()


def judged_lines(context: Context) -> Iterator[tuple[Line, Command]]:
    """Lines whose options are in the table, of commands that the target has."""
    target = target_of(context)
    for line, known in known_lines(context):
        if known.row and line.command != "requires" and known.span.covers(target):
            yield line, known


def unknown_words(context: Context, *, ignored: bool) -> Iterator[Unknown]:
    """Every word of the script that is no option or value of its command in the target.

    ``ignored``: only those that are ignored, else only the others.
    """
    found = _all_words(context, only_ignored=ignored)
    return (unknown for unknown in found if (unknown.fate == "ignored") == ignored)


def _all_words(context: Context, *, only_ignored: bool) -> Iterator[Unknown]:
    target = target_of(context)
    for line, known in judged_lines(context):
        if only_ignored and known.unknown_words(target) != "ignored":
            continue
        if line.command in ("pyscript", "merge", "seqheader", "pm"):  # words of another's making
            continue
        words = arguments(line)
        if target is not None and target.series == "0.9" and len(words) >= MAX_WORDS_0_9:
            message, fix = f"Siril 0.9 reads {MAX_WORDS_0_9} words of a line", "leave out what is not needed"
            word = words[MAX_WORDS_0_9 - 1]
            yield Unknown(line=line, word=word, command=known, fate=None, message=message, fix=fix)
        for word in words:
            if is_option(word):
                yield from _option(line, word, known, target)
        if known.name == "setext" and words and words[0].known and words[0].text.lower() not in EXTENSIONS:
            message, fix = f"{words[0].text} is no extension of FITS files", "write fit, fits or fts"
            yield Unknown(line=line, word=words[0], command=known, fate="error", message=message, fix=fix)
        if known.name in _ONE_NAME:
            yield from _strays(line, known, target)


def _option(line: Line, word: Word, known: Command, target: Target | None) -> Iterator[Unknown]:
    name, equals, value = word.text.partition("=")
    name += equals
    span = known.options.get(name)
    if span is None and any(name.startswith(b) and b in known.options for b in _BEGINNINGS):
        return
    fate = known.unknown_words(target)
    if span is not None and span.covers(target):
        if span.too_new(target):
            since = version_text(span.first)
            message = f"{name} exists from {since} on, and the script asks for less"
            fix = f"write requires {since}"
            yield Unknown(line=line, word=word, command=known, fate=fate, message=message, fix=fix, too_new=True)
        elif (wrong := _value(name, value)) is not None and word.known:
            message, fix = wrong
            yield Unknown(line=line, word=word, command=known, fate="error", message=message, fix=fix)
        return
    message = f"{names(target)} has no {name} for {known.name}"
    meant = _meant(name, known, target)
    if meant is None:
        yield Unknown(line=line, word=word, command=known, fate=fate, message=message, fix=_fix(name, known, target))
    elif meant.endswith("=") and not equals:
        fix = f"write {meant} with its value behind it, without a blank"
        yield Unknown(line=line, word=word, command=known, fate=fate, message=message, fix=fix)
    else:
        text = meant + value if equals and meant.endswith("=") else meant
        edits = () if word.quoted or (equals and not meant.endswith("=")) else (replaced(line, text, word),)
        yield Unknown(
            line=line, word=word, command=known, fate=fate, message=message, fix=f"write {meant}", edits=edits
        )


def _value(name: str, value: str) -> tuple[str, str] | None:
    """(what is wrong with the value of an option, what to write)."""
    if name in _NEEDS_VALUE and not value:
        return f"{name} has no value", f"write the value behind {name} without a blank, or remove it"
    if name == "-opt=" and value != "exp":
        return f"there is no -opt={value}", "write -opt=exp, better: take a dark of the same exposure and no -opt"
    level = value.strip("\"'")
    if name == "-bias=" and level.startswith("="):
        if not _LEVEL.fullmatch(level):
            return f"{level} is no level", 'write "=500", or "=64*$OFFSET"'
        if "$" not in level and not 0 < abs(float(level[1:])) <= MAX_LEVEL_ADU:
            return f"a level of {level[1:]} is refused", f"write one from 1 to {MAX_LEVEL_ADU}, or no -bias="
    return None


def _meant(name: str, known: Command, target: Target | None) -> str | None:
    """The option that the target has in place of this one, or under this name in other letters."""
    usable = {option for option, span in known.options.items() if span.covers(target)}
    same = next((o for o in sorted(usable) if _letters(o) == _letters(name)), None)
    newer = known.replacement(name, target)
    return same if same is not None else newer if newer != name else None


def _letters(option: str) -> str:
    return option.rstrip("=").casefold().replace("-", "").replace("_", "")


def _fix(name: str, known: Command, target: Target | None) -> str:
    usable = {option for option, span in known.options.items() if span.covers(target)}
    span = known.options.get(name)
    if span is not None and target is not None and span.first > target.high:
        return f"remove it, or require {version_text(span.first)} (what has it)"
    if any(part in name.casefold() for part in _SIGMA_LIKE):
        return "sigmas are plain words: -cc=dark 0 3, stack dark rej 3 3"
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(usable), n=1)
    return f"write {near[0]}" if near else "remove it"


def _strays(line: Line, known: Command, target: Target | None) -> Iterator[Unknown]:
    left, numeric, plain = 0, False, 0
    for word in arguments(line):
        if not word.known and plain:
            return  # it may be anything
        if is_option(word):
            left, numeric = _FOLLOWED_BY.get(word.text, (0, False))
        elif left and (not numeric or is_number(word.text)):
            left -= 1
        else:
            left, plain = 0, plain + 1
            if plain > (known.positionals or 1):
                message = f"{known.name} has no use for the word {word.text}"
                fix = NO_CONTINUATION if word.text == "\\" else QUOTE_WHOLE
                fate = known.unknown_words(target)
                yield Unknown(line=line, word=word, command=known, fate=fate, message=message, fix=fix)
