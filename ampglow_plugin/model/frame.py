"""One frame as its file describes it: every field is known with its source, or is None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["light", "dark", "flat", "bias", "darkflat", "unknown"]
ConversionGain = Literal["HCG", "LCG", "HDR"]
RowOrder = Literal["TOP-DOWN", "BOTTOM-UP"]
PierSide = Literal["east", "west"]
How = Literal["read", "recovered", "inferred"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where the value of a field came from.

    ``keyword`` is the header card, or what it was recovered from (``file name``, ``folder``,
    ``sensor table``, ``gain``). ``how`` is ``read`` for a card of this file, ``recovered`` for
    testimony from elsewhere, ``inferred`` for a conclusion from other fields.
    """

    keyword: str
    how: How


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Another card of the same file that gives ``field`` another ``value``."""

    field: str
    keyword: str
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Header record of one frame. Unknown is None; no default is ever invented.

    ``exposure_s`` is the length of one exposure, also for a stack. ``temperature_c`` is measured;
    a set point never fills it. ``gain`` is in vendor units, ``offset`` in driver units.
    ``calibrated`` is False where the header shows no sign of calibration, which is absence of
    testimony and not a proof. ``night`` is the local date on which the night began.

    ``readout_options`` are switches of a driver beside the mode (``LOWNOISE ON``), by card, as written.
    ``firmware`` is the version of the device or of its driver, not of the capture program.
    ``master_normalization`` is how the frames of a master were brought to one level before they were
    combined: ``none``, or the word its HISTORY has for it. ``conflicts`` are cards that disagree.
    """

    path: str
    kind: Kind = "unknown"
    master: bool = False
    camera: str | None = None
    camera_serial: str | None = None
    sensor: str | None = None
    width: int | None = None
    height: int | None = None
    planes: int | None = None
    bits: int | None = None
    pixel_um: float | None = None
    roi_x: int | None = None
    roi_y: int | None = None
    xbinning: int | None = None
    ybinning: int | None = None
    exposure_s: float | None = None
    total_exposure_s: float | None = None
    temperature_c: float | None = None
    setpoint_c: float | None = None
    cooler_power_pct: float | None = None
    gain: float | None = None
    egain_e_per_adu: float | None = None
    offset: float | None = None
    pedestal_adu: float | None = None
    readout_mode: str | None = None
    readout_options: Mapping[str, str] | None = None
    conversion_gain: ConversionGain | None = None
    bayer_pattern: str | None = None
    row_order: RowOrder | None = None
    date_obs: str | None = None
    night: str | None = None
    software: str | None = None
    firmware: str | None = None
    stack_count: int | None = None
    filter: str | None = None
    object: str | None = None
    telescope: str | None = None
    focal_length_mm: float | None = None
    ra_deg: float | None = None
    dec_deg: float | None = None
    pier_side: PierSide | None = None
    rotation_deg: float | None = None
    site_lat_deg: float | None = None
    site_long_deg: float | None = None
    calibrated: bool | None = None
    calibration_status: str | None = None
    master_normalization: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)

    @property
    def cfa(self) -> bool | None:
        """True for a mosaic of one plane, False without a mosaic, None where the header is silent."""
        if self.planes is not None and self.planes > 1:
            return False
        if self.bayer_pattern is None:
            return None
        return self.bayer_pattern.lower() != "none"
