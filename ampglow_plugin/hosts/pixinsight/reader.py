"""Icons, a script or a log to a Reading: what they do as a plan, where each step stands, and the processes."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.errors import UnsupportedFile
from ampglow_plugin.hosts.base import Reading
from ampglow_plugin.hosts.pixinsight.flow import follow
from ampglow_plugin.hosts.pixinsight.icon_reader import read_icons
from ampglow_plugin.hosts.pixinsight.log_reader import read_log
from ampglow_plugin.hosts.pixinsight.script_reader import read_script
from ampglow_plugin.model.process import Listing

ICONS = (".xpsm", ".xosm")
SCRIPTS = (".js", ".jsh")
LOGS = (".log",)


def read_listing(path: Path) -> Listing:
    """The processes of a file.

    Raises
    ------
    UnsupportedFile
        The name is not that of an icon file, a script or a log.
    InputError
        As the readers.
    """
    suffix = path.suffix.lower()
    if suffix in ICONS:
        return read_icons(path)
    if suffix in SCRIPTS:
        return read_script(path)
    if suffix in LOGS:
        return read_log(path)
    fix = "give process icons (.xpsm), a script (.js) or a console log (.log)"
    raise UnsupportedFile("is no file of PixInsight that ampglow judges", where=str(path), fix=fix)


def read(path: Path) -> Reading:
    """See :class:`~ampglow_plugin.hosts.base.Host`."""
    listing = read_listing(path)
    plan, places = follow(listing)
    return Reading(plan=plan, places=places, host_version=listing.host_version, listing=listing)
