"""Can Siril read these frames, and do they fit each other? Asked before anything is written.

Siril compares nothing but sizes, and where a flat's size differs it goes on without the flat and
calls that a success. What can be known beforehand is refused here, with the frame and the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.headers import Card, program, read_cards, read_frame
from ampglow_plugin.hosts.sizes import Size, one_size
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Align, Calibrate, Debayer, Integrate, Plan, RemoveGradient, Step

#: Siril takes float samples above this for ADU and divides them by 65535 ...
FLOAT_ADU_ABOVE = 10.0
#: ... unless this stands in PROGRAM; then it takes them for 0..1 and every calibrated pixel becomes 0
NEVER_RESCALED = "siril"

#: this series never ends where a header of an input holds these two bytes (1.4.2, measured; 1.0.6 and 1.2.6 do end):
#: the second half of U+3000, U+5000, U+1F000 ... in UTF-8
HANGS, HANGS_OVER = "1.4", b"\x80\x80"
#: endings of FITS files, each also with .fz or .gz behind it
FITS_ENDINGS = (".fit", ".fits", ".fts")
BYTES_A_SAMPLE = 4


def inspect(plan: Plan, *, series: str, read: Callable[[], None]) -> int:
    """Check every input of ``plan``; the value is an estimate of the bytes that the run will write.

    ``series`` is the Siril that is to read them; ``read`` is called once a file.

    Raises
    ------
    HostRefused
        For a file that Siril cannot read or would read wrongly, and for sizes that do not fit.
    UnreadableFrame, UnsupportedFile
        For a file that is not a frame.
    """

    def opened(file: str) -> Frame:
        frame = _readable(file, series)
        read()
        return frame

    def mosaic(file: str) -> Frame:
        frame = opened(file)
        _mosaic(file, frame)
        return frame

    sizes: dict[str, Size] = {}
    for master in plan.masters:
        files = (master.file,) if master.file else master.frames
        sizes[master.id] = one_size(files, f"master {master.id}", opened)
    for master in plan.masters:
        _fitting(master.steps, sizes[master.id], sizes, f"master {master.id}")
    total = sum(_bytes(m.steps, sizes[m.id], len(m.frames)) for m in plan.masters if m.file is None)
    for group in plan.groups:
        debayers = any(isinstance(s, Debayer) for s in group.steps)
        size = one_size(group.frames, f"group {group.id}", mosaic if debayers else opened)
        _fitting(group.steps, size, sizes, f"group {group.id}")
        total += _bytes(group.steps, size, len(group.frames))
    return total


def _mosaic(file: str, frame: Frame) -> None:
    many = (frame.planes or 1) > 1
    if many or frame.bayer_pattern is None:
        raise HostRefused(
            f"{'has three planes' if many else 'names no Bayer pattern'}, and is to be debayered",
            where=file,
            fix="take the debayer step out of the plan" if many else "add BAYERPAT to the frame; Siril would guess one",
        )


def _readable(file: str, series: str) -> Frame:
    path = Path(file)
    endings = [s.lower() for s in path.suffixes]
    if endings and endings[-1] in (".fz", ".gz"):
        endings.pop()
    if not endings or endings[-1] not in FITS_ENDINGS:
        kind = "XISF" if path.suffix.lower() == ".xisf" else path.suffix or "a file without ending"
        raise HostRefused(
            f"Siril scripts of ampglow take FITS, not {kind}",
            where=file,
            fix="save it as 32-bit FITS (PixInsight: File > Save As, .fit) and plan anew",
        )
    if series == HANGS and any(map(_hangs, read_cards(path))):
        raise HostRefused(
            f"has a character in its header over which Siril {HANGS} hangs (U+3000, the space of Japanese, is one)",
            where=file,
            fix="correct the card in a copy of the frame, or use Siril 1.2",
        )
    frame = read_frame(path)
    if frame.bits is not None and frame.bits >= 32 and _float_adu(path):
        raise HostRefused(
            "holds floating point ADU and says that Siril wrote it: Siril would read it as 0..1 and make every "
            "calibrated pixel 0",
            where=file,
            fix="divide it by 65535 or save it as 16 bit, or remove its PROGRAM card",
        )
    return frame


def _hangs(card: Card) -> bool:
    texts = [text for text in (card.value, card.comment) if isinstance(text, str) and not text.isascii()]
    return any(HANGS_OVER in text.encode(code, "ignore") for text in texts for code in ("utf-8", "latin-1"))


def _float_adu(path: Path) -> bool:
    if NEVER_RESCALED not in (program(path) or "").lower():
        return False
    import numpy as np
    from astropy.io import fits

    with fits.open(path, mode="readonly") as file:
        data = next((hdu.data for hdu in file if hdu.data is not None and hdu.is_image), None)
        return data is not None and data.dtype.kind == "f" and float(np.nanmax(data)) > FLOAT_ADU_ABOVE


def _fitting(steps: Iterable[Step], size: Size, masters: Mapping[str, Size], what: str) -> None:
    for step in steps:
        if not isinstance(step, Calibrate):
            continue
        for role, used in (("dark", step.dark), ("bias", step.bias), ("flat", step.flat)):
            if used is not None and masters[used] != size:
                raise HostRefused(
                    f"the {role} {used} is {masters[used]}, the frames are {size}",
                    where=what,
                    fix=f"use a {role} of the frames' size and binning",
                )


def _bytes(steps: Iterable[Step], size: Size, count: int) -> int:
    """Bytes of the frames that Siril writes: 32-bit samples, each sequence anew."""
    plane = size.width * size.height * BYTES_A_SAMPLE
    planes, total, calibrates = size.planes, 0, False
    for step in steps:
        match step:
            case Debayer():
                planes, calibrates = 3, True
            case Integrate():
                total += plane * planes
            case Align() | RemoveGradient():
                total += plane * planes * count
            case _:
                calibrates = True
    return total + (plane * planes * max(count, 2) if calibrates else 0)
