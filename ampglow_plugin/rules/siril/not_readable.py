"""Commands of a program can be read from its source.

What it checks
    The commands that a Python program sends to Siril (``cmd`` of sirilpy, ``Execute`` of pysiril) are written out in
    the call: as text, as an f-string, or through names that are set once. Parts of a word may be worked out.

Why it matters
    What is put together at run time (``*arguments``, a list, a whole command in a variable) is not seen by the other
    rules: nothing that is said of the program holds for it.

How to fix it
    Write the options out in the call, or check the calibrated frames with ``ampglow verify``.

Source
    sirilpy 1.0 and pysiril 0.0.15 put the words together with blanks; what they are is known when they run.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import CALIBRATING, fail, fine, script_of

FIX = "write the options out in the call, or prove the result with ampglow verify"


def check(context: Context) -> Iterator[Finding]:
    """One finding per call; passed for a program whose commands are all written out, nothing for scripts."""
    script = script_of(context)
    if script.language != "python":
        return
    told = dict.fromkeys(script.unread, "the command is worked out at run time: it is not judged")
    for line in script.lines:
        if not line.complete and line.command in (*CALIBRATING, "convert", "stack", "register"):
            place = (line.number, line.words[0].column)
            told[place] = (
                f"some options of {line.command} are worked out at run time: what is missing here is not judged"
            )
    for place, message in sorted(told.items()):
        yield fail(RULE, context, place, message, FIX)
    if script.lines and not told:
        yield fine(RULE, context, "all commands are written out")


RULE = Rule(code="AG517", name="siril-not-readable", severity="info", needs=("script",), check=check)
