"""Every error that ampglow raises on purpose.

::

    AmpglowError                 what happened, where, what to do next
    |-- InputError               something the user gave cannot be used
    |   |-- UnreadableFrame      a file that is not a readable frame
    |   |   `-- Stalled          its disk does not answer
    |   |-- UnsupportedFile      a known format that holds no usable header (JPEG, camera RAW, SER ...)
    |   `-- FormatError          a plan, manifest or table with wrong fields; names every place at once
    |-- PlanRefused              rules found errors; carries the findings; nothing was written
    |-- HostRefused              the host cannot say what the plan asks for
    `-- HostError                the host could not be run, or ran and did not do the work
        |-- HostMissing          the program is not installed, or not in this version
        `-- HostFailed           it ran and failed; quotes what it said

The command line prints ``what``, ``where`` and ``fix`` and ends with exit code 2, except for
:class:`PlanRefused`, which is a finding about the user's frames and ends with 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the annotation only: errors stand below every other package
    from ampglow_plugin.model.finding import Finding


class AmpglowError(Exception):
    """Base of all errors: what happened, where, and what to do about it."""

    exit_code = 2

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.fix}" if self.fix else text


class InputError(AmpglowError):
    """Something the user gave cannot be used as it is."""


class UnreadableFrame(InputError):
    """A file that should be a frame but cannot be read as one."""


class Stalled(UnreadableFrame):
    """A file, or a folder, whose disk gave no answer in time; it may when it is asked again."""


class UnsupportedFile(InputError):
    """A file of a known format that ampglow does not read; ``fix`` names the file to use instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One wrong place of a structured document: ``groups[1].steps[0].dark``: what is wrong there."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place or 'document'}: {self.what}"


class FormatError(InputError):
    """A structured document (plan, manifest, table) with problems; all of them at once."""

    def __init__(self, problems: Sequence[Problem], *, where: str | None = None, fix: str | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(p) for p in self.problems), where=where, fix=fix)


class PlanRefused(AmpglowError):
    """The plan breaks rules. Nothing was written. ``findings`` holds each reason."""

    exit_code = 1

    def __init__(
        self, what: str, findings: Sequence[Finding], *, where: str | None = None, fix: str | None = None
    ) -> None:
        self.findings = tuple(findings)
        super().__init__(what, where=where, fix=fix)


class HostRefused(AmpglowError):
    """A host that has no way to express a step of the plan, in the version asked for."""


class HostError(AmpglowError):
    """A host program could not be run, or did not do its work."""


class HostMissing(HostError):
    """The host program is not installed, cannot be started, or has an unsupported version."""


class HostFailed(HostError):
    """The host ran and did not do what it was asked; ``quotes`` holds its own words."""

    def __init__(
        self, what: str, *, quotes: Sequence[str] = (), where: str | None = None, fix: str | None = None
    ) -> None:
        self.quotes = tuple(quotes)
        super().__init__(what, where=where, fix=fix)
