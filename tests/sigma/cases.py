"""Random nights of which everything is known: is the truth where the sigmas say?

Cameras, glows, skies, flats and factors are drawn from a seed, so that case n is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.unflat import regress_without_flat
from ampglow_plugin.hosts.builtin.arithmetic import equalize, flat_scale
from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.pixels import SITES, site_plane
from ampglow_plugin.proof.leftover import LeftFrames, measure_left, split
from ampglow_plugin.proof.measure import Frames, measure
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, scene

Array = NDArray[Any]

FACTORS: Final = (0.0, 0.8, 0.926, 1.0, 1.2, 2.0)
WIDTH, HEIGHT = 320, 256
_PLACES = ((1.0, 0.75), (0.0, 0.0), (1.0, 0.0), (0.5, 1.0), (1.0, 0.5), (0.0, 1.0), (1.02, 0.3))


@dataclass(frozen=True, kw_only=True)
class Case:
    """A light calibrated with ``factor`` times its dark, and the masters; ``bias`` where it went by itself."""

    seed: int
    factor: float
    truth: Truth
    raw: Array
    dark: Array
    flat: Array
    output: Array
    whole: bool
    bias: Array | None


def case(number: int, *, own_bias: bool = False) -> Case:
    """Case ``number`` of the population.

    With ``own_bias`` the bias is subtracted by itself, and ``factor`` times what else the dark holds: columns of the
    bias are gone then, whatever is left of the glow.
    """
    rng = np.random.default_rng([2026, number])
    truth = random_truth(rng)
    factor = FACTORS[number % len(FACTORS)]
    darks = int(rng.integers(5, 21))
    raw = scene.light(truth).astype(np.float64)
    dark = np.mean([scene.dark(truth, i) for i in range(darks)], axis=0).astype(np.float32)
    flats = np.mean([scene.flat(truth, i) for i in range(8)], axis=0)
    flat = (flats - np.mean([scene.flatdark(truth, i) for i in range(8)], axis=0)).astype(np.float32)
    bias = master_bias(truth, darks) if own_bias else None
    divisor = flat[None]
    if rng.random() < 0.5:
        divisor = equalize(divisor)
    output = (raw - subtracted(dark, bias, factor)) / divisor[0] * flat_scale(divisor)
    if rng.random() < 0.3:
        output = _cosmetic(output, dark)
    whole = bool(factor <= 1 and rng.random() < 0.5)
    if whole:  # as a host stores 16 bits
        output = np.round(np.clip(output, 0, 65535))
    return Case(
        seed=number,
        factor=factor,
        truth=truth,
        raw=raw.astype(np.float32),
        dark=dark,
        flat=flat,
        output=output.astype(np.float32)[None],
        whole=whole,
        bias=bias,
    )


def master_bias(truth: Truth, frames: int) -> Array:
    """The mean of so many biases."""
    mean: Array = np.mean([scene.bias(truth, i) for i in range(frames)], axis=0)
    return mean.astype(np.float32)


def subtracted(dark: Array, bias: Array | None, factor: float) -> Array:
    """What is taken from a light: ``factor`` times the dark, of which a bias that goes by itself has no part."""
    if bias is None:
        return factor * dark.astype(np.float64)
    result: Array = bias + factor * (dark.astype(np.float64) - bias)
    return result


def random_truth(rng: np.random.Generator) -> Truth:
    """A camera, its glow and a sky."""
    sky = float(10 ** rng.uniform(2.3, 3.4))
    x, y = _PLACES[rng.integers(len(_PLACES))]
    glow = GlowSource(
        x=x,
        y=y,
        shape=("point", "gaussian", "starburst", "columns")[rng.integers(4)],
        amplitude_adu=float(10 ** rng.uniform(1.5, 2.8)),
        decay_px=float(rng.uniform(25, 90)),
        stretch_y=float(rng.uniform(0.7, 1.5)),
    )
    clouds = int(rng.integers(1, 4)) if rng.random() < 0.5 else 0
    return Truth(
        seed=int(rng.integers(2**31)),
        width=WIDTH,
        height=HEIGHT,
        sample_step=(1, 4, 16)[rng.integers(3)],
        read_noise_adu=float(rng.uniform(3, 15)),
        gain_e_per_adu=float(10 ** rng.uniform(-0.9, 0.0)),
        glows=(glow,),
        dark_current_adu=float(rng.uniform(5, 40)),
        hot_fraction=float(10 ** rng.uniform(-2.9, -2.3)),
        hot_mean_adu=float(10 ** rng.uniform(2.5, 3.3)),
        vignetting=float(rng.uniform(0.1, 0.5)),
        prnu=float(rng.uniform(0.004, 0.015)),
        colours=(float(rng.uniform(0.4, 0.8)), 1.0, float(rng.uniform(0.5, 0.9))),
        sky_adu=sky,
        gradient_adu=tuple(float(g) for g in rng.normal(0.0, 0.08 * sky, 2)),
        nebulae=tuple(
            Nebula(
                x=float(rng.uniform(0, WIDTH)),
                y=float(rng.uniform(0, HEIGHT)),
                sigma_px=float(rng.uniform(15, 80)),
                peak_adu=float(sky * rng.uniform(0.02, 0.3)),
            )
            for _ in range(clouds)
        ),
        star_count=int(rng.integers(10, 60)),
    )


def _cosmetic(output: Array, dark: Array) -> Array:
    """Hot pixels beyond three standard deviations of the dark, each replaced by the mean of eight of its colour."""
    hot = dark > np.median(dark) + 3 * np.std(dark)
    wide = np.pad(output, 2, mode="reflect")
    height, width = output.shape
    around = [wide[y : y + height, x : x + width] for y in (0, 2, 4) for x in (0, 2, 4) if (y, x) != (2, 2)]
    return np.where(hot, np.mean(around, axis=0), output)


@dataclass(frozen=True)
class Pull:
    """What an estimator said about one case: its error in units of its sigma, and the sigma."""

    rung: str
    pull: float
    sigma: float


#: what is measured: rung 1 by the flat given, both residuals of rung 2, and all of that where the output was debayered
RUNGS: Final = (
    "1 factor, with the flat",
    "1 factor, without the flat",
    "2 glow and hot pixels left",
    "3 debayered",
)
#: how a debayered output is turned before it is compared with the raw light
_VIEWS: Final = (np.s_[:, :, :], np.s_[:, ::-1, :], np.s_[:, :, ::-1], np.s_[:, ::-1, ::-1])


def pulls(one: Case, rungs: Sequence[str] = RUNGS) -> Iterator[Pull]:
    """Some rungs on one case; what cannot be measured is left out."""
    if RUNGS[0] in rungs:
        found = measure(
            Frames(
                raw=one.raw,
                output=one.output,
                dark=one.dark,
                flat=one.flat,
                bias=one.bias,
                holds_bias=True,
                whole=one.whole,
            )
        )
        if found.factor is not None and found.factor_sigma:
            yield Pull(RUNGS[0], (found.factor - one.factor) / found.factor_sigma, found.factor_sigma)
    if RUNGS[1] in rungs:
        bias = None if one.bias is None else split(one.bias)
        fit = regress_without_flat(split(one.raw), split(one.output[0]), split(one.dark), bias=bias)
        if fit is not None:
            yield Pull(RUNGS[1], (fit.factor - one.factor) / fit.factor_sigma, fit.factor_sigma)
    if RUNGS[2] in rungs:
        yield from _left(one, one.output, "2")
    if RUNGS[3] in rungs:
        yield from _debayered(one)


def _left(one: Case, output: Array, rung: str) -> Iterator[Pull]:
    left = measure_left(
        LeftFrames(
            output=output,
            dark=one.dark,
            flat=one.flat,
            pattern=one.truth.bayer_pattern,
            host="siril",
            flat_claimed=True,
        )
    )
    for name, value, sigma in (
        ("glow left", left.residual_glow, left.residual_glow_sigma),
        ("hot pixels left", left.residual_hot, left.residual_hot_sigma),
    ):
        if value is not None and sigma:
            yield Pull(f"{rung} {name}", (value - (1 - one.factor)) / sigma, sigma)


def _debayered(one: Case) -> Iterator[Pull]:
    """Every third output with both greens averaged, as VNG does; mirrored in all ways before it meets the raw light."""
    pattern = one.truth.bayer_pattern
    rgb = bilinear(one.output[0], pattern)
    if one.seed % 3 == 2:
        yield from _left(one, greens_averaged(rgb, pattern), "3 greens averaged:")
        return
    yield from _left(one, rgb, "3")
    turned = np.ascontiguousarray(rgb[_VIEWS[one.seed // 3 % len(_VIEWS)]])
    frames = Frames(
        raw=one.raw,
        output=turned,
        dark=one.dark,
        flat=one.flat,
        bias=one.bias,
        pattern=pattern,
        holds_bias=True,
        whole=one.whole,
    )
    found = measure(frames)
    if found.factor is not None and found.factor_sigma:
        yield Pull("3 factor, with the flat", (found.factor - one.factor) / found.factor_sigma, found.factor_sigma)


def greens_averaged(rgb: Array, pattern: str) -> Array:
    """At each green site the mean of its own sample and the other green's, interpolated from four neighbours."""
    result, green = rgb.copy(), rgb[1]
    wide = np.pad(green, 1, mode="reflect")
    height, width = green.shape
    around = [wide[y : y + height, x : x + width] for y, x in ((0, 0), (0, 2), (2, 0), (2, 2))]
    mean = (green + np.mean(around, axis=0)) / 2
    for site, letter in zip(SITES, pattern, strict=True):
        if letter == "G":
            site_plane(result[1], site)[...] = site_plane(mean, site)
    return result
