"""File names of masters by a template, safe on Windows, macOS and Linux alike."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.matching.groups import FrameSet
from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.match import Role
from ampglow_plugin.planning.naming import common_settings

DEFAULT: Final = (
    "{kind}_{exposure}_{temperature}_{gain}_{offset}_{mode}_{filter}_{binning}_{camera}_{serial}_{count}_{date}"
)
ENDING: Final = ".fit"
#: longest name of a file (bytes), ending included: 255 on all usual file systems, less room for temporary names
MOST_BYTES: Final = 200

_KINDS: Final[Mapping[Role, str]] = {
    "dark": "MasterDark",
    "flatdark": "MasterFlatDark",
    "flat": "MasterFlat",
    "bias": "MasterBias",
}
#: names that Windows keeps for devices, with any ending
_DEVICES: Final = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])", re.IGNORECASE)


def check(template: str) -> None:
    """Is this a template that names masters?

    Raises
    ------
    InputError
        An unknown field, a broken brace, no field at all, or a path that leads out of the folder.
    """
    fix = f"fields are {', '.join('{' + name + '}' for name in FIELDS)}; / makes folders"
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise InputError(f"is no template: {error}", where=template, fix=fix) from error
    named = [(name, form, conversion) for _, name, form, conversion in parts if name is not None]
    unknown = [name for name, _, _ in named if name not in FIELDS]
    if unknown:
        raise InputError(f"unknown field {{{unknown[0]}}} in the template", where=template, fix=fix)
    if any(form or conversion for _, form, conversion in named):
        raise InputError("fields of the template take no format", where=template, fix=fix)
    if not named:
        raise InputError("the template names no field: all masters would have one name", where=template, fix=fix)
    if template.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", template) or ".." in re.split(r"[/\\]", template):
        raise InputError("the template leads out of the folder", where=template, fix="write it relative to --output")


def name_of(template: str, kind: Role, members: FrameSet) -> str:
    """The name for the master of ``members``, with / between folders; what headers do not say drops out."""
    settings = common_settings(member.frame for member in members.members)
    values = {name: read(kind, members, settings) or "" for name, read in FIELDS.items()}
    *above, last = (_tidy(part.format(**values)) for part in re.split(r"[/\\]", template.removesuffix(ENDING)))
    return "/".join((*filter(None, above), (last or _KINDS[kind]) + ENDING))


def safe(text: str) -> str:
    """``text`` with letters, digits and ``+ .`` alone; accents fall, anything else is a dash.

    >>> safe("ZWO ASI294MC/Pro: 1")
    'ZWO-ASI294MC-Pro-1'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9+.]+", "-", plain).strip("-.")


def _tidy(part: str) -> str:
    """One name of a path, for every system; empty fields leave no doubled separators, and no device is named.

    >>> _tidy("MasterDark__-10C_?"), _tidy("aux"), _tidy("nul.1")
    ('MasterDark_-10C', 'aux_', 'nul_.1')
    """
    plain = re.sub(r'[<>:"|?*\x00-\x1f\x7f-\uffff]+', "-", part)
    plain = re.sub(r"([_ -])\1+", r"\1", plain).strip("_ .")[: MOST_BYTES - len(ENDING)].rstrip("_-. ")
    base, dot, ending = plain.partition(".")
    return f"{base}_{dot}{ending}" if _DEVICES.fullmatch(base.rstrip()) else plain


def _plain(value: float) -> str:
    """A number as people write it: 180, 0.5, -10."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


Read = Callable[[Role, FrameSet, Mapping[str, Scalar]], str | None]


def _text(*fields: str) -> Read:
    """The first of ``fields`` that is known."""

    def read(_kind: Role, _members: FrameSet, settings: Mapping[str, Scalar]) -> str | None:
        return next((safe(str(settings[field])) for field in fields if settings.get(field) is not None), None)

    return read


def _number(field: str, before: str = "") -> Read:
    def read(_kind: Role, _members: FrameSet, settings: Mapping[str, Scalar]) -> str | None:
        value = settings.get(field)
        return f"{before}{_plain(value)}" if isinstance(value, (int, float)) else None

    return read


def _temperature(_kind: Role, members: FrameSet, settings: Mapping[str, Scalar]) -> str | None:
    """The set point; without one the median of the measured, in whole degrees."""
    value = settings.get("setpoint_c")
    if value is None and members.temperature_c is not None:
        value = round(members.temperature_c)
    return f"{_plain(value)}C" if isinstance(value, (int, float)) else None


def _exposure(_kind: Role, members: FrameSet, _settings: Mapping[str, Scalar]) -> str | None:
    return None if members.exposure_s is None else f"{_plain(members.exposure_s)}s"


def _date(_kind: Role, members: FrameSet, _settings: Mapping[str, Scalar]) -> str | None:
    return f"{members.nights[-1]:%Y%m%d}" if members.nights else None


#: field of a template -> what stands in its place, or None where it is not known
FIELDS: Final[Mapping[str, Read]] = {
    "kind": lambda kind, _members, _settings: _KINDS[kind],
    "camera": _text("camera"),
    "serial": _text("camera_serial"),
    "exposure": _exposure,
    "temperature": _temperature,
    "gain": _number("gain", "gain"),
    "offset": _number("offset", "offset"),
    "mode": _text("readout_mode", "conversion_gain"),
    "filter": _text("filter"),
    "binning": _number("xbinning", "bin"),
    "width": _number("width"),
    "height": _number("height"),
    "count": lambda _kind, members, _settings: f"{len(members.members)}x",
    "date": _date,
}


def distinct(names: Iterable[str], digests: Iterable[str]) -> list[str]:
    """``names`` in order; of those that are alike (capitals do not count), each with six digits of its own digest."""
    given = list(names)
    lowered = [name.lower() for name in given]
    return [
        f"{name.removesuffix(ENDING)}_{digest[:6]}{ENDING}" if lowered.count(low) > 1 else name
        for name, low, digest in zip(given, lowered, digests, strict=True)
    ]
