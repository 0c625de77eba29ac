"""Siril as a host."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.hosts.base import Emission, Inspect, Progress, Reading, silent
from ampglow_plugin.hosts.siril.dialects import DIALECTS, ENGINE, dialect
from ampglow_plugin.model.evidence import HeaderEvidence, LogEvidence
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.rules.checked import CheckedPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class SirilHost:
    """Siril 1.0, 1.2 and 1.4, by scripts (.ssf) for siril-cli and for its window."""

    name: str = "siril"
    versions: tuple[str, ...] = tuple(DIALECTS)
    endings: tuple[str, ...] = (".ssf", ".py")

    def render(self, plan: CheckedPlan, version: str) -> str:
        """The script's text."""
        from ampglow_plugin.hosts.siril.writer import write_script

        return write_script(plan.plan, dialect(version)).text

    def emit(
        self, plan: CheckedPlan, version: str, folder: Path, *, force: bool = False, progress: Progress = silent
    ) -> Emission:
        """Script, links and manifest in ``folder``."""
        from ampglow_plugin.hosts.siril.emitter import emit

        return emit(plan, version, folder, force=force, progress=progress)

    def parse(self, path: Path) -> Reading:
        """Read a script."""
        from ampglow_plugin.hosts.siril.lint import PROGRAM_ENDING, program_reading
        from ampglow_plugin.hosts.siril.reader import read

        return program_reading(path) if path.name.lower().endswith(PROGRAM_ENDING) else read(path)

    def lint(self, path: Path, version: str | None = None) -> tuple[Finding, ...]:
        """Judge a script."""
        from ampglow_plugin.hosts.siril.lint import lint

        return lint(path, version)

    def run(
        self,
        emission: Emission,
        *,
        engine: str,
        program: str | None = None,
        progress: Progress = silent,
        inspect: Inspect | None = None,
    ) -> RunManifest:
        """Run with siril-cli and judge the result."""
        from ampglow_plugin.hosts.siril.runner import run

        return run(emission, engine=engine, program=program, progress=progress, inspect=inspect)

    def installed(self, program: str | None = None, *, engine: str = ENGINE) -> str:
        """The series of the Siril that a run would use: the version to emit for.

        Raises
        ------
        HostMissing
            Where there is none, none of a series that ampglow writes scripts for, or no such engine.
        """
        from ampglow_plugin.hosts.siril.program import find
        from ampglow_plugin.hosts.siril.runner import check_engine

        check_engine(engine)
        return find(program).series

    def header_evidence(
        self, cards: tuple[str, ...], raw_cards: tuple[str, ...] | None, software: str | None
    ) -> HeaderEvidence:
        """Testimony of HISTORY cards."""
        from ampglow_plugin.hosts.siril.evidence import header_evidence

        return header_evidence(cards, raw_cards, software)

    def log_evidence(self, log: str, output_name: str, dark_name: str | None) -> LogEvidence:
        """Testimony of a log."""
        from ampglow_plugin.hosts.siril.evidence import log_evidence

        return log_evidence(log, output_name, dark_name)


SIRIL = SirilHost()
