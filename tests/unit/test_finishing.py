"""Told to end, the bot finishes what is in hand, says what is queued, and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import TryLater
from bot.loops import Loops
from bot.messages import Outgoing
from tests.counter import BSN, DESK, Counter
from tests.unit.test_loops import ScriptedChat


@pytest.fixture
async def counter() -> Counter:
    counter = await Counter.open()
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.2)
    return counter


class SlowChat(ScriptedChat):
    """Says something only once the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.saying = asyncio.Event()
        self.go_on = asyncio.Event()

    async def send(self, outgoing: Outgoing) -> str:
        self.saying.set()
        await self.go_on.wait()
        return await super().send(outgoing)


class SlowSearch:
    """Finds only once the test lets it."""

    def __init__(self, counter: Counter) -> None:
        self._find = counter.search.find
        self.searching = asyncio.Event()
        self.go_on = asyncio.Event()
        counter.search.find = self.find  # type: ignore[method-assign]

    async def find(self, question: Any, k: int) -> Any:
        self.searching.set()
        await self.go_on.wait()
        return await self._find(question, k)


@asynccontextmanager
async def until_finished(
    counter: Counter, chat: ScriptedChat, shutdown: float = 5.0
) -> AsyncIterator[Loops]:
    """Loops that must end by themselves, soon after the block."""

    async def rebuild() -> bool:
        return True

    loops = Loops(counter.store, chat, counter.reception, rebuild, counter.clock, shutdown=shutdown)
    running = asyncio.create_task(loops.run())
    try:
        yield loops
        async with asyncio.timeout(5):
            await running
    finally:
        running.cancel()


async def test_with_nothing_in_hand_it_ends_at_once(counter: Counter) -> None:
    chat = ScriptedChat()
    async with asyncio.timeout(0.9), until_finished(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await loops.idle()
        loops.finish()


async def test_the_message_in_hand_is_handled_and_answered(counter: Counter) -> None:
    chat, search = ScriptedChat(), SlowSearch(counter)
    async with until_finished(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await search.searching.wait()
        loops.finish()
        search.go_on.set()
    assert len(chat.sent) == 1
    assert not counter.store.inbox


async def test_what_was_not_begun_waits_for_the_next_start(counter: Counter) -> None:
    chat, search = ScriptedChat(), SlowSearch(counter)
    async with until_finished(counter, chat) as loops:
        await chat.hear("How do I get a BSN?", "how do I get a bsn")
        await search.searching.wait()
        loops.finish()
        search.go_on.set()
    assert len(chat.sent) == 1
    (kept,) = counter.store.inbox.values()
    assert kept.text == "how do I get a bsn"


async def test_the_sending_under_way_is_finished_and_noted(counter: Counter) -> None:
    chat = SlowChat()
    async with until_finished(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await chat.saying.wait()
        loops.finish()
        chat.go_on.set()
    assert [each.key for each in chat.sent] == list(counter.store.events)


async def test_all_that_is_queued_is_said(counter: Counter) -> None:
    chat = SlowChat()
    async with until_finished(counter, chat) as loops:
        await chat.hear("How do I get a BSN?", "how do I get a bsn", "BSN, how do I get one?")
        await chat.saying.wait()
        while counter.store.inbox:  # noqa: ASYNC110 - the store rings no bell
            await asyncio.sleep(0.001)
        loops.finish()
        chat.go_on.set()
    assert len(chat.sent) == 3
    assert await counter.store.unsent(10) == []


async def test_a_homeserver_that_asks_for_patience_gets_it_within_the_bound(
    counter: Counter,
) -> None:
    chat = ScriptedChat()
    chat.failures = [TryLater("patience", 0.05)]
    async with until_finished(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        while chat.failures:  # noqa: ASYNC110 - the front rings no bell
            await asyncio.sleep(0.001)
        loops.finish()
    assert len(chat.sent) == 1


async def test_what_can_not_be_said_in_time_is_kept(counter: Counter) -> None:
    chat = ScriptedChat()
    chat.failures = [TryLater("patience", 3600.0)]
    async with until_finished(counter, chat, shutdown=0.05) as loops:
        await chat.hear("How do I get a BSN?")
        while chat.failures:  # noqa: ASYNC110 - the front rings no bell
            await asyncio.sleep(0.001)
        loops.finish()
    assert chat.sent == []
    assert len(await counter.store.unsent(10)) == 1


async def test_a_front_that_never_answers_does_not_keep_it_from_ending(counter: Counter) -> None:
    chat = SlowChat()
    async with until_finished(counter, chat, shutdown=0.05) as loops:
        await chat.hear("How do I get a BSN?")
        await chat.saying.wait()
        loops.finish()
    (waiting,) = await counter.store.unsent(10)
    again = SlowChat()
    again.go_on.set()
    async with until_finished(counter, again) as loops:
        await again.until(lambda sent: len(sent) == 1)
        loops.finish()
    assert [each.key for each in again.sent] == [waiting.key]


async def test_what_waits_behind_something_that_failed_is_not_waited_for(
    counter: Counter,
) -> None:
    chat = ScriptedChat()
    chat.breaks_on = BSN.answer
    async with asyncio.timeout(4), until_finished(counter, chat, shutdown=30) as loops:
        await chat.hear("How do I get a BSN?")
        await chat.tried.wait()
        loops.finish()
    assert len(await counter.store.unsent(10)) == 1


async def test_nothing_more_is_heard(counter: Counter) -> None:
    chat, search = ScriptedChat(), SlowSearch(counter)
    heard = asyncio.Event()
    run = chat.run

    async def until_cancelled(position: str | None, receive: Any) -> None:
        try:
            await run(position, receive)
        finally:
            heard.set()

    chat.run = until_cancelled  # type: ignore[method-assign]
    async with until_finished(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await search.searching.wait()
        loops.finish()
        await heard.wait()
        assert chat.sent == []
        search.go_on.set()
    assert len(chat.sent) == 1


async def test_a_wait_that_ends_just_then_is_brought_to_the_desk(
    counter: Counter,
) -> None:
    counter.search.hits.clear()
    await counter.says("@anna:example.org", "Where do I get a fishing permit?")
    chat, search = ScriptedChat(), SlowSearch(counter)
    counter.clock.advance(timedelta(hours=1))
    async with until_finished(counter, chat) as loops:
        await search.searching.wait()
        loops.finish()
        search.go_on.set()
    assert [each.room for each in chat.sent].count(DESK) == 1
