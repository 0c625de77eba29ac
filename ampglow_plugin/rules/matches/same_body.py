"""The dark comes from the body that took the lights.

What it checks
    The hot pixels of the dark against those of the lights, as a fingerprint: up to 500 of the strongest of each are
    looked up in the other. One sensor shares more than a third of them, also after months and at another exposure or
    temperature; two sensors a few in a thousand. Shares below 15 percent, by three errors, are an error: the dark is of
    another body. Where the hot pixels lie on each other only after a shift or a turn, it is of another subframe or of
    another row order. Undecided with fewer than 20 hot pixels, with 30 where they must tell two bodies apart (200 in
    single frames, which hold cosmic rays), and where the shares say neither.

Why it matters
    Two cameras of one model write the same headers, mostly without a serial number. The dark of the other body leaves
    every hot pixel of the lights where it is, and digs a hole at every one of its own.

How to fix it
    Use darks of the same body. Keep the libraries of two cameras in folders of their own, and let the capture program
    write the serial number or a name of the camera.

Source
    Measured on simulated sensors: none of 1540 pairs was taken for one, which by the binomial tail has a chance below
    1e-6, and none for another in 504 comparisons with itself at other exposures, temperatures and under a sky. Real
    darks of a CCD, 2400 s and 24 s, share 98 percent of their hot pixels.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.body import SameBody
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import label, recipe

#: share of the hot pixels that two sensors cannot have in common
LIMIT = 0.15
UNIT = "of the hot pixels"
SOURCE = "two sensors share hot pixels by chance alone (measured)"


def check(context: Context) -> Iterator[Finding]:
    """One finding a group of lights with a dark whose pixels were looked at."""
    matches = {m.id: m for m in context.matches or ()}
    for held in context.held or ():
        match = matches.get(held.group)
        if match is not None and not held.built:
            where = Where(group=match.id, path=match.dark, field="camera_serial")
            if held.body is None:
                text = f"{label(match)}: hot pixels not compared: {held.why or 'no dark to look at'}"
                yield finding(RULE, "skipped", text, where=where)
            else:
                yield _judge(held.body, match, where)


def _judge(body: SameBody, match: Match, where: Where) -> Finding:
    share = round(max(body.in_first, body.in_second), 3)
    if body.verdict == "undecided":
        return finding(RULE, "skipped", f"{label(match)}: {body.why}", where=where)
    if body.verdict == "same" and body.in_place:
        text = f"{label(match)}: their dark is of the same body: {told(body)}"
        return finding(RULE, "passed", text, where=where, measured=share, limit=LIMIT, unit=UNIT, source=SOURCE)
    if body.verdict == "same":
        text = f"{label(match)}: their dark is of the same body, but lies on other pixels: {placed(body)}"
        fix = f"use darks of the same subframe and row order, or {recipe(match)}"
    else:
        text = f"{label(match)}: their dark is of another body of this model: {told(body)}"
        fix = f"use darks of the body that took the lights, or {recipe(match)} with it"
    return finding(RULE, "failed", text, where=where, measured=share, limit=LIMIT, unit=UNIT, source=SOURCE, fix=fix)


def told(body: SameBody) -> str:
    """How many are in common: ``of the 200 strongest hot pixels of each, 1 and 0 are hot in the other``."""
    forth, back = (round(share * body.compared) for share in (body.in_second, body.in_first))
    return (
        f"of the {body.compared} strongest hot pixels of each, {forth} and {back} are hot in the other "
        f"(by chance {body.by_chance * body.compared:.2g})"
    )


def placed(body: SameBody) -> str:
    """Where the first lies on the second, in words."""
    x, y = body.shift
    parts: list[str] = [body.turn] if body.turn != "as stored" else []
    parts += [f"shifted by {x} columns and {y} rows"] if body.shift != (0, 0) else []
    return ", ".join(parts) or "pixel on pixel"


RULE = Rule(code="AG225", name="dark-of-same-body", severity="error", needs=("matches", "held"), check=check)
