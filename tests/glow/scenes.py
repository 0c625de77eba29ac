"""Darks with glow from the simulator, and glow-free darks of its own making, for the tests of the glow measurement."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ampglow_plugin.model.glow import GlowRegion
from ampglow_plugin.simulate import GlowSource, Truth, scene

#: rows, columns of a scene, and the noise of one frame (ADU)
SIZE = (400, 560)
NOISE_ADU = 10.0

#: (step, frames, combination, peak) in which every shape must be found
COMBINATIONS = [
    (step, *frames)
    for step in (1, 4, 16)
    for frames in (
        (12, "mean", 5.0),
        (12, "median", 5.0),
        (11, "median", 5.0),
        (10, "mean", 5.0),
        (1, "mean", 25.0),
    )
]

#: shape -> (sources with peak 1 and decay 1, the places that must be found); decays are scaled by the test
SHAPES: dict[str, tuple[tuple[dict, ...], frozenset[str]]] = {
    "top-left": (({"x": 0.0, "y": 0.0},), frozenset({"top-left"})),
    "top-right": (({"x": 1.0, "y": 0.0},), frozenset({"top-right"})),
    "bottom-left": (({"x": 0.0, "y": 1.0},), frozenset({"bottom-left"})),
    "bottom-right": (({"x": 1.0, "y": 1.0},), frozenset({"bottom-right"})),
    "right": (({"x": 1.0, "y": 0.5},), frozenset({"right"})),
    "right, low": (({"x": 1.0, "y": 0.75, "stretch_y": 1.4},), frozenset({"right"})),
    "left": (({"x": 0.0, "y": 0.4},), frozenset({"left"})),
    "top": (({"x": 0.5, "y": 0.0},), frozenset({"top"})),
    "bottom edge": (({"shape": "rows", "y": 1.0},), frozenset({"bottom"})),
    "both sides": (({"shape": "columns", "x": 0.0}, {"shape": "columns", "x": 1.0}), frozenset({"left", "right"})),
    "starburst": (({"shape": "starburst", "x": 1.0, "y": 0.5, "decay_px": 1.5},), frozenset({"right"})),
    "soft corner": (({"shape": "gaussian", "x": 1.0, "y": 1.0},), frozenset({"bottom-right"})),
    "inside": (({"shape": "gaussian", "x": 0.4, "y": 0.6},), frozenset({"interior"})),
    "several": (
        (
            {"x": 0.0, "y": 0.0},
            {"x": 1.0, "y": 1.0, "amplitude_adu": 0.8, "decay_px": 0.7},
            {"x": 1.0, "y": 0.3, "amplitude_adu": 0.7},
        ),
        frozenset({"top-left", "bottom-right", "right"}),
    ),
}


def glowing(shape: str, *, peak_adu: float, decay_share: float, step: int, seed: int, **changes: object) -> Truth:
    """A sensor with ``shape``, brightest at ``peak_adu``, decaying over ``decay_share`` of its width."""
    sources = []
    for source in SHAPES[shape][0]:
        values = {"stretch_y": 1.0, "amplitude_adu": 1.0, "decay_px": 1.0, **source}
        values["amplitude_adu"] *= peak_adu
        values["decay_px"] *= decay_share * SIZE[1]
        sources.append(GlowSource(**values))
    return Truth(
        **{
            "seed": seed,
            "height": SIZE[0],
            "width": SIZE[1],
            "glows": tuple(sources),
            "sample_step": step,
            "pedestal_adu": 500.0 + (seed * 37 % 160) / 10,
            "read_noise_adu": NOISE_ADU,
            "gain_e_per_adu": 1000.0,  # next to no shot noise: the noise of a frame is that which was asked for
            "column_sigma_adu": 1.0,
            "dark_current_adu": 4.0,
            **changes,
        }
    )


def dark_of(truth: Truth, count: int, how: str) -> np.ndarray:
    """A dark, or a master of ``count``, as (1, height, width) in ADU."""
    return combined([scene.dark(truth, i) for i in range(count)], how)


def combined(frames: list[np.ndarray], how: str) -> np.ndarray:
    data = np.stack(frames).astype(np.float32)
    return (data.mean(axis=0) if how == "mean" else np.median(data, axis=0))[None].astype(np.float32)


def peak_errors(truth: Truth, regions: Sequence[GlowRegion]) -> list[float]:
    """Relative error of each source's peak, from the region that is nearest to its brightest pixel.

    The true peak is the light of all sources at that pixel.
    """
    glow = scene.glow(truth, truth.exposure_s)
    rows, columns = glow.shape
    errors = []
    for source in truth.glows:
        down = source.y if truth.row_order == "TOP-DOWN" else 1 - source.y
        row, column = round(down * (rows - 1)), round(source.x * (columns - 1))
        across, along = float(source.shape != "rows"), float(source.shape != "columns")  # any place on an even edge
        region = min(regions, key=lambda r: math.hypot(across * (r.x - column), along * (r.y - row)))
        errors.append(region.peak_adu / float(glow[row, column]) - 1)
    return errors


# ------------------------------------------------------------------------------------------------ glow-free darks


def _flat(y, x, rng, a):
    return 0 * x


def _tilted(y, x, rng, a):
    return a * (x * rng.uniform(-1, 1) + y * rng.uniform(-1, 1))


def _banded(y, x, rng, a):
    return a / 2 * np.sin(2 * np.pi * y * SIZE[0] / rng.uniform(20, 400) + rng.uniform(0, 6))


def _row_noise(y, x, rng, a):
    return rng.normal(0, a / 5, len(y))[:, None] + 0 * x


def _row_walk(y, x, rng, a):
    return np.cumsum(rng.normal(0, 0.3, len(y)))[:, None] + 0 * x


def _two_taps(y, x, rng, a):
    return a * (x < 0.5) + a / 3 * (y < 0.5) * (rng.random() < 0.5)


def _four_taps(y, x, rng, a):
    return a * ((x < 0.5) & (y < 0.5))


def _sloped_taps(y, x, rng, a):
    return np.where(x < 0.5, a * y, a / 2 * (1 - y))


def _odd_and_even(y, x, rng, a):
    return a * (np.arange(x.shape[1])[None, :] % 2) + 0 * y


def _column_gradient(y, x, rng, a):
    return a * x ** rng.choice([1, 2]) * rng.choice([-1, 1]) + 0 * y


def _column_noise(y, x, rng, a):
    return rng.normal(0, a / 4, x.shape[1])[None, :] + rng.normal(0, a / 4, x.shape[1])[None, :] * y


def _leak_inside(y, x, rng, a):
    return a * np.exp(-((x - rng.random()) ** 2 + (y - rng.random()) ** 2) / 2 / rng.uniform(0.35, 0.8) ** 2)


def _leak_at_side(y, x, rng, a):
    return a * np.exp(-(x if rng.random() < 0.5 else 1 - x) / rng.uniform(0.45, 1)) + 0 * y


def _leak_at_point(y, x, rng, a):
    return a * np.exp(-np.hypot(x - 1, y - rng.random()) / rng.uniform(0.45, 1))


#: kind -> what it adds to the level (ADU) of strength ``a`` at shares ``y, x`` of the frame
FREE = {
    "flat": _flat,
    "hot": _flat,
    "tilted": _tilted,
    "banded": _banded,
    "row noise": _row_noise,
    "row walk": _row_walk,
    "two taps": _two_taps,
    "four taps": _four_taps,
    "sloped taps": _sloped_taps,
    "odd and even columns": _odd_and_even,
    "column gradient": _column_gradient,
    "column noise": _column_noise,
    "leak inside": _leak_inside,
    "leak at a side": _leak_at_side,
    "leak at a point": _leak_at_point,
}
LEAKS = frozenset(kind for kind in FREE if kind.startswith("leak"))


def free_dark(kind: str, seed: int) -> np.ndarray:
    """A dark without glow, or a master of twelve, of random strength, step and combination."""
    rng = np.random.default_rng([seed, list(FREE).index(kind)])
    step, count, how = (1, 4, 16)[seed % 3], (1, 12)[seed // 3 % 2], ("mean", "median")[seed // 6 % 2]
    rows, columns = SIZE
    y, x = np.linspace(0, 1, rows)[:, None], np.linspace(0, 1, columns)[None, :]
    level = 500 + rng.uniform(0, 16) + FREE[kind](y, x, rng, rng.uniform(3, 30))
    hot = rng.random(SIZE) < (0.02 if kind == "hot" else 0.002)
    level = level + np.where(hot, rng.exponential(1500, SIZE), 0)
    frames = [np.round((level + rng.normal(0, NOISE_ADU, SIZE)) / step) * step for _ in range(count)]
    return combined(frames, how)
