"""Lights against their dark, every field: what each side says, the limit, and the outcome in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Final

from ampglow_plugin.knowledge.tolerances import limit as limit_of
from ampglow_plugin.matching.compare import temperature_scope
from ampglow_plugin.matching.facts import facts
from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import FieldOutcome, Match, Status
from ampglow_plugin.report.html.view import FieldRow, Pair, Tone
from ampglow_plugin.report.matches import (
    differences,
    field_name,
    frames_words,
    rejected_sets,
    rejection_words,
    settings,
    table_rows,
    told,
)
from ampglow_plugin.report.results import Results

FIT: Final[Mapping[Status, tuple[str, Tone]]] = {
    "exact": ("fits", "good"),
    "tolerated": ("fits, with reservations", "mind"),
    "unknown": ("not known", "open"),
    "none": ("no fit", "bad"),
}
_OUTCOMES: Final[Mapping[FieldOutcome, tuple[str, Tone]]] = {
    "different": ("differs", "bad"),
    "unknown": ("one side silent", "open"),
    "tolerated": ("tolerated", "mind"),
    "equal": ("equal", "good"),
    "not_recorded": ("both silent", "plain"),
    "not_applicable": ("not compared", "plain"),
}
_ORDER: Final = tuple(_OUTCOMES)
#: read first by whoever decides about a dark; the others follow in their own order
_FIRST: Final = (
    "exposure_s",
    "temperature_c",
    "setpoint_c",
    "gain",
    "offset",
    "readout_mode",
    "conversion_gain",
    "camera",
)
_ONLY_FULL: Final = ("camera_serial",)
_NOT_TOLD: Final = "\u2013"


def pairs(results: Results, frames: Mapping[str, Frame], *, full: bool) -> Iterator[Pair]:
    """Each group that is in use with its set, in order."""
    for match, served in table_rows(results.matches):
        fit, tone = FIT[match.status]
        sets = rejected_sets(match)
        summary = differences(match)
        compared = rows(match, frames, full=full, table=results.own_limits is False)
        yield Pair(
            title=frames_words(match),
            settings=settings(match.group),
            served=served,
            fit=fit,
            tone=tone,
            summary="" if summary == "-" else summary,
            age="" if match.age_days is None or "days" in summary else f"{match.age_days:.0f} days apart",
            rows=tuple(row for row, first in compared if first),
            more=tuple(row for row, first in compared if not first),
            rejected=tuple((PurePath(s[0].dark).name, rejection_words(s, match.group.get("camera"))) for s in sets),
            rejected_more=match.rejected_total - len(sets),
            files=tuple(PurePath(path).name for path in match.darks),
        )


def rows(
    match: Match, frames: Mapping[str, Frame], *, full: bool = False, table: bool = False
) -> list[tuple[FieldRow, bool]]:
    """Every field that was compared, the worst outcome first, and whether it is one to be read at once.

    To be read at once are, of a dark, the fields that decide, and of all what is neither equal nor silent on both
    sides. ``table``: the limits of the table hold, and none of the user's own.
    """
    outcomes = match.outcomes or {}
    decides = _FIRST if match.role == "dark" else ()
    ordered = sorted(outcomes, key=lambda name: (_ORDER.index(outcomes[name]), *_importance(name)))
    return [
        (
            _row(match, name, outcomes[name], frames, full=full, table=table),
            name in decides or outcomes[name] in ("different", "unknown", "tolerated"),
        )
        for name in ordered
    ]


def _importance(field: str) -> tuple[int, str]:
    return (_FIRST.index(field), "") if field in _FIRST else (len(_FIRST), field)


def _row(  # noqa: PLR0913 - what a row is made from
    match: Match, field: str, outcome: FieldOutcome, frames: Mapping[str, Frame], *, full: bool, table: bool
) -> FieldRow:
    words, tone = _OUTCOMES[outcome]
    light, dark, limit = _sides(match, field, frames)
    if outcome == "equal" and not limit:
        limit = _equal_within(match, field, frames) if table else ""
    if field in _ONLY_FULL and not full:
        light, dark = (text if text in ("?", _NOT_TOLD) else "(left out)" for text in (light, dark))
    if outcome == "equal" and dark == _NOT_TOLD:
        dark = f"{light}, within the limit" if field in ("exposure_s", "temperature_c") else light
    return FieldRow(
        field=_called(field, match.group.get("camera")), light=light, dark=dark, limit=limit, outcome=words, tone=tone
    )


def _called(field: str, camera: Scalar) -> str:
    axis = {"xbinning": "binning x", "ybinning": "binning y", "roi_x": "subframe x", "roi_y": "subframe y"}
    return axis.get(field) or field_name(field, camera).replace("_", " ")


def _sides(match: Match, field: str, frames: Mapping[str, Frame]) -> tuple[str, str, str]:
    """What the lights say, what the dark says, and the limit: from the match where it says so, else the headers."""
    for d in match.deviations:
        if d.field == field:
            return told(field, d.light), told(field, d.dark), _limit(d.limit, d.unit)
    if match.status == "none" and match.rejections:
        for r in match.rejections:
            if r.field == field and r.dark == match.rejections[0].dark:
                return told(field, r.light), told(field, r.dark_value), _limit(r.limit, r.unit)
    light = told(field, match.group[field]) if match.group.get(field) is not None else _of(match.lights, field, frames)
    against = match.darks or tuple(dict.fromkeys(r.dark for r in match.rejections[:1]))
    return light, _of(against, field, frames), ""


def _of(paths: Iterable[str], field: str, frames: Mapping[str, Frame]) -> str:
    """The value that frames have; a range where they differ; a dash where no header is at hand."""
    known = [frames[path] for path in paths if path in frames]
    if not known:
        return _NOT_TOLD
    values: list[Scalar] = [getattr(frame, field, None) for frame in known]
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if len(numbers) == len(values) and max(numbers) > min(numbers):
        return f"{told(field, min(numbers)).removesuffix(_unit(field))} to {told(field, max(numbers))}"
    texts = list(dict.fromkeys(told(field, v) for v in values))
    return texts[0] if len(texts) == 1 else f"{texts[0]} and {len(texts) - 1} other{'s' if len(texts) > 2 else ''}"


def _unit(field: str) -> str:
    return told(field, 0).removeprefix("0")


def _equal_within(match: Match, field: str, frames: Mapping[str, Frame]) -> str:
    """Up to which difference a field counts as equal, by the table; nothing where it must be the same."""
    value = match.group.get(field)
    if match.role == "flat" or not isinstance(value, (int, float)) or field not in ("exposure_s", "temperature_c"):
        return ""
    scope = "all"
    if field == "temperature_c":
        sides = (match.lights[0], *match.darks[:1])
        cooled = [facts(frames[path]).settings.cooled if path in frames else None for path in sides]
        scope = temperature_scope(cooled[0], cooled[-1])
    row = limit_of(field, scope)
    return _limit(round(row.equal_within(value), 6), row.unit)


def _limit(limit: float | None, unit: str | None) -> str:
    return "" if limit is None else f"{limit:g} {'C' if unit == 'degC' else unit or ''}".strip()
