"""A .ssf script judged by the same order rules as our own plans."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.hosts.siril.reader import read
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.pipeline import RULES
from ampglow_plugin.rules.runner import run_rules


def lint(path: Path) -> tuple[Finding, ...]:
    """Every finding about the script, with line and column; () for one that does not calibrate.

    Raises
    ------
    InputError
        Where it cannot be read, or Siril itself would stop reading it without a word.
    """
    reading = read(path)
    if not reading.plan.groups and not reading.plan.masters:
        return ()
    findings = run_rules(Context(plan=reading.plan, places=reading.places), RULES)
    # chains that share a command (two channels of the same lights) say the same of the same place
    return tuple(dict.fromkeys(findings))
