"""What comes after the calibration works on calibrated frames.

What it checks
    No CosmeticCorrection, Debayer, StarAlignment or ImageIntegration is given the very files that an
    ImageCalibration beside it calibrates, unless it is given their calibrated twins as well.

Why it matters
    ImageCalibration leaves its input as it is and writes new files, with ``_c`` behind the name. A process
    that is given the old ones runs without a word, and the result holds all of the glow.

How to fix it
    Give it the files of ImageCalibration's output folder.

Source
    PixInsight's processes write new files, none replaces its input; compare AG518 for Siril.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ampglow_plugin.knowledge.pixinsight import processes
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.process import ProcessInstance
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, fine, of, say, targets

LATER = ("CosmeticCorrection", "Debayer", "StarAlignment", "ImageIntegration")


def check(context: Context) -> Iterator[Finding]:
    """One finding per later process whose files are known, in a listing that calibrates known files."""
    calibrated = {_key(file): c for c in of(context, CALIBRATION) if _uses_masters(c) for file in _files(c)}
    if not calibrated:
        return
    for instance in of(context, *LATER):
        files = _files(instance)
        raw = next((file for file in files if _key(file) in calibrated), None)
        if raw is not None and not _twin_given(context, instance.process, raw, calibrated):
            step = calibrated[_key(raw)].name
            message = f"is given {_name(raw)}, the raw frame that {step} calibrates, in place of the calibrated one"
            fix = f"give it the files that {step} writes"
            yield say(RULE, context, instance, processes()[instance.process].targets, message, fix=fix)
        elif files:
            yield fine(RULE, context, instance, "works on other files than the raw frames")


def _twin_given(context: Context, process: str, raw: str, calibrated: Mapping[str, ProcessInstance]) -> bool:
    """The same process is given a file named after the raw frame, that is not a raw frame itself: both are wanted."""
    start = _key(_name(raw)).rpartition(".")[0]
    given = (file for other in of(context, process) for file in _files(other))
    return any(_key(_name(file)).startswith(f"{start}_") and _key(file) not in calibrated for file in given)


def _files(instance: ProcessInstance) -> tuple[str, ...]:
    return targets(instance) or ()


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _key(path: str) -> str:
    return path.replace("\\", "/").casefold()


def _uses_masters(calibration: ProcessInstance) -> bool:
    return any(ask(calibration, f"master{word}Enabled").is_(True) for word in ("Dark", "Bias", "Flat"))


RULE = Rule(code="AG621", name="pixinsight-raw-frames", severity="error", needs=("listing",), check=check)
