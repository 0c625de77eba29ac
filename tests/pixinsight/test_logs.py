"""Console logs: which processes ran, with what, and the factors of the darks."""

from __future__ import annotations

import ampglow_plugin
from ampglow_plugin.hosts.pixinsight import PIXINSIGHT
from ampglow_plugin.hosts.pixinsight.lint import lint
from ampglow_plugin.hosts.pixinsight.reader import read_listing

#: as a batch script writes it: a time before some lines, tables over several, a block of what was put out
LOG = """* Begin calibration of light frames
[2026-01-10 22:10:00] var P = new ImageCalibration;
P.targetFrames = [ // enabled, path
   [true, "D:/night/light 1.fits"],
   [true, "D:/night/light 2.fits"]
];
P.masterBiasEnabled = false;
P.masterDarkEnabled = true;
P.masterDarkPath = "D:/m/dark.xisf";
P.masterFlatEnabled = false;
P.calibrateDark = false;
P.optimizeDarks = {optimize};
P.outputDirectory = "D:/out";
P.outputPostfix = "_c";
/*
 * Read-only properties
 *
P.outputData = [ // outputFilePath
   ["D:/out/light 1_c.xisf", 0.926, 0, 0]
];
 */

Loading master dark: D:/m/dark.xisf
{factors}
Writing output file: D:/out/light 1_c.xisf
var P = new Debayer;
P.targetItems = [ // enabled, image
   [true, "D:/out/light 1_c.xisf"]
];
"""
FACTORS = "Dark scaling factors:\nch 0 : k = 0.926\nch 0 : k = 0.931"


def log(*, optimize: bool, factors: str = "") -> str:
    return LOG.replace("{optimize}", str(optimize).lower()).replace("{factors}", factors)


def written(tmp_path, text):
    path = tmp_path / "20260110221000.log"
    path.write_text(text, encoding="utf-8")
    return path


def test_processes_stand_where_the_log_has_them(tmp_path):
    listing = read_listing(written(tmp_path, log(optimize=True, factors=FACTORS)))
    calibration, debayer = listing.instances
    assert (calibration.process, calibration.line, calibration.basis) == ("ImageCalibration", 2, "listing")
    assert (debayer.process, debayer.line) == ("Debayer", 28)
    assert calibration.values["targetFrames"].value == (
        (True, "D:/night/light 1.fits"),
        (True, "D:/night/light 2.fits"),
    )
    optimize = calibration.values["optimizeDarks"]
    assert (optimize.value, optimize.line, optimize.column) == (True, 12, 1)
    assert "outputData" not in calibration.values
    assert [(m.word, m.line, m.column) for m in listing.dark_factors] == [("0.926", 25, 12), ("0.931", 26, 12)]
    assert listing.log


def test_a_log_of_scaled_darks_is_judged(tmp_path):
    path = written(tmp_path, log(optimize=True, factors=FACTORS))
    found = [f for f in ampglow_plugin.lint(path) if f.outcome == "failed"]
    failed = {(f.rule, f.severity) for f in found}
    assert {("AG601", "error"), ("AG605", "error"), ("AG620", "warning")} <= failed
    assert not {rule for rule, _ in failed} & {"AG303", "AG304"}  # the same in other words
    place = next(f.where for f in found if f.rule == "AG620")
    assert (place.path, place.line, place.column) == (str(path), 25, 12)


def test_a_log_of_unscaled_darks_is_clean(tmp_path):
    path = written(tmp_path, log(optimize=False))
    assert [f for f in lint(path) if f.outcome == "failed" and f.severity == "error"] == []


def test_factors_alone_are_judged(tmp_path):
    path = written(tmp_path, "ImageCalibration: Processing frame\nDark scaling factors:\nch 0 : k = 0.412\n")
    assert [(f.rule, f.severity) for f in lint(path) if f.outcome == "failed"] == [("AG620", "warning")]


def test_a_log_of_anything_else_gives_nothing(tmp_path):
    path = written(tmp_path, "var P = new PixelMath;\nP.expression = '$T';\n\nPixelMath: Processing view\n")
    assert lint(path) == ()
    assert lint(written(tmp_path, "Siril 1.4: Running command calibrate\n")) == ()


def test_a_log_testifies_about_the_outputs_it_names():
    def said(text, name="light 1_c.xisf"):
        found = PIXINSIGHT.log_evidence(text, name, None)
        return found.claim, found.factor, found.dark

    assert said(log(optimize=False)) == ("applied", 1.0, "dark")
    assert said(log(optimize=True, factors=FACTORS)) == ("scaled", 0.926, "dark")
    assert said(log(optimize=True)) == ("scaled", None, "dark")
    off = log(optimize=False).replace("masterDarkEnabled = true", "masterDarkEnabled = false")
    assert said(off)[:2] == ("not_applied", None)
    assert said(log(optimize=False), "another_c.xisf")[:2] == ("silent", None)
    nothing = log(optimize=True, factors="ch 0 : k = 0.001")
    assert said(nothing)[:2] == ("not_applied", 0.001)
