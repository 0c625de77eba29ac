"""Fixtures of the Siril tests."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def update_golden():
    """AMPGLOW_UPDATE_GOLDEN=1 writes the golden texts anew; look at the difference before you commit it."""
    return os.environ.get("AMPGLOW_UPDATE_GOLDEN") == "1"
