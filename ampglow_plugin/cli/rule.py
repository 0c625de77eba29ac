"""``ampglow rule``: the page of a rule, or the list of all rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

import ampglow_plugin
from ampglow_plugin.errors import InputError


@click.command("rule")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain the rule CODE (AG201), or list all rules."""
    if code is None:
        from ampglow_plugin.rules import RULES

        for rule in RULES:
            click.echo(f"{rule.code}  {rule.severity:<7}  {rule.name:<28}  {_headline(rule.page)}")
        return
    page = next(_pages(code.strip()), None)
    if page is None:
        raise InputError(f"there is no rule {code}", fix="`ampglow rule` lists them all")
    click.echo(page)


def _pages(wanted: str) -> Iterator[str]:
    """The page of the rule with this code or name, from its file: loading all rules to print one takes much longer."""
    asked = (f'code="{wanted.upper()}"', f'name="{wanted.lower()}"')
    for path in sorted((Path(ampglow_plugin.__file__).parent / "rules").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if any(word in text for word in asked):
            yield from _page(text, asked)


def _page(text: str, asked: tuple[str, ...]) -> Iterator[str]:
    import ast

    tree = ast.parse(text)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rule"):
            continue
        values = {k.arg: str(k.value.value) for k in node.keywords if isinstance(k.value, ast.Constant)}
        if any(f'{key}="{values.get(key)}"' in asked for key in ("code", "name")):
            yield f"{values['code']} {values['name']} ({values['severity']})\n\n{ast.get_docstring(tree)}"


def _headline(page: str) -> str:
    return page.partition("\n")[0].rstrip(".")
