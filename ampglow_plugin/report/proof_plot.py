"""One picture of a proof: the glow that had to go, what is left of it, and the numbers with their intervals."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.report import plots
from ampglow_plugin.report.glow_plot import falls_along_x, outline
from ampglow_plugin.report.proof import DONE, OTHER_LIGHT
from ampglow_plugin.rules.verdict import factor_tolerance
from ampglow_plugin.rules.verdict_left import HOT_TOLERANCE, LEFT_SIGMA, glow_left, glow_limit_adu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ampglow_plugin.glow.background import TileMap
    from ampglow_plugin.glow.regions import Region
    from ampglow_plugin.model.evidence import PixelEvidence, Proof
    from ampglow_plugin.proof.seen import Seen

#: intervals are this many standard deviations to each side
INTERVAL_SIGMA: Final = 2.0
_COLOUR: Final = {"clean": plots.GOOD, "residual": plots.BAD, "oversubtracted": plots.BAD, "undecided": plots.OPEN}
_ORDER: Final = ("clean", "undecided", "oversubtracted", "residual")
#: a faint glow is not shown brighter than this many spreads of what is left
_SPAN_SIGMA: Final = 12.0
_PROFILE_TILES: Final = 1
_LEAST_SHOWN: Final = 0.0005
_NOTE_WIDTH: Final = 175
_MAP_IN, _PLOT_IN, _LINE_IN = 4.3, 3.4, 0.21


def proof_picture(proof: Proof, path: str | Path, *, more: str = "") -> Path:
    """Write a PNG of one proof; its files are read again. ``more`` is said behind the name of the frame.

    Raises
    ------
    InputError
        Where it has no dark, or a frame cannot be read or is too small.
    """
    from ampglow_plugin.proof.seen import seen

    shown, pixels = seen(proof), proof.evidence.pixels
    assert pixels is not None
    notes = _notes(proof, shown)
    text_in = _LINE_IN * len(notes)
    figure = plots.new_figure(14.0, _MAP_IN + _PLOT_IN + text_in + 0.8)
    grid = figure.add_gridspec(3, 2, height_ratios=(_MAP_IN, _PLOT_IN, max(text_in, 0.1)))
    colour = _COLOUR[proof.verdict.success]
    figure.suptitle(plots.plain(headline(proof)), fontsize=19, fontweight="bold", color=colour)
    before, after, profile, numbers = (figure.add_subplot(grid[i // 2, i % 2]) for i in range(4))
    _maps(before, after, proof, shown, more)
    brightest = max(shown.dark.shown, key=lambda r: (bool(r.sources), r.peak_adu), default=None)
    if brightest is None or shown.moved:
        _spread(profile, shown)
    else:
        _profile(profile, shown, pixels, brightest)
    _intervals(numbers, pixels)
    plots.write_below(figure.add_subplot(grid[2, :]), notes)
    return plots.save(figure, path)


def worst(proofs: Sequence[Proof]) -> Proof | None:
    """The proof that speaks most against the calibration, of those that can be drawn: with a dark that was measured."""

    def badness(proof: Proof) -> tuple[int, float]:
        pixels = proof.evidence.pixels
        assert pixels is not None
        wrong = 0.0 if pixels.factor is None else abs(pixels.factor - 1)
        return _ORDER.index(proof.verdict.success), max(wrong, abs(pixels.residual_glow or 0.0))

    drawable = [p for p in proofs if "dark" in p.inputs and p.evidence.pixels is not None]
    return max(drawable, key=badness, default=None)


def headline(proof: Proof) -> str:
    """The answer, as short as can be: is the glow gone?"""
    pixels, verdict = proof.evidence.pixels, proof.verdict
    if pixels is not None and pixels.same_light is False:
        return f"{_capital(OTHER_LIGHT)}: name the raw light it was made from"
    done = DONE[verdict.done] if verdict.done != "undecided" else "what was done is not known"
    if verdict.success == "clean":
        return f"The glow is gone ({done})"
    amount = _amount(pixels)
    if verdict.success == "residual":
        what = "Hot pixels are" if "hot pixels" in amount else "Glow is"
        return f"{what} still there: {amount} ({done})" if amount else f"Not clean ({done})"
    if verdict.success == "oversubtracted":
        return f"Too much was taken away{': ' + amount if amount else ''} ({done})"
    if pixels is not None and pixels.rung > 1 and glow_left(pixels) == "undecided" and pixels.glow_peak_adu:
        unseen = LEFT_SIGMA * (pixels.residual_glow_sigma or 0.0) * pixels.glow_peak_adu
        return f"Not proved: up to {unseen:.0f} of {pixels.glow_peak_adu:.0f} ADU of glow may be left ({done})"
    return f"Not proved: nobody can say that the glow is gone ({done})"


def _amount(pixels: PixelEvidence | None) -> str:
    """How much glow is left, or missing, where that is what is wrong: seen in the glow, or by the factor.

    Else how much of the hot pixels.
    """
    if pixels is None or not pixels.glow_peak_adu:
        return ""
    left, limit, peak = pixels.residual_glow_adu, glow_limit_adu(pixels), pixels.glow_peak_adu
    if left is not None and limit is not None and abs(left) > limit:
        return f"{abs(left):.0f} of {peak:.0f} ADU"
    if pixels.factor is None or abs(pixels.factor - 1) <= (factor_tolerance(pixels) or 0.0):
        hot = pixels.residual_hot or 0.0
        return f"{abs(hot):.2f} of the hot pixels" if abs(hot) > HOT_TOLERANCE else ""
    return f"about {abs(1 - pixels.factor) * peak:.0f} of {peak:.0f} ADU"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _notes(proof: Proof, shown: Seen) -> list[str]:
    lines = (
        ["outlined: where the dark glows above half of its peak (dashed: perhaps no glow)"] if shown.dark.shown else []
    )
    if shown.moved:
        lines.append("the frame was aligned: its glow lies elsewhere than in the dark, and its own sky is in the map")
    else:
        lines.append("what is red or blue elsewhere than in the dark is the sky: nebulae, bright stars, gradients")
    for reason in (*proof.verdict.reasons, *(f"possible: {h}" for h in proof.verdict.hypotheses)):
        lines += textwrap.wrap(reason, _NOTE_WIDTH, subsequent_indent="     ")
    return lines


def _maps(before: Axes, after: Axes, proof: Proof, shown: Seen, more: str) -> None:
    """Dark and output in the same colours, so that equal red means equal ADU."""
    measured, template, left = shown.dark, shown.template, shown.left
    span = map_span_adu(shown)
    before.set_title(plots.plain(f"What had to go: the glow of {Path(measured.glow.path).name}"), fontsize=11)
    after.set_title(plots.plain(f"What is left in {Path(proof.path).name}{more}"), fontsize=11)
    on_top = measured.first_row_on_top
    for axis, tiles in ((before, template), (after, left)):
        plots.draw_signed_map(axis, tiles.values if on_top else tiles.values[::-1], tiles.shape, span_adu=span)
    for number, region in enumerate(measured.shown, 1):
        outline(before, measured, region, f"{number}: {measured.glow.regions[number - 1].where}", colour="black")
        if not shown.moved:
            outline(after, measured, region, "", colour="black")


def map_span_adu(shown: Seen) -> float:
    """What is deepest red in both maps (ADU): the peak of the dark, and well above the scatter of what is left."""
    import numpy as np

    return max(float(np.nanmax(shown.template.values)), _SPAN_SIGMA * _robust(shown.left.values), 1.0)


def _robust(values: NDArray[Any]) -> float:
    import numpy as np

    middle = np.nanmedian(values)
    return float(1.4826 * np.nanmedian(np.abs(values - middle)))


def profiles(shown: Seen, region: Region) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Positions (px) along the profile through ``region``, the whole glow of the dark there, and what is left (ADU)."""
    import numpy as np

    def cut(tiles: TileMap) -> NDArray[Any]:
        if region.even:
            chosen = slice(None)
        else:
            across, size, place = (tiles.y, tiles.tile[0], region.y) if along_x else (tiles.x, tiles.tile[1], region.x)
            middle = int(np.argmin(np.abs(across + size / 2 - place)))
            chosen = slice(max(0, middle - _PROFILE_TILES), middle + _PROFILE_TILES + 1)
        part: NDArray[Any] = tiles.values[chosen].mean(axis=0) if along_x else tiles.values[:, chosen].mean(axis=1)
        return part

    along_x = falls_along_x(region, shown.dark)
    tiles = shown.template
    positions = (tiles.x if along_x else tiles.y) + tiles.tile[1 if along_x else 0] / 2
    return positions, cut(tiles), cut(shown.left)


def _profile(axis: Axes, shown: Seen, pixels: PixelEvidence, region: Region) -> None:
    positions, dark, left = profiles(shown, region)
    axis.fill_between(positions, 0, dark, color="#c9cfd4", label="the whole glow of the dark")
    axis.plot(positions, left, "o", color=plots.DATA, markersize=4, label="left in the output")
    if pixels.residual_glow is not None:
        share, sigma = pixels.residual_glow, INTERVAL_SIGMA * (pixels.residual_glow_sigma or 0.0)
        label = f"fit: {share + 0.0:.3f} of the glow, with {INTERVAL_SIGMA:g} sigma"
        axis.plot(positions, share * dark, color=plots.FIT, linewidth=2, label=label)
        axis.fill_between(
            positions, (share - sigma) * dark, (share + sigma) * dark, color=plots.FIT, alpha=0.25, linewidth=0
        )
    axis.axhline(0, color=plots.GOOD, linewidth=1.2, linestyle="--", label="nothing left")
    along = "row" if falls_along_x(region, shown.dark) else "column"
    where = f"mean of all {along}s" if region.even else f"{along} of the peak"
    axis.set_title(f"Profile through {shown.dark.shown.index(region) + 1}: {where}", fontsize=11)
    axis.set_xlabel(f"{'column' if along == 'row' else 'row, as stored'} (px)")
    axis.set_ylabel("ADU")
    axis.legend(frameon=False, fontsize=9)
    plots.quiet_axes(axis)


def _spread(axis: Axes, shown: Seen) -> None:
    """Means of columns and rows of the output, where there is no place to cut through."""
    import numpy as np

    for along, colour, name in ((0, plots.DATA, "columns, left to right"), (1, plots.OPEN, "rows, as stored")):
        mean = np.nanmean(shown.left.values, axis=along)
        axis.plot(np.linspace(0, 100, mean.size), mean, color=colour, label=name)
    axis.set_title("Means of the output's columns and rows", fontsize=11)
    axis.set_xlabel("share of the frame (%)")
    axis.set_ylabel("ADU above its middle")
    axis.legend(frameon=False, fontsize=9)
    plots.quiet_axes(axis)


def rows(pixels: PixelEvidence) -> list[tuple[str, float, float, float, float]]:
    """What was measured: name, value, sigma, and where it is good, as the middle and half width of a band."""
    found = []
    if pixels.factor is not None:
        found.append(
            ("dark subtracted", pixels.factor, pixels.factor_sigma or 0.0, 1.0, factor_tolerance(pixels) or 0.0)
        )
    if pixels.residual_glow is not None:
        limit, peak = glow_limit_adu(pixels), pixels.glow_peak_adu
        band = limit / peak if limit is not None and peak else 0.0
        found.append(("glow left", pixels.residual_glow, pixels.residual_glow_sigma or 0.0, 0.0, band))
    if pixels.residual_hot is not None:
        found.append(("hot pixels left", pixels.residual_hot, pixels.residual_hot_sigma or 0.0, 0.0, HOT_TOLERANCE))
    return found


def _intervals(axis: Axes, pixels: PixelEvidence) -> None:
    """Factor and residuals with their intervals; green is where each of them is good."""
    found = rows(pixels)
    if not found:
        plots.write_below(axis, ["nothing could be measured"])
        return
    for place, (name, value, sigma, middle, band) in enumerate(found):
        y, wide = -place, INTERVAL_SIGMA * sigma
        axis.barh(y, 2 * band, left=middle - band, height=0.5, color=plots.GOOD, alpha=0.22)
        axis.plot([middle, middle], [y - 0.25, y + 0.25], color=plots.GOOD, linewidth=1.5)
        colour = colour_of(name, abs(value - middle), wide, band, pixels)
        axis.errorbar(value, y, xerr=wide, fmt="o", color=colour, capsize=5, markersize=7, linewidth=2)
        known = f"{wide:.3f}" if wide >= _LEAST_SHOWN else "<0.001"
        text = f"{name}: {round(value, 3) + 0.0:.3f} ± {known}"
        axis.annotate(text, (0.01, y + 0.3), xycoords=("axes fraction", "data"), fontsize=10, va="bottom", color=colour)
    axis.set_ylim(0.75 - len(found), 0.75)
    axis.set_xlim(*_limits(found))
    axis.set_yticks([])
    axis.set_xlabel(f"share of the dark; bars: {INTERVAL_SIGMA:g} sigma, green: as it should be, brown: too uncertain")
    axis.set_title("Measured", fontsize=11)
    plots.quiet_axes(axis)


def colour_of(name: str, off: float, wide: float, band: float, pixels: PixelEvidence) -> str:
    """Green where it is as it should be, red where it is not for certain, else open."""
    if off > band:
        return plots.OPEN if off - wide <= band else plots.BAD
    return plots.OPEN if name == "glow left" and glow_left(pixels) == "undecided" else plots.GOOD


def _limits(found: Sequence[tuple[str, float, float, float, float]]) -> tuple[float, float]:
    low = min([-0.35, *(v - INTERVAL_SIGMA * s - 0.05 for _, v, s, _, _ in found)])
    high = max([1.1, *(v + INTERVAL_SIGMA * s + 0.05 for _, v, s, _, _ in found)])
    return low, high
