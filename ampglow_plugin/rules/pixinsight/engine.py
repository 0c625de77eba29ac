"""A script speaks the language of its engine.

What it checks
    Without ``#engine v8`` a script has no classes and other new syntax, and takes constants from the
    prototype (``X.prototype.NAME``). With it, constants stand on the class (``X.NAME``). A helper that tries
    both is right everywhere.

Why it matters
    1.9.4 runs scripts on V8 only where the first line asks for it, and there ``X.prototype.NAME`` may be
    undefined. An undefined value that is assigned leaves the parameter as it was, or stops the script.

How to fix it
    Write for one engine, or look constants up with a helper: on the class, else on the prototype, else an
    error.

Source
    Public statements on PJSR 2.0; not tried in the program.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.process import Mark
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pixinsight.look import fine, known


def check(context: Context) -> Iterator[Finding]:
    """One finding per kind of word that the engine does not know, at its first place."""
    listing = context.listing
    assert listing is not None
    if not listing.script or not any(known(context)):
        return
    wrong: list[tuple[Mark, str]] = []
    if listing.engine_v8 and listing.prototype_constants:
        wrong.append((listing.prototype_constants[0], "the V8 engine has constants on the class, not on its prototype"))
    if not listing.engine_v8 and listing.static_constants and not listing.prototype_constants:
        wrong.append((listing.static_constants[0], "without '#engine v8' constants stand on the prototype"))
    if not listing.engine_v8 and listing.modern_syntax:
        wrong.append((listing.modern_syntax[0], "the engine before V8 does not read this; '#engine v8' is missing"))
    for mark, why in wrong:
        where = Where(path=listing.path, line=mark.line, column=mark.column)
        yield finding(RULE, "failed", f"{mark.word}: {why}", where=where, fix="write for one engine")
    if not wrong:
        yield fine(RULE, context, next(known(context)), "the words are those of the engine")


RULE = Rule(code="AG617", name="pixinsight-engine", severity="warning", needs=("listing",), check=check)
