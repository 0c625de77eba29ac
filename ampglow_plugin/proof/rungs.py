"""Which rung of the proof the files at hand allow, and its measurement.

1. raw light, output and dark: the factor of the dark itself (:mod:`ampglow_plugin.proof.measure`);
2. output and dark, the raw light gone: what is left of the dark (:mod:`ampglow_plugin.proof.leftover`);
4. an output that was aligned, and its dark: the glow is looked for where it went (:mod:`ampglow_plugin.proof.moved`);
5. a stack of such outputs, and the dark.

Rung 3, debayered outputs, is rung 1 or 2: interpolating methods leave the samples of each site as they were.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from ampglow_plugin.catalog.hashes import sha256_of
from ampglow_plugin.catalog.mosaic import is_xtrans, pattern_of
from ampglow_plugin.errors import HostError
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts import PIXINSIGHT
from ampglow_plugin.model.evidence import HeaderEvidence, LogEvidence, PixelEvidence
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.pixels import Image, Pixels, read_pixels
from ampglow_plugin.proof.leftover import MIRRORS, LeftFrames, measure_left
from ampglow_plugin.proof.measure import Frames, measure, obeys
from ampglow_plugin.proof.moved import SHOWS_SIGMA, MovedFrames, measure_moved
from ampglow_plugin.proof.native import Lie, lie
from ampglow_plugin.proof.pairing import Job, same_moment
from ampglow_plugin.proof.placing import has_blank_edge, is_stack, places, scale_of, shift_of, was_moved
from ampglow_plugin.proof.stars import Kind, Starry, by_stars
from ampglow_plugin.rules.verdict import WIDEST_TOLERANCE, factor_tolerance

#: masters kept in memory: dark, flat and bias of the group at work
_MASTERS_KEPT: Final = 3
_FULL_SCALE_ADU: Final = 65535.0
_ROWS: Final = 64
#: rungs of outputs whose pixels do not lie on those of the sensor
ALIGNED_RUNGS: Final = (4, 5)


class Masters:
    """What many proofs share, so that a night reads it once: the last few masters, headers of darks, the last log."""

    def __init__(self) -> None:
        self._kept: dict[Path, Pixels] = {}
        self._sha256: dict[Path, str] = {}
        self._frames: dict[Path, Frame] = {}
        self._log: tuple[Path, str] | None = None

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

    def frame(self, path: Path) -> Frame:
        """Header record of a dark."""
        if path not in self._frames:
            self._frames[path] = read_frame(path)
        return self._frames[path]

    def log(self, path: Path) -> str:
        """Text of a log.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        if self._log is None or self._log[0] != path:
            self._log = path, path.read_text(encoding="utf-8", errors="replace")
        return self._log[1]


def measure_pixels(job: Job, header: HeaderEvidence, log: LogEvidence, masters: Masters) -> PixelEvidence | None:
    """Evidence of the lowest rung that the files of ``job`` allow; None where they allow none."""
    if job.dark is None:
        return None
    dark = masters.read(job.dark).data
    if not np.isfinite(dark[:, :: max(1, dark.shape[1] // _ROWS)]).any():
        return PixelEvidence(rung=2 if job.light is None else 1, why="the dark holds no numbers")
    moved = job.sequence is not None or was_moved(job.output, job.light or job.dark)
    if job.light is not None:
        frames = _with_light(job, header, masters)
        if not moved:
            if isinstance(frames, PixelEvidence):
                return frames
            found = measure(frames)
            if _seen_moved(frames, found):
                return _from_moved(job, header, log, masters)
            return _by_what_is_left(job, header, log, masters, found) if _unlike(found) else found
        if isinstance(frames, Frames) and obeys(frames):  # the frame to which others were aligned
            return measure(frames)
    if moved:
        return _from_moved(job, header, log, masters)
    return _from_output(job, header, log, masters)


def _seen_moved(frames: Frames, found: PixelEvidence) -> bool:
    """Whether the pixels of an output were aligned, whatever its name and its header say.

    What is only mirrored has been tried already.
    """
    if found.exact or frames.output.shape[-2:] != frames.dark.shape:
        return False
    lies = lie(frames.output, frames.dark, frames.pattern)
    return has_blank_edge(frames.output) or lies == "resampled" or (found.same_light is False and lies != "as stored")


def _from_output(job: Job, header: HeaderEvidence, log: LogEvidence, masters: Masters) -> PixelEvidence:
    """Rung 2: output and dark, with the flat where there is one."""
    assert job.dark is not None
    named = [(name, path) for name, path in _masters_of(job) if name != "bias"]
    many = [name for name, path in named if len(masters.read(path).data) != 1]
    if many:
        return PixelEvidence(rung=2, why=f"the {' and the '.join(many)} has several planes: there is no mosaic")
    read = {name: masters.read(path).mono for name, path in named}
    output, added_adu = read_pixels(job.output), _added(job, header)
    frames = LeftFrames(
        output=output.data - added_adu if added_adu else output.data,
        dark=read["dark"],
        flat=read.get("flat"),
        pattern=pattern_of(str(job.output)) or pattern_of(str(job.dark)),
        flat_claimed=_flat_claimed(job, header, log),
        host=header.host,
        named_scale=None if header.flat_scale is None else header.flat_scale * _FULL_SCALE_ADU,
    )
    if frames.output.shape[-2:] != frames.dark.shape:
        return measure_left(frames)
    lies = lie(output.data, frames.dark, frames.pattern)
    if lies == "resampled" or has_blank_edge(output.data):  # aligned, whatever its name is
        return _from_moved(job, header, log, masters)
    return measure_left(frames) if lies == "as stored" else _turned_back(frames, lies)


def _turned_back(frames: LeftFrames, lies: Lie) -> PixelEvidence:
    """An output whose noise shows that it was turned over. Both ways are looked at, and the one that shows more counts.

    Who debayered it by a wrong pattern makes it look so as well, and nothing may be called clean by that.
    """
    view = np.s_[:, *MIRRORS[lies]]
    back = measure_left(replace(frames, output=np.ascontiguousarray(frames.output[view])))
    stored = measure_left(frames)
    note = f"its noise shows that the output is {lies}"
    if _shows(stored) > max(_shows(back), SHOWS_SIGMA):
        return stored
    return replace(
        back, mosaic=f"{back.mosaic or 'mosaic'} {lies}", why="; ".join(text for text in (note, back.why) if text)
    )


def _unlike(found: PixelEvidence) -> bool:
    """Whether another dark or flat than the named ones was used, and how much of the named dark it took is not told."""
    if found.exact is not False or found.alternatives or found.factor is None:
        return False
    tolerance = factor_tolerance(found)
    return tolerance is None or abs(found.factor - 1) <= max(tolerance, WIDEST_TOLERANCE)


def _by_what_is_left(
    job: Job, header: HeaderEvidence, log: LogEvidence, masters: Masters, found: PixelEvidence
) -> PixelEvidence:
    """Rung 2, as though the raw light were gone, where it tells more; with the bias levels that the raw light counts.

    Naming the raw light must not make the answer worse.
    """
    left = _from_output(job, header, log, masters)
    if left.rung != 2 or left.residual_glow is None:
        return found
    note = (
        f"raw light and output do not agree with these masters ({found.noise_adu or 0:.2f} ADU remain): another dark, "
        "or another flat, was used; judged by what is left of this one"
    )
    return replace(
        left,
        pedestals=found.pedestals,
        pedestal_adu=found.pedestal_adu,
        pedestal_basis=found.pedestal_basis,
        exact=False,
        noise_adu=found.noise_adu,
        dark_rms_adu=found.dark_rms_adu,
        astray_share=found.astray_share,
        astray_adu=found.astray_adu,
        why="; ".join(text for text in (note, left.why) if text),
    )


def _shows(pixels: PixelEvidence) -> float:
    """By how many standard deviations glow is seen, left or missing."""
    return abs(pixels.residual_glow or 0.0) / (pixels.residual_glow_sigma or np.inf)


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


def _with_light(job: Job, header: HeaderEvidence, masters: Masters) -> Frames | PixelEvidence:
    """What rung 1 compares: the raw light, the output and the dark; or why they cannot be compared."""
    assert job.light is not None
    added_adu = _added(job, header)
    raw, output = read_pixels(job.light), read_pixels(job.output)
    read = {name: masters.read(path) for name, path in _masters_of(job)}
    many = [name for name, pixels in (("light", raw), ("dark", read["dark"])) if len(pixels.data) != 1]
    if many:
        names = " and ".join(f"the {name}" for name in many)
        return PixelEvidence(rung=1, why=f"{names} has several planes: there is no mosaic to compare")
    if len(output.data) == 3 and is_xtrans(str(job.light)):
        return PixelEvidence(rung=1, why="the output is debayered, and its mosaic is no Bayer pattern (X-Trans)")
    useless = {name: why for name in ("flat", "bias") if name in read and (why := _useless(read[name], raw, name))}
    flat, bias = (read[name].mono if name in read and name not in useless else None for name in ("flat", "bias"))
    return Frames(
        raw=raw.mono,
        output=output.data - added_adu if added_adu else output.data,
        dark=read["dark"].mono,
        flat=flat,
        bias=bias,
        pattern=pattern_of(str(job.light)),
        whole=output.whole,
        holds_bias=job.holds_bias,
        notes=tuple(f"the {name} {why}, and was left out" for name, why in useless.items()),
    )


def _useless(master: Pixels, raw: Pixels, name: str) -> str | None:
    """Why a flat or bias tells nothing about this light. What the others say still counts.

    A flat of another size is for the measurement to judge: it cannot have been divided by.
    """
    if len(master.data) != 1:
        return "has several planes"
    if name == "bias" and master.data.shape != raw.data.shape:
        return "has another size than the light"
    middle = float(np.median(master.mono[:: max(1, len(master.mono) // _ROWS)]))
    if not np.isfinite(middle):
        return "holds no numbers"
    if middle > 0:
        return None
    return "holds no light" if name == "flat" else "holds no level"


def _from_moved(job: Job, header: HeaderEvidence, log: LogEvidence, masters: Masters) -> PixelEvidence:
    """Rungs 4 and 5: an aligned frame, or a stack, and the dark; a raw light serves to find the place by its stars."""
    assert job.dark is not None
    taken, dark_frame = read_frame(job.output), read_frame(job.dark)
    rung = 5 if is_stack(taken) else 4
    named = [(name, path) for name, path in _masters_of(job) if name != "bias"]
    many = [name for name, path in named if len(masters.read(path).data) != 1]
    if many:
        return PixelEvidence(rung=rung, why=f"the {' and the '.join(many)} has several planes: there is no mosaic")
    dark = masters.read(job.dark).mono
    flat = masters.read(job.flat).mono if job.flat is not None else None
    output, pattern = read_pixels(job.output), pattern_of(str(job.dark))
    size = (output.data.shape[1], output.data.shape[2])
    shift = None if rung == 5 else shift_of(output.data)
    found, note = places(job.output, dark.shape, size, sequence=job.sequence, dark=dark_frame, shift=shift)
    scale = scale_of(job.output, output, flat, mosaic=pattern is not None)
    if job.light is not None and (len(found) != 1 or not scale.known):
        kind: Kind = "stack" if rung == 5 else "own" if same_moment(job.light, job.output) else "other"
        stars = _by_light(job.light, output.data, dark, flat, mosaic=pattern is not None, kind=kind)
        if isinstance(stars, str):
            note = f"{note}; {stars}" if note else stars
        else:
            found, note = (stars.places, "") if len(found) != 1 else (found, note)
            scale = scale if scale.known or stars.scale is None else stars.scale
    if not found:
        return PixelEvidence(rung=rung, why=f"{note}; a raw light (--light) tells by its stars where it lies")
    pixels = measure_moved(
        MovedFrames(
            output=output.data,
            dark=dark,
            placements=found,
            rung=rung,
            flat=flat,
            pattern=pattern,
            flat_used=_flat_claimed(job, header, log),
            host=header.host,
            named_scale=None if header.flat_scale is None else header.flat_scale * _FULL_SCALE_ADU,
            scale=scale,
        )
    )
    return replace(pixels, why="; ".join(text for text in (note, pixels.why) if text))


def _by_light(  # noqa: PLR0913 - the files of one job
    light: Path, output: Image, dark: Image, flat: Image | None, *, mosaic: bool, kind: Kind
) -> Starry | str:
    """What the stars of the raw light tell, or why they tell nothing."""
    raw = read_pixels(light).data
    if len(raw) != 1 or raw[0].shape != dark.shape:
        return "the raw light is no frame of the dark's sensor"
    try:  # without the dark's hot pixels, which look like stars
        return by_stars(raw[0] - dark, output, flat, mosaic=mosaic, kind=kind)
    except HostError as error:
        return f"the stars of the raw light did not help: {error.what}"


def _masters_of(job: Job) -> list[tuple[str, Path]]:
    named = (("dark", job.dark), ("flat", job.flat), ("bias", job.bias))
    return [(name, path) for name, path in named if path is not None]
