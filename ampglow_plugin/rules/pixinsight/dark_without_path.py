"""An enabled master dark has a path.

What it checks
    Where the master dark is enabled (it is at the factory), ``masterDarkPath`` is not empty. For an icon
    without files, a template, this is an info.

Why it matters
    ImageCalibration refuses to run. In a script that does not look at the return value, the frames of the
    next step are the raw ones.

How to fix it
    Give the path, or set ``masterDarkEnabled`` to false where no dark is meant.

Source
    ImageCalibration checks before it runs whether a path is given, and only later whether the file exists.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import with_path


def check(context: Context) -> Iterator[Finding]:
    """One finding per master that is surely enabled."""
    yield from with_path(RULE, context, "Dark")


RULE = Rule(code="AG603", name="pixinsight-dark-path", severity="error", needs=("listing",), check=check)
