"""The public API before a night is processed: what fits what, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ampglow_plugin.archive import nothing_found
from ampglow_plugin.catalog import Scan, scan, scan_given
from ampglow_plugin.catalog.library import library_darks
from ampglow_plugin.catalog.raw import raw_states
from ampglow_plugin.config import NAME
from ampglow_plugin.knowledge.tolerances import changed
from ampglow_plugin.matching import match_all
from ampglow_plugin.model.config import Config
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.rules import RULES, Context, run_rules
from ampglow_plugin.rules import verdict as verdict_of
from ampglow_plugin.rules.frames import RULES as FRAME_RULES
from ampglow_plugin.rules.ignored import ignore
from ampglow_plugin.rules.matches import RULES as MATCH_RULES
from ampglow_plugin.rules.matches.dark_unknown import RULE as DARK_UNKNOWN_RULE

Progress = Callable[[str, float | None], None]
Paths = Iterable[str | Path]

#: "nobody knows whether the dark fits": a warning of the pre-flight that no plan is made over
DARK_UNKNOWN = DARK_UNKNOWN_RULE.code


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The pre-flight: frames by path, the role of each, the matches, what the rules found, and files not used.

    ``held`` is how much of each dark's glow is in its lights, where pixels were looked at.
    """

    frames: Mapping[str, Frame]
    roles: Mapping[str, str]
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
    problems: tuple[FileProblem, ...]
    held: tuple[HeldGlow, ...] = ()

    @property
    def unknown(self) -> bool:
        """Whether nobody can say that the darks fit: there are no lights, or a vital field is not recorded.

        A group of which the user has set that aside (AG210 in ``ampglow.yaml``) counts as known.
        """
        vouched = {f.where.group for f in self.findings if f.rule == DARK_UNKNOWN and f.ignored is not None}
        statuses = {m.status for m in self.matches if m.role == "dark" and m.id not in vouched}
        return "unknown" in statuses or not any(m.role == "dark" for m in self.matches)

    @property
    def verdict(self) -> Literal["go", "no_go", "unknown"]:
        """``no_go`` with an error, ``unknown`` where a rule crashed or the darks cannot be compared, else ``go``."""
        return verdict_of(self.findings, vital_unknown=self.unknown)


def check(  # noqa: PLR0913 - one parameter a role
    lights: Paths,
    *,
    darks: Paths = (),
    flats: Paths = (),
    flat_darks: Paths = (),
    bias: Paths = (),
    pixels: bool = True,
    config: Config | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Check:
    """Pre-flight: do these darks match these lights, and are the lights fit to be calibrated?

    Folders alone are sorted by header and folder name. With any calibration frames, or with files
    named, ``lights`` are the lights. ``pixels`` lets it read the pixels of some lights and darks, too: a few
    seconds for each group.
    ``config`` are the user's settings (:func:`load_config`); none are looked for here.

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
        raise nothing_found(given, found)
    with limits_of(config):
        return judge(found, pixels=pixels, config=config, executor=executor, progress=progress)


def load_config(paths: Paths, *, file: str | Path | None = None) -> Config:
    """The user's settings for frames at ``paths``: ``ampglow.yaml`` of the user and next to the frames, or ``file``.

    Raises
    ------
    InputError
        Where a file cannot be read, or is wrong (:class:`~ampglow_plugin.errors.FormatError`, with every place).
    """
    from ampglow_plugin.config import find, load, user_folder

    codes = {rule.code for rule in RULES}
    if file is not None:
        return load([Path(file)], codes)
    files = find(Path(path) for path in paths)
    return load(files, codes, beside_frames=[f for f in files if f != user_folder() / NAME])


def set_aside_by(config: Config, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """``findings``, those that the user's settings set aside marked with the reason given."""
    return ignore(findings, config.ignore)


def limits_of(config: Config | None) -> AbstractContextManager[None]:
    """Within it the user's limits hold."""
    from dataclasses import asdict

    if config is None:
        return nullcontext()
    rows = {row: {k: v for k, v in asdict(bounds).items() if v is not None} for row, bounds in config.limits.items()}
    return changed(rows, config.age_d, "ampglow.yaml")


def judge(
    found: Scan,
    *,
    pixels: bool = True,
    config: Config | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Check:
    """Match what was found, and judge frames and matches by the rules.

    Where a group of lights has no dark that fits, the library folders of ``config`` are searched, too.
    """
    matches = match_all(found.by_role())
    if config is not None and config.library and any(m.role == "dark" and m.status == "none" for m in matches):
        found, matches = _with_library(found, config.library, executor, progress)
    frames = {frame.path: frame for frame in found.frames}
    held = _held(matches, frames, progress) if pixels else ()
    context = Context(
        frames=frames,
        roles=found.roles,
        matches=matches,
        problems=found.problems if found.walked or found.problems else None,
        raw_states=raw_states(found.by_role().get("light", ())) if pixels else None,
        held=held,
    )
    findings = run_rules(context, (*FRAME_RULES, *MATCH_RULES))
    if config is not None:
        findings = set_aside_by(config, findings)
    return Check(
        frames=frames, roles=found.roles, matches=matches, findings=findings, problems=found.problems, held=held
    )


def _held(matches: Sequence[Match], frames: Mapping[str, Frame], progress: Progress | None) -> tuple[HeldGlow, ...]:
    from ampglow_plugin.proof.held import held_glow

    return held_glow(matches, frames, progress=progress)


def _with_library(
    found: Scan, folders: Iterable[str], executor: Executor | None, progress: Progress | None
) -> tuple[Scan, tuple[Match, ...]]:
    """What was found and those darks of the library that some group uses, with the matches."""
    library = library_darks(folders, beside=found.frames, executor=executor, progress=progress)
    by_role = found.by_role()
    matches = match_all({**by_role, "dark": (*by_role.get("dark", ()), *library.frames)})
    used = {path for match in matches for path in match.darks}
    added = [frame for frame in library.frames if frame.path in used]
    roles = {**found.roles, **{frame.path: "dark" for frame in added}}
    problems = (*found.problems, *library.problems)
    return replace(found, frames=(*found.frames, *added), roles=roles, problems=problems), matches
