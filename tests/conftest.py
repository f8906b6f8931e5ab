"""What all tests share: one homeserver for the whole run, a fresh town in it for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from stage.homeserver import Homeserver

from tests.town import Town

SLOWEST_FIRST = ("acceptance", "integration", "contracts")
"""Folders whose files are handed out before all others, which take a second or so: no worker is
left alone with minutes of work while the others have none."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts them in the order in which workers get them (with ``--no-loadscope-reorder``)."""

    def rank(item: pytest.Item) -> int:
        folder = item.path.parent.name
        return SLOWEST_FIRST.index(folder) if folder in SLOWEST_FIRST else len(SLOWEST_FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def homeserver() -> Iterator[Homeserver]:
    """A real Synapse without rate limits; a test that stops it starts it again."""
    server = Homeserver()
    try:
        asyncio.run(server.start())
        yield server
    finally:
        asyncio.run(server.close())


@pytest.fixture
async def town(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Town]:
    """A desk, a community room, a citizen, a responder and the bot's account, all new."""
    async with Town.founded(homeserver, tmp_path) as founded:
        yield founded
