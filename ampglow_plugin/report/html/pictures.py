"""Pictures of the page: what pixels look like, without axes or words, which the page sets itself."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.report.html.view import BeforeAfter, Mark, Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    tiles_y = np.searchsorted(measured.tiles.y, _middles(height, _scaled(height, width)), side="right") - 1
    tiles_x = np.searchsorted(measured.tiles.x, _middles(width, _MAP_PX), side="right") - 1
    rows = tiles_y if measured.first_row_on_top else len(measured.tiles.y) - 1 - tiles_y[::-1]
    shown = coloured[rows[:, None], tiles_x[None, :]]
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


def before_after(proof: Proof, words: str, tone: Any) -> BeforeAfter:
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
        stretch=stretch_words(both),
    )


def drawn(make: Callable[[], Any]) -> tuple[Any, str | None]:
    """What ``make`` draws; None and why where a frame cannot be used for it."""
    try:
        return make(), None
    except InputError as error:
        return None, error.what
    except OSError as error:
        return None, (error.strerror or str(error)).lower()


def _scaled(height: int, width: int) -> int:
    return max(1, round(_MAP_PX * height / width))


def _middles(length: int, count: int) -> NDArray[Any]:
    """Middles of ``count`` equal parts of ``length`` pixels."""
    import numpy as np

    middles: NDArray[Any] = (np.arange(count) + 0.5) * length / count
    return middles


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
