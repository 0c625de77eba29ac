"""Siril can read the script to its end.

What it checks
    The file is UTF-8 without a byte order mark.

Why it matters
    At the first byte that is not UTF-8, also in a comment, Siril stops reading and reports success: the commands
    behind it are never run. A byte order mark hides ``requires``, and nothing is run at all.

How to fix it
    Save the script as UTF-8 without BOM.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: status 0 in every case but the mark on 1.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, script_of


def check(context: Context) -> Iterator[Finding]:
    """One finding per place at which Siril stops; an empty script has none to judge."""
    script = script_of(context)
    if not script.lines and not script.comments and script.bad_byte is None:
        return
    if script.byte_order_mark:
        message = "begins with a byte order mark; Siril then runs nothing, and calls that a success"
        yield fail(RULE, context, (1, 1), message, "save it as UTF-8 without BOM")
    if script.bad_byte is not None:
        message = "a byte that is not UTF-8; Siril stops here, and calls that a success"
        yield fail(RULE, context, script.bad_byte, message, "save it as UTF-8")
    if not script.byte_order_mark and script.bad_byte is None:
        yield fine(RULE, context, "UTF-8 without BOM")


RULE = Rule(code="AG502", name="siril-encoding", severity="error", needs=("script",), check=check)
