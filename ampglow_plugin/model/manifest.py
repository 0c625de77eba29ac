"""``ampglow-run.json``: what a script was emitted for, so that its outputs can be paired and proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ampglow_plugin.model.plan import Allowance, MasterRole


@dataclass(frozen=True, kw_only=True, slots=True)
class InputFile:
    """One of the user's files: where it is and what it was when the script was made."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MasterFile:
    """A master that the script uses. ``path`` is where it lies once the script has run.

    ``sha256`` of a built one is what the run left there; of a file that is reused it stands in ``inputs``.
    """

    id: str
    role: MasterRole
    path: str
    built: bool
    holds_bias: bool | None = None
    inputs: tuple[InputFile, ...] = ()
    sha256: str | None = None

    @property
    def known_sha256(self) -> str | None:
        """What the file was when the run used it; None where it is not known."""
        return self.sha256 if self.built else next((file.sha256 for file in self.inputs), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputFile:
    """One calibrated frame that the script is to write. Masters are ids of ``RunManifest.masters``."""

    path: str
    group: str
    light: InputFile
    dark: str | None = None
    flat: str | None = None
    bias: str | None = None
    debayered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RunManifest:
    """Inputs with hashes, masters, expected outputs, host and log of one emission.

    Relative paths are relative to the folder that holds the manifest. ``commands`` are the script's
    command words in order; a run is a success only if the host says that it ran each of them.
    ``products`` are further files the script writes (stacks), ``intermediates`` those it writes on the way: aligned
    frames, calibrated frames of masters. ``engine`` ran the script; ``engine_why`` where nobody had named it.
    ``unfinished``: it is being written or run, or was ended in the middle of that.
    """

    manifest: Literal[1] = 1
    tool: str
    plan_sha256: str
    host: str
    host_version: str
    script: str
    commands: tuple[str, ...]
    masters: tuple[MasterFile, ...] = ()
    outputs: tuple[OutputFile, ...] = ()
    products: tuple[str, ...] = ()
    intermediates: tuple[str, ...] = ()
    allowed: tuple[Allowance, ...] = ()
    log: str | None = None
    status: Literal["unfinished", "emitted", "succeeded", "failed"] = "emitted"
    host_program: str | None = None
    engine: str | None = None
    engine_why: str | None = None
    problems: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
