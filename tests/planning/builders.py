"""Small nights for the tests of planning: frames, matches and findings made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match, Role
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.planning import PlanOptions, make_plan

SETTINGS: dict[str, Any] = {
    "camera": "ZWO ASI294MC Pro",
    "width": 4144,
    "height": 2822,
    "planes": 1,
    "xbinning": 1,
    "ybinning": 1,
    "gain": 120.0,
    "offset": 30.0,
    "exposure_s": 180.0,
    "temperature_c": -10.0,
    "setpoint_c": -10.0,
    "bayer_pattern": "RGGB",
    "calibrated": False,
}
FLAT: dict[str, Any] = {"exposure_s": 2.5, "filter": "L"}


@dataclass
class Night:
    """Collects frames and matches; ``plan`` makes the plan of them."""

    frames: dict[str, Frame] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def shoot(self, kind: str, count: int, name: str | None = None, **settings: Any) -> tuple[str, ...]:
        """``count`` frames of a kind; their paths."""
        name = name or kind
        paths = tuple(f"/night/{name}_{i:04d}.fit" for i in range(1, count + 1))
        for path in paths:
            self.frames[path] = Frame(path=path, kind=kind, **{**SETTINGS, **self.settings, **settings})
        return paths

    def master(self, kind: str, name: str | None = None, **settings: Any) -> tuple[str, ...]:
        """One master file of a kind; its path."""
        path = f"/library/{name or 'master_' + kind}.fit"
        self.frames[path] = Frame(path=path, kind=kind, master=True, **{**SETTINGS, **self.settings, **settings})
        return (path,)

    def match(
        self, role: Role, lights: Iterable[str], darks: Iterable[str], status: str | None = None, id: str | None = None
    ) -> Match:
        """A match of ``lights`` with ``darks`` (none of them: status none)."""
        files = tuple(darks)
        made = Match(
            id=id or f"{role}-{len(self.matches) + 1}",
            role=role,
            group={},
            lights=tuple(lights),
            dark=files[-1] if files else None,
            darks=files,
            status=status or ("exact" if files else "none"),
        )
        self.matches.append(made)
        return made

    def find(self, rule: str, group: str | None, severity: str = "error", **where: Any) -> Finding:
        """A failed finding of the pre-flight."""
        made = Finding(
            rule=rule,
            name=rule.lower(),
            outcome="failed",
            severity=severity,
            message=f"{rule} failed",
            where=Where(group=group, **where),
        )
        self.findings.append(made)
        return made

    def plan(self, **options: Any) -> Plan:
        return make_plan(self.frames, self.matches, self.findings, PlanOptions(**options))


def full_night(**settings: Any) -> Night:
    """Lights, darks, flats and flat-darks that fit."""
    night = Night(settings=settings)
    lights = night.shoot("light", 6, filter="L")
    flats = night.shoot("flat", 10, **FLAT)
    night.match("dark", lights, night.shoot("dark", 10))
    night.match("flat", lights, flats)
    night.match("flatdark", flats, night.shoot("darkflat", 8, exposure_s=2.5))
    return night
