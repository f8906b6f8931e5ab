"""Typing notices and read receipts: what people see of the bot at work.

Never in the way: what is not sent yet is replaced by what is newer, and what fails is dropped.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from nio import Api

from bot.chat.matrix.wire import Refused, Request, Wire
from bot.errors import TryLater
from bot.messages import Message

log = logging.getLogger(__name__)

TYPING_MS = 20_000
"""How long the bot seems to type at the most, in milliseconds."""


class Courtesy:
    """Sends them one after the other while ``run`` runs.

    Args:
        wire: The connection.
        user_id: The bot's own, by the time it is needed.
        seconds: A clock that only goes forward; where it began does not matter.
    """

    def __init__(
        self,
        wire: Wire,
        user_id: Callable[[], str],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = wire
        self._user_id = user_id
        self._waiting: dict[tuple[str, str], Request] = {}
        self._news = asyncio.Event()
        self._seconds = seconds
        self._typing_until: dict[str, float] = {}

    def begins(self, message: Message) -> None:
        """The bot works on that message: it seems to type, if it was spoken to."""
        room, now = message.ref.room, self._seconds()
        # What broke is never done: by then clients have stopped showing it by themselves.
        if message.addressed and self._typing_until.get(room, now) <= now:
            self._typing_until[room] = now + TYPING_MS / 1000
            self._typing_in(room, True)

    def done(self, message: Message) -> None:
        """The bot has handled that message, so it has read it."""
        room, event = message.ref.room, message.ref.event
        if self._typing_until.pop(room, None) is not None:
            self._typing_in(room, False)
        thread = message.thread or "main"
        request = Api.update_receipt_marker("", room, event, thread_id=thread)
        self._put((room, thread), request)

    async def run(self) -> None:
        """Sends what waits, until cancelled.

        Raises:
            LoggedOut: The access token is no longer good.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                what = next(iter(self._waiting))
                try:
                    await self._wire.ask(self._waiting.pop(what))
                except (Refused, TryLater):
                    log.debug("courtesy_dropped")

    def _typing_in(self, room: str, on: bool) -> None:
        request = Api.room_typing("", room, self._user_id(), on, TYPING_MS)
        self._put((room, "typing"), request)

    def _put(self, what: tuple[str, str], request: Request) -> None:
        self._waiting[what] = request
        self._news.set()
