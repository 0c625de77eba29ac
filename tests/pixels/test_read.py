from __future__ import annotations

import gzip

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.pixels import PATTERNS, SITES, read_pixels, remosaic, site_plane

ADU = np.arange(30 * 40, dtype=np.float64).reshape(30, 40) * 50 + 7


def written(path, data, **cards):
    fits.PrimaryHDU(data, header=fits.Header(cards)).writeto(path)
    return path


@pytest.mark.parametrize(
    ("data", "cards"),
    [
        (ADU.astype(np.uint16), {}),
        (ADU.astype(np.int32), {}),
        ((ADU.astype(np.uint64) * 65537).astype(np.uint32), {}),
        (ADU.astype(np.float32), {}),
        (ADU.astype(np.float32), {"PROGRAM": "Siril 1.4.2"}),
        ((ADU / 65535).astype(np.float32), {}),
        ((ADU / 65535).astype(np.float64), {"PROGRAM": "Siril v1.2.6"}),
    ],
    ids=["uint16", "int32", "uint32", "float-adu", "float-adu-siril", "unit", "unit-siril"],
)
def test_every_container_gives_the_same_adu(tmp_path, data, cards):
    pixels = read_pixels(written(tmp_path / "a.fits", data, **cards))
    assert pixels.data.dtype == np.float32
    assert pixels.data.shape == (1, 30, 40)
    np.testing.assert_allclose(pixels.mono, ADU, rtol=1e-6)


def test_eight_bits_fill_the_scale(tmp_path):
    frame = np.array([[0, 1], [128, 255]], dtype=np.uint8)
    assert read_pixels(written(tmp_path / "a.fit", frame)).mono.ravel().tolist() == [0, 257, 128 * 257, 65535]


def test_bscale_and_bzero_count(tmp_path):
    unit = fits.PrimaryHDU(ADU.copy())
    unit.scale("int32", bscale=0.5, bzero=100)
    unit.writeto(tmp_path / "a.fits")
    np.testing.assert_allclose(read_pixels(tmp_path / "a.fits").mono, ADU, rtol=1e-6)


def test_gz_fz_extension_and_planes(tmp_path):
    plain = written(tmp_path / "a.fits", ADU.astype(np.uint16))
    (tmp_path / "a.fits.gz").write_bytes(gzip.compress(plain.read_bytes()))
    fits.CompImageHDU(ADU.astype(np.uint16)).writeto(tmp_path / "a.fits.fz")
    for name in ("a.fits.gz", "a.fits.fz"):
        np.testing.assert_array_equal(read_pixels(tmp_path / name).mono, ADU)
    rgb = np.stack([ADU, 2 * ADU, ADU / 2]).astype(np.float32) / 65535
    assert read_pixels(written(tmp_path / "rgb.fits", rgb)).data.shape == (3, 30, 40)
    with pytest.raises(UnreadableFrame, match="3 planes"):
        _ = read_pixels(tmp_path / "rgb.fits").mono


def test_a_section_is_scaled_like_the_whole(tmp_path):
    frame = np.zeros((50, 50), np.float32)
    frame[:10] = 500
    part = read_pixels(written(tmp_path / "a.fits", frame), section=(slice(20, 30), slice(5, 9)))
    assert part.data.shape == (1, 10, 4)
    assert part.multiplier == 1.0


def test_a_dark_around_zero_with_hot_pixels_is_adu_and_a_siril_frame_with_a_dead_flat_pixel_is_not(tmp_path):
    frame = np.random.default_rng(1).normal(0, 2, (100, 100)).astype(np.float32)
    frame[5, 5] = 3000
    assert read_pixels(written(tmp_path / "dark.fits", frame)).multiplier == 1.0
    share = np.full((100, 100), 0.01, np.float32)
    share[3, 3] = 40.0
    assert read_pixels(written(tmp_path / "pp.fits", share, PROGRAM="Siril v1.2.6")).multiplier == 65535


@pytest.mark.parametrize("content", [b"", b"not a FITS file at all", b"SIMPLE  =                    T"])
def test_what_is_no_frame_is_said(tmp_path, content):
    path = tmp_path / "x.fits"
    path.write_bytes(content)
    with pytest.raises(UnreadableFrame, match=r"x\.fits"):
        read_pixels(path)


def test_a_truncated_file_and_a_cube_are_refused(tmp_path):
    whole = written(tmp_path / "a.fits", ADU.astype(np.uint16)).read_bytes()
    (tmp_path / "b.fits").write_bytes(whole[:3500])
    written(tmp_path / "c.fits", np.zeros((9, 4, 4), np.float32))
    for name in ("b.fits", "c.fits", "absent.fits"):
        with pytest.raises(UnreadableFrame, match=name):
            read_pixels(tmp_path / name)


def test_cards_that_astropy_half_mends_are_damage(tmp_path):
    """A sign of equality in a wrong column, and too few pixels: astropy finds axes, but no pixels."""
    cards = ["SIMPLE  =                    T", "BITPIX  =                   16", "NAXIS =                      2"]
    cards += ["NAXIS1  =                    6", "NAXIS2  =                    4", "END"]
    path = tmp_path / "a.fits"
    path.write_text("".join(f"{card:80}" for card in cards).ljust(2880 + 103))
    with pytest.raises(UnreadableFrame, match="holds no image"):
        read_pixels(path)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_native_samples_go_back_to_their_sites(pattern):
    rgb = np.stack([np.full((6, 8), v, np.float32) for v in (1, 2, 3)])
    mosaic = remosaic(rgb, pattern)
    for site, letter in zip(SITES, pattern, strict=True):
        assert np.all(site_plane(mosaic, site) == "RGB".index(letter) + 1)
