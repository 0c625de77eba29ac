"""The hash that names the content of a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ampglow_plugin.waiting import open_to_read


def sha256_of(path: Path) -> str:
    """Hash of the file, as hexadecimal digits."""
    with open_to_read(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
