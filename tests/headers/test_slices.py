"""The fast reader of cards against astropy's: wherever it answers, both say the same."""

from __future__ import annotations

import warnings

import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from ampglow_plugin.headers.fits import CARD, astropy_card
from ampglow_plugin.headers.slices import usual_card

KEYWORDS = st.from_regex(r"[A-Z0-9_-]{1,8}", fullmatch=True)
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
VALUES = st.one_of(
    TEXTS, st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False), st.booleans()
)


def agree(image: str) -> bool:
    """Whether the fast reader answers; fails where its answer is another one."""
    image = image.ljust(CARD)[:CARD]
    quick = usual_card(image)
    if quick is None:
        return False
    if quick.value == "" and "'" in quick.comment:
        return True  # astropy may misread it: a test of its own
    slow = astropy_card([image])
    assert quick == slow
    assert type(quick.value) is type(slow.value)
    return True


@given(KEYWORDS, VALUES, TEXTS)
@settings(max_examples=400, deadline=None)
def test_cards_that_astropy_writes_are_read_as_astropy_reads_them(keyword, value, comment):
    with warnings.catch_warnings(action="ignore"):  # of comments that are cut
        try:
            image = str(fits.Card(keyword, value, comment))
        except ValueError:
            return
    if len(image) == CARD:
        agree(image)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=72), KEYWORDS)
@settings(max_examples=400, deadline=None)
def test_whatever_stands_behind_the_equals_sign_both_agree(rest, keyword):
    agree(f"{keyword:8}= {rest}")


@given(
    st.from_regex(
        r"\s{0,3}('[A-Z :']{0,9}'|[+-]?[0-9]{0,4}[.,]?[0-9]{0,3}([EDed][+-]?[0-9]{0,2})?|[TF]{1,2}) ?/? ?.{0,8}"
    )
)
@settings(max_examples=600, deadline=None)
def test_near_misses_of_values_agree(rest):
    agree(f"KEY     = {rest}".replace("\n", " "))


@pytest.mark.parametrize(
    "image",
    [
        "EXPTIME =                180.0 / seconds",
        "CCD-TEMP=                -10.0",
        "GAIN    =                  120 /",
        "SIMPLE  =                    T / conforms",
        "OBJECT  = 'M 31    '           / it''s a name",
        "OBJECT  = 'Barnard''s Loop'",
        "BZERO   =              3.2768E4",
        "XPIXSZ  =                 4.63D0",
        "EMPTY   = ''",
    ],
)
def test_the_usual_forms_take_the_fast_way(image):
    assert agree(image)


@pytest.mark.parametrize(
    "image",
    [
        "HIERARCH ESO DET = 3",
        "EXPTIME=180.0",
        "DATE-OBS= 2024-01-01T00:00:00",
        "DP1     = 'AXIS.1: 2'",
        "KEY     = (1.0, 2.0)",
        "OBJECT  = 'Müller'",
        "UNDEF   =",
        "lower   = 3",
    ],
)
def test_unusual_cards_are_left_to_astropy(image):
    assert usual_card(image.ljust(CARD)[:CARD]) is None


def test_a_quote_in_the_comment_does_not_end_an_empty_text():
    """Two quotes in a row are an empty text where no third follows (FITS standard 4.0, section 4.2.1.1)."""
    card = usual_card("OBSERVER= '' / the observers' names".ljust(CARD))
    assert (card.value, card.comment) == ("", "the observers' names")
