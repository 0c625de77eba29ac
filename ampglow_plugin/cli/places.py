"""Arguments that name a path or an address."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

import click

from ampglow_plugin.errors import Stalled
from ampglow_plugin.waiting import asked


class Given(click.Path):
    """A path of the user's; what is asked about it is not waited for without end, for its disk may hang."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As :class:`click.Path` does."""
        try:
            return asked(os.fspath(value), functools.partial(super().convert, value, param, ctx))
        except Stalled as error:
            self.fail(str(error), param, ctx)


class Place(Given):
    """A path, as :class:`~pathlib.Path`; an address (``s3://bucket/darks``) stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The one or the other."""
        from ampglow_plugin.headers.places import is_address

        if isinstance(value, str) and is_address(value):
            return value
        return Path(os.fsdecode(super().convert(value, param, ctx)))
