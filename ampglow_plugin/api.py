"""The public API (see the package)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ampglow_plugin.catalog import Scan, scan, scan_given
from ampglow_plugin.errors import InputError
from ampglow_plugin.matching import match, match_all
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules import verdict as verdict_of
from ampglow_plugin.rules.frames import RULES as FRAME_RULES
from ampglow_plugin.rules.matches import RULES as MATCH_RULES

__all__ = ["Check", "Scan", "check", "match", "match_all", "scan", "scan_given"]

Progress = Callable[[str, float | None], None]
Paths = Iterable[str | Path]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The pre-flight: frames by path, the role of each, the matches, what the rules found, and files not used."""

    frames: Mapping[str, Frame]
    roles: Mapping[str, str]
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
    problems: tuple[FileProblem, ...]

    @property
    def unknown(self) -> bool:
        """Whether nobody can say that the darks fit: there are no lights, or a vital field is not recorded."""
        statuses = {m.status for m in self.matches if m.role == "dark"}
        return not statuses or "unknown" in statuses

    @property
    def verdict(self) -> Literal["go", "no_go", "unknown"]:
        """``no_go`` with an error, ``unknown`` where the darks cannot be compared, else ``go``."""
        return verdict_of(self.findings, vital_unknown=self.unknown)


def check(  # noqa: PLR0913 - one parameter a role
    lights: Paths,
    *,
    darks: Paths = (),
    flats: Paths = (),
    flat_darks: Paths = (),
    bias: Paths = (),
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Check:
    """Pre-flight: do these darks match these lights, and are the lights fit to be calibrated?

    Folders alone are sorted by header and folder name. With any calibration frames, or with files
    named, ``lights`` are the lights.

    Raises
    ------
    InputError
        Where no frame could be read.
    """
    named = {"light": lights, "dark": darks, "flat": flats, "darkflat": flat_darks, "bias": bias}
    given = {role: [Path(path) for path in paths] for role, paths in named.items()}
    given = {role: paths for role, paths in given.items() if paths or role == "light"}
    if len(given) == 1 and all(path.is_dir() for path in given["light"]):
        found = scan(given["light"], executor=executor, progress=progress)
    else:
        found = scan_given(given, executor=executor, progress=progress)
    if not found.frames:
        raise _nothing(given, found)
    return judge(found)


def judge(found: Scan) -> Check:
    """Match what was found, and judge frames and matches by the rules."""
    frames = {frame.path: frame for frame in found.frames}
    matches = match_all(found.by_role())
    context = Context(
        frames=frames,
        roles=found.roles,
        matches=matches,
        problems=found.problems if found.walked or found.problems else None,
    )
    findings = run_rules(context, (*FRAME_RULES, *MATCH_RULES))
    return Check(frames=frames, roles=found.roles, matches=matches, findings=findings, problems=found.problems)


def _nothing(given: Mapping[str, Iterable[Path]], found: Scan) -> InputError:
    if found.problems:
        first = found.problems[0]
        return InputError(f"no frame can be read: {first.what}", where=first.path, fix=first.fix)
    places = ", ".join(str(path) for paths in given.values() for path in paths)
    return InputError(
        "no frames found", where=places, fix="name .fit, .fits or .xisf files, or a folder that holds some"
    )
