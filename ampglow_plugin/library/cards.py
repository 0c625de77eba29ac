"""Fields of a frame as cards, and cards as astropy's headers: what is written of a master."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.headers import Card, Header, frame_of
from ampglow_plugin.headers.cards import Shape
from ampglow_plugin.headers.fields import RECOVERED
from ampglow_plugin.model.frame import Frame, Source
from ampglow_plugin.writing import ascii_text

if TYPE_CHECKING:
    from astropy.io import fits

#: field -> (keyword, comment): the form that most programs read (keywords.yaml)
CARDS: Final[Mapping[str, tuple[str, str]]] = {
    "camera": ("INSTRUME", "camera"),
    "camera_serial": ("CAMERAID", "serial number of the camera"),
    "exposure_s": ("EXPTIME", "[s] exposure of one frame"),
    "temperature_c": ("CCD-TEMP", "[degC] sensor, measured"),
    "setpoint_c": ("SET-TEMP", "[degC] set point of the cooler"),
    "gain": ("GAIN", "gain as set"),
    "egain_e_per_adu": ("EGAIN", "[e-/ADU] conversion factor"),
    "offset": ("OFFSET", "offset as set"),
    "readout_mode": ("READOUTM", "readout mode"),
    "xbinning": ("XBINNING", "binning along x"),
    "ybinning": ("YBINNING", "binning along y"),
    "roi_x": ("XORGSUBF", "[px] first column of the region"),
    "roi_y": ("YORGSUBF", "[px] first row of the region"),
    "pixel_um": ("XPIXSZ", "[um] size of a pixel, binning included"),
    "bayer_pattern": ("BAYERPAT", "colour mosaic"),
    "row_order": ("ROWORDER", "which row comes first"),
    "filter": ("FILTER", "filter"),
    "date_obs": ("DATE-OBS", "[UTC] start of the first exposure"),
    "stack_count": ("STACKCNT", "frames combined"),
}
#: kind and whether it is a master -> IMAGETYP
_TYPES: Final[Mapping[tuple[str, bool], str]] = {
    ("dark", True): "Master Dark",
    ("darkflat", True): "Master Dark Flat",
    ("flat", True): "Master Flat",
    ("bias", True): "Master Bias",
    ("dark", False): "Dark",
    ("darkflat", False): "Dark Flat",
    ("flat", False): "Flat",
    ("bias", False): "Bias",
    ("light", False): "Light",
}


def image_type(kind: str, *, master: bool) -> str | None:
    """The word for IMAGETYP; None where the kind is not known, or is that of a stack of lights."""
    return _TYPES.get((kind, master))


def put(header: fits.Header, field: str, value: Any, source: Source | None = None) -> None:
    """Write ``field`` as its card; a value that was recovered says so in its comment, for whoever reads it."""
    keyword, comment = CARDS[field]
    if source is not None and source.how == "recovered":
        comment = f"{RECOVERED}{source.keyword}"
    if field == "date_obs":
        value = str(value).removesuffix("+00:00").removesuffix("Z")
    set_card(header, keyword, _plain(value), comment)


def set_card(header: fits.Header, keyword: str, value: Any, comment: str) -> None:
    """Give a keyword its one value; a comment that finds no room beside a long text is cut."""
    import warnings

    from astropy.io.fits.verify import VerifyWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VerifyWarning)
        header[keyword] = (value, ascii_text(comment))
        str(header.cards[keyword])


def _plain(value: Any) -> Any:
    """Text that FITS can hold."""
    return ascii_text(value) if isinstance(value, str) else value


def cards_of(header: fits.Header) -> tuple[Card, ...]:
    """The cards as :mod:`ampglow_plugin.headers` has them."""
    return tuple(Card(card.keyword, card.value, card.comment) for card in header.cards)


def read_back(header: fits.Header, like: Frame) -> Frame:
    """What a reader will make of ``header``, of the size of ``like``; nothing is taken from names."""
    shape = Shape(width=like.width, height=like.height, planes=like.planes, bits=like.bits)
    return frame_of(Header(cards=cards_of(header), shape=shape), like.path, recover=False)


def common_cards(headers: Iterable[Iterable[Card]]) -> Iterator[Card]:
    """Cards that are in all ``headers`` with one value, in the order of the first; HISTORY and COMMENT are not."""
    first, *others = [list(cards) for cards in headers]
    values = [{card.keyword.upper(): card.value for card in cards} for cards in others]
    for card in first:
        keyword = card.keyword.upper()
        if keyword in ("HISTORY", "COMMENT", ""):
            continue
        if all(keyword in known and known[keyword] == card.value for known in values):
            yield card
