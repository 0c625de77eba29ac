"""What the tests of runs share: small plans whose calibration is known exactly, and how a run has to fail."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from astropy.io import fits

from ampglow_plugin.errors import HostFailed
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.model.plan import Calibrate, CosmeticCorrect, Group, Master, Plan
from ampglow_plugin.rules.check_plan import check_plan


def emit(planned, series, folder, **options):
    return SIRIL.emit(planned, series, folder, **options)


def master_plan(lights, dark, flat=None, *, cosmetic=False):
    """Lights with ready masters."""
    masters = [Master(id="dark", role="dark", file=str(dark), holds_bias=True)]
    if flat:
        masters.append(Master(id="flat", role="flat", file=str(flat)))
    steps = (Calibrate(dark="dark", flat="flat" if flat else None),)
    if cosmetic:
        steps += (CosmeticCorrect(dark="dark"),)
    group = Group(id="light", frames=tuple(map(str, lights)), steps=steps)
    return check_plan(Plan(tool="test", masters=tuple(masters), groups=(group,)))


def write(path, data, **cards):
    hdu = fits.PrimaryHDU(data)
    for key, value in cards.items():
        hdu.header[key.replace("_", "-")] = value
    hdu.writeto(path)
    return path


def failing(run, emission, *says):
    """The run must fail with these words in message or quotes, and say so in the manifest."""
    with pytest.raises(HostFailed) as caught:
        run(emission)
    kept = read_manifest(emission.folder)
    assert kept.status == "failed"
    assert kept.problems
    text = " ".join((caught.value.what, *caught.value.quotes, *kept.problems))
    for word in says:
        assert word in text, text
    return caught.value


def swap(link, target):
    """Put another file behind a link of the folder."""
    link.unlink()
    link.symlink_to(target)


def gone(pid):
    """Whether the process has ended, within a moment."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def within(seconds, true):
    """Whether it becomes true in that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False
