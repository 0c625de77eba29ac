"""What many proofs share is read once, and is that of its own file."""

from __future__ import annotations

from ampglow_plugin.proof.rungs import Masters


def test_a_log_is_read_once_and_another_one_anew(tmp_path):
    one, other = tmp_path / "one.log", tmp_path / "other.log"
    one.write_text("log: first\n")
    other.write_bytes(b"log: \xff\n")
    shared = Masters()
    assert shared.log(one) == "log: first\n"
    one.write_text("changed")
    assert shared.log(one) == "log: first\n"
    assert shared.log(other) == "log: \N{REPLACEMENT CHARACTER}\n"
    assert shared.log(one) == "changed"
