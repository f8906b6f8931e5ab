"""What tests of encrypted rooms share: a direct chat with a strict client, and what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from stage.strict import StrictPerson

from bot.chat.matrix.client import MatrixChat
from bot.config import Secrets
from bot.messages import Message, Outgoing, Style
from tests.town import Heard, Town, hearing


def says(room: str, key: str, text: str, **more: Any) -> Outgoing:
    return Outgoing(key, "matrix", room, Style.TEXT, text, f"<p>{text}</p>", **more)


async def together(town: Town, person: StrictPerson) -> str:
    """A direct chat in which the bot has come."""
    room = await person.direct_chat(town.bot.user_id)
    await person.wait_for(
        lambda seen: (
            seen.room == room
            and seen.kind == "m.room.member"
            and seen.sender == town.bot.user_id
            and seen.content.get("membership") == "join"
        ),
        15,
        "the bot",
    )
    return room


async def reads(person: StrictPerson, event: str) -> str:
    seen = await person.wait_for(lambda seen: seen.id == event and not seen.failure, 15)
    assert seen.encrypted
    return seen.text


@asynccontextmanager
async def awake(
    town: Town, chat: MatrixChat | None = None, position: str | None = None
) -> AsyncIterator[tuple[MatrixChat, Heard]]:
    async with town.ready(chat) as ready, hearing(ready, position) as heard:
        yield ready, heard


@asynccontextmanager
async def talking(
    town: Town, person: StrictPerson, chat: MatrixChat | None = None
) -> AsyncIterator[tuple[MatrixChat, Heard, str]]:
    """The bot awake, and its direct chat with the person."""
    async with awake(town, chat) as (ready, heard):
        yield ready, heard, await together(town, person)


def by_password(town: Town) -> MatrixChat:
    return town.chat(secrets=Secrets(password=town.bot.password))


async def opened(chat: MatrixChat, sealed: Message) -> Message:
    """What an unreadable message says, once its keys have come."""
    async with asyncio.timeout(15):
        while (clear := await chat.read(sealed)) is None:  # noqa: ASYNC110 - no bell rings
            await asyncio.sleep(0.05)
    return clear
