"""Named truths: everything a synthetic night is made from, so that a test can recover it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ampglow_plugin.model.frame import RowOrder


@dataclass(frozen=True, kw_only=True, slots=True)
class Star:
    """A star on the sky: centre in pixels of the undithered frame, total flux in ADU, width in pixels.

    With ``beta`` it is Moffat's profile of that power, which has wings, else a Gaussian.
    """

    x: float
    y: float
    flux_adu: float
    fwhm_px: float = 3.0
    beta: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Nebula:
    """A round cloud of light on the sky: centre in pixels of the undithered frame, Gaussian of ``sigma_px``."""

    x: float
    y: float
    sigma_px: float
    peak_adu: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reflection:
    """Light of a star that glass reflected onto the sensor again: a disc, a ring, or an arc of one.

    The star is that of number ``star``. The light lies at ``reach`` times its distance from the middle of the frame:
    1 around the star itself, -1 opposite to it, other shares between. ``inner`` is the radius of the hole as a share of
    ``radius_px``; ``arc_deg`` is how much of the circle is there.
    """

    star: int = 0
    reach: float = -1.0
    radius_px: float = 30.0
    inner: float = 0.0
    arc_deg: float = 360.0
    peak_adu: float = 60.0


GlowShape: TypeAlias = Literal["point", "columns", "rows", "gaussian", "starburst"]


@dataclass(frozen=True, kw_only=True, slots=True)
class GlowSource:
    """Light of the readout electronics, brightest at one place.

    ``x`` and ``y`` are shares of width and height from the *shown* top left corner (0..1, beyond is
    allowed). Distances r along y are divided by ``stretch_y``. By ``shape`` it falls off

    - ``point``: as ``exp(-r / decay_px)``;
    - ``columns``, ``rows``: so too, with the distance along x or along y alone (a whole side glows);
    - ``gaussian``: as ``exp(-r**2 / (2 decay_px**2))``;
    - ``starburst``: as a point, with rays: longer where ``cos(rays * angle)`` is high.

    The peak at exposure t and reference exposure T is ``amplitude_adu * (t / T) ** exponent +
    constant_adu``: glow need not be linear in time, and part of it may come from the readout alone.
    """

    shape: GlowShape = "point"
    rays: int = 9
    x: float = 1.0
    y: float = 0.75
    amplitude_adu: float = 350.0
    decay_px: float = 110.0
    stretch_y: float = 1.4
    exponent: float = 1.0
    constant_adu: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """One sensor and one night. Levels are ADU of a 16-bit raw file; lengths are pixels.

    The defaults follow a small crop of a Sony IMX294 at unity gain: 14-bit samples (steps of 4), about
    0.25 e per 16-bit ADU, glow on the right edge about a quarter of the way up from the bottom.

    ``colours`` are the relative responses of red, green and blue to a white panel; a flat shows them
    and every light is multiplied by them. ``dark_current_adu`` is the width of the uniform
    distribution of warm pixels at ``exposure_s`` and ``temperature_c``; it and the hot pixels double
    every ``doubling_c``, the glow does not depend on temperature. ``dithers`` are the shifts (x, y) of
    the sky in each light; drawn within ``dither_px`` where None. Lights from ``flip_from`` on are
    taken after a meridian flip: the sky is turned by 180 degrees, the sensor is not.
    ``gradient_adu`` is the change of the sky from the left to the right and from the top to the bottom
    of the frame; it turns with the sky, as nebulae do. Along its direction it is ``t + gradient_bend * t**2`` of the
    place t, from -0.5 to 0.5. ``sky_rotation_deg`` turns the sky about the middle of the frame.
    ``twilight`` is what each light's sky is brighter, as a share of ``sky_adu``; half of that changes from one side of
    the frame to the other. The lens darkens the frame by ``vignetting`` in the corners, with the power
    ``vignetting_power`` of the distance from ``lens_centre`` (shares of width and height). ``flat_vignetting`` and
    ``flat_centre`` are those that the flats show, where another light path was flattened.
    ``bayer_pattern`` describes the stored rows (BAYERPAT says what they are as shown); None is a mono camera.
    ``row_order`` ``BOTTOM-UP`` stores the shown bottom row first. ``site_deg`` is latitude and longitude (north and
    east positive), which headers tell where it is given.
    """

    seed: int = 1
    width: int = 640
    height: int = 600
    bayer_pattern: Literal["RGGB", "BGGR", "GRBG", "GBRG"] | None = "RGGB"
    row_order: RowOrder = "TOP-DOWN"
    sample_step: Literal[1, 4, 16] = 4

    pedestal_adu: float = 1920.0
    column_sigma_adu: float = 3.0
    read_noise_adu: float = 8.0
    gain_e_per_adu: float = 0.25

    exposure_s: float = 180.0
    temperature_c: float = -10.0
    doubling_c: float = 6.0
    glows: tuple[GlowSource, ...] = (GlowSource(),)
    dark_current_adu: float = 25.0
    hot_fraction: float = 0.002
    hot_mean_adu: float = 1500.0

    vignetting: float = 0.35
    vignetting_power: float = 2.0
    lens_centre: tuple[float, float] = (0.5, 0.5)
    flat_vignetting: float | None = None
    flat_centre: tuple[float, float] | None = None
    prnu: float = 0.01
    colours: tuple[float, float, float] = (0.5, 1.0, 0.7)
    flat_level_adu: float = 24000.0
    flat_exposure_s: float = 2.0

    sky_adu: float = 800.0
    gradient_adu: tuple[float, float] = (0.0, 0.0)
    gradient_bend: float = 0.0
    sky_rotation_deg: float = 0.0
    twilight: tuple[float, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    nebulae: tuple[Nebula, ...] = ()
    stars: tuple[Star, ...] | None = None
    star_count: int = 70
    dithers: tuple[tuple[float, float], ...] | None = None
    dither_px: float = 12.0
    flip_from: int | None = None

    camera: str = "ZWO ASI294MC Pro"
    pixel_um: float = 4.63
    gain: int = 120
    offset: int = 30
    object: str = "M 31"
    ra_deg: float = 10.684708
    dec_deg: float = 41.26875
    pier_side: Literal["East", "West"] | None = "West"
    site_deg: tuple[float, float] | None = None
    date_obs: str = "2025-10-18T20:30:00"
    dark_date_obs: str = "2025-10-06T10:00:00"
    wrong_dark_exposure_s: float = 60.0
