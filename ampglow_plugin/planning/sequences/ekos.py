"""Sequence queues of Ekos (KStars), as XML.

Facts from KStars' sources (``sequencequeue.cpp``, ``sequencejob.cpp``, ``placeholderpath.cpp``): files of version
2.0 and later are read; every child of the root that is not one of the known settings becomes a job; of a job,
``Exposure`` (s), ``Binning``, ``Temperature`` (set where ``force`` is true, and waited for), ``Type``, ``Count``,
``Delay`` (whole s), ``FITSDirectory``, ``PlaceholderFormat`` and ``Properties`` are taken as they stand; a ``Frame``
without size leaves the whole sensor. A vector of ``Properties`` that the driver does not have is passed over, so that
gain and offset can stand in both of the forms that INDI drivers use.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.library import ToShoot
from ampglow_plugin.planning.sequences.common import Sequence, not_known, number
from ampglow_plugin.planning.shooting import SETTLING_S, ShootingList

#: read by KStars 3.6 to 3.8, and by older ones that know fewer elements
VERSION: Final = "2.6"
#: below the folder: Dark/Dark_180_secs_2026-01-31T22-00-00_001.fits
NAMES: Final = "/%T/%T_%e_%D"


def sequence(lacking: ShootingList, folder: Path) -> Sequence:
    """The queue; frames go below ``folder`` on the machine that runs Ekos.

    Raises
    ------
    InputError
        The name of the folder has characters that XML cannot hold.
    """
    if not str(folder).isprintable():
        what = "the name of this folder has control characters, which a sequence of Ekos cannot hold"
        raise InputError(what, where=ascii(str(folder)), fix="write the sequence into another folder")
    root = Element("SequenceQueue", version=VERSION)
    for entry in lacking.entries:
        _job(root, entry, folder)
    indent(root, space=" ")
    return Sequence(
        data=tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n", not_held=tuple(_not_held(lacking, folder))
    )


def _job(root: Element, entry: ToShoot, folder: Path) -> None:
    job = SubElement(root, "Job")
    _add(job, "Exposure", number(entry.exposure_s))
    binning = SubElement(job, "Binning")
    _add(binning, "X", str(entry.xbinning or 1))
    _add(binning, "Y", str(entry.ybinning or entry.xbinning or 1))
    frame = SubElement(job, "Frame")
    for name in "XYWH":
        _add(frame, name, "0")
    if entry.setpoint_c is not None:
        _add(job, "Temperature", number(entry.setpoint_c), force="true")
    _add(job, "Type", "Dark")
    _add(job, "Count", str(entry.count))
    _add(job, "Delay", "0")
    _add(job, "FITSDirectory", str(folder))
    _add(job, "PlaceholderFormat", NAMES)
    _add(job, "PlaceholderSuffix", "3")
    _add(job, "UploadMode", "0")
    properties = SubElement(job, "Properties")
    controls = {name: v for name, v in (("Gain", entry.gain), ("Offset", entry.offset)) if v is not None}
    if controls:
        _vector(properties, "CCD_CONTROLS", controls)
    for name, value in controls.items():
        _vector(properties, f"CCD_{name.upper()}", {name.upper(): value})
    calibration = SubElement(job, "Calibration")
    _add(SubElement(calibration, "FlatSource"), "Type", "Manual")
    _add(SubElement(calibration, "FlatDuration", dark="false"), "Type", "Manual")
    _add(calibration, "PreMountPark", "False")
    _add(calibration, "PreDomePark", "False")


def _add(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = text


def _vector(parent: Element, name: str, values: dict[str, float]) -> None:
    vector = SubElement(parent, "PropertyVector", name=name)
    for element, value in values.items():
        _add(vector, "OneElement", number(value), name=element)


def _not_held(lacking: ShootingList, folder: Path) -> Iterator[str]:
    yield f"where your frames go: {folder} on the machine that runs Ekos, unless you change it there"
    yield from not_known(lacking, "Ekos leaves the camera as it is")
    modes = sorted({e.readout_mode for e in lacking.entries if e.readout_mode is not None})
    if modes:
        yield f"the readout mode ({', '.join(modes)}): each driver has its own; set it in the INDI control panel"
    if any(e.setpoint_c is not None for e in lacking.entries):
        yield f"the wait of {SETTLING_S / 60:g} minutes at the set point: cool the camera that long before"
    if any(e.setpoint_c is None and e.gain is not None for e in lacking.entries):
        yield "the ISO of a camera that has no gain: choose it in Ekos"
    if any(e.role == "flatdark" for e in lacking.entries):
        yield "which darks are flat-darks: Ekos writes all as Dark, their exposure tells them"
