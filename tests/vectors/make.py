"""Cases that Python and JavaScript must answer alike: ``python -m tests.vectors.make`` writes them from Python's answers.

A case is only worth something if it can go wrong, so frames are varied in every field that decides a match, from
real headers on.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ampglow_plugin.headers import Card, Header, frame_of
from ampglow_plugin.headers.cards import Shape
from ampglow_plugin.hosts.pixinsight.evidence import header_evidence
from ampglow_plugin.matching import match
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.pipeline import RULES
from tests.pixinsight import test_evidence as cases
from tests.rules.test_pipeline_cases import plan_of

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "headers" / "fixtures"
ORDER_RULES = ("AG302", "AG304", "AG306", "AG307", "AG308", "AG311")
#: fields of the record that the script knows
FIELDS = """
    kind master camera camera_serial pixel_um width height planes bits roi_x roi_y xbinning ybinning exposure_s
    temperature_c setpoint_c gain offset readout_mode conversion_gain bayer_pattern row_order date_obs software
    stack_count filter object readout_options calibrated calibration_status sensor
""".split()  # noqa: SIM905


def written(value: Any) -> str:
    """A card's value as PixInsight gives it: text in quotes, numbers bare."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def fixture(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    cards = []
    for card in data["cards"]:
        name, value, comment = (card["keyword"], card["value"], card.get("comment")) if isinstance(card, dict) else card
        cards.append(Card(name, value, comment or ""))
    known = {c.keyword: c.value for c in cards}
    shape = Shape(
        width=known.get("NAXIS1"),
        height=known.get("NAXIS2"),
        planes=known.get("NAXIS3", 1),
        bits=abs(known.get("BITPIX", 16)),
        floating=known.get("BITPIX", 16) < 0,
        keywords={"width": "NAXIS1", "height": "NAXIS2", "planes": "NAXIS", "bits": "BITPIX"},
    )
    frame = frame_of(Header(cards=tuple(cards), shape=shape), "/x/frame.fits", recover=False)
    record = {name: getattr(frame, name) for name in FIELDS}
    as_pixinsight = [
        [c.keyword, "", str(c.value or "")]
        if c.keyword in ("HISTORY", "COMMENT")
        else [c.keyword, written(c.value), c.comment]
        for c in cards
    ]
    of_image = {name: getattr(shape, name) for name in ("width", "height", "planes", "bits", "floating")}
    return {"what": path.stem, "cards": as_pixinsight, "shape": of_image, "record": record}


def headers() -> list[dict[str, Any]]:
    return [fixture(path) for path in sorted(FIXTURES.glob("*.yaml"))]


BASE = Frame(
    path="/l/0.fits",
    kind="light",
    camera="ZWO ASI294MC Pro",
    width=4144,
    height=2822,
    planes=1,
    bits=16,
    pixel_um=4.63,
    xbinning=1,
    ybinning=1,
    exposure_s=120.0,
    temperature_c=-10.0,
    setpoint_c=-10.0,
    gain=120.0,
    offset=30.0,
    bayer_pattern="RGGB",
    row_order="TOP-DOWN",
    date_obs="2026-01-10T22:00:00",
    night="2026-01-10",
    software="N.I.N.A. 3.1",
    calibrated=False,
)
VARIED: dict[str, tuple[Any, ...]] = {
    "exposure_s": (120.0, 120.04, 120.12, 120.5, 121.0, 300.0, 119.9, None),
    "temperature_c": (-10.0, -9.5, -9.0, -8.0, -7.0, -6.9, 0.0, 15.0, None),
    "setpoint_c": (-10.0, -15.0, None),
    "gain": (120.0, 121.0, 0.0, None),
    "offset": (30.0, 8.0, None),
    "readout_mode": (None, "Default", "High Gain Mode", "High  gain mode", "Low Noise"),
    "readout_options": (
        None,
        {"LOWNOISE": "ON"},
        {"LOWNOISE": "Off"},
        {"LOWNOISE": "ON", "AMPGLOW": "Auto"},
        {"AMPGLOW": "On"},
    ),
    "conversion_gain": (None, "HCG", "LCG"),
    "camera": (
        "ZWO ASI294MC Pro",
        "ASI294MC",
        "ZWO CCD ASI294MC Pro",
        "ASI Camera (1)",
        "ZWO ASI2600MC Pro",
        "QSI 683",
        None,
    ),
    "camera_serial": (None, "0000", "1f2a", "1F2A", "2b3c"),
    "pixel_um": (4.63, 4.64, 4.8, None),
    "width": (4144, 2072, None),
    "planes": (1, 3, None),
    "roi_x": (None, 0, 8),
    "xbinning": (1, 2, None),
    "bits": (16, 32, None),
    "row_order": ("TOP-DOWN", "BOTTOM-UP", None),
    "bayer_pattern": ("RGGB", "rggb", "GRBG", None),
    "software": ("N.I.N.A. 3.1", "N.I.N.A. 2.3 (x64)", "ZWO ASIAIR", "Siril v1.4.2", None),
    "calibrated": (False, True, None),
    "calibration_status": (None, "B", "D"),
    "stack_count": (None, 1, 20),
    "master": (False, True),
    "kind": ("dark", "darkflat", "unknown", "flat", "light"),
    "date_obs": (
        "2026-01-10T22:00:00",
        "2026-01-10T23:30:00.5",
        "2026-01-11T21:00:00",
        "2025-06-01T01:00:00",
        "2024-01-01",
        None,
    ),
    "night": ("2026-01-10", "2025-05-31", None),
}


def matches() -> list[dict[str, Any]]:
    dice = random.Random(294)  # the same cases every time
    found = []
    for number in range(80):
        lights = [_vary(dice, replace(BASE, path=f"/l/{i}.fits"), 1, skip=("kind",)) for i in range(dice.randint(1, 4))]
        darks = [
            _vary(dice, replace(BASE, path=f"/d/{i:02d}.fits", kind="dark"), dice.randint(0, 3))
            for i in range(dice.randint(0, 7))
        ]
        found.append({"what": f"random {number}", "lights": lights, "darks": darks})
    for name, values in VARIED.items():
        for value in values:
            dark = replace(BASE, path="/d/1.fits", **{"kind": "dark", name: value})
            found.append({"what": f"{name} of the dark is {value}", "lights": [BASE], "darks": [dark]})
    found += nights()
    return [
        {
            "what": case["what"],
            "lights": [_plain(f) for f in case["lights"]],
            "darks": [_plain(f) for f in case["darks"]],
            "matches": [
                {
                    "lights": list(m.lights),
                    "dark": m.dark,
                    "darks": list(m.darks),
                    "status": m.status,
                    "age_days": m.age_days,
                    "tolerated": [d.field for d in m.deviations],
                    "unknown": list(m.unknown),
                    "not_recorded": list(m.not_recorded),
                    "rejections": sorted([r.dark, r.field] for r in m.rejections),
                    "rejected_total": m.rejected_total,
                }
                for m in match(case["lights"], case["darks"], all_rejections=True)
            ],
        }
        for case in found
    ]


def nights() -> list[dict[str, Any]]:
    """Sets that only their dates tell apart: sessions of one night and of two, fresh and stale sets."""

    def darks(letter: str, count: int, date: str, **more: Any) -> list[Frame]:
        return [
            replace(
                BASE, path=f"/d/{letter}{i}.fits", kind="dark", date_obs=f"{date}:{i:02d}:00", night=date[:10], **more
            )
            for i in range(count)
        ]

    fresh, old = "2026-01-09T23", "2025-03-01T23"
    return [
        {"what": "two nights", "lights": [BASE], "darks": [*darks("a", 3, fresh), *darks("b", 2, "2026-01-08T23")]},
        {
            "what": "two sessions of a day",
            "lights": [BASE],
            "darks": [*darks("a", 2, fresh), *darks("b", 3, "2026-01-10T08")],
        },
        {
            "what": "one long session",
            "lights": [BASE],
            "darks": [*darks("a", 2, fresh), *darks("b", 3, "2026-01-10T06")],
        },
        {
            "what": "a stale set with fewer deviations",
            "lights": [BASE],
            "darks": [*darks("a", 3, old, bits=32), *darks("b", 3, fresh, bits=32, row_order="BOTTOM-UP")],
        },
        {
            "what": "a master and singles",
            "lights": [BASE],
            "darks": [*darks("a", 9, fresh), *darks("m", 1, fresh, master=True, stack_count=5, bits=32)],
        },
        {
            "what": "two masters",
            "lights": [BASE],
            "darks": [
                *darks("m", 1, fresh, master=True, stack_count=5),
                *darks("n", 1, fresh, master=True, stack_count=50),
            ],
        },
    ]


def _vary(dice: random.Random, frame: Frame, count: int, skip: tuple[str, ...] = ()) -> Frame:
    names = [n for n in VARIED if n not in skip]
    # more often the fields that decide: exposure, temperature, gain, dates
    names += ["exposure_s", "temperature_c", "gain", "date_obs", "temperature_c"]
    chosen = {name: dice.choice(VARIED[name]) for name in dice.sample(names, count)}
    return replace(frame, **chosen)


def _plain(frame: Frame) -> dict[str, Any]:
    """What is said of the frame; fields at their default are left out."""
    silent = to_dict(Frame(path=""))
    return {k: v for k, v in to_dict(frame).items() if v != silent[k] or k == "calibrated"}


def orders() -> list[dict[str, Any]]:
    rules = [r for r in RULES if r.code in ORDER_RULES]
    found = []
    for path in sorted((HERE.parent / "rules").glob("AG3*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            plan = plan_of(case)
            failed = [f for f in run_rules(Context(plan=plan), rules) if f.outcome == "failed"]
            verdicts = [
                {"rule": f.rule, "chain": f.where.group, "step": f.where.step, "severity": f.severity} for f in failed
            ]
            found.append({"what": f"{path.stem}: {case['what']}", "plan": to_dict(plan), "failed": verdicts})
    return found


def testimonies() -> list[dict[str, Any]]:
    texts: list[tuple[list[str], str | None]] = [(lines, None) for lines in _parameters(cases.test_era_a)]
    texts += [([], cases.era_b(*steps)) for steps in _parameters(cases.test_era_b)]
    texts += [(cases.era_a(name="a very long name of a master dark that does not fit into one card at all.xisf"), None)]
    texts += [
        (cases.era_a(), cases.era_b(cases.calibration())),
        ([], "<ProcessingHistory"),
        ([], "<!DOCTYPE x []><a/>"),
    ]
    found = []
    for lines, document in texts:
        cut = [line[i : i + 72] for line in lines for i in range(0, len(line), 72)]
        said = header_evidence([*cut, *([document] if document else [])], None, None)
        found.append({"lines": cut, "document": document, "claim": said.claim, "factor": said.factor})
    return found


def _parameters(test: Any) -> list[Any]:
    marks = [m for m in test.pytestmark if m.name == "parametrize" and "claim" in m.args[0]]
    return [row[0] for row in marks[0].args[1]]


VECTORS = {"headers": headers, "matches": matches, "orders": orders, "evidence": testimonies}


def text(name: str) -> str:
    return json.dumps(VECTORS[name](), indent=None, ensure_ascii=True, sort_keys=True).replace('}, {"', '},\n{"') + "\n"


if __name__ == "__main__":
    for name in VECTORS:
        (HERE / f"{name}.json").write_text(text(name), encoding="utf-8", newline="\n")
