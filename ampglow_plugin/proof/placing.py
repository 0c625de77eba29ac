"""Where the pixels of the sensor lie in an output that was aligned or stacked: what files and headers say of it.

The best there is: Siril's sequence file, by which each frame was moved, or PixInsight's drizzle data; else the stars of
a raw light, matched with those of the output; else the blank edges of a frame, whose width is its shift; else the place
of the sensor itself; these two on both sides of a meridian flip. What Siril did to a stack afterwards (mirrored,
cropped) stands in HISTORY and ROWORDER.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import history, read_frame
from ampglow_plugin.hosts.pixinsight.drizzle_data import ENDING as DRIZZLE_DATA
from ampglow_plugin.hosts.pixinsight.drizzle_data import find_drizzle_data, read_drizzle_data
from ampglow_plugin.hosts.siril.sequence import SirilSequence, find_sequences, number_of, read_sequence
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.pixels import Image, Pixels
from ampglow_plugin.pixels.read import FULL_SCALE_ADU
from ampglow_plugin.pixels.xisf import provenance
from ampglow_plugin.proof import transform
from ampglow_plugin.proof.moved import Placement, Scale
from ampglow_plugin.proof.transform import Matrix

#: frames that stand for all of a stack on one side of a meridian flip: what matters is how far their dithers reach
MOST_OF_A_SIDE: Final = 12
#: sizes of drizzled outputs, in those of the sensor
ENLARGED: Final = (1.0, 1.5, 2.0, 3.0)
#: shares of the frames that may have been taken after a meridian flip, where nobody says
FLIPPED_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)

_CROP = re.compile(r"^Crop \(x=(\d+), y=(\d+), w=(\d+), h=(\d+)\)")
_ROWS_MIRRORED = "TOP-DOWN mirror"
_COLUMNS_MIRRORED = "Left-right mirror"
_SIZE_MISMATCH_PX: Final = 1.0
#: what Siril puts before the name of a frame that it has aligned; what PixInsight notes of it
_ALIGNED: Final = "r_"
_ALIGNED_WORDS: Final = ("StarAlignment", "Registration with ")
#: an edge counts as blank where more than this share of its pixels is 0 in every plane
_BLANK_SHARE: Final = 0.3
#: a row is blank where half of it is: of a turned frame that is the middle of the wedge
_BLANK_HALF: Final = 0.5
_EDGE_SLACK_PX: Final = 1
#: relative uncertainty of what is found where blank edges put the dark: they are whole pixels, and glow falls off over
#: fifty of them or more
EDGE_SIGMA: Final = 0.01
_MOSAICS_SCALED = (
    "the frames were never debayered and were brought to each other's spread, which is that of their colours: how much "
    "is left is known within a third"
)
_NORMALISED = re.compile(r"(?<!un)normalizedoutput")
#: stretching leaves the brightest pixel at the full scale; saturated stars leave many there
_MOST_AT_TOP: Final = 3
#: a response of the sensor that no corner falls short of (share of its middle)
_LEAST_RESPONSE: Final = 0.3
#: relative uncertainty of the scale of frames that were brought to each other's; source: stacks of Siril 1.2 and 1.4
#: with additive and scaling normalisation, of frames that differ by their glow alone, are off by up to 8 %
SCALED_SIGMA: Final = 0.05
#: the same where the frames were never debayered: their spread is that of the colours, which moving by a part of a
#: pixel evens out; source: 18 such stacks of Siril 1.2 and 1.4 held 0.49 to 1.33 of their glow, with a spread of 0.24
MOSAIC_SCALED_SIGMA: Final = 0.3


def is_stack(frame: Frame) -> bool:
    """Whether a header tells of several frames."""
    return (frame.stack_count or 1) > 1


def was_moved(output: Path, sensor: Path) -> bool:
    """Whether the pixels of an output lie elsewhere than those of the sensor, as far as header, name and size tell.

    ``sensor`` is a frame of the sensor: the raw light, or else the dark.
    """
    frame, whole = read_frame(output), read_frame(sensor)
    told = " ".join((*history(output), *provenance(output)))
    moved = is_stack(frame) or output.name.startswith(_ALIGNED) or any(word in told for word in _ALIGNED_WORDS)
    return moved or (frame.height, frame.width) != (whole.height, whole.width)


def has_blank_edge(output: Image) -> bool:
    """Whether rows or columns at an edge are exactly 0 in every plane, as aligning leaves them.

    Where most of the frame is 0, its background was subtracted away, and that says nothing.
    """
    if np.mean(np.all(output == 0, axis=0)) > _BLANK_HALF:
        return False
    edges = (output[:, 0], output[:, -1], output[:, :, 0], output[:, :, -1])
    return any(bool(np.mean(np.all(edge == 0, axis=0)) > _BLANK_SHARE) for edge in edges)


def shift_of(output: Image) -> tuple[int, int] | None:
    """By how many pixels (x, y) a frame was shifted when it was aligned, by the width of its blank edges.

    None where opposite edges are blank, as they are after a larger turn or a crop.
    """
    blank = np.all(output == 0, axis=0)
    if blank.all():
        return None
    shift = []
    for axis in (0, 1):
        empty = np.flatnonzero(np.mean(blank, axis=axis) < _BLANK_HALF)
        if not empty.size:
            return None
        before, after = int(empty[0]), blank.shape[1 - axis] - 1 - int(empty[-1])
        if min(before, after) > _EDGE_SLACK_PX:
            return None
        shift.append(before - after)
    return shift[0], shift[1]


def scale_of(output: Path, pixels: Pixels, flat: Image | None, *, mosaic: bool) -> Scale:
    """What one ADU of the output stands for, as far as its header and range tell; ``mosaic``: the raw frames are one.

    An output normalised to 0..1 has lost its scale; the brightest pixel, which became 1, was at most the full scale of
    the raw divided by the least value of the flat. Frames that were scaled to each other before they were combined are
    on the scale of the reference within some percent.
    """
    if not is_stack(read_frame(output)):
        return Scale()
    told = "".join("".join(history(output)).split()).lower()
    stretched = _NORMALISED.search(told) is not None
    if "normalizedoutput" not in told:  # Siril 1.0 notes nothing: then one pixel is 0 and one is the full scale
        data = pixels.data
        top = int(np.count_nonzero(data == FULL_SCALE_ADU))
        stretched = not pixels.whole and float(data.min()) == 0.0 and float(data.max()) == FULL_SCALE_ADU
        stretched = stretched and top <= _MOST_AT_TOP
    if stretched:
        least = _LEAST_RESPONSE if flat is None else float(np.quantile(flat[::8, ::8], 0.001)) / float(np.mean(flat))
        return Scale(low=0.0, high=1.0 / max(least, _LEAST_RESPONSE))
    if "unnormalizedinput" in told:
        return Scale()
    if mosaic and len(pixels.data) == 1:
        return Scale(sigma=MOSAIC_SCALED_SIGMA, note=_MOSAICS_SCALED)
    return Scale(sigma=SCALED_SIGMA)


def places(  # noqa: PLR0913 - what file, headers and pixels tell of one output
    output: Path,
    sensor: tuple[int, int],
    size: tuple[int, int],
    *,
    sequence: Path | None,
    dark: Frame,
    shift: tuple[int, int] | None = None,
) -> tuple[tuple[Placement, ...], str]:
    """Every place where the dark (``sensor`` height, width) may lie in ``output`` (``size``), and what to say of it.

    ``shift`` is that of :func:`shift_of`, for a frame that was not cut afterwards. No place where the output was cut or
    scaled and nothing says how.

    Raises
    ------
    InputError
        Where the sequence file that was named is none.
    """
    taken = read_frame(output)
    unclear = "the output does not have the size of the sensor: it was cropped or scaled"
    told = _afterwards(output, taken, dark, sensor, size)
    if told is None:
        return (), unclear
    after, cut_from = told
    found = _by_sequence(output, taken, sensor, cut_from, sequence)
    if found is not None:
        return (_then(found, after),), ""
    by_data = _by_drizzle_data(output, taken, sensor, cut_from, sequence)
    if by_data:
        return tuple(_then(place, after) for place in by_data), ""
    note = "no sequence file tells how the frames were aligned (--seq)"
    factor = _enlarged(sensor, cut_from)
    if factor is None:
        return (), f"{note}, and {unclear}"
    base, stack = transform.enlarged(factor), is_stack(taken)
    if shift is not None and not stack and cut_from == size:
        tried = by_edges(sensor, shift, base)
    else:
        tried = sides(base, base @ transform.turned(*sensor), "as the sensor lies", stack=stack)
    return tuple(_then(place, after) for place in tried), note


def by_edges(sensor: tuple[int, int], shift: tuple[int, int], drawn: Matrix) -> tuple[Placement, ...]:
    """Where a frame of ``sensor`` (height, width) lies that was ``drawn`` larger and shifted by :func:`shift_of`."""
    base = transform.moved(*shift) @ drawn
    tried = sides(base, base @ transform.turned(*sensor), "where its blank edges put the sensor", stack=False)
    return tuple(replace(place, guessed=False, sigma=EDGE_SIGMA) for place in tried)


def sides(one: Matrix, other: Matrix, name: str, *, stack: bool) -> tuple[Placement, ...]:
    """Both sides of a meridian flip; a stack may hold any share of either."""
    tried = []
    for share in FLIPPED_SHARES if stack else (0.0, 1.0):
        parts = tuple((w, m) for w, m in ((1.0 - share, one), (share, other)) if w)
        where = {0.0: "", 1.0: ", turned by 180 degrees"}.get(share, ", on both sides of a meridian flip")
        tried.append(Placement(name=f"{name}{where}", parts=parts, guessed=True))
    return tuple(tried)


def _then(place: Placement, after: Matrix) -> Placement:
    return replace(place, parts=tuple((w, after @ m) for w, m in place.parts))


def _by_sequence(
    output: Path, taken: Frame, sensor: tuple[int, int], size: tuple[int, int], named: Path | None
) -> Placement | None:
    """By the file that was named, or by one beside the output that says how frames were aligned."""
    sequences: Sequence[SirilSequence]
    if named is not None:
        sequences = [] if named.suffix == DRIZZLE_DATA else [read_sequence(named)]
    else:
        sequences = list(_readable(find_sequences(output)))
    for sequence in sequences:
        factor = _enlarged(sensor, size)
        if not sequence.aligned or factor is None:
            continue
        known = [f for f in sequence.frames if f.selected and f.to_reference is not None]
        name = f"by {Path(sequence.path).name}"
        if not is_stack(taken):
            number = number_of(output)
            known = [f for f in known if f.number == number]
        elif taken.stack_count is not None and taken.stack_count != len(known):
            name += f", which lists {len(known)} frames where the stack has {taken.stack_count}"
        if not known:
            continue
        drawn = transform.enlarged(factor)
        parts = [drawn @ transform.from_siril(f.to_reference or (), sensor[0], sensor[0]) for f in known]
        return Placement(name=name, parts=tuple(_sample(parts)))
    return None


def _by_drizzle_data(
    output: Path, taken: Frame, sensor: tuple[int, int], size: tuple[int, int], named: Path | None
) -> list[Placement]:
    """By what PixInsight left beside a registered frame; both ways, for it does not say which of them its matrix is."""
    path = named if named is not None and named.suffix == DRIZZLE_DATA else find_drizzle_data(output)
    if path is None or is_stack(taken) or sensor != size:
        return []
    try:
        data = read_drizzle_data(path)
        there = transform.from_pixinsight(data.matrix, data.origin)
        back = np.asarray(np.linalg.inv(there), dtype=np.float64)
    except (InputError, np.linalg.LinAlgError):
        if path == named:
            raise
        return []
    return [Placement(name=f"by {path.name}", parts=((1.0, matrix),)) for matrix in (there, back)]


def _sample(parts: Sequence[Matrix]) -> Iterator[tuple[float, Matrix]]:
    """The matrices with their weights; of many, some of each side of a meridian flip, for all of that side."""
    for flipped in (False, True):
        side = [part for part in parts if bool(part[0, 0] * part[2, 2] < 0) == flipped]
        chosen = side[:: -(-len(side) // MOST_OF_A_SIDE)] if side else []
        yield from ((len(side) / len(parts) / len(chosen), part) for part in chosen)


def _readable(paths: Iterator[Path]) -> Iterator[SirilSequence]:
    for path in paths:
        try:
            yield read_sequence(path)
        except InputError:
            continue


def _enlarged(sensor: tuple[int, int], size: tuple[int, int]) -> float | None:
    """How many pixels of the output one of the sensor became, where the whole sensor is in it; None elsewhere."""
    for factor in ENLARGED:
        if all(abs(s * factor - o) <= _SIZE_MISMATCH_PX for s, o in zip(sensor, size, strict=True)):
            return factor
    return None


def _afterwards(
    output: Path, taken: Frame, dark: Frame, sensor: tuple[int, int], size: tuple[int, int]
) -> tuple[Matrix, tuple[int, int]] | None:
    """What was done to the frame after it was aligned, and the size (height, width) it had before; None if unclear.

    HISTORY tells it in order; where it names no mirror, ROWORDER against that of the dark does. Crops count rows from
    the last one stored, so the size before is needed: that of the sensor.
    """
    steps = [line.strip() for line in history(output)]
    before = sensor if any(_CROP.match(line) for line in steps) else size
    height, width = before
    matrix = transform.identity()
    turned_over = False
    for line in steps:
        crop = _CROP.match(line)
        if crop:
            x, y, w, h = (int(value) for value in crop.groups())
            matrix = transform.moved(-x, float(y + h - height)) @ matrix
            height, width = h, w
        elif line.startswith(_ROWS_MIRRORED):
            matrix = transform.upside_down(height) @ matrix
            turned_over = not turned_over
        elif line.startswith(_COLUMNS_MIRRORED):
            matrix = transform.upside_down(height) @ transform.turned(height, width) @ matrix
    if (height, width) != size:
        return None
    if not turned_over and taken.row_order and dark.row_order and taken.row_order != dark.row_order:
        matrix = transform.upside_down(height) @ matrix
    return matrix, before
