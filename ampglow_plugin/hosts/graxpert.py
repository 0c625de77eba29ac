"""GraXpert's command line: what it can be told to do with frames, as a shell script and a batch file.

Without samples GraXpert takes a model from the network and lets that choose the background. With ``-preferences_file``
it lays radial functions through samples that it is given, and needs no network: so nebulae are kept off. Options as
its documentation and its own parser have them: ``-cli -cmd background-extraction -preferences_file -correction
-smoothing -bg -output``, the output without its ending. GraXpert 3.2.0a3, run on a simulated stack.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ampglow_plugin.errors import HostRefused, InputError
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.siril.dialects import LEVELLED
from ampglow_plugin.model.plan import Plan, RemoveGradient
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.writing import one_line, write_bytes, write_text

SHELL, BATCH, RESULTS, SAMPLES = "graxpert.sh", "graxpert.cmd", "results", "samples"
#: median deviations; its surface goes on into a corner without samples: of 6.4 ADU left there 1.0 stay, and a nebula of
#: 60 ADU loses 3 %; with 2, as Siril needs it, 0.5 stay and 10 % are lost
_TOLERANCE: Final = 0.5
#: with fewer the surface is anybody's guess
_LEAST_SAMPLES: Final = 20
_HEAD = (
    "GraXpert subtracts a smooth background from each linear frame, through samples that keep off what is bright.",
    "Look at the _background files that it leaves beside the results: no nebula may be in them.",
)
#: what cmd.exe reads inside quotes
_SPECIAL = '"%!\r\n'


def emit(checked: CheckedPlan, folder: Path, *, force: bool = False) -> tuple[Path, Path]:
    """Write the script for Linux and macOS, and the one for Windows, into ``folder``.

    Raises
    ------
    HostRefused
        Where the plan holds other steps, a path cannot be said in a batch file, or there is too little sky to sample.
    InputError
        Where ``folder`` is not ours to write.
    """
    plan = checked.plan
    calls = list(_calls(plan, folder.absolute()))
    folders.keep_outside(folder, [call.file for call in calls])
    chosen = [_preferences(call) for call in calls]
    _claim(folder, force=force)
    (folder / RESULTS).mkdir()
    (folder / SAMPLES).mkdir()
    for call, preferences in zip(calls, chosen, strict=True):
        write_text(Path(call.samples), preferences)
    comments = (*_HEAD, *(f"ALLOWED although a rule failed: {a.rule}: {a.reason}" for a in plan.allowed))
    plain = [" ".join(one_line(text).split()) for text in comments]
    shell = ["#!/bin/sh", "set -e", *(f"# {text}" for text in plain), 'GRAXPERT="${GRAXPERT:-GraXpert-linux}"']
    shell += [
        f'"$GRAXPERT" {shlex.quote(call.file)} {_OPTIONS} -smoothing {call.step.smoothing:g} '
        f"-preferences_file {shlex.quote(call.samples)} -output {shlex.quote(call.out)}"
        for call in calls
    ]
    batch = ["@echo off", "chcp 65001 > nul", *(f"rem {_batched(text)}" for text in plain)]
    batch += ["if not defined GRAXPERT set GRAXPERT=GraXpert-win64.exe"]
    batch += [
        f'"%GRAXPERT%" "{call.file}" {_OPTIONS} -smoothing {call.step.smoothing:g} '
        f'-preferences_file "{call.samples}" -output "{call.out}" || exit /b 1'
        for call in calls
    ]
    write_text(folder / SHELL, "\n".join(shell) + "\n")
    write_bytes(folder / BATCH, ("\r\n".join(batch) + "\r\n").encode("utf-8"))
    (folder / SHELL).chmod(0o755)
    return folder / SHELL, folder / BATCH


_OPTIONS = "-cli -cmd background-extraction -correction Subtraction -bg"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """One frame, the file of its samples, and its result without the ending."""

    file: str
    samples: str
    out: str
    step: RemoveGradient


def _calls(plan: Plan, folder: Path) -> Iterator[_Call]:
    """One for each frame; frames of one name get results of several."""
    seen: Counter[str] = Counter()
    for i, group in enumerate(plan.groups):
        steps = [step for step in group.steps if isinstance(step, RemoveGradient)]
        if len(steps) != len(group.steps):
            raise HostRefused(
                "GraXpert does not calibrate", where=f"groups[{i}]", fix="emit the calibration for Siril or PixInsight"
            )
        for file in group.frames:
            name = f"{LEVELLED}{Path(file).name.partition('.')[0]}"
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name}_{seen[name]}"
            samples, out = str(folder / SAMPLES / f"{name}.json"), str(folder / RESULTS / name)
            for text in (file, out):
                if set(text) & set(_SPECIAL):
                    what = 'a batch file cannot say a path with one of " % ! in it'
                    raise HostRefused(what, where=text, fix="rename it, or choose another folder")
            yield _Call(file=str(Path(file).absolute()), samples=samples, out=out, step=steps[-1])


def _preferences(call: _Call) -> str:
    """What GraXpert is told of the background: radial functions through samples on the sky."""
    from ampglow_plugin.glow.samples import background_samples
    from ampglow_plugin.pixels import read_pixels

    step = call.step
    tolerance = min(step.tolerance, _TOLERANCE) if step.evidence else step.tolerance
    half, centres = background_samples(read_pixels(call.file).data, per_row=step.samples, tolerance=tolerance)
    if len(centres) < _LEAST_SAMPLES:
        what = f"of its sky {len(centres)} places can be sampled, and {_LEAST_SAMPLES} are needed"
        raise HostRefused(what, where=call.file, fix="set samples by hand, in the window of a program")
    told = {
        "interpol_type_option": "RBF",
        "RBF_kernel": "thin_plate",
        "sample_size": half,
        "background_points": [[x, y, 1] for x, y in centres],
    }
    return json.dumps(told, indent=1) + "\n"


def _claim(folder: Path, *, force: bool) -> None:
    if force and _is_ours(folder):
        for path in (folder / SHELL, folder / BATCH, *(folder / RESULTS).glob("*"), *(folder / SAMPLES).glob("*")):
            path.unlink(missing_ok=True)
        (folder / RESULTS).rmdir()
        (folder / SAMPLES).rmdir()
    folders.check_ours(folder)
    if (folder / folders.MANIFEST).exists():
        what = "the folder holds a script for another program; nothing was changed"
        raise InputError(what, where=str(folder), fix="choose another folder")
    folder.mkdir(parents=True, exist_ok=True)


def _is_ours(folder: Path) -> bool:
    """Whether everything in the folder is what this module wrote, or GraXpert by it."""
    if not folder.is_dir() or {path.name for path in folder.iterdir()} != {SHELL, BATCH, RESULTS, SAMPLES}:
        return False
    inside = [path for name in (RESULTS, SAMPLES) for path in (folder / name).iterdir()]
    results = all(path.is_file() and path.name.startswith(LEVELLED) for path in inside)
    return results and _HEAD[0] in (folder / SHELL).read_text(encoding="utf-8", errors="replace")


def _batched(text: str) -> str:
    return "".join(c for c in text if c not in "%&|<>^!")
