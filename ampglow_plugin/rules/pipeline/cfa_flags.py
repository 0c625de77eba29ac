"""Steps know whether the frames are a colour mosaic.

What it checks
    Where it is known whether the frames are a mosaic (``cfa``): cosmetic correction on a mosaic takes
    neighbours of the same colour, on anything else it need not; mono frames are not debayered; a mosaic is not
    resampled by alignment before it is debayered, unless by drizzle; the pattern of the debayering is that of
    the frames.

Why it matters
    Repairing a red pixel from green neighbours leaves coloured dots. Debayering mono frames invents colour
    and blurs. Aligning a mosaic mixes its colours for good. The wrong pattern swaps colours.

How to fix it
    Siril: ``-cfa`` for a colour camera, ``-debayer`` for it only. PixInsight: "CFA" in CosmeticCorrection;
    Debayer for colour cameras only.

Source
    Siril: ``-cc=dark`` without ``-cfa`` on a mosaic repairs from pixels of other colours; Siril 1.0 and 1.2 log
    that registering a CFA sequence is a bad idea. PixInsight: CosmeticCorrection's ``cfa`` is off by default.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.plan import Align, CosmeticCorrect, Debayer, Group
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import Chain, at, groups


def check(context: Context) -> Iterator[Finding]:
    """One finding per wrong flag; passed for a group of known kind without any."""
    assert context.plan is not None
    for chain in groups(context.plan):
        assert chain.group is not None
        mosaic = _is_mosaic(context, chain.group)
        if mosaic is None or not any(isinstance(s, (CosmeticCorrect, Debayer, Align)) for s in chain.steps):
            continue
        wrong = list(_wrong(chain, mosaic=mosaic))
        for index, field, severity, message, fix in wrong:
            yield finding(RULE, "failed", message, severity=severity, where=at(context, chain, index, field), fix=fix)
        if not wrong:
            yield finding(RULE, "passed", "the steps fit the kind of frame", where=at(context, chain))


def _is_mosaic(context: Context, group: Group) -> bool | None:
    if group.cfa is not None:
        return group.cfa
    said = {context.frames[path].cfa for path in group.frames if path in context.frames}
    return said.pop() if len(said) == 1 else None


def _wrong(chain: Chain, *, mosaic: bool) -> Iterator[tuple[int, str | None, Severity, str, str]]:
    """(step, field, severity, message, fix); ``mosaic`` says what the frames are before the first step."""
    pattern = chain.group.bayer_pattern if chain.group else None
    debayered = False
    for index, step in enumerate(chain.steps):
        still = mosaic and not debayered
        if isinstance(step, CosmeticCorrect) and step.cfa != still:
            if still:
                message = "hot pixels of a colour mosaic are repaired from neighbours of other colours"
                yield index, "cfa", "warning", message, "switch CFA on (Siril: -cfa)"
            else:
                message = f"CFA is on, but the frames are {'debayered' if mosaic else 'mono'} here"
                yield index, "cfa", "info", message, "switch CFA off"
        elif isinstance(step, Debayer):
            if not mosaic:
                yield index, None, "error", "mono frames are debayered", "remove the debayering"
            elif step.pattern and pattern and step.pattern.upper() != pattern.upper():
                message = f"debayered as {step.pattern}, but the frames say {pattern}"
                yield index, "pattern", "warning", message, "leave the pattern to the header, or correct it"
            debayered = True
        elif isinstance(step, Align):
            if still and not step.drizzle:
                message = "a colour mosaic is resampled before it is debayered, which mixes its colours"
                yield index, None, "warning", message, "debayer before aligning, or align by drizzle"
            debayered = True  # whatever follows works on what alignment made


RULE = Rule(code="AG314", name="cfa-flags", severity="error", needs=("plan",), check=check)
