"""What a frame is for: by its header first, by the name of its folder second."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ampglow_plugin.knowledge import table
from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.frame import Frame

#: longest exposure of a frame called dark that may serve as a bias (programs without a bias type write it so)
BIAS_EXPOSURE_S = 0.01

#: what a frame may be that is used in a role; programs have no type of their own for flat-darks, some none for biases
FITTING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "light": frozenset({"light"}),
        "dark": frozenset({"dark", "darkflat"}),
        "flat": frozenset({"flat"}),
        "darkflat": frozenset({"darkflat", "dark"}),
        "bias": frozenset({"bias", "dark"}),
    }
)


@dataclass(frozen=True, slots=True)
class _Words:
    many: Mapping[str, str]
    alone: Mapping[str, str]
    neutral: frozenset[str]


@functools.cache
def _words() -> _Words:
    folders: Any = table("folders.yaml")
    rows = folders["roles"].items()
    return _Words(
        many={word: role for role, row in rows for word in row["many"]},
        alone={word: role for role, row in rows for word in row["alone"]},
        neutral=frozenset(folders["neutral"]),
    )


@functools.lru_cache(maxsize=4096)
def role_of_folder(name: str) -> str | None:
    """The role that a folder's name says, or None.

    >>> role_of_folder("Flat-Darks 2s"), role_of_folder("M31_Lights"), role_of_folder("Dark Nebula")
    ('darkflat', 'light', None)
    """
    words = _words()
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    parts = re.findall(r"[a-z]+", plain)
    pairs = [first + second for first, second in itertools.pairwise(parts)]
    for part in (*pairs, *parts):
        if part in words.many:
            return words.many[part]
    told = [part for part in parts if part not in words.neutral or part in words.alone]
    return words.alone.get("".join(told))


def folder_role(path: Path, root: Path | None) -> str | None:
    """The role said by the nearest folder above ``path``, not above ``root``; the next folder alone without one."""
    for parent in path.parents if root is not None else path.parents[:1]:
        role = role_of_folder(parent.name)
        if role is not None:
            return role
        if parent == root:
            return None
    return None


def role_of(frame: Frame, root: Path | None) -> str | None:
    """The role of a frame found below ``root``, or None where nothing says what it is.

    A type card decides; then the folder; then the file name. A frame whose card says dark is a
    flat-dark in a folder of flat-darks, and a bias in a folder of biases if its exposure is next to nothing.
    """
    folder = folder_role(Path(frame.path), root)
    source = frame.sources.get("kind")
    read = frame.kind if source is not None and source.how == "read" else None
    if read == "dark" and (folder == "darkflat" or (folder == "bias" and is_bias_exposure(frame.exposure_s))):
        return folder
    return read or folder or (frame.kind if frame.kind != "unknown" else None)


def is_bias_exposure(exposure_s: float | None) -> bool:
    """Whether an exposure is as short as that of a bias."""
    return exposure_s is not None and exposure_s <= BIAS_EXPOSURE_S


def fits_role(frame: Frame, role: str, root: Path | None) -> bool:
    """Whether a frame found below ``root`` may be used in ``role``; one of which nothing is known may."""
    own = role_of(frame, root)
    return own is None or own in FITTING[role]


def contradiction(frame: Frame, root: Path | None) -> str | None:
    """The role the folder says, where the type card says another one."""
    folder = folder_role(Path(frame.path), root)
    if folder is None or fits_role(frame, folder, root):
        return None
    return folder


def flat_darks_among(darks: Sequence[Frame], flats: Iterable[Frame], lights: Iterable[Frame]) -> frozenset[str]:
    """Paths of darks that were exposed as long as flats and not as lights: capture programs call flat-darks Dark."""
    of_flats, of_lights = _exposures(flats), _exposures(lights)
    return frozenset(
        dark.path
        for dark in darks
        if dark.exposure_s is not None and _among(dark.exposure_s, of_flats) and not _among(dark.exposure_s, of_lights)
    )


def _exposures(frames: Iterable[Frame]) -> frozenset[float]:
    return frozenset(frame.exposure_s for frame in frames if frame.exposure_s is not None)


def _among(exposure: float, exposures: frozenset[float]) -> bool:
    return any(abs(exposure - other) <= limit("exposure_s").tolerated_within(other) for other in exposures)
