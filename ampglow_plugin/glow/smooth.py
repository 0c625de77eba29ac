"""How much of a known pattern lies in a map whose own light is not known, only smooth.

The map is taken as ``value * pattern + drift + others + smooth + noise``: ``drift`` is a level, a slope and the
fall-off of a lens, ``others`` are patterns in any amount, ``smooth`` a Gaussian random field and ``noise`` the same for
every tile. Length and strength of the field, and whether it is as smooth as can be or rougher, are tried on a grid and
weighted by the likelihood that the map gives them (restricted, so that what is fitted does not count), which makes
the error honest where the pattern may as well be part of the background: nebulae of the size of a glow.
On a grid of tiles the covariance of such fields separates along rows and columns, so all takes milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.model.held import Share

Floats: TypeAlias = NDArray[np.float64]

#: lengths of the smooth field as shares of the larger side of the map, and its variances in units of the noise's
_LENGTHS: Final = (0.06, 0.1, 0.16, 0.25, 0.4, 0.65, 1.0, 1.6)
_STRENGTHS: Final = tuple(10.0 ** (0.5 * i) for i in range(-6, 11))
#: tiles farther than this from all that is fitted hold a star, and count as what was fitted there
_CLIP_SIGMA: Final = 4.0
_ROUNDS: Final = 4
#: one star fills no more tiles than this, of a square of so many tiles a side
_STAR_TILES: Final = 4
_STAR_SQUARE: Final = 5
#: logarithm of the likelihood that a field must gain to be believed
_LEAST_GAIN: Final = 3.0
_MAD_TO_SIGMA: Final = 1.4826


def share_of(  # noqa: PLR0913 - a map, a pattern, and the places of its tiles
    values: Floats, pattern: Floats, *, y: Floats, x: Floats, centre: tuple[float, float], others: Sequence[Floats] = ()
) -> Share:
    """The factor of ``pattern`` in ``values``, both (rows, columns).

    Parameters
    ----------
    y, x
        Places of rows and columns, in any unit of length; need not be evenly spaced.
    centre
        Place (y, x) from which a lens darkens the frame with the square of the distance.
    others
        Patterns of the same shape that may be in the map in any amount.
    """
    return _robust(values, pattern, _Grid(y, x), _drift(y, x, centre, others))[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Whitened:
    """A map in terms in which its smooth field and its noise together are independent and of variance 1.

    ``seen`` is the map itself as a vector of these terms, ``drift`` an orthonormal base of what is fitted beside any
    pattern, (terms, columns). ``far`` are tiles that hold a star, (rows, columns).
    """

    rows: Floats
    columns: Floats
    scale: Floats
    seen: Floats
    drift: Floats
    far: NDArray[np.bool_]

    def vector(self, pattern: Floats) -> Floats:
        """``pattern`` (rows, columns) in these terms."""
        terms: Floats = (self.rows.T @ pattern @ self.columns) / self.scale
        return terms.ravel()

    def free(self, pattern: Floats) -> Floats:
        """As :meth:`vector`, without what the drift can explain."""
        vector = self.vector(pattern)
        return vector - self.drift @ (self.drift.T @ vector)


def whitened(
    values: Floats, drift: Sequence[Floats], *, y: Floats, x: Floats, stars: NDArray[np.bool_] | None = None
) -> Whitened:
    """``values`` (rows, columns) in terms of the likeliest smooth field beside ``drift``; see the module.

    Unlike :func:`share_of` it holds to one field, so that many patterns can be tried at the price of one.

    Where tiles are known to hold ``stars`` (rows, columns), only these and single ones are taken as far: many side by
    side are light of some width.
    """
    grid, even = _Grid(y, x), drift[0]
    told = values if stars is None else np.where(stars, np.median(values), values)
    for _ in range(_ROUNDS):
        field, fitted = _likeliest(told, drift, grid)
        rest = values - fitted
        noise = max(_MAD_TO_SIGMA * float(np.median(np.abs(rest))), 1e-9)
        far = np.abs(rest) > _CLIP_SIGMA * noise
        if stars is not None:
            far = _single(far & ~stars) | stars
        clipped = np.where(far, fitted, values)
        if np.allclose(clipped, told):
            break
        told = clipped
    rows, columns, scale = field
    blank = Whitened(rows=rows, columns=columns, scale=scale, seen=even, drift=even, far=far)
    base = np.linalg.qr(np.array([blank.vector(d / (np.max(np.abs(d)) or 1.0)) for d in drift]).T)[0]
    return Whitened(rows=rows, columns=columns, scale=scale, seen=blank.vector(told), drift=base, far=far)


def _single(far: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the tiles ``far`` (rows, columns) those in small groups."""
    margin = _STAR_SQUARE // 2
    squares = np.lib.stride_tricks.sliding_window_view(np.pad(far, margin), (_STAR_SQUARE, _STAR_SQUARE))
    single: NDArray[np.bool_] = far & (squares.sum(axis=(2, 3)) <= _STAR_TILES)
    return single


def _likeliest(values: Floats, drift: Sequence[Floats], grid: _Grid) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """(base of the rows, of the columns, standard deviations) of the likeliest field, and what it and drift explain.

    All strengths of a field are tried at once; the formula is that of :func:`_fit`.
    """
    best, found, fitted = -np.inf, None, values
    free = values.size - len(drift)
    columns = np.array([d / (float(np.max(np.abs(d))) or 1.0) for d in drift])
    diagonal = np.eye(len(columns)) * 1e-12  # a pattern that is nowhere, or another's twin, stops nothing
    for rows, cols, unit in _some_fields(grid.y.tobytes(), grid.x.tobytes()):
        seen = (rows.T @ values @ cols).ravel()
        design = (rows.T @ columns @ cols).reshape(len(columns), -1)
        variances = 1 + np.array(_STRENGTHS[::2])[:, None] * unit.ravel()
        weighed = design / variances[:, None, :]
        normal = weighed @ design.T
        normal += np.trace(normal, axis1=1, axis2=2)[:, None, None] * diagonal
        factors = np.linalg.solve(normal, (weighed @ seen)[..., None])[..., 0]
        rests = seen - factors @ design
        noises = np.maximum(np.sum(rests**2 / variances, axis=1) / free, 1e-18)
        spreads = np.log(variances).sum(axis=1) + np.linalg.slogdet(normal)[1]
        likelihoods = -0.5 * (free * np.log(noises) + spreads)
        number = int(np.argmax(likelihoods))
        if likelihoods[number] > best:
            best, variance = float(likelihoods[number]), variances[number]
            found = (rows, cols, np.sqrt(noises[number] * variance).reshape(unit.shape))
            smooth = factors[number] @ design + rests[number] * (1 - 1 / variance)
            fitted = rows @ smooth.reshape(values.shape) @ cols.T
    assert found is not None
    return found, fitted


@functools.lru_cache(maxsize=8)
def _some_fields(y: bytes, x: bytes) -> tuple[tuple[Floats, Floats, Floats], ...]:
    """Every second length of :meth:`_Grid.fields`, made once for a size."""
    return tuple(_Grid(np.frombuffer(y), np.frombuffer(x)).fields())[::2]


def smooth_part(values: Floats, *, y: Floats, x: Floats) -> Floats:
    """What is smooth in a map (rows, columns) beside its level; zeros where noise explains it as well.

    The means of rows and of columns are looked at by themselves: readouts have steps from line to line, and a field
    over both axes would take such lines for its own.
    """
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    middle = np.zeros(1)
    inner = _soft(values - rows - columns + values.mean(), y, x)
    return inner + _soft(rows, y, middle) + _soft(columns, middle, x)


def _soft(values: Floats, y: Floats, x: Floats) -> Floats:
    even = np.ones_like(values)
    slopes = [even * (y - y.mean())[:, None], even * (x - x.mean())[None, :]]
    _, fitted, gain = _robust(values, even, _Grid(y, x), [slope for slope in slopes if slope.any()])
    soft: Floats = fitted - fitted.mean() if gain > _LEAST_GAIN else np.zeros_like(values)
    return soft


def _robust(values: Floats, pattern: Floats, grid: _Grid, drift: Sequence[Floats]) -> tuple[Share, Floats, float]:
    """As :func:`_fit`, with tiles that hold a star taken as what is fitted there."""
    told = values
    for _ in range(_ROUNDS):
        result, fitted, gain = _fit(told, pattern, grid, drift)
        rest = values - fitted
        far = np.abs(rest) > _CLIP_SIGMA * max(_MAD_TO_SIGMA * float(np.median(np.abs(rest))), 1e-9)
        clipped = np.where(far, fitted, values)
        if np.allclose(clipped, told):
            break
        told = clipped
    return result, fitted, gain


def together(shares: Sequence[Share]) -> Share:
    """The mean of independent measurements, each with the weight of its error."""
    weights = np.array([1 / share.sigma**2 for share in shares])
    if not weights.sum() > 0:
        return Share(value=0.0, sigma=np.inf)
    value = float(weights @ [share.value for share in shares] / weights.sum())
    return Share(value=value, sigma=float(weights.sum() ** -0.5))


def _drift(y: Floats, x: Floats, centre: tuple[float, float], others: Sequence[Floats]) -> list[Floats]:
    size = max(np.ptp(y), np.ptp(x))
    down, across = (y - centre[0])[:, None] / size, (x - centre[1])[None, :] / size
    even = np.ones((len(y), len(x)))
    return [even, even * (down - down.mean()), even * (across - across.mean()), down**2 + across**2, *others]


class _Grid:
    """Tiles at ``y`` and ``x``, and smooth fields on them in the terms in which their values are independent."""

    def __init__(self, y: Floats, x: Floats) -> None:
        self.y, self.x, self.size = y, x, float(max(np.ptp(y), np.ptp(x)))

    def fields(self) -> Iterator[tuple[Floats, Floats, Floats]]:
        """(base of the rows, base of the columns, variances) of fields of unit strength."""
        for rough in (False, True):
            for length in _LENGTHS:
                (down, rows), (across, columns) = (
                    np.linalg.eigh(_correlation(place, length * self.size, rough=rough)) for place in (self.y, self.x)
                )
                yield rows, columns, np.clip(np.outer(down, across), 0.0, None)


def _correlation(place: Floats, length: float, *, rough: bool) -> Floats:
    """Gaussian, or Matern of order 5/2: fields that can be differentiated for ever, or twice."""
    distance = np.abs(place[:, None] - place[None, :]) / length
    if not rough:
        return np.exp(-0.5 * distance**2)
    scaled = np.sqrt(5) * distance
    return np.asarray((1 + scaled + scaled**2 / 3) * np.exp(-scaled))


def _fit(values: Floats, pattern: Floats, grid: _Grid, drift: Sequence[Floats]) -> tuple[Share, Floats, float]:
    """The factor of ``pattern``, all that is fitted to ``values`` by the likeliest field, and what that field gains.

    The gain is the logarithm of how much likelier it makes the map than next to no field does.
    """
    columns = [pattern, *drift]
    scales = [float(np.max(np.abs(c))) or 1.0 for c in columns]
    columns = [c / s for c, s in zip(columns, scales, strict=True)]
    likelihoods: list[float] = []
    shares: list[tuple[float, float]] = []
    best, without, fitted = -np.inf, -np.inf, values
    for rows, cols, unit in grid.fields():
        seen = (rows.T @ values @ cols).ravel()
        design = np.array([(rows.T @ c @ cols).ravel() for c in columns])
        for strength in _STRENGTHS:
            variance = 1 + strength * unit.ravel()
            weighed = design / variance
            normal = weighed @ design.T
            normal[np.diag_indices_from(normal)] *= 1 + 1e-12
            inverse = np.linalg.inv(normal)
            factors = inverse @ (weighed @ seen)
            rest = seen - factors @ design
            free = seen.size - len(columns)
            noise = max(float(rest @ (rest / variance)) / free, 1e-18)
            likelihood = -0.5 * (free * np.log(noise) + np.log(variance).sum() + np.linalg.slogdet(normal)[1])
            likelihoods.append(likelihood)
            if strength == _STRENGTHS[0]:
                without = max(without, likelihood)
            shares.append((factors[0] / scales[0], noise * max(inverse[0, 0], 0.0) / scales[0] ** 2))
            if likelihood > best:
                best = likelihood
                smooth = rest * (1 - 1 / variance)
                fitted = rows @ (factors @ design + smooth).reshape(values.shape) @ cols.T
    weights = np.exp(np.array(likelihoods) - best)
    weights /= weights.sum()
    value, own = np.array(shares).T
    mean = float(weights @ value)
    return Share(value=mean, sigma=float(np.sqrt(weights @ (own + (value - mean) ** 2)))), fitted, best - without
