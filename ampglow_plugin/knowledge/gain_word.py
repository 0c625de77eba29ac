"""What owners of a camera call its gain."""

from __future__ import annotations

import functools
import re

from ampglow_plugin.knowledge import table


@functools.lru_cache(maxsize=256)
def gain_word(camera: object) -> str:
    """``ISO`` for cameras that count it so, else ``gain``.

    >>> gain_word("Canon EOS 700D"), gain_word("ZWO ASI294MC Pro"), gain_word(None)
    ('ISO', 'gain', 'gain')
    """
    rows = table("cameras.yaml")["iso"]
    return "ISO" if any(re.search(row["match"], str(camera or ""), re.IGNORECASE) for row in rows) else "gain"
