"""Amp glow: the same place of the sensor whatever the sky is; with a dark, its glow map in the frames."""

from __future__ import annotations

import math
from typing import Final

from ampglow_plugin.diagnosis.dark import DarkShare
from ampglow_plugin.diagnosis.measure import Measurements
from ampglow_plugin.diagnosis.search import Found
from ampglow_plugin.diagnosis.signs.base import CLEAR_SIGMA, SORTS, Signs, clip, shown_at, spoken
from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.model.diagnosis import Sign, Speaks
from ampglow_plugin.model.glow import Doubt, Place

#: peaks that users report of sensors that glow, at 180 s, on a bit scale that they do not say (ADU)
REPORTED_ADU: Final = (50.0, 200.0)
REPORTED_SOURCE: Final = "one user report of older sensors at 180 s; the bit scale is not said"
#: a share of the dark's glow from which on the frames hold it
HELD_SHARE: Final = 0.1
#: a share of the dark's glow that two sigma must not reach where glow is excluded
EXCLUDED_SHARE: Final = 0.5
#: of frames that are darker where the dark glows: not "none", and no glow
TOO_MUCH: Final = "the raw frames: `ampglow verify` tells by them how often, or how much of, this dark was subtracted"
#: less is noise, in sentences
NOISE_SIGMA: Final = 2.0
#: what the light of a dark may be instead of glow, and what tells
DOUBTS: Final[dict[Doubt, str]] = {
    "readout": "structure of its readout: a bias or a short dark tells (`ampglow glow DARK --bias FILE`)",
    "light_leak": "light that leaked into the camera when it was taken: a dark taken in full darkness tells",
    "scene": "a picture of something, if this is no dark: another dark tells",
}
#: more sigma say no more: they would only flatten the models where it matters
_MOST_SIGMA: Final = 15.0
_MOST_SIGMA_BY_DARK: Final = 8.0


def signs(measured: Measurements) -> Signs:
    """Numbers and sentences; see the module."""
    if measured.basis == "dark":
        return _with_dark(measured)
    assert measured.found is not None
    return _without_dark(measured, measured.found)


def _with_dark(measured: Measurements) -> Signs:
    assert measured.dark is not None
    glow = measured.dark.glow
    if not measured.shares:
        leak = glow.light_leak_adu
        seen = "no glow" if not glow.present else "glow that cannot be compared with the frames"
        if leak is not None and not glow.present:
            seen = f"broad light of {leak:.0f} ADU, a leak more likely than glow"
        open_ = glow.present or leak is not None
        limit = glow.least_adu
        words = f"the dark shows {seen}" + (f"; from {limit:.1f} ADU on it would show" if limit is not None else "")
        sign = Sign(
            cause="amp_glow",
            name="glow_of_dark",
            speaks="open" if open_ else "against",
            what=words,
            value=None if open_ else 0.0,
            limit=limit,
            unit="ADU",
            source="faintest peak that the measurement of the dark finds",
        )
        numbers = {} if glow.present else {"least": math.log1p(glow.least_adu or 0.0)}
        return Signs(
            cause="amp_glow",
            situation="dark_without_glow",
            numbers=numbers,
            hidden=leak is not None,  # wide glow looks like it
            signs=(sign, *_known_sensor(measured)),
            missing=("a dark that shows its glow apart from other structure: longer, or a master of more frames",),
        )
    best = max(measured.shares, key=lambda s: s.share.value / s.share.sigma)
    value, sigma = best.share.value, best.share.sigma
    sharpest = min((s.share for s in measured.shares), key=lambda share: share.sigma)
    too_much = not measured.raw and sharpest.value < -max(EXCLUDED_SHARE, CLEAR_SIGMA * sharpest.sigma)
    numbers = {"share_sigma": clip(value / sigma, -_MOST_SIGMA_BY_DARK, _MOST_SIGMA_BY_DARK)}
    if measured.raw:  # the dark fits or it does not: logarithm of the ratio of the likelihoods of 1 and of 0
        numbers["one_or_none"] = clip((2 * value - 1) / (2 * sigma**2), -_MOST_SIGMA_BY_DARK, _MOST_SIGMA_BY_DARK)
    where, basis = shown_at(measured, best.x, best.y)
    return Signs(
        cause="amp_glow",
        situation="dark" if measured.raw else "dark_calibrated",
        numbers=numbers,
        hidden=sharpest.value + 2 * sharpest.sigma >= EXCLUDED_SHARE or too_much,
        signs=(*(_share_sign(s) for s in measured.shares), *_amplitude(best.left_adu), *_known_sensor(measured)),
        missing=(TOO_MUCH if too_much else "more frames, or a second target: sky and glow look too much alike here",),
        where=where,
        where_basis=basis,
        peak_adu=best.left_adu,
        notes=_on_share(measured, best),
    )


def _on_share(measured: Measurements, best: DarkShare) -> tuple[str, ...]:
    value, sigma = best.share.value, best.share.sigma
    notes = []
    if value < -CLEAR_SIGMA * sigma and value < -HELD_SHARE:
        notes.append(
            f"the frames are darker where the dark glows, by {-value:.2f} of its glow: too much was subtracted"
        )
    if not measured.raw and value > max(CLEAR_SIGMA * sigma, HELD_SHARE):
        notes.append(
            f"the frames are said to be calibrated, and {value:.2f} of this dark's glow is left: it was not subtracted "
            "in full, or another dark was"
        )
    if value > max(CLEAR_SIGMA * sigma, HELD_SHARE):
        notes += [f"the dark's light {spoken(best.region.where)} may also be {d}" for d in _doubts(measured, best)]
    return tuple(notes)


def _doubts(measured: Measurements, best: DarkShare) -> list[str]:
    assert measured.dark is not None
    at = (best.region.where, best.region.peak_adu)
    return [DOUBTS[r.doubt] for r in measured.dark.glow.regions if (r.where, r.peak_adu) == at and r.doubt is not None]


def _share_sign(one: DarkShare) -> Sign:
    value, sigma = one.share.value, one.share.sigma
    held = value > HELD_SHARE and value > 3 * sigma
    excluded = abs(value) + 2 * sigma < EXCLUDED_SHARE
    speaks: Speaks = "for" if held else "against" if excluded else "open"
    return Sign(
        cause="amp_glow",
        name="share_of_dark",
        speaks=speaks,
        what=f"the dark's glow of {one.region.peak_adu:.0f} ADU {spoken(one.region.where)} is {value:.2f} +- "
        f"{sigma:.2f} times in the frames, in the place and shape it has on the sensor",
        value=value,
        sigma=sigma,
        limit=HELD_SHARE,
        unit="of the dark's glow",
        where=one.region.where,
        source="1 is a frame as raw as the dark, 0 one that was calibrated; " + SORTS,
    )


def _without_dark(measured: Measurements, found: Found) -> Signs:
    plain, grey = found.amplitudes, found.grey
    several = measured.basis == "views"
    numbers = {
        "mean_sigma": clip(plain.significance, -3.0, _MOST_SIGMA),
        "grey_known": float(grey is not None),
        "grey_sigma": clip(grey.significance, -3.0, _MOST_SIGMA) if grey is not None else 0.0,
    }
    if several:
        numbers |= {
            # views that disagree have errors that are larger by as much
            "mean_sigma": clip(plain.significance / max(plain.spread, 1.0), -3.0, _MOST_SIGMA),
            "least_sigma": clip(plain.least, -3.0, 8.0),
            "spread": clip(plain.spread, 0.0, 5.0),
            "sky_rather": clip(plain.sky_rather, -8.0, 8.0),
        }
    where, basis = shown_at(measured, found.shape.x, found.shape.y)
    peak = plain.common[0] if grey is None or grey.common[1] > plain.common[1] else grey.common[0]
    told = [_place_sign(measured, found, where)]
    if several:
        told.append(_same_sign(found))
    told.append(_colour_sign(measured, found, where))
    if max(plain.significance, numbers["grey_sigma"]) > CLEAR_SIGMA:
        told += [*_amplitude(peak), _decay(measured, found)]
    return Signs(
        cause="amp_glow",
        situation="views" if several else "one",
        numbers=numbers,
        signs=(*told, *_known_sensor(measured)),
        missing=_missing(measured),
        where=where,
        where_basis=basis,
        peak_adu=peak,
        notes=() if measured.unfit is None else (measured.unfit,),
    )


def _missing(measured: Measurements) -> tuple[str, ...]:
    seconds = measured.first.exposure_s
    dark = "a dark of the same settings" + (f" ({seconds:g} s)" if seconds else "")
    long = f"{dark}, or one of 5 minutes, to see whether the sensor glows there (--dark)"
    if measured.basis == "views":
        return (long,)
    return (f"{long}; or frames of a second target, another rotation or the other side of the meridian",)


def _place_sign(measured: Measurements, found: Found, where: Place) -> Sign:
    peak, sigma = found.amplitudes.common
    shown = found.amplitudes.significance
    views = f"in {len(measured.distinct)} views together" if measured.basis == "views" else "in one view of the sky"
    return Sign(
        cause="amp_glow",
        name="bright_border",
        speaks="for" if shown > CLEAR_SIGMA else "open",
        what=f"light that falls off from the {where} as glow does: {peak:.1f} +- {sigma:.1f} ADU {views}, beside what "
        "a smooth sky and a lens explain",
        value=shown,
        limit=CLEAR_SIGMA,
        unit="sigma",
        source=SORTS,
    )


def _same_sign(found: Found) -> Sign:
    amplitudes = found.amplitudes
    each = ", ".join(f"{p:.0f} +- {s:.0f}" for p, s in zip(amplitudes.peaks, amplitudes.sigmas, strict=True))
    same = amplitudes.spread < 2.0 and amplitudes.least > 2.0
    other = amplitudes.spread > 3.0
    return Sign(
        cause="amp_glow",
        name="same_in_every_view",
        speaks="for" if same else "against" if other else "open",
        what=f"at the same place of the sensor the views show {each} ADU",
        value=amplitudes.spread,
        limit=2.0,
        unit="root of reduced chi2",
        source="1 is agreement within the errors; " + SORTS,
    )


def _colour_sign(measured: Measurements, found: Found, where: Place) -> Sign:
    grey = found.grey
    if grey is None:
        colour = any(one.view.coloured for one in measured.distinct)
        why = "the sky's colour cannot be told" if colour else "a mono camera does not tell light without colour"
        return Sign(cause="amp_glow", name="no_colour", speaks="open", what=why, unit="sigma", source=SORTS)
    peak, sigma = grey.common
    shown = grey.significance
    speaks: Speaks = "for" if shown > CLEAR_SIGMA else "against" if shown < NOISE_SIGMA else "open"
    meaning = "no more than noise" if speaks == "against" else "such light did not pass the filters"
    return Sign(
        cause="amp_glow",
        name="no_colour",
        speaks=speaks,
        what=f"{peak:.1f} +- {sigma:.1f} ADU of the light {spoken(where)} are alike in all colours: {meaning}",
        value=shown,
        limit=CLEAR_SIGMA,
        unit="sigma",
        source=SORTS,
    )


def _amplitude(peak_adu: float) -> list[Sign]:
    low, high = REPORTED_ADU
    return [
        Sign(
            cause="amp_glow",
            name="amplitude",
            speaks="for" if low <= peak_adu <= 2 * high else "open",
            what=f"its peak of {peak_adu:.1f} ADU beside the {low:.0f} to {high:.0f} ADU that are reported of sensors "
            "that glow; recent ones show a few ADU",
            value=peak_adu,
            limit=low,
            unit="ADU",
            source=REPORTED_SOURCE,
        )
    ]


def _decay(measured: Measurements, found: Found) -> Sign:
    height, width = measured.distinct[0].view.tiles.shape
    share = found.shape.decay / math.hypot(height, width)
    return Sign(
        cause="amp_glow",
        name="decay",
        speaks="for",
        what=f"it falls to 1/e over {found.shape.decay:.0f} pixels, {100 * share:.0f} % of the diagonal",
        value=found.shape.decay,
        limit=None,
        unit="px",
        source="circuits at the edge of sensors light up a part of the frame, not all of it",
    )


def _known_sensor(measured: Measurements) -> list[Sign]:
    sensor = sensor_of(measured.first.camera)
    if sensor is None or sensor.severity is None:
        return []
    least, most = (one in ("moderate", "severe") for one in (sensor.severity, sensor.severity_upper or sensor.severity))
    place = f", at {sensor.glow_place}" if sensor.glow_place and most else ""
    upper = f" to {sensor.severity_upper}" if sensor.severity_upper else ""
    known = f"{'no' if sensor.severity == 'none' else sensor.severity}{upper}"
    doubt = "" if sensor.glow_verified else " (not verified)"
    return [
        Sign(
            cause="amp_glow",
            name="known_sensor",
            speaks="for" if least else "open" if most else "against",
            what=f"cameras with the sensor {sensor.id} are known for {known} glow{place}{doubt}",
            source=f"sensors.yaml, evidence {sensor.glow_evidence}",
        )
    ]
