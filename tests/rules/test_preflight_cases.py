"""Every AG1xx and AG2xx rule on files, through the command line: cases that pass, fail, skip and nearly fail.

A case lists the cards in which its frames differ from those of ``CARDS`` (tests/conftest.py), by role:
``lights`` and ``darks`` are one frame each unless given, ``flats``, ``flat_darks`` and ``bias`` are none. ``size``,
``planes`` and ``bits`` are of the image, ``file`` is its path, ``times`` writes it so often, ``text`` writes that
instead of a frame, and ``cut`` takes so many bytes off its end. ``every`` are the seconds between the copies, ``drift`` the degrees between two of them.
``history`` are lines of HISTORY. ``pixels`` gives a frame of 128 x 128 noise with shares of ``zeros`` and of ``hot``
pixels at fixed places; ``scene`` one of a synthetic sensor of 256 x 224 with ``glow`` (ADU) and ``hot`` (share of hot pixels),
of a ``body``, of which a share may have ``aged``; a dark of other ``seconds`` than the header says, or ``turned`` upside down, or a
master of ``count``. With ``folder`` the command gets the folder alone. ``want`` holds for one finding of the rule.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from ampglow_plugin.cli.main import main
from ampglow_plugin.rules.darks import RULES as DARK_RULES
from ampglow_plugin.rules.matches import COMPARED_RULES
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, scene
from tests.conftest import CARDS
from tests.rules.told import as_before

ROLES = {
    "lights": ("Lights", "LIGHT"),
    "darks": ("Darks", "DARK"),
    "flats": ("Flats", "FLAT"),
    "flat_darks": ("Flat-Darks", "DARK"),
    "bias": ("Biases", "BIAS"),
}
OTHER_KEYS = ("file", "times", "text", "every", "drift", "history", "pixels", "scene", "cut")
#: rules about all darks of a set, and about old and new ones, which the pre-flight does not run
ELSEWHERE = frozenset(rule.code for rule in (*DARK_RULES, *COMPARED_RULES))
DEFAULTS: dict[str, list[dict[str, Any]]] = {"lights": [{}], "darks": [{}]}


def cases() -> list[Any]:
    folder = Path(__file__).parent
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['kind']}-{case['what']}")
        for path in sorted([*folder.glob("AG1*.yaml"), *folder.glob("AG2*.yaml")])
        if path.stem not in ELSEWHERE
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def changing(cards: dict[str, Any], copy: int, kind: str) -> dict[str, Any]:
    """What is other in each copy: time, temperature, noise."""
    found: dict[str, Any] = {}
    if "every" in cards:
        first = datetime.fromisoformat(cards.get("DATE-OBS", CARDS["DATE-OBS"]))
        found["DATE-OBS"] = (first + timedelta(seconds=copy * cards["every"])).isoformat()
    if "drift" in cards:
        found["CCD-TEMP"] = cards.get("CCD-TEMP", CARDS["CCD-TEMP"]) + copy * cards["drift"]
    if "pixels" in cards:
        found["data"] = noise(copy, **cards["pixels"])
    if "scene" in cards:
        found["data"] = synthetic(kind, copy, **cards["scene"])
    if "history" in cards:
        found["HISTORY"] = cards["history"]
    return found


def noise(seed: int, *, zeros: float = 0.0, hot: float = 0.0, level: float = 500.0) -> Any:
    """Gaussian noise of 20 ADU; a share of zeros anywhere, a share of hot pixels where they always are."""
    data = np.random.default_rng(seed + 1).normal(level, 20.0, (128, 128))
    data[np.random.default_rng(seed + 100).random(data.shape) < zeros] = 0
    data[np.random.default_rng(0).random(data.shape) < hot] = 5000
    return data.clip(0).astype(np.uint16)


def synthetic(
    kind: str,
    copy: int,
    *,
    glow: float = 0.0,
    hot: float = 0.002,
    body: int = 1,
    aged: float = 0.0,
    seconds: float | None = None,
    turned: bool = False,
    count: int = 1,
) -> Any:
    """A light under 700 ADU of sky with a nebula, or a dark, of one sensor whose glow sits at the right."""
    source = GlowSource(amplitude_adu=glow, decay_px=40.0)
    truth = Truth(
        seed=body,
        width=256,
        height=224,
        sky_adu=700.0,
        nebulae=(Nebula(x=90.0, y=120.0, sigma_px=40.0, peak_adu=60.0),),
        star_count=15,
        glows=(source,) if glow else (),
        hot_fraction=hot,
    )
    if kind == "LIGHT":
        return scene.light(truth, copy)
    data = _mean_dark(truth, copy, count, seconds)
    if aged:
        other = _mean_dark(replace(truth, seed=99), copy, count, seconds)
        # a part of the sensor is another one: so many of its hot pixels came, and as many went
        data = np.where(np.random.default_rng(5).random(data.shape) < aged, other, data)
    return data[::-1] if turned else data


def _mean_dark(truth: Truth, copy: int, count: int, seconds: float | None) -> Any:
    """One dark, or a master of ``count`` others, in whole ADU."""
    if count == 1:
        return scene.dark(truth, copy, exposure_s=seconds)
    singles = [scene.dark(truth, 100 + i, exposure_s=seconds) for i in range(count)]
    return np.round(np.mean(singles, axis=0)).astype(np.uint16)


def arguments(case: dict[str, Any], folder: Path, put_frame: Any) -> list[str]:
    """Write the frames of a case; the words of the command that checks them."""
    words: list[str] = []
    for role, (place, kind) in ROLES.items():
        paths = []
        for number, cards in enumerate(case.get(role, DEFAULTS.get(role, []))):
            for copy in range(cards.get("times", 1)):
                path = folder / cards.get("file", f"{place}/{place.lower()}_{number}_{copy}.fits")
                rest = {k: tuple(v) if k == "size" else v for k, v in cards.items() if k not in OTHER_KEYS}
                if "text" in cards:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(cards["text"])
                else:
                    put_frame(path, **{"IMAGETYP": kind, **rest, **changing(cards, copy, kind)})
                    os.truncate(path, path.stat().st_size - cards.get("cut", 0))
                paths.append(str(path))
        if paths:
            words += ([f"--{role.replace('_', '-')}"] if role != "lights" else []) + paths
    return [str(folder)] if case.get("folder") else words


def run(words: list[str], capsys: Any) -> tuple[int, list[dict[str, Any]]]:
    with pytest.raises(SystemExit) as left:
        main(["check", *words, "--json"])
    lines = capsys.readouterr().out.splitlines()
    return int(left.value.code or 0), [json.loads(line) for line in lines]


def fulfils(found: dict[str, Any], want: dict[str, Any]) -> bool:
    words = {"says": "message", "fix": "fix"}
    for key, value in want.items():
        if key in words:
            if value not in (found[words[key]] or ""):
                return False
        elif key in ("field", "group"):
            if found["where"][key] != value:
                return False
        elif found[key] != value:
            return False
    return True


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: dict[str, Any], tmp_path: Path, put_frame: Any, capsys: Any) -> None:
    exit_code, records = run(arguments(case, tmp_path, put_frame), capsys)
    found = [r for r in records if r["record"] == "finding" and r["rule"] == code]
    outcomes = {f["outcome"] for f in found}
    told = [(f["outcome"], f["severity"], f["message"]) for f in found]
    match case["kind"]:
        case "pass" | "near_miss":
            assert "passed" in outcomes, told
            assert "failed" not in outcomes, told
        case "fail":
            assert "failed" in outcomes, told
        case "skip":
            assert outcomes == {"skipped"}, told
    assert not any(r["record"] == "finding" and r["outcome"] == "crashed" for r in records)
    as_before(code, case, found, tmp_path)
    for want in case.get("want", ()):
        assert any(fulfils(f, want) for f in found), (want, found)
    summary = records[-1]
    assert summary["record"] == "summary"
    assert summary["exit"] == exit_code
    if "verdict" in case:
        assert summary["verdict"] == case["verdict"]
        assert exit_code == (0 if case["verdict"] == "go" else 1)
