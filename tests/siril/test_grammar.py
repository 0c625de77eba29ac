"""Lines and words as Siril splits them: tried by the names of the files that it saves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampglow_plugin.hosts.siril.grammar import from_bytes, lines, words
from tests.siril.real import SERIES, run, script

#: what stands behind `save`; the file that comes out is the first word of it
SAVED = [
    '"a b"',
    "'a b'",
    'a"b"',
    "a'b",
    '"a\'b"',
    "'a\"b'",
    '"a b',
    '"a b"c',
    '"a b" c',
    "\ta",
    "a\tb",
    "a  b",
    "'a b'\"c\"",
    "a\\ b",
    "a#b",
    '"#a"',
    "\u00e9\u00fc",
    "a\u00a0b",
]


@pytest.mark.parametrize("series", SERIES)
def test_words_are_those_of_siril(siril, tmp_path, series):
    body = "load md\n" + "".join(f"save n{i}\nsave {text}\n" for i, text in enumerate(SAVED))
    done = run(siril(series), tmp_path / "r", script(body, series))
    assert done.fate == "runs", done.log
    written = {path.name for path in done.folder.iterdir()}
    for i, text in enumerate(SAVED):
        name = next(word.text for word in words(text))
        assert f"n{i}.fit" in written
        assert f"{name}.fit" in written, text
    kept = {f"n{i}.fit" for i in range(len(SAVED))} | {f"{next(words(text)).text}.fit" for text in SAVED}
    before = {path.name for path in (tmp_path / "r").iterdir() if not path.name.endswith(".fit")}
    extra = written - kept - before - {"marker.fit", "md.fit", "m d.fit", "mb.fit", "mf.fit"}
    assert not {name for name in extra if not name.startswith(("light_", "dark_"))}


@given(
    st.lists(st.text(st.characters(exclude_characters=" \t\n\r\"'", exclude_categories=["Cs"]), min_size=1), min_size=1)
)
def test_plain_words_come_back(texts):
    found = list(words(" ".join(texts)))
    assert [word.text for word in found] == texts
    assert not any(word.quoted for word in found)


@given(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))
def test_every_word_stands_where_it_says(line):
    end = 0
    for word in words(line):
        assert word.column > end
        inside = line[word.column - 1 : word.end - 1]
        assert word.text in inside
        assert len(inside) == len(word.text) + (1 + word.closed if word.quoted else 0)
        end = word.end - 1


@given(st.binary())
def test_any_bytes_are_read_to_the_end_and_come_back(data):
    seen = from_bytes(data)
    kept = seen.text.encode("utf-8", "surrogateescape")
    assert kept == data.removeprefix(b"\xef\xbb\xbf")
    assert (seen.bad_byte is None) == _is_utf8(kept)
    for line in lines(seen.text):
        assert line.words


def _is_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_place_of_the_first_bad_byte():
    assert from_bytes(b"a\n\xc3\xa9\xe9").bad_byte == (2, 2)
    assert from_bytes("\ufeffa\n".encode() + b"\xff").bad_byte == (2, 1)
