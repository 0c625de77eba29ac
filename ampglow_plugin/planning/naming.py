"""Names that are the same for the same frames and fit a file name on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.frame import Frame

#: fields of a frame that masters and groups carry as their settings
SETTINGS = (
    "camera",
    "camera_serial",
    "exposure_s",
    "temperature_c",
    "setpoint_c",
    "gain",
    "offset",
    "readout_mode",
    "conversion_gain",
    "xbinning",
    "ybinning",
    "width",
    "height",
    "bayer_pattern",
    "filter",
)


def common_settings(frames: Iterable[Frame], *, of_lights: bool = False) -> dict[str, Scalar]:
    """The settings that all ``frames`` share and know; measured temperatures as their mean, to 0.1 degrees.

    Lights also share an object; what a dark says of one is left over from the mount.
    """
    known = list(frames)
    common: dict[str, Scalar] = {}
    for field in (*SETTINGS, "object") if of_lights else SETTINGS:
        values = [getattr(frame, field) for frame in known]
        if not values or None in values:
            continue
        if field == "temperature_c":
            common[field] = round(sum(values) / len(values), 1)
        elif len(set(values)) == 1:
            common[field] = values[0]
    return common


class Names:
    """Gives out ids: ``dark-180s-m10C-g120-o30``, ``light-M94-Ha-300s-m10C-g120``; a second one gets ``-2``.

    Capitals do not tell two ids apart, since some file systems do not see the difference.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, role: str, settings: Mapping[str, Scalar]) -> str:
        """The id for a master or group with these settings."""
        base = "-".join((role, *_parts(role, settings)))
        name, number = base, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{base}-{number}"
        self._taken.add(name.lower())
        return name


def _parts(role: str, settings: Mapping[str, Scalar]) -> Iterable[str]:
    for field in {"light": ("object", "filter"), "flat": ("filter",)}.get(role, ()):
        said = settings.get(field)
        if isinstance(said, str):
            yield from filter(None, [re.sub(r"[^A-Za-z0-9]+", "", said)[:20]])
    if role != "bias":
        yield from _number("", settings.get("exposure_s"), "s")
    temperature = settings.get("temperature_c", settings.get("setpoint_c"))
    if isinstance(temperature, (int, float)):
        yield from _number("", round(temperature), "C")
    yield from _number("g", settings.get("gain"))
    yield from _number("o", settings.get("offset"))
    binning = settings.get("xbinning")
    if binning not in (None, 1):
        yield from _number("bin", binning)


def _number(before: str, value: Scalar, after: str = "") -> Iterable[str]:
    """``-2.5`` as ``m2p5``: a dot could pass for the start of a file's extension, a dash for an option."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    yield f"{before}{text.replace('-', 'm').replace('.', 'p')}{after}"
