"""One picture of an old dark against a new one: both maps, what changed, and the hot pixels."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.report.aged import headline
from ampglow_plugin.report.plots import (
    BAD,
    DATA,
    GOOD,
    OPEN,
    RESIDUAL_COLOURS,
    draw_map,
    new_figure,
    plain,
    quiet_axes,
    save,
    write_below,
)
from ampglow_plugin.rules.matches.sensor_aged import name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ampglow_plugin.api import Aged
    from ampglow_plugin.glow.aging import HotCounts

_COLOURS: Final = {"aged": BAD, "unchanged": GOOD, "undecided": OPEN, "not comparable": OPEN}
#: the colours of the difference span this at least (ADU), so that noise is not drawn as a change
_LEAST_SPAN_ADU: Final = 2.0
_CHARACTERS: Final = 96


def aged_picture(found: Aged, path: str | Path) -> Path:
    """Write a PNG of two darks that were compared.

    Raises
    ------
    InputError
        Without matplotlib.
    ValueError
        Where nothing was measured.
    """
    from ampglow_plugin.glow.single_darks import smooth

    aging = found.compared.aging
    if aging is None:
        raise ValueError("nothing was measured that could be drawn")
    figure = new_figure(13.0, 9.2)
    grid = figure.add_gridspec(3, 6, height_ratios=(4.2, 4.2, 1.7))
    maps = [s.tiles - s.level_adu for s in (aging.old, aging.new)]
    maps = maps if found.compared.first_row_on_top else [m[::-1] for m in maps]
    span = float(min(m.min() for m in maps)), float(max(m.max() for m in maps))
    result = found.compared.result
    for column, (values, path_, when) in enumerate(zip(maps, (result.old, result.new), ("Old", "New"), strict=True)):
        axis = figure.add_subplot(grid[0, 3 * column : 3 * column + 3])
        draw_map(axis, values, aging.old.shape, span_adu=span)
        axis.set_title(plain(f"{when}: {name(path_)}"), fontsize=11)
    difference = smooth(maps[1] - maps[0])
    reach = max(float(abs(difference).max()), _LEAST_SPAN_ADU)
    axis = figure.add_subplot(grid[1, :3])
    draw_map(axis, difference, aging.old.shape, span_adu=(-reach, reach), colours=RESIDUAL_COLOURS)
    axis.set_title("New minus old, levels set aside", fontsize=11)
    _hot(figure.add_subplot(grid[1, 3:]), aging.hot)
    lines = [line for f in found.findings for line in _wrapped(f.message, f.outcome)]
    write_below(figure.add_subplot(grid[2, :]), lines)
    figure.suptitle(plain(headline(found)), fontsize=15, fontweight="bold", color=_COLOURS[found.verdict])
    return save(figure, path)


def _hot(axis: Axes, hot: HotCounts | None) -> None:
    if hot is None:
        write_below(axis, ["hot pixels were not compared"])
        return
    import numpy as np

    def shown(values: NDArray[Any]) -> NDArray[Any]:
        raised: NDArray[Any] = np.maximum(values, hot.above_adu / 20)
        return raised

    old, new = (shown(h) for h in hot.heights)
    axis.loglog(old, new, ".", color=DATA, markersize=3, alpha=0.5, rasterized=True)
    ends = [min(old.min(), new.min()), max(old.max(), new.max())]
    axis.loglog(ends, ends, color=GOOD, linewidth=1, label="unchanged")
    axis.axhline(hot.above_adu, color=OPEN, linewidth=0.8, linestyle="--", label=f"{hot.above_adu:.0f} ADU")
    axis.axvline(hot.above_adu, color=OPEN, linewidth=0.8, linestyle="--")
    axis.set_xlabel("height before (ADU)")
    axis.set_ylabel("height now (ADU)")
    axis.set_title(f"Hot pixels: {hot.old} before, {hot.new} now; {hot.came} came, {hot.went} went", fontsize=11)
    axis.legend(loc="upper left", fontsize=9, frameon=False)
    quiet_axes(axis)


def _wrapped(text: str, outcome: str) -> list[str]:
    word = {"failed": "CHANGED", "passed": "same", "skipped": "not told"}[outcome]
    return textwrap.wrap(f"{word}: {text}", 2 * _CHARACTERS, subsequent_indent="      ")
