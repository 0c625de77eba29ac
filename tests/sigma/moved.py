"""Random nights whose lights were aligned, one by one and as stacks: is the truth where the sigmas say?

The lights are moved by cubic splines of scipy, the dark's glow by the bilinear warp of the proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ampglow_plugin.hosts.builtin.arithmetic import equalize, flat_scale
from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.proof.moved import MovedFrames, Placement, Scale, measure_moved
from ampglow_plugin.proof.placing import SCALED_SIGMA
from ampglow_plugin.proof.transform import Matrix, enlarged, moved, turned
from ampglow_plugin.simulate import Truth, scene
from tests.sigma.cases import FACTORS, HEIGHT, WIDTH, Pull, master_bias, random_truth, subtracted

Array = NDArray[Any]

#: frames are somewhat larger than on the first rungs: aligning takes their edges
SIZE: Final = (HEIGHT + 64, WIDTH + 80)
RUNGS: Final = ("4 glow left, aligned", "5 glow left, stack", "5 glow left, normalised input")
#: by this share of the sky the light behind a lens is off a parabola in the corners, where no flat was divided by
BEND: Final = 0.02
_SPLINE = 3


@dataclass(frozen=True, kw_only=True)
class MovedCase:
    """Lights calibrated with ``factor`` times their dark and aligned, and how."""

    factor: float
    truth: Truth
    dark: Array
    bias: Array | None
    flat: Array
    divisor: Array | None
    to_output: tuple[Matrix, ...]
    size: tuple[int, int]
    bend: float

    def aligned(self, index: int) -> Array:
        """Light ``index`` in the output, planes first; NaN where it does not reach."""
        light = scene.light(self.truth, index).astype(np.float32)
        if self.divisor is None:
            light += np.float32(self.bend * self.truth.sky_adu) * _corners(*SIZE)
        light -= subtracted(self.dark, self.bias, self.factor).astype(np.float32)
        if self.divisor is not None:
            light /= self.divisor
        pattern = self.truth.bayer_pattern
        planes = light[None] if pattern is None else bilinear(light, pattern)
        return np.stack([_spline(plane, self.to_output[index], self.size) for plane in planes])

    def measured(self, output: Array, parts: tuple[Matrix, ...], rung: int, scale: Scale) -> Pull | None:
        """What the proof says of an output in which the lights lie by ``parts``."""
        found = measure_moved(
            MovedFrames(
                output=np.nan_to_num(output).astype(np.float32),
                dark=self.dark,
                placements=(Placement(name="known", parts=tuple((1 / len(parts), p) for p in parts)),),
                rung=rung,
                flat=None if self.divisor is None else self.flat,
                pattern=self.truth.bayer_pattern,
                flat_used=self.divisor is not None,
                host="siril",
                scale=scale,
            )
        )
        if found.residual_glow is None or not found.residual_glow_sigma:
            return None
        name = RUNGS[rung - 4] if not scale.sigma else RUNGS[2]
        error = found.residual_glow - (1 - self.factor)
        return Pull(name, error / found.residual_glow_sigma, found.residual_glow_sigma)


def moved_case(number: int, *, own_bias: bool = False) -> MovedCase:
    """Case ``number`` of the population; with ``own_bias`` the bias is subtracted by itself."""
    rng = np.random.default_rng([2027, number])
    height, width = SIZE
    lights = int(rng.integers(4, 8))
    truth = replace(
        random_truth(rng),
        width=width,
        height=height,
        bayer_pattern=("RGGB", "GBRG", None)[rng.integers(3)],
        dither_px=float(rng.uniform(1.0, 20.0)),
        flip_from=int(rng.integers(1, lights)) if rng.random() < 0.5 else None,
    )
    darks = int(rng.integers(5, 21))
    dark = np.mean([scene.dark(truth, i) for i in range(darks)], axis=0).astype(np.float32)
    flat = (truth.flat_level_adu * scene.response(truth) + rng.normal(0.0, 20.0, SIZE)).astype(np.float32)
    divisor = None
    if rng.random() < 0.8:
        used = equalize(flat[None]) if truth.bayer_pattern and rng.random() < 0.5 else flat[None]
        divisor = used[0] / np.float32(flat_scale(used))
    drawn = enlarged(2.0) if rng.random() < 0.15 else np.eye(3)
    size = (int(height * drawn[0, 0]), int(width * drawn[0, 0]))
    if rng.random() < 0.25:  # cut afterwards
        left, top = (int(n) for n in rng.integers(5, 30, 2))
        drawn, size = moved(-left, -top) @ drawn, (size[0] - top - 11, size[1] - left - 17)
    return MovedCase(
        factor=FACTORS[number % len(FACTORS)],
        truth=truth,
        dark=dark,
        bias=master_bias(truth, darks) if own_bias else None,
        flat=flat,
        divisor=divisor,
        to_output=tuple(drawn @ _to_reference(truth, i, float(rng.normal(0.0, 0.2))) for i in range(lights)),
        size=size,
        bend=float(rng.normal(0.0, BEND)),
    )


def moved_pulls(one: MovedCase) -> Iterator[Pull]:
    """One aligned light, the mean of all, and the mean of lights brought to each other's level and spread."""
    lights = [one.aligned(i) for i in range(len(one.to_output))]
    last = len(lights) - 1
    whole = np.logical_and.reduce([np.isfinite(light) for light in lights])
    stack = np.where(whole, np.sum(lights, axis=0) / len(lights), np.nan)
    even = np.where(whole, np.mean(_normalised(lights, whole), axis=0), np.nan)
    for found in (
        one.measured(lights[last], one.to_output[last:], 4, Scale()),
        one.measured(stack, one.to_output, 5, Scale()),
        one.measured(even, one.to_output, 5, Scale(sigma=SCALED_SIGMA)),
    ):
        if found is not None:
            yield found


def _to_reference(truth: Truth, index: int, turn_deg: float) -> Matrix:
    """By the dither, half a turn after a meridian flip, and a turn of the camera about the middle."""
    flip = truth.flip_from is not None and index >= truth.flip_from
    shown = moved(*(-np.array(scene.dither(truth, index)))) @ (turned(*SIZE) if flip else np.eye(3))
    middle, angle = ((SIZE[1] - 1) / 2, (SIZE[0] - 1) / 2), np.radians(turn_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]])
    return moved(*middle) @ turn @ moved(-middle[0], -middle[1]) @ shown


def _corners(height: int, width: int) -> Array:
    """0 in the middle, 1 in the corners, with the sixth power of the distance between."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return (((x**2 + y**2) / 2) ** 3).astype(np.float32)


def _spline(plane: Array, matrix: Matrix, size: tuple[int, int]) -> Array:
    """``plane`` moved by ``matrix``; NaN where it does not reach."""
    back = np.linalg.inv(matrix)[::-1, ::-1][1:, 1:]  # rows first
    offset = np.linalg.inv(matrix)[:2, 2][::-1]
    result: Array = ndimage.affine_transform(
        plane.astype(np.float64), back, offset=offset, output_shape=size, order=_SPLINE, mode="constant", cval=np.nan
    )
    return result


def _normalised(lights: list[Array], whole: Array) -> list[Array]:
    """Each plane of each light brought to the middle and the spread of that of the first, as hosts do it."""
    result = []
    for light in lights:
        planes = []
        for plane, first, seen in zip(light, lights[0], whole, strict=True):
            (middle, spread), (wanted, width) = (_middle_spread(p[seen]) for p in (plane, first))
            planes.append((plane - middle) * (width / spread) + wanted)
        result.append(np.stack(planes))
    return result


def _middle_spread(values: Array) -> tuple[float, float]:
    middle = float(np.median(values))
    return middle, float(np.median(np.abs(values - middle)))
