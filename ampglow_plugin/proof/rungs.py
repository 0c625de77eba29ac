"""Which rung of the proof the files at hand allow, and its measurement.

1. raw light, output and dark: the factor of the dark itself (:mod:`ampglow_plugin.proof.measure`);
2. output and dark, the raw light gone: what is left of the dark (:mod:`ampglow_plugin.proof.leftover`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from ampglow_plugin.catalog.mosaic import pattern_of
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts import PIXINSIGHT
from ampglow_plugin.model.evidence import HeaderEvidence, LogEvidence, PixelEvidence
from ampglow_plugin.pixels import Pixels, read_pixels
from ampglow_plugin.proof.leftover import LeftFrames, measure_left
from ampglow_plugin.proof.measure import Frames, measure
from ampglow_plugin.proof.pairing import Job

#: masters kept in memory: dark, flat and bias of the group at work
_MASTERS_KEPT: Final = 3
_FULL_SCALE_ADU: Final = 65535.0
#: what Siril puts before the name of a frame that it has aligned
_ALIGNED: Final = "r_"


class Masters:
    """Pixels of the last few masters, so that a night reads each once."""

    def __init__(self) -> None:
        self._kept: dict[Path, Pixels] = {}
        self._sha256: dict[Path, str] = {}

    def read(self, path: Path) -> Pixels:
        """The pixels of ``path``; the file must not change while this object lives."""
        pixels = self._kept.pop(path, None) or read_pixels(path)
        self._kept[path] = pixels
        while len(self._kept) > _MASTERS_KEPT:
            del self._kept[next(iter(self._kept))]
        return pixels

    def sha256(self, path: Path) -> str:
        """Hash of the file."""
        if path not in self._sha256:
            self._sha256[path] = sha256_of(path)
        return self._sha256[path]


def sha256_of(path: Path) -> str:
    """Hash of the file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def measure_pixels(job: Job, header: HeaderEvidence, log: LogEvidence, masters: Masters) -> PixelEvidence | None:
    """Evidence of the lowest rung that the files of ``job`` allow; None where they allow none."""
    if job.dark is None:
        return None
    if job.light is not None:
        return _from_light(job, header, masters)
    return _from_output(job, header, log, masters)


def _from_output(job: Job, header: HeaderEvidence, log: LogEvidence, masters: Masters) -> PixelEvidence:
    """Rung 2: output and dark, with the flat where there is one."""
    assert job.dark is not None
    taken = read_frame(job.output)
    if (taken.stack_count or 1) > 1 or job.output.name.startswith(_ALIGNED):
        return PixelEvidence(
            rung=2, why="the output was aligned or stacked: its pixels no longer lie on those of the dark"
        )
    named = [(name, path) for name, path in _masters_of(job) if name != "bias"]
    many = [name for name, path in named if len(masters.read(path).data) != 1]
    if many:
        return PixelEvidence(rung=2, why=f"the {' and the '.join(many)} has several planes: there is no mosaic")
    read = {name: masters.read(path).mono for name, path in named}
    output, added_adu = read_pixels(job.output), _added(job, header)
    return measure_left(
        LeftFrames(
            output=output.data - added_adu if added_adu else output.data,
            dark=read["dark"],
            flat=read.get("flat"),
            pattern=pattern_of(str(job.output)) or pattern_of(str(job.dark)),
            flat_claimed=_flat_claimed(job, header, log),
            host=header.host,
            named_scale=None if header.flat_scale is None else header.flat_scale * _FULL_SCALE_ADU,
        )
    )


def _flat_claimed(job: Job, header: HeaderEvidence, log: LogEvidence) -> bool | None:
    if log.flat_mismatch:
        return False
    return header.flat if header.flat is not None else job.expected_flat


def _added(job: Job, header: HeaderEvidence) -> float:
    """ADU that PixInsight added behind the flat, so that nothing falls below zero; it says so in PEDESTAL.

    Elsewhere that card is a level of the camera, with either sign.
    """
    if header.host != PIXINSIGHT.name:
        return 0.0
    return abs(read_frame(job.output).pedestal_adu or 0.0)


def _from_light(job: Job, header: HeaderEvidence, masters: Masters) -> PixelEvidence:
    """Rung 1: the raw light, the output and the dark."""
    assert job.light is not None
    added_adu = _added(job, header)
    raw, output = read_pixels(job.light), read_pixels(job.output)
    many = [name for name, path in _masters_of(job) if len(masters.read(path).data) != 1]
    if len(raw.data) != 1 or many:
        names = ", ".join(["the light"] * (len(raw.data) != 1) + [f"the {name}" for name in many])
        return PixelEvidence(rung=1, why=f"{names} has several planes: there is no mosaic to compare")
    read = {name: masters.read(path).mono for name, path in _masters_of(job)}
    return measure(
        Frames(
            raw=raw.mono,
            output=output.data - added_adu if added_adu else output.data,
            dark=read["dark"],
            flat=read.get("flat"),
            bias=read.get("bias"),
            pattern=pattern_of(str(job.light)),
            whole=output.whole,
            holds_bias=job.holds_bias,
        )
    )


def _masters_of(job: Job) -> list[tuple[str, Path]]:
    named = (("dark", job.dark), ("flat", job.flat), ("bias", job.bias))
    return [(name, path) for name, path in named if path is not None]
