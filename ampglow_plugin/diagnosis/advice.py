"""What to do next: one ordered list from pre-flight, proof and diagnosis. Pure; the texts stand in ``advice.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.diagnosis import Action, Advice, Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.outputs.gradient_for_dark import RULE as GRADIENT
from ampglow_plugin.rules.outputs.gradient_for_dark import refused, something_left
from ampglow_plugin.rules.runner import run_rules

#: the same on one stack, and on a sequence of calibrated frames: samples far above the background are not used
SIRIL_STACK: Final = (
    "load STACK, then subsky -rbf -samples=20 -tolerance=0.5 -smooth=0.5, then save; the stack is linear"
)
#: where it is proved: the step as a script, with its proof
AMPGLOW: Final = "ampglow gradient RUN -o FOLDER (proves it again, and writes the script for Siril or GraXpert)"
SIRIL_FRAMES: Final = (
    "seqsubsky pp_light_ 1 -samples=20 -tolerance=0.5 before register, on debayered frames: each has its own plane "
    "taken away"
)
_GRADIENT_LEFT: Final = "subsky or seqsubsky with -rbf follow the corner that is left; a plane does not"
_MARGINAL: Final = "the dark was applied, and what is left of the glow is marginal, in one place"


def advise(
    *,
    findings: Sequence[Finding] = (),
    proofs: Sequence[Proof] = (),
    diagnosis: Diagnosis | None = None,
    frame: Frame | None = None,
) -> tuple[Advice, ...]:
    """Actions in the order of ``advice.yaml``, each once, with the first reason that asks for it.

    ``findings`` are those of a pre-flight or of any judgement; those set aside by the user do not count. ``frame`` is a
    light whose settings the darks must have.
    """
    wanted: dict[str, tuple[str, str | None]] = {}
    if diagnosis is not None and proofs:
        findings = (*findings, *run_rules(Context(proofs=tuple(proofs), diagnosis=diagnosis), [GRADIENT]))
    for action, reason, rule in (*_from_findings(findings), *_from_diagnosis(diagnosis, frame, proofs)):
        wanted.setdefault(action, (reason, rule))
    if "no_gradient_removal" in wanted:
        wanted.pop("remove_gradient", None)
    if not wanted and (diagnosis is not None or proofs or findings):
        wanted["nothing"] = (_rows()["nothing"]["reason"], None)
    fill = {"settings": _settings(frame), "seconds": _seconds(frame), "missing": _missing(diagnosis)}
    fill |= _gradient(frame, wanted.get("remove_gradient"))
    return tuple(_in_order(wanted, fill))


def ways(action: Action) -> tuple[Advice, ...]:
    """One action in each program, with the reason of the table."""
    fill = {"settings": _settings(None), "seconds": _seconds(None), "missing": _missing(None)}
    fill |= _gradient(None, ("", GRADIENT.code)) | {"ampglow_gradient": ""}
    return tuple(_in_order({action: (_rows()[action]["reason"], None)}, fill))


def _rows() -> Mapping[str, Any]:
    rows: Mapping[str, Any] = table("advice.yaml")["actions"]
    return rows


def _in_order(wanted: Mapping[str, tuple[str, str | None]], fill: Mapping[str, str]) -> Iterator[Advice]:
    actions = [action for action in _rows() if action in wanted]
    for order, action in enumerate(actions, start=1):
        row, (reason, rule) = _rows()[action], wanted[action]
        named = cast(Action, action)  # a test holds the table against the words of the model
        for host, how in row["how"].items():
            command = how.format(**fill)
            if command:
                yield Advice(
                    order=order,
                    action=named,
                    reason=reason,
                    host=host,
                    command=command,
                    optional=row.get("optional", False),
                    warning=row.get("warning"),
                    rule=rule,
                )


def _from_findings(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str | None]]:
    asked = {code: action for action, row in _rows().items() for code in row.get("rules", ())}
    for found in findings:
        if found.outcome == "failed" and found.ignored is None and found.rule in asked:
            yield asked[found.rule], found.message, found.rule


def _from_diagnosis(
    diagnosis: Diagnosis | None, frame: Frame | None, proofs: Sequence[Proof]
) -> Iterator[tuple[str, str, str | None]]:
    if diagnosis is None:
        return
    told = {found.cause: found for found in diagnosis.causes}
    done = frame is not None and (frame.calibrated or (frame.stack_count or 1) > 1)
    if "amp_glow" in told:
        yield from _on_glow(diagnosis, proofs, done=done, stacked=frame is not None and (frame.stack_count or 1) > 1)
    if "vignetting" in told:
        yield ("replace_flat" if done else "use_flat"), _why(diagnosis, "vignetting"), None
    if "twilight_gradient" in told:
        yield "drop_twilight_frames", _why(diagnosis, "twilight_gradient"), None
    if "internal_reflection" in told:
        yield "avoid_reflection", _why(diagnosis, "internal_reflection"), None
    if "light_pollution_gradient" in told and "amp_glow" not in told:
        yield "remove_gradient", _why(diagnosis, "light_pollution_gradient"), None
    if diagnosis.missing:
        yield "take_more_views", _rows()["take_more_views"]["reason"], None


def _on_glow(
    diagnosis: Diagnosis, proofs: Sequence[Proof], *, done: bool, stacked: bool
) -> Iterator[tuple[str, str, str | None]]:
    why = _why(diagnosis, "amp_glow")
    # one frame may be too noisy to tell what several tell together
    left = [proof for proof in proofs if something_left(proof)] or list(proofs)
    if left and all(refused(proof, diagnosis) is None for proof in left):
        yield "remove_gradient", f"{_MARGINAL}; {_GRADIENT_LEFT}", GRADIENT.code
        return
    if done and not proofs:
        yield "check_applied", f"calibrated frames still glow: {why}", None
    yield "calibrate_again", why, None
    if not proofs:
        reason = "the glow is not proved to be a marginal rest of a dark that was applied"
        yield "no_gradient_removal", reason, GRADIENT.code
    if stacked:
        yield "synthetic_background", _rows()["synthetic_background"]["reason"], None


def _why(diagnosis: Diagnosis, cause: str) -> str:
    """The first sentence that speaks for a cause."""
    told = [sign.what for sign in diagnosis.evidence if sign.cause == cause and sign.speaks == "for"]
    reason: str = told[0] if told else cause.replace("_", " ")
    return reason


def _settings(frame: Frame | None) -> str:
    if frame is None:
        return "the lights' exposure, gain, offset, temperature and readout mode"
    temperature = frame.setpoint_c if frame.setpoint_c is not None else frame.temperature_c
    parts = (
        None if frame.exposure_s is None else f"{frame.exposure_s:g} s",
        None if frame.gain is None else f"gain {frame.gain:g}",
        None if frame.offset is None else f"offset {frame.offset:g}",
        None if temperature is None else f"{temperature:.0f} C",
        None if frame.readout_mode is None else f"readout mode {frame.readout_mode}",
        None if frame.xbinning is None else f"binning {frame.xbinning}",
    )
    return ", ".join(p for p in parts if p) or "the lights' exposure, gain, offset, temperature and readout mode"


def _seconds(frame: Frame | None) -> str:
    return f"{frame.exposure_s:g} s" if frame is not None and frame.exposure_s is not None else "the lights' exposure"


def _missing(diagnosis: Diagnosis | None) -> str:
    return "; ".join(diagnosis.missing) if diagnosis is not None else ""


def _gradient(frame: Frame | None, asked: tuple[str, str | None] | None) -> dict[str, str]:
    """How to remove a gradient: of a stack, or where a rule found it marginal, on the stack alone."""
    stacked = frame is not None and (frame.stack_count or 1) > 1
    marginal = asked is not None and asked[1] is not None
    return {
        "siril_gradient": SIRIL_STACK if stacked or marginal else f"{SIRIL_FRAMES}; or on the stack: {SIRIL_STACK}",
        "ampglow_gradient": AMPGLOW if marginal else "",
    }
