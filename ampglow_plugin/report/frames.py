"""Frames as text: the fields that decide a match first, then the rest, each with where it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ampglow_plugin.model.frame import Frame
from ampglow_plugin.report.console import clean

if TYPE_CHECKING:
    from rich.console import RenderableType

UNKNOWN = "?"
MARKS = {"read": "", "recovered": "~", "inferred": "="}
LEGEND = "? not in the header   ~ recovered from the name or frame size   = worked out from other fields"


def number(value: float | None, *, signed: bool = False, digits: int | None = None) -> str:
    """A number without a tail of zeros, or ``?``; noise of single precision is rounded away."""
    if value is None:
        return UNKNOWN
    value = value if digits is None else round(value, digits) + 0.0  # + 0.0: no minus sign on zero
    return f"{value:+.6g}" if signed else f"{value:.6g}"


def _with_unit(text: str, unit: str) -> str:
    return text if text == UNKNOWN else f"{text} {unit}"


def _size(frame: Frame) -> str:
    if frame.width is None or frame.height is None:
        return UNKNOWN
    planes = f" x {frame.planes}" if frame.planes and frame.planes > 1 else ""
    return f"{frame.width} x {frame.height}{planes}"


def _binning(frame: Frame) -> str:
    return UNKNOWN if frame.xbinning is None else f"{frame.xbinning} x {frame.ybinning or UNKNOWN}"


def _kind(frame: Frame) -> str:
    kind = UNKNOWN if frame.kind == "unknown" else frame.kind
    return f"master {kind}" if frame.master else kind


def _temperature(frame: Frame) -> str:
    if frame.temperature_c is None and frame.setpoint_c is not None:
        return f"set {number(frame.setpoint_c, signed=True, digits=1)}"
    return number(frame.temperature_c, signed=True, digits=1)


def _mode(frame: Frame) -> str:
    words = [w for w in (frame.readout_mode, frame.conversion_gain) if w]
    return ", ".join(words) or "-"


#: columns whose cells need no name beside them
SAID_BY_UNIT = ("Kind", "Exposure", "Temperature", "Camera", "Mode")
NUMERIC = ("Exposure", "Temperature", "Gain", "Offset")

#: heading -> (field that the mark is about, text of the cell)
COLUMNS: dict[str, tuple[str, Callable[[Frame], str]]] = {
    "Kind": ("kind", _kind),
    "Exposure": ("exposure_s", lambda f: _with_unit(number(f.exposure_s), "s")),
    "Temperature": ("temperature_c", lambda f: _with_unit(_temperature(f), "C")),
    "Gain": ("gain", lambda f: number(f.gain)),
    "Offset": ("offset", lambda f: number(f.offset)),
    "Bin": ("xbinning", _binning),
    "Size": ("width", _size),
    "Camera": ("camera", lambda f: f.camera or UNKNOWN),
    "Mode": ("conversion_gain", _mode),
    "Filter": ("filter", lambda f: f.filter or "-"),
    "Night": ("night", lambda f: f.night or UNKNOWN),
}


def _cell(frame: Frame, field: str, text: str) -> str:
    source = frame.sources.get(field)
    mark = MARKS[source.how] if source and field != "night" else ""  # a night is always worked out
    return clean(text) + mark


def frame_table(frames: Sequence[Frame], *, width: int | None = None) -> RenderableType:
    """One line a frame with what decides whether a dark fits; what all frames share stands once, above.

    Where such a table is wider than ``width`` columns, each frame has its name on a line of its own, and all that
    differs below it.
    """
    from rich.console import Group
    from rich.text import Text

    columns = {name: [_cell(f, field, text(f)) for f in frames] for name, (field, text) in COLUMNS.items()}
    columns = {name: cells for name, cells in columns.items() if set(cells) != {"-"}}
    shared = {name: cells[0] for name, cells in columns.items() if len(frames) > 1 and len(set(cells)) == 1}
    differing = {name: cells for name, cells in columns.items() if name not in shared}
    names = [clean(_name(frame)) for frame in frames]
    widest = sum(2 + max(map(len, (name, *cells))) for name, cells in {"File": names, **differing}.items()) - 2
    body = _list(names, differing) if width is not None and widest > width else _table(names, differing)
    if not shared:
        return body
    head = Text(f"The same in all {len(frames)}: ", style="bold")
    head.append(", ".join(f"{name} {text}" for name, text in shared.items()), style="not bold")
    return Group(head, body)


def _table(names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> RenderableType:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("File", overflow="fold")
    for name in columns:
        table.add_column(name, justify="right" if name in NUMERIC else "left", no_wrap=True)
    for i, name in enumerate(names):
        table.add_row(name, *(cells[i] for cells in columns.values()))
    return table


def _list(names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    lines: list[RenderableType] = []
    for i, name in enumerate(names):
        told = []
        for label, cells in columns.items():
            alone = label in SAID_BY_UNIT and cells[i] != UNKNOWN
            told += [cells[i] if alone else f"{label.lower()} {cells[i]}"] if cells[i] != "-" else []
        lines += [Text(name, style="bold", overflow="fold"), Padding(Text(", ".join(told)), (0, 0, 0, 2))]
    return Group(*lines)


def _name(frame: Frame) -> str:
    return frame.path.replace("\\", "/").rpartition("/")[2]


#: heading -> [(label, field, unit)]: every field of a frame, what matters for calibration first
SECTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "What it is": (
        ("kind", "kind", ""),
        ("master", "master", ""),
        ("frames combined", "stack_count", ""),
        ("already calibrated", "calibrated", ""),
        ("calibrated with", "calibration_status", ""),
        ("night", "night", ""),
        ("taken (UTC)", "date_obs", ""),
        ("program", "software", ""),
    ),
    "What a dark must share": (
        ("camera", "camera", ""),
        ("serial", "camera_serial", ""),
        ("sensor", "sensor", ""),
        ("exposure", "exposure_s", "s"),
        ("total exposure", "total_exposure_s", "s"),
        ("temperature", "temperature_c", "C"),
        ("set point", "setpoint_c", "C"),
        ("cooler power", "cooler_power_pct", "%"),
        ("gain", "gain", ""),
        ("e-/ADU", "egain_e_per_adu", ""),
        ("offset", "offset", ""),
        ("readout mode", "readout_mode", ""),
        ("conversion gain", "conversion_gain", ""),
        ("width", "width", "px"),
        ("height", "height", "px"),
        ("planes", "planes", ""),
        ("bits", "bits", ""),
        ("binning x", "xbinning", ""),
        ("binning y", "ybinning", ""),
        ("subframe x", "roi_x", "px"),
        ("subframe y", "roi_y", "px"),
        ("row order", "row_order", ""),
        ("Bayer pattern", "bayer_pattern", ""),
        ("pedestal", "pedestal_adu", "ADU"),
        ("pixel pitch", "pixel_um", "um"),
    ),
    "What it shows": (
        ("object", "object", ""),
        ("filter", "filter", ""),
        ("telescope", "telescope", ""),
        ("focal length", "focal_length_mm", "mm"),
        ("right ascension", "ra_deg", "deg"),
        ("declination", "dec_deg", "deg"),
        ("pier side", "pier_side", ""),
        ("rotation", "rotation_deg", "deg"),
        ("latitude", "site_lat_deg", "deg"),
        ("longitude", "site_long_deg", "deg"),
    ),
}


def frame_details(frame: Frame) -> RenderableType:
    """Every field of one frame that is known, with its keyword; then what the header does not say."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for style in ("", "bold", "dim"):
        table.add_column(style=style, overflow="fold")
    silent: list[str] = []
    for heading, fields in SECTIONS.items():
        table.add_row(heading, style="bold cyan")
        for label, field, unit in fields:
            text = _value(frame, field)
            if text is None:
                silent.append(label)
            else:
                table.add_row(f"  {label}", clean(f"{text} {unit}".rstrip()), clean(_source(frame, field)))
    missing = Text("Not in the header: ", style="bold cyan")
    missing.append(", ".join(silent) or "nothing is missing", style="not bold default")
    return Group(table, missing)


def _value(frame: Frame, field: str) -> str | None:
    value = getattr(frame, field)
    if field == "calibrated" and not value:
        return "no sign of it"
    if isinstance(value, bool):
        return "yes" if value else "no sign of it"
    if value is None or value == "unknown":
        return None
    return number(value) if isinstance(value, float) and field not in ("ra_deg", "dec_deg") else str(value)


def _source(frame: Frame, field: str) -> str:
    source = frame.sources.get(field)
    if source is None:
        return ""
    return source.keyword if source.how == "read" else f"{source.how}: {source.keyword}"
