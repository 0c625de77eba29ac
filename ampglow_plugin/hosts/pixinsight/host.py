"""PixInsight as a host. It is a program with a window and a licence of its own: the user runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import HostMissing
from ampglow_plugin.hosts.base import Emission, Inspect, Progress, Reading, silent
from ampglow_plugin.knowledge.pixinsight import SERIES
from ampglow_plugin.model.evidence import HeaderEvidence, LogEvidence
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.rules.checked import CheckedPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class PixInsightHost:
    """PixInsight 1.8.9, 1.9.3 and 1.9.4, by process icons (.xpsm) and scripts (.js)."""

    name: str = "pixinsight"
    versions: tuple[str, ...] = tuple(SERIES)
    endings: tuple[str, ...] = (".xpsm", ".xosm", ".js", ".jsh", ".log")

    def render(self, plan: CheckedPlan, version: str) -> str:
        """The icons' text. No file is opened, so defects are found in the lights, not by a level of the dark."""
        from ampglow_plugin.hosts.pixinsight.emitter import render

        return render(plan.plan, version)[0]

    def emit(
        self, plan: CheckedPlan, version: str, folder: Path, *, force: bool = False, progress: Progress = silent
    ) -> Emission:
        """Icons, script, manifest and the folders they write into."""
        from ampglow_plugin.hosts.pixinsight.emitter import emit

        return emit(plan, version, folder, force=force, progress=progress)

    def parse(self, path: Path) -> Reading:
        """Read icons (.xpsm), a script (.js) or a console log (.log)."""
        from ampglow_plugin.hosts.pixinsight.reader import read

        return read(path)

    def lint(self, path: Path) -> tuple[Finding, ...]:
        """Judge icons, a script or a log."""
        from ampglow_plugin.hosts.pixinsight.lint import lint

        return lint(path)

    def run(
        self,
        emission: Emission,
        *,
        engine: str,  # noqa: ARG002 - the protocol's; there is no engine to choose
        program: str | None = None,  # noqa: ARG002
        progress: Progress = silent,  # noqa: ARG002
        inspect: Inspect | None = None,  # noqa: ARG002
    ) -> RunManifest:
        """PixInsight is run by its user.

        Raises
        ------
        HostMissing
            Always, with the words to run it.
        """
        raise HostMissing(
            "PixInsight needs its window and its licence, so ampglow does not start it: you run it",
            where=str(emission.script),
            fix=f"In PixInsight: Script > Execute Script File > {emission.script.name}. Or in a terminal: "
            f'PixInsight -n --automation-mode -r="{emission.script}" --force-exit. '
            f"Then: ampglow verify {emission.folder}",
        )

    def header_evidence(
        self, cards: tuple[str, ...], raw_cards: tuple[str, ...] | None, software: str | None
    ) -> HeaderEvidence:
        """Testimony of HISTORY lines (PixInsight up to 1.9.2); see ``evidence.file_evidence`` for whole files."""
        from ampglow_plugin.hosts.pixinsight.evidence import header_evidence

        return header_evidence(cards, raw_cards, software)

    def log_evidence(self, log: str, output_name: str, dark_name: str | None) -> LogEvidence:
        """Testimony of the ``result.json`` that the script wrote, or of a console log."""
        from ampglow_plugin.hosts.pixinsight.evidence import log_evidence

        return log_evidence(log, output_name, dark_name)


PIXINSIGHT = PixInsightHost()
