"""What all pictures share: the figure, its colours, maps in ADU, and how a file is written."""

from __future__ import annotations

import importlib.util
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.writing import new_file, plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

#: green is good, red is bad, brown is open; and the lines of a plot
GOOD: Final = "#1b7f3b"
BAD: Final = "#b3261e"
OPEN: Final = "#8a6d00"
DATA: Final = "#5b6770"
FIT: Final = "#d1495b"
GLOW_COLOURS: Final = "inferno"
#: blue where too much was taken away, red where something is left
RESIDUAL_COLOURS: Final = "RdBu_r"
_DPI: Final = 110


def need_matplotlib() -> None:
    """Say what to install where it is missing, before any work is done.

    Raises
    ------
    InputError
        Without matplotlib.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise InputError("a picture needs matplotlib", fix="pip install 'ampglow-plugin[plot]', or leave out --plot")


def new_figure(width_in: float, height_in: float) -> Figure:
    """An empty figure that is drawn without any display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.06)
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: str | Path, *, dpi: int = _DPI) -> Path:
    """Write a PNG under a temporary name, then rename it."""
    path = Path(path)
    with new_file(path) as file, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a name in letters that the font lacks
        figure.savefig(file, format="png", dpi=dpi)
    return path


def plain(text: object) -> str:
    """Text that matplotlib does not read as mathematics, in characters that can be drawn."""
    return "\n".join(map(plain_text, str(text).split("\n"))).replace("$", r"\$")


def draw_map(  # noqa: PLR0913 - what a map is drawn from
    axis: Axes,
    values: NDArray[Any],
    frame: tuple[int, int],
    *,
    span_adu: tuple[float, float],
    colours: str = GLOW_COLOURS,
    gamma: float = 1.0,
) -> AxesImage:
    """A map (rows, columns) of a ``frame`` (height, width), its first row on top, with a bar in ADU.

    ``gamma`` below 1 stretches what is faint.
    """
    from matplotlib.colors import PowerNorm
    from matplotlib.ticker import MaxNLocator

    height, width = frame
    shown = axis.imshow(
        values,
        extent=(0, width, height, 0),
        cmap=colours,
        norm=PowerNorm(gamma, vmin=span_adu[0], vmax=span_adu[1], clip=True),
        interpolation="nearest",
    )
    axis.set_xticks([])
    axis.set_yticks([])
    axis.figure.colorbar(shown, ax=axis, label="ADU above the background", pad=0.02, ticks=MaxNLocator(6, prune="both"))
    return shown


def draw_signed_map(axis: Axes, values: NDArray[Any], frame: tuple[int, int], *, span_adu: float) -> AxesImage:
    """As :func:`draw_map`, from ``-span_adu`` to ``span_adu`` by the square root: a hundredth shows as a tenth.

    White is 0, red light that is there, blue what was taken away too much.
    """
    height, width = frame
    shown = axis.imshow(
        values,
        extent=(0, width, height, 0),
        cmap=RESIDUAL_COLOURS,
        norm=_signed_norm(span_adu),
        interpolation="nearest",
    )
    axis.set_xticks([])
    axis.set_yticks([])
    ticks = sorted({sign * _round_below(part * span_adu) for part in (1.0, 0.25, 0.04) for sign in (-1, 0, 1)})
    axis.figure.colorbar(shown, ax=axis, label="ADU", pad=0.02, ticks=ticks, format="%.3g")
    return shown


def _signed_norm(span_adu: float) -> Any:
    import numpy as np
    from matplotlib.colors import FuncNorm

    def root(adu: Any) -> Any:
        return np.sign(adu) * np.sqrt(np.abs(adu))

    def square(part: Any) -> Any:
        return np.sign(part) * np.square(part)

    return FuncNorm((root, square), vmin=-span_adu, vmax=span_adu, clip=True)


def _round_below(value: float) -> float:
    """The next number below that a scale is labelled with: 1, 2 or 5 times a power of 10."""
    power = 10.0 ** math.floor(math.log10(value))
    return power * max(step for step in (1, 2, 5) if step * power <= value * (1 + 1e-9))


def coloured(values: NDArray[Any], *, span_adu: tuple[float, float], colours: str, gamma: float = 1.0) -> NDArray[Any]:
    """A map (rows, columns) as red, green and blue (rows, columns, 3) of uint8, coloured as by :func:`draw_map`."""
    from matplotlib import colormaps
    from matplotlib.colors import PowerNorm

    norm = PowerNorm(gamma, vmin=span_adu[0], vmax=span_adu[1], clip=True)
    shown: NDArray[Any] = colormaps[colours](norm(values), bytes=True)[..., :3]
    return shown


def coloured_signed(values: NDArray[Any], *, span_adu: float) -> NDArray[Any]:
    """As :func:`coloured`, in the colours of :func:`draw_signed_map`; what is not finite is white, as 0 is."""
    import numpy as np
    from matplotlib import colormaps

    shown: NDArray[Any] = colormaps[RESIDUAL_COLOURS](_signed_norm(span_adu)(np.nan_to_num(values)), bytes=True)[
        ..., :3
    ]
    return shown


def quiet_axes(axis: Axes) -> None:
    """Leave out the lines that carry nothing."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(alpha=0.25, linewidth=0.6)


def write_below(axis: Axes, lines: Sequence[str]) -> None:
    """Lines of text in place of a plot."""
    axis.axis("off")
    axis.text(0, 1, plain("\n".join(lines)), transform=axis.transAxes, va="top", fontsize=10, linespacing=1.4)
