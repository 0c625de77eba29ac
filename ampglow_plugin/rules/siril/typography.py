"""Blanks, quotes and dashes are those of a keyboard.

What it checks
    No command line holds a no-break blank, and none of its words begins with a dash as printers set it (U+2013)
    or two dashes, or stands in typographic quotes.

Why it matters
    Web pages and word processors put these in when a script is copied. Siril takes them for letters: the command, the
    option or the file is then not known. 1.0 ignores such an option without a word, and subtracts no dark.

How to fix it
    Type the character anew: a plain blank, ``-``, ``"``.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run with each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.model.finding import Edit, Finding
from ampglow_plugin.model.script import Line
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, is_comment, script_of, target_of

BLANKS, QUOTES, DASHES = "\u00a0\u2007\u202f", "\u201c-\u201f\u00ab\u00bb", "\u2010-\u2015\u2212"
#: a no-break blank anywhere, dashes before an option, quotes
ODD = re.compile(f"([{BLANKS}])|((?<![^ \t\"'])(?:[{DASHES}]{{1,2}}|--)(?=[A-Za-z]))|([{QUOTES}])")
#: by the group of ODD: what it is called, and what is meant
KINDS = {1: ("a no-break blank", " "), 2: ("a printer's dash", "-"), 3: ("a typographic quote", '"')}


def check(context: Context) -> Iterator[Finding]:
    """One finding per line; passed where there are lines and all are plain."""
    lines = [line for line in script_of(context).lines if not is_comment(line.words[0])]
    found = [f for line in lines for f in _wrong(context, line)]
    yield from found
    if lines and not found:
        yield fine(RULE, context, "blanks, quotes and dashes are plain")


def _wrong(context: Context, line: Line) -> Iterator[Finding]:
    odd = [] if line.text.isascii() and "--" not in line.text else list(ODD.finditer(line.text))
    if not odd:
        return
    first, target = odd[0], target_of(context)
    what = "a second dash" if first[0] == "--" else KINDS[first.lastindex or 1][0]
    old = target is not None and target.old  # may run on today, and would then do more
    edits = () if old else tuple(_edit(line, match) for match in odd)
    where = (line.number, first.start() + 1 if script_of(context).language == "ssf" else line.words[0].column)
    yield fail(RULE, context, where, f"{what} is a letter to Siril", "type it anew on a keyboard", edits=edits)


def _edit(line: Line, match: re.Match[str]) -> Edit:
    start, end, text = match.start() + 1, match.end() + 1, KINDS[match.lastindex or 1][1]
    return Edit(line=line.number, column=start, end_line=line.number, end_column=end, text=text)


RULE = Rule(code="AG516", name="siril-typography", severity="error", needs=("script",), check=check)
