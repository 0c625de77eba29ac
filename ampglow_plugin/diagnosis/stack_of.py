"""Does a stack hold the frames of which something is proved, and none besides? By its header, and its own pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from ampglow_plugin.diagnosis.diagnose import diagnose
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import read_frame
from ampglow_plugin.model.diagnosis import Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.marginal import MOST_LEFT_ADU, MOST_LEFT_SHARE

#: programs round exposures, and sums of them
SAME_SHARE: Final = 0.01
#: programs cut the second off a time
SAME_S: Final = 1.0
#: standard deviations that more of the glow must stand out by than may be left
SURE_SIGMA: Final = 3.0
_FIX: Final = "name a stack of the proved frames alone, or leave --stack out: then the frames are worked on"


def need_stack_of(
    file: str, proofs: Sequence[Proof], diagnoses: Mapping[str, Diagnosis], *, listed: bool
) -> tuple[str, ...]:
    """What could not be checked of a stack that is said to hold the outputs of ``proofs``.

    ``listed``: the manifest of the run names it. What headers say must not differ: camera, object, filter, gain,
    exposure, number of frames, time. Of frames that were calibrated otherwise, with the same header, the pixels of the
    stack tell: more of the dark's glow may not be in them than marginal. ``diagnoses`` of the outputs, by dark, tell
    the level of their sky, and so the scale of the stack.

    Raises
    ------
    InputError
        Where the stack holds other frames, or nothing shows that it holds these.
    """
    stack, outputs = read_frame(file), [read_frame(proof.path) for proof in proofs]
    wrong = next(_contradictions(stack, outputs), None)
    if wrong is not None:
        raise InputError(f"is no stack of the frames that are proved: {wrong}", where=file, fix=_FIX)
    if stack.date_obs is None and not listed:
        what = "nothing shows that it is a stack of the frames that are proved: it does not say when they were taken"
        raise InputError(what, where=file, fix=_FIX)
    glows = list(_glows(stack, outputs, proofs, diagnoses))
    wrong = too_bright(glows)
    if wrong is not None:
        raise InputError(f"is no stack of the frames that are proved: {wrong}", where=file, fix=_FIX)
    return tuple(_unchecked(stack, outputs, glows))


@dataclass(frozen=True, kw_only=True, slots=True)
class GlowOfStack:
    """The share of a dark's glow in the pixels of a stack, on the scale of its frames; ``peak_adu`` is the dark's."""

    share: float
    sigma: float
    peak_adu: float


def _glows(
    stack: Frame, outputs: Sequence[Frame], proofs: Sequence[Proof], diagnoses: Mapping[str, Diagnosis]
) -> Iterator[GlowOfStack]:
    """One for each dark that its frames may have been calibrated with, as far as it can be measured."""
    of_frames = [(proof.inputs.get("dark"), frame.exposure_s) for proof, frame in zip(proofs, outputs, strict=True)]
    alike = [dark for dark, exposure in of_frames if exposure == stack.exposure_s]
    for dark in dict.fromkeys(alike or [dark for dark, _ in of_frames]):
        peak = max((_peak_adu(proof) for proof in proofs if proof.inputs.get("dark") == dark), default=0.0)
        if dark is None or dark not in diagnoses or not peak:
            continue
        try:
            seen = diagnose([stack], dark)
        except InputError:  # of another size: it lies on no dark
            continue
        scale = _scale(seen, diagnoses[dark])
        best = max((s for s in seen.evidence if s.name == "share_of_dark"), key=lambda s: s.value or 0.0, default=None)
        if scale is not None and best is not None and best.value is not None and best.sigma is not None:
            yield GlowOfStack(share=best.value / scale, sigma=best.sigma / scale, peak_adu=peak)


def _peak_adu(proof: Proof) -> float:
    pixels = proof.evidence.pixels
    return 0.0 if pixels is None else pixels.glow_peak_adu or 0.0


def _scale(stack: Diagnosis, frames: Diagnosis) -> float | None:
    """By how much the stack is brighter than its frames: what normalises a stack scales its sky as well."""
    of_stack, of_frames = ([v.level_adu for v in d.views if v.level_adu] for d in (stack, frames))
    return median(of_stack) / median(of_frames) if of_stack and of_frames else None


def too_bright(glows: Sequence[GlowOfStack]) -> str | None:
    """Why a stack cannot hold frames of which a marginal rest is proved: more of the glow of every dark is in it."""
    told = [_more(glow) for glow in glows]
    return told[0] if told and all(told) else None


def _more(glow: GlowOfStack) -> str | None:
    least = glow.share - SURE_SIGMA * glow.sigma
    if least <= MOST_LEFT_SHARE or least * glow.peak_adu <= MOST_LEFT_ADU:
        return None
    return f"at least {least * glow.peak_adu:.0f} ADU of the dark's glow are left in its own pixels, {least:.0%} of it"


def _contradictions(stack: Frame, outputs: Sequence[Frame]) -> Iterator[str]:
    """What the header of a stack says that none of its frames can have said."""
    for field, called in (("camera", "camera"), ("object", "object"), ("filter", "filter"), ("gain", "gain")):
        of_stack, of_frames = getattr(stack, field), [getattr(frame, field) for frame in outputs]
        if of_stack is not None and None not in of_frames and _plain(of_stack) not in map(_plain, of_frames):
            yield f"{called} {_told(of_stack)}, and not {_told(of_frames[0])}"
    if stack.stack_count is not None and stack.stack_count > len(outputs):
        yield f"it holds {stack.stack_count} frames, and {len(outputs)} are proved"
    yield from _of_exposures(stack, [f.exposure_s for f in outputs])
    yield from _of_times(stack, outputs)


def _plain(value: Any) -> Any:
    """As people write names: ``M 31`` and ``m31`` are one object."""
    return "".join(c for c in value.casefold() if c.isalnum()) if isinstance(value, str) else value


def _told(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_exposures(stack: Frame, exposures: Sequence[float | None]) -> Iterator[str]:
    known = [e for e in exposures if e is not None]
    if len(known) < len(exposures):
        return
    most = sum(known) * (1 + SAME_SHARE)
    alike: Callable[[float], bool] = lambda s: any(abs(s - e) <= SAME_SHARE * e for e in known)  # noqa: E731
    total = stack.total_exposure_s
    # some programs write the sum where others write the exposure of one frame
    if stack.exposure_s is not None and not alike(stack.exposure_s) and stack.exposure_s != total:
        yield f"its frames have {stack.exposure_s:g} s, and not {known[0]:g} s"
    elif total is not None and total > most:
        yield f"it holds {total:g} s of light, and all proved frames together {sum(known):g} s"


def _of_times(stack: Frame, outputs: Sequence[Frame]) -> Iterator[str]:
    begun = [_time(frame) for frame in outputs]
    starts = [t for t in begun if t is not None]
    when = _time(stack)
    if when is None or len(starts) < len(outputs):
        return
    first = min(starts) - timedelta(seconds=SAME_S)
    last = max(starts) + timedelta(seconds=SAME_S + max(frame.exposure_s or 0.0 for frame in outputs))
    if not first <= when <= last:
        yield f"it was taken {stack.date_obs}, and they between {min(starts).isoformat()} and {max(starts).isoformat()}"


def _time(frame: Frame) -> datetime | None:
    try:
        return None if frame.date_obs is None else datetime.fromisoformat(frame.date_obs).replace(tzinfo=None)
    except ValueError:
        return None


def _unchecked(stack: Frame, outputs: Sequence[Frame], glows: Sequence[GlowOfStack]) -> Iterator[str]:
    name = Path(stack.path).name
    if stack.stack_count is None:
        yield f"{name} does not say how many frames it holds: whether all of them are proved was not checked"
    if (stack.width, stack.height) not in {(f.width, f.height) for f in outputs}:
        size, frames = f"{stack.width} x {stack.height}", f"{outputs[0].width} x {outputs[0].height}"
        yield f"{name} has {size} pixels and its frames {frames}: where on the sensor it lies was not checked"
    if not glows:
        yield f"how much of the dark's glow is in the pixels of {name} was not measured"
