"""Proofs as records and as a table: what was done with the dark in plain words, then why we say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

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
ProofTone = Literal["good", "open", "bad"]
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
        "sha256": dict(proof.sha256),
        "changed": list(proof.changed),
        "reasons": list(verdict.reasons),
    }
    plain: dict[str, Any] = to_dict(record)
    return plain


def words(proof: Proof) -> str:
    """Verdict and factor in plain words."""
    pixels = proof.evidence.pixels
    if pixels is None or pixels.factor is None:
        measured = "factor not measured"
        if pixels is not None and pixels.residual_glow_adu is not None and pixels.glow_peak_adu:
            measured = f"{pixels.residual_glow_adu:.0f} of {pixels.glow_peak_adu:.0f} ADU of glow left"
    else:
        measured = f"factor {round(pixels.factor, 3) + 0.0:.3f}"
    return f"{done(proof)}, {SUCCESS[proof.verdict.success]} ({measured})"


def tone(proof: Proof) -> ProofTone:
    """Good where the dark was applied and the frame is clean, open where that is not known, else bad."""
    if (proof.verdict.done, proof.verdict.success) == ("applied", "clean"):
        return "good"
    if proof.verdict.success == "undecided" and proof.verdict.done in ("applied", "undecided"):
        return "open"
    return "bad"


def proved(proofs: Sequence[Proof]) -> tuple[str, str, ProofTone]:
    """The verdict over all frames: a word, a sentence, and its tone."""
    tones = [tone(p) for p in proofs]
    count, clean, bad = len(tones), tones.count("good"), tones.count("bad")
    if not count:
        return "NOTHING PROVED", "There is no calibrated frame to judge.", "open"
    if clean == count:
        frames = "the frame is" if count == 1 else f"all {count} frames are"
        return "PROVED", f"The dark was applied, and {frames} clean.", "good"
    if bad:
        which = "The frame is" if count == 1 else f"{bad} of {count} frames are"
        return "NOT CLEAN", f"{which} not calibrated as it should be.", "bad"
    return "NOT PROVED", f"{count - clean} of {count} frames cannot be judged with what is at hand.", "open"


def factor(proof: Proof) -> str:
    """The factor of the dark with its standard deviation; ``-`` where it was not measured."""
    pixels = proof.evidence.pixels
    if pixels is None or pixels.factor is None:
        return "-"
    sigma = "" if pixels.factor_sigma is None else f" \u00b1 {pixels.factor_sigma:.3f}"
    return f"{round(pixels.factor, 3) + 0.0:.3f}{sigma}"


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
            done(proof),
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


def done(proof: Proof) -> str:
    """What was done with the dark, in plain words."""
    pixels = proof.evidence.pixels
    return OTHER_LIGHT if pixels is not None and pixels.same_light is False else DONE[proof.verdict.done]


def _left(proofs: Sequence[Proof]) -> None:
    """What is left of the dark: one line for frames that are clean, a row for each of the others."""
    from rich.table import Table

    out = console()
    measured = [p for p in proofs if p.evidence.pixels is not None and looked_for(p.evidence.pixels)]
    good = [p.evidence.pixels for p in measured if p.verdict.success == "clean" and p.evidence.pixels is not None]
    glow = [p for p in good if glow_left(p) == "clean"]
    if glow:
        worst = max(glow, key=lambda p: abs(p.residual_glow_adu or 0.0))
        out.print(
            f"\nGlow left: {pair(worst.residual_glow_adu, sigma_adu(worst), 1)} ADU of {worst.glow_peak_adu:.0f} ADU"
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
            pair(pixels.residual_glow_adu, sigma_adu(pixels), 1),
            _number(glow_limit_adu(pixels), 1),
            _number(pixels.glow_peak_adu, 0),
            pair(pixels.residual_hot, pixels.residual_hot_sigma, 3),
        )
    out.print()
    out.print(table)


def looked_for(pixels: PixelEvidence) -> bool:
    """Whether what is left of the dark was measured."""
    return pixels.residual_glow is not None or pixels.residual_hot is not None


def sigma_adu(pixels: PixelEvidence) -> float | None:
    """Uncertainty of the glow that is left (ADU)."""
    if pixels.residual_glow_sigma is None or pixels.glow_peak_adu is None:
        return None
    return pixels.residual_glow_sigma * pixels.glow_peak_adu


def pair(value: float | None, sigma: float | None, digits: int) -> str:
    """A value with its standard deviation."""
    return _number(value, digits) if sigma is None else f"{_number(value, digits)} +- {sigma:.{digits}f}"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"
