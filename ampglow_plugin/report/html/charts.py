"""Charts as coordinates of an SVG; the template draws them in the colours of the reader's theme."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.report.html.view import Chart, Dot, Line, Tick
from ampglow_plugin.report.proof import tone

if TYPE_CHECKING:
    from ampglow_plugin.report.glow_plot import Profile

_WIDTH: Final = 560.0
_HEIGHT: Final = 300.0
_BOX: Final = (56.0, 12.0, 490.0, 226.0)
_TICKS: Final = 5
#: factors are drawn at least from this to that, so that "applied" and "not applied" are seen apart
_FACTORS: Final = (-0.1, 1.2)
#: and never farther out than this: one frame that has nothing to do with its dark must not hide the others
_FARTHEST: Final = (-0.5, 2.5)


def nice_ticks(low: float, high: float, count: int = _TICKS) -> list[float]:
    """Round numbers within ``low`` and ``high``, about ``count`` of them.

    >>> nice_ticks(0, 97)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 10) + 0.0 for i in range(first, math.floor(high / step + 1e-9) + 1)]


def profile_chart(profile: Profile, peak_adu: float, decay_px: float | None, name: str) -> Chart:
    """Tiles, fit and background along the axis on which a region falls off."""
    xs = [float(v) for v in profile.positions]
    sides = [[float(v) for v in side] for side in (profile.tiles_adu, profile.fit_adu, profile.beside_adu)]
    low, high = min(min(s) for s in sides), max(max(s) for s in sides)
    margin = 0.06 * (high - low or 1.0)
    to_x, to_y = _scales((xs[0], xs[-1]), (low - margin, high + margin))
    decay = f", falls to 37 % in {decay_px:.0f} px" if decay_px else ""
    named: tuple[tuple[Line, Sequence[float]], ...] = (
        (Line(kind="data", points="", label="tiles of the frame"), sides[0]),
        (Line(kind="base", points="", label="background"), sides[2]),
        (Line(kind="fit", points="", label=f"fit, peak {peak_adu:.1f} ADU{decay}"), sides[1]),
    )
    return Chart(
        title=f"Profile through {name}: {profile.title}",
        alt=f"Along the {profile.axis}: background near 0 ADU, peak {peak_adu:.1f} ADU{decay}.",
        x_label=profile.axis,
        y_label="ADU above the background",
        width=_WIDTH,
        height=_HEIGHT,
        box=_BOX,
        x_ticks=tuple(Tick(at=to_x(v), text=f"{v:g}") for v in nice_ticks(xs[0], xs[-1])),
        y_ticks=tuple(Tick(at=to_y(v), text=f"{v:g}") for v in nice_ticks(low - margin, high + margin)),
        lines=tuple(
            replace(line, points=" ".join(f"{to_x(x):g},{to_y(y):g}" for x, y in zip(xs, ys, strict=True)))
            for line, ys in named
        ),
        level=to_y(0.0) if low - margin <= 0 <= high + margin else None,
    )


def factor_chart(proofs: Sequence[Proof]) -> Chart | None:
    """The factor of each frame, in their order, with three standard deviations; None where none was measured."""
    measured = [
        (number, pixels.factor, pixels.factor_sigma or 0.0, tone(p))
        for number, p in enumerate(proofs, start=1)
        if (pixels := p.evidence.pixels) is not None and pixels.factor is not None
    ]
    if not measured:
        return None
    low = max(min(_FACTORS[0], *(f - 3 * s for _, f, s, _ in measured)), _FARTHEST[0])
    high = min(max(_FACTORS[1], *(f + 3 * s for _, f, s, _ in measured)), _FARTHEST[1])
    to_x, to_y = _scales((0.5, len(proofs) + 0.5), (low, high))

    def within(value: float) -> float:
        return to_y(min(max(value, low), high))

    one = sum(1 for _, f, _, _ in measured if abs(f - 1) < 0.05)
    return Chart(
        title="How much of the dark was subtracted from each frame",
        alt=f"Factor of the dark for {len(measured)} frames; {one} of them are within 0.05 of 1.",
        x_label="frame",
        y_label="factor of the dark: 1 applied, 0 not",
        width=_WIDTH,
        height=_HEIGHT,
        box=_BOX,
        x_ticks=tuple(Tick(at=to_x(v), text=f"{v:g}") for v in nice_ticks(1, len(proofs)) if v == int(v)),
        y_ticks=tuple(Tick(at=to_y(v), text=f"{v:g}") for v in nice_ticks(low, high)),
        dots=tuple(
            Dot(x=to_x(n), y=within(f), low=within(f - 3 * s), high=within(f + 3 * s), tone=t)
            for n, f, s, t in measured
        ),
        level=to_y(1.0),
    )


def _scales(
    x: tuple[float, float], y: tuple[float, float]
) -> tuple[Callable[[float], float], Callable[[float], float]]:
    left, top, width, height = _BOX

    def to_x(value: float) -> float:
        return round(left + width * (value - x[0]) / (x[1] - x[0] or 1.0), 1)

    def to_y(value: float) -> float:
        return round(top + height * (1 - (value - y[0]) / (y[1] - y[0] or 1.0)), 1)

    return to_x, to_y
