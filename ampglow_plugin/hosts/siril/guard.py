"""Nothing stays behind: a small process that cleans up after us, however we end."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from ampglow_plugin.hosts.lock import held

#: one word on its input lets it go; the end of its input means that we are gone
_SCRIPT = """
group=$1; shift
if read -r _; then exit 0; fi
kill -s TERM -- "-$group" 2>/dev/null
sleep 1
kill -s KILL -- "-$group" 2>/dev/null
rm -rf -- "$@"
"""


class Guard:
    """Ends the process group ``group`` and removes ``paths`` as soon as this process is gone without a word.

    Siril waits at its pipes for ever, so one whose user is gone (killed, out of memory) would never end.
    ``holding`` are descriptors that stay open until then: a lock on what is cleaned up. Those of the locks that we
    have on folders do, too: nobody works there while Siril may still write.
    """

    def __init__(self, group: int, paths: Sequence[Path], *, holding: Sequence[int] = ()) -> None:
        # a session of its own: what ends us and our children must not end it
        self._watcher = subprocess.Popen(  # noqa: S603 - a list of words; what the shell reads is a constant
            ["/bin/sh", "-c", _SCRIPT, "ampglow-guard", str(group), *map(str, paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(*holding, *held()),
            start_new_session=True,
        )

    def release(self) -> None:
        """Let it go: everything has been cleaned up."""
        self._watcher.communicate(b"ended\n")
