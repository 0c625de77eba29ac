"""What the measurements say about each defect, one module a defect: numbers for the decision, sentences for people."""

from __future__ import annotations

from ampglow_plugin.diagnosis.measure import Measurements
from ampglow_plugin.diagnosis.signs import glow, gradient, lens, reflection, twilight
from ampglow_plugin.diagnosis.signs.base import Signs


def all_signs(measured: Measurements) -> tuple[Signs, ...]:
    """Of every defect, in the order in which they are told."""
    return (
        glow.signs(measured),
        gradient.signs(measured),
        lens.signs(measured),
        reflection.signs(measured),
        twilight.signs(measured),
    )


__all__ = ["Signs", "all_signs"]
