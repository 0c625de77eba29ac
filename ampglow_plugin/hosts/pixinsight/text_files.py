"""The text of a script or a log, in whichever encoding it was saved."""

from __future__ import annotations

import codecs
from pathlib import Path

from ampglow_plugin.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_text(path: Path, *, max_bytes: int, what: str) -> str:
    """The text of the file: by its byte order mark, else UTF-8, else Latin-1. ``what`` names it: "a script".

    Raises
    ------
    InputError
        The file cannot be read, is larger than ``max_bytes``, or is no text.
    """
    try:
        if path.stat().st_size > max_bytes:
            raise InputError(f"is too large for {what}", where=str(path))
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    data = data.removeprefix(mark)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace") if mark else data.decode("latin-1")
    if "\0" in text:
        raise InputError(f"is no text, and so not {what}", where=str(path))
    return text
