"""Parts of a frame that do not obey what the rest of it does: tiles whose pixels stray together, or are lost."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]

#: tiles (pixels of a plane) in which pixels that do not obey the relation are looked for together
TILE_PX: Final = 16
#: such a tile is astray where more than this share of its pixels does not obey, or is no number
MOST_OF_A_TILE: Final = 0.5
#: ... and, where they are numbers, where their median is off by more than this: pixels that a cosmetic correction
#: replaced stray to both sides, glow that is left strays to one
ASTRAY_ADU: Final = 1.0
ASTRAY_SIGMA: Final = 5.0
_MAD_TO_SIGMA = 1.4826


class Tiles:
    """Collects, block of rows by block of rows, one number a tile of a plane ``width`` pixels wide.

    It is the median deviation (ADU) of a tile that strays, else 0; infinity for a tile most of whose output is lost (no
    numbers, or exactly 0). Saturated pixels of the raw light say nothing. What is left over at the far edges is in no
    tile.
    """

    def __init__(self, width: int) -> None:
        self._across = width // TILE_PX
        self._found: list[NDArray[np.float64]] = []

    def add(self, raw: Array, output: Array, deviation: Array, keep: Mask, highest: float) -> None:
        """Add some rows: ``deviation`` (ADU) of each pixel from the line, ``keep`` where it obeys, all of one shape."""
        down = raw.shape[0] // TILE_PX
        if not down or not self._across:
            return
        found = np.zeros((down, self._across))
        obey = keep[: down * TILE_PX, : self._across * TILE_PX].view(np.uint8)
        # sums of up to 16 fit into a byte: first down the columns, then along the rows
        columns = obey.reshape(down, TILE_PX, -1).sum(axis=1, dtype=np.uint8)
        count = columns.reshape(down, self._across, TILE_PX).sum(axis=2, dtype=np.uint16)
        for i, j in np.argwhere(count < (1 - MOST_OF_A_TILE) * TILE_PX**2):
            here = np.s_[i * TILE_PX : (i + 1) * TILE_PX, j * TILE_PX : (j + 1) * TILE_PX]
            found[i, j] = _strays(deviation[here], raw[here], output[here], highest)
        self._found.append(found.reshape(-1))

    def found(self) -> NDArray[np.float64]:
        """One number a tile."""
        return np.concatenate(self._found) if self._found else np.zeros(0)


def _strays(deviation: Array, raw: Array, output: Array, highest: float) -> float:
    """The number of one tile most of whose pixels do not obey."""
    lost = ~np.isfinite(output) | (output == 0)
    if np.mean(lost) > MOST_OF_A_TILE:
        return np.inf
    numbers = deviation[~lost & (raw < highest) & np.isfinite(deviation)].astype(np.float64)
    if numbers.size < (1 - MOST_OF_A_TILE) * TILE_PX**2:
        return 0.0
    middle = float(np.median(numbers))
    spread = _MAD_TO_SIGMA * float(np.median(np.abs(numbers - middle)))
    sigma = spread * float(np.sqrt(np.pi / 2 / numbers.size))
    return middle if abs(middle) > max(ASTRAY_ADU, ASTRAY_SIGMA * sigma) else 0.0
