"""Arguments that name a path or an address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class Place(click.Path):
    """A path, as :class:`~pathlib.Path`; an address (``s3://bucket/darks``) stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The one or the other."""
        from ampglow_plugin.headers.places import is_address

        if isinstance(value, str) and is_address(value):
            return value
        return Path(os.fsdecode(super().convert(value, param, ctx)))
