"""Every dark of a set can be read.

What it checks
    Files that are no frames, are cut short, or have another size than the other darks of their set.

Why it matters
    Programs that combine darks stop at such a file, or pass over it without a word.

How to fix it
    Copy the file again from the capture machine. Where it is damaged there as well, leave it out.

Source
    The size that the header promises, and the reader's own words.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.darks.outliers import at, name


def check(context: Context) -> Iterator[Finding]:
    """One finding a file that cannot be used, one for a set without such files."""
    for measured in context.dark_sets or ():
        bad = [frame for frame in measured.frames if frame.why is not None]
        for frame in bad:
            fix = "copy it again from the capture machine, or leave it out"
            yield finding(RULE, "failed", f"{name(frame)}: {frame.why}", where=at(frame), fix=fix)
        if not bad and measured.frames:
            yield finding(RULE, "passed", f"{len(measured.frames)} darks: all can be read")


RULE = Rule(code="AG120", name="unreadable-dark", severity="error", needs=("dark_sets",), check=check)
