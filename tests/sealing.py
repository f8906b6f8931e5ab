"""The bot's device without a homeserver, and people who write encrypted to it."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from nio.crypto import OlmDevice
from vodozemac import Account, Curve25519PublicKey, GroupSession, InboundGroupSession

from bot.chat.matrix.crypto.crosssigning import sign_device
from bot.chat.matrix.crypto.machine import Crypto
from bot.chat.matrix.crypto.reading import ALGORITHM
from bot.chat.matrix.crypto.seeds import Seeds
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
    crypto._begin(None)
    return crypto


class OwnDevice:
    """A second device of the bot's account, that the bot learns of.

    Args:
        crypto: The bot's device.
        signed: Whether the account's owner signed it.
    """

    def __init__(self, crypto: Crypto, *, signed: bool) -> None:
        self._olm = crypto._olm
        self._account = Account()
        user, name = self._olm.user_id, "SECOND"
        self._curve = self._account.curve25519_key.to_base64()
        self._ed = self._account.ed25519_key.to_base64()
        listed: dict[str, Any] = {"user_id": user, "device_id": name}
        listed["keys"] = {f"curve25519:{name}": self._curve, f"ed25519:{name}": self._ed}
        keys = {"curve25519": self._curve, "ed25519": self._ed}
        device = OlmDevice(user, name, keys)
        self._olm.device_store.add(device)
        crypto._store.save_device_keys({user: {name: device}})
        crypto._seeds = Seeds.new()
        if signed:
            listed = sign_device(listed, user, crypto._seeds)
        crypto._trust_own({"device_keys": {name: listed}})

    def forwards(self, member: Member) -> dict[str, Any]:
        """The event that gives the bot the key of somebody's session, from its beginning."""
        account = self._olm.account
        account.generate_one_time_keys(1)
        (one_time_key,) = account.one_time_keys["curve25519"].values()
        mine = account.identity_keys
        key = InboundGroupSession(member.key).export_at(0)
        assert key is not None
        plain = {
            "type": "m.forwarded_room_key",
            "sender": self._olm.user_id,
            "recipient": self._olm.user_id,
            "keys": {"ed25519": self._ed},
            "recipient_keys": {"ed25519": mine["ed25519"]},
            "content": {
                "algorithm": ALGORITHM,
                "room_id": member.room,
                "session_id": member.session.session_id,
                "session_key": key.to_base64(),
                "sender_key": member.curve,
                "sender_claimed_ed25519_key": self._ed,
                "forwarding_curve25519_key_chain": [],
            },
        }
        opened = self._account.create_outbound_session(
            Curve25519PublicKey.from_base64(mine["curve25519"]),
            Curve25519PublicKey.from_base64(one_time_key),
        )
        kind, body = opened.encrypt(json.dumps(plain).encode()).to_parts()
        sealed = {"type": kind, "body": b64encode(body).decode().rstrip("=")}
        content = {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": self._curve,
            "ciphertext": {mine["curve25519"]: sealed},
        }
        return {"type": "m.room.encrypted", "sender": self._olm.user_id, "content": content}


class Member:
    """Somebody with one device, and their session in one room.

    Args:
        crypto: The bot's device; it learns the person's.
        room: The room's id.
        user_id: The person's.
    """

    def __init__(self, crypto: Crypto, room: str, user_id: str) -> None:
        self.curve = Account().curve25519_key.to_base64()
        self.session = GroupSession()
        self.key = self.session.session_key
        self.room = room
        self._olm = crypto._olm
        self._user_id = user_id
        self.meet(crypto)

    def meet(self, crypto: Crypto) -> None:
        """Has the bot's device learn of theirs."""
        self._olm = crypto._olm
        keys = {"curve25519": self.curve, "ed25519": f"ed of {self._user_id}"}
        self._olm.device_store.add(OlmDevice(self._user_id, f"D{self._user_id}", keys))

    def give_key(self, of: GroupSession | None = None) -> None:
        """Sends the bot the key of their session, or of another that they have the key of."""
        session = of or self.session
        key = session.session_key.to_base64()
        self._olm.create_group_session(self.curve, "ed", self.room, session.session_id, key)

    def writes(self, text: str, event_id: str, relation: Any = None, **more: Any) -> dict[str, Any]:
        """An encrypted event; its relation stands outside the encryption."""
        content = {"msgtype": "m.text", "body": text, **more}
        outside = {"m.relates_to": relation} if relation is not None else {}
        plain = {"type": "m.room.message", "room_id": self.room, "content": content}
        return {
            "type": "m.room.encrypted",
            "event_id": event_id,
            "sender": self._user_id,
            "origin_server_ts": 1,
            "content": {
                **outside,
                "algorithm": ALGORITHM,
                "session_id": self.session.session_id,
                "sender_key": self.curve,
                "ciphertext": self.session.encrypt(json.dumps(plain).encode()).to_base64(),
            },
        }
