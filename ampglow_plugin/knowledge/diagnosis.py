"""The table ``diagnosis.yaml`` as values: how the numbers of a defect become its probability."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.codec import from_dict


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Of one defect in one situation: the logistic model of its numbers.

    ``scenes`` were fitted, ``with_defect`` of which have it.
    """

    constant: float
    weights: Mapping[str, float]
    scenes: int
    with_defect: int

    def probability(self, numbers: Mapping[str, float]) -> float:
        """1 / (1 + exp(-(constant + sum of weight * number)))."""
        total = self.constant + sum(weight * numbers[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-min(max(total, -30.0), 30.0)))


@functools.cache
def weights_of(defect: str, situation: str) -> Weights:
    """The model of a defect in a situation (``dark``, ``views``, ``series_sun`` ...)."""
    row = table("diagnosis.yaml")["defects"][defect][situation]
    return from_dict(Weights, row, where=f"diagnosis.yaml: {defect}, {situation}")
