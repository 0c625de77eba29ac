"""Sets of single darks from named truths: good ones of every kind, and defects of a stated size in one frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ampglow_plugin.catalog.index.pool import LazyProcesses
from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.simulate import GlowSource, Truth, scene, write_frame

Array = np.ndarray

SIZE = {"width": 320, "height": 256}
#: degrees by which the sensor of a good set wobbles from frame to frame
WOBBLE_C = 0.3
EVERY_S = 310
GLOW = GlowSource(amplitude_adu=60.0, decay_px=50.0)


def truth_of(seed: int, **changes: Any) -> Truth:
    """A sensor of one of three sample steps, 1 frame in three without glow."""
    usual = {
        "seed": seed,
        "sample_step": (1, 4, 16)[seed % 3],
        "glows": () if seed % 3 == 2 else (GLOW,),
        "pedestal_adu": 500.0 + 97 * (seed % 13),
        "read_noise_adu": (6.0, 10.0, 25.0)[seed // 3 % 3],
        "exposure_s": 300.0,
        "dither_px": 0.0,
        "star_count": 0,
        **SIZE,
    }
    return Truth(**{**usual, **changes})


def _flat(rng: np.random.Generator, i: int, noise: float) -> Array | float:
    return 0.0


def _banded(rng: np.random.Generator, i: int, noise: float) -> Array:
    """Bands of another phase in each frame."""
    rows = np.arange(SIZE["height"])
    return 0.4 * noise * np.sin(2 * np.pi * rows / rng.uniform(12, 120) + rng.uniform(0, 6.3))[:, None]


def _row_noise(rng: np.random.Generator, i: int, noise: float) -> Array:
    return rng.normal(0, noise / 5, SIZE["height"])[:, None]


def _tilted(rng: np.random.Generator, i: int, noise: float) -> Array:
    """The same slope in every frame."""
    y, x = np.mgrid[0 : SIZE["height"], 0 : SIZE["width"]]
    return 0.06 * y + 0.1 * x


def _breathing(rng: np.random.Generator, i: int, noise: float) -> float:
    """A pedestal that wanders by a tenth of the noise."""
    return float(rng.normal(0, 0.1 * noise))


#: kind of a good set -> (what each frame adds, changes of the truth)
GOOD: dict[str, tuple[Any, dict[str, Any]]] = {
    "plain": (_flat, {}),
    "banded": (_banded, {}),
    "row noise": (_row_noise, {}),
    "tilted": (_tilted, {}),
    "hot": (_flat, {"hot_fraction": 0.02, "hot_mean_adu": 3000.0}),
    "warm": (_flat, {"dark_current_adu": 400.0}),
    "breathing": (_breathing, {}),
    "few hot pixels": (_flat, {"hot_fraction": 0.00002}),
}
KINDS = tuple(GOOD)


@dataclass(frozen=True)
class Set:
    """Frames (ADU, float32) with their headers."""

    planes: list[Array]
    frames: list[Frame]


def good_set(kind: str, seed: int, count: int) -> Set:
    add, changes = GOOD[kind]
    truth = truth_of(seed, **changes)
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    noise = truth.read_noise_adu
    planes, frames = [], []
    for i in range(count):
        celsius = truth.temperature_c + float(rng.normal(0, WOBBLE_C))
        planes.append(exposed(truth, i, celsius=celsius, add=add(rng, i, noise)))
        frames.append(header(truth, i, celsius))
    return Set(planes, frames)


def exposed(
    truth: Truth, i: int, *, celsius: float | None = None, seconds: float | None = None, add: Array | float = 0.0
) -> Array:
    """Dark ``i``; ``add`` is light or level on top, with its shot noise."""
    warm = truth.temperature_c if celsius is None else celsius
    signal = scene.dark_signal(truth, truth.exposure_s if seconds is None else seconds, warm)
    data = scene._expose(truth, np.maximum(signal + add, 0.0), np.random.default_rng([truth.seed, 77, i]))
    below = np.minimum(signal + add, 0.0)  # bands reach below the pedestal
    step = truth.sample_step
    return (data + np.round(below / step) * step).clip(0).astype(np.float32)


def header(truth: Truth, i: int, celsius: float) -> Frame:
    minutes = 20 * 60 + i * EVERY_S // 60
    return Frame(
        path=f"/darks/{truth.seed}_{i:03}.fits",
        kind="dark",
        camera=truth.camera,
        exposure_s=truth.exposure_s,
        temperature_c=round(celsius, 1),
        setpoint_c=truth.temperature_c,
        date_obs=f"2025-03-{1 + minutes // 1440:02}T{minutes // 60 % 24:02}:{minutes % 60:02}:00",
    )


def noise_of(plane: Array) -> float:
    part = plane[:, 2:] - plane[:, :-2]
    return float(1.4826 * np.median(np.abs(part)) / np.sqrt(2)) or float(np.std(part.clip(-50, 50)) / np.sqrt(2))


# ------------------------------------------------------------------------------------------------ defects


def _level(s: Set, truth: Truth, at: int) -> Array:
    return s.planes[at] + np.float32(np.ceil(0.9 * total_noise(truth)))


def _noise(s: Set, truth: Truth, at: int) -> Array:
    extra = np.random.default_rng(5).normal(0, 0.9 * total_noise(truth), s.planes[at].shape)
    return (s.planes[at] + np.round(extra)).astype(np.float32)


def _averaged(s: Set, truth: Truth, at: int) -> Array:
    again = [exposed(truth, 100 + n) for n in range(3)]
    return np.mean([s.planes[at], *again], axis=0).astype(np.float32)


def _warmer(s: Set, truth: Truth, at: int) -> Array:
    return exposed(truth, at, celsius=truth.temperature_c + 2.5)


def _shorter(s: Set, truth: Truth, at: int) -> Array:
    return exposed(truth, at, seconds=truth.exposure_s * 2 / 3)


def _leak(s: Set, truth: Truth, at: int) -> Array:
    y, x = np.mgrid[0 : SIZE["height"], 0 : SIZE["width"]]
    r = np.hypot(x / SIZE["width"] - 0.1, y / SIZE["height"] - 0.15)
    return exposed(truth, at, add=1.0 * total_noise(truth) * np.exp(-0.5 * (r / 0.4) ** 2))


def _saturated(s: Set, truth: Truth, at: int) -> Array:
    plane = s.planes[at].copy()
    plane[:, : plane.shape[1] // 20] = 65520
    return plane


def _constant(s: Set, truth: Truth, at: int) -> Array:
    return np.full_like(s.planes[at], 512)


def _broken_off(s: Set, truth: Truth, at: int) -> Array:
    plane = s.planes[at].copy()
    plane[-len(plane) // 10 :] = 0
    return plane


def _copied(s: Set, truth: Truth, at: int) -> Array:
    return np.round(s.planes[(at + 1) % len(s.planes)] / 4) * np.float32(4)


#: defect -> (what makes it, the reason it must be told for)
DEFECTS: dict[str, tuple[Any, str]] = {
    "level 0.9 noises": (_level, "level"),
    "noise +35 %": (_noise, "noise"),
    "mean of four": (_averaged, "noise"),
    "2.5 C warmer": (_warmer, "temperature"),
    "two thirds of the exposure": (_shorter, "wrong_glow"),
    "leak of 1 noise": (_leak, "light_leak"),
    "5 % saturated": (_saturated, "saturated"),
    "constant": (_constant, "empty"),
    "a tenth of the rows lost": (_broken_off, "empty"),
    "a copy, rounded": (_copied, "duplicate"),
}
#: defects that a kind of set hides: there are no hot pixels to see them by, or the level of good frames wanders as far
HIDDEN = frozenset({("2.5 C warmer", "few hot pixels"), ("level 0.9 noises", "warm")})


def total_noise(truth: Truth) -> float:
    """Noise of a pixel without glow (ADU)."""
    return float(np.hypot(truth.read_noise_adu, np.sqrt(truth.dark_current_adu / 2 / truth.gain_e_per_adu)))


def spoiled(good: Set, truth: Truth, defect: str, at: int) -> Set:
    planes = list(good.planes)
    planes[at] = DEFECTS[defect][0](good, truth, at)
    return Set(planes, good.frames)


def measure(darks: Set) -> DarkSetMeasure:
    """As the files of the set would be measured."""
    from ampglow_plugin.proof import darks as module

    by_path = {f.path: p for f, p in zip(darks.frames, darks.planes, strict=True)}
    before = module._plane
    module._plane = by_path.__getitem__
    try:
        return module.measure_darks(darks.frames, executor=LazyProcesses(1))
    finally:
        module._plane = before


def put(darks: Set, truth: Truth, folder: Path) -> list[Path]:
    """The set as files of 16 bits."""
    paths = []
    for frame, plane in zip(darks.frames, darks.planes, strict=True):
        cards = {
            "IMAGETYP": "DARK",
            "EXPTIME": truth.exposure_s,
            "INSTRUME": truth.camera,
            "GAIN": truth.gain,
            "OFFSET": truth.offset,
            "SET-TEMP": frame.setpoint_c,
            "CCD-TEMP": frame.temperature_c,
            "DATE-OBS": frame.date_obs,
        }
        path = folder / Path(frame.path).name
        write_frame(path, plane.astype(np.uint16), cards)
        paths.append(path)
    return paths


def renamed(darks: Set, folder: Path) -> Set:
    frames = [replace(f, path=str(folder / Path(f.path).name)) for f in darks.frames]
    return Set(darks.planes, frames)
