"""Cases that Python and JavaScript must answer alike: ``python -m tests.vectors.make`` writes them from Python's answers.

A case is only worth something if it can go wrong, so frames are varied in every field that decides a match, from
real headers on.
"""

from __future__ import annotations

import json
from pathlib import Path

from ampglow_plugin.model.codec import to_dict
from tests.vectors.checks import checks
from tests.vectors.evidence import testimonies
from tests.vectors.frames import BASE
from tests.vectors.headers import headers
from tests.vectors.matches import matches
from tests.vectors.plans import jobs, orders

HERE = Path(__file__).parent

VECTORS = {
    "base": lambda: to_dict(BASE),
    "headers": headers,
    "matches": matches,
    "checks": checks,
    "orders": orders,
    "jobs": jobs,
    "evidence": testimonies,
}


def text(name: str) -> str:
    return json.dumps(VECTORS[name](), indent=None, ensure_ascii=True, sort_keys=True).replace('}, {"', '},\n{"') + "\n"


if __name__ == "__main__":
    for name in VECTORS:
        (HERE / f"{name}.json").write_text(text(name), encoding="utf-8", newline="\n")
