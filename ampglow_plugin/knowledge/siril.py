"""Commands and options of Siril: which release has which, and what it does with words it does not know.

The rows are in ``siril_commands.json``, with their evidence. Development tags count to the release they
led to: what came with 1.3.3 came with 1.4.0 for those who use releases.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ampglow_plugin.knowledge import table

TABLE = "siril_commands.json"
Version = tuple[int, int, int]

#: first and last release of each series; of the newest any later one
SERIES: Mapping[str, tuple[Version, Version]] = {
    "0.9": ((0, 9, 9), (0, 9, 12)),
    "1.0": ((1, 0, 0), (1, 0, 6)),
    "1.2": ((1, 2, 0), (1, 2, 6)),
    "1.4": ((1, 4, 0), (1, 4, 99)),
}
_EVER: tuple[Version, Version] = ((0, 0, 0), (99, 0, 0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Releases a script is judged for: from ``low`` to ``high`` of one series."""

    series: str
    low: Version
    high: Version

    @property
    def old(self) -> bool:
        """Before 1.2: the parsers of then, which pass over what they do not know."""
        return self.series in ("0.9", "1.0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """First and last release that has something."""

    first: Version = _EVER[0]
    last: Version = _EVER[1]

    def covers(self, target: Target | None) -> bool:
        """The newest release of the target has it; without a target, any series does."""
        if target is not None:
            return self.first <= target.high <= self.last
        return any(self.first <= high and low <= self.last for low, high in SERIES.values())

    def too_new(self, target: Target | None) -> bool:
        """The newest release of the target has it, the oldest has not."""
        return target is not None and target.low < self.first <= target.high


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command in all its versions. ``name`` is spelt as Siril lists it; ``row`` is empty for lesser ones."""

    name: str
    span: Span
    options: Mapping[str, Span]
    row: Mapping[str, Any]
    scriptable_since: Version | None

    def scriptable(self, target: Target | None) -> bool:
        """It may stand in a script."""
        newest = SERIES["1.4"][1] if target is None else target.high
        return self.scriptable_since is not None and self.scriptable_since <= newest

    @property
    def renamed_to(self) -> str | None:
        """The command that took its place."""
        return self.row.get("renamed_to")

    @property
    def replaces(self) -> str | None:
        """The command whose place it took."""
        return self.row.get("replaces")

    @property
    def persists(self) -> bool:
        """It changes the user's preferences."""
        return bool(self.row.get("persists"))

    @property
    def positionals(self) -> int | None:
        """How many words it takes that are no options; None without a limit."""
        limit: int | None = self.row.get("positional", {}).get("max")
        return limit

    def replacement(self, option: str, target: Target | None) -> str | None:
        """The word that took the place of an option in this target."""
        found = self.row.get("replaced_options", {}).get(option)
        while found and target is not None and first(found[0]) <= target.high:
            option = found[1]
            found = self.row.get("replaced_options", {}).get(option)
            if not found or first(found[0]) > target.high:
                return option
        return None

    def unknown_words(self, target: Target | None) -> str | None:
        """``error`` or ``ignored``: what happens to a word that it does not know; None where not tried."""
        if target is None:
            said = set(self.row.get("unknown_words", {}).values())
            return said.pop() if len(said) == 1 else None
        tried = "1.0" if target.old else target.series  # 0.9 reads options as 1.0 does
        found: str | None = self.row.get("unknown_words", {}).get(tried)
        return found


def first(text: str | None) -> Version:
    """The release in which something came that came with the tag ``text``."""
    if text is None:
        return _EVER[0]
    major, minor, micro = _numbers(text)
    if major >= 1 and minor % 2 and "dev" not in text:
        return (major, minor + 1, 0)
    return (major, minor, micro)


def last(text: str | None) -> Version:
    """The last release that has something whose last tag is ``text``."""
    if text is None:
        return _EVER[1]
    major, minor, micro = _numbers(text)
    if major >= 1 and minor % 2:
        return (major, minor - 1, 99)
    if "-" in text:  # a test version of the release that has it no more
        return (major, minor - 1, 99)
    return (major, minor, micro if text.count(".") > 1 else 99)


@functools.lru_cache(maxsize=64)
def target(requires: str | None, chosen: str | None) -> Target | None:
    """What a script is judged for: the chosen series, else that of the version it requires; None without either."""
    asked = first(requires) if requires is not None and re.match(r"\d+\.\d+", requires) else None
    if chosen is not None:
        low, high = SERIES[chosen]
        return Target(series=chosen, low=max(low, asked) if asked and asked <= high else low, high=high)
    if asked is None:
        return None
    series = next((name for name, (_, high) in SERIES.items() if asked <= high), "1.4")
    low, high = SERIES[series]
    return Target(
        series=series, low=max(low, asked), high=max(high, (asked[0], asked[1], 99)) if asked > high else high
    )


def command(name: str) -> Command | None:
    """The command of this name in any case, or None where no version has one."""
    return _commands().get(name.lower())


@functools.cache
def spellings() -> tuple[str, ...]:
    """Names of all commands, for suggestions."""
    return tuple(sorted(_commands()))


@functools.cache
def _commands() -> dict[str, Command]:
    known = table(TABLE)
    found = {}
    for name, row in known["commands"].items():
        options = {o: Span(first=first(r.get("from")), last=last(r.get("to"))) for o, r in row["options"].items()}
        options |= {alias: options[o] for o, alias in row.get("aliases", {}).items() if o in options}
        span = Span(first=first(row["from"]), last=last(row["to"]))
        since = _since(row["scriptable"])
        found[name.lower()] = Command(name=name, span=span, options=options, row=row, scriptable_since=since)
    for name, (begun, ended, _, scriptable) in known["others"].items():
        span = Span(first=first(begun), last=last(ended))
        found[name.lower()] = Command(name=name, span=span, options={}, row={}, scriptable_since=_since(scriptable))
    return found


def _since(scriptable: Any) -> Version | None:
    if isinstance(scriptable, str):  # "since TAG"
        return first(scriptable.split()[-1])
    if isinstance(scriptable, list):
        return next((first(tag) for tag, value in scriptable if value), None)
    return _EVER[0] if scriptable else None


def _numbers(text: str) -> Version:
    found = [int(n) for n in re.findall(r"\d+", text.partition("-")[0])][:3]
    found += [0] * (3 - len(found))
    return found[0], found[1], found[2]
