"""Whole nights by role: matches, the table, what is wrong with single frames, the verdict and the plan."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ampglow_plugin.errors import InputError, PlanRefused
from ampglow_plugin.matching import match_all
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.frame import Conflict, Frame, Source
from ampglow_plugin.model.match import Match
from ampglow_plugin.planning import PlanOptions, make_plan
from ampglow_plugin.report.check import sentence
from ampglow_plugin.report.console import clean
from ampglow_plugin.report.matches import _frames, _groups, _in_use, _with, differences
from ampglow_plugin.rules import Context, run_rules, verdict
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.rules.frames import RULES as FRAME_RULES
from ampglow_plugin.rules.matches import RULES as MATCH_RULES
from tests.vectors.frames import BASE, plain, vary

#: rules whose errors headers alone decide, beside how the frames match
SINGLE_FRAME_RULES = ("AG103", "AG104", "AG105", "AG113", "AG221")


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
                vary(dice, replace(base, path=f"/n/{role}/{i}.fits"), dice.choice((0, 0, 0, 1)), skip=skip)
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
        "given": {role: [plain(f) for f in fs] for role, fs in given.items()},
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
