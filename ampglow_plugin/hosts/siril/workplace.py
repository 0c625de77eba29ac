"""Where Siril works, so that nothing half-written has its final name.

Siril writes frames under their names at once. So it works in a hidden folder within that of the run, and what it has
finished is moved out. Folders keep their places to each other, which is all that a script knows of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from ampglow_plugin.errors import AmpglowError
from ampglow_plugin.headers import read_header
from ampglow_plugin.headers.formats import is_frame_name
from ampglow_plugin.hosts.folder import link, remove
from ampglow_plugin.hosts.siril.log import read_log
from ampglow_plugin.hosts.siril.writer import FRAMES, MASTERS, PROCESS, RESULTS
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.writing import HIDDEN

NAME: Final = f"{HIDDEN}work"
#: what writes calibrated frames: from Siril 1.2 on, and in 1.0
_CALIBRATES: Final = ("calibrate", "preprocess")


class Workplace:
    """The folder in which Siril works, within ``folder``; ``manifest`` names the log and what is to be written.

    Where Siril ended by itself, which ``ended`` says, all its files are closed, and those that are cut short (a full
    disk) are dropped. Where it was killed, or hung, only what an earlier command had finished is kept.
    """

    def __init__(self, folder: Path, manifest: RunManifest) -> None:
        self.folder, self.manifest = folder, manifest
        self.path = folder / NAME
        self.ended = False
        self._masters_put = False

    def __enter__(self) -> Self:
        remove(self.path)
        self.path.mkdir()
        for name in (FRAMES, MASTERS, PROCESS, RESULTS):
            (self.folder / name).rename(self.path / name)
        return self

    def __exit__(self, *_error: object) -> None:
        for path in [*self._unsure()]:
            path.unlink()
        self._mend_links(self.path / PROCESS)
        for name in (FRAMES, MASTERS, PROCESS, RESULTS):
            if name != MASTERS or not self._masters_put:
                (self.path / name).rename(self.folder / name)
        shutil.rmtree(self.path)

    def put_masters(self) -> None:
        """Give the masters, which are built, their final names; Siril goes on to find them where they were."""
        (self.path / MASTERS).rename(self.folder / MASTERS)
        self._masters_put = True
        try:
            (self.path / MASTERS).symlink_to(self.folder / MASTERS, target_is_directory=True)
        except (OSError, NotImplementedError):  # a disk, or a user, without links
            shutil.copytree(
                self.folder / MASTERS, self.path / MASTERS, copy_function=lambda a, b: link(Path(a), Path(b))
            )

    def _unsure(self) -> Iterator[Path]:
        """Files that Siril wrote and may not have finished."""
        names = (PROCESS, RESULTS) if self._masters_put else (MASTERS, PROCESS, RESULTS)
        finished: set[Path] = set()
        if not self.ended and self._all_calibrated():
            finished |= {self.path / output.path for output in self.manifest.outputs}
            finished |= {self.path / master.path for master in self.manifest.masters if master.built}
        for path in (path for name in names for path in (self.path / name).rglob("*")):
            written = path.is_file() and not path.is_symlink() and is_frame_name(path)
            if written and not ((self.ended or path in finished) and _whole(path)):
                yield path

    def _all_calibrated(self) -> bool:
        """Whether Siril, which did not end by itself, had finished all calibrated frames: it was at a later command."""
        try:
            log = read_log((self.folder / str(self.manifest.log)).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            return False
        ran, wanted = (sum(word in _CALIBRATES for word in words) for words in (log.commands, self.manifest.commands))
        return bool(self.manifest.outputs) and ran == wanted and log.commands[-1] not in _CALIBRATES

    def _mend_links(self, place: Path) -> None:
        """Links that Siril made lead into the workplace, which goes; so does the list that it keeps of them."""
        # Siril may say where it works with the links on the way there followed
        homes = dict.fromkeys(((self.path, self.folder), (self.path.resolve(), self.folder.resolve())))
        for path in place.iterdir():
            for here, home in homes:
                if path.is_symlink() and (target := path.readlink()).is_relative_to(here):
                    path.unlink()
                    path.symlink_to(home / target.relative_to(here))
                elif path.name.endswith("_conversion.txt"):
                    text = path.read_bytes()
                    path.write_bytes(text.replace(os.fsencode(here), os.fsencode(home)))


def _whole(path: Path) -> bool:
    try:
        return not read_header(path).missing_bytes
    except AmpglowError:
        return False
