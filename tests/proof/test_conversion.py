"""Pairing by the conversion file of a real Siril, and where it must not be believed."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.proof import pair_lights
from ampglow_plugin.proof.conversion import conversions, source_of
from ampglow_plugin.simulate import Truth, make_night

NAMES = ("m 31.fits", "l'2.fits", "last.fit")


def frame(path, second, **cards):
    path.parent.mkdir(parents=True, exist_ok=True)
    hdu = fits.PrimaryHDU(np.full((20, 30), 500 + second, np.uint16))
    hdu.header.update({"DATE-OBS": f"2025-01-01T20:00:0{second}", "EXPTIME": 10.0, **cards})
    hdu.writeto(path, overwrite=True)
    return path


@pytest.fixture
def lights(tmp_path):
    return [frame(tmp_path / "night 1" / name, i) for i, name in enumerate(NAMES)]


def run_siril(program, folder, script):
    (folder / "s.ssf").write_text(script)
    (folder / "ini").touch()
    words = [program, "-s", folder / "s.ssf", "-d", folder, "-i", folder / "ini"]
    subprocess.run(words, capture_output=True, check=True, timeout=120)


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.2", "1.4"])
@pytest.mark.parametrize("command", ["convert", "link"])
def test_a_file_made_by_siril(lights, series, command, tmp_path, siril):
    """Siril does not number frames in the order of their names, and DATE-OBS is not needed."""
    for light in lights:
        fits.delval(light, "DATE-OBS")
    script = (
        f'requires 1.2.0\ncd "night 1"\n{command} light -out=../process\ncd ../process\ncalibrate light -bias="=10"\n'
    )
    run_siril(siril(series), tmp_path, script)
    outputs = sorted((tmp_path / "process").glob("pp_light_*.fit"))
    assert len(outputs) == 3
    paired = pair_lights(outputs, [])
    assert sorted(paired.values()) == sorted(lights)
    for output, light in paired.items():
        level = np.median(fits.getdata(output)) * 65535 + 10
        assert level == pytest.approx(np.median(fits.getdata(light)), abs=0.1)


@pytest.mark.siril
def test_a_proof_needs_no_list_of_lights(tmp_path, siril):
    night = make_night(tmp_path / "night", Truth(width=160, height=120), lights=2, darks=3, flats=0, flatdarks=0)
    for folder, files in (("lights", night.lights), ("darks", night.darks)):
        (tmp_path / folder).mkdir()
        for file in files:
            shutil.copy(file, tmp_path / folder)
    run_siril(
        siril("1.4"),
        tmp_path,
        "requires 1.4.0\ncd darks\nlink dark -out=../process\ncd ../process\nstack dark rej 3 3 -nonorm -out=../dark\n"
        "cd ../lights\nlink light -out=../process\ncd ../process\ncalibrate light -dark=../dark\n",
    )
    outputs = sorted((tmp_path / "process").glob("pp_light_*.fit"))
    result = api.verify(outputs, dark=tmp_path / "dark.fit", dark_frames=night.darks)
    assert [(p.verdict.done, p.verdict.success) for p in result.proofs] == [("applied", "clean")] * 2
    assert all(p.evidence.pixels.rung == 1 for p in result.proofs)
    # a single that is damaged is named, and the others still count
    night.darks[0].write_bytes(b"SIMPLE  =                    T")
    result = api.verify(outputs, dark=tmp_path / "dark.fit", dark_frames=night.darks)
    assert [(p.verdict.done, p.verdict.success) for p in result.proofs] == [("applied", "clean")] * 2
    assert all(str(night.darks[0]) in p.verdict.reasons[0] for p in result.proofs)


def record(folder, base, pairs):
    folder.mkdir(exist_ok=True)
    lines = [f"'{source}' -> '../process/{target}'" for source, target in pairs]
    (folder / f"{base}_conversion.txt").write_text("\n".join(lines) + "\n")


def outputs_of(folder, *names):
    return [frame(folder / name, i) for i, name in enumerate(names)]


def test_names_behind_prefixes(tmp_path, lights):
    folder = tmp_path / "process"
    record(folder, "light", [(lights[0], "light_00001.fit"), (lights[1], "light_00002.fit.fz")])
    record(folder, "pp_light", [(lights[2], "pp_light_00001.fit")])
    known = conversions(folder)
    assert source_of(folder / "r_bkg_pp_light_00002.fit", known) == lights[1]
    assert source_of(folder / "r_pp_light_00001.fit", known) == lights[2]  # the nearer conversion
    assert source_of(folder / "light_00001.fits.fz", known) == lights[0]
    assert source_of(folder / "pp_light_00003.fit", known) is None
    assert source_of(folder / "result.fit", known) is None
    assert source_of(folder / "moonlight_00001.fit", known) is None


def test_a_sequence_that_was_converted_anew(tmp_path, lights):
    """pp_ frames of another night, made before: DATE-OBS shows that they are not those of this file."""
    folder = tmp_path / "process"
    (output,) = outputs_of(folder, "pp_light_00001.fit")
    record(folder, "light", [(lights[1], "light_00001.fit")])
    assert pair_lights([output], []) == {output: None}
    record(folder, "light", [(lights[0], "light_00001.fit")])
    assert pair_lights([output], []) == {output: lights[0]}


def test_of_the_lights_given_only(tmp_path, lights):
    folder = tmp_path / "process"
    output, other = outputs_of(folder, "pp_light_00001.fit", "pp_light_00002.fit")
    twin = frame(tmp_path / "copy.fits", 0)
    record(folder, "light", [(lights[0], "light_00001.fit"), (lights[1], "light_00002.fit")])
    assert pair_lights([output, other], [twin, lights[1]]) == {output: twin, other: lights[1]}
    lights[0].unlink()
    assert pair_lights([output, other], []) == {output: None, other: lights[1]}


def test_what_cannot_be_told_is_not_told(tmp_path, lights):
    folder = tmp_path / "process"
    record(folder, "a", [(lights[0], "light_00001.fit")])
    record(folder, "b", [(lights[1], "light_00001.fit")])
    assert conversions(folder) == {}
    record(folder, "b", [("/x/odd' -> 'name.fits", "light_00002.fit")])
    (folder / "c_conversion.txt").write_bytes(b"\xff\xfe not of Siril\n'only half' -> ")
    assert conversions(folder) == {"light_00001": lights[0]}
