"""Every AG5xx rule on scripts: cases that pass, fail, skip and nearly fail, most of them run on real Siril.

``ssf`` is a whole script, ``do`` what stands below the right ``requires`` (CAL is ``preprocess`` or ``calibrate``),
``py`` a program with sirilpy. ``for`` is the series whose ``requires`` that is (1.4), ``siril`` what the user asks
for. ``failed`` lists exactly the findings that must come out. ``real`` says what each real Siril does with it:
``runs``, ``stops``, or is ``silent`` (stops and calls that a success); ``says`` is in its log.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ampglow_plugin.hosts.siril.lint import context_of
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.runner import run_rules
from ampglow_plugin.rules.siril import RULES
from tests.rules.told import as_before
from tests.siril.real import CALIBRATE, REQUIRES, SERIES, frames, run, script

CASES = Path(__file__).resolve().parents[1] / "rules"
KEYS = {"kind", "what", "ssf", "do", "py", "for", "siril", "failed", "real", "says"}


def cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, case)
        for path in sorted(CASES.glob("AG5*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def name(code: str, case: dict[str, Any]) -> str:
    return f"{code}-{case['kind']}-{case['what']}"


def text_of(case: dict[str, Any], series: str | None = None) -> str:
    return case["ssf"] if "ssf" in case else script(case["do"], series or str(case.get("for", "1.4")))


def judge(code: str, case: dict[str, Any], folder: Path) -> tuple[Finding, ...]:
    path = folder / ("case.py" if "py" in case else "case.ssf")
    text = f"import sirilpy\n{case['py']}" if "py" in case else text_of(case)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    chosen = case.get("siril")
    context = context_of(path, str(chosen) if chosen else None)
    return run_rules(context, [r for r in RULES if r.code == code])


@pytest.mark.parametrize(("code", "case"), [pytest.param(*c, id=name(*c)) for c in cases()])
def test_case(code: str, case: dict[str, Any], tmp_path: Path) -> None:
    assert set(case) <= KEYS
    findings = judge(code, case, tmp_path)
    outcomes = {f.outcome for f in findings}
    failed = [f for f in findings if f.outcome == "failed"]
    assert "crashed" not in outcomes, findings
    as_before(code, case, findings, tmp_path)
    assert all(f.rule == code and f.message for f in findings)
    assert all(f.fix and f.where.line and f.where.column for f in failed)
    expected = {"pass": {"passed"}, "skip": {"skipped"}, "fail": {"failed"}, "near_miss": {"passed", "skipped"}}
    assert outcomes <= expected[case["kind"]], findings
    said = [{"severity": f.severity, "line": f.where.line, "column": f.where.column} for f in failed]
    wanted = case.get("failed", [{}] if case["kind"] == "fail" else [])
    assert [{**w, **{k: s[k] for k in s if k not in w}} for w, s in zip(wanted, said, strict=False)] == said, said


def claims() -> Iterator[Any]:
    """What stops Siril, tried in the series that the case is about; in all of them with AMPGLOW_EVERY_SERIES=1."""
    every = os.environ.get("AMPGLOW_EVERY_SERIES") == "1"
    for code, case in cases():
        own = str(case.get("siril", case.get("for", "1.4")))
        for series, fate in case.get("real", {}).items():
            if fate != "runs" and (every or series == own or own not in case["real"]):
                yield pytest.param(case, series, fate, id=f"{name(code, case)}-{series}")


@pytest.mark.parametrize(("case", "series", "fate"), list(claims()))
def test_real_siril_stops_where_the_case_says(case, series, fate, siril, tmp_path):
    done = run(siril(series), tmp_path / "r", text_of(case, series))
    assert done.fate == fate, done.log
    assert case.get("says", "") in done.log


@pytest.mark.parametrize("series", SERIES)
def test_real_siril_runs_what_the_cases_say(series, siril, tmp_path):
    """All of them in one script, each in a folder of its own: the first that failed would end it."""
    running = [(name(*c), c[1]) for c in cases() if "do" in c[1] and c[1].get("real", {}).get(series) == "runs"]
    lines = [f"requires {REQUIRES[series]}"]
    for i, (_, case) in enumerate(running):
        frames(tmp_path / f"case{i}" / "r")
        lines += [f"cd {tmp_path}/case{i}/r", *case["do"].replace("CAL", CALIBRATE[series]).split("\n")]
    lines.append(f"cd {tmp_path}/last")
    done = run(siril(series), tmp_path / "last", "\n".join(line for line in lines if line.strip()))
    reached = max((int(n) for n in re.findall(r"/case(\d+)/r'", done.log)), default=0)
    assert done.fate == "runs", (running[reached][0], done.log[-2000:])
    assert all(case.get("says", "") in done.log for _, case in running)


WHOLE = [
    (code, case, series)
    for code, case in cases()
    if "ssf" in case
    for series, fate in case.get("real", {}).items()
    if fate == "runs"
]


@pytest.mark.parametrize(("case", "series"), [pytest.param(x, s, id=f"{name(c, x)}-{s}") for c, x, s in WHOLE])
def test_whole_scripts_that_run(case, series, siril, tmp_path):
    """``requires`` is looked at as the first command only, so these need a Siril each."""
    assert run(siril(series), tmp_path / "r", text_of(case)).fate == "runs"
