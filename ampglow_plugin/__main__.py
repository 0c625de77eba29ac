"""``ampglow``, and ``python -m ampglow_plugin``; the version is told before anything else is loaded."""

import os
import sys

from ampglow_plugin import __version__


def main() -> None:
    """The command line."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"ampglow {__version__}\n")
        return
    # many small systems of equations: threads of the linear algebra only wait for each other, twice as long on a busy
    # machine, and `glow` and `diagnose` have processes of their own; it is read when numpy is loaded
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from ampglow_plugin.cli.main import main as command_line

    command_line()


if __name__ == "__main__":
    main()
