"""No dark factor in a log is other than 1.

What it checks
    The lines ``ch N : k = 0.926`` (``k0 = 0.926`` in old versions) that PixInsight writes to its console, and so to
    the logs of the batch scripts, when it optimises a dark. Any other than 1.000 is an error, a warning where the
    sensor is not known to glow; a factor of 0.005 or less is an error everywhere. Logs without such lines are not
    judged: they are missing whenever the dark is not scaled.

Why it matters
    The factor is that of the hot pixels; glow does not follow it. What is scaled to 0.9 leaves a tenth of the glow in
    the frame, and what is scaled to nothing leaves all of it.

How to fix it
    Switch Optimize off and run the calibration again, with darks of the lights' exposure.

Source
    Console output of ImageCalibration; at or below 0.005 it warns itself that light and dark do not correlate.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity, Where
from ampglow_plugin.model.process import Mark, ProcessInstance
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, glows, of

#: at or below this the dark is in effect not subtracted
NO_EFFECT = 0.005
FIX = "switch Optimize off and calibrate again"


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration of the log that names factors."""
    assert context.listing is not None
    blocks: dict[int, tuple[ProcessInstance | None, list[Mark]]] = {}
    for mark in context.listing.dark_factors:
        before = [i for i in of(context, CALIBRATION) if i.line is not None and i.line < mark.line]
        instance = max(before, key=lambda i: i.line or 0, default=None)
        blocks.setdefault(instance.line or 0 if instance else 0, (instance, []))[1].append(mark)
    for instance, marks in blocks.values():
        yield _judge(context, instance, marks)


def _judge(context: Context, instance: ProcessInstance | None, marks: list[Mark]) -> Finding:
    assert context.listing is not None
    worst = max(marks, key=lambda m: abs(float(m.word) - 1))
    factor = float(worst.word)
    name = instance.name if instance else None
    where = Where(path=context.listing.path, step=name, line=worst.line, column=worst.column)
    if factor == 1:
        return finding(RULE, "passed", f"{len(marks)} dark factors, all 1.000", where=where, measured=factor, limit=1)
    if all(float(m.word) <= NO_EFFECT for m in marks):
        message, severity = "the dark was scaled to nothing: light and dark do not correlate", "error"
    else:
        message = f"{len(marks)} dark factors, the one farthest from 1 is {worst.word}"
        severity = "warning" if instance is None or glows(context, instance) is not True else "error"
    kind: Severity = "error" if severity == "error" else "warning"
    return finding(RULE, "failed", message, severity=kind, where=where, measured=factor, limit=1, fix=FIX)


RULE = Rule(code="AG620", name="pixinsight-log-factors", severity="error", needs=("listing",), check=check)
