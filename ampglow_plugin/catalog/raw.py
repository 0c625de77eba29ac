"""The pixels of a few lights: were they changed before they were stored?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.raw import RawState

#: lights looked at, of one camera and exposure: a hot pixel is where it was, a cosmic ray is not
LIGHTS = 3
#: side of the square looked at (pixels, even): a million pixels tell a share of 1e-5, and a frame of any size takes
#: the time of its reading alone
SIDE = 1024


def raw_states(lights: Sequence[Frame]) -> tuple[RawState, ...]:
    """One value for each camera and exposure among ``lights``; what cannot be read or measured is left out.

    The first, the middle and the last light are read, each once, some tenths of a second for a large sensor.
    """
    return tuple(_states(lights))


def _states(lights: Sequence[Frame]) -> Iterator[RawState]:
    groups: dict[tuple[object, ...], list[Frame]] = {}
    for frame in lights:
        if not frame.master and frame.planes == 1:
            key = (frame.camera, frame.camera_serial, frame.width, frame.height, frame.exposure_s, frame.firmware)
            groups.setdefault(key, []).append(frame)
    for frames in groups.values():
        ordered = sorted(frames, key=lambda f: (f.date_obs or "", f.path))
        chosen = {ordered[round(i * (len(ordered) - 1) / (LIGHTS - 1))].path: None for i in range(LIGHTS)}
        state = _state(tuple(chosen), _centre(ordered[0]))
        if state is not None:
            yield state


def _centre(frame: Frame) -> tuple[slice, slice]:
    starts = [max(0, ((side or 0) - SIDE) // 4 * 2) for side in (frame.height, frame.width)]
    return slice(starts[0], starts[0] + SIDE), slice(starts[1], starts[1] + SIDE)


def _state(paths: tuple[str, ...], section: tuple[slice, slice]) -> RawState | None:
    from ampglow_plugin.glow.raw_state import measure
    from ampglow_plugin.pixels import read_pixels

    try:
        planes = [read_pixels(path, section=section).mono for path in paths]
    except (InputError, OSError):
        return None  # said by the rules that judge headers, or by whoever needs the pixels
    measured = measure(planes)
    return None if measured is None else RawState(paths=paths, zero_share=measured[0], hot_share=measured[1])
