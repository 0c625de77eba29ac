"""The frames of one folder have one setting.

What it checks
    Single frames of one kind in one folder: camera, exposure, gain, offset, binning, size, mode and set point. One or
    two calibration frames that differ from five or more others are strays: a warning. Several sets side by side are an
    information; masters in a library are not judged.

Why it matters
    ampglow keeps the sets apart. A script that stacks a whole folder does not: one dark of 30 s among those of 300 s
    makes a master that fits nothing, without an error.

How to fix it
    Move the strays away, and give each setting a folder of its own.

Source
    Own judgement; scripts of Siril and of others take a folder as one sequence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import called, value

#: so few frames that differ ...
STRAYS = 2
#: ... from so many are no set of their own
CROWD = 5
FIELDS = (
    "camera",
    "exposure_s",
    "gain",
    "offset",
    "xbinning",
    "width",
    "height",
    "readout_mode",
    "setpoint_c",
)
NOUNS = {"light": "light", "dark": "dark", "flat": "flat", "darkflat": "flat-dark", "bias": "bias frame"}


def check(context: Context) -> Iterator[Finding]:
    """One finding a folder and kind."""
    folders: dict[tuple[str, str], list[Frame]] = {}
    for path, frame in context.frames.items():
        role = context.roles.get(path)
        if role in NOUNS and not frame.master:
            folders.setdefault((str(PurePath(path).parent), role), []).append(frame)
    used = frozenset(path for match in context.matches or () for path in match.darks)
    for (folder, role), frames in folders.items():
        if len(frames) > 1:
            yield _folder(folder, role, frames, used)


def _folder(folder: str, role: str, frames: Sequence[Frame], used: frozenset[str]) -> Finding:
    fields = [f for f in FIELDS if (role, f) != ("flat", "exposure_s")]  # sky flats follow the dusk
    sets = Counter(tuple(_of(frame, field) for field in fields) for frame in frames)
    usual, most = sets.most_common(1)[0]
    name = PurePath(folder).name or folder
    where = Where(path=frames[0].path)
    noun = NOUNS[role]
    if len(sets) == 1:
        return finding(RULE, "passed", f"{len(frames)} {noun}s in {name}: one setting", where=where, measured=1)
    others = [key for key in sets if key != usual]
    differing = [f for i, f in enumerate(fields) if any(key[i] != usual[i] for key in others)]
    strays = [f for f in frames if sets[tuple(_of(f, field) for field in fields)] <= STRAYS]
    wanted = role == "light" or any(frame.path in used for frame in strays)
    if not wanted and most >= CROWD and sum(sets[key] for key in others) == len(strays):
        first = strays[0]
        what = "; ".join(
            f"{called([f])} {value(f, getattr(first, f))}, not {value(f, getattr(_like(frames, fields, usual), f))}"
            for i, f in enumerate(fields)
            if _of(first, f) != usual[i]
        )
        text = (
            f"{len(strays)} of {len(frames)} {noun}s in {name} differ{'s' if len(strays) == 1 else ''} from the rest: "
        )
        text += f"{PurePath(first.path).name} ({what})"
        fix = f"move {PurePath(first.path).name if len(strays) == 1 else f'these {len(strays)} frames'} out of {name}"
        return finding(RULE, "failed", text, where=Where(path=first.path), measured=len(strays), limit=0, fix=fix)
    text = f"{len(frames)} {noun}s in {name} have {len(sets)} settings ({called(differing)} differ"
    text += f"{'s' if len(differing) == 1 else ''}): ampglow keeps them apart, a script that stacks the folder does not"
    return finding(RULE, "failed", text, severity="info", where=where, measured=len(sets), limit=1)


def _like(frames: Sequence[Frame], fields: Sequence[str], key: tuple[object, ...]) -> Frame:
    return next(f for f in frames if tuple(_of(f, field) for field in fields) == key)


def _of(frame: Frame, field: str) -> object:
    found = getattr(frame, field)
    return round(found, 3) if isinstance(found, float) else found


RULE = Rule(code="AG110", name="mixed-settings", severity="warning", needs=("frames",), check=check)
