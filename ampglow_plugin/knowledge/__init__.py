"""Every table of the project, as YAML or JSON beside this file, loaded once and only when asked for."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import Any


@functools.cache
def table(name: str) -> Any:
    """The parsed table ``name`` (``tolerances.yaml``, ``siril_commands.json`` ...).

    Tables belong to the package and are trusted; YAML is read by the safe loader all the same.
    """
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    if name.endswith(".json"):
        return json.loads(text)
    import yaml  # here and not above: reading YAML is slow to import and most commands need no table

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
