"""What a script's sequences and files amount to: masters with their roles, and groups of lights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ampglow_plugin import __version__
from ampglow_plugin.hosts.siril.dialects import CALIBRATED
from ampglow_plugin.hosts.siril.trace import Chain, Trace
from ampglow_plugin.model.finding import Where
from ampglow_plugin.model.plan import (
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    MasterRole,
    Plan,
    Step,
)

#: words in a name that tell what frames are; the first that fits counts
_NAMED: tuple[tuple[re.Pattern[str], MasterRole | None], ...] = (
    (re.compile(r"light|object|target|result", re.IGNORECASE), None),
    (re.compile(r"(?<![a-z])(?:dark_?flat|flat_?dark)s?(?![a-z])", re.IGNORECASE), "flatdark"),
    (re.compile(r"(?<![a-z])darks?(?![a-z])", re.IGNORECASE), "dark"),
    (re.compile(r"(?<![a-z])flats?(?![a-z])", re.IGNORECASE), "flat"),
    (re.compile(r"(?<![a-z])(?:bias(?:es)?|offsets?)(?![a-z])", re.IGNORECASE), "bias"),
)
_LEVELS = ("dark", "flatdark")


def resolve(walked: Trace, where: str) -> tuple[Plan, dict[str, Where]]:
    """(plan, places) of a walked script; where nothing is calibrated, see :func:`reader.read`."""
    return _Resolver(walked, where).plan(f"ampglow {__version__}")


def role_by_name(*names: str) -> MasterRole | None:
    """What the names say a file or a sequence holds, or None."""
    for name in names:
        for pattern, role in _NAMED:
            if pattern.search(name):
                if role is not None:
                    return role
                break
    return None


@dataclass
class _Resolver:
    walked: Trace
    where: str
    places: dict[str, Where] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)

    def plan(self, tool: str) -> tuple[Plan, dict[str, Where]]:
        roles = self._roles()
        built = [(path, self.walked.stacks[path]) for path in roles if path in self.walked.stacks]
        built.sort(key=lambda item: _last_line(item[1]))
        files = [path for path in roles if path not in self.walked.stacks]
        for path in (*files, *(path for path, _ in built)):
            self._name(path)
        masters: list[Master] = [Master(id=self._ids[p], role=roles[p], file=p) for p in files]
        for i, path in enumerate(files):
            self.places[f"masters[{i}]"] = self._first_use(path)
        for path, chain in built:
            steps = self._steps(chain, f"masters[{len(masters)}]", roles)
            masters.append(Master(id=self._ids[path], role=roles[path], frames=chain.frames, steps=steps))
        groups: list[Group] = []
        darkless = not self.walked.calibrates  # it may be for frames that are calibrated already
        left_raw = darkless and any(roles[path] == "dark" for path, _ in built)
        for chain in self._results(roles):
            if darkless and not (left_raw and chain.taken and not chain.root.startswith(CALIBRATED)):
                continue
            steps = self._steps(chain, f"groups[{len(groups)}]", roles)
            mosaic = any(isinstance(s, Debayer) or (isinstance(s, Calibrate) and s.equalize_cfa) for s in steps)
            mosaic = mosaic and not chain.extracted  # what was extracted is a plain image, its mosaic is gone
            name = self._unique(chain.root, {g.id for g in groups})
            groups.append(Group(id=name, frames=chain.frames, steps=steps, cfa=True if mosaic else None))
        return Plan(tool=tool, masters=tuple(masters), groups=tuple(groups)), self.places

    def _chains(self) -> Iterator[tuple[str, Chain]]:
        yield from self.walked.sequences.items()
        yield from self.walked.stacks.items()

    def _roles(self) -> dict[str, MasterRole]:
        """Role of every file that is used as a master, and of stacks that are named like one."""
        uses: dict[str, list[tuple[str, str]]] = {}  # path -> (option, path of the chain)
        for path, chain in self._chains():
            for placed in chain.steps:
                if isinstance(placed.step, Calibrate):
                    for option in ("dark", "bias", "flat"):
                        file = getattr(placed.step, option)
                        if file is not None:
                            uses.setdefault(file, []).append((option, path))
        flats = {file for file, used in uses.items() if any(option == "flat" for option, _ in used)}
        flat_roots = {self.walked.stacks[f].root for f in flats if f in self.walked.stacks}
        roles: dict[str, MasterRole] = {}
        for file, used in uses.items():
            options = {option for option, _ in used}
            if file in flats:
                roles[file] = "flat"
                continue
            named = role_by_name(PurePosixPath(file).name, self._root(file))
            if options == {"dark"} and named in ("bias", "flat"):
                roles[file] = named  # a mistake, which the rules tell
            elif "dark" in options or (options == {"bias"} and named in _LEVELS):
                of_flats = all(self._chain(path).root in flat_roots for _, path in used)
                roles[file] = "flatdark" if of_flats and named != "dark" else "dark"
                if options == {"bias"} and named is not None:
                    roles[file] = named
            else:
                roles[file] = "bias"
        for path, chain in self.walked.stacks.items():
            guess = role_by_name(chain.root)
            if path not in roles and guess is not None:
                roles[path] = guess
        return roles

    def _chain(self, path: str) -> Chain:
        return self.walked.stacks.get(path) or self.walked.sequences[path]

    def _root(self, file: str) -> str:
        return self.walked.stacks[file].root if file in self.walked.stacks else ""

    def _results(self, roles: Mapping[str, MasterRole]) -> Iterator[Chain]:
        """Chains that end in what the user wants: stacks that are no masters, sequences that nothing follows."""
        seen: list[Chain] = []
        ends: Iterable[Chain] = (
            *(c for p, c in self.walked.stacks.items() if p not in roles),
            *(c for p, c in self.walked.sequences.items() if p not in self.walked.used),
        )
        for chain in ends:
            if chain.steps and chain not in seen and (role_by_name(chain.root) is None or _treated_as_lights(chain)):
                seen.append(chain)
                yield chain

    def _steps(self, chain: Chain, place: str, roles: Mapping[str, MasterRole]) -> tuple[Step, ...]:
        self.places[place] = Where(path=self.where, line=chain.line, column=1)
        steps: list[Step] = []
        for i, placed in enumerate(chain.steps):
            inner = f"{place}.steps[{i}]"
            self.places[inner] = Where(path=self.where, line=placed.line, column=placed.column)
            for name, column in placed.columns.items():
                self.places[f"{inner}.{name}"] = Where(path=self.where, line=placed.line, column=column)
            steps.append(self._named(placed.step, roles))
        return tuple(steps)

    def _named(self, step: Step, roles: Mapping[str, MasterRole]) -> Step:
        """The step with ids in place of paths; a dark that is given as -bias= is a dark all the same."""
        if isinstance(step, Calibrate):
            bias, dark = step.bias, step.dark
            if bias is not None and dark is None and roles[bias] in _LEVELS:
                bias, dark = None, bias
            return replace(step, bias=self._id(bias), dark=self._id(dark), flat=self._id(step.flat))
        if isinstance(step, CosmeticCorrect):
            return replace(step, dark=self._id(step.dark))
        return step

    def _id(self, path: str | None) -> str | None:
        return None if path is None else self._ids[path]

    def _name(self, path: str) -> None:
        name = PurePosixPath(path).name
        self._ids[path] = self._unique(
            re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip("._-") or "master", self._ids.values()
        )

    @staticmethod
    def _unique(name: str, taken: Iterable[str]) -> str:
        known = set(taken)
        unique, number = name, 2
        while unique in known:
            unique, number = f"{name}-{number}", number + 1
        return unique

    def _first_use(self, path: str) -> Where:
        for _, chain in self._chains():
            for placed in chain.steps:
                for name, column in placed.columns.items():
                    if isinstance(placed.step, Calibrate) and getattr(placed.step, name, None) == path:
                        return Where(path=self.where, line=placed.line, column=column)
        return Where(path=self.where)


def _treated_as_lights(chain: Chain) -> bool:
    """Frames named like calibration frames that are registered or debayered are lights under an odd name."""
    return any(not isinstance(p.step, (Calibrate, CosmeticCorrect, Integrate)) for p in chain.steps)


def _last_line(chain: Chain) -> int:
    return max((p.line for p in chain.steps), default=chain.line)
