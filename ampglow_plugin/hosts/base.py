"""What a host is: a program that calibrates, of which we know how to emit, parse, run and read back.

A host formats and never decides. It accepts a :class:`~ampglow_plugin.rules.checked.CheckedPlan` and
nothing else, and refuses (:class:`~ampglow_plugin.errors.HostRefused`) what it cannot say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ampglow_plugin.model.evidence import HeaderEvidence, LogEvidence
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.model.process import Listing
from ampglow_plugin.rules.checked import CheckedPlan

#: called with (what is going on, share done 0..1 or None)
Progress = Callable[[str, float | None], None]


#: called with the masters that were built, by id, before anything is calibrated with them; raises to stop the run
Inspect = Callable[[Mapping[str, Path]], None]


def silent(_what: str, _share: float | None) -> None:
    """A progress callback that shows nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A script read back: the plan it amounts to, and where each of its places stands in the file.

    ``places`` maps plan places (``groups[0].steps[1]``) to line and column. ``recipes`` is the
    number of calibrations found; a script without any is not ours to judge. ``listing`` holds the processes
    of a host whose scripts set parameters.
    """

    plan: Plan
    places: Mapping[str, Where]
    host_version: str | None = None
    listing: Listing | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Emission:
    """Files written by ``emit``: the script, the manifest beside it, and what was linked for them."""

    folder: Path
    script: Path
    manifest_path: Path
    manifest: RunManifest


class Host(Protocol):
    """One calibrating program. Instances are stateless."""

    @property
    def name(self) -> str:
        """The name by which it is chosen: ``siril``."""
        ...

    @property
    def versions(self) -> tuple[str, ...]:
        """The series it can write for, oldest first."""
        ...

    @property
    def endings(self) -> tuple[str, ...]:
        """Endings of the files it can read back, in lower case: ``.ssf``."""
        ...

    def render(self, plan: CheckedPlan, version: str) -> str:
        """The script's text for this plan; no file is touched.

        Raises
        ------
        HostRefused
            Where this version has no way to say what a step asks for.
        """
        ...

    def emit(
        self, plan: CheckedPlan, version: str, folder: Path, *, force: bool = False, progress: Progress = silent
    ) -> Emission:
        """Write the script, the links to its inputs and ``ampglow-run.json`` into ``folder``.

        A folder that holds anything is refused (:class:`~ampglow_plugin.errors.InputError`), unless
        ``emit`` wrote it earlier and ``force`` allows to write it anew.
        """
        ...

    def parse(self, path: Path) -> Reading:
        """Read a script of this host, ours or anyone's."""
        ...

    def lint(self, path: Path) -> tuple[Finding, ...]:
        """Judge a script of this host by the order rules and those of its dialect; () where it does not calibrate."""
        ...

    def run(
        self,
        emission: Emission,
        *,
        engine: str,
        program: str | None = None,
        progress: Progress = silent,
        inspect: Inspect | None = None,
    ) -> RunManifest:
        """Run an emitted script and judge by status, log, files and headers whether it worked.

        ``program`` is the executable to use; None looks for one. ``inspect`` sees the masters that were built before
        lights are calibrated with them, and what it raises ends the run.

        Raises
        ------
        HostMissing
            The program is not there, or not in a version that the script is for.
        HostFailed
            Anything less than full success, with the host's own words.
        """
        ...

    def header_evidence(
        self, cards: tuple[str, ...], raw_cards: tuple[str, ...] | None, software: str | None
    ) -> HeaderEvidence:
        """What HISTORY lines of an output (and of its raw light) testify about the dark."""
        ...

    def log_evidence(self, log: str, output_name: str, dark_name: str | None) -> LogEvidence:
        """What the host's log testifies about the command that wrote ``output_name``."""
        ...


class RunnableHost(Host, Protocol):
    """A host that ampglow can start, by one or several engines."""

    def installed(self, program: str | None = None, *, engine: str) -> str:
        """The version that a run would use, which is the one to emit for.

        Raises
        ------
        HostMissing
            Where it is not there, or not in a version that ampglow writes for.
        """
        ...
