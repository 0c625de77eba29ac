"""Files of single darks to the measures that tell which of them are fit for a master."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ampglow_plugin.catalog.index.pool import LazyProcesses
from ampglow_plugin.errors import InputError
from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.knowledge.tolerances import dark_limit
from ampglow_plugin.model.darks import DarkMeasure, DarkSetMeasure
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.problem import FileProblem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ampglow_plugin.glow.single_darks import Sketch, Spots

    Array: TypeAlias = NDArray[Any]

Progress = Callable[[str, float | None], None]

#: frames that tell where hot pixels are, spread over the set
SEEDS: Final = 3


def measure_darks(
    frames: Sequence[Frame],
    problems: Sequence[FileProblem] = (),
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> DarkSetMeasure:
    """What the pixels of ``frames`` say, by time, and last the files that are ``problems``, with their reason.

    Every frame is read once; the pixels of three and a sketch of each are held. ``executor`` takes the reading;
    without one, processes are started for more than a few frames.
    """
    bad = tuple(DarkMeasure(path=p.path, why=p.what) for p in problems)
    ordered = sorted(frames, key=lambda f: (f.date_obs or "", f.path))
    if not ordered:
        return DarkSetMeasure(frames=bad)
    paths = [f.path for f in ordered]
    if executor is not None:
        found = _of_one_size(_sketches(paths, executor, progress))
    else:
        with LazyProcesses() as processes:
            found = _of_one_size(_sketches(paths, processes, progress))
    measured, glow_adu, hot_pixels = _compared(ordered, found)
    sensor = sensor_of(ordered[0].camera)
    cooled = True if ordered[0].setpoint_c is not None else sensor.cooled if sensor else None
    return DarkSetMeasure(frames=(*measured, *bad), glow_adu=glow_adu, hot_pixels=hot_pixels, cooled=cooled)


def _sketches(paths: Sequence[str], executor: Executor, progress: Progress | None) -> list[Sketch | str]:
    """A sketch of each file, or why there is none."""
    from ampglow_plugin.glow.single_darks import hot_spots

    chosen = dict.fromkeys(round(n * (len(paths) - 1) / (SEEDS - 1)) for n in range(SEEDS))
    seeds = {i: _plane(paths[i]) for i in chosen}
    planes = [plane for plane in seeds.values() if not isinstance(plane, str)]
    usual = Counter(plane.shape for plane in planes).most_common(1)
    spots = hot_spots([plane for plane in planes if plane.shape == usual[0][0]])
    found = {i: plane if isinstance(plane, str) else _sketched(plane, spots) for i, plane in seeds.items()}
    del seeds, planes
    rest = [i for i in range(len(paths)) if i not in found]
    for i, result in zip(rest, executor.map(_read, [paths[i] for i in rest], [spots] * len(rest)), strict=True):
        found[i] = result
        if progress is not None:
            progress(f"pixels of {len(found)} of {len(paths)} darks", len(found) / len(paths))
    return [found[i] for i in range(len(paths))]


def _plane(path: str) -> Array | str:
    """Pixels (height, width) in ADU, or why there are none."""
    from ampglow_plugin.pixels import read_pixels

    try:
        data = read_pixels(path).data
    except InputError as error:
        return error.what
    except OSError as error:
        return error.strerror or str(error)
    plane: Array = data[0] if len(data) == 1 else data.mean(axis=0)
    return plane


def _read(path: str, spots: Spots) -> Sketch | str:
    """One file to its sketch; a plain function, so that other processes can run it."""
    plane = _plane(path)
    return plane if isinstance(plane, str) else _sketched(plane, spots)


def _sketched(plane: Array, spots: Spots) -> Sketch | str:
    from ampglow_plugin.glow.single_darks import sketch

    try:
        return sketch(plane, spots)
    except ValueError as error:
        return str(error)


def _of_one_size(found: Sequence[Sketch | str]) -> list[Sketch | str]:
    """Frames of another size than most cannot be compared."""
    sizes = Counter(s.shape for s in found if not isinstance(s, str)).most_common(1)
    return [s if isinstance(s, str) or s.shape == sizes[0][0] else _other_size(s.shape, sizes[0][0]) for s in found]


def _other_size(own: tuple[int, int], usual: tuple[int, int]) -> str:
    return f"has {own[1]} x {own[0]} pixels, and the other darks {usual[1]} x {usual[0]}"


def _compared(frames: Sequence[Frame], found: Sequence[Sketch | str]) -> tuple[list[DarkMeasure], float | None, int]:
    """One measure a frame, the glow of the median frame, and the number of hot pixels that were compared."""
    from ampglow_plugin.glow.single_darks import compare

    read = [(f, s) for f, s in zip(frames, found, strict=True) if not isinstance(s, str)]
    usable = [_usable(s) for _, s in read]
    compared = compare([s for _, s in read], usable)
    told = iter(zip(usable, compared.frames, strict=True))
    measured = []
    for frame, s in zip(frames, found, strict=True):
        known = _known(frame)
        if isinstance(s, str):
            measured.append(replace(known, why=s))
            continue
        use, relative = next(told)
        measured.append(
            replace(
                known,
                level_adu=s.level_adu,
                noise_adu=s.noise_adu if relative.noise_adu is None else relative.noise_adu,
                saturated_share=s.saturated_share,
                empty_share=s.empty_share,
                hot_ratio=relative.hot_ratio,
                hot_sigma=relative.hot_sigma,
                glow_ratio=relative.glow_ratio,
                glow_sigma=relative.glow_sigma,
                unlike_adu=relative.unlike_adu,
                bands_adu=relative.bands_adu,
                twin=None if relative.twin is None else read[relative.twin][0].path,
                usable=use,
            )
        )
    return measured, compared.glow_adu, compared.hot_pixels


def _known(frame: Frame) -> DarkMeasure:
    return DarkMeasure(
        path=frame.path, date_obs=frame.date_obs, temperature_c=frame.temperature_c, setpoint_c=frame.setpoint_c
    )


def _usable(s: Sketch) -> bool:
    return s.empty_share <= dark_limit("empty").limit and s.saturated_share <= dark_limit("saturated").limit
