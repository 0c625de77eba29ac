"""Calibrating programs: how to emit, parse, run and read back each."""

from __future__ import annotations

from collections.abc import Mapping

from ampglow_plugin.hosts.base import Host
from ampglow_plugin.hosts.builtin import BUILTIN
from ampglow_plugin.hosts.pixinsight import PIXINSIGHT
from ampglow_plugin.hosts.siril import SIRIL

#: host by name, explicit: nothing registers itself
HOSTS: Mapping[str, Host] = {SIRIL.name: SIRIL, PIXINSIGHT.name: PIXINSIGHT, BUILTIN.name: BUILTIN}

__all__ = ["BUILTIN", "HOSTS", "PIXINSIGHT", "SIRIL"]
