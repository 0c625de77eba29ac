"""One picture of a frame's glow: the map with outlined regions, a profile with its fit, and the answer on top."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.report import plots
from ampglow_plugin.report.glow import MEANING, answer, places

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ampglow_plugin.glow.measure import Measured
    from ampglow_plugin.glow.regions import Region

_COLOUR: Final = {"glow": plots.FIT, "perhaps": plots.OPEN, "none": plots.GOOD, "open": plots.OPEN}
#: the map is black this many tile noises below the background, and white no fewer above
_BLACK_SIGMA: Final = 3.0
_WHITE_SIGMA: Final = 16.0
_WHITE_SHARE: Final = 0.998
GAMMA: Final = 0.7
#: tiles on each side of the brightest that a profile is averaged over
_PROFILE_TILES: Final = 1
#: room of a label, as shares of the map
_LABEL_HEIGHT: Final = 0.05
_LABEL_LENGTH: Final = 0.3
_NOTE_WIDTH: Final = 170
_PLOTS_IN: Final = 5.6
_LINE_IN: Final = 0.21


def glow_picture(measured: Measured, path: str | Path) -> Path:
    """Write a PNG of what was measured."""
    glow, tiles = measured.glow, measured.tiles
    kind, words = answer(glow)
    lines = _lines(measured)
    text_in = _LINE_IN * len(lines)
    figure = plots.new_figure(13.0, _PLOTS_IN + text_in)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.45, 1.0), height_ratios=(_PLOTS_IN, text_in))
    left, right = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
    plots.write_below(figure.add_subplot(grid[1, :]), lines)
    figure.suptitle(plots.plain(f"{words[0].upper()}{words[1:]}"), fontsize=15, fontweight="bold", color=_COLOUR[kind])
    left.set_title(plots.plain(Path(glow.path).name), fontsize=11)
    shown = shown_map(measured)
    plots.draw_map(left, shown, tiles.shape, span_adu=span_adu(measured), gamma=GAMMA)
    heights = label_heights(measured)
    for number, (region, y_at) in enumerate(zip(measured.shown, heights, strict=True), 1):
        outline(left, measured, region, f"{number}: {region.peak_adu:.1f} ADU", y_at=y_at)
    if measured.shown:
        _profile(right, measured, max(measured.shown, key=lambda r: (bool(r.sources), r.peak_adu)))
    else:
        _means(right, measured, shown)
    return plots.save(figure, path)


def _lines(measured: Measured) -> list[str]:
    """What stands below the plots: the regions, the numbers of the frame, and what limits the answer."""
    glow = measured.glow
    lines = [
        f"{number}: {places([r])}, peak {r.peak_adu:.1f} ADU, {MEANING[r.doubt]}"
        for number, r in enumerate(glow.regions, 1)
    ]
    if glow.regions:
        lines.append("outline: above half of the peak; dashed where it is not certain to be glow")
    order = "first row on top" if measured.first_row_on_top else "first row at the bottom"
    reference = f", without the structure of {Path(glow.reference).name}" if glow.reference else ""
    lines.append(
        f"background {glow.background_adu:.1f} ADU, noise of a pixel {glow.noise_adu:.1f} ADU, shown with the {order}"
        f"{reference}"
    )
    for note in glow.notes:
        lines += textwrap.wrap(f"note: {note}", _NOTE_WIDTH, subsequent_indent="     ")
    return lines


def shown_map(measured: Measured) -> NDArray[Any]:
    """The map in ADU above the background, its rows as a viewer shows them."""
    return upright(measured.tiles.values - measured.glow.background_adu, measured)


def span_adu(measured: Measured) -> tuple[float, float]:
    """What is black and what is brightest in the map (ADU above the background)."""
    import numpy as np

    sigma = measured.sources.sigma_adu
    return -_BLACK_SIGMA * sigma, max(_WHITE_SIGMA * sigma, float(np.quantile(shown_map(measured), _WHITE_SHARE)))


def upright(values: NDArray[Any], measured: Measured) -> NDArray[Any]:
    """The rows as a viewer shows them."""
    return values if measured.first_row_on_top else values[::-1]


def _shown_y(y: float, measured: Measured) -> float:
    return y if measured.first_row_on_top else measured.tiles.shape[0] - 1 - y


def _light_of(measured: Measured, region: Region) -> NDArray[Any]:
    """The light of a region's sources on the tiles (ADU)."""
    from ampglow_plugin.glow.shapes import Grid

    fit = measured.sources.fit
    numbers = region.sources
    return Grid(measured.tiles).model([fit.shapes[i] for i in numbers], [fit.coefficients[i] for i in numbers])


def label_heights(measured: Measured) -> list[float]:
    """Where the label of each region is written, along y as shown (px): at its peak, or as near as one has room."""
    height, width = measured.tiles.shape
    line, length = _LABEL_HEIGHT * height, _LABEL_LENGTH * width
    written: list[tuple[float, float]] = []
    for region in measured.shown:
        x, y = region.x, _inside(_shown_y(region.y, measured), height)
        near = [at for across, at in written if abs(across - x) < length]
        steps = (sign * line * n for n in range(len(near) + 1) for sign in (1, -1))
        free = (y + step for step in steps if all(abs(y + step - at) > 0.99 * line for at in near))
        written.append((x, next((at for at in free if _inside(at, height) == at), y)))
    return [at for _, at in written]


def _inside(place: float, length: int) -> float:
    """``place`` (px) far enough from both ends for a label."""
    return float(min(max(place, _LABEL_HEIGHT * length), (1 - _LABEL_HEIGHT) * length))


def outline(  # noqa: PLR0913 - how it is drawn
    axis: Axes, measured: Measured, region: Region, label: str, *, y_at: float | None = None, colour: str = "white"
) -> None:
    """Where a region is above half of its peak, with a ``label`` at height ``y_at`` (px as shown; None: at the peak).

    Dashed where it is not certain to be glow.
    """
    import numpy as np
    from matplotlib import patheffects

    height, width = measured.tiles.shape
    reported = measured.glow.regions[measured.shown.index(region)]
    if region.sources:
        light = np.pad(upright(_light_of(measured, region), measured), 1, mode="edge")
        light = np.pad(light, 1, constant_values=0.0)  # so that the outline closes at the border
        y, x = _tile_middles(light.shape[0] - 4, height), _tile_middles(light.shape[1] - 4, width)
        style = "solid" if reported.certain else "dashed"
        axis.contour(x, y, light, levels=[light.max() / 2], colors=colour, linestyles=style, linewidths=1.8)
    x_at = _inside(region.x, width)
    y_at = _inside(_shown_y(region.y, measured), height) if y_at is None else y_at
    across = "left" if x_at < width / 3 else "right" if x_at > 2 * width / 3 else "center"
    axis.text(
        x_at,
        y_at,
        plots.plain(label),
        color=colour,
        fontsize=11,
        fontweight="bold",
        ha=across,
        va="center",
        path_effects=[patheffects.withStroke(linewidth=2.5, foreground="black" if colour == "white" else "white")],
    )


def _tile_middles(count: int, length: int) -> NDArray[Any]:
    """Middles of ``count`` tiles over ``length`` pixels, the border, and a place just outside it."""
    import numpy as np

    middles = (np.arange(count) + 0.5) * length / count
    return np.concatenate([[-1e-3, 0.0], middles, [length, length + 1e-3]])


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """Through the brightest place of a region: ``positions`` (px), and there tiles, fit and all but the glow (ADU).

    ADU are above the background of the frame. ``along_x``: along a row. ``even``: the mean of all rows (or columns).
    """

    positions: NDArray[Any]
    tiles_adu: NDArray[Any]
    fit_adu: NDArray[Any]
    beside_adu: NDArray[Any]
    along_x: bool
    even: bool

    @property
    def title(self) -> str:
        """What the profile goes along."""
        direction = "row" if self.along_x else "column"
        return f"mean of all {direction}s" if self.even else f"{direction} of the peak"

    @property
    def axis(self) -> str:
        """What the positions count."""
        return f"{'column' if self.along_x else 'row, as stored'} (px)"


def profile_of(measured: Measured, region: Region) -> Profile:
    """The profile through ``region``, one of ``measured.shown``."""
    import numpy as np

    from ampglow_plugin.glow.shapes import Grid

    glow, tiles = measured.glow, measured.tiles
    along_x = falls_along_x(region, measured)
    across, place = (tiles.y, region.y) if along_x else (tiles.x, region.x)
    positions = (tiles.x if along_x else tiles.y) + tiles.tile[1 if along_x else 0] / 2
    if region.even:
        chosen = slice(None)
    else:
        middle = int(np.argmin(np.abs(across + tiles.tile[0 if along_x else 1] / 2 - place)))
        chosen = slice(max(0, middle - _PROFILE_TILES), middle + _PROFILE_TILES + 1)
    fit = measured.sources.fit
    light = Grid(tiles).model(fit.shapes, fit.coefficients)
    told = sum((_light_of(measured, r) for r in measured.shown), np.zeros_like(light))
    values, model, glowing = (
        v[chosen].mean(axis=0) if along_x else v[:, chosen].mean(axis=1) for v in (tiles.values, light, told)
    )
    # a slope of the readout is no light, and light that leaked in is no glow: both belong to the background
    slope = np.polynomial.Polynomial.fit(positions, values - model, 1)(positions) - glow.background_adu
    return Profile(
        positions=positions,
        tiles_adu=values - glow.background_adu,
        fit_adu=model + slope,
        beside_adu=slope + model - glowing,
        along_x=along_x,
        even=region.even,
    )


def _profile(axis: Axes, measured: Measured, region: Region) -> None:
    """Through the brightest place of a region: tiles, fit, peak and background."""
    shown, number = profile_of(measured, region), measured.shown.index(region) + 1
    axis.plot(
        shown.positions, shown.beside_adu, color=plots.GOOD, linewidth=1.4, linestyle="--", label="without the glow"
    )
    axis.plot(shown.positions, shown.tiles_adu, "o", color=plots.DATA, markersize=4, label="tiles of the frame")
    fitted = f"fit, peak {region.peak_adu:.1f} ADU"
    axis.plot(shown.positions, shown.fit_adu, color=plots.FIT, linewidth=2, label=fitted)
    if region.decay_px:
        axis.plot([], [], " ", label=f"falls to 37 % in {region.decay_px:.0f} px")
    axis.set_title(f"Profile through {number}: {shown.title}", fontsize=11)
    axis.set_xlabel(shown.axis)
    axis.set_ylabel("ADU above the background")
    axis.legend(frameon=False, fontsize=10)
    plots.quiet_axes(axis)


def falls_along_x(region: Region, measured: Measured) -> bool:
    """Whether the profile goes along a row: across the edge for light along an edge, else along the longer side."""
    import math

    if region.sources:
        fit = measured.sources.fit
        strongest = fit.shapes[max(region.sources, key=lambda i: fit.peaks[i])]
        if strongest.even:
            return math.isfinite(strongest.decay_x)
    return measured.tiles.shape[1] >= measured.tiles.shape[0]


def _means(axis: Axes, measured: Measured, shown: NDArray[Any]) -> None:
    """Means of rows and columns where there is no region to cut through."""
    import numpy as np

    limit = measured.glow.least_adu
    axis.plot(np.linspace(0, 100, shown.shape[1]), shown.mean(axis=0), color=plots.DATA, label="columns, left to right")
    axis.plot(np.linspace(0, 100, shown.shape[0]), shown.mean(axis=1), color=plots.OPEN, label="rows, top to bottom")
    if limit is not None:
        axis.axhline(limit, color=plots.FIT, linestyle="--", label=f"glow from {limit:.1f} ADU on would be found")
        axis.set_ylim(min(-2 * limit, 1.2 * float(shown.min())), max(3 * limit, 1.2 * float(shown.mean(axis=0).max())))
    axis.set_title("Means of columns and rows", fontsize=11)
    axis.set_xlabel("share of the frame (%)")
    axis.set_ylabel("ADU above the background")
    axis.legend(frameon=False, fontsize=10)
    plots.quiet_axes(axis)
