"""Cases that Python and JavaScript must answer alike: ``python -m tests.vectors.make`` writes them from Python's answers.

A case is only worth something if it can go wrong, so frames are varied in every field that decides a match, from
real headers on.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ampglow_plugin.errors import HostRefused, InputError, PlanRefused
from ampglow_plugin.headers import Card, Header, frame_of
from ampglow_plugin.headers.cards import Shape
from ampglow_plugin.hosts.pixinsight.evidence import dark_names, header_evidence
from ampglow_plugin.hosts.pixinsight.jobs import Survey, plan_work
from ampglow_plugin.matching import match, match_all
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.frame import Conflict, Frame, Source
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import (
    Align,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    Plan,
    Step,
)
from ampglow_plugin.planning import PlanOptions, make_plan
from ampglow_plugin.report.check import sentence
from ampglow_plugin.report.console import clean
from ampglow_plugin.report.matches import _frames, _groups, _in_use, _with, differences
from ampglow_plugin.rules import Context, run_rules, verdict
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.rules.frames import RULES as FRAME_RULES
from ampglow_plugin.rules.matches import RULES as MATCH_RULES
from ampglow_plugin.rules.pipeline import RULES
from tests.pixinsight import test_evidence as cases
from tests.pixinsight.plans import NIGHTS
from tests.rules.test_pipeline_cases import plan_of

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "headers" / "fixtures"
#: rules whose errors headers alone decide, beside how the frames match
SINGLE_FRAME_RULES = ("AG103", "AG104", "AG105", "AG113", "AG221")
#: fields of the record that the script knows
FIELDS = """
    kind master camera camera_serial pixel_um width height planes bits roi_x roi_y xbinning ybinning exposure_s
    temperature_c setpoint_c gain egain_e_per_adu offset readout_mode conversion_gain bayer_pattern row_order date_obs software
    stack_count filter object readout_options calibrated calibration_status sensor master_normalization conflicts
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
    return vector(path.stem, cards)


def vector(what: str, cards: list[Card]) -> dict[str, Any]:
    """A header as PixInsight gives it, and the record that is made of it."""
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
    record = {name: to_dict(getattr(frame, name)) for name in FIELDS}
    as_pixinsight = [
        [c.keyword, "", str(c.value or "")]
        if c.keyword in ("HISTORY", "COMMENT")
        else [c.keyword, written(c.value), c.comment]
        for c in cards
    ]
    of_image = {name: getattr(shape, name) for name in ("width", "height", "planes", "bits", "floating")}
    return {"what": what, "cards": as_pixinsight, "shape": of_image, "record": record}


def headers() -> list[dict[str, Any]]:
    masters = [vector(f"e-/ADU alone: {' '.join(map(str, values))}", electrons(*values)) for values in ELECTRONS]
    return [fixture(path) for path in sorted(FIXTURES.glob("*.yaml"))] + masters


#: camera, program and e-/ADU of masters that did not keep the gain
ELECTRONS = (
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.242862924933434),
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.245675),
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.244),
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.768),
    ("ZWO ASI294MC Pro", "Sequence Generator Pro v3.1", 1.00224268436432),
    ("ZWO ASI183MC Pro", "PixInsight 1.9.3", 1.14474451541901),
    ("QHY268C", "PixInsight 1.9.3", 0.2429),
)


def electrons(camera: str, program: str, e_per_adu: float) -> list[Card]:
    return [Card("INSTRUME", camera, ""), Card("SWCREATE", program, ""), Card("EGAIN", e_per_adu, "")]


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
        {"AMPGLOW": "Auto", "LOWNOISE": "ON"},
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
    "filter": (None, "L", "Ha"),
    "focal_length_mm": (None, 800.0, 810.0, 900.0),
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
    for number in range(120):
        role = dice.choice(("dark", "dark", "flatdark", "bias", "flat"))
        lights = [_vary(dice, replace(BASE, path=f"/l/{i}.fits"), 1, skip=("kind",)) for i in range(dice.randint(1, 4))]
        kind = "darkflat" if role == "flatdark" else role
        darks = [
            _vary(dice, replace(BASE, path=f"/d/{i:02d}.fits", kind=kind), dice.randint(0, 3))
            for i in range(dice.randint(0, 7))
        ]
        found.append({"what": f"random {number}", "role": role, "lights": lights, "darks": darks})
    for name, values in VARIED.items():
        for value in values:
            dark = replace(BASE, path="/d/1.fits", **{"kind": "dark", name: value})
            found.append({"what": f"{name} of the dark is {value}", "lights": [BASE], "darks": [dark]})
    found += nights()
    return [
        {
            "what": case["what"],
            "role": case.get("role", "dark"),
            "lights": [_plain(f) for f in case["lights"]],
            "darks": [_plain(f) for f in case["darks"]],
            "matches": [
                to_dict(m)
                for m in match(case["lights"], case["darks"], role=case.get("role", "dark"), all_rejections=True)
            ],
        }
        for case in found
    ]


def checks() -> list[dict[str, Any]]:
    """Whole nights by role: matches, the table, what is wrong with single frames, and the verdict."""
    return [_checked(what, given) for what, given in scenes()]


def scenes() -> list[tuple[str, dict[str, list[Frame]]]]:
    """Nights by role. The random ones are varied little, so that most of them have something that fits."""
    dice = random.Random(492)
    flat = replace(BASE, kind="flat", exposure_s=2.0, filter="L")
    light = replace(BASE, filter="L", object="M 94")
    bases = {
        "light": light,
        "dark": replace(BASE, kind="dark"),
        "flat": flat,
        "darkflat": replace(BASE, kind="darkflat", exposure_s=2.0),
        "bias": replace(BASE, kind="bias", exposure_s=0.00003),
    }

    def some(role: str, count: int, **changes: Any) -> list[Frame]:
        return [replace(bases[role], path=f"/n/{role}/{role}_{i:02d}.fits", **changes) for i in range(count)]

    whole = {role: some(role, count) for role, count in (("light", 5), ("dark", 8), ("flat", 4), ("darkflat", 5))}
    found: list[tuple[str, dict[str, list[Frame]]]] = [
        ("everything there", whole),
        ("a bias instead of flat-darks", {**whole, "darkflat": [], "bias": some("bias", 6)}),
        ("both", {**whole, "bias": some("bias", 6)}),
        ("mono", {r: [replace(f, bayer_pattern="none") for f in fs] for r, fs in whole.items()}),
        ("no pattern known", {r: [replace(f, bayer_pattern=None) for f in fs] for r, fs in whole.items()}),
        ("no darks", {**whole, "dark": []}),
        ("no lights", {**whole, "light": []}),
        ("nothing but lights and darks", {"light": whole["light"], "dark": whole["dark"]}),
        ("one light", {**whole, "light": whole["light"][:1]}),
        ("two darks", {**whole, "dark": whole["dark"][:2]}),
        ("flats without darks", {**whole, "darkflat": []}),
        ("flat-darks among the darks", {**whole, "dark": whole["dark"] + whole["darkflat"], "darkflat": []}),
        ("darks of another exposure", {**whole, "dark": some("dark", 5, exposure_s=300.0)}),
        ("darks of two exposures", {**whole, "dark": some("dark", 3, exposure_s=300.0) + whole["darkflat"]}),
        ("darks of another gain", {**whole, "dark": some("dark", 5, gain=0.0)}),
        ("darks that do not tell their gain", {**whole, "dark": some("dark", 5, gain=None)}),
        ("nothing tells a temperature", {r: [replace(f, temperature_c=None, setpoint_c=None) for f in fs] for r, fs in whole.items()}),
        ("set points alone", {r: [replace(f, temperature_c=None) for f in fs] for r, fs in whole.items()}),
        ("a divided master and a bias", {**whole, "dark": [replace(bases["dark"], path="/m/dark.xisf", master=True, stack_count=20, bits=32, calibration_status="B", calibrated=True)], "bias": some("bias", 6)}),
        ("a master of unknown history and a bias", {**whole, "dark": [replace(bases["dark"], path="/m/dark.xisf", master=True, stack_count=20, bits=32)], "bias": some("bias", 6)}),
        ("a master flat", {**whole, "flat": [replace(flat, path="/m/flat.xisf", master=True, stack_count=30, bits=32)]}),
        ("a master that was normalised", {**whole, "dark": [replace(bases["dark"], path="/m/dark.xisf", master=True, bits=32, master_normalization="additive+scaling")]}),
        ("lights that were calibrated", {**whole, "light": some("light", 3, calibrated=True, calibration_status="D")}),
        ("lights that Siril wrote", {**whole, "light": some("light", 3, software="Siril v1.0.6", bits=32)}),
        ("lights with another exposure in the second card", {**whole, "light": some("light", 3, conflicts=(Conflict(field="exposure_s", keyword="EXPOSURE", value=300.0),), sources={"exposure_s": Source(keyword="EXPTIME", how="read")})}),
        ("two filters", {**whole, "light": whole["light"] + [replace(f, path=f.path + "f", filter="Ha") for f in whole["light"]]}),
        ("two filters with flats", {**whole, "light": whole["light"] + [replace(f, path=f.path + "f", filter="Ha") for f in whole["light"]], "flat": whole["flat"] + [replace(f, path=f.path + "f", filter="Ha") for f in whole["flat"]]}),
        ("two objects", {**whole, "light": whole["light"] + [replace(f, path=f.path + "o", object="NGC 891") for f in whole["light"]]}),
        ("two cameras", {**whole, "light": whole["light"] + [replace(f, path=f.path + "c", camera="ZWO ASI2600MC Pro") for f in whole["light"]]}),
        ("a name with an escape", {**whole, "light": some("light", 2, object="M\x1b[31m 94\u202e")}),
        ("counted as ISO", {r: [replace(f, camera="Canon EOS 700D", gain=800.0) for f in fs] for r, fs in whole.items()}),
        ("darks of another ISO", {r: [replace(f, camera="Canon EOS 700D", gain=1600.0 if r == "dark" else 800.0) for f in fs] for r, fs in whole.items()}),
        ("darks that do not tell their ISO", {r: [replace(f, camera="Canon EOS 700D", gain=None if r == "dark" else 800.0) for f in fs] for r, fs in whole.items()}),
        ("old darks", {**whole, "dark": some("dark", 5, date_obs="2025-05-01T22:00:00", night="2025-05-01")}),
        ("binned", {r: [replace(f, xbinning=2, ybinning=2) for f in fs] for r, fs in whole.items()}),
        ("a switch of the driver", {**whole, "dark": some("dark", 5, readout_options={"LOWNOISE": "ON"})}),
        ("a flat among the darks", {**whole, "dark": some("flat", 1)}),
        ("exposures of 1/128 s", {**whole, "flat": some("flat", 3, exposure_s=0.0078125), "darkflat": some("darkflat", 3, exposure_s=0.0078125)}),
        ("very short flats", {**whole, "flat": some("flat", 3, exposure_s=0.00003), "darkflat": []}),
        ("half a degree", {r: [replace(f, temperature_c=-10.5) for f in fs] for r, fs in whole.items()}),
        ("flat-darks that fit the lights", {**whole, "light": some("light", 3, exposure_s=2.0), "dark": []}),
        ("darks that fit lights and flats", {**whole, "light": some("light", 3, exposure_s=2.0), "dark": some("dark", 5, exposure_s=2.0), "darkflat": []}),
    ]  # fmt: skip
    for number in range(60):
        given = {}
        for role, base in bases.items():
            count = dice.choice((0, 1, 2, 3, 5, 9)) if role != "light" else dice.choice((1, 2, 4))
            skip = ("kind", "camera", "width", "planes")
            given[role] = [
                _vary(dice, replace(base, path=f"/n/{role}/{i}.fits"), dice.choice((0, 0, 0, 1)), skip=skip)
                for i in range(count)
            ]
        found.append((f"random {number}", given))
    return found


def _checked(what: str, given: dict[str, list[Frame]]) -> dict[str, Any]:
    found = match_all(given)
    frames = {f.path: f for fs in given.values() for f in fs}
    roles = {f.path: role for role, fs in given.items() for f in fs}
    context = Context(frames=frames, roles=roles, matches=found)
    findings = run_rules(context, (*FRAME_RULES, *MATCH_RULES))
    failed = [f for f in findings if f.outcome == "failed" and f.severity == "error"]
    errors = [f for f in failed if f.rule in SINGLE_FRAME_RULES]
    cameras = {m.group.get("camera") for m in found}
    statuses = {m.status for m in found if m.role == "dark"}
    return {
        "what": what,
        "given": {role: [_plain(f) for f in fs] for role, fs in given.items()},
        "matches": [{k: v for k, v in to_dict(m).items() if k != "outcomes"} for m in found],
        "plans": {
            str(i): _planned(frames, found, findings, PLANS[i])
            for i in range(len(PLANS))
            if "random" not in what or what.endswith(str(i))
        },
        "errors": sorted({(f.rule, f.where.path or "") for f in errors}),
        "verdict": verdict(findings, vital_unknown=not statuses or "unknown" in statuses),
        "sentence": None if errors else sentence(found, (), _bare_verdict(found)),
        "rows": [
            {
                "frames": _frames(m, camera=len(cameras) > 1).plain.split("\n") if m is rows[0] else [],
                "with": _with(m),
                "fit": m.status,
                "differs": clean(differences(m)),
            }
            for rows in _groups(_in_use(found))
            for m in rows
        ],
    }


#: choices that make different plans
PLANS = (PlanOptions(), PlanOptions(stack=True, cosmetic=False), PlanOptions(hot_sigma=5.0, cold_sigma=4.0))


def _planned(frames: Any, found: Any, findings: Any, options: PlanOptions) -> Any:
    """The plan without what tells its maker; None where there is none."""
    try:
        plan = check_plan(make_plan(frames, found, findings, options)).plan
    except (PlanRefused, InputError):
        return None
    return {k: v for k, v in to_dict(plan).items() if k != "tool"}


def _bare_verdict(found: Sequence[Match]) -> str:
    """The verdict of the darks alone."""
    statuses = {m.status for m in found if m.role == "dark"}
    return "no_go" if "none" in statuses else "unknown" if "unknown" in statuses or not statuses else "go"


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
            "what": "as far below as above",
            "lights": [BASE],
            "darks": [*darks("a", 1, fresh, temperature_c=-20.0), *darks("b", 1, fresh, temperature_c=0.0)],
        },
        {
            "what": "two nights that do not fit",
            "lights": [BASE],
            "darks": [*darks("a", 2, "2026-01-05T23", gain=0.0), *darks("b", 2, fresh, gain=0.0)],
        },
        {
            "what": "another camera before two other settings",
            "lights": [BASE],
            "darks": [
                *darks("a", 1, "2026-01-05T23", camera="ZWO ASI2600MC Pro"),
                *darks("b", 1, fresh, gain=0.0, offset=8.0),
            ],
        },
        {
            "what": "the nearer of two exposures",
            "lights": [BASE],
            "darks": [*darks("a", 1, fresh, exposure_s=10.0), *darks("b", 1, fresh, exposure_s=130.0)],
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
    """In what the frame differs from :data:`BASE`; the runner lays it over that."""
    base = to_dict(BASE)
    return {k: v for k, v in to_dict(frame).items() if v != base[k] or k == "path"}


def orders() -> list[dict[str, Any]]:
    """Every plan of the rules' own cases, judged by all order rules."""
    found = []
    for path in sorted((HERE.parent / "rules").glob("AG3*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            plan = plan_of(case)
            failed = [f for f in run_rules(Context(plan=plan), RULES) if f.outcome == "failed"]
            verdicts = [
                {
                    "rule": f.rule,
                    "chain": f.where.group,
                    "step": f.where.step,
                    "field": f.where.field,
                    "severity": f.severity,
                    "message": f.message,
                    "fix": f.fix,
                }
                for f in failed
            ]
            found.append({"what": f"{path.stem}: {case['what']}", "plan": _stated(to_dict(plan)), "failed": verdicts})
    return found


def _stated(value: Any) -> Any:
    """A plan without what is null or empty, as a hand would write it."""
    if isinstance(value, dict):
        return {k: _stated(v) for k, v in value.items() if v not in (None, [], {})}
    return [_stated(v) for v in value] if isinstance(value, list) else value


def jobs() -> list[dict[str, Any]]:
    """Plans of every kind as processes of the newest PixInsight, or the refusal."""
    return [_worked(what, plan, row_order=what.endswith("0")) for what, plan in job_plans()]


def job_plans() -> list[tuple[str, Plan]]:
    """The demo nights, every kind of step, names of all kinds, plans that PixInsight cannot do."""
    found = list(NIGHTS.items())
    night = NIGHTS["osc-nobias"]
    group = night.groups[0]

    def with_steps(*steps: Step) -> Plan:
        return replace(night, groups=(replace(group, steps=steps),))

    dark = Calibrate(dark="dark-120s")
    steps: list[tuple[Step, ...]] = [
        (Calibrate(dark="dark-120s", dark_scaling="optimize"),),
        (Calibrate(dark="dark-120s", dark_scaling="exposure"),),
        (Calibrate(dark="dark-120s", bias_level_adu=500.0),),
        (Calibrate(flat="flat"),),
        (Calibrate(),),
        (Calibrate(dark="nobody"),),
        (dark, CosmeticCorrect(method="auto", hot_sigma=4.5, cold_sigma=5.0, cfa=True)),
        (dark, CosmeticCorrect(dark="dark-120s", hot_sigma=None, cold_sigma=2.5)),
        (dark, CosmeticCorrect(method="map", dark="dark-120s")),
        (dark, Debayer(pattern="GBRG", method="bilinear")),
        (dark, Debayer(method="ahd")),
        (dark, Debayer(pattern="XYZ")),
        (dark, Align(drizzle=True)),
        (dark, Align(), Integrate(combination="median", rejection="none")),
        (dark, Integrate(combination="sum")),
        (dark, Integrate(rejection="mad")),
        (dark, Integrate(output_normalized=True)),
        (dark, Integrate(rejection="gesdt", low_sigma=0.25, high_sigma=0.1, normalization="additive")),
        (
            dark,
            Integrate(rejection="linear_fit", low_sigma=4.0, high_sigma=2.0, normalization="multiplicative_scaling"),
        ),
    ]
    found += [(f"steps {number}", with_steps(*chain)) for number, chain in enumerate(steps)]
    file = Master(id="d", role="dark", file="D:\\library\\dark.xisf")
    names = (
        "/n1/light 1.fit",
        "/n2/Light 1.fits",
        "/n3/l'été <&>.xisf",
        "C:\\n\\light 1.fit",
        "/n4/.hidden",
        "/n5/a.b.fit",
    )
    for cfa in (None, True, False):
        lights = Group(id="Lights: #1", frames=names, steps=(Calibrate(dark="d"), Align()), cfa=cfa)
        found.append((f"names, cfa {cfa}", Plan(tool="t", masters=(file,), groups=(lights,))))
    bare = Group(id="L", frames=(), steps=(Calibrate(dark="d"),))
    found.append(("no frames", Plan(tool="t", masters=(file,), groups=(bare,))))
    found.append(("control", Plan(tool="t", masters=(file,), groups=(replace(bare, frames=("/a\nb.fit",)),))))
    few = Master(id="d", role="dark", frames=("/a.fit", "/b.fit"), steps=(Integrate(),))
    found.append(("two darks", Plan(tool="t", masters=(few,), groups=(replace(bare, frames=("/l.fit",)),))))
    found.append(("not integrated", Plan(tool="t", masters=(replace(few, steps=(Calibrate(bias="d"),)),))))
    circle = [
        Master(id=a, role="dark", frames=("/a.fit",) * 3, steps=(Calibrate(dark=b), Integrate()))
        for a, b in (("a", "b"), ("b", "a"))
    ]
    found.append(("a circle", Plan(tool="t", masters=tuple(circle))))
    late = replace(night, masters=night.masters[::-1])
    found.append(("masters in another order", late))
    stack = replace(group, frames=group.frames[:2], steps=(dark, Align(), Integrate()))
    found.append(("a stack of two", replace(night, groups=(stack,))))
    return found


def _worked(what: str, plan: Plan, *, row_order: bool) -> dict[str, Any]:
    case: dict[str, Any] = {"what": what, "plan": to_dict(plan), "row_order": row_order}
    try:
        work = plan_work(plan, "1.9.4", "/out", Survey(row_order=row_order))
    except HostRefused as refused:
        return {**case, "refused": refused.what, "where": refused.where}
    return {
        **case,
        "folders": list(work.folders),
        "calibrated": [[c.group.id, c.light, c.path] for c in work.calibrated],
        "jobs": [
            {
                "number": j.number,
                "process": j.process,
                "name": j.name,
                "what": j.what,
                "settings": [[s.id, s.value] for s in j.settings],
                "inputs": list(j.inputs),
                "outputs": list(j.outputs),
                "saveAs": j.save_as,
                "folder": j.folder,
            }
            for j in work.jobs
        ],
    }


def testimonies() -> list[dict[str, Any]]:
    texts: list[tuple[list[str], str | None]] = [(lines, None) for lines in _parameters(cases.test_era_a)]
    texts += [([], cases.era_b(*steps)) for steps in _parameters(cases.test_era_b)]
    texts += [(cases.era_a(name="a very long name of a master dark that does not fit into one card at all.xisf"), None)]
    texts += [
        (cases.era_a(), cases.era_b(cases.calibration())),
        ([], "<ProcessingHistory"),
        ([], "<!DOCTYPE x []><a/>"),
    ]
    texts += [(cases.STACK_A, None), (cases.COSMETIC_A, None)]
    found = []
    for lines, document in texts:
        cut = [line[i : i + 72] for line in lines for i in range(0, len(line), 72)]
        said = header_evidence([*cut, *([document] if document else [])], None, None)
        found.append(
            {
                "lines": cut,
                "document": document,
                "claim": said.claim,
                "factor": said.factor,
                "why": said.why,
                "darks": list(dark_names(said)),
            }
        )
    return found


def _parameters(test: Any) -> list[Any]:
    marks = [m for m in test.pytestmark if m.name == "parametrize" and "claim" in m.args[0]]
    return [row[0] for row in marks[0].args[1]]


VECTORS = {
    "base": lambda: to_dict(BASE),
    "headers": headers,
    "matches": matches,
    "checks": checks,
    "orders": orders,
    "jobs": jobs,
    "evidence": testimonies,
}


def text(name: str) -> str:
    return json.dumps(VECTORS[name](), indent=None, ensure_ascii=True, sort_keys=True).replace('}, {"', '},\n{"') + "\n"


if __name__ == "__main__":
    for name in VECTORS:
        (HERE / f"{name}.json").write_text(text(name), encoding="utf-8", newline="\n")
