"""One FITS file to an array of ADU."""

from __future__ import annotations

import gzip
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.pixels.plain import plain_image
from ampglow_plugin.pixels.xisf import MAX_SAMPLES, Xisf, is_xisf
from ampglow_plugin.waiting import open_to_read

if TYPE_CHECKING:
    from collections.abc import Mapping

Image: TypeAlias = NDArray[np.float32]
Section: TypeAlias = tuple[slice, slice]

FULL_SCALE_ADU = 65535.0
_FULL_SCALE_8_BIT = 255.0
_FULL_SCALE_32_BIT = 4294967295.0
#: floats above this are ADU: the limit by which Siril itself tells the two scales apart
UNIT_LIMIT = 10.0
#: share of pixels above it that decides; fewer are hot pixels, or quotients by a dead pixel of the flat
_DECISIVE_SHARE = 0.001
#: frames sampled at most at this many pixels to find their scale
_SCALE_SAMPLE = 2_000_000
_MAX_PLANES = 4
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pixels:
    """Pixels of one frame: ``data`` is float32 ``(planes, height, width)``, rows as stored, in ADU 0..65535.

    ``multiplier`` is what the stored (physical) values were multiplied by; ``basis`` says why. ``bits``
    is the size of a stored sample; samples of ``whole`` numbers were rounded when they were stored.
    """

    path: str
    data: Image
    multiplier: float
    basis: str
    bits: int
    whole: bool

    @property
    def mono(self) -> Image:
        """The only plane ``(height, width)``.

        Raises
        ------
        UnreadableFrame
            Where the frame has several planes.
        """
        if len(self.data) != 1:
            raise UnreadableFrame(f"has {len(self.data)} planes where one is needed", where=self.path)
        plane: Image = self.data[0]
        return plane


def read_pixels(path: str | Path, *, section: Section | None = None) -> Pixels:
    """Read the first image of a FITS file (plain, ``.gz``, tile-compressed ``.fz``) or an XISF file as ADU 0..65535.

    Integers: 8 bits are multiplied by 257; 16 bits are ADU; 32 bits are ADU unless a value exceeds 65535
    and the range is the unsigned one (BZERO 2**31), which is then mapped from 0..2**32-1.
    Floats are ADU where more than 0.1 % of the pixels exceed 10, else they are shares of full scale
    (Siril, PixInsight, APP) and multiplied by 65535. Where only a few pixels exceed 10, a frame of Siril
    (PROGRAM) is taken as shares, for its frames are, and any other as ADU (a dark around zero with hot pixels).
    The limit of 10 is Siril's own.

    Parameters
    ----------
    section
        ``(rows, columns)`` to read; the scale is still found from the whole frame.

    Raises
    ------
    UnreadableFrame
        If the file is missing, damaged, holds no image, or an image that is not 1 to 4 planes of 2 axes.
    UnsupportedFile
        If an XISF file is compressed in a way that needs an extra.
    """
    found = _first_xisf(path) if is_xisf(path) else _first_image(path)
    if found is None:
        raise UnreadableFrame("holds no image", where=str(path))
    stored, cards = found
    stored = stored.reshape((1, *stored.shape)) if stored.ndim == 2 else stored
    if stored.ndim != 3 or len(stored) > _MAX_PLANES or 0 in stored.shape:
        shape = " x ".join(map(str, stored.shape))
        raise UnreadableFrame(f"is an image of {shape}, not of 1 to {_MAX_PLANES} planes", where=str(path))
    multiplier, basis = _scale(stored, cards)
    if section is not None:
        stored = stored[:, section[0], section[1]]
    # floats that were read for this call alone are used as they are; a part of them would keep the whole
    ours = stored.flags.writeable and section is None
    data = stored.astype(np.float32, copy=not ours)
    if multiplier != 1.0:
        data *= np.float32(multiplier)
    return Pixels(
        path=str(path),
        data=data,
        multiplier=multiplier,
        basis=basis,
        bits=abs(int(cards["BITPIX"])),
        whole=int(cards["BITPIX"]) > 0,
    )


def _first_xisf(path: str | Path) -> tuple[NDArray[Any], Mapping[str, Any]]:
    """Pixels of the first image of an XISF file, with the card that says how they are stored."""
    stored = Xisf.open(path).pixels()
    bits = stored.dtype.itemsize * 8
    return stored, {"BITPIX": -bits if stored.dtype.kind == "f" else bits}


def _first_image(path: str | Path) -> tuple[NDArray[Any], Mapping[str, Any]] | None:
    """Pixels and cards of the first unit that holds an image; None where none does."""
    try:
        plain = plain_image(path)
    except (OSError, MemoryError) as error:
        raise _unreadable(error, path) from error
    return _by_astropy(path) if plain is None else plain


def _by_astropy(path: str | Path) -> tuple[NDArray[Any], Mapping[str, Any]] | None:
    from astropy.io import fits
    from astropy.utils.exceptions import AstropyWarning

    try:
        with warnings.catch_warnings(), open_to_read(path) as file:
            warnings.simplefilter("ignore", AstropyWarning)  # a file that is too damaged to use raises below
            stream = gzip.GzipFile(fileobj=file) if file.peek(2).startswith(_GZIP) else file
            with fits.open(stream, mode="readonly", memmap=False) as units:
                for unit in units:
                    if unit.is_image and unit.header.get("NAXIS", 0) >= 2:
                        cards = _known(unit.header)  # before the pixels: reading them rewrites BITPIX
                        _refuse_huge(unit.shape, path)
                        # None where NAXIS stands on a damaged card, which astropy mends for the axes alone
                        return None if unit.data is None else (unit.data, cards)
    except UnreadableFrame:
        raise
    except Exception as error:  # of damage astropy raises whatever its decoders come upon
        raise _unreadable(error, path) from error
    return None


def _unreadable(error: Exception, path: str | Path) -> UnreadableFrame:
    if isinstance(error, MemoryError):
        return UnreadableFrame("needs more memory than there is", where=str(path))
    return UnreadableFrame(f"cannot be read as FITS ({error})", where=str(path))


def _refuse_huge(shape: tuple[int, ...], path: str | Path) -> None:
    samples = math.prod(int(n) for n in shape)
    if samples > MAX_SAMPLES:
        raise UnreadableFrame(f"says it has {samples:,} samples, which no frame has", where=str(path))


def _known(header: Any) -> Mapping[str, Any]:
    """The cards that tell how samples are stored; others may be such as astropy cannot parse."""
    from astropy.io.fits import VerifyError

    known = {"BITPIX": header["BITPIX"]}
    try:
        known["PROGRAM"] = header.get("PROGRAM", "")
    except VerifyError:  # text without quotes, which some programs write
        known["PROGRAM"] = str(header.cards["PROGRAM"].image)
    return known


def _scale(stored: NDArray[Any], cards: Mapping[str, Any]) -> tuple[float, str]:
    kind, size = stored.dtype.kind, stored.dtype.itemsize
    if kind in "iu" and size == 1:
        return FULL_SCALE_ADU / _FULL_SCALE_8_BIT, "8-bit samples"
    if kind in "iu" and size == 2:
        return 1.0, "16-bit samples"
    if kind in "iu":
        if kind == "u" and float(stored.max()) > FULL_SCALE_ADU:
            return FULL_SCALE_ADU / _FULL_SCALE_32_BIT, "unsigned 32-bit samples"
        return 1.0, "32-bit samples on the 16-bit scale"
    flat = stored.reshape(-1)
    sample = flat[:: max(1, flat.size // _SCALE_SAMPLE)]
    finite = np.isfinite(sample)
    pixels = np.count_nonzero(finite)
    if not pixels:
        return FULL_SCALE_ADU, "no finite pixel"
    finite &= (sample > UNIT_LIMIT) | (sample < -UNIT_LIMIT)
    beyond = np.count_nonzero(finite)
    if beyond > _DECISIVE_SHARE * pixels:
        return 1.0, "float ADU"
    if beyond and "siril" not in str(cards.get("PROGRAM", "")).lower():
        return 1.0, "float ADU around zero"
    return FULL_SCALE_ADU, "float share of full scale"
