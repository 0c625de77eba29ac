"""What header, log and pixels of an output say about its calibration, and the verdict over them.

Factors are dimensionless; levels are ADU on the 0..65535 scale of the raw frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ampglow_plugin.model.frame import Kind
from ampglow_plugin.model.match import Deviation

DoneVerdict = Literal["applied", "scaled", "not_applied", "applied_twice", "wrong_dark", "contradiction", "undecided"]
SuccessVerdict = Literal["clean", "residual", "oversubtracted", "undecided"]
DecidedBy = Literal["header", "log", "pixels"]
Claim = Literal["applied", "scaled", "not_applied", "applied_twice", "silent"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeaderEvidence:
    """Testimony of the output's header, after the raw light's own lines were taken away.

    ``claim`` is ``silent`` where this host and version could not have written anything, or where
    silence is known to occur although a dark was applied. ``lines`` are quoted as they stand.
    """

    host: str | None = None
    host_version: str | None = None
    claim: Claim = "silent"
    dark_lines: int = 0
    factor: float | None = None
    bias: bool | None = None
    flat: bool | None = None
    flat_scale: float | None = None
    lines: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEvidence:
    """Testimony of the host's log about the command that wrote this output."""

    path: str | None = None
    host_version: str | None = None
    claim: Claim = "silent"
    dark: str | None = None
    factor: float | None = None
    flat_mismatch: bool = False
    success: bool | None = None
    lines: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaneFit:
    """Regression of one CFA plane (or the only plane): raw = scale * output * flat + factor * dark + level."""

    plane: str
    scale: float
    factor: float
    factor_sigma: float
    level_adu: float
    residual_adu: float
    pixels: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PixelEvidence:
    """Measurement. ``rung`` says what was at hand: 1 raw light, output and dark; higher is weaker.

    ``factor`` is how much of *this* dark was subtracted. ``pedestals`` counts the bias levels that were removed (0
    none, 1 right, 2 twice). ``residual_*`` is the fraction of the dark's pattern still in the output, of its glow
    and of its hot pixels; ``residual_glow_adu`` is that fraction of ``glow_peak_adu``, the peak of the dark's glow,
    and ``sky_adu`` what else is in the output. ``hot_replaced`` is the share of the hot pixels that a cosmetic
    correction had replaced and that therefore do not count. ``mirrored``: fraction of the dark's hot pixels that is
    found where a mirrored dark has them. ``scale_low``: where the scale of the output, or how its frames were
    dithered, is not known, ``residual_glow`` is the most that may be left, and this share of it the least; None
    where it is known. ``scale_sigma`` is the relative uncertainty of the scale, which the sigmas of both residuals hold
    in proportion to what is left: it tells how much that is, not whether there is any. ``dark_*`` describe how strong
    the pattern is, that is, how much the measurement can be trusted.

    ``exact``: whether raw, output and masters agree to the rounding of the stored samples, so that
    nothing but *these* masters was used; None where that cannot be told (no flat, or no bias, at hand).
    ``alternatives`` are other readings of the dark, with the factor each was subtracted with ("upside
    down"). ``zero_share`` is the share of output pixels that are exactly 0, ``astray_share`` the share of the
    frame whose pixels as a whole do not obey the relation, ``astray_adu`` by how much at worst. ``pedestal_basis`` says
    what the pedestal was taken from, ``flat_scaling`` how the flat was taken to be scaled. ``same_light``: whether the
    output was made from this very light, by the noise both share.
    """

    rung: int
    factor: float | None = None
    factor_sigma: float | None = None
    residual_glow: float | None = None
    residual_glow_sigma: float | None = None
    residual_hot: float | None = None
    residual_hot_sigma: float | None = None
    residual_glow_adu: float | None = None
    glow_peak_adu: float | None = None
    scale_low: float | None = None
    scale_sigma: float | None = None
    sky_adu: float | None = None
    hot_replaced: float | None = None
    mirrored: Mapping[str, float] = field(default_factory=dict)
    flat_scaling: str | None = None
    pedestals: float | None = None
    pedestal_adu: float | None = None
    pedestal_basis: str | None = None
    flat_used: bool | None = None
    mosaic: str | None = None
    noise_adu: float | None = None
    dark_rms_adu: float | None = None
    exact: bool | None = None
    same_light: bool | None = None
    alternatives: Mapping[str, float] = field(default_factory=dict)
    zero_share: float | None = None
    astray_share: float | None = None
    astray_adu: float | None = None
    planes: tuple[PlaneFit, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """Do dark and light agree in the settings the glow depends on? None where it cannot be told.

    ``differs`` names the fields; a dark that differs can be applied fully and still be wrong.
    ``exposure_ratio`` is exposure of the dark / exposure of the light.
    """

    agree: bool | None = None
    differs: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    exposure_ratio: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkFit:
    """How well one dark explains the output, of those that were offered; the best of them comes first.

    ``path`` is its file, None for no dark and for the expected one scaled, which ``name`` tells. The best one explains
    the output ``behind_sigma`` standard deviations better than this one. ``own_noise``: whether the noise of this very
    master was found in the output. With the raw light ``factor`` is how much of it was subtracted, ``exact`` whether
    nothing but it was. ``differs`` is where its settings are not those of the light.
    """

    name: str
    path: str | None = None
    kind: Kind | None = None
    expected: bool = False
    behind_sigma: float = 0.0
    own_noise: bool | None = None
    factor: float | None = None
    exact: bool | None = None
    differs: tuple[Deviation, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Everything known about one output. The verdict over it is ``rules.verdict.judge``.

    ``expected_*``: whether the run was meant to use such a master; None where nobody said. ``camera`` is that of
    the raw light, or what the output's own header has kept of it. ``darks``: which of several darks was subtracted,
    where others were offered than the expected one.
    """

    path: str
    header: HeaderEvidence = field(default_factory=HeaderEvidence)
    log: LogEvidence = field(default_factory=LogEvidence)
    pixels: PixelEvidence | None = None
    conditions: Conditions = field(default_factory=Conditions)
    darks: tuple[DarkFit, ...] = ()
    expected_dark: bool | None = None
    expected_flat: bool | None = None
    camera: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was done (``done``) and how well it worked (``success``): two separate answers."""

    done: DoneVerdict
    success: SuccessVerdict
    decided_by: DecidedBy | None
    hypotheses: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Evidence and verdict of one output: the ``proof`` record.

    ``changed`` says which inputs are no longer the files that the run used. ``sha256`` is what the files were when
    they were looked at, by their role: ``output`` and those of ``inputs``.
    """

    path: str
    inputs: Mapping[str, str]
    evidence: Evidence
    verdict: Verdict
    changed: tuple[str, ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)
