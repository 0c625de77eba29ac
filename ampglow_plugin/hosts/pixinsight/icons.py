"""Jobs as an .xpsm file: numbered process icons with every parameter of the version, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.pixinsight.jobs import Job
from ampglow_plugin.hosts.pixinsight.settings import Value
from ampglow_plugin.knowledge.pixinsight import Parameter, Process, processes
from ampglow_plugin.writing import plain_text

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<xpsm version="1.0" xmlns="http://www.pixinsight.com/xpsm" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.pixinsight.com/xpsm http://pixinsight.com/xpsm/xpsm-1.0.xsd">
"""
#: closed process: no version attribute is known for its icons before this version
STAR_ALIGNMENT_SINCE = "1.9.3"
#: pixels: as far apart as icons that PixInsight lays out itself
STEP_Y, STEP_X, ROWS = 28, 420, 30
MARGIN = 16
#: a single-precision value prints no more decimals than this
SINGLE_DECIMALS = 7
WORKSPACE = "Workspace01"
_QUOTES = {'"': "&quot;", "'": "&apos;"}


def write_icons(jobs: Sequence[Job], version: str, notes: Sequence[str]) -> str:
    """The text of the file. ``notes`` (tool, plan, what was allowed) stand in every icon's description."""
    lines = [HEAD.rstrip("\n")]
    for job in jobs:
        lines += _instance(job, version, notes)
    for job in jobs:
        column, row = divmod(job.number - 1, ROWS)
        place = f'xpos="{MARGIN + column * STEP_X}" ypos="{MARGIN + row * STEP_Y}"'
        lines.append(f'   <icon id="{job.name}" instance="{job.name}_instance" {place} workspace="{WORKSPACE}"/>')
    return "\n".join([*lines, "</xpsm>"]) + "\n"


def _instance(job: Job, version: str, notes: Sequence[str]) -> Iterator[str]:
    process = processes()[job.process]
    number = _version_attribute(process, version)
    attribute = f' version="{number}"' if number else ""
    yield f'   <instance class="{job.process}"{attribute} id="{job.name}_instance">'
    about = "\n".join(map(plain_text, (f"{job.number}. {job.what}", *job.why, *notes)))
    yield f"      <description>{_text(about)}</description>"
    stated = {s.id: s.value for s in job.settings}
    for parameter in process.at(version):
        value = stated.pop(parameter.id, parameter.default)
        if parameter.type == "Table":
            yield from _table(parameter, value if isinstance(value, tuple) else _factory_rows(parameter))
        elif value is not None:  # a parameter of a closed process that is not stated keeps what PixInsight gives it
            yield f"      {_element('parameter', parameter, value)}"
    if stated:
        raise HostRefused(f"{job.process} {version} has no {', '.join(stated)}", where=job.name)
    yield "   </instance>"


def _version_attribute(process: Process, version: str) -> str | None:
    closed = bool(process.row.get("closed_source"))
    return None if closed and version < STAR_ALIGNMENT_SINCE else str(process.row["xpsm_version"])


def _factory_rows(parameter: Parameter) -> tuple[tuple[bool | int | float | str, ...], ...]:
    """A table of fixed length is always whole; any other is empty."""
    row = tuple(column.default if column.default is not None else "" for column in parameter.columns)
    return (row,) * parameter.rows


def _table(parameter: Parameter, rows: Value) -> Iterator[str]:
    assert isinstance(rows, tuple)
    if not rows:
        yield f'      <table id="{parameter.id}" rows="0"/>'
        return
    yield f'      <table id="{parameter.id}" rows="{len(rows)}">'
    for row in rows:
        yield "         <tr>"
        for column, value in zip(parameter.columns, row, strict=True):
            yield f"            {_element('td', column, value)}"
        yield "         </tr>"
    yield "      </table>"


def _element(tag: str, parameter: Parameter, value: Value) -> str:
    if parameter.type == "String":
        return f'<{tag} id="{parameter.id}">{_text(str(value))}</{tag}>'
    return f'<{tag} id="{parameter.id}" value={quoteattr(written(parameter, value))}/>'


def written(parameter: Parameter, value: Value) -> str:
    """A value as it stands in a ``value`` attribute: true, an element's name, plain decimals."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) or (parameter.type in ("Float", "Double") and isinstance(value, int)):
        decimals = parameter.precision if parameter.precision is not None else SINGLE_DECIMALS
        return f"{value:.{min(decimals, SINGLE_DECIMALS) if parameter.type == 'Float' else decimals}f}"
    return str(value)


def _text(text: str) -> str:
    return escape(text, _QUOTES)
