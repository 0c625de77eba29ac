"""A pytest plugin: which test runs which line of the packages under mutation, and how long it takes.

What a fixture of a wider scope than one test runs counts for every test that asks for that fixture, not only for the
one that happens to be first. The plugin starts before anything of the project is imported.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import coverage
import hypothesis
import pytest

#: fixtures whose tests need a program that is slow to start, or frames that not everyone has
LEFT_OUT = frozenset({"siril", "chromium", "node", "real_data"})
WHERE = "AMPGLOW_MUTATION_RECORD"
PACKAGES = "AMPGLOW_MUTATION_PACKAGES"

hypothesis.settings.register_profile("mutation", derandomize=True, database=None, deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    """Random tests draw the same data each time."""
    hypothesis.settings.load_profile("mutation")
    if WHERE in os.environ:
        config.pluginmanager.register(Recorder(Path(os.environ[WHERE]), os.environ[PACKAGES].split(os.pathsep)))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow by its nature."""
    out = [i for i in items if i.get_closest_marker("slow") or LEFT_OUT & set(getattr(i, "fixturenames", ()))]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in set(out)]


def _used_s() -> float:
    """Processor time of this process and of those it has waited for: the same on a busy machine."""
    return sum(os.times()[:4])


class Recorder:
    """Runs beside the tests and leaves one JSON file."""

    def __init__(self, where: Path, packages: list[str]) -> None:
        self.where = where
        self.coverage = coverage.Coverage(data_file=None, source=packages, config_file=False)
        self.coverage.start()
        self.context = ""
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        self.fixtures: dict[str, list[str]] = {}

    @contextmanager
    def _in_context(self, name: str) -> Iterator[None]:
        before, self.context = self.context, name
        self.coverage.switch_context(name)
        try:
            yield
        finally:
            self.context = before
            self.coverage.switch_context(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        for name in getattr(item, "fixturenames", ()):
            self.fixtures.setdefault(name, []).append(item.nodeid)
        self._forget()
        start = _used_s()
        with self._in_context(item.nodeid):
            result = yield
        self.seconds[item.nodeid] = _used_s() - start
        return result

    @staticmethod
    def _forget() -> None:
        """What the project remembers from earlier tests would not run again, and so not count for this one."""
        for name, module in [*sys.modules.items()]:
            if name.startswith("ampglow_plugin."):
                for value in vars(module).values():
                    if callable(clear := getattr(value, "cache_clear", None)):
                        clear()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        with self._in_context(f"fixture {fixturedef.argname}"):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Only tests that pass can notice anything."""
        if report.outcome != "passed":
            self.failed.add(report.nodeid)

    def pytest_unconfigure(self) -> None:
        """Write times and lines: file -> line -> numbers of tests."""
        self.coverage.stop()
        usable = [test for test in self.seconds if test not in self.failed]
        number = {test: n for n, test in enumerate(usable)}
        data = self.coverage.get_data()
        lines: dict[str, dict[int, list[int]]] = {}
        for file in data.measured_files():
            found = lines.setdefault(file, {})
            for line, contexts in data.contexts_by_lineno(file).items():
                tests = {
                    test
                    for context in contexts
                    for test in (self.fixtures.get(context[8:], ()) if context.startswith("fixture ") else (context,))
                }
                found[line] = sorted(number[test] for test in tests if test in number)
        seconds = [round(self.seconds[test], 4) for test in usable]
        self.where.write_text(json.dumps({"tests": usable, "seconds": seconds, "lines": lines}), encoding="utf-8")
