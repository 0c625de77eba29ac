"""Word by word what each rule says of each of its cases, as it stands in tests/golden/rules.

The cases name what matters in a finding; this holds the rest of it: every number with limit, unit and source, every
place, every sentence. A case without a part in the text fails; ``make golden`` writes it. Read the diff.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ampglow_plugin.model.finding import Finding

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "rules"
UPDATE = os.environ.get("AMPGLOW_UPDATE_GOLDEN") == "1"


def told(findings: Iterable[Finding | Mapping[str, Any]], folder: Path) -> str:
    """The findings as text; paths below ``folder`` as ~, floats with four digits."""
    lines = [line for found in findings for line in _lines(found if isinstance(found, Mapping) else _plain(found))]
    return "\n".join(lines).replace(f"{folder}/", "~/").replace(str(folder), "~")


def as_before(
    code: str, case: Mapping[str, Any], findings: Iterable[Finding | Mapping[str, Any]], folder: Path
) -> None:
    """Compare with the golden text of this case, or write it where that is wanted."""
    name, text = f"{case['kind']}: {case['what']}", told(findings, folder)
    if UPDATE:
        parts = {**_parts.__wrapped__(code), name: text}
        body = "\n".join(f"## {title}\n{parts[title]}\n" for title in sorted(parts))
        GOLDEN.mkdir(parents=True, exist_ok=True)
        (GOLDEN / f"{code}.txt").write_text(body, encoding="utf-8", newline="\n")
        return
    assert name in _parts(code), f"{code}.txt says nothing of {name!r}: make golden, and read the diff"
    assert text == _parts(code)[name], f"{code}.txt, {name} (wanted? make golden, and read the diff)"


@functools.cache
def _parts(code: str) -> dict[str, str]:
    path = GOLDEN / f"{code}.txt"
    whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = (part.partition("\n") for part in re.split(r"^## ", whole, flags=re.MULTILINE)[1:])
    return {title: text.rstrip("\n") for title, _, text in found}


def _plain(found: Finding) -> dict[str, Any]:
    return dataclasses.asdict(found)


def _lines(found: Mapping[str, Any]) -> Iterable[str]:
    where = ", ".join(f"{key} {value}" for key, value in found["where"].items() if value is not None)
    yield f"{found['name']} {found['outcome']} {found['severity']} at {where or '-'}"
    numbers = {key: found[key] for key in ("measured", "limit", "unit", "source") if found.get(key) is not None}
    if numbers:
        yield "  " + ", ".join(f"{key} {_short(value)}" for key, value in numbers.items())
    for key in ("message", "fix"):
        if found[key]:
            yield f"  {key}: {found[key]}"
    for edit in found.get("edits", ()):
        yield f"  edit: {edit}"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
