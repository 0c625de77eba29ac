"""What a rule is, and the Context it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ampglow_plugin.model.aged import Comparison
from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.diagnosis import Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Edit, Finding, Outcome, Scalar, Severity, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.model.process import Listing
from ampglow_plugin.model.raw import RawState
from ampglow_plugin.model.script import Script


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """All that rules may look at. A part that was not looked for is None; an empty one is ().

    ``frames`` holds every frame by path. ``roles`` says for which role the user (or the folder) gave
    a path: ``light``, ``dark``, ``flat``, ``bias``, ``darkflat``; it wins over the header.
    ``places`` maps places of ``plan`` to the script the plan was read from. ``problems`` are files
    that cannot be used as they are. ``raw_states`` were measured on the pixels of a few lights, ``held`` on those
    of lights and darks, ``dark_sets`` on those of all darks that are to become masters, ``compared`` on those of old
    and new darks, ``diagnosis`` on outputs. ``script`` holds the lines of a script of commands.
    """

    frames: Mapping[str, Frame] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    matches: tuple[Match, ...] | None = None
    plan: Plan | None = None
    places: Mapping[str, Where] = field(default_factory=dict)
    proofs: tuple[Proof, ...] | None = None
    today: date | None = None
    listing: Listing | None = None
    problems: tuple[FileProblem, ...] | None = None
    raw_states: tuple[RawState, ...] | None = None
    script: Script | None = None
    held: tuple[HeldGlow, ...] | None = None
    dark_sets: tuple[DarkSetMeasure, ...] | None = None
    compared: tuple[Comparison, ...] | None = None
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule: its code (never reused), its name, the parts of the Context it needs, and its function.

    The docstring of the module the function stands in is the rule's page. ``check`` yields one
    finding a place; a rule that has nothing to look at yields nothing and counts as skipped.
    """

    code: str
    name: str
    severity: Severity
    needs: tuple[str, ...]
    check: Callable[[Context], Iterable[Finding]]

    @property
    def page(self) -> str:
        """The four parts of the rule: what it checks, why it matters, how to fix it, source."""
        import inspect

        module = inspect.getmodule(self.check)
        return inspect.cleandoc((module.__doc__ if module else None) or "")


def finding(  # noqa: PLR0913
    rule: Rule,
    outcome: Outcome,
    message: str,
    *,
    severity: Severity | None = None,
    where: Where | None = None,
    measured: Scalar = None,
    limit: Scalar = None,
    unit: str | None = None,
    source: str | None = None,
    fix: str | None = None,
    edits: tuple[Edit, ...] = (),
) -> Finding:
    """A finding of ``rule``; severity is the rule's own unless given."""
    return Finding(
        rule=rule.code,
        name=rule.name,
        outcome=outcome,
        severity=severity or rule.severity,
        message=message,
        where=where or Where(),
        measured=measured,
        limit=limit,
        unit=unit,
        source=source,
        fix=fix,
        edits=edits,
    )
