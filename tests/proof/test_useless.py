"""Masters that are damaged, of another size or empty: what the other files say still counts."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api

MASTERS = ("dark", "flat", "bias")


def spoiled(path, kind, target):
    """A master that tells nothing, in one of several ways."""
    if kind == "cut short":
        target.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        return target
    if kind == "gone":
        return target
    data, header = fits.getdata(path), fits.getheader(path)
    changed = {
        "of three planes": lambda: np.stack([data] * 3),
        "smaller": lambda: data[:-4],
        "no numbers": lambda: data * np.nan,
        "zeros": lambda: data * 0,
    }[kind]()
    fits.PrimaryHDU(changed.astype(np.float32), header).writeto(target)
    return target


@pytest.fixture(scope="module")
def run(bench, siril_run):
    return siril_run("1.4")


def proved(bench, run, **given):
    named = {name: bench.master(name) for name in MASTERS} | {"log": run.log} | given
    (proof,) = api.verify(run.output("plain_"), lights=[bench.night.lights[0]], **named).proofs
    return proof


@pytest.mark.siril
@pytest.mark.parametrize("kind", ["cut short", "gone", "of three planes", "smaller", "no numbers", "zeros"])
@pytest.mark.parametrize("role", MASTERS)
def test_header_and_log_are_heard_and_the_rest_is_measured(bench, run, tmp_path, role, kind):
    path = spoiled(bench.master(role), kind, tmp_path / f"{role}.fit")
    proof = proved(bench, run, **{role: path})
    assert proof.evidence.header.claim == "applied"
    assert proof.evidence.log.claim == "applied"
    assert (proof.verdict.done, proof.verdict.success) != ("applied", "residual")
    if role == "dark":
        assert proof.verdict.success == "undecided"
        return
    # without flat or bias the factor is known all the same
    assert proof.verdict.done == "applied"
    assert proof.evidence.pixels.factor == pytest.approx(1.0, abs=0.02)
    if role == "bias":
        assert proof.evidence.pixels.factor == pytest.approx(1.0, abs=0.001)
        assert proof.evidence.pixels.pedestals == pytest.approx(1.0, abs=0.1)
    said = " ".join((proof.evidence.pixels.why, *proof.verdict.reasons))
    assert any(word in said for word in ("left out", "cannot be read", "not at hand")), said


@pytest.mark.siril
def test_an_output_that_is_gone_says_so(bench, run, tmp_path):
    named = {name: bench.master(name) for name in MASTERS}
    (proof,) = api.verify(tmp_path / "gone.fit", lights=[bench.night.lights[0]], **named, log=run.log).proofs
    assert "gone.fit" in proof.verdict.reasons[0]
    assert (proof.verdict.done, proof.verdict.success) == ("undecided", "undecided")
    assert proof.evidence.log.path == str(run.log)
