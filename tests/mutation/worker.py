"""Runs tests against mutants, each in a fork of this process: ``python -m tests.mutation.worker`` in a copy of the tree.

One job a line on stdin, one answer a line on stdout. What the tests need besides the project is imported once, before
the forks; the project itself is imported anew in each, so that constants, tables and defaults of a mutant count too.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import pytest

LIBRARIES = (
    *("numpy", "astropy.io.fits", "astropy.time", "yaml", "click", "rich.console", "rich.table", "hypothesis"),
    *("defusedxml.ElementTree", "sqlite3", "jsonschema", "scipy.ndimage", "tree_sitter", "_pytest.assertion.rewrite"),
)
MEMORY_BYTES = 6 * 1024**3
#: exit code of a fork that could not start pytest
BROKEN = 70


class Chosen:
    """A pytest plugin: only these tests, in this order; the first that fails is written down."""

    def __init__(self, tests: list[str], answer: Path) -> None:
        self.order = {test: n for n, test in enumerate(tests)}
        self.answer = answer

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort and select."""
        items[:] = sorted((i for i in items if i.nodeid in self.order), key=lambda i: self.order[i.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name the test that noticed."""
        if report.failed:
            self.answer.write_text(report.nodeid, encoding="utf-8")


def run(job: dict[str, Any], answer: Path) -> dict[str, Any]:
    """``{"outcome": killed|survived|timeout, "by": test or None}``; the file is afterwards what it was."""
    path = Path(job["path"])
    compiled = Path(importlib.util.cache_from_source(str(path)))
    before, stat = path.read_bytes(), path.stat()
    kept = compiled.read_bytes() if compiled.is_file() else None
    answer.unlink(missing_ok=True)
    try:
        if job["text"] is not None:
            compiled.unlink(missing_ok=True)  # a mutant of the same size in the same second would not be seen
            path.write_text(job["text"], encoding="utf-8")
        code = _fork(job["tests"], job["seconds"], answer, compiling=job["text"] is None)
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        if kept is not None:
            compiled.write_bytes(kept)
    if code is None:
        return {"outcome": "timeout", "by": None}
    if code == BROKEN:
        raise SystemExit(answer.with_suffix(".log").read_text(encoding="utf-8"))
    by = answer.read_text(encoding="utf-8") if answer.is_file() else None
    return {"outcome": "survived" if code in (0, 5) else "killed", "by": by or f"pytest exit {code}"}


def _fork(tests: list[str], seconds: float, answer: Path, *, compiling: bool) -> int | None:
    """The exit code of pytest; None where the time is over. ``compiling`` leaves compiled files for the next forks."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            out = os.open(answer.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(out, 1)
            os.dup2(out, 2)
            sys.dont_write_bytecode = not compiling
            imported = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
            words = [
                "-x",
                "-q",
                "-W",
                imported,
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "-p",
                "tests.mutation.record",
            ]
            words += ["--basetemp", str(answer.with_suffix(".tmp"))]  # emptied by each run
            files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
            os._exit(int(pytest.main([*words, *files], plugins=[Chosen(tests, answer)])))
        except BaseException:  # noqa: BLE001 - whatever it is, this process is not to go on as the parent's double
            traceback.print_exc()
            os._exit(BROKEN)
    until = time.monotonic() + seconds
    code: int | None = None
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            break
        time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # with what it started
    if code is None:
        os.waitpid(child, 0)
    return code


def main() -> None:
    """Answer until stdin ends."""
    answer = Path(sys.argv[1])
    for name in LIBRARIES:
        importlib.import_module(name)
    assert not any(name.split(".")[0] == "ampglow_plugin" for name in sys.modules)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line), answer)), flush=True)


if __name__ == "__main__":
    main()
