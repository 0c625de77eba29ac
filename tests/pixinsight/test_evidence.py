"""What files of both eras of PixInsight say of their dark: every row of the table of verdicts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.hosts.pixinsight import PIXINSIGHT
from ampglow_plugin.hosts.pixinsight.evidence import dark_names, file_evidence, same_name
from tests.pixinsight.xisf_files import history_keywords, write

IMAGE = np.zeros((1, 4, 4), np.float32)


def era_a(dark=True, factors=None, bias=False, flat=True, name="master dark.xisf"):
    lines = [
        "Calibration with ImageCalibration module version 2.2.8",
        "Calibration with ImageCalibration process",
        "ImageCalibration.inputHints: fits-keywords normalize raw cfa signed-is-physical",
        "ImageCalibration.overscan.enabled: false",
        f"ImageCalibration.masterBias.enabled: {str(bias).lower()}",
        f"ImageCalibration.masterDark.enabled: {str(dark).lower()}",
    ]
    if dark:
        lines += [f"ImageCalibration.masterDark.fileName: {name}", "ImageCalibration.masterDark.calibrate: true"]
    if factors:
        lines.append(f"ImageCalibration.masterDark.scalingFactors: {factors}")
    return [
        *lines,
        f"ImageCalibration.masterFlat.enabled: {str(flat).lower()}",
        "ImageCalibration.masterFlat.scalingFactors: 0.412345",
    ]


DEBAYER_A = ["Demosaicing with Debayer process", "Demosaic.pattern: RGGB", "Demosaic.method: VNG"]
STACK_A = ["Integration with ImageIntegration process", "ImageIntegration.numberOfImages: 20"]
COSMETIC_A = ["CosmeticCorrection: Total corrected pixels = 553"]


def step(process, **values):
    parameters = "".join(
        f'<parameter id="{k}" value="{str(v).lower()}"/>'
        if isinstance(v, bool)
        else f'<parameter id="{k}">{v}</parameter>'
        for k, v in values.items()
    )
    return f'<instance class="{process}" version="256">{parameters}</instance>'


def era_b(*steps):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ProcessingHistory version="1.0">{"".join(steps)}</ProcessingHistory>'
    )


def calibration(**values):
    usual = {
        "masterBiasEnabled": False,
        "masterDarkEnabled": True,
        "masterDarkPath": "D:/astro/secret folder/dark.xisf",
        "masterFlatEnabled": False,
        "optimizeDarks": False,
    }
    return step("ImageCalibration", **{**usual, **values})


@pytest.mark.parametrize(
    ("lines", "claim", "factor"),
    [
        (era_a(), "applied", 1.0),
        (era_a(factors="1.000 1.000 1.000"), "applied", 1.0),
        (era_a(factors="0.464"), "scaled", 0.464),
        (era_a(factors="1.000 0.926 1.010"), "scaled", 0.926),
        (era_a(factors="0.005 0.001 0.000"), "not_applied", 0.005),
        (era_a(dark=False), "not_applied", None),
        ([*era_a(), *era_a()], "applied_twice", None),
        ([*era_a(dark=False, bias=True, flat=False), *era_a()], "applied", 1.0),
        ([*DEBAYER_A, *era_a()], "not_applied", None),
        ([*era_a(), *COSMETIC_A, *DEBAYER_A], "applied", 1.0),
        (STACK_A, "silent", None),
        (COSMETIC_A, "silent", None),
        (DEBAYER_A, "silent", None),
        ([], "silent", None),
    ],
)
@pytest.mark.parametrize("form", ["fits", "xisf"])
def test_era_a(lines, claim, factor, form, tmp_path):
    if form == "fits":
        path = tmp_path / "a_c.fit"
        unit = fits.PrimaryHDU(IMAGE[0])
        for line in lines:
            unit.header["HISTORY"] = line  # cut after 72 characters, as PixInsight does
        unit.writeto(path)
    else:
        path = write(tmp_path / "a_c.xisf", IMAGE, keywords=history_keywords(lines), creator="PixInsight 1.9.1")
    found = file_evidence(path)
    assert (found.claim, found.factor) == (claim, factor), found
    assert found.why
    if claim != "silent":
        assert found.host == "pixinsight"


def test_lines_cut_into_cards_are_joined(tmp_path):
    name = "masterDark_BIN-1_6248x4176_EXPOSURE-120.00s_SETTEMP--10.00_GAIN-100 the best.xisf"
    unit = fits.PrimaryHDU(IMAGE[0])
    for line in era_a(name=name):
        unit.header["HISTORY"] = line
    unit.writeto(tmp_path / "a.fit")
    found = file_evidence(tmp_path / "a.fit")
    assert dark_names(found) == (name.removesuffix(".xisf"),)


def test_names_are_compared_as_they_were_folded():
    assert same_name("master.xisf", "/somewhere/master.xisf")
    assert same_name("m?ster.xisf", "/somewhere/mäster.fit")
    assert not same_name("master.xisf", "/somewhere/other.xisf")


@pytest.mark.parametrize(
    ("steps", "claim", "factor"),
    [
        ([calibration()], "applied", 1.0),
        ([calibration(optimizeDarks=True)], "scaled", None),
        ([step("ImageCalibration", masterDarkPath="/d.xisf")], "scaled", None),  # Optimize is on at the factory
        ([calibration(masterDarkEnabled=False)], "not_applied", None),
        ([calibration(masterDarkPath="")], "not_applied", None),
        ([calibration(), calibration()], "applied_twice", None),
        (
            [calibration(masterDarkEnabled=False, masterFlatEnabled=True, masterFlatPath="/f"), calibration()],
            "applied",
            1.0,
        ),
        ([step("Debayer"), calibration()], "not_applied", None),
        ([calibration(), step("CosmeticCorrection"), step("Debayer"), step("StarAlignment")], "applied", 1.0),
        ([step("ImageIntegration")], "silent", None),
        ([step("CosmeticCorrection")], "silent", None),
        ([step("Debayer")], "silent", None),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_era_b(steps, claim, factor, packed, tmp_path):
    properties = {"PixInsight:ProcessingHistory": era_b(*steps)}
    path = write(tmp_path / "a_c.xisf", IMAGE, properties=properties, packed_properties=packed)
    found = file_evidence(path)
    assert (found.claim, found.factor, found.host) == (claim, factor, "pixinsight"), found
    assert found.host_version == "1.9.3"
    assert "secret" not in " ".join(found.lines)  # folders of the machine are nobody's business


def test_era_b_names_the_dark(tmp_path):
    path = write(tmp_path / "a.xisf", IMAGE, properties={"PixInsight:ProcessingHistory": era_b(calibration())})
    assert dark_names(file_evidence(path)) == ("dark",)


def test_a_signature_alone_proves_no_dark(tmp_path):
    properties = {"PCL:Signature:Calibration": "process=ImageCalibration,version=2.3.0,timestamp=2026-01-01T00:00:00Z"}
    found = file_evidence(write(tmp_path / "a.xisf", IMAGE, properties=properties))
    assert (found.claim, found.host) == ("silent", "pixinsight")
    assert "not recorded" in found.why


@pytest.mark.parametrize(
    "document", ["<ProcessingHistory", "<ProcessingHistory/>", "<!DOCTYPE x []><ProcessingHistory/>"]
)
def test_a_damaged_document_says_nothing(document, tmp_path):
    path = write(tmp_path / "a.xisf", IMAGE, properties={"PixInsight:ProcessingHistory": document})
    assert file_evidence(path).claim == "silent"


def test_a_calibration_of_the_raw_light_is_not_counted(tmp_path):
    raw = write(tmp_path / "raw.xisf", IMAGE, keywords=history_keywords(era_a()))
    both = write(tmp_path / "out.xisf", IMAGE, keywords=history_keywords([*era_a(), *era_a()]))
    assert file_evidence(both).claim == "applied_twice"
    assert file_evidence(both, raw).claim == "applied"


def test_software_other_than_pixinsight_is_not_ours(tmp_path):
    unit = fits.PrimaryHDU(IMAGE[0])
    unit.header["HISTORY"] = "Calibrated with dark.fit"
    unit.header["PROGRAM"] = "Siril v1.4.2"
    unit.writeto(tmp_path / "a.fit")
    assert file_evidence(tmp_path / "a.fit").host is None


def result(optimize=False, factors=(0, 0, 0), enabled=True, ok=True):
    source = f'var P = new ImageCalibration;\nP.masterDarkEnabled = {str(enabled).lower()};\nP.masterDarkPath = "/m/dark.xisf";'
    step_ = {
        "process": "ImageCalibration",
        "ok": ok,
        "outputs": ["/o/a_c.xisf", "/o/b_c.xisf"],
        "optimizeDarks": optimize,
        "darkFactors": [{"output": "/o/a_c.xisf", "k": list(factors)}, {"output": "/o/b_c.xisf", "k": [0.5, 0, 0]}],
        "source": source,
    }
    return json.dumps({"version": "1.9.4", "status": "succeeded", "steps": [step_]})


@pytest.mark.parametrize(
    ("text", "claim", "factor"),
    [
        (result(), "applied", 1.0),
        (result(optimize=True, factors=(0.926, 0, 0)), "scaled", 0.926),
        (result(optimize=True, factors=(1.0, 1.0, 1.0)), "applied", 1.0),
        (result(optimize=True, factors=(0.003, 0, 0)), "not_applied", 0.003),
        (result(enabled=False), "not_applied", None),
        ("Dark scaling factors:\nch 0 : k = 0.464\n", "scaled", 0.464),
        ("k0 = 1.000\nk1 = 1.000", "applied", 1.0),
        ("nothing here", "silent", None),
        ("{}", "silent", None),
        ('{"steps": []}', "silent", None),
    ],
)
def test_result_files_and_logs(text, claim, factor):
    found = PIXINSIGHT.log_evidence(text, "a_c.xisf", "dark.xisf")
    assert (found.claim, found.factor) == (claim, factor)
    assert found.why


def test_the_result_of_a_failed_step_is_no_success():
    assert PIXINSIGHT.log_evidence(result(ok=False), "b_c.xisf", None).success is False


def test_verify_proves_an_xisf_output_from_header_log_and_pixels(tmp_path):
    """Raw light, dark and an output made as ImageCalibration does; the proof is that of any host."""
    from ampglow_plugin.proof import verify

    rng = np.random.default_rng(5)
    dark = (500 + 300 * np.exp(-np.arange(64) / 9)[None, :] + rng.normal(0, 4, (64, 64))).astype(np.float32)
    dark[rng.integers(0, 64, 60), rng.integers(0, 64, 60)] += 4000
    raw = np.round(dark + rng.normal(900, 20, (64, 64))).astype(np.uint16)
    cards = {"EXPTIME": 120.0, "GAIN": 100, "CCD-TEMP": -10.0, "INSTRUME": "ZWO ASI294MC Pro"}
    for name, data in (("light", raw), ("dark", np.round(dark).astype(np.uint16))):
        unit = fits.PrimaryHDU(data)
        unit.header.update({**cards, "IMAGETYP": name.capitalize()})
        unit.writeto(tmp_path / f"{name}.fits")
    for factor, verdict in ((1.0, "applied"), (0.8, "contradiction")):
        output = ((raw.astype(np.float64) - factor * np.round(dark)) / 65535).astype(np.float32)[None]
        properties = {"PixInsight:ProcessingHistory": era_b(calibration(masterDarkPath="/elsewhere/dark.xisf"))}
        path = write(tmp_path / "light_c.xisf", output, properties=properties, codec="zlib+sh")
        (proof,) = [verify(path, light=tmp_path / "light.fits", dark=tmp_path / "dark.fits")]
        assert proof.evidence.header.claim == "applied"
        assert proof.evidence.pixels.factor == pytest.approx(factor, abs=0.005)
        assert proof.verdict.done == verdict


@pytest.mark.parametrize("pedestal", [0, 150])
def test_the_output_pedestal_is_taken_off_before_the_pixels_are_compared(pedestal, tmp_path):
    """out = (light - dark) / (flat / mean) + pedestal, as ImageCalibration does; a flat that falls by half."""
    from ampglow_plugin.proof import verify

    rng = np.random.default_rng(6)
    x = np.linspace(0, 1, 64)
    dark = np.round(500 + 400 * np.exp(-(1 - x) * 6)[None, :] + rng.normal(0, 3, (64, 64)))
    flat = np.round(30000 * (1 - 0.5 * x[None, :] ** 2) * np.ones((64, 1)))
    raw = np.round(dark + (900 + rng.normal(0, 15, (64, 64))) * flat / flat.mean())
    cards = {"EXPTIME": 120.0, "GAIN": 100, "CCD-TEMP": -10.0}
    for name, data in (("light", raw), ("dark", dark), ("flat", flat)):
        unit = fits.PrimaryHDU(data.astype(np.uint16))
        unit.header.update({**cards, "IMAGETYP": name.capitalize()})
        unit.writeto(tmp_path / f"{name}.fits")
    output = ((raw - dark) / (flat / flat.mean()) + pedestal) / 65535
    path = write(
        tmp_path / "light_c.xisf",
        output.astype(np.float32)[None],
        keywords=(("PEDESTAL", str(pedestal), ""),) if pedestal else (),
        properties={
            "PixInsight:ProcessingHistory": era_b(calibration(masterFlatEnabled=True, masterFlatPath="/flat.xisf"))
        },
    )
    proof = verify(path, **{name: tmp_path / f"{name}.fits" for name in ("light", "dark", "flat")})
    assert proof.evidence.pixels.factor == pytest.approx(1.0, abs=0.005)
    assert proof.evidence.pixels.exact
    assert proof.verdict.done == "applied"
