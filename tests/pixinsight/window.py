"""Frames as the mock shows them, and the clicks of a user."""

from __future__ import annotations

from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "pixinsight_js"


def image(kind, exposure, *, pattern="'RGGB'", more=(), properties=None, temperature="-10", width=4144, **changed):
    cards = {
        "IMAGETYP": f"'{kind}'", "EXPTIME": str(exposure), "GAIN": "120", "OFFSET": "30", "CCD-TEMP": temperature,
        "SET-TEMP": "-10", "INSTRUME": "'ZWO ASI294MC Pro'", "BAYERPAT": pattern, "DATE-OBS": "'2026-01-10T22:00:00'",
        "XBINNING": "1", "YBINNING": "1", **changed,
    }  # fmt: skip
    shape = {"width": width, "height": 2822, "planes": 1, "bits": 16, "floating": False}
    rows = [[key, value, ""] for key, value in cards.items()]
    return {"cards": [*rows, *more], "shape": shape, "properties": properties or {}}


def shell(version):
    return SCRIPTS / ("AmpGlow-v8.js" if version == "1.9.4" else "AmpGlow.js")


LIGHTS = [f"/n/l{i}.fits" for i in range(3)]
DARKS = [f"/n/d{i}.fits" for i in range(4)]
FLATS = [f"/n/f{i}.fits" for i in range(3)]
FLAT_DARKS = [f"/n/fd{i}.fits" for i in range(3)]
BIASES = [f"/n/b{i}.fits" for i in range(3)]
NIGHT = {
    **{p: image("Light", 120) for p in LIGHTS},
    **{p: image("Dark", 120) for p in DARKS},
    **{p: image("Flat", 2) for p in FLATS},
    **{p: image("Dark Flat", 2) for p in FLAT_DARKS},
}
PICK = [["Pre-flight", text] for text in ("Lights...", "Darks...", "Flats...", "Flat-darks...")]
PICKED = [LIGHTS, DARKS, FLATS, FLAT_DARKS]
PLAN = [*PICK, ["Pre-flight", "Check"], ["Calibrate", "Plan the picked frames"]]
RUN = [*PLAN, ["Calibrate", "Output folder..."], ["Calibrate", "Calibrate"]]
