"""Lights and darks, and how they match."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from ampglow_plugin.matching import match
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.frame import Frame
from tests.vectors.frames import BASE, VARIED, plain, vary


def matches() -> list[dict[str, Any]]:
    dice = random.Random(294)  # the same cases every time
    found = []
    for number in range(120):
        role = dice.choice(("dark", "dark", "flatdark", "bias", "flat"))
        lights = [vary(dice, replace(BASE, path=f"/l/{i}.fits"), 1, skip=("kind",)) for i in range(dice.randint(1, 4))]
        kind = "darkflat" if role == "flatdark" else role
        darks = [
            vary(dice, replace(BASE, path=f"/d/{i:02d}.fits", kind=kind), dice.randint(0, 3))
            for i in range(dice.randint(0, 7))
        ]
        found.append({"what": f"random {number}", "role": role, "lights": lights, "darks": darks})
    for name, values in VARIED.items():
        for value in values:
            dark = replace(BASE, path="/d/1.fits", **{"kind": "dark", name: value})
            found.append({"what": f"{name} of the dark is {value}", "lights": [BASE], "darks": [dark]})
    found += nights()
    return [
        {
            "what": case["what"],
            "role": case.get("role", "dark"),
            "lights": [plain(f) for f in case["lights"]],
            "darks": [plain(f) for f in case["darks"]],
            "matches": [
                to_dict(m)
                for m in match(case["lights"], case["darks"], role=case.get("role", "dark"), all_rejections=True)
            ],
        }
        for case in found
    ]


def nights() -> list[dict[str, Any]]:
    """Sets that only their dates tell apart: sessions of one night and of two, fresh and stale sets."""

    def darks(letter: str, count: int, date: str, **more: Any) -> list[Frame]:
        return [
            replace(
                BASE, path=f"/d/{letter}{i}.fits", kind="dark", date_obs=f"{date}:{i:02d}:00", night=date[:10], **more
            )
            for i in range(count)
        ]

    fresh, old = "2026-01-09T23", "2025-03-01T23"
    return [
        {"what": "two nights", "lights": [BASE], "darks": [*darks("a", 3, fresh), *darks("b", 2, "2026-01-08T23")]},
        {
            "what": "two sessions of a day",
            "lights": [BASE],
            "darks": [*darks("a", 2, fresh), *darks("b", 3, "2026-01-10T08")],
        },
        {
            "what": "one long session",
            "lights": [BASE],
            "darks": [*darks("a", 2, fresh), *darks("b", 3, "2026-01-10T06")],
        },
        {
            "what": "a stale set with fewer deviations",
            "lights": [BASE],
            "darks": [*darks("a", 3, old, bits=32), *darks("b", 3, fresh, bits=32, row_order="BOTTOM-UP")],
        },
        {
            "what": "a master and singles",
            "lights": [BASE],
            "darks": [*darks("a", 9, fresh), *darks("m", 1, fresh, master=True, stack_count=5, bits=32)],
        },
        {
            "what": "as far below as above",
            "lights": [BASE],
            "darks": [*darks("a", 1, fresh, temperature_c=-20.0), *darks("b", 1, fresh, temperature_c=0.0)],
        },
        {
            "what": "two nights that do not fit",
            "lights": [BASE],
            "darks": [*darks("a", 2, "2026-01-05T23", gain=0.0), *darks("b", 2, fresh, gain=0.0)],
        },
        {
            "what": "another camera before two other settings",
            "lights": [BASE],
            "darks": [
                *darks("a", 1, "2026-01-05T23", camera="ZWO ASI2600MC Pro"),
                *darks("b", 1, fresh, gain=0.0, offset=8.0),
            ],
        },
        {
            "what": "the nearer of two exposures",
            "lights": [BASE],
            "darks": [*darks("a", 1, fresh, exposure_s=10.0), *darks("b", 1, fresh, exposure_s=130.0)],
        },
        {
            "what": "two masters",
            "lights": [BASE],
            "darks": [
                *darks("m", 1, fresh, master=True, stack_count=5),
                *darks("n", 1, fresh, master=True, stack_count=50),
            ],
        },
    ]
