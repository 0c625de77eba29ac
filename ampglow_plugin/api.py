"""The public API (see the package)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ampglow_plugin.archive import (
    Aged,
    audit,
    build_masters,
    compare_darks,
    export_index,
    inspect_darks,
    inspect_library,
    library,
    nothing_found,
    open_journal,
    stamp,
    to_shoot,
    update_index,
    write_sequence,
)
from ampglow_plugin.catalog import Scan, read_or_say, scan, scan_given
from ampglow_plugin.catalog.library import library_darks
from ampglow_plugin.catalog.raw import raw_states
from ampglow_plugin.config import NAME
from ampglow_plugin.errors import InputError, PlanRefused
from ampglow_plugin.headers.formats import is_frame_name
from ampglow_plugin.headers.places import of_other_system, written_here
from ampglow_plugin.knowledge.tolerances import changed
from ampglow_plugin.matching import match, match_all
from ampglow_plugin.model.config import Config
from ampglow_plugin.model.diagnosis import Advice, Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Allowance, Plan
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.model.rewrite import Rewrite
from ampglow_plugin.planning import PlanOptions, from_yaml, make_plan, rematch
from ampglow_plugin.rules import RULES, Context, RulesInParts, run_rules
from ampglow_plugin.rules import verdict as verdict_of
from ampglow_plugin.rules.check_plan import blocks, check_plan, set_aside
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.rules.frames import RULES as FRAME_RULES
from ampglow_plugin.rules.ignored import ignore
from ampglow_plugin.rules.matches import RULES as MATCH_RULES
from ampglow_plugin.rules.matches.dark_unknown import RULE as DARK_UNKNOWN_RULE
from ampglow_plugin.rules.outputs import RULES as OUTPUT_RULES
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES

if TYPE_CHECKING:
    from ampglow_plugin.hosts.base import Emission, Inspect
    from ampglow_plugin.hosts.engines import Engine

__all__ = [
    "Aged",
    "Check",
    "Proving",
    "Scan",
    "Verification",
    "advise",
    "audit",
    "build_masters",
    "check",
    "compare_darks",
    "diagnose",
    "emit",
    "export_index",
    "fix",
    "inspect_darks",
    "inspect_library",
    "library",
    "lint",
    "load_config",
    "match",
    "match_all",
    "measure_glow",
    "open_journal",
    "plan",
    "read_plan",
    "rebase",
    "recheck",
    "remove_gradient",
    "run",
    "scan",
    "scan_given",
    "stamp",
    "to_shoot",
    "update_index",
    "verify",
    "verify_each",
    "write_sequence",
]

Progress = Callable[[str, float | None], None]
Paths = Iterable[str | Path]

#: "nobody knows whether the dark fits": a warning of the pre-flight that no plan is made over
DARK_UNKNOWN = DARK_UNKNOWN_RULE.code
#: endings of plan files, which ``lint`` judges as it does scripts
PLAN_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The pre-flight: frames by path, the role of each, the matches, what the rules found, and files not used.

    ``held`` is how much of each dark's glow is in its lights, where pixels were looked at.
    """

    frames: Mapping[str, Frame]
    roles: Mapping[str, str]
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
    problems: tuple[FileProblem, ...]
    held: tuple[HeldGlow, ...] = ()

    @property
    def unknown(self) -> bool:
        """Whether nobody can say that the darks fit: there are no lights, or a vital field is not recorded.

        A group of which the user has set that aside (AG210 in ``ampglow.yaml``) counts as known.
        """
        vouched = {f.where.group for f in self.findings if f.rule == DARK_UNKNOWN and f.ignored is not None}
        statuses = {m.status for m in self.matches if m.role == "dark" and m.id not in vouched}
        return "unknown" in statuses or not any(m.role == "dark" for m in self.matches)

    @property
    def verdict(self) -> Literal["go", "no_go", "unknown"]:
        """``no_go`` with an error, ``unknown`` where a rule crashed or the darks cannot be compared, else ``go``."""
        return verdict_of(self.findings, vital_unknown=self.unknown)


def check(  # noqa: PLR0913 - one parameter a role
    lights: Paths,
    *,
    darks: Paths = (),
    flats: Paths = (),
    flat_darks: Paths = (),
    bias: Paths = (),
    pixels: bool = True,
    config: Config | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Check:
    """Pre-flight: do these darks match these lights, and are the lights fit to be calibrated?

    Folders alone are sorted by header and folder name. With any calibration frames, or with files
    named, ``lights`` are the lights. ``pixels`` lets it read the pixels of some lights and darks, too: a few
    seconds for each group.
    ``config`` are the user's settings (:func:`load_config`); none are looked for here.

    Raises
    ------
    InputError
        Where no frame could be read.
    """
    named = {"light": lights, "dark": darks, "flat": flats, "darkflat": flat_darks, "bias": bias}
    given = {role: [Path(path) for path in paths] for role, paths in named.items()}
    given = {role: paths for role, paths in given.items() if paths or role == "light"}
    if len(given) == 1 and all(path.is_dir() for path in given["light"]):
        found = scan(given["light"], executor=executor, progress=progress)
    else:
        found = scan_given(given, executor=executor, progress=progress)
    if not found.frames:
        raise nothing_found(given, found)
    with limits_of(config):
        return judge(found, pixels=pixels, config=config, executor=executor, progress=progress)


def load_config(paths: Paths, *, file: str | Path | None = None) -> Config:
    """The user's settings for frames at ``paths``: ``ampglow.yaml`` of the user and next to the frames, or ``file``.

    Raises
    ------
    InputError
        Where a file cannot be read, or is wrong (:class:`~ampglow_plugin.errors.FormatError`, with every place).
    """
    from ampglow_plugin.config import find, load, user_folder

    codes = {rule.code for rule in RULES}
    if file is not None:
        return load([Path(file)], codes)
    files = find(Path(path) for path in paths)
    return load(files, codes, beside_frames=[f for f in files if f != user_folder() / NAME])


def set_aside_by(config: Config, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """``findings``, those that the user's settings set aside marked with the reason given."""
    return ignore(findings, config.ignore)


def limits_of(config: Config | None) -> AbstractContextManager[None]:
    """Within it the user's limits hold."""
    from dataclasses import asdict

    if config is None:
        return nullcontext()
    rows = {row: {k: v for k, v in asdict(bounds).items() if v is not None} for row, bounds in config.limits.items()}
    return changed(rows, config.age_d, "ampglow.yaml")


def judge(
    found: Scan,
    *,
    pixels: bool = True,
    config: Config | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Check:
    """Match what was found, and judge frames and matches by the rules.

    Where a group of lights has no dark that fits, the library folders of ``config`` are searched, too.
    """
    matches = match_all(found.by_role())
    if config is not None and config.library and any(m.role == "dark" and m.status == "none" for m in matches):
        found, matches = _with_library(found, config.library, executor, progress)
    frames = {frame.path: frame for frame in found.frames}
    held = _held(matches, frames, progress) if pixels else ()
    context = Context(
        frames=frames,
        roles=found.roles,
        matches=matches,
        problems=found.problems if found.walked or found.problems else None,
        raw_states=raw_states(found.by_role().get("light", ())) if pixels else None,
        held=held,
    )
    findings = run_rules(context, (*FRAME_RULES, *MATCH_RULES))
    if config is not None:
        findings = set_aside_by(config, findings)
    return Check(
        frames=frames, roles=found.roles, matches=matches, findings=findings, problems=found.problems, held=held
    )


def _held(matches: Sequence[Match], frames: Mapping[str, Frame], progress: Progress | None) -> tuple[HeldGlow, ...]:
    from ampglow_plugin.proof.held import held_glow

    return held_glow(matches, frames, progress=progress)


def _with_library(
    found: Scan, folders: Iterable[str], executor: Executor | None, progress: Progress | None
) -> tuple[Scan, tuple[Match, ...]]:
    """What was found and those darks of the library that some group uses, with the matches."""
    library = library_darks(folders, beside=found.frames, executor=executor, progress=progress)
    by_role = found.by_role()
    matches = match_all({**by_role, "dark": (*by_role.get("dark", ()), *library.frames)})
    used = {path for match in matches for path in match.darks}
    added = [frame for frame in library.frames if frame.path in used]
    roles = {**found.roles, **{frame.path: "dark" for frame in added}}
    problems = (*found.problems, *library.problems)
    return replace(found, frames=(*found.frames, *added), roles=roles, problems=problems), matches


def plan(checked: Check, options: PlanOptions | None = None) -> CheckedPlan:
    """The calibration plan for the lights of a pre-flight, judged by the order rules.

    What the user's settings set aside in the pre-flight is allowed, and recorded in the plan with the reason given.

    Raises
    ------
    PlanRefused
        Where the dark of a group is missing, unknown or wrong and ``options.allow`` does not cover it.
    InputError
        Where there are no lights, or an allowance has no reason or covers nothing.
    """
    options = options or PlanOptions()
    options = replace(options, allow=(*options.allow, *_set_aside(checked.findings)))
    findings = [replace(f, ignored=None) for f in checked.findings]
    made = rebase(make_plan(checked.frames, checked.matches, findings, options), Path.cwd())
    frames = {(at := _at(path, Path.cwd())): replace(f, path=at) for path, f in checked.frames.items()}
    # the pre-flight may have known better limits than those that hold when the plan is read again
    known = tuple(
        Allowance(rule=f.rule, reason="accepted by the pre-flight and its settings", where=f.where.group)
        for f in _objections(made, frames)
    )
    return check_plan(replace(made, allowed=(*made.allowed, *dict.fromkeys(known))), frames)


def recheck(plan: Plan) -> CheckedPlan:
    """A plan that was read from a file, judged anew: people change plans.

    The order rules judge its steps, and the headers of its files are read and matched, so that no master is built
    from darks of other settings than the lights have. Files that are missing are for the host to name.

    Raises
    ------
    PlanRefused
        With all that stands in the way and that the plan does not allow.
    InputError
        Where frames were damaged since the plan was made: hosts stop half way at them, or go on with garbage.
    """
    frames = _frames_of(plan)
    checked = check_plan(plan, frames)
    stops = _objections(plan, frames)
    if stops:
        raise PlanRefused(
            "the darks of this plan do not fit its lights; nothing was written",
            stops,
            fix="make the plan anew with `ampglow plan`, or take the frames that do not belong there out of it",
        )
    return checked


def _frames_of(plan: Plan) -> dict[str, Frame]:
    """Headers of the files of a plan, by path, as far as they can be read."""
    paths = {f for group in plan.groups for f in group.frames} | {f for m in plan.masters for f in (m.file, *m.frames)}
    read = {path: read_or_say(path) for path in sorted(path for path in paths if path is not None)}
    damaged = [
        problem
        for path, problem in read.items()
        if isinstance(problem, FileProblem) and is_frame_name(Path(path)) and Path(path).is_file()
    ]
    if damaged:
        more = f", and {len(damaged) - 1} more files of the plan are damaged" if len(damaged) > 1 else ""
        raise InputError(
            f"{damaged[0].what}{more}; nothing was done",
            where=damaged[0].path,
            fix="copy it again from the camera's disk, or make the plan anew: it leaves damaged frames out",
        )
    return {path: found for path, found in read.items() if isinstance(found, Frame)}


def _objections(plan: Plan, frames: Mapping[str, Frame]) -> tuple[Finding, ...]:
    """Errors of the darks in ``plan`` that it does not allow; what headers do not say is no objection."""
    found = run_rules(Context(frames=frames, matches=rematch(plan, frames)), MATCH_RULES)
    return tuple(f for f in set_aside(found, plan.allowed) if blocks(f))


def _set_aside(findings: Iterable[Finding]) -> tuple[Allowance, ...]:
    """Allowances for what would stand in a plan's way, had the user's settings not set it aside."""
    stops = [f for f in findings if f.ignored is not None and (f.severity == "error" or f.rule == DARK_UNKNOWN)]
    allowed = (
        Allowance(rule=f.rule, reason=f"{f.ignored} (set in {NAME})", where=f.where.group or f.where.path)
        for f in stops
    )
    return tuple(dict.fromkeys(allowed))


def read_plan(path: str | Path) -> Plan:
    """The plan in a YAML file; relative paths in it are meant from the file's own folder.

    Raises
    ------
    InputError
        Where it cannot be read, or is not a plan (:class:`~ampglow_plugin.errors.FormatError`, with every place).
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
        raise InputError(what, where=str(path), fix="name the file that `ampglow plan -o` wrote") from error
    folder = path.absolute().parent
    return rebase(_as_written_here(from_yaml(text, where=str(path)), folder), folder)


def _as_written_here(plan: Plan, folder: Path) -> Plan:
    """The plan, where its paths can be of this system."""

    def here(path: str) -> str:
        if of_other_system(path) and not (folder / path).exists():
            raise InputError(
                "is a path of another system: the plan was made on another computer",
                where=path,
                fix="make the plan anew on this one, or write paths that are relative to the plan",
            )
        return written_here(path, folder)

    masters = tuple(
        replace(m, file=here(m.file) if m.file else None, frames=tuple(map(here, m.frames))) for m in plan.masters
    )
    groups = tuple(replace(g, frames=tuple(map(here, g.frames))) for g in plan.groups)
    return replace(plan, masters=masters, groups=groups)


def rebase(plan: Plan, folder: Path) -> Plan:
    """``plan`` with absolute paths; relative ones are meant from ``folder``."""
    masters = tuple(
        replace(m, file=_at(m.file, folder) if m.file else None, frames=tuple(_at(f, folder) for f in m.frames))
        for m in plan.masters
    )
    groups = tuple(replace(g, frames=tuple(_at(f, folder) for f in g.frames)) for g in plan.groups)
    files = {f for group in plan.groups for f in group.frames} | {f for m in plan.masters for f in (m.file, *m.frames)}
    allowed = tuple(replace(a, where=_at(a.where, folder)) if a.where in files and a.where else a for a in plan.allowed)
    return replace(plan, masters=masters, groups=groups, allowed=allowed)


def _at(path: str, folder: Path) -> str:
    return Path(os.path.normpath(folder / path)).as_posix()


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


def verify(  # noqa: PLR0913 - one parameter a role
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
) -> Verification:
    """Prove that the dark was applied to ``outputs``: calibrated frames, or folders of runs.

    A folder is paired through the ``ampglow-run.json`` in it. Files are paired with ``lights``: the only one, or
    the one that Siril's conversion file beside them names, or the one of the same DATE-OBS and exposure; without
    ``lights`` the conversion file alone. What is not named limits what can be said. ``dark_frames`` are the singles
    of the master dark, for settings that its own header has lost. ``library`` are other darks, or folders of them: of
    an output that is not clean it is told which of them was subtracted; without ``dark`` it is the one among them
    that fits the light by its header.

    Raises
    ------
    InputError
        Where a folder holds no run, or a master or the log cannot be read.
    """
    each = verify_each(
        outputs,
        lights=lights,
        dark=dark,
        flat=flat,
        bias=bias,
        log=log,
        sequence=sequence,
        dark_frames=dark_frames,
        library=library,
        sample=sample,
        progress=progress,
    )
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


def verify_each(  # noqa: PLR0913 - as verify
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
    )


def remove_gradient(
    outputs: str | Path | Paths,
    *,
    stacks: Paths = (),
    proofs: Sequence[Proof] | None = None,
    last_resort: str | None = None,
    progress: Progress | None = None,
    **named: Any,
) -> CheckedPlan | None:
    """The plan that subtracts a smooth background where no more than a marginal rest of a glow is proved to be left.

    ``outputs`` are proved and looked at as by :func:`verify` (``named`` are its parameters) and :func:`diagnose`, or
    ``proofs`` are those made before. The plan works on the ``stacks`` that were made from them; without any, on those
    of a run, else on its aligned frames, else on ``outputs``. None where nothing is found to be left. ``last_resort``
    is the reason why no dark can do it: then nothing has to be proved, and the plan says so.

    Raises
    ------
    PlanRefused
        Where the dark is not proved to be applied, or more is left, or in several places (AG319).
    InputError
        Where nothing is proved of an output, or a stack is not linear any more.
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
    found = gradient.targets(stacks) if stacks else gradient.targets_of(paths)
    return check_plan(gradient.plan_of(found, proofs, diagnoses))


def emit(  # noqa: PLR0913 - what an emission is made from
    planned: CheckedPlan | Plan,
    folder: str | Path,
    *,
    host: str = "siril",
    version: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Emission:
    """Write the plan as a script for ``host`` into ``folder``, with links to its inputs and ``ampglow-run.json``.

    ``version`` is the host's series; None takes the newest. A folder that holds anything is refused, unless it
    was written by ``emit`` and ``force`` allows to write it anew.

    Raises
    ------
    PlanRefused
        Where an unchecked plan breaks rules.
    HostRefused
        Where the host has no way to say what the plan asks for, or cannot read an input.
    InputError
        Where the folder is not ours to write, another process works in it, or there is no such host.
    """
    from ampglow_plugin.hosts.folder import alone_in

    with alone_in(Path(folder)):
        return _emit(planned, Path(folder), host=host, version=version, force=force, progress=progress)


def _emit(  # noqa: PLR0913 - as emit
    planned: CheckedPlan | Plan,
    folder: Path,
    *,
    host: str,
    version: str | None,
    force: bool,
    progress: Progress | None,
) -> Emission:
    from ampglow_plugin.hosts import HOSTS
    from ampglow_plugin.hosts.base import silent

    chosen = HOSTS.get(host)
    if chosen is None:
        raise InputError(f"there is no host {host!r}", fix=f"choose one of {', '.join(HOSTS)}")
    checked = recheck(planned) if isinstance(planned, Plan) else planned
    return chosen.emit(checked, version or chosen.versions[-1], folder, force=force, progress=progress or silent)


def run(  # noqa: PLR0913 - what a run is made from
    planned: CheckedPlan | Plan,
    folder: str | Path,
    *,
    engine: str | Engine | None = None,
    program: str | None = None,
    force: bool = False,
    pixels: bool = True,
    progress: Progress | None = None,
) -> RunManifest:
    """Emit the plan for an engine that is there into ``folder``, run it, and judge the run.

    ``engine`` is one of :data:`~ampglow_plugin.hosts.engines.ENGINES`, or the choice already made; None takes Siril
    (``program``, or the one that is found), and the embedded engine where there is none: the manifest says why.
    With ``pixels`` the dark masters are looked at when they are built: do they hold the glow of their frames, and that
    of the lights? Nothing is calibrated with one that does not.
    What the result is worth is for :func:`verify` to say.

    Raises
    ------
    HostMissing
        Where there is no such engine, or the program named for it is not there; nothing was written.
    HostFailed
        Where the engine did anything less than all of the work, with its own words.
    PlanRefused, HostRefused, InputError
        As :func:`emit`.
    """
    from ampglow_plugin.hosts.base import silent
    from ampglow_plugin.hosts.engines import Engine, choose
    from ampglow_plugin.hosts.folder import alone_in

    used = engine if isinstance(engine, Engine) else choose(engine, program)
    place, told = Path(folder), progress or silent
    with alone_in(place):
        emission = _emit(planned, place, host=used.host.name, version=used.version, force=force, progress=progress)
        emission = replace(emission, manifest=replace(emission.manifest, engine=used.name, engine_why=used.why))
        look = _inspector(planned.plan if isinstance(planned, CheckedPlan) else planned, told) if pixels else None
        return used.host.run(emission, engine=used.name, program=program, progress=told, inspect=look)


def _inspector(plan: Plan, progress: Progress) -> Inspect:
    from ampglow_plugin.proof.built import inspector

    return inspector(plan, _frames_of(plan), progress)


def lint(path: str | Path, *, siril: str | None = None) -> tuple[Finding, ...]:
    """Judge a script that exists already, or a plan (.yaml).

    ``siril`` is the series that scripts of Siril are judged for; None takes the one a script requires. What does not
    calibrate gives no finding, but for those of a Siril script that would stop it.

    Raises
    ------
    InputError
        Where it cannot be read, its ending is that of no host, or there is no such series.
    """
    from ampglow_plugin.hosts import HOSTS, SIRIL

    path = Path(path)
    if path.name.lower().endswith(PLAN_ENDINGS):
        return _lint_plan(path)
    host = next((h for h in HOSTS.values() if path.name.lower().endswith(h.endings)), None)
    if host is None:
        endings = ", ".join((*(ending for h in HOSTS.values() for ending in h.endings), *PLAN_ENDINGS))
        raise InputError("is not a script of a program that is known", where=str(path), fix=f"name a file of {endings}")
    return SIRIL.lint(path, siril) if host is SIRIL else host.lint(path)


def fix(path: str | Path, *, siril: str | None = None, write: bool = False) -> Rewrite:
    """What of a Siril script can be put right without a question, and with ``write`` the file written anew.

    Only what changes nothing of what the script does, or where Siril stops today. Programs, and files of other hosts,
    are left as they are.

    Raises
    ------
    InputError
        Where it cannot be read, or there is no such series.
    OSError
        Where it cannot be written; it is then as it was.
    """
    from ampglow_plugin.hosts.siril.fix import fix as fixed
    from ampglow_plugin.writing import write_bytes

    path = Path(path)
    if not path.name.lower().endswith(".ssf"):
        return Rewrite(path=str(path), before=b"", after=b"")
    made = fixed(path, siril)
    if write and made.changed:
        target = path.resolve()  # a link stays a link
        write_bytes(target, made.after, mode=target.stat().st_mode & 0o777)
    return made


def _lint_plan(path: Path) -> tuple[Finding, ...]:
    judged = read_plan(path)
    findings = set_aside(run_rules(Context(plan=judged), PIPELINE_RULES), judged.allowed)
    return tuple(replace(f, where=replace(f.where, path=str(path))) for f in findings)
