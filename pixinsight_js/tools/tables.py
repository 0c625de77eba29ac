"""Writes ``lib/tables.jsh`` from the project's tables: ``python pixinsight_js/tools/tables.py`` (or ``--check``).

Regular expressions are turned into what the engine before V8 reads: no named groups, no lookbehind.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ampglow_plugin.catalog.roles import BIAS_EXPOSURE_S
from ampglow_plugin.headers.infer import OWN_ELECTRONS
from ampglow_plugin.knowledge import table
from ampglow_plugin.knowledge.keywords import KeyRow, keywords
from ampglow_plugin.knowledge.pixinsight import SERIES, processes
from ampglow_plugin.knowledge.sensors import GAIN_ROUNDING, HIGHEST_GAIN
from ampglow_plugin.knowledge.tolerances import age_limits
from ampglow_plugin.matching.choose import NEAREST
from ampglow_plugin.matching.groups import SESSION_GAP
from ampglow_plugin.model.plan import Allowance, Group, Master, Plan, Step
from ampglow_plugin.planning import integration
from ampglow_plugin.report.matches import _FIELDS, _ROLES, OLD_D
from ampglow_plugin.report.proof import DONE, SUCCESS
from ampglow_plugin.rules import RULES
from ampglow_plugin.rules.frames.light_calibrated import RAW_BITS
from ampglow_plugin.rules.pixinsight.log_factors import NO_EFFECT

TARGET = Path(__file__).resolve().parents[1] / "lib" / "tables.jsh"
HEAD = """\
// Generated from the project's tables by tools/tables.py; do not change by hand.

AG.tables = """
#: fields that the script compares or shows
FIELDS = """
    kind camera camera_serial pixel_um roi_x roi_y xbinning ybinning exposure_s total_exposure_s temperature_c
    setpoint_c cooler_power_pct gain egain_e_per_adu offset readout_mode bayer_pattern row_order date_obs software
    stack_count filter object focal_length_mm
""".split()  # noqa: SIM905 - words are read more easily than a list of quotes
#: readings that the script has
READINGS = """
    positive number duration size count stack_count temperature gain egain readout binning binning_y kind camera serial
    bayer row_order date text filter
""".split()  # noqa: SIM905


def pattern(text: str | None) -> tuple[str | None, int]:
    """The expression for ES5, and the number of its group ``value`` (0 for none)."""
    if text is None:
        return None, 0
    if re.search(r"\(\?<[=!]|\(\?[aiLmsux]", text):
        raise SystemExit(f"cannot be said in ES5: {text}")
    group = re.compile(text).groupindex.get("value", 0)
    return re.sub(r"\(\?P<\w+>", "(", text), group


def row(entry: KeyRow) -> dict[str, Any]:
    """One card that may hold a field."""
    match, group = pattern(entry.match)
    return {
        "key": entry.key,
        "factor": entry.factor,
        "unbinned": entry.unbinned,
        "only": list(entry.only),
        "never": list(entry.never),
        "beside": entry.beside,
        "kind": entry.kind,
        "nothing": list(entry.nothing),
        "letters": entry.letters,
        "match": match,
        "group": group,
    }


def keyword_tables() -> dict[str, Any]:
    """Aliases of header cards."""
    known = keywords()
    fields = sorted((f for f in known.fields if f.field in FIELDS), key=lambda f: f.field != "kind")
    unread = {f.reading for f in fields}.difference(READINGS)
    if unread:
        raise SystemExit(f"lib/frame.jsh cannot read {unread}")
    return {
        "placeholders": sorted(known.placeholders),
        "programs": [
            {"id": p.id, "key": p.key, "match": pattern(p.match)[0], "colour": p.colour} for p in known.programs
        ],
        "fields": [{"field": f.field, "as": f.reading, "rows": [row(r) for r in f.rows]} for f in fields],
        "time_of_day": list(known.time_of_day),
        "readout_options": [{"key": o.key, "factory": o.factory} for o in known.readout_options],
        "spellings": dict(known.spellings),
        "picttype": {str(k): v for k, v in known.picttype.items()},
        "master_signs": [row(r) for r in known.master_signs],
        "master_programs": sorted(known.master_programs),
        "calibration": [row(r) for r in known.calibration],
        "master_normalization": [row(r) for r in known.master_normalization],
        "normalization_none": sorted(known.normalization_none),
        "twins": [{"field": t.field, "keys": list(t.keys), "percent": t.percent} for t in known.twins],
    }


def cameras() -> list[dict[str, Any]]:
    """Camera texts, the sensor each has, and its gain step."""
    found = []
    for sensor in table("sensors.yaml")["sensors"]:
        for camera in sensor["cameras"]:
            step = sensor["gain_steps"].get(camera["maker"])
            found.append(
                {
                    "match": pattern(camera["match"])[0],
                    "sensor": sensor["id"],
                    "kind": sensor["kind"],
                    "cooled": camera["cooled"],
                    "cooled_if": camera.get("cooled_if"),
                    "severity": sensor["glow"]["severity"],
                    "upper": sensor["glow"].get("up_to"),
                    "step": None if step is None else gain_step(step),
                }
            )
    return found


def gain_step(step: dict[str, Any]) -> dict[str, Any]:
    """When the camera switches to high conversion gain."""
    modes = [
        {"number": m.get("number"), "name": m.get("name"), "from_gain": m.get("from_gain")}
        for m in step.get("modes", ())
    ]
    names = ("by", "from_gain", "before", "binning", "e_per_adu_at_0")
    return {**{name: step.get(name) for name in names}, "modes": modes}


def pages() -> dict[str, str]:
    """What `ampglow rule CODE` says of the rules that the script knows."""
    texts = [(TARGET.parent / name).read_text(encoding="utf-8") for name in ("order.jsh", "sound.jsh")]
    known = set(re.findall(r"\bAG\d{3}\b", "".join(texts)))
    return {rule.code: f"{rule.code}: {rule.page}".replace("``", "'") for rule in RULES if rule.code in known}


def plan_fields(cls: type) -> dict[str, dict[str, Any]]:
    """Fields of a class of plans: what each may hold, whether it may be left out, and what it is then."""
    hints = get_type_hints(cls)
    found = {}
    for field in dataclasses.fields(cls):
        kinds = [k for k in get_args(hints[field.name]) or (hints[field.name],) if k is not type(None)]
        entry: dict[str, Any] = {"null": type(None) in get_args(hints[field.name])}
        if get_origin(hints[field.name]) is Literal:
            entry["words"] = kinds
        elif get_origin(hints[field.name]) is tuple:
            entry["list"] = "string" if kinds[0] is str else getattr(kinds[0], "__name__", "Step")
        elif get_origin(hints[field.name]) is Mapping:
            entry["map"] = True
        else:
            entry["type"] = {str: "string", bool: "boolean", int: "number", float: "number"}[kinds[0]]
        if field.default is not dataclasses.MISSING:
            entry["default"] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            entry["default"] = field.default_factory()
        found[field.name] = entry
    return found


def plan_table() -> dict[str, Any]:
    """Classes of a plan by name, and its steps by the word that ``step`` holds."""
    classes = {cls.__name__: plan_fields(cls) for cls in (Plan, Master, Group, Allowance)}
    return {**classes, "steps": {plan_fields(cls)["step"]["default"]: plan_fields(cls) for cls in get_args(Step)}}


def process_table() -> dict[str, Any]:
    """What the script must know of the processes that it runs.

    ``newer`` are parameters that not every version it is for has: they are left out where a process lacks them.
    """
    found = {}
    for name, process in processes().items():
        series = [{p.id for p in process.at(version)} for version in SERIES]
        newest = process.at(tuple(SERIES)[-1])
        found[name] = {
            "targets": process.targets,
            "enums": [p.id for p in newest if p.type.startswith("Enum")],
            "newer": sorted(set.union(*series) - set.intersection(*series)),
            "hints": next((p.default for p in newest if p.id == "inputHints"), None),
        }
    found["Debayer"]["patterns"] = sorted(processes()["Debayer"].elements("cfaPattern"))
    return found


def limits() -> list[dict[str, Any]]:
    """Limits of matching."""
    names = ("exact", "exact_percent", "tolerated", "tolerated_percent", "strong")
    return [
        {**{n: r[n] for n in ("field", "scope", "unit", "beyond")}, **{n: r.get(n, 0) for n in names}}
        for r in table("tolerances.yaml")["limits"]
    ]


#: tables of camera texts that are no plain lists of words: patterns, and what the script does not use
_NOT_WORDS = ("noise", "iso")


def text() -> str:
    """The whole file."""
    texts = table("cameras.yaml")
    plain = [name for name in texts if name not in _NOT_WORDS]
    words = {name: [w["value"] if isinstance(w, dict) else w for w in texts[name]] for name in plain}
    tables = {
        "limits": limits(),
        "numbers": {
            "bias_exposure_s": BIAS_EXPOSURE_S,
            "session_gap_s": SESSION_GAP.total_seconds(),
            "nearest": NEAREST,
            "old_d": OLD_D,
            "raw_bits": RAW_BITS,
            "no_effect": NO_EFFECT,
        },
        "stale_after_d": [a.above_d for a in age_limits() if a.severity == "warning"],
        "camera_texts": {
            "noise": [{"pattern": pattern(n["pattern"])[0], "with": n.get("with", "")} for n in texts["noise"]],
            **words,
        },
        "cameras": cameras(),
        "sensor_kinds": {s["id"]: s["kind"] for s in table("sensors.yaml")["sensors"]},
        "keywords": keyword_tables(),
        "pages": pages(),
        "plan": plan_table(),
        "processes": process_table(),
        "integration": {
            "rejection_from": integration.REJECTION_FROM,
            "percentile_up_to": integration.PERCENTILE_UP_TO,
            "percentile": integration.PERCENTILE_LOW,
            "sigma": integration.SIGMA_LOW,
        },
        "iso": [row["match"] for row in texts["iso"]],
        "proof": {"done": DONE, "success": SUCCESS},
        "gain_by_electrons": {"highest": HIGHEST_GAIN, "rounding": GAIN_ROUNDING, "own": OWN_ELECTRONS},
        "report": {"fields": {name: list(said) for name, said in _FIELDS.items()}, "roles": dict(_ROLES)},
    }
    return HEAD + json.dumps(tables, indent=1, ensure_ascii=True) + ";\n"


def main() -> None:
    """Write the file, or with ``--check`` only say whether it is current."""
    if "--check" in sys.argv:
        if TARGET.read_text(encoding="utf-8") != text():
            raise SystemExit("lib/tables.jsh is out of date: run pixinsight_js/tools/tables.py")
        return
    TARGET.write_text(text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
