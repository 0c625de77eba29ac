"""Real lights of a device that subtracts its own dark: nothing is told that is not there."""

import pytest

import ampglow_plugin
from ampglow_plugin.diagnosis.signs.twilight import HEADER_WRONG
from ampglow_plugin.errors import InputError


def test_two_targets_of_a_seestar_show_no_glow(real_data):
    files = sorted((real_data / "seestar_s50").glob("Light_M_94*.fit"))[:3]
    files += sorted((real_data / "seestar_s50").glob("Light_NGC*.fit"))
    found = ampglow_plugin.diagnose(files)
    assert found.basis == "views"
    assert [v.object for v in found.views] == ["M 94", "NGC 7023"]
    assert {c.cause for c in found.causes} <= {"none", "undecided"}
    assert next(one for one in found.likelihoods if one.cause == "amp_glow").decided is False
    # one header puts the Sun at the horizon, the frame shows a dark sky
    assert HEADER_WRONG in found.notes
    assert "twilight_gradient" not in {c.cause for c in found.causes}


def test_a_nebula_around_its_star_is_not_told_as_a_reflection(real_data):
    found = ampglow_plugin.diagnose(sorted((real_data / "seestar_s50").glob("Light_NGC*.fit")))
    assert found.basis == "one"
    assert "internal_reflection" not in {c.cause for c in found.causes}
    if found.found("undecided"):
        assert found.missing


def test_darks_of_a_ccd_are_no_pictures_of_the_sky(real_data):
    with pytest.raises(InputError, match="not a picture of the sky"):
        ampglow_plugin.diagnose(real_data / "qsi683" / "dark_1.fit")
