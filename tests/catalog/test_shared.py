"""One index, several processes: a few scans of what ``make soak`` does for a minute."""

from __future__ import annotations

from tests.soak.index import soak


def test_eight_processes_share_an_index_and_lose_no_row(tmp_path):
    scans, _, frames = soak(tmp_path, 300.0, 8, most=3)
    assert scans == 24
    assert frames >= 24
