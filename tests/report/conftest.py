"""A real Chromium, and the page of a whole night to open in it."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ampglow_plugin import api
from ampglow_plugin.api import Check, Verification
from ampglow_plugin.cli.main import main
from ampglow_plugin.model.plan import Align, Allowance
from ampglow_plugin.planning import PlanOptions
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.simulate import GlowSource, NightFiles, Truth, make_night

AXE_PLACES = ("node_modules/axe-core/axe.min.js",)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing(what: str) -> None:
    """Skip, or fail where Chromium is required."""
    if os.environ.get("AMPGLOW_REQUIRE_CHROMIUM") == "1":
        pytest.fail(what)
    pytest.skip(what)


@dataclass
class Browser:
    """Chromium without a window; what it has to complain about is in :meth:`complaints`."""

    driver: Any

    def open(self, page: Path, *, width: int = 1440, theme: str = "light") -> None:
        media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.driver.get_log("browser")
        self.driver.get(page.absolute().as_uri())

    def run(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def screenshot(self) -> bytes:
        """The whole page as PNG."""
        size = "return [document.documentElement.clientWidth, document.documentElement.scrollHeight]"
        width, height = self.run(size)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        return base64.b64decode(shot["data"])

    def pdf(self) -> bytes:
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])

    def axe(self, axe: str) -> list[tuple[str, str]]:
        """What axe-core finds wrong: rule and the element."""
        self.driver.execute_script(axe)
        script = "const done = arguments[arguments.length - 1]; axe.run().then((found) => done(found.violations))"
        return [(v["id"], node["html"]) for v in self.driver.execute_async_script(script) for node in v["nodes"]]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        missing("Chromium and its driver are not installed (Debian: apt-get install chromium chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield Browser(browser)
    browser.quit()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core: AMPGLOW_AXE, or node_modules beside the tests."""
    root = Path(__file__).resolve().parents[2]
    places = [os.environ.get("AMPGLOW_AXE", ""), *(str(root / place) for place in AXE_PLACES)]
    found = next((Path(place) for place in places if place and Path(place).is_file()), None)
    if found is None:
        missing("axe-core is not installed (npm install --no-save axe-core, or AMPGLOW_AXE=axe.min.js)")
    assert found is not None
    return found.read_text(encoding="utf-8")


#: small, but large enough to see glow in
TRUTH = Truth(width=256, height=224, star_count=20, glows=(GlowSource(amplitude_adu=250.0, decay_px=60.0),))


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> NightFiles:
    """Four lights with darks that fit and darks that do not."""
    counts = {"lights": 4, "darks": 3, "flats": 3, "flatdarks": 3, "wrong_darks": 3}
    return make_night(tmp_path_factory.mktemp("frames") / "M 31", TRUTH, **counts)


@pytest.fixture(scope="session")
def checked(night: NightFiles) -> Check:
    """The pre-flight of that night, pixels and all."""
    return api.check([night.folder])


@pytest.fixture(scope="session")
def proved(night: NightFiles) -> Path:
    """The folder of a run over that night, calibrated by the embedded engine."""
    return calibrated(night, night.darks, night.folder.parent / "run")


@pytest.fixture(scope="session")
def spoiled(night: NightFiles) -> Path:
    """A run over the same lights with darks of a third of their exposure, which somebody allowed."""
    allowed = (Allowance(rule="AG201", reason="no others"),)
    return calibrated(night, night.wrong_darks, night.folder.parent / "spoiled", allow=allowed)


def calibrated(night: NightFiles, darks: tuple[Path, ...], folder: Path, **options: Any) -> Path:
    """A run of the embedded engine, without the alignment."""
    checked = api.check(night.lights, darks=darks, flats=night.flats, flat_darks=night.flatdarks, pixels=False)
    plan = api.plan(checked, PlanOptions(**options)).plan
    steps = tuple(s for s in plan.groups[0].steps if not isinstance(s, Align))
    planned = check_plan(replace(plan, groups=(replace(plan.groups[0], steps=steps),)))
    api.run(planned, folder, engine="builtin", pixels=False)
    return folder


@pytest.fixture(scope="session")
def spoiled_page(spoiled: Path) -> Path:
    """The report of that run."""
    page = spoiled.parent / "spoiled.html"
    with pytest.raises(SystemExit) as left:
        main(["report", "-o", str(page), str(spoiled)])
    assert left.value.code == 1
    return page


@pytest.fixture(scope="session")
def verification(proved: Path) -> Verification:
    """The proof of the run that is as it should be."""
    return api.verify(proved)


@pytest.fixture(scope="session")
def check_lines(night: NightFiles) -> bytes:
    """What ``ampglow check NIGHT --json`` prints."""
    return printed("check", night.folder)


@pytest.fixture(scope="session")
def verify_lines(proved: Path) -> bytes:
    """What ``ampglow verify RUN --json`` prints."""
    return printed("verify", proved)


def printed(*words: object) -> bytes:
    """What a command prints with ``--json``."""
    with contextlib.redirect_stdout(io.StringIO()) as out, pytest.raises(SystemExit):
        main([*map(str, words), "--json"])
    return out.getvalue().encode()


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The JSON lines that were printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
