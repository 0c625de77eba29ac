"""The pictures of ``docs/amp-glow.md``, made from simulated sensors: ``make pictures``.

Everything in them is measured on pixels, not drawn; the last one needs Siril (AMPGLOW_SIRIL, or siril-cli on the PATH).
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.report.plots import GLOW_COLOURS, RESIDUAL_COLOURS, new_figure
from ampglow_plugin.simulate import GlowSource, Nebula, Star, Truth, scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

FOLDER = Path(__file__).resolve().parents[1] / "pictures"
LARGEST_BYTES = 150_000
_DPI = 90
_BIN = 4
_COLOURS = 160
#: glow that grows slower than in proportion to time, as measured on some sensors, and with a part of the readout
GLOW = GlowSource(x=1.0, y=0.7, amplitude_adu=150.0, decay_px=90.0, exponent=0.85, constant_adu=6.0)
SENSOR = Truth(
    width=640,
    height=480,
    bayer_pattern=None,
    glows=(GLOW,),
    vignetting=0.0,
    prnu=0.0,
    exposure_s=180.0,
    dark_current_adu=8.0,
    hot_fraction=0.0008,
    sky_adu=500.0,
    stars=tuple(Star(x=(97.0 * i) % 640, y=(61.0 * i) % 480, flux_adu=6000.0 * (1 + i % 5)) for i in range(60)),
    dither_px=0.0,
)


def mean(make: Any, count: int, *args: Any, **kwargs: Any) -> Array:
    """Mean of ``count`` frames."""
    frames: Array = np.mean([make(*args, i, **kwargs) for i in range(count)], axis=0)
    return frames


def tiles(frame: Array) -> Array:
    """Medians of small squares: what the eye sees of a background."""
    rows, columns = (n // _BIN for n in frame.shape)
    squares = frame[: rows * _BIN, : columns * _BIN].reshape(rows, _BIN, columns, _BIN)
    result: Array = np.median(squares, axis=(1, 3))
    return result


def left(frame: Array, truth: Truth) -> float:
    """Glow that is left (ADU): mean of the brightest hundredth of the sensor's glow, above the rest of the frame."""
    glow = scene.glow(truth, truth.exposure_s)
    bright, faint = glow > np.quantile(glow, 0.99), glow < np.quantile(glow, 0.4)
    return float(np.median(frame[bright]) - np.median(frame[faint]))


def panels(name: str, shown: list[tuple[str, Array]], *, low: float, high: float, colours: str = GLOW_COLOURS) -> None:
    """Maps side by side on one scale of ADU."""
    figure = new_figure(3.1 * len(shown) + 0.5, 2.9)
    axes = figure.subplots(1, len(shown), squeeze=False)[0]
    for ax, (title, values) in zip(axes, shown, strict=True):
        image = ax.imshow(tiles(values), cmap=colours, vmin=low, vmax=high, interpolation="nearest")
        ax.set_title(title, fontsize=9)
        ax.set_xticks([])
        ax.set_yticks([])
    bar = figure.colorbar(image, ax=list(axes), shrink=0.85)
    bar.set_label("ADU above the sky", fontsize=8)
    bar.ax.tick_params(labelsize=8)
    save(figure, name)


def save(figure: Figure, name: str) -> None:
    """Write a small PNG with a palette."""
    from PIL import Image

    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.png"
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI)
    Image.open(drawn).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= LARGEST_BYTES, f"{path}: {path.stat().st_size} bytes"
    print(f"{path}: {path.stat().st_size} bytes")


def above_sky(frame: Array) -> Array:
    """Without the level of its darkest part."""
    return frame - float(np.median(frame[:, : frame.shape[1] // 3]))


def why_not_removed() -> None:
    """The right dark, a dark of another exposure scaled by time, and one of another exposure as it is."""
    light = mean(scene.light, 8, SENSOR)
    bias = mean(scene.bias, 20, SENSOR)
    right = mean(scene.dark, 20, SENSOR)
    short = mean(scene.dark, 20, SENSOR, exposure_s=60.0)
    scaled = bias + 3.0 * (short - bias)
    results = [("raw", light)]
    results += [
        ("its own dark, 180 s", light - right),
        ("60 s dark, scaled by 3", light - scaled),
        ("60 s dark as it is", light - short),
    ]
    panels(
        "why-not-removed",
        [(f"{name}: {left(frame, SENSOR):+.1f} ADU left", above_sky(frame)) for name, frame in results],
        low=-60,
        high=60,
        colours=RESIDUAL_COLOURS,
    )


def modern_sensors() -> None:
    """Glow of 150 and of 3 ADU: in one light, and in a stack, where the noise is a tenth."""
    recent = replace(
        SENSOR, glows=(replace(GLOW, amplitude_adu=3.0, constant_adu=0.0, exponent=1.0),), column_sigma_adu=0.15
    )
    one, stack = scene.light(recent, 0).astype(np.float64), mean(scene.light, 100, recent)
    calibrated = stack - mean(scene.dark, 60, recent)
    shown = [
        ("3 ADU of glow, one light", one),
        (f"100 lights: {left(stack, recent):+.1f} ADU", stack),
        (f"100 lights, dark applied: {left(calibrated, recent):+.1f} ADU", calibrated),
    ]
    panels("modern-sensors", [(n, above_sky(f)) for n, f in shown], low=-2, high=4)


def bias_needed() -> None:
    """A dark holds the bias: with a bias as well it goes twice; scaled without one the bias is scaled along."""
    light = mean(scene.light, 8, SENSOR)
    bias, dark = mean(scene.bias, 20, SENSOR), mean(scene.dark, 20, SENSOR)
    shown = [
        ("light - dark", light - dark),
        ("light - bias - dark", light - bias - dark),
        ("light - 0.9 x dark, no bias", light - 0.9 * dark),
    ]
    figure = new_figure(6.4, 2.9)
    axes = figure.subplots()
    row = slice(int(0.65 * SENSOR.height), int(0.75 * SENSOR.height))
    for name, frame in shown:
        profile = tiles(frame)[row.start // _BIN : row.stop // _BIN].mean(axis=0)
        sky = float(np.median(frame))
        axes.plot(np.arange(len(profile)) * _BIN, profile, linewidth=1.2, label=f"{name}: sky {sky:.0f} ADU")
    axes.axhline(
        SENSOR.sky_adu, color="#888888", linewidth=0.8, linestyle="--", label=f"true sky: {SENSOR.sky_adu:.0f} ADU"
    )
    axes.set_xlabel("column", fontsize=8)
    axes.set_ylabel("ADU, through the glow", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=7, loc="center left")
    save(figure, "bias")


def removed_later() -> None:
    """The same glow under a nebula: taken away by its dark, and by Siril's model of the background."""
    truth = replace(SENSOR, nebulae=(Nebula(x=520.0, y=300.0, sigma_px=70.0, peak_adu=60.0),))
    alone = replace(truth, glows=())
    light, right = mean(scene.light, 30, truth), mean(scene.dark, 30, truth)
    wanted = mean(scene.light, 30, alone) - mean(scene.dark, 30, alone)
    calibrated, plain = light - right, light - float(np.median(right))
    strict, loose = by_siril(plain, tolerance=0.5), by_siril(plain, tolerance=50.0)
    shown = [
        ("no dark", above_sky(light)),
        (f"its dark: {off(calibrated, wanted):.1f} ADU off", above_sky(calibrated)),
        (f"subsky, samples on dark sky: {off(strict, wanted):.0f} ADU off", above_sky(strict)),
        (f"subsky, samples everywhere: {off(loose, wanted):.0f} ADU off", above_sky(loose)),
    ]
    panels("removed-later", shown, low=-20, high=90)


def off(frame: Array, wanted: Array) -> float:
    """Spread (ADU) between a result and the sky as it is, over the nebula and the glow."""
    difference = tiles(above_sky(frame) - above_sky(wanted))
    return float(np.sqrt(np.mean(difference[:, difference.shape[1] // 2 :] ** 2)))


def by_siril(frame: Array, *, tolerance: float) -> Array:
    """``subsky`` of the real Siril; samples brighter than so many deviations above the sky are not used."""
    from astropy.io import fits

    program = os.environ.get("AMPGLOW_SIRIL") or shutil.which("siril-cli")
    if program is None:
        sys.exit("Siril is needed for this picture: set AMPGLOW_SIRIL, or put siril-cli on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        fits.PrimaryHDU((frame / 65535).astype(np.float32)).writeto(f"{folder}/stack.fit")
        script = Path(folder) / "gradient.ssf"
        script.write_text(
            f"requires 1.2.0\nload stack\nsubsky -rbf -samples=20 -tolerance={tolerance} -smooth=0.5\nsave result\n",
            encoding="utf-8",
        )
        ini = Path(folder) / "siril.ini"
        ini.touch()
        command = [program, "-d", folder, "-i", str(ini), "-s", str(script)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            sys.exit(f"Siril failed: {done.stdout[-600:]}")
        with fits.open(f"{folder}/result.fit") as units:
            result: Array = units[0].data.astype(np.float64) * 65535
    return result


def main() -> None:
    """Draw all of them."""
    why_not_removed()
    modern_sensors()
    bias_needed()
    removed_later()


if __name__ == "__main__":
    main()
