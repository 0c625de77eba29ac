"""Everything that is measured on the frames, once; what it means is for the modules of the defects to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ampglow_plugin.diagnosis.dark import DarkGiven, DarkShare, dark_shares, read_dark
from ampglow_plugin.diagnosis.load import Loaded, distinct, load
from ampglow_plugin.diagnosis.maps import Floats
from ampglow_plugin.diagnosis.reflection import Reflected, reflected
from ampglow_plugin.diagnosis.search import Found, search
from ampglow_plugin.diagnosis.sky import Above, above
from ampglow_plugin.diagnosis.trend import Trend, trend
from ampglow_plugin.diagnosis.twilight import Rise, rise_of
from ampglow_plugin.glow.coefficient import Window, tile_means
from ampglow_plugin.model.diagnosis import Basis
from ampglow_plugin.model.frame import Frame

Progress = Callable[[str, float | None], None]

#: what is found without a dark is fitted beside the rest from this significance on
BESIDE_SIGMA: Final = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurements:
    """Of frames: their views, one of each sky (``distinct``), and what was measured on these.

    ``found`` is the brightest common place, None where a dark decides; ``shares`` those of the dark's regions, with
    ``unfit`` where the dark says nothing about these frames. ``rises`` and ``above`` are of all views and frames.
    """

    loaded: tuple[Loaded, ...]
    distinct: tuple[Loaded, ...]
    basis: Basis
    found: Found | None
    dark: DarkGiven | None
    unfit: str | None
    shares: tuple[DarkShare, ...]
    trends: tuple[Trend, ...]
    reflected: Reflected | None
    rises: tuple[Rise | None, ...]
    above: dict[str, Above | None]

    @property
    def raw(self) -> bool:
        """Whether the frames are raw as far as their headers tell."""
        return all(not f.calibrated and (f.stack_count or 1) == 1 for v in self.loaded for f in v.used)

    @property
    def first(self) -> Frame:
        """A frame of the first view."""
        return self.loaded[0].used[0]


def measure(frames: Sequence[Frame], dark: str | None, *, progress: Progress | None = None) -> Measurements:
    """Look at ``frames``, and at a dark or master dark where one is given.

    Raises
    ------
    InputError
        Where a file cannot be read, or they do not lie on each other.
    """
    given = None if dark is None else read_dark(dark, frames)
    loaded = load(frames, pedestal_adu=given.pedestal_adu if given else None, progress=progress)
    skies = distinct(loaded)
    unfit = None if given is None else given.unfit([v.used[0] for v in loaded])
    decisive = given is not None and unfit is None
    views = [one.view for one in skies]
    shares = dark_shares(given, skies) if given is not None and decisive else ()
    found = None
    if given is not None and decisive:
        patterns = _dark_patterns(given, skies[0])
    else:
        found = search(views)
        strong = max(found.amplitudes.significance, found.grey.significance if found.grey else 0.0)
        patterns = found.patterns if strong > BESIDE_SIGMA else ()
    seen = reflected(views, patterns)
    clear = seen is not None and seen.significance > BESIDE_SIGMA and bool(seen.pattern.any())
    beside = [*patterns, seen.pattern] if seen is not None and clear else patterns
    trends = tuple(
        trend(view, beside if seen is not None and number == seen.view else patterns)
        for number, view in enumerate(views)
    )
    all_frames = [frame for one in loaded for frame in one.looked_at]
    return Measurements(
        loaded=loaded,
        distinct=skies,
        basis="dark" if decisive else "views" if len(skies) > 1 else "one",
        found=found,
        dark=given,
        unfit=unfit,
        shares=shares,
        trends=trends,
        reflected=seen,
        rises=tuple(_rise(one, given, trends[skies.index(one)] if one in skies else None) for one in loaded),
        above=dict(zip((f.path for f in all_frames), above(all_frames), strict=True)),
    )


def _dark_patterns(dark: DarkGiven, like: Loaded) -> tuple[Floats, ...]:
    """The dark's glow on the tiles of a view, with its brightest place at 1."""
    tiles = like.view.tiles
    whole = Window(top=0, bottom=tiles.shape[0], left=0, right=tiles.shape[1], shape=tiles.shape)
    maps = [tile_means(light, tiles, whole) for _, _, light, _ in dark.examined.regions()]
    return tuple(m / m.max() for m in maps if m.max() > 0)


def _rise(one: Loaded, dark: DarkGiven | None, own: Trend | None) -> Rise | None:
    """Of the levels of a view, without what of them is pedestal."""
    if any(s is None for s in one.seconds):
        return None
    pedestal = 0.0
    if one.view.level_known:
        pedestal = dark.pedestal_adu or 0.0 if dark is not None and not one.used[0].calibrated else 0.0
    elif own is not None and own.level_known:
        pedestal = one.view.level_adu - own.level_adu
    levels = [level - pedestal for level in one.levels_adu]
    return rise_of([s or 0.0 for s in one.seconds], levels)
