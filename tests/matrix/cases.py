"""Combinations of camera, glow, calibration and what became of the frame, each with its truth and its verdict.

Case n is the same everywhere. Faults go round; all else is drawn from a seed. Calibration is numpy: what the real Siril
does is tested on the real Siril.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.hosts.builtin.arithmetic import equalize, flat_scale
from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.model.evidence import Conditions, Evidence, PixelEvidence, Verdict
from ampglow_plugin.pixels import stored_pattern
from ampglow_plugin.proof.leftover import LENS_SHARE, LeftFrames, measure_left, with_factor
from ampglow_plugin.proof.measure import Frames, measure
from ampglow_plugin.proof.moved import GUESSED_HIGH, MovedFrames, Placement, Scale, measure_moved
from ampglow_plugin.proof.placing import by_edges, shift_of, sides
from ampglow_plugin.proof.transform import Matrix, enlarged, moved, turned, upside_down, warp
from ampglow_plugin.rules.verdict import judge
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, scene

Array = NDArray[Any]

WIDTH, HEIGHT = 480, 384
#: what was done with the dark: (name, factor, what the dark differs in from the light)
FAULTS: Final = (
    ("factor 0", 0.0, None),
    ("factor 0.8", 0.8, None),
    ("factor 0.926", 0.926, None),
    ("factor 1", 1.0, None),
    ("factor 1.2", 1.2, None),
    ("factor 2", 2.0, None),
    ("other exposure", 1.0, "exposure_s"),
    ("other temperature", 1.0, "temperature_c"),
    ("other gain", 1.0, "gain"),
)
STAGES: Final = (
    "raw at hand",
    "calibrated",
    "debayered",
    "debayered, raw at hand",
    "aligned",
    "aligned, no sequence",
    "aligned, drizzled",
    "stack",
    "stack, no sequence",
    "stretched stack",
)
FLATS: Final = ("none", "divided", "equalised", "missing")
SHAPES: Final = ("point", "gaussian", "starburst", "columns")
CAMERAS: Final = (("RGGB", 4, "TOP-DOWN"), ("GBRG", 16, "BOTTOM-UP"), (None, 1, "TOP-DOWN"))
STRENGTHS_ADU: Final = (40.0, 150.0, 500.0)
#: what is left is measurable where it is so many standard deviations of the best measurement there can be; that nothing
#: is left, where a share of 0.05 would be three
MEASURABLE_SIGMA: Final = 5.0
MEASURABLE_SHARE: Final = 0.05 / 3
_TILE_PX: Final = 16
#: by what the least sigma of "nothing is left" grows where nothing tells the dithers of a stack, or its scale
_UNKNOWN: Final = {"stack, no sequence": GUESSED_HIGH, "stretched stack": 1.6}
_PLACES = ((1.0, 0.75), (0.0, 0.0), (1.0, 0.0), (0.5, 1.0), (0.0, 0.5))
_LIGHTS, _DARKS, _SHIFT_PX = 4, 12, 6.0
_COLDER_C, _GAIN = 6.0, 1.6
_EXPOSURE_SHARE = 1 / 3


@dataclass(frozen=True, kw_only=True)
class Combination:
    """What is combined; ``str`` names it."""

    number: int
    fault: str
    factor: float
    differs: str | None
    stage: str
    flat: str
    camera: tuple[str | None, int, str]
    strength_adu: float
    truth: Truth

    @property
    def good(self) -> bool:
        """Whether the right dark was subtracted in full."""
        return self.factor == 1.0 and self.differs is None

    @property
    def left(self) -> float:
        """Share of the light's glow that is left."""
        return 1.0 - self.factor * self.of_dark

    @property
    def of_dark(self) -> float:
        """The glow of the dark as a share of that of the light."""
        if self.differs == "exposure_s":
            (source,) = self.truth.glows
            ours = source.amplitude_adu * _EXPOSURE_SHARE**source.exponent + source.constant_adu
            return float(ours / (source.amplitude_adu + source.constant_adu))
        return 1.0 / _GAIN if self.differs == "gain" else 1.0

    @property
    def measurable(self) -> bool:
        """Whether it can be seen what was done: in the glow, or in the hot pixels while they are where they were.

        With the raw light always; else the flat that was divided by has to be at hand.
        """
        return "raw at hand" in self.stage or (self.flat != "missing" and self._with_its_flat)

    @property
    def measurable_but_for_the_flat(self) -> bool:
        """Whether nothing but the flat that was divided by stands between this and a measurable combination."""
        return self._with_its_flat and not self.measurable

    @property
    def _with_its_flat(self) -> bool:
        if self.differs == "temperature_c":  # the glow is gone
            return STAGES.index(self.stage) < STAGES.index("aligned")
        best = self._least_sigma()
        if self.good:
            return best * _UNKNOWN.get(self.stage, 1.0) <= MEASURABLE_SHARE
        return abs(self.left) >= MEASURABLE_SIGMA * best

    def _least_sigma(self) -> float:
        """Standard deviation of the share of the glow by the best of all measurements.

        It knows the noise, and of what lies over the sky its kind: the bend of the gradient, size and strength of the
        nebulae, how well a lens is known without its flat. Of none of them it knows the place or the amount. In a stack
        across a meridian flip the glow is the mean of both sides. The dark holds the columns of its bias beside its
        glow, and which part of a column is glow nobody can know: what is left of the glow is uncertain by as much of
        the columns.
        """
        truth, stacked = self.truth, "stack" in self.stage
        lights = _LIGHTS if stacked else 1
        response = scene.response(truth)
        signal = truth.sky_adu * response + scene.dark_signal(truth, truth.exposure_s, truth.temperature_c)
        variance = _tiles(signal / truth.gain_e_per_adu + truth.read_noise_adu**2) / _TILE_PX**2 / lights
        light = scene.glow(truth, truth.exposure_s)
        turned_over = 0.0 if truth.flip_from is None or not stacked else 1.0 - truth.flip_from / lights
        glow = _tiles((1.0 - turned_over) * light + turned_over * light[::-1, ::-1])
        columns = np.full(glow.shape, truth.column_sigma_adu * self.left / self.of_dark)
        if self.flat != "none":
            shade = _tiles(response) / response.mean()
            glow, variance, columns = glow / shade, variance / shade**2, columns / shade
        y, x = np.mgrid[: glow.shape[0], : glow.shape[1]].reshape(2, -1) * float(_TILE_PX)
        covariance = np.diag(variance.ravel())
        same, across = x[:, None] == x, x[:, None] + x == x.max()  # a column of the sensor lies at both after a flip
        both = 2.0 * turned_over * (1.0 - turned_over)
        covariance += ((1.0 - both) * same + both * across) * np.outer(columns, columns) / _TILE_PX
        for cloud in truth.nebulae:
            field = cloud.peak_adu**2 * np.pi * cloud.sigma_px**2 / (WIDTH * HEIGHT)
            apart = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
            covariance += field * np.exp(-apart / (4 * cloud.sigma_px**2))
        surface = [(x / WIDTH) ** i * (y / HEIGHT) ** j for i in range(3) for j in range(3 - i)]
        surface += [] if self.flat == "none" else [1.0 / shade.ravel()]
        white = np.linalg.solve(np.linalg.cholesky(covariance), np.stack([glow.ravel(), *surface], axis=1))
        free, *_ = np.linalg.lstsq(white[:, 1:], white[:, 0], rcond=None)
        seen = float(np.linalg.norm(white[:, 0] - white[:, 1:] @ free))
        lens = LENS_SHARE * truth.sky_adu / self.strength_adu if self.flat == "none" else 0.0
        return float(np.hypot(1.0 / seen, lens))

    def __str__(self) -> str:
        camera = self.camera[0] or "mono"
        shape = self.truth.glows[0].shape
        return (
            f"{self.number}: {self.fault}, {self.stage}, flat {self.flat}, {camera}, {shape} of {self.strength_adu:g}"
        )


def combination(number: int) -> Combination:
    """Combination ``number``."""
    rng = np.random.default_rng([77, number])
    fault, factor, differs = FAULTS[number % len(FAULTS)]
    camera = CAMERAS[int(rng.integers(len(CAMERAS)))]
    stage = STAGES[(number // len(FAULTS)) % len(STAGES)]
    strength = STRENGTHS_ADU[int(rng.integers(len(STRENGTHS_ADU)))]
    flat = FLATS[int(rng.integers(len(FLATS)))]
    if camera[0] is None:
        stage = {"debayered": "calibrated", "debayered, raw at hand": "raw at hand"}.get(stage, stage)
        flat = "divided" if flat == "equalised" else flat
    x, y = _PLACES[int(rng.integers(len(_PLACES)))]
    glow = GlowSource(
        shape=SHAPES[int(rng.integers(len(SHAPES)))],
        x=x,
        y=y,
        amplitude_adu=strength,
        decay_px=float(rng.uniform(40, 100)),
        exponent=float(rng.choice([0.8, 1.0, 1.2])),
        constant_adu=float(rng.choice([0.0, 10.0])),
    )
    sky = float(rng.choice([300.0, 1500.0]))
    clouds = (Nebula(x=0.4 * WIDTH, y=0.5 * HEIGHT, sigma_px=45.0, peak_adu=0.1 * sky),) if rng.random() < 0.3 else ()
    truth = Truth(
        seed=int(rng.integers(2**31)),
        width=WIDTH,
        height=HEIGHT,
        bayer_pattern=camera[0],
        sample_step=camera[1],
        row_order=camera[2],
        glows=(glow,),
        nebulae=clouds,
        gradient_adu=(0.05 * sky, -0.03 * sky),
        sky_adu=sky,
        star_count=80,
        dither_px=_SHIFT_PX,
        flip_from=2 if rng.random() < 0.5 else None,
    )
    return Combination(
        number=number,
        fault=fault,
        factor=factor,
        differs=differs,
        stage=stage,
        flat=flat,
        camera=camera,
        strength_adu=strength,
        truth=truth,
    )


def _tiles(array: Array) -> Array:
    """Means of tiles."""
    rows, columns = (n // _TILE_PX for n in array.shape)
    cut = array[: rows * _TILE_PX, : columns * _TILE_PX].reshape(rows, _TILE_PX, columns, _TILE_PX)
    result: Array = cut.mean(axis=(1, 3))
    return result


def verdict(one: Combination) -> tuple[Verdict, PixelEvidence]:
    """What the proof says of a combination."""
    night = _Night(one)
    pixels = _PROOFS[one.stage](night)
    conditions = night.conditions
    pixels = with_factor(pixels, conditions) if pixels.rung > 1 else pixels
    found = judge(
        Evidence(path="x.fit", pixels=pixels, conditions=conditions, expected_dark=True, expected_flat=night.flat_given)
    )
    return found, pixels


class _Night:
    """Lights, masters and calibrated frames of a combination."""

    def __init__(self, one: Combination) -> None:
        self.one, truth = one, one.truth
        self.pattern = stored_pattern(truth.bayer_pattern, truth.row_order, HEIGHT) if truth.bayer_pattern else None
        rng = np.random.default_rng([78, one.number])
        noise = truth.read_noise_adu / np.sqrt(_DARKS)
        bias = scene.bias_level(truth) + rng.normal(0.0, noise, (HEIGHT, WIDTH))
        self.bias = bias.astype(np.float32)
        self.dark = (scene.bias_level(truth) + self._signal() + rng.normal(0.0, noise, bias.shape)).astype(np.float32)
        flat = truth.flat_level_adu * scene.response(truth)
        self.flat = (flat + rng.normal(0.0, 15.0, bias.shape)).astype(np.float32)
        self.divisor: Array | None = None
        if one.flat != "none":
            used = equalize(self.flat[None])[0] if one.flat == "equalised" else self.flat
            self.divisor = used / np.float32(flat_scale(used[None]))

    def _signal(self) -> Array:
        """What the dark that was used holds above its bias."""
        truth, differs = self.one.truth, self.one.differs
        exposure = truth.exposure_s * (_EXPOSURE_SHARE if differs == "exposure_s" else 1.0)
        celsius = truth.temperature_c - (_COLDER_C if differs == "temperature_c" else 0.0)
        signal = scene.dark_signal(truth, exposure, celsius)
        return signal / _GAIN if differs == "gain" else signal

    @property
    def flat_given(self) -> bool:
        """Whether the proof has the flat."""
        return self.one.flat in ("divided", "equalised")

    @property
    def conditions(self) -> Conditions:
        """What the headers say of light and dark: the truth."""
        if self.one.differs is None:
            return Conditions(agree=True, exposure_ratio=1.0)
        ratio = _EXPOSURE_SHARE if self.one.differs == "exposure_s" else 1.0
        return Conditions(agree=False, differs=(self.one.differs,), exposure_ratio=ratio)

    def light(self, index: int) -> Array:
        """Raw light ``index``."""
        return scene.light(self.one.truth, index).astype(np.float32)

    def calibrated(self, index: int) -> Array:
        """The bias is subtracted once, the dark's signal with the factor; then the flat is divided by."""
        result = self.light(index) - self.bias - self.one.factor * (self.dark - self.bias)
        result = result if self.divisor is None else result / self.divisor
        return result.astype(np.float32)

    def colour(self, index: int) -> Array:
        """The calibrated light with its planes: three of a debayered mosaic, or one."""
        mosaic = self.calibrated(index)[None]
        return mosaic if self.pattern is None else bilinear(mosaic[0], self.pattern)

    def to_reference(self, index: int) -> Matrix:
        """From the sensor in light ``index`` to the first light."""
        truth = self.one.truth
        flip = truth.flip_from is not None and index >= truth.flip_from
        shown = moved(*(-np.array(scene.dither(truth, index)))) @ (turned(HEIGHT, WIDTH) if flip else np.eye(3))
        return shown if truth.row_order == "TOP-DOWN" else upside_down(HEIGHT) @ shown @ upside_down(HEIGHT)

    def aligned(self, index: int, drawn: float = 1.0) -> Array:
        """The light on the first one, every pixel ``drawn`` as so many in each direction; 0 where it does not reach."""
        matrix, size = enlarged(drawn) @ self.to_reference(index), (int(HEIGHT * drawn), int(WIDTH * drawn))
        planes = [warp(p, matrix, size) for p in self.colour(index)]
        return np.nan_to_num(np.stack(planes))

    def stack(self) -> Array:
        """The mean of the aligned lights that reach a pixel, 0 where none does."""
        frames = np.stack([self.aligned(i) for i in range(_LIGHTS)])
        count = np.count_nonzero(frames, axis=0)
        return np.where(count == _LIGHTS, frames.sum(axis=0) / np.maximum(count, 1), 0.0).astype(np.float32)


def _rung_1(night: _Night, output: Array) -> PixelEvidence:
    frames = Frames(
        raw=night.light(0),
        output=output,
        dark=night.dark,
        flat=night.flat if night.flat_given else None,
        bias=night.bias,
        pattern=night.pattern,
        holds_bias=True,
    )
    return measure(frames)


def _left(night: _Night, output: Array) -> PixelEvidence:
    return measure_left(
        LeftFrames(
            output=output,
            dark=night.dark,
            flat=night.flat if night.flat_given else None,
            pattern=night.pattern,
            flat_claimed=night.divisor is not None,
            host="siril",
        )
    )


def _moved(night: _Night, output: Array, places: tuple[Placement, ...], scale: Scale | None = None) -> PixelEvidence:
    return measure_moved(
        MovedFrames(
            output=output,
            dark=night.dark,
            placements=places,
            rung=5 if "stack" in night.one.stage else 4,
            flat=night.flat if night.flat_given else None,
            pattern=night.pattern,
            flat_used=night.divisor is not None,
            host="siril",
            scale=scale or Scale(),
        )
    )


def _known(night: _Night, indices: range, drawn: float = 1.0) -> tuple[Placement, ...]:
    parts = tuple((1 / len(indices), enlarged(drawn) @ night.to_reference(i)) for i in indices)
    return (Placement(name="by the sequence", parts=parts),)


def _aligned_alone(night: _Night) -> PixelEvidence:
    output = night.aligned(_LAST)
    shift = shift_of(output)
    assert shift is not None
    return _moved(night, output, by_edges((HEIGHT, WIDTH), shift, np.eye(3)))


def _drizzled(night: _Night) -> PixelEvidence:
    return _moved(night, night.aligned(_LAST, 2.0), _known(night, range(_LAST, _LIGHTS), 2.0))


def _stack_alone(night: _Night) -> PixelEvidence:
    places = sides(np.eye(3), turned(HEIGHT, WIDTH), "as the sensor lies", stack=True)
    return _moved(night, night.stack(), places)


def _stretched(night: _Night) -> PixelEvidence:
    stack = night.stack()
    low, high = float(stack.min()), float(stack.max())
    stretched = (stack - low) / (high - low) * 65535.0
    return _moved(night, stretched, _known(night, _ALL), Scale(low=0.0, high=1.6))


_ALL, _LAST = range(_LIGHTS), _LIGHTS - 1
_PROOFS = {
    "raw at hand": lambda n: _rung_1(n, n.calibrated(0)[None]),
    "debayered, raw at hand": lambda n: _rung_1(n, n.colour(0)),
    "calibrated": lambda n: _left(n, n.calibrated(0)[None]),
    "debayered": lambda n: _left(n, n.colour(0)),
    "aligned": lambda n: _moved(n, n.aligned(_LAST), _known(n, range(_LAST, _LIGHTS))),
    "aligned, no sequence": _aligned_alone,
    "aligned, drizzled": _drizzled,
    "stack": lambda n: _moved(n, n.stack(), _known(n, _ALL)),
    "stack, no sequence": _stack_alone,
    "stretched stack": _stretched,
}
