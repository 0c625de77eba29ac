"""``make diagnose-fit``: fits the logistic models of ``knowledge/diagnosis.yaml`` on scenes for tuning (families 0 and 2).

Numbers are centred and scaled, the weights held back by a weak ridge, and Newton's method run to its
end; what is written holds for the numbers as they are.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

import ampglow_plugin
from tests.diagnosis.numbers import numbers
from tests.diagnosis.scenes import CAUSES

TARGET = Path(__file__).resolve().parents[2] / "ampglow_plugin" / "knowledge" / "diagnosis.yaml"
RIDGE = 0.03
FAMILIES = (0, 2)
HEAD = """\
# How the numbers of a defect become its probability, in each situation: a logistic model, probability = 1 / (1 + exp(-t)),
# t = constant + sum of weight * number. Fitted by `make diagnose-fit` (tests/diagnosis/fit.py) on simulated scenes
# for tuning; judged on others, of other seeds and shapes, by `make diagnose-stats`: docs/diagnose.md. Do not change by
# hand. `scenes` were fitted, `with_defect` of them have it.
"""


def fitted(values: np.ndarray, truth: np.ndarray) -> tuple[float, np.ndarray]:
    """Constant and weights for ``values`` (scenes, numbers) and ``truth`` (scenes) of 0 and 1."""
    middle, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    design = np.column_stack([np.ones(len(values)), (values - middle) / scale])
    # half a scene of either kind more, at the middle of the numbers: nothing is certain because it was not seen
    design = np.vstack([design, np.eye(1, design.shape[1]), np.eye(1, design.shape[1])])
    truth, count = np.append(truth, [0.0, 1.0]), np.append(np.ones(len(values)), [0.5, 0.5])
    ridge = RIDGE * np.diag([0.0, *np.ones(values.shape[1])])
    weights = np.zeros(design.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (count * (truth - chance)) - ridge @ weights
        curvature = (design.T * (count * chance * (1 - chance))) @ design + ridge + 1e-6 * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights += step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-9))
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0] - (weights[1:] / scale) @ middle), weights[1:] / scale


def models(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The table's ``defects``."""
    result: dict[str, Any] = {}
    for cause in CAUSES:
        rows = [(f["defects"][cause], cause in f["causes"]) for f in found if f["defects"][cause]["numbers"]]
        for situation in sorted({row["situation"] for row, _ in rows}):
            own = [(row["numbers"], true) for row, true in rows if row["situation"] == situation]
            names = list(own[0][0])
            truth = np.array([float(true) for _, true in own])
            constant, weights = fitted(np.array([[n[name] for name in names] for n, _ in own]), truth)
            result.setdefault(cause, {})[situation] = {
                "constant": round(constant, 4),
                "weights": {name: round(float(w), 4) for name, w in zip(names, weights, strict=True)},
                "scenes": len(own),
                "with_defect": int(truth.sum()),
            }
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=900, help="of each family")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=Path, help="file of numbers that were measured before")
    options = parser.parse_args()
    found = [
        one
        for family in FAMILIES
        for one in numbers(range(options.scenes), family, workers=options.workers, file=options.keep)
    ]
    data = {
        "made": {
            "scenes": len(found),
            "date": datetime.now(UTC).date().isoformat(),
            "version": ampglow_plugin.__version__,
        },
        "defects": models(found),
    }
    TARGET.write_text(
        HEAD + yaml.safe_dump(data, sort_keys=False, default_flow_style=None, width=120), encoding="utf-8"
    )
    print(f"{TARGET}: {len(found)} scenes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
