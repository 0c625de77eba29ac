"""The normalisation of a stack is one that Siril knows, and that of levels is said.

What it checks
    The value of ``-norm=`` is ``add``, ``addscale``, ``mul`` or ``mulscale`` (no other case). Means
    and medians of darks, flat-darks and biases say ``-nonorm``. That they are not normalised is checked by AG309.

Why it matters
    A misspelt value is ignored without a word, and nothing is normalised. A stack that says nothing is not
    normalised in a script either, against the help text: a dark must not depend on that.

How to fix it
    Darks and biases: ``stack dark rej 3 3 -nonorm``. Flats: ``-norm=mul``. Lights: ``-norm=addscale``.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run; their help texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.script import Word
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import added, arguments, fail, fine, option_value, script_of

VALUES = ("add", "addscale", "mul", "mulscale")
AVERAGES = ("rej", "mean", "med", "median")
LEVELS = ("dark", "flatdark", "bias")
SAID = ("-nonorm", "-no_norm")


def check(context: Context) -> Iterator[Finding]:
    """One finding per stack; passed where all are clear."""
    script = script_of(context)
    levels = {write.line for write in script.writes if write.role in LEVELS}
    judged, wrong = False, False
    for line in script.lines:
        if line.command not in ("stack", "stackall"):
            continue
        words = arguments(line)
        norm = [w for w in words if w.text.startswith("-norm=")]
        said = norm or any(w.text in SAID for w in words)
        judged = judged or bool(said) or line.number in levels
        for word in norm if line.complete else ():
            value = option_value(word, "-norm=")
            if value not in VALUES and word.known:
                wrong = True
                near = value.lower() if value.lower() in VALUES else "addscale, or -nonorm"
                message = f"there is no -norm={value}: it is ignored without a word, and nothing is normalised"
                yield fail(RULE, context, line, message, f"write -norm={near}", word=word)
        if not said and line.number in levels and _averages(words):
            wrong = True
            message = "levels are stacked without saying that they are not normalised"
            edits = (added(line, "-nonorm", words[-1]),)  # nothing changes: it is what Siril does today
            yield fail(RULE, context, line, message, "add -nonorm", severity="warning", edits=edits)
    if judged and not wrong:
        yield fine(RULE, context, "normalisation is clear")


def _averages(words: Sequence[Word]) -> bool:
    """A mean or a median; a sum, a minimum or a maximum is never normalised."""
    return len(words) > 1 and words[1].text in AVERAGES


RULE = Rule(code="AG511", name="siril-normalisation", severity="error", needs=("script",), check=check)
