"""What a script does to frames, as the reader follows it: chains of steps, and the files they end in."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ampglow_plugin.hosts.siril.grammar import Line, Word
from ampglow_plugin.model.plan import Step
from ampglow_plugin.model.script import FileWrite, MasterUse

FITS_ENDING = re.compile(r"\.(?:fits?|fts)(?:\.fz|\.gz)?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A step where it stands; ``columns`` says where single options stand. Masters are paths still."""

    step: Step
    line: int
    column: int
    columns: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """Frames on their way: where they came from, and the steps done so far.

    ``extracted``: the command that took colours out of the mosaic, as a step. ``taken``: the script itself
    converts or links these frames, they are no sequence that was there before.
    """

    root: str
    frames: tuple[str, ...]
    line: int
    steps: tuple[Placed, ...] = ()
    extracted: Placed | None = None
    taken: bool = False

    def after(self, *steps: Placed) -> Chain:
        """The same frames after more steps."""
        return replace(self, steps=self.steps + steps)


@dataclass(kw_only=True, slots=True)
class Trace:
    """All that a script does to sequences and files, by path below the folder it is started in."""

    series: str | None
    folder: str = "."
    sequences: dict[str, Chain] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    stacks: dict[str, Chain] = field(default_factory=dict)
    loaded: str | None = None
    calibrates: bool = False
    #: source of frames -> line of the first command that calibrates them with a master
    calibrated: dict[str, int] = field(default_factory=dict)
    uses: list[MasterUse] = field(default_factory=list)
    writes: list[FileWrite] = field(default_factory=list)

    def path(self, name: str) -> str:
        """A path as written at the current folder, normalised and without FITS ending."""
        return normal(self.folder, FITS_ENDING.sub("", name))

    def sequence(self, word: Word, line: Line) -> tuple[str, Chain]:
        """(name without ending, sequence) of an argument; frames that were there before start anew.

        A name that ends with that of a known sequence comes from it by a command that is not followed
        here (``bkg_pp_light``, ``Ha_pp_light``): it has gone through the same steps.
        """
        name = re.sub(r"_?(?:\.seq)?$", "", word.text) or word.text
        path = normal(self.folder, name)
        known = self.sequences.get(path)
        if known is None:
            here = [p for p in self.sequences if PurePosixPath(p).parent == PurePosixPath(path).parent]
            kin = [p for p in here if name.endswith(PurePosixPath(p).name)]
            origin = max(kin, key=len, default=None)
            if origin is not None:
                known = self.sequences[origin]
                self.used.add(origin)
            else:
                known = Chain(root=name, frames=(path,), line=line.number)
            self.sequences[path] = known
        self.used.add(path)
        return name, known

    def store(self, folder: str, name: str, sequence: Chain) -> None:
        """Keep a new sequence; one of the same name is replaced."""
        path = normal(folder, name.rstrip("_"))
        self.sequences[path] = sequence
        self.used.discard(path)


@functools.lru_cache(maxsize=1024)
def normal(folder: str, name: str) -> str:
    """``name`` seen from ``folder``, with ``.`` and ``..`` taken out; those above the start are kept."""
    name = name.replace("\\", "/")
    whole = name if name.startswith(("/", "~")) else f"{folder}/{name}"
    parts: list[str] = []
    for part in whole.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", ".") and not (part == ".." and whole.startswith("/")):
            parts.append(part)
    path = "/".join(parts)
    return f"/{path}" if whole.startswith("/") else path or "."
