"""The readers of files that strangers make, each as one function of a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ampglow_plugin.errors import AmpglowError


@dataclass(frozen=True, slots=True)
class Reader:
    """``read`` takes a file whose name ends in ``ending``; anything but an :class:`AmpglowError` is a defect."""

    ending: str
    read: Callable[[Path], Any]


def _header(path: Path) -> None:
    from ampglow_plugin.headers import read_cards, read_frame
    from ampglow_plugin.headers.many import FrameReader

    both: list[Any] = []
    for how in (read_frame, FrameReader().read):
        try:
            both.append(how(path))
        except AmpglowError as error:
            both.append(str(error))
    assert both[0] == (getattr(both[1], "frame", both[1])), "the two readers of headers disagree"
    read_cards(path)


def _pixels(path: Path) -> None:
    from ampglow_plugin.pixels.read import read_pixels

    read_pixels(path)


def _xisf(path: Path) -> None:
    from ampglow_plugin.headers import read_frame
    from ampglow_plugin.pixels.read import read_pixels
    from ampglow_plugin.pixels.xisf import provenance

    for read in (read_frame, provenance, read_pixels):
        try:
            read(path)
        except AmpglowError:
            continue


def _siril_script(path: Path) -> None:
    from ampglow_plugin.hosts.siril.fix import fix
    from ampglow_plugin.hosts.siril.lint import lint
    from ampglow_plugin.hosts.siril.reader import read

    for use in (lint, fix, read):
        try:
            found = use(path)
        except AmpglowError:
            continue
        if use is lint:
            _none_crashed(found)


def _program(path: Path) -> None:
    from ampglow_plugin.hosts.siril.lint import lint

    _none_crashed(lint(path))


def _pixinsight(path: Path) -> None:
    from ampglow_plugin.hosts.pixinsight.lint import lint

    _none_crashed(lint(path))


def _none_crashed(found: Any) -> None:
    crashed = [f for f in found if f.outcome == "crashed"]
    assert not crashed, crashed[0].message


def _sequence(path: Path) -> None:
    from ampglow_plugin.hosts.siril.sequence import read_sequence

    read_sequence(path)


def _siril_log(path: Path) -> None:
    from ampglow_plugin.hosts import HOSTS
    from ampglow_plugin.hosts.siril.log import read_log

    text = path.read_bytes().decode("utf-8", "replace")
    read_log(text)
    for host in HOSTS.values():
        host.log_evidence(text, "pp_light_00001.fit", "dark.fit")


def _history(path: Path) -> None:
    from ampglow_plugin.hosts import HOSTS

    cards = tuple(path.read_bytes().decode("utf-8", "replace").splitlines())
    for host in HOSTS.values():
        for software in ("Siril 1.4.2", "PixInsight 1.9.3", None):
            host.header_evidence(cards, cards[:1], software)


def _plan(path: Path) -> None:
    from ampglow_plugin.api import read_plan

    read_plan(path)


def _config(path: Path) -> None:
    from ampglow_plugin.config import load

    load([path], {"AG201", "AG214"}, beside_frames=[path])


def _manifest(path: Path) -> None:
    from ampglow_plugin.hosts.folder import read_manifest

    read_manifest(path.parent)


def _index(path: Path) -> None:
    from datetime import date

    from ampglow_plugin.catalog.index import Index

    with Index(path) as index:
        list(index.frames())
        index.coverage(date(2026, 1, 1))


READERS: Final[Mapping[str, Reader]] = {
    "fits": Reader(".fits", _header),
    "pixels": Reader(".fits", _pixels),
    "xisf": Reader(".xisf", _xisf),
    "ssf": Reader(".ssf", _siril_script),
    "py": Reader(".py", _program),
    "xpsm": Reader(".xpsm", _pixinsight),
    "js": Reader(".js", _pixinsight),
    "pilog": Reader(".log", _pixinsight),
    "seq": Reader(".seq", _sequence),
    "log": Reader(".log", _siril_log),
    "history": Reader(".txt", _history),
    "plan": Reader(".yaml", _plan),
    "config": Reader("/ampglow.yaml", _config),
    "manifest": Reader("/ampglow-run.json", _manifest),
    "index": Reader(".sqlite", _index),
}


def feed(name: str, data: bytes, folder: Path) -> bool:
    """Give ``data`` to a reader; True where it took it, False where it refused it in the project's own words."""
    reader = READERS[name]
    path = folder / (reader.ending.lstrip("/") if reader.ending.startswith("/") else f"case{reader.ending}")
    path.write_bytes(data)
    try:
        reader.read(path)
    except AmpglowError:
        return False
    finally:
        for left in folder.iterdir():
            left.unlink()
    return True
