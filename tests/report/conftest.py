"""A real Chromium, and the page of a whole night to open in it."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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
def proved(night: NightFiles) -> Path:
    """The folder of a run over that night, calibrated by the embedded engine."""
    from dataclasses import replace

    from ampglow_plugin import api
    from ampglow_plugin.model.plan import Align
    from ampglow_plugin.rules.check_plan import check_plan

    checked = api.check(night.lights, darks=night.darks, flats=night.flats, flat_darks=night.flatdarks)
    plan = api.plan(checked).plan
    steps = tuple(s for s in plan.groups[0].steps if not isinstance(s, Align))
    planned = check_plan(replace(plan, groups=(replace(plan.groups[0], steps=steps),)))
    folder = night.folder.parent / "run"
    api.run(planned, folder, engine="builtin")
    return folder


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The JSON lines that were printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
