"""Which rooms are encrypted, whatever a homeserver and its people say later."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat.matrix.sealed import Sealed
from bot.chat.matrix.wire import Refused

ROOM = "!room:x"


class Keys:
    """What is on disk.

    Attributes:
        rooms: Those noted as encrypted.
    """

    def __init__(self) -> None:
        self.rooms: set[str] = set()

    def encrypted_rooms(self) -> set[str]:
        return set(self.rooms)

    def note_encrypted(self, room: str) -> None:
        self.rooms.add(room)


class Rooms:
    """What a homeserver says.

    Attributes:
        inside: Whether the bot is in the room.
        encryption: The state event.
        asked: How often it was asked for.
    """

    def __init__(self) -> None:
        self.inside = True
        self.encryption: dict[str, Any] | None = None
        self.asked = 0
        self.members = self

    async def of(self, room: str) -> frozenset[str]:
        if not self.inside:
            raise Refused(403, "M_FORBIDDEN", "not in it")
        return frozenset()

    async def state(self, room: str, kind: str) -> dict[str, Any] | None:
        self.asked += 1
        return self.encryption


def sealed(keys: Keys, rooms: Rooms) -> Sealed:
    return Sealed(keys, rooms)  # type: ignore[arg-type]


async def test_a_room_that_was_encrypted_once_always_is() -> None:
    keys, rooms = Keys(), Rooms()
    rooms.encryption = {}
    assert await sealed(keys, rooms).is_encrypted(ROOM)
    rooms.encryption = None
    assert await sealed(keys, rooms).is_encrypted(ROOM)
    assert rooms.asked == 1


async def test_a_clear_room_is_asked_once_until_encryption_shows_there() -> None:
    rooms = Rooms()
    known = sealed(Keys(), rooms)
    for _ in range(3):
        assert not await known.is_encrypted(ROOM)
    assert rooms.asked == 1
    for kind in ("m.room.encryption", "m.room.encrypted"):
        known.heard(ROOM, [{"type": kind}, 7])
        assert not await known.is_encrypted(ROOM)
    rooms.encryption = {}
    assert not await known.is_encrypted(ROOM)
    known.heard(ROOM, [{"type": "m.room.encryption"}])
    assert await known.is_encrypted(ROOM)


async def test_a_room_seen_from_outside_is_neither_clear_nor_encrypted() -> None:
    rooms = Rooms()
    rooms.inside = False
    known = sealed(Keys(), rooms)
    with pytest.raises(Refused):
        await known.is_encrypted(ROOM)
    rooms.inside, rooms.encryption = True, {}
    assert await known.is_encrypted(ROOM)
