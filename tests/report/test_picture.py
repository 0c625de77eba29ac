from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from matplotlib import image

from ampglow_plugin.errors import InputError
from ampglow_plugin.proof import verify
from ampglow_plugin.report.picture import before_after
from ampglow_plugin.report.proof import words
from ampglow_plugin.simulate import Truth, make_night


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("picture")
    night = make_night(
        folder, Truth(seed=3, width=320, height=240, star_count=10), lights=1, darks=4, flats=0, flatdarks=0
    )
    dark = np.mean([fits.getdata(p).astype(np.float64) for p in night.darks], axis=0)
    raw = fits.getdata(night.lights[0]).astype(np.float64)
    card = fits.getheader(night.lights[0])
    fits.PrimaryHDU((dark / 65535).astype(np.float32), fits.getheader(night.darks[0])).writeto(folder / "dark.fit")
    for name, k in (("clean", 1.0), ("none", 0.0)):
        fits.PrimaryHDU(((raw - k * dark) / 65535).astype(np.float32), card).writeto(folder / f"{name}$.fit")
    return folder, night


@pytest.mark.parametrize(
    ("name", "said"), [("clean", "dark applied, clean (factor 1.000)"), ("none", "NO dark applied")]
)
def test_the_glow_is_seen_on_the_left_and_only_where_it_stayed_on_the_right(scene, tmp_path, name, said):
    folder, night = scene
    proof = verify(folder / f"{name}$.fit", light=night.lights[0], dark=folder / "dark.fit")
    assert said in words(proof)
    picture = image.imread(before_after(proof, tmp_path / "out.png"))[..., 0]
    assert not list(tmp_path.glob("*.part"))
    height, width = picture.shape
    assert (height, width) == (660, 1200)

    def glow(left):  # brightness near the right edge of a half, below the middle, against its left part
        half = picture[:, :600] if left else picture[:, 600:]
        return half[370:460, 540:580].mean() - half[370:460, 60:140].mean()

    assert glow(left=True) > 0.2
    assert glow(left=False) > 0.2 if name == "none" else abs(glow(left=False)) < 0.05


def test_without_a_light_there_is_no_picture(scene, tmp_path):
    folder, _ = scene
    with pytest.raises(InputError, match="no raw light"):
        before_after(verify(folder / "clean$.fit"), tmp_path / "out.png")
