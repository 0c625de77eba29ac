"""The part of sirilpy's interface that is used, and what is put around it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from ampglow_plugin.errors import HostFailed, HostRefused

#: settings of Siril that would change what a plan writes, with the value that the plan is made for
NEEDED = (("core", "extension", ".fit"), ("core", "force_16bit", False), ("compression", "enabled", False))


class Siril(Protocol):
    """``sirilpy.SirilInterface`` as far as it is used here (sirilpy 1.0.8 and later)."""

    def log(self, my_string: str, color: Any = ...) -> Any:
        """Add a line to Siril's log."""
        ...

    def update_progress(self, message: str, progress: float) -> Any:
        """Move Siril's progress bar (0..1)."""
        ...

    def reset_progress(self) -> Any:
        """Empty the progress bar."""
        ...

    def cmd(self, *args: str) -> None:
        """Run a command; raises where it fails."""
        ...

    def is_cli(self) -> bool:
        """Whether Siril has no window."""
        ...

    def is_image_loaded(self) -> bool:
        """Whether an image is loaded."""
        ...

    def is_sequence_loaded(self) -> bool:
        """Whether a sequence is loaded (never without a window)."""
        ...

    def get_siril_wd(self) -> str:
        """The working directory."""
        ...

    def get_image_filename(self) -> str | None:
        """The file of the loaded image."""
        ...

    def get_seq_frame_filename(self, frame: int) -> str | None:
        """The file of a frame of the sequence, counted from 0."""
        ...

    def get_siril_config(self, group: str, key: str) -> Any:
        """A setting."""
        ...

    def error_messagebox(self, my_string: str, modal: bool | None = ...) -> Any:
        """Show an error."""
        ...


def quoted(word: str) -> str:
    """A word for Siril's parser, which knows quotes only at the start of a word and no escapes.

    Raises
    ------
    HostRefused
        Where there is no way to write it.
    """
    if not any(c in word for c in " \t'\"#"):
        return word
    mark = next((m for m in "\"'" if m not in word), None)
    if mark is None or not word.isprintable():
        raise HostRefused(
            "Siril has no way to write a path with both kinds of quotes", where=word, fix="rename the folder"
        )
    return f"{mark}{word}{mark}"


@contextlib.contextmanager
def working_as_planned(siril: Siril, folder: Path) -> Iterator[None]:
    """Siril in ``folder`` with the settings that the plan is made for; afterwards all is as it was.

    Settings are written to the user's file at once, so they are put back also after a failure.
    """
    before = Path(siril.get_siril_wd())
    changed: list[tuple[str, str, Any]] = []
    try:
        for group, key, value in NEEDED:
            had = siril.get_siril_config(group, key)
            if had is not None and had != value:
                changed.append((group, key, had))
                _set(siril, group, key, value)
        siril.cmd("cd", quoted(str(folder)))
        yield
    finally:
        for group, key, had in changed:
            _set(siril, group, key, had)
        siril.cmd("cd", quoted(str(before)))


def _set(siril: Siril, group: str, key: str, value: Any) -> None:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    siril.cmd("set", f"{group}.{key}={text}")


def run_line(siril: Siril, line: str, number: int, total: int) -> None:
    """One command of the script.

    Raises
    ------
    HostFailed
        With the command and Siril's reason.
    """
    words = line.split()
    try:
        siril.cmd(*words)
    except Exception as error:
        raise HostFailed(
            f"Siril stopped at command {number} of {total} ({words[0]})",
            quotes=(line, str(error)),
            fix="the lines above in Siril's log say why",
        ) from error
