"""A search and a front that are counted and timed as whoever uses them sees it."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from bot.errors import TryLater, Undeliverable
from bot.messages import Message, MessageRef, Outgoing
from bot.meter import Meter, Sending
from bot.ports import ChatClient, Receive, Search
from knowledge.errors import KnowledgeError
from knowledge.ports import Hit, Question


@dataclass(frozen=True, slots=True)
class TimedSearch:
    """Implements ``bot.ports.Search`` around another; waiting for others counts."""

    search: Search
    meter: Meter

    async def find(self, question: Question, k: int) -> list[Hit]:
        """See ``Search.find``."""
        began = perf_counter()
        try:
            hits = await self.search.find(question, k)
        except KnowledgeError:
            self.meter.searched(perf_counter() - began, worked=False)
            raise
        self.meter.searched(perf_counter() - began, worked=True)
        return hits


@dataclass(frozen=True, slots=True)
class TimedChat:
    """Implements ``bot.ports.ChatClient`` around another; what is said is counted."""

    chat: ChatClient
    meter: Meter

    @property
    def front(self) -> str:
        """See ``ChatClient.front``."""
        return self.chat.front

    async def run(self, position: str | None, receive: Receive) -> None:
        """See ``ChatClient.run``."""
        await self.chat.run(position, receive)

    async def send(self, outgoing: Outgoing) -> str:
        """See ``ChatClient.send``."""
        began, how = perf_counter(), Sending.BROKE
        try:
            event = await self.chat.send(outgoing)
            how = Sending.SENT
        except TryLater as error:
            how = Sending.LATER if error.retry_after is None else Sending.LIMITED
            raise
        except Undeliverable:
            how = Sending.REFUSED
            raise
        finally:
            self.meter.sending(how, perf_counter() - began)
        return event

    async def said_before(self, outgoing: Outgoing) -> str | None:
        """See ``ChatClient.said_before``."""
        return await self.chat.said_before(outgoing)

    async def read(self, message: Message) -> Message | None:
        """See ``ChatClient.read``."""
        return await self.chat.read(message)

    def link(self, ref: MessageRef) -> str:
        """See ``ChatClient.link``."""
        return self.chat.link(ref)

    async def attend(self, message: Message, *, done: bool) -> None:
        """See ``ChatClient.attend``."""
        await self.chat.attend(message, done=done)
