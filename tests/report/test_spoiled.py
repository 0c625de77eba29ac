"""A run that is not clean, from its frames to the page: what is left, why it is bright there, and what to do."""

from __future__ import annotations

import html
import re

import pytest


@pytest.fixture(scope="module")
def text(spoiled_page):
    """The page as people read it, without its pictures."""
    page = re.sub(r"<(style|svg|script)\b.*?</\1>", "", spoiled_page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def section(text, start, end):
    return text[text.rindex(f" {start} ", 0, text.rindex(f" {end} ")) : text.rindex(f" {end} ")]


def test_the_verdict_says_that_it_is_not_clean(spoiled_page, text):
    assert re.search(r'<h1 id="verdict">([^<]*)</h1>', spoiled_page.read_text("utf-8"))[1] == "NOT CLEAN"
    assert "4 of 4 frames are not calibrated as it should be." in text


def test_the_diagnosis_names_the_glow_that_is_left_and_what_it_was_measured_against(text):
    diagnosis = section(text, "Diagnosis", "Findings")
    assert "Amp glow brightest at the right" in diagnosis
    assert "confidence over 99 %" in diagnosis
    assert "A dark was given: its glow was looked for in the frames." in diagnosis
    assert re.search(r"amp glow over 99 % shown", diagnosis)
    assert re.search(r"the dark's glow of \d+ ADU at the right is 2\.\d\d ± 0\.\d\d times in the frames", diagnosis)
    # the lights are of 180 s, the dark of 60 s: glow of 250 ADU of which a third was taken away
    peak = float(re.search(r"brightest at the right, up to (\d+) ADU", diagnosis)[1])
    assert peak == pytest.approx(250 * 2 / 3, rel=0.25)


def test_what_to_do_is_the_right_dark_and_no_gradient_removal(text):
    todo = text[text.index("What to do ", text.index("From frames to proof")) : text.rindex(" Proof 4 of 4")]
    assert "the dark was taken under other conditions: exposure (4 times)" in todo
    assert todo.count("About AG406") == 1
    assert "darks of 180 s at -10 C, gain 120, offset 30" in todo
    assert "Do not remove it as a gradient AG412 gradient removal is refused in place of a dark" in todo
    assert "Check what was applied" not in todo  # it is proved


def test_the_pictures_show_the_glow_of_the_dark_and_what_is_left_of_it(spoiled_page):
    page = spoiled_page.read_text("utf-8")
    assert "Left in the calibrated frame" in page
    assert len(re.findall(r"<img [^>]*alt=\"[^\"]{10,}\"", page)) >= 4
