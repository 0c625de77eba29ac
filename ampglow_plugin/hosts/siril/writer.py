"""A checked plan as a readable .ssf script.

The script works in the folder it is written for: frames lie in ``frames/<set>/``, masters in
``masters/``, Siril's own files in ``process/``, stacks in ``results/``. Every path in it is relative and
made of set names alone, so neither the folder's name nor a frame's can change what a line means.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ampglow_plugin import __version__
from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.entries import in_order, set_names
from ampglow_plugin.hosts.siril.dialects import LEVELLED, Dialect
from ampglow_plugin.hosts.siril.phrases import Phrase, phrases
from ampglow_plugin.model.plan import (
    Align,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    Plan,
    RemoveGradient,
)
from ampglow_plugin.planning.text import plan_sha256
from ampglow_plugin.writing import one_line

FRAMES, MASTERS, PROCESS, RESULTS = "frames", "masters", "process", "results"
COMMENT_WIDTH = 110
#: Siril knows no sequence of one frame: a single one is linked this often
TWINS = 2

Entry = Master | Group


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameSet:
    """Frames of one master or group as the script finds them: ``frames/<name>/<name>_00001.fit`` and on."""

    name: str
    frames: tuple[str, ...]
    copies: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibrated:
    """The frames that the calibration of a group writes: ``process/<stem>_00001.fit`` and on."""

    group: Group
    stem: str
    step: Calibrate | None
    cosmetic: bool
    debayered: bool

    def path(self, number: int) -> str:
        """Path of frame ``number`` (from 1) below the script's folder."""
        return _frame(self.stem, number)


@dataclass(kw_only=True, slots=True)
class Script:
    """The text with what it reads and writes: all that the folder and the manifest are made from.

    ``homes`` maps the name of a set to the user's own folder that holds its frames, whatever they are called; without
    it they are links in ``frames/``.
    """

    homes: Mapping[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    sets: list[FrameSet] = field(default_factory=list)
    master_paths: dict[str, str] = field(default_factory=dict)
    calibrated: list[Calibrated] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    intermediates: list[str] = field(default_factory=list)
    masters_end_line: int = 0

    @property
    def text(self) -> str:
        """The script: UTF-8 text, one command a line."""
        return "\n".join(self.lines) + "\n"

    def say(self, *words: str) -> None:
        """Add a command."""
        self.commands.append(words[0])
        self.lines.append(" ".join(words))

    def comment(self, *texts: str) -> None:
        """Add comments, wrapped; ``#`` must be the very first character of each line, whatever ends lines for whom."""
        for text in texts:
            wrapped = textwrap.wrap(one_line(text), COMMENT_WIDTH, break_long_words=False, break_on_hyphens=False)
            self.lines.extend(f"# {line}" for line in wrapped)

    def blank(self) -> None:
        """Add an empty line."""
        self.lines.append("")


def _frame(sequence: str, number: int) -> str:
    return f"{PROCESS}/{sequence}_{number:05d}.fit"


def write_script(
    plan: Plan, dialect: Dialect, *, homes: Mapping[str, str] | None = None, head: tuple[str, ...] = ()
) -> Script:
    """The script of ``plan`` in ``dialect``, with everything it reads and writes.

    ``homes`` (see :class:`Script`) and ``head``, the comments to begin with, make a script for folders that are not
    of our making.

    Raises
    ------
    HostRefused
        Where the dialect has no way to say a step, or masters need each other in a circle.
    """
    names = set_names(plan)
    script = Script(homes=homes or {})
    for master in plan.masters:
        script.master_paths[master.id] = f"{MASTERS}/{names['master', master.id]}.fit"
    if head:
        script.comment(*head)
        script.say("requires", dialect.requires)
    else:
        _head(script, plan, dialect)
    index = {master.id: i for i, master in enumerate(plan.masters)}
    for master in in_order(plan.masters):
        place, name = f"masters[{index[master.id]}]", names["master", master.id]
        if master.file is None:
            _master(script, master, dialect, name, place)
        else:
            script.blank()
            script.comment(f'Master {master.role} "{master.id}" is there already: {MASTERS}/{name}.fit')
    script.masters_end_line = len(script.lines)
    for i, group in enumerate(plan.groups):
        _group(script, group, dialect, names["group", group.id], f"groups[{i}]")
    return script


def _head(script: Script, plan: Plan, dialect: Dialect) -> None:
    what = "Removal of a gradient" if plan.levels_only else "Calibration"
    script.comment(
        f"{what} for Siril {dialect.series}, written by ampglow {__version__}",
        f"plan sha256 {plan_sha256(plan)}",
        f"Start it in the folder it lies in. Inputs are links in {FRAMES}/ to your own files, which stay as they are. "
        f"Empty {PROCESS}/ before you run it again: Siril takes frames of an earlier run for new ones.",
    )
    if dialect.dark_corrects_hot:
        script.comment("For this version only: a newer Siril may run it as well, but leaves the hot pixels in.")
    for allowed in plan.allowed:
        where = f" ({allowed.where})" if allowed.where else ""
        script.comment(f"ALLOWED although a rule failed: {allowed.rule}{where}: {allowed.reason}")
    script.say("requires", dialect.requires)


def _master_words(script: Script, entry: Entry, place: str) -> Mapping[str, str]:
    """Paths of masters as seen from ``process/``, without ending; every reference of ``entry`` is known."""
    words = {known: f"../{path.removesuffix('.fit')}" for known, path in script.master_paths.items()}
    for i, step in enumerate(entry.steps):
        if isinstance(step, Calibrate | CosmeticCorrect):
            used = (step.dark, step.bias, step.flat) if isinstance(step, Calibrate) else (step.dark,)
            for wanted in used:
                if wanted is not None and wanted not in words:
                    fix = "name a master of the plan"
                    raise HostRefused(f"there is no master {wanted!r}", where=f"{place}.steps[{i}]", fix=fix)
    return words


def _master(script: Script, master: Master, dialect: Dialect, name: str, place: str) -> None:
    said = phrases(master.steps, dialect, _master_words(script, master, place), where=place, builds_master=True)
    lone = len(master.frames) == 1
    stack = next((p for p in said if p.stacks), None)
    if stack is None and not lone:
        fix = "let its steps end with an integrate step"
        raise HostRefused(f"master {master.id!r} is not stacked", where=place, fix=fix)
    before = [p for p in said if not p.stacks]
    count = max(len(master.frames), TWINS)
    script.blank()
    home = script.homes.get(name)
    of = f'"{master.id}" of {_count(len(master.frames))}' if home is None else f"from the frames in {home}"
    script.comment(f"Master {master.role} {of}.")
    sequence = _link(script, master.frames, name, place, single=not before)
    for phrase in before:
        sequence = _on(script, phrase, sequence)
        script.intermediates.extend(_frame(sequence, number) for number in range(1, count + 1))
    script.comment(*_why_stacked(master))
    _stack(script, stack, sequence, f"../{MASTERS}/{name}", lone=lone)
    script.say("cd", "..")


def _why_stacked(master: Master) -> Iterator[str]:
    last = master.steps[-1] if master.steps else None
    if len(master.frames) == 1 or not isinstance(last, Integrate):
        yield "One frame is its own stack."
    elif master.role == "flat" and last.normalization.startswith("multiplicative"):
        yield "Flats differ in brightness: they are brought to one level before rejection."
    elif last.normalization == "none" and not last.output_normalized:
        yield "Levels stay as they are: what is subtracted must not be normalised."


def _group(script: Script, group: Group, dialect: Dialect, name: str, place: str) -> None:
    said = phrases(group.steps, dialect, _master_words(script, group, place), where=place, builds_master=False)
    pattern = next((s.pattern for s in group.steps if isinstance(s, Debayer)), None)
    if pattern is not None and group.bayer_pattern not in (None, pattern):
        raise HostRefused(
            f"Siril takes the mosaic from the frames, which say {group.bayer_pattern}, not {pattern}",
            where=place,
            fix="leave `pattern` out, or correct BAYERPAT in the frames",
        )
    script.blank()
    settings = ", ".join(f"{key} {value}" for key, value in group.settings.items() if value is not None)
    if name in script.homes:
        script.comment(f"Lights: the frames in {script.homes[name]}.")
    else:
        what = "Frames" if _levels(group) else "Lights"
        script.comment(f'{what} "{group.id}": {_count(len(group.frames))}{f" ({settings})" if settings else ""}.')
    sequence = _link(script, group.frames, name, place, single=False)
    for phrase in said:
        if phrase.stacks:
            _stack(script, phrase, sequence, f"../{RESULTS}/{name}", lone=len(group.frames) == 1)
            script.products.append(f"{RESULTS}/{name}.fit")
        elif phrase.prefix == LEVELLED:
            sequence = _on(script, phrase, sequence)
            _levelled(script, sequence, name, len(group.frames))
        else:
            sequence = _on(script, phrase, sequence)
            # of a lone light the second is its twin; of a calibrated sequence all others are outputs
            first = len(group.frames) + 1 if phrase.command == dialect.calibrate else 1
            count = max(len(group.frames), TWINS)
            script.intermediates.extend(_frame(sequence, number) for number in range(first, count + 1))
        if phrase.command == dialect.calibrate:
            script.calibrated.append(
                Calibrated(
                    group=group,
                    stem=sequence,
                    step=phrase.calibration,
                    cosmetic=any(isinstance(s, CosmeticCorrect) for s in group.steps),
                    debayered=phrase.debayers,
                )
            )
    if any(isinstance(s, Align) for s in group.steps) and not any(p.stacks for p in said):
        script.comment(f"The aligned frames are {PROCESS}/{sequence}_*.fit.")
    script.say("cd", "..")


def _levels(group: Group) -> bool:
    """Frames that were calibrated before, of which a gradient is removed."""
    return bool(group.steps) and all(isinstance(s, RemoveGradient) for s in group.steps)


def _levelled(script: Script, sequence: str, name: str, count: int) -> None:
    """Frames of which a background was subtracted: the last that a group writes. A lone one is a result."""
    if count == 1:
        script.say("load", f"{sequence}_00001")
        script.say("save", f"../{RESULTS}/{LEVELLED}{name}")
        script.products.append(f"{RESULTS}/{LEVELLED}{name}.fit")
        script.intermediates.extend(_frame(sequence, number) for number in range(1, TWINS + 1))
        return
    script.products.extend(_frame(sequence, number) for number in range(1, count + 1))


def _link(script: Script, frames: tuple[str, ...], name: str, place: str, *, single: bool) -> str:
    """Make the sequence ``name`` in ``process/`` and go there.

    ``single``: a lone frame is opened in place of a sequence, since nothing but a stack follows.
    """
    if not frames:
        raise HostRefused("there are no frames here", where=place, fix="name frames, or a master file")
    if name in script.homes:
        script.say("cd", script.homes[name])
        script.say("link", name, f"-out=../{PROCESS}")
        script.say("cd", f"../{PROCESS}")
        return name
    copies = TWINS if len(frames) == 1 and not single else 1
    script.sets.append(FrameSet(name=name, frames=frames, copies=copies))
    if copies > 1:
        script.comment("Siril knows no sequence of one frame: it is linked twice. Number 2 is the same frame again.")
    if len(frames) == 1 and single:
        script.say("cd", PROCESS)
        return f"../{FRAMES}/{name}/{name}"
    script.say("cd", f"{FRAMES}/{name}")
    script.say("link", name, f"-out=../../{PROCESS}")
    script.say("cd", f"../../{PROCESS}")
    return name


def _on(script: Script, phrase: Phrase, sequence: str) -> str:
    script.comment(*phrase.why)
    script.say(phrase.command, sequence, *phrase.words)
    return phrase.prefix + sequence


def _stack(script: Script, phrase: Phrase | None, sequence: str, out: str, *, lone: bool) -> None:
    if phrase is not None and not lone:
        script.say("stack", sequence, *phrase.words, f"-out={out}")
        return
    script.say("load", f"{sequence}_00001")
    script.say("save", out)


def _count(number: int) -> str:
    return "1 frame" if number == 1 else f"{number} frames"
