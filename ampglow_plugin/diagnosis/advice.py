"""What to do next: one ordered list from pre-flight, proof and diagnosis. Pure; the texts stand in ``advice.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.diagnosis import Action, Advice, Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.frames.device_subtracted import NOT_AGAIN
from ampglow_plugin.rules.frames.device_subtracted import RULE as DEVICE_SUBTRACTED
from ampglow_plugin.rules.matches.words import exactly
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
#: what a frame says of the darks it needs
_SETTINGS: Final = ("exposure_s", "setpoint_c", "temperature_c", "gain", "offset", "readout_mode", "xbinning", "camera")
_NOT_KNOWN: Final = "the lights' exposure, gain, offset, temperature and readout mode"
_GRADIENT_LEFT: Final = "subsky or seqsubsky with -rbf follow the corner that is left; a plane does not"
_MARGINAL: Final = "the dark was applied, and what is left of the glow is marginal, in one place"


def advise(
    *,
    findings: Sequence[Finding] = (),
    proofs: Sequence[Proof] = (),
    diagnosis: Diagnosis | None = None,
    frame: Frame | None = None,
    matches: Sequence[Match] = (),
) -> tuple[Advice, ...]:
    """Actions in the order of ``advice.yaml``, each once, with the first reason that asks for it.

    ``findings`` are those of a pre-flight or of any judgement; those set aside by the user do not count. The settings
    that are told are those of the groups of ``matches`` that the findings speak of; without matches those of
    ``frame``, a light.
    """
    wanted: dict[str, tuple[str, str | None]] = {}
    if diagnosis is not None and proofs:
        findings = (*findings, *run_rules(Context(proofs=tuple(proofs), diagnosis=diagnosis), [GRADIENT]))
    asking = tuple(_asking(findings, matches))
    by_findings = ((action, found.message, found.rule) for action, found in asking)
    for action, reason, rule in (*by_findings, *_from_diagnosis(diagnosis, frame, proofs)):
        wanted.setdefault(action, (reason, rule))
    if "no_gradient_removal" in wanted:
        wanted.pop("remove_gradient", None)
    if not wanted and (diagnosis is not None or proofs or findings) and not any(map(_stands_out, findings)):
        wanted["nothing"] = (_rows()["nothing"]["reason"], None)
    fill = {"missing": _missing(diagnosis), "again": _again(diagnosis)}
    fill |= _gradient(frame, wanted.get("remove_gradient"))
    settings = {
        action: _settings(_groups({f.where.group for a, f in asking if a == action}, matches), frame)
        for action in wanted
    }
    return tuple(_in_order(wanted, fill, settings))


def ways(action: Action) -> tuple[Advice, ...]:
    """One action in each program, with the reason of the table."""
    fill = {"missing": _missing(None), "again": _again(None)}
    fill |= _gradient(None, ("", GRADIENT.code)) | {"ampglow_gradient": ""}
    return tuple(_in_order({action: (_rows()[action]["reason"], None)}, fill, {action: _settings((), None)}))


def _rows() -> Mapping[str, Any]:
    rows: Mapping[str, Any] = table("advice.yaml")["actions"]
    return rows


def _in_order(
    wanted: Mapping[str, tuple[str, str | None]], fill: Mapping[str, str], settings: Mapping[str, str]
) -> Iterator[Advice]:
    actions = [action for action in _rows() if action in wanted]
    for order, action in enumerate(actions, start=1):
        row, (reason, rule) = _rows()[action], wanted[action]
        named = cast(Action, action)  # a test holds the table against the words of the model
        for host, how in row["how"].items():
            command = how.format(**fill, settings=settings[action])
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


def _asking(findings: Sequence[Finding], matches: Iterable[Match]) -> Iterator[tuple[str, Finding]]:
    """(action, finding) for each finding that asks for one."""
    asked = {code: action for action, row in _rows().items() for code in row.get("rules", ())}
    had_one = {f.where.path for f in findings if f.rule == DEVICE_SUBTRACTED.code and f.fix == NOT_AGAIN}
    no_more = {m.id for m in matches if had_one & set(m.lights)}
    for found in findings:
        action = asked.get(found.rule) if found.outcome == "failed" and found.ignored is None else None
        if action is not None and not (action == "shoot_darks" and found.where.group in no_more):
            yield action, found


def _stands_out(found: Finding) -> bool:
    """Whether a finding is more than a note: what it asks for may stand in its own fix alone."""
    return found.outcome in ("failed", "crashed") and found.ignored is None and found.severity != "info"


def _groups(told: Collection[str | None], matches: Iterable[Match]) -> tuple[Match, ...]:
    """The groups of lights that findings speak of; all of them where they name none."""
    lights = tuple(m for m in matches if m.role == "dark")
    return tuple(m for m in lights if m.id in told) or lights


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


def _settings(groups: Iterable[Match], frame: Frame | None) -> str:
    """Of several groups each once; the darks of each are a set of their own."""
    of_frame = {name: getattr(frame, name) for name in _SETTINGS} if frame is not None else {}
    known = [group for group in ([m.group for m in groups] or [of_frame]) if group.get("exposure_s") is not None]
    return "; and ".join(dict.fromkeys(map(exactly, known))) or _NOT_KNOWN


def _missing(diagnosis: Diagnosis | None) -> str:
    return "; ".join(diagnosis.missing) if diagnosis is not None else ""


def _again(diagnosis: Diagnosis | None) -> str:
    """How to ask once more; a dark decides about amp glow alone."""
    glow = next((one for one in diagnosis.likelihoods if one.cause == "amp_glow"), None) if diagnosis else None
    dark = " --dark MASTER" if glow is None or glow.decided is None else ""
    return f"ampglow diagnose FILES{dark}"


def _gradient(frame: Frame | None, asked: tuple[str, str | None] | None) -> dict[str, str]:
    """How to remove a gradient: of a stack, or where a rule found it marginal, on the stack alone."""
    stacked = frame is not None and (frame.stack_count or 1) > 1
    marginal = asked is not None and asked[1] is not None
    return {
        "siril_gradient": SIRIL_STACK if stacked or marginal else f"{SIRIL_FRAMES}; or on the stack: {SIRIL_STACK}",
        "ampglow_gradient": AMPGLOW if marginal else "",
    }
