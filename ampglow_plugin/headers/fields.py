"""Cards to the fields of the frame record, by the alias table. Pure: no file is touched."""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ampglow_plugin.headers import dates, values
from ampglow_plugin.headers.cards import Card, Header
from ampglow_plugin.knowledge.keywords import FieldRows, KeyRow, Keywords, keywords
from ampglow_plugin.model.frame import Conflict, How, Source

EGAIN_BELOW = 10.0  # a fractional GAIN below this in floating-point data is electrons per ADU
SINGLE = 1.01  # a total beyond this multiple of the exposure is one of several frames
CALIBRATION_LETTERS = "BDF"
#: how the comment of a card begins that ampglow wrote from other testimony than this file's; the rest says which
RECOVERED = "recovered: "

#: fields that change from frame to frame of one set; :func:`read_varying` reads them alone
VARYING = ("date_obs", "temperature_c", "cooler_power_pct", "ra_deg", "dec_deg", "night")


class Reading:
    """Fields found so far and where each came from; filled by :func:`read_fields`."""

    def __init__(self, header: Header, table: Keywords) -> None:
        self.header = header
        self.table = table
        self.cards = header.by_keyword()
        self.values: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self.colour = (header.shape.planes or 1) >= 3
        self.programs = frozenset(self._programs())

    def copy(self, *, without: Collection[str] = ()) -> Reading:
        """A copy to go on with, in which the fields ``without`` have no value yet."""
        other = copy.copy(self)
        other.cards, other.values, other.sources = dict(self.cards), dict(self.values), dict(self.sources)
        for field in without:
            other.values.pop(field, None)
            other.sources.pop(field, None)
        return other

    def set(self, field: str, value: Any, keyword: str, how: How = "read") -> None:
        """Give ``field`` a value, if it has none yet and there is one to give."""
        if value is not None and field not in self.values:
            self.values[field] = value
            self.sources[field] = Source(keyword=keyword, how=how)

    def get(self, field: str) -> Any:
        """The value of a field, or None."""
        return self.values.get(field)

    def usable(self, row: KeyRow) -> Iterator[tuple[Card, str]]:
        """Cards of ``row`` whose conditions hold and that are no placeholder, with the text that counts."""
        if row.only and not self.programs & set(row.only):
            return
        if self.programs & set(row.never) or (row.beside and row.beside not in self.cards):
            return
        if row.kind and self.get("kind") != row.kind:
            return
        pattern = row.pattern
        for card in self.cards.get(row.key.upper(), ()):
            text = card.text
            if pattern is not None:
                match = pattern.search(text)
                if match is None:
                    continue
                text = match.groupdict().get("value") or text
            if text.lower() not in self.table.placeholders:
                yield card, text

    def _programs(self) -> Iterator[str]:
        for row in self.table.programs:
            pattern = re.compile(row.match, re.IGNORECASE)
            if row.colour and not self.colour:
                continue
            if any(pattern.search(card.text) for card in self.cards.get(row.key.upper(), ())):
                yield row.id


def read_fields(header: Header) -> Reading:
    """All fields that the cards themselves give."""
    table = keywords()
    reading = Reading(header, table)
    for field, keyword in header.shape.keywords.items():
        reading.set(field, getattr(header.shape, field), keyword)
    rows = {entry.field: entry for entry in table.fields}
    for entry in (rows["kind"], *(e for e in table.fields if e.field != "kind")):
        _read_field(reading, entry)
    _pointing(reading)
    _master(reading)
    _calibration(reading)
    _night(reading)
    _options(reading)
    _normalization(reading)
    _conflicts(reading)
    return reading


def read_varying(reading: Reading) -> None:
    """The fields of :data:`VARYING`; they depend on all others, and no other depends on them."""
    for entry in _varying():
        _read_field(reading, entry)
    _pointing(reading)
    _night(reading)


def _set_from(reading: Reading, field: str, value: Any, card: Card) -> None:
    """What a card says was recovered when it was written stays that."""
    if card.comment.startswith(RECOVERED):
        reading.set(field, value, f"{card.keyword}, {card.comment.removeprefix(RECOVERED)}", "recovered")
    else:
        reading.set(field, value, card.keyword)


@functools.cache
def _varying() -> tuple[FieldRows, ...]:
    return tuple(entry for entry in keywords().fields if entry.field in VARYING)


def _read_field(reading: Reading, entry: FieldRows) -> None:
    convert = READINGS[entry.reading]
    for row in entry.rows:
        for card, text in reading.usable(row):
            value = convert(reading, row, card, text)
            if value is not None:
                _set_from(reading, entry.field, value, card)
                return


# ------------------------------------------------------------------------- readings by name


def _number(_reading: Reading, row: KeyRow, card: Card, text: str) -> float | None:
    value = values.number(text if isinstance(card.value, str) else card.value)
    return None if value is None or value in row.nothing else value * row.factor


def _positive(reading: Reading, row: KeyRow, card: Card, text: str) -> float | None:
    value = _number(reading, row, card, text)
    return value if value is not None and value >= 0 else None


def _duration(reading: Reading, row: KeyRow, card: Card, text: str) -> float | None:
    """Seconds; a comment that says milliseconds counts (CoreAstro, old INDI drivers)."""
    value = _positive(reading, row, card, text.removesuffix("s"))
    milliseconds = re.search(r"\bms\b|millisec", card.comment, re.IGNORECASE)
    return value if value is None or not milliseconds else value / 1000


def _size(reading: Reading, row: KeyRow, card: Card, text: str) -> float | None:
    value = _number(reading, row, card, text)
    if value is None or value <= 0:
        return None
    return value * (reading.get("xbinning") or 1) if row.unbinned else value


def _count(reading: Reading, row: KeyRow, card: Card, text: str) -> int | None:
    value = _positive(reading, row, card, text)
    return int(value) if value is not None and value.is_integer() else None


def _stack_count(reading: Reading, row: KeyRow, card: Card, text: str) -> int | None:
    return _count(reading, row, card, text) or None


def _temperature(_reading: Reading, row: KeyRow, card: Card, text: str) -> float | None:
    if values.number(card.value) in row.nothing:
        return None
    return values.temperature_c(text if isinstance(card.value, str) else card.value)


def _is_egain(reading: Reading, card: Card) -> bool:
    """Whether a GAIN card holds electrons per ADU: its comment says so, or value and data can mean nothing else."""
    if re.search(r"e-?\s*/\s*(adu|dn)|electrons", card.comment, re.IGNORECASE):
        return True
    value = values.number(card.value)
    return value is not None and not value.is_integer() and value < EGAIN_BELOW and reading.header.shape.floating


def _gain(reading: Reading, _row: KeyRow, card: Card, _text: str) -> float | None:
    return None if _is_egain(reading, card) else values.gain(card.value)


def _egain(reading: Reading, row: KeyRow, card: Card, text: str) -> float | None:
    if row.key == "GAIN" and not _is_egain(reading, card):
        return None
    value = _number(reading, row, card, text)
    return value if value is not None and value > 0 else None


def _readout(_reading: Reading, _row: KeyRow, _card: Card, text: str) -> str | None:
    return None if text.lower() in ("default", "normal") else text


def _kind(reading: Reading, row: KeyRow, card: Card, text: str) -> str | None:
    if row.key == "PICTTYPE":
        number = values.whole(card.value)
        return None if number is None else reading.table.picttype.get(number)
    return kind_of(text, reading.table)


def kind_of(text: str, table: Keywords) -> str | None:
    """The kind a type word means (``Master Dark``, ``Light Frame``, ``FLAT_DARK``), or None."""
    word = re.sub(r"master|frame|field|image|[^a-z]", "", text.lower())
    return table.spellings.get(word)


def _camera(_reading: Reading, _row: KeyRow, _card: Card, text: str) -> str | None:
    return re.sub(r"\s+S/N\s.*", "", text, flags=re.IGNORECASE) or None


def _date(reading: Reading, row: KeyRow, card: Card, text: str) -> str | None:
    if row.key == "MJD-OBS":
        return dates.from_julian(card.value, modified=True)
    if row.key == "JD_UTC":
        return dates.from_julian(card.value, modified=False)
    clocks = (c.text for key in reading.table.time_of_day for c in reading.cards.get(key, ()))
    return dates.iso_utc(text, next(clocks, None))


def _filter(_reading: Reading, _row: KeyRow, _card: Card, text: str) -> str | None:
    return None if text.lower() == "none" else text


Convert = Callable[[Reading, KeyRow, Card, str], Any]

#: the word after ``as`` in keywords.yaml -> how the card is read
READINGS: dict[str, Convert] = {
    "number": _number,
    "positive": _positive,
    "duration": _duration,
    "size": _size,
    "count": _count,
    "stack_count": _stack_count,
    "temperature": _temperature,
    "gain": _gain,
    "egain": _egain,
    "readout": _readout,
    "binning": lambda _r, _row, card, _t: values.binning(card.value, 0),
    "binning_y": lambda _r, _row, card, _t: values.binning(card.value, 1),
    "kind": _kind,
    "camera": _camera,
    "serial": lambda _r, _row, _card, text: values.serial(text),
    "bayer": lambda _r, _row, card, _t: values.bayer_pattern(card.value),
    "row_order": lambda _r, _row, card, _t: values.row_order(card.value),
    "date": _date,
    "pier": lambda _r, _row, card, _t: values.pier_side(card.value),
    "text": lambda _r, _row, _card, text: text,
    "filter": _filter,
    "latitude": lambda _r, row, card, _t: _site(card, row, 90.0),
    "longitude": lambda _r, row, card, _t: _site(card, row, 360.0),
}


def _site(card: Card, row: KeyRow, limit: float) -> float | None:
    value = values.angle_deg(card.value, limit)
    if value is None:
        return None
    value *= row.factor
    return value - 360.0 if value > 180.0 else value


# ------------------------------------------------------------------------- several cards at once


def _pointing(reading: Reading) -> None:
    """Right ascension and declination of the first pair that is set; 0 and 0 is a mount that was never asked."""
    for row in reading.table.pointing:
        ra_card, dec_card = (next(iter(reading.cards.get(key.upper(), ())), None) for key in (row.ra, row.dec))
        if ra_card is None or dec_card is None:
            continue
        ra = values.number(ra_card.value)
        hours = row.hours or re.search(r"\[h\]|\bhours?\b", ra_card.comment, re.IGNORECASE) is not None
        if ra is None:
            ra, hours = values.sexagesimal(ra_card.value), True
        dec = values.angle_deg(dec_card.value, 90.0)
        if ra is None or dec is None or (ra == 0 and dec == 0):
            continue
        ra = ra * 15.0 if hours else ra
        if 0.0 <= ra <= 360.0:
            reading.set("ra_deg", ra, ra_card.keyword)
            reading.set("dec_deg", dec, dec_card.keyword)
            return


def _master(reading: Reading) -> None:
    """A master only on positive evidence that several frames were combined."""
    for entry in (e for e in reading.table.fields if e.field == "kind"):
        for row in entry.rows:
            for card, text in reading.usable(row):
                if "master" in text.lower():
                    _set_from(reading, "master", True, card)
    for row in reading.table.master_signs:
        for card in reading.cards.get(row.key.upper(), ()):
            reading.set("master", True, card.keyword)
            if row.kind:
                reading.set("kind", row.kind, card.keyword)
    if (reading.get("stack_count") or 0) > 1:
        reading.set("master", True, reading.sources["stack_count"].keyword)
    total, single = reading.get("total_exposure_s"), reading.get("exposure_s")
    if total is not None and single is not None and total > single * SINGLE:
        reading.set("master", True, reading.sources["total_exposure_s"].keyword)
    if reading.programs & reading.table.master_programs:
        reading.set("master", True, reading.header.shape.keywords["planes"], "inferred")


def _calibration(reading: Reading) -> None:
    """What the cards say has been taken off or divided out already."""
    letters: set[str] = set()
    keyword = ""
    for row in reading.table.calibration:
        for card, text in reading.usable(row):
            letters.update(text.upper() if row.letters == "from_value" else row.letters or "")
            keyword = keyword or card.keyword
    known = "".join(letter for letter in CALIBRATION_LETTERS if letter in letters)
    status = known or ("?" if "?" in letters else None)
    reading.set("calibration_status", status, keyword)
    reading.set("calibrated", True if status else None, keyword)


def _night(reading: Reading) -> None:
    """Local date on which the night began: by the site's longitude, else its clock, else UTC."""
    utc = dates.moment(reading.get("date_obs"))
    longitude = reading.get("site_long_deg")
    if utc is not None and longitude is not None:
        keyword = f"{reading.sources['date_obs'].keyword}, {reading.sources['site_long_deg'].keyword}"
        reading.set("night", dates.night_of(dates.at_longitude(utc, longitude)), keyword, "inferred")
    for key in reading.table.local_time:
        for card in reading.cards.get(key, ()) if reading.get("night") is None else ():
            clock = dates.local(card.value)
            if clock is not None:
                reading.set("night", dates.night_of(clock), card.keyword, "inferred")
    if utc is not None and reading.get("night") is None:
        reading.set("night", dates.night_of(utc), f"{reading.sources['date_obs'].keyword} (UTC)", "inferred")


def _options(reading: Reading) -> None:
    """Switches of the driver beside the readout mode, as written."""
    cards = [(row.key, card.text) for row in reading.table.readout_options for card in reading.cards.get(row.key, ())]
    found = {key: text for key, text in cards if text.lower() not in reading.table.placeholders}
    reading.set("readout_options", found or None, ", ".join(found))


def _normalization(reading: Reading) -> None:
    """How the frames of a master were normalised; the last integration that HISTORY tells of counts."""
    for row in reading.table.master_normalization:
        text = re.sub(r"\s", "", "".join(card.text for card in reading.cards.get(row.key, ())))
        found = re.findall(row.match or "", text, re.IGNORECASE)
        if found:
            word = "none" if found[-1].lower() in reading.table.normalization_none else found[-1]
            reading.set("master_normalization", word, row.key)
            return


def _conflicts(reading: Reading) -> None:
    """Twin cards of a single frame that disagree; of a stack, one of them may be the sum."""
    if reading.get("master"):
        return
    found = []
    for row in reading.table.twins:
        value = reading.get(row.field)
        if value is None or reading.sources[row.field].keyword not in row.keys:
            continue
        for card in (card for key in row.keys for card in reading.cards.get(key, ())):
            other = _duration(reading, KeyRow(key=card.keyword, evidence=row.evidence), card, card.text)
            if other is not None and round(abs(other - value), 6) > round(value * row.percent / 100, 6):
                found.append(Conflict(field=row.field, keyword=card.keyword, value=other))
    reading.set("conflicts", tuple(found) or None, ", ".join(conflict.keyword for conflict in found))
