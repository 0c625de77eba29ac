"""What the picture of a proof shows: the glow that had to go, and what is left of it, tile by tile.

The numbers of a proof come from the estimators. Here the same frames are laid out as maps for the eye: the output as it
is, on the scale of the raw, less the smooth sky beside the glow. What was measured is handed in, not measured again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.errors import InputError
from ampglow_plugin.glow.background import TileMap, background_map, mean_map
from ampglow_plugin.glow.measure import LEAST_SIDE, Measured, maps_of
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.proof.glow import examine_frame
from ampglow_plugin.proof.leftover import split
from ampglow_plugin.proof.on_sensor import on_sensor

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]

#: degree of the sky that is taken away, as in the fit of the glow
SKY_DEGREE: Final = 2
#: tiles further from the sky than this many spreads are nebulae, and say nothing about it
SKY_CLIP: Final = 3.0
_SKY_ROUNDS = 5
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Maps (rows, columns) in ADU of the raw, in array order of the dark.

    ``dark`` is what was found in the dark, with its regions. ``template`` is what the whole dark would have left, above
    its background, ``left`` the output less its sky. In a frame that was aligned (``moved``) the two do not lie on each
    other: ``left`` is then in the array order of the output, whose sky is one plane.
    """

    dark: Measured
    template: TileMap
    left: TileMap
    moved: bool


def seen(proof: Proof) -> Seen:
    """The maps of one proof; its files are read again.

    Raises
    ------
    InputError
        Where it has no dark, or a frame cannot be read or is too small.
    """
    dark_path, pixels = proof.inputs.get("dark"), proof.evidence.pixels
    if dark_path is None or pixels is None:
        raise InputError("cannot be drawn without its dark", where=proof.path, fix="name it: --dark MASTER")
    measured = examine_frame(dark_path)
    dark = read_pixels(dark_path).data
    output = read_pixels(proof.path).data
    if min(output.shape[1:]) < LEAST_SIDE:
        raise InputError("is too small to be drawn", where=proof.path)
    template = _above(measured.tiles, measured.glow.background_adu)
    placed = on_sensor(proof, output, dark[0]) if len(dark) == 1 else None
    if placed is None:
        left = mean_map(maps_of(output))
        return Seen(dark=measured, template=template, left=_without_sky(left, None, None), moved=True)
    if placed.flat is not None:
        of_sites = [
            d * (np.float32(np.median(f[f > 0])) / np.where(f > 0, f, np.float32(np.nan)))
            for d, f in zip(split(dark[0] - np.float32(measured.glow.background_adu)), placed.flat, strict=True)
        ]
        template = mean_map(background_map(of_sites, spacing=2))
    left = mean_map(background_map(placed.flattened(), spacing=2))
    return Seen(
        dark=measured, template=template, left=_without_sky(left, template.values, pixels.residual_glow), moved=False
    )


def _above(tiles: TileMap, level_adu: float) -> TileMap:
    return replace(tiles, values=tiles.values - level_adu)


def _without_sky(tiles: TileMap, template: Floats | None, share: float | None) -> TileMap:
    """The map less a low surface: the one beside ``share`` of the template, or beside what of it fits best."""
    y, x = (np.linspace(-1, 1, n) for n in tiles.values.shape)
    degree = SKY_DEGREE if template is not None else 0
    surface = [np.outer(y**j, x**i).ravel() for i in range(degree + 1) for j in range(degree + 1 - i)]
    values = tiles.values.ravel()
    columns = np.stack(surface, axis=1)
    if template is not None and share is not None:
        values = values - share * template.ravel()
    elif template is not None:
        columns = np.column_stack([columns, template.ravel()])
    keep = np.isfinite(values) & np.isfinite(columns).all(axis=1)
    for _ in range(_SKY_ROUNDS):
        fit = np.linalg.lstsq(columns[keep], values[keep], rcond=None)[0]
        rest = values - columns @ fit
        spread = _MAD_TO_SIGMA * float(np.median(np.abs(rest[keep])))
        keep = np.isfinite(rest) & (np.abs(rest) <= SKY_CLIP * max(spread, 1e-6))
    sky = columns[:, : len(surface)] @ fit[: len(surface)]
    return replace(tiles, values=tiles.values - sky.reshape(tiles.values.shape))
