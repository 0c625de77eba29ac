"""An enabled master bias or flat has a path.

What it checks
    Where bias or flat are enabled (both are at the factory), their paths are not empty. For an icon without
    files, a template, this is an info.

Why it matters
    An instance meant for a dark alone must switch the other two off, or ImageCalibration refuses to run.

How to fix it
    Set ``masterBiasEnabled`` and ``masterFlatEnabled`` to false where none is meant.

Source
    All three masters are enabled at the factory.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import with_path


def check(context: Context) -> Iterator[Finding]:
    """One finding per master that is surely enabled."""
    yield from with_path(RULE, context, "Bias", "Flat")


RULE = Rule(code="AG604", name="pixinsight-master-path", severity="error", needs=("listing",), check=check)
