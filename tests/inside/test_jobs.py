"""The jobs without a Siril: what is asked of it, in which order, and what a failure leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ampglow_plugin import api
from ampglow_plugin.errors import HostRefused, InputError, PlanRefused
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.inside import jobs, main, result
from ampglow_plugin.inside.jobs import Request, loaded
from ampglow_plugin.inside.page import as_text, error_page, proof_page
from ampglow_plugin.inside.run import calibrate_here
from ampglow_plugin.inside.siril import quoted, working_as_planned
from tests.siril.runs import master_plan


class Recorder:
    """Answers like sirilpy and keeps what it is asked; ``failing`` is a command that Siril refuses."""

    def __init__(self, place, *, settings=(), failing=None, image=None, sequence=()):
        self.place, self.settings, self.failing = Path(place), dict(settings), failing
        self.image, self.sequence = image, sequence
        self.commands, self.logged, self.bar = [], [], []

    def cmd(self, *words):
        self.commands.append(" ".join(words))
        if words[0] == self.failing:
            raise RuntimeError(f"Command '{words[0]}' failed: Generic error")

    def log(self, text, color=None):
        self.logged.append((text, color))

    def update_progress(self, message, progress):
        self.bar.append(progress)

    def reset_progress(self):
        self.bar.append(None)

    def is_cli(self):
        return True

    def is_image_loaded(self):
        return self.image is not None

    def is_sequence_loaded(self):
        return bool(self.sequence)

    def get_siril_wd(self):
        return str(self.place)

    def get_image_filename(self):
        return self.image

    def get_seq_frame_filename(self, frame):
        return self.sequence[frame]  # sirilpy raises behind the last one, too

    def get_siril_config(self, group, key):
        return self.settings.get((group, key))


@pytest.fixture
def emission(plain, tmp_path):
    return SIRIL.emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")


@pytest.mark.parametrize(
    ("word", "said"),
    [("plain", "plain"), ("/a b", '"/a b"'), ("it's", '"it\'s"'), ('the "best"', "'the \"best\"'"), ("a#b", '"a#b"')],
)
def test_words_for_sirils_parser(word, said):
    assert quoted(word) == said


def test_a_path_that_siril_cannot_be_told():
    with pytest.raises(HostRefused, match="both kinds of quotes"):
        quoted('it\'s the "best"')


def test_settings_are_put_back_also_after_a_failure(tmp_path):
    siril = Recorder(tmp_path, settings={("core", "extension"): ".fits", ("core", "force_16bit"): False})

    def fail():
        with working_as_planned(siril, tmp_path / "a b"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert siril.commands == [
        "set core.extension=.fit",
        f'cd "{tmp_path}/a b"',
        "set core.extension=.fits",
        f"cd {tmp_path}",
    ]


def test_the_run_ends_at_the_command_that_fails(emission, tmp_path):
    siril = Recorder(tmp_path, failing="calibrate", settings={("core", "force_16bit"): True})
    manifest = calibrate_here(siril, emission, lambda *_: None)
    assert manifest.status == "failed"
    assert manifest.problems == (
        "Siril stopped at command 5 of 6 (calibrate): Command 'calibrate' failed: Generic error",
    )
    assert read_manifest(emission.folder) == manifest
    assert siril.commands[-3].startswith("calibrate light")
    assert siril.commands[-2:] == ["set core.force_16bit=true", f"cd {tmp_path}"]
    page = proof_page(api.Verification(proofs=(), findings=()), "Calibration", failed=manifest.problems)
    assert (page.word, page.exit_code) == ("FAILED", 1)


def test_a_siril_that_says_yes_and_writes_nothing_has_failed(emission, tmp_path):
    manifest = calibrate_here(Recorder(tmp_path), emission, lambda *_: None)
    assert manifest.status == "failed"
    assert manifest.problems[0].endswith("was not written")


def test_an_interrupted_run_is_not_left_as_one_that_worked(emission, tmp_path):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate_here(Recorder(tmp_path), emission, stop)
    kept = read_manifest(emission.folder)
    assert (kept.status, kept.problems) == ("unfinished", ("the run was stopped",))


def test_what_siril_has_loaded(tmp_path):
    frame = tmp_path / "pp_light_00001.fit"
    frame.touch()
    assert loaded(Recorder(tmp_path)) == []
    assert loaded(Recorder(tmp_path, image=str(frame))) == [frame]
    sequence = [tmp_path / "a_1.fit", tmp_path / "a_2.fit"]
    for path in sequence:
        path.touch()
    names = ["a_1.fit", str(sequence[1])]
    assert loaded(Recorder(tmp_path, image="pp_light_00001.fit", sequence=names)) == sequence
    with pytest.raises(InputError, match="one FITS file a frame"):
        loaded(Recorder(tmp_path, sequence=["all.fit", "all.fit"]))
    with pytest.raises(InputError, match="in no file"):
        loaded(Recorder(tmp_path, image="new image"))


def test_a_new_run_never_overwrites_one(tmp_path):
    for name in ("ampglow-run", "ampglow-run-2"):
        (tmp_path / name).mkdir()
    assert jobs._free(tmp_path) == tmp_path / "ampglow-run-3"


def test_an_error_of_our_own_is_told_with_its_traceback_in_the_file(tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("a frame of no size")

    monkeypatch.setitem(main.JOBS, "preflight", ("Pre-flight", broken))
    siril = Recorder(tmp_path)
    assert main.run("preflight", siril, []) == 2
    said = json.loads((tmp_path / result.file_name("preflight")).read_text())
    assert (said["exit"], said["verdict"]) == (2, "FAILED")
    assert "ZeroDivisionError: a frame of no size" in said["message"]
    assert "in broken" in said["details"]
    assert any("a frame of no size" in text for text, _ in siril.logged)


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    page = error_page(InputError("no frames found", where="x", fix="name some"), "Pre-flight")
    monkeypatch.setattr(result.tempfile, "gettempdir", lambda: str(tmp_path))
    assert result.write_result("verify", page, tmp_path / "gone") == tmp_path / "ampglow-verify.json"


def test_a_refused_plan_is_a_finding_not_a_crash():
    page = error_page(PlanRefused("no plan was made", ()), "Calibration")
    assert page.exit_code == 1
    assert [text for text, _ in as_text(page)] == ["Calibration", "STOPPED: No plan was made."]


def test_arguments_are_meant_from_sirils_folder(tmp_path, monkeypatch):
    asked = []

    def look(_siril, request, _progress):
        asked.append(request)
        return error_page(InputError("enough"), "x")

    monkeypatch.setitem(main.JOBS, "verify", ("Verify", look))
    argv = ["a.fit", "/b.fit", "--dark", "../d.fit", "--light", "raw", "--no-window"]
    main.run("verify", Recorder(tmp_path / "w"), argv)
    (request,) = asked
    assert request.outputs == (tmp_path / "w/a.fit", Path("/b.fit"))
    assert request.masters == {"dark": tmp_path / "d.fit"}
    assert request.lights == (tmp_path / "w/raw",)
    assert request.folder == tmp_path / "w"
    monkeypatch.setitem(main.JOBS, "preflight", ("Pre-flight", look))
    main.run("preflight", Recorder(tmp_path), ["M 31"])
    assert asked[-1] == Request(folder=tmp_path / "M 31", masters={})


def test_the_bar_is_not_moved_for_less_than_it_can_show(tmp_path):
    siril = Recorder(tmp_path)
    progress = main.Reporter(siril)
    for i in range(1000):
        progress("reading", i / 1000)
    assert len(siril.bar) == 100
