"""One frame alone for people: a small map in the terminal, plain words, and what it takes to be sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.glow import answer, places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ampglow_plugin.glow.measure import Measured

#: from the background to the brightest place
_SHADES: Final = " .:-=+*#%@"
_MAP_COLUMNS: Final = 56
#: a character of a terminal is about twice as high as wide
_CHARACTER_RATIO: Final = 2.0
#: the map is blank up to this many noises of its cells, and darkest no fewer above
_BLANK_SIGMA: Final = 2.0
_DARK_SIGMA: Final = 12.0
_AT_BORDER: Final = "Amp glow sits at the border like this, but sky, nebulae and vignetting can look the same."
_INSIDE: Final = "Amp glow sits at the border as a rule: this is more likely something on the sky."


def kind_of(frame: Frame) -> str:
    """What the header says the frame is, in a word or three; ``frame`` where it says nothing."""
    if frame.kind in ("dark", "darkflat", "bias", "flat"):
        name = {"darkflat": "dark for flats"}.get(frame.kind, frame.kind)
        return f"master {name}" if frame.master else name
    if (frame.stack_count or 0) > 1:
        return "stack"
    if frame.kind == "light":
        return "calibrated light" if frame.calibrated else "raw light"
    return "frame of unknown kind"


def sentences(measured: Measured, frame: Frame) -> list[str]:
    """What is seen, what it may be, and what to do to be sure."""
    glow = measured.glow
    if frame.kind in ("dark", "darkflat", "bias"):
        return [*_of_a_dark(measured), *(f"note: {note}" for note in glow.notes)]
    if glow.regions:
        brightest = max(glow.regions, key=lambda r: r.peak_adu)
        seen = f"Bright at the {places(glow.regions)}, up to {brightest.peak_adu:.0f} ADU above the background."
        inside = brightest.where == "interior"
        known = () if inside else _of_the_sensor(frame)
        return [seen, _INSIDE if inside else _AT_BORDER, *known, _need_a_dark(frame)]
    slow = "" if glow.gradient_adu is None else f" It only brightens slowly, by {glow.gradient_adu:.0f} ADU."
    hidden = "Weak glow can hide in the sky, and a dark may have taken it away already."
    return [f"Nothing that looks like amp glow.{slow}", hidden, _need_a_dark(frame)]


def _of_a_dark(measured: Measured) -> list[str]:
    glow = measured.glow
    kind, words = answer(glow)
    said = f"{words[0].upper()}{words[1:]}."
    if kind == "glow":
        return [said, "Lights of the same settings hold it too: calibrate them with such darks."]
    if kind == "none":
        return [said]
    return [said, "I need a bias or a short dark of the same camera to be sure: ampglow glow FILE --bias BIAS"]


def _of_the_sensor(frame: Frame) -> Iterator[str]:
    """What glow would mean on a sensor that hardly has any, in a frame that was to be rid of it."""
    sensor = sensor_of(frame.camera)
    if sensor is None or not sensor.little_glow or not (frame.calibrated or (frame.stack_count or 0) > 1):
        return
    doubt = "" if sensor.glow_verified else " (not verified)"
    cause = "most likely no dark was subtracted, or a wrong one"
    yield f"{sensor.id} is known for little glow or none{doubt}: if this is glow, {cause}."


def _need_a_dark(frame: Frame) -> str:
    if frame.calibrated or (frame.stack_count or 0) > 1:
        return "I need the master dark to be sure: ampglow verify FILE --dark MASTER --light RAW says what it has left."
    settings = (
        None if frame.exposure_s is None else f"{frame.exposure_s:g} s",
        None if frame.gain is None else f"gain {frame.gain:g}",
        None if frame.temperature_c is None else f"{frame.temperature_c:.0f} C",
    )
    like = ", ".join(s for s in settings if s) or "the same exposure, gain and temperature"
    return f"I need a dark of {like} to be sure: ampglow glow DARK tells whether the camera glows there."


def show_look(measured: Measured, frame: Frame) -> None:
    """Name, map and sentences on stdout."""
    from rich.padding import Padding

    out = console()
    out.print(f"{clean(Path(frame.path).name)}: {kind_of(frame)}", style="bold")
    for line in drawn(measured):
        out.print(f"  |{line}|")
    for sentence in sentences(measured, frame):
        out.print(Padding(clean(sentence), (0, 0, 0, 2)))


def drawn(measured: Measured) -> list[str]:
    """The map as characters, the first line on top as a viewer shows it; blank is the background."""
    import numpy as np

    tiles = measured.tiles
    height, width = tiles.shape
    columns = min(_MAP_COLUMNS, tiles.values.shape[1])
    rows = max(1, min(tiles.values.shape[0], round(columns * height / width / _CHARACTER_RATIO)))
    cells = _cells(tiles.values - measured.glow.background_adu, rows, columns)
    if not measured.first_row_on_top:
        cells = cells[::-1]
    sigma = measured.sources.sigma_adu * np.sqrt(cells.size / tiles.values.size)
    top = max(float(cells.max()), _DARK_SIGMA * sigma, 1e-6)
    share = np.clip((cells - _BLANK_SIGMA * sigma) / max(top - _BLANK_SIGMA * sigma, 1e-6), 0, 1)
    shades = np.minimum((share * len(_SHADES)).astype(int), len(_SHADES) - 1)
    return ["".join(_SHADES[shade] for shade in row) for row in shades]


def _cells(values: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Means over ``rows`` times ``columns`` nearly equal parts."""
    import numpy as np

    y, x = (np.arange(n) * size // n for n, size in zip((rows, columns), values.shape, strict=True))
    sums = np.add.reduceat(np.add.reduceat(values, y, axis=0), x, axis=1)
    counts = np.outer(np.diff([*y, values.shape[0]]), np.diff([*x, values.shape[1]]))
    shown: NDArray[Any] = sums / counts
    return shown
