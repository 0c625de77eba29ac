"""Glow for people: the answer in one line a frame, then where and how much, then what limits the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ampglow_plugin.model.glow import Doubt, Glow, GlowRegion
from ampglow_plugin.report.console import clean, console

#: what a region is, in a word or two
MEANING: Final[dict[Doubt | None, str]] = {
    None: "glow",
    "readout": "glow, or readout structure",
    "light_leak": "light leak, or glow",
    "scene": "glow, or the scene",
}
_STYLE: Final = {"glow": "bold", "perhaps": "yellow", "none": "green", "open": "yellow"}


def answer(glow: Glow) -> tuple[str, str]:
    """``glow``, ``perhaps``, ``none`` or ``open``, and the same in words."""
    if glow.regions and all(r.doubt == "scene" for r in glow.regions):
        brightest = max(r.peak_adu for r in glow.regions)
        return "open", f"bright at the {places(glow.regions)}, up to {brightest:.1f} ADU; only a dark tells what it is"
    if glow.present:
        counted = [r for r in glow.regions if r.certain] or list(glow.regions)
        brightest = max(r.peak_adu for r in counted)
        words = f"glow at the {places(counted)}, up to {brightest:.1f} ADU above the background"
        return ("glow", words) if glow.certain else ("perhaps", f"perhaps {words}")
    readout = [r for r in glow.regions if r.doubt == "readout"]
    if readout:
        return "open", f"bright at the {places(readout)}, most likely by the readout and not by glow"
    if glow.light_leak_adu is not None:
        return "open", f"broad light of {glow.light_leak_adu:.1f} ADU, likely a light leak; no glow seen beside it"
    if not glow.certain:
        return "open", "no glow seen, but this frame cannot exclude it"
    limit = "" if glow.least_adu is None else f" (from {glow.least_adu:.1f} ADU on it would show)"
    return "none", f"no glow{limit}"


def places(regions: tuple[GlowRegion, ...] | list[GlowRegion]) -> str:
    """Where the regions are, each place once."""
    names = list(dict.fromkeys("middle" if r.where == "interior" else r.where for r in regions))
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def show_glow(glow: Glow) -> None:
    """One frame on stdout."""
    from rich.padding import Padding
    from rich.table import Table

    out = console()
    kind, words = answer(glow)
    out.print(f"{clean(Path(glow.path).name)}: {words}", style=_STYLE[kind])
    if glow.regions:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        table.add_column("  Where")
        for heading in ("Peak ADU", "Area", "Decay px", "at x, y", "SNR"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("What")
        for region in glow.regions:
            table.add_row(
                f"  {region.where}",
                f"{region.peak_adu:.1f}",
                f"{100 * region.area_fraction:.1f} %",
                "-" if region.decay_px is None else f"{region.decay_px:.0f}",
                f"{region.x:.0f}, {region.y:.0f}",
                f"{region.snr:.0f}",
                MEANING[region.doubt],
            )
        out.print(table)
    out.print(f"  background {glow.background_adu:.1f} ADU, noise of a pixel {glow.noise_adu:.1f} ADU")
    if glow.reference:
        out.print(f"  without the structure that is in {clean(Path(glow.reference).name)} as well")
    for note in glow.notes:
        out.print(Padding(f"note: {clean(note)}", (0, 0, 0, 2)))
