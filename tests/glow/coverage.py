"""How often the truth lies within the stated error of a glow factor, on random nights: ``make coverage``.

A night is a small sensor, colour or mono, with steps of 1, 4 or 16, glow of 20 to 60 ADU at an edge or in a corner,
700 ADU of sky with up to three nebulae and a gradient, vignetting, and lights that hold 0 to 2 times the dark's glow.
A second table is of mono sensors alone, with 25 dithered lights of glow of 20 ADU: what their shifts are worth.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import numpy as np

from ampglow_plugin.glow.coefficient import glow_share, window_around
from ampglow_plugin.model.held import Share
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, scene

PLACES = {"right": (1.0, 0.6), "corner": (1.0, 1.0), "bottom": (0.4, 1.0)}


@dataclass(frozen=True, kw_only=True)
class Night:
    """A truth, how many times its glow is in the lights, and whether a flat is at hand."""

    truth: Truth
    factor: float
    flat: bool
    lights: int = 4

    def measured(self, *, shifted: bool = False) -> Share:
        """The factor as it is measured, with the shifts of the sky or without; the shape of the glow is the true one."""
        truth, (source,) = self.truth, self.truth.glows
        lit = replace(truth, glows=(replace(source, amplitude_adu=source.amplitude_adu * self.factor),))
        y0, x0 = source.y * (truth.height - 1), source.x * (truth.width - 1)

        def pattern(y, x):
            distance = np.hypot(x[None, :] - x0, (y[:, None] - y0) / source.stretch_y)
            return source.amplitude_adu * np.exp(-distance / source.decay_px)

        decays = source.decay_px * source.stretch_y, source.decay_px
        window = window_around((y0, x0), decays, (truth.height, truth.width))
        dark = np.median([scene.dark(truth, i) for i in range(3)], axis=0).astype(np.float32)
        pedestal = float(np.median(dark))
        flat = scene.flat(truth).astype(np.float32) - np.float32(pedestal)
        return glow_share(
            window,
            pattern,
            dark=window.maps(dark),
            lights=[window.maps(scene.light(lit, i).astype(np.float32)) for i in range(self.lights)],
            flat=window.maps(flat) if self.flat else None,
            pedestal_adu=pedestal,
            shifts=np.array([scene.dither(truth, i)[::-1] for i in range(self.lights)]) if shifted else None,
        )


def random_night(seed: int) -> Night:
    """One of the nights described above."""
    rng = np.random.default_rng([4, seed])
    width, height = 480, 440
    x, y = PLACES[str(rng.choice(list(PLACES)))]
    decay = rng.uniform(45.0, 100.0)
    nebulae = tuple(
        Nebula(
            x=rng.uniform(0, width),
            y=rng.uniform(0, height),
            sigma_px=rng.uniform(30, 110),
            peak_adu=rng.uniform(10, 150),
        )
        for _ in range(rng.integers(0, 4))
    )
    truth = Truth(
        seed=seed + 1,
        width=width,
        height=height,
        bayer_pattern=["RGGB", None][rng.integers(2)],
        sample_step=[1, 4, 16][rng.integers(3)],
        sky_adu=700.0,
        glows=(GlowSource(x=x, y=y, amplitude_adu=rng.uniform(20, 60), decay_px=decay, stretch_y=1.2),),
        nebulae=nebulae,
        gradient_adu=(rng.uniform(-60, 60), rng.uniform(-60, 60)),
        vignetting=rng.uniform(0.1, 0.45),
        star_count=40,
    )
    return Night(truth=truth, factor=float(rng.choice([0.0, 0.33, 1.0, 2.0])), flat=bool(rng.integers(2)))


def mono_night(seed: int) -> Night:
    """One to three nebulae of any size near and far from 20 ADU of glow, and 25 lights."""
    rng = np.random.default_rng([77, seed])
    x, y = list(PLACES.values())[seed % 3]
    nebulae = tuple(
        Nebula(
            x=rng.uniform(0, 640), y=rng.uniform(0, 600), sigma_px=rng.uniform(40, 140), peak_adu=rng.uniform(20, 150)
        )
        for _ in range(rng.integers(1, 4))
    )
    glow = GlowSource(x=x, y=y, amplitude_adu=20.0, decay_px=rng.uniform(50, 110), stretch_y=rng.uniform(0.9, 1.4))
    truth = Truth(
        seed=seed + 1,
        bayer_pattern=None,
        sky_adu=700.0,
        glows=(glow,),
        nebulae=nebulae,
        gradient_adu=(rng.uniform(-60, 60), rng.uniform(-60, 60)),
    )
    return Night(truth=truth, factor=float(rng.choice([0.0, 1.0, 2.0])), flat=bool(rng.integers(2)), lights=25)


def errors(seeds: range) -> np.ndarray:
    """For each night its error in units of the stated one."""
    result = []
    for seed in seeds:
        night = random_night(seed)
        share = night.measured()
        result.append((share.value - night.factor) / share.sigma)
    return np.array(result)


def main(count: int = 200) -> int:
    """Print the shares of nights within 1, 2 and 3 stated errors; 1 where they are not what errors should be."""
    z = np.abs(errors(range(count)))
    within = [float(np.mean(z < limit)) for limit in (1, 2, 3)]
    print(
        f"{count} nights: {within[0]:.1%} within 1 error (68 %), {within[1]:.1%} within 2 (95 %), {within[2]:.1%} within 3"
    )
    found = [(n, n.measured(shifted=True)) for n in map(mono_night, range(count // 2))]
    off, sigma = np.array([(s.value - n.factor, s.sigma) for n, s in found]).T
    shares = [float(np.mean(np.abs(off / sigma) < limit)) for limit in (1, 2, 3)]
    print(
        f"{len(found)} mono nights of dithered lights: {shares[0]:.1%}, {shares[1]:.1%}, {shares[2]:.1%} within 1, 2, 3 errors; "
        f"{np.mean(np.abs(off) < 0.1):.1%} within 0.1, middle error {np.median(sigma):.3f}"
    )
    return int(not (0.58 <= within[0] <= 0.80 and within[1] >= 0.91 and within[2] >= 0.97))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
