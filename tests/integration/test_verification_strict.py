"""matrix-js-sdk verifies a device by the bot's steps: the emoji agree, and it signs what they say.

Without the bot around it: its keys are made here, and what is to be sent goes straight out.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from stage.homeserver import Account
from stage.peer import PeerFailed
from stage.strict import StrictPerson
from vodozemac import Account as OlmAccount

from bot.chat.matrix.crypto.sas import Party, canonical
from bot.chat.matrix.crypto.steps import Stage
from bot.chat.matrix.crypto.verifications import InRoom, Letter, Shown, Verifications
from tests.asking_client import unpadded
from tests.town import Town, unique

pytestmark = pytest.mark.synapse

WITHIN = 20.0
"""Seconds."""


class SignedDevice:
    """A device with a cross-signed identity, which only verifies."""

    def __init__(self, homeserver: str, account: Account) -> None:
        self._homeserver, self._account = homeserver, account
        self.user_id = account.user_id
        self.device_id = ""
        self._numbers = itertools.count()
        self._news = asyncio.Condition()
        self.all: Verifications
        self.heard: list[str] = []

    @asynccontextmanager
    async def open(self, *trusted: str) -> AsyncIterator[SignedDevice]:
        headers = {"Authorization": f"Bearer {self._account.token}"}
        async with aiohttp.ClientSession(headers=headers) as self._session:
            self.device_id = (await self._ask("GET", "account/whoami"))["device_id"]
            keys = await self._publish()
            self.all = Verifications(Party(self.user_id, self.device_id, keys), trusted)
            async with asyncio.TaskGroup() as group:
                running = group.create_task(self._run())
                try:
                    yield self
                finally:
                    running.cancel()

    async def until(self, holds: Callable[[list[Shown]], bool]) -> Shown:
        """Waits until it holds for what is shown; gives the newest."""
        try:
            async with asyncio.timeout(WITHIN), self._news:
                await self._news.wait_for(lambda: holds(self.all.shown()))
        except TimeoutError:
            raise AssertionError(f"shown: {self.all.shown()}") from None
        return self.all.shown()[-1]

    async def decide(self, shown: Shown, match: bool) -> None:
        await self._send(self.all.decide(shown.id, match))

    async def join(self, room: str) -> None:
        await self._ask("POST", f"join/{quote(room)}", {})

    async def _publish(self) -> dict[str, str]:
        """Device, master and self-signing key, as the specification has them signed."""
        olm, master, signing = OlmAccount(), *(Ed25519PrivateKey.generate() for _ in range(2))
        device_key = olm.ed25519_key.to_base64()
        master_key, signing_key = (
            unpadded(each.public_key().public_bytes_raw()) for each in (master, signing)
        )
        device: dict[str, Any] = {
            "user_id": self.user_id,
            "device_id": self.device_id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {
                f"curve25519:{self.device_id}": olm.curve25519_key.to_base64(),
                f"ed25519:{self.device_id}": device_key,
            },
        }
        written = canonical(device)
        own = {f"ed25519:{self.device_id}": olm.sign(written).to_base64()}
        by_identity = {f"ed25519:{signing_key}": unpadded(signing.sign(written))}
        signed = device | {"signatures": {self.user_id: own}}
        await self._ask("POST", "keys/upload", {"device_keys": signed})
        identity = {
            name: {"user_id": self.user_id, "usage": [usage], "keys": {f"ed25519:{key}": key}}
            for name, usage, key in (
                ("master_key", "master", master_key),
                ("self_signing_key", "self_signing", signing_key),
            )
        }
        by_master = unpadded(master.sign(canonical(identity["self_signing_key"])))
        identity["self_signing_key"]["signatures"] = {
            self.user_id: {f"ed25519:{master_key}": by_master}
        }
        await self._ask("POST", "keys/device_signing/upload", identity)
        signed = device | {"signatures": {self.user_id: by_identity}}
        await self._ask("POST", "keys/signatures/upload", {self.user_id: {self.device_id: signed}})
        return {f"ed25519:{self.device_id}": device_key, f"ed25519:{master_key}": master_key}

    async def _run(self) -> None:
        since = ""
        while True:
            batch = await self._ask("GET", f"sync?timeout=20000{since}")
            since = f"&since={batch['next_batch']}"
            now = datetime.now(UTC)
            letters: list[Letter] = []
            for event in batch.get("to_device", {}).get("events", []):
                self.heard.append(event["type"])
                about = (event["sender"], event["type"], event["content"])
                letters += self.all.take_to_device(*about, now)
            for room, joined in batch.get("rooms", {}).get("join", {}).items():
                for event in joined["timeline"]["events"]:
                    self.heard.append(event["type"])
                    about = (event["sender"], room, event["event_id"], event["type"])
                    sent_at = datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC)
                    letters += self.all.take_in_room(*about, event["content"], now, sent_at)
            for wanted in self.all.wanted():
                keys = await self._keys_of(wanted.user_id, wanted.device_id)
                letters += self.all.provide(wanted.id, keys)
            await self._send([*letters, *self.all.due(now)])

    async def _keys_of(self, user_id: str, device_id: str) -> dict[str, str]:
        found = await self._ask("POST", "keys/query", {"device_keys": {user_id: [device_id]}})
        device = f"ed25519:{device_id}"
        key = found["device_keys"][user_id][device_id]["keys"][device]
        return {device: key, **found["master_keys"][user_id]["keys"]}

    async def _send(self, letters: list[Letter]) -> None:
        for letter in letters:
            kind, content, number = letter.send.kind, letter.send.content, next(self._numbers)
            if isinstance(letter.to, InRoom):
                path = f"rooms/{quote(letter.to.room)}/send/{kind}/{number}"
                await self._ask("PUT", path, content)
            else:
                messages = {letter.to.user_id: {letter.to.device_id: content}}
                await self._ask("PUT", f"sendToDevice/{kind}/{number}", {"messages": messages})
        async with self._news:
            self._news.notify_all()

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        url = f"{self._homeserver}/_matrix/client/v3/{path}"
        async with self._session.request(method, url, json=body) as answer:
            told: dict[str, Any] = await answer.json()
            assert answer.status == 200, (path, told)
            return told


@asynccontextmanager
async def meeting(town: Town, *, trusted: bool = True) -> AsyncIterator[tuple[Any, ...]]:
    """A strict client, a device that it can verify, and a room of theirs."""
    vera = await town.encrypting("vera")
    account = await town.homeserver.register(unique("signed"))
    async with SignedDevice(town.homeserver.url, account).open(
        *([vera.user_id] if trusted else [])
    ) as device:
        joined = (account.user_id, "join")
        # A client knows the keys of those with whom it shares an encrypted room.
        for encrypted in (True, False):
            room = await vera.create_room(
                invite=[account.user_id], preset="private_chat", encrypted=encrypted
            )
            await device.join(room)
            await vera.wait_for(
                lambda seen, room=room: (
                    (seen.room, seen.kind) == (room, "m.room.member")
                    and (seen.event["state_key"], seen.content["membership"]) == joined
                )
            )
        yield vera, device, room


def ways(vera: StrictPerson, device: SignedDevice, room: str, where: str) -> dict[str, Any]:
    place = {"room": room} if where == "room" else {"device": device.device_id}
    return {"user_id": device.user_id, **place}


both_ways = pytest.mark.parametrize("where", ["room", "devices"])


@both_ways
@pytest.mark.parametrize("first", ["person", "bot"])
async def test_a_strict_client_trusts_what_it_compared(town: Town, where: str, first: str) -> None:
    async with meeting(town) as (vera, device, room):
        verification = await vera.verify(**ways(vera, device, room, where))
        shown = await device.until(lambda all: bool(all) and all[-1].stage is Stage.SHOWN)
        assert tuple(each.emoji for each in shown.emoji) == verification.emoji
        if first == "bot":
            await device.decide(shown, True)
        confirming = asyncio.ensure_future(verification.confirm())
        if first == "person":
            await device.until(lambda _: "m.key.verification.mac" in device.heard)
            await device.decide(shown, True)
        identity = await confirming
        assert identity.known
        assert identity.verified
        await device.until(lambda all: all[-1].stage is Stage.DONE)
        (proven,) = device.all.proven().values()
        # The device's key and the person's master key.
        assert len(proven) == 2
        assert f"ed25519:{vera.device_id}" in proven


@both_ways
@pytest.mark.parametrize("who", ["person", "bot"])
async def test_a_strict_client_does_not_trust_what_differs(
    town: Town, where: str, who: str
) -> None:
    async with meeting(town) as (vera, device, room):
        verification = await vera.verify(**ways(vera, device, room, where))
        shown = await device.until(lambda all: bool(all) and all[-1].stage is Stage.SHOWN)
        if who == "bot":
            await device.decide(shown, False)
            with pytest.raises(PeerFailed, match=r"cancelled: m\.mismatched_sas"):
                await verification.confirm()
        else:
            await verification.deny()
        shown = await device.until(lambda all: all[-1].stage is Stage.CANCELLED)
        assert shown.code == "m.mismatched_sas"
        assert not (await vera.identity_of(device.user_id)).verified
        assert device.all.proven() == {}


@both_ways
async def test_a_strict_client_of_a_stranger_is_told_no(town: Town, where: str) -> None:
    async with meeting(town, trusted=False) as (vera, device, room):
        with pytest.raises(PeerFailed, match=r"cancelled: m\.user"):
            await vera.verify(**ways(vera, device, room, where))
        assert device.all.shown() == []
