"""Stars, the transformation between two frames, and the resampled frame."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.errors import HostFailed, HostMissing
from ampglow_plugin.hosts.builtin.integrate import BLANK
from ampglow_plugin.pixels import Image

#: (x, y) of stars, brightest first
Stars = NDArray[np.float64]

MODULES: Final = ("astroalign", "scipy", "sep")
HOW_TO_GET = "run `pip install '.[engine]'` in the folder of ampglow, or take the align step out of the plan"

_DETECT_SIGMA = 5.0
_MIN_PIXELS = 5
#: radius of the window of the centroid, as sep and SExtractor choose it: FWHM / 2.355, from the half-light radius
_WINDOW_PER_HALF_LIGHT = 2.0 / 2.355
_HALF_LIGHT_REACH_PX = 8.0
_STARS_MAX = 300
_STARS_TO_MATCH = 60
_STARS_MIN = 4
#: stars that belong together lie this near after the first match; then clipped at so many times their scatter
_PAIR_PX = 2.0
_CLIP_SIGMA, _CLIP_ROUNDS = 3.0, 5
_SPLINE_ORDER = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Similarity:
    """``x' = a x - b y + x0``, ``y' = b x + a y + y0``: shift, rotation and scale from a frame to the reference."""

    a: float
    b: float
    x0: float
    y0: float
    stars: int
    scatter_px: float

    @property
    def rotation_deg(self) -> float:
        """Rotation, -180..180."""
        return float(np.degrees(np.arctan2(self.b, self.a)))


def require() -> None:
    """Raise HostMissing where the libraries for aligning are not installed."""
    from importlib.util import find_spec

    missing = [name for name in MODULES if find_spec(name) is None]
    if missing:
        raise HostMissing(f"aligning needs {', '.join(missing)}", fix=HOW_TO_GET)


def find_stars(frame: Image) -> Stars:
    """Centres (x, y) of stars in the mean of the planes of ``frame``, by windowed centroids, brightest first."""
    import sep

    image = np.ascontiguousarray(np.nan_to_num(frame.mean(axis=0)), dtype=np.float32)
    background = sep.Background(image)
    image -= background.back()
    if background.globalrms <= 0:
        return np.empty((0, 2))
    found: Any = sep.extract(image, _DETECT_SIGMA, err=background.globalrms, minarea=_MIN_PIXELS)
    found = found[np.argsort(-found["flux"], kind="stable")][:_STARS_MAX]
    if not len(found):
        return np.empty((0, 2))
    reach = np.full(len(found), _HALF_LIGHT_REACH_PX)
    half_light, _ = sep.flux_radius(image, found["x"], found["y"], reach, 0.5, normflux=found["flux"], subpix=5)
    window = np.clip(_WINDOW_PER_HALF_LIGHT * half_light, 0.5, _HALF_LIGHT_REACH_PX)
    x, y, _ = sep.winpos(image, found["x"], found["y"], window)
    steady = np.hypot(x - found["x"], y - found["y"]) < _PAIR_PX  # a window that wandered off saw something else
    centres: Stars = np.column_stack([np.where(steady, x, found["x"]), np.where(steady, y, found["y"])])
    return centres


def find_similarity(stars: Stars, reference: Stars, name: str) -> Similarity:
    """The similarity that brings ``stars`` of the frame ``name`` to those of the reference.

    Triangles of bright stars give the pairs (astroalign), all stars near each other the fit.

    Raises
    ------
    HostFailed
        Where the frames have too few stars in common.
    """
    import astroalign
    from scipy.spatial import cKDTree

    if min(len(stars), len(reference)) < _STARS_MIN:
        raise _unmatched(name, f"{len(stars)} stars were found in it and {len(reference)} in the reference")
    try:
        rough, _ = astroalign.find_transform(
            stars[:_STARS_TO_MATCH], reference[:_STARS_TO_MATCH], max_control_points=_STARS_TO_MATCH
        )
    except (astroalign.MaxIterError, TypeError, ValueError) as error:
        raise _unmatched(name, "its stars form no pattern of the reference") from error
    matrix = np.asarray(rough.params)
    distance, partner = cKDTree(reference).query(stars @ matrix[:2, :2].T + matrix[:2, 2])
    near = distance < _PAIR_PX
    return _fit(stars[near], reference[partner[near]], name)


def _unmatched(name: str, why: str) -> HostFailed:
    return HostFailed(
        f"cannot be aligned: {why}",
        where=name,
        fix="look at the frame (clouds, trailed stars, another field?) and take it out of the plan",
    )


def _fit(source: Stars, target: Stars, name: str) -> Similarity:
    """Least squares over the pairs, those far off left out."""
    for _ in range(_CLIP_ROUNDS):
        if len(source) < _STARS_MIN:
            raise _unmatched(name, f"only {len(source)} stars agree with the reference")
        x, y = source.T
        one, none = np.ones_like(x), np.zeros_like(x)
        rows = np.vstack([np.column_stack([x, -y, one, none]), np.column_stack([y, x, none, one])])
        (a, b, x0, y0), *_ = np.linalg.lstsq(rows, target.T.ravel(), rcond=None)
        off = np.hypot(a * x - b * y + x0 - target[:, 0], b * x + a * y + y0 - target[:, 1])
        scatter = float(np.sqrt(np.mean(off**2)))
        good = off <= _CLIP_SIGMA * max(float(np.median(off)), 1e-6)
        if good.all():
            break
        source, target = source[good], target[good]
    return Similarity(a=float(a), b=float(b), x0=float(x0), y0=float(y0), stars=len(off), scatter_px=scatter)


def resample(frame: Image, by: Similarity) -> Image:
    """``frame`` (planes, height, width) on the grid of the reference, by cubic splines; :data:`BLANK` beyond it."""
    from scipy import ndimage

    # affine_transform asks where a pixel of the result comes from, as (row, column): the inverse
    norm = by.a**2 + by.b**2
    matrix = np.array([[by.a, -by.b], [by.b, by.a]]) / norm  # (row, column) of the inverse rotation
    offset = -matrix @ np.array([by.y0, by.x0])
    moved = np.empty_like(frame)

    def one(plane: Image, out: Image) -> None:
        # in single precision: 1e-7 of a value, and half the memory of what affine_transform would do by itself
        weights = ndimage.spline_filter(np.nan_to_num(plane), order=_SPLINE_ORDER, output=np.float32)
        ndimage.affine_transform(
            weights, matrix, offset=offset, output=out, order=_SPLINE_ORDER, cval=np.nan, prefilter=False
        )

    with ThreadPoolExecutor(min(len(frame), os.cpu_count() or 1)) as pool:  # both functions let other threads run
        for _ in pool.map(one, frame, moved):
            pass
    moved[np.isnan(moved)] = BLANK
    return moved
