"""The masters of a plan: each is decided once and shared by all groups that need it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match, Role
from ampglow_plugin.model.plan import Calibrate, Master, MasterRole, Step
from ampglow_plugin.planning.integration import integrate
from ampglow_plugin.planning.naming import Names, common_settings

#: outcomes of matching that are good enough to use without asking
SURE = ("exact", "tolerated")


class Matches:
    """Looks up the match of a frame in a role. Lights and flats may both have a match of the role ``bias``."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self._by_frame = {(match.role, path): match for match in matches for path in match.lights}

    def of(self, role: Role, path: str) -> Match | None:
        """The match of this frame, or None where its role was not matched or nothing was found."""
        match = self._by_frame.get((role, path))
        return match if match is not None and match.darks and match.status != "none" else None

    def shared(self, role: Role, paths: Sequence[str], *, sure: bool) -> Match | None:
        """The match that all ``paths`` have in common; ``sure`` leaves out those whose status is unknown."""
        found = {match.id: match for match in (self.of(role, path) for path in paths) if match is not None}
        if len(found) != 1 or any(self.of(role, path) is None for path in paths):
            return None
        match = next(iter(found.values()))
        return match if match.status in SURE or not sure else None


class Workshop:
    """Hands out masters by the files they come from, and keeps them in the order in which they are needed."""

    def __init__(self, frames: Mapping[str, Frame], matches: Matches) -> None:
        self._frames = frames
        self._matches = matches
        self._names = Names()
        self._made: dict[tuple[str, tuple[str, ...]], Master] = {}
        #: ids of the matches that were drawn on
        self.used: set[str] = set()

    @property
    def masters(self) -> tuple[Master, ...]:
        """All masters handed out so far; each stands behind those it needs."""
        return tuple(self._made.values())

    def level(self, role: MasterRole, match: Match) -> Master:
        """The master of a dark, flat-dark or bias set: reused where the set's best file is one, else built."""
        return self._make(role, match, ())

    def flat(self, match: Match) -> Master:
        """The master flat. Singles are calibrated with flat-darks, else with a bias, else not at all."""
        single = not self._is_master(match)
        return self._make("flat", match, (self._flat_calibration(_files(match)),) if single else ())

    def subtract(self, dark: Match | None, bias: Match | None, role: MasterRole) -> Calibrate:
        """Subtraction of a dark, with the bias only beside a dark known to be divided; or of the bias alone."""
        if dark is None:
            return Calibrate(bias=self.level("bias", bias).id if bias else None)
        master = self.level(role, dark)
        divided = master.holds_bias is False
        return Calibrate(dark=master.id, bias=self.level("bias", bias).id if divided and bias else None)

    def _flat_calibration(self, flats: Sequence[str]) -> Calibrate:
        biases = [self._matches.shared("bias", flats, sure=sure) for sure in (True, False)]
        darks = [self._matches.shared("flatdark", flats, sure=sure) for sure in (True, False)]
        if darks[0] is None and biases[0] is not None:  # a sure bias before a doubtful flat-dark
            return self.subtract(None, biases[0], "flatdark")
        return self.subtract(darks[1], biases[1], "flatdark")

    def _is_master(self, match: Match) -> bool:
        best = self._frames.get(match.dark) if match.dark else None
        return best is not None and best.master

    def _make(self, role: MasterRole, match: Match, before: tuple[Calibrate, ...]) -> Master:
        self.used.add(match.id)
        files = (match.dark,) if match.dark and self._is_master(match) else _files(match)
        # a dark of the lights and a flat-dark are the same thing if they come from the same files
        key = ("dark" if role == "flatdark" else role, files)
        if key not in self._made:
            self._made[key] = self._new(role, files, before, reused=self._is_master(match))
        return self._made[key]

    def _new(self, role: MasterRole, files: tuple[str, ...], before: tuple[Calibrate, ...], *, reused: bool) -> Master:
        frames = [self._frames[path] for path in files]
        settings = common_settings(frames)
        name = self._names.give(role, settings)
        holds = _holds_bias(frames, reused=reused) if role in ("dark", "flatdark") else None
        if reused:
            return Master(id=name, role=role, file=files[0], holds_bias=holds, settings=settings)
        combine = integrate(len(files), "multiplicative" if role == "flat" else "none")
        calibrate = tuple(step for step in before if step != Calibrate())
        steps: tuple[Step, ...] = (*calibrate, combine)
        return Master(id=name, role=role, frames=files, steps=steps, holds_bias=holds, settings=settings)


def _files(match: Match) -> tuple[str, ...]:
    return tuple(sorted(match.darks))


def _holds_bias(frames: Sequence[Frame], *, reused: bool) -> bool | None:
    """Raw darks hold their bias. A master tells it only where its header says that a bias was subtracted.

    CALSTAT lists the corrections made, ``B`` for the bias; no host writes down that a dark still holds it.
    """
    if all(re.fullmatch(r"[DF]*B[BDF]*", (f.calibration_status or "").strip().upper()) for f in frames):
        return False
    if reused or any(f.calibrated for f in frames):
        return None
    return True
