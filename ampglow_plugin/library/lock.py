"""One build at a time in a folder of masters."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts import lock
from ampglow_plugin.writing import HIDDEN

NAME: Final = f"{HIDDEN}build.lock"


def locked(folder: Path) -> AbstractContextManager[None]:
    """Within it no other build writes into ``folder``.

    Raises
    ------
    InputError
        Another one does.
    """
    fix = "wait for it, or name another folder with --output"
    taken = InputError("another build writes into this folder", where=str(folder), fix=fix)
    return lock.locked(folder / NAME, taken=taken, wait_s=lock.WAIT_S, keep=True)
