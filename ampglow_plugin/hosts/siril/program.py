"""Which siril-cli is there, in which version, and how it has to be started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import HostMissing
from ampglow_plugin.hosts.siril.dialects import DIALECTS, Series
from ampglow_plugin.hosts.siril.ending import end
from ampglow_plugin.waiting import seconds_of

#: environment variable that names the siril-cli to use
VARIABLE = "AMPGLOW_SIRIL"
#: environment variable: how long a Siril may say nothing before it is taken for hung (s); 0 for ever
SILENCE_VARIABLE = "AMPGLOW_SILENCE_S"
FLATPAK_ID = "org.siril.Siril"
#: a start takes a fraction of a second; a flatpak's first one a few
ASK_TIMEOUT_S = 60.0
HOW_TO_GET = (
    "install Siril 1.0, 1.2 or 1.4 (Debian, Ubuntu: apt install siril; others: https://siril.org/download), "
    f"or name its siril-cli with --siril PATH or {VARIABLE}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """A Siril that answered: the words that start it, and its version (``1.4.2``)."""

    command: tuple[str, ...]
    version: str
    series: Series


def environment(temporary: Path | None = None) -> dict[str, str]:
    """Siril's environment: English messages whatever the user's language, and a temporary folder of its own.

    ``LC_ALL=C`` also wins over the language in Siril's settings.
    """
    values = {**os.environ, "LC_ALL": "C", "LANG": "C"}
    values.pop("LANGUAGE", None)
    if temporary is not None:
        values |= {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)}
    return values


def is_named(named: str | None = None) -> bool:
    """Whether the user said which Siril to use; no other one takes its place then."""
    return bool(named or os.environ.get(VARIABLE))


def find(named: str | None = None) -> Program:
    """The Siril to use: ``named``, else the one in AMPGLOW_SIRIL, else the first that is found.

    Raises
    ------
    HostMissing
        Where none is there, it does not start, or its version is not one ampglow writes scripts for.
    """
    chosen = named or os.environ.get(VARIABLE)
    if chosen:
        path = shutil.which(chosen)
        if path is None:
            raise HostMissing("is not a program that can be started", where=chosen, fix=HOW_TO_GET)
        return _ask((path,))
    refused: HostMissing | None = None
    for command in _candidates(os.environ):
        try:
            return _ask(command)
        except HostMissing as error:
            refused = refused or error
    if refused is not None:
        raise refused
    raise HostMissing("Siril is not installed, or not where it usually is", fix=HOW_TO_GET)


def _candidates(environ: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Commands that may start a siril-cli, the usual one first."""
    found = shutil.which("siril-cli")
    if found:
        yield (found,)
    if sys.platform == "darwin":
        for applications in (Path("/Applications"), Path.home() / "Applications"):
            program = applications / "Siril.app/Contents/MacOS/siril-cli"
            if program.is_file():
                yield (str(program),)
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            for place in ("Siril/bin/siril-cli.exe", "SiriL/bin/siril-cli.exe", "Programs/Siril/bin/siril-cli.exe"):
                program = Path(environ.get(variable, "")) / place
                if environ.get(variable) and program.is_file():
                    yield (str(program),)
    flatpak = shutil.which("flatpak")
    if flatpak and _installed(flatpak):
        yield (flatpak, "run", "--command=siril-cli", FLATPAK_ID)


def _installed(flatpak: str) -> bool:
    try:
        answer = subprocess.run(  # noqa: S603 - a list of words, no shell
            [flatpak, "info", FLATPAK_ID],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASK_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _ask(command: tuple[str, ...]) -> Program:
    """Ask for the version; where Siril wants a display and there is none, once more under xvfb-run."""
    answer = _version(command)
    if answer is None or not answer[0]:
        says = answer[1] if answer else ""
        if "display" not in says.lower():
            raise HostMissing(f"does not start{': ' + says if says else ''}", where=command[0], fix=HOW_TO_GET)
        virtual = shutil.which("xvfb-run")
        if virtual is None:
            raise HostMissing(
                "this siril-cli needs a display even in a terminal (1.2.5 and 1.2.6 do), and there is none",
                where=command[0],
                fix="install xvfb (Debian, Ubuntu: apt install xvfb), or use Siril 1.4",
            )
        command = (virtual, "-a", *command)
        answer = _version(command)
        if answer is None or not answer[0]:
            says = answer[1] if answer else ""
            raise HostMissing(f"does not start under xvfb-run: {says}", where=command[2], fix=HOW_TO_GET)
    version = answer[0]
    found = DIALECTS.get(".".join(version.split(".")[:2]))  # development tags between the series are none of them
    if found is None:
        raise HostMissing(
            f"is Siril {version}; ampglow works with {', '.join(DIALECTS)}",
            where=command[0],
            fix="install one of these beside it and name its siril-cli with --siril PATH",
        )
    return Program(command=command, version=version, series=found.series)


def _version(command: tuple[str, ...]) -> tuple[str, str] | None:
    """(version or "", what was said), or None where it could not be started at all."""
    try:
        child = subprocess.Popen(  # noqa: S603 - a list of words, no shell
            [*command, "-v"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment(),
            start_new_session=os.name == "posix",  # what it has started (xvfb-run does) can then be ended with it
        )
    except OSError as error:
        return "", str(error)
    with child:
        try:
            limit_s = min(ASK_TIMEOUT_S, seconds_of(SILENCE_VARIABLE, ASK_TIMEOUT_S))
            told, complained = child.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            return "", f"it did not answer within {limit_s:g} s and was ended"
        finally:
            end(child)
    said = f"{told}\n{complained}".strip()
    found = re.search(r"siril\s+v?(\d+\.\d+(?:\.\d+)?)", told, re.IGNORECASE)
    if child.returncode != 0 or found is None:
        return "", said.splitlines()[-1] if said else ""
    return found[1], said
