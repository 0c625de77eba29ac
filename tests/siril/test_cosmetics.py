"""A cosmetic correction that takes glow for hot pixels is told, on the real Siril; a harmless one is not."""

import pytest

from ampglow_plugin import api
from ampglow_plugin.planning import PlanOptions
from ampglow_plugin.simulate import GlowSource, Truth, make_night


@pytest.mark.parametrize(
    ("glow_adu", "hot_sigma", "told"), [(600.0, 3.0, True), (600.0, 5.0, False), (100.0, 3.0, False)]
)
def test_glow_taken_for_hot_pixels_is_told(siril, tmp_path, glow_adu, hot_sigma, told):
    truth = Truth(glows=(GlowSource(amplitude_adu=glow_adu),))
    night = make_night(tmp_path / "night", truth, lights=1, darks=3, flats=0, flatdarks=0)
    planned = api.plan(api.check(night.lights, darks=night.darks), PlanOptions(hot_sigma=hot_sigma))
    manifest = api.run(planned, tmp_path / "run", program=str(siril("1.4")))
    assert any("glow was smoothed" in problem for problem in manifest.problems) is told
    assert manifest.status == "succeeded"
