"""Proofs as records and as a table: what was done with the dark in plain words, then why we say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.report.console import clean, console

DONE = {
    "applied": "dark applied",
    "scaled": "dark applied scaled",
    "not_applied": "NO dark applied",
    "applied_twice": "dark applied TWICE",
    "wrong_dark": "WRONG dark applied",
    "contradiction": "header and pixels DISAGREE",
    "undecided": "not known",
}
SUCCESS = {
    "clean": "clean",
    "residual": "NOT clean: something is left",
    "oversubtracted": "NOT clean: too much was taken",
    "undecided": "not proved",
}
_STYLE = {"clean": "green", "residual": "red", "oversubtracted": "red", "undecided": "yellow"}
_SHOWN_UNPAIRED = 5


def proof_record(proof: Proof) -> dict[str, Any]:
    """The fields of the ``proof`` record, as plain data."""
    pixels, verdict = proof.evidence.pixels, proof.verdict
    numbers = (
        "rung",
        "factor",
        "factor_sigma",
        "residual_glow",
        "residual_glow_sigma",
        "residual_hot",
        "residual_hot_sigma",
        "residual_glow_adu",
    )
    record: dict[str, Any] = {
        "path": proof.path,
        "verdict": verdict.done,
        "success": verdict.success,
        **{name: getattr(pixels, name) if pixels else None for name in numbers},
        "bias_pedestals": pixels.pedestals if pixels else None,
        "hypotheses": list(verdict.hypotheses),
        "decided_by": verdict.decided_by,
        "header": proof.evidence.header,
        "log": proof.evidence.log,
        "pixels": pixels,
        "conditions": proof.evidence.conditions,
        "inputs": dict(proof.inputs),
        "changed": list(proof.changed),
        "reasons": list(verdict.reasons),
    }
    plain: dict[str, Any] = to_dict(record)
    return plain


def words(proof: Proof) -> str:
    """Verdict and factor in plain words."""
    pixels = proof.evidence.pixels
    if pixels is None or pixels.factor is None:
        factor = "factor not measured"
    else:
        factor = f"factor {round(pixels.factor, 3) + 0.0:.3f}"
    return f"{DONE[proof.verdict.done]}, {SUCCESS[proof.verdict.success]} ({factor})"


def show_proofs(proofs: Sequence[Proof], unpaired: Sequence[Path] = ()) -> None:
    """One line a frame; then the reasons, once for frames that share them; then files that belong to nothing."""
    from rich.table import Table

    out = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Frame", "Dark", "Result"):
        table.add_column(heading, overflow="fold")
    for heading in ("Factor", "+-", "Bias levels"):
        table.add_column(heading, justify="right")
    table.add_column("Proof")
    for proof in proofs:
        pixels, verdict = proof.evidence.pixels, proof.verdict
        table.add_row(
            clean(Path(proof.path).name),
            DONE[verdict.done],
            SUCCESS[verdict.success],
            _number(pixels.factor if pixels else None, 3),
            _number(pixels.factor_sigma if pixels else None, 3),
            _number(pixels.pedestals if pixels else None, 2),
            verdict.decided_by or "none",
            style=_STYLE[verdict.success] if verdict.done != "contradiction" else "red",
        )
    out.print(table)
    _reasons(proofs)
    for text, count in Counter(text for p in proofs for text in p.changed).items():
        out.print(f"\n{clean(text)} ({count} of {len(proofs)} proofs were made with it)", style="yellow")
    judged = tuple(Path(p.path).name for p in proofs)
    made_from = [p for p in unpaired if judged and p.name.endswith(judged)]
    if made_from:
        out.print(f"\n{len(made_from)} aligned frames were made from these and are not judged again.")
    strangers = [p for p in unpaired if p not in made_from]
    if strangers:
        names = ", ".join(clean(p.name) for p in strangers[:_SHOWN_UNPAIRED])
        more = f" and {len(strangers) - _SHOWN_UNPAIRED} more" if len(strangers) > _SHOWN_UNPAIRED else ""
        out.print(f"\nNot judged, because the run does not list them: {names}{more}", style="yellow")


def _reasons(proofs: Sequence[Proof]) -> None:
    out = console()
    texts = [
        (*(p.verdict.reasons), *(f"possible: {h}" for h in p.verdict.hypotheses))
        for p in proofs
        if (p.verdict.done, p.verdict.success) != ("applied", "clean")
    ]
    for lines, count in Counter(texts).items():
        first = next(
            p for p in proofs if (*p.verdict.reasons, *(f"possible: {h}" for h in p.verdict.hypotheses)) == lines
        )
        more = f" and {count - 1} more with the same reasons" if count > 1 else ""
        out.print(f"\n{clean(Path(first.path).name)}{more}:", style="bold")
        for line in lines:
            out.print(f"  {clean(line)}")


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"
