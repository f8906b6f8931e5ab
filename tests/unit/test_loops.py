"""What runs all the time: nothing lost, nothing doubled, nobody blocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases import Status
from bot.errors import LoggedOut, TryLater, Undeliverable
from bot.loops import Loops
from bot.messages import Kind, Message, MessageRef, Outgoing, Place
from bot.ports import Receive
from tests.counter import ANNA, BSN, DESK, OMAR, VERA, WELCOME, Counter


class ScriptedChat:
    """A front whose people write when the test says so, and that fails when it says so."""

    front = "matrix"

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.failures: list[Exception] = []
        self.breaks_on = ""
        self.tried = asyncio.Event()
        self.said_in_another_life: dict[str, str] = {}
        self.attended: list[tuple[str, bool]] = []
        self.started_at: str | None = "never"
        self._receive: asyncio.Future[Receive] = asyncio.get_running_loop().create_future()
        self._news = asyncio.Condition()
        self._left = asyncio.Event()
        self._count = 0

    async def run(self, position: str | None, receive: Receive) -> None:
        self.started_at = position
        self._receive.set_result(receive)
        await self._left.wait()

    async def send(self, outgoing: Outgoing) -> str:
        if self.failures:
            raise self.failures.pop(0)
        if self.breaks_on and self.breaks_on in outgoing.text:
            self.tried.set()
            raise ZeroDivisionError
        async with self._news:
            self.sent.append(outgoing)
            self._news.notify_all()
        return f"$bot{len(self.sent)}"

    async def hear(self, *texts: str, room: str = WELCOME, who: str = ANNA) -> None:
        messages = []
        for text in texts:
            self._count += 1
            place = Place.DESK if room == DESK else Place.COMMUNITY
            ref = MessageRef("matrix", room, f"$h{self._count}")
            messages.append(
                Message(ref, place, who, Kind.TEXT, text, Counter().clock(), addressed=True)
            )
        await (await self._receive)(messages, f"s{self._count}")

    async def until(self, holds: Callable[[list[Outgoing]], bool]) -> None:
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: holds(self.sent))

    async def said_before(self, outgoing: Outgoing) -> str | None:
        return self.said_in_another_life.get(outgoing.key)

    async def read(self, message: Message) -> Message | None:
        return None

    async def attend(self, message: Message, *, done: bool) -> None:
        self.attended.append((message.ref.event, done))

    def leave(self) -> None:
        self._left.set()


@asynccontextmanager
async def running(
    counter: Counter, chat: ScriptedChat, published: Callable[[], object] = lambda: None
) -> AsyncIterator[Loops]:
    async def rebuild() -> bool:
        return published() is not False

    loops = Loops(counter.store, chat, counter.reception, rebuild, counter.clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(loops.run())
        yield loops
        chat.leave()


@pytest.fixture
async def counter() -> Counter:
    counter = await Counter.open()
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.2)
    return counter


async def test_what_is_heard_is_handled_and_answered(counter: Counter) -> None:
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.hear("How do I get a BSN?")
        await chat.until(lambda sent: len(sent) == 1)
    assert BSN.answer in chat.sent[0].text
    assert not counter.store.inbox


async def test_hearing_goes_on_from_the_last_position(counter: Counter) -> None:
    await counter.store.receive("matrix", [], "s41")
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.hear("Hello!")
    assert chat.started_at == "s41"


async def test_what_was_left_over_is_said_after_a_start(counter: Counter) -> None:
    message = Message(
        MessageRef("matrix", WELCOME, "$old"),
        Place.COMMUNITY,
        ANNA,
        Kind.TEXT,
        "How do I get a BSN?",
        counter.clock(),
        addressed=True,
    )
    await counter.store.receive("matrix", [message], "s1")
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: len(sent) == 1)


async def test_what_could_not_be_said_is_said_again_with_the_same_key(counter: Counter) -> None:
    chat = ScriptedChat()
    chat.failures = [TryLater("busy", 0.01), TryLater("busy", 0.01)]
    async with running(counter, chat):
        await chat.hear("How do I get a BSN?")
        await chat.until(lambda sent: len(sent) == 1)
    assert list(counter.store.events) == [chat.sent[0].key]


async def test_what_can_never_be_said_does_not_block_the_next(counter: Counter) -> None:
    chat = ScriptedChat()
    chat.failures = [Undeliverable("403 M_FORBIDDEN")]
    async with running(counter, chat):
        await chat.hear("How do I get a BSN?", "how do I get a bsn")
        await chat.until(lambda sent: len(sent) == 1)
    assert len(counter.store.refused) == 1


async def test_a_message_that_breaks_its_handler_is_kept_and_blocks_nobody(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    chat = ScriptedChat()
    broken = counter.search.find

    async def find(question: object, k: int) -> object:
        if "poison" in str(question):
            raise RuntimeError("the words of anna")
        return await broken(question, k)  # type: ignore[arg-type]

    counter.search.find = find  # type: ignore[method-assign,assignment]
    async with running(counter, chat):
        await chat.hear("How do I get a poison?", "How do I get a BSN?")
        await chat.until(lambda sent: len(sent) == 1)
    (kept,) = counter.store.inbox.values()
    assert kept.text == "How do I get a poison?"
    assert counter.store.failures[kept.ref] == 1
    assert "the words of anna" not in caplog.text


async def test_the_index_has_an_entry_before_the_next_message_is_handled(
    counter: Counter,
) -> None:
    counter.search.hits.clear()
    await counter.asks("Where do I get a fishing permit?")
    await counter.at_desk(VERA, "!answer At the post office, https://example.org/fish")
    (card,) = (
        each for each in counter.said(DESK) if each.key == counter.store.cases[1].desk_thread
    )
    root = counter.store.events[card.key]
    chat, order = ScriptedChat(), []
    find = counter.search.find

    async def noted(question: object, k: int) -> object:
        order.append("search")
        return await find(question, k)  # type: ignore[arg-type]

    counter.search.find = noted  # type: ignore[method-assign,assignment]
    async with running(counter, chat, lambda: order.append("index")):
        vet = Message(
            MessageRef("matrix", DESK, "$vet"),
            Place.DESK,
            OMAR,
            Kind.TEXT,
            "!vet",
            counter.clock(),
            thread=root,
        )
        asked = Message(
            MessageRef("matrix", "!zoo", "$next"),
            Place.DIRECT,
            ANNA,
            Kind.TEXT,
            "Where do I get a fishing permit?",
            counter.clock(),
            addressed=True,
        )
        await counter.store.receive("matrix", [vet], "s1")
        await chat.until(lambda sent: any("Published" in each.text for each in sent))
        await counter.store.receive("matrix", [asked], "s2")
        await chat.until(lambda sent: any(each.room == "!zoo" for each in sent))
    assert order == ["index", "search"]


async def test_a_lost_account_ends_the_bot(counter: Counter) -> None:
    chat = ScriptedChat()
    chat.failures = [LoggedOut("log in anew")]
    with pytest.raises(ExceptionGroup) as raised:  # noqa: PT012 - the block runs until it ends
        async with running(counter, chat):
            await chat.hear("How do I get a BSN?")
            await asyncio.Event().wait()
    assert raised.group_contains(LoggedOut)


async def test_idle_is_when_all_is_handled_and_said(counter: Counter) -> None:
    chat = ScriptedChat()
    async with running(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await loops.idle()
        assert len(chat.sent) == 1


async def test_a_message_that_breaks_the_front_waits_aside_and_is_given_up_in_the_end(
    counter: Counter,
) -> None:
    chat = ScriptedChat()
    chat.breaks_on = "How do I get a BSN?"
    await counter.knows(replace(BSN, id="mine", question="Mine?"))
    async with running(counter, chat):
        await chat.hear("How do I get a BSN?")
        await chat.tried.wait()
        counter.search.hits.clear()
        counter.search.finds(replace(BSN, id="mine"), 1.2)
        await chat.hear("how do I get mine")
        await chat.until(lambda sent: len(sent) == 1)
        async with asyncio.timeout(20):
            while not counter.store.refused:
                counter.clock.advance(timedelta(minutes=10))
                chat.tried.clear()
                await chat.tried.wait()
    assert list(counter.store.refused.values()) == ["ZeroDivisionError"]


async def test_a_case_that_breaks_its_handler_stays_and_the_others_go_to_the_desk(
    counter: Counter,
) -> None:
    counter.search.hits.clear()
    await counter.says(ANNA, "Where do I get a poison permit?")
    await counter.says(ANNA, "Where do I get a fishing permit?")
    counter.clock.advance(timedelta(hours=1))
    find = counter.search.find

    async def breaks(question: object, k: int) -> object:
        if "poison" in str(question):
            raise RuntimeError("broken")
        return await find(question, k)  # type: ignore[arg-type]

    counter.search.find = breaks  # type: ignore[method-assign,assignment]
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: any("fishing" in each.text for each in sent))
    assert [case.status for case in counter.store.cases.values()] == [Status.WAITING, Status.OPEN]


async def test_an_index_that_could_not_be_built_is_tried_again(counter: Counter) -> None:
    counter.search.hits.clear()
    await counter.asks("Where do I get a fishing permit?")
    await counter.at_desk(VERA, "!answer At the post office, https://example.org/fish")
    root = counter.store.events[counter.store.cases[1].desk_thread or ""]
    tries = []

    def busy_at_first() -> bool:
        tries.append(counter.clock())
        return len(tries) > 1

    vet = Message(
        MessageRef("matrix", DESK, "$vet"),
        Place.DESK,
        OMAR,
        Kind.TEXT,
        "!vet",
        counter.clock(),
        thread=root,
    )
    await counter.store.receive("matrix", [vet], "s1")
    chat = ScriptedChat()
    async with running(counter, chat, busy_at_first):
        async with asyncio.timeout(5):
            while len(tries) < 2:
                counter.clock.advance(timedelta(seconds=30 if tries else 0))
                await asyncio.sleep(0.01)
