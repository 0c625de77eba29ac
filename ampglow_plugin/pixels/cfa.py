"""Colour mosaics: the four sites of a 2 x 2 pattern, and the way back from a debayered frame."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.model.frame import RowOrder

T = TypeVar("T", bound=np.generic)

#: (row, column) of the four sites, in the order of the letters of a pattern
SITES: Final = ((0, 0), (0, 1), (1, 0), (1, 1))
PATTERNS: Final = ("RGGB", "BGGR", "GRBG", "GBRG")
_COLOURS = "RGB"
#: correlation of diagonal greens between that of averages (0.3 with what is taken off) and that of single samples (0)
SHARED_BY_AVERAGES: Final = 0.15
_CELLS_AWAY = 3
_MOST_CELLS = 512
_CALM_SPREADS = 5.0
_FEWEST = 1000


def site_plane(mosaic: NDArray[T], site: tuple[int, int]) -> NDArray[T]:
    """A view of every second pixel of ``mosaic`` (height, width) that belongs to ``site``."""
    return mosaic[site[0] :: 2, site[1] :: 2]


def site_names(pattern: str | None) -> tuple[str, str, str, str]:
    """Names of the four sites: ``R G1 G2 B`` in the order of ``pattern``, or places where it is unknown.

    >>> site_names("GRBG")
    ('G1', 'R', 'B', 'G2')
    >>> site_names(None)
    ('00', '01', '10', '11')
    """
    if pattern not in PATTERNS:
        return ("00", "01", "10", "11")
    names, greens = [], 0
    for letter in pattern:
        greens += letter == "G"
        names.append(f"G{greens}" if letter == "G" else letter)
    return (names[0], names[1], names[2], names[3])


def stored_pattern(
    pattern: str, row_order: RowOrder | None, height: int, *, x_offset: int = 0, y_offset: int = 0
) -> str:
    """The pattern of the rows as stored; BAYERPAT names that of the frame as shown.

    BOTTOM-UP stores the shown bottom row first, so an even height swaps the rows of the pattern; an absent
    ROWORDER counts as TOP-DOWN, and XBAYROFF and YBAYROFF shift by odd amounts. All as Siril 1.2.6 and 1.4.2
    do it (measured). The same function turns the pattern of stored rows into what BAYERPAT has to say.

    >>> stored_pattern("RGGB", "BOTTOM-UP", 600)
    'GBRG'

    Raises
    ------
    ValueError
        If ``pattern`` is not a 2 x 2 pattern.
    """
    if pattern not in PATTERNS:
        raise ValueError(f"not a 2 x 2 pattern: {pattern!r}")
    rows = [pattern[:2], pattern[2:]]
    if (row_order == "BOTTOM-UP" and height % 2 == 0) != (y_offset % 2 == 1):
        rows.reverse()
    if x_offset % 2:
        rows = [row[::-1] for row in rows]
    return "".join(rows)


def greens_averaged(rgb: NDArray[Any], pattern: str) -> bool:
    """Whether a debayered frame (3, height, width) holds averages at its green sites, as VNG does; red and blue stay.

    Averages share the noise of their diagonal neighbours (correlation 0.4 or more), samples as they were share none.
    What is looked at is each sample less the mean of four of its colour, six pixels away, in the middle of the frame.
    """
    greens = [site_plane(rgb[1], s) for s, letter in zip(SITES, pattern, strict=True) if letter == "G"]
    one, other = (_fine(plane) for plane in greens)
    rows, columns = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    one, other = one[:rows, :columns], other[:rows, :columns]
    good = np.isfinite(one) & np.isfinite(other)
    for values in (one, other):
        good &= np.abs(values) <= _CALM_SPREADS * np.median(np.abs(values[good])) if good.any() else False
    if np.count_nonzero(good) < _FEWEST:
        return False
    a, b = one[good].astype(np.float64), other[good].astype(np.float64)
    if not a.std() or not b.std():
        return False
    return bool(np.corrcoef(a, b)[0, 1] > SHARED_BY_AVERAGES)


def _fine(plane: NDArray[Any]) -> NDArray[Any]:
    top, left = (max(0, (n - _MOST_CELLS) // 2) for n in plane.shape)
    p = plane[top : top + _MOST_CELLS, left : left + _MOST_CELLS]
    away = _CELLS_AWAY
    middle = p[away:-away, away:-away]
    fine: NDArray[Any] = (
        middle
        - (
            p[: -2 * away, away:-away]
            + p[2 * away :, away:-away]
            + p[away:-away, : -2 * away]
            + p[away:-away, 2 * away :]
        )
        / 4
    )
    return fine


def remosaic(rgb: NDArray[Any], pattern: str) -> NDArray[np.float32]:
    """The mosaic that a debayered frame ``rgb`` (3, height, width) was made from.

    At each site the sample of the site's own colour is taken: interpolating methods (bilinear, VNG,
    RCD, AHD) leave it as it was, up to a border of some pixels. VNG does so for red and blue alone
    (:func:`greens_averaged`). Nothing else about the method matters.

    Raises
    ------
    ValueError
        If ``pattern`` is not one of :data:`PATTERNS` or the frame has not three planes.
    """
    if pattern not in PATTERNS:
        raise ValueError(f"not a 2 x 2 pattern: {pattern!r}")
    if rgb.ndim != 3 or len(rgb) != 3:
        raise ValueError(f"three planes are needed, not {rgb.shape}")
    mosaic = np.empty(rgb.shape[1:], dtype=np.float32)
    for site, letter in zip(SITES, pattern, strict=True):
        site_plane(mosaic, site)[...] = site_plane(rgb[_COLOURS.index(letter)], site)
    return mosaic
