"""Masters and groups of a plan as the hosts work through them: files, names, order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.model.plan import Calibrate, Master, Plan

#: of a name that gets prefixes and a number; names have 255 bytes, paths on Windows 260 characters
_MOST_CHARACTERS = 80
#: names that Windows keeps for devices
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])", re.IGNORECASE)


def all_files(plan: Plan) -> list[str]:
    """Every input once, in the order of the plan."""
    files: dict[str, None] = {}
    for master in plan.masters:
        files.update(dict.fromkeys((master.file,) if master.file else master.frames))
    for group in plan.groups:
        files.update(dict.fromkeys(group.frames))
    return list(files)


def plain_name(text: str, fallback: str) -> str:
    """``text`` as the name of a file or folder on every system, and never an option, a device or one too long."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:_MOST_CHARACTERS].strip("_-") or fallback
    return f"{name}_" if _DEVICES.fullmatch(name) else name


def set_names(plan: Plan) -> dict[tuple[str, str], str]:
    """A name for every master and group, plain enough for a sequence and different on any file system.

    Keys are ("master" or "group", id). Dots are replaced, since Siril takes what follows for an ending.
    """
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for kind, entries in (("master", plan.masters), ("group", plan.groups)):
        for entry in entries:
            name = plain_name(entry.id, kind)
            unique, number = name, 2
            while unique.casefold() in taken:
                unique, number = f"{name}-{number}", number + 1
            taken.add(unique.casefold())
            names[kind, entry.id] = unique
    return names


def in_order(masters: Iterable[Master]) -> Iterator[Master]:
    """Masters, each after those it is made with; otherwise in the order of the plan.

    Raises
    ------
    HostRefused
        Where masters need each other in a circle.
    """
    waiting = list(masters)
    done: set[str] = set()
    known = {m.id for m in waiting}
    while waiting:
        ready = next((m for m in waiting if (_needed(m) & known) <= done), None)
        if ready is None:
            raise HostRefused(
                f"masters need each other in a circle: {', '.join(m.id for m in waiting)}",
                where="masters",
                fix="a master can only be calibrated with masters that are built before it",
            )
        waiting.remove(ready)
        done.add(ready.id)
        yield ready


def _needed(master: Master) -> set[str]:
    steps = [s for s in master.steps if isinstance(s, Calibrate)]
    return {used for s in steps for used in (s.dark, s.bias, s.flat) if used is not None}
