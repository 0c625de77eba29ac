"""Frames that land, against the darks that are known and the lights of this session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from ampglow_plugin.catalog.roles import role_of
from ampglow_plugin.headers.dates import moment
from ampglow_plugin.knowledge.tolerances import FRAMES_TO_SHOOT
from ampglow_plugin.matching import fits, light_groups, match_all
from ampglow_plugin.matching.choose import choose
from ampglow_plugin.matching.groups import calibration_sets
from ampglow_plugin.matching.index import SetIndex
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.watched import Watched, WatchState
from ampglow_plugin.planning.shooting import ShootingList, shooting_list
from ampglow_plugin.rules import Context, Rule, run_rules
from ampglow_plugin.rules.frames import RULES as FRAME_RULES
from ampglow_plugin.rules.frames import mixed_settings, not_settled, sensor_drift
from ampglow_plugin.rules.matches import RULES as MATCH_RULES

#: judged over the session, or over a folder, and not on one frame
_OF_SEVERAL: Final = (sensor_drift.RULE.code, mixed_settings.RULE.code)
_ONE_FRAME: Final[tuple[Rule, ...]] = tuple(rule for rule in FRAME_RULES if rule.code not in _OF_SEVERAL)
#: what a camera is set to; with other settings trouble is told anew
_SETTINGS: Final = (
    "camera",
    "exposure_s",
    "gain",
    "offset",
    "readout_mode",
    "conversion_gain",
    "xbinning",
    "width",
    "height",
    "setpoint_c",
)
_WORST: Final = ("error", "warning")
_DARKS: Final = ("dark", "darkflat")


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Lights of the night by how they were judged, and files that could not be read."""

    ok: int = 0
    warning: int = 0
    error: int = 0
    unread: int = 0


class Judge:
    """Knows the darks and the lights of the night, and judges each light as it lands.

    ``root`` is the watched folder, ``darks`` come from elsewhere. ``existing`` are the frames that were in the folder
    before: its darks count, its lights are only company for those of the same night. ``set_aside`` marks findings that
    the user's settings allow, and ``limits`` is entered around every judgement.
    """

    def __init__(
        self,
        root: Path,
        existing: Iterable[Frame],
        darks: Iterable[Frame] = (),
        *,
        set_aside: Callable[[tuple[Finding, ...]], tuple[Finding, ...]] = lambda findings: findings,
        limits: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._root = root
        self._set_aside = set_aside
        self._limits = limits
        self._darks = {_key(frame): frame for frame in darks}
        self._before: list[Frame] = []
        self._flats: dict[str, Frame] = {}
        self._lights: dict[str, Frame] = {}
        self._judged: dict[str, Watched] = {}
        self._raised: dict[tuple[Any, ...], set[str]] = {}
        self._index: tuple[SetIndex, list[Frame]] | None = None
        for frame in existing:
            role = role_of(frame, root)
            if role in _DARKS:
                self._darks[_key(frame)] = frame
            elif role == "flat":
                self._flats[frame.path] = frame
            elif role == "light" and not frame.master:
                self._before.append(frame)

    @property
    def darks(self) -> int:
        """How many frames of darks are known."""
        return len(self._darks)

    @property
    def lights_before(self) -> int:
        """How many lights were in the folder before."""
        return len(self._before)

    def land(self, frame: Frame) -> Watched:
        """Take a frame that has landed into account, and judge it if it is a light."""
        role = role_of(frame, self._root)
        if role in _DARKS:
            self._darks[_key(frame)] = frame
            self._index = None
        elif role == "flat":
            self._flats[frame.path] = frame
        if role != "light" or frame.master:
            return _watched(frame, None if role == "light" else role, "ok")
        self._lights[frame.path] = frame
        with self._limits():
            match, darks = self._match(frame)
            findings = self._set_aside((*self._of_frame(frame), *_of_match(frame, match, darks), *self._drift(frame)))
        found = sorted(
            (f for f in findings if _counts(f)), key=lambda f: (f.outcome != "crashed", _WORST.index(f.severity))
        )
        state: WatchState = "ok" if not found else "error" if _is_error(found[0]) else "warning"
        judged = replace(
            _watched(frame, role, state),
            status=match.status,
            dark=match.dark,
            findings=tuple(found),
            alarm=self._is_new(frame, found),
        )
        self._judged[frame.path] = judged
        return judged

    def stalled(self, path: str, what: str) -> Watched:
        """A file that does not become a frame."""
        judged = Watched(path=path, role=None, state="unread", why=what, alarm=True)
        self._judged[path] = judged
        return judged

    def counted(self) -> Counted:
        """The night so far."""
        states = [judged.state for judged in self._judged.values()]
        return Counted(**{state: states.count(state) for state in ("ok", "warning", "error", "unread")})

    def to_shoot(self) -> ShootingList:
        """The darks and flat-darks that the lights of the night lack, with those of the same night from before."""
        nights = {frame.night for frame in self._lights.values() if frame.night}
        lights = [*(f for f in self._before if f.night in nights), *self._lights.values()]
        flats = [f for f in self._flats.values() if f.night in nights]
        darks = [*self._darks.values()]
        with self._limits():
            matches = match_all({"light": lights, "flat": flats, "dark": darks})
            return shooting_list(matches, {f.path: f for f in darks}, count=FRAMES_TO_SHOOT)

    def _match(self, light: Frame) -> tuple[Match, dict[str, Frame]]:
        if self._index is None:
            offered = [*self._darks.values()]
            fitting = [f for f in offered if fits(f, "dark")]
            misfits = [f for f in offered if not fits(f, "dark")]
            self._index = SetIndex(calibration_sets(fitting, "dark"), "dark"), misfits
        (group,) = light_groups([light])
        match = choose("dark-1", group, *self._index)
        used = {*match.darks, *(r.dark for r in match.rejections)}
        return match, {f.path: f for f in self._darks.values() if f.path in used}

    def _of_frame(self, light: Frame) -> tuple[Finding, ...]:
        found = run_rules(Context(frames={light.path: light}, roles={light.path: "light"}), _ONE_FRAME)
        return tuple(_own_words(f, light) for f in found)

    def _drift(self, light: Frame) -> tuple[Finding, ...]:
        """How the temperature went through this session; only frames that had settled count, and only for one."""
        if not _settled(light):
            return ()
        session = [f for f in self._session(light) if _settled(f)]
        context = Context(frames={f.path: f for f in session}, roles={f.path: "light" for f in session})
        found = run_rules(context, (sensor_drift.RULE,))
        return tuple(replace(f, where=Where(path=light.path, field="temperature_c")) for f in found)

    def _session(self, light: Frame) -> list[Frame]:
        """Lights of the same camera and settings without a long pause, up to this one."""
        like = _settings(light)
        alike = [f for f in (*self._before, *self._lights.values()) if _settings(f) == like]
        timed = [(when, f.path, f) for f in alike if (when := moment(f.date_obs)) is not None]
        pause = sensor_drift.PAUSE + timedelta(seconds=light.exposure_s or 0.0)
        session: list[Frame] = []
        last = None
        for when, _, frame in sorted(timed, key=lambda row: row[:2]):
            if last is not None and when - last > pause:
                session = []
            session.append(frame)
            last = when
            if frame.path == light.path:
                return session
        return []

    def _is_new(self, light: Frame, found: Sequence[Finding]) -> bool:
        """Whether there is trouble that was not there with the last light of these settings."""
        key, codes = _settings(light), {f.rule for f in found}
        new = codes - self._raised.get(key, set())
        self._raised[key] = codes
        return bool(new)


def _of_match(light: Frame, match: Match, darks: dict[str, Frame]) -> tuple[Finding, ...]:
    frames = {light.path: light, **darks}
    roles = {light.path: "light", **dict.fromkeys(darks, "dark")}
    return run_rules(Context(frames=frames, roles=roles, matches=(match,)), MATCH_RULES)


def _own_words(f: Finding, light: Frame) -> Finding:
    """A rule over many frames speaks of one here."""
    away = f.measured
    if f.rule != not_settled.RULE.code or f.outcome != "failed" or light.temperature_c is None:
        return f
    text = f"the sensor is at {light.temperature_c:.1f} C, {away:g} C from its set point of {light.setpoint_c:g} C"
    return replace(f, message=text)


def _settled(light: Frame) -> bool:
    alone = Context(frames={light.path: light}, roles={light.path: "light"})
    return not any(f.outcome == "failed" for f in run_rules(alone, (not_settled.RULE,)))


def _counts(f: Finding) -> bool:
    return f.ignored is None and (f.outcome == "crashed" or (f.outcome == "failed" and f.severity in _WORST))


def _is_error(f: Finding) -> bool:
    return f.outcome == "crashed" or f.severity == "error"


def _settings(frame: Frame) -> tuple[Any, ...]:
    return tuple(getattr(frame, name) for name in _SETTINGS)


def _key(frame: Frame) -> str:
    return str(Path(frame.path).absolute())


def _watched(frame: Frame, role: str | None, state: WatchState) -> Watched:
    return Watched(
        path=frame.path,
        role=role,
        state=state,
        exposure_s=frame.exposure_s,
        gain=frame.gain,
        offset=frame.offset,
        temperature_c=frame.temperature_c,
        setpoint_c=frame.setpoint_c,
        readout_mode=frame.readout_mode,
        object=frame.object,
        filter=frame.filter,
    )
