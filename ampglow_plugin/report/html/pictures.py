"""Pictures of the page: what pixels look like, without axes or words, which the page sets itself."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.report.html.view import BeforeAfter, LeftMaps, Mark, Picture, Tone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ampglow_plugin.glow.background import TileMap
    from ampglow_plugin.glow.measure import Measured
    from ampglow_plugin.model.evidence import Proof

#: a map is enlarged to about this width, so that its tiles keep their edges on every screen (px)
_MAP_PX: Final = 720
_PALETTE_STEPS: Final = 256
#: noise does not compress: enough to judge a stretch by, a third of the size of a lossless picture
_QUALITY: Final = 82


def can_draw() -> bool:
    """Whether the libraries that draw are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("matplotlib", "PIL"))


def readable(path: str | None, folder: Path | None) -> str | None:
    """The path of a regular file that is there, from the working folder or from ``folder``; None where it is not."""
    if path is None:
        return None
    places = [Path(path), *([folder / path] if folder is not None else [])]
    try:
        return next((str(p) for p in places if p.is_file()), None)
    except (OSError, ValueError):  # a name that no file can have
        return None


def glow_map(measured: Measured) -> tuple[Picture, tuple[Mark, ...], str, Picture]:
    """The map of a frame's glow, marks on its regions, what its ends mean, and its palette from dark to bright."""
    import numpy as np

    from ampglow_plugin.report import plots
    from ampglow_plugin.report.glow import answer
    from ampglow_plugin.report.glow_plot import GAMMA, shown_map, span_adu

    values, span = shown_map(measured), span_adu(measured)
    coloured = plots.coloured(values, span_adu=span, colours=plots.GLOW_COLOURS, gamma=GAMMA)
    height, width = measured.tiles.shape
    shown = _enlarged(coloured, measured.tiles, on_top=measured.first_row_on_top)
    marks = tuple(
        Mark(
            number=number,
            x=region.x / width,
            y=(region.y if measured.first_row_on_top else height - 1 - region.y) / height,
            label=f"{r.peak_adu:.1f} ADU",
        )
        for number, (region, r) in enumerate(zip(measured.shown, measured.glow.regions, strict=True), start=1)
    )
    alt = f"Brightness map of {PurePath(measured.glow.path).name}: {answer(measured.glow)[1]}"
    ramp = np.linspace(span[0], span[1], _PALETTE_STEPS)[None, :].repeat(8, axis=0)
    palette = plots.coloured(ramp, span_adu=span, colours=plots.GLOW_COLOURS, gamma=GAMMA)
    scale = f"{span[0]:.0f} to {span[1]:.0f} ADU above the background"
    return _png(shown, alt), marks, scale, _png(palette, "")


def before_after(proof: Proof, words: str, tone: Tone) -> BeforeAfter:
    """Raw light and calibrated frame in one stretch.

    Raises
    ------
    InputError
        If the proof has no light, or a frame cannot be read.
    """
    import numpy as np

    from ampglow_plugin.report.picture import sides, stretch_words

    both = sides(proof)
    span = both.white_adu - both.black_adu

    def grey(side: NDArray[Any]) -> NDArray[Any]:
        return (np.clip((side - both.black_adu) / span, 0, 1) * 255 + 0.5).astype(np.uint8)

    return BeforeAfter(
        name=PurePath(proof.path).name,
        words=words,
        tone=tone,
        raw=_jpeg(grey(both.raw), f"Raw light {PurePath(proof.inputs['light']).name}, before calibration"),
        output=_jpeg(grey(both.output), f"The same light after calibration: {words}"),
        raw_caption=f"Raw light, background {both.backgrounds_adu[0]:.0f} ADU",
        output_caption=f"Calibrated, background {both.backgrounds_adu[1]:.0f} ADU",
        stretch=f"{stretch_words(both)[:1].upper()}{stretch_words(both)[1:]}",
    )


def left_maps(proof: Proof, words: str, tone: Tone) -> LeftMaps:
    """The glow of the dark, and what is left of it, in the same colours.

    Raises
    ------
    InputError
        If the proof has no dark, or a frame cannot be read or is too small.
    """
    import numpy as np

    from ampglow_plugin.proof.seen import seen
    from ampglow_plugin.report import plots
    from ampglow_plugin.report.proof_plot import map_span_adu

    both = seen(proof)
    span = map_span_adu(both)

    def picture(tiles: TileMap, alt: str) -> Picture:
        on_top = both.dark.first_row_on_top
        coloured = plots.coloured_signed(tiles.values if on_top else tiles.values[::-1], span_adu=span)
        return _png(_enlarged(coloured, tiles, on_top=on_top), alt)

    ramp = plots.coloured_signed(np.linspace(-span, span, _PALETTE_STEPS)[None, :].repeat(8, axis=0), span_adu=span)
    note = "The frame was aligned: its glow lies elsewhere than in the dark, and its own sky is in the map."
    return LeftMaps(
        name=PurePath(proof.path).name,
        words=words,
        tone=tone,
        dark=picture(both.template, f"The glow of {PurePath(both.dark.glow.path).name}, which had to go"),
        left=picture(both.left, f"What is left of it in {PurePath(proof.path).name}: {words}"),
        palette=_png(ramp, ""),
        scale=f"-{span:.0f} to {span:.0f} ADU, by the square root: a hundredth shows as a tenth",
        note=note if both.moved else "",
    )


def drawn(make: Callable[[], Any]) -> tuple[Any, str | None]:
    """What ``make`` draws; None and why where a frame cannot be used for it."""
    try:
        return make(), None
    except InputError as error:
        return None, error.what
    except OSError as error:
        return None, (error.strerror or str(error)).lower()


def _enlarged(coloured: NDArray[Any], tiles: TileMap, *, on_top: bool) -> NDArray[Any]:
    """A coloured map, its rows as a viewer shows them, with the tiles at their true places and sharp edges."""
    height, width = tiles.shape
    shown_rows = max(1, round(_MAP_PX * height / width))
    y = _nearest(tiles.y + tiles.tile[0] / 2, height, shown_rows)
    x = _nearest(tiles.x + tiles.tile[1] / 2, width, _MAP_PX)
    rows = y if on_top else len(tiles.y) - 1 - y[::-1]
    enlarged: NDArray[Any] = coloured[rows[:, None], x[None, :]]
    return enlarged


def _nearest(middles: NDArray[Any], length: int, count: int) -> NDArray[Any]:
    """For each of ``count`` equal parts of ``length`` pixels the tile whose middle is nearest: tiles leave a gap."""
    import numpy as np

    parts = (np.arange(count) + 0.5) * length / count
    nearest: NDArray[Any] = np.searchsorted((middles[1:] + middles[:-1]) / 2, parts)
    return nearest


def _png(pixels: NDArray[Any], alt: str) -> Picture:
    return _encoded(pixels, alt, "png", optimize=True)


def _jpeg(pixels: NDArray[Any], alt: str) -> Picture:
    return _encoded(pixels, alt, "jpeg", quality=_QUALITY, optimize=True)


def _encoded(pixels: NDArray[Any], alt: str, kind: str, **options: Any) -> Picture:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format=kind, **options)
    height, width = pixels.shape[:2]
    return Picture(file.getvalue(), f"image/{kind}", width, height, alt)
