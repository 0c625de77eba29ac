"""Which of several darks was subtracted? The one that, put back, explains the output best, pixel by pixel.

An output on the scale of the raw is L - C, with L the light and C whatever dark was taken. What L would show of the
sensor's pattern is known: from the raw light itself, or else from a dark R of the light's own settings. So for the
right C, and for it alone, ::

    output + C - R  =  sky + noise

holds nothing of hot pixels, nor of the noise that each master carries as a fingerprint. Compared are contrasts of each
pixel with its four neighbours, in which sky and glow cancel; the sum of their squares is the score of a dark.

Where R is a dark its noise n is in the sum for every C alike, but for R itself: (R's noise) cancels there, which would
make R look better by n**2 than a dark that was really taken. That is put back, with what is not known about n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Contrasts: TypeAlias = NDArray[np.float32]

#: contrasts that are looked at, at most
MOST: Final = 1_200_000
#: fewer tell nothing
FEWEST: Final = 2000
#: relative uncertainty of a hot pixel: set points are held to a quarter of a degree
HOT_SHARE: Final = 0.05
#: a contrast that no dark explains to this many standard deviations is a star, a cosmic ray or was replaced
CLIP_SIGMA: Final = 5.0
#: pixels of the pattern this many spreads above their neighbours are hot
HOT_SIGMA: Final = 6.0
#: the noise of a master is found, and two darks are told apart, from this many standard deviations on
SURE_SIGMA: Final = 5.0
#: contrasts share their neighbours: by this their sums vary more than those of independent values
_SHARED: Final = 1.5
_MAD_TO_SIGMA: Final = 1.4826


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What may have been subtracted: contrasts of a dark (None for none), and the share of the reference in it.

    ``reference_share`` is 1 for the reference dark itself, its factor where it was scaled, 0 for any other dark.
    """

    name: str
    contrasts: Contrasts | None
    reference_share: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """How one of them does: by how many standard deviations the best one explains the output better (0 is the best).

    ``own_noise``: whether the noise of this very master was found in the output, None where that was not looked for.
    """

    name: str
    behind_sigma: float
    own_noise: bool | None = None


def contrasts(planes: Sequence[Array]) -> Contrasts:
    """Each pixel less the mean of its four neighbours, for planes ``(height, width)`` of one mosaic; a sample of rows.

    The same pixels for every frame of the same size.
    """
    step = max(1, sum(plane.size for plane in planes) // MOST)
    parts = []
    for plane in planes:
        inner = plane[1:-1:step, 1:-1]
        rows = len(inner)
        above, below = plane[:-2:step, 1:-1][:rows], plane[2::step, 1:-1][:rows]
        left, right = plane[1:-1:step, :-2], plane[1:-1:step, 2:]
        parts.append((inner - (above + below + left + right) / 4).ravel())
    return np.concatenate(parts).astype(np.float32)


def weigh(
    output: Contrasts,
    reference: Contrasts,
    taken: Sequence[Taken],
    *,
    reference_is_light: bool,
    without_hot: bool = False,
) -> list[Weighed]:
    """The darks of ``taken``, the best first; empty where too few pixels can be compared.

    Parameters
    ----------
    output
        Contrasts of the output, put back on the scale of the raw.
    reference
        Those of the raw light (``reference_is_light``), or of a dark of the light's own settings.
    without_hot
        Leave out hot pixels: a cosmetic correction has replaced them.
    """
    zeros = np.zeros_like(output)
    darks = [zeros if t.contrasts is None else t.contrasts for t in taken]
    pattern = np.max([np.abs(dark) for dark in darks], axis=0)
    good = np.isfinite(output) & np.isfinite(reference) & np.isfinite(pattern)
    if without_hot:
        good &= pattern < HOT_SIGMA * _spread(pattern[good])
    rests = np.stack([(output - reference + dark)[good] for dark in darks])
    if rests.shape[1] < FEWEST:
        return []
    sigma = min(_spread(rest) for rest in rests)
    if sigma <= 0:
        sigma = float(np.min(np.std(rests, axis=1))) or 1e-3
    weight = 1.0 / (sigma**2 + (HOT_SHARE * pattern[good]) ** 2)
    explained = np.min(np.abs(rests), axis=0) * np.sqrt(weight) <= CLIP_SIGMA
    if np.count_nonzero(explained) < FEWEST:
        return []
    good[good] = explained
    rests, weight = rests[:, explained].astype(np.float64), weight[explained]
    shares = np.array([t.reference_share for t in taken])
    noise = 0.0 if reference_is_light else _noise_of_reference(reference, darks, taken, good)
    total = float(weight.sum())
    score = (rests**2) @ weight + 2 * shares * noise * total
    best = int(np.argmin(score))
    result = []
    for i, t in enumerate(taken):
        apart = float(np.sqrt(weight @ (rests[i] - rests[best]) ** 2))
        unsure = abs(shares[i] - shares[best]) * noise * total
        behind = 0.0 if i == best or apart == 0 else (score[i] - score[best] - unsure) / (2 * _SHARED * apart)
        own = None if reference_is_light else _own_noise(output, [d[good] for d in darks], good, i, taken)
        result.append(Weighed(name=t.name, behind_sigma=max(0.0, float(behind)), own_noise=own))
    return sorted(result, key=lambda w: (w.behind_sigma, w.name != taken[best].name))


def scaled_by(output: Contrasts, reference: Contrasts) -> float:
    """The factor with which the reference dark leaves the least of its hot pixels in the output."""
    hot = np.isfinite(output) & np.isfinite(reference)
    hot[hot] = reference[hot] > HOT_SIGMA * _spread(reference[hot])
    if not hot.any():
        return 0.0
    ratio = output[hot] / reference[hot]
    return 1.0 - float(np.median(ratio))


def _noise_of_reference(
    reference: Contrasts, darks: Sequence[Contrasts], taken: Sequence[Taken], good: NDArray[np.bool_]
) -> float:
    """Variance of the noise in the reference dark: half of what it does not share with the dark most like it."""
    r = reference[good]
    found = [float(np.var(_cut(r)))]
    for dark, t in zip(darks, taken, strict=True):
        if t.contrasts is not None and not t.reference_share:
            c = dark[good]
            found.append(_spread(r - _ratio(r, c) * c) ** 2)
    return min(found) / 2


def _own_noise(
    output: Contrasts, darks: Sequence[Contrasts], good: NDArray[np.bool_], number: int, taken: Sequence[Taken]
) -> bool | None:
    """Whether the output holds the noise of one dark, with the sign of one that was subtracted.

    The difference of two darks, scaled so that their hot pixels cancel, is their noise alone.
    """
    if taken[number].contrasts is None or taken[number].reference_share not in (0.0, 1.0):
        return None
    own, y = darks[number], output[good]
    found = []
    for i, other in enumerate(darks):
        if i == number or taken[i].contrasts is None or taken[i].reference_share not in (0.0, 1.0):
            continue
        noise = own - _ratio(own, other) * other
        calm = (np.abs(noise) < 4 * _spread(noise)) & (np.abs(y) < 4 * _spread(y))
        calm &= np.abs(own) < HOT_SIGMA * _spread(own)
        n, held = noise[calm].astype(np.float64), y[calm].astype(np.float64)
        if len(n) < FEWEST or not n.any():
            return None
        square = float(n @ n)
        found.append(float(n @ held) / square / (_SHARED * float(np.std(held)) / np.sqrt(square)))
    # against a master that shares its frames the noise may cancel; against one that was really taken it is reversed
    return bool(min(found) < -SURE_SIGMA and max(found) < SURE_SIGMA) if found else None


def _ratio(a: Contrasts, b: Contrasts) -> float:
    """By what the hot pixels of ``b`` are to be multiplied to be those of ``a``; 1 where there are none."""
    hot = b > HOT_SIGMA * _spread(b)
    return float(np.median(a[hot] / b[hot])) if np.count_nonzero(hot) >= 20 else 1.0


def _cut(values: Contrasts) -> Contrasts:
    limit = 4 * _spread(values)
    return values[np.abs(values) <= limit] if limit > 0 else values


def _spread(values: Array) -> float:
    """Robust standard deviation about 0."""
    step = max(1, values.size // 200_000)
    return float(_MAD_TO_SIGMA * np.median(np.abs(values[::step]))) if values.size else 0.0
