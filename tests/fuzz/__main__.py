"""Coverage-guided fuzzing of one reader: ``python -m tests.fuzz READER SECONDS [CORPUS]``.

Atheris steers by the branches of ampglow's own code. What it finds interesting is kept in CORPUS (default: a folder
beside the temporary files); a crash, a hang of 10 s or 2 GB of memory ends the run with 1 and leaves its input there.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

TIMEOUT_S = 10
MEMORY_MB = 2048
LONGEST_BYTES = 64 * 1024


def main() -> None:
    """Fuzz until the time is over."""
    name, seconds = sys.argv[1], int(sys.argv[2])
    corpus = Path(sys.argv[3] if len(sys.argv) > 3 else Path(tempfile.gettempdir()) / "ampglow-fuzz" / name)
    corpus.mkdir(parents=True, exist_ok=True)
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="ampglow-fuzz-", dir=memory if memory.is_dir() else None) as made:
        folder = Path(made)
        with atheris.instrument_imports(include=["ampglow_plugin"]):
            from tests.fuzz.readers import feed
            from tests.fuzz.seeds import SEEDS, committed

            for i, data in enumerate((*SEEDS[name](), *committed(name))):
                (corpus / f"seed-{i:03d}").write_bytes(data)
                feed(name, data, folder)  # readers import what they need when they need it: all of it is seen here

        def one(data: bytes) -> None:
            feed(name, data, folder)

        limits = [
            f"-max_total_time={seconds}",
            f"-timeout={TIMEOUT_S}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-max_len={LONGEST_BYTES}",
            f"-artifact_prefix={corpus.parent}/{name}-",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *limits, str(corpus)], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
