"""The machine interface: one JSON line a record, ending with a summary."""

from __future__ import annotations

import json
from typing import Any

from ampglow_plugin.model.codec import to_dict

VERSION = 1


def record(kind: str, value: Any) -> dict[str, Any]:
    """``value`` (a model value or plain dict) as a record of ``kind``: the keys of the schema."""
    return {"record": kind, "v": VERSION, **to_dict(value)}


def line(data: dict[str, Any]) -> str:
    """One JSON line. Text outside ASCII is escaped, so no terminal or encoding can break it."""
    return json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
