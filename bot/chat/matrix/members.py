"""Who is in which room: asked for once, and again after somebody came or went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nio import Api

from bot.chat.matrix.reading import mapping
from bot.chat.matrix.wire import Wire

COUNTED = {"types": ["m.room.create", "m.room.tombstone"], "lazy_load_members": True}
"""The filter for state that has Synapse tell how many are in each room, which saves a request
for each. It tells that only to who loads members lazily, and only of rooms of which it has
something else to tell. Which rooms were replaced is wanted as well."""


class Members:
    """Remembers the members of rooms.

    Args:
        wire: The connection.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._ids: dict[str, frozenset[str]] = {}
        self._counts: dict[str, int] = {}

    async def of(self, room: str) -> frozenset[str]:
        """The user ids of all who are in a room.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
            Refused: The bot is not in it.
        """
        if room not in self._ids:
            told = await self._wire.ask(Api.joined_members("", room))
            self._ids[room] = frozenset(mapping(told.get("joined")))
        return self._ids[room]

    async def count(self, room: str) -> int:
        """How many are in a room; raises as ``of`` does."""
        if room not in self._ids and room in self._counts:
            return self._counts[room]
        return len(await self.of(room))

    def learn(self, joined: Mapping[str, Any]) -> None:
        """Takes over how many are in each room, where the homeserver tells.

        Args:
            joined: Room id → what an answer of ``/sync`` says about it.
        """
        for room, told in joined.items():
            count = mapping(mapping(told).get("summary")).get("m.joined_member_count")
            if isinstance(count, int):
                self._counts[room] = count

    def forget(self, room: str) -> None:
        """Somebody came or went: asks anew."""
        self._ids.pop(room, None)
        self._counts.pop(room, None)
