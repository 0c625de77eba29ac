"""Results as one self-contained page: no network, one file, nothing of its owner in it unless asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ampglow_plugin.report.html.view import Page
from ampglow_plugin.report.results import Results


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """``full``: site, serials and full paths stay. ``pictures``: frames may be opened to draw them."""

    title: str
    made: datetime
    full: bool = False
    pictures: bool = True


def page_of(results: Sequence[Results], options: Options) -> Page:
    """What the page shows; without ``options.full``, without what is private in it."""
    from ampglow_plugin.report.html.build import build
    from ampglow_plugin.report.html.private import Redactor, known_paths, known_serials

    page = build(results, options)
    return page if options.full else Redactor(known_paths(results), known_serials(results)).view(page)


def html_report(results: Sequence[Results], options: Options) -> str:
    """The page as text.

    Raises
    ------
    InputError
        Where jinja2 is not installed.
    """
    from ampglow_plugin.report.html.render import need_jinja2, render

    need_jinja2()
    return render(page_of(results, options))
