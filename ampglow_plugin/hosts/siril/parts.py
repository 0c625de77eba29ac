"""A script in two parts, so that its masters can be looked at before anything is calibrated with them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ampglow_plugin.hosts.base import Progress
from ampglow_plugin.hosts.siril.log import FINISHED, read_log
from ampglow_plugin.hosts.siril.process import Finished
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.writing import write_text

#: key of ``RunManifest.settings``: number of the last line of the script that builds masters
MASTERS_END = "masters_end_line"
#: the parts as Siril reads them, and the log of the second; they are there only while it works
MASTERS_SCRIPT, LIGHTS_SCRIPT, LIGHTS_LOG = "ampglow-masters.ssf", "ampglow-lights.ssf", "ampglow-lights.log"

#: runs a script: its file, its commands, its log, and how progress is told
Give = Callable[[Path, tuple[str, ...], Path, Progress], Finished]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """Texts and commands of the two parts; the second starts with the script's ``requires`` as well."""

    masters: str
    lights: str
    master_commands: tuple[str, ...]
    light_commands: tuple[str, ...]


def parts_of(manifest: RunManifest, text: str) -> Parts | None:
    """The two parts of the script ``text``; None where it builds no dark, or nothing is calibrated after it."""
    end = int(manifest.settings.get(MASTERS_END, "0"))
    if not end or not manifest.outputs or not any(m.built and m.role == "dark" for m in manifest.masters):
        return None
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]  # as Siril does: other line ends are none
    count = sum(_is_command(line) for line in lines[:end])
    requires = next(line for line in lines if _is_command(line))
    return Parts(
        masters="".join(lines[:end]),
        lights="".join((requires, *lines[end:])),
        master_commands=manifest.commands[:count],
        light_commands=(manifest.commands[0], *manifest.commands[count:]),
    )


def _is_command(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def run_parts(  # noqa: PLR0913 - what a run in parts consists of
    parts: Parts, folder: Path, log: Path, *, give: Give, between: Callable[[], None], progress: Progress
) -> Finished:
    """Run both parts, with ``between`` after the first; one log and one result, as if it had been one script.

    Where the first part fails, its result stands for the whole. What ``between`` raises ends the run.
    """
    share = len(parts.master_commands) / (len(parts.master_commands) + len(parts.light_commands))
    files = {folder / MASTERS_SCRIPT: parts.masters, folder / LIGHTS_SCRIPT: parts.lights}
    second_log = folder / LIGHTS_LOG
    try:
        for file, text in files.items():
            write_text(file, text)
        first, second = files
        built = give(first, parts.master_commands, log, _within(progress, 0.0, share))
        if built.status or not read_log(built.output).finished:
            return built
        between()
        done = give(second, parts.light_commands, second_log, _within(progress, share, 1.0))
        # of two endings only the last one means that all was done
        return replace(done, output=built.output.replace(FINISHED, "The masters are built.") + done.output)
    finally:
        with contextlib.suppress(FileNotFoundError), log.open("a", encoding="utf-8", newline="\n") as whole:
            whole.write(second_log.read_text(encoding="utf-8"))
        for file in (*files, second_log):
            file.unlink(missing_ok=True)


def _within(progress: Progress, start: float, end: float) -> Progress:
    return lambda what, part: progress(what, None if part is None else start + part * (end - start))
