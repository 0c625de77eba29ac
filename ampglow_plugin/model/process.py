"""Processes of a program with parameters, as icons and scripts list them: what is judged besides the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Cell = bool | int | float | str | None
Rows = tuple[tuple[Cell, ...], ...]

#: icon: started by hand, in any order. container: members run in order. script: assignments that are executed.
#: listing: a process written out as source, as a log or "edit instance source code" shows it.
Basis = Literal["icon", "container", "script", "listing"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One value as it stands in the file. Elements of an enumeration are text, a table is its rows.

    ``literal`` is False where the value is computed, or differs between branches; ``alternatives`` are then the
    literal values it may take, and ``value`` is None. ``owner`` is the class an element was taken from.
    """

    value: Cell | Rows = None
    literal: bool = True
    alternatives: tuple[Cell | Rows, ...] = ()
    owner: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessInstance:
    """One process with the values that are stated.

    ``complete``: what is not stated has its factory value; False where the instance came from elsewhere.
    ``order`` counts executions; it is None where nothing says which of two runs first. ``saved_as`` is the file
    that the window of an integration is saved to.
    """

    process: str
    name: str
    basis: Basis
    values: Mapping[str, Listed]
    complete: bool = True
    order: int | None = None
    saved_as: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A place in a script and the word that stands there."""

    word: str
    line: int
    column: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """All processes of one file, in execution order where there is one.

    ``engine_v8``: the script asks for the V8 engine. ``static_constants`` are used as ``X.NAME``,
    ``prototype_constants`` as ``X.prototype.NAME``; ``modern_syntax`` is what the engine before V8 does not read.
    ``log``: this is what was done, not what is to be done; ``dark_factors`` are those that the log names.
    """

    path: str
    instances: tuple[ProcessInstance, ...]
    script: bool = False
    engine_v8: bool = False
    static_constants: tuple[Mark, ...] = ()
    prototype_constants: tuple[Mark, ...] = ()
    modern_syntax: tuple[Mark, ...] = ()
    log: bool = False
    dark_factors: tuple[Mark, ...] = ()
    host_version: str | None = None
