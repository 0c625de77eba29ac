"""A disk or folder that refuses is one line and exit code 2, not a trace."""

import errno
import json

import pytest

from ampglow_plugin import api
from ampglow_plugin.cli.main import main


def test_a_full_disk_is_said_in_one_line(tmp_path, capsys, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "x"))

    monkeypatch.setattr(api, "check", full)
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path)])
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert "no space left on device" in err
    assert str(tmp_path / "x") in err.replace("\n", "")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words", [["check", "--jsn"], ["check"], ["headers", "--bogus"], ["nonsense"], ["run", "no.yaml"]]
)
def test_json_ends_with_a_summary_also_where_the_command_is_wrong(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().out.splitlines()
    summary = {"record": "summary", "v": 1, "verdict": "unknown", "errors": 1, "warnings": 0, "skipped": 0, "exit": 2}
    assert json.loads(line) == summary


def test_a_refusing_disk_ends_json_with_a_summary(tmp_path, capsys, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(api, "check", full)
    with pytest.raises(SystemExit):
        main(["check", str(tmp_path), "--json"])
    assert json.loads(capsys.readouterr().out)["verdict"] == "unknown"
