"""What the contract suites share."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.ports import Store
from bot.store.sqlite import SqliteStore
from tests.contracts.examples import ASKER
from tests.fakes import FakeClock, MemoryStore

MEMORY = Path("/dev/shm")
"""A folder in memory, where the system has one: syncing to a disk would take most of the time."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder for a database."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture
def clock() -> FakeClock:
    """The time that the store is told."""
    return FakeClock()


@pytest.fixture(params=["memory", "sqlite"])
async def store(
    request: pytest.FixtureRequest, folder: Path, clock: FakeClock
) -> AsyncIterator[Store]:
    """Each kind of store in turn."""
    opened: Store
    if request.param == "memory":
        opened = MemoryStore(clock)
    else:
        opened = await SqliteStore.open(folder / "loket.db", clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def asker(store: Store) -> str:
    """A citizen's key."""
    return (await store.enroll("matrix", [ASKER]))[ASKER]
