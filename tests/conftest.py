"""Fixtures that every part of the tests shares: real Siril, real frames."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

#: before numpy is loaded: small matrices, and tests that run side by side; the command line does the same
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

#: where whoever started the tests ignores Ctrl-C (nohup, jobs in the background), the programs under test would too
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parents[1]
SERIES = ("1.0", "1.2", "1.4")


@functools.cache
def find_siril(series: str) -> str | None:
    """The siril-cli of this series: AMPGLOW_SIRIL_1_x, the roots made by ``make siril-roots``, or PATH."""
    named = os.environ.get(f"AMPGLOW_SIRIL_{series.replace('.', '_')}")
    root = REPOSITORY / ".siril-roots" / "bin" / f"siril-cli-{series}"
    for candidate in (named, str(root), shutil.which("siril-cli")):
        if candidate and os.access(candidate, os.X_OK) and _says(candidate, series):
            return candidate
    return None


def _says(program: str, series: str) -> bool:
    answer = subprocess.run([program, "-v"], capture_output=True, text=True, timeout=60, check=False)
    return f"siril {series}." in answer.stdout.lower().replace("siril v", "siril ")


@pytest.fixture(scope="session")
def siril() -> Callable[[str], Path]:
    """``siril("1.4")`` is the path of that siril-cli; skips without it, fails where it is required."""

    def get(series: str) -> Path:
        found = find_siril(series)
        if found is None:
            message = f"no siril-cli {series} (set AMPGLOW_SIRIL_{series.replace('.', '_')}, or make siril-roots)"
            if os.environ.get("AMPGLOW_REQUIRE_SIRIL") == "1":
                pytest.fail(message)
            pytest.skip(message)
        return Path(found)

    return get


@pytest.fixture(scope="session", autouse=True)
def real_sync() -> Iterator[Callable[[int], None]]:
    """No test outlives a power failure: what they write in this process need not reach the disk, which takes long."""
    from ampglow_plugin import writing

    real = writing._sync
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_sync", lambda _descriptor: None)
        yield real


@pytest.fixture(autouse=True)
def user_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the user's own settings, which no test may depend on."""
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setattr("ampglow_plugin.config.user_folder", lambda: folder)
    return folder


@pytest.fixture
def update_golden() -> bool:
    """AMPGLOW_UPDATE_GOLDEN=1 writes the golden texts anew; look at the difference before you commit it."""
    return os.environ.get("AMPGLOW_UPDATE_GOLDEN") == "1"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real frames, which are not part of the project: AMPGLOW_TEST_DATA, or shared/data beside it."""
    named = os.environ.get("AMPGLOW_TEST_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real frames at {folder} (set AMPGLOW_TEST_DATA)")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Share of real headers that are read right, per program; tests leave it in the property ``header``."""
    shares: dict[str, list[int]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in getattr(report, "user_properties", ()):
                if name == "header" and report.when == "call":
                    program, right, fields = value
                    sums = shares.setdefault(program, [0, 0, 0, 0])
                    for i, part in enumerate((int(right == fields), 1, right, fields)):
                        sums[i] += part
    if not shares:
        return
    terminalreporter.section("headers of real programs read right")
    shares = {**dict(sorted(shares.items())), "all": [sum(column) for column in zip(*shares.values(), strict=True)]}
    for program, (files, of_files, right, of_fields) in shares.items():
        terminalreporter.write_line(f"{program:24} {files:3} of {of_files} files  {right:5} of {of_fields} fields")


#: cards of a light as N.I.N.A. writes it; a test names only what it is about
CARDS = {
    "IMAGETYP": "LIGHT",
    "EXPTIME": 180.0,
    "INSTRUME": "ZWO ASI294MC Pro",
    "GAIN": 120,
    "OFFSET": 30,
    "XBINNING": 1,
    "YBINNING": 1,
    "XPIXSZ": 4.63,
    "SET-TEMP": -10.0,
    "CCD-TEMP": -10.0,
    "BAYERPAT": "RGGB",
    "ROWORDER": "TOP-DOWN",
    "SWCREATE": "N.I.N.A. 3.1.2.9001 (x64)",
    "DATE-OBS": "2024-01-10T22:00:00",
}


@pytest.fixture
def put_frame() -> Callable[..., Path]:
    """``put_frame(path, size=(8, 6), planes=1, bits=16, **cards)`` writes a small frame (of zeros, or ``data``).

    None leaves a card out.
    """

    def put(
        path: Path,
        *,
        size: tuple[int, int] = (8, 6),
        planes: int = 1,
        bits: int = 16,
        data: object = None,
        **cards: object,
    ) -> Path:
        import numpy as np
        from astropy.io import fits

        header = fits.Header()
        for key, value in {**CARDS, **{name.replace("_", "-"): value for name, value in cards.items()}}.items():
            for each in value if isinstance(value, list) else [value]:  # a list: lines of HISTORY
                if each is not None:
                    header.add_history(each) if key == "HISTORY" else header.set(key, each)
        shape = (size[1], size[0]) if planes == 1 else (planes, size[1], size[0])
        kind = {8: np.uint8, 16: np.uint16, -32: np.float32}[bits]
        path.parent.mkdir(parents=True, exist_ok=True)
        fits.PrimaryHDU(np.zeros(shape, kind) if data is None else data, header).writeto(path)
        return path

    return put
