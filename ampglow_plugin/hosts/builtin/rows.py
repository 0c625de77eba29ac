"""Many frames read a band of rows at a time, so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ampglow_plugin.hosts.builtin.arithmetic import FULL_SCALE_ADU
from ampglow_plugin.pixels import Image

#: samples of a frame that are looked at for its level and spread
_LEVEL_SAMPLE = 1_000_000
_CLIP_SIGMA, _CLIP_ROUNDS = 3.0, 10

#: working memory of a band: in frames of the sequence, and at least so many bytes
_BAND_FRAMES, _BAND_BYTES_MIN = 1.0, 8 << 20
#: arrays of the size of a band that combining needs at once
_ARRAYS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """Mean and standard deviation of one plane after clipping; stars and hot pixels do not count."""

    location: float
    scale: float


class Source(Protocol):
    """A frame that can be read in bands; its values are shares of full scale."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(planes, height, width)."""
        ...

    def rows(self, start: int, stop: int) -> Image:
        """``(planes, stop - start, width)``."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class FitsRows:
    """The first image of a plain FITS file. ``multiplier`` makes its values ADU, as read_pixels does."""

    path: str
    shape: tuple[int, int, int]
    multiplier: float

    def rows(self, start: int, stop: int) -> Image:
        """The rows, read from the file alone."""
        from astropy.io import fits

        with Path(self.path).open("rb") as file, fits.open(file, mode="readonly", memmap=False) as units:
            unit = next(u for u in units if u.is_image and u.header.get("NAXIS", 0) >= 2)
            band = unit.section[..., start:stop, :]
        data = np.asarray(band).astype(np.float32).reshape(self.shape[0], stop - start, self.shape[2])
        data *= np.float32(self.multiplier / FULL_SCALE_ADU)
        return data


@dataclass(frozen=True, kw_only=True, slots=True)
class SpoolRows:
    """A frame that was written as bare float32 samples into the scratch folder."""

    path: Path
    shape: tuple[int, int, int]

    def rows(self, start: int, stop: int) -> Image:
        """The rows, read from the file alone."""
        planes, height, width = self.shape
        data = np.empty((planes, stop - start, width), dtype=np.float32)
        with self.path.open("rb") as file:
            for plane in range(planes):
                file.seek((plane * height + start) * width * data.itemsize)
                data[plane] = np.fromfile(file, dtype=np.float32, count=(stop - start) * width).reshape(-1, width)
        return data


def spool(data: Image, path: Path) -> SpoolRows:
    """Write ``data`` (planes, height, width) as bare samples."""
    np.ascontiguousarray(data, dtype=np.float32).tofile(path)
    planes, height, width = data.shape
    return SpoolRows(path=path, shape=(planes, height, width))


def is_plain(path: str | Path) -> bool:
    """Can single rows be read without decompressing the whole file?"""
    from astropy.io import fits

    if Path(path).suffix.lower() not in (".fit", ".fits", ".fts"):
        return False
    with Path(path).open("rb") as file, fits.open(file, mode="readonly", memmap=False) as units:
        unit: Any = next((u for u in units if u.is_image and u.header.get("NAXIS", 0) >= 2), None)
        return isinstance(unit, (fits.PrimaryHDU, fits.ImageHDU))


def bands(count: int, shape: tuple[int, int, int]) -> Iterator[tuple[int, int]]:
    """Bands of rows such that ``count`` frames of them fit into the working memory."""
    planes, height, width = shape
    frame_bytes = planes * height * width * 4
    budget = max(_BAND_BYTES_MIN, _BAND_FRAMES * frame_bytes)
    step = max(1, int(budget / (count * planes * width * 4 * _ARRAYS)))
    for start in range(0, height, step):
        yield start, min(start + step, height)


def levels(data: Image, *, blank: float | None = None) -> tuple[Level, ...]:
    """Level of each plane of ``data`` (planes, height, width); values equal to ``blank`` are missing.

    At most a million samples in odd steps, which meet all colours of a mosaic equally often.
    """
    step = max(1, round((data[0].size / _LEVEL_SAMPLE) ** 0.5)) | 1
    return tuple(_level(plane[::step, ::step].ravel(), blank) for plane in data)


def _level(values: Image, blank: float | None) -> Level:
    use = np.isfinite(values) if blank is None else np.isfinite(values) & (values != blank)
    values = values[use].astype(np.float64)
    if not values.size:
        return Level(location=0.0, scale=0.0)
    centre, spread = float(np.median(values)), float(values.std())
    for _ in range(_CLIP_ROUNDS):
        near = values[np.abs(values - centre) <= _CLIP_SIGMA * spread]
        if near.size in (0, values.size):
            break
        values = near
        centre, spread = float(values.mean()), float(values.std())
    return Level(location=centre, scale=spread)
