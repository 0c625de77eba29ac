"""For outputs of which nobody recorded the inputs: a dark of the library that fits, and a raw light of that moment."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ampglow_plugin.catalog.index import Index
from ampglow_plugin.errors import InputError
from ampglow_plugin.matching import match
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.proof.pairing import Job, same_moment
from ampglow_plugin.proof.placing import is_stack, was_moved

_FOUND: Final = "the dark is one of the library that fits; it need not be the one that was used"
_SINGLE: Final = f"{_FOUND}, and it is a single frame, no master"
_NONE: Final = "no dark of the library fits"
#: deeds that only the very dark that was used can tell apart
_OF_THE_VERY_DARK: Final = frozenset({"scaled", "wrong_dark", "applied_twice"})


@dataclass(kw_only=True, slots=True)
class Library:
    """Darks (below ``folders``, or all) and lights of an index, as outputs ask for them."""

    index: Index
    folders: Sequence[Path] = ()
    _darks: dict[int | None, tuple[Frame, ...]] = field(default_factory=dict)

    def jobs(self, outputs: Sequence[Frame]) -> dict[str, Job]:
        """A job for each output: with a master that fits, else with a single dark, else without."""
        asked = [_as_light(frame) for frame in outputs]
        chosen: dict[str, Match] = {}
        for masters in (True, False):
            waiting = [frame for frame in asked if frame.path not in chosen]
            darks = [dark for dark in self._of_sizes(waiting) if dark.master == masters]
            found = match(waiting, darks) if waiting and darks else ()
            chosen |= {path: m for m in found if m.dark is not None for path in m.lights}
        lights = self._lights(outputs)
        return {frame.path: _job(frame, chosen.get(frame.path), lights) for frame in outputs}

    def _of_sizes(self, outputs: Iterable[Frame]) -> Iterable[Frame]:
        """Darks of the widths of ``outputs``; all for one that may have been resized. Kept: a library is read once."""
        widths = {frame.width for frame in outputs}
        for width in [None] if None in widths else widths:
            if width not in self._darks:
                wanted = None if width is None else functools.partial(_is_wide, width)
                found = self.index.frames(below=self.folders, roles=("dark", "darkflat"), chosen=wanted)
                self._darks[width] = tuple(frame for frame, _ in found)
            yield from self._darks[width]

    def _lights(self, outputs: Iterable[Frame]) -> dict[str, str]:
        """Second -> raw light, where there is just one."""
        wanted = {frame.date_obs[:19] for frame in outputs if frame.date_obs and _may_be_moved(frame)}
        paths: dict[str, list[str]] = {}
        for path in self.index.lights_of(wanted) if wanted else ():
            for output in outputs:
                if output.path != path and output.date_obs and Path(path).is_file() and _same(path, output):
                    paths.setdefault(output.path, []).append(path)
        return {output: found[0] for output, found in paths.items() if len(set(found)) == 1}


def _is_wide(width: int, frame: Frame) -> bool:
    return frame.width == width


def _same(light: str, output: Frame) -> bool:
    try:
        return same_moment(Path(light), Path(output.path))
    except InputError:
        return False


def _may_be_moved(frame: Frame) -> bool:
    return is_stack(frame) or Path(frame.path).name.startswith("r_")


def _as_light(frame: Frame) -> Frame:
    """The raw light that an output was: it had one plane and no calibration; of one that was moved, any size."""
    light = replace(
        frame,
        kind="light",
        calibrated=None,
        calibration_status=None,
        planes=1,
        bits=None,
        stack_count=None,
        master=False,
    )
    return replace(light, width=None, height=None, row_order=None) if _may_be_moved(frame) else light


def _job(frame: Frame, chosen: Match | None, lights: dict[str, str]) -> Job:
    output = Path(frame.path)
    if chosen is None or chosen.dark is None:
        return Job(output=output, note=_NONE)
    dark = Path(chosen.dark)
    try:
        moved = was_moved(output, dark)
    except InputError:
        return Job(output=output, note=_NONE)
    # beside its raw light, only the very dark that was used would do
    light = lights.get(frame.path) if moved else None
    single = len(chosen.darks) > 1
    return Job(output=output, dark=dark, light=Path(light) if light else None, note=_SINGLE if single else _FOUND)


def of_found_dark(proof: Proof) -> Proof:
    """The proof with a dark that was found: how much of the pattern is left counts, but not by which factor it went."""
    if proof.verdict.done not in _OF_THE_VERY_DARK or proof.evidence.pixels is None:
        return proof
    verdict = replace(
        proof.verdict,
        done="undecided",
        hypotheses=(*proof.verdict.hypotheses, f"with this very dark it would be: {proof.verdict.done}"),
    )
    return replace(proof, verdict=verdict)
