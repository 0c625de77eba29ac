"""Fixtures of the embedded engine's tests: plans made by hand, run by it and by the real Siril."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.hosts import BUILTIN, SIRIL
from ampglow_plugin.model.plan import Calibrate, Group, Integrate, Master, Plan
from ampglow_plugin.rules.check_plan import check_plan


def save(path: Path, data, **cards) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    unit = fits.PrimaryHDU(data)
    for key, value in cards.items():
        unit.header[key] = value
    unit.writeto(path)
    return str(path)


def build(folder: Path, plan: Plan, **options) -> Path:
    """The folder of a finished run of the engine."""
    emission = BUILTIN.emit(check_plan(plan), "1", folder)
    BUILTIN.run(emission, engine="builtin", **options)
    return folder


def master_plan(frames, step=None, *, role="dark", steps=None) -> Plan:
    """A plan that builds one master, and uses it as it must be used to be allowed."""
    steps = steps or (step or Integrate(),)
    master = Master(id="built", role=role, frames=tuple(map(str, frames)), steps=steps, holds_bias=True)
    use = Calibrate(flat="built", bias_level_adu=1.0) if role == "flat" else Calibrate(dark="built")
    group = Group(id="light", frames=(str(frames[0]),), steps=(use,), cfa=False)
    return Plan(tool="test", masters=(master,), groups=(group,), allowed=ALLOWED)


ALLOWED = ()


@pytest.fixture
def siril_build(siril):
    """``siril_build("1.4", plan, folder)``: the same plan on the real Siril."""

    def run(series: str, plan: Plan, folder: Path) -> Path:
        emission = SIRIL.emit(check_plan(plan), series, folder)
        SIRIL.run(emission, engine="siril-cli", program=str(siril(series)))
        return folder

    return run


def pixels(path: Path) -> np.ndarray:
    return fits.getdata(path).astype(np.float64)
