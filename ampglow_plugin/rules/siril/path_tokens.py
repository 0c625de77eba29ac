"""Paths mean the same file in every version.

What it checks
    No ``$`` in the paths of masters or outputs of a script for 1.0; no wildcard (``$*KEY:format$``) and no key
    (``$KEY:format$``) in ``-bias=``, ``-dark=``, ``-flat=``; no key in ``cd``, ``load``, ``convert``, ``link``.

Why it matters
    1.0 takes ``$`` as a letter. A wildcard takes the newest of all files that fit on 1.2, and none or one that does
    not fit on 1.4; with a bias or flat it ends the script. Keys are filled in from the reference frame alone: frames
    of another exposure or gain in the same sequence get its dark.

How to fix it
    Name the master itself. Keys are fine in ``stack -out=`` and ``save`` from 1.2 on.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.knowledge.siril import Target
from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.script import Line, Word
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import CALIBRATING, arguments, fail, fine, names, script_of, target_of

KEY = re.compile(r"\$\*?[A-Za-z][\w-]*:[^$]+\$")
READING = ("-bias=", "-dark=", "-flat=")
FIX = "name the file itself"
Wrong = tuple[Severity, str]


def check(context: Context) -> Iterator[Finding]:
    """One finding per path; passed where paths hold ``$`` and mean what they say, nothing without any."""
    target = target_of(context)
    judged, wrong = False, False
    for line in script_of(context).lines:
        for word in arguments(line):
            if "$" not in word.text:
                continue
            kind = _kind(line, word)
            if kind is None:
                continue
            judged = True
            found = _judge(kind, word, target)
            if found is not None:
                wrong = True
                severity, message = found
                yield fail(RULE, context, line, message, FIX, word=word, severity=severity)
    if judged and not wrong:
        yield fine(RULE, context, "paths are read alike")


def _kind(line: Line, word: Word) -> str | None:
    if line.command in CALIBRATING:
        option = next((o for o in READING if word.text.startswith(o)), None)
        level = option == "-bias=" and word.text.removeprefix("-bias=").lstrip("\"'").startswith("=")
        return None if level else option
    if line.command in ("save", "savetif", "savejpg", "savepng") or word.text.startswith("-out="):
        return "write"
    return "plain" if line.command in ("cd", "load", "convert", "link", "convertraw") else None


def _judge(kind: str, word: Word, target: Target | None) -> Wrong | None:
    old = target is not None and target.old
    if kind == "plain":
        return (
            ("error", "keys are not filled in here: this is looked for as it stands") if KEY.search(word.text) else None
        )
    if old:
        message = f"{names(target)} takes $ as part of the name"
        return "warning" if kind == "write" else "error", message
    if kind == "write":
        return None
    if "$*" in word.text:
        if kind != "-dark=":
            return "error", "a wildcard ends the script here in 1.2, and finds none or another file in 1.4"
        return "error", "a wildcard takes the newest file that fits in 1.2, and none or another in 1.4"
    if KEY.search(word.text):
        return "warning", "keys are filled in from the reference frame alone: the others get its master too"
    return None


RULE = Rule(code="AG513", name="siril-path-tokens", severity="error", needs=("script",), check=check)
