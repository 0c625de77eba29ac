"""Dependencies are locked with hashes and under licences that fit; wheel and sdist are the same bytes for everyone."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.supply.licences import compatible, licence

ROOT = Path(__file__).resolve().parents[2]
RUN, DEV = ROOT / ".ci" / "requirements-run.txt", ROOT / ".ci" / "requirements-dev.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: packages of the run-time lock that are for one platform only, and so are not installed here
ELSEWHERE = {"colorama", "importlib-metadata", "zipp", "lazy-importer"}


def pins(lock: Path) -> dict[str, list[Version]]:
    """Canonical name -> versions of a lock; several where they differ by Python."""
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), []).append(Version(version))
    return found


def asked(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, extras of its own resolved."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    found = []
    for requirement in map(Requirement, lines):
        if canonicalize_name(requirement.name) == PROJECT["name"]:
            found += asked(*requirement.extras)
        else:
            found.append(requirement)
    return found


@pytest.mark.parametrize(
    ("lock", "extras"),
    [(RUN, [extra for extra in PROJECT["optional-dependencies"] if extra != "dev"]), (DEV, ["dev"])],
    ids=["run", "dev"],
)
def test_the_lock_holds_a_fitting_version_of_all_that_is_asked_for(lock: Path, extras: list[str]) -> None:
    locked = pins(lock)
    for requirement in asked(*extras):
        versions = locked.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement} is not locked: make lock"
        assert all(v in requirement.specifier for v in versions), f"{requirement} is locked as {versions}: make lock"


@pytest.mark.parametrize("lock", [RUN, DEV], ids=["run", "dev"])
def test_every_version_is_locked_with_hashes(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", lock.read_text(encoding="utf-8")))
    for entry in filter(None, map(str.strip, entries)):
        assert re.match(r"[\w.\[\]-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_runs_is_locked_alike_for_development() -> None:
    dev = pins(DEV)
    assert {name: dev.get(name) for name in pins(RUN)} == pins(RUN)


def test_few_packages_are_needed_to_run() -> None:
    needed = {canonicalize_name(r.name) for r in asked()}
    assert len(needed) <= 10, needed


def test_licences_fit_that_of_the_project() -> None:
    assert PROJECT["license"] == "GPL-3.0-or-later"
    for name in pins(RUN):
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            assert name in ELSEWHERE, f"{name} is not installed"
            continue
        stated = licence(metadata)
        assert stated is not None, f"{name} states no licence that is known here"
        assert compatible(stated), f"{name} is under {stated}"


@pytest.mark.parametrize("bad", ["GPL-2.0-only", "MIT AND BSD-4-Clause", "Proprietary"])
def test_what_does_not_fit_is_seen(bad: str) -> None:
    assert not compatible(bad)
    assert compatible("GPL-2.0-only OR MIT")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of two builds: from two copies of the tree that differ in all that a checkout may differ in."""
    folders = []
    for umask, stamp in (("022", "2020-01-01"), ("077", "2026-05-05")):
        tree = tmp_path_factory.mktemp("tree") / f"of-{stamp}"
        # what is not the project's own: environments, caches, results
        leave = shutil.ignore_patterns(
            ".git", ".venv", ".*cache*", "__pycache__", ".hypothesis", "demo", "dist", "build"
        )
        shutil.copytree(ROOT, tree, ignore=leave, copy_function=shutil.copyfile)
        out = tmp_path_factory.mktemp("built")
        script = (
            f"umask {umask}; find . -type f -exec touch -d {stamp} {{}} +; chmod -R u+rwX,go-w .;"
            f'TZ=Asia/Tokyo LC_ALL=C "{sys.executable}" -m hatchling build -d "{out}"'
        )
        subprocess.run(["/bin/sh", "-c", script], cwd=tree, check=True, capture_output=True, timeout=120)
        folders.append(out)
    return folders[0], folders[1]


def test_wheel_and_sdist_are_reproducible(built: tuple[Path, Path]) -> None:
    one, two = built
    names = sorted(path.name for path in one.iterdir())
    assert [Path(name).suffix for name in names] == [".whl", ".gz"] or len(names) == 2
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_the_wheel_holds_the_package_and_its_tables_alone(built: tuple[Path, Path]) -> None:
    (wheel,) = built[0].glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    folders = {name.split("/")[0] for name in names}
    assert folders == {"ampglow_plugin", f"{wheel.name.split('-py3')[0]}.dist-info"}
    tables = {
        p.relative_to(ROOT).as_posix()
        for p in (ROOT / "ampglow_plugin" / "knowledge").iterdir()
        if p.suffix in (".yaml", ".json")
    }
    assert tables
    assert tables <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_sdist_holds_what_builds_and_tests_it(built: tuple[Path, Path]) -> None:
    (sdist,) = built[0].glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "Makefile",
        "docs/proof.md",
        "tests/conftest.py",
        "siril_scripts/AmpGlow_Calibrate.py",
    } <= names
