"""Headers as PixInsight gives them, and the records that are made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ampglow_plugin.headers import Card, Header, frame_of
from ampglow_plugin.headers.cards import Shape
from ampglow_plugin.model.codec import to_dict

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "headers" / "fixtures"
#: fields of the record that the script knows
FIELDS = """
    kind master camera camera_serial pixel_um width height planes bits roi_x roi_y xbinning ybinning exposure_s
    temperature_c setpoint_c gain egain_e_per_adu offset readout_mode conversion_gain bayer_pattern row_order date_obs software
    stack_count filter object readout_options calibrated calibration_status sensor master_normalization conflicts
""".split()  # noqa: SIM905


def written(value: Any) -> str:
    """A card's value as PixInsight gives it: text in quotes, numbers bare."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def fixture(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    cards = []
    for card in data["cards"]:
        name, value, comment = (card["keyword"], card["value"], card.get("comment")) if isinstance(card, dict) else card
        cards.append(Card(name, value, comment or ""))
    return vector(path.stem, cards)


def vector(what: str, cards: list[Card]) -> dict[str, Any]:
    """A header as PixInsight gives it, and the record that is made of it."""
    known = {c.keyword: c.value for c in cards}
    shape = Shape(
        width=known.get("NAXIS1"),
        height=known.get("NAXIS2"),
        planes=known.get("NAXIS3", 1),
        bits=abs(known.get("BITPIX", 16)),
        floating=known.get("BITPIX", 16) < 0,
        keywords={"width": "NAXIS1", "height": "NAXIS2", "planes": "NAXIS", "bits": "BITPIX"},
    )
    frame = frame_of(Header(cards=tuple(cards), shape=shape), "/x/frame.fits", recover=False)
    record = {name: to_dict(getattr(frame, name)) for name in FIELDS}
    as_pixinsight = [
        [c.keyword, "", str(c.value or "")]
        if c.keyword in ("HISTORY", "COMMENT")
        else [c.keyword, written(c.value), c.comment]
        for c in cards
    ]
    of_image = {name: getattr(shape, name) for name in ("width", "height", "planes", "bits", "floating")}
    return {"what": what, "cards": as_pixinsight, "shape": of_image, "record": record}


def headers() -> list[dict[str, Any]]:
    masters = [vector(f"e-/ADU alone: {' '.join(map(str, values))}", electrons(*values)) for values in ELECTRONS]
    return [fixture(path) for path in sorted(FIXTURES.glob("*.yaml"))] + masters


#: camera, program and e-/ADU of masters that did not keep the gain
ELECTRONS = (
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.242862924933434),
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.245675),
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.244),
    ("ZWO ASI2600MC Pro", "PixInsight 1.9.3", 0.768),
    ("ZWO ASI294MC Pro", "Sequence Generator Pro v3.1", 1.00224268436432),
    ("ZWO ASI183MC Pro", "PixInsight 1.9.3", 1.14474451541901),
    ("QHY268C", "PixInsight 1.9.3", 0.2429),
)


def electrons(camera: str, program: str, e_per_adu: float) -> list[Card]:
    return [Card("INSTRUME", camera, ""), Card("SWCREATE", program, ""), Card("EGAIN", e_per_adu, "")]
