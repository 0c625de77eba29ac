"""From the numbers of each defect to what is told: pure, and the same for everybody.

Each defect has its own logistic model, so several may be there together. What is neither likely enough to be told nor
unlikely enough to be excluded stays open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from ampglow_plugin.diagnosis.signs.base import Signs
from ampglow_plugin.knowledge.diagnosis import weights_of
from ampglow_plugin.model.diagnosis import Basis, CauseFound, Likelihood

#: of a defect about which nothing could be measured
_NOTHING_KNOWN: Final = 0.5
#: probabilities from which a defect is told, and up to which it is excluded, by what was at hand: of one view of the
#: sky little is told
TOLD: Final[dict[Basis, tuple[float, float]]] = {"dark": (0.65, 0.1), "views": (0.55, 0.1), "one": (0.9, 0.1)}
#: of amp glow where a dark decides: nothing that may be wrong
TOLD_BY_DARK: Final = (0.97, 0.06)


def likelihood(signs: Signs, basis: Basis) -> Likelihood:
    """Probability of one defect, and whether that decides."""
    if not signs.numbers:
        return Likelihood(cause=signs.cause, probability=_NOTHING_KNOWN, decided=None)
    probability = weights_of(signs.cause, signs.situation).probability(signs.numbers)
    there, absent = TOLD_BY_DARK if basis == "dark" and signs.cause == "amp_glow" else TOLD[basis]
    excluded = probability <= absent and not signs.hidden  # what cannot be seen is not absent
    decided = True if probability >= there else False if excluded else None
    return Likelihood(cause=signs.cause, probability=probability, decided=decided)


def decide(signs: Sequence[Signs], basis: Basis) -> tuple[tuple[CauseFound, ...], tuple[Likelihood, ...]]:
    """What is told, the likeliest first, and the probabilities of all defects.

    The confidence that there is none is the product of all defects' absences; that of ``undecided`` is the probability
    of the likeliest defect that is open. A defect that these frames could not show at all is left out.
    """
    signs = [s for s in signs if s.numbers or s.counts]
    likelihoods = tuple(likelihood(s, basis) for s in signs)
    found = tuple(
        CauseFound(
            cause=s.cause,
            confidence=round(one.probability, 4),
            where=s.where,
            where_basis=s.where_basis,
            peak_adu=s.peak_adu,
        )
        for s, one in sorted(zip(signs, likelihoods, strict=True), key=lambda pair: -pair[1].probability)
        if one.decided
    )
    if found:
        return found, likelihoods
    still = [one.probability for one in likelihoods if one.decided is None]
    if still:
        return (CauseFound(cause="undecided", confidence=round(max(still), 4)),), likelihoods
    return (CauseFound(cause="none", confidence=round(_none_of(likelihoods), 4)),), likelihoods


def _none_of(likelihoods: Iterable[Likelihood]) -> float:
    return math.prod(1.0 - one.probability for one in likelihoods)
