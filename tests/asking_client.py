"""The client of a person who verifies the bot, on other cryptography than the bot's.

Written from the specification with X25519, HKDF and HMAC, so that a mistake in a formula of the
bot can't be made twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.chat.matrix.crypto.steps import Transport

Event = tuple[str, dict[str, Any]]
"""Type and content."""

_PREFIX = "m.key.verification."


def unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


class AskingClient:
    """Asks the bot, and goes along with what it answers; people decide through ``confirm``."""

    def __init__(
        self,
        user_id: str,
        device_id: str,
        keys: Mapping[str, str],
        bot: tuple[str, str],
        transport: Transport,
        transaction: str = "t1",
        *,
        asks: bool = True,
        starts: bool = True,
    ) -> None:
        self.user_id, self.device_id, self.keys = user_id, device_id, dict(keys)
        self.bot = bot
        self.transport, self.transaction = transport, transaction
        self.asks, self.starts = asks, starts
        self.private = X25519PrivateKey.generate()
        self.key = unpadded(self.private.public_key().public_bytes_raw())
        self.numbers: tuple[int, ...] = ()
        self.emoji: tuple[int, ...] = ()
        self.bot_macs: dict[str, Any] | None = None
        self.confirmed = False
        self.done = False
        self.code = ""
        self._we_started = False
        self._start: dict[str, Any] = {}
        self._promise = ""
        self._secret = b""

    def event(self, kind: str, **content: Any) -> Event:
        if self.transport is Transport.ROOM:
            content["m.relates_to"] = {"event_id": self.transaction, "rel_type": "m.reference"}
        else:
            content["transaction_id"] = self.transaction
        return _PREFIX + kind, content

    def request(self, now_ms: int = 0) -> Event:
        content: dict[str, Any] = {
            "from_device": self.device_id,
            "methods": ["m.qr_code.show.v1", "m.sas.v1", "m.reciprocate.v1"],
        }
        if self.transport is Transport.ROOM:
            content |= {"msgtype": _PREFIX + "request", "to": self.bot[0], "body": "verify me"}
        else:
            content |= {"transaction_id": self.transaction, "timestamp": now_ms}
        return _PREFIX + "request", content

    def start(self) -> Event:
        self._we_started = True
        kind, self._start = self.event(
            "start",
            from_device=self.device_id,
            method="m.sas.v1",
            key_agreement_protocols=["curve25519-hkdf-sha256", "curve25519"],
            hashes=["sha256"],
            message_authentication_codes=["hkdf-hmac-sha256.v2", "hkdf-hmac-sha256"],
            short_authentication_string=["decimal", "emoji"],
        )
        return kind, self._start

    def take(self, kind: str, content: dict[str, Any]) -> list[Event]:
        assert kind.startswith(_PREFIX)
        if self.transport is Transport.ROOM:
            assert content["m.relates_to"]["event_id"] == self.transaction
            assert "transaction_id" not in content
        else:
            assert content["transaction_id"] == self.transaction
        return getattr(self, f"_take_{kind.removeprefix(_PREFIX)}")(content) or []

    def confirm(self) -> list[Event]:
        self.confirmed = True
        macs = {name: self._mac(key, name) for name, key in self.keys.items()}
        listed = self._mac(",".join(sorted(macs)), "KEY_IDS")
        return [self.event("mac", mac=macs, keys=listed), *self._finished()]

    def _take_ready(self, content: dict[str, Any]) -> list[Event]:
        assert content["methods"] == ["m.sas.v1"]
        assert content["from_device"] == self.bot[1]
        return [self.start()] if self.starts else []

    def _take_start(self, content: dict[str, Any]) -> list[Event]:
        if self._we_started and (self.user_id, self.device_id) < self.bot:
            return []
        self._we_started = False
        self._start = content
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256((self.key + text).encode()).digest()
        accept = self.event(
            "accept",
            method="m.sas.v1",
            key_agreement_protocol="curve25519-hkdf-sha256",
            hash="sha256",
            message_authentication_code="hkdf-hmac-sha256.v2",
            short_authentication_string=["emoji", "decimal"],
            commitment=unpadded(digest),
        )
        return [accept]

    def _take_accept(self, content: dict[str, Any]) -> list[Event]:
        assert content["method"] == "m.sas.v1"
        assert content["key_agreement_protocol"] == "curve25519-hkdf-sha256"
        assert content["message_authentication_code"] == "hkdf-hmac-sha256.v2"
        assert set(content["short_authentication_string"]) == {"decimal", "emoji"}
        self._promise = content["commitment"]
        return [self.event("key", key=self.key)]

    def _take_key(self, content: dict[str, Any]) -> list[Event]:
        theirs = content["key"]
        if self._we_started:
            text = json.dumps(self._start, sort_keys=True, separators=(",", ":"))
            assert self._promise == unpadded(hashlib.sha256((theirs + text).encode()).digest())
        public = X25519PublicKey.from_public_bytes(base64.b64decode(theirs + "="))
        self._secret = self.private.exchange(public)
        ours = f"{self.user_id}|{self.device_id}|{self.key}"
        bot = f"{self.bot[0]}|{self.bot[1]}|{theirs}"
        pair = f"{ours}|{bot}" if self._we_started else f"{bot}|{ours}"
        info = f"MATRIX_KEY_VERIFICATION_SAS|{pair}|{self.transaction}"
        bits = int.from_bytes(self._derived(info, 6), "big")
        self.emoji = tuple(bits >> shift & 63 for shift in range(42, 0, -6))
        b = self._derived(info, 5)
        self.numbers = (
            (b[0] << 5 | b[1] >> 3) + 1000,
            ((b[1] & 7) << 10 | b[2] << 2 | b[3] >> 6) + 1000,
            ((b[3] & 63) << 7 | b[4] >> 1) + 1000,
        )
        return [] if self._we_started else [self.event("key", key=self.key)]

    def _take_mac(self, content: dict[str, Any]) -> list[Event]:
        self.bot_macs = content
        return self._finished()

    def _take_done(self, content: dict[str, Any]) -> None:
        self.done = True

    def _take_cancel(self, content: dict[str, Any]) -> None:
        assert content["reason"]
        self.code = content["code"]

    def _finished(self) -> list[Event]:
        return [self.event("done")] if self.confirmed and self.bot_macs else []

    def trusts(self, keys: Mapping[str, str]) -> bool:
        """Whether the bot proved to have exactly these keys."""
        assert self.bot_macs is not None
        info = (*self.bot, self.user_id, self.device_id)
        expected = {name: self._mac(key, name, info) for name, key in keys.items()}
        listed = self._mac(",".join(sorted(keys)), "KEY_IDS", info)
        return self.bot_macs["mac"] == expected and self.bot_macs["keys"] == listed

    def _mac(self, text: str, name: str, who: tuple[str, ...] = ()) -> str:
        parts = who or (self.user_id, self.device_id, *self.bot)
        info = f"MATRIX_KEY_VERIFICATION_MAC{''.join(parts)}{self.transaction}{name}"
        return unpadded(hmac.digest(self._derived(info, 32), text.encode(), "sha256"))

    def _derived(self, info: str, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=info.encode()).derive(self._secret)
