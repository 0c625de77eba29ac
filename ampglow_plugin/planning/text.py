"""A plan as YAML, for people to read and change, and its hash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from ampglow_plugin.errors import FormatError, Problem
from ampglow_plugin.model.codec import from_dict, to_dict
from ampglow_plugin.model.plan import Plan

HEAD = """\
# A calibration plan of ampglow: which masters to build, and what to do with the lights, in order.
# Write it as a script with `ampglow emit THIS --host siril -o FOLDER`, or run it with `ampglow run THIS`.
# It may be changed by hand; every use checks it again. `ampglow schema` describes all fields.
"""

#: ids become names of files and of windows
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
#: fields of a step that hold the id of a master
REFERENCES = ("dark", "bias", "flat")

_TAG = "tag:yaml.org,2002:"
#: YAML 1.2 core: `no` is a word, 2026-01-31 is text, 1e-3 is a number
_RESOLVERS: tuple[tuple[str, str, str], ...] = (
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+.0123456789",
    ),
)


class _Loader(yaml.SafeLoader):
    """Composes nodes only; what they mean is decided below, with the place of every mistake."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - PyYAML's own class attribute


#: last character that is written with four hexadecimal digits
_MOST_OF_FOUR_DIGITS = 0xFFFF


class _Dumper(yaml.SafeDumper):
    """Quotes whatever the loader would not take for text, and never writes aliases."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - PyYAML's own class attribute

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        return super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """Line ends that PyYAML would fold into blanks, and marks that hide or turn text, go into double quotes."""
    style = None if value.replace("\n", "").isprintable() else '"'
    return dumper.represent_scalar(_TAG + "str", value, style=style)


_Dumper.add_representer(str, _text)
for _name, _pattern, _first in _RESOLVERS:
    for _kind in (_Loader, _Dumper):
        _kind.add_implicit_resolver(_TAG + _name, re.compile(_pattern), list(_first) + [""] * (_name == "null"))


def to_yaml(plan: Plan) -> str:
    """``plan`` as YAML text: fields in working order, those that are empty left out."""
    body = yaml.dump(_plain(plan), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return HEAD + "".join(map(_escaped, str(body)))


def _escaped(c: str) -> str:
    """Characters that no reader of the plan could see are within double quotes, and have an escape there."""
    if c == "\n" or c.isprintable():
        return c
    return f"\\u{ord(c):04x}" if ord(c) <= _MOST_OF_FOUR_DIGITS else f"\\U{ord(c):08x}"


def _plain(value: Any) -> Any:
    """As ``to_dict``, without fields that are empty and empty by default."""
    if dataclasses.is_dataclass(value):
        return {
            f.name: _plain(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if not _left_out(f, getattr(value, f.name))
        }
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return to_dict(value)


def _left_out(field: dataclasses.Field[Any], value: Any) -> bool:
    empty = value is None or (isinstance(value, (tuple, Mapping)) and not value)
    default = () if field.default_factory is dict else field.default
    return empty and default in (None, ())


def from_yaml(text: str, where: str | None = None) -> Plan:
    """The plan that ``text`` describes: ``from_yaml(to_yaml(plan)) == plan``.

    Raises
    ------
    FormatError
        With every wrong place of the document (``groups[1].steps[0].dark``) and its line: unknown or
        repeated keys, wrong types, unknown master ids, ids that cannot name a file. ``where`` is the file.
    """
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    data = _read(text, lines, problems)
    plan: Plan | None = None
    if data is not None:
        unread = {p.place for p in problems}  # what could not be read is not blamed again for its kind
        problems.extend(_wrong_ids(data))
        try:
            plan = from_dict(Plan, data)
        except FormatError as error:
            problems.extend(p for p in error.problems if p.place not in unread)
    if problems or plan is None:
        raise FormatError([_with_line(p, lines) for p in problems], where=where)
    return plan


def _read(text: str, lines: dict[str, int], problems: list[Problem]) -> Any:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problems.append(Problem(place=place, what=f"is not YAML: {error.problem or error.context}"))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(Problem(place="", what=f"is not YAML: {str(error).splitlines()[0]}"))
        return None
    if node is None:
        problems.append(Problem(place="", what="is empty"))
        return None
    return _build(node, "", lines, problems, set())


def _build(node: Any, place: str, lines: dict[str, int], problems: list[Problem], seen: set[int]) -> Any:
    """Plain data of a node; ``lines`` gets the line of every place."""
    lines.setdefault(place, node.start_mark.line + 1)
    if id(node) in seen:  # an alias could make a small file huge, or endless
        problems.append(Problem(place=place, what="is an alias; write the value out"))
        return None
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, f"{place}[{i}]", lines, problems, seen) for i, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        data: dict[str, Any] = {}
        for key, child in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            inner = f"{place}.{name}" if place else name
            if name in data:
                problems.append(Problem(place=inner, what=f"is given twice, again in line {key.start_mark.line + 1}"))
            data[name] = _build(child, inner, lines, problems, seen)
        return data
    return _scalar(node, place, problems)


def _scalar(node: Any, place: str, problems: list[Problem]) -> Any:
    kind = node.tag.removeprefix(_TAG)
    try:
        match kind:
            case "str":
                return node.value
            case "null":
                return None
            case "bool":
                return {"true": True, "false": False}[node.value.lower()]
            case "int":
                return int(node.value)
            case "float":
                number = float(node.value)
                if math.isfinite(number):
                    return number
    except (ValueError, KeyError):
        pass
    problems.append(Problem(place=place, what=f"cannot be used as a value: {node.value[:40]!r}"))
    return None


def _wrong_ids(data: Any) -> Iterator[Problem]:
    """Ids that do not fit a file name, and references to masters that are not there."""
    sections = {key: _mappings(data, key) for key in ("masters", "groups")}
    known = {entry.get("id") for _, entry in sections["masters"] if isinstance(entry.get("id"), str)}
    for place, entry in (*sections["masters"], *sections["groups"]):
        own = entry.get("id")
        if isinstance(own, str) and not ID.fullmatch(own):
            what = (
                f"must be letters, digits, dots, dashes and underscores, beginning with one of the first two: {own!r}"
            )
            yield Problem(place=f"{place}.id", what=what)
        for inner, step in _mappings(entry, "steps", place):
            for field in REFERENCES:
                used = step.get(field)
                if isinstance(used, str) and used not in known:
                    yield Problem(place=f"{inner}.{field}", what=f"there is no master {used!r}")


def _mappings(data: Any, key: str, place: str = "") -> list[tuple[str, dict[str, Any]]]:
    entries = data.get(key) if isinstance(data, dict) else None
    inner = f"{place}.{key}" if place else key
    return [
        (f"{inner}[{i}]", e) for i, e in enumerate(entries if isinstance(entries, list) else ()) if isinstance(e, dict)
    ]


def _with_line(problem: Problem, lines: Mapping[str, int]) -> Problem:
    place = problem.place
    while place and place not in lines:
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    if not place:
        return problem
    return Problem(place=problem.place, what=f"{problem.what} (line {lines[place]})")


def plan_sha256(plan: Plan) -> str:
    """SHA-256 of the plan's canonical JSON (keys sorted, no blanks, ASCII): equal for equal plans, and only for these.

    A number that is whole is written as such: who edits a plan may write ``3`` or ``3.0``.
    """
    data = _whole_numbers(to_dict(plan))
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _whole_numbers(data: Any) -> Any:
    """``data`` with numbers that Python takes for equal (3.0, 3; True, 1; -0.0, 0) written in one way."""
    if isinstance(data, dict):
        return {key: _whole_numbers(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_whole_numbers(value) for value in data]
    if isinstance(data, bool) or (isinstance(data, float) and data.is_integer()):
        return int(data)
    return data
