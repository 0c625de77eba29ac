"""What is to be done, independent of any host: masters, groups of lights and their steps in order.

A plan is data: :func:`to_yaml` in ``planning`` writes it, ``from_dict`` reads it back to an equal
value. The same steps describe scripts and icons that users bring, so that one set of rules judges
both. ``None`` for a fact (``holds_bias``) means that it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ampglow_plugin.model.evidence import DoneVerdict
from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.glow import Place

MasterRole = Literal["dark", "flatdark", "flat", "bias"]
DarkScaling = Literal["none", "optimize", "exposure"]
Normalization = Literal["none", "additive", "multiplicative", "additive_scaling", "multiplicative_scaling"]
Combination = Literal["mean", "median", "sum", "min", "max"]
Rejection = Literal["none", "percentile", "sigma", "mad", "median_sigma", "winsorized", "linear_fit", "gesdt"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibrate:
    """Subtract bias and dark, divide by flat. ``bias``, ``dark``, ``flat`` are ids of masters.

    ``dark_scaling`` other than ``none`` multiplies the dark before it is subtracted.
    ``equalize_cfa`` gives the colours of the flat equal means. ``bias_level_adu`` is a constant
    subtracted in place of a bias frame.
    """

    step: Literal["calibrate"] = "calibrate"
    dark: str | None = None
    bias: str | None = None
    flat: str | None = None
    bias_level_adu: float | None = None
    dark_scaling: DarkScaling = "none"
    equalize_cfa: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CosmeticCorrect:
    """Replace hot and cold pixels found in the master ``dark`` (or by another ``method``).

    Limits are in standard deviations of the dark; None switches that side off. ``cfa`` replaces a
    pixel from neighbours of its own colour.
    """

    step: Literal["cosmetic"] = "cosmetic"
    method: Literal["dark", "map", "auto"] = "dark"
    dark: str | None = None
    hot_sigma: float | None = 3.0
    cold_sigma: float | None = None
    cfa: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Debayer:
    """Interpolate the colour mosaic to three planes; None leaves the choice to the host."""

    step: Literal["debayer"] = "debayer"
    pattern: str | None = None
    method: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Align:
    """Register the frames of the group to one of them and resample them."""

    step: Literal["align"] = "align"
    drizzle: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Integrate:
    """Combine the frames to one. ``output_normalized`` stretches the result to a fixed range."""

    step: Literal["integrate"] = "integrate"
    combination: Combination = "mean"
    rejection: Rejection = "winsorized"
    low_sigma: float = 3.0
    high_sigma: float = 3.0
    normalization: Normalization = "none"
    output_normalized: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftGlow:
    """What proof and diagnosis found to be left of a dark's glow in one output; None where nobody measured it.

    ``output`` and ``dark`` are their files. ``residual_glow`` is the share of the dark's glow that is left, with its
    standard deviation, ``residual_glow_adu`` the same at its peak; by the diagnosis of several outputs together where
    that is more certain. ``places``: in how many it was found; ``where`` is the one, or the strongest. ``*_sha256`` is
    what the files were.
    """

    output: str
    done: DoneVerdict
    output_sha256: str | None = None
    dark: str | None = None
    dark_sha256: str | None = None
    factor: float | None = None
    residual_glow: float | None = None
    residual_glow_sigma: float | None = None
    residual_glow_adu: float | None = None
    places: int | None = None
    where: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveGradient:
    """Subtract a smooth background, on linear frames that are calibrated; optional, and the last step there is.

    ``samples`` are those of one row of the frame; none is set where the background is more than ``tolerance`` median
    absolute deviations above its median, to keep off nebulae. ``smoothing`` goes from 0 (follows every sample) to 1.
    ``evidence`` is what was proved to be left, of every output that the frames were made from; ``sha256`` is what these
    frames were then, in the order of the group, and ``unchecked`` what could not be checked of them.
    """

    step: Literal["gradient"] = "gradient"
    samples: int = 20
    tolerance: float = 0.5
    smoothing: float = 0.5
    evidence: tuple[LeftGlow, ...] = ()
    sha256: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def worst(self) -> LeftGlow | None:
        """The evidence of the output in which most is left; None where there is none."""
        return max(self.evidence, key=lambda left: abs(left.residual_glow_adu or 0.0), default=None)


Step = Calibrate | CosmeticCorrect | Debayer | Align | Integrate | RemoveGradient


@dataclass(frozen=True, kw_only=True, slots=True)
class Master:
    """A calibration frame that is reused (``file``) or built (``frames`` and ``steps``).

    ``holds_bias``: True for an undivided dark (bias level still in it), False for a divided one,
    None where nobody knows. ``settings`` are the fields of the frames it was made from.
    """

    id: str
    role: MasterRole
    file: str | None = None
    frames: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    holds_bias: bool | None = None
    settings: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Lights that share their settings and are processed as one sequence, with their steps in order."""

    id: str
    frames: tuple[str, ...]
    steps: tuple[Step, ...]
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    cfa: bool | None = None
    bayer_pattern: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """A failed rule that the user accepted, with the reason; carried into plan and outputs.

    ``where`` is a group or a file; None is everywhere.
    """

    rule: str
    reason: str
    where: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A whole calibration: what to build, what to do with each group, what was allowed and why."""

    plan: Literal[1] = 1
    tool: str
    masters: tuple[Master, ...] = ()
    groups: tuple[Group, ...] = ()
    allowed: tuple[Allowance, ...] = ()

    @property
    def levels_only(self) -> bool:
        """Whether it calibrates nothing: a gradient is removed from frames that were calibrated before."""
        steps = [step for group in self.groups for step in group.steps]
        return not self.masters and bool(steps) and all(isinstance(step, RemoveGradient) for step in steps)

    def master(self, id: str | None) -> Master | None:
        """The master with this id, or None."""
        return next((m for m in self.masters if m.id == id), None)
