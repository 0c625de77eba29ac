"""Aligned frames and stacks of the real Siril: whether the dark's glow is still in them, and how much of it."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from ampglow_plugin import api
from ampglow_plugin.cli.main import cli

WITH_HOMOGRAPHIES = ("1.2", "1.4")
#: what is left of the dark's glow; the short dark is of 60 s where the lights are of 180 s
LEFT = {"whole_": 0.0, "none_": 1.0, "short_": 2 / 3}


def prove(made, name, prefix, **more):
    given = {"dark": made.master("dark"), "flat": made.master("flat")} | more
    if given.get("sequence", True) is True:
        given["sequence"] = made.sequence(prefix)
    (proof,) = api.verify(made.file(name), **given).proofs
    return proof


def answers(proof):
    return proof.verdict.done, proof.verdict.success


@pytest.mark.siril
@pytest.mark.parametrize("series", WITH_HOMOGRAPHIES)
@pytest.mark.parametrize("prefix", LEFT)
@pytest.mark.parametrize("number", [2, 4])
def test_aligned_frames_by_the_sequence_file(session, series, prefix, number):
    made = session(series)
    proof = prove(made, f"r_{prefix}light_{number:05d}", prefix)
    pixels = proof.evidence.pixels
    assert pixels.rung == 4
    assert pixels.residual_glow == pytest.approx(LEFT[prefix], abs=max(0.03, 3 * pixels.residual_glow_sigma))
    assert pixels.residual_glow_sigma < 0.03
    expected = {
        "whole_": ("applied", "clean"),
        "none_": ("not_applied", "residual"),
        "short_": ("wrong_dark", "residual"),
    }
    assert answers(proof) == expected[prefix], proof.verdict.reasons


@pytest.mark.siril
@pytest.mark.parametrize("series", WITH_HOMOGRAPHIES)
def test_the_sequence_file_beside_the_frame_is_found(session, series):
    proof = prove(session(series), "r_none_light_00004", "none_", sequence=None)
    assert "none_light_.seq" in " ".join(proof.verdict.reasons)
    assert answers(proof) == ("not_applied", "residual")


STACKS = [("1.4", prefix, kind) for prefix in LEFT for kind in ("stack", "scaled", "cropped", "mirrored")]
STACKS += [("1.2", prefix, kind) for prefix, kind in zip(LEFT, ("stack", "mirrored", "cropped"), strict=True)]


@pytest.mark.siril
@pytest.mark.parametrize(("series", "prefix", "kind"), STACKS)
def test_stacks_across_a_meridian_flip_by_the_sequence_file(session, series, prefix, kind):
    made = session(series)
    proof = prove(made, f"{prefix}{kind}", prefix)
    pixels = proof.evidence.pixels
    assert pixels.rung == 5
    assert pixels.residual_glow == pytest.approx(LEFT[prefix], abs=0.1)
    success = "clean" if prefix == "whole_" else "residual"
    assert proof.verdict.success == success, proof.verdict.reasons
    assert proof.verdict.done in {
        "whole_": ("applied",), "none_": ("not_applied",), "short_": ("scaled", "wrong_dark")
    }[prefix], proof.verdict.reasons  # fmt: skip


def without_sequence(made, name, prefix, *, light):
    hidden = made.sequence(prefix)
    aside = hidden.rename(hidden.with_suffix(".aside"))
    try:
        return prove(made, name, prefix, sequence=None, lights=[made.night.lights[1]] if light else ())
    finally:
        aside.rename(hidden)


@pytest.mark.siril
@pytest.mark.parametrize(
    ("series", "name", "light"),
    [
        ("1.0", "whole_stack", False),
        ("1.0", "whole_mirrored", True),
        ("1.0", "whole_stretched", True),
        ("1.2", "whole_scaled", False),
        ("1.4", "whole_stack", True),
        ("1.4", "r_whole_light_00002", True),
    ],
)
def test_clean_without_the_sequence_file(session, series, name, light):
    """By the place of the sensor, or by the stars of another raw light."""
    proof = without_sequence(session(series), name, "whole_", light=light)
    assert answers(proof) == ("applied", "clean"), proof.verdict.reasons


@pytest.mark.siril
@pytest.mark.parametrize("prefix", ["none_", "short_"])
@pytest.mark.parametrize(
    ("series", "name", "light"),
    [
        ("1.0", "{}stack", False),
        ("1.0", "{}mirrored", True),
        ("1.0", "{}stretched", True),
        ("1.0", "r_{}light_00004", False),
        ("1.2", "{}stretched", False),
        ("1.4", "{}cropped", True),
        ("1.4", "r_{}light_00004", True),
    ],
)
def test_what_is_left_is_seen_without_the_sequence_file(session, series, prefix, name, light):
    """How much is left is known roughly, so what was done may stay open, or be what the header says."""
    proof = without_sequence(session(series), name.format(prefix), prefix, light=light)
    assert proof.verdict.success == "residual", proof.verdict.reasons
    possible = ("not_applied", "undecided") if prefix == "none_" else ("applied", "scaled", "wrong_dark", "undecided")
    assert proof.verdict.done in possible, proof.verdict.reasons


@pytest.mark.siril
@pytest.mark.parametrize(("series", "name"), [("1.0", "r_whole_light_00004"), ("1.2", "whole_stretched")])
def test_too_little_is_known_to_call_it_clean_and_nothing_is_wrong(session, series, name):
    """By the place of the sensor alone the most that may be left is twice of what is seen, and more."""
    proof = without_sequence(session(series), name, "whole_", light=False)
    assert answers(proof) in (("applied", "clean"), ("applied", "undecided")), proof.verdict.reasons
    assert proof.verdict.success == "clean" or "--light" in " ".join(proof.verdict.reasons)


RENAMED = [("1.0", prefix, number) for prefix in LEFT for number in (2, 5)] + [("1.4", p, 4) for p in LEFT]


@pytest.mark.siril
@pytest.mark.parametrize(("series", "prefix", "number"), RENAMED)
@pytest.mark.parametrize("light", [True, False])
def test_aligned_frames_that_nothing_but_their_pixels_tells(session, tmp_path, series, prefix, number, light):
    """No sequence file, no name: the blank edges tell the shift, and the glow on which side of the flip it was."""
    made = session(series)
    path = shutil.copy(made.file(f"r_{prefix}light_{number:05d}"), tmp_path / "aligned.fit")
    lights = [made.night.lights[number - 1]] if light else ()
    (proof,) = api.verify(path, dark=made.master("dark"), flat=made.master("flat"), lights=lights).proofs
    pixels = proof.evidence.pixels
    assert pixels.rung == 4
    assert pixels.residual_glow == pytest.approx(LEFT[prefix], abs=max(0.03, 3 * pixels.residual_glow_sigma))
    assert proof.verdict.success == ("clean" if prefix == "whole_" else "residual"), proof.verdict.reasons


@pytest.mark.siril
def test_a_mirror_that_left_no_trace_is_never_clean_where_glow_is_left(session):
    """1.0 notes nothing of it: without a raw light nobody knows where the glow went."""
    proof = without_sequence(session("1.0"), "none_mirrored", "none_", light=False)
    assert proof.verdict.success != "clean"


@pytest.mark.siril
@pytest.mark.parametrize("series", WITH_HOMOGRAPHIES)
@pytest.mark.parametrize("prefix", LEFT)
def test_a_stretched_stack_has_no_factor(session, series, prefix):
    proof = prove(session(series), f"{prefix}stretched", prefix)
    assert proof.evidence.pixels.factor is None
    assert proof.evidence.pixels.scale_low == 0.0
    assert answers(proof) == (("applied", "clean") if prefix == "whole_" else ("undecided", "residual"))


@pytest.mark.siril
def test_drizzled_frames_have_no_history_and_keep_their_glow(session):
    made = session("1.4")
    for name in ("drizzled", "r_raw_light_00004"):
        proof = prove(made, name, "raw_")
        assert answers(proof) == ("not_applied", "residual"), proof.verdict.reasons
        assert proof.evidence.pixels.residual_glow == pytest.approx(1.0, abs=0.04)  # 0.994 +- 0.013, as undrizzled


@pytest.mark.siril
@pytest.mark.parametrize("series", WITH_HOMOGRAPHIES)
@pytest.mark.parametrize("prefix", LEFT)
@pytest.mark.parametrize("kind", ["stack", "scaled"])
def test_stacks_of_frames_that_were_never_debayered(session, series, prefix, kind):
    """To be brought to each other's spread changes their scale, for that spread is one of colours."""
    proof = prove(session(series), f"mosaic_{prefix}{kind}", f"mosaic_{prefix}")
    pixels = proof.evidence.pixels
    assert pixels.residual_glow == pytest.approx(LEFT[prefix], abs=2.2 * pixels.residual_glow_sigma)
    assert proof.verdict.success == ("clean" if prefix == "whole_" else "residual"), proof.verdict.reasons
    assert ("never debayered" in " ".join(proof.verdict.reasons)) == (kind == "scaled")


FAINT_STACKS = [(s, p, "stack") for s in WITH_HOMOGRAPHIES for p in LEFT] + [("1.4", p, "drizzled") for p in LEFT]


@pytest.mark.siril
@pytest.mark.parametrize(("series", "prefix", "kind"), FAINT_STACKS)
def test_of_a_glow_of_20_adu_a_tenth_is_seen_in_a_stack(faint, series, prefix, kind):
    """Eight lights across a meridian flip. Drizzling adds noise: then it is seen as well as the sigma says."""
    proof = prove(faint(series), f"{prefix}{kind}", f"raw_{prefix}" if kind == "drizzled" else prefix)
    pixels = proof.evidence.pixels
    assert pixels.rung == 5
    assert pixels.glow_peak_adu == pytest.approx(20.0, abs=3.0)
    within = max(0.1, 2 * pixels.residual_glow_sigma) if kind == "drizzled" else 0.1
    assert pixels.residual_glow == pytest.approx(LEFT[prefix], abs=within)
    possible = ("clean", "undecided") if prefix == "whole_" else ("residual",)
    assert proof.verdict.success in possible, proof.verdict.reasons


@pytest.mark.siril
@pytest.mark.parametrize("series", WITH_HOMOGRAPHIES)
@pytest.mark.parametrize("prefix", LEFT)
def test_of_a_glow_of_20_adu_a_stretched_stack_tells_whether_it_is_left(faint, series, prefix):
    proof = prove(faint(series), f"{prefix}stretched", prefix)
    assert proof.evidence.pixels.factor is None
    possible = ("clean", "undecided") if prefix == "whole_" else ("residual",)
    assert proof.verdict.success in possible, proof.verdict.reasons


@pytest.mark.siril
def test_the_command_line_takes_a_sequence_file(session):
    made = session("1.4")
    words = ["verify", made.file("none_stack"), "--dark", made.master("dark"), "--flat", made.master("flat")]
    words += ["--seq", made.sequence("none_"), "--json"]
    result = CliRunner().invoke(cli, [str(w) for w in words], standalone_mode=False, catch_exceptions=False)
    record = json.loads(result.stdout.splitlines()[0])
    assert (record["verdict"], record["success"], record["rung"]) == ("not_applied", "residual", 5)
    assert result.return_value == 1
