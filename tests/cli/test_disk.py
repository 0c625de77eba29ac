"""A disk or folder that refuses is one line and exit code 2, not a trace."""

import errno

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
