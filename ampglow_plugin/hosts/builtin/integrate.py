"""Many frames to one: normalise, reject, combine, band by band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ampglow_plugin.errors import HostFailed
from ampglow_plugin.hosts.builtin.combine import combine
from ampglow_plugin.hosts.builtin.rows import FileRows, Level, bands
from ampglow_plugin.model.plan import Integrate
from ampglow_plugin.pixels import Image

#: pixels of an aligned frame that lie beyond the frame it was made from; Siril marks and skips them by the same value
BLANK = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A frame of the sequence, and the levels of its planes where the step normalises."""

    name: str
    source: FileRows
    levels: tuple[Level, ...] = ()


def integrate(members: Sequence[Member], step: Integrate, *, aligned: bool, progress: Callable[[float], None]) -> Image:
    """The combined frame ``(planes, height, width)``. Frames are brought to the level of the first.

    ``aligned``: pixels equal to :data:`BLANK` are missing. Memory is that of the result and one band.

    Raises
    ------
    HostFailed
        Where frames cannot be normalised.
    """
    shape = members[0].source.shape
    result = np.empty(shape, dtype=np.float32)
    scaling = [_scaling(member, members[0], step) for member in members]
    for start, stop in bands(len(members), shape):
        stack = np.empty((len(members), shape[0], stop - start, shape[2]), dtype=np.float32)
        for i, member in enumerate(members):
            band = member.source.rows(start, stop)
            if aligned:
                band[band == BLANK] = np.nan
            for plane, (factor, offset) in enumerate(scaling[i]):
                if (factor, offset) != (1.0, 0.0):
                    band[plane] = band[plane] * np.float32(factor) + np.float32(offset)
            stack[i] = band
        result[:, start:stop] = combine(stack, step)
        progress(stop / shape[1])
    if step.output_normalized:
        _stretch(result)
    return result


def _scaling(member: Member, first: Member, step: Integrate) -> tuple[tuple[float, float], ...]:
    """(factor, offset) of each plane."""
    planes = member.source.shape[0]
    if step.normalization == "none" or member is first:
        return ((1.0, 0.0),) * planes
    return tuple(
        _to_level(own, to, step.normalization, member.name) for own, to in zip(member.levels, first.levels, strict=True)
    )


def _to_level(own: Level, to: Level, how: str, name: str) -> tuple[float, float]:
    if how == "additive":
        return 1.0, to.location - own.location
    value = own.location if how == "multiplicative" else own.scale
    wanted = to.location if how == "multiplicative" else to.scale
    if not (value > 0 and wanted > 0):
        what = "level is not above 0" if how == "multiplicative" else "pixels are all alike"
        raise HostFailed(
            f"cannot be brought to the others' level: its {what}",
            where=name,
            fix="take the frame out of the plan, or set normalization: additive",
        )
    factor = wanted / value
    if how == "multiplicative":
        return factor, 0.0
    return factor, to.location - factor * own.location  # additive with scaling


def _stretch(data: Image) -> None:
    """Lowest to 0, highest to 1, in place."""
    low, high = float(data.min()), float(data.max())
    if high > low:
        data -= np.float32(low)
        data /= np.float32(high - low)
