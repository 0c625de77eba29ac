"""Writes ``lib/tables.jsh`` from the project's tables: ``python pixinsight_js/tools/tables.py`` (or ``--check``).

Regular expressions are turned into what the engine before V8 reads: no named groups, no lookbehind.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from ampglow_plugin.knowledge import table
from ampglow_plugin.knowledge.keywords import KeyRow, keywords
from ampglow_plugin.knowledge.tolerances import age_limits
from ampglow_plugin.report.matches import _FIELDS, _ROLES
from ampglow_plugin.rules.pipeline import RULES

TARGET = Path(__file__).resolve().parents[1] / "lib" / "tables.jsh"
HEAD = """\
// Generated from the project's tables by tools/tables.py; do not change by hand.

AG.tables = """
#: fields that the script compares or shows
FIELDS = """
    kind camera camera_serial pixel_um roi_x roi_y xbinning ybinning exposure_s total_exposure_s temperature_c
    setpoint_c cooler_power_pct gain offset readout_mode bayer_pattern row_order date_obs software stack_count
    filter object focal_length_mm
""".split()  # noqa: SIM905 - words are read more easily than a list of quotes
#: readings that the script has
READINGS = """
    positive number duration size count stack_count temperature gain readout binning binning_y kind camera serial bayer
    row_order date text filter
""".split()  # noqa: SIM905
ORDER_RULES = ("AG302", "AG304", "AG306", "AG307", "AG308", "AG311")


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
    names = ("by", "from_gain", "before", "binning")
    return {**{name: step.get(name) for name in names}, "modes": modes}


def rules() -> dict[str, Any]:
    """Title and remedy of the order rules."""
    found = {}
    for rule in RULES:
        if rule.code in ORDER_RULES:
            fix = re.search(r"How to fix it\n(.*?)\n\n", rule.page, re.DOTALL)
            found[rule.code] = {
                "title": rule.page.partition("\n")[0],
                "fix": " ".join(fix[1].replace("``", "'").split()) if fix else "",
            }
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
        "age": [{"above_d": a.above_d, "severity": a.severity} for a in age_limits()],
        "stale_after_d": [a.above_d for a in age_limits() if a.severity == "warning"],
        "camera_texts": {
            "noise": [{"pattern": pattern(n["pattern"])[0], "with": n.get("with", "")} for n in texts["noise"]],
            **words,
        },
        "cameras": cameras(),
        "sensor_kinds": {s["id"]: s["kind"] for s in table("sensors.yaml")["sensors"]},
        "keywords": keyword_tables(),
        "rules": rules(),
        "iso": [row["match"] for row in texts["iso"]],
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
