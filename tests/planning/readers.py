"""Sequences read back as the programs read them, written from their formats: strict where they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import ElementTree


@dataclass(frozen=True)
class Shot:
    """What one job takes; None where the camera's own setting stays."""

    count: int
    exposure_s: float
    gain: float | None
    offset: float | None
    binning: tuple[int, int]
    setpoint_c: float | None
    mode: int | None = None


# ------------------------------------------------------------------------------------- Ekos

#: children of the root that are settings; each other one becomes a job
EKOS_SETTINGS = {
    "Observer", "GuideDeviation", "CCD", "FilterWheel", "GuideStartDeviation", "Autofocus", "HFRCheck",
    "RefocusOnTemperatureDelta", "RefocusEveryN", "RefocusOnMeridianFlip", "MeridianFlip",
}  # fmt: skip
EKOS_JOB = {
    "Exposure", "Format", "Encoding", "Binning", "Frame", "Temperature", "Filter", "Type", "TargetName", "Prefix",
    "Count", "Delay", "PostCaptureScript", "PreCaptureScript", "PostJobScript", "PreJobScript", "GuideDitherPerJob",
    "FITSDirectory", "PlaceholderFormat", "PlaceholderSuffix", "RemoteDirectory", "UploadMode", "ISOIndex",
    "Rotation", "Properties", "Calibration",
}  # fmt: skip
EKOS_TYPES = ("Light", "Bias", "Dark", "Flat")


def read_ekos(path: Path) -> tuple[list[Shot], list[str]]:
    """Jobs in order, and the folder of each; a missing count, exposure or folder cannot be run and fails here."""
    root = ElementTree.fromstring(path.read_bytes())
    assert root.tag == "SequenceQueue"
    assert float(root.get("version")) >= 2.0
    jobs = [child for child in root if child.tag not in EKOS_SETTINGS]
    return [_ekos_job(job) for job in jobs], [job.findtext("FITSDirectory") for job in jobs]


def _ekos_job(job) -> Shot:
    assert {child.tag for child in job} <= EKOS_JOB
    assert len({child.tag for child in job}) == len(job)
    assert EKOS_TYPES.index(job.findtext("Type")) == 2
    temperature = job.find("Temperature")
    forced = temperature is not None and temperature.get("force") == "true"
    properties = {
        vector.get("name"): {element.get("name"): float(element.text) for element in vector}
        for vector in job.find("Properties")
    }
    frame = [int(job.findtext(f"Frame/{side}")) for side in "XYWH"]
    assert frame[2:] == [0, 0]  # the whole sensor
    assert re.fullmatch(r"(/?%[TeD]_?)+", job.findtext("PlaceholderFormat"))
    assert job.findtext("FITSDirectory").startswith("/")
    assert job.find("Calibration/FlatDuration").get("dark") == "false"
    return Shot(
        count=int(job.findtext("Count")),
        exposure_s=float(job.findtext("Exposure")),
        gain=_either(properties, "CCD_GAIN", "GAIN", "Gain"),
        offset=_either(properties, "CCD_OFFSET", "OFFSET", "Offset"),
        binning=(int(job.findtext("Binning/X")), int(job.findtext("Binning/Y"))),
        setpoint_c=float(temperature.text) if forced else None,
    )


def _either(properties: dict[str, dict[str, float]], vector: str, name: str, control: str) -> float | None:
    """Drivers have the one or the other: both have to say the same."""
    values = {properties.get(vector, {}).get(name), properties.get("CCD_CONTROLS", {}).get(control)}
    assert len(values) == 1
    return values.pop()


# ------------------------------------------------------------------------------------- N.I.N.A.

#: class -> fields that it reads, beside Parent, ErrorBehavior and Attempts
NINA_CLASSES = {
    "Container.SequenceRootContainer": {"Strategy", "Name", "Conditions", "IsExpanded", "Items", "Triggers"},
    "Container.StartAreaContainer": {"Strategy", "Name", "Conditions", "IsExpanded", "Items", "Triggers"},
    "Container.TargetAreaContainer": {"Strategy", "Name", "Conditions", "IsExpanded", "Items", "Triggers"},
    "Container.EndAreaContainer": {"Strategy", "Name", "Conditions", "IsExpanded", "Items", "Triggers"},
    "Container.SequentialContainer": {"Strategy", "Name", "Conditions", "IsExpanded", "Items", "Triggers"},
    "SequenceItem.Imaging.TakeManyExposures": {"Strategy", "Name", "Conditions", "IsExpanded", "Items", "Triggers"},
    "SequenceItem.Imaging.TakeExposure": {
        "ExposureTime", "Gain", "Offset", "Binning", "ImageType", "ExposureCount",
    },
    "SequenceItem.Camera.CoolCamera": {"Temperature", "Duration"},
    "SequenceItem.Camera.SetReadoutMode": {"Mode"},
    "SequenceItem.Utility.WaitForTimeSpan": {"Time"},
    "Conditions.LoopCondition": {"CompletedIterations", "Iterations"},
}  # fmt: skip
_EVERY = {"$id", "$type", "Parent", "ErrorBehavior", "Attempts"}


def read_nina(path: Path) -> tuple[list[Shot], list[tuple[str, float]]]:
    """Shots in order, and what is done between them; every type, number and reference is looked at."""
    root = json.loads(path.read_text(encoding="utf-8"))
    seen: dict[str, Any] = {}
    _entity(root, None, seen)
    areas = [_kind(area) for area in root["Items"]["$values"]]
    assert _kind(root) == "Container.SequenceRootContainer"
    assert areas == [f"Container.{name}AreaContainer" for name in ("Start", "Target", "End")]
    start, target, end = (area["Items"]["$values"] for area in root["Items"]["$values"])
    assert not start
    assert not end
    [container] = target
    return _shots(container["Items"]["$values"])


def _shots(items: list[dict[str, Any]]) -> tuple[list[Shot], list[tuple[str, float]]]:
    shots, steps = [], []
    setpoint_c, mode = None, None
    for item in items:
        kind = _kind(item).rsplit(".", 1)[-1]
        if kind == "CoolCamera":
            setpoint_c = item["Temperature"]
            steps.append((kind, item["Duration"]))
        elif kind == "WaitForTimeSpan":
            steps.append((kind, item["Time"]))
        elif kind == "SetReadoutMode":
            mode = item["Mode"]
            assert type(mode) is int
        else:
            assert kind == "TakeManyExposures"
            [exposure], [loop] = item["Items"]["$values"], item["Conditions"]["$values"]
            assert exposure["ImageType"] == "DARK"
            assert all(type(exposure[name]) is int for name in ("Gain", "Offset"))
            own = {name: None if exposure[name] == -1 else exposure[name] for name in ("Gain", "Offset")}
            binning = exposure["Binning"]
            assert binning["$type"] == "NINA.Core.Model.Equipment.BinningMode, NINA.Core"
            shots.append(
                Shot(
                    count=loop["Iterations"],
                    exposure_s=exposure["ExposureTime"],
                    gain=own["Gain"],
                    offset=own["Offset"],
                    binning=(binning["X"], binning["Y"]),
                    setpoint_c=setpoint_c,
                    mode=mode,
                )
            )
    return shots, steps


def _kind(entity: dict[str, Any]) -> str:
    name, assembly = entity["$type"].split(", ")
    assert assembly == "NINA.Sequencer"
    return name.removeprefix("NINA.Sequencer.")


def _entity(entity: dict[str, Any], parent: str | None, seen: dict[str, Any]) -> None:
    assert next(iter(entity)) == "$id"  # before what may refer to it
    assert entity["$id"] not in seen
    seen[entity["$id"]] = entity
    assert entity["Parent"] == (None if parent is None else {"$ref": parent})
    fields = NINA_CLASSES[_kind(entity)]
    assert set(entity) - _EVERY == fields
    if "Strategy" in fields:
        assert _kind(entity["Strategy"]) == "Container.ExecutionStrategy.SequentialStrategy"
    for key in ("Conditions", "Items", "Triggers", "Binning"):
        if key in entity:
            assert next(iter(entity[key])) == "$id"
            assert entity[key]["$id"] not in seen
            seen[entity[key]["$id"]] = entity[key]
    for key, of in (("Conditions", "Conditions"), ("Items", "SequenceItem"), ("Triggers", "Trigger")):
        if key in entity:
            assert re.fullmatch(
                rf"System\.Collections\.ObjectModel\.ObservableCollection`1\[\[NINA\.Sequencer\.{of}\.I\w+, "
                r"NINA\.Sequencer\]\], System\.ObjectModel",
                entity[key]["$type"],
            )
            for child in entity[key]["$values"]:
                _entity(child, entity["$id"], seen)
