"""What limits the answer about a frame's glow, and what else was seen in it, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ampglow_plugin.glow.regions import Gradient
from ampglow_plugin.model.glow import Place

if TYPE_CHECKING:
    from ampglow_plugin.glow.measure import About

#: a bias or short dark of more than this share of the exposure has glow of its own to take away
REFERENCE_SHARE: Final = 0.1


def notes_on(  # noqa: PLR0913 - one parameter for each thing that may be noted
    about: About,
    *,
    edges: Sequence[Place],
    regions: int,
    coloured: bool,
    gradient: Gradient | None,
    edges_open: bool,
    brightest_at: Place | None,
) -> tuple[str, ...]:
    """All notes. ``edges`` are those with light along all of them, ``regions`` counts what was found.

    ``edges_open``: the gradient may be light along an edge.
    """
    notes = _on_structure(about, edges, regions)
    if coloured:
        notes.append("the light differs between the colours: it came through the filters, from outside")
    if gradient is not None and brightest_at is not None:
        notes.append(
            _on_gradient(
                about, gradient, "middle" if brightest_at == "interior" else brightest_at, edges_open=edges_open
            )
        )
    return (*notes, *_on_frame(about))


def _on_structure(about: About, edges: Sequence[Place], regions: int) -> list[str]:
    if about.reference is not None or not regions or about.kind in ("light", "flat"):
        return []
    notes = []
    if edges:
        notes.append(
            f"the light is even along the whole {' and '.join(edges)} edge: it may be structure of the readout; "
            "name a bias or a short dark (--bias) to be sure"
        )
    if about.short:
        length = f"an exposure of {about.exposure_s:g} s" if about.exposure_s is not None else "a bias"
        notes.append(f"{length} holds structure of the readout rather than glow: compare with a long dark")
    elif not edges and about.sensor_kind == "ccd":
        notes.append("a CCD shows structure of the readout as well: name a bias or a short dark (--bias) to be sure")
    return notes


def _on_gradient(about: About, gradient: Gradient, towards: str, *, edges_open: bool) -> str:
    seen = f"{gradient.span_adu:.1f} ADU, brightest at the {towards}"
    if about.kind in ("light", "flat"):
        return f"it brightens slowly, by {seen}, as sky, vignetting or a leak do and glow does not"
    if gradient.broad and about.reference is not None:
        return (
            f"broad light of {seen}, as wide as a light leak would be: it is glow if darks taken in another place, "
            "with the camera well covered, show it as well"
        )
    if gradient.broad and not (about.short or about.sensor_kind == "ccd"):
        return (
            f"broad light of {seen}: a light leak is likely, for glow of a circuit is not as wide; cover the camera "
            "better and shoot the dark again"
        )
    if about.reference is not None:
        return f"it brightens slowly, by {seen}, as by a light leak and not by glow"
    if edges_open:
        return (
            f"it brightens slowly, by {seen}, as by glow along an edge, by a gradient of the readout or by a light "
            "leak; name a bias or a short dark (--bias) to tell them apart"
        )
    return (
        f"it brightens slowly, by {seen}, as by a gradient of the readout or a light leak and not by glow; name a bias "
        "or a short dark (--bias) to tell them apart"
    )


def _on_frame(about: About) -> list[str]:
    notes = []
    if about.kind == "light":
        notes.append("this is a light: sky, nebulae and vignetting look like glow; only a dark tells for sure")
    if about.kind == "flat":
        notes.append("this is a flat: its own light hides glow; measure a dark")
    if about.calibrated:
        notes.append("its header says that it was calibrated: glow may have been taken away")
    long = (
        about.reference_s is not None
        and about.exposure_s is not None
        and about.reference_s > REFERENCE_SHARE * about.exposure_s
    )
    if long:
        notes.append(
            f"the frame given as bias was exposed for {about.reference_s:g} s: its own glow was taken away as well, "
            "so there is more than is said here"
        )
    return notes
