"""Which single darks are to be left out of a master: looked at once, remembered while the set stays the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ampglow_plugin import __version__
from ampglow_plugin.catalog.file_facts import FileFacts
from ampglow_plugin.matching.darks import LEAST, dark_sets
from ampglow_plugin.model.darks import DarkSet
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.library import LeftOut
from ampglow_plugin.model.match import Role


@dataclass(frozen=True, slots=True)
class DarkJudge:
    """Has each set of darks inspected, unless ``facts`` remember what was found in the same files by this version.

    A frame that several rules speak against is told once, with the first of them.
    """

    inspect: Callable[[Sequence[Frame]], DarkSet]
    facts: FileFacts
    anew: bool = False

    def __call__(self, role: Role, frames: Sequence[Frame]) -> Iterator[LeftOut]:
        """Frames to be left out; flats and bias frames are not looked at."""
        if role not in ("dark", "flatdark"):
            return
        for members in dark_sets(frames):
            if len(members) >= LEAST:
                yield from self._of_set(members)

    def _of_set(self, members: Sequence[Frame]) -> Iterator[LeftOut]:
        digests = {frame.path: self.facts.sha256(Path(frame.path)) for frame in members}
        paths = {digest: path for path, digest in digests.items()}
        key = hashlib.sha256("".join(sorted(paths)).encode()).hexdigest()
        found = self.facts.memo(key, f"left out, {__version__}", lambda: self._told(members, digests), anew=self.anew)
        for digest, told in json.loads(found).items():
            yield LeftOut(path=paths[digest], **told)

    def _told(self, members: Sequence[Frame], digests: Mapping[str, str]) -> str:
        told: dict[str, dict[str, Any]] = {}
        for reject in self.inspect(members).rejects:
            words = {"reason": reject.message, "rule": reject.rule}
            numbers = {"measured": reject.measured, "limit": reject.limit, "unit": reject.unit}
            told.setdefault(digests[reject.path], words | numbers)
        return json.dumps(told)
