"""Many frames read a band of rows at a time, so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.hosts.builtin.arithmetic import FULL_SCALE_ADU
from ampglow_plugin.pixels import Image, Pixels
from ampglow_plugin.pixels.plain import read_samples
from ampglow_plugin.waiting import open_to_read

#: samples of a frame that are looked at for its level and spread
_LEVEL_SAMPLE = 1_000_000
_CLIP_SIGMA, _CLIP_ROUNDS = 3.0, 10

#: size of a band of all frames: in frames of the sequence, and at least so many bytes
_BAND_FRAMES, _BAND_BYTES_MIN = 2.0, 64 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """Mean and standard deviation of one plane after clipping; stars and hot pixels do not count."""

    location: float
    scale: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRows:
    """Samples that lie in a file as they are; a value is ``(sample * slope + zero) * multiplier``.

    The file is opened for each band and nothing else of it is read: parsing a FITS header each time would take
    longer than the pixels.
    """

    path: Path
    shape: tuple[int, int, int]
    offset: int
    dtype: str
    slope: float = 1.0
    zero: float = 0.0
    multiplier: float = 1.0

    def rows(self, start: int, stop: int) -> Image:
        """The rows, read from the file alone."""
        planes, height, width = self.shape
        count, itemsize = (stop - start) * width, np.dtype(self.dtype).itemsize
        data = np.empty((planes, stop - start, width), dtype=np.float32)
        with open_to_read(self.path) as file:
            for plane in range(planes):
                file.seek(self.offset + (plane * height + start) * width * itemsize)
                stored = read_samples(file, np.dtype(self.dtype), count)
                if stored.size != count:
                    raise UnreadableFrame("ends in the middle of its pixels", where=str(self.path))
                if (self.slope, self.zero) != (1.0, 0.0):
                    stored = stored * self.slope + self.zero
                data[plane] = stored.reshape(-1, width)
        if self.multiplier != 1.0:
            data *= np.float32(self.multiplier)
        return data


def fits_rows(path: str | Path, pixels: Pixels) -> FileRows | None:
    """A plain FITS file that was read as ``pixels``; None where rows cannot be read without all the rest."""
    from astropy.io import fits

    if Path(path).suffix.lower() not in (".fit", ".fits", ".fts"):
        return None
    with open_to_read(path) as file, fits.open(file, mode="readonly", memmap=False) as units:
        unit: Any = next((u for u in units if u.is_image and u.header.get("NAXIS", 0) >= 2), None)
        if not isinstance(unit, (fits.PrimaryHDU, fits.ImageHDU)):
            return None
        bits = int(unit.header["BITPIX"])
        slope, zero = float(unit.header.get("BSCALE", 1)), float(unit.header.get("BZERO", 0))
        offset = int(unit.fileinfo()["datLoc"])
    planes, height, width = pixels.data.shape
    return FileRows(
        path=Path(path),
        shape=(planes, height, width),
        offset=offset,
        dtype={8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}[bits],
        slope=slope,
        zero=zero,
        multiplier=pixels.multiplier / FULL_SCALE_ADU,
    )


def spool(data: Image, path: Path) -> FileRows:
    """Write ``data`` (planes, height, width) as bare samples."""
    np.ascontiguousarray(data, dtype="<f4").tofile(path)
    planes, height, width = data.shape
    return FileRows(path=path, shape=(planes, height, width), offset=0, dtype="<f4")


def bands(count: int, shape: tuple[int, int, int]) -> Iterator[tuple[int, int]]:
    """Bands of rows such that ``count`` frames of them fit into the working memory."""
    planes, height, width = shape
    frame_bytes = planes * height * width * 4
    budget = max(_BAND_BYTES_MIN, _BAND_FRAMES * frame_bytes)
    step = max(1, int(budget / (count * planes * width * 4)))
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
