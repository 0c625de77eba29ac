"""Testimony of HISTORY and log, with lines as the real Sirils wrote them."""

from __future__ import annotations

import pytest

from ampglow_plugin.hosts.siril.evidence import header_evidence, log_evidence
from ampglow_plugin.hosts.siril.log import read_log, share

DARK = "Calibrated with a master dark"
BIAS = "Calibrated with a master bias"
LEVEL = "Calibrated with a synthetic bias of 500"
FLAT = "Calibrated with a master flat, normalization of 0.301"
HOT = "Cosmetic correction of 0 cold pixels and 629 hot pixels"
STACK = (
    "mean stacking with winsorized sigma clipping rejection (low=3.000 high=3.",
    "000), unnormalized input, unnormalized output, no image weighting",
)
V12, V14 = "Siril v1.2.6", "Siril 1.4.2"


def scaled(factor):
    return f"Calibrated with an optimized master dark (factor: {factor})"


@pytest.mark.parametrize(
    ("cards", "raw", "software", "claim", "lines", "factor"),
    [
        ((DARK, FLAT, HOT), (), V12, "applied", 1, None),
        ((DARK, FLAT), (), V14, "applied", 1, None),
        ((BIAS, DARK), (), V14, "applied", 1, None),
        ((FLAT, scaled("0.365")), (), V14, "scaled", 1, 0.365),
        ((BIAS, scaled("1.000")), (), V14, "applied", 1, 1.0),
        ((BIAS, scaled("3.000")), (), V14, "scaled", 1, 3.0),
        ((FLAT,), (), V12, "not_applied", 0, None),
        ((LEVEL,), (), V12, "not_applied", 0, None),
        ((DARK, DARK), (), V14, "applied_twice", 2, None),
        ((DARK, BIAS, scaled("0.5")), (), V14, "applied_twice", 2, 0.5),
        # lines that the raw light had already
        ((DARK, FLAT), (DARK,), V14, "not_applied", 0, None),
        ((DARK, DARK, FLAT), (DARK,), V14, "applied", 1, None),
        ((DARK,), (DARK,), V14, "silent", 0, None),
        # where silence, or nothing that could be said, proves nothing
        ((), (), V14, "silent", 0, None),
        ((), (), V12, "silent", 0, None),
        (("made by hand",), (), V14, "silent", 0, None),
        (STACK, (), V14, "silent", 0, None),
        ((DARK,), (), "Siril v1.0.6", "silent", 0, None),
        ((DARK,), (), None, "silent", 0, None),
        ((DARK,), (), "PixInsight 1.9.3", "silent", 0, None),
        # not the words that Siril writes
        (("Calibrated with a master darkness",), (), V14, "silent", 0, None),
        ((f"{DARK} (not)",), (), V14, "silent", 0, None),
    ],
)
def test_header(cards, raw, software, claim, lines, factor):
    found = header_evidence(cards, raw, software)
    assert (found.claim, found.dark_lines, found.factor) == (claim, lines, factor)
    assert found.why


def test_header_says_what_went_with_the_dark():
    found = header_evidence((BIAS, DARK, FLAT), (), V14)
    assert (found.bias, found.flat, found.flat_scale) == (True, True, 0.301)
    assert (found.host, found.host_version) == ("siril", "1.4.2")
    assert found.lines == (BIAS, DARK, FLAT)
    bare = header_evidence((), (), V14)
    assert (bare.bias, bare.flat) == (None, None)


def test_header_without_the_raw_light_says_so():
    assert "not at hand" in header_evidence((DARK,), None, V14).why
    assert "not at hand" not in header_evidence((DARK,), (), V14).why


def test_calstat_means_nothing():
    assert header_evidence(("CALSTAT BDF",), (), V14).claim == "silent"


HEAD = "log: Welcome to siril 1.4.2 for linux (x86_64) - CLI\n"
END = "log: Script execution finished successfully.\n"


def command(word, *lines):
    return f"log: Running command: {word}\n1795534422: running command {word}\n" + "".join(f"log: {x}\n" for x in lines)


def reading(name):
    return f"Reading FITS: file {name}, 1 layer(s), 320x240 pixels, 32 bits"


def saving(name):
    return f"Saving FITS: file {name}, 1 layer(s), 320x240 pixels, 32 bits"


FRAMES = (
    reading("light_00001.fit"),
    saving("pp_light_00001.fit"),
    reading("light_00002.fit"),
    saving("pp_light_00002.fit"),
    "Sequence processing succeeded.",
)


def evidence(*parts, output="process/pp_light_00001.fit", dark="masters/dark_180s.fit"):
    return log_evidence(HEAD + "".join(parts) + END, output, dark)


def test_dark_is_read_before_the_first_frame_is_saved():
    found = evidence(command("calibrate", reading("dark_180s"), *FRAMES))
    assert (found.claim, found.dark, found.success, found.host_version) == ("applied", "dark_180s", True, "1.4.2")
    assert not found.flat_mismatch


@pytest.mark.parametrize("name", ["dark_180s", "dark_180s.fit", "dark_180s.fits.fz"])
def test_names_with_and_without_ending(name):
    assert evidence(command("preprocess", reading(name), *FRAMES), dark="dark_180s.fits").claim == "applied"


def test_dark_read_by_another_command_is_no_dark():
    """A list of hot pixels made from the dark, and used without subtracting it."""
    found = evidence(command("load", reading("dark_180s.fit")), command("find_hot"), command("calibrate", *FRAMES))
    assert found.claim == "not_applied"


def test_dark_read_after_the_frames_is_no_dark():
    assert evidence(command("calibrate", *FRAMES, reading("dark_180s"))).claim == "not_applied"


def test_another_dark_is_not_this_dark():
    assert evidence(command("calibrate", reading("dark_60s"), *FRAMES)).claim == "not_applied"


def test_factor_of_each_frame():
    found = command(
        "calibrate",
        reading("dark_180s"),
        "Dark optimization of image 1: k0=0.401",
        "Dark optimization of image 0: k0=0.365",
        *FRAMES,
    )
    assert evidence(found).factor == 0.365
    assert evidence(found).claim == "scaled"
    assert evidence(found, output="pp_light_00002.fit").factor == 0.401


def test_of_a_long_night_each_frame_is_told_its_own_lines():
    numbers = range(1, 201)
    found = command(
        "calibrate",
        reading("dark_180s"),
        *(f"Dark optimization of image {n - 1}: k0=0.{n:03d}" for n in numbers),
        *(line for n in numbers for line in (reading(f"light_{n:05d}.fit"), saving(f"pp_light_{n:05d}.fit"))),
    )
    assert evidence(found, output="r_pp_light_00123.fit").lines == (
        "Running command: calibrate",
        reading("dark_180s"),
        "Dark optimization of image 122: k0=0.123",
        reading("light_00001.fit"),  # before the first frame was saved, as masters are
        saving("pp_light_00123.fit"),
    )
    unnumbered = command("preprocess", reading("dark_180s"), *["Dark optimization: k0=0.365"] * 500, *FRAMES)
    assert len(evidence(unnumbered).lines) < 30


def test_factors_without_a_number_of_1_0():
    one = command("preprocess", reading("dark_180s"), "Dark optimization: k0=0.365", *FRAMES)
    assert evidence(one).factor == 0.365
    two = command("preprocess", reading("dark_180s"), *(f"Dark optimization: k0=0.{n}" for n in (365, 401)), *FRAMES)
    assert (evidence(two).claim, evidence(two).factor) == ("scaled", None)


def test_factor_of_one_is_an_applied_dark():
    found = command("calibrate", reading("dark_180s"), "Dark optimization of image 0: k0=1.000", *FRAMES)
    assert (evidence(found).claim, evidence(found).factor) == ("applied", 1.0)


def test_flat_of_another_size():
    mismatch = "Images must have same dimensions."
    found = evidence(command("calibrate", reading("dark_180s"), reading("flat"), mismatch, *FRAMES))
    assert found.flat_mismatch
    assert found.success is False
    assert mismatch in found.lines


def test_calibrated_twice():
    again = tuple(line.replace("light", "pp_light").replace("pp_pp_pp", "pp_pp") for line in FRAMES)
    again = tuple(line.replace("pp_pp_light", "pp_light") if "Reading" in line else line for line in again)
    log = command("calibrate", reading("dark_180s"), *FRAMES) + command("calibrate", reading("dark_180s"), *again)
    found = evidence(log, output="pp_pp_light_00001.fit")
    assert found.claim == "applied_twice"
    assert evidence(log).claim == "applied"


def test_aligned_frame_is_traced_back():
    register = command("register", reading("pp_light_00001.fit"), saving("r_pp_light_00001.fit"))
    found = evidence(command("calibrate", reading("dark_180s"), *FRAMES), register, output="r_pp_light_00001.fit")
    assert found.claim == "applied"


def test_frames_of_another_group_say_nothing():
    found = evidence(command("calibrate", reading("dark_180s"), *FRAMES), output="pp_short_00001.fit")
    assert (found.claim, found.success) == ("silent", True)


def test_line_that_another_one_cut_in_two():
    cut = tuple(line.replace("Saving", "Sav") if "pp_light_00002" in line else line for line in FRAMES)
    found = evidence(command("calibrate", reading("dark_180s"), *cut), output="pp_light_00002.fit")
    assert found.claim == "applied"


def test_without_a_name_nothing_is_claimed():
    assert evidence(command("calibrate", reading("dark_180s"), *FRAMES), dark=None).claim == "silent"


def test_success_needs_the_last_line_and_no_bad_one():
    block = command("calibrate", reading("dark_180s"), *FRAMES)
    assert log_evidence(HEAD + block, "pp_light_00001", "dark_180s").success is False
    assert evidence(block, "log: Sequence processing failed.\n").success is False
    assert log_evidence("", "pp_light_00001", "dark").success is None


def test_negative_pixels_are_told_and_no_failure():
    said = "After dark subtraction, the image contains many negative pixels (98%), calibration frames are probably incorrect"
    log = read_log(HEAD + command("calibrate", said) + END)
    assert log.bad == ()
    assert log.doubtful == (said,)


def test_escape_sequences_and_progress():
    assert share("\x1b[A\x1b[2KTprogress: Stacking, 45.45%") == ("Stacking", 0.4545)
    assert share("log: 45%") is None
    assert read_log("\x1b[A\x1b[2Klog: Running command: cd\n").commands == ("cd",)


def test_comments_of_the_script_are_no_messages():
    log = read_log(HEAD + "log: # Running command: cd\nlog: # Images must have same dimensions.\n" + END)
    assert log.commands == ()
    assert log.bad == ()


def test_a_frame_that_cannot_be_aligned_is_told_and_no_failure():
    """A clouded frame: it was calibrated, and the others are aligned and stacked."""
    said = "Sequence processing partially succeeded, with 1 images that failed."
    log = read_log(HEAD + command("register", "Not enough stars. Image 3 skipped", said) + END)
    assert log.bad == ()
    assert log.doubtful == ("Not enough stars. Image 3 skipped", said)
    assert read_log(HEAD + command("calibrate", said) + END).bad == (said,)
