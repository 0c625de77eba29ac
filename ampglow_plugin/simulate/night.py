"""A synthetic night as files: folders of raw FITS as N.I.N.A. writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from ampglow_plugin.pixels import stored_pattern
from ampglow_plugin.simulate import scene
from ampglow_plugin.simulate.truth import Truth
from ampglow_plugin.writing import new_file

ImageType = Literal["LIGHT", "DARK", "FLAT", "DARKFLAT", "BIAS"]

_READOUT_S = 6.0
_BIAS_EXPOSURE_S = 0.001
_SOFTWARE = "N.I.N.A. 3.1.2.9001 (x64)"
#: hours from the first light to the first flat
_FLATS_AFTER_H = 9.0


@dataclass(frozen=True, kw_only=True, slots=True)
class NightFiles:
    """What was written, by kind; an empty tuple where none was asked for."""

    folder: Path
    truth: Truth
    lights: tuple[Path, ...]
    darks: tuple[Path, ...]
    flats: tuple[Path, ...]
    flatdarks: tuple[Path, ...]
    biases: tuple[Path, ...]
    wrong_darks: tuple[Path, ...]


def make_night(  # noqa: PLR0913 - one count a kind
    folder: Path | str,
    truth: Truth,
    *,
    lights: int = 6,
    darks: int = 5,
    flats: int = 5,
    flatdarks: int = 5,
    biases: int = 0,
    wrong_darks: int = 0,
) -> NightFiles:
    """Write a night below ``folder``: ``lights darks flats flatdarks biases wrong_darks``, singles as uint16 FITS.

    The same truth gives the same bytes of pixels. ``wrong_darks`` are darks of
    ``truth.wrong_dark_exposure_s``. Existing files of the same name are overwritten.
    """
    folder = Path(folder)
    first_light, first_dark = datetime.fromisoformat(truth.date_obs), datetime.fromisoformat(truth.dark_date_obs)
    wrong_s = truth.wrong_dark_exposure_s

    def shoot(kind: ImageType, place: str, count: int, start: datetime, exposure_s: float) -> tuple[Path, ...]:
        paths = []
        for i in range(count):
            when = start + i * timedelta(seconds=exposure_s + _READOUT_S)
            name = f"{when:%Y-%m-%d_%H-%M-%S}_{kind}_{exposure_s:.2f}s_G{truth.gain}_{i + 1:04d}.fits"
            path = folder / place / name
            write_frame(path, _samples(truth, kind, i, exposure_s), header(truth, kind, exposure_s, when))
            paths.append(path)
        return tuple(paths)

    flat_start = first_light + timedelta(hours=_FLATS_AFTER_H)
    return NightFiles(
        folder=folder,
        truth=truth,
        lights=shoot("LIGHT", "lights", lights, first_light, truth.exposure_s),
        darks=shoot("DARK", "darks", darks, first_dark, truth.exposure_s),
        flats=shoot("FLAT", "flats", flats, flat_start, truth.flat_exposure_s),
        flatdarks=shoot("DARKFLAT", "flatdarks", flatdarks, flat_start + timedelta(hours=1), truth.flat_exposure_s),
        biases=shoot("BIAS", "biases", biases, first_dark - timedelta(hours=1), _BIAS_EXPOSURE_S),
        wrong_darks=shoot("DARK", "wrong_darks", wrong_darks, first_dark + timedelta(hours=2), wrong_s),
    )


def make_lights(folder: Path | str, truth: Truth, *, count: int, first: int = 0, apart_s: float = 0.0) -> list[Path]:
    """Write ``count`` raw lights into ``folder``, one after another from ``truth.date_obs`` on.

    Another ``first`` gives other noise and dithers: lights of several targets of one night need their own.
    ``apart_s`` is a pause after each.
    """
    start = datetime.fromisoformat(truth.date_obs)
    paths = []
    for i in range(count):
        when = start + i * timedelta(seconds=truth.exposure_s + _READOUT_S + apart_s)
        path = Path(folder) / f"{when:%Y-%m-%d_%H-%M-%S}_{truth.object.replace(' ', '')}_{i + 1:04d}.fits"
        write_frame(path, scene.light(truth, first + i, series=i), header(truth, "LIGHT", truth.exposure_s, when))
        paths.append(path)
    return paths


def _samples(truth: Truth, kind: ImageType, index: int, exposure_s: float) -> scene.Samples:
    if kind == "LIGHT":
        return scene.light(truth, index)
    if kind == "DARK":
        return scene.dark(truth, index, exposure_s=exposure_s)
    if kind == "FLAT":
        return scene.flat(truth, index)
    return scene.flatdark(truth, index) if kind == "DARKFLAT" else scene.bias(truth, index)


def header(truth: Truth, kind: ImageType, exposure_s: float, when: datetime) -> dict[str, Any]:
    """Cards as N.I.N.A. writes them: keyword -> value; what belongs to the sky only in lights."""
    stamp = timedelta(seconds=exposure_s)
    cards: dict[str, Any] = {
        "IMAGETYP": kind,
        "EXPOSURE": exposure_s,
        "EXPTIME": exposure_s,
        "DATE-OBS": f"{when:%Y-%m-%dT%H:%M:%S}.000",
        "DATE-AVG": f"{when + stamp / 2:%Y-%m-%dT%H:%M:%S}.000",
        "XBINNING": 1,
        "YBINNING": 1,
        "GAIN": truth.gain,
        "OFFSET": truth.offset,
        "EGAIN": truth.gain_e_per_adu * truth.sample_step,  # per step of the converter, as the driver tells it
        "XPIXSZ": truth.pixel_um,
        "YPIXSZ": truth.pixel_um,
        "INSTRUME": truth.camera,
        "SET-TEMP": truth.temperature_c,
        "CCD-TEMP": truth.temperature_c,
    }
    if truth.bayer_pattern is not None:
        shown = stored_pattern(truth.bayer_pattern, truth.row_order, truth.height)
        cards |= {"BAYERPAT": shown, "XBAYROFF": 0, "YBAYROFF": 0}
    if kind in ("LIGHT", "FLAT"):
        cards |= {"TELESCOP": "Simulated refractor", "FOCALLEN": 420.0, "FOCRATIO": 5.0}
    if kind == "LIGHT":
        cards |= {"OBJECT": truth.object, "RA": truth.ra_deg, "DEC": truth.dec_deg}
        if truth.pier_side is not None:
            cards["PIERSIDE"] = truth.pier_side
        if truth.sky_rotation_deg:
            cards["ROTATANG"] = truth.sky_rotation_deg
        if truth.site_deg is not None:
            cards |= {"SITELAT": truth.site_deg[0], "SITELONG": truth.site_deg[1]}
    return cards | {"ROWORDER": truth.row_order, "SWCREATE": _SOFTWARE}


def write_frame(path: Path, samples: scene.Samples, cards: dict[str, Any]) -> None:
    """Write one uint16 FITS under a temporary name, then rename it."""
    from astropy.io import fits

    path.parent.mkdir(parents=True, exist_ok=True)
    unit = fits.PrimaryHDU(samples)
    for keyword, value in cards.items():
        unit.header[keyword] = value
    with new_file(path) as file:
        unit.writeto(file)
