"""``ampglow``, and ``python -m ampglow_plugin``; the version is told before anything else is loaded."""

import sys

from ampglow_plugin import __version__


def main() -> None:
    """The command line."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"ampglow {__version__}\n")
        return
    from ampglow_plugin.cli.main import main as command_line

    command_line()


if __name__ == "__main__":
    main()
