"""The public API of what pixels say: proofs, glow, diagnoses, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.diagnosis import Advice, Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.preflight import Check
from ampglow_plugin.rules import Context, RulesInParts, run_rules
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.rules.outputs import RULES as OUTPUT_RULES

Progress = Callable[[str, float | None], None]
Paths = Iterable[str | Path]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """Proofs in order, what the rules say about them, and frames beside the outputs that belong to no light.

    ``outputs`` counts the frames of which these are proofs, or a sample.
    """

    proofs: tuple[Proof, ...]
    findings: tuple[Finding, ...]
    unpaired: tuple[Path, ...] = ()
    outputs: int = 0

    @property
    def clean(self) -> bool:
        """Whether every output was proved to be calibrated with its dark, and well."""
        return bool(self.proofs) and all(
            (p.verdict.done, p.verdict.success) == ("applied", "clean") for p in self.proofs
        )


class ProofFiles(TypedDict, total=False):
    """What outputs were made with, where no run tells; what is not named limits what can be said.

    Files are paired with ``lights``: the only one, or the one that Siril's conversion file beside them names, or the
    one of the same DATE-OBS and exposure; without ``lights`` the conversion file alone. ``log`` is what the host
    printed, ``sequence`` how it aligned the frames. ``dark_frames`` are the singles of the master dark, for settings
    that its own header has lost. ``library`` are other darks, or folders of them: of an output that is not clean it is
    told which of them was subtracted; without ``dark`` it is the one among them that fits the light by its header.
    """

    lights: Paths
    dark: str | Path | None
    flat: str | Path | None
    bias: str | Path | None
    log: str | Path | None
    sequence: str | Path | None
    dark_frames: Paths
    library: Paths


def verify(
    outputs: str | Path | Paths,
    *,
    sample: int | None = None,
    progress: Progress | None = None,
    **named: Unpack[ProofFiles],
) -> Verification:
    """Prove that the dark was applied to ``outputs``: calibrated frames, or folders of runs.

    A folder is paired through the ``ampglow-run.json`` in it; of files it has to be named what they were made with
    (:class:`ProofFiles`). ``sample``: so many of them, evenly spread over the night.

    Raises
    ------
    InputError
        Where a folder holds no run, or a master or the log cannot be read.
    """
    each = verify_each(outputs, sample=sample, progress=progress, **named)
    proofs = tuple(each.proofs)
    findings = run_rules(Context(proofs=proofs), OUTPUT_RULES)
    return Verification(outputs=each.outputs, proofs=proofs, findings=findings, unpaired=each.unpaired)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proving:
    """Proofs that are made one by one, as they are asked for.

    ``outputs`` counts the frames of which these are proofs, or a sample; ``unpaired`` lie beside them and belong to no
    light.
    """

    proofs: Iterator[Proof]
    outputs: int
    unpaired: tuple[Path, ...]

    def judged(self) -> Iterator[tuple[Proof | None, tuple[Finding, ...]]]:
        """Each proof with what the rules say about it; at the end None with the rules that found nothing to judge."""
        rules = RulesInParts(OUTPUT_RULES)
        for proof in self.proofs:
            yield proof, rules.over(Context(proofs=(proof,)))
        yield None, rules.skipped()


def verify_each(  # noqa: PLR0913 - one parameter a role
    outputs: str | Path | Paths,
    *,
    lights: Paths = (),
    dark: str | Path | None = None,
    flat: str | Path | None = None,
    bias: str | Path | None = None,
    log: str | Path | None = None,
    sequence: str | Path | None = None,
    dark_frames: Paths = (),
    library: Paths = (),
    sample: int | None = None,
    progress: Progress | None = None,
) -> Proving:
    """As :func:`verify`, for thousands of frames: whoever keeps none of the proofs needs the memory of a few frames.

    Raises
    ------
    InputError
        As :func:`verify`; for the library and the masters, when the proofs are asked for.
    """
    from ampglow_plugin.proof import Job, Joined, Pairing, pair_folder, pair_lights, prove_all, sampled

    paths = [Path(outputs)] if isinstance(outputs, (str, Path)) else [Path(p) for p in outputs]
    folders, files = [p for p in paths if p.is_dir()], [p for p in paths if not p.is_dir()]
    pairings = [pair_folder(folder) for folder in folders]
    light_of = pair_lights(files, [Path(p) for p in lights])
    singles = tuple(Path(p) for p in dark_frames)
    jobs = [
        Job(
            output=file,
            light=light_of.get(file),
            dark=Path(dark) if dark else None,
            flat=Path(flat) if flat else None,
            bias=Path(bias) if bias else None,
            log=Path(log) if log else None,
            sequence=Path(sequence) if sequence else None,
            dark_frames=singles,
            expected_dark=dark is not None or None,
            expected_flat=flat is not None or None,
            note="no light of the same DATE-OBS and exposure was given" if lights and not light_of[file] else None,
        )
        for file in files
    ]
    pairings.append(Pairing(jobs=tuple(jobs)))
    every = Joined(pairing.jobs for pairing in pairings)
    return Proving(
        outputs=len(every),
        proofs=prove_all(sampled(every, sample), library=[Path(p) for p in library], progress=progress),
        unpaired=tuple(path for pairing in pairings for path in pairing.unpaired),
    )


def measure_glow(
    paths: str | Path | Paths, *, bias: str | Path | None = None, executor: Executor | None = None
) -> tuple[Glow, ...]:
    """The glow of frames, in their order, without the structure of the readout that is in ``bias`` as well.

    ``bias`` is a bias or a short dark; without it, what may be structure is said to be so. Frames are measured by
    ``executor`` where one is given (threads, processes, a cluster).

    Raises
    ------
    InputError
        Where a frame cannot be read, is too small, or is of another size than ``bias``.
    """
    from ampglow_plugin.proof.glow import glow_of_each

    files = [paths] if isinstance(paths, (str, Path)) else paths
    found = []
    for glow in glow_of_each(files, bias=bias, executor=executor):
        if isinstance(glow, InputError):
            raise glow
        found.append(glow)
    return tuple(found)


def diagnose(
    paths: str | Path | Paths, *, dark: str | Path | None = None, progress: Progress | None = None
) -> Diagnosis:
    """Tell amp glow, gradients of the sky, vignetting, reflections and twilight apart.

    ``paths`` are lights, raw or calibrated, or stacks, of one camera: of one target or, better, of several. With
    ``dark``, a dark or master dark of their settings, its glow is looked for in them.

    Raises
    ------
    InputError
        Where a file cannot be read, is no picture of the sky, or they do not lie on each other.
    """
    from ampglow_plugin.diagnosis.diagnose import diagnose as tell
    from ampglow_plugin.headers import read_frame

    files = [paths] if isinstance(paths, (str, Path)) else list(paths)
    if not files:
        raise InputError("no frames were named", fix="name lights, calibrated frames or stacks")
    return tell([read_frame(file) for file in files], None if dark is None else str(dark), progress=progress)


def advise(
    *,
    check: Check | None = None,
    verification: Verification | None = None,
    diagnosis: Diagnosis | None = None,
) -> tuple[Advice, ...]:
    """What to do next, in order, from a pre-flight, a proof and a diagnosis, or from what there is of them."""
    from ampglow_plugin.diagnosis.advice import advise as told
    from ampglow_plugin.headers import read_frame

    frame = None
    if check is not None:
        frame = next((check.frames[path] for path, role in check.roles.items() if role == "light"), None)
    elif diagnosis is not None:
        frame = read_frame(diagnosis.paths[0])
    return told(
        findings=(*(check.findings if check else ()), *(verification.findings if verification else ())),
        proofs=verification.proofs if verification else (),
        diagnosis=diagnosis,
        frame=frame,
        matches=check.matches if check is not None else (),
    )


def remove_gradient(
    outputs: str | Path | Paths,
    *,
    stacks: Paths = (),
    proofs: Sequence[Proof] | None = None,
    last_resort: str | None = None,
    progress: Progress | None = None,
    **named: Unpack[ProofFiles],
) -> CheckedPlan | None:
    """The plan that subtracts a smooth background where no more than a marginal rest of a glow is proved to be left.

    ``outputs`` are proved (with the files ``named``, as by :func:`verify`) and looked at (:func:`diagnose`), or
    ``proofs`` are those made before. The plan works on the ``stacks`` that were made from them; without any, on those
    of a run, else on its aligned frames, else on ``outputs``. None where nothing is found to be left. ``last_resort``
    is the reason why no dark can do it: then nothing has to be proved, and the plan says so.

    Raises
    ------
    PlanRefused
        Where the dark is not proved to be applied, or more is left, or in several places (AG319).
    InputError
        Where nothing is proved of an output, or a stack is not linear any more, or holds other frames.
    """
    from ampglow_plugin.diagnosis import gradient

    paths = [Path(outputs)] if isinstance(outputs, (str, Path)) else [Path(p) for p in outputs]
    runs = [p for p in paths if p.is_dir()]
    if last_resort is not None:
        if runs:
            what = "a run has its raw frames: a synthetic background is for where they are gone"
            raise InputError(what, where=str(runs[0]), fix="calibrate again with darks that fit, or name the stack")
        return check_plan(gradient.plan_of(gradient.targets(stacks or paths), (), {}, last_resort=last_resort))
    if proofs is None:
        proofs = verify(paths, progress=progress, **named).proofs
    gradient.need_proofs(paths, proofs)
    diagnoses = {dark: diagnose(files, dark=dark, progress=progress) for dark, files in gradient.to_look_at(proofs)}
    if gradient.nothing_left(proofs, diagnoses.values()):
        return None
    named_stacks = [Path(stack) for stack in stacks]
    found = gradient.stacks_of(named_stacks, runs) if named_stacks else gradient.targets_of(paths)
    allowed = check_plan(gradient.plan_of(found, proofs, diagnoses))
    return check_plan(gradient.stacks_checked(allowed.plan, found, proofs, diagnoses))
