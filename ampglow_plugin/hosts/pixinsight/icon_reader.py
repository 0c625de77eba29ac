"""An .xpsm file of any PixInsight version: every process in it, with line and column.

Read with expat, which knows the position of each element. A document type is refused where it starts, so that
no entity is ever defined, let alone expanded; the size is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ampglow_plugin.errors import FormatError, InputError, Problem
from ampglow_plugin.knowledge.pixinsight import Parameter, processes
from ampglow_plugin.model.process import Basis, Cell, Listed, Listing, ProcessInstance, Rows

#: a project file with images is larger; icon files have kilobytes
MAX_BYTES = 64 * 1024 * 1024
SAVE = re.compile(r"Save it as: (.+)")
_CREATOR = re.compile(r"PixInsight[^0-9]{0,40}(\d+\.\d+\.\d+(?:-\d+)?)")


def read_icons(path: Path) -> Listing:
    """All enabled processes of the file.

    Raises
    ------
    InputError
        The file cannot be read, or is larger than any icon file.
    FormatError
        It is not well-formed, has a document type, or is no icon file.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("is too large for an icon file", where=str(path))
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    return parse(data, str(path))


def parse(data: bytes, where: str) -> Listing:
    """The processes in the bytes of an icon file; see :func:`read_icons`."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        problem = Problem(place=place, what=f"is not well-formed: {expat.errors.messages[error.code]}")
        raise FormatError([problem], where=where, fix="save the icons again") from error
    except (LookupError, ValueError) as error:  # from Python's codecs, which expat asks for encodings it has not
        problem = Problem(place="line 1", what=f"is in an encoding that cannot be read ({error})")
        raise FormatError([problem], where=where, fix="save it as UTF-8") from error
    except _RefusedXmlError as error:
        raise FormatError([Problem(place=f"line {error.args[1]}", what=error.args[0])], where=where) from error
    version = _CREATOR.search(data[:4096].decode("utf-8", "replace"))
    return Listing(path=where, instances=tuple(reader.found), host_version=version[1] if version else None)


class _RefusedXmlError(Exception):
    """Arguments: what is wrong, line."""


@dataclass
class _Open:
    """An <instance> that is being read."""

    process: str
    name: str
    enabled: bool
    line: int
    column: int
    basis: Basis
    values: dict[str, Listed] = field(default_factory=dict)
    description: str = ""


class _Reader:
    """Expat's handlers and what they found."""

    def __init__(self) -> None:
        self.found: list[ProcessInstance] = []
        self._instances: list[_Open] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._id: tuple[str, str | None, int, int] = ("", None, 0, 0)
        self._table: tuple[str, int, int] | None = None
        self._rows: list[dict[str, str]] = []
        self._order = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        self.parser = parser

    def _doctype(self, *_: Any) -> None:
        what = "has a document type, which icon files have no use for"
        raise _RefusedXmlError(what, self.parser.CurrentLineNumber)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self._path and name not in ("xpsm", "xosm"):
            raise _RefusedXmlError(f"is no file of process icons but <{name}>", self.parser.CurrentLineNumber)
        self._path.append(name)
        self._text.clear()
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        if name == "instance":
            outer = self._instances[-1] if self._instances else None
            self._instances.append(
                _Open(
                    process=attributes.get("class", ""),
                    name=attributes.get("id", outer.name if outer else "").removesuffix("_instance"),
                    enabled=attributes.get("enabled") != "false" and (outer is None or outer.enabled),
                    line=line,
                    column=column,
                    basis="container" if outer else "icon",
                )
            )
        elif name in ("parameter", "td"):
            self._id = (attributes.get("id", ""), attributes.get("value"), line, column)
        elif name == "table":
            self._table, self._rows = (attributes.get("id", ""), line, column), []
        elif name == "tr":
            self._rows.append({})

    def _end(self, _: str) -> None:
        name = self._path.pop()
        text = "".join(self._text)
        self._text.clear()
        if name == "instance":
            self._finish(self._instances.pop())
        elif not self._instances:
            return
        elif name == "description":
            self._instances[-1].description = text
        elif name == "td" and self._rows:
            key, given = self._id[:2]
            self._rows[-1][key] = text if given is None else given
        elif name == "parameter":
            key, given, line, at = self._id
            here = self._instances[-1]
            listed = _cell(_parameter(here.process, key), text if given is None else given)
            here.values[key] = Listed(value=listed, line=line, column=at)
        elif name == "table" and self._table:
            key, line, at = self._table
            here = self._instances[-1]
            here.values[key] = Listed(value=_rows(here.process, key, self._rows), line=line, column=at)
            if here.process == "Script" and key == "parameters":
                for row in self._rows:
                    cell = _cell(None, row.get("value", ""))
                    here.values[f"parameters.{row.get('id', '')}"] = Listed(value=cell, line=line, column=at)
            self._table = None

    def _finish(self, done: _Open) -> None:
        if not done.enabled or done.process in ("ProcessContainer", "ImageContainer"):
            return
        saved = SAVE.search(done.description)
        self._order += 1
        self.found.append(
            ProcessInstance(
                process=done.process,
                name=done.name,
                basis=done.basis,
                values=done.values,
                order=self._order if done.basis == "container" else None,
                saved_as=saved[1].strip() if saved else None,
                line=done.line,
                column=done.column,
            )
        )


def _parameter(process: str, id: str) -> Parameter | None:
    known = processes().get(process)
    if known is None:
        return None
    return next((p for p in known.at("1.9.4") if p.id == id), None)


def _cell(parameter: Parameter | None, text: str) -> Cell:
    """Text as the type of the parameter; one that is not known as what it looks like."""
    kind = parameter.type if parameter else ""
    if text in ("true", "false") and kind in ("", "Boolean"):
        return text == "true"
    if kind in ("Float", "Double", "Int32", "UInt16") or (not kind and re.fullmatch(r"-?\d+(\.\d+)?", text)):
        try:
            return int(text) if kind in ("Int32", "UInt16") or (not kind and "." not in text) else float(text)
        except ValueError:
            return text
    return text


def _rows(process: str, id: str, rows: list[dict[str, str]]) -> Rows:
    parameter = _parameter(process, id)
    if parameter is None:
        return tuple(tuple(row.values()) for row in rows)
    return tuple(
        tuple(_cell(column, row[column.id]) if column.id in row else column.default for column in parameter.columns)
        for row in rows
    )
