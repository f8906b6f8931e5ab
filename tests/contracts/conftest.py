"""What the contract suites share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
"""A folder in memory, where the system has one: syncing to a disk would take most of the time."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder for a database."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        yield Path(name)
