"""The user's settings as text."""

from __future__ import annotations

from ampglow_plugin.model.config import Config
from ampglow_plugin.report.console import clean, console


def show_config(config: Config) -> None:
    """Each setting with the file it came from; nothing where there is none."""
    out = console()
    for setting, file in config.origins.items():
        out.print(f"setting {clean(setting)} (from {clean(file)})", style="dim")
