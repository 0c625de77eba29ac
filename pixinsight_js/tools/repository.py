"""Writes a PixInsight update repository into a folder: ``python pixinsight_js/tools/repository.py FOLDER``.

One package for each engine, and ``updates.xri`` with their sha1. Nothing is signed: a signature needs a key that
PixInsight's makers certify. The same sources give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

from ampglow_plugin import __version__

SOURCE = Path(__file__).resolve().parents[1]
FOLDER = "src/scripts/AmpGlow"
#: the main file of each engine, and the PixInsight versions it is for
ENGINES = (("AmpGlow.js", "legacy", "1.8.9:1.9.3"), ("AmpGlow-v8.js", "v8", "1.9.4:1.9.99"))
DESCRIPTION = "AmpGlow: checks, calibrates and verifies dark calibration. Unsigned."


def release_date() -> str:
    """Date of the newest release in the changelog, YYYYMMDD; where there is none yet, the first day of its year."""
    text = (SOURCE.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## \[\d[^\]]*\] - (\d{4})-(\d{2})-(\d{2})", text, re.MULTILINE)
    return "".join(found.groups()) if found else "20260101"


def package(main: str) -> bytes:
    """A zip with one main file, the library and the licence. A fixed date makes equal bytes of equal sources."""
    import io

    library = sorted((SOURCE / "lib").glob("*.jsh"))
    files = [("AmpGlow.js", SOURCE / main), *((f"lib/{path.name}", path) for path in library)]
    files.append(("LICENSE", SOURCE.parent / "LICENSE"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, path in files:
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            text = path.read_text(encoding="utf-8").replace("@VERSION@", __version__)
            zipped.writestr(entry, text)
    return buffer.getvalue()


def write(folder: Path) -> None:
    """Packages and index."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = []
    for main, engine, versions in ENGINES:
        data = package(main)
        name = f"AmpGlow-{__version__}-{engine}.zip"
        (folder / name).write_bytes(data)
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        blocks.append(
            f'   <platform os="all" arch="noarch" version={quoteattr(versions)}>\n'
            f'      <package fileName={quoteattr(name)} sha1="{digest}" type="script" releaseDate="{release_date()}">\n'
            f"         <title>AmpGlow {__version__}</title>\n"
            f"         <description><p>{DESCRIPTION}</p></description>\n"
            f"      </package>\n   </platform>\n"
        )
    index = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<xri version="1.0">\n'
        f"   <description><p>{DESCRIPTION}</p></description>\n{''.join(blocks)}</xri>\n"
    )
    (folder / "updates.xri").write_text(index, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(Path(sys.argv[1]))
