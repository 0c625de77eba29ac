"""Fixtures of the PixInsight tests."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture
def update_golden():
    """AMPGLOW_UPDATE_GOLDEN=1 writes the golden texts anew; look at the difference before you commit it."""
    return os.environ.get("AMPGLOW_UPDATE_GOLDEN") == "1"


@pytest.fixture(scope="session")
def node():
    """Path of node; skips without it, fails where AMPGLOW_REQUIRE_NODE=1."""
    found = shutil.which("node")
    if found is None:
        if os.environ.get("AMPGLOW_REQUIRE_NODE") == "1":
            pytest.fail("node is not installed (Debian: apt-get install nodejs)")
        pytest.skip("node is not installed: the scripts for PixInsight are not run")
    return found
