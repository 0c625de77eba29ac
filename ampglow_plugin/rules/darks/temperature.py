"""All darks of a set were taken at one temperature.

What it checks
    Measured temperatures of the headers (1 degree from the set point, or from the middle of the set; 2 for uncooled
    cameras), and, whatever the headers say, the hot pixels: how high they stand in each frame, in units of the set's
    median frame. More than 20 percent is an error. A drift through the set counts with its ends. Where no majority
    agrees, the set is in doubt and no frame is blamed. Fewer than 20 hot pixels tell nothing.

Why it matters
    The master is the mean of its frames: frames that were too warm leave black spots in every light.

How to fix it
    Leave these frames out. Cool down, wait five minutes, then start; choose a set point that the cooler holds.

Source
    10 to 15 percent of the dark current for one degree, by public measurements. On simulated sets that wobble by 0.3
    degrees none of 2200 frames was blamed for it; a frame 2.5 degrees too warm was told in all, in sets of fewer than
    ten now and then as a doubt about the set.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from ampglow_plugin.knowledge.tolerances import dark_limit, limit
from ampglow_plugin.model.darks import DarkMeasure, DarkSetMeasure
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.darks.outliers import LEAST, Apart, Value, apart, at, each_set, name

FIX = "leave it out; next time cool down, wait five minutes, then start"
FIX_SET = "look at the frames one by one, or shoot the set again at one temperature"
#: dark current a degree, from the table of what was measured: the range that a ratio is told as
PER_DEGREE = (1.10, 1.15)


def check(context: Context) -> Iterator[Finding]:
    """One finding a frame of another temperature, one for what is so of the set."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    frames = measured.frames
    told = [Value(frame=f, value=f.temperature_c) for f in frames if f.temperature_c is not None]
    hot = [Value(frame=f, value=f.hot_ratio, sigma=f.hot_sigma or 0.0) for f in frames if f.hot_ratio is not None]
    by_header = _by_header(told, cooled=measured.cooled is not False)
    row = dark_limit("hot_ratio")
    by_pixels = apart(hot, row.limit, middle=1.0) if len(hot) >= 2 else None
    blamed = dict.fromkeys(frame.path for frame, _ in (*_of(by_header), *_of(by_pixels)))
    for frame in (f for f in frames if f.path in blamed):
        pixels = next((away for f, away in _of(by_pixels) if f is frame), None)
        yield _pixels(frame, pixels) if pixels is not None else _header(frame, by_header, measured)
    doubts = [apart for apart in (by_header, by_pixels) if apart is not None and apart.unclear]
    if doubts:
        yield _doubt(doubts[0], "hot pixels" if doubts[0] is by_pixels else "headers")
    elif not blamed and (by_header or by_pixels):
        yield _good(told, hot, by_pixels)
    elif not blamed:
        yield finding(RULE, "skipped", "neither the headers nor hot pixels tell the temperatures of these darks apart")


def _by_header(told: Sequence[Value], *, cooled: bool) -> Apart | None:
    if len(told) < LEAST:
        return None
    most = limit("temperature_c", "cooled" if cooled else "uncooled").exact + 1e-6
    centre = statistics.median(v.value for v in told)
    targets = {v.frame.setpoint_c for v in told}
    target = next(iter(targets)) if len(targets) == 1 else None
    return apart(told, most, middle=target if target is not None and abs(centre - target) <= most else centre)


def _of(found: Apart | None) -> Sequence[tuple[DarkMeasure, float]]:
    return found.blamed if found else ()


def _pixels(frame: DarkMeasure, away: float) -> Finding:
    row = dark_limit("hot_ratio")
    ratio = 1 + away
    text = f"{name(frame)}: its hot pixels are {ratio:.2f} times as high as in the other darks: "
    text += f"{_degrees(ratio)}, or {'longer' if ratio > 1 else 'shorter'} than its header says"
    return finding(
        RULE,
        "failed",
        text,
        where=at(frame, "hot_ratio"),
        measured=round(away, 3),
        limit=row.limit,
        unit=row.unit,
        source=row.source,
        fix=FIX,
    )


def _degrees(ratio: float) -> str:
    import math

    if ratio <= 0.1:
        return "much colder"
    low, high = sorted(abs(math.log(ratio) / math.log(each)) for each in PER_DEGREE)
    return f"about {low:.0f} to {high:.0f} C {'warmer' if ratio > 1 else 'colder'}"


def _header(frame: DarkMeasure, found: Apart | None, measured: DarkSetMeasure) -> Finding:
    row = limit("temperature_c", "uncooled" if measured.cooled is False else "cooled")
    away = next(a for f, a in _of(found) if f is frame)
    drift = f", in a set that drifts by {found.drift:+.1f} C" if found and found.drift is not None else ""
    text = f"{name(frame)}: {frame.temperature_c:.1f} C, {abs(away):.1f} C {'warmer' if away > 0 else 'colder'} "
    text += f"than it should be{drift}"
    return finding(
        RULE,
        "failed",
        text,
        where=at(frame, "temperature_c"),
        measured=round(away, 3),
        limit=row.exact,
        unit=row.unit,
        source=row.source,
        fix=FIX,
    )


def _doubt(found: Apart, who: str) -> Finding:
    count = len(found.unclear)
    text = f"by their {who}, {count} dark{'s' if count > 1 else ''} of this set had another temperature than the "
    text += "rest, and too few agree to say which are right"
    if found.drift is not None and who == "headers":
        text += f": the sensor drifted by {found.drift:+.1f} C through the set"
    where = Where(field="temperature_c")
    return finding(RULE, "failed", text, severity="warning", where=where, measured=round(found.widest, 3), fix=FIX_SET)


def _good(told: Sequence[Value], hot: Sequence[Value], by_pixels: Apart | None) -> Finding:
    parts = []
    if told:
        parts.append(f"{min(v.value for v in told):.1f} to {max(v.value for v in told):.1f} C by their headers")
    if by_pixels is not None:
        parts.append(f"hot pixels within {100 * by_pixels.widest:.0f} %")
    row = dark_limit("hot_ratio")
    measured = None if by_pixels is None else round(by_pixels.widest, 3)
    text = f"{max(len(told), len(hot))} darks: {', '.join(parts)}"
    return finding(RULE, "passed", text, measured=measured, limit=row.limit, unit=row.unit, source=row.source)


RULE = Rule(code="AG124", name="dark-temperature", severity="error", needs=("dark_sets",), check=check)
