"""How much of a pattern that stands still lies in maps of a sky that moves: dithered lights.

A nebula that looks like glow in one light moves from light to light, glow does not. Each light is taken as
``response * field(place - shift) + drift + noise``, with a level and a slope of its own and a share of the mean map
(transparency); the pattern, the fall-off of a lens and the ``others`` stand still in all. The field is a sum of cosines
with the prior of a Gaussian random field; its length, strength and roughness are tried on a grid and weighted by their
restricted likelihood, as in :mod:`~ampglow_plugin.glow.smooth`. Small dithers tell little of wide fields, and the error
says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.model.held import Share

Floats: TypeAlias = NDArray[np.float64]

#: lengths of the field as shares of the larger side, and its variances in units of that of the mean map's noise
_LENGTHS: Final = (0.08, 0.13, 0.2, 0.32, 0.5, 0.8, 1.3)
_STRENGTHS: Final = tuple(10.0**i for i in np.arange(-2.0, 6.0, 0.5))
#: cosines of so many half waves over an area wider than the map by this factor: they have no slope at its edge
_HALF_WAVES: Final = 16
_WIDER: Final = 1.3
#: shortest dithers (pixels, standard deviation) and least number of lights that tell a sky from what stands still
LEAST_DITHER_PX: Final = 1.0
LEAST_LIGHTS: Final = 5
#: tiles farther than this from what is fitted hold a star, and count as what was fitted there
_CLIP_SIGMA: Final = 4.0
_ROUNDS: Final = 3
_MAD_TO_SIGMA: Final = 1.4826
#: what a lens may leave of the light, in units of the mean of a map
_SHADES: Final = (0.3, 2.0)
#: a tile less the mean of its four neighbours is noisier than itself by this
_LAPLACE: Final = 1.25


def _far(rest: Floats) -> NDArray[np.bool_]:
    return np.abs(rest) > _CLIP_SIGMA * max(_MAD_TO_SIGMA * float(np.median(np.abs(rest))), 1e-9)


def dithered(shifts: Floats) -> bool:
    """Whether the sky moved enough, in enough lights, for :func:`share_under_sky`; shifts are (lights, 2) in pixels."""
    return len(shifts) >= LEAST_LIGHTS and bool(np.hypot(*shifts.std(axis=0)) >= LEAST_DITHER_PX)


def share_under_sky(  # noqa: PLR0913 - maps, what is known of them, and the places of their tiles
    lights: Floats,
    shifts: Floats,
    pattern: Floats,
    *,
    y: Floats,
    x: Floats,
    centre: tuple[float, float],
    others: Sequence[Floats] = (),
    lens: bool = True,
) -> Share:
    """The factor of ``pattern``, (rows, columns), in ``lights``, (lights, rows, columns), in ADU.

    Parameters
    ----------
    shifts
        How far the sky has moved in each light, (lights, 2) as (y, x), in the unit of the places.
    y, x
        Places of rows and columns.
    centre
        Place (y, x) from which a lens darkens the frame.
    others
        Patterns of the same shape that stand still, in any amount.
    lens
        Whether a lens still shades the lights. Its shade, which does not move with the sky, is then fitted to the mean.
    """
    still = _still(pattern, y, x, centre, others)
    told = lights
    response = _shade(np.mean(lights, axis=0), still) if lens else np.ones_like(pattern)
    for _ in range(_ROUNDS):
        model = _Model(told, shifts - shifts.mean(axis=0), still, response, (y, x))
        share, fitted = model.best()
        if lens:
            response = model.shade(still)
        rest = lights - fitted
        far = _far(rest) | _far(np.mean(rest, axis=0))
        clipped = np.where(far, fitted, lights)
        if np.allclose(clipped, told):
            break
        told = clipped
    return share


@dataclass(frozen=True, slots=True)
class _Still:
    """What stands still: the pattern first; beside it what every light has in any amount, and the shade of a lens."""

    columns: tuple[Floats, ...]
    free: tuple[Floats, ...]
    shade: Floats


def _still(pattern: Floats, y: Floats, x: Floats, centre: tuple[float, float], others: Sequence[Floats]) -> _Still:
    size = float(max(np.ptp(y), np.ptp(x)))
    even = np.ones_like(pattern)
    slopes = (even * ((y - y.mean()) / size)[:, None], even * ((x - x.mean()) / size)[None, :])
    shade = (((y - centre[0]) / size) ** 2)[:, None] + (((x - centre[1]) / size) ** 2)[None, :]
    return _Still(columns=(pattern, shade, *others), free=(even, *slopes), shade=shade)


def _shade(mean: Floats, still: _Still) -> Floats:
    """What a lens leaves of the light, 1 on average, from the fall-off of the mean map."""
    design = np.array([c.ravel() for c in (*still.free, still.shade, still.columns[0])])
    return _relative(np.linalg.lstsq(design.T, mean.ravel(), rcond=None)[0], still, 0.0)


def _relative(factors: Floats, still: _Still, more_adu: float) -> Floats:
    level = float(factors[0] + factors[3] * still.shade.mean()) + more_adu
    if level <= 0:
        return np.ones_like(still.shade)
    shade: Floats = np.clip(1 + factors[3] / level * (still.shade - still.shade.mean()), *_SHADES)
    return shade


class _Model:
    """All lights as one linear model, in sums over the lights: their mean, and how they differ from it."""

    def __init__(
        self, lights: Floats, shifts: Floats, still: _Still, response: Floats, grid: tuple[Floats, Floats]
    ) -> None:
        y, x = grid
        self.lights, self.shape = lights, lights.shape[1:]
        count = len(lights)
        self.flat = lights.reshape(count, -1)
        mean = self.flat.mean(axis=0)
        self.free = _orthonormal(np.array([(c * response).ravel() for c in still.free]))
        own = np.vstack([self.free, self._without(mean[None], self.free)])
        self.own = _orthonormal(own)
        self.basis, self.wave = _cosines(shifts, response.ravel(), y, x)
        self.columns = np.array([c.ravel() for c in still.columns])
        self.scales = np.maximum(np.abs(self.columns).max(axis=1), 1e-12)
        noise = self._without(self.flat - mean, self.own)
        self.single = _MAD_TO_SIGMA * float(np.median(np.abs(noise))) * np.sqrt(count / (count - 1.0))
        of_mean = _local_noise(mean.reshape(self.shape))
        self.weight_mean = count / max(count * of_mean**2, self.single**2)
        self.weight_each = 1 / max(self.single**2, 1e-18)
        self.unit = 1 / self.weight_mean
        self.size = float(max(np.ptp(y), np.ptp(x)))
        self.area = _WIDER**2 * float(np.ptp(y) * np.ptp(x))
        self.fitted_field = np.zeros_like(mean)
        self._sums(mean)

    @staticmethod
    def _without(rows: Floats, directions: Floats) -> Floats:
        left: Floats = rows - (rows @ directions.T) @ directions
        return left

    def _sums(self, mean: Floats) -> None:
        """Normal equations of cosines, still columns and data; each light's own freedoms are taken out of all."""
        count, modes = len(self.flat), self.basis.shape[1]
        average = self.basis.mean(axis=0)
        self.average = average
        apart = np.zeros((modes, modes))
        towards = np.zeros(modes)
        square = 0.0
        for each, seen in zip(self.basis, self.flat, strict=True):
            field, data = self._without(each - average, self.own), self._without((seen - mean)[None], self.own)[0]
            apart += field @ field.T
            towards += field @ data
            square += float(data @ data)
        still = self._without(self.columns / self.scales[:, None], self.free)
        field, data = self._without(average, self.free), self._without(mean[None], self.free)[0]
        own, each = self.weight_mean, self.weight_each
        self.gram = own * field @ field.T + each * apart
        self.cross = own * field @ still.T
        self.seen = own * field @ data + each * towards
        self.still_gram, self.still_seen = own * still @ still.T, own * still @ data
        self.square = own * float(data @ data) + each * square
        tiles = self.flat.shape[1]
        self.freedom = tiles - len(self.free) + (count - 1) * (tiles - len(self.own)) - len(self.columns)

    def best(self) -> tuple[Share, Floats]:
        """The factor, averaged over all kinds of field, and what the likeliest of them says of each light."""
        likelihoods: list[float] = []
        shares: list[tuple[float, float]] = []
        best: tuple[Floats, Floats] | None = None
        for spectrum in _spectra(self.wave, self.size, self.area):
            for strength in _STRENGTHS:
                root = np.sqrt(strength * self.unit * spectrum)
                likelihood, factors, inverse, amplitudes = self._solve(root)
                if not likelihoods or likelihood > max(likelihoods):
                    best = (factors, amplitudes)
                likelihoods.append(likelihood)
                shares.append((factors[0] / self.scales[0], inverse[0, 0] / self.scales[0] ** 2))
        assert best is not None
        weights = np.exp(np.array(likelihoods) - max(likelihoods))
        weights /= weights.sum()
        value, own = np.array(shares).T
        mean = float(weights @ value)
        sigma = float(np.sqrt(weights @ (own + (value - mean) ** 2)))
        return Share(value=mean, sigma=sigma), self._fitted(*best)

    def shade(self, still: _Still) -> Floats:
        """What a lens leaves of the light, by the likeliest fit: better known than by the mean map alone."""
        left = np.mean(self.flat, axis=0) - self.fitted_field
        design = np.array([c.ravel() for c in (*still.free, still.shade, still.columns[0])])
        return _relative(np.linalg.lstsq(design.T, left, rcond=None)[0], still, float(self.fitted_field.mean()))

    def _solve(self, root: Floats) -> tuple[float, Floats, Floats, Floats]:
        """(restricted log likelihood, factors of what stands still, their covariance, amplitudes) of one field."""
        inner = np.eye(root.size) + root[:, None] * self.gram * root
        lower = np.linalg.cholesky(inner)
        held = np.linalg.solve(lower, root[:, None] * np.column_stack([self.cross, self.seen]))
        cross, seen = held[:, :-1], held[:, -1]
        normal = self.still_gram - cross.T @ cross
        normal[np.diag_indices_from(normal)] *= 1 + 1e-12
        inverse = np.linalg.inv(normal)
        factors = inverse @ (self.still_seen - cross.T @ seen)
        rest = max(self.square - float(seen @ seen) - float(factors @ (self.still_seen - cross.T @ seen)), 1e-300)
        likelihood = (
            -float(np.log(np.diag(lower)).sum())
            - 0.5 * float(np.linalg.slogdet(normal)[1])
            - 0.5 * self.freedom * np.log(rest)
        )
        amplitudes = root * np.linalg.solve(lower.T, seen - cross @ factors)
        return likelihood, factors, inverse * (rest / self.freedom), amplitudes

    def _fitted(self, factors: Floats, amplitudes: Floats) -> Floats:
        self.fitted_field = amplitudes @ self.average
        fitted = np.tensordot(amplitudes, self.basis, (0, 1)) + (factors / self.scales) @ self.columns
        rest = self.flat - fitted
        fitted = fitted + rest - self._without(rest, self.own)
        shaped: Floats = fitted.reshape(self.lights.shape)
        return shaped


def _orthonormal(rows: Floats) -> Floats:
    basis: Floats = np.linalg.qr(rows.T)[0].T
    return basis


def _local_noise(values: Floats) -> float:
    """Noise of a map, by how tiles differ from the mean of their neighbours."""
    around = (values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]) / 4
    return _MAD_TO_SIGMA * float(np.median(np.abs(values[1:-1, 1:-1] - around))) / float(np.sqrt(_LAPLACE))


def _cosines(shifts: Floats, response: Floats, y: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Cosines at the tiles of each light, (lights, cosines, tiles), and their squared wave numbers."""
    longest = _WIDER * float(max(np.ptp(y), np.ptp(x)))
    sides = [_WIDER * float(np.ptp(place)) for place in (y, x)]
    waves = [np.pi * np.arange(max(2, round(_HALF_WAVES * side / longest))) / side for side in sides]
    square = waves[0][:, None] ** 2 + waves[1][None, :] ** 2
    kept = square <= (np.pi * (_HALF_WAVES - 1) / longest) ** 2
    basis = []
    for moved in shifts:
        along = [
            np.where(wave == 0, 1.0, np.sqrt(2.0))[:, None]
            * np.cos(wave[:, None] * (place - place.mean() - by + side / 2)[None, :])
            for wave, place, side, by in zip(waves, (y, x), sides, moved, strict=True)
        ]
        both = along[0][:, None, :, None] * along[1][None, :, None, :]
        basis.append(both[kept].reshape(int(kept.sum()), -1) * response)
    return np.array(basis), square[kept]


def _spectra(square: Floats, size: float, area: float) -> Iterator[Floats]:
    """Prior variance of each cosine for fields of unit variance: as smooth as can be, and Matern of order 5/2."""
    for share in _LENGTHS:
        length = share * size
        yield 2 * np.pi * length**2 * np.exp(-(length**2) * square / 2) / area
        kappa = 5 / length**2
        yield 4 * np.pi * 2.5 * kappa**2.5 / (kappa + square) ** 3.5 / area
