"""XISF pixels: every kind of block, against truth and against another implementation."""

from __future__ import annotations

import builtins

import numpy as np
import pytest

from ampglow_plugin.errors import UnreadableFrame, UnsupportedFile
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.pixels.xisf import Xisf, provenance
from tests.pixinsight.xisf_files import write


@pytest.fixture
def image():
    return (np.random.default_rng(3).random((1, 37, 53)) * 0.5).astype(np.float32)


@pytest.mark.parametrize("codec", [None, "zlib", "zlib+sh", "lz4", "lz4+sh", "lz4hc+sh", "zstd", "zstd+sh"])
@pytest.mark.parametrize("location", ["attachment", "embedded", "hex", "base64"])
def test_every_block_reads_back(codec, location, image, tmp_path):
    path = write(tmp_path / "a.xisf", image, codec=codec, location=location)
    np.testing.assert_array_equal(Xisf.open(path).pixels(), image)


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "f4", "f8"])
@pytest.mark.parametrize("layout", [{}, {"big_endian": True}, {"normal": True}])
@pytest.mark.parametrize("planes", [1, 3])
def test_every_sample_format(kind, layout, planes, tmp_path):
    truth = (np.random.default_rng(4).random((planes, 8, 11)) * 200).astype(kind)
    path = write(tmp_path / "a.xisf", truth, codec="zlib+sh", checksum="sha-1", **layout)
    np.testing.assert_array_equal(Xisf.open(path).pixels(), truth)


def test_levels_are_adu_whatever_the_format(tmp_path):
    adu = np.full((1, 6, 7), 1000)
    floats = write(tmp_path / "f.xisf", (adu / 65535).astype(np.float32))
    whole = write(tmp_path / "u.xisf", adu.astype(np.uint16))
    for path in (floats, whole):
        pixels = read_pixels(path)
        np.testing.assert_allclose(pixels.data, 1000, rtol=1e-6)
        assert pixels.data.dtype == np.float32
    assert read_pixels(whole).whole
    assert not read_pixels(floats).whole
    assert read_pixels(floats).bits == 32


def test_a_section_is_cut_from_the_right_place(image, tmp_path):
    path = write(tmp_path / "a.xisf", image)
    part = read_pixels(path, section=(slice(5, 9), slice(10, 30))).data
    np.testing.assert_allclose(part, image[:, 5:9, 10:30] * 65535, rtol=1e-6)


def test_files_of_another_implementation(image, tmp_path):
    peer = pytest.importorskip("xisf")
    path = tmp_path / "peer.xisf"
    for codec, shuffle in ((None, False), ("zlib", True), ("lz4", False), ("lz4hc", True), ("zstd", True)):
        peer.XISF.write(str(path), np.moveaxis(image, 0, 2), codec=codec, shuffle=shuffle)
        np.testing.assert_array_equal(Xisf.open(path).pixels(), image)
    ours = write(tmp_path / "ours.xisf", image, codec="zlib+sh")
    np.testing.assert_array_equal(np.moveaxis(peer.XISF(str(ours)).read_image(0), 2, 0), image)


def test_subblocks_are_joined(image, tmp_path):
    import zlib

    data = image.tobytes()
    halves = [zlib.compress(data[:4000]), zlib.compress(data[4000:])]
    path = write(tmp_path / "a.xisf", image)
    text = path.read_bytes()
    start = int(text.split(b"attachment:")[1].split(b":")[0])
    sizes = f"{len(halves[0])},4000:{len(halves[1])},{len(data) - 4000}"
    attribute = f'attachment:{start}:{sum(map(len, halves))}" compression="zlib:{len(data)}" subblocks="{sizes}"'
    old = f'attachment:{start}:{len(data)}"'.encode()
    xml = text[16:start].rstrip(b"\0").replace(old, attribute.encode())
    head = b"XISF0100" + len(xml).to_bytes(4, "little") + b"\0\0\0\0" + xml
    path.write_bytes(head.ljust(start, b"\0") + b"".join(halves))
    np.testing.assert_array_equal(Xisf.open(path).pixels(), image)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: b[:-100], "cut short"),
        (lambda b: b[:40], "cut short"),
        (lambda b: b"XISF0200" + b[8:], "no XISF"),
        (lambda b: b.replace(b'geometry="53:37:1"', b'geometry="53:37:9"'), "bytes where"),
        (lambda b: b.replace(b'geometry="53:37:1"', b'geometry="53:0:1 "'), "unknown size"),
        (lambda b: b[:-1] + bytes([b[-1] ^ 1]), "checksum"),
        (lambda b: b.replace(b"<xisf", b"<zisf"), "damaged"),
    ],
)
def test_damage_is_said(change, said, image, tmp_path):
    path = write(tmp_path / "a.xisf", image, checksum="sha-256")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UnreadableFrame, match=said):
        Xisf.open(path).pixels()


def test_a_bomb_is_not_unpacked(tmp_path):
    path = write(tmp_path / "a.xisf", np.zeros((1, 100, 100), np.float32), codec="zlib")
    path.write_bytes(path.read_bytes().replace(b"zlib:40000", b"zlib:90000"))
    with pytest.raises(UnreadableFrame, match="at most 40000"):
        Xisf.open(path).pixels()


def test_entities_are_refused(tmp_path):
    path = write(tmp_path / "a.xisf", np.zeros((1, 2, 2), np.float32))
    xml = b'<!DOCTYPE x [<!ENTITY a "b">]><xisf>&a;</xisf>'
    path.write_bytes(b"XISF0100" + len(xml).to_bytes(4, "little") + b"\0\0\0\0" + xml)
    with pytest.raises(UnreadableFrame, match="damaged"):
        Xisf.open(path)


def test_a_missing_library_is_named(image, tmp_path, monkeypatch):
    path = write(tmp_path / "a.xisf", image, codec="lz4")
    real = builtins.__import__

    def without(name, *rest, **kwargs):
        if name.startswith("lz4"):
            raise ImportError(name)
        return real(name, *rest, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnsupportedFile, match="lz4") as refusal:
        Xisf.open(path).pixels()
    assert "ampglow-plugin[xisf]" in refusal.value.fix


@pytest.mark.parametrize("compressed", [False, True])
def test_properties_are_found_as_text_and_as_block(compressed, image, tmp_path):
    long = "<ProcessingHistory>" + "é" * 90_000 + "</ProcessingHistory>"
    properties = {"PixInsight:ProcessingHistory": long, "PCL:Signature:Calibration": "process=ImageCalibration"}
    path = write(tmp_path / "a.xisf", image, properties=properties, packed_properties=compressed)
    assert provenance(path) == (
        long,
        "XISF:CreatorApplication: PixInsight 1.9.3",
        "PCL:Signature:Calibration: process=ImageCalibration",
    )


def test_a_property_by_reference(image, tmp_path):
    path = write(tmp_path / "a.xisf", image, extra='<Reference ref="H"/>')
    text = path.read_bytes().rstrip(b"\0")
    xml = text[16:].split(b"</xisf>")[0] + b'<Property uid="H" id="PCL:OutputPedestal" value="12"/></xisf>'
    path.write_bytes(b"XISF0100" + len(xml).to_bytes(4, "little") + b"\0\0\0\0" + xml)
    assert Xisf.open(path).property("PCL:OutputPedestal") == "12"


def test_other_formats_have_no_testimony(tmp_path):
    (tmp_path / "a.fits").write_bytes(b"SIMPLE  =")
    assert provenance(tmp_path / "a.fits") == ()
    assert provenance(tmp_path / "none") == ()
