"""What the rules over proofs share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.rules.base import Context


def proofs(context: Context) -> tuple[Proof, ...]:
    """The proofs of the context."""
    return context.proofs or ()


def decided(found: Iterable[Proof]) -> Iterator[Proof]:
    """Proofs whose verdict says something about the dark."""
    return (p for p in found if p.verdict.done not in ("undecided", "contradiction"))


def measured(found: Iterable[Proof]) -> Iterator[Proof]:
    """Proofs in which the pixels gave a factor."""
    return (p for p in found if p.evidence.pixels is not None and p.evidence.pixels.factor is not None)
