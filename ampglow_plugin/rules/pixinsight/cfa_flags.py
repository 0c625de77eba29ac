"""CFA options fit the frames.

What it checks
    ``enableCFA`` is on for frames of a colour camera; no explicit pattern is set for mono frames;
    CosmeticCorrection on a mosaic has ``cfa`` on. Only where the headers of the frames were found.

Why it matters
    Without CFA the flat is scaled with one factor for all colours and the noise is measured across them;
    CosmeticCorrection repairs red pixels from green ones and leaves coloured dots.

How to fix it
    Colour: enableCFA on with pattern Auto, ``cfa`` on in CosmeticCorrection. Mono: leave them at the factory,
    or off.

Source
    ImageCalibration: enableCFA since 1.8.8-6, default on; CosmeticCorrection: cfa, default off.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.process import ProcessInstance
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import ask, fine, frames, of, say


def check(context: Context) -> Iterator[Finding]:
    """One finding per process whose frames are known to be a mosaic, or known not to be."""
    for instance in of(context, "ImageCalibration", "CosmeticCorrection"):
        kinds = {f.cfa for f in frames(context, instance)}
        if len(kinds) != 1 or None in kinds:
            continue
        wrong = _wrong(instance, mosaic=kinds == {True})
        if wrong:
            key, message, fix = wrong
            yield say(RULE, context, instance, key, message, fix=fix)
        else:
            yield fine(RULE, context, instance, "CFA options fit the frames")


def _wrong(instance: ProcessInstance, *, mosaic: bool) -> tuple[str, str, str] | None:
    if instance.process == "CosmeticCorrection":
        if mosaic and ask(instance, "cfa").is_(False):
            return "cfa", "a mosaic is repaired from pixels of other colours", "set cfa to true"
        return None
    if mosaic and ask(instance, "enableCFA").is_(False):
        return "enableCFA", "enableCFA is off for frames of a colour camera", "set enableCFA to true"
    pattern, cfa = ask(instance, "cfaPattern"), ask(instance, "enableCFA")
    if not mosaic and pattern.kind == "literal" and pattern.value != "Auto" and not cfa.is_(False):
        return "cfaPattern", f"the pattern {pattern.value} is set for mono frames", "set cfaPattern to Auto"
    return None


RULE = Rule(code="AG611", name="pixinsight-cfa", severity="warning", needs=("listing",), check=check)
