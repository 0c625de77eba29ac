"""The proof: what was done with the dark, how well it worked, and what shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Final

from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.report.html.charts import factor_chart
from ampglow_plugin.report.html.view import WORST, BeforeAfter, LeftMaps, ProofPart, ProofRow
from ampglow_plugin.report.proof import SUCCESS, done, factor, looked_for, pair, proved, sigma_adu, tone, words
from ampglow_plugin.report.results import Results
from ampglow_plugin.rules.verdict_left import glow_left, glow_limit_adu

#: one frame a dark is drawn, of so many darks
MOST_PICTURES: Final = 3
_NONE: Final = "\u2013"


def part(proofs: Sequence[tuple[Results, Proof]], *, pictures: bool) -> ProofPart:
    """All proofs, the worst first; the chart keeps their order in time."""
    ordered = sorted(proofs, key=lambda pair: WORST.index(tone(pair[1])))
    alone = [p for _, p in proofs]
    _, sentence, over_all = proved(alone)
    made = tuple(_pictures(ordered)) if pictures else ()
    return ProofPart(
        sentence=sentence,
        tone=over_all,
        facts=tuple(_facts(alone)),
        factors=factor_chart(alone),
        rows=tuple(_row(p) for _, p in ordered),
        pictures=tuple(before for before, _ in made if before is not None),
        maps=tuple(left for _, left in made if left is not None),
        reasons=tuple(_reasons([p for _, p in ordered])),
        changed=tuple(
            f"{text} ({count} of {len(alone)} proofs were made with it)"
            for text, count in Counter(text for p in alone for text in p.changed).items()
        ),
        testimony=tuple({t[:3]: t for _, p in reversed(ordered) for t in _testimony(p)}.values()),
    )


def _facts(proofs: Sequence[Proof]) -> Iterator[tuple[str, str, str]]:
    """The numbers that carry the verdict."""
    clean = sum(tone(p) == "good" for p in proofs)
    yield "Clean frames", f"{clean} of {len(proofs)}", "the dark was applied, and nothing of it is left"
    measured = [p.evidence.pixels for p in proofs if p.evidence.pixels is not None]
    factors = [p for p in measured if p.factor is not None]
    if factors:
        worst = max(factors, key=lambda p: abs((p.factor or 0.0) - 1))
        sigma = "" if worst.factor_sigma is None else f" \u00b1 {worst.factor_sigma:.3f}"
        text = "how much of the dark was subtracted; 1 is right" + ("" if len(factors) == 1 else ", farthest from it")
        yield "Factor of the dark", f"{round(worst.factor or 0.0, 3) + 0.0:.3f}{sigma}", text
    left = [p for p in measured if glow_left(p) is not None]
    if left:
        worst = max(left, key=lambda p: abs(p.residual_glow_adu or 0.0))
        limit = glow_limit_adu(worst)
        text = f"of {worst.glow_peak_adu:.0f} ADU in the dark" + ("" if len(left) == 1 else ", at most")
        text += "" if limit is None else f"; counts as clean up to {limit:.1f} ADU"
        yield "Glow left", f"{pair(worst.residual_glow_adu, sigma_adu(worst), 1)} ADU".replace("+-", "\u00b1"), text
    pedestals = [p.pedestals for p in measured if p.pedestals is not None]
    if pedestals:
        worst_pedestal = max(pedestals, key=lambda v: abs(v - 1))
        yield "Bias levels removed", f"{worst_pedestal:.2f}", "1 is right, 0 none, 2 twice"


def _row(proof: Proof) -> ProofRow:
    pixels = proof.evidence.pixels
    seen = pixels is not None and looked_for(pixels)
    return ProofRow(
        name=PurePath(proof.path).name,
        done=done(proof),
        success=SUCCESS[proof.verdict.success],
        tone=tone(proof),
        factor=_told(factor(proof)),
        glow=_told(pair(pixels.residual_glow_adu, sigma_adu(pixels), 1)) if pixels and seen else _NONE,
        hot=_told(pair(pixels.residual_hot, pixels.residual_hot_sigma, 3)) if pixels and seen else _NONE,
        pedestals=_NONE if pixels is None or pixels.pedestals is None else f"{pixels.pedestals:.2f}",
        decided_by=proof.verdict.decided_by or "none",
    )


def _told(text: str) -> str:
    """A measured value on one line; a dash where there is none."""
    return _NONE if text.startswith("-") and not text[1:2].isdigit() else _unbroken(text.replace("+-", "\u00b1"))


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _reasons(proofs: Sequence[Proof]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Why frames are not clean: the first of those that share the reasons, how many more, and the reasons."""
    texts = [
        (*p.verdict.reasons, *(f"possible: {h}" for h in p.verdict.hypotheses)) for p in proofs if tone(p) != "good"
    ]
    names = [PurePath(p.path).name for p in proofs if tone(p) != "good"]
    for lines, count in Counter(texts).items():
        more = "" if count == 1 else f" and {count - 1} more"
        yield f"{names[texts.index(lines)]}{more}", lines


def _testimony(proof: Proof) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Rows: witness, what it claims, why that counts or not, its own lines."""
    for who, said in (("header", proof.evidence.header), ("log", proof.evidence.log)):
        if said.lines or said.claim != "silent":
            yield who, said.claim.replace("_", " "), said.why, tuple(dict.fromkeys(said.lines))


def _pictures(proofs: Sequence[tuple[Results, Proof]]) -> Iterator[tuple[BeforeAfter | None, LeftMaps | None]]:
    """The worst frame of each dark, of the first few darks: before and after, and the glow that is left."""
    from ampglow_plugin.report.html.pictures import before_after, can_draw, drawn, left_maps, readable

    seen: set[str | None] = set()
    for results, proof in proofs if can_draw() else ():
        dark = proof.inputs.get("dark")
        if dark in seen or len(seen) >= MOST_PICTURES:
            continue
        inputs = {role: file for role, path in proof.inputs.items() if (file := readable(path, results.folder))}
        output = readable(proof.path, results.folder)
        if output is None:
            continue
        placed = replace(proof, path=output, inputs=inputs)
        made = [drawn(partial(make, placed, words(placed), tone(placed)))[0] for make in (before_after, left_maps)]
        if any(picture is not None for picture in made):
            seen.add(dark)
            yield made[0], made[1]
