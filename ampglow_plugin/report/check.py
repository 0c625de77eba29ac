"""The pre-flight as text: the verdict in one sentence, one table, and what to do next, in that order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.match import Match
from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.matches import show_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

FOLDED_ACTIONS = 8
#: reasons shown below one action
FOLDED_REASONS = 3
FOLDED_NOTES = 3

VERDICTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"go": ("GO", "bold green"), "no_go": ("NO GO", "bold red"), "unknown": ("UNKNOWN", "bold magenta")}
)
#: what was seen in pixels: the dark holds the glow of the lights; it holds glow at all
PIXEL_RULES = ("AG216", "AG217")
#: seen in pixels, too: the dark is of the body, and of the part of its sensor, that took the lights
BODY_RULE = "AG225"
#: an old dark that was proved to fit passes with a source: that is told, for its age is seen in the table
AGE_RULE = "AG211"
_MARKS = {"error": ("error", "bold red"), "warning": ("warning", "yellow"), "info": ("note", "cyan")}
_ORDER = ("error", "warning", "info")


def show_check(matches: Sequence[Match], findings: Sequence[Finding], verdict: str, *, verbose: bool) -> None:
    """Print it all; what passed and what was skipped only with ``verbose``."""
    from rich.text import Text

    out = console()
    word, style = VERDICTS[verdict]
    out.print(Text.assemble((f"{word}: ", style), (clean(sentence(matches, findings, verdict)), "bold")))
    if matches:
        show_table(out, matches, everything=verbose, more="--verbose")
    failed = [f for f in findings if f.outcome in ("failed", "crashed") and f.ignored is None]
    _show_actions(out, [f for f in failed if f.severity != "info"], everything=verbose)
    cleared = [f for f in findings if f.rule == AGE_RULE and f.outcome == "passed" and f.source is not None]
    _show_notes(out, [*(() if verbose else cleared), *(f for f in failed if f.severity == "info")], everything=verbose)
    _show_undecided(out, findings, everything=verbose)
    _show_ignored(out, findings)
    _show_rest(out, findings, everything=verbose)
    if verdict == "go":
        out.print("next: `ampglow plan` with the same frames, and `-o plan.yaml`")


def sentence(matches: Sequence[Match], findings: Sequence[Finding], verdict: str) -> str:
    """Why it is go, no go or unknown, in one plain sentence."""
    darks = [m for m in matches if m.role == "dark"]
    failed = [f for f in findings if f.outcome == "failed" and f.ignored is None]
    held = {f.where.group for f in findings if f.rule == PIXEL_RULES[0] and f.outcome == "passed"}
    if any(f.outcome == "crashed" for f in findings):
        return "a rule of ampglow itself failed, see below."
    if not darks:
        return "there are no lights here, so nothing can be said about their darks."
    if verdict == "no_go":
        unfit = {f.where.path: f for f in failed if f.severity == "error" and f.rule.startswith("AG1")}
        if unfit:
            first = next(iter(unfit.values())).message
            return f"{len(unfit)} of the lights cannot be calibrated ({first})."
        missing = sum(m.status == "none" for m in darks)
        wrong = {f.where.group for f in failed if f.severity == "error" and f.rule in PIXEL_RULES}
        others = {f.where.group for f in failed if f.severity == "error" and f.rule == BODY_RULE}
        if others and not missing:
            return (
                f"the headers agree, but {_groups(len(others), len(darks))} a dark of another body, or of other pixels."
            )
        if wrong and not missing:
            return f"the headers agree, but {_groups(len(wrong), len(darks))} a dark that does not hold their glow."
        dark = "dark that fits" if any(m.rejected_total for m in darks) else "dark"
        if missing == len(darks) > 1:
            return f"none of the {missing} groups of lights has a {dark}."
        return f"{_groups(missing, len(darks))} no {dark}."
    if verdict == "unknown":
        silent = sum(m.status == "unknown" for m in darks)
        speak = "; their pixels speak for it" if held >= {m.id for m in darks if m.status == "unknown"} else ""
        return f"{_groups(silent, len(darks))} a dark, but the headers do not say whether it fits{speak}."
    warnings = sum(f.severity == "warning" for f in failed)
    below = f"; mind the {'warning' if warnings == 1 else f'{warnings} warnings'} below" if warnings else ""
    holds = " and holds their glow" if held >= {m.id for m in darks} else ""
    return f"{_groups(len(darks), len(darks))} a dark that fits{holds}{below}."


def _groups(some: int, total: int) -> str:
    if total == 1:
        return "the lights have"
    if some == total:
        return f"{'both' if total == 2 else f'all {total}'} groups of lights have"
    return f"{some} of {total} groups of lights {'has' if some == 1 else 'have'}"


def _show_actions(out: Console, failed: Sequence[Finding], *, everything: bool) -> None:
    """Numbered: what to do, then why, with the rules that ask for it; errors first."""
    from rich.table import Table
    from rich.text import Text

    actions = actions_of(failed)
    if not actions:
        return
    out.print("What to do", style="bold")
    shown = list(actions.items())[: None if everything else FOLDED_ACTIONS]
    grid = Table.grid(padding=(0, 1))
    for number, (action, reasons) in enumerate(shown, start=1):
        grid.add_row(f" {number}.", Text(_capital(clean(action)), style="bold"))
        told = reasons if everything else reasons[:FOLDED_REASONS]
        for found in told:
            grid.add_row("", _line(found, why="" if found.message == action else clean(found.message)))
        if len(told) < len(reasons):
            grid.add_row("", Text(f"and {len(reasons) - len(told)} more reasons", style="dim"))
    out.print(grid)
    if len(shown) < len(actions):
        out.print(f" and {len(actions) - len(shown)} more (--verbose shows them)", style="dim")
    out.print()


def actions_of(failed: Sequence[Finding]) -> dict[str, list[Finding]]:
    """What to do -> the findings that ask for it; errors first."""
    actions: dict[str, list[Finding]] = {}
    for found in sorted(failed, key=lambda f: _ORDER.index(f.severity)):
        actions.setdefault(found.fix or found.message, []).append(found)
    return actions


def _line(found: Finding, *, why: str) -> Text:
    from rich.text import Text

    mark, style = _MARKS[found.severity]
    return Text.assemble((f"{mark} ", style), (f"{found.rule} ", "dim"), why)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _show_notes(out: Console, notes: Sequence[Finding], *, everything: bool) -> None:
    shown = notes if everything else notes[:FOLDED_NOTES]
    for found in shown:
        out.print(_line(found, why=clean(found.message)))
    if len(shown) < len(notes):
        out.print(f"and {len(notes) - len(shown)} more notes (--verbose shows them)", style="dim")


def _show_undecided(out: Console, findings: Sequence[Finding], *, everything: bool) -> None:
    """Darks of which the pixels do not tell whether they hold the glow: no alarm, and no comfort either."""
    from rich.text import Text

    unsure = [f for f in findings if f.rule == PIXEL_RULES[0] and f.outcome == "skipped" and f.where.group]
    for found in () if everything else unsure[:FOLDED_NOTES]:
        out.print(Text.assemble(("not told ", "cyan"), (f"{found.rule} ", "dim"), clean(found.message)))


def _show_ignored(out: Console, findings: Sequence[Finding]) -> None:
    """What the user has set aside, always, with the reason given."""
    from rich.text import Text

    for found in (f for f in findings if f.ignored is not None):
        told = f"{clean(found.message)} ({clean(found.ignored)})"
        out.print(Text.assemble(("ignored ", "dim"), (f"{found.rule} ", "dim"), (told, "dim")))


def _show_rest(out: Console, findings: Sequence[Finding], *, everything: bool) -> None:
    from rich.text import Text

    rest = [f for f in findings if f.outcome in ("passed", "skipped")]
    if everything:
        for found in rest:
            style = "green" if found.outcome == "passed" else "dim"
            out.print(Text.assemble((f"{found.outcome:<8}", style), (f"{found.rule} ", "dim"), clean(found.message)))
        return
    passed = sum(f.outcome == "passed" for f in rest)
    skipped = len(rest) - passed
    out.print(
        f"{passed} checks passed, {skipped} had nothing to compare; `ampglow rule CODE` explains one", style="dim"
    )
