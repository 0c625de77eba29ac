"""Values to plain data and back, with every wrong place named.

``to_dict`` turns the frozen dataclasses of this package into dicts, lists and scalars that JSON
and YAML can hold; ``from_dict`` is its exact inverse and collects *all* problems of a document
before it raises :class:`~ampglow_plugin.errors.FormatError`. ``json_schema`` describes the same
data as JSON Schema (draft 2020-12), made from the same type hints, so the two cannot drift apart.

Supported annotations: ``str int float bool None``, ``Literal``, ``X | None``, ``tuple[X, ...]``,
``tuple[X, Y]``, ``Mapping[str, X]``, dataclasses, and unions of dataclasses that differ in a
``Literal`` field listed in ``TAGS``.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from ampglow_plugin.errors import FormatError, Problem

T = TypeVar("T")

#: field names that tell the members of a union apart
TAGS = ("step",)


def to_dict(value: Any) -> Any:
    """Plain data (dict, list, str, int, float, bool, None) of a model value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_dict(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): to_dict(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_dict(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no NaN; a number that could not be measured is null
    return value


def from_dict(cls: type[T], data: Any, *, where: str | None = None) -> T:
    """Build ``cls`` from plain data.

    Raises
    ------
    FormatError
        With one :class:`Problem` per wrong place: a missing or unknown key, a wrong type, a word
        that is not allowed. ``where`` (a file name) is put in front of the message.
    """
    problems: list[Problem] = []
    value = _build(cls, data, "", problems)
    if problems:
        raise FormatError(problems, where=where)
    return cast(T, value)


_HINTS: dict[Any, dict[str, Any]] = {}


def _hints(cls: Any) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = get_type_hints(cls)
    return _HINTS[cls]


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _build(hint: Any, data: Any, place: str, problems: list[Problem]) -> Any:
    def bad(what: str) -> None:
        problems.append(Problem(place=place, what=what))

    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return data
    if origin is Literal:
        if data not in args or isinstance(data, bool) != isinstance(args[0], bool):
            bad(f"must be one of {', '.join(map(repr, args))}, not {data!r}")
        return data
    if origin in (Union, types.UnionType):
        if data is None and type(None) in args:
            return None
        members = [a for a in args if a is not type(None)]
        if len(members) == 1:
            return _build(members[0], data, place, problems)
        return _build_union(members, data, place, problems)
    if origin is tuple:
        if not isinstance(data, (list, tuple)):
            bad(f"must be a list, not {_kind(data)}")
            return ()
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_build(args[0], d, f"{place}[{i}]", problems) for i, d in enumerate(data))
        if len(args) != len(data):
            bad(f"must have {len(args)} items, not {len(data)}")
            return ()
        return tuple(_build(a, d, f"{place}[{i}]", problems) for i, (a, d) in enumerate(zip(args, data, strict=True)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(data, Mapping):
            bad(f"must be a mapping, not {_kind(data)}")
            return {}
        return {str(k): _build(args[1], v, _join(place, str(k)), problems) for k, v in data.items()}
    if dataclasses.is_dataclass(hint):
        return _build_dataclass(cast(type[Any], hint), data, place, problems)
    return _build_scalar(hint, data, bad)


def _build_scalar(hint: Any, data: Any, bad: Any) -> Any:
    if hint is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if hint is bool and not isinstance(data, bool):
        bad(f"must be true or false, not {data!r}")
    elif hint in (int, float, str) and (not isinstance(data, hint) or isinstance(data, bool)):
        bad(f"must be {_NAMES[hint]}, not {_kind(data)}")
    return data


_NAMES = {int: "a whole number", float: "a number", str: "text"}


def _kind(data: Any) -> str:
    if data is None:
        return "nothing"
    if isinstance(data, Mapping):
        return "a mapping"
    if isinstance(data, (list, tuple)):
        return "a list"
    return repr(data)


def _build_union(members: list[Any], data: Any, place: str, problems: list[Problem]) -> Any:
    tagged = [m for m in members if dataclasses.is_dataclass(m)]
    if not tagged:  # a union of scalars: the first that takes the value as it is
        for member in members:
            trial: list[Problem] = []
            value = _build(member, data, place, trial)
            if not trial and (member is not float or not isinstance(data, int) or int not in members):
                return value
        problems.append(Problem(place=place, what=f"has an unexpected type: {_kind(data)}"))
        return data
    if not isinstance(data, Mapping):
        problems.append(Problem(place=place, what=f"must be a mapping, not {_kind(data)}"))
        return None
    for tag in TAGS:
        words = {w: m for m in tagged for w in get_args(_hints(m).get(tag, Any))}
        if words:
            member = words.get(data.get(tag))
            if member is None:
                what = f"must be one of {', '.join(map(repr, words))}, not {data.get(tag)!r}"
                problems.append(Problem(place=_join(place, tag), what=what))
                return None
            return _build(member, data, place, problems)
    raise TypeError(f"no tag tells {members} apart")


def _build_dataclass(cls: type[Any], data: Any, place: str, problems: list[Problem]) -> Any:
    if not isinstance(data, Mapping):
        problems.append(Problem(place=place, what=f"must be a mapping, not {_kind(data)}"))
        return None
    hints = _hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls)}
    before = len(problems)
    unknown = [str(key) for key in data if key not in fields]
    problems.extend(Problem(place=_join(place, key), what="is not a known key") for key in unknown)
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in data:
            values[name] = _build(hints[name], data[name], _join(place, name), problems)
        elif _required(field):
            problems.append(Problem(place=_join(place, name), what="is missing"))
    if len(problems) > before:
        return None
    return cls(**values)


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


# ------------------------------------------------------------------------------------ JSON Schema


def json_schema(cls: type[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of ``cls`` as a ``$ref`` into ``definitions``, which is filled in place."""
    name = cls.__name__
    if name not in definitions:
        definitions[name] = {}  # stops recursion
        hints = _hints(cls)
        fields = dataclasses.fields(cls)
        definitions[name] = {
            "type": "object",
            "description": (cls.__doc__ or "").strip().split("\n")[0],
            "properties": {f.name: _schema(hints[f.name], definitions) for f in fields},
            "required": [f.name for f in fields if _required(f)],
        }
    return {"$ref": f"#/$defs/{name}"}


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return {}
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(a, definitions) for a in args]}
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return {"type": "array", "items": _schema(args[0], definitions)}
        return {"type": "array", "prefixItems": [_schema(a, definitions) for a in args]}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(args[1], definitions)}
    if dataclasses.is_dataclass(hint):
        return json_schema(cast(type[Any], hint), definitions)
    return {"type": _JSON_TYPES[hint]}


_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
