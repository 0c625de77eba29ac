"""Reading the parameters of a process: what is stated, what is the factory value, what is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ampglow_plugin.knowledge.pixinsight import processes, versions
from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.model.finding import Finding, Outcome, Severity, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.process import Cell, Listed, ProcessInstance, Rows
from ampglow_plugin.rules.base import Context, Rule, finding

Kind = Literal["light", "flat", "level"]
CALIBRATION = "ImageCalibration"
_DIVIDED = re.compile(r"[DF]*B[BDF]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """``literal``: it stands there. ``factory``: not stated. ``computed``: an expression, or branches.

    ``unknown``: not stated in an instance that came from elsewhere, or without a known default.
    """

    kind: Literal["literal", "factory", "computed", "unknown"]
    value: Cell | Rows = None
    alternatives: tuple[Cell | Rows, ...] = ()

    @property
    def sure(self) -> bool:
        """The value holds when the process runs."""
        return self.kind in ("literal", "factory")

    def is_(self, value: Cell) -> bool:
        """Surely this value."""
        return self.sure and self.value == value

    def may_be(self, value: Cell) -> bool:
        """Not surely another value."""
        return self.value == value if self.sure else (not self.alternatives or value in self.alternatives)


def ask(instance: ProcessInstance, key: str) -> Answer:
    """What the parameter is when the process runs."""
    listed = instance.values.get(key)
    if listed is None:
        process = processes()[instance.process]
        old = next((alias for alias, new in process.aliases.items() if new == key and alias in instance.values), None)
        listed = instance.values[old] if old else None
    if listed is not None:
        if listed.literal:
            return Answer(kind="literal", value=listed.value)
        return Answer(kind="computed", alternatives=listed.alternatives)
    if not instance.complete:
        return Answer(kind="unknown")
    default = next((p.default for p in processes()[instance.process].at(versions()[-1]) if p.id == key), None)
    return Answer(kind="factory", value=default) if default is not None else Answer(kind="unknown")


def of(context: Context, *names: str) -> Iterator[ProcessInstance]:
    """Instances of these processes."""
    assert context.listing is not None
    return (i for i in context.listing.instances if i.process in names)


def known(context: Context) -> Iterator[ProcessInstance]:
    """Instances of every process that the table describes."""
    return of(context, *processes())


def targets(instance: ProcessInstance) -> tuple[str, ...] | None:
    """Enabled input files; None where they are computed."""
    listed = instance.values.get(processes()[instance.process].targets)
    if listed is None:
        return () if instance.complete else None
    if not listed.literal or not isinstance(listed.value, tuple):
        return None
    column = 2 if instance.process == "StarAlignment" else 1
    rows = [row for row in listed.value if isinstance(row, tuple) and len(row) > column and row[0] is not False]
    return tuple(str(row[column]) for row in rows)


def is_template(instance: ProcessInstance) -> bool:
    """An icon without files: something to be dropped on files later."""
    return instance.basis in ("icon", "container") and targets(instance) == ()


def frames(context: Context, instance: ProcessInstance) -> list[Frame]:
    """Headers of its input files, of those that were found."""
    return [context.frames[path] for path in targets(instance) or () if path in context.frames]


def master(context: Context, instance: ProcessInstance, word: str) -> Frame | None:
    """Header of its master, if that was found."""
    path = ask(instance, f"master{word}Path")
    return context.frames.get(str(path.value)) if path.sure else None


def kind(context: Context, instance: ProcessInstance) -> Kind | None:
    """What the frames are that are calibrated: lights, flats, or darks and biases; None where nothing tells.

    Frames that are divided by a flat are lights. Then what the headers say, then names of files, folders and icon.
    """
    if ask(instance, "masterFlatEnabled").is_(True) and ask(instance, "masterFlatPath").value:
        return "light"
    said = {frame.kind for frame in frames(context, instance)} - {"unknown"}
    if len(said) == 1:
        found = said.pop()
        return "light" if found == "light" else "flat" if found == "flat" else "level"
    words = " ".join([instance.name, str(ask(instance, "outputDirectory").value or ""), *(targets(instance) or ())])
    for pattern, meant in (("flat[ _-]?dark|dark[ _-]?flat", "level"), ("flat", "flat"), ("dark|bias", "level")):
        if re.search(pattern, words, re.IGNORECASE):
            return meant  # type: ignore[return-value]
    return "light" if re.search("light", words, re.IGNORECASE) else None


def dark_holds_bias(context: Context, instance: ProcessInstance) -> bool | None:
    """Whether the master dark still holds its bias level; None where nobody knows.

    Known where the listing itself integrates it, from frames that it has calibrated or not, and where its header lists
    a bias among the corrections made.
    """
    path = ask(instance, "masterDarkPath").value
    assert context.listing is not None
    for other in context.listing.instances:
        if other.process == "ImageIntegration" and path and other.saved_as == path:
            folders = [str(ask(c, "outputDirectory").value or "") for c in of(context, CALIBRATION)]
            calibrated = any(f and t.startswith(f) for f in folders for t in targets(other) or ())
            return None if calibrated else True
    frame = master(context, instance, "Dark")
    if frame is not None and _DIVIDED.fullmatch((frame.calibration_status or "").strip().upper()):
        return False
    return None


def glows(context: Context, instance: ProcessInstance) -> bool | None:
    """True where the sensor of the frames is known to glow, False where it is known not to, else None."""
    cameras = {f.camera for f in frames(context, instance)}
    sensor = sensor_of(cameras.pop()) if len(cameras) == 1 else None
    if sensor is None or sensor.severity is None:
        return None
    if sensor.severity != "none":
        return True
    return None if sensor.severity_upper else False


def at(context: Context, instance: ProcessInstance, key: str | None = None) -> Where:
    """The parameter where it is stated, else the process."""
    assert context.listing is not None
    listed: Listed | None = instance.values.get(key) if key else None
    line, column = (listed.line, listed.column) if listed else (instance.line, instance.column)
    return Where(path=context.listing.path, step=instance.name, field=key, line=line, column=column)


def say(  # noqa: PLR0913 - the fields of a finding
    rule: Rule,
    context: Context,
    instance: ProcessInstance,
    key: str | None,
    message: str,
    *,
    outcome: Outcome = "failed",
    severity: Severity | None = None,
    fix: str | None = None,
) -> Finding:
    """A finding about a parameter of a process."""
    where = at(context, instance, key)
    return finding(rule, outcome, f"{instance.process}: {message}", severity=severity, where=where, fix=fix)


def fine(rule: Rule, context: Context, instance: ProcessInstance, message: str) -> Finding:
    """A finding that nothing is wrong with a process."""
    return say(rule, context, instance, None, message, outcome="passed")


def with_path(rule: Rule, context: Context, *words: str) -> Iterator[Finding]:
    """Whether the masters ``words`` ("Dark", ...) that are surely enabled have a path; one finding each."""
    for instance in of(context, CALIBRATION):
        for word in words:
            enabled, path = ask(instance, f"master{word}Enabled"), ask(instance, f"master{word}Path")
            if not enabled.is_(True) or not path.sure:
                continue
            if path.value:
                yield fine(rule, context, instance, f"the master {word.lower()} has a path")
                continue
            stated = "" if enabled.kind == "literal" else ", as it is at the factory"
            message = f"the master {word.lower()} is enabled{stated} and has no path"
            severity: Severity = "info" if is_template(instance) else "error"
            fix = f"give master{word}Path a file, or set master{word}Enabled to false"
            yield say(rule, context, instance, f"master{word}Path", message, severity=severity, fix=fix)
