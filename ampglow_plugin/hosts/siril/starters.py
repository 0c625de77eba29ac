"""Ready scripts for users without Python: the usual folders, the one right order, each series of Siril.

They are written by the same code as the script of a plan. Nothing looks at the frames, so nothing is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ampglow_plugin import __version__
from ampglow_plugin.hosts.siril.dialects import DIALECTS, Dialect
from ampglow_plugin.hosts.siril.writer import MASTERS, PROCESS, RESULTS, write_script
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Group, Integrate, Master, Plan, Step
from ampglow_plugin.rules.check_plan import check_plan

#: folder of the user -> set of the script
_FOLDERS: Final = {"dark": "darks", "flatdark": "flatdarks", "flat": "flats", "light": "lights"}
#: stands for the frames of a folder: the script names none
_SOME: Final = ("1.fits", "2.fits", "3.fits")


def starters() -> Iterator[tuple[str, str]]:
    """(file name, text) of each: one-shot colour and mono, darks or a master dark that is there, each series."""
    for dialect in DIALECTS.values():
        for colour in (True, False):
            for ready in (False, True):
                camera, dark = "OSC" if colour else "Mono", "MasterDark" if ready else "Darks"
                yield f"AmpGlow_{camera}_{dark}_Siril{dialect.series}.ssf", starter(dialect, colour=colour, ready=ready)


def starter(dialect: Dialect, *, colour: bool, ready: bool) -> str:
    """The text; ``ready``: the master dark is there already, as ``masters/dark.fit``."""
    homes = {name: folder for name, folder in _FOLDERS.items() if not (ready and name == "dark")}
    plan = check_plan(_plan(colour=colour, ready=ready)).plan
    return write_script(plan, dialect, homes=homes, head=tuple(_head(dialect, colour=colour, ready=ready))).text


def _plan(*, colour: bool, ready: bool) -> Plan:
    dark = (
        Master(id="dark", role="dark", holds_bias=True, file=f"{MASTERS}/dark.fit")
        if ready
        else Master(id="dark", role="dark", holds_bias=True, frames=_SOME, steps=(Integrate(),))
    )
    flats = (Calibrate(dark="flatdark"), Integrate(normalization="multiplicative"))
    steps: list[Step] = [
        Calibrate(dark="dark", flat="flat", equalize_cfa=colour),
        CosmeticCorrect(dark="dark", cfa=colour),
    ]
    if colour:
        steps.append(Debayer())
    steps += [Align(), Integrate(normalization="additive_scaling", output_normalized=True)]
    return Plan(
        tool=f"ampglow {__version__}",
        masters=(
            dark,
            Master(id="flatdark", role="flatdark", holds_bias=True, frames=_SOME, steps=(Integrate(),)),
            Master(id="flat", role="flat", frames=_SOME, steps=flats),
        ),
        groups=(Group(id="light", frames=_SOME, steps=tuple(steps), cfa=colour),),
    )


def _head(dialect: Dialect, *, colour: bool, ready: bool) -> Iterator[str]:
    camera = "one-shot colour" if colour else "monochrome"
    yield f"AmpGlow {__version__}: calibration of {camera} frames for Siril {dialect.series}, with amp glow in mind"
    yield "SPDX-License-Identifier: GPL-3.0-or-later"
    folders = [folder for name, folder in _FOLDERS.items() if not (ready and name == "dark")]
    there = f", and the master dark as {MASTERS}/dark.fit" if ready else ""
    yield f"Make the folder of the night Siril's working directory. It holds {', '.join(folders)} (FITS){there}."
    if not colour:
        yield "One filter at a time."
    like = "Darks need the exposure, gain, offset and temperature of the lights, flat-darks those of the flats"
    yield f"{like}: nothing here can check it."
    yield f"There must be no folder {PROCESS} yet: Siril takes frames of an earlier run for new ones."
    yield f"Calibrated frames are {PROCESS}/pp_light_*.fit, the stack is {RESULTS}/light.fit."
    if dialect.dark_corrects_hot:
        yield "For this version only: a newer Siril may run it as well, but leaves the hot pixels in."
    yield "Written by siril_scripts/tools/make.py."
