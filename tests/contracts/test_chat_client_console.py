"""The console keeps the promises of a front that need no server.

Nothing is said while a console is away, and it is gone with its process: what the suite asks of
a server about that (``away``, ``restart``, ``crash``) has no meaning here.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TextIO

import pytest

from bot.chat.console import FRONT, ConsoleChat, user_id
from bot.messages import Place
from bot.ports import ChatClient
from tests.contracts.test_chat_client import (
    Stage,
    test_a_call_addresses_the_bot,
    test_a_message_is_heard_with_all_that_is_known_of_it,
    test_a_reaction_is_heard_with_what_it_is_about,
    test_a_room_that_the_bot_is_not_in_is_told_as_undeliverable,
    test_desk_and_direct_chat_are_told_apart,
    test_hearing_ends_within_a_second_of_being_cancelled,
    test_messages_are_heard_once_and_in_order,
    test_what_the_bot_says_is_shown_and_not_heard_by_itself,
)
from tests.terminal import Screen, Terminal

__all__ = [
    "test_a_call_addresses_the_bot",
    "test_a_message_is_heard_with_all_that_is_known_of_it",
    "test_a_reaction_is_heard_with_what_it_is_about",
    "test_a_room_that_the_bot_is_not_in_is_told_as_undeliverable",
    "test_desk_and_direct_chat_are_told_apart",
    "test_hearing_ends_within_a_second_of_being_cancelled",
    "test_messages_are_heard_once_and_in_order",
    "test_what_the_bot_says_is_shown_and_not_heard_by_itself",
]

SAID = re.compile(r"(#\d+) (\S+)[^\n]* → (\w+)[^\n]*\n((?:   [^\n]*\n)*)")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


class ConsoleStage:
    """A terminal with somebody at the keyboard."""

    front = FRONT
    citizen = user_id("citizen")

    def __init__(self, source: TextIO, keyboard: int, screen: Screen) -> None:
        self._keyboard = keyboard
        self._screen = screen
        self._chat = ConsoleChat(source, screen, lambda: NOW, self._idle)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[ChatClient]:
        yield self._chat

    async def room(self, place: Place) -> str:
        return place.value

    async def say(self, text: str, place: Place = Place.COMMUNITY) -> str:
        persona = "volunteer" if place is Place.DESK else "citizen"
        before = self._said_by(persona)
        os.write(self._keyboard, f"/as {persona}\n/in {place}\n{text}\n".encode())
        await self._screen.until(lambda _: len(self._said_by(persona)) > len(before))
        return self._said_by(persona)[-1]

    async def react(self, event: str, key: str) -> None:
        os.write(self._keyboard, f"/tap {event} {key}\n".encode())

    async def shown(self, event: str) -> list[tuple[str, str]]:
        await self._screen.until(lambda shown: f"{event} " in shown)
        return [
            (each, text.strip())
            for each, _, room, text in SAID.findall(self._screen.getvalue())
            if room == "community"
        ]

    def _said_by(self, persona: str) -> list[str]:
        said = SAID.findall(self._screen.getvalue())
        return [event for event, who, _, _ in said if who == persona]

    async def _idle(self) -> None:
        """Nobody handles anything here, so there is nothing to wait for."""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("NO_COLOR", "1")
    reading, writing = os.pipe()
    with Terminal(os.fdopen(reading, "rb"), encoding="utf-8") as source:
        yield ConsoleStage(source, writing, Screen())
    os.close(writing)
