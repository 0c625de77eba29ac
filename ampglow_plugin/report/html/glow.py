"""The glow of the darks in use: the map, where and how much, and how much of it is in the lights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from ampglow_plugin.model.glow import Glow
from ampglow_plugin.model.held import HeldGlow, HeldRegion
from ampglow_plugin.model.match import Match
from ampglow_plugin.report.glow import MEANING, answer
from ampglow_plugin.report.html.view import GlowPart, Tone
from ampglow_plugin.report.results import Results

if TYPE_CHECKING:
    from ampglow_plugin.glow.measure import Measured

#: darks that are drawn; a library of more is looked at with `ampglow glow`
MOST_DARKS: Final = 4
_TONES: Final[Mapping[str, Tone]] = {"glow": "plain", "perhaps": "open", "none": "good", "open": "open"}


def parts(results: Iterable[Results], *, pictures: bool) -> Iterator[GlowPart]:
    """One part for each dark that lights use, of the first few: from its file, else from what was measured before."""
    drawn: set[str] = set()
    for part in results:
        measured_before = {held.group: held for held in part.held}
        for match in part.matches:
            if match.role != "dark" or match.dark is None or match.dark in drawn or len(drawn) >= MOST_DARKS:
                continue
            made = _part(part, match, measured_before.get(match.id), pictures=pictures)
            if made is not None:
                drawn.add(match.dark)
                yield made


def _part(results: Results, match: Match, held: HeldGlow | None, *, pictures: bool) -> GlowPart | None:
    from ampglow_plugin.report.html.pictures import can_draw, drawn, readable

    assert match.dark is not None
    file = readable(match.dark, results.folder)
    measured: Measured | None = None
    why: str | None = None
    if pictures and file is not None:
        from ampglow_plugin.proof.glow import examine_frame

        measured, why = drawn(lambda: examine_frame(file))
    glow = measured.glow if measured is not None else held.glow if held is not None else None
    if glow is None and (held is None or held.why is None) and why is None:
        return None
    kind, words = ("open", f"not measured: {why or (held.why if held else '')}") if glow is None else answer(glow)
    notes = [*(glow.notes if glow else ()), *_missing(file, pictures=pictures)]
    map_of = _drawings(measured) if measured is not None and can_draw() else None
    return GlowPart(
        title=PurePath(match.dark).name,
        answer=words[:1].upper() + words[1:],
        tone=_TONES[kind],
        picture=map_of.picture if map_of else None,
        marks=map_of.marks if map_of else (),
        scale=map_of.scale if map_of else "",
        palette=map_of.palette if map_of else None,
        profile=map_of.profile if map_of else None,
        regions=_regions(glow),
        held=_held(held),
        notes=tuple(notes),
    )


def _missing(file: str | None, *, pictures: bool) -> Iterator[str]:
    if pictures and file is None:
        yield "There is no picture, because the file is not there any more."


def _drawings(measured: Measured) -> GlowPart:
    """The pictures alone, in an else empty part."""
    from ampglow_plugin.report.glow_plot import profile_of
    from ampglow_plugin.report.html.charts import profile_chart
    from ampglow_plugin.report.html.pictures import glow_map

    picture, marks, scale, palette = glow_map(measured)
    profile = None
    if measured.shown:
        region = max(measured.shown, key=lambda r: (bool(r.sources), r.peak_adu))
        number = measured.shown.index(region) + 1
        profile = profile_chart(profile_of(measured, region), region.peak_adu, region.decay_px, str(number))
    return GlowPart(
        title="",
        answer="",
        tone="plain",
        picture=picture,
        marks=marks,
        scale=scale,
        palette=palette,
        profile=profile,
        regions=(),
        held=(),
        notes=(),
    )


def _regions(glow: Glow | None) -> tuple[tuple[str, ...], ...]:
    """Rows: number, where, peak, area, decay, signal to noise, what it is."""
    return tuple(
        (
            str(number),
            "middle" if r.where == "interior" else r.where,
            f"{r.peak_adu:.1f}",
            f"{100 * r.area_fraction:.1f} %",
            "\u2013" if r.decay_px is None else f"{r.decay_px:.0f} px",
            f"{r.snr:.0f}",
            MEANING[r.doubt],
        )
        for number, r in enumerate(glow.regions if glow else (), start=1)
    )


def _held(held: HeldGlow | None) -> tuple[tuple[str, ...], ...]:
    """Rows: where, peak in the dark, how many times it is in the lights."""
    return tuple(
        (
            "middle" if r.where == "interior" else r.where,
            f"{r.peak_adu:.1f}",
            f"{r.share.value:.2f} \u00b1 {r.share.sigma:.2f}",
        )
        for r in _sorted(held)
    )


def _sorted(held: HeldGlow | None) -> Sequence[HeldRegion]:
    return () if held is None else sorted(held.regions, key=lambda r: -r.peak_adu)
