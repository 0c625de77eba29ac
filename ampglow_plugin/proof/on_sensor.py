"""An output laid back on the sensor: its mosaic as the dark has it, with what turns it into ADU of the raw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.catalog.mosaic import pattern_of
from ampglow_plugin.model.evidence import PixelEvidence, Proof
from ampglow_plugin.pixels import PATTERNS, Pixels, read_pixels, remosaic
from ampglow_plugin.proof.leftover import MIRRORS, LeftFrames, flat_planes, own_samples, split

Array: TypeAlias = NDArray[Any]
Read: TypeAlias = Callable[[Path], Pixels]

_FULL_SCALE_ADU = 65535.0


@dataclass(frozen=True, kw_only=True, slots=True)
class OnSensor:
    """The four sites of an output, ADU as stored; ``flat`` (or None) and ``scales`` turn them into ADU of the raw.

    ``own``: the sites at which each pixel is a sample of its own.
    """

    planes: list[Array]
    flat: list[Array] | None
    scales: list[float]
    own: Sequence[int]

    def raw(self) -> list[Array]:
        """Its ``own`` sites on the scale of the raw, as if no flat had been divided by: their noise is the light's."""
        flat = [np.float32(1.0)] * len(self.planes) if self.flat is None else self.flat
        return [self.planes[i] * flat[i] * np.float32(self.scales[i]) for i in self.own]

    def flattened(self) -> list[Array]:
        """The sites on the scale that the raw has at the middle of the flat: the sky stays even."""
        if self.flat is None:
            return [plane * np.float32(s) for plane, s in zip(self.planes, self.scales, strict=True)]
        scales = [s * float(np.median(f)) for s, f in zip(self.scales, self.flat, strict=True)]
        return [plane * np.float32(s) for plane, s in zip(self.planes, scales, strict=True)]


def on_sensor(proof: Proof, output: Array, dark: Array, *, read: Read = read_pixels) -> OnSensor | None:
    """How the measurement of ``proof`` took its ``output`` (planes, height, width); None where it lies elsewhere.

    ``dark`` is that of the proof (height, width). A frame that was aligned does not lie on it.
    """
    pixels = proof.evidence.pixels
    if pixels is None or pixels.rung > 3:
        return None
    read_as, _, place = (pixels.mosaic or "mosaic").partition(" ")
    if place in MIRRORS:
        output = output[(slice(None), *MIRRORS[place])]
    pattern = read_as if read_as in PATTERNS else pattern_of(proof.inputs["dark"])
    mosaic = _mosaic(output, pattern) if output.shape[1:] == dark.shape else None
    if mosaic is None:
        return None
    planes, flat = split(mosaic), _flat(proof, pixels, mosaic, dark, read)
    own = own_samples(output, pattern)
    fitted = [plane.scale for plane in pixels.planes]
    scales = [float(np.mean(fitted)) if fitted else 1.0] * len(planes)
    if len(fitted) == len(own):
        for i, scale in zip(own, fitted, strict=True):
            scales[i] = scale
    return OnSensor(planes=planes, flat=flat, scales=scales, own=own)


def _mosaic(output: Array, pattern: str | None) -> Array | None:
    if len(output) == 1:
        mono: Array = output[0]
        return mono
    return remosaic(output, pattern) if len(output) == 3 and pattern in PATTERNS else None


def _flat(proof: Proof, pixels: PixelEvidence, mosaic: Array, dark: Array, read: Read) -> list[Array] | None:
    """The planes of the flat that the output was divided by, normalised as in the measurement."""
    path = proof.inputs.get("flat")
    if path is None or not pixels.flat_used:
        return None
    flat = read(Path(path)).data
    if len(flat) != 1 or flat.shape[1:] != dark.shape:
        return None
    if pixels.rung == 1:
        return split(flat[0])
    header = proof.evidence.header
    named = None if header.flat_scale is None else header.flat_scale * _FULL_SCALE_ADU
    frames = LeftFrames(output=mosaic[None], dark=dark, flat=flat[0], host=header.host, named_scale=named)
    return flat_planes(frames, pixels)
