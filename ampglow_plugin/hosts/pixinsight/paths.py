"""Names and paths as PixInsight takes them: forward slashes on every system, identifiers for icons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.entries import plain_name

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\|//")
#: XML 1.0 cannot hold these at all, and no script line survives them
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def absolute(path: str) -> str:
    """``path`` with forward slashes and from the root (or the drive) down.

    A backslash separates folders in a path of Windows only; elsewhere it is part of a name.

    Raises
    ------
    HostRefused
        For control characters, which neither an icon file nor a script can carry.
    """
    if _CONTROL.search(path):
        raise HostRefused(
            "the name holds a line break or another control character", where=repr(path), fix="rename the file"
        )
    if _WINDOWS.match(path):
        return path.replace("\\", "/")
    return str(Path(path).absolute())


def stem(path: str) -> str:
    """File name without folder and without the last ending."""
    name = path.replace("\\", "/").rpartition("/")[2] if _WINDOWS.match(path) else path.rpartition("/")[2]
    head, dot, _ = name.rpartition(".")
    return head if dot and head else name


def identifier(text: str) -> str:
    """``text`` as part of an icon's id: ASCII letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")


def folder_names(ids: Iterable[str], fallback: str) -> dict[str, str]:
    """A file name for every id: plain, and different on any file system."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name_of in ids:
        base = plain_name(name_of, fallback)
        name, number = base, 2
        while name.casefold() in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name.casefold())
        names[name_of] = name
    return names


def rounds(paths: Iterable[str]) -> list[list[str]]:
    """``paths`` in as few lists as possible, none of which holds two files of the same stem.

    PixInsight names an output after the stem of its input; two nights may both have a ``light_001``.
    """
    found: list[list[str]] = []
    seen: dict[str, int] = {}
    for path in paths:
        key = stem(path).casefold()
        number = seen.get(key, 0)
        seen[key] = number + 1
        if number == len(found):
            found.append([])
        found[number].append(path)
    return found
