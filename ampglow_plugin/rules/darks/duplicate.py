"""Every dark of a set is an exposure of its own.

What it checks
    The noise of the frames against each other: frames that hold the same noise are one exposure, whatever their names,
    headers or file formats say. All but the first by time are errors.

Why it matters
    The noise of one exposure counts twice: the master is noisier than its count of frames promises, and a cosmic ray
    that is in two of five frames survives the rejection.

How to fix it
    Leave the copies out. Where two headers differ, one of them is wrong: look at how the frames were copied or renamed.

Source
    A copy that was rounded anew differs by less than 0.3 of what two exposures of the set differ by.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.darks import DarkMeasure, DarkSetMeasure
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.darks.outliers import at, each_set, name


def check(context: Context) -> Iterator[Finding]:
    """One finding a copy, one for a set without any."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    known = {frame.path: frame for frame in measured.frames}
    copies = [frame for frame in measured.frames if frame.twin is not None]
    for frame in copies:
        first = known[frame.twin or ""]
        yield finding(
            RULE,
            "failed",
            f"{name(frame)} is the same exposure as {name(first)}{_headers(frame, first)}",
            where=at(frame, "twin"),
            measured=first.path,
            source="two exposures never hold the same noise",
            fix="leave it out",
        )
    if len(measured.frames) < 2:
        yield finding(RULE, "skipped", "one frame alone has no copies")
    elif not copies:
        yield finding(RULE, "passed", f"{len(measured.frames)} darks: each is an exposure of its own")


def _headers(frame: DarkMeasure, first: DarkMeasure) -> str:
    """Which cards of the two disagree."""
    words = {"date_obs": "date", "temperature_c": "temperature", "setpoint_c": "set point"}
    other = [word for field, word in words.items() if getattr(frame, field) != getattr(first, field)]
    return f", though its header has another {' and '.join(other)}" if other else ""


RULE = Rule(code="AG123", name="duplicate-dark", severity="error", needs=("dark_sets",), check=check)
