"""Folders that hold no frame, but pictures of another format: a clear answer instead of silence."""

from __future__ import annotations

import pytest

from ampglow_plugin.api import check
from ampglow_plugin.catalog import scan, scan_given
from ampglow_plugin.errors import InputError


@pytest.mark.parametrize(
    ("name", "what", "instead"),
    [
        ("a.CR2", "camera RAW", "convert it with Siril"),
        ("a.ser", "SER video", "convert it with Siril"),
        ("a.jpg", "JPEG", ".fit of the same frame"),
        ("a.TIFF", "TIFF", ".fit that Siril made"),
    ],
)
def test_where_there_is_nothing_else_every_kind_is_told(tmp_path, name, what, instead):
    (tmp_path / "Lights").mkdir()
    for number in range(3):
        (tmp_path / "Lights" / f"{number}{name}").write_bytes(b"x")
    (problem,) = scan([tmp_path]).problems
    assert what in problem.what
    assert "2 more in Lights" in problem.what
    assert instead in problem.fix
    with pytest.raises(InputError, match=what) as error:
        check([tmp_path])
    assert instead in error.value.fix
    assert scan_given({"light": [tmp_path / "Lights"]}).problems == (problem,)


def test_beside_frames_only_what_could_be_converted_is_told(tmp_path, put_frame):
    put_frame(tmp_path / "Lights" / "l.fits")
    for place, name in (
        ("Lights", "l.jpg"),
        ("Lights", "l.nef"),
        ("Darks", "d.nef"),
        ("Web", "w.jpg"),
        ("Darks", ".d.nef"),
    ):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / name).write_bytes(b"x")
    assert [problem.path for problem in scan([tmp_path]).problems] == [str(tmp_path / "Darks" / "d.nef")]
