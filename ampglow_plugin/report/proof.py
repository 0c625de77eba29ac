"""Proofs as records and as a table: what was done with the dark in plain words, then why we say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.evidence import PixelEvidence, Proof
from ampglow_plugin.report.console import clean, console
from ampglow_plugin.rules.verdict_left import glow_left, glow_limit_adu

DONE = {
    "applied": "dark applied",
    "scaled": "dark applied scaled",
    "not_applied": "NO dark applied",
    "applied_twice": "dark applied TWICE",
    "wrong_dark": "WRONG dark applied",
    "contradiction": "header and pixels DISAGREE",
    "undecided": "not known",
}
OTHER_LIGHT = "NOT of this light"
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
        "darks": proof.evidence.darks,
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
        if pixels is not None and pixels.residual_glow_adu is not None and pixels.glow_peak_adu:
            factor = f"{pixels.residual_glow_adu:.0f} of {pixels.glow_peak_adu:.0f} ADU of glow left"
    else:
        factor = f"factor {round(pixels.factor, 3) + 0.0:.3f}"
    return f"{_done(proof)}, {SUCCESS[proof.verdict.success]} ({factor})"


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
            _done(proof),
            SUCCESS[verdict.success],
            _number(pixels.factor if pixels else None, 3),
            _number(pixels.factor_sigma if pixels else None, 3),
            _number(pixels.pedestals if pixels else None, 2),
            verdict.decided_by or "none",
            style=_STYLE[verdict.success] if verdict.done != "contradiction" else "red",
        )
    out.print(table)
    _left(proofs)
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


def _done(proof: Proof) -> str:
    pixels = proof.evidence.pixels
    return OTHER_LIGHT if pixels is not None and pixels.same_light is False else DONE[proof.verdict.done]


def _left(proofs: Sequence[Proof]) -> None:
    """What is left of the dark: one line for frames that are clean, a row for each of the others."""
    from rich.table import Table

    out = console()
    measured = [p for p in proofs if p.evidence.pixels is not None and _looked_for(p.evidence.pixels)]
    good = [p.evidence.pixels for p in measured if p.verdict.success == "clean" and p.evidence.pixels is not None]
    glow = [p for p in good if glow_left(p) == "clean"]
    if glow:
        worst = max(glow, key=lambda p: abs(p.residual_glow_adu or 0.0))
        out.print(
            f"\nGlow left: {_pair(worst.residual_glow_adu, _sigma_adu(worst), 1)} ADU of {worst.glow_peak_adu:.0f} ADU"
            f"{' at most, in ' + str(len(glow)) + ' clean frames' if len(glow) > 1 else ''}"
            f" (clean up to {glow_limit_adu(worst):.1f} ADU)."
        )
    if len(good) == len(measured):
        return
    table = Table(box=None, pad_edge=False, header_style="bold", title="Left of the dark", title_justify="left")
    table.add_column("Frame", overflow="fold")
    for heading in ("Glow (ADU)", "clean up to", "of", "Hot pixels (share)"):
        table.add_column(heading, justify="right")
    for proof in measured:
        pixels = proof.evidence.pixels
        if pixels is None or proof.verdict.success == "clean":
            continue
        table.add_row(
            clean(Path(proof.path).name),
            _pair(pixels.residual_glow_adu, _sigma_adu(pixels), 1),
            _number(glow_limit_adu(pixels), 1),
            _number(pixels.glow_peak_adu, 0),
            _pair(pixels.residual_hot, pixels.residual_hot_sigma, 3),
        )
    out.print()
    out.print(table)


def _looked_for(pixels: PixelEvidence) -> bool:
    return pixels.residual_glow is not None or pixels.residual_hot is not None


def _sigma_adu(pixels: PixelEvidence) -> float | None:
    """Uncertainty of the glow that is left (ADU)."""
    if pixels.residual_glow_sigma is None or pixels.glow_peak_adu is None:
        return None
    return pixels.residual_glow_sigma * pixels.glow_peak_adu


def _pair(value: float | None, sigma: float | None, digits: int) -> str:
    """A value with its standard deviation."""
    return _number(value, digits) if sigma is None else f"{_number(value, digits)} +- {sigma:.{digits}f}"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"
