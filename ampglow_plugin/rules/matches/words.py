"""How matches, files and values are named in messages, and which darks to shoot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from ampglow_plugin.knowledge.gain_word import gain_word
from ampglow_plugin.knowledge.tolerances import FRAMES_TO_SHOOT, limit
from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.match import Match, Role

NOUNS: dict[Role, str] = {"dark": "darks", "flatdark": "flat-darks", "bias": "bias frames", "flat": "flats"}


def owners(match: Match) -> str:
    """What the group consists of: lights, or the flats whose flat-darks are sought."""
    return "flats" if match.role == "flatdark" or match.id.startswith("flatbias") else "lights"


def label(match: Match) -> str:
    """The group in a few words: ``3 lights of M 31, 180 s``."""
    count = len(match.lights)
    noun = owners(match) if count > 1 else owners(match).removesuffix("s")
    about = match.group.get("object") if owners(match) == "lights" else match.group.get("filter")
    name = f" of {about}" if about else ""
    exposure = match.group.get("exposure_s")
    length = f", {value('exposure_s', exposure)}" if exposure is not None else ""
    return f"{count} {noun}{name}{length}"


def value(field: str, what: Scalar) -> str:
    """A value with its unit, as people write it: ``180 s``, ``-9.8 C``, ``nothing`` for None."""
    if what is None:
        return "nothing"
    if isinstance(what, bool):
        return "yes" if what else "no"
    text = (
        f"{what:.4g}"
        if isinstance(what, float) and abs(what) < 1e4
        else f"{what:g}"
        if isinstance(what, float)
        else str(what)
    )
    units = {"exposure_s": " s", "temperature_c": " C", "setpoint_c": " C", "pixel_um": " um", "bits": " bits"}
    return f"{text}{units.get(field, '')}"


#: fields whose key is not what people call them
CALLED = {
    "exposure_s": "exposure",
    "temperature_c": "temperature",
    "readout_mode": "readout mode",
    "conversion_gain": "conversion gain",
    "camera_serial": "serial",
    "pixel_um": "pixel pitch",
    "xbinning": "binning",
    "ybinning": "binning",
    "roi_x": "place of the subframe",
    "roi_y": "place of the subframe",
    "focal_length_mm": "focal length",
}


def called(fields: Iterable[str], camera: Scalar = None) -> str:
    """The fields as owners of a camera call them: ``gain and conversion gain``, ``ISO``."""
    words = {**CALLED, "gain": gain_word(camera)}
    return " and ".join(dict.fromkeys(words.get(field, field) for field in fields))


def name(path: str | None) -> str:
    """The file's name without its folders."""
    return PurePath(path).name if path else "nothing"


def recipe(match: Match) -> str:
    """Which frames to shoot for this group: ``shoot 20 darks of 180 s at -10 C, gain 120, offset 30``."""
    group = match.group
    if match.role in ("dark", "flatdark"):
        noun = "darks" if match.role == "dark" else NOUNS[match.role]
        return f"shoot {FRAMES_TO_SHOOT} {noun} of {exactly(group)}"
    return ", ".join([f"shoot {FRAMES_TO_SHOOT} {NOUNS[match.role]}", *_set(group)])


def exactly(group: Mapping[str, Scalar]) -> str:
    """The settings that darks of a group must have: ``180 s at -10 C, gain 120, offset 30``."""
    exposure = group.get("exposure_s")
    length = value("exposure_s", exposure) if exposure is not None else "the same exposure"
    return ", ".join([f"{length} {_at(group)}", *_set(group)])


def _set(group: Mapping[str, Scalar]) -> list[str]:
    words = (("gain", gain_word(group.get("camera"))), ("offset", "offset"), ("readout_mode", "readout mode"))
    settings = [f"{word} {value(field, group.get(field))}" for field, word in words if group.get(field) is not None]
    binning = group.get("xbinning")
    return [*settings, f"bin {binning}"] if isinstance(binning, int) and binning > 1 else settings


def _at(group: Mapping[str, Scalar]) -> str:
    setpoint, measured = group.get("setpoint_c"), group.get("temperature_c")
    settled = measured is None or (
        isinstance(setpoint, (int, float))
        and isinstance(measured, (int, float))
        and abs(setpoint - measured) <= limit("setpoint_c", "settled").exact
    )
    if isinstance(setpoint, (int, float)) and settled:
        return f"at {value('setpoint_c', setpoint)}"
    if isinstance(measured, (int, float)):
        return f"at a sensor temperature of about {round(measured)} C"
    return "at the same temperature"
