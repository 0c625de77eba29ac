"""The folder that masters are put into: which of them are ours, what they were made from, and how one gets there."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ampglow_plugin.catalog.file_facts import FileFacts
from ampglow_plugin.catalog.walk import walk
from ampglow_plugin.errors import AmpglowError, InputError
from ampglow_plugin.headers import read_header
from ampglow_plugin.library import provenance
from ampglow_plugin.model.library import Provenance
from ampglow_plugin.writing import into_place

#: names of what is known of a master by reading all of it
_PIXELS: Final = "pixels as written"
_WHOLE: Final = "file as written"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A master on the shelf that says how it was made, and its size in pixels."""

    path: Path
    made: Provenance
    pixels: int


class Shelf:
    """Masters below ``folder`` that ampglow made. Other files there are never touched."""

    def __init__(self, folder: Path, facts: FileFacts) -> None:
        self.folder = folder
        self._facts = facts
        self.masters = tuple(_masters(folder))

    def up_to_date(self, key: str) -> Path | None:
        """The master of this key whose pixels are those that were written; whatever its name is by now."""
        return next((kept.path for kept in self.masters if kept.made.key == key and self._is(kept.path, _PIXELS)), None)

    def superseded(self, kind: str, hashes: Iterable[str], live: frozenset[str]) -> tuple[Path, ...]:
        """Masters of ``kind`` made from some of these frames, and of no key that is ``live``."""
        ours = set(hashes)
        return tuple(
            kept.path
            for kept in self.masters
            if kept.made.kind == kind and kept.made.key not in live and ours & {m.sha256 for m in kept.made.inputs}
        )

    def untouched(self, path: Path) -> bool:
        """Whether a file is a master of ours, as it was written to the last byte."""
        return any(kept.path == path for kept in self.masters) and self._is(path, _WHOLE)

    def holds(self, path: Path) -> bool:
        """Whether a file lies in the folder itself, and not beyond a link in it."""
        return path.parent.resolve().is_relative_to(self.folder.resolve())

    def put(self, temporary: Path, final: Path) -> None:
        """Give a finished file its name, at once or not at all; only a master of ours is replaced.

        Raises
        ------
        InputError
            The name is taken by another file, or a link leads out of the folder; ``temporary`` is left.
        """
        if not self.holds(final):
            raise InputError(
                f"a link leads out of the folder that was given, to {final.parent.resolve()}",
                where=str(final),
                fix="give that folder with --output, or choose another --template",
            )
        if final.exists() and self.untouched(final):
            temporary.replace(final)
        else:
            try:
                into_place(temporary, final)
            except InputError as error:
                raise InputError(
                    "there is a file of this name that ampglow did not write, or that was changed since; it is left "
                    "as it is",
                    where=str(final),
                    fix="move it away, or choose another --output or --template",
                ) from error
        for what in (_PIXELS, _WHOLE):
            self._facts.set(final, what, "yes")

    def _is(self, path: Path, what: str) -> bool:
        try:
            return self._facts.get(path, what, _whole if what == _WHOLE else _pixels) == "yes"
        except OSError:
            return False


def _masters(folder: Path) -> Iterator[Kept]:
    files = (Path(entry.path) for place in walk(folder) for entry in place.files) if folder.is_dir() else ()
    for path in files:
        try:
            header = read_header(path)
        except AmpglowError:
            continue
        made = provenance.read(header.cards)
        if made is not None and not header.missing_bytes:
            yield Kept(path=path, made=made, pixels=(header.shape.width or 0) * (header.shape.height or 0))


def _pixels(path: Path) -> str:
    return _holds(path, whole=False)


def _whole(path: Path) -> str:
    return _holds(path, whole=True)


def _holds(path: Path, *, whole: bool) -> str:
    from astropy.io import fits

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with fits.open(path, mode="readonly", do_not_scale_image_data=True) as units:
                unit = units[0]
                good = unit.data is not None and provenance.unchanged(unit.header, unit.data, cards=whole)
    except (OSError, ValueError, TypeError):
        return "no"
    return "yes" if good else "no"
