"""The process that holds pysiril: it takes commands as JSON lines, and can be ended when pysiril hangs.

Started by :mod:`ampglow_plugin.hosts.siril.pysiril` as a program, with the folder of pysiril and the program that
pysiril is to start. Only the standard library and pysiril are imported. Nothing but ``Execute`` is used: the methods
of pysiril's wrapper send words that Siril 1.4 has removed, and return tuples, which are true also for a failure.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any, TextIO


def main(folder: str, program: str) -> None:
    """Open Siril through pysiril, answer each command, and end without waiting for pysiril's threads."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # pysiril prints what it does
    sys.path.insert(0, folder)
    try:
        siril = importlib.import_module("pysiril.siril").Siril(program)
        opened = bool(siril.Open())
    except (Exception, SystemExit) as error:  # noqa: BLE001 - pysiril raises bare ones and exits, whatever the trouble
        _say(out, opened=False, why=f"{type(error).__name__}: {error}")
        os._exit(1)
    _say(out, opened=opened, why="" if opened else "pysiril's Open() gave False")
    if not opened:
        os._exit(1)
    for line in sys.stdin:
        _say(out, **execute(siril, json.loads(line)))
    os._exit(0)


def execute(siril: Any, command: str) -> dict[str, Any]:
    """What pysiril answers to one command, and Siril's own status line beside it.

    pysiril keeps statuses in a queue; one that belongs to an earlier command would be taken for this one's. So the
    lines that came since the command was given have to hold the answer, too.
    """
    try:
        said = siril.Execute(command)
        lines = list(siril.GetData())
    except Exception as error:  # noqa: BLE001 - whatever pysiril raises, the command was not answered
        return {"good": False, "status": f"{type(error).__name__}: {error}"}
    status = next((line for line in reversed(lines) if line.startswith(("status: success", "status: error"))), "")
    word = status.split()[2:3] == command.split()[:1]
    return {"good": said is True and status.startswith("status: success") and word, "status": status or repr(said)}


def _say(out: TextIO, **values: object) -> None:
    out.write(json.dumps(values) + "\n")
    out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
