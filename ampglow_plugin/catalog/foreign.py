"""Folders without a frame, but with pictures that frames were, or are to be, made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from ampglow_plugin.catalog.walk import NOT_A_FRAME, Place
from ampglow_plugin.headers.formats import UNSUPPORTED, USE_CONVERTED
from ampglow_plugin.model.problem import FileProblem


class Foreign:
    """Collects such files. Previews that lie beside frames are no matter; a folder of camera RAW is."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}

    def see(self, place: Place) -> None:
        """Look at one folder."""
        if place.files:
            return
        for name, reason in place.left_out:
            suffix = PurePath(name).suffix.lower()
            if reason == NOT_A_FRAME and suffix in UNSUPPORTED:
                self._found.setdefault((place.path, suffix), []).append(name)

    def problems(self, *, alone: bool) -> list[FileProblem]:
        """One for each folder and kind of file: what can be converted, and all kinds where there is nothing else."""
        return list(self._problems(alone=alone))

    def _problems(self, *, alone: bool) -> Iterator[FileProblem]:
        for (folder, suffix), names in self._found.items():
            kind, instead = UNSUPPORTED[suffix]
            if not alone and instead != USE_CONVERTED:
                continue
            place = Path(folder)
            more = f", as {len(names) - 1} more in {place.name} are" if len(names) > 1 else ""
            yield FileProblem(path=str(place / names[0]), kind="unreadable", what=f"is {kind}{more}", fix=instead)
