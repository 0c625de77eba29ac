"""Cards in the form that nearly every card has, sliced without astropy; whatever is unusual is left to astropy.

A scan of thousands of frames spends its time on cards. What is taken here is a subset of the FITS standard 4.0,
section 4.2, on which both readers agree by test: an upper-case keyword, ``= `` in its place, and free-format text
in quotes, a whole number, a decimal number, or T or F, with or without a comment.
"""

from __future__ import annotations

import re

from ampglow_plugin.headers.cards import Card, CardValue

_CARD = re.compile(
    r"([A-Z0-9_-]{1,8}) *= +"
    r"(?:'((?:[^']|'')*)'|([+-]?\d+)|([+-]?(?:\d+\.\d*|\.\d+|\d+(?=[ED]))(?:[ED][+-]?\d+)?)|([TF]))"
    r" *(?:/(.*))?"
)
#: column of the equals sign that makes a card one with a value; FITS standard 4.0, section 4.1.2.2
_VALUE_AT = 8
#: a number of this many digits may be no number of astropy's
_MOST_DIGITS = 18


def usual_card(image: str) -> Card | None:
    """The card of an 80-character image; None where astropy has to read it.

    >>> usual_card("GAIN    =                  120 / vendor units".ljust(80))
    Card(keyword='GAIN', value=120, comment='vendor units')
    >>> usual_card("HIERARCH ESO DET = 3".ljust(80)) is None
    True
    """
    if image[_VALUE_AT : _VALUE_AT + 2] != "= " or not image.isascii():
        return None
    match = _CARD.fullmatch(image)
    if match is None or not image.isprintable():
        return None
    keyword, text, whole, decimal, logical, comment = match.groups()
    value: CardValue
    if text is not None:
        if ": " in text:
            return None  # may be a record-valued card, whose keyword goes on in its text
        value = text.replace("''", "'").rstrip()
    elif whole is not None:
        if len(whole) > _MOST_DIGITS:
            return None
        value = int(whole)
    elif decimal is not None:
        value = float(decimal.replace("D", "E"))
    else:
        value = logical == "T"
    return Card(keyword, value, (comment or "").strip())
