"""Jobs as a PJSR script that runs unattended, saves the masters itself and writes ``result.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files

from ampglow_plugin.hosts.pixinsight.jobs import Job, Work
from ampglow_plugin.hosts.pixinsight.settings import Setting, Value
from ampglow_plugin.knowledge.pixinsight import processes
from ampglow_plugin.writing import ascii_text

RESULT = "result.json"
LOG = "ampglow-pixinsight.log"
#: from this version on the engine is V8, and a script says so in its first line
V8_SINCE = "1.9.4"


def write_script(work: Work, version: str, notes: Sequence[str], sources: Sequence[str]) -> str:
    """The text of the script. ``notes`` stand at its head; ``sources`` are files that must be there."""
    lines = ["#engine v8"] if version >= V8_SINCE else []
    lines += [f"// {_comment(note)}" for note in notes]
    head: dict[str, object] = {"tool": notes[0], "version": version, "status": "started", "error": None, "steps": []}
    constants = {
        "RESULT": f"{work.folder}/{RESULT}",
        "LOG": f"{work.folder}/{LOG}",
        "FOLDERS": list(work.folders),
        "SOURCES": list(sources),
        "result": head,
    }
    lines += ["", *(f"var {name} = {literal(value)};" for name, value in constants.items()), ""]
    lines.append(files(__package__).joinpath("runtime.js").read_text(encoding="utf-8").rstrip("\n"))
    lines += ["", "function work() {"]
    aligned = {path for job in work.jobs if job.process == "StarAlignment" for path in job.outputs}
    for job in work.jobs:
        parts = _block(job, may_lack=not aligned.isdisjoint(job.inputs))
        lines += [f"   {line}" if line else "" for part in parts for line in part.split("\n")]
    lines += ["}", "", "unattended( work );"]
    return "\n".join(lines) + "\n"


def _block(job: Job, *, may_lack: bool) -> Iterator[str]:
    """One process; ``may_lack`` says that frames may be missing, since they could not be aligned."""
    variable = f"P{job.number:02d}"
    yield ""
    yield f"// {job.number}. {_comment(job.what)}"
    for why in job.why:
        yield f"// {_comment(why)}"
    yield f"var {variable} = new {job.process};"
    kinds = {p.id: p.type for p in processes()[job.process].at("1.9.4")}
    for setting in job.settings:
        yield f"{variable}.{setting.id} = {_value(job.process, setting, kinds[setting.id])};"
    if may_lack:
        yield f"leaveOutLost( {variable}, {literal(job.name)} );"
    yield f"execute( {variable}, {literal(job.process)}, {literal(job.name)}, {literal(list(job.outputs))} );"
    if job.save_as:
        yield f"saveIntegration( {variable}.integrationImageId, {literal(job.save_as)} );"


def _value(process: str, setting: Setting, kind: str) -> str:
    if kind.startswith("Enum"):
        return f"constant( {process}, {literal(setting.value)} )"
    if isinstance(setting.value, tuple):
        return "[\n" + ",\n".join(f"   {literal(list(row))}" for row in setting.value) + "\n]"
    return literal(setting.value)


def literal(value: Value | object) -> str:
    """``value`` as a JavaScript literal in ASCII: no name of a file can end a text or a line."""
    return json.dumps(value, ensure_ascii=True)


def _comment(text: str) -> str:
    """One line of ASCII, whatever ends lines in JavaScript; what a comment says is only to be read."""
    return ascii_text(text)
