"""``python -m ampglow_plugin``."""

from ampglow_plugin.cli.main import main

main()
