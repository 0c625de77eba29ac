"""Why frames are bright where they should not be, and what to do about it: values, no pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ampglow_plugin.model.glow import Place

#: what makes a part of a frame brighter than the rest
Defect = Literal["amp_glow", "light_pollution_gradient", "vignetting", "internal_reflection", "twilight_gradient"]
Cause = Literal[
    "amp_glow",
    "light_pollution_gradient",
    "vignetting",
    "internal_reflection",
    "twilight_gradient",
    "none",
    "undecided",
]
#: what was at hand, from most to least decisive: a dark, several targets or orientations, one view of the sky
Basis = Literal["dark", "views", "one"]
Speaks = Literal["for", "against", "open"]
Host = Literal["siril", "pixinsight", "graxpert", "camera", "ampglow", "any"]
Action = Literal[
    "rebuild_darks",
    "shoot_darks",
    "stop_scaling",
    "calibrate_before_debayering",
    "match_readout_mode",
    "let_it_cool",
    "check_applied",
    "calibrate_again",
    "replace_flat",
    "use_flat",
    "drop_twilight_frames",
    "avoid_reflection",
    "take_more_views",
    "remove_gradient",
    "no_gradient_removal",
    "synthetic_background",
    "nothing",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One measurement that speaks for or against a defect.

    ``name`` is its name for machines, ``what`` the same in a sentence. ``value`` is set against ``limit``, both in
    ``unit``; ``value`` is None where it cannot be measured, and then ``what`` says why. ``sigma`` is the standard
    deviation of ``value``. ``source`` says where the limit comes from. ``where``: the part of the frame it is about.
    """

    cause: Defect
    name: str
    speaks: Speaks
    what: str
    value: float | None = None
    sigma: float | None = None
    limit: float | None = None
    unit: str | None = None
    source: str = ""
    where: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CauseFound:
    """One cause of the brightness, or that there is none, or that it is undecided.

    ``confidence`` is the probability that the statement is right, calibrated on simulated scenes. ``where`` is the
    part of the frame that is brightest by it, as a viewer shows it; None where it has no place. ``peak_adu`` is how
    much brighter that is than where there is least of it, on the raw's scale.
    """

    cause: Cause
    confidence: float
    where: Place | None = None
    where_basis: str | None = None
    peak_adu: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """Frames that show the same sky in the same orientation: ``frames`` are their paths.

    ``level_adu`` is the median of the sky above its pedestal, as far as that is known. Sun, airmass and Moon are
    computed from the header's time, site and pointing; None where one of these is missing.
    """

    frames: tuple[str, ...]
    object: str | None = None
    orientation: str | None = None
    level_adu: float | None = None
    exposure_s: float | None = None
    sun_altitude_deg: float | None = None
    moon_altitude_deg: float | None = None
    moon_distance_deg: float | None = None
    moon_lit: float | None = None
    airmass: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Likelihood:
    """Probability that a defect is there, as calibrated; ``decided`` is None where it is neither shown nor excluded."""

    cause: Defect
    probability: float
    decided: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """What makes these frames brighter in one place than in another: the ``diagnosis`` record.

    ``causes`` are those shown, or ``none`` or ``undecided`` alone. ``likelihoods`` are the probabilities of all
    defects, ``evidence`` what they were concluded from, in the same order; ``missing`` says what would decide what is
    open. ``basis`` is what was at hand, ``sha256`` what the files were whose pixels were looked at, by their paths.
    """

    paths: tuple[str, ...]
    basis: Basis
    causes: tuple[CauseFound, ...]
    likelihoods: tuple[Likelihood, ...] = ()
    evidence: tuple[Sign, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    dark: str | None = None
    sha256: Mapping[str, str] = field(default_factory=dict)

    def found(self, cause: Cause) -> CauseFound | None:
        """The entry of ``causes`` for this one."""
        return next((c for c in self.causes if c.cause == cause), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """One thing to do, in one program: the ``advice`` record. Records of one ``order`` are the same action.

    ``reason`` says why, ``command`` how (a command, or the settings of a process), ``warning`` what it costs.
    ``optional``: the calibration is complete without it. ``rule`` is the code of the finding it follows from.
    """

    order: int
    action: Action
    reason: str
    host: Host
    command: str
    optional: bool = False
    warning: str | None = None
    rule: str | None = None
