"""Enters the configured rooms that another server did not let the bot in to at its start.

That server may be away for days, or ask for patience: neither the start nor the hearing waits for
it, so it is tried beside the hearing (``beside.py``), with growing pauses and for as long as the
bot runs.
"""

from __future__ import annotations

import asyncio

from bot.chat.matrix.rooms import Rooms
from bot.errors import TryLater

_PAUSE = 30.0
"""Seconds before the second try; doubled each time."""

_LONGEST = 3600.0
"""Seconds between tries at the most, unless the other side asks for more."""


class Entering:
    """Tries the rooms that are shut; implements ``bot.chat.matrix.beside.Chore``.

    Args:
        rooms: Which they are.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._tries: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def due(self) -> list[tuple[str, ...]]:
        """See ``Chore``."""
        now = asyncio.get_running_loop().time()
        return [(room,) for room in self._rooms.shut if self._not_before.get(room, now) <= now]

    def whose(self, name: tuple[str, ...]) -> str | None:
        """See ``Chore``."""

    async def attempt(self, name: tuple[str, ...]) -> None:
        """See ``Chore``."""
        (room,) = name
        try:
            await self._rooms.enter(room)
        except TryLater as error:
            tries = self._tries[room] = self._tries.get(room, 0) + 1
            pause = max(error.retry_after or 0.0, min(_LONGEST, _PAUSE * 2.0 ** (tries - 1)))
            self._not_before[room] = asyncio.get_running_loop().time() + pause
