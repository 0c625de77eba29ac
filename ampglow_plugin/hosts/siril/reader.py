"""A .ssf script read back: which frames go through which steps with which masters.

The reader walks through the script as Siril would, with the current folder, the sequences made so
far and the files stacked so far. What a file is good for (dark, flat, bias) is known at the end
only, from where it is used; so is which stacks are masters and which are results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Literal

from ampglow_plugin.hosts.base import Reading
from ampglow_plugin.hosts.siril.dialects import (
    ALIGNED,
    BUILT_IN_HOT_SIGMA,
    CALIBRATED,
    COSMETIC,
    COSMETIC_LIST,
    DIALECTS,
    LEVELLED,
    series_of,
)
from ampglow_plugin.hosts.siril.grammar import Line, Word, lines, read_text
from ampglow_plugin.hosts.siril.phrases import COMBINATIONS, NORMALIZATIONS, REJECTIONS
from ampglow_plugin.hosts.siril.resolver import resolve
from ampglow_plugin.hosts.siril.trace import FITS_ENDING, Chain, Placed, Trace, normal
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Integrate, RemoveGradient, Step
from ampglow_plugin.model.script import FileWrite, MasterUse
from ampglow_plugin.rules.pipeline.chains import uses_masters

#: words of `stack` that name a rejection; the long names of 1.2 and newer begin with other letters than `g`
_REJECTION_WORDS = {letter: name for name, letter in REJECTIONS.items()} | {
    "percentile": "percentile",
    "sigma": "sigma",
    "mad": "mad",
    "median": "median_sigma",
    "linear": "linear_fit",
    "winsorized": "winsorized",
    "generalized": "gesdt",
}
_COMBINATION_WORDS = {word: name for name, word in COMBINATIONS.items()} | {"mean": "mean", "median": "median"}
_NORMALIZATION_WORDS = {word: name for name, word in NORMALIZATIONS.items()}
_LEVEL = re.compile(r'^"?=\s*(\d+(?:\.\d+)?)"?$')


def read(path: Path) -> Reading:
    """The plan that the script at ``path`` amounts to, with the place of every step.

    A script that never calibrates gives a plan with no masters but those it builds, and without groups: frames that
    it registers or stacks may be calibrated already. Only where it builds a master dark, those it converts are groups.

    Raises
    ------
    InputError
        Where it cannot be read, or Siril itself would stop reading it (see :func:`grammar.read_text`).
    """
    return read_script(read_text(path), str(path))


def read_script(text: str, where: str) -> Reading:
    """As :func:`read`, for the text of a script; ``where`` is its name."""
    commands = tuple(lines(text))
    version = required(commands)
    plan, places = resolve(walk(commands, series_of(version) if version else None), where)
    return Reading(plan=plan, places=places, host_version=version)


def required(commands: Sequence[Line]) -> str | None:
    """The version that the first ``requires`` names, as written."""
    return next((c.arguments[0].text for c in commands if c.command == "requires" and c.arguments), None)


def walk(commands: Sequence[Line], series: str | None) -> Trace:
    """What the commands do up to the first ``exit``, in a Siril of this series."""
    trace = Trace(series=series)
    for command in commands:
        if command.command == "exit":
            break
        follow = _FOLLOWED.get(command.command)
        if follow is not None and command.arguments:
            follow(trace, command)
    return trace


def _cd(trace: Trace, line: Line) -> None:
    trace.folder = normal(trace.folder, line.arguments[0].text)


def _convert(trace: Trace, line: Line) -> None:
    options = _Options(line)
    out = options.value("-out=")
    folder = normal(trace.folder, out.text) if out else trace.folder
    sequence = Chain(root=line.arguments[0].text.rstrip("_"), frames=(trace.folder,), line=line.number, taken=True)
    debayer = options.flag("-debayer")
    if debayer is not None:
        sequence = sequence.after(Placed(step=Debayer(), line=line.number, column=debayer.column))
    trace.store(folder, line.arguments[0].text, sequence)


def _calibrate(trace: Trace, line: Line) -> None:
    options = _Options(line)
    single = line.command.endswith("_single")
    if single:
        name = PurePosixPath(FITS_ENDING.sub("", line.arguments[0].text)).name
        known = Chain(root=name, frames=(trace.path(line.arguments[0].text),), line=line.number)
    else:
        name, known = trace.sequence(line.arguments[0], line)
    trace.calibrates = True
    prefix = options.value("-prefix=")
    steps = _calibration(trace, line, options)
    if known.extracted is not None and _of_whole_mosaics(trace, steps[0].step):
        known = known.after(known.extracted)
    if isinstance(steps[0].step, Calibrate) and uses_masters(steps[0].step):
        for frames in known.frames:
            trace.calibrated.setdefault(frames, line.number)
    trace.store(trace.folder, (prefix.text if prefix else CALIBRATED) + name, known.after(*steps))


def _of_whole_mosaics(trace: Trace, step: Step) -> bool:
    """The dark is built here, of frames whose colours were not taken apart."""
    built = trace.stacks.get(step.dark) if isinstance(step, Calibrate) and step.dark else None
    return built is not None and built.extracted is None


def _calibration(trace: Trace, line: Line, options: _Options) -> list[Placed]:
    """Calibrate, CosmeticCorrect and Debayer: what one command does, in the order in which Siril does it."""
    columns: dict[str, int] = {}
    files: dict[str, str] = {}
    level: float | None = None
    roles: tuple[Literal["bias", "dark", "flat"], ...] = ("bias", "dark", "flat")
    for role in roles:
        word = options.value(f"-{role}=")
        if word is None:
            continue
        columns[role] = word.column
        synthetic = _LEVEL.match(word.text) if role == "bias" else None
        if synthetic:
            level = float(synthetic[1])
        elif role == "bias" and word.text.lstrip('"').startswith("="):
            files[role] = word.text  # a level that hangs on $OFFSET: known to Siril only
        else:
            files[role] = trace.path(word.text)
            trace.uses.append(MasterUse(option=role, path=files[role], line=line.number, column=word.column))
    scale, exposure = options.flag("-opt"), options.value("-opt=")
    knows_exposure = trace.series is None or DIALECTS[trace.series].scale_by_exposure
    scaling = "exposure" if exposure and knows_exposure else "optimize" if scale else "none"
    columns["dark_scaling"] = (exposure or scale or line.words[0]).column
    step = Calibrate(
        dark=files.get("dark"),
        bias=files.get("bias"),
        flat=files.get("flat"),
        bias_level_adu=level,
        dark_scaling="exposure" if scaling == "exposure" else "optimize" if scaling == "optimize" else "none",
        equalize_cfa=options.flag("-equalize_cfa") is not None,
    )
    done = [Placed(step=step, line=line.number, column=line.words[0].column, columns=columns)]
    done += _cosmetic(trace, line, options, files.get("dark"))
    debayer = options.flag("-debayer")
    if debayer is not None:
        done.append(Placed(step=Debayer(), line=line.number, column=debayer.column))
    return done


def _cosmetic(trace: Trace, line: Line, options: _Options, dark: str | None) -> list[Placed]:
    cfa = options.flag("-cfa") is not None
    built_in = trace.series is not None and DIALECTS[trace.series].dark_corrects_hot
    if built_in:  # 1.0 knows no -cc=, and corrects whenever it is given a dark
        word = options.value("-dark=")
        if word is None:
            return []
        cosmetic = CosmeticCorrect(dark=dark, hot_sigma=BUILT_IN_HOT_SIGMA, cold_sigma=None, cfa=cfa)
        return [Placed(step=cosmetic, line=line.number, column=word.column)]
    word = options.value("-cc=")
    if word is None:
        return []
    if word.text != "dark":
        cosmetic = CosmeticCorrect(method="map", hot_sigma=None, cfa=cfa)
    else:
        sigmas = options.sigmas()
        cold, hot = sigmas if len(sigmas) == 2 else (0.0, BUILT_IN_HOT_SIGMA)
        cosmetic = CosmeticCorrect(dark=dark, hot_sigma=hot or None, cold_sigma=cold or None, cfa=cfa)
    return [Placed(step=cosmetic, line=line.number, column=word.column)]


def _register(trace: Trace, line: Line) -> None:
    options = _Options(line)
    name, known = trace.sequence(line.arguments[0], line)
    if options.flag("-2pass") or options.flag("-noout"):  # seqapplyreg makes the frames
        return
    prefix = options.value("-prefix=")
    drizzles = trace.series is None or DIALECTS[trace.series].true_drizzle
    step = Align(drizzle=drizzles and options.flag("-drizzle") is not None)
    aligned = known.after(Placed(step=step, line=line.number, column=line.words[0].column))
    trace.store(trace.folder, (prefix.text if prefix else ALIGNED) + name, aligned)


def _extract(trace: Trace, line: Line) -> None:
    name, known = trace.sequence(line.arguments[0], line)
    done = Placed(step=Debayer(), line=line.number, column=line.words[0].column)
    trace.sequences[normal(trace.folder, name)] = replace(known, extracted=done)


def _correct(trace: Trace, line: Line) -> None:
    """Hot and cold pixels that Siril finds by itself (``seqfind_cosme``), or from a list (``seqcosme``)."""
    name, known = trace.sequence(line.arguments[0], line)
    prefix = _Options(line).value("-prefix=")
    listed = line.command.startswith("seqcosme")
    step = CosmeticCorrect(method="map" if listed else "auto", hot_sigma=None, cfa=line.command.endswith("_cfa"))
    done = Placed(step=step, line=line.number, column=line.words[0].column)
    usual = COSMETIC_LIST if listed else COSMETIC
    trace.store(trace.folder, (prefix.text if prefix else usual) + name, known.after(done))


def _level(trace: Trace, line: Line) -> None:
    """A background that is subtracted from each frame of a sequence; what is not said is as Siril has it."""
    options = _Options(line)
    name, known = trace.sequence(line.arguments[0], line)
    told = {option: options.value(option) for option in ("-samples=", "-tolerance=", "-smooth=")}
    samples, tolerance, smooth = (float(w.text) if w and _is_number(w.text) else None for w in told.values())
    step = RemoveGradient(
        samples=20 if samples is None else int(samples),
        tolerance=1.0 if tolerance is None else tolerance,
        smoothing=0.5 if smooth is None else smooth,
    )
    prefix = options.value("-prefix=")
    done = known.after(Placed(step=step, line=line.number, column=line.words[0].column))
    trace.store(trace.folder, (prefix.text if prefix else LEVELLED) + name, done)


def _merge(trace: Trace, line: Line) -> None:
    *sources, out = line.arguments
    found = [trace.sequence(word, line)[1] for word in sources]
    if found:
        frames = tuple(f for s in found for f in s.frames)
        trace.store(trace.folder, out.text, replace(found[0], frames=frames))


def _stack(trace: Trace, line: Line) -> None:
    name, known = trace.sequence(line.arguments[0], line)
    options = _Options(line)
    out = options.value("-out=")
    path = trace.path(out.text if out else f"{name}_stacked")
    words = [w.text for w in line.arguments[1:] if not w.text.startswith("-")]
    combination = _COMBINATION_WORDS.get(words[0] if words else "sum", "mean")
    rejection, low, high = "none", 3.0, 3.0
    if combination == "mean":
        rejection, low, high = _rejection(words[1:])
    norm = options.value("-norm=")
    plain = norm is None or options.flag("-nonorm") or options.flag("-no_norm")
    columns = {"normalization": norm.column} if norm else {}
    normalised = options.flag("-output_norm")
    if normalised:
        columns["output_normalized"] = normalised.column
    step = Integrate(
        combination=combination,  # type: ignore[arg-type]
        rejection=rejection,  # type: ignore[arg-type]
        low_sigma=low,
        high_sigma=high,
        # any other word than these is ignored by Siril without a message
        normalization="none" if plain or norm is None else _NORMALIZATION_WORDS.get(norm.text, "none"),  # type: ignore[arg-type]
        output_normalized=normalised is not None,
    )
    place = Placed(step=step, line=line.number, column=line.words[0].column, columns=columns)
    trace.stacks[path] = known.after(place)
    trace.writes.append(FileWrite(path=path, line=line.number))


def _rejection(words: Sequence[str]) -> tuple[str, float, float]:
    """(rejection, low, high) of `rej [TYPE] LOW HIGH`; 0 0 is none, no type is winsorized."""
    kind = "winsorized"
    rest = list(words)
    if rest and rest[0] in ("n", "none"):
        return "none", 3.0, 3.0
    if rest and not _is_number(rest[0]):
        kind = _REJECTION_WORDS.get(rest.pop(0), "winsorized")
    sigmas = [float(w) for w in rest[:2] if _is_number(w)]
    if len(sigmas) < 2:
        return kind, 3.0, 3.0
    if sigmas == [0.0, 0.0]:
        return "none", 3.0, 3.0
    return kind, sigmas[0], sigmas[1]


def _load(trace: Trace, line: Line) -> None:
    trace.loaded = trace.path(line.arguments[0].text)


def _save(trace: Trace, line: Line) -> None:
    """A loaded stack, or a loaded frame of a sequence, under another name: a master of one frame."""
    path = trace.path(line.arguments[0].text)
    trace.writes.append(FileWrite(path=path, line=line.number))
    if trace.loaded is None:
        return
    if trace.loaded in trace.stacks:
        trace.stacks[path] = trace.stacks[trace.loaded]
        return
    frame = re.fullmatch(r"(.*?)_?\d+", trace.loaded)
    sequence = frame and trace.sequences.get(frame[1])
    if frame and sequence:
        trace.used.add(frame[1])
        trace.stacks[path] = sequence
    else:
        source = str(PurePosixPath(trace.loaded).parent)
        root = PurePosixPath(source if source != "." else trace.loaded).name
        trace.stacks[path] = Chain(root=root, frames=(source,), line=line.number)


_FOLLOWED: dict[str, Callable[[Trace, Line], None]] = {
    "cd": _cd,
    "convert": _convert,
    "convertraw": _convert,
    "link": _convert,
    "calibrate": _calibrate,
    "calibrate_single": _calibrate,
    "preprocess": _calibrate,
    "preprocess_single": _calibrate,
    "register": _register,
    "seqapplyreg": _register,
    "seqextract_ha": _extract,
    "seqextract_haoiii": _extract,
    "seqextract_green": _extract,
    "seqsplit_cfa": _extract,
    "seqcosme": _correct,
    "seqcosme_cfa": _correct,
    "seqfind_cosme": _correct,
    "seqfind_cosme_cfa": _correct,
    "seqsubsky": _level,
    "merge": _merge,
    "stack": _stack,
    "load": _load,
    "save": _save,
}


class _Options:
    """Options of one command. Names are case-sensitive; of a repeated one the last counts."""

    def __init__(self, line: Line) -> None:
        self._words = line.arguments

    def flag(self, name: str) -> Word | None:
        """The word ``name``."""
        for word in reversed(self._words):
            if word.text == name:
                return word
        return None

    def value(self, name: str) -> Word | None:
        """The value behind ``name`` (``-dark=``), at the place of the option."""
        for word in reversed(self._words):
            if word.text.startswith(name):
                return Word(text=word.text[len(name) :], column=word.column, end=word.end, known=word.known)
        return None

    def sigmas(self) -> tuple[float, ...]:
        """The numbers behind the last ``-cc=``, two at most."""
        at = max(i for i, w in enumerate(self._words) if w.text.startswith("-cc="))
        return tuple(float(w) for w in _leading_numbers(w.text for w in self._words[at + 1 : at + 3]))


def _leading_numbers(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        if not _is_number(word):
            return
        yield word


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)", text) is not None
