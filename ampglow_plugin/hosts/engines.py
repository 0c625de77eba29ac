"""What can carry out a plan on this computer: each engine, its host, and the choice where the user makes none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ampglow_plugin.errors import HostMissing, InputError
from ampglow_plugin.hosts.base import RunnableHost
from ampglow_plugin.hosts.builtin import BUILTIN
from ampglow_plugin.hosts.siril import SIRIL

SIRIL_CLI: Final = "siril-cli"
PYSIRIL: Final = "pysiril"
EMBEDDED: Final = "builtin"
#: engine by name, explicit: nothing registers itself
ENGINES: Final[Mapping[str, RunnableHost]] = {SIRIL_CLI: SIRIL, PYSIRIL: SIRIL, EMBEDDED: BUILTIN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """An engine that is there. ``version`` is what to emit for; ``why`` says why it is used where nobody named it."""

    name: str
    host: RunnableHost
    version: str
    why: str | None = None


def choose(name: str | None = None, program: str | None = None) -> Engine:
    """The engine to use: ``name``, else Siril, else the embedded one where no Siril can be used.

    A Siril that the user named (``program``, AMPGLOW_SIRIL) is used or missing: nothing takes its place.

    Raises
    ------
    HostMissing
        Where there is no such engine, or its program is not there or of no series that ampglow writes for.
    InputError
        Where a program is named for an engine that starts none.
    """
    if name is None:
        return _default(program)
    host = ENGINES.get(name)
    if host is None:
        raise HostMissing(f"there is no engine {name!r}", fix=f"use --engine {' or '.join(ENGINES)}")
    if program is not None and name == EMBEDDED:
        raise InputError("the embedded engine starts no program", where=program, fix="leave out --siril or --engine")
    return Engine(name=name, host=host, version=host.installed(program, engine=name))


def _default(program: str | None) -> Engine:
    from ampglow_plugin.hosts.siril.program import is_named

    try:
        return Engine(name=SIRIL_CLI, host=SIRIL, version=SIRIL.installed(program, engine=SIRIL_CLI))
    except HostMissing as missing:
        if is_named(program):
            raise
        where = f"{missing.where}: " if missing.where else ""
        version = BUILTIN.installed(None, engine=EMBEDDED)
        return Engine(name=EMBEDDED, host=BUILTIN, version=version, why=f"{where}{missing.what}")
