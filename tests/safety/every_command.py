"""Runs every command on a night that lies on a read-only mount, and looks at the night after each.

A program of its own, since it needs a mount namespace: ``python -m tests.safety.every_command NIGHT WORK`` (with
``--here``: without the mount). Prints one JSON object: for each command its exit code, what it said, and what it changed in NIGHT.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click

NOT_PERMITTED = 77


def leaves(group: click.Group | None = None, *above: str) -> Iterator[tuple[str, ...]]:
    """Every command of the command line, by its words."""
    if group is None:
        from ampglow_plugin.cli.main import cli

        group = cli
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        else:
            yield (*above, name)


def cases(night: Path, work: Path) -> dict[tuple[str, ...], list[str]]:
    """Arguments of each command: the night as input, everything that is written below ``work``. In working order."""
    lights, darks = sorted((night / "lights").iterdir()), sorted((night / "darks").iterdir())
    index, dark = f"--index={work / 'index.sqlite'}", str(darks[0])
    plan, run = str(work / "plan.yaml"), str(work / "run")
    from_night = [str(night / "lights"), "--darks", str(night / "darks"), "--flats", str(night / "flats"),
                  "--flat-darks", str(night / "flatdarks")]  # fmt: skip
    return {
        ("headers",): [*map(str, lights), *map(str, darks)],
        ("check",): [str(night)],
        ("match",): ["--lights", str(night / "lights"), "--darks", str(night / "darks"), str(night / "wrong_darks")],
        ("plan",): [*from_night, "-o", plan],
        ("emit",): [plan, "-o", str(work / "emitted")],
        ("run",): [plan, "-o", run, "--engine", "builtin"],
        ("verify",): [run, f"--plot={work / 'proof.png'}"],
        ("report",): [str(night), run, "-o", str(work / "report.html")],
        ("glow",): [dark, f"--plot={work / 'glow.png'}"],
        ("look",): [dark, f"--plot={work / 'look.png'}"],
        ("diagnose",): [str(lights[0]), "--dark", dark],
        ("gradient",): [str(lights[0]), "--last-resort=its raw frames are lost", "-o", str(work / "levelled")],
        ("lint",): [str(night / "script.ssf"), "--fix"],
        ("scan",): [str(night), index, f"--export={work / 'frames.csv'}", "--workers=1"],
        ("library", "show"): [str(night), index, "--for", str(night / "lights"), str(night / "alone"),
                              f"--sequence={work / 'darks.esq'}"],
        ("library", "compare"): [dark, str(darks[1]), f"--plot={work / 'aged.png'}"],
        ("library", "darks"): [str(night / "darks")],
        ("library", "build"): [str(night / "darks"), "-o", str(work / "masters"), index, "--least=3",
                               "--engine=builtin", "--no-pixels"],
        ("stamp",): [str(night / "poor" / "master_dark_180s_-10C_gain120.fit"), "-o", str(work / "stamped")],
        ("watch",): [str(night), "--idle=0.01", "--no-bell", "--darks", str(night / "darks")],
        ("demo",): ["-o", str(work / "demo"), "--engine=builtin"],
        ("rule",): ["AG201"],
        ("schema",): [],
    }  # fmt: skip


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything below ``folder``: kind, permissions, times and content of each entry."""
    found = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        about = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path)] = (about.st_mode, about.st_size, about.st_mtime_ns, about.st_ino, about.st_nlink, content)
    return found


def mount_read_only(folder: Path) -> bool:
    """Bind ``folder`` over itself, read-only for root, too. Needs a namespace of its own (``unshare -m``)."""
    for words in (["mount", "--bind", folder, folder], ["mount", "-o", "remount,ro,bind", folder]):
        if subprocess.run(words, check=False, capture_output=True).returncode:
            return False
    try:
        (folder / "probe").touch()
    except OSError as error:
        return error.errno == errno.EROFS
    return False


def call(words: list[str]) -> tuple[object, str]:
    from ampglow_plugin.cli.main import main

    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            main(words)
    except SystemExit as done:
        return done.code, said.getvalue()
    except Exception:  # noqa: BLE001 - told of with the others
        return "crashed", said.getvalue() + traceback.format_exc(limit=-4)
    return "did not end as programs do", said.getvalue()


def _main() -> None:
    night, work = Path(sys.argv[-2]), Path(sys.argv[-1])
    here = "--here" in sys.argv
    if not here and not mount_read_only(night):
        sys.exit(NOT_PERMITTED)
    os.chdir(night)  # nothing may be written into the working folder either
    before = state(night)
    told = {}
    for command, arguments in cases(night, work).items():
        if here and command == ("demo",):  # has a night of its own
            continue
        code, said = call([*command, *arguments])
        after = state(night)
        changed = sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
        told[" ".join(command)] = {"exit": code, "said": said, "changed": changed, "threads": threading.active_count()}
    print(json.dumps(told))


if __name__ == "__main__":
    _main()
