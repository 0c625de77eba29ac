"""Which reader a file is for: by its first bytes, then by its name."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.errors import UnsupportedFile
from ampglow_plugin.headers import fits, xisf
from ampglow_plugin.headers.cards import Header
from ampglow_plugin.headers.places import opened
from ampglow_plugin.waiting import leaving

#: suffixes of files that hold frames, in lower case
FRAME_SUFFIXES = (".fits", ".fit", ".fts", ".fits.fz", ".fit.fz", ".fts.fz", ".fits.gz", ".fit.gz", ".fts.gz", ".xisf")

_CAMERA_RAW = "cr2 cr3 crw nef nrw arw srf sr2 orf rw2 raf pef dng 3fr iiq rwl srw x3f"
USE_CONVERTED = "convert it with Siril ('convert') and use the .fit that Siril made"
#: suffix -> (what it is, what to use instead)
UNSUPPORTED: dict[str, tuple[str, str]] = {
    **{f".{s}": ("a camera RAW file", USE_CONVERTED) for s in _CAMERA_RAW.split()},
    **{f".{s}": ("a JPEG picture: stretched and without the frame's data", "use the .fit of the same frame")
       for s in ("jpg", "jpeg", "jpe")},
    **{f".{s}": ("a TIFF picture, which keeps no usable header", "use the .fit that Siril made, or the original frame")
       for s in ("tif", "tiff")},
    ".png": ("a PNG picture, which keeps no usable header", "use the .fit of the same frame"),
    ".bmp": ("a BMP picture, which keeps no usable header", "use the .fit of the same frame"),
    ".ser": ("a SER video, which has one header for all frames", USE_CONVERTED),
    ".avi": ("a video", "use the original frames as .fit"),
    ".mp4": ("a video", "use the original frames as .fit"),
    ".xish": ("the header half of a distributed XISF unit", "save it as one .xisf file in PixInsight"),
    ".zip": ("an archive", "unpack it first"),
    ".bz2": ("a bzip2 archive", "unpack it first"),
    ".xz": ("an xz archive", "unpack it first"),
    ".7z": ("an archive", "unpack it first"),
    ".rar": ("an archive", "unpack it first"),
}  # fmt: skip

_START_BYTES = 16
#: first bytes -> the suffix whose answer fits, for files with a misleading name
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"LUCAM-RECORDER", ".ser"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
    (b"PK\x03\x04", ".zip"),
)


def is_frame_name(path: Path) -> bool:
    """Whether the name is that of a file which ampglow reads."""
    return path.name.lower().endswith(FRAME_SUFFIXES)


def read_header(path: str | Path) -> Header:
    """Header of a FITS or XISF file at a path or an address; of a remote file, only the header is fetched.

    Raises
    ------
    UnreadableFrame, UnsupportedFile
        As :func:`ampglow_plugin.headers.read_frame`.
    """
    return leaving(lambda: _read(path))


def _read(path: str | Path) -> Header:
    with opened(path) as file:
        start = file.first(_START_BYTES)
        if start.startswith(xisf.SIGNATURE):
            return xisf.read(file)
        suffix = Path(file.name).suffix.lower()
        if not start.startswith((b"SIMPLE", fits.GZIP_MAGIC)):
            named = next((s for magic, s in MAGIC if start.startswith(magic)), "")
            kind = UNSUPPORTED.get(suffix) or UNSUPPORTED.get(named)
            if kind:
                raise UnsupportedFile(f"is {kind[0]}", where=file.name, fix=kind[1])
        return fits.read(file)
