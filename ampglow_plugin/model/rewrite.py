"""A file as it would be after safe edits."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewrite:
    """Bytes before and after; ``rules`` are the codes of what is put right, one an edit."""

    path: str
    before: bytes
    after: bytes
    rules: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    def diff(self) -> str:
        """A unified diff; bytes that are not UTF-8 and a byte order mark are shown as escapes."""
        old, new = (_shown(data).splitlines(keepends=True) for data in (self.before, self.after))
        lines = difflib.unified_diff(old, new, fromfile=self.path, tofile=self.path)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _shown(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace").replace("\ufeff", "\\ufeff").replace("\r\n", "\n")
