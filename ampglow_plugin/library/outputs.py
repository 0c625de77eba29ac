"""Outputs in an archive: calibrated and aligned frames and stacks of any program, and what runs recorded of theirs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ampglow_plugin.errors import AmpglowError
from ampglow_plugin.headers import FrameReader
from ampglow_plugin.headers.formats import FRAME_SUFFIXES
from ampglow_plugin.hosts.folder import MANIFEST, read_manifest
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.proof.pairing import Job, jobs_of_run

#: folders that hold copies, previews and deleted files
_BINS: Final = frozenset({"@eadir", "#recycle", "$recycle.bin", "system volume information", "__macosx"})
#: how Siril's calibrated frames are called; 16-bit ones of Siril 1.0 say nothing else
_CALIBRATED: Final = ("pp_", "r_pp_")
#: what Siril and the embedded engine put before the name of a frame that was aligned
_ALIGNED: Final = "r_"
#: samples of raw frames are shorter
_PROCESSED_BITS: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An output. ``job`` is what a run recorded of it; None where nobody did."""

    path: Path
    frame: Frame
    job: Job | None = None


@dataclass(kw_only=True, slots=True)
class Looking:
    """What was passed over on the way, by reason, and files that are no readable frames."""

    passed_over: Counter[str] = field(default_factory=Counter)
    problems: list[FileProblem] = field(default_factory=list)
    files: int = 0


def frame_count(root: Path) -> int:
    """Files below ``root`` that may be frames."""
    return sum(len(names) for _, names in _folders(root))


def candidates(root: Path, looking: Looking) -> Iterator[Candidate]:
    """Outputs below ``root``, folder by folder, in the order of their names; ``looking`` is kept up to date."""
    reader = FrameReader()
    runs: dict[Path, dict[Path, Job | None]] = {}
    for folder, names in _folders(root):
        if (folder / MANIFEST).is_file():
            runs[folder] = _of_run(folder, looking)
        known = next((runs[above] for above in (folder, *folder.parents) if above in runs), {})
        listed = {path.name for path in known}
        for name in names:
            path = folder / name
            looking.files += 1
            job = known.get(path.absolute())
            if job is None and (path.absolute() in known or name.removeprefix(_ALIGNED) in listed):
                looking.passed_over["masters and intermediate frames of a run"] += 1
                continue
            try:
                frame = reader.read(str(path))
            except AmpglowError as error:
                looking.problems.append(FileProblem(path=str(path), kind="unreadable", what=error.what, fix=error.fix))
                continue
            reason = None if job is not None else _no_output(frame, path)
            if reason is None:
                yield Candidate(path=path, frame=frame, job=job)
            else:
                looking.passed_over[reason] += 1


def _no_output(frame: Frame, path: Path) -> str | None:
    """Why a frame is nothing that a dark was subtracted from."""
    if frame.kind not in ("light", "unknown"):
        return "calibration frames"
    processed = frame.master or frame.calibrated or (frame.planes or 1) > 1 or (frame.bits or 0) >= _PROCESSED_BITS
    return None if processed or path.name.startswith(_CALIBRATED) else "raw frames"


def _of_run(folder: Path, looking: Looking) -> dict[Path, Job | None]:
    """Files of a run: outputs and stacks with their jobs, all others with None."""
    try:
        manifest = read_manifest(folder)
    except AmpglowError as error:
        looking.problems.append(FileProblem(path=str(folder / MANIFEST), kind="unreadable", what=error.what))
        return {}
    jobs = jobs_of_run(manifest, folder)
    found: dict[Path, Job | None] = {(folder / path).absolute(): None for path in manifest.intermediates}
    found |= {(folder / master.path).absolute(): None for master in manifest.masters}
    found |= {job.output.absolute(): job for job in jobs}
    for product in manifest.products:
        found[(folder / product).absolute()] = _of_stack(folder / product, manifest, jobs)
    return found


def _of_stack(product: Path, manifest: RunManifest, jobs: Sequence[Job]) -> Job | None:
    """A stack rests on the masters of its frames; the first of them tells by its stars where it lies."""
    pairs = zip(manifest.outputs, jobs, strict=True)
    first = next((job for output, job in pairs if output.group == product.stem), None)
    return None if first is None else replace(first, output=product, light_file=None)


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Folders from ``root`` down with the names of frames in them; links to folders are not followed."""
    for folder, below, files in os.walk(root):
        below[:] = sorted(n for n in below if not n.startswith(".") and n.lower() not in _BINS)
        here = Path(folder)
        names = (n for n in files if not n.startswith(".") and n.lower().endswith(FRAME_SUFFIXES))
        yield here, sorted(n for n in names if not (here / n).is_symlink())
