"""The frames that were calibrated are the ones that are stacked.

What it checks
    No stack is made of frames that a command above calibrates with a master, unless their calibrated twins
    are stacked as well.

Why it matters
    Siril leaves the raw frames where they are and writes the calibrated ones beside them, with ``pp_`` before the
    name. ``register light`` goes on with the raw ones: nothing stops, and the result holds all of the glow.

How to fix it
    Name the calibrated sequence: ``register pp_light``, then ``stack r_pp_light``.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: ``calibrate light`` leaves ``light`` as it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, script_of


def check(context: Context) -> Iterator[Finding]:
    """One finding per stack of raw frames; nothing where nothing is calibrated, or where the order is not known."""
    script = script_of(context)
    if not script.straight or not script.uses:
        return
    for stack in script.raw_stacks:
        message = (
            f"these are the raw frames of {stack.name}: those that line {stack.calibrated} calibrates are not stacked"
        )
        fix = f"go on with the calibrated sequence: pp_{stack.name}"
        yield fail(RULE, context, (stack.line, stack.column), message, fix)
    if not script.raw_stacks:
        yield fine(RULE, context, "no raw frames are stacked in place of calibrated ones")


RULE = Rule(code="AG518", name="siril-raw-stacked", severity="error", needs=("script",), check=check)
