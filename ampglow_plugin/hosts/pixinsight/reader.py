"""Icons or a script to a Reading: what they do as a plan, where each step stands, and the processes themselves."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.errors import UnsupportedFile
from ampglow_plugin.hosts.base import Reading
from ampglow_plugin.hosts.pixinsight.flow import follow
from ampglow_plugin.hosts.pixinsight.icon_reader import read_icons
from ampglow_plugin.hosts.pixinsight.script_reader import read_script
from ampglow_plugin.model.process import Listing

ICONS = (".xpsm", ".xosm")
SCRIPTS = (".js", ".jsh")


def read_listing(path: Path) -> Listing:
    """The processes of a file.

    Raises
    ------
    UnsupportedFile
        The name is neither that of an icon file nor that of a script.
    InputError
        As the readers.
    """
    suffix = path.suffix.lower()
    if suffix in ICONS:
        return read_icons(path)
    if suffix in SCRIPTS:
        return read_script(path)
    fix = "give process icons (.xpsm) or a script (.js)"
    raise UnsupportedFile("is no file of PixInsight that ampglow judges", where=str(path), fix=fix)


def read(path: Path) -> Reading:
    """See :class:`~ampglow_plugin.hosts.base.Host`."""
    listing = read_listing(path)
    plan, places = follow(listing)
    return Reading(plan=plan, places=places, host_version=listing.host_version, listing=listing)
