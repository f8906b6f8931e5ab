"""What all tests share: one homeserver for the whole run, a fresh town in it for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from stage.homeserver import Homeserver

from tests.town import Town


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
