"""Masters are read after they are built, and from where they were written.

What it checks
    A master that the script itself stacks or saves is not used above that line. Where one is read from a path
    that the script does not write, it writes no unused file of the same name elsewhere.

Why it matters
    On a first run Siril does not find the file and ends the script. On a second run it finds the master of the
    night before, and calibrates with that without a word.

How to fix it
    Build masters above their use, and read them from the path they are stacked to; paths count from the folder
    that ``cd`` went to last.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: the log has the base name of a master only, so the mistake does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.script import FileWrite, MasterUse
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.siril.look import fail, fine, script_of


def check(context: Context) -> Iterator[Finding]:
    """One finding per use of a master that is not there yet or somewhere else; nothing where none is built."""
    script = script_of(context)
    if not script.uses or not script.writes or not script.straight:
        return
    read = {use.path for use in script.uses}
    wrong = False
    for use in script.uses:
        message = _wrong(use, script.writes, read)
        if message is not None:
            wrong = True
            fix = "build it above, and read it from the path it is written to"
            yield fail(RULE, context, (use.line, use.column), message, fix)
    if not wrong:
        yield fine(RULE, context, "masters are built before they are used")


def _wrong(use: MasterUse, writes: tuple[FileWrite, ...], read: set[str]) -> str | None:
    if "$" in use.path:
        return None
    same = [w.line for w in writes if w.path == use.path]
    if same:
        late = min(same) > use.line
        return f"the {use.option} is read here and built in line {min(same)} only" if late else None
    name = PurePosixPath(use.path).name
    other = next((w for w in writes if PurePosixPath(w.path).name == name and w.path not in read), None)
    if other is None:
        return None
    return f"the {use.option} is read from {use.path}, but line {other.line} writes {other.path}"


RULE = Rule(code="AG515", name="siril-master-paths", severity="error", needs=("script",), check=check)
