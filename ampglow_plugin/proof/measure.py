"""Arrays to :class:`PixelEvidence`: which reading of the files obeys the relation, and with what factor.

Nothing about the output is taken on trust. Whether the flat was divided by, which of the four patterns
the frame was debayered with, whether its rows or columns were mirrored: each is a candidate, and the
smallest residual decides. The relation is exact, so the right one is hundreds of times better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.regression import Regression, regress
from ampglow_plugin.glow.residual import residual
from ampglow_plugin.glow.same_light import same_light
from ampglow_plugin.glow.unflat import regress_without_flat
from ampglow_plugin.model.evidence import PixelEvidence, PlaneFit
from ampglow_plugin.pixels import PATTERNS, SITES, remosaic, site_names, site_plane
from ampglow_plugin.proof.leftover import MIRRORS, own_samples, residual_evidence, split, under_a_lens

Array: TypeAlias = NDArray[Any]

#: unexplained rms (ADU) up to which raw, output and masters agree to rounding: output of floats
EXACT_FLOAT_ADU: Final = 0.1
#: the same where output or masters went through 16-bit samples (0.29 ADU each, times the flat's scale)
EXACT_WHOLE_ADU: Final = 1.0
#: a constant larger than this (ADU) was subtracted by something that is not at hand, a bias with its noise say
UNEXPLAINED_LEVEL_ADU: Final = 5.0
#: cells of the mosaic (rows, columns) on which candidates are compared
_TRIAL_CELLS = 128
#: a dark holds the pedestal where its level is at least this share of the bias
_HOLDS_BIAS_SHARE = 0.5
#: without a bias, a dark is taken to hold the pedestal where its level exceeds its spread this many times;
#: a bias-subtracted dark lies within a few spreads of zero
_HOLDS_BIAS_SPREADS = 20.0
#: an alternative reading of the dark counts from this factor and this many standard deviations on
_ALTERNATIVE_FACTOR = 0.2
_ALTERNATIVE_SIGMA = 10.0
#: nearer to 1 no other reading of the dark is looked for
_CLEARLY_NOT_ONE = 0.05
_MAD_TO_SIGMA = 1.4826
_SAMPLE = 50_000
_OTHER_LIGHT = "output and light do not belong together, they share none of their noise: it was made from another light"
#: pixels of a plane in which the glow that is left is looked for: a second opinion that must not cost much
_GLOW_PX = 250_000
#: what the mean scale of a flat that is not at hand is wrong by at the glow: the lens
_LENS_SIGMA = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Frames:
    """What is compared, all float32 ADU: ``output`` (planes, height, width), the others (height, width).

    ``whole``: whether the output's samples were rounded to whole numbers. ``pattern`` is a hint that
    is tried first. ``holds_bias`` says whether the dark still holds the bias, where that is known. ``notes``: what
    was left out, and why.
    """

    raw: Array
    output: Array
    dark: Array
    flat: Array | None = None
    bias: Array | None = None
    pattern: str | None = None
    whole: bool = False
    holds_bias: bool | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A reading of the output as a mosaic; ``last`` of its orientation. ``own``: see :func:`own_samples`."""

    mosaic: Array
    name: str
    pattern: str | None
    last: bool
    own: Sequence[int] = range(len(SITES))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Result:
    """A fit and how it was come by: ``flat`` was divided by; ``unflat``: a flat that is not at hand was."""

    candidate: _Candidate
    flat: Array | None
    fit: Regression
    exact: bool
    unflat: bool = False
    alternatives: Mapping[str, float] = field(default_factory=dict)


def measure(frames: Frames) -> PixelEvidence:
    """Rung 1: factor of the dark and number of pedestals, from raw light, output and dark.

    With the flat (or where none was divided by) the factor is good to 0.001; without a flat that was
    divided by it comes from :mod:`ampglow_plugin.glow.unflat`, with its sigma. ``factor`` is None, with the
    reason in ``why``, where the pixels decide nothing.
    """
    problem = _mismatch(frames)
    if problem:
        return PixelEvidence(rung=1, why=problem)
    if frames.flat is not None and frames.flat.shape != frames.raw.shape:
        frames = replace(frames, flat=None)  # of another size: it cannot have been divided by, another one may
    zeros = float(np.mean(frames.output == 0))
    chosen = _choose(frames)
    if chosen is None:
        return PixelEvidence(rung=1, zero_share=zeros, why="the output, or the dark, has no pattern to measure")
    candidate, flat = chosen
    fit = _fit(frames, candidate, flat)
    if fit is None:
        return PixelEvidence(rung=1, zero_share=zeros, why="too few pixels obey any relation")
    result = _Result(candidate=candidate, flat=flat, fit=fit, exact=fit.residual_adu <= _exact_limit(frames))
    if not result.exact and frames.flat is None:
        mirrored = _other_reading(frames, result)
        result = mirrored if mirrored.exact else result  # exact: then no flat was divided by
    if not result.exact and frames.flat is None:
        without = _fit_unflat(frames, candidate, frames.bias)
        if without is None:
            return PixelEvidence(rung=1, zero_share=zeros, why="without the flat too few pixels can be used")
        result = replace(result, fit=without, unflat=True)
    if not result.exact and _same_light(frames, candidate) is False:
        return PixelEvidence(rung=1, zero_share=zeros, same_light=False, why=_OTHER_LIGHT)
    if not result.exact and abs(result.fit.factor - 1) > _CLEARLY_NOT_ONE:
        result = _other_reading(frames, result)
    return _evidence(frames, result, zeros)


def _same_light(frames: Frames, candidate: _Candidate) -> bool | None:
    def own(frame: Array) -> list[Array]:
        planes = split(frame)
        return [planes[i] for i in candidate.own]

    known = [own(frame) for frame in (frames.dark, frames.flat) if frame is not None]
    return same_light(own(frames.raw), own(candidate.mosaic), known)


def _mismatch(frames: Frames) -> str | None:
    shape = frames.raw.shape
    for name in ("output", "dark", "bias"):
        array = getattr(frames, name)
        if array is not None and array.shape[-2:] != shape:
            theirs, ours = (f"{s[-1]} x {s[-2]}" for s in (array.shape, shape))
            return f"the {name} has {theirs} pixels and the raw light {ours}: they cannot be laid on each other"
    if len(frames.output) not in (1, 3):
        return f"an output of {len(frames.output)} planes is neither a mosaic nor a debayered frame"
    return None


def _exact_limit(frames: Frames) -> float:
    return EXACT_WHOLE_ADU if frames.whole else EXACT_FLOAT_ADU


def _candidates(frames: Frames) -> Iterator[_Candidate]:
    """Readings of the output as a mosaic, the likely ones first."""
    for place in ("", *MIRRORS):
        view = frames.output[(slice(None), *MIRRORS[place])] if place else frames.output
        if len(view) == 1:
            yield _Candidate(view[0], f"mosaic {place}".strip(), frames.pattern, last=True)
            continue
        hinted = [frames.pattern] if frames.pattern in PATTERNS else []
        order = [*hinted, *(p for p in PATTERNS if p not in hinted)]
        for pattern in order:
            name = f"{pattern} {place}".strip()
            own = own_samples(view, pattern)
            yield _Candidate(remosaic(view, pattern), name, pattern, last=pattern == order[-1], own=own)


def _choose(frames: Frames) -> tuple[_Candidate, Array | None] | None:
    """The candidate, and the flat or None, with the smallest residual on the middle of the frame."""
    if frames.flat is None:
        exact = _exact_reading(frames, None)
        if exact is not None:
            return exact, None
    flats = [None] if frames.flat is None else [frames.flat, None]
    best: tuple[float, _Candidate, Array | None] | None = None
    for candidate in _candidates(frames):
        for flat in flats:
            fit = _fit(frames, candidate, flat, trial=True)
            if fit is not None and frames.flat is None and fit.residual_adu > _exact_limit(frames):
                fit = _fit_unflat(frames, candidate, None, trial=True)
            if fit is not None and (best is None or fit.residual_adu < best[0]):
                best = (fit.residual_adu, candidate, flat)
        if best is not None and best[0] <= _exact_limit(frames):
            break
        if frames.flat is None and best is not None and candidate.last:
            break  # nothing is exact without the flat that was used; then the stored orientation is the one
    return None if best is None else best[1:]


def obeys(frames: Frames) -> bool:
    """Whether the output is this very light, calibrated: the relation is exact, whatever was subtracted of the dark.

    What a header says of stacking or aligning then does not matter. Looks at the middle of the frame alone.
    """
    if _mismatch(frames):
        return False
    if _exact_reading(frames, None) is not None:
        return True
    given = frames.flat is not None and frames.flat.shape == frames.raw.shape
    return given and _exact_reading(frames, frames.flat) is not None


def _exact_reading(frames: Frames, flat: Array | None) -> _Candidate | None:
    """The reading that is exact with this flat; a mirrored light may have met a dark that was not mirrored."""
    for candidate in _candidates(frames):
        place = next((p for p in MIRRORS if candidate.name.endswith(p)), None)
        darks = (None,) if place is None else (None, np.ascontiguousarray(frames.dark[MIRRORS[place]]))
        for mirrored in darks:
            fit = _fit(frames, candidate, flat, bias=mirrored, trial=True)
            if fit is not None and fit.residual_adu <= _exact_limit(frames):
                return candidate
    return None


def _planes(array: Array | None, own: Sequence[int], *, trial: bool) -> list[Array] | None:
    """The planes of the mosaic at its ``own`` sites; of their middle only for a trial."""
    if array is None:
        return None
    planes = [site_plane(array, site) for site in SITES]
    shape = tuple(min(p.shape[axis] for p in planes) for axis in (0, 1))  # odd sizes: equal parts
    planes = [planes[i] for i in own]
    if trial:
        start = [max(0, (n - _TRIAL_CELLS) // 2) for n in shape]
        return [p[start[0] : start[0] + _TRIAL_CELLS, start[1] : start[1] + _TRIAL_CELLS] for p in planes]
    return planes


def _fit(
    frames: Frames, candidate: _Candidate, flat: Array | None, *, bias: Array | None = None, trial: bool = False
) -> Regression | None:
    own = candidate.own
    raw, output, dark = (_planes(a, own, trial=trial) for a in (frames.raw, candidate.mosaic, frames.dark))
    assert raw is not None
    assert output is not None
    assert dark is not None
    second = frames.bias if bias is None else bias
    return regress(
        raw,
        output,
        dark,
        flat=_planes(flat, own, trial=trial),
        bias=_planes(second, own, trial=trial),
        rounding_adu=_exact_limit(frames),
    )


def _fit_unflat(frames: Frames, candidate: _Candidate, bias: Array | None, *, trial: bool = False) -> Regression | None:
    own = candidate.own
    raw, output, dark = (_planes(a, own, trial=trial) for a in (frames.raw, candidate.mosaic, frames.dark))
    assert raw is not None
    assert output is not None
    assert dark is not None
    return regress_without_flat(raw, output, dark, bias=_planes(bias, own, trial=trial))


def _other_reading(frames: Frames, result: _Result) -> _Result:
    """Was the dark subtracted mirrored? Then the fit that holds such a dark beside the named one."""
    for name, view in MIRRORS.items():
        mirrored = np.ascontiguousarray(frames.dark[view])
        if not _holds(_fit_beside(frames, result, mirrored, trial=True)):
            continue
        other = _fit_beside(frames, result, mirrored, trial=False)
        if other is None or other.bias is None or not _holds(other):
            continue
        exact = other.residual_adu <= _exact_limit(frames)
        if exact or other.residual_adu < result.fit.residual_adu:
            unflat = result.unflat and not exact
            return replace(result, fit=other, exact=exact, unflat=unflat, alternatives={name: other.bias})
    return result


def _fit_beside(frames: Frames, result: _Result, mirrored: Array, *, trial: bool) -> Regression | None:
    """The fit with a mirrored dark in the place of the bias."""
    candidate = result.candidate
    fit = _fit(frames, candidate, result.flat, bias=mirrored, trial=trial)
    if result.unflat and (fit is None or fit.residual_adu > _exact_limit(frames)):
        return _fit_unflat(frames, candidate, mirrored, trial=trial)
    return fit


def _holds(fit: Regression | None) -> bool:
    """Whether the second column of a fit was clearly subtracted."""
    return (
        fit is not None
        and fit.bias is not None
        and abs(fit.bias) > max(_ALTERNATIVE_FACTOR, _ALTERNATIVE_SIGMA * fit.factor_sigma)
    )


def _left(frames: Frames, result: _Result) -> PixelEvidence:
    """What is left of the dark in the output: a second opinion that the raw light has no part in."""
    own = result.candidate.own
    output, dark, flat = (
        None if array is None else [planes[i] for planes in [split(array)] for i in own]
        for array in (result.candidate.mosaic, frames.dark, result.flat)
    )
    assert output is not None
    assert dark is not None
    stride = max(1, round(np.sqrt(output[0].size / _GLOW_PX)))
    found = residual(
        output,
        dark,
        flat=flat,
        scale=[plane.scale for plane in result.fit.planes],
        scale_sigma=_LENS_SIGMA if result.unflat else 0.0,
        stride=stride + (stride + 1) % 2,
    )
    divided = result.flat is not None or result.unflat
    return residual_evidence(found.glow if divided else under_a_lens(found.glow), found.hot)


def _evidence(frames: Frames, result: _Result, zeros: float) -> PixelEvidence:
    fit, exact = result.fit, result.exact
    pedestals, pedestal, basis = _pedestals(frames, result)
    noise_of_a_bias = frames.bias is None and abs(fit.level_adu) > UNEXPLAINED_LEVEL_ADU
    told = exact or not (result.unflat or noise_of_a_bias)
    flat_used: bool | None = result.flat is not None
    if frames.flat is None:
        flat_used = False if exact else None
    return replace(
        _left(frames, result),
        rung=1,
        same_light=True if exact else None,
        factor=fit.factor,
        factor_sigma=fit.factor_sigma,
        pedestals=pedestals,
        pedestal_adu=pedestal,
        pedestal_basis=basis,
        flat_used=flat_used,
        mosaic=result.candidate.name,
        noise_adu=fit.residual_adu,
        dark_rms_adu=fit.dark_rms_adu,
        exact=exact if told else None,
        alternatives=result.alternatives,
        zero_share=zeros,
        astray_share=fit.astray,
        astray_adu=fit.astray_adu if np.isfinite(fit.astray_adu) else None,
        planes=tuple(
            PlaneFit(
                plane=name,
                scale=plane.scale,
                factor=plane.factor,
                factor_sigma=plane.factor_sigma,
                level_adu=plane.level_adu,
                residual_adu=plane.residual_adu,
                pixels=plane.pixels,
            )
            for name, plane in zip(_names(result.candidate), fit.planes, strict=True)
        ),
        why="; ".join((*frames.notes, *_notes(result))),
    )


def _names(candidate: _Candidate) -> list[str]:
    names = site_names(candidate.pattern)
    return [names[i] for i in candidate.own]


def _notes(result: _Result) -> Iterator[str]:
    if result.unflat:
        yield "the flat is not at hand: its scale was fitted as smooth"
    if len(result.candidate.own) < len(SITES):
        yield "debayering has averaged the greens, so red and blue alone were compared"


def _pedestals(frames: Frames, result: _Result) -> tuple[float | None, float | None, str | None]:
    """How many bias levels were removed, the level (ADU), and what it was taken from; None where unknown.

    Removed is the constant, the bias with its factor, and the bias that is in the dark with the dark's
    factor. Without a bias the level of the dark stands for it, too high by the dark current.
    """
    fit = result.fit
    level, spread = _level(frames.dark)
    factor = fit.factor + sum(result.alternatives.values())
    if frames.bias is not None:
        pedestal = _level(frames.bias)[0]
        if not pedestal > 0:  # no numbers, or no level
            return None, None, None
        holds = frames.holds_bias
        if holds is None:
            holds = level > _HOLDS_BIAS_SHARE * pedestal
        bias_factor = 0.0 if result.alternatives else fit.bias or 0.0  # else that column held the mirrored dark
        removed = fit.level_adu + bias_factor * pedestal + (factor * pedestal if holds else 0.0)
        return removed / pedestal, pedestal, "bias"
    holds = frames.holds_bias
    if holds is None:
        holds = level > _HOLDS_BIAS_SPREADS * spread
    if not holds or level <= 0:
        return None, None, None
    return (fit.level_adu + factor * level) / level, level, "level of the dark"


def _level(array: Array) -> tuple[float, float]:
    """Median and robust spread of a frame (ADU)."""
    part = array.reshape(-1)[:: max(1, array.size // _SAMPLE)]
    part = part[np.isfinite(part)]
    middle = float(np.median(part))
    return middle, float(_MAD_TO_SIGMA * np.median(np.abs(part - middle)))
