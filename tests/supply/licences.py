"""Licences of what ampglow needs, read from the metadata that each package ships, in SPDX terms."""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata
from typing import Final

#: licences whose works may be combined into one under GPL-3.0-or-later; source: the compatibility lists of the Free
#: Software Foundation and, for MPL-2.0, its section 3.3
COMPATIBLE: Final = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "GPL-3.0-only",
        "GPL-3.0-or-later",
        "ISC",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-CMU",
        "MPL-2.0",
        "OFL-1.1",  # fonts, shipped beside the program
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
#: what older metadata says -> SPDX; the first that fits counts
_SPOKEN: Final = (
    (r"lgpl.?v?3|lesser general public license v3 or later", "LGPL-3.0-or-later"),
    (r"general public license v3|^gpl.?v?3", "GPL-3.0-only"),
    (r"mpl.?2|mozilla public license 2", "MPL-2.0"),
    (r"apache", "Apache-2.0"),
    (r"bsd.?2|2-clause", "BSD-2-Clause"),
    (r"\bbsd\b|redistribution and use in source and binary forms|kiwi licensing terms", "BSD-3-Clause"),
    (r"^psf|python software foundation|matplotlib (development team|project)", "PSF-2.0"),
    (r"\bmit\b", "MIT"),
    (r"\bisc\b", "ISC"),
)


def licence(metadata: PackageMetadata) -> str | None:
    """The SPDX expression that the metadata states, or amounts to; None where it says nothing that is known."""
    stated = metadata.get("License-Expression")
    if stated:
        return str(stated)
    classifiers = [c for c in metadata.get_all("Classifier") or () if c.startswith("License")]
    for text in (*(c.rpartition("::")[2].strip() for c in classifiers), metadata.get("License") or ""):
        for pattern, spdx in _SPOKEN:
            if re.search(pattern, text, re.IGNORECASE):
                return spdx
    return None


def compatible(expression: str) -> bool:
    """Every part of an ``AND`` is compatible, and one part of an ``OR``."""
    return all(
        any(part.strip(" ()") in COMPATIBLE for part in re.split(r"\bOR\b", term))
        for term in re.split(r"\bAND\b", expression)
    )
