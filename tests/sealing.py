"""The bot's device without a homeserver, and people who write encrypted to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nio.crypto import OlmDevice
from vodozemac import GroupSession

from bot.chat.matrix.crypto.machine import Crypto
from bot.chat.matrix.crypto.reading import ALGORITHM
from tests.fakes import FakeClock


class NoWire:
    """A homeserver that must not be asked."""

    async def ask(self, request: Any, patience: float = 0) -> dict[str, Any]:
        raise AssertionError(f"asked for {request[1]}")


def offline(folder: Path, user_id: str) -> Crypto:
    """The bot's device as ``open`` leaves it, but that nobody knows of it."""
    wire: Any = NoWire()
    crypto = Crypto(
        wire, folder, "a secret of the bot", user_id=user_id, device_id="BOT", clock=FakeClock()
    )
    crypto._olm = crypto._machine(None)
    return crypto


class Member:
    """Somebody with one device, and their session in one room.

    Args:
        crypto: The bot's device; it learns the person's.
        room: The room's id.
        user_id: The person's.
    """

    def __init__(self, crypto: Crypto, room: str, user_id: str) -> None:
        self.curve = f"curve of {user_id}"
        self.session = GroupSession()
        self._olm = crypto._olm
        self._room = room
        self._user_id = user_id
        keys = {"curve25519": self.curve, "ed25519": f"ed of {user_id}"}
        self._olm.device_store.add(OlmDevice(user_id, f"D{user_id}", keys))

    def give_key(self, of: GroupSession | None = None) -> None:
        """Sends the bot the key of their session, or of another that they have the key of."""
        session = of or self.session
        key = session.session_key.to_base64()
        self._olm.create_group_session(self.curve, "ed", self._room, session.session_id, key)

    def writes(self, text: str, event_id: str) -> dict[str, Any]:
        """An encrypted event."""
        content = {"msgtype": "m.text", "body": text}
        plain = {"type": "m.room.message", "room_id": self._room, "content": content}
        return {
            "type": "m.room.encrypted",
            "event_id": event_id,
            "sender": self._user_id,
            "origin_server_ts": 1,
            "content": {
                "algorithm": ALGORITHM,
                "session_id": self.session.session_id,
                "ciphertext": self.session.encrypt(json.dumps(plain).encode()).to_base64(),
            },
        }
