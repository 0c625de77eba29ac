"""An old dark against a new one, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampglow_plugin.report.console import clean, console
from ampglow_plugin.rules.matches.sensor_aged import name
from ampglow_plugin.rules.matches.words import called

if TYPE_CHECKING:
    from ampglow_plugin.api import Aged

_STYLES = {"aged": "bold yellow", "unchanged": "bold green", "undecided": "bold", "not comparable": "bold"}
_MARKS = {"failed": ("changed ", "yellow"), "passed": ("same    ", "green"), "skipped": ("not told", "cyan")}


def show_aged(found: Aged) -> None:
    """Print the verdict, and one line a quantity with its limit."""
    from rich.text import Text

    out = console()
    out.print(clean(headline(found)), style=_STYLES[found.verdict], soft_wrap=True)
    for f in found.findings:
        mark, style = _MARKS[f.outcome]
        limit = "" if f.limit is None else f" (limit {f.limit:g} {f.unit})"
        out.print(Text.assemble(("  "), (mark, style), " ", clean(f.message), (limit, "dim")), soft_wrap=True)
        if f.fix and f.outcome == "skipped":
            out.print(f"           -> {clean(f.fix)}", style="dim")
    result = found.compared.result
    if result.unknown:
        out.print(f"  not recorded: {clean(called(result.unknown))}", style="dim", soft_wrap=True)


def headline(found: Aged) -> str:
    """The verdict in one sentence."""
    result = found.compared.result
    days = "" if result.days is None else f" in {abs(result.days):.0f} days"
    text = {
        "aged": f"the sensor has changed{days}: {name(result.old)} no longer fits",
        "unchanged": f"the sensor is as it was{days}: {name(result.old)} still fits",
        "undecided": "not everything can be told: see below",
        "not comparable": f"{name(result.old)} and {name(result.new)} cannot be compared",
    }
    return text[found.verdict]
