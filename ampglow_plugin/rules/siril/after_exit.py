"""No command stands behind ``exit``.

What it checks
    ``exit`` is the last command.

Why it matters
    ``exit`` ends the script at once with status 0. The commands behind it are never run, and nothing says so.

How to fix it
    Remove ``exit``; a script ends with its last line.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, script_of


def check(context: Context) -> Iterator[Finding]:
    """One finding where commands are left; nothing without ``exit``."""
    script = script_of(context)
    lines = script.lines if script.straight else ()
    at = next((i for i, line in enumerate(lines) if line.command == "exit"), None)
    if at is None:
        return
    left = len(lines) - at - 1
    if left:
        message = f"exit ends the script here: {left} command{'s' * (left > 1)} below are never run"
        yield fail(RULE, context, lines[at], message, "remove exit, or what stands below it")
    else:
        yield fine(RULE, context, "exit is the last command")


RULE = Rule(code="AG508", name="siril-after-exit", severity="error", needs=("script",), check=check)
