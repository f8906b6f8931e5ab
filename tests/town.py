"""A town on a real homeserver: rooms, people, the bot's account, and what the bot hears."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from stage.homeserver import Account, Homeserver
from stage.person import Person
from stage.strict import StrictPerson

from bot.chat.matrix.client import MatrixChat
from bot.config import Secrets
from bot.messages import Kind, Message
from bot.ports import ChatClient

CRYPTO_KEY = "a secret of a throwaway bot"


class Heard:
    """Takes what a front gives, as the store does.

    Attributes:
        batches: What ``receive`` was called with.
    """

    def __init__(self) -> None:
        self.batches: list[tuple[list[Message], str]] = []
        self._news = asyncio.Condition()

    @property
    def messages(self) -> list[Message]:
        """What is there to be handled."""
        return [message for message in self._all if message.kind is not Kind.SAID]

    @property
    def said(self) -> list[tuple[str, str]]:
        """Key and event of what the bot heard itself say."""
        return [(each.text, each.ref.event) for each in self._all if each.kind is Kind.SAID]

    @property
    def _all(self) -> list[Message]:
        return [message for batch, _ in self.batches for message in batch]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def position(self) -> str:
        return self.batches[-1][1]

    async def receive(self, messages: Sequence[Message], position: str) -> None:
        async with self._news:
            self.batches.append((list(messages), position))
            self._news.notify_all()

    async def until(self, holds: Callable[[Heard], bool], within: float = 15) -> None:
        """Waits until it holds; a timeout tells what was heard."""
        try:
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(lambda: holds(self))
        except TimeoutError:
            text = f"not within {within} s; {len(self.batches)} batches, heard: {self.texts[-10:]}"
            raise AssertionError(text) from None

    async def text(self, text: str) -> Message:
        """Waits for a message with that text."""
        await self.until(lambda heard: text in heard.texts)
        return next(message for message in self.messages if message.text == text)


@asynccontextmanager
async def hearing(chat: ChatClient, position: str | None = None) -> AsyncIterator[Heard]:
    """Runs a front in the background; from the very first start on once it is ready."""
    heard = Heard()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run(position, heard.receive))
        if position is None:
            await heard.until(lambda heard: bool(heard.batches))
        yield heard
        running.cancel()


@dataclass
class Town:
    """See the module.

    Attributes:
        homeserver: Where it stands.
        folder: The bot's data.
        desk, community: Room ids. The desk is by invitation, the community open.
        anna: A citizen, in the community room.
        vera: A responder, in both; she made them.
        bot: The bot's account, invited to the desk.
    """

    homeserver: Homeserver
    folder: Path
    desk: str
    community: str
    anna: Person
    vera: Person
    bot: Account
    _left: AsyncExitStack = field(repr=False)

    @staticmethod
    @asynccontextmanager
    async def founded(homeserver: Homeserver, folder: Path) -> AsyncIterator[Town]:
        async with AsyncExitStack() as left:
            people = []
            for name in ("anna", "vera"):
                account = await homeserver.register(unique(name), name.title())
                people.append(await left.enter_async_context(Person(homeserver.url, account)))
            anna, vera = people
            bot = await homeserver.register(unique("loket"), "Loket")
            desk = await vera.create_room("Desk", invite=[bot.user_id], preset="private_chat")
            community = await vera.create_room("Welcome")
            await anna.join(community)
            yield Town(homeserver, folder, desk, community, anna, vera, bot, left)

    async def newcomer(self, name: str) -> Person:
        """A further person, in no room yet."""
        account = await self.homeserver.register(unique(name), name.title())
        return await self._left.enter_async_context(Person(self.homeserver.url, account))

    async def encrypting(self, name: str, *, strict: bool = True) -> StrictPerson:
        """A further person whose client encrypts, in no room yet; a careless one if not strict."""
        account = await self.homeserver.register(unique(name), name.title())
        person = StrictPerson(self.homeserver.url, account, strict=strict)
        return await self._left.enter_async_context(person)

    def chat(
        self,
        *,
        secrets: Secrets | None = None,
        user_id: str | None = None,
        desk: str | None = None,
        communities: Sequence[str] | None = None,
        trusted: Sequence[str] = (),
    ) -> MatrixChat:
        """The bot's front, not yet open."""
        given = secrets or Secrets(token=self.bot.token)
        return MatrixChat(
            homeserver=self.homeserver.url,
            user_id=user_id or self.bot.user_id,
            device_name="Loket",
            desk=desk or self.desk,
            communities=[self.community] if communities is None else communities,
            session_file=self.folder / "matrix-session.json",
            secrets=replace(given, crypto_key=given.crypto_key or CRYPTO_KEY),
            keys=self.folder / "crypto",
            trusted=list(trusted),
            clock=lambda: datetime.now(UTC),
        )

    @asynccontextmanager
    async def ready(self, chat: MatrixChat | None = None) -> AsyncIterator[MatrixChat]:
        """The bot's front, logged in and in its rooms; closed at the end."""
        chat = chat or self.chat()
        try:
            await chat.open()
            await chat.resolve()
            yield chat
        finally:
            await chat.close()


def unique(name: str) -> str:
    """A name nobody has yet."""
    return f"{name}-{uuid.uuid4().hex[:10]}"
