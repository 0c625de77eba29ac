"""The embedded engine as a host."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts.base import Emission, Inspect, Progress, Reading, silent
from ampglow_plugin.model.evidence import HeaderEvidence, LogEvidence
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.rules.checked import CheckedPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class BuiltinHost:
    """Runs a plan with numpy; aligns with sep, astroalign and scipy. Its script is the plan itself."""

    name: str = "builtin"
    versions: tuple[str, ...] = ("1",)
    endings: tuple[str, ...] = ()

    def render(self, plan: CheckedPlan, version: str) -> str:
        """The work in words, one line a step."""
        from ampglow_plugin.hosts.builtin.emitter import check_version, render

        check_version(version)
        return render(plan.plan)

    def emit(
        self, plan: CheckedPlan, version: str, folder: Path, *, force: bool = False, progress: Progress = silent
    ) -> Emission:
        """Plan and manifest in ``folder``."""
        from ampglow_plugin.hosts.builtin.emitter import emit

        return emit(plan, version, folder, force=force, progress=progress)

    def parse(self, path: Path) -> Reading:
        """Read a plan file."""
        from ampglow_plugin.planning.text import from_yaml

        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot be read: {error}", where=str(path)) from error
        return Reading(plan=from_yaml(text, where=str(path)), places={}, host_version=self.versions[-1])

    def lint(self, path: Path) -> tuple[Finding, ...]:
        """Judge a plan file by the order rules."""
        from ampglow_plugin.rules.base import Context
        from ampglow_plugin.rules.pipeline import RULES
        from ampglow_plugin.rules.runner import run_rules

        return run_rules(Context(plan=self.parse(path).plan), RULES)

    def installed(self, program: str | None = None, *, engine: str) -> str:  # noqa: ARG002 - the protocol's
        """The engine's version; it is always there."""
        return self.versions[-1]

    def run(
        self,
        emission: Emission,
        *,
        engine: str,
        program: str | None = None,  # noqa: ARG002 - the protocol's; there is no program to choose
        progress: Progress = silent,
        inspect: Inspect | None = None,
    ) -> RunManifest:
        """Carry out the plan."""
        from ampglow_plugin.hosts.builtin.runner import run

        return run(emission, engine=engine, progress=progress, inspect=inspect)

    def header_evidence(
        self, cards: tuple[str, ...], raw_cards: tuple[str, ...] | None, software: str | None
    ) -> HeaderEvidence:
        """Testimony of HISTORY cards."""
        from ampglow_plugin.hosts.builtin.evidence import header_evidence

        return header_evidence(cards, raw_cards, software)

    def log_evidence(self, log: str, output_name: str, dark_name: str | None) -> LogEvidence:
        """Testimony of a log."""
        from ampglow_plugin.hosts.builtin.evidence import log_evidence

        return log_evidence(log, output_name, dark_name)


BUILTIN = BuiltinHost()
