"""One picture: the raw light beside the calibrated frame, both stretched alike, with the verdict in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.report.plots import plain, save
from ampglow_plugin.report.proof import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ampglow_plugin.model.evidence import Proof

#: pixels that a side of the picture shows at most; larger frames are binned by means
_SIDE_PX: Final = 700
#: the stretch ends this many spreads above the background, so that faint glow shows and stars saturate
_WHITE_SIGMA: Final = 8.0
_BLACK_SIGMA: Final = 2.0
_GOOD, _BAD, _OPEN = "#1b7f3b", "#b3261e", "#8a6d00"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """Raw light and calibrated frame as (rows, columns) of 2 x 2 luminance in ADU above their own background.

    Rows are as a viewer shows them. Both are to be shown from ``black_adu`` to ``white_adu``, so that equal
    brightness means equal ADU. ``backgrounds_adu`` are what was taken off.
    """

    raw: NDArray[Any]
    output: NDArray[Any]
    backgrounds_adu: tuple[float, float]
    black_adu: float
    white_adu: float


def sides(proof: Proof) -> Sides:
    """The two sides of the picture.

    Raises
    ------
    InputError
        If the proof has no light, or a frame cannot be read.
    """
    from ampglow_plugin.errors import InputError
    from ampglow_plugin.headers import read_frame
    from ampglow_plugin.pixels import read_pixels

    light = proof.inputs.get("light")
    if light is None:
        raise InputError("has no raw light to be compared with", where=proof.path, fix="name it: --light RAW")
    raw, output = (_luminance(read_pixels(p).data) for p in (light, proof.path))
    if read_frame(light).row_order != "TOP-DOWN":
        raw, output = raw[::-1], output[::-1]
    middles = (_background(raw), _background(output))
    spread = max(_spread(raw), _spread(output))
    return Sides(
        raw=raw - middles[0],
        output=output - middles[1],
        backgrounds_adu=middles,
        black_adu=-_BLACK_SIGMA * spread,
        white_adu=_WHITE_SIGMA * spread,
    )


def before_after(proof: Proof, path: str | Path) -> Path:
    """Write a PNG: raw light left, calibrated frame right (:func:`sides`), and the verdict in plain words.

    Raises
    ------
    InputError
        If the proof has no light, or a frame cannot be read.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    both = sides(proof)
    figure = Figure(figsize=(12.0, 6.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, 2)
    shown = zip((both.raw, both.output), both.backgrounds_adu, axes, ("Raw light", "Calibrated"), strict=True)
    for side, middle, axis, title in shown:
        axis.imshow(side, cmap="gray", vmin=both.black_adu, vmax=both.white_adu, interpolation="nearest")
        axis.set_title(f"{title} (background {middle:.0f} ADU)", fontsize=12)
        axis.set_xticks([])
        axis.set_yticks([])
    figure.suptitle(plain(words(proof)), fontsize=16, fontweight="bold", color=_colour(proof))
    figure.supxlabel(f"{plain(Path(proof.path).name)}    {stretch_words(both)}", fontsize=10)
    return save(figure, path, dpi=100)


def stretch_words(both: Sides) -> str:
    """What black and white mean."""
    return f"both sides: {-both.black_adu:.0f} ADU below to {both.white_adu:.0f} ADU above the background"


def _colour(proof: Proof) -> str:
    if (proof.verdict.done, proof.verdict.success) == ("applied", "clean"):
        return _GOOD
    return _OPEN if proof.verdict.success == "undecided" else _BAD


def _luminance(data: NDArray[np.float32]) -> NDArray[Any]:
    """Mean of the planes and of blocks of an even number of pixels, so that the mosaic does not show."""
    import numpy as np

    plane = data.mean(axis=0)
    block = 2 * max(1, -(-max(plane.shape) // (2 * _SIDE_PX)))
    rows, columns = (n // block for n in plane.shape)
    cut = plane[: rows * block, : columns * block].reshape(rows, block, columns, block)
    shown: NDArray[Any] = np.nan_to_num(cut).mean(axis=(1, 3))
    return shown


def _background(side: NDArray[Any]) -> float:
    import numpy as np

    return float(np.median(side))


def _spread(side: NDArray[Any]) -> float:
    """Spread of the background (ADU): half of the range that holds the middle 68 % of the blocks."""
    import numpy as np

    low, high = np.quantile(side, (0.16, 0.84))
    return max(float(high - low) / 2, 1.0)
