"""The script leaves the user's settings alone.

What it checks
    No command changes the preferences: ``set``, ``set16bits``, ``set32bits``, ``setext``, ``setcompress``,
    ``setmem``.

Why it matters
    These are written at once and stay when the script is over, also when it fails. Who calibrates next works in
    16 bits, where what falls below 0 is cut off, or does not find frames of the other extension.

How to fix it
    Set it once in the preferences, or say in a comment what the script changes and how to set it back.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run. ``setcpu`` is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, known_lines


def check(context: Context) -> Iterator[Finding]:
    """One finding for each command that changes settings, at its first use; passed where there are none of them."""
    judged, told = False, set()
    for line, known in known_lines(context):
        judged = True
        if known.persists and known.name not in told:
            told.add(known.name)
            message = f"{line.words[0].text} changes the user's settings, and they stay so after the script"
            yield fail(RULE, context, line, message, "set it once in the preferences, and leave it out here")
    if judged and not told:
        yield fine(RULE, context, "no settings are changed")


RULE = Rule(code="AG512", name="siril-settings-left", severity="warning", needs=("script",), check=check)
