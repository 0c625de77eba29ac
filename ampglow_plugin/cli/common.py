"""What the commands share: ``--json``, ``--strict``, the printing of records, and the exit code."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import click

from ampglow_plugin.errors import AmpglowError, PlanRefused
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.report.records import line, record

#: exit code of a command that could not do its work
COULD_NOT_RUN = 2

F = TypeVar("F", bound=Callable[..., Any])


def output_options(function: F) -> F:
    """``--json`` and ``--strict``, as keyword arguments ``as_json`` and ``strict``.

    JSON lines end with a summary also where the command stops with an error: a refused plan prints its findings.
    """

    @functools.wraps(function)
    def told(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        try:
            return function(*args, as_json=as_json, **kwargs)
        except AmpglowError as error:
            _stopped(error, as_json=as_json)
            raise

    told = click.option("--strict", is_flag=True, help="Warnings count as findings (exit 1).")(told)
    return cast(F, click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout.")(told))


def _stopped(error: AmpglowError, *, as_json: bool) -> None:
    output = Output(as_json=as_json, strict=False, stopped=error.exit_code)
    if isinstance(error, PlanRefused):
        output.count(error.findings)
    output.errors = max(output.errors, 1)
    output.finish()


def tell(text: str, *, err: bool = False) -> None:
    """Print lines that hold names of the user's: whatever could steer a terminal is shown by its number."""
    from ampglow_plugin.report.console import clean

    click.echo("\n".join(map(clean, text.split("\n"))), err=err)


def could_not_run(exit_code: int) -> None:
    """The summary of a command that never began: a wrong option, a disk that refuses."""
    Output(as_json=True, strict=False, errors=1, stopped=exit_code).finish()


def force_option(function: F) -> F:
    """``--force``, as the keyword argument ``force``: an existing file may be replaced."""
    return click.option("--force", is_flag=True, help="Overwrite an existing file.")(function)


@dataclass
class Output:
    """Prints records of one command and works out its exit code.

    ``errors``, ``warnings`` and ``skipped`` count findings (and whatever else a command adds), ``crashed`` rules that
    failed and files that could not be read. ``unjudged``: there was nothing to judge, which is no finding either.
    ``stopped`` is the exit code of the error that ended the command.
    """

    as_json: bool
    strict: bool
    errors: int = 0
    warnings: int = 0
    skipped: int = 0
    crashed: int = 0
    unknown: bool = False
    unjudged: bool = False
    stopped: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    def record(self, kind: str, value: Any) -> None:
        """Print one record as a JSON line (nothing in text mode)."""
        if self.as_json:
            click.echo(line(record(kind, value)))

    def count(self, findings: Iterable[Finding]) -> None:
        """Count findings towards summary and exit code, and print them as records in JSON mode."""
        for f in findings:
            self.record("finding", f)
            if f.ignored is not None:
                continue
            self.crashed += f.outcome == "crashed"
            self.skipped += f.outcome == "skipped"
            self.errors += f.outcome == "failed" and f.severity == "error"
            self.warnings += f.outcome == "failed" and f.severity == "warning"

    @property
    def exit(self) -> int:
        """0 clean, 1 findings or a vital unknown, 2 where a rule crashed."""
        if self.crashed:
            return 2
        if self.stopped:
            return self.stopped
        return int(bool(self.errors or self.unknown or (self.strict and self.warnings)))

    @property
    def verdict(self) -> str:
        """``go``, ``no_go`` or ``unknown``; what could not run, or crashed, has found nothing out."""
        if self.stopped == COULD_NOT_RUN:
            return "unknown"
        if self.errors:
            return "no_go"
        return "unknown" if self.unknown or self.unjudged or self.crashed else "go"

    def finish(self) -> int:
        """Print the summary record; the value is the exit code the command returns."""
        self.record(
            "summary",
            {
                "verdict": self.verdict,
                "errors": self.errors + self.crashed,
                "warnings": self.warnings,
                "skipped": self.skipped,
                "exit": self.exit,
                **self.more,
            },
        )
        return self.exit
