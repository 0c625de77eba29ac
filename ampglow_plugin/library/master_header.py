"""The header of a master: what the engine wrote, what all its frames agree in, and how it was made.

Measured: Siril 1.0 keeps neither IMAGETYP nor SET-TEMP nor any card it does not know (READOUTM, the serial number);
1.2 keeps the first two; 1.4 keeps them all, those of the first frame alone included. CCD-TEMP is that of the
reference frame in every version.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.headers import Card
from ampglow_plugin.hosts.builtin.files import about_storage, append_card
from ampglow_plugin.library import cards, provenance
from ampglow_plugin.matching.groups import FrameSet
from ampglow_plugin.model.frame import Frame, Source
from ampglow_plugin.model.library import Provenance
from ampglow_plugin.model.match import Role

if TYPE_CHECKING:
    from astropy.io import fits

_KINDS: Final[dict[Role, str]] = {"dark": "dark", "flatdark": "darkflat", "flat": "flat", "bias": "bias"}
#: cards of the engine that are right although they are those of one frame, or count frames
_OF_THE_MASTER: Final = frozenset({"PROGRAM", "DATE", "STACKCNT", "LIVETIME", "EXPSTART", "EXPEND", "CALSTAT"})


def complete(header: fits.Header, inputs: Sequence[Sequence[Card]], members: FrameSet, made: Provenance) -> None:
    """Complete the ``header`` that the engine wrote, in place; ``inputs`` are the cards of the frames, oldest first.

    What only some frames say, or not all the same, is not said of the master. Of exposure and temperature the median
    stands. A value that was recovered (from a file name) is marked as recovered.
    """
    frames = [member.frame for member in members.members]
    shared = list(cards.common_cards(inputs))
    agreed = {card.keyword.upper() for card in shared}
    single = {card.keyword.upper() for card in inputs[0]} - agreed - _OF_THE_MASTER - {"HISTORY", "COMMENT", ""}
    for keyword in [k for k in dict.fromkeys(header) if k.upper() in single and not about_storage(k.upper())]:
        header.remove(keyword, remove_all=True)
    for card in shared:
        if card.keyword.upper() not in header and not about_storage(card.keyword.upper()):
            append_card(header, card)
    header["IMAGETYP"] = (cards.image_type(_KINDS[made.kind], master=True), "type of image")
    _settings(header, frames, members)
    _times(header, frames)
    cards.put(header, "stack_count", len(frames))
    provenance.write(header, made)


def _settings(header: fits.Header, frames: Sequence[Frame], members: FrameSet) -> None:
    """Make the header say of each setting what the frames agree in, and nothing where they do not."""
    told = cards.read_back(header, frames[0])
    for field in cards.CARDS:
        if field in ("date_obs", "stack_count"):
            continue
        wanted = _common(frames, members, field)
        if wanted == getattr(told, field):
            continue
        if wanted is not None:
            cards.put(header, field, wanted, _recovered(frames, field))
        else:
            header.remove(told.sources[field].keyword, ignore_missing=True, remove_all=True)


def _common(frames: Sequence[Frame], members: FrameSet, field: str) -> Any:
    values = [getattr(frame, field) for frame in frames]
    if None in values:
        return None
    if field == "exposure_s":
        return members.exposure_s
    if field == "temperature_c":
        return round(statistics.median(values), 3)
    return values[0] if len(set(values)) == 1 else None


def _recovered(frames: Sequence[Frame], field: str) -> Source | None:
    sources = (frame.sources.get(field) for frame in frames)
    return next((source for source in sources if source is not None and source.how == "recovered"), None)


def _times(header: fits.Header, frames: Sequence[Frame]) -> None:
    starts = sorted((frame.date_obs, frame.exposure_s or 0.0) for frame in frames if frame.date_obs)
    for keyword in ("DATE-END", "DATE-AVG"):
        header.remove(keyword, ignore_missing=True, remove_all=True)
    if not starts:
        return
    cards.put(header, "date_obs", starts[0][0])
    end = datetime.fromisoformat(starts[-1][0]).replace(tzinfo=None) + timedelta(seconds=starts[-1][1])
    header["DATE-END"] = (end.isoformat(timespec="milliseconds"), "[UTC] end of the last exposure")


def temperatures(frames: Sequence[Frame]) -> tuple[float, float, float] | None:
    """Lowest, median and highest measured temperature; None where a frame is silent."""
    known = [frame.temperature_c for frame in frames if frame.temperature_c is not None]
    if not known or len(known) < len(frames):
        return None
    return min(known), round(statistics.median(known), 3), max(known)
