"""What commands found, gathered for a report: from their values, or from JSON lines that were saved."""

from __future__ import annotations

import codecs
import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast

from ampglow_plugin.errors import FormatError, InputError, Problem
from ampglow_plugin.model.codec import from_dict
from ampglow_plugin.model.diagnosis import Advice, Diagnosis
from ampglow_plugin.model.evidence import Conditions, Evidence, HeaderEvidence, LogEvidence, PixelEvidence, Proof
from ampglow_plugin.model.evidence import Verdict as ProofVerdict
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.report.records import VERSION

T = TypeVar("T")
Outcome = Literal["go", "no_go", "unknown"]

#: from the worst to the best
_WORST: Final[tuple[Outcome, ...]] = ("no_go", "unknown", "go")
_VALUES: Final[Mapping[str, type[Any]]] = {
    "match": Match,
    "finding": Finding,
    "held": HeldGlow,
    "plan": Plan,
    "emission": RunManifest,
    "run": RunManifest,
    "frame": Frame,
    "diagnosis": Diagnosis,
    "advice": Advice,
}
#: a saved line that is longer is no record
_MOST_BYTES: Final = 512 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What one command (or one run of several) found.

    ``source`` is what it was read from, for people. ``told`` is the verdict that the command itself came to; None
    where it did not end, and then nobody knows what it would have said. ``frames`` are headers by path. ``folder`` is
    where relative paths are looked for, beside the working folder. ``own_limits``: whether the user's settings changed
    limits of matching; None where that is not known. ``notes`` say what could not be found out.
    """

    source: str
    told: Outcome | None
    matches: tuple[Match, ...] = ()
    findings: tuple[Finding, ...] = ()
    held: tuple[HeldGlow, ...] = ()
    plans: tuple[Plan, ...] = ()
    runs: tuple[RunManifest, ...] = ()
    proofs: tuple[Proof, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    advice: tuple[Advice, ...] = ()
    frames: Mapping[str, Frame] = field(default_factory=dict)
    folder: Path | None = None
    own_limits: bool | None = None
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Outcome:
        """What the command came to, or what its records say where that is worse."""
        seen: list[Outcome] = ["unknown" if self.told is None else self.told]
        live = [f for f in self.findings if f.ignored is None]
        if any(f.outcome == "failed" and f.severity == "error" for f in live):
            seen.append("no_go")
        if any(f.outcome == "crashed" for f in live) or not self._judged:
            seen.append("unknown")
        if any((p.verdict.done, p.verdict.success) != ("applied", "clean") for p in self.proofs):
            seen.append("unknown")
        return min(seen, key=_WORST.index)

    @property
    def _judged(self) -> bool:
        return bool(self.matches or self.findings or self.proofs or self.plans or self.diagnoses)

    @property
    def empty(self) -> bool:
        """Whether there is nothing a report could show."""
        return not (self._judged or self.runs)


def read_saved(data: bytes, source: str, folder: Path | None = None) -> tuple[Results, ...]:
    """Results of each command whose JSON lines are in ``data``, in their order: a summary ends one.

    UTF-8, or UTF-16 with its mark, as some shells write it. Records of kinds that no report shows, and keys that this
    version does not know, are passed over.

    Raises
    ------
    FormatError
        With every line that is no record.
    InputError
        Where there is no record at all.
    """
    problems: list[Problem] = []
    found: list[Results] = []
    records: dict[str, list[Any]] = {}
    for number, line in enumerate(_text(data, source).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            kind, value = _record(line)
        except FormatError as error:
            problems += [Problem(place=f"line {number} {p.place}".strip(), what=p.what) for p in error.problems]
            continue
        records.setdefault(kind, []).append(value)
        if kind == "summary":
            found.append(_results(records, source, folder))
            records = {}
    if problems:
        raise FormatError(problems, where=source, fix="give what `ampglow check --json` (plan, run, verify) printed")
    if records:
        found.append(_results(records, source, folder))
    if not found:
        raise InputError("holds no records", where=source, fix="save them: ampglow check FOLDER --json > check.jsonl")
    return tuple(found)


def _text(data: bytes, source: str) -> str:
    if len(data) > _MOST_BYTES:
        raise InputError(f"is too long to be records ({len(data):,} bytes)", where=source)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not text", where=source, fix="give JSON lines that a command of ampglow printed") from None


def _record(line: str) -> tuple[str, Any]:
    """Kind and value of one line; the plain data where a report has no value for that kind.

    Raises
    ------
    FormatError
        Where it is no record, or its value is wrong.
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise FormatError([Problem(place="", what="is not JSON")]) from None
    if not isinstance(data, dict) or not isinstance(data.get("record"), str):
        raise FormatError([Problem(place="", what="is not a record of ampglow")])
    if data.get("v") != VERSION:
        what = f"is of version {data.get('v')!r} of the records; this ampglow reads version {VERSION}"
        raise FormatError([Problem(place="", what=what)])
    kind = data["record"]
    if kind == "proof":
        return kind, _proof(data)
    if kind in _VALUES:
        return kind, _known(_VALUES[kind], data)
    return kind, data


def _known(cls: type[T], data: Mapping[str, Any]) -> T:
    """The value of a record, without the keys that stand beside it."""
    names = {f.name for f in dataclasses.fields(cast(Any, cls))}
    return from_dict(cls, {key: value for key, value in data.items() if key in names})


def _proof(data: Mapping[str, Any]) -> Proof:
    parts: dict[str, type[Any]] = {"header": HeaderEvidence, "log": LogEvidence, "conditions": Conditions}
    evidence = {name: _known(cls, data[name]) for name, cls in parts.items() if isinstance(data.get(name), dict)}
    pixels = _known(PixelEvidence, data["pixels"]) if isinstance(data.get("pixels"), dict) else None
    verdict = {
        "done": data.get("verdict"),
        **{name: data.get(name) for name in ("success", "decided_by", "hypotheses", "reasons")},
    }
    path, inputs, changed = data.get("path"), data.get("inputs"), data.get("changed", [])
    hashes = data.get("sha256", {})
    wrong = [
        Problem(place=name, what="is missing or of another kind")
        for name, value, kind in (
            ("path", path, str),
            ("inputs", inputs, dict),
            ("changed", changed, list),
            ("sha256", hashes, dict),
        )
        if not isinstance(value, kind)
    ]
    if wrong:
        raise FormatError(wrong)
    return Proof(
        path=cast(str, path),
        inputs={str(role): str(file) for role, file in cast(dict[str, Any], inputs).items()},
        evidence=Evidence(path=cast(str, path), pixels=pixels, **evidence),
        verdict=from_dict(ProofVerdict, verdict),
        changed=tuple(map(str, cast(list[Any], changed))),
        sha256={str(role): str(known) for role, known in cast(dict[str, Any], hashes).items()},
    )


def _results(records: Mapping[str, list[Any]], source: str, folder: Path | None) -> Results:
    def all_of(kind: str) -> tuple[Any, ...]:
        return tuple(records.get(kind, ()))

    told = next((s.get("verdict") for s in all_of("summary")), None)
    return Results(
        source=source,
        told=told if told in _WORST else None,
        matches=all_of("match"),
        findings=all_of("finding"),
        held=all_of("held"),
        plans=all_of("plan"),
        runs=(*all_of("run"), *all_of("emission")),
        proofs=all_of("proof"),
        diagnoses=all_of("diagnosis"),
        advice=all_of("advice"),
        frames={frame.path: frame for frame in all_of("frame")},
        folder=folder,
    )


def worst(results: Iterable[Results]) -> Outcome:
    """The worst verdict of all; unknown where there is none."""
    return min((r.verdict for r in results), key=_WORST.index, default="unknown")
