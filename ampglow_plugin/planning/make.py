"""Matches, findings and options to a Plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Align, Allowance, Calibrate, CosmeticCorrect, Debayer, Group, Plan, Step
from ampglow_plugin.planning import gate
from ampglow_plugin.planning.accept import DARK_RULES, NO_DARK, with_nearest_darks
from ampglow_plugin.planning.integration import integrate
from ampglow_plugin.planning.masters import SURE, Matches, Workshop
from ampglow_plugin.planning.naming import Names, common_settings
from ampglow_plugin.planning.options import PlanOptions

#: the pre-flight rule that stands for each status a group is refused for
UNSPOKEN = {
    "none": (NO_DARK, "no-dark", "no dark fits these lights"),
    "unknown": ("AG210", "dark-unknown", "it is not known whether the dark fits: a vital field is missing"),
}
#: the order rule that a group without a dark breaks
NO_DARK_USED = "AG306"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Draft:
    """Lights that share their dark, flat and bias: one sequence. ``match`` is that of their dark, found or not."""

    match: Match
    dark: Match | None
    flat: Match | None
    bias: Match | None
    paths: tuple[str, ...]


def make_plan(
    frames: Mapping[str, Frame], matches: Sequence[Match], findings: Iterable[Finding], options: PlanOptions
) -> Plan:
    """The plan for all lights of ``matches``: calibrate, cosmetic correction, debayer, align, stack if wanted.

    ``frames`` holds every frame by path; ``matches`` are those of :func:`ampglow_plugin.matching.match_all`;
    ``findings`` those of the pre-flight over the same frames and matches. Darks are never scaled, and a bias
    is subtracted beside a dark only if that is known to be free of bias.

    Raises
    ------
    PlanRefused
        Where the dark of a group is none or unknown, or a rule failed for frames that the plan would use, and
        ``options.allow`` does not cover it; with the findings of all groups.
    InputError
        Where there are no lights, or an allowance has no reason or covers nothing.
    """
    found = _spoken(matches, findings)
    gate.check_allowances(options.allow, found)
    usable, accepted = with_nearest_darks(matches, frames, found, options.allow)
    allowed = (*options.allow, *accepted)
    drafts = _drafts(usable)
    if not drafts:
        raise InputError("there are no lights to plan for", fix="name them, or a folder that holds them")
    workshop = Workshop(frames, Matches(usable))
    groups = _groups(frames, drafts, workshop, options)
    used = {draft.match.id for draft in drafts} | workshop.used
    paths = {path for group in groups for path in group.frames}
    for master in workshop.masters:
        paths.update(master.frames, [master.file] if master.file else [])
    gate.refuse([f for f in gate.blocking(found, allowed) if gate.concerns(f, used, paths)])
    return Plan(
        tool=f"ampglow {_version()}",
        masters=workshop.masters,
        groups=groups,
        allowed=(*allowed, *_implied(drafts, groups, found, options.allow)),
    )


def _version() -> str:
    from ampglow_plugin import __version__

    return __version__


def _drafts(matches: Sequence[Match]) -> list[_Draft]:
    """Each match group of the role ``dark``, divided where its lights have different flats or biases."""
    look = Matches(matches)
    drafts: dict[tuple[str | None, ...], _Draft] = {}
    for match in matches:
        if match.role != "dark":
            continue
        for path in match.lights:
            own = _Draft(
                match=match,
                dark=look.of("dark", path),
                flat=look.of("flat", path),
                bias=look.of("bias", path),
                paths=(path,),
            )
            key = (match.id, own.flat.id if own.flat else None, own.bias.id if own.bias else None)
            known = drafts.get(key)
            drafts[key] = replace(known, paths=(*known.paths, path)) if known else own
    return list(drafts.values())


def _spoken(matches: Sequence[Match], findings: Iterable[Finding]) -> list[Finding]:
    """``findings``, with an error for every group whose dark is none or unknown.

    What the pre-flight warns of ("nobody knows") is an error where a plan is to be made of it; where it
    said nothing of such a group, the finding is made here.
    """
    found = [*findings]
    for match in matches:
        if match.role != "dark" or (match.status in SURE and match.darks):
            continue
        here = [i for i, f in enumerate(found) if f.outcome == "failed" and f.where.group == match.id]
        if any(found[i].severity == "error" and found[i].rule.startswith(DARK_RULES) for i in here):
            continue
        rule, name, message = UNSPOKEN["unknown" if match.status == "unknown" and match.darks else "none"]
        said = next((i for i in here if found[i].rule == rule), None)
        if said is not None:
            found[said] = replace(found[said], severity="error")
            continue
        fix = "take darks of the lights' exposure, gain, offset, temperature and readout mode"
        where = Where(group=match.id)
        found.append(
            Finding(rule=rule, name=name, outcome="failed", severity="error", message=message, where=where, fix=fix)
        )
    return found


def _groups(
    frames: Mapping[str, Frame], drafts: Sequence[_Draft], workshop: Workshop, options: PlanOptions
) -> tuple[Group, ...]:
    names = Names()
    groups = []
    for draft in drafts:
        lights = [frames[path] for path in draft.paths]
        settings = common_settings(lights, of_lights=True)
        mosaics = {frame.cfa for frame in lights}
        cfa = mosaics.pop() if len(mosaics) == 1 else None
        pattern, width, height = (settings.get(field) for field in ("bayer_pattern", "width", "height"))
        groups.append(
            Group(
                id=names.give("light", settings),
                frames=draft.paths,
                steps=tuple(
                    _steps(draft, workshop, options, mosaic=cfa is True, stars=any(map(_may_show_stars, lights)))
                ),
                settings=settings,
                cfa=cfa,
                bayer_pattern=pattern if isinstance(pattern, str) else None,
                width=width if isinstance(width, int) else None,
                height=height if isinstance(height, int) else None,
            )
        )
    return tuple(groups)


def _may_show_stars(frame: Frame) -> bool:
    """Not flats, darks and biases that were named as lights: their header says that there is no sky in them."""
    return frame.kind in ("light", "unknown")


def _steps(draft: _Draft, workshop: Workshop, options: PlanOptions, *, mosaic: bool, stars: bool) -> Iterable[Step]:
    """The one order there is; steps that have nothing to work with are left out."""
    calibrate = workshop.subtract(draft.dark, draft.bias, "dark")
    if draft.flat is not None:
        flat = workshop.flat(draft.flat).id
        calibrate = replace(calibrate, flat=flat, equalize_cfa=mosaic and options.equalize_cfa)
    if calibrate != Calibrate():
        yield calibrate
    if options.cosmetic and calibrate.dark and not (options.hot_sigma is None and options.cold_sigma is None):
        yield CosmeticCorrect(
            dark=calibrate.dark, hot_sigma=options.hot_sigma, cold_sigma=options.cold_sigma, cfa=mosaic
        )
    if mosaic:
        yield Debayer(method=options.debayer_method)
    if len(draft.paths) > 1:  # one light has nothing to be aligned with
        if stars:
            yield Align()
        if options.stack:
            yield integrate(len(draft.paths), "additive_scaling")


def _implied(
    drafts: Sequence[_Draft], groups: Sequence[Group], found: Iterable[Finding], allow: Sequence[Allowance]
) -> Iterable[Allowance]:
    """Who accepts that there is no dark accepts the plan without one; with the same reason."""
    errors = [f for f in found if f.outcome == "failed" and f.severity == "error" and f.rule.startswith(DARK_RULES)]
    for draft, group in zip(drafts, groups, strict=True):
        if draft.dark is not None or not any(isinstance(step, Calibrate) for step in group.steps):
            continue
        here = [f for f in errors if f.where.group == draft.match.id]
        reason = next(a.reason for a in allow for f in here if gate.allows(a, f))
        yield Allowance(rule=NO_DARK_USED, reason=reason, where=group.id)
