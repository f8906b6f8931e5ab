"""The way in and out of encrypted rooms. A room once seen as encrypted stays so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.matrix.content import KEY
from bot.chat.matrix.crypto.machine import Crypto
from bot.chat.matrix.crypto.rotation import USUAL, Rotation, rotation_in
from bot.chat.matrix.reading import mapping
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.wire import Refused

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
        self._encrypted = dict.fromkeys(crypto.encrypted_rooms(), True)
        self._rotations: dict[str, Rotation] = {}

    async def since(self, room: str, events: Sequence[Any]) -> int:
        """From which event of a timeline on the room is encrypted; takes note of it.

        Only the state turns encryption on: anybody may send an event of either type.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
        """
        if any(map(_is_setting, events)):
            self._rotations.pop(room, None)
        if self._encrypted.get(room):
            return 0
        for index, event in enumerate(map(mapping, events)):
            if _is_setting(event):
                self._note(room)
                return index
            if event.get("type") == ENCRYPTED:
                # Perhaps a gap hid when it was turned on: the state is asked for anew.
                self._encrypted.pop(room, None)
        try:
            return 0 if await self.is_encrypted(room) else len(events)
        except Refused:
            # Not told: nothing clear is believed, as if it were.
            return 0

    def clear(self, event: Any, room: str) -> Any:
        """The event as if it had been sent clear; as it is where no key reads it."""
        if mapping(event).get("type") != ENCRYPTED or "state_key" in event:
            return event
        return self.crypto.decrypted(event, room) or event

    def is_believed(self, event: Any, clear: Any) -> bool:
        """Whether what stands in an encrypted room is of the person whose name it bears.

        Words that came clear may be the homeserver's: each client encrypts them. Reactions and
        redactions always come clear.

        Args:
            event: As the homeserver gave it.
            clear: As ``clear`` gave it.
        """
        return clear is not event or mapping(event).get("type") != "m.room.message"

    async def is_encrypted(self, room: str) -> bool:
        """Whether what is said in the room must be encrypted.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
            Refused: The homeserver doesn't tell; the bot is no longer in the room.
        """
        if room not in self._encrypted:
            self._encrypted[room] = await self._rooms.is_encrypted(room)
            if self._encrypted[room]:
                self._note(room)
        return self._encrypted[room]

    def _note(self, room: str) -> None:
        self._encrypted[room] = True
        self.crypto.note_encrypted(room)

    async def sealed(
        self, room: str, kind: str, content: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """The encrypted event that says it; what the bot knows it by stays outside.

        Raises:
            TryLater: The homeserver is away; nothing was said.
            LoggedOut: The access token is no longer good.
        """
        members = await self._rooms.members.of(room)
        rotation = await self._rotation(room)
        outer = await self.crypto.encrypted(room, sorted(members), kind, content, rotation)
        if KEY in content:
            outer[KEY] = content[KEY]
        return ENCRYPTED, outer

    async def _rotation(self, room: str) -> Rotation:
        if room not in self._rotations:
            setting = await self._rooms.state(room, ENCRYPTION)
            if setting is None:
                return USUAL  # Not told this time.
            self._rotations[room] = rotation_in(mapping(setting.get("content")))
        return self._rotations[room]


def _is_setting(event: Any) -> bool:
    event = mapping(event)
    return (event.get("type"), event.get("state_key")) == (ENCRYPTION, "")
