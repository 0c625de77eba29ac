"""Search for the sources of light in a background map: one by one, then all of them fitted together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ampglow_plugin.glow.background import TileMap
from ampglow_plugin.glow.edges import Profile, read_profile
from ampglow_plugin.glow.fit import (
    Fit,
    Metric,
    has_taps,
    line_scatter,
    refine,
    slope_scatter,
    solve,
    tile_noise,
    trends,
)
from ampglow_plugin.glow.shapes import Floats, Grid, Shape

#: significance of a template among some thousand before it is fitted, and of a source that counts
FIRST_SIGMA: Final = 5.5
LEAST_SIGMA: Final = 7.0
#: the same for light along an edge, which was set against other explanations before
LEAST_EVEN_SIGMA: Final = 4.0
#: half of the peak is reached within this share of the frame along one axis; what is wider is no glow of a circuit
WIDEST_HALF: Final = 0.29
#: chi2 that a further source, or further rays, must be worth
LEAST_GAIN: Final = 40.0
_MOST_SOURCES: Final = 8
#: chi2 that a further parameter must be worth
_SIMPLER: Final = 10.0
#: chi2 that a blurred source must be worth, as sharp ones are the rule
_BLURRED_COST: Final = 6.0
_MOST_PASSES: Final = 3
_MOST_RAYS: Final = 18
_RAY_SCALES: Final = (1.0, 0.6, 0.36)
#: a source within this many tiles of the border may be taken to lie on it
_NEAR_TILES: Final = 2.5
#: the same before the rays of a starburst are known, whose mean lies farther inside
_RAYS_NEAR_TILES: Final = 6.0
_DECAY_SHARES: Final = (0.025, 0.05, 0.09, 0.15, 0.25, 0.45, 0.8)
#: a source of at least this decay length, as a share of the axis, may be light along a whole edge
_LONG_SHARE: Final = 0.7
_BORDER_PLACES: Final = 13
_INNER_PLACES: Final = 7
#: one broad light is tried from this many places a side, and with these decay lengths as shares of the sides
#: spots of a half width below this share of the frame are no remains of broad light
_SPOT_HALF: Final = 0.12
_BROAD_PLACES: Final = 4
_BROAD_SHARES: Final = (0.5, 0.9)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """The sources in a map as fitted, the noise of a tile (ADU), and what the map was fitted in.

    ``metric`` lets other maps of the same tiles be fitted alike. ``edges_open``: light along an edge may be there that
    something else explains about as well.
    """

    fit: Fit
    metric: Metric
    sigma_adu: float
    edges_open: bool = False


def find_sources(tiles: TileMap, *, clean: bool = False) -> Sources:
    """All sources of light in a background map.

    ``clean``: the structure of the readout was taken away, so that the means of rows and columns count in full.
    Otherwise sources are looked for in what no rows and columns can make, then along the edges in these.
    """
    values, grid, edges_open = tiles.values, Grid(tiles), False
    sigma = tile_noise(values)
    if clean:
        metric = Metric(values.shape, sigma, scatter=_smooth_scatter(values, sigma), slopes=(False, False))
        fit = _grow(metric, grid, metric.vector(values), [*_bank(tiles), *_even_bank(tiles)])
    else:
        metric, fit, edges_open = _beside_structure(tiles, grid, sigma)
    target = metric.vector(values)
    fit = _drop_weak(metric, grid, target, fit)
    for i in range(len(fit.shapes)):
        fit = _to_border(metric, grid, target, fit, i)
    for _ in range(_MOST_PASSES):
        before = fit
        fit = _drop_weak(metric, grid, target, _other_kinds(metric, grid, target, fit))
        if fit is before or len(fit.shapes) == 1:
            break
    metric, fit = _one_broad(metric, tiles, grid, fit)
    return Sources(fit=fit, metric=metric, sigma_adu=sigma, edges_open=edges_open)


def _beside_structure(tiles: TileMap, grid: Grid, sigma: float) -> tuple[Metric, Fit, bool]:
    """Sources in a map that holds structure of the readout, and its metric; and whether edges are open."""
    values = tiles.values
    tilts = slope_scatter(values, sigma)
    taps = has_taps(values, sigma)
    inner = Metric(values.shape, sigma, tilts=tilts, taps=taps)
    fit = _grow(inner, grid, inner.vector(values), _bank(tiles))
    fits = [fit]
    if fit.shapes:
        # what falls off slowly is not held by the inner part alone: let slow changes along rows and columns count
        strict = inner.with_scatter(_smooth_scatter(values, sigma))
        fits.append(refine(strict, grid, strict.vector(values), fit.shapes))
    spots = [s for s in fit.shapes if max(s.decay_x / grid.width, s.decay_y / grid.height) < _LONG_SHARE]
    if len(spots) < len(fit.shapes):
        # light along an edge that is stronger at one end may pass for one long source: leave that out
        fits.append(solve(inner, grid, inner.vector(values), spots))
    choices = [(f.shapes, _profiles(values - grid.model(f.shapes, f.coefficients), sigma)) for f in fits]
    rows, columns = (min((c[1][axis] for c in choices), key=lambda p: p.rest_adu) for axis in (0, 1))

    def metric_with(slopes: tuple[bool, bool]) -> Metric:
        scatter, steps = (rows.rest_adu, columns.rest_adu), (rows.step, columns.step)
        return Metric(values.shape, sigma, scatter=scatter, slopes=slopes, steps=steps, tilts=tilts, taps=taps)

    def best(slopes: tuple[bool, bool]) -> tuple[Metric, Fit]:
        metric = metric_with(slopes)
        fits = [
            refine(metric, grid, metric.vector(values), [*s, *_even(p[0], tiles, axis=0), *_even(p[1], tiles, axis=1)])
            for s, p in choices
        ]
        return metric, min(fits, key=lambda f: f.chi2 + _SIMPLER / 2 * f.parameters)

    slopes = (True, True)
    found = best(slopes)
    for axis in (0, 1) if found[1].shapes else ():
        fewer_slopes = (slopes[0] and axis != 0, slopes[1] and axis != 1)
        # a slope that nothing asks for would only blur what is even along the edges
        simpler = best(fewer_slopes)
        if simpler[1].chi2 <= found[1].chi2 + _SIMPLER:
            slopes, found = fewer_slopes, simpler
    return *found, rows.open or columns.open


def _profiles(rest: Floats, sigma: float) -> tuple[Profile, Profile]:
    """The means of rows, and of columns, of what no source explains."""
    rows, columns = rest.shape
    return read_profile(rest.mean(axis=1), sigma / math.sqrt(columns)), read_profile(
        rest.mean(axis=0), sigma / math.sqrt(rows)
    )


def _bank(tiles: TileMap) -> list[Shape]:
    """Shapes that are tried first: at the border and inside, of several sizes."""
    height, width = tiles.shape
    side = math.hypot(height, width) / math.sqrt(2)
    border, inner = np.linspace(0, 1, _BORDER_PLACES), (np.arange(_INNER_PLACES) + 0.5) / _INNER_PLACES
    places = [(x, y) for x in border for y in border if {x, y} & {0.0, 1.0}]
    places += [(x, y) for x in inner for y in inner]
    return [
        Shape(x=x * (width - 1), y=y * (height - 1), decay_x=share * side, decay_y=share * side)
        for x, y in places
        for share in _DECAY_SHARES
    ]


def _even_bank(tiles: TileMap) -> list[Shape]:
    """Light along whole edges, of several decay lengths."""
    return [
        even_shape(tiles, axis=axis, far=far, decay=share * tiles.shape[axis])
        for axis in (0, 1)
        for far in (False, True)
        for share in _DECAY_SHARES
    ]


def _grow(metric: Metric, grid: Grid, target: Floats, bank: Sequence[Shape]) -> Fit:
    """Sources one by one: the template that fits the rest best, then all of them refined."""
    templates = metric.vector(np.stack([grid.middles(shape) for shape in bank]))
    templates /= np.maximum(np.linalg.norm(templates, axis=1, keepdims=True), 1e-12)
    fit = solve(metric, grid, target, [])
    left = target
    while len(fit.shapes) < _MOST_SOURCES:
        scores = templates @ left
        best = int(np.argmax(scores))
        choices = _with_rays(metric, grid, target, fit)
        if scores[best] >= FIRST_SIGMA:
            choices.append(_with(metric, grid, target, fit, bank[best]))
        if not choices:
            break
        grown = min(choices, key=lambda f: f.chi2 + _SIMPLER / 2 * f.parameters)
        if fit.chi2 - grown.chi2 < LEAST_GAIN or min(grown.peaks) <= 0:
            break
        fit = grown
        left = target - metric.vector(grid.model(fit.shapes, fit.coefficients))
    return fit


def _with(metric: Metric, grid: Grid, target: Floats, fit: Fit, shape: Shape) -> Fit:
    """``fit`` with one more source, sharp or blurred, round or not: the simplest that does."""
    best = refine(metric, grid, target, [*fit.shapes, shape])
    if shape.even:
        return best
    soft = replace(shape, decay_x=1.5 * shape.decay_x, decay_y=1.5 * shape.decay_y, power=2.0)
    blurred = refine(metric, grid, target, [*fit.shapes, soft])
    if blurred.chi2 < best.chi2 - _SIMPLER and blurred.peaks[-1] > 0:
        best = blurred
    longer = refine(metric, grid, target, [*best.shapes[:-1], replace(best.shapes[-1], round=False)])
    best = longer if longer.chi2 < best.chi2 - _SIMPLER else best
    return _to_border(metric, grid, target, best, len(fit.shapes))


def _with_rays(metric: Metric, grid: Grid, target: Floats, fit: Fit) -> list[Fit]:
    """``fit`` with rays of one more order on its brightest source."""
    if not fit.shapes or fit.shapes[brightest := int(np.argmax(fit.peaks))].even:
        return []
    rest = [s for i, s in enumerate(fit.shapes) if i != brightest]
    result = []
    for held in _on_border(fit.shapes[brightest], grid, _RAYS_NEAR_TILES):
        # rays that are not in the fit yet have made the source too wide
        kinds = [(held.longer, 1.0)] if held.rays else [(False, 1.0), *((True, scale) for scale in _RAY_SCALES)]
        likely: dict[bool, tuple[float, Shape]] = {}
        for longer, scale in kinds:
            narrow = replace(held, decay_x=held.decay_x * scale, decay_y=held.decay_y * scale, longer=longer)
            chi2, order = _best_order(metric, grid, target, narrow, rest)
            if longer not in likely or chi2 < likely[longer][0]:
                likely[longer] = chi2, replace(narrow, rays=(*held.rays, order))
        for chi2, shape in likely.values():
            if chi2 < fit.chi2 + LEAST_GAIN:  # else no refinement brings it back
                shapes = [*fit.shapes[:brightest], shape, *fit.shapes[brightest + 1 :]]
                result.append(refine(metric, grid, target, shapes))
    return result


def _best_order(metric: Metric, grid: Grid, target: Floats, shape: Shape, rest: Sequence[Shape]) -> tuple[float, int]:
    """The further order of rays that leaves least, beside the sources ``rest``; and the chi2 it leaves."""
    orders = [k for k in range(2, _MOST_RAYS + 1) if k not in shape.rays]
    means = [mean for s in rest for mean in grid.means(s)]
    means += list(grid.means(replace(shape, rays=(*shape.rays, *orders))))
    columns = metric.vector(np.stack(means)).T
    normal, right = columns.T @ columns, columns.T @ target
    always = list(range(len(means) - 2 * len(orders)))
    best = (math.inf, orders[0])
    for i, order in enumerate(orders):
        chosen = [*always, len(always) + 2 * i, len(always) + 2 * i + 1]
        numbers = np.linalg.lstsq(normal[np.ix_(chosen, chosen)], right[chosen], rcond=1e-8)[0]
        best = min(best, (float(target @ target - numbers @ right[chosen]), order))
    return best


def _other_kinds(metric: Metric, grid: Grid, target: Floats, fit: Fit) -> Fit:
    """The fit with each source sharp or blurred, its rays longer or brighter, as suits the map with all of them.

    Sources that overlap may have made each other blurred: all of them sharp is tried as well.
    """
    if len(fit.shapes) > 1:
        fit = _better(metric, grid, target, fit, [_of_power(s, 1.0) for s in fit.shapes])
    for i in range(len(fit.shapes)):
        shape = fit.shapes[i]
        others = [] if shape.even else [_of_power(shape, 3.0 - shape.power)]
        if shape.rays:
            others.append(replace(shape, longer=not shape.longer))
        for other in others:
            fit = _better(metric, grid, target, fit, [*fit.shapes[:i], other, *fit.shapes[i + 1 :]])
    return fit


def _better(metric: Metric, grid: Grid, target: Floats, fit: Fit, shapes: Sequence[Shape]) -> Fit:
    """``fit``, or one that starts from ``shapes`` if that is better."""
    trial = refine(metric, grid, target, shapes)
    costs = [f.chi2 + _BLURRED_COST * sum(s.power > 1 for s in f.shapes) for f in (trial, fit)]
    return trial if costs[0] < costs[1] and min(trial.peaks) > 0 else fit


def _of_power(shape: Shape, power: float) -> Shape:
    """The same source with another power, of equal half width."""
    if shape.even:
        return shape
    scale = math.log(2.0) ** (1 / shape.power - 1 / power)
    return replace(shape, power=power, decay_x=shape.decay_x * scale, decay_y=shape.decay_y * scale)


def _to_border(metric: Metric, grid: Grid, target: Floats, fit: Fit, i: int) -> Fit:
    """The fit with source ``i`` on the border, or in a corner, where it may as well lie there, as circuits do."""
    shape = fit.shapes[i]
    if shape.even:
        return fit
    for held in _on_border(shape, grid, _NEAR_TILES)[:-1]:
        trial = refine(metric, grid, target, [*fit.shapes[:i], held, *fit.shapes[i + 1 :]])
        if trial.chi2 < fit.chi2 + _SIMPLER and min(trial.peaks) > 0:
            return trial
    return fit


def _on_border(shape: Shape, grid: Grid, near: float) -> list[Shape]:
    """``shape`` put in a corner or on the border where it is within ``near`` tiles of them; itself last."""
    x, y = _end(shape.x, grid.width, near * grid.tile), _end(shape.y, grid.height, near * grid.tile)
    result = []
    for to_x, to_y in dict.fromkeys([(x, y), (x, None), (None, y)]):
        held = shape
        if to_x is not None:
            held = replace(held, x=to_x, held_x=True)
        if to_y is not None:
            held = replace(held, y=to_y, held_y=True)
        if held != shape:
            result.append(held)
    return [*result, shape]


def _end(place: float, length: int, near: float) -> float | None:
    """The first or last pixel, where ``place`` is nearer to it than ``near``."""
    end = 0.0 if place < length / 2 else length - 1.0
    return end if abs(float(np.clip(place, 0, length - 1)) - end) <= near else None


def _even(profile: Profile, tiles: TileMap, *, axis: int) -> list[Shape]:
    length = tiles.shape[axis]
    return [even_shape(tiles, axis=axis, far=e.far, decay=e.decay_share * length) for e in profile.edges]


def even_shape(tiles: TileMap, *, axis: int, far: bool, decay: float) -> Shape:
    """Light along the first or last (``far``) row (``axis`` 0) or column (1)."""
    place = tiles.shape[axis] - 1.0 if far else 0.0
    middle = (tiles.shape[1 - axis] - 1) / 2
    if axis == 0:
        return Shape(x=middle, y=place, decay_x=math.inf, decay_y=decay, held_x=True, held_y=True)
    return Shape(x=place, y=middle, decay_x=decay, decay_y=math.inf, held_x=True, held_y=True)


def _drop_weak(metric: Metric, grid: Grid, target: Floats, fit: Fit) -> Fit:
    """The fit without sources that the whole of the map does not bear out."""
    while fit.shapes:
        strength = [
            peak / max(sigma, 1e-12) / (LEAST_EVEN_SIGMA if shape.even else LEAST_SIGMA)
            for shape, peak, sigma in zip(fit.shapes, fit.peaks, fit.sigmas, strict=True)
        ]
        weakest = int(np.argmin(strength))
        if strength[weakest] >= 1:
            break
        fit = refine(metric, grid, target, [s for i, s in enumerate(fit.shapes) if i != weakest])
    return fit


def _one_broad(metric: Metric, tiles: TileMap, grid: Grid, fit: Fit) -> tuple[Metric, Fit]:
    """One broad light in place of the spots, where it fits as well.

    What is broad in both directions also lifts the corner across from it, once rows and columns are taken away: spots
    there fit as well, but leave more in the means of rows and columns.
    """
    even = [s for s in fit.shapes if s.even]
    if all(s.even or s.relative_half_width(tiles.shape) < _SPOT_HALF for s in fit.shapes):
        return metric, fit
    values = tiles.values
    strict = metric.with_scatter(_smooth_scatter(values, metric.sigma))
    target = strict.vector(values)
    starts = [solve(strict, grid, target, [shape, *even]) for shape in _broad_bank(tiles)]
    for power in (1.0, 2.0):
        start = min((s for s in starts if s.shapes[0].power == power), key=lambda f: f.chi2)
        trial = refine(strict, grid, target, start.shapes)
        rests = [_rest_scatter(values - grid.model(f.shapes, f.coefficients)) for f in (fit, trial)]
        common = metric.with_scatter((min(r[0] for r in rests), min(r[1] for r in rests)))
        fits = [refine(common, grid, common.vector(values), f.shapes) for f in (fit, trial)]
        costs = [f.chi2 + _SIMPLER / 2 * f.parameters for f in fits]
        too_wide = fits[1].shapes[0].relative_half_width(tiles.shape) > WIDEST_HALF
        if too_wide and min(fits[1].peaks) > 0 and costs[1] < costs[0] + _SIMPLER:
            metric, fit = common, fits[1]
    return metric, fit


def _broad_bank(tiles: TileMap) -> list[Shape]:
    height, width = tiles.shape
    places = np.linspace(0, 1, _BROAD_PLACES)
    return [
        Shape(x=x * (width - 1), y=y * (height - 1), decay_x=s * width, decay_y=s * height, power=power, round=False)
        for x in places
        for y in places
        for s in _BROAD_SHARES
        for power in (1.0, 2.0)
    ]


def _smooth_scatter(values: Floats, sigma: float) -> tuple[float, float]:
    """Scatter (ADU) of row and of column means from one to the next: what changes slowly is light."""
    return (
        line_scatter(values.mean(axis=1), sigma, values.shape[1]),
        line_scatter(values.mean(axis=0), sigma, values.shape[0]),
    )


def _rest_scatter(rest: Floats) -> tuple[float, float]:
    """Scatter (ADU) of row and of column means around a slope."""
    rows, columns = rest.mean(axis=1), rest.mean(axis=0)
    row_trend, column_trend = trends(len(rows)), trends(len(columns))
    left = rows - row_trend @ (row_trend.T @ rows), columns - column_trend @ (column_trend.T @ columns)
    return float(np.std(left[0])), float(np.std(left[1]))
