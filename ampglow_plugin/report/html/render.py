"""The page as HTML: every text escaped, style and script named by their hash, nothing fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
from importlib.resources import files
from typing import Any, Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.report.html.view import Page, Picture
from ampglow_plugin.writing import plain_text

#: format characters that belong to texts: joiners within words and emoji
_JOINERS: Final = "\u200c\u200d"


def need_jinja2() -> None:
    """Say what to install where it is missing, before any work is done.

    Raises
    ------
    InputError
        Without jinja2.
    """
    if importlib.util.find_spec("jinja2") is None:
        raise InputError("a report needs jinja2", fix="pip install 'ampglow-plugin[report]'")


def render(page: Page) -> str:
    """One HTML document.

    Its policy lets no script run but the one it brings, loads nothing, and sends nothing.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = files("ampglow_plugin.report") / "templates"
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, finalize=_shown
    )
    environment.filters["data_uri"] = _data_uri
    template = environment.from_string((folder / "report.html").read_text(encoding="utf-8"))
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return template.render(page=page, policy=policy, style=Markup(style), script=Markup(script))  # noqa: S704 - ours


def _shown(value: Any) -> Any:
    """Text without what would hide it or turn the text around it: such characters are shown by their number.

    A terminal is told ``+-`` where a page can say it with its sign.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return "".join(_visible(c) for c in value).replace(" +- ", " \u00b1 ")


def _visible(c: str) -> str:
    return c if c in "\n\t" or c in _JOINERS else plain_text(c)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _data_uri(picture: Picture) -> str:
    return f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode()}"
