"""File names of masters: from what is known, safe on every system."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import read_frame
from ampglow_plugin.library import template
from ampglow_plugin.matching.groups import master_sets
from ampglow_plugin.model.frame import Frame

FRAME = Frame(
    path="d.fit",
    kind="dark",
    camera="ZWO ASI294MC Pro",
    exposure_s=180.0,
    temperature_c=-9.8,
    setpoint_c=-10.0,
    gain=120.0,
    offset=30.0,
    xbinning=1,
    conversion_gain="HCG",
    date_obs="2025-10-06T10:00:00",
    night="2025-10-05",
)


def members(*frames):
    [found] = master_sets(frames or (FRAME,), "dark", within=timedelta(days=30))
    return found


def changed(**fields):
    import dataclasses

    return dataclasses.replace(FRAME, **fields)


def test_the_default_says_what_is_known():
    name = template.name_of(template.DEFAULT, "dark", members())
    assert name == "MasterDark_180s_-10C_gain120_offset30_HCG_bin1_ZWO-ASI294MC-Pro_1x_20251005.fit"
    silent = members(changed(gain=None, offset=None, camera=None, conversion_gain=None, exposure_s=0.5))
    assert template.name_of(template.DEFAULT, "bias", silent) == "MasterBias_0.5s_-10C_bin1_1x_20251005.fit"
    assert "_-7C_" in template.name_of(template.DEFAULT, "dark", members(changed(setpoint_c=None, temperature_c=-7.2)))


def test_the_default_name_alone_gives_the_settings_back(put_frame, tmp_path):
    """Should a program lose the header, the name still tells."""
    name = template.name_of(template.DEFAULT, "flatdark", members())
    bare = dict.fromkeys(("IMAGETYP", "EXPTIME", "GAIN", "OFFSET", "XBINNING", "YBINNING", "SET_TEMP", "CCD_TEMP"))
    frame = read_frame(put_frame(tmp_path / name, DATE_OBS=None, INSTRUME=None, **bare))
    told = (frame.kind, frame.master, frame.exposure_s, frame.temperature_c, frame.gain, frame.xbinning)
    assert told == ("darkflat", True, 180.0, -10.0, 120.0, 1)
    assert frame.stack_count == 1
    assert {frame.sources[field].how for field in ("exposure_s", "temperature_c", "gain")} == {"recovered"}


def test_fields_make_folders_too():
    name = template.name_of("{camera}/{temperature}/{kind}_{exposure}", "dark", members())
    assert name == "ZWO-ASI294MC-Pro/-10C/MasterDark_180s.fit"
    assert template.name_of("{filter}/{filter}_{serial}", "dark", members()) == "MasterDark.fit"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{kind}_{exposur}", "unknown field {exposur}"),
        ("{kind", "is no template"),
        ("{kind:>20}", "no format"),
        ("{0}", "unknown field"),
        ("{kind.__class__}", "unknown field"),
        ("master", "names no field"),
        ("../{kind}", "leads out"),
        ("/tmp/{kind}", "leads out"),
        ("C:\\{kind}", "leads out"),
    ],
)
def test_a_wrong_template_is_an_error(wrong, says):
    with pytest.raises(InputError, match=re.escape(says)):
        template.check(wrong)


@pytest.mark.parametrize("device", ["CON", "nul", "Com1", "LPT9"])
def test_no_name_is_that_of_a_device_of_windows(device):
    assert template.name_of("{camera}", "dark", members(changed(camera=device))).lower() == f"{device.lower()}_.fit"


@given(st.text(max_size=80), st.text(alphabet='{}camerflt_ /:*?"<>|.\\\x00é', max_size=30))
def test_any_text_gives_a_safe_name(camera, literal):
    wanted = "{kind}_{camera}_" + literal
    try:
        template.check(wanted)
    except InputError:
        return
    name = template.name_of(wanted, "dark", members(changed(camera=camera, filter=camera)))
    path = PurePosixPath(name)
    assert name.endswith(".fit")
    assert not path.is_absolute()
    for part in path.parts:
        assert part.isascii()
        assert not re.search(r'[<>:"|?*\\\x00-\x1f]', part)
        assert part not in (".", "..")
        assert part == part.rstrip(". ")
        assert len(part) <= 255
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part)


def test_names_that_are_alike_are_told_apart_by_their_masters():
    assert template.distinct(["a.fit", "A.fit", "b.fit"], ["11111111", "22222222", "33333333"]) == [
        "a_111111.fit",
        "A_222222.fit",
        "b.fit",
    ]
