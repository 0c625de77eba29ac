"""Arrays of a synthetic night: float truths and quantised exposures, all from the seed alone.

Every array is ``(height, width)`` in the order in which it is stored in the file. Fixed patterns
(bias columns, pixel response, warm and hot pixels) are the same in every frame of a truth.
"""

from __future__ import annotations

import functools
import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.simulate.truth import GlowSource, Reflection, Star, Truth

Array: TypeAlias = NDArray[np.float64]
Samples: TypeAlias = NDArray[np.uint16]

_COLOURS = "RGB"
_FULL_SCALE_ADU = 65535
#: what is drawn from the seed, each from its own stream
_STREAMS = ("columns", "prnu", "warm", "hot", "stars", "dithers", "light", "dark", "flat", "flatdark", "bias")
_STAR_REACH_SIGMA = 5.0
#: share by which the fall-off of a starburst is slower along its rays and faster between them
_RAY_SHARE = 0.4
_FWHM_PER_SIGMA = 2.0 * math.sqrt(2.0 * math.log(2.0))


def _rng(truth: Truth, stream: str, index: int = 0, extra: int = 0) -> np.random.Generator:
    return np.random.default_rng([truth.seed, _STREAMS.index(stream), index, extra])


def _stored(truth: Truth, shown: Array) -> Array:
    return shown[::-1] if truth.row_order == "BOTTOM-UP" else shown


@functools.lru_cache(maxsize=4)
def bias_level(truth: Truth) -> Array:
    """Noiseless bias: the pedestal with its column pattern (ADU)."""
    columns = _rng(truth, "columns").normal(0.0, truth.column_sigma_adu, truth.width)
    return np.broadcast_to(truth.pedestal_adu + columns, (truth.height, truth.width))


@functools.lru_cache(maxsize=8)
def glow(truth: Truth, exposure_s: float) -> Array:
    """Glow alone at ``exposure_s`` (ADU)."""
    y, x = np.mgrid[0 : truth.height, 0 : truth.width].astype(np.float64)
    total = np.zeros((truth.height, truth.width))
    for source in truth.glows:
        dx = x - source.x * (truth.width - 1)
        dy = (y - source.y * (truth.height - 1)) / source.stretch_y
        peak = source.amplitude_adu * (exposure_s / truth.exposure_s) ** source.exponent + source.constant_adu
        total += peak * _fall_off(source, dx, dy)
    return _stored(truth, total)


def _fall_off(source: GlowSource, dx: Array, dy: Array) -> Array:
    if source.shape == "columns":
        return np.exp(-np.abs(dx) / source.decay_px)
    if source.shape == "rows":
        return np.exp(-np.abs(dy) / source.decay_px)
    r: Array = np.hypot(dx, dy)
    if source.shape == "gaussian":
        return np.exp(-0.5 * (r / source.decay_px) ** 2)
    if source.shape == "starburst":
        r = r * (1.0 - _RAY_SHARE * np.cos(source.rays * np.arctan2(dy, dx)))
    return np.exp(-r / source.decay_px)


@functools.lru_cache(maxsize=8)
def dark_signal(truth: Truth, exposure_s: float, temperature_c: float) -> Array:
    """What a noiseless dark holds above the bias: glow, warm and hot pixels (ADU)."""
    shape = (truth.height, truth.width)
    warm = _rng(truth, "warm").uniform(0.0, truth.dark_current_adu, shape)
    rng = _rng(truth, "hot")
    hot = np.where(rng.random(shape) < truth.hot_fraction, rng.exponential(truth.hot_mean_adu, shape), 0.0)
    thermal = exposure_s / truth.exposure_s * 2.0 ** ((temperature_c - truth.temperature_c) / truth.doubling_c)
    return glow(truth, exposure_s) + _stored(truth, (warm + hot) * thermal)


@functools.lru_cache(maxsize=4)
def response(truth: Truth) -> Array:
    """Share of the light that arrives: vignetting x pixel response x colour of the filter (1 at best)."""
    return _response(truth, truth.vignetting, truth.lens_centre)


@functools.lru_cache(maxsize=4)
def flat_response(truth: Truth) -> Array:
    """What the flats show: :func:`response`, or that of another light path."""
    strength = truth.vignetting if truth.flat_vignetting is None else truth.flat_vignetting
    return _response(truth, strength, truth.flat_centre or truth.lens_centre)


def _response(truth: Truth, vignetting: float, centre: tuple[float, float]) -> Array:
    y, x = np.mgrid[0 : truth.height, 0 : truth.width].astype(np.float64)
    r2 = (x / (truth.width - 1) - centre[0]) ** 2 + (y / (truth.height - 1) - centre[1]) ** 2
    lens = np.clip(1.0 - vignetting * (r2 / 0.5) ** (truth.vignetting_power / 2), 0.0, None)
    result = _stored(truth, lens * _rng(truth, "prnu").normal(1.0, truth.prnu, lens.shape))
    if truth.bayer_pattern is not None:
        result = result.copy()
        for site, letter in enumerate(truth.bayer_pattern):
            result[site // 2 :: 2, site % 2 :: 2] *= truth.colours[_COLOURS.index(letter)]
    return result


def stars(truth: Truth) -> tuple[Star, ...]:
    """The stars of the truth, drawn from the seed where none are given."""
    if truth.stars is not None:
        return truth.stars
    rng = _rng(truth, "stars")
    edge = truth.dither_px
    return tuple(
        Star(
            x=float(rng.uniform(-edge, truth.width + edge)),
            y=float(rng.uniform(-edge, truth.height + edge)),
            flux_adu=float(10.0 ** rng.uniform(4.0, 6.0)),
            fwhm_px=float(rng.uniform(2.6, 3.4)),
        )
        for _ in range(truth.star_count)
    )


def dither(truth: Truth, index: int) -> tuple[float, float]:
    """Shift (x, y) of the sky in light ``index`` (pixels); the first light is never shifted unless given."""
    if truth.dithers is not None:
        return truth.dithers[index % len(truth.dithers)] if truth.dithers else (0.0, 0.0)
    if index == 0:
        return (0.0, 0.0)
    x, y = _rng(truth, "dithers", index).uniform(-truth.dither_px, truth.dither_px, 2)
    return float(x), float(y)


def sky(truth: Truth, index: int, *, series: int | None = None) -> Array:
    """Light that reaches the sensor in light ``index`` before its response: sky, nebulae, stars, reflections (ADU).

    ``series`` is its number for ``truth.twilight``, where that is another one.
    """
    dx, dy = dither(truth, index)
    flipped = truth.flip_from is not None and index >= truth.flip_from
    wide = _wide(truth, dx, dy, _twilight(truth, index if series is None else series))
    shown = wide[::-1, ::-1].copy() if flipped else wide
    places = star_places(truth, index)
    for star, (x, y) in zip(stars(truth), places, strict=True):
        _add_star(shown, star, x, y)
    for reflection in truth.reflections:
        shown += _reflected(truth, reflection, places[reflection.star])
    return _stored(truth, shown)


def star_places(truth: Truth, index: int) -> list[tuple[float, float]]:
    """Where the stars of light ``index`` are shown (x, y), in pixels."""
    dx, dy = dither(truth, index)
    turn = math.radians(truth.sky_rotation_deg + (180.0 * (truth.flip_from is not None and index >= truth.flip_from)))
    middle_x, middle_y = (truth.width - 1) / 2, (truth.height - 1) / 2
    found = []
    for star in stars(truth):
        x, y = star.x + dx - middle_x, star.y + dy - middle_y
        turned = (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))
        found.append((middle_x + turned[0], middle_y + turned[1]))
    return found


def _add_star(shown: Array, star: Star, x: float, y: float) -> None:
    height, width = shown.shape
    sigma = star.fwhm_px / _FWHM_PER_SIGMA
    reach = math.ceil(_STAR_REACH_SIGMA * sigma) if star.beta is None else max(height, width)
    rows = np.arange(max(0, round(y) - reach), min(height, round(y) + reach + 1))
    columns = np.arange(max(0, round(x) - reach), min(width, round(x) + reach + 1))
    if not len(rows) or not len(columns):
        return
    squared = (rows[:, None] - y) ** 2 + (columns[None, :] - x) ** 2
    if star.beta is None:
        profile = np.exp(-0.5 * squared / sigma**2) / (2 * math.pi * sigma**2)
    else:
        alpha2 = star.fwhm_px**2 / (4 * (2 ** (1 / star.beta) - 1))
        profile = (star.beta - 1) / (math.pi * alpha2) * (1 + squared / alpha2) ** -star.beta
    shown[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] += star.flux_adu * profile


def _reflected(truth: Truth, reflection: Reflection, star: tuple[float, float]) -> Array:
    """Light of one reflection of the star at ``star``, as shown (ADU): even, with an edge that is a pixel soft."""
    y, x = np.mgrid[0 : truth.height, 0 : truth.width].astype(np.float64)
    dx, dy = (
        place - (length - 1) / 2 - reflection.reach * (at - (length - 1) / 2)
        for place, length, at in ((x, truth.width, star[0]), (y, truth.height, star[1]))
    )
    radius = np.hypot(dx, dy)
    disc: Array = np.clip(reflection.radius_px - radius, 0.0, 1.0)
    disc *= np.clip(radius - reflection.inner * reflection.radius_px, 0.0, 1.0) if reflection.inner else 1.0
    if reflection.arc_deg < 360.0:
        disc *= np.abs(np.degrees(np.arctan2(dy, dx))) < reflection.arc_deg / 2
    return reflection.peak_adu * disc


def _twilight(truth: Truth, number: int) -> float:
    return truth.twilight[min(number, len(truth.twilight) - 1)] * truth.sky_adu if truth.twilight else 0.0


def _wide(truth: Truth, dx: float, dy: float, twilight_adu: float) -> Array:
    """Sky with its gradient and nebulae, shifted by (dx, dy) pixels, as seen before a meridian flip (ADU)."""
    y, x = np.mgrid[0 : truth.height, 0 : truth.width].astype(np.float64)
    if truth.sky_rotation_deg:
        turn = -math.radians(truth.sky_rotation_deg)
        middle_x, middle_y = (truth.width - 1) / 2, (truth.height - 1) / 2
        from_x, from_y = x - middle_x, y - middle_y
        x = middle_x + from_x * math.cos(turn) - from_y * math.sin(turn)
        y = middle_y + from_x * math.sin(turn) + from_y * math.cos(turn)
    to_right, to_bottom = truth.gradient_adu
    across, down = (x - dx) / truth.width - 0.5, (y - dy) / truth.height - 0.5
    total: Array = truth.sky_adu + to_right * across + to_bottom * down
    strength = math.hypot(to_right, to_bottom)
    if truth.gradient_bend and strength:
        total = total + strength * truth.gradient_bend * ((to_right * across + to_bottom * down) / strength) ** 2
    if twilight_adu:
        total = total + twilight_adu * (1.0 + 0.5 * across)
    for cloud in truth.nebulae:
        r2 = (x - dx - cloud.x) ** 2 + (y - dy - cloud.y) ** 2
        total += cloud.peak_adu * np.exp(-0.5 * r2 / cloud.sigma_px**2)
    return total


def _expose(truth: Truth, signal: Array, rng: np.random.Generator) -> Samples:
    """Shot noise of ``signal``, bias, read noise, steps of the converter, saturation."""
    noise_adu = np.sqrt(signal / truth.gain_e_per_adu + truth.read_noise_adu**2)
    adu = bias_level(truth) + signal + noise_adu * rng.standard_normal(signal.shape)
    step = truth.sample_step
    highest = _FULL_SCALE_ADU // step * step
    return np.clip(np.round(adu / step) * step, 0, highest).astype(np.uint16)


def light(truth: Truth, index: int = 0, *, exposure_s: float | None = None, series: int | None = None) -> Samples:
    """Raw light ``index``; the sky is that of the truth whatever the exposure. ``series`` as in :func:`sky`."""
    seconds = truth.exposure_s if exposure_s is None else exposure_s
    signal = sky(truth, index, series=series) * response(truth) + dark_signal(truth, seconds, truth.temperature_c)
    return _expose(truth, signal, _rng(truth, "light", index))


def dark(
    truth: Truth, index: int = 0, *, exposure_s: float | None = None, temperature_c: float | None = None
) -> Samples:
    """Raw dark ``index``; exposure and temperature are those of the lights unless given."""
    seconds = truth.exposure_s if exposure_s is None else exposure_s
    celsius = truth.temperature_c if temperature_c is None else temperature_c
    return _expose(truth, dark_signal(truth, seconds, celsius), _rng(truth, "dark", index, round(seconds * 1000)))


def flat(truth: Truth, index: int = 0) -> Samples:
    """Raw flat ``index``: the response to an even panel, with the dark signal of its short exposure."""
    signal = truth.flat_level_adu * flat_response(truth) + dark_signal(
        truth, truth.flat_exposure_s, truth.temperature_c
    )
    return _expose(truth, signal, _rng(truth, "flat", index))


def flatdark(truth: Truth, index: int = 0) -> Samples:
    """Raw dark ``index`` of the flats' exposure."""
    signal = dark_signal(truth, truth.flat_exposure_s, truth.temperature_c)
    return _expose(truth, signal, _rng(truth, "flatdark", index))


def bias(truth: Truth, index: int = 0) -> Samples:
    """Raw bias ``index``."""
    return _expose(truth, np.zeros((truth.height, truth.width)), _rng(truth, "bias", index))
