"""What a page that is shown to others leaves out: folders, the user's name in them, and serial numbers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PureWindowsPath
from typing import Any, Final, TypeVar, cast

from ampglow_plugin.report.results import Results

T = TypeVar("T")

#: MaxIm DL writes the number of its licence behind its version: ``MaxIm DL Version 6.20 170614 1A2B3``
_LICENCE: Final = re.compile(r"(MaxIm DL Version [\d.]+)\s+\d{6}\s+\w+")

LEFT_OUT: Final = "(left out)"
#: the folder of a user, with the name, where it is all there is of a path
_HOME: Final = re.compile(
    r"(?i)(?<![\w.\\/])(?:file:|[a-z]:)?[\\/]+(?:home|users|run[\\/]+media|media)[\\/]+[^\\/\s\"'<>|]+"
    r"(?![^\\/\n\"'<>|]*[^\\/\s\"'<>|][\\/])"
)
#: from the root of a disk or a share to the last separator; a part may hold blanks, but not end in one
_PART: Final = r"[^\\/\s\"'<>|](?:[^\\/\"'<>|\n]*[^\\/\s\"'<>|])?[\\/]+"
_FOLDERS: Final = re.compile(
    rf"(?<![\w.\\/)])(?:~[\\/](?:{_PART})*|(?:file:/+|[A-Za-z]:|\\)?[\\/](?:{_PART})+)",
)
#: a serial that drivers write behind the model: ``QHY268M-4f2c1a9be0``, ``... S/N 12345``
_BEHIND_MODEL: Final = re.compile(r"(?<=[A-Za-z0-9])-[0-9a-fA-F]{8,}\b|\s*\b(?:S/N|SN[:#])\s*\S+")
#: shorter serials would be found in numbers that mean something else
_LEAST_SERIAL: Final = 4
_SEPARATORS: Final = "\\/"


class Redactor:
    """Takes folders and serials out of texts. ``paths`` are those that are known to occur, ``serials`` likewise.

    File names stay. What looks like a folder is taken out too, where it is not known.
    """

    def __init__(self, paths: Iterable[str], serials: Iterable[str]) -> None:
        ours = (str(Path.cwd() / "x"), str(Path.home() / "x"))
        folders = {folder for path in (*paths, *ours) for folder in _above(path)}
        self._folders = sorted(folders, key=len, reverse=True)
        home = str(Path.home())
        self._home = re.compile(re.escape(home) + r"(?![\w-])") if len(home) > 1 else None
        known = sorted({s for s in serials if len(s) >= _LEAST_SERIAL}, key=len, reverse=True)
        self._serials = re.compile("|".join(map(re.escape, known)), re.IGNORECASE) if known else None

    def text(self, text: str) -> str:
        """``text`` without them."""
        if "/" in text or "\\" in text:
            for folder in self._folders:
                text = text.replace(folder, "")
            text = _HOME.sub("~", self._home.sub("~", text) if self._home else text)
            text = _FOLDERS.sub("", text)
        text = _LICENCE.sub(r"\1", _BEHIND_MODEL.sub("", text))
        return self._serials.sub(LEFT_OUT, text) if self._serials else text

    def view(self, value: T) -> T:
        """A view (values, tuples, mappings of text) with every text in it redacted; bytes and pictures stay."""
        return cast(T, self._any(value))

    def _any(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._any(v) for v in value)
        if isinstance(value, Mapping):
            return {key: self._any(v) for key, v in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            changed = {f.name: self._any(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return dataclasses.replace(value, **changed)
        return value


def _above(path: str) -> Iterator[str]:
    """Each folder above a path as it stands in texts, with the separator behind it; never the root alone."""
    pure = PureWindowsPath(path) if "\\" in path else Path(path)
    for parent in pure.parents:
        text = str(parent)
        if len(text.strip(_SEPARATORS + ".:")) > 1:
            yield text + ("\\" if "\\" in path else "/")
            if "\\" in path:
                yield text.replace("\\", "/") + "/"


def known_paths(results: Iterable[Results]) -> Iterator[str]:
    """Every path that the results name as one."""
    for part in results:
        yield part.source
        yield from part.frames
        for match in part.matches:
            yield from (*match.lights, *match.darks, *(r.dark for r in match.rejections))
        for finding in part.findings:
            yield finding.where.path or ""
        for plan in part.plans:
            yield from (f for master in plan.masters for f in (master.file or "", *master.frames))
            yield from (f for group in plan.groups for f in group.frames)
        for run in part.runs:
            yield from (run.log or "", *(file.path for master in run.masters for file in master.inputs))
            yield from (output.light.path for output in run.outputs)
        for proof in part.proofs:
            yield from (proof.path, *proof.inputs.values(), proof.evidence.log.path or "")
        for found in part.diagnoses:
            yield from (*found.paths, found.dark or "", *(f for view in found.views for f in view.frames))
        for held in part.held:
            yield from (*held.darks, *held.lights, held.flat or "")


def known_serials(results: Iterable[Results]) -> Iterator[str]:
    """Every serial number of a camera that the results name."""
    for part in results:
        yield from (f.camera_serial for f in part.frames.values() if f.camera_serial)
        for match in part.matches:
            told = [match.group.get("camera_serial")]
            told += [v for d in match.deviations if d.field == "camera_serial" for v in (d.light, d.dark)]
            told += [v for r in match.rejections if r.field == "camera_serial" for v in (r.light, r.dark_value)]
            yield from (str(value) for value in told if value is not None)
        for place in (*part.plans, *part.runs):
            owners = (*getattr(place, "masters", ()), *getattr(place, "groups", ()))
            for owner in owners:
                value = getattr(owner, "settings", {}).get("camera_serial")
                if value is not None:
                    yield str(value)
