"""The script says which Siril it needs, first and in a form that works.

What it checks
    ``requires X.Y.Z`` is the first command, its form is one that the series reads, and the series it is judged
    for fulfils it.

Why it matters
    Without it, or with another command before it, Siril runs nothing at all; 1.2 and 1.4 still end with status 0.
    Up to 1.2 a version of two numbers ends the script.

How to fix it
    Write ``requires 1.2.0`` (three numbers) above all other commands; comments may stand before it.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run with each form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.knowledge.siril import first
from ampglow_plugin.model.finding import Edit, Finding
from ampglow_plugin.model.script import Line
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import above, arguments, fail, fine, names, replaced, script_of, target_of

#: read by every version; what follows the third number is not looked at up to 1.2
THREE = re.compile(r"\d+\.\d+\.\d+(?:[-.].*)?")
#: 1.4 also takes fewer numbers
LOOSE = re.compile(r"\d+(?:\.\d+){0,2}(?:[-.].*)?")


def check(context: Context) -> Iterator[Finding]:
    """One finding per thing that is wrong; passed for a script that may run, nothing for a program and 0.9."""
    script = script_of(context)
    lines, target = script.lines, target_of(context)
    if not lines or script.language != "ssf" or (target is not None and target.series == "0.9"):
        return  # 0.9 has no such command
    at = next((i for i, line in enumerate(lines) if line.command == "requires"), None)
    if at is None:
        yield fail(RULE, context, lines[0], "requires is missing: Siril runs nothing", "write requires 1.2.0 on top")
        return
    found = list(_wrong(context, lines[at]))
    if at > 0:
        message = f"{lines[0].words[0].text} stands before requires: Siril runs nothing"
        edits = (_without(lines[at]), above(lines[0], lines[at].text.strip(" \t")))
        found.insert(0, fail(RULE, context, lines[at], message, "move requires above all other commands", edits=edits))
    yield from found or (fine(RULE, context, "requires comes first"),)


def _without(line: Line) -> Edit:
    return Edit(line=line.number, column=1, end_line=line.number + 1, end_column=1, text="")


def _wrong(context: Context, line: Line) -> Iterator[Finding]:
    words = arguments(line)
    if not words:
        yield fail(RULE, context, line, "requires names no version", "write requires 1.2.0")
        return
    asked, target = words[0], target_of(context)
    loose = target is not None and target.series == "1.4"
    if not (LOOSE if loose else THREE).fullmatch(asked.text):
        numbers = re.fullmatch(r"(\d+)(\.\d+)?", asked.text)
        whole = f"{numbers[1]}{numbers[2] or '.0'}.0" if numbers else "1.2.0"
        edits = (replaced(line, whole, asked),) if numbers else ()
        if loose:
            message = f"{asked.text} is not read as a version: any Siril 1.4 runs the script"
            yield fail(RULE, context, line, message, f"write requires {whole}", word=asked, severity="warning")
        else:
            message = f"{names(target)} does not read the version {asked.text}, and ends the script"
            fix = f"write three numbers: requires {whole}"
            yield fail(RULE, context, line, message, fix, word=asked, edits=edits)
    elif target is not None and first(asked.text) > target.high:
        message = f"requires {asked.text}: {names(target)} refuses the script"
        yield fail(RULE, context, line, message, "name the oldest version it really needs", word=asked)
    if loose and len(words) > 1:
        if not LOOSE.fullmatch(words[1].text):
            message = f"{words[1].text} is taken for a version from which on the script is refused"
            yield fail(RULE, context, line, message, "remove it", word=words[1])
        elif first(words[1].text) <= max(first(asked.text), target.low if target else (0, 0, 0)):
            message = f"from {words[1].text} on the script is refused, which leaves no version to run it"
            yield fail(RULE, context, line, message, "name a later second version, or none", word=words[1])


RULE = Rule(code="AG501", name="siril-requires", severity="error", needs=("script",), check=check)
