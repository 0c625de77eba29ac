"""What each series of Siril can say: the words that differ, and what has no word at all.

Everything here was seen on siril-cli 1.0.6, 1.2.6 and 1.4.2. The table of all commands and options
is ``knowledge/siril_commands.json``; this module holds only what emitting a plan depends on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ampglow_plugin.errors import HostRefused

Series = Literal["1.0", "1.2", "1.4"]

#: the engines: Siril reads the script, or is given its commands one by one
ENGINE, PYSIRIL = "siril-cli", "pysiril"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """One series.

    ``dark_corrects_hot``: giving ``-dark=`` also replaces hot pixels, always at 3 sigma and without
    a way to say otherwise. ``no_rejection``: how ``stack`` is told to take a plain mean.
    ``writes_history``: calibration leaves HISTORY cards. ``smooth_background``: knows backgrounds other than
    polynomials.
    """

    series: Series
    requires: str
    calibrate: str
    cosmetic_option: bool
    dark_corrects_hot: bool
    scale_by_exposure: bool
    true_drizzle: bool
    no_rejection: str
    writes_history: bool
    smooth_background: bool


DIALECTS: Mapping[str, Dialect] = {
    "1.0": Dialect(
        series="1.0",
        requires="1.0.0",
        calibrate="preprocess",
        cosmetic_option=False,
        dark_corrects_hot=True,
        scale_by_exposure=False,
        true_drizzle=False,
        no_rejection="w 0 0",  # 1.0 does not know `none` and would swallow the next two words
        writes_history=False,
        smooth_background=False,
    ),
    "1.2": Dialect(
        series="1.2",
        requires="1.2.0",
        calibrate="calibrate",
        cosmetic_option=True,
        dark_corrects_hot=False,
        scale_by_exposure=False,
        true_drizzle=False,
        no_rejection="none",
        writes_history=True,
        smooth_background=True,
    ),
    "1.4": Dialect(
        series="1.4",
        requires="1.4.0",
        calibrate="calibrate",
        cosmetic_option=True,
        dark_corrects_hot=False,
        scale_by_exposure=True,
        true_drizzle=True,
        no_rejection="none",
        writes_history=True,
        smooth_background=True,
    ),
}

#: sigma at which 1.0 replaces hot pixels as soon as it is given a dark
BUILT_IN_HOT_SIGMA = 3.0

#: Siril's default prefix of calibrated and of aligned frames
CALIBRATED, ALIGNED = "pp_", "r_"
#: and of frames whose hot pixels it looked for, or took from a list
COSMETIC, COSMETIC_LIST = "cc_", "cosme_"
#: and of frames of which a background was subtracted
LEVELLED = "bkg_"


def dialect(version: str) -> Dialect:
    """The dialect of a version (``1.4`` or ``1.4.2``).

    Raises
    ------
    HostRefused
        For a series that ampglow does not write.
    """
    found = re.fullmatch(r"(\d+\.\d+)(?:\.\d+)?", version)
    if found is None or found[1] not in DIALECTS:
        raise HostRefused(
            f"Siril {version} is not a version ampglow writes scripts for",
            fix=f"choose one of {', '.join(get_args(Series))}",
        )
    return DIALECTS[found[1]]


def series_of(version: str) -> Series | None:
    """The series whose behaviour a version shows; development tags count to the release they led to."""
    found = re.match(r"(\d+)\.(\d+)", version)
    if found is None:
        return None
    number = (int(found[1]), int(found[2]))
    if number < (1, 1):
        return "1.0"
    return "1.2" if number < (1, 3) else "1.4"
