"""Gathers header, log and pixel evidence of outputs, and has it judged."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ampglow_plugin.catalog.hashes import sha256_of
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import history, program, read_frame
from ampglow_plugin.hosts import HOSTS
from ampglow_plugin.model.evidence import Conditions, Evidence, HeaderEvidence, LogEvidence, Proof
from ampglow_plugin.pixels.xisf import provenance
from ampglow_plugin.proof.conditions import compare
from ampglow_plugin.proof.leftover import with_factor
from ampglow_plugin.proof.offered import Offered, light_of, which_dark
from ampglow_plugin.proof.pairing import Job, pair_folder
from ampglow_plugin.proof.rungs import ALIGNED_RUNGS, Masters, measure_pixels
from ampglow_plugin.rules.verdict import judge

Progress = Callable[[str, float | None], None]
PathLike = str | Path

#: inputs that a proof can do without
ROLES: Final = ("light", "dark", "flat", "bias", "log")


def verify(  # noqa: PLR0913 - one parameter a role
    output: PathLike,
    *,
    light: PathLike | None = None,
    dark: PathLike | None = None,
    flat: PathLike | None = None,
    bias: PathLike | None = None,
    log: PathLike | None = None,
    sequence: PathLike | None = None,
    dark_frames: Sequence[PathLike] = (),
    library: Sequence[PathLike] = (),
) -> Proof:
    """Prove one calibrated frame. The more of its inputs are named, the more can be said.

    ``dark_frames`` are the singles of the master dark: stacking loses settings (readout mode, set point)
    that decide whether dark and light were taken under the same conditions. ``library`` are other darks, or folders of
    them: where the output is not clean the one is told that was subtracted.

    Raises
    ------
    UnreadableFrame, UnsupportedFile
        If a file that was named cannot be read as a frame.
    """
    job = Job(
        output=Path(output),
        light=_path(light),
        dark=_path(dark),
        flat=_path(flat),
        bias=_path(bias),
        log=_path(log),
        sequence=_path(sequence),
        dark_frames=tuple(Path(p) for p in dark_frames),
        expected_dark=True if dark is not None else None,
        expected_flat=True if flat is not None else None,
    )
    return prove(job, Masters(), offered_from(library))


def verify_folder(folder: PathLike, *, progress: Progress | None = None) -> tuple[Proof, ...]:
    """Prove every output that the manifests of ``folder`` list; one that is missing or damaged is undecided.

    Raises
    ------
    InputError
        Where the folder holds no manifest.
    """
    return tuple(prove_all(pair_folder(Path(folder)).jobs, progress=progress))


def offered_from(library: Sequence[PathLike]) -> Offered | None:
    """The darks of a library; None without one.

    Raises
    ------
    InputError
        Where a file that was named cannot be read.
    """
    return Offered(Path(p) for p in library) if library else None


def prove_all(
    jobs: Iterable[Job], *, library: Sequence[PathLike] = (), progress: Progress | None = None
) -> Iterator[Proof]:
    """Proofs in order, with the memory of a few frames. A file that cannot be read makes its proof undecided."""
    jobs = jobs if isinstance(jobs, Sequence) else tuple(jobs)
    masters, offered = Masters(), offered_from(library)
    for i, job in enumerate(jobs):
        if progress:
            progress(job.output.name, i / len(jobs))
        yield prove_what_is_there(job, masters, offered)


def prove_what_is_there(job: Job, masters: Masters, offered: Offered | None = None) -> Proof:
    """The proof without inputs that are missing or damaged; what the others say still counts."""
    try:
        return prove(job, masters, offered)
    except InputError as error:
        reason = f"{error.where or job.output}: {error.what}"
        lost = next((role for role in ROLES if _is(getattr(job, role), error.where)), None)
        rest = None if lost is None else _without(job, lost)
        if rest is None and any(_is(path, error.where) for path in job.dark_frames):
            rest = replace(job, dark_frames=tuple(p for p in job.dark_frames if not _is(p, error.where)))
        if rest is not None:
            proof = prove_what_is_there(rest, masters, offered)
            return replace(proof, verdict=replace(proof.verdict, reasons=(reason, *proof.verdict.reasons)))
        told = _testimony(job, masters)
        if _is(job.output, error.where):
            told.pop("header", None)  # the header of a damaged file does not speak for what is lost
        evidence = Evidence(
            path=str(job.output), expected_dark=job.expected_dark, expected_flat=job.expected_flat, **told
        )
        verdict = judge(evidence)
        verdict = replace(verdict, reasons=(reason, *verdict.reasons))
        return Proof(path=str(job.output), inputs=_inputs(job), evidence=evidence, verdict=verdict)


def _without(job: Job, role: str) -> Job:
    nothing: dict[str, Any] = {role: None}
    named = job.dark.name if role == "dark" and job.dark is not None else job.dark_name
    return replace(job, **nothing, dark_name=named)


def _is(path: Path | None, where: str | None) -> bool:
    return path is not None and where is not None and path == Path(where)


def prove(job: Job, masters: Masters, offered: Offered | None = None) -> Proof:
    """Evidence and verdict of one output; ``offered`` are darks that may have been subtracted in place of its own."""
    if job.dark is None and offered is not None:
        job = _with_dark(job, offered)
    header, log = _header(job), _log(job, masters)
    pixels = measure_pixels(job, header, log, masters)
    conditions = _conditions(job, masters, moved=pixels is not None and pixels.rung in ALIGNED_RUNGS)
    evidence = Evidence(
        path=str(job.output),
        header=header,
        log=log,
        pixels=with_factor(pixels, conditions) if pixels and pixels.rung > 1 else pixels,
        conditions=conditions,
        expected_dark=job.expected_dark,
        expected_flat=job.expected_flat,
        camera=read_frame(job.light or job.output).camera,
    )
    proof = Proof(path=str(job.output), inputs=_inputs(job), evidence=evidence, verdict=judge(evidence))
    if offered is not None and (proof.verdict.done, proof.verdict.success) != ("applied", "clean"):
        evidence = replace(evidence, darks=which_dark(proof, offered, masters.read))
        proof = replace(proof, evidence=evidence, verdict=judge(evidence))
    hashes = _hashes(job, masters)
    changed = tuple(_changed(job, masters, hashes.get("light")))
    reasons = (*((job.note,) if job.note else ()), *changed, *proof.verdict.reasons)
    return replace(proof, verdict=replace(proof.verdict, reasons=reasons), changed=changed, sha256=hashes)


def _with_dark(job: Job, offered: Offered) -> Job:
    """The dark that was meant: the one of the light's own settings."""
    dark = offered.fitting(light_of(job.light, job.output))
    if dark is None:
        note = "none of the darks offered fits the light by its header: name the one that was meant (--dark)"
        return replace(job, note="; ".join(text for text in (job.note, note) if text))
    return replace(job, dark=dark, expected_dark=True)


def _path(value: PathLike | None) -> Path | None:
    return None if value is None else Path(value)


def _inputs(job: Job) -> dict[str, str]:
    named = {"light": job.light, "dark": job.dark, "flat": job.flat, "bias": job.bias, "log": job.log}
    return {role: str(path) for role, path in named.items() if path is not None}


def _header(job: Job) -> HeaderEvidence:
    lines, software = (*history(job.output), *provenance(job.output)), program(job.output)
    before = history(job.light) if job.light else None
    found = HeaderEvidence(why="no program that is known wrote this header")
    for host in HOSTS.values():
        found = host.header_evidence(lines, before, software)
        if found.host is not None:
            break
    return found


def _testimony(job: Job, masters: Masters) -> dict[str, Any]:
    """Header and log of an output, as far as they can be read."""
    found: dict[str, Any] = {}
    with contextlib.suppress(InputError):
        found["header"] = _header(job)
    with contextlib.suppress(InputError):
        found["log"] = _log(job, masters)
    return found


def _log(job: Job, masters: Masters) -> LogEvidence:
    if job.log is None:
        return LogEvidence(why="no log at hand")
    try:
        text = masters.log(job.log)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(job.log)) from error
    dark = job.dark.name if job.dark is not None else job.dark_name
    first: LogEvidence | None = None
    for host in HOSTS.values():
        found = host.log_evidence(text, job.output.name, dark)
        first = first or found
        if found.host_version or found.success is not None or found.claim != "silent":
            break  # it knows the log as its own: it names a version, or commands that worked or failed
    else:
        assert first is not None
        found = first
    return replace(found, path=str(job.log))


def _conditions(job: Job, masters: Masters, *, moved: bool) -> Conditions:
    """Settings of light and dark; where the raw light is gone, its output has kept most of its header."""
    if job.dark is None:
        return Conditions()
    darks = [masters.frame(path) for path in job.dark_frames or (job.dark,)]
    if job.light is not None:
        return compare(read_frame(job.light), darks)
    # of the raw light it is known that it was one: what the output became since says nothing against the dark
    like = darks[0]
    taken = replace(read_frame(job.output), calibrated=None, planes=like.planes, stack_count=None, master=False)
    if moved:
        taken = replace(taken, width=like.width, height=like.height, row_order=like.row_order)
    return compare(taken, darks)


def sampled(jobs: Sequence[Job], number: int | None) -> Sequence[Job]:
    """``number`` of the jobs, evenly spread from first to last; all for None, or where there are fewer."""
    if number is None or number >= len(jobs):
        return jobs
    if number == 1:
        return (jobs[len(jobs) // 2],)
    return tuple(jobs[round(i * (len(jobs) - 1) / (number - 1))] for i in range(number))


def _hashes(job: Job, masters: Masters) -> dict[str, str]:
    """What the files of the proof are, by their role; none of one that has gone meanwhile."""
    found: dict[str, str] = {}
    for role, path in (("output", str(job.output)), *_inputs(job).items()):
        with contextlib.suppress(OSError):
            # masters and the log belong to many outputs, a light to one
            found[role] = sha256_of(Path(path)) if role in ("output", "light") else masters.sha256(Path(path))
    return found


def _changed(job: Job, masters: Masters, light_sha256: str | None) -> Iterator[str]:
    """What to say of files that are no longer what they were: their pixels are not those that were used."""
    if job.light is not None and job.light_file is not None and light_sha256 != job.light_file.sha256:
        yield f"{job.light.name} has changed since the script was made"
    for path, then in job.hashes:
        if not path.is_file():
            yield f"{path.name} is gone"
        elif masters.sha256(path) != then:
            yield f"{path.name} has changed since the run used it"
