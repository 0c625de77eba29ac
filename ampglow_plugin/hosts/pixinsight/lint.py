"""A file of PixInsight as the Context that rules judge, with the headers of the frames it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from ampglow_plugin.errors import AmpglowError
from ampglow_plugin.hosts.pixinsight.reader import read
from ampglow_plugin.knowledge.pixinsight import processes
from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.process import Listing, ProcessInstance
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES
from ampglow_plugin.rules.pixinsight import RULES
from ampglow_plugin.rules.pixinsight.batch_optimize import KEY
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, ask, is_template, of, targets
from ampglow_plugin.rules.runner import run_rules

MASTER_PATHS = ("masterDarkPath", "masterBiasPath", "masterFlatPath")
#: headers read for one file; the settings of a set show in its first frames
MAX_FRAMES = 200
#: a rule -> those that say the same of a process, more exactly, and take its place where they weigh as much
_SAID_BY: Final = {"AG303": ("AG601", "AG605"), "AG602": ("AG306",)}
#: a rule -> the one that knows more, and whose word counts also where it finds nothing: with Calibrate on, PixInsight
#: takes the bias out of the dark
_LEFT_TO: Final = {"AG304": "AG606"}
_WEIGHT: Final[dict[Severity, int]] = {"info": 0, "warning": 1, "error": 2}
#: rules that miss a master -> the masters, of which one would do
_OF_ABSENCE = {"AG306": ("Dark",), "AG312": ("Dark", "Bias"), "AG313": ("Dark",), "AG318": ("Flat",)}


def context_of(path: Path) -> Context:
    """What the file does, and the headers of those frames that are found where it says.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    reading = read(path)
    assert reading.listing is not None
    return Context(plan=reading.plan, places=reading.places, listing=reading.listing, frames=_frames(reading.listing))


def lint(path: Path) -> tuple[Finding, ...]:
    """Every finding of the AG3xx and AG6xx rules about icons or a script; () where nothing in it is ours to judge."""
    context = context_of(path)
    assert context.listing is not None
    judged = any(i.process in processes() or KEY in i.values for i in context.listing.instances)
    if not judged and not context.listing.dark_factors:
        return ()
    found = run_rules(context, (*PIPELINE_RULES, *RULES))
    return tuple(_certain(context, _one_voice(context.listing, found)))


def _one_voice(listing: Listing, found: Iterable[Finding]) -> Iterator[Finding]:
    """What several rules say of one process is said once: see :data:`_SAID_BY` and :data:`_LEFT_TO`."""
    placed = [(f, _instance(listing, f)) for f in found]
    told: dict[tuple[int, str], list[Finding]] = {}
    for f, place in placed:
        if place is not None and f.outcome in ("passed", "failed"):
            told.setdefault((place, f.rule), []).append(f)
    for f, place in placed:
        if place is not None and f.outcome == "failed":
            same = [o for rule in _SAID_BY.get(f.rule, ()) for o in told.get((place, rule), ())]
            heavier = any(o.outcome == "failed" and _WEIGHT[o.severity] >= _WEIGHT[f.severity] for o in same)
            if heavier or (place, _LEFT_TO.get(f.rule)) in told:
                continue
        yield f


def _instance(listing: Listing, found: Finding) -> int | None:
    """The number of the process that a finding is about, by its place in the file."""
    place = (found.where.line, found.where.column)
    for number, one in enumerate(listing.instances):
        if place in {(one.line, one.column), *((v.line, v.column) for v in one.values.values())}:
            return number if place != (None, None) else None
    return None


def _certain(context: Context, found: Iterable[Finding]) -> Iterator[Finding]:
    """What holds: where it cannot be read whether a master is used, that it is missing is no more than a note."""
    undecided = {word: _undecided(context, word) for word in ("Dark", "Bias", "Flat")}
    for f in found:
        words = _OF_ABSENCE.get(f.rule, ()) if f.outcome == "failed" else ()
        open_words = [word.lower() for word in words if f.where.group in undecided[word]]
        if open_words:
            message = f"whether a {' or '.join(open_words)} is used is not decided here"
            yield replace(f, severity="info", message=message, fix="prove the result with ampglow verify")
        else:
            yield f


def _undecided(context: Context, word: str) -> set[str]:
    """Groups of the plan with a calibration of which nobody can say whether it uses its master."""
    assert context.listing is not None
    assert context.plan is not None
    open_places = {(i.line, i.column) for i in of(context, CALIBRATION) if not _is_decided(i, word)}
    found = set()
    for i, group in enumerate(context.plan.groups):
        steps = (context.places.get(f"groups[{i}].steps[{k}]") for k in range(len(group.steps)))
        if any(step is not None and (step.line, step.column) in open_places for step in steps):
            found.add(group.id)
    return found


def _is_decided(instance: ProcessInstance, word: str) -> bool:
    """Surely off, or surely on; a template is given its masters later."""
    enabled = ask(instance, f"master{word}Enabled")
    return enabled.is_(False) or (enabled.is_(True) and not is_template(instance))


def _frames(listing: Listing) -> dict[str, Frame]:
    from ampglow_plugin.headers import read_frame

    paths: dict[str, None] = {}
    for instance in listing.instances:
        if instance.process not in processes():
            continue
        masters = [v.value for k in MASTER_PATHS if (v := instance.values.get(k)) is not None and v.literal]
        paths.update(dict.fromkeys(str(m) for m in masters if m))
        paths.update(dict.fromkeys((targets(instance) or ())[:MAX_FRAMES]))
    found = {}
    for name in list(paths)[:MAX_FRAMES]:
        if not Path(name).is_file():
            continue
        try:
            found[name] = read_frame(name)
        except AmpglowError:  # a frame that cannot be read is the pre-flight's business; here it says nothing
            continue
    return found
