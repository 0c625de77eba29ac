"""``ampglow rule``: the page of a rule, or the list of all rules."""

from __future__ import annotations

import click

from ampglow_plugin.errors import InputError


@click.command("rule")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Explain the rule CODE (AG201), or list all rules."""
    from ampglow_plugin.rules import RULES

    if code is None:
        for rule in RULES:
            click.echo(f"{rule.code}  {rule.severity:<7}  {rule.name:<28}  {_headline(rule.page)}")
        return
    wanted = code.strip().upper()
    for rule in RULES:
        if wanted in (rule.code, rule.name.upper()):
            click.echo(f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.page}")
            return
    raise InputError(f"there is no rule {code}", fix="`ampglow rule` lists them all")


def _headline(page: str) -> str:
    return page.partition("\n")[0].rstrip(".")
