"""Fixtures of the Siril tests: a small night, its plans, and folders made from them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ampglow_plugin import api
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.planning import PlanOptions
from ampglow_plugin.simulate import NightFiles, Truth, make_night
from tests.siril.runs import write

#: a folder's name that breaks whatever pastes it somewhere
ODD_NAME = "\u00dcn\u00ef 'dir\" with $pace"


@pytest.fixture
def update_golden():
    """AMPGLOW_UPDATE_GOLDEN=1 writes the golden texts anew; look at the difference before you commit it."""
    return os.environ.get("AMPGLOW_UPDATE_GOLDEN") == "1"


@dataclass(frozen=True)
class Night:
    """Frames and what the pre-flight says of them."""

    files: NightFiles
    check: api.Check

    def plan(self, **options):
        return api.plan(self.check, PlanOptions(**options))

    @property
    def paths(self):
        f = self.files
        return (*f.lights, *f.darks, *f.flats, *f.flatdarks)


def _night(folder, pattern):
    truth = Truth(width=320, height=240, bayer_pattern=pattern, camera="ZWO ASI294MC Pro")
    files = make_night(folder, truth, lights=3, darks=3, flats=3, flatdarks=2)
    check = api.check(files.lights, darks=files.darks, flats=files.flats, flat_darks=files.flatdarks)
    return Night(files, check)


@pytest.fixture(scope="session")
def osc(tmp_path_factory):
    return _night(tmp_path_factory.mktemp("osc") / ODD_NAME, "RGGB")


@pytest.fixture(scope="session")
def mono(tmp_path_factory):
    return _night(tmp_path_factory.mktemp("mono"), None)


@pytest.fixture
def run(siril):
    """Run an emission on the real Siril it was written for."""

    def on(emission, **options):
        program = str(siril(emission.manifest.host_version))
        return SIRIL.run(emission, engine="siril-cli", program=program, **options)

    return on


@pytest.fixture
def plain(tmp_path):
    """Lights of one dark level and a hot pixel, as arrays whose calibration is known exactly."""
    rng = np.random.default_rng(5)
    dark = (500 + rng.integers(0, 40, (60, 80))).astype(np.uint16)
    dark[30, 40] = 9000
    flat = (20000 + 4000 * np.linspace(-1, 1, 80)[None, :] + np.zeros((60, 1))).astype(np.uint16)
    lights = []
    for i in range(3):
        light = dark + rng.integers(200, 900, (60, 80)).astype(np.uint16)
        lights.append(write(tmp_path / f"l{i}.fits", light, EXPTIME=10.0, DATE_OBS=f"2025-01-01T20:0{i}:00"))
    return {
        "lights": lights,
        "dark": write(tmp_path / "dark.fit", dark, EXPTIME=10.0),
        "flat": write(tmp_path / "flat.fit", flat),
        "sideways": write(tmp_path / "sideways.fit", flat.T.copy()),
    }


def state(paths):
    """Content and times of files: equal before and after where they were left alone."""
    return {p: (hashlib.sha256(Path(p).read_bytes()).hexdigest(), Path(p).stat().st_mtime_ns) for p in paths}
