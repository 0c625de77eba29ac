"""What a job has to say, as plain values: the window and the log are made from the same page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ampglow_plugin.api import Check, Verification
from ampglow_plugin.errors import AmpglowError
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.match import Status

Tone = Literal["good", "mind", "bad", "open", "plain"]

_FIT: dict[Status, Tone] = {"exact": "good", "tolerated": "mind", "unknown": "open", "none": "bad"}
_CHECKED: dict[str, tuple[str, Tone]] = {
    "go": ("GO", "good"),
    "no_go": ("NO GO", "bad"),
    "unknown": ("UNKNOWN", "open"),
}
_SEVERITY: dict[str, Tone] = {"error": "bad", "warning": "mind", "info": "plain"}
#: reasons shown below one action
MOST_REASONS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a table."""

    cells: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Headings and rows; all rows have as many cells as there are headings."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """The next action, and why."""

    action: str
    reasons: tuple[str, ...]
    tone: Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One job's answer. ``exit_code`` is that of the command line; ``proof`` is what the picture is made from."""

    title: str
    word: str
    sentence: str
    tone: Tone
    exit_code: int
    tables: tuple[Table, ...] = ()
    advice: tuple[Advice, ...] = ()
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    records: tuple[dict[str, Any], ...] = ()


def check_page(checked: Check, folder: Path) -> Page:
    """The pre-flight of a folder."""
    from ampglow_plugin.report.check import sentence
    from ampglow_plugin.report.matches import differences, frames_words, settings, table_rows
    from ampglow_plugin.report.records import record

    word, tone = _CHECKED[checked.verdict]
    rows = [
        Row(
            cells=(frames_words(match), settings(match.group), served, match.status, differences(match)),
            tone=_FIT[match.status],
        )
        for match, served in table_rows(checked.matches)
    ]
    failed = [f for f in checked.findings if f.outcome in ("failed", "crashed") and f.ignored is None]
    used = len(checked.frames)
    return Page(
        title=f"Pre-flight of {folder}",
        word=word,
        sentence=_capital(sentence(checked.matches, checked.findings, checked.verdict)),
        tone=tone,
        exit_code=2 if any(f.outcome == "crashed" for f in failed) else int(checked.verdict != "go"),
        tables=(
            Table(
                title="Frames and masters",
                headings=("Frames", "Settings", "Calibrated with", "Fit", "What differs"),
                rows=tuple(rows),
            ),
        ),
        advice=tuple(_advice([f for f in failed if f.severity != "info"])),
        notes=(
            *(f.message for f in failed if f.severity == "info"),
            f"{used} frames were read; {len(checked.problems)} files were not used",
        ),
        records=(
            *(record("match", m) for m in checked.matches),
            *(record("finding", f) for f in checked.findings),
        ),
    )


def proof_page(result: Verification, title: str, *, failed: Sequence[str] = ()) -> Page:
    """Proofs of calibrated frames; ``failed`` is what went wrong before them, which outweighs them."""
    from ampglow_plugin.report.proof import DONE, SUCCESS, factor, proof_record
    from ampglow_plugin.report.proof import tone as tone_of
    from ampglow_plugin.report.records import record

    rows = [
        Row(
            cells=(
                Path(p.path).name,
                DONE[p.verdict.done],
                SUCCESS[p.verdict.success],
                factor(p),
                p.verdict.decided_by or "none",
            ),
            tone=tone_of(p),
        )
        for p in result.proofs
    ]
    word, sentence, tone = _proved(result, failed)
    wrong = [f for f in result.findings if f.outcome in ("failed", "crashed") and f.ignored is None]
    worst = min(result.proofs, key=lambda p: _ORDER.index(tone_of(p)), default=None)
    return Page(
        title=title,
        word=word,
        sentence=sentence,
        tone=tone,
        exit_code=0 if tone == "good" else 1,
        tables=(Table(title="Proof", headings=("Frame", "Dark", "Result", "Factor", "Proved by"), rows=tuple(rows)),),
        advice=(
            *(Advice(action="Look at what Siril said", reasons=(text,), tone="bad") for text in failed),
            *_advice([f for f in wrong if f.severity != "info"]),
        ),
        notes=tuple(dict.fromkeys(_reasons(result.proofs))),
        proof=worst,
        records=(
            *(record("proof", proof_record(p)) for p in result.proofs),
            *(record("finding", f) for f in result.findings),
        ),
    )


def error_page(error: BaseException, title: str) -> Page:
    """Something stopped the job: what, where, and what to do next."""
    if isinstance(error, AmpglowError):
        findings = getattr(error, "findings", ())
        advice = [Advice(action=error.fix, reasons=(), tone="bad")] if error.fix else []
        where = f"{error.where}: " if error.where else ""
        return Page(
            title=title,
            word="STOPPED",
            sentence=_capital(f"{where}{error.what}."),
            tone="bad",
            exit_code=error.exit_code,
            advice=(*_advice([f for f in findings if f.outcome in ("failed", "crashed")]), *advice),
            notes=tuple(getattr(error, "quotes", ())),
        )
    return Page(
        title=title,
        word="FAILED",
        sentence=f"{type(error).__name__}: {error}",
        tone="bad",
        exit_code=2,
        advice=(
            Advice(
                action="Report this with the result file, which holds the details",
                reasons=("This is an error of AmpGlow, not of your frames.",),
                tone="bad",
            ),
        ),
    )


def as_text(page: Page) -> Iterator[tuple[str, Tone]]:
    """The page as lines with their tone: what the log gets."""
    yield page.title, "plain"
    yield f"{page.word}: {page.sentence}", page.tone
    for table in page.tables:
        if not table.rows:
            continue
        columns = [table.headings, *(row.cells for row in table.rows)]
        widths = [max(len(cells[i]) for cells in columns) for i in range(len(table.headings))]
        yield f"  {_aligned(table.headings, widths)}", "plain"
        for row in table.rows:
            yield f"  {_aligned(row.cells, widths)}", row.tone
    for number, advice in enumerate(page.advice, start=1):
        yield f"  {number}. {_capital(advice.action)}", advice.tone
        for reason in advice.reasons:
            yield f"     {reason}", "plain"
    for note in page.notes:
        yield f"  {note}", "plain"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _advice(failed: Sequence[Finding]) -> Iterator[Advice]:
    from ampglow_plugin.report.check import actions_of

    for action, reasons in actions_of(failed).items():
        told = [f"{f.rule}: {f.message}" for f in reasons if f.message != action]
        more = len(told) - MOST_REASONS
        shown = (*told[:MOST_REASONS], f"and {more} more reasons") if more > 0 else tuple(told)
        yield Advice(action=_capital(action), reasons=shown, tone=_SEVERITY[reasons[0].severity])


#: from the worst to the best
_ORDER: tuple[Tone, ...] = ("bad", "open", "mind", "plain", "good")


def _proved(result: Verification, failed: Sequence[str]) -> tuple[str, str, Tone]:
    from ampglow_plugin.report.proof import proved

    if failed:
        return "FAILED", f"Siril did not do all of the work: {failed[0]}", "bad"
    return proved(result.proofs)


def _reasons(proofs: Sequence[Proof]) -> Iterator[str]:
    from ampglow_plugin.report.proof import tone

    for proof in proofs:
        if tone(proof) != "good":
            yield from proof.verdict.reasons
            yield from (f"possible: {h}" for h in proof.verdict.hypotheses)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
