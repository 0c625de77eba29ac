"""What the page shows, as plain values: words are made before the template sees them, and it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: good, mind (a warning), bad, open (undecided), plain
Tone = Literal["good", "mind", "bad", "open", "plain"]
#: from the worst to the best
WORST: tuple[Tone, ...] = ("bad", "open", "mind", "good", "plain")


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image of ``width`` x ``height`` pixels, with words for who cannot see it."""

    data: bytes
    mime: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One step of the path from frames to proof: its answer in a word and a sentence; ``anchor`` is its section."""

    name: str
    word: str
    sentence: str
    tone: Tone
    anchor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RulePage:
    """The page of a rule: its headline, and its parts by title."""

    headline: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One finding: ``measure`` is what was measured against which limit, ``source`` where the limit comes from."""

    rule: str
    name: str
    outcome: str
    tone: Tone
    message: str
    measure: str = ""
    source: str = ""
    page: RulePage | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """What to do, and the findings that ask for it."""

    text: str
    tone: Tone
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRow:
    """One field of lights and dark; ``outcome`` in words."""

    field: str
    light: str
    dark: str
    limit: str
    outcome: str
    tone: Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One group of frames with the set that calibrates it, every field compared, and the sets that do not fit.

    ``rows`` are the fields that decide and those that are not equal, ``more`` the others.
    """

    title: str
    settings: str
    served: str
    fit: str
    tone: Tone
    summary: str
    age: str
    rows: tuple[FieldRow, ...]
    more: tuple[FieldRow, ...]
    rejected: tuple[tuple[str, str], ...]
    rejected_more: int
    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A numbered mark on a picture, at shares of its width and height."""

    number: int
    x: float
    y: float
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A curve of a chart as SVG points, and its name in the legend; ``kind`` chooses its colour."""

    kind: Literal["data", "fit", "base"]
    points: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A tick at ``at`` (SVG units along its axis) with its number."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """A point of a chart with its error bar (SVG units)."""

    x: float
    y: float
    low: float
    high: float
    tone: Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A drawing of ``width`` x ``height`` SVG units whose plot lies in ``box`` (x, y, width, height)."""

    title: str
    alt: str
    x_label: str
    y_label: str
    width: float
    height: float
    box: tuple[float, float, float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    level: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GlowPart:
    """The glow of one dark: the answer, the map, the regions, and how much of it is in the lights."""

    title: str
    answer: str
    tone: Tone
    picture: Picture | None
    marks: tuple[Mark, ...]
    scale: str
    palette: Picture | None
    profile: Chart | None
    regions: tuple[tuple[str, ...], ...]
    held: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanPart:
    """A plan: masters (role, id, how) and groups (frames, id, steps), and what was allowed."""

    headline: str
    masters: tuple[tuple[str, str, str], ...]
    groups: tuple[tuple[str, str, tuple[str, ...]], ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BeforeAfter:
    """Raw light and calibrated frame of one proof, in one stretch."""

    name: str
    words: str
    tone: Tone
    raw: Picture
    output: Picture
    raw_caption: str
    output_caption: str
    stretch: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftMaps:
    """The glow of the dark, and what is left of it in one calibrated frame, in the same colours; what both show."""

    name: str
    words: str
    tone: Tone
    dark: Picture
    left: Picture
    palette: Picture
    scale: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofRow:
    """One calibrated frame."""

    name: str
    done: str
    success: str
    tone: Tone
    factor: str
    glow: str
    hot: str
    pedestals: str
    decided_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofPart:
    """Proofs, the worst first; ``facts`` are (what, number, explanation)."""

    sentence: str
    tone: Tone
    facts: tuple[tuple[str, str, str], ...]
    factors: Chart | None
    rows: tuple[ProofRow, ...]
    pictures: tuple[BeforeAfter, ...]
    maps: tuple[LeftMaps, ...]
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    changed: tuple[str, ...]
    testimony: tuple[tuple[str, str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CausePart:
    """One cause with how sure it is, and where; of what is undecided nobody is sure."""

    name: str
    confidence: str
    detail: str
    tone: Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class DiagnosisPart:
    """A diagnosis.

    ``likelihoods`` are (cause, probability, state), ``evidence`` (what, cause, how it speaks, measured, limit, source).
    """

    title: str
    basis: str
    causes: tuple[CausePart, ...]
    likelihoods: tuple[tuple[str, str, str], ...]
    evidence: tuple[tuple[str, str, str, str, str, str], ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Advised:
    """One thing to do, with how to do it in each program (program, command), and the findings that ask for it."""

    text: str
    reason: str
    optional: bool
    rule: str
    ways: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()
    tone: Tone = "mind"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The whole page. ``facts`` are (name, value) of the night, ``versions`` of the tools, ``hashes`` of the files."""

    title: str
    word: str
    sentence: str
    tone: Tone
    made: str
    tool: str
    full: bool
    facts: tuple[tuple[str, str], ...]
    stages: tuple[Stage, ...]
    actions: tuple[Action, ...]
    advised: tuple[Advised, ...]
    pairs: tuple[Pair, ...]
    glows: tuple[GlowPart, ...]
    plans: tuple[PlanPart, ...]
    proofs: ProofPart | None
    diagnoses: tuple[DiagnosisPart, ...]
    findings: tuple[Reason, ...]
    passed: tuple[Reason, ...]
    skipped: tuple[Reason, ...]
    ignored: tuple[tuple[Reason, str], ...]
    versions: tuple[tuple[str, str], ...]
    hashes: tuple[tuple[str, str, str, str], ...]
    notes: tuple[str, ...]
