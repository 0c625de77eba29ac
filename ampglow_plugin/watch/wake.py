"""When to look: as soon as the system tells of a change, or every few seconds where it cannot.

watchfiles (MIT, kept up, one wheel for each system) was chosen over watchdog: it waits in one call with a time-out,
which fits a loop without threads, and groups the many events of one file. What it says is only a hint; the walk that
follows finds what is new. Network shares do not tell of changes made by others, so they are polled.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: the longest between two looks, though the system tells of no change (s)
LONGEST_S: Final = 30.0
#: between two wakes: a file that is being written is looked at again, and whether it is time to end (s)
SOON_S: Final = 1.0
#: between two looks without the system's help (s)
POLL_S: Final = 5.0
_GROUP_MS: Final = 400
_STEP_MS: Final = 50


def can_wait() -> bool:
    """Whether the library that waits for changes is installed."""
    return importlib.util.find_spec("watchfiles") is not None


def polling(interval_s: float) -> Iterator[bool]:
    """Wake every ``interval_s`` seconds; always True, since nobody tells of a change."""
    while True:
        time.sleep(interval_s)
        yield True


def waiting(root: Path) -> Iterator[bool]:
    """Wake at a change below ``root`` (True), and every second; also when the folder goes, or is another one."""
    from watchfiles import watch

    while True:
        identity = _identity(root)
        if identity is None:
            time.sleep(SOON_S)
            yield True
            continue
        try:
            changes = watch(
                root,
                watch_filter=None,
                debounce=_GROUP_MS,
                step=_STEP_MS,
                rust_timeout=round(SOON_S * 1000),
                yield_on_timeout=True,
                ignore_permission_denied=True,
            )
            first = True  # what happened before the system was asked to tell
            for changed in changes:
                same = _identity(root) == identity
                yield bool(changed) or first or not same
                if not same:
                    break
                first = False
        except (OSError, RuntimeError):  # no more watches, or the folder went while it was entered: look all the same
            time.sleep(SOON_S)
            yield True


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
