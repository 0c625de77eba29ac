"""What the header of a master says of how it was made, written and read back.

Cards ``AG...`` hold numbers and names; HISTORY has a line for each frame with the SHA-256 of its file, and one
with its name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from ampglow_plugin.headers import Card
from ampglow_plugin.headers.values import number
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.library import InputMark, Provenance
from ampglow_plugin.model.match import Role
from ampglow_plugin.model.plan import Step
from ampglow_plugin.writing import ascii_text

if TYPE_CHECKING:
    from astropy.io import fits
    from numpy.typing import NDArray

VERSION: Final = 1
#: a HISTORY card holds no more
_WIDTH: Final = 72
_KEY_DIGITS: Final = 32
_HASH = re.compile(r"sha256 ([0-9a-f]{64})")
_NAME = re.compile(r"  of (.*)")
_RECIPE = re.compile(r"made: (.*);")

#: keywords that are ours alone
KEYWORDS: Final = (
    "AGVER",
    "AGKEY",
    "AGKIND",
    "AGCOUNT",
    "AGSUM",
    "AGTMPMIN",
    "AGTMPMED",
    "AGTMPMAX",
    "AGTOOL",
    "AGENGINE",
    "AGSECS",
)


def key_of(kind: Role, hashes: Iterable[str], steps: Sequence[Step], needs: str | None = None) -> str:
    """Digest of what decides the pixels: kind, frames (in any order), steps, and the master that is subtracted."""
    described: Any = [kind, sorted(hashes), [to_dict(step) for step in steps], needs]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:_KEY_DIGITS]


def write(header: fits.Header, made: Provenance) -> None:
    """Append ``made`` to ``header``."""
    for keyword, value, comment in (
        ("AGVER", VERSION, "provenance by ampglow, version"),
        ("AGKEY", made.key, "of kind, frames and steps"),
        ("AGKIND", made.kind, "what was combined"),
        ("AGCOUNT", len(made.inputs), "frames that were combined"),
        ("AGSUM", _sum(made.inputs), "of the frames' hashes below"),
        ("AGTOOL", made.tool, "what planned it"),
        ("AGENGINE", made.engine, "what combined the frames"),
    ):
        header[keyword] = (value, comment)
    if made.seconds is not None:
        header["AGSECS"] = (round(made.seconds, 2), "[s] time that the engine took")
    if made.temperatures_c is not None:
        words = ("AGTMPMIN", "lowest"), ("AGTMPMED", "median"), ("AGTMPMAX", "highest")
        for (keyword, which), degrees in zip(words, made.temperatures_c, strict=True):
            header[keyword] = (degrees, f"[degC] {which} CCD-TEMP of the frames")
    for step in made.recipe:
        header.add_history(f"made: {_fitting(step, _WIDTH - len('made: ;'))};")
    for mark in made.inputs:
        header.add_history(f"sha256 {mark.sha256}")
        header.add_history(f"  of {_fitting(mark.name, _WIDTH - len('  of '))}")


def _fitting(text: str, most: int) -> str:
    """In ASCII, cut in the middle where it is too long for its card."""
    plain = ascii_text(text)
    return plain if len(plain) <= most else f"{plain[: most // 2 - 1]}..{plain[-(most - most // 2 - 1) :]}"


def _sum(inputs: Iterable[InputMark]) -> str:
    return hashlib.sha256("".join(sorted(mark.sha256 for mark in inputs)).encode()).hexdigest()[:_KEY_DIGITS]


def seal_pixels(header: fits.Header, data: NDArray[Any]) -> None:
    """Sum up pixels and cards, so that a later change of either shows.

    The sums of the FITS checksum convention do not tell it: libraries renew them with every change.
    """
    header["AGPIXELS"] = (_of_pixels(data), "of the pixels")
    header["AGHEADER"] = (_of_cards(header), "of the cards but sums")


def unchanged(header: fits.Header, data: NDArray[Any], *, cards: bool) -> bool:
    """Whether pixels (and ``cards``, where asked) are those that were sealed."""
    same = header.get("AGPIXELS") == _of_pixels(data)
    return same and (not cards or header.get("AGHEADER") == _of_cards(header))


def _of_pixels(data: NDArray[Any]) -> str:
    stored = data.reshape(-1).astype(data.dtype.newbyteorder(">"), copy=False)
    return hashlib.sha256(stored.view("u1").data).hexdigest()[:_KEY_DIGITS]


def _of_cards(header: fits.Header) -> str:
    cards = (card.image for card in header.cards if card.keyword not in ("AGHEADER", "CHECKSUM", "DATASUM"))
    return hashlib.sha256("".join(cards).encode()).hexdigest()[:_KEY_DIGITS]


def read(cards: Iterable[Card]) -> Provenance | None:
    """The provenance among ``cards``; None where there is none, or parts of it are lost."""
    found: dict[str, Card] = {}
    history: list[str] = []
    for card in cards:
        keyword = card.keyword.upper()
        if keyword in KEYWORDS:
            found[keyword] = card
        elif keyword == "HISTORY":
            history.append(str(card.value or "").rstrip())
    if "AGVER" not in found or found["AGVER"].value != VERSION or not {"AGKEY", "AGKIND", "AGSUM"} <= found.keys():
        return None
    inputs = tuple(_inputs(history))
    if len(inputs) != found["AGCOUNT"].value or _sum(inputs) != found["AGSUM"].text:
        return None
    temperatures = [found[word].value for word in ("AGTMPMIN", "AGTMPMED", "AGTMPMAX") if word in found]
    return Provenance(
        key=found["AGKEY"].text,
        kind=cast(Role, found["AGKIND"].text),
        inputs=inputs,
        recipe=tuple(m[1] for line in history if (m := _RECIPE.fullmatch(line))),
        temperatures_c=cast("tuple[float, float, float]", tuple(temperatures)) if len(temperatures) == 3 else None,
        tool=found["AGTOOL"].text if "AGTOOL" in found else "",
        engine=found["AGENGINE"].text if "AGENGINE" in found else "",
        seconds=number(found["AGSECS"].value) if "AGSECS" in found else None,
    )


def _inputs(history: Sequence[str]) -> Iterable[InputMark]:
    for line, following in zip(history, [*history[1:], ""], strict=True):
        hashed = _HASH.fullmatch(line)
        if hashed is not None:
            named = _NAME.fullmatch(following)
            yield InputMark(sha256=hashed[1], name=named[1] if named else "")
