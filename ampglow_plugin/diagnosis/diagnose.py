"""Frames to the diagnosis: what makes them brighter in one place than in another."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ampglow_plugin.catalog.hashes import sha256_of
from ampglow_plugin.diagnosis.decide import decide
from ampglow_plugin.diagnosis.load import Loaded
from ampglow_plugin.diagnosis.measure import Measurements, measure
from ampglow_plugin.diagnosis.signs import Signs, all_signs
from ampglow_plugin.diagnosis.trend import Trend
from ampglow_plugin.errors import InputError
from ampglow_plugin.model.diagnosis import Diagnosis, View
from ampglow_plugin.model.frame import Frame

Progress = Callable[[str, float | None], None]


def diagnose(frames: Sequence[Frame], dark: str | None = None, *, progress: Progress | None = None) -> Diagnosis:
    """Tell apart what makes ``frames`` brighter in one place than in another: lights, raw or calibrated, or stacks.

    Raises
    ------
    InputError
        Where a file cannot be read, is no picture of the sky, or they do not lie on each other.
    """
    for frame in frames:
        if frame.kind in ("dark", "bias", "darkflat", "flat"):
            what = f"is a {'dark for flats' if frame.kind == 'darkflat' else frame.kind}, not a picture of the sky"
            fix = "name lights, calibrated frames or stacks; a dark goes with --dark, and `ampglow glow` measures it"
            raise InputError(what, where=frame.path, fix=fix)
    measured = measure(frames, dark, progress=progress)
    signs = all_signs(measured)
    causes, likelihoods = decide(signs, measured.basis)
    still_open = {one.cause for one in likelihoods if one.decided is None}
    return Diagnosis(
        paths=tuple(f.path for f in frames),
        basis=measured.basis,
        causes=causes,
        likelihoods=likelihoods,
        evidence=tuple(sign for s in signs for sign in s.signs),
        missing=tuple(dict.fromkeys(text for s in signs if s.cause in still_open for text in s.missing)),
        notes=_notes(measured, signs, {c.cause for c in causes}),
        views=tuple(_view(measured, one) for one in measured.loaded),
        dark=dark,
        sha256=_hashes([*(f.path for one in measured.loaded for f in one.looked_at), *([dark] if dark else [])]),
    )


def _hashes(paths: Iterable[str]) -> dict[str, str]:
    """What these files are; nothing of one that has gone meanwhile."""
    found: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        with contextlib.suppress(OSError):
            found[path] = sha256_of(Path(path))
    return found


def _notes(measured: Measurements, signs: Sequence[Signs], causes: set[str]) -> tuple[str, ...]:
    notes = [
        note for s in signs if s.cause in causes or s.cause in ("amp_glow", "twilight_gradient") for note in s.notes
    ]
    left_out = len(measured.loaded) - len(measured.distinct)
    if left_out:
        notes.append(
            f"{left_out} of {len(measured.loaded)} series show the same sky in the same orientation with another "
            "filter or exposure; the one of the most light was looked at"
        )
    if any(one.used[0].stack_count and one.used[0].stack_count > 1 for one in measured.loaded):
        notes.append("stacks were aligned: they lie on the sensor as their reference frame did, up to the dithering")
    return tuple(dict.fromkeys(notes))


def _view(measured: Measurements, one: Loaded) -> View:
    trend: Trend | None = None
    if one in measured.distinct:
        trend = measured.trends[measured.distinct.index(one)]
    first = one.used[0]
    above = measured.above.get(first.path)
    suns = [a.sun_altitude_deg for f in one.looked_at if (a := measured.above.get(f.path)) is not None]
    sides = [
        f"pier {first.pier_side}" if first.pier_side else None,
        f"rotation {first.rotation_deg:g} deg" if first.rotation_deg is not None else None,
    ]
    return View(
        frames=tuple(f.path for f in one.frames),
        object=first.object,
        orientation=", ".join(s for s in sides if s) or None,
        level_adu=round(trend.level_adu, 2) if trend is not None and trend.level_known else None,
        exposure_s=first.exposure_s,
        sun_altitude_deg=round(max(suns), 2) if suns else None,
        moon_altitude_deg=None if above is None else round(above.moon_altitude_deg, 2),
        moon_distance_deg=None
        if above is None or above.moon_distance_deg is None
        else round(above.moon_distance_deg, 2),
        moon_lit=None if above is None else round(above.moon_lit, 3),
        airmass=None if above is None or above.airmass is None else round(above.airmass, 3),
    )
