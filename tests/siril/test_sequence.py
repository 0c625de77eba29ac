"""Sequence files as Siril 1.0.6, 1.2.6 and 1.4.2 wrote them, and damaged ones."""

import pytest

from ampglow_plugin.errors import InputError, UnreadableFrame
from ampglow_plugin.hosts.siril.sequence import IDENTITY, find_sequences, number_of, read_sequence

V1_0 = """#Siril sequence file. Contains list of files (images), selection, and registration data
#S 'sequence_name' start_index nb_images nb_selected fixed_len reference_image version
S 'ok_light_' 1 2 2 5 1 3
L 3
I 1 1
I 2 1
R1 0.000000 0.000000 3.0308 3.0308 0.986513 0
R1 0.000000 0.000000 3.00953 3.38572 0.989148 0
"""
V1_2 = """#Siril sequence file. Contains list of images, selection, registration data and statistics
S 'my light_' 1 3 2 5 1 4 0 0
L 3
I 1 1
I 2 1
I 7 0
R1 3.1 3.5 0.97 0 0.0125 63 H 1 0 -10.94 0 1 -6.44 0 0 1
R1 3.0 3.0 0.97 0 0.0129 67 H 1 0 0 0 1 0 0 0 1
R1 0 0 0 0 0 0 H 0 0 0 0 0 0 0 0 0
M1-0 192000 192000 0.0134 0.0120 0.0223 -999999 -999999 -999999 -999999 -999999 0.0072 1.33 1 0.00065
"""
V1_4 = """S 'ok_light_' 1 2 2 5 0 6 1 0 0
L 1
I 1 1 480,400
I 2 1 482,401
R0 3.1 3.5 0.97 0 0.0125 63 H 1 0 0 0 1 0 0 0 1
R0 3.0 3.0 0.97 0 0.0129 67 H -1 0 479.5 0 -1 379.3 0 0 1
"""


def read(tmp_path, text, name="ok_light_.seq"):
    path = tmp_path / name
    path.write_text(text)
    return read_sequence(path)


def test_siril_1_0_does_not_say_how_it_aligned(tmp_path):
    found = read(tmp_path, V1_0)
    assert [f.to_reference for f in found.frames] == [None, None]
    assert not found.aligned


def test_siril_1_2(tmp_path):
    found = read(tmp_path, V1_2)
    assert (found.name, found.reference) == ("my light_", 1)
    assert [(f.number, f.selected) for f in found.frames] == [(1, True), (2, True), (7, False)]
    assert found.frames[0].to_reference == (1, 0, -10.94, 0, 1, -6.44, 0, 0, 1)
    assert found.frame(2).to_reference == IDENTITY
    assert found.frame(7).to_reference is None  # nine zeros: it could not be aligned
    assert found.frame(3) is None
    assert found.aligned


def test_siril_1_4_with_frames_of_several_sizes(tmp_path):
    found = read(tmp_path, V1_4)
    assert [f.number for f in found.frames] == [1, 2]
    assert found.frames[1].to_reference[:3] == (-1, 0, 479.5)


def test_a_sequence_of_aligned_frames_says_nothing(tmp_path):
    assert not read(tmp_path, V1_4.replace("H -1 0 479.5 0 -1 379.3 0 0 1", "H 1 0 0 0 1 0 0 0 1")).aligned


@pytest.mark.parametrize(
    ("old", "new"), [("S 'ok", "X 'ok"), ("I 2 1", "I x 1"), ("I 2 1 482,401\n", ""), ("H -1 0", "H minus 0")]
)
def test_damaged_files_are_refused(tmp_path, old, new):
    with pytest.raises(UnreadableFrame):
        read(tmp_path, V1_4.replace(old, new))


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError):
        read_sequence(tmp_path / "none_.seq")


def test_the_sequence_a_frame_was_aligned_from_is_found_by_its_name(tmp_path):
    for name in ("pp_light_.seq", "light_.seq", "r_pp_light_.seq"):
        (tmp_path / name).write_text(V1_4)
    output = tmp_path / "r_pp_light_00012.fit"
    assert [p.name for p in find_sequences(output)] == ["pp_light_.seq", "light_.seq"]
    assert number_of(output) == 12
    assert list(find_sequences(tmp_path / "result.fit")) == []
