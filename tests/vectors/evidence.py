"""What PixInsight writes about a dark, and what is read from it."""

from __future__ import annotations

from typing import Any

from ampglow_plugin.hosts.pixinsight.evidence import dark_names, header_evidence
from tests.pixinsight import test_evidence as cases


def testimonies() -> list[dict[str, Any]]:
    texts: list[tuple[list[str], str | None]] = [(lines, None) for lines in _parameters(cases.test_era_a)]
    texts += [([], cases.era_b(*steps)) for steps in _parameters(cases.test_era_b)]
    texts += [(cases.era_a(name="a very long name of a master dark that does not fit into one card at all.xisf"), None)]
    texts += [
        (cases.era_a(), cases.era_b(cases.calibration())),
        ([], "<ProcessingHistory"),
        ([], "<!DOCTYPE x []><a/>"),
    ]
    texts += [(cases.STACK_A, None), (cases.COSMETIC_A, None)]
    found = []
    for lines, document in texts:
        cut = [line[i : i + 72] for line in lines for i in range(0, len(line), 72)]
        said = header_evidence([*cut, *([document] if document else [])], None, None)
        found.append(
            {
                "lines": cut,
                "document": document,
                "claim": said.claim,
                "factor": said.factor,
                "why": said.why,
                "darks": list(dark_names(said)),
            }
        )
    return found


def _parameters(test: Any) -> list[Any]:
    marks = [m for m in test.pytestmark if m.name == "parametrize" and "claim" in m.args[0]]
    return [row[0] for row in marks[0].args[1]]
