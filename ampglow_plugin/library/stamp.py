"""What is known of a poor master, written into a copy of it: from its name, its folder, and the frames beside it.

The copy is FITS whatever the original is: every program that calibrates reads it, and the XISF of other writers has
checksums, properties and thumbnails that would no longer be true of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin import __version__
from ampglow_plugin.catalog import read_or_say
from ampglow_plugin.catalog.siblings import recover_from_siblings
from ampglow_plugin.catalog.walk import walk
from ampglow_plugin.errors import AmpglowError, InputError
from ampglow_plugin.headers import Header, frame_of, read_frame, read_header
from ampglow_plugin.headers.fields import RECOVERED
from ampglow_plugin.hosts.builtin.files import about_storage, append_card, say
from ampglow_plugin.hosts.folder import describe
from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.library import cards
from ampglow_plugin.model.frame import Frame, Source
from ampglow_plugin.model.library import Stamp
from ampglow_plugin.pixels.xisf import Xisf, is_xisf
from ampglow_plugin.writing import new_file

if TYPE_CHECKING:
    from astropy.io import fits

ENDING: Final = ".fit"
#: numbers that a name may say and a card too
_NUMBERS: Final = ("exposure_s", "temperature_c", "gain", "xbinning", "stack_count")
#: what a name calls by the same word
_OR: Final[Mapping[str, tuple[str, ...]]] = {"temperature_c": ("setpoint_c",)}


def stamp(path: Path, target: Path) -> Stamp:
    """Write the copy of ``path`` to ``target``, a new file; the original is only read.

    Refused (``Stamp.refused``) where nothing is known that the header does not say, or where the name and the header
    contradict each other: then nobody knows which is right.
    """
    try:
        header = read_header(path)
        frame = _completed(path)
        refused = _doubt(header, path, frame) or _exists(path, target)
        fields = _recovered(frame)
        if refused is None and not fields:
            refused = "nothing is known of it that its header does not say"
        if refused is None:
            _write(path, target, frame, fields, header)
    except AmpglowError as error:
        refused, fields, frame = error.what, {}, Frame(path=str(path))
    return Stamp(
        path=str(path),
        output=None if refused else str(target),
        fields={} if refused else {name: getattr(frame, name) for name in fields},
        sources={} if refused else {name: source.keyword for name, source in fields.items()},
        missing=tuple(_missing(frame)),
        refused=refused,
    )


def _completed(path: Path) -> Frame:
    """The frame with what its name, its folder, and the single frames beside it say."""
    frame = read_frame(path)
    beside = (read_or_say(entry.path) for entry in next(walk(path.parent)).files if Path(entry.path) != path)
    singles = [found for found in beside if isinstance(found, Frame) and not found.master]
    return recover_from_siblings([frame, *singles])[0]


def _recovered(frame: Frame) -> Mapping[str, Source]:
    """Fields with a card of their own that were recovered now, and whence; a sensor or a night has no card."""
    names = (*cards.CARDS, "kind", "master")
    sources = {name: frame.sources[name] for name in names if name in frame.sources}
    return {name: s for name, s in sources.items() if s.how == "recovered" and ", " not in s.keyword}


def _doubt(header: Header, path: Path, frame: Frame) -> str | None:
    if header.missing_bytes:
        return f"its pixels are cut short: {header.missing_bytes:,} bytes are missing at its end"
    if frame.conflicts:
        return f"two of its cards contradict each other ({frame.conflicts[0].keyword})"
    if frame.kind == "unknown":
        return "neither header nor name says what kind of frame it is"
    said = frame_of(header, path, recover=False)
    named = frame_of(Header(cards=(), shape=header.shape), path)
    kinds = {said.kind, named.kind} - {"unknown"}
    if len(kinds) > 1 and kinds != {"dark", "darkflat"}:
        return f"its header says {said.kind}, its name says {named.kind}"
    for field in _NUMBERS:
        theirs = getattr(named, field)
        ours = [getattr(said, name) for name in (field, *_OR.get(field, ())) if getattr(said, name) is not None]
        if theirs is not None and ours and min(abs(value - theirs) for value in ours) > _tolerance(field, ours[0]):
            return f"its header and its name contradict each other: {field} is {ours[0]:g}, or {theirs:g}"
    return None


def _tolerance(field: str, value: float) -> float:
    if field == "exposure_s":
        return limit("exposure_s").equal_within(value)
    return limit("temperature_c", "cooled").exact if field == "temperature_c" else 0.0


def _exists(path: Path, target: Path) -> str | None:
    if target.exists():
        same = target.resolve() == path.resolve()
        return "the copy would take the place of the original" if same else f"{target} exists already"
    return None


def _missing(frame: Frame) -> Iterator[str]:
    """What decides a match and is still not known (as AG109 has it)."""
    if frame.exposure_s is None and frame.kind in ("dark", "darkflat"):
        yield "exposure_s"
    if frame.temperature_c is None and frame.setpoint_c is None:
        yield "temperature_c"
    sensor = sensor_of(frame.camera)
    if frame.gain is None and (sensor is None or sensor.kind != "ccd"):
        yield "gain"


def _write(path: Path, target: Path, frame: Frame, fields: Mapping[str, Source], header: Header) -> None:
    from astropy.io import fits

    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        unit = _unit(path, header)
        _complete(unit.header, path, frame, fields)
        with new_file(target, replace=False) as file:
            fits.HDUList([unit]).writeto(file, checksum=True, output_verify="silentfix+ignore")
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"the copy cannot be written: {error}", where=str(target)) from error


def _unit(path: Path, header: Header) -> Any:
    """The image with its samples as they are stored, and its cards."""
    from astropy.io import fits

    if is_xisf(path):
        samples = Xisf.open(path).pixels()
        return _image(samples[0] if samples.ndim == 3 and len(samples) == 1 else samples, header)
    with fits.open(path, mode="readonly", memmap=False, do_not_scale_image_data=True) as units:
        first = units[0]
        if first.header.get("NAXIS", 0) >= 2:
            return fits.PrimaryHDU(first.data, first.header, do_not_scale_image_data=True)
    with fits.open(path, mode="readonly", memmap=False) as units:  # an extension, or compressed
        unit = next(u for u in units if u.is_image and u.header.get("NAXIS", 0) >= 2)
        return _image(unit.data, header)


def _image(samples: Any, header: Header) -> Any:
    from astropy.io import fits

    made = fits.Header()
    for card in header.cards:
        keyword = card.keyword.upper()
        if keyword == "PROGRAM" or not about_storage(keyword):  # PROGRAM tells the scale of floats
            append_card(made, card)
    return fits.PrimaryHDU(samples, made)


def _complete(header: fits.Header, path: Path, frame: Frame, fields: Mapping[str, Source]) -> None:
    """Write what was recovered, marked as such, and what only XISF had words for."""
    header.remove("AGHEADER", ignore_missing=True)  # the sum of the cards of a master of ours
    told = cards.read_back(header, frame)
    for name in cards.CARDS:
        if getattr(frame, name) is not None and getattr(told, name) is None:
            cards.put(header, name, getattr(frame, name), fields.get(name))
    source = fields.get("kind") or fields.get("master")
    word = cards.image_type(frame.kind, master=frame.master)
    if source is not None and word is not None:
        cards.set_card(header, "IMAGETYP", word, f"{RECOVERED}{source.keyword}")
    whence = describe(path)
    say(header, [f"ampglow {__version__}: copy of {path.name}", f"its sha256 was {whence.sha256[:32]}..."])
    say(header, (f"{name} was recovered: {s.keyword}" for name, s in fields.items()))


def targets(paths: Iterable[Path], output: Path) -> dict[Path, Path]:
    """The file that each copy gets: ``output`` itself where it names a FITS file, else below that folder.

    Raises
    ------
    InputError
        One file is named for several copies, or two originals have one name.
    """
    given = list(paths)
    if output.name.lower().endswith((".fit", ".fits", ".fts")):
        if len(given) > 1:
            raise InputError("one file for several copies", where=str(output), fix="name a folder with --output")
        return {given[0]: output}
    found = {path: output / f"{_stem(path)}{ENDING}" for path in given}
    doubled = [path for path, target in found.items() if list(found.values()).count(target) > 1]
    if doubled:
        fix = "stamp them one by one"
        raise InputError(f"{len(doubled)} of the files have the same name", where=str(doubled[0]), fix=fix)
    return found


def _stem(path: Path) -> str:
    name = path.name
    for ending in (".gz", ".fz"):
        name = name.removesuffix(ending)
    return Path(name).stem
