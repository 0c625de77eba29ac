"""What the formats of sequences share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ampglow_plugin.model.library import ToShoot
from ampglow_plugin.planning.shooting import ShootingList


@dataclass(frozen=True, kw_only=True, slots=True)
class Sequence:
    """A file's content, and what of the list is not in it."""

    data: bytes
    not_held: tuple[str, ...]


def title(entry: ToShoot) -> str:
    """A name for people: ``Darks 180 s``."""
    return f"{'Flat-darks' if entry.role == 'flatdark' else 'Darks'} {number(entry.exposure_s)} s"


def number(value: float | None) -> str:
    """A number as these programs read it, whatever the language: ``-10``, ``0.05``."""
    return "" if value is None else f"{value:.9g}"


def whole(value: float | None) -> int | None:
    """A whole number, or None where it is none."""
    return None if value is None or value != int(value) else int(value)


def not_known(lacking: ShootingList, default: str) -> Iterator[str]:
    """What the lights did not say; ``default`` is what the program takes then."""
    for name in ("gain", "offset"):
        if any(getattr(entry, name) is None for entry in lacking.entries):
            yield f"the {name} where the lights do not say it: {default}"
    warm = sorted({e.temperature_c for e in lacking.entries if e.setpoint_c is None and e.temperature_c is not None})
    if warm:
        yield f"the temperature of a camera without a set point: take them at about {', '.join(map(number, warm))} C"
    if any(e.setpoint_c is None and e.temperature_c is None for e in lacking.entries):
        yield "a temperature where the lights do not say it: take them at that of the lights"
    if any(e.conversion_gain is not None for e in lacking.entries):
        gains = sorted({e.conversion_gain for e in lacking.entries if e.conversion_gain is not None})
        yield f"the conversion gain ({', '.join(gains)}): it follows from gain or readout mode"
