"""Kills at random moments: nothing is harmed, nothing half-written has its final name, and the same words end the work.

``python -m tests.soak.kills [--kills 200] [--seed 1]``, a part of ``make soak``. ``scan``, ``library build``, ``run`` (the
embedded engine, and Siril where it is found) and ``emit`` are started as a user starts them, ended by SIGKILL, looked at,
and started again with the same words. What stands under a final name is compared with what an undisturbed run wrote.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

from ampglow_plugin.catalog.index import Index
from ampglow_plugin.hosts.folder import MANIFEST
from ampglow_plugin.simulate import Truth, make_night

#: what differs between two undisturbed runs: when, and how long
_VOLATILE = ("DATE", "CHECKSUM", "DATASUM", "AGSECS", "AGHEADER", "HISTORY", "COMMENT", "")
#: for what was killed, and what it had started, to be gone
_GONE_S = 20.0
_LOOK_S = 0.005
#: for a command to end, beside a multiple of what it takes undisturbed
_LONGEST_S = 120.0
#: where a command's messages are kept
_SAID = "said.txt"
_MARK = "AMPGLOW_KILLED_BY"


@dataclass(kw_only=True)
class Task:
    """One command, made to work in ``home``: words, the folder that grows while it works, and what must hold.

    ``holds(home)`` looks at what a kill left, ``complete(home)`` at the end; ``answer`` is what an undisturbed run
    says: exit code, time in seconds, size of what it wrote.
    """

    name: str
    words: Callable[[Path], list[str]]
    grows: Callable[[Path], Path]
    holds: Callable[[Path], None]
    complete: Callable[[Path], None]
    answer: tuple[int, float, int] = (0, 0.0, 0)
    kills: int = 0
    ended: int = 0
    finished: Counter[str] = field(default_factory=Counter)


def soak(
    folder: Path, kills: int, seed: int, *, siril: str | None = None, say: Callable[[str], None] = lambda _: None
) -> list[Task]:
    """Kill the tasks in turn until each was killed its part of ``kills`` times.

    Raises
    ------
    AssertionError
        With the task, the moment, and what does not hold.
    """
    tasks = make_tasks(folder, siril)
    chance = random.Random(seed)
    for task in tasks:
        _undisturbed(task, folder)
        code, seconds, size = task.answer
        say(f"{task.name}: exit {code}, {seconds:.1f} s, {size} bytes")
    number = 0
    while (done := sum(task.kills for task in tasks)) < kills:
        task = min(tasks, key=lambda t: t.kills + t.ended / 10)
        number += 1
        home = folder / f"{number:04d}"
        home.mkdir()
        share = chance.random()
        try:
            _kill(task, home, share, chance.random() * 0.03)
        except AssertionError as error:
            raise AssertionError(f"{task.name}, killed at {share:.3f} of its work in {home}: {error}") from error
        shutil.rmtree(home)
        if done % 10 == 9:
            say(f"{done + 1} of {kills}")
    return tasks


def _undisturbed(task: Task, folder: Path) -> None:
    home = folder / f"whole {task.name}"
    home.mkdir()
    began = time.monotonic()
    mark = uuid.uuid4().hex
    running, until = _start(task, home, mark), began + _LONGEST_S
    size = 0
    while running.poll() is None:
        size = max(size, _size(task.grows(home)))
        assert time.monotonic() < until, _stall(task, home, mark, "undisturbed")
        time.sleep(_LOOK_S)
    assert running.returncode in (0, 1), _said(home)
    task.answer = (running.returncode, time.monotonic() - began, max(size, _size(task.grows(home))))
    task.complete(home)


def _kill(task: Task, home: Path, share: float, more_s: float) -> None:
    """Start, kill when ``share`` of the work is done, look, start again, look."""
    mark = uuid.uuid4().hex
    code, seconds, size = task.answer
    running = _start(task, home, mark)
    if share < 0.1:  # before anything is written
        time.sleep(seconds * share)
    else:
        until = time.monotonic() + _longest_s(task)
        while running.poll() is None and _size(task.grows(home)) < size * (share - 0.1) / 0.9:
            assert time.monotonic() < until, _stall(task, home, mark, "before the kill")
            time.sleep(_LOOK_S)
        time.sleep(more_s)
    running.send_signal(signal.SIGKILL)
    running.wait()
    if running.returncode == -signal.SIGKILL:
        task.kills += 1
    else:
        assert running.returncode == code, _said(home)
        task.ended += 1
    task.holds(home)
    again = _start(task, home, mark)  # at once: what was left behind must not meet it
    try:
        again.wait(_longest_s(task))
    except subprocess.TimeoutExpired:
        raise AssertionError(_stall(task, home, mark, "started again")) from None
    said = _said(home)
    assert "Traceback" not in said, said
    if again.returncode == 2 and (status := _status(task.grows(home))) in ("emitted", "succeeded"):
        assert "holds" in said, said  # it had come to its end
        task.finished[status] += 1
    else:
        assert again.returncode == code, said
        task.finished["again"] += 1
    task.complete(home)
    _all_gone(mark)


def _start(task: Task, home: Path, mark: str) -> subprocess.Popen[bytes]:
    """What it says goes to a file: a pipe would keep us until everything it started is gone, and hide what is not."""
    words = [sys.executable, "-X", "faulthandler", "-m", "ampglow_plugin", *task.words(home)]
    environ = {**os.environ, _MARK: mark, "XDG_CACHE_HOME": str(home / "cache"), "TMPDIR": str(home)}
    environ |= {"OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200"}
    with (home / _SAID).open("wb") as said:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, env=environ)


def _said(home: Path) -> str:
    return (home / _SAID).read_text(encoding="utf-8", errors="replace")


def _longest_s(task: Task) -> float:
    """Twenty times what it takes undisturbed: a busy machine is no stall."""
    return _LONGEST_S + 20 * task.answer[1]


def _stall(task: Task, home: Path, mark: str, when: str) -> str:
    """Which processes are still there, what they wait for, and where Python is in each; they are ended."""
    lines = [f"{task.name} stalled, {when}"]
    left = [pid for pid in _marked(mark) if pid != os.getpid()]
    for pid in left:
        lines.append(f"process {pid}: {_of(pid, 'cmdline').replace(chr(0), ' ')}")
        status = dict(line.partition(":")[::2] for line in _of(pid, "status").splitlines())
        lines.append("  " + ", ".join(f"{key} {status.get(key, '?').strip()}" for key in ("State", "PPid", "SigIgn")))
        for thread in sorted(Path(f"/proc/{pid}/task").glob("*")):
            inside = " < ".join(line.split()[-1] for line in _of(int(thread.name), "stack").splitlines())
            lines.append(f"  thread {thread.name}: {_of(int(thread.name), 'wchan')}; {inside or 'stack not readable'}")
        for entry in sorted(Path(f"/proc/{pid}/fd").glob("*"), key=lambda e: int(e.name)):
            with contextlib.suppress(OSError):
                lines.append(f"  {entry.name} -> {entry.readlink()}")
    for pid in left:  # faulthandler writes where Python is, into what it says
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGABRT)
    until = time.monotonic() + _GONE_S
    while set(left) & set(_marked(mark)) and time.monotonic() < until:
        time.sleep(0.05)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return "\n".join([*lines, "it said:", _said(home)])


def _of(pid: int, what: str) -> str:
    try:
        return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _status(folder: Path) -> str:
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["status"])
    except FileNotFoundError:
        return "none"


def _size(folder: Path) -> int:
    """Grows with the work: bytes, and files."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += 4096 + os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - fast
            except FileNotFoundError:
                continue
    return total


def _all_gone(mark: str) -> None:
    """No process is left of those that were started with ``mark``, nor of what they started."""
    until = time.monotonic() + _GONE_S
    while left := [pid for pid in _marked(mark) if pid != os.getpid()]:
        assert time.monotonic() < until, f"left behind: {[Path(f'/proc/{pid}/cmdline').read_bytes() for pid in left]}"
        time.sleep(0.05)


def _marked(mark: str) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark.encode() in (entry / "environ").read_bytes():
                    yield int(entry.name)
            except OSError:
                continue


# ------------------------------------------------------------------------------------- the tasks


def make_tasks(folder: Path, siril: str | None = None) -> list[Task]:
    """The frames and plans in ``folder``, and each command on them; ``siril`` is a siril-cli."""
    truth = Truth(width=240, height=160, star_count=20, seed=5)
    night = make_night(folder / "night", truth, lights=4, darks=5, flats=5, flatdarks=5).folder
    more = folder / "more"
    for number in range(12):  # more batches than are read before processes are started
        other = Truth(width=32, height=24, star_count=0, exposure_s=30.0 + number, seed=number)
        make_night(more / f"{number:02d}", other, lights=0, darks=6, flats=0, flatdarks=0)
    masters = folder / "for masters"
    for number in range(3):
        other = Truth(width=240, height=160, star_count=0, exposure_s=100.0 + number, seed=number)
        make_night(masters / f"{number}", other, lights=0, darks=5, flats=0, flatdarks=0)
    plan = folder / "plan.yaml"
    words = [sys.executable, "-m", "ampglow_plugin", "plan", str(night), "--stack", "-o", str(plan)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert plan.is_file(), done.stderr
    tasks = [
        _scan(folder, more),
        _build(folder, "library build", masters, ["--engine", "builtin"]),
        _run(folder, "run, embedded", plan, ["--engine", "builtin"]),
        _emit(folder, plan),
    ]
    if siril is not None:
        tasks += [
            _run(folder, "run, Siril", plan, ["--siril", siril]),
            _run(folder, "run, Siril's pipes", plan, ["--siril", siril, "--engine", "pysiril"]),
            _build(folder, "library build, Siril", masters, ["--siril", siril]),
        ]
    return tasks


def _scan(folder: Path, frames: Path) -> Task:
    def index(home: Path) -> Path:
        return home / "index" / "index.sqlite"

    def rows(home: Path) -> dict[str, Any]:
        database = sqlite3.connect(index(home))
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        database.close()
        with Index(index(home)) as opened:
            return {frame.path: (frame, role) for frame, role in opened.frames()}

    def expected() -> dict[str, Any]:
        return rows(folder / "whole scan")

    def holds(home: Path) -> None:
        if index(home).exists():
            found, whole = rows(home), expected()
            assert found.items() <= whole.items()

    def complete(home: Path) -> None:
        found = rows(home)
        assert set(found) == {str(path) for path in frames.rglob("*.fits")}
        assert found == expected()

    words = ["scan", str(frames), "--workers", "2"]
    return Task(
        name="scan",
        words=lambda home: [*words, "--index", str(index(home))],
        grows=lambda home: index(home).parent,
        holds=holds,
        complete=complete,
    )


def _build(folder: Path, name: str, frames: Path, engine: list[str]) -> Task:
    def masters(home: Path) -> Path:
        return home / "masters"

    def complete(home: Path) -> None:
        _as_undisturbed(masters(home), masters(folder / f"whole {name}"), whole=True)
        assert len(list(masters(home).glob("*.fit"))) == 3

    words = ["library", "build", str(frames), *engine]
    return Task(
        name=name,
        words=lambda home: [*words, "-o", str(masters(home)), "--index", str(home / "index.sqlite")],
        grows=masters,
        holds=lambda home: _as_undisturbed(masters(home), masters(folder / f"whole {name}")),
        complete=complete,
    )


def _run(folder: Path, name: str, plan: Path, engine: list[str]) -> Task:
    def out(home: Path) -> Path:
        return home / "run"

    def complete(home: Path) -> None:
        _as_undisturbed(out(home), out(folder / f"whole {name}"), whole=True)
        assert _status(out(home)) == "succeeded"

    return Task(
        name=name,
        words=lambda home: ["run", str(plan), "-o", str(out(home)), *engine],
        grows=out,
        holds=lambda home: _as_undisturbed(out(home), out(folder / f"whole {name}")),
        complete=complete,
    )


def _emit(folder: Path, plan: Path) -> Task:
    def out(home: Path) -> Path:
        return home / "script"

    def complete(home: Path) -> None:
        _as_undisturbed(out(home), out(folder / "whole emit"), whole=True)
        assert _status(out(home)) == "emitted"

    def holds(home: Path) -> None:
        _as_undisturbed(out(home), out(folder / "whole emit"))
        if _status(out(home)) == "emitted":  # it says that it is complete
            assert _named(out(home)) == _named(out(folder / "whole emit"))

    words = ["emit", str(plan), "--host-version", "1.4"]
    return Task(
        name="emit", words=lambda home: [*words, "-o", str(out(home))], grows=out, holds=holds, complete=complete
    )


def _as_undisturbed(folder: Path, whole_folder: Path, *, whole: bool = False) -> None:
    """Each file of a final name is what an undisturbed run wrote; with ``whole`` all are there, and no leftovers."""
    found, expected = _named(folder), _named(whole_folder)
    assert found <= expected, f"not written by an undisturbed run: {sorted(found - expected)}"
    for name in found:
        assert _content(folder / name) == _content(whole_folder / name), f"{name} is not what it should be"
    if whole:
        assert found == expected, f"missing: {sorted(expected - found)}"
        kept = {path.name for path in folder.rglob(".*")}
        assert kept <= {".ampglow-build.lock"}, f"left over: {kept}"


def _named(folder: Path) -> set[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return {str(name) for name in names if not any(part.startswith(".") for part in name.parts)}


def _content(path: Path) -> object:
    """What two undisturbed runs have in common: pixels and cards of frames, targets of links, bytes of the rest."""
    if path.is_symlink():
        assert path.exists(), f"{path} leads nowhere"
        return str(path.resolve().name)
    if path.suffix == ".fit":
        with fits.open(path, mode="readonly", memmap=False, checksum=True) as units:  # a wrong sum is a warning
            header, data = units[0].header, units[0].data
            assert path.stat().st_size % 2880 == 0
            cards = sorted(f"{card.keyword} {card.value}" for card in header.cards if _lasting(card.keyword))
            return cards, data.shape, hashlib.sha256(np.ascontiguousarray(data).tobytes()).hexdigest()
    if path.name == MANIFEST:
        return json.loads(path.read_text(encoding="utf-8"))["plan_sha256"]
    if path.suffix in (".yaml", ".ssf"):
        return path.read_bytes()
    return None  # logs, and Siril's own files about a sequence: times, paths, measures in the order of its threads


def _lasting(keyword: str) -> bool:
    return keyword not in _VOLATILE and not keyword.startswith("HIERARCH")


def main() -> None:
    """Print what was done."""
    from tests.conftest import find_siril

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    siril = find_siril("1.4")
    with tempfile.TemporaryDirectory(prefix="ampglow-kills-") as name:
        tasks = soak(Path(name), options.kills, options.seed, siril=siril, say=lambda text: print(text, flush=True))
    for task in tasks:
        ends = ", ".join(f"{count} {what}" for what, count in sorted(task.finished.items()))
        print(f"{task.name:22} {task.kills:4} kills, {task.ended} ended before; then: {ends}")
    left = "" if siril else "; no Siril 1.4 was found"
    print(f"{sum(task.kills for task in tasks)} kills: nothing harmed, nothing half-written, nothing left behind{left}")


if __name__ == "__main__":
    main()
