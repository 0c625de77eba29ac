"""Plans: what the order rules say of them, and the processes that they become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.pixinsight.jobs import Survey, plan_work
from ampglow_plugin.model.codec import to_dict
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
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.pipeline import RULES
from tests.pixinsight.plans import NIGHTS
from tests.rules.test_pipeline_cases import plan_of

HERE = Path(__file__).parent


def orders() -> list[dict[str, Any]]:
    """Every plan of the rules' own cases, judged by all order rules."""
    found = []
    for path in sorted((HERE.parent / "rules").glob("AG3*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            plan = plan_of(case)
            if any(step.step == "gradient" for part in (*plan.masters, *plan.groups) for step in part.steps):
                continue  # the window's plans remove no gradients
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
