"""JSON Schema (draft 2020-12) of every record a command prints and of the files ampglow writes.

Made from the model's own type hints, so that data and schema cannot drift apart. A record is the
fields of its value beside ``record`` and ``v``; extra keys are allowed, those named keep their
names and units.
"""

from __future__ import annotations

from typing import Any

from ampglow_plugin.model.aged import Comparison
from ampglow_plugin.model.codec import json_schema
from ampglow_plugin.model.darks import DarkMeasure, Reject
from ampglow_plugin.model.diagnosis import Advice, Diagnosis
from ampglow_plugin.model.evidence import DarkFit, HeaderEvidence, LogEvidence, PixelEvidence
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.model.library import LeftOut, LibraryCell, LibraryMaster, SequenceFile, Stamp, ToShoot
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.model.scan import ScanSummary
from ampglow_plugin.model.watched import Watched
from ampglow_plugin.report.records import VERSION

#: record name -> the model value it prints
RECORDS: dict[str, type[Any]] = {
    "frame": Frame,
    "match": Match,
    "finding": Finding,
    "glow": Glow,
    "diagnosis": Diagnosis,
    "advice": Advice,
    "held": HeldGlow,
    "plan": Plan,
    "emission": RunManifest,
    "run": RunManifest,
    "problem": FileProblem,
    "scan": ScanSummary,
    "cell": LibraryCell,
    "comparison": Comparison,
    "dark": DarkMeasure,
    "reject": Reject,
    "to_shoot": ToShoot,
    "sequence": SequenceFile,
    "master": LibraryMaster,
    "left_out": LeftOut,
    "stamp": Stamp,
    "watched": Watched,
}
#: files ampglow writes -> the model value they hold
FILES: dict[str, type[Any]] = {"plan.yaml": Plan, "ampglow-run.json": RunManifest}


def _nullable(kind: str) -> dict[str, Any]:
    return {"type": [kind, "null"]}


def _proof(definitions: dict[str, Any]) -> dict[str, Any]:
    def part(cls: type[Any]) -> dict[str, Any]:
        return {"anyOf": [json_schema(cls, definitions), {"type": "null"}]}

    numbers = ["factor", "factor_sigma", "residual_glow", "residual_glow_sigma", "residual_hot"]
    numbers += ["residual_hot_sigma", "residual_glow_adu", "bias_pedestals"]
    words = {"type": "array", "items": {"type": "string"}}
    done = ["applied", "scaled", "not_applied", "applied_twice", "wrong_dark", "contradiction", "undecided"]
    properties: dict[str, Any] = {
        "path": {"type": "string"},
        "verdict": {"enum": done},
        "success": {"enum": ["clean", "residual", "oversubtracted", "undecided"]},
        "rung": _nullable("integer"),
        **{name: _nullable("number") for name in numbers},
        "hypotheses": words,
        "decided_by": {"enum": ["header", "log", "pixels", None]},
        "header": part(HeaderEvidence),
        "log": part(LogEvidence),
        "pixels": part(PixelEvidence),
        "darks": {"type": "array", "items": json_schema(DarkFit, definitions)},
        "inputs": {"type": "object", "additionalProperties": {"type": "string"}},
        "sha256": {"type": "object", "additionalProperties": {"type": "string"}},
        "reasons": words,
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _fix() -> dict[str, Any]:
    properties = {"path": {"type": "string"}, "diff": {"type": "string"}, "written": {"type": "boolean"}}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _report() -> dict[str, Any]:
    properties = {"path": {"type": "string"}, "bytes": {"type": "integer"}, "sha256": {"type": "string"}}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _watching() -> dict[str, Any]:
    counts = {name: {"type": "integer", "minimum": 0} for name in ("frames", "lights", "darks")}
    properties = {"folder": {"type": "string"}, **counts, "until": {"type": "string"}}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _summary() -> dict[str, Any]:
    counts = {name: {"type": "integer", "minimum": 0} for name in ("errors", "warnings", "skipped", "exit")}
    properties = {"verdict": {"enum": ["go", "no_go", "unknown"]}, **counts}
    return {"type": "object", "properties": properties, "required": list(properties)}


def schema() -> dict[str, Any]:
    """One schema: a line of output matches one of its records; ``files`` refer to its definitions."""
    definitions: dict[str, Any] = {}
    bodies = {name: json_schema(cls, definitions) for name, cls in RECORDS.items()}
    bodies["proof"] = _proof(definitions)
    bodies["fix"] = _fix()
    bodies["report"] = _report()
    bodies["watching"] = _watching()
    bodies["summary"] = _summary()
    for name, body in bodies.items():
        envelope = {"record": {"const": name}, "v": {"const": VERSION}}
        definitions[f"record.{name}"] = {
            "allOf": [body, {"properties": envelope, "required": ["record", "v"]}],
        }
    files = {name: json_schema(cls, definitions) for name, cls in FILES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ampglow records",
        "oneOf": [{"$ref": f"#/$defs/record.{name}"} for name in bodies],
        "files": files,
        "$defs": definitions,
    }
