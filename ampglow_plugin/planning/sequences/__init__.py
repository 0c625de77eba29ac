"""The shooting list as a file for a capture program, so that nobody has to type it at the telescope.

Formats are those that the programs' public sources read: sequences of Ekos (``.esq``) and of N.I.N.A.'s advanced
sequencer (``.json``). What a format cannot hold, or the lights did not say, is told beside the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.library import SequenceFile
from ampglow_plugin.planning.sequences import ekos, nina
from ampglow_plugin.planning.sequences.common import Sequence
from ampglow_plugin.planning.shooting import ShootingList

__all__ = ["WRITERS", "sequence"]

#: ending -> program, and what makes its file of the list and the folder the frames go to
WRITERS: Final[Mapping[str, tuple[str, Callable[[ShootingList, Path], Sequence]]]] = MappingProxyType(
    {".esq": ("Ekos", ekos.sequence), ".json": ("N.I.N.A.", nina.sequence)}
)


def sequence(lacking: ShootingList, path: Path) -> tuple[bytes, SequenceFile]:
    """What is to be written to ``path``, and what is told about it; the ending says for which program.

    Raises
    ------
    InputError
        The ending is none of :data:`WRITERS`, the list is for several cameras (a sequence drives one), or none of
        its entries has an exposure.
    """
    if path.suffix.lower() not in WRITERS:
        known = ", ".join(f"{ending} for {program}" for ending, (program, _) in WRITERS.items())
        raise InputError(f"no sequence is written with the ending {path.suffix}", where=str(path), fix=f"use {known}")
    program, make = WRITERS[path.suffix.lower()]
    cameras = sorted({(e.camera or "camera not named", e.camera_serial or "") for e in lacking.entries})
    if len(cameras) > 1:
        names = ", ".join(" ".join(camera).strip() for camera in cameras)
        raise InputError(
            f"these darks are for {len(cameras)} cameras ({names}), and a sequence drives one",
            where=str(path),
            fix="name lights of one camera with --for, once for each",
        )
    timed = tuple(e for e in lacking.entries if e.exposure_s is not None)
    if not timed:
        raise InputError(
            "the exposure of these lights is not known, and a sequence needs it",
            where=str(path),
            fix="see `ampglow headers` for what their headers say",
        )
    made = make(replace(lacking, entries=timed), path.parent.absolute())
    untimed = len(lacking.entries) - len(timed)
    told = (f"{untimed} entries of the list, whose exposure is not known",) if untimed else ()
    return made.data, SequenceFile(
        path=str(path),
        program=program,
        jobs=len(timed),
        frames=sum(entry.count for entry in timed),
        not_held=(*told, *made.not_held),
    )
