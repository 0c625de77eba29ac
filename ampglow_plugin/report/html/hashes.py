"""What the files were: of a run when its script was made, of proofs and diagnoses when they were looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from ampglow_plugin.model.diagnosis import Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.manifest import InputFile, RunManifest
from ampglow_plugin.report.plan import ROLES
from ampglow_plugin.report.results import Results

#: what it is, its name, its size as far as it is known, its SHA-256
Row = tuple[str, str, str, str]
_PROVED = {
    "output": "calibrated frame",
    "light": "light",
    "log": "log",
    **{r: ROLES[r] for r in ("dark", "flat", "bias")},
}


def rows(results: Iterable[Results]) -> tuple[Row, ...]:
    """Each file once; one that has changed in between twice, with what it was each time."""
    found: dict[tuple[str, str], Row] = {}
    for part in results:
        for run in part.runs:
            _keep(found, _of_run(run))
        for proof in part.proofs:
            _keep(found, _of_proof(proof))
        for diagnosis in part.diagnoses:
            _keep(found, _of_diagnosis(diagnosis))
    return tuple(found.values())


def _keep(found: dict[tuple[str, str], Row], new: Iterable[Row]) -> None:
    for row in new:
        _, name, _, sha256 = row
        found.setdefault((name, sha256), row)


def _of_run(run: RunManifest) -> Iterator[Row]:
    def row(what: str, file: InputFile) -> Row:
        return what, PurePath(file.path).name, f"{file.size:,} bytes", file.sha256

    for master in run.masters:
        role = ROLES[master.role]
        if master.sha256 is not None:
            yield f"{role}, built", PurePath(master.path).name, "", master.sha256
        for file in master.inputs:
            yield row(f"frame of the {role}" if master.built else role, file)
    for output in run.outputs:
        yield row("light", output.light)


def _of_proof(proof: Proof) -> Iterator[Row]:
    for role, path in {"output": proof.path, **proof.inputs}.items():
        if role in proof.sha256:
            yield f"{_PROVED.get(role, role)}, as proved", PurePath(path).name, "", proof.sha256[role]


def _of_diagnosis(diagnosis: Diagnosis) -> Iterator[Row]:
    for path, sha256 in diagnosis.sha256.items():
        what = "dark" if path == diagnosis.dark else "frame"
        yield f"{what}, as looked at", PurePath(path).name, "", sha256
