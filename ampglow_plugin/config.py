"""``ampglow.yaml``: found, read, checked, and laid over the defaults."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from ampglow_plugin.errors import FormatError, InputError, Problem
from ampglow_plugin.knowledge.pixinsight import SERIES
from ampglow_plugin.model.codec import from_dict
from ampglow_plugin.model.config import Bounds, Config, ConfigFile, Limits
from ampglow_plugin.waiting import asked

NAME = "ampglow.yaml"
HOSTS = ("siril", "pixinsight")


def find(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files that hold for frames at ``paths``: the user's own first, then the one next to the frames.

    Next to the frames is the folder given or the folder of a file given; the first that has one counts.
    """
    beside = (path if asked(path, path.is_dir) else path.parent for path in paths)
    own = user_folder() / NAME
    near = next((folder / NAME for folder in beside if asked(folder, (folder / NAME).is_file)), None)
    found = [own] if own.is_file() else []
    if near is not None and (not found or not near.samefile(own)):
        found.append(near)
    return tuple(found)


def user_folder() -> Path:
    """The user's folder of settings, where this system has it."""
    import platformdirs

    return Path(platformdirs.user_config_dir("ampglow", appauthor=False))


def load(files: Iterable[Path], rules: Collection[str], *, beside_frames: Collection[Path] = ()) -> Config:
    """The settings of ``files``, each laid over those before it; ``rules`` are the codes that exist.

    Limits are replaced one by one, library folders and findings to be ignored are added. Files
    ``beside_frames`` may come from strangers, as the frames do: they must not name a program to be run.

    Raises
    ------
    FormatError
        Naming every wrong place of a file.
    InputError
        Where a file cannot be read.
    """
    config = Config()
    for file in files:
        document = _read(file, rules)
        if document.hosts and file in beside_frames:
            problem = Problem(place="hosts", what="must not stand beside frames: they do not choose what is run")
            fix = f"put it into {user_folder() / NAME}, or name the program with --siril"
            raise FormatError([problem], where=str(file), fix=fix)
        config = _laid_over(config, document, file)
    return config


def _read(file: Path, rules: Collection[str]) -> ConfigFile:
    import yaml

    try:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_loader())  # noqa: S506 - it is a safe loader
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"cannot be read: {what}", where=str(file)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = Problem(place=place, what=f"is not YAML: {getattr(error, 'problem', None) or error}")
        raise FormatError([problem], where=str(file)) from error
    except (ValueError, RecursionError) as error:  # a date that does not exist; brackets in brackets without end
        raise FormatError([Problem(place="", what=f"is not YAML: {error}")], where=str(file)) from error
    document = from_dict(ConfigFile, {} if data is None else data, where=str(file))
    problems = list(_problems(document, rules))
    if problems:
        raise FormatError(problems, where=str(file), fix="mend the places named; nothing of the file was used")
    return document


@functools.cache
def _loader() -> Any:
    """PyYAML's safe loader without aliases: few of them make a small file stand for a huge one."""
    import yaml

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
                raise yaml.constructor.ConstructorError(None, None, "an alias; write the value out", mark)
            return super().compose_node(parent, index)

    return Loader


def _problems(document: ConfigFile, rules: Collection[str]) -> Iterator[Problem]:
    for (field, scope), bounds in document.limits.by_row().items():
        place = f"limits.{field}" + ("" if scope == "all" else f".{scope}")
        given = _given(bounds)
        yield from (Problem(place=f"{place}.{k}", what=f"must not be below 0, not {v:g}") for k, v in given if v < 0)
        values = dict(given)
        if "tolerated" in values and values.get("exact", 0.0) > values["tolerated"]:
            yield Problem(place=place, what="what is exact must not be wider than what is tolerated")
    age = document.limits.age_d
    if age is not None and not 0 <= age[0] <= age[1] <= age[2]:
        yield Problem(place="limits.age_d", what="must be three rising numbers of days: note, warning, strong warning")
    for name, value in document.hosts.items():
        if name not in HOSTS:
            yield Problem(place=f"hosts.{name}", what=f"is no host; there are {' and '.join(HOSTS)}")
        elif name == "pixinsight" and value not in SERIES:
            what = f"is the version to write for, one of {', '.join(SERIES)}; PixInsight itself is started by you"
            yield Problem(place=f"hosts.{name}", what=what)
    for number, entry in enumerate(document.ignore):
        if entry.rule not in rules:
            yield Problem(place=f"ignore[{number}].rule", what=f"there is no rule {entry.rule}")
        if not entry.reason.strip():
            yield Problem(place=f"ignore[{number}].reason", what="must say why")


def _given(bounds: Bounds) -> list[tuple[str, float]]:
    values = ((f.name, getattr(bounds, f.name)) for f in dataclasses.fields(bounds))
    return [(name, value) for name, value in values if value is not None]


def _laid_over(config: Config, document: ConfigFile, file: Path) -> Config:
    limits, origins = dict(config.limits), dict(config.origins)
    for row, bounds in document.limits.by_row().items():
        limits[row] = dataclasses.replace(limits.get(row, Bounds()), **dict(_given(bounds)))
        for name, value in _given(bounds):
            origins[f"{'/'.join(row)} {name} {value:g}"] = str(file)
    if document.limits.age_d is not None:
        origins[f"age_d {', '.join(f'{days:g}' for days in document.limits.age_d)}"] = str(file)
    library = tuple(os.path.normpath(file.parent / Path(folder).expanduser()) for folder in document.library)
    origins |= {f"library {folder}": str(file) for folder in library}
    hosts = {
        name: value if name == "pixinsight" else _program(value, file.parent) for name, value in document.hosts.items()
    }
    origins |= {f"host {name} {program}": str(file) for name, program in hosts.items()}
    origins |= {f"ignore {i.rule}{f' at {i.where}' if i.where else ''}: {i.reason}": str(file) for i in document.ignore}
    return Config(
        limits=limits,
        age_d=_age(document.limits, config),
        library=(*config.library, *library),
        hosts={**config.hosts, **hosts},
        ignore=(*config.ignore, *document.ignore),
        origins=origins,
    )


def _program(text: str, folder: Path) -> str:
    """A path is meant from ``folder``; a bare name is a command that the system finds."""
    path = Path(text).expanduser()
    return text if len(path.parts) == 1 else str(folder / path)


def _age(limits: Limits, config: Config) -> Any:
    return limits.age_d if limits.age_d is not None else config.age_d
