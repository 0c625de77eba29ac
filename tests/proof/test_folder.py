"""Folders of runs: pairing by the manifest, what is missing or strange, and the command line."""

from __future__ import annotations

import hashlib
import json
import shutil

import jsonschema
import pytest
from click.testing import CliRunner

from ampglow_plugin import api
from ampglow_plugin.cli.main import cli
from ampglow_plugin.errors import FormatError, InputError
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.manifest import InputFile, MasterFile, OutputFile, RunManifest
from ampglow_plugin.proof import sampled
from ampglow_plugin.report.schema import schema


def described(path):
    data = path.read_bytes()
    return InputFile(path=str(path), size=len(data), sha256=hashlib.sha256(data).hexdigest())


@pytest.fixture
def folder(bench, siril_run, tmp_path):
    """A run folder as emit and run leave it, around two frames that Siril calibrated rightly."""
    run = siril_run("1.4")
    (tmp_path / "process").mkdir()
    (tmp_path / "masters").symlink_to(bench.masters)
    outputs = []
    for number, light in enumerate(bench.night.lights, start=1):
        target = tmp_path / "process" / f"pp_light_{number:05d}.fit"
        shutil.copy(run.output("eqdeb_", number), target)
        outputs.append(
            OutputFile(
                path=f"process/{target.name}",
                group="light",
                light=described(light),
                dark="dark",
                flat="flat",
                debayered=True,
            )
        )
    masters = [
        MasterFile(
            id="dark",
            role="dark",
            path="masters/dark.fit",
            built=True,
            holds_bias=True,
            inputs=tuple(described(p) for p in bench.night.darks),
        ),
        MasterFile(id="flat", role="flat", path="masters/flat.fit", built=True),
    ]
    return save(tmp_path, manifest(masters=tuple(masters), outputs=tuple(outputs)))


def manifest(**changes):
    base = {
        "tool": "ampglow test",
        "plan_sha256": "0" * 64,
        "host": "siril",
        "host_version": "1.4",
        "script": "run.ssf",
        "commands": ("requires", "calibrate"),
    }
    return RunManifest(**(base | changes))


def save(folder, value):
    (folder / "ampglow-run.json").write_text(json.dumps(to_dict(value)))
    return folder


def call(*args):
    result = CliRunner().invoke(cli, ["verify", *map(str, args)], standalone_mode=False, catch_exceptions=False)
    return result.return_value, result.stdout, result.stderr


def test_a_clean_run_is_proved_and_ends_with_0(folder):
    code, out, _ = call(folder, "--json")
    records = [json.loads(line) for line in out.splitlines()]
    for record in records:
        jsonschema.validate(record, schema())
    proofs = [r for r in records if r["record"] == "proof"]
    assert [(p["verdict"], p["success"], p["decided_by"], p["rung"]) for p in proofs] == [
        ("applied", "clean", "pixels", 1)
    ] * 2
    assert all(abs(p["factor"] - 1) < 0.005 and abs(p["bias_pedestals"] - 1) < 0.03 for p in proofs)
    assert set(proofs[0]["inputs"]) == {"light", "dark", "flat"}
    files = {"output": proofs[0]["path"], **proofs[0]["inputs"]}
    assert proofs[0]["sha256"] == {r: hashlib.sha256((folder / p).read_bytes()).hexdigest() for r, p in files.items()}
    assert proofs[0]["pixels"]["mosaic"] == "RGGB"
    skipped = records[-1].pop("skipped")  # rules that had nothing to look at
    assert skipped == sum(r.get("outcome") == "skipped" for r in records)
    assert records[-1] == {
        "record": "summary",
        "v": 1,
        "verdict": "go",
        "errors": 0,
        "warnings": 0,
        "exit": 0,
    }
    assert code == 0


def test_the_table_is_plain(folder):
    code, out, _ = call(folder)
    assert code == 0
    assert out.count("dark applied") == 2
    assert "in 2 clean frames (clean up to" in out
    assert "clean" in out


def test_a_missing_output_is_said_and_is_not_clean(folder):
    (folder / "process" / "pp_light_00002.fit").unlink()
    code, out, _ = call(folder, "--json")
    proofs = [json.loads(line) for line in out.splitlines() if '"record":"proof"' in line]
    assert [p["verdict"] for p in proofs] == ["applied", "undecided"]
    assert "pp_light_00002.fit" in proofs[1]["reasons"][0]
    assert code == 1


def test_a_damaged_output_does_not_stop_the_others(folder):
    path = folder / "process" / "pp_light_00001.fit"
    path.write_bytes(path.read_bytes()[:5000])
    found = api.verify(folder)
    assert [p.verdict.done for p in found.proofs] == ["undecided", "applied"]
    assert not found.clean


def test_frames_that_the_run_does_not_list_are_named(folder):
    process = folder / "process"
    for name in ("r_pp_light_00001.fit", "stranger_00001.fit", "pp_flat_00001.fit"):  # the last: a frame of a master
        shutil.copy(process / "pp_light_00001.fit", process / name)
    assert [p.name for p in api.verify(folder).unpaired] == ["r_pp_light_00001.fit", "stranger_00001.fit"]
    code, out, _ = call(folder)
    assert "1 aligned frames" in out
    assert "does not list them: stranger_00001.fit" in out
    assert code == 0


def test_two_lights_of_one_moment_are_no_pair(bench, siril_run, tmp_path):
    """A guess would prove nothing, both could be the light: what is left in the output is measured instead."""
    run, light = siril_run("1.4"), bench.night.lights[0]
    copy = shutil.copy(light, tmp_path / "copy.fits")
    (proof,) = api.verify(run.output("plain_"), lights=[light, copy], dark=bench.master("dark")).proofs
    assert "light" not in proof.inputs
    assert proof.evidence.pixels.rung == 2
    assert any("no light of the same DATE-OBS" in r for r in proof.verdict.reasons)


def test_an_output_of_another_light_is_not_clean(folder):
    one, two = (folder / "process" / f"pp_light_0000{n}.fit" for n in (1, 2))
    shutil.copy(one, two)
    found = api.verify(folder)
    assert (found.proofs[0].verdict.done, found.proofs[0].verdict.success) == ("applied", "clean")
    assert (found.proofs[1].verdict.done, found.proofs[1].verdict.success) == ("undecided", "undecided")
    assert found.proofs[1].evidence.pixels.same_light is False
    assert "do not belong together" in found.proofs[1].verdict.reasons[0]
    assert found.proofs[1].evidence.header.claim == "applied"
    _, out, _ = call(folder)
    assert "NOT of this" in out


@pytest.mark.parametrize(
    ("role", "rung", "done"), [("dark", None, "applied"), ("flat", 1, "applied"), ("light", 2, "applied")]
)
def test_a_missing_input_leaves_what_the_others_say(folder, bench, role, rung, done):
    data = json.loads((folder / "ampglow-run.json").read_text())
    if role == "light":
        data["outputs"][0]["light"]["path"] = "gone.fits"
    else:
        next(m for m in data["masters"] if m["id"] == role)["path"] = "masters/gone.fit"
    (folder / "ampglow-run.json").write_text(json.dumps(data))
    proof = api.verify(folder).proofs[0]
    assert any("gone.fit" in r for r in proof.verdict.reasons)
    assert proof.verdict.done == done
    assert proof.evidence.header.claim == "applied"
    assert (proof.evidence.pixels.rung if proof.evidence.pixels else None) == rung
    assert role not in proof.inputs


def test_a_sample_is_spread_over_the_night_and_said(folder, bench, siril_run):
    jobs = tuple(range(300))
    assert sampled(jobs, 3) == (0, 150, 299)
    assert sampled(jobs, 1) == (150,)
    assert sampled(jobs, None) == sampled(jobs, 300) == sampled(jobs, 400) == jobs
    assert len(set(sampled(jobs, 299))) == 299
    code, out, _ = call(folder, "--sample", 1, "--json")
    summary = json.loads(out.splitlines()[-1])
    assert (summary["proved"], summary["of"]) == (1, 2)
    assert sum('"record":"proof"' in line for line in out.splitlines()) == 1
    assert code == 0
    assert "1 of 2 frames were proved" in call(folder, "--sample", 1)[1]


def test_a_light_that_has_changed_is_said(folder, bench, tmp_path):
    data = json.loads((folder / "ampglow-run.json").read_text())
    data["outputs"][0]["light"]["sha256"] = "f" * 64
    (folder / "ampglow-run.json").write_text(json.dumps(data))
    assert any("has changed" in r for r in api.verify(folder).proofs[0].verdict.reasons)


def test_the_conditions_are_those_of_the_singles(folder, bench):
    """A master that hides what it was made from: its singles have another exposure."""
    data = json.loads((folder / "ampglow-run.json").read_text())
    data["masters"][0]["inputs"] = [to_dict(described(p)) for p in bench.night.wrong_darks]
    (folder / "ampglow-run.json").write_text(json.dumps(data))
    found = api.verify(folder)
    assert {(p.verdict.done, p.verdict.success) for p in found.proofs} == {("applied", "residual")}
    assert "exposure_s" in found.proofs[0].evidence.conditions.differs
    assert any(f.rule == "AG406" and f.outcome == "failed" for f in found.findings)


def test_a_folder_without_or_with_a_damaged_manifest(tmp_path):
    with pytest.raises(InputError, match=r"ampglow-run\.json") as caught:
        api.verify(tmp_path)
    assert "--light" in caught.value.fix
    (tmp_path / "ampglow-run.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        api.verify(tmp_path)
    (tmp_path / "ampglow-run.json").write_text('{"tool": 1}')
    with pytest.raises(FormatError, match="script"):
        api.verify(tmp_path)


@pytest.mark.parametrize(
    ("prefix", "masters", "code", "verdict"),
    [
        ("eqdeb_", ("dark", "flat"), 0, "applied"),
        ("none_", ("dark", None), 1, "not_applied"),
        ("twice_", ("dark", None), 1, "applied_twice"),
        ("small_", ("dark", "flat_small"), 1, "contradiction"),
    ],
)
def test_explicit_files(bench, siril_run, prefix, masters, code, verdict):
    run = siril_run("1.4")
    dark, flat = masters
    words = ["--dark", bench.master(dark), *(["--flat", bench.master(flat)] if flat else [])]
    outputs = [run.output(prefix, n) for n in (1, 2)]
    got, out, _ = call(*outputs, "--light", *reversed(bench.night.lights), *words, "--log", run.log, "--json")
    proofs = [json.loads(line) for line in out.splitlines() if '"record":"proof"' in line]
    assert [p["verdict"] for p in proofs] == [verdict] * 2
    assert got == code


def test_without_the_light_what_is_left_is_measured(bench, siril_run):
    code, out, _ = call(siril_run("1.4").output("plain_"), "--dark", bench.master("dark"), "--json")
    record = json.loads(out.splitlines()[0])
    jsonschema.validate(record, schema())
    assert [record[k] for k in ("verdict", "success", "decided_by", "rung")] == ["applied", "clean", "pixels", 2]
    assert abs(record["residual_glow"]) < 3 * record["residual_glow_sigma"] < 0.1
    assert abs(record["residual_glow_adu"]) < 0.1 * record["pixels"]["glow_peak_adu"]
    assert "light" not in record["inputs"]
    assert code == 0


def test_without_light_and_dark_nothing_is_proved(bench, siril_run):
    code, out, _ = call(siril_run("1.4").output("plain_"), "--json")
    record = json.loads(out.splitlines()[0])
    assert [record[k] for k in ("verdict", "success", "decided_by", "rung")] == ["applied", "undecided", "header", None]
    assert code == 1


def test_the_table_shows_what_is_left_and_its_limit(bench, siril_run):
    run = siril_run("1.4")
    code, out, _ = call(run.output("flatonly_"), "--dark", bench.master("dark"), "--flat", bench.master("flat"))
    assert "NO dark" in out
    assert "Left of the dark" in out
    assert "clean up to" in out
    assert "no dark was subtracted" in out
    assert code == 1
