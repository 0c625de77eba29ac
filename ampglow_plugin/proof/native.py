"""Whether the pixels of an output lie where those of the sensor do, seen in their noise.

A debayered frame has its full noise where a colour was sampled, and less where it was interpolated: the sites with the
most noise show the pattern, and with it how the frame was mirrored or turned since. Resampling by a fraction of a pixel
evens them out. In a frame of one plane the brightest pixels of the dark tell: they scatter more than others where a
dark was subtracted, stand out where none was, and lie too near to their neighbours where they were replaced. All three
show where they are.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.pixels import PATTERNS, SITES, site_plane
from ampglow_plugin.proof.leftover import MIRRORS

Array: TypeAlias = NDArray[Any]
#: as the sensor lies, one of :data:`MIRRORS`, or brought to another grid
Lie: TypeAlias = Literal["as stored", "upside down", "mirrored", "turned by 180 degrees", "resampled"]

#: sites that were sampled have more noise than the interpolated ones by this (logarithm); source: nine methods of Siril
#: 1.2 and 1.4 give 0.075 (HPHD) to 0.74 (bilinear), frames that were aligned by some pixels less than 0.03
SAMPLED_GAIN: Final = 0.05
#: share of the pixels of the dark that are taken as its brightest, and at least and at most how many
BRIGHTEST_SHARE: Final = 0.001
FEWEST_BRIGHTEST, MOST_BRIGHTEST = 100, 5000
#: the brightest pixels are found from this many standard deviations on, and not found below so many
FOUND_SIGMA: Final = 5.0
MISSED_SIGMA: Final = 3.0
#: standard deviation of the logarithm of the median size of Gaussian noise, times the root of the number of pixels
_MEDIAN_SIGMA = 1.2
#: noise of neighbours of which one is the weighted mean of the other: share of it left between them; source: frames
#: that were aligned by 0.3 of a pixel give 0.71, frames as calibrated 0.97 to 0.99
WHITE_SHARE: Final = 0.8
_EDGE = 4
_SAMPLE = 2_000_000


def lie(output: Array, dark: Array, pattern: str | None) -> Lie:
    """How an output (planes, height, width) of the size of its dark (height, width) lies on the sensor.

    ``as stored`` also where nothing can be seen.
    """
    if len(output) == 3:
        rows = max(2, _SAMPLE // output.shape[2] // 2 * 2)  # even: sites keep their places
        return _by_sites(output[:, :rows], pattern, dark.shape) if pattern in PATTERNS else "as stored"
    return _by_brightest(output[0], dark, 1 if pattern is None else 2)


def _by_sites(output: Array, pattern: str | None, shape: tuple[int, ...]) -> Lie:
    noise = {(c, s): _noise(site_plane(_rough(p, 1), s)) for c, p in zip("RGB", output, strict=True) for s in SITES}
    if min(noise.values()) <= 0:  # bilinear: an interpolated site is the very mean of its neighbours
        noise = {key: value + 1e-3 * max(noise.values()) for key, value in noise.items()}
    gain = {p: float(np.mean([_gain(noise, p, colour) for colour in "RGB"])) for p in PATTERNS}
    second, best = sorted(PATTERNS, key=lambda p: gain[p])[-2:]
    if not np.isfinite(gain[best]):
        return "as stored"
    if gain[best] - max(gain[second], 0.0) < SAMPLED_GAIN:
        return "resampled"
    assert pattern is not None
    lies: tuple[Lie, ...] = ("as stored", "upside down", "mirrored", "turned by 180 degrees")
    return next((name for name in lies if _seen_as(pattern, name, shape) == best), "resampled")


def _gain(noise: dict[tuple[str, tuple[int, int]], float], pattern: str, colour: str) -> float:
    """By how much the sites of a colour are noisier than the others in its plane (logarithm)."""
    own = [np.log(noise[colour, s]) for s, letter in zip(SITES, pattern, strict=True) if letter == colour]
    others = [np.log(noise[colour, s]) for s, letter in zip(SITES, pattern, strict=True) if letter != colour]
    return float(np.mean(own) - np.mean(others))


def _seen_as(pattern: str, name: Lie, shape: tuple[int, ...]) -> str:
    """The pattern of a frame that was turned over; odd sizes keep the order of their rows or columns."""
    rows = [pattern[:2], pattern[2:]]
    if name in ("upside down", "turned by 180 degrees") and shape[0] % 2 == 0:
        rows.reverse()
    if name in ("mirrored", "turned by 180 degrees") and shape[1] % 2 == 0:
        rows = [row[::-1] for row in rows]
    return "".join(rows)


def _by_brightest(output: Array, dark: Array, unit: int) -> Lie:
    output = np.where(output == 0, np.float32(np.nan), output)
    rough = np.abs(_rough(output, unit))
    count = int(np.clip(BRIGHTEST_SHARE * dark.size, FEWEST_BRIGHTEST, MOST_BRIGHTEST))
    brightest = dark >= np.partition(dark.reshape(-1), -count)[-count]
    usual = float(np.nanmedian(rough))
    if not usual > 0 or np.count_nonzero(brightest) > 2 * count:  # quantised: no brightest ones
        return "as stored"
    sigma = _MEDIAN_SIGMA / np.sqrt(count)

    def found(view: Any) -> float:
        there = max(float(np.nanmedian(rough[brightest[view]])), 1e-6 * usual)
        return float(abs(np.log(there / usual)) / sigma)

    here = found(np.s_[:, :])
    if here >= FOUND_SIGMA:
        return "as stored"
    views: dict[Lie, float] = {name: found(view) for name, view in MIRRORS.items()}  # type: ignore[misc]  # its names
    name = max(views, key=lambda v: views[v])
    if views[name] >= FOUND_SIGMA and here < MISSED_SIGMA:
        return name
    return "as stored" if _white(output, unit) else "resampled"


def _white(output: Array, unit: int) -> bool:
    """Whether neighbours have no part of their noise in common."""
    for axis in (0, 1):
        near, far = (_noise(_apart(output, k * unit, axis)) for k in (1, 3))
        if far > 0 and (near / far) ** 2 < WHITE_SHARE:
            return False
    return True


def _apart(plane: Array, distance: int, axis: int) -> Array:
    return plane[distance:] - plane[:-distance] if axis == 0 else plane[:, distance:] - plane[:, :-distance]


def _rough(plane: Array, unit: int) -> Array:
    """Each pixel less the mean of its four neighbours, ``unit`` pixels away; the edge is 0."""
    result = np.zeros_like(plane, dtype=np.float32)
    inner = np.s_[unit:-unit, unit:-unit]
    around = plane[: -2 * unit, unit:-unit] + plane[2 * unit :, unit:-unit]
    result[inner] = plane[inner] - (around + plane[unit:-unit, : -2 * unit] + plane[unit:-unit, 2 * unit :]) / 4
    return result


def _noise(values: Array) -> float:
    """Median distance from the median."""
    part = values[_EDGE:-_EDGE, _EDGE:-_EDGE]
    part = part[np.isfinite(part)]
    return float(np.median(np.abs(part - np.median(part)))) if part.size else float("nan")
