"""The type in the header agrees with what the frame is used for.

What it checks
    IMAGETYP and its relatives against the role the user gave. Lights given by name are lights whatever the header
    says: a difference is an information. A calibration frame whose header says light (or anything else that cannot
    serve) is a warning: it is not used.

Why it matters
    A light among the darks puts stars into the master; a flat given as light is fine if that is what was meant.

How to fix it
    Check the file names given. Where the header is wrong, correct IMAGETYP.

Source
    Own judgement; several programs write no type or a wrong one (real headers).
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding

#: kinds that agree with a role; programs have no type of their own for flat-darks, some none for biases
AGREE = {
    "light": ("light",),
    "dark": ("dark", "darkflat"),
    "flat": ("flat",),
    "darkflat": ("darkflat", "dark"),
    "bias": ("bias", "dark"),
}


def check(context: Context) -> Iterator[Finding]:
    """One finding a role and header type."""
    groups: dict[tuple[str, str], list[Frame]] = {}
    for path, role in context.roles.items():
        if path in context.frames:
            groups.setdefault((role, context.frames[path].kind), []).append(context.frames[path])
    for (role, kind), frames in groups.items():
        where = Where(path=frames[0].path, field="kind")
        count = f"{len(frames)} frame{'s' if len(frames) > 1 else ''} given as {role}"
        if kind == "unknown":
            yield finding(RULE, "skipped", f"{count}: the header names no type", where=where)
        elif kind in AGREE[role]:
            yield finding(RULE, "passed", f"{count}: the header says {kind}", where=where)
        else:
            used = role == "light"
            yield finding(
                RULE,
                "failed",
                f"{count}: the header says {kind}; {'used as lights all the same' if used else 'not used'}",
                severity="info" if used else "warning",
                where=where,
                measured=kind,
                limit=role,
                fix=None if used else f"give files that are {role}s, or correct their IMAGETYP",
            )


RULE = Rule(code="AG102", name="image-type", severity="info", needs=("frames",), check=check)
