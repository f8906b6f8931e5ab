"""The way in and out of encrypted rooms. A room once seen as encrypted stays so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.matrix.content import KEY
from bot.chat.matrix.crypto.machine import Crypto
from bot.chat.matrix.reading import mapping
from bot.chat.matrix.rooms import Rooms

ENCRYPTION = "m.room.encryption"
"""The state event that turns a room's encryption on, for ever."""

ENCRYPTED = "m.room.encrypted"


class Sealed:
    """Knows which rooms are encrypted.

    Args:
        crypto: The bot's device.
        rooms: Tells a room's state and members.
    """

    def __init__(self, crypto: Crypto, rooms: Rooms) -> None:
        self.crypto = crypto
        self._rooms = rooms
        self._encrypted: dict[str, bool] = {}

    def heard(self, room: str, events: Sequence[Any]) -> None:
        """Takes note of a timeline in which encryption shows.

        Only the state turns it on: anybody may send an event of either type.
        """
        for event in map(mapping, events):
            if event.get("type") == ENCRYPTION and event.get("state_key") == "":
                self._encrypted[room] = True
            elif event.get("type") == ENCRYPTED and not self._encrypted.get(room):
                # Perhaps a gap hid when it was turned on: the state is asked for anew.
                self._encrypted.pop(room, None)

    def clear(self, event: Any, room: str) -> Any:
        """The event as if it had been sent clear; as it is where no key reads it."""
        if mapping(event).get("type") != ENCRYPTED or "state_key" in event:
            return event
        return self.crypto.decrypted(event, room) or event

    async def is_encrypted(self, room: str) -> bool:
        """Whether what is said in the room must be encrypted.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
        """
        if room not in self._encrypted:
            self._encrypted[room] = await self._rooms.state(room, ENCRYPTION) is not None
        return self._encrypted[room]

    async def sealed(
        self, room: str, kind: str, content: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """The encrypted event that says it; what the bot knows it by stays outside.

        Raises:
            TryLater: The homeserver is away; nothing was said.
            LoggedOut: The access token is no longer good.
        """
        members = await self._rooms.members.of(room)
        outer = await self.crypto.encrypted(room, sorted(members), kind, content)
        if KEY in content:
            outer[KEY] = content[KEY]
        return ENCRYPTED, outer
