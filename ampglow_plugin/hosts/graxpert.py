"""GraXpert's command line: what it can be told to do with frames, as a shell script and a batch file.

GraXpert chooses the background by itself and takes no samples on its command line. Options as its documentation and
its own parser have them: ``-cli -cmd background-extraction -correction -smoothing -bg -output``, the output without
its ending.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ampglow_plugin.errors import HostRefused, InputError
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.siril.dialects import LEVELLED
from ampglow_plugin.model.plan import Plan, RemoveGradient
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.writing import one_line, write_bytes, write_text

SHELL, BATCH, RESULTS = "graxpert.sh", "graxpert.cmd", "results"
_HEAD = (
    "GraXpert subtracts a smooth background of its own choice from each linear frame.",
    "Look at the _background files that it leaves beside the results: no nebula may be in them.",
)
#: what cmd.exe reads inside quotes
_SPECIAL = '"%!\r\n'


def emit(checked: CheckedPlan, folder: Path, *, force: bool = False) -> tuple[Path, Path]:
    """Write the script for Linux and macOS, and the one for Windows, into ``folder``.

    Raises
    ------
    HostRefused
        Where the plan holds other steps, or a path cannot be said in a batch file.
    InputError
        Where ``folder`` is not ours to write.
    """
    plan = checked.plan
    calls = list(_calls(plan, folder.absolute()))
    folders.keep_outside(folder, [file for file, _ in calls])
    _claim(folder, force=force)
    (folder / RESULTS).mkdir()
    comments = (*_HEAD, *(f"ALLOWED although a rule failed: {a.rule}: {a.reason}" for a in plan.allowed))
    plain = [" ".join(one_line(text).split()) for text in comments]
    shell = ["#!/bin/sh", "set -e", *(f"# {text}" for text in plain), 'GRAXPERT="${GRAXPERT:-GraXpert-linux}"']
    shell += [f'"$GRAXPERT" {shlex.quote(file)} {_OPTIONS} -output {shlex.quote(out)}' for file, out in calls]
    batch = ["@echo off", "chcp 65001 > nul", *(f"rem {_batched(text)}" for text in plain)]
    batch += ["if not defined GRAXPERT set GRAXPERT=GraXpert-win64.exe"]
    batch += [f'"%GRAXPERT%" "{file}" {_OPTIONS} -output "{out}" || exit /b 1' for file, out in calls]
    write_text(folder / SHELL, "\n".join(shell) + "\n")
    write_bytes(folder / BATCH, ("\r\n".join(batch) + "\r\n").encode("utf-8"))
    (folder / SHELL).chmod(0o755)
    return folder / SHELL, folder / BATCH


_OPTIONS = "-cli -cmd background-extraction -correction Subtraction -smoothing 0.5 -bg"


def _calls(plan: Plan, folder: Path) -> Iterator[tuple[str, str]]:
    """(frame, result without its ending); frames of one name get results of several."""
    seen: Counter[str] = Counter()
    for i, group in enumerate(plan.groups):
        if not all(isinstance(step, RemoveGradient) for step in group.steps):
            raise HostRefused(
                "GraXpert does not calibrate", where=f"groups[{i}]", fix="emit the calibration for Siril or PixInsight"
            )
        for file in group.frames:
            name = f"{LEVELLED}{Path(file).name.partition('.')[0]}"
            seen[name] += 1
            out = str(folder / RESULTS / (name if seen[name] == 1 else f"{name}_{seen[name]}"))
            for text in (file, out):
                if set(text) & set(_SPECIAL):
                    what = 'a batch file cannot say a path with one of " % ! in it'
                    raise HostRefused(what, where=text, fix="rename it, or choose another folder")
            yield str(Path(file).absolute()), out


def _claim(folder: Path, *, force: bool) -> None:
    if force and _is_ours(folder):
        for path in (folder / SHELL, folder / BATCH, *(folder / RESULTS).glob("*")):
            path.unlink(missing_ok=True)
        (folder / RESULTS).rmdir()
    folders.check_ours(folder)
    if (folder / folders.MANIFEST).exists():
        what = "the folder holds a script for another program; nothing was changed"
        raise InputError(what, where=str(folder), fix="choose another folder")
    folder.mkdir(parents=True, exist_ok=True)


def _is_ours(folder: Path) -> bool:
    """Whether everything in the folder is what this module wrote, or GraXpert by it."""
    if not (folder / RESULTS).is_dir() or {path.name for path in folder.iterdir()} != {SHELL, BATCH, RESULTS}:
        return False
    results = all(path.is_file() and path.name.startswith(LEVELLED) for path in (folder / RESULTS).iterdir())
    return results and _HEAD[0] in (folder / SHELL).read_text(encoding="utf-8", errors="replace")


def _batched(text: str) -> str:
    return "".join(c for c in text if c not in "%&|<>^!")
