"""Carries verifications of the bot between people's clients and a person at its terminal.

See ``crypto/verifications.py`` for what is asked and answered, ``crypto/terminal.py`` for the
files through which ``loket crypto verify`` takes part.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nio import Api

from bot.chat.matrix.crypto.sas import Party
from bot.chat.matrix.crypto.terminal import publish, take_decisions, withdraw
from bot.chat.matrix.crypto.verifications import (
    InRoom,
    Letter,
    Shown,
    ToDevice,
    Verifications,
    Wanted,
)
from bot.chat.matrix.reading import listed, mapping
from bot.chat.matrix.sealed import Sealed
from bot.chat.matrix.wire import Refused, Wire, pause_after
from bot.errors import TryLater
from bot.ports import Clock

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between looks at what a person decided."""

_SAY_AGAIN = 10
"""Looks after which the terminal is told anew that the bot runs."""


class Verifying:
    """Takes part in verifications while ``run`` runs.

    Args:
        wire: The connection.
        sealed: The bot's device, and the way into encrypted rooms.
        folder: Where the terminal is told and tells.
        user_id: The bot's own.
        trusted: The user ids of who may verify the bot.
        clock: Now.
    """

    def __init__(
        self,
        wire: Wire,
        sealed: Sealed,
        folder: Path,
        *,
        user_id: str,
        trusted: Collection[str],
        clock: Clock,
    ) -> None:
        own = Party(user_id, sealed.crypto.device_id, sealed.crypto.own_keys())
        self._all = Verifications(own, trusted)
        self._wire = wire
        self._sealed = sealed
        self._folder = folder
        self._clock = clock
        self._letters: list[tuple[Letter, str]] = []
        self._news = asyncio.Event()

    def take(self, batch: Mapping[str, Any]) -> None:
        """Takes what an answer of ``/sync`` brings straight to the bot's device."""
        for event in map(mapping, listed(mapping(batch.get("to_device")).get("events"))):
            sender, kind = event.get("sender"), event.get("type")
            if isinstance(sender, str) and isinstance(kind, str):
                content = mapping(event.get("content"))
                self._put(self._all.take_to_device(sender, kind, content, self._clock()))

    def heard(self, event: Any, room: str) -> None:
        """Takes an event of a room's timeline, in clear text."""
        event = mapping(event)
        sender, event_id, kind = (event.get(each) for each in ("sender", "event_id", "type"))
        if not (isinstance(sender, str) and isinstance(event_id, str) and isinstance(kind, str)):
            return
        content = mapping(event.get("content"))
        at = event.get("origin_server_ts")
        sane = isinstance(at, int) and 0 <= at < 2**43
        sent_at = datetime.fromtimestamp(at / 1000, UTC) if sane and at is not None else None
        now = self._clock()
        self._put(self._all.take_in_room(sender, room, event_id, kind, content, now, sent_at))

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            LoggedOut: The access token is no longer good.
        """
        looks = failures = 0
        told: list[Shown] | None = None
        try:
            while True:
                pause = LOOK
                try:
                    for decision in take_decisions(self._folder):
                        self._put(self._all.decide(decision.id, decision.match))
                    self._put(self._all.due(self._clock()))
                    await self._step()
                    shown = self._all.shown()
                    if shown != told or looks % _SAY_AGAIN == 0:
                        publish(self._folder, shown, self._clock())
                        told = shown
                    failures = 0
                except (TryLater, OSError) as error:
                    # A full disk spoils a verification, nothing else.
                    failures += 1
                    asked = error.retry_after if isinstance(error, TryLater) else None
                    pause = pause_after(failures, asked, 1.0)
                    fields = {"error": type(error).__name__, "again_in_s": pause}
                    log.warning("verification_held_up", extra=fields)
                looks += 1
                await self._next(pause)
        finally:
            with suppress(OSError):
                withdraw(self._folder)

    async def _next(self, pause: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._news.wait()
        self._news.clear()

    def _put(self, letters: list[Letter]) -> None:
        if letters:
            # The transaction id goes with the letter, so that a second try is no second event.
            self._letters += [(letter, secrets.token_hex(16)) for letter in letters]
            self._news.set()

    async def _step(self) -> None:
        for wanted in self._all.wanted():
            self._put(self._all.provide(wanted.id, await self._keys(wanted)))
        while self._letters:
            try:
                await self._send(*self._letters[0])
            except Refused as refused:
                # Somebody's room where the bot may not speak, say: the others go on.
                fields = {"status": refused.status, "code": refused.code}
                log.warning("verification_refused", extra=fields)
            self._letters.pop(0)

    async def _keys(self, wanted: Wanted) -> dict[str, str]:
        told = await self._wire.ask(Api.keys_query("", [wanted.user_id]))
        devices = mapping(mapping(told.get("device_keys")).get(wanted.user_id))
        device = mapping(mapping(devices.get(wanted.device_id)).get("keys"))
        master = mapping(mapping(told.get("master_keys")).get(wanted.user_id))
        keys = {**device, **mapping(master.get("keys"))}
        return {
            id: key
            for id, key in keys.items()
            if id.startswith("ed25519:") and isinstance(key, str)
        }

    async def _send(self, letter: Letter, txn: str) -> None:
        kind, content = letter.send.kind, letter.send.content
        match letter.to:
            case ToDevice(user_id, device_id):
                body = {"messages": {user_id: {device_id: content}}}
                await self._wire.ask(Api.to_device("", kind, body, txn))
            case InRoom(room):
                if await self._sealed.is_encrypted(room):
                    kind, content = await self._sealed.sealed(room, kind, content)
                await self._wire.ask(Api.room_send("", room, kind, content, txn))
