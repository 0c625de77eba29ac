"""A rest that is proved of some frames allows nothing with a stack of others."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.diagnosis.stack_of import GlowOfStack, need_stack_of, too_bright
from ampglow_plugin.errors import InputError
from ampglow_plugin.model.evidence import Evidence, Proof, Verdict

LIGHT = {
    "IMAGETYP": "LIGHT",
    "INSTRUME": "ZWO ASI294MC Pro",
    "OBJECT": "M 31",
    "FILTER": "L",
    "GAIN": 120,
    "EXPTIME": 180.0,
}
STACK = {**LIGHT, "OBJECT": "m31", "DATE-OBS": "2025-10-18T20:33:06", "STACKCNT": 3, "LIVETIME": 540.0}


#: no dark is named in these proofs
NOT_MEASURED = ("how much of the dark's glow is in the pixels of stack.fit was not measured",)


def written(path, header, shape=(24, 32)):
    unit = fits.PrimaryHDU(np.zeros(shape, np.uint16))
    for name, value in header.items():
        if value is not None:
            unit.header[name] = value
    unit.writeto(path)
    return path


@pytest.fixture
def proofs(tmp_path):
    """Of three frames, 20:30 to 20:39."""
    made = []
    for number in range(3):
        header = {**LIGHT, "DATE-OBS": f"2025-10-18T20:{30 + 3 * number}:00.250"}
        path = str(written(tmp_path / f"pp_{number}.fit", header))
        verdict = Verdict(done="applied", success="clean", decided_by="pixels")
        made.append(Proof(path=path, inputs={}, evidence=Evidence(path=path), verdict=verdict))
    return made


def test_a_stack_of_these_frames(tmp_path, proofs):
    stack = str(written(tmp_path / "stack.fit", STACK))
    assert need_stack_of(stack, proofs, {}, listed=False) == NOT_MEASURED


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"OBJECT": "M 33"}, "object M 33, and not M 31"),
        ({"INSTRUME": "ZWO ASI533MC Pro"}, "camera ZWO ASI533MC Pro, and not ZWO ASI294MC Pro"),
        ({"FILTER": "Ha"}, "filter Ha, and not L"),
        ({"GAIN": 200}, "gain 200, and not 120"),
        ({"STACKCNT": 40}, "it holds 40 frames, and 3 are proved"),
        ({"EXPTIME": 60.0}, "its frames have 60 s, and not 180 s"),
        ({"STACKCNT": None, "LIVETIME": 1800.0}, "it holds 1800 s of light, and all proved frames together 540 s"),
        ({"DATE-OBS": "2025-10-19T20:33:06"}, "it was taken 2025-10-19"),
        ({"DATE-OBS": "2025-10-18T20:29:58"}, "it was taken 2025-10-18T20:29:58"),
        ({"DATE-OBS": "2025-10-18T20:39:03"}, "it was taken 2025-10-18T20:39:03"),
    ],
)
def test_what_no_frame_of_it_can_have_said(tmp_path, proofs, change, why):
    stack = str(written(tmp_path / "stack.fit", {**STACK, **change}))
    for listed in (False, True):  # a manifest names files, and files are written over
        with pytest.raises(InputError) as refused:
            need_stack_of(stack, proofs, {}, listed=listed)
        assert why in refused.value.what
        assert "is no stack of the frames that are proved" in refused.value.what


@pytest.mark.parametrize(
    "change",
    [
        {"DATE-OBS": "2025-10-18T20:30:00"},  # cut to seconds
        {"DATE-OBS": "2025-10-18T20:39:00"},  # the end of the last
        {"EXPTIME": 540.0},  # the sum, where others write the exposure of one
        {"STACKCNT": 2, "LIVETIME": 360.0},  # one was left out
        {"FILTER": None, "GAIN": None, "OBJECT": None},
    ],
)
def test_what_a_stack_of_them_may_well_say(tmp_path, proofs, change):
    assert (
        need_stack_of(str(written(tmp_path / "stack.fit", {**STACK, **change})), proofs, {}, listed=False)
        == NOT_MEASURED
    )


def test_silence_shows_nothing_and_what_was_not_checked_is_said(tmp_path, proofs):
    silent = str(written(tmp_path / "silent.fit", {**STACK, "DATE-OBS": None, "STACKCNT": None}, shape=(20, 28)))
    with pytest.raises(InputError, match="nothing shows that it is a stack of the frames"):
        need_stack_of(silent, proofs, {}, listed=False)
    number, size, _ = need_stack_of(silent, proofs, {}, listed=True)
    assert "does not say how many frames" in number
    assert "28 x 20 pixels and its frames 32 x 24" in size


SEEN = GlowOfStack(share=0.5, sigma=0.05, peak_adu=100.0)


@pytest.mark.parametrize(
    ("glows", "why"),
    [
        ([SEEN], "at least 35 ADU of the dark's glow are left in its own pixels, 35% of it"),
        ([replace(SEEN, sigma=0.14)], None),  # 8 %
        ([replace(SEEN, peak_adu=14.0)], None),  # 5 ADU
        ([SEEN, replace(SEEN, share=0.05)], None),  # calibrated with the other of the darks
        ([], None),
    ],
)
def test_more_of_the_glow_in_its_pixels_than_may_be_left(glows, why):
    told = too_bright(glows)
    assert told is None if why is None else why in told


def test_files_are_where_the_header_says_they_are(tmp_path, proofs):
    """Outputs that have gone cannot be compared."""
    Path(proofs[0].path).unlink()
    with pytest.raises(InputError):
        need_stack_of(str(written(tmp_path / "stack.fit", STACK)), proofs, {}, listed=True)
