"""Processes of icons or a script to the plan they amount to, by the files that go from one to the next.

A process whose outputs another one reads comes before it, whatever the order in the file. Where a script does not
name its files, its own order counts. Icons without files are templates: each calibration is a group of its own.
What does not calibrate, and serves no calibration, is left out: it is not ours to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ampglow_plugin.hosts.pixinsight import settings
from ampglow_plugin.hosts.pixinsight.paths import stem
from ampglow_plugin.hosts.pixinsight.script_follower import DOMAIN
from ampglow_plugin.knowledge.pixinsight import processes
from ampglow_plugin.model.finding import Where
from ampglow_plugin.model.plan import (
    Align,
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
from ampglow_plugin.model.process import Cell, Listing, ProcessInstance
from ampglow_plugin.rules.pixinsight.look import targets

READ_BY = "PixInsight"
#: stands for a file that the script computes
COMPUTED = "(computed)"
_COMBINATIONS = {v: k for k, v in settings.COMBINATIONS.items()}
_REJECTIONS = {v: k for k, v in settings.REJECTIONS.items()}
_NORMALIZATIONS = {v: k for k, v in settings.NORMALIZATIONS.items()}
_METHODS = {v: k for k, v in settings.DEBAYER_METHODS.items()}
_ROLES: tuple[tuple[str, MasterRole], ...] = (
    (r"flat[ _-]?dark|dark[ _-]?flat", "flatdark"),
    (r"flat", "flat"),
    (r"bias|offset", "bias"),
    (r"dark", "dark"),
)
#: master of ImageCalibration -> role
_MASTERS: dict[str, MasterRole] = {"Dark": "dark", "Flat": "flat", "Bias": "bias"}
#: masters named as the batch scripts name theirs: a mistake shows where one is given as another
_MASTER_NAME = re.compile(r"master[ _-]?(dark|flat|bias)(?![ _-]?dark)", re.IGNORECASE)
_IMAGE_TYPES: dict[Cell, MasterRole] = {1: "bias", 2: "dark", 3: "flat"}


@dataclass(eq=False, slots=True)
class _Chain:
    """Processes that work on the same frames one after the other."""

    members: list[ProcessInstance] = field(default_factory=list)
    frames: tuple[str, ...] = ()

    def has(self, process: str) -> bool:
        return any(m.process == process for m in self.members)


def value(instance: ProcessInstance, id: str) -> Cell | None:
    """The literal value of a parameter, its factory value where that holds, else None."""
    listed = instance.values.get(id)
    if listed is not None:
        return listed.value if listed.literal and not isinstance(listed.value, tuple) else None
    if not instance.complete:
        return None
    return next((p.default for p in processes()[instance.process].at("1.9.4") if p.id == id), None)


def outputs(instance: ProcessInstance) -> tuple[str, ...]:
    """Files that the process writes, where both its inputs and its folder are known."""
    short = instance.process == "CosmeticCorrection"
    folder = value(instance, "outputDir" if short else "outputDirectory")
    suffix = value(instance, "postfix" if short else "outputPostfix")
    prefix = value(instance, "prefix" if short else "outputPrefix")
    if instance.process == "StarAlignment" and instance.complete:  # its defaults are not in the table
        suffix, prefix, folder = suffix or "_r", prefix or "", folder or ""
    if not all(isinstance(part, str) for part in (folder, suffix, prefix)):
        return ()
    inputs = targets(instance) or ()
    return tuple(f"{folder or path.rpartition('/')[0]}/{prefix}{stem(path)}{suffix}" for path in inputs)


def _named(path: str) -> MasterRole | None:
    """The role that a master's file name states, where it states one only."""
    found = {role.lower() for role in _MASTER_NAME.findall(stem(path))}
    return next((role for role in _MASTERS.values() if found == {role}), None)


def follow(listing: Listing) -> tuple[Plan, Mapping[str, Where]]:
    """The plan, and the line and column of every place in it."""
    return _Flow(listing).plan()


class _Flow:
    def __init__(self, listing: Listing) -> None:
        self.path = listing.path
        self.known = [i for i in listing.instances if i.process in processes()]
        self.places: dict[str, Where] = {}
        self.masters: dict[str, Master] = {}
        self.used: dict[str, MasterRole] = {}
        self.of_flats: set[str] = set()
        self.groups: set[str] = set()

    def plan(self) -> tuple[Plan, Mapping[str, Where]]:
        chains = self._chains()
        for chain in chains:
            for instance in chain.members:
                self._note_masters(instance)
        built: list[tuple[_Chain, MasterRole, str]] = []
        groups: list[_Chain] = []
        for chain in chains:
            role, path = self._role(chain)
            if role is not None:
                built.append((chain, role, path))
            elif chain.has("ImageCalibration"):
                groups.append(chain)
        for chain, _, _ in built:  # masters that flats are calibrated with
            for instance in chain.members:
                if instance.process == "ImageCalibration" and value(instance, "masterDarkEnabled") is True:
                    self.of_flats.add(self._path(instance, "masterDarkPath"))
        masters = [self._build(chain, role, path) for chain, role, path in built]
        entries = [self._group(chain, number) for number, chain in enumerate(groups)]
        made = {master.id for master in masters}
        loose = [self._loose(path, role) for path, role in self.used.items() if self._id(path) not in made]
        for i, (chain, _, _) in enumerate(built):
            self._place(f"masters[{len(loose) + i}]", chain, masters[i].steps)
        for i, chain in enumerate(groups):
            self._place(f"groups[{i}]", chain, entries[i].steps)
        # files come first: they are there before anything is built with them
        return Plan(tool=READ_BY, masters=(*loose, *masters), groups=tuple(entries)), self.places

    # ------------------------------------------------------------------------------------- chains

    def _chains(self) -> list[_Chain]:
        """Processes by the files they hand on; see the module."""
        chains: list[_Chain] = []
        writer: dict[str, _Chain] = {}
        for instance in self._sorted():
            inputs = targets(instance)
            before = {id(writer[k]): writer[k] for k in map(_key, inputs or ()) if k in writer}
            if len(before) > 1 or (before and instance.process != "ImageIntegration"):
                chain = _joined(chains, list(before.values()))
            elif before:
                chain = next(iter(before.values()))
            elif not inputs and (last := _last(chains, instance)) is not None:
                chain = last
            else:
                chain = _Chain(frames=inputs or ())
                chains.append(chain)
            chain.members.append(instance)
            for member in chain.members:
                writer.update((_key(path), chain) for path in outputs(member))
        return _rounds_joined(chains)

    def _sorted(self) -> list[ProcessInstance]:
        """Each behind those whose outputs it reads; otherwise as they stand."""
        waiting, done = list(self.known), list[ProcessInstance]()
        written = {id(i): {_key(p) for p in (*outputs(i), i.saved_as or "") if p} for i in waiting}
        read = {id(i): {_key(p) for p in (*(targets(i) or ()), *self._masters_of(i))} for i in waiting}
        while waiting:
            ready = next(
                (i for i in waiting if not any(j is not i and written[id(j)] & read[id(i)] for j in waiting)),
                waiting[0],
            )
            waiting.remove(ready)
            done.append(ready)
        return done

    # ------------------------------------------------------------------------------------ masters

    def _masters_of(self, instance: ProcessInstance) -> Iterator[str]:
        """Masters that an icon reads. A script says itself when it runs what, be it right or wrong."""
        if instance.process == "ImageCalibration" and instance.order is None:
            for word in _MASTERS:
                if value(instance, f"master{word}Enabled") is True:
                    yield self._path(instance, f"master{word}Path")

    def _note_masters(self, instance: ProcessInstance) -> None:
        if instance.process != "ImageCalibration":
            return
        for word, role in _MASTERS.items():
            if value(instance, f"master{word}Enabled") is True:
                path = self._path(instance, f"master{word}Path")
                if path:
                    self.used.setdefault(path, _named(path) or role)

    def _path(self, instance: ProcessInstance, id: str) -> str:
        """The path of a master; one that is computed is told apart by the place it is set at."""
        listed = instance.values.get(id)
        if listed is not None and listed.literal:
            return str(listed.value or "")
        if listed is None and instance.complete:
            return ""
        return f"{COMPUTED} {id.removeprefix('master').removesuffix('Path').lower()}"

    def _id(self, path: str) -> str:
        return self.masters[path].id if path in self.masters else _unique(path, {m.id for m in self.masters.values()})

    def _loose(self, path: str, role: MasterRole) -> Master:
        if path not in self.masters:
            dark = "flatdark" if role == "dark" and path in self.of_flats else role
            self.masters[path] = Master(id=self._id(path), role=dark, file=path)
        return self.masters[path]

    def _role(self, chain: _Chain) -> tuple[MasterRole | None, str]:
        """For which master a chain works, and its file; None for lights."""
        last = chain.members[-1]
        saved = last.saved_as or ""
        if last.process == "ImageIntegration" and saved in self.used:
            return self.used[saved], saved
        if any(m.process in ("Debayer", "StarAlignment") for m in chain.members):
            return None, ""
        if last.process == "ImageIntegration" and (kind := _IMAGE_TYPES.get(value(last, "imageType"))):
            return kind, saved
        if chain.has("ImageCalibration") and any(
            m.process == "ImageCalibration" and value(m, "masterFlatEnabled") is not False for m in chain.members
        ):
            return None, ""
        words = " ".join([saved, *(m.name for m in chain.members), *chain.frames, *_folders(chain)])
        words = (
            re.sub(r"master(dark|flat|bias)\w*", "", words, flags=re.IGNORECASE)
            if chain.has("ImageCalibration")
            else words
        )
        role = next((role for pattern, role in _ROLES if re.search(pattern, words, re.IGNORECASE)), None)
        if role == "dark" and chain.has("ImageCalibration"):
            return (role, saved) if last.process == "ImageIntegration" else (None, "")
        if role is None or (last.process != "ImageIntegration" and role != "flat"):
            return None, ""
        return role, saved

    def _build(self, chain: _Chain, role: MasterRole, path: str) -> Master:
        path = path or f"{role} {chain.members[-1].name}"
        kind: MasterRole = "flatdark" if role == "dark" and path in self.of_flats else role
        steps = tuple(s for s in (self._step(m, chain) for m in chain.members) if s is not None)
        self.masters[path] = Master(id=self._id(path), role=kind, frames=chain.frames or (COMPUTED,), steps=steps)
        return self.masters[path]

    # ------------------------------------------------------------------------------------- groups

    def _group(self, chain: _Chain, number: int) -> Group:
        steps = tuple(s for s in (self._step(m, chain) for m in chain.members) if s is not None)
        folder = next(iter(_folders(chain)), "").rstrip("/").rpartition("/")[2]
        name = _unique(folder or f"lights-{number + 1}", self.groups)
        self.groups.add(name)
        return Group(
            id=name, frames=chain.frames or (COMPUTED,), steps=steps, cfa=True if chain.has("Debayer") else None
        )

    def _place(self, place: str, chain: _Chain, steps: tuple[Step, ...]) -> None:
        first = chain.members[0]
        self.places[place] = Where(path=self.path, line=first.line, column=first.column)
        for i, instance in enumerate(_merged(chain.members)[: len(steps)]):
            here = f"{place}.steps[{i}]"
            self.places[here] = Where(path=self.path, line=instance.line, column=instance.column)
            for name, parameter in _FIELDS.items():
                listed = instance.values.get(parameter)
                if listed is not None:
                    self.places[f"{here}.{name}"] = Where(path=self.path, line=listed.line, column=listed.column)

    # -------------------------------------------------------------------------------------- steps

    def _step(self, instance: ProcessInstance, chain: _Chain) -> Step | None:
        if instance not in _merged(chain.members):
            return None
        match instance.process:
            case "ImageCalibration":
                return self._calibrate(instance, chain)
            case "CosmeticCorrection":
                return self._cosmetic(instance)
            case "Debayer":
                pattern, method = value(instance, "cfaPattern"), value(instance, "debayerMethod")
                known = _METHODS.get(str(method))
                return Debayer(
                    pattern=None if pattern in ("Auto", None) else str(pattern),
                    method=None if known in ("vng", None) else known,
                )
            case "StarAlignment":
                return Align()
            case _:
                return _integrate(instance)

    def _used(self, instance: ProcessInstance, word: str) -> str | None:
        if value(instance, f"master{word}Enabled") is not True:
            return None
        path = self._path(instance, f"master{word}Path")
        return self._loose(path, self.used[path]).id if path else None

    def _calibrate(self, instance: ProcessInstance, chain: _Chain) -> Calibrate:
        dark, bias, flat = (self._used(instance, word) for word in ("Dark", "Bias", "Flat"))
        optimized = dark is not None and value(instance, "optimizeDarks") is True
        if dark and bias and not optimized and value(instance, "calibrateDark") is True:
            bias = None  # light - bias - (dark - bias): what is subtracted is the dark as it is
        colours = chain.has("Debayer") or value(instance, "enableCFA") is True
        separate = value(instance, "separateCFAFlatScalingFactors") is True
        return Calibrate(
            dark=dark,
            bias=bias,
            flat=flat,
            dark_scaling="optimize" if optimized else "none",
            equalize_cfa=bool(flat and colours and separate),
        )

    def _cosmetic(self, instance: ProcessInstance) -> CosmeticCorrect:
        by_dark = value(instance, "useMasterDark") is True
        kind = "Dark" if by_dark else "Auto"
        hot, cold = (
            float(sigma) if value(instance, f"{side}{kind}Check") is True and isinstance(sigma, (int, float)) else None
            for side in ("hot", "cold")
            for sigma in (value(instance, f"{side}AutoValue"),)
        )
        path = self._path(instance, "masterDarkPath") if by_dark else ""
        dark = self._loose(path, self.used.setdefault(path, "dark")).id if path else None
        cfa = value(instance, "cfa") is True
        return CosmeticCorrect(method="dark" if by_dark else "auto", dark=dark, hot_sigma=hot, cold_sigma=cold, cfa=cfa)


#: field of a step -> parameter that says it, for line and column
_FIELDS = {
    "dark": "masterDarkPath",
    "bias": "masterBiasPath",
    "flat": "masterFlatPath",
    "dark_scaling": "optimizeDarks",
    "cfa": "cfa",
    "pattern": "cfaPattern",
    "normalization": "normalization",
    "combination": "combination",
}


def _integrate(instance: ProcessInstance) -> Integrate:
    rejection = _REJECTIONS.get(str(value(instance, "rejection")), "none")
    low, high = (value(instance, key) for key in settings.LIMITS.get(rejection, ("", "")))
    return Integrate(
        combination=_COMBINATIONS.get(str(value(instance, "combination")), "mean"),  # type: ignore[arg-type]
        rejection=rejection,  # type: ignore[arg-type]
        low_sigma=float(low) if isinstance(low, (int, float)) else 3.0,
        high_sigma=float(high) if isinstance(high, (int, float)) else 3.0,
        normalization=_NORMALIZATIONS.get(str(value(instance, "normalization")), "none"),  # type: ignore[arg-type]
    )


def _merged(members: list[ProcessInstance]) -> list[ProcessInstance]:
    """Members that are steps of their own: rounds of one process that only differ in their files are one step."""
    own: list[ProcessInstance] = []
    for member in members:
        twin = own[-1] if own else None
        if twin is None or not _rounds(twin, member):
            own.append(member)
    return own


_FILES = ("targetFrames", "targetItems", "targets", "outputPrefix", "prefix")


def _rounds(a: ProcessInstance, b: ProcessInstance) -> bool:
    if a.process != b.process or a.process == "ImageIntegration":
        return False
    ids = (a.values.keys() | b.values.keys()) - set(_FILES)
    if any(value(a, key) != value(b, key) for key in ids):
        return False
    inputs = (set(targets(a) or ()), set(targets(b) or ()))
    return bool(inputs[0] and inputs[1]) and not inputs[0] & inputs[1] and not set(outputs(a)) & inputs[1]


def _joined(chains: list[_Chain], parts: list[_Chain]) -> _Chain:
    """The chains as one: a process that reads what several wrote."""
    first = parts[0]
    for other in parts[1:]:
        first.members += other.members
        first.frames += tuple(f for f in other.frames if f not in first.frames)
        chains.remove(other)
    return first


def _rounds_joined(chains: list[_Chain]) -> list[_Chain]:
    """Chains of one process each that differ in nothing but their files, written to one folder, are one."""
    kept: list[_Chain] = []
    for chain in chains:
        single = len(chain.members) == 1 and bool(_folders(chain))
        twin = next((k for k in kept if single and _rounds(k.members[-1], chain.members[0])), None)
        if twin is None:
            kept.append(chain)
        else:
            twin.members += chain.members
            twin.frames += chain.frames
    return kept


def _last(chains: list[_Chain], instance: ProcessInstance) -> _Chain | None:
    """The chain that a process of a script goes on with, where its files are computed."""
    if instance.order is None or not chains:
        return None
    last = chains[-1]
    order = last.members[-1].order
    if order is None or order // DOMAIN != instance.order // DOMAIN or last.has("ImageIntegration"):
        return None
    if instance.process == "ImageCalibration" and last.has("ImageCalibration"):
        return None
    return last


def _folders(chain: _Chain) -> list[str]:
    ids = ("outputDirectory", "outputDir")
    found = [value(m, key) for m in chain.members for key in ids if key in m.values]
    return [f for f in found if isinstance(f, str)]


def _key(path: str) -> str:
    """A path without its ending, as file systems that do not tell capitals apart see it."""
    folder, slash, name = path.replace("\\", "/").rpartition("/")
    head, dot, ending = name.rpartition(".")
    known = dot and ending.lower() in ("xisf", "fit", "fits", "fts")
    return f"{folder}{slash}{head if known else name}".casefold()


def _unique(path: str, taken: set[str]) -> str:
    name = stem(path) or "master"
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}-{number}", number + 1
    return candidate
