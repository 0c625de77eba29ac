"""Advanced sequences of N.I.N.A. 2 and 3, as JSON.

Facts from N.I.N.A.'s sources (``NINA.Sequencer``: ``SequenceJsonConverter``, the containers and instructions, and the
examples beside the program): objects have ``$id``, ``$type`` (class and assembly) and a ``Parent`` that refers to
the object around them; lists stand in ``$values``; a whole sequence is a root with a start, a target and an end area.
``TakeManyExposures`` holds one ``TakeExposure`` and one ``LoopCondition``; a gain or offset of -1 leaves the camera's
own; ``CoolCamera.Duration`` is in minutes, ``WaitForTimeSpan.Time`` in seconds; ``SetReadoutMode.Mode`` is the number
of the mode in the driver's list. Flat-darks are of the type DARK since version 3.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ampglow_plugin.model.library import ToShoot
from ampglow_plugin.planning.sequences.common import Sequence, not_known, title, whole
from ampglow_plugin.planning.shooting import AMBIENT_C, COOLING_C_PER_MIN, SETTLING_S, ShootingList

_NAMESPACE: Final = "NINA.Sequencer"
_LISTS: Final = {
    "Conditions": "Conditions.ISequenceCondition",
    "Items": "SequenceItem.ISequenceItem",
    "Triggers": "Trigger.ISequenceTrigger",
}
#: what the program does when an instruction fails: goes on, or ends the sequence
_GO_ON, _END = 0, 2
_CAMERAS_OWN: Final = -1


def sequence(lacking: ShootingList, folder: Path) -> Sequence:  # noqa: ARG001 - the profile says where frames go
    """The sequence: cool, wait, set the mode where it is a number, expose; the coldest first."""
    steps: list[dict[str, Any]] = []
    setpoint_c: float | None = None
    mode: int | None = None
    for entry in lacking.entries:
        if entry.setpoint_c is not None and entry.setpoint_c != setpoint_c:
            setpoint_c = entry.setpoint_c
            steps += _cooled(setpoint_c)
        number = _mode(entry)
        if number is not None and number != mode:
            mode = number
            steps.append(_step("SequenceItem.Camera.SetReadoutMode", Mode=mode))
        steps.append(_exposures(entry))
    root = _container(
        "SequenceRootContainer",
        "Darks",
        [
            _container("StartAreaContainer", "Start", []),
            _container("TargetAreaContainer", "Targets", [_container("SequentialContainer", "Darks", steps)]),
            _container("EndAreaContainer", "End", []),
        ],
    )
    _numbered(root, None, itertools.count(1))
    text = json.dumps(root, indent=2, ensure_ascii=True)
    return Sequence(data=text.encode() + b"\n", not_held=tuple(_not_held(lacking)))


def _cooled(setpoint_c: float) -> Iterator[dict[str, Any]]:
    minutes = math.ceil(max(AMBIENT_C - setpoint_c, 0.0) / COOLING_C_PER_MIN)
    cool = "SequenceItem.Camera.CoolCamera"
    yield {**_step(cool, Temperature=setpoint_c, Duration=float(minutes)), "ErrorBehavior": _END}
    yield _step("SequenceItem.Utility.WaitForTimeSpan", Time=SETTLING_S)


def _exposures(entry: ToShoot) -> dict[str, Any]:
    binning = {
        "$type": "NINA.Core.Model.Equipment.BinningMode, NINA.Core",
        "X": entry.xbinning or 1,
        "Y": entry.ybinning or entry.xbinning or 1,
    }
    gain, offset = whole(entry.gain), whole(entry.offset)
    exposure = _step(
        "SequenceItem.Imaging.TakeExposure",
        ExposureTime=entry.exposure_s,
        Gain=_CAMERAS_OWN if gain is None else gain,
        Offset=_CAMERAS_OWN if offset is None else offset,
        Binning=binning,
        ImageType="DARK",
        ExposureCount=0,
    )
    loop = {"$type": _type("Conditions.LoopCondition"), "CompletedIterations": 0, "Iterations": entry.count}
    many = _container("SequenceItem.Imaging.TakeManyExposures", title(entry), [exposure])
    many["Conditions"]["$values"].append(loop)
    return many


def _step(kind: str, **fields: Any) -> dict[str, Any]:
    return {"$type": _type(kind), **fields, "ErrorBehavior": _GO_ON, "Attempts": 1}


def _container(kind: str, name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    strategy = {"$type": _type("Container.ExecutionStrategy.SequentialStrategy")}
    lists: dict[str, Any] = {
        key: {
            "$type": f"System.Collections.ObjectModel.ObservableCollection`1[[{_type(of)}]], System.ObjectModel",
            "$values": items if key == "Items" else [],
        }
        for key, of in _LISTS.items()
    }
    full = kind if "." in kind else f"Container.{kind}"
    return {
        "$type": _type(full),
        "Strategy": strategy,
        "Name": name,
        "IsExpanded": True,
        **lists,
        "ErrorBehavior": _GO_ON,
        "Attempts": 1,
    }


def _type(kind: str) -> str:
    return f"{_NAMESPACE}.{kind}, {_NAMESPACE}"


def _numbered(entity: dict[str, Any], parent: str | None, ids: Iterator[int]) -> None:
    """Give each object its number, and each entity its parent; ``$id`` has to stand first."""
    own = {"$id": str(next(ids)), **entity}
    entity.clear()
    entity.update(own)
    for key in (*_LISTS, "Binning"):
        if key in entity:
            entity[key] = {"$id": str(next(ids)), **entity[key]}
            for child in entity[key].get("$values", ()):
                _numbered(child, entity["$id"], ids)
    entity["Parent"] = None if parent is None else {"$ref": parent}


def _mode(entry: ToShoot) -> int | None:
    """The readout mode where the header names it by its number."""
    text = (entry.readout_mode or "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _not_held(lacking: ShootingList) -> Iterator[str]:
    yield "the camera: it is that of the profile"
    yield from not_known(lacking, "the camera's default of the profile is taken")
    parts = sorted(
        {
            f"{name} {value:g}"
            for e in lacking.entries
            for name, value in (("gain", e.gain), ("offset", e.offset))
            if value is not None and whole(value) is None
        }
    )
    if parts:
        yield f"{', '.join(parts)}: only whole numbers can be set; the camera's default of the profile is taken"
    modes = sorted({e.readout_mode for e in lacking.entries if e.readout_mode is not None and _mode(e) is None})
    if modes:
        yield f"the readout mode ({', '.join(modes)}): it is set by its number in the driver's list; choose it there"
    if any(e.role == "flatdark" for e in lacking.entries):
        yield "which darks are flat-darks: N.I.N.A. writes all as DARK, their exposure tells them"
