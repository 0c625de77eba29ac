"""No two frames are written to one file.

What it checks
    No two enabled input files of a process have the same name without their ending. An error where existing
    files are overwritten, else a warning, since PixInsight then invents another name.

Why it matters
    Outputs are named after the input, whatever folder and format it came from. Of two nights that both have a
    Light_001, one is lost.

How to fix it
    Calibrate the nights one after the other into folders of their own, or with a prefix.

Source
    ImageCalibration compares names with their ending; outputs are always .xisf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import ask, fine, of, say, targets


def check(context: Context) -> Iterator[Finding]:
    """One finding per process with two or more known files."""
    for instance in of(context, "ImageCalibration", "CosmeticCorrection", "Debayer"):
        files = targets(instance) or ()
        names = Counter(path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0].casefold() for path in files)
        if len(files) < 2:
            continue
        twice = [name for name, count in names.items() if count > 1]
        if not twice:
            yield fine(RULE, context, instance, "every frame has its own output")
            continue
        key = "overwrite" if instance.process == "CosmeticCorrection" else "overwriteExistingFiles"
        lost = ask(instance, key)
        severity: Severity = "error" if lost.is_(True) else "warning"
        message = f"{names[twice[0]]} frames are called {twice[0]}: " + (
            "only the last is kept" if lost.is_(True) else "outputs get invented names"
        )
        table = "targetItems" if instance.process == "Debayer" else "targetFrames"
        yield say(RULE, context, instance, table, message, severity=severity, fix="use a folder or prefix for each set")


RULE = Rule(code="AG619", name="pixinsight-same-output", severity="error", needs=("listing",), check=check)
