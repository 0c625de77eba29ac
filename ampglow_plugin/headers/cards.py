"""What every header comes down to: a list of cards, and the shape of the image they describe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

CardValue = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Card:
    """One card. Text keeps its blanks; commentary cards (HISTORY, COMMENT) have their text as value."""

    keyword: str
    value: CardValue
    comment: str = ""

    @property
    def text(self) -> str:
        """The value as text without blanks at its ends; empty for no value."""
        return "" if self.value is None else str(self.value).strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """The image as stored: pixels along x and y, planes, bits of a sample, and whether samples are floating point.

    ``keywords`` names the cards that say so, by field of the frame record.
    """

    width: int | None = None
    height: int | None = None
    planes: int | None = None
    bits: int | None = None
    floating: bool = False
    keywords: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """Cards of one file, those of the primary header first. ``image_from`` is the index of the image's own cards.

    ``missing_bytes`` of the image lie beyond the end of the file: it was cut short. 0 where nothing is missing, and
    where that cannot be told without unpacking the file.
    """

    cards: tuple[Card, ...]
    shape: Shape
    image_from: int = 0
    missing_bytes: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.image_from <= len(self.cards):
            raise ValueError(f"image_from {self.image_from} lies outside of {len(self.cards)} cards")

    def by_keyword(self) -> dict[str, list[Card]]:
        """Cards by upper-case keyword; what the image's own header says comes before the primary header."""
        found: dict[str, list[Card]] = {}
        for card in (*self.cards[self.image_from :], *self.cards[: self.image_from]):
            found.setdefault(card.keyword.upper(), []).append(card)
        return found

    def texts(self, keyword: str) -> Iterator[str]:
        """Texts of all cards of ``keyword``, in the order of the file."""
        return (card.text for card in self.cards if card.keyword.upper() == keyword)
