"""Which outputs of an archive are badly calibrated: thousands, one after the other, to be gone on with later."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ampglow_plugin import __version__
from ampglow_plugin.library.found_inputs import Library, of_found_dark
from ampglow_plugin.library.journal import Counts, Journal
from ampglow_plugin.library.outputs import Candidate, Looking, candidates, frame_count
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.proof import prove_what_is_there
from ampglow_plugin.proof.pairing import Job
from ampglow_plugin.proof.rungs import Masters

Progress = Callable[[str, float | None], None]

#: outputs that are matched with the library at a time
_BATCH: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """How an audit came out. ``proved`` were proved now, the others of ``counts`` stood in the journal.

    ``passed_over`` counts frames that are no outputs, by reason.
    """

    counts: Counts
    proved: int
    files: int
    passed_over: Mapping[str, int]
    problems: tuple[FileProblem, ...]


def audit(root: Path, journal: Journal, library: Library, *, pixels: bool = True, progress: Progress) -> Audit:
    """Prove every output below ``root`` that ``journal`` does not know yet, as it is and with these inputs.

    What a run of ampglow recorded is used; for other outputs a dark of ``library`` that fits is taken, and where none
    does, or without ``pixels``, headers alone are evidence. The proofs are in the journal, one by one as they are
    made. Memory does not grow with the number of outputs.
    """
    progress("looking for frames", None)
    total = frame_count(root) or 1
    looking, masters, proved = Looking(), Masters(), 0
    for batch in _batches(candidates(root, looking)):
        start = looking.files - len(batch)
        found = library.jobs([c.frame for c in batch if c.job is None])
        for number, candidate in enumerate(batch, start=1):
            progress(f"{candidate.path.name}, {looking.files} of {total} files", (start + number) / total)
            job = candidate.job or found[candidate.frame.path]
            job = (
                job if pixels else replace(job, dark=None, flat=None, bias=None, light=None, dark_frames=(), note=None)
            )
            signature = _signature(job, pixels=pixels)
            if journal.holds(str(candidate.path), signature):
                continue
            journal.add(_proof(candidate, job, masters), signature)
            proved += 1
    progress("done", 1.0)
    return Audit(
        counts=journal.counts(),
        proved=proved,
        files=looking.files,
        passed_over=dict(looking.passed_over),
        problems=tuple(looking.problems),
    )


def _batches(found: Iterable[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    each = iter(found)
    while batch := tuple(itertools.islice(each, _BATCH)):
        yield batch


def _proof(candidate: Candidate, job: Job, masters: Masters) -> Proof:
    proof = prove_what_is_there(job, masters)
    return proof if candidate.job is not None else of_found_dark(proof)


def _signature(job: Job, *, pixels: bool) -> str:
    """Of what the proof rests on: names, sizes and times of the files, and the version of ampglow."""
    files = (job.output, job.light, job.dark, job.flat, job.bias, job.log, job.sequence, *job.dark_frames)
    told = [__version__, str(pixels), str(job.expected_dark), *(_state(path) for path in files)]
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()


def _state(path: Path | None) -> str:
    if path is None:
        return "-"
    try:
        status = path.stat()
    except OSError:
        return f"{path.absolute()} gone"
    return f"{path.absolute()} {status.st_size} {status.st_mtime_ns}"
