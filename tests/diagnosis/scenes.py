"""Scenes of known causes as files: sensors, skies, calibrations, sessions, all drawn from a seed.

``family`` 0 and 2 are for tuning, one plain and one with wide ranges; 1 has shapes of its own of each defect, for the
figures: what was fitted on the others has not learnt these.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from ampglow_plugin.simulate import GlowSource, Nebula, Reflection, Star, Truth, header, scene, write_frame

CAUSES = ("amp_glow", "light_pollution_gradient", "vignetting", "internal_reflection", "twilight_gradient")
SIZE = (240, 320)
SITE = (48.2, 11.5)
#: by family: exponents of the vignetting, bends of gradients, growth of the twilight per degree of the Sun
LENS_POWERS = {0: (1.9, 2.2), 1: (2.0, 3.0), 2: (1.8, 3.2)}
BENDS = {0: (0.0, 0.15), 1: (0.2, 0.8), 2: (0.0, 0.7)}
TWILIGHTS = {0: (2.0, 2.0), 1: (1.7, 2.2), 2: (1.8, 2.1)}


@dataclass(frozen=True)
class Scene:
    """What was drawn: the causes that are there, and the files."""

    seed: int
    family: int
    causes: frozenset[str]
    setup: str
    mode: str
    lights: tuple[Path, ...]
    dark: Path | None


def draw(
    folder: Path, seed: int, *, family: int = 0, setup: str | None = None, causes: set[str] | None = None
) -> Scene:
    """Write the scene of ``seed``. ``setup`` is ``dark``, ``views`` or ``one``; drawn where None, as the causes are."""
    rng = np.random.default_rng([seed, family, 77])
    setup = setup or str(rng.choice(["dark", "views", "one"]))
    if causes is None:
        count = int(rng.choice([0, 1, 1, 1, 2, 2]))
        causes = {str(c) for c in rng.choice(CAUSES, count, replace=False)}
    mode = "raw" if "twilight_gradient" in causes else str(rng.choice(["raw", "raw", "calibrated", "stacked"]))
    sensor = _sensor(rng, seed, family, causes, mode)
    views = 1 if setup == "one" or (setup == "dark" and rng.random() < 0.5) else int(rng.integers(2, 5))
    truths = _views(rng, sensor, family, causes, views)
    flips = views > 1 and "twilight_gradient" not in causes and rng.random() < 0.35
    if flips:  # the same target on the other side of the pier, or turned
        first, step = truths[0]
        turned = replace(first, pier_side="East", sky_rotation_deg=180.0)
        if rng.random() < 0.4:  # the camera turned in its sleeve
            first = replace(first, sky_rotation_deg=10.0)
            turned = replace(first, sky_rotation_deg=float(rng.uniform(60, 300)))
        truths = [(first, step), (turned, step)]
    lights: list[Path] = []
    calibrator = _Calibrator(sensor, mode, glow_left=_glow_left(rng, causes))
    if mode == "raw" and "amp_glow" not in causes:  # a device that has subtracted a dark itself, or a dark of another
        truths = [(replace(truth, glows=()), step) for truth, step in truths]
    for number, (truth, step) in enumerate(truths):
        few = int(rng.integers(1, 4)) + 3 * (mode == "stacked")
        count = len(truth.twilight) or few
        lights += calibrator.write(folder, truth, first=20 * number, count=count, step=step)
    dark = None
    if setup == "dark":
        dark = folder / "dark.fits"
        _put(
            dark,
            calibrator.dark(),
            header(sensor, "DARK", sensor.exposure_s, datetime.fromisoformat(sensor.dark_date_obs)),
        )
    return Scene(seed, family, frozenset(causes), setup, mode, tuple(lights), dark)


def _sensor(rng: np.random.Generator, seed: int, family: int, causes: set[str], mode: str) -> Truth:
    hidden = rng.random() < (0.2 if mode == "raw" else 0.5)  # the sensor glows, and the frames do not
    colour = bool(rng.random() < 0.6)
    sky = float(10 ** rng.uniform(2.3, 3.2))
    lens = float(rng.uniform(0.0, 0.3)) if mode != "raw" else 0.0
    flat = None
    if "vignetting" in causes:
        strength = float(rng.uniform(0.1, 0.45))
        if mode == "raw":
            lens = strength
        else:
            lens, flat = (strength, 0.0) if rng.random() < 0.5 else (0.05, 0.05 + strength * 0.8)
    elif mode == "raw":
        lens = float(rng.uniform(0.0, 0.005))
    truth = Truth(
        seed=1000 * family + seed,
        height=SIZE[0],
        width=SIZE[1],
        bayer_pattern=str(rng.choice(["RGGB", "GBRG"])) if colour else None,  # type: ignore[arg-type]
        sample_step=int(rng.choice([1, 4, 16])),  # type: ignore[arg-type]
        pedestal_adu=float(rng.uniform(200, 2000)),
        read_noise_adu=float(rng.uniform(3, 12)),
        gain_e_per_adu=float(10 ** rng.uniform(-0.6, 0.6)),
        column_sigma_adu=float(rng.uniform(0, 2)),
        dark_current_adu=float(rng.uniform(2, 25)),
        exposure_s=float(rng.choice([120.0, 180.0, 300.0])),
        glows=_glows(rng, family) if "amp_glow" in causes or hidden else (),
        vignetting=lens,
        vignetting_power=float(rng.uniform(*LENS_POWERS[family])),
        lens_centre=(float(rng.uniform(0.46, 0.54)), float(rng.uniform(0.46, 0.54))),
        flat_vignetting=flat,
        sky_adu=sky,
        camera="ZWO ASI294MC Pro" if colour else "ZWO ASI294MM Pro",
        date_obs="2025-10-18T22:30:00",
        dither_px=6.0,
        prnu=0.005,
        site_deg=_site(rng),
    )
    if truth.bayer_pattern:
        truth = replace(truth, colours=(float(rng.uniform(0.35, 0.7)), 1.0, float(rng.uniform(0.45, 0.85))))
    return truth


def _site(rng: np.random.Generator) -> tuple[float, float] | None:
    """What the header tells of the site: nothing, the truth, or, seldom, another place."""
    told = rng.random()
    return None if told < 0.4 else SITE if told < 0.98 else (SITE[0], float(rng.uniform(-180, 180)))


def _glows(rng: np.random.Generator, family: int) -> tuple[GlowSource, ...]:
    peak, side = float(10 ** rng.uniform(1.6, 2.6)), math.sqrt(SIZE[0] * SIZE[1])
    corner = (float(rng.choice([0.0, 1.0])), float(rng.choice([0.0, 1.0])))
    edge = (float(rng.choice([0.0, 1.0])), float(rng.uniform(0.2, 0.8)))
    x, y = corner if rng.random() < 0.5 else edge if rng.random() < 0.7 else edge[::-1]
    decay = float(rng.uniform(0.06, 0.2)) * side
    stretch = float(rng.uniform(0.8, 1.4))
    if family == 0:
        return (GlowSource(x=x, y=y, amplitude_adu=peak, decay_px=decay, stretch_y=stretch),)
    if family == 2:
        return _wide_glows(rng, GlowSource(x=x, y=y, amplitude_adu=peak, decay_px=decay, stretch_y=stretch))
    shape = str(rng.choice(["gaussian", "starburst", "columns", "two"]))
    if shape == "columns":
        return (GlowSource(shape="columns", x=round(x), amplitude_adu=peak, decay_px=0.5 * decay),)
    one = GlowSource(shape="starburst", x=x, y=y, amplitude_adu=peak, decay_px=decay, stretch_y=1.0)
    if shape == "starburst":
        return (one,)
    if shape == "gaussian":
        return (replace(one, shape="gaussian", decay_px=1.3 * decay, stretch_y=stretch),)
    first = replace(one, shape="point")
    return first, replace(first, x=1 - first.x, y=1 - first.y, amplitude_adu=0.6 * peak)


def _wide_glows(rng: np.random.Generator, one: GlowSource) -> tuple[GlowSource, ...]:
    """Stretched along an edge, steeper at its source, or with a second source on the same side."""
    kind = str(rng.choice(["stretched", "nested", "beside"]))
    if kind == "stretched":
        return (replace(one, stretch_y=float(10 ** rng.uniform(-0.5, 0.5))),)
    if kind == "nested":
        half = 0.5 * one.amplitude_adu
        return replace(one, amplitude_adu=half), replace(one, amplitude_adu=half, decay_px=0.4 * one.decay_px)
    return one, replace(one, x=1 - one.x, amplitude_adu=float(rng.uniform(0.3, 0.8)) * one.amplitude_adu)


def _views(
    rng: np.random.Generator, sensor: Truth, family: int, causes: set[str], count: int
) -> list[tuple[Truth, timedelta]]:
    height, width = SIZE
    side = math.sqrt(height * width)
    result = []
    for number in range(count):
        sky = sensor.sky_adu * float(10 ** rng.uniform(-0.15, 0.15))
        gradient, bend = (0.0, 0.0), 0.0
        if "light_pollution_gradient" in causes:
            strength, angle = sky * float(rng.uniform(0.1, 0.5)), float(rng.uniform(0, 2 * math.pi))
            gradient = (strength * math.cos(angle), strength * math.sin(angle))
            bend = float(rng.uniform(*BENDS[family]))
        stars = [
            Star(
                x=float(rng.uniform(0, width)),
                y=float(rng.uniform(0, height)),
                flux_adu=float(10 ** rng.uniform(3, 4.6)),
            )
            for _ in range(40)
        ]
        reflections: tuple[Reflection, ...] = ()
        reflecting = "internal_reflection" in causes and (number == 0 or rng.random() < 0.5)
        if reflecting or rng.random() < 0.4:  # a bright star reflects, or does not
            away = (float(rng.uniform(0.12, 0.38)) * float(rng.choice([-1, 1])) for _ in (0, 1))
            x, y = ((0.5 + a) * n for a, n in zip(away, (width, height), strict=True))
            stars.append(Star(x=x, y=y, flux_adu=float(10 ** rng.uniform(5.3, 6.0)), beta=float(rng.uniform(2.5, 3.5))))
        if reflecting:
            reflections = (_reflection(rng, family, len(stars) - 1, sky, side),)
        clouds = []
        for _ in range(int(rng.choice([0, 0, 1, 2]))):
            cloud = Nebula(
                x=float(rng.uniform(0.1, 0.9)) * width,
                y=float(rng.uniform(0.1, 0.9)) * height,
                sigma_px=float(rng.uniform(0.05, 0.15)) * side,
                peak_adu=sky * float(rng.uniform(0.05, 0.4)),
            )
            clouds.append(cloud)
            if family == 2 and rng.random() < 0.5:  # a smaller one beside it
                step = 1.5 * cloud.sigma_px * float(rng.choice([-1, 1]))
                clouds.append(replace(cloud, x=cloud.x + step, sigma_px=0.6 * cloud.sigma_px))
            elif family == 1:  # drawn out
                step = cloud.sigma_px * float(rng.uniform(0.7, 1.2))
                clouds.append(replace(cloud, x=cloud.x + step, y=cloud.y + 0.5 * step, peak_adu=0.7 * cloud.peak_adu))
        date = datetime.fromisoformat(sensor.date_obs) + timedelta(hours=1.2 * number)
        series: tuple[float, ...] = ()
        step = timedelta(seconds=sensor.exposure_s + 6.0)
        if "twilight_gradient" in causes and number == 0:
            date, step, series = _twilight(rng, sensor, family)
            if sensor.site_deg is not None and rng.random() < 0.3:  # one frame, whose header tells where it was
                brightest = int(np.argmax(series))
                date += brightest * step
                series = (series[brightest],)
        elif number == 0 and rng.random() < 0.4:  # a series whose sky drifts, with the height of the target or the Moon
            drift = np.linspace(0.0, float(rng.choice([0.02, 0.1, 0.25])) * rng.random(), int(rng.integers(5, 10)))
            series = tuple(float(d) for d in (drift if rng.random() < 0.5 else drift[::-1]))
            step = timedelta(minutes=float(rng.uniform(3.0, 10.0)))
        truth = replace(
            sensor,
            object=f"Target {number + 1}",
            ra_deg=10.0 + 40.0 * number,
            dec_deg=float(rng.uniform(20, 60)),
            sky_adu=sky,
            gradient_adu=gradient,
            gradient_bend=bend,
            sky_rotation_deg=0.0,
            stars=tuple(stars),
            reflections=reflections,
            nebulae=tuple(clouds),
            twilight=series,
            date_obs=date.isoformat(timespec="seconds"),
        )
        result.append((truth, step))
    return result


def _reflection(rng: np.random.Generator, family: int, star: int, sky: float, side: float) -> Reflection:
    found = Reflection(
        star=star,
        reach=1.0 if rng.random() < 0.4 else float(rng.uniform(-1.2, -0.6)),
        radius_px=float(rng.uniform(0.06, 0.14)) * side,
        inner=0.0 if rng.random() < 0.5 else 0.5,
        peak_adu=sky * float(rng.uniform(0.12, 0.4)),
    )
    if family == 0:
        return found
    if family == 2:
        return replace(found, inner=float(rng.uniform(0.0, 0.7)), radius_px=float(rng.uniform(0.06, 0.16)) * side)
    inner = float(rng.choice([0.3, 0.65]))
    radius = found.radius_px if inner < 0.5 else float(rng.uniform(0.1, 0.16)) * side  # as wide as a tile
    return replace(found, inner=inner, radius_px=radius, arc_deg=float(rng.choice([360.0, 360.0, 250.0])))


def _twilight(rng: np.random.Generator, sensor: Truth, family: int) -> tuple[datetime, timedelta, tuple[float, ...]]:
    """Start and steps of a series into dawn or out of dusk, and how much brighter each of its skies is."""
    from ampglow_plugin.diagnosis.sky import above
    from ampglow_plugin.model.frame import Frame

    count = int(rng.integers(8, 13))
    step = timedelta(minutes=float(rng.uniform(60.0, 80.0)) / (count - 1))
    dawn = rng.random() < 0.5
    start = datetime.fromisoformat("2025-10-19T02:00" if dawn else "2025-10-18T16:00")
    grid = [start + timedelta(minutes=12 * i) for i in range(21)]
    sun = [
        a.sun_altitude_deg
        for a in above(
            [Frame(path="", date_obs=t.isoformat(), site_lat_deg=SITE[0], site_long_deg=SITE[1]) for t in grid]
        )
        if a
    ]
    brightest = float(rng.uniform(-13.0, -9.5))
    rising = (sun, range(0, 252, 12)) if dawn else (sun[::-1], range(240, -12, -12))
    end = start + timedelta(minutes=float(np.interp(brightest, *rising)))
    first = end - (count - 1) * step if dawn else end
    altitudes = np.interp(
        [(first + i * step - start).total_seconds() / 60 for i in range(count)], range(0, 252, 12), sun
    )
    per_degree = 2.0 if family == 0 else float(rng.uniform(*TWILIGHTS[family]))
    shares = np.where(altitudes > -18, 0.03 * (per_degree ** (altitudes + 18) - 1), 0.0)
    return first, step, tuple(float(s) for s in shares)


def _glow_left(rng: np.random.Generator, causes: set[str]) -> float:
    """How much of the glow a calibration leaves: all without a dark, part with a wrong one."""
    if "amp_glow" not in causes:
        return 0.0
    return 1.0 if rng.random() < 0.5 else float(rng.uniform(0.35, 0.7))


class _Calibrator:
    """Writes lights as a program would leave them: raw, calibrated, or stacked (in colour, debayered before)."""

    def __init__(self, sensor: Truth, mode: str, *, glow_left: float) -> None:
        self.sensor, self.mode, self.left = sensor, mode, glow_left

    def dark(self) -> np.ndarray:
        return np.mean([scene.dark(self.sensor, i) for i in range(4)], axis=0).astype(np.float32)

    def write(self, folder: Path, truth: Truth, *, first: int, count: int, step: timedelta) -> list[Path]:
        start = datetime.fromisoformat(truth.date_obs)
        lights = [scene.light(truth, first + i, series=i) for i in range(count)]
        times = [start + i * step for i in range(count)]
        name = f"{truth.object.replace(' ', '')}{truth.pier_side}{truth.sky_rotation_deg:.0f}"
        if self.mode != "raw":
            bias = np.mean([scene.bias(truth, i) for i in range(4)], axis=0)
            master = bias + (1 - self.left) * (self.dark() - bias)
            flat = np.mean([scene.flat(truth, i) for i in range(2)], axis=0) - bias
            even = flat / _site_means(flat)
            lights = [((light - master) / even).astype(np.float32) for light in lights]
        if self.mode == "stacked":
            stack = np.nanmean(list(self._aligned(truth, first, lights)), axis=0).astype(np.float32)
            lights, times = [_debayered(stack, truth) if truth.bayer_pattern else stack], times[:1]
        paths = []
        for number, (light, when) in enumerate(zip(lights, times, strict=True)):
            cards = header(truth, "LIGHT", truth.exposure_s, when)
            if self.mode != "raw":
                cards |= {"CALSTAT": "DF"}
            if self.mode == "stacked":
                cards |= {"STACKCNT": count}
                if truth.bayer_pattern:
                    cards = {k: v for k, v in cards.items() if "BAY" not in k}
            path = folder / f"{name}_{number:02d}.fits"
            if light.dtype == np.uint16:
                write_frame(path, light, cards)
            else:
                _put(path, light, cards)
            paths.append(path)
        return paths

    @staticmethod
    def _aligned(truth: Truth, first: int, lights: list[np.ndarray]) -> Iterator[np.ndarray]:
        """The lights on the stars of the first one, moved by whole cells of the mosaic; NaN where one has nothing."""
        start = np.array(scene.star_places(truth, first)[0])
        for number, light in enumerate(lights):
            moved = 2 * np.round((start - scene.star_places(truth, first + number)[0]) / 2).astype(int)
            result = np.full_like(light, np.nan)
            (to_x, to_y), (from_x, from_y) = np.maximum(moved, 0), np.maximum(-moved, 0)
            height, width = light.shape[0] - abs(moved[1]), light.shape[1] - abs(moved[0])
            part = light[from_y : from_y + height, from_x : from_x + width]
            result[to_y : to_y + height, to_x : to_x + width] = part
            yield result


def _site_means(flat: np.ndarray) -> np.ndarray:
    """Mean of each site of the mosaic, at each pixel: hosts equalise the flat of a colour camera."""
    result = np.empty_like(flat)
    for row in (0, 1):
        for column in (0, 1):
            result[row::2, column::2] = flat[row::2, column::2].mean()
    return result


def _debayered(mosaic: np.ndarray, truth: Truth) -> np.ndarray:
    """Three planes of the mosaic's size; each 2 x 2 pixels have one colour."""
    cells: dict[str, list[np.ndarray]] = {}
    for site, letter in enumerate(truth.bayer_pattern or ""):
        cells.setdefault(letter, []).append(mosaic[site // 2 :: 2, site % 2 :: 2])
    planes = [np.mean(cells[letter], axis=0) for letter in "RGB"]
    return np.stack([plane.repeat(2, axis=0).repeat(2, axis=1) for plane in planes]).astype(np.float32)


def _put(path: Path, samples: np.ndarray, cards: dict[str, Any]) -> None:
    from astropy.io import fits

    path.parent.mkdir(parents=True, exist_ok=True)
    unit = fits.PrimaryHDU(samples)
    for keyword, value in cards.items():
        unit.header[keyword] = value
    unit.writeto(path, overwrite=True)
