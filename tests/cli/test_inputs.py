"""The words of a command line mean the frames that the user pointed at."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ampglow_plugin.cli.inputs import Inputs, ManyCommand, input_options


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("l1", "l2", "d1", "d2", "f1", "fd1", "b1", "-odd"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def parse(*args: str) -> tuple[Inputs | None, str]:
    seen: list[Inputs] = []

    @click.command(cls=ManyCommand)
    @input_options
    @click.option("--json", "as_json", is_flag=True)
    @click.option("-o", "out")
    def command(inputs: Inputs, as_json: bool, out: str | None) -> None:
        seen.append(inputs)

    result = CliRunner().invoke(command, args)
    return (seen[0] if seen else None), result.output


LIGHTS = (Path("l1"), Path("l2"))
DARKS = (Path("d1"), Path("d2"))


@pytest.mark.parametrize(
    ("args", "given"),
    [
        ("l1 l2", {"light": LIGHTS}),
        ("l1 l2 --darks d1 d2", {"light": LIGHTS, "dark": DARKS}),
        ("l1 l2 --darks d1 --darks d2", {"light": LIGHTS, "dark": DARKS}),
        ("l1 l2 --darks d1 d2 --json", {"light": LIGHTS, "dark": DARKS}),
        ("--json l1 l2 -o x --darks d1 d2", {"light": LIGHTS, "dark": DARKS}),
        ("l1 --darks=d1 l2", {"light": LIGHTS, "dark": DARKS[:1]}),
        ("--darks d1 d2 -- l1 l2", {"light": LIGHTS, "dark": DARKS}),
        ("--darks d1 d2 -- -odd", {"light": (Path("-odd"),), "dark": DARKS}),
        ("folder --darks d1", {"light": (Path("folder"),), "dark": DARKS[:1]}),
        (
            "l1 --flats f1 --flat-darks fd1 --bias b1",
            {"light": LIGHTS[:1], "flat": (Path("f1"),), "darkflat": (Path("fd1"),), "bias": (Path("b1"),)},
        ),
    ],
)
def test_words_become_roles(night: Path, args: str, given: dict[str, tuple[Path, ...]]) -> None:
    inputs, output = parse(*args.split())
    assert inputs is not None, output
    assert inputs.folder is None
    assert inputs.given == given


def test_one_folder_alone_is_to_be_sorted(night: Path) -> None:
    inputs, _ = parse("folder", "--json")
    assert inputs == Inputs(folder=Path("folder"), given={})


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("", "No folder and no lights"),
        ("--darks d1 d2", "No lights given: name them first"),
        ("l1 --darks", "'--darks' needs at least one path"),
        ("l1 --darks --flats f1", "'--darks' needs at least one path"),
        ("l1 --darks missing", "does not exist"),
        ("l1 --dark d1", "No such option"),
    ],
)
def test_unusable_words_are_named(night: Path, args: str, message: str) -> None:
    inputs, output = parse(*args.split())
    assert inputs is None
    assert message in output
