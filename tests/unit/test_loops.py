"""What runs all the time: nothing lost, nothing doubled, nobody blocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.cases import Status
from bot.config import Answering as Settings
from bot.config import Desk as DeskSettings
from bot.errors import HandleAgain, LoggedOut, TryLater, Undeliverable
from bot.loops import PARK_AFTER, Loops
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Priority, Style
from bot.outcome import Outcome
from bot.ports import Receive
from tests.counter import ANNA, BSN, DESK, OMAR, VERA, WELCOME, WIM, Counter


class ScriptedChat:
    """A front whose people write when the test says so, and that fails when it says so."""

    front = "matrix"

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.failures: list[Exception] = []
        self.breaks_on = self.refuses = ""
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
            async with self._news:
                self._news.notify_all()
                raise self.failures.pop(0)
        if self.refuses and self.refuses in outgoing.text:
            raise Undeliverable("403 M_FORBIDDEN")
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

    def link(self, ref: MessageRef) -> str:
        return ""

    async def attend(self, message: Message, *, done: bool) -> None:
        self.attended.append((message.ref.event, done))

    async def until_news(self, seconds: float) -> None:
        """Lets the loops run until something is said, or for that long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait()

    async def until_failed(self) -> None:
        """Waits until all the failures to come have been raised."""
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: not self.failures)

    async def hear_own(self, key: str, event: str) -> None:
        self._count += 1
        ref = MessageRef("matrix", WELCOME, event)
        said = Message(ref, Place.COMMUNITY, "@bot", Kind.SAID, key, Counter().clock())
        await (await self._receive)([said], f"s{self._count}")

    async def hear_encrypted(self) -> None:
        self._count += 1
        ref = MessageRef("matrix", "!chat", f"$h{self._count}")
        sealed = Message(ref, Place.DIRECT, ANNA, Kind.UNREADABLE, "{}", Counter().clock())
        await (await self._receive)([sealed], f"s{self._count}")

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


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is looked at often: the clock of these tests does not move by itself."""
    monkeypatch.setattr("bot.loops.LOOK", 0.01)
    monkeypatch.setattr("bot.saying.jitter", lambda: 0.001)


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


async def test_what_comes_back_as_said_is_not_said_again(counter: Counter) -> None:
    """The homeserver's answer may be lost, and the event be there all the same."""
    chat = ScriptedChat()
    chat.failures = [TryLater("no answer")]
    async with running(counter, chat):
        await chat.hear("How do I get a BSN?")
        await chat.until_failed()
        (key,) = counter.store.outbox
        await chat.hear_own(key, "$echo")
        await chat.hear("how do I get a bsn")
        await chat.until(lambda sent: len(sent) == 1)
    assert chat.sent[0].key != key
    assert counter.store.events[key] == "$echo"


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
    # The first one looks whether something else answers what is vetted.
    assert order == ["search", "index", "search"]


async def test_who_vets_at_the_same_time_as_another_is_held_against_what_that_one_published(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where only the index knows that the two questions mean the same."""
    counter.search.hits.clear()
    questions = ("Where do I get a fishing permit?", "Who sells angling licences?")
    for number, question in enumerate(questions, 1):
        await counter.asks(question)
        await counter.at_desk(VERA, f"!answer Shop {number}, https://example.org/fish", number)
    monkeypatch.setattr("bot.loops.jitter", lambda: 0.0)
    both, find = asyncio.Barrier(2), counter.search.find
    begun = 0

    async def together(question: object, k: int) -> object:
        nonlocal begun
        begun += 1
        if begun <= 2:
            await both.wait()
        return await find(question, k)  # type: ignore[arg-type]

    async def slowly() -> bool:
        for _ in range(100):
            await asyncio.sleep(0)
        for entry in await counter.store.entries():
            counter.search.finds(entry, 1.0)
        return True

    counter.search.find = together  # type: ignore[method-assign,assignment]
    chat = ScriptedChat()
    loops = Loops(counter.store, chat, counter.reception, slowly, counter.clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(loops.run())
        for number, who in enumerate((OMAR, WIM), 1):
            room = f"!chat{number}"
            ref = MessageRef("matrix", room, f"$vet{number}")
            at = counter.clock()
            vet = Message(ref, Place.DIRECT, who, Kind.TEXT, f"!vet {number}", at, addressed=True)
            await counter.store.receive("matrix", [vet], room)
        await chat.until(lambda sent: {"!chat1", "!chat2"} <= {each.room for each in sent})
        chat.leave()
    assert any("has an answer for the same place already" in each.text for each in chat.sent)
    entries = await counter.store.entries()
    assert len([each for each in entries if each.answer.startswith("Shop")]) == 1


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


async def test_who_waits_longer_than_they_were_told_is_told_once_across_a_restart() -> None:
    counter = await Counter.open(Settings(promise_hours=2))
    first, second = ScriptedChat(), ScriptedChat()
    async with running(counter, first):
        await first.hear("How do I get a parking permit?")
        await first.until(lambda sent: any("within 2 hours" in each.text for each in sent))
        counter.clock.advance(timedelta(hours=2))
        await first.until(lambda sent: any("longer than I told you" in each.text for each in sent))
    counter.clock.advance(timedelta(days=30))
    async with running(counter, second):
        await second.hear("Thank you")  # The event's number that the first one used.
        await second.hear("How do I get a fishing permit?")
        await second.until(lambda sent: any("within 2 hours" in each.text for each in sent))
        counter.clock.advance(timedelta(hours=2))
        await second.until(lambda sent: any("longer than" in each.text for each in sent))
    slips = [each for each in counter.said(WELCOME) if "longer than" in each.text]
    assert [each.thread for each in slips] == ["$h1", "$h2"]
    assert len([each for each in first.sent if "longer than" in each.text]) == 1
    assert len([each for each in second.sent if "longer than" in each.text]) == 1


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


async def test_a_message_that_breaks_its_handler_each_time_is_parked_and_told(
    counter: Counter,
) -> None:
    """It blocks nobody, and it is not lost: people get the question."""

    async def breaks(question: object, k: int) -> object:
        raise RuntimeError("broken")

    counter.search.find = breaks  # type: ignore[method-assign,assignment]
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.hear("How do I get a poison?")
        async with asyncio.timeout(20):
            while not any("poison" in each.text for each in chat.sent):
                counter.clock.advance(timedelta(minutes=10))
                await chat.until_news(0.05)
    assert not counter.store.inbox
    (case,) = counter.store.cases.values()
    assert case.status is Status.OPEN


async def left_over(counter: Counter, failures: int) -> None:
    """What an earlier life left, with so many failures."""
    message = Message(
        MessageRef("matrix", WELCOME, "$old"),
        Place.COMMUNITY,
        ANNA,
        Kind.TEXT,
        BSN.question,
        counter.clock(),
        addressed=True,
    )
    await counter.store.receive("matrix", [message], "s1")
    for _ in range(failures):
        await counter.store.put_off(message.ref, counter.clock())


async def test_a_message_that_kills_the_bot_each_time_is_not_searched_again(
    counter: Counter,
) -> None:
    await left_over(counter, PARK_AFTER - 1)
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: len(sent) == 2)
    assert not any(BSN.answer in each.text for each in chat.sent)
    assert any(BSN.question in each.text for each in chat.sent)


async def waits_too(counter: Counter, event: str, room: str = WELCOME) -> MessageRef:
    """What an earlier life left behind the one of ``left_over``."""
    ref = MessageRef("matrix", room, event)
    message = Message(
        ref, Place.COMMUNITY, ANNA, Kind.TEXT, BSN.question, counter.clock(), addressed=True
    )
    await counter.store.receive("matrix", [message], "s2")
    return ref


async def test_a_restart_counts_only_what_may_have_been_in_hand(counter: Counter) -> None:
    """A bot that was restarted eight times for other reasons parked all that waited."""
    await left_over(counter, 0)
    behind, elsewhere = await waits_too(counter, "$2"), await waits_too(counter, "$3", "!other")
    slow = asyncio.Event()

    async def find(question: object, k: int) -> object:
        slow.set()
        return await asyncio.Event().wait()

    counter.search.find = find  # type: ignore[method-assign,assignment]
    for _ in range(PARK_AFTER - 1):
        slow.clear()
        loops = Loops(
            counter.store, ScriptedChat(), counter.reception, never_published, counter.clock
        )
        async with asyncio.TaskGroup() as group:
            life = group.create_task(loops.run())
            async with asyncio.timeout(5):
                await slow.wait()
                while len(counter.store.failures) < 2 or loops._left_over:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
            life.cancel()
    first = MessageRef("matrix", WELCOME, "$old")
    assert counter.store.failures == {first: PARK_AFTER - 1, elsewhere: PARK_AFTER - 1}
    assert behind in counter.store.inbox


async def test_what_was_put_off_is_not_taken_for_what_ended_the_bot(counter: Counter) -> None:
    await left_over(counter, 0)
    put_off = MessageRef("matrix", WELCOME, "$old")
    await counter.store.wait(put_off, counter.clock() + timedelta(minutes=10))
    behind = await waits_too(counter, "$2")
    for _ in range(PARK_AFTER - 1):
        await counter.store.put_off(behind, counter.clock())
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: any(BSN.question in each.text for each in sent))
    assert counter.store.failures.get(put_off) is None
    assert behind not in counter.store.inbox
    assert not any(BSN.answer in each.text for each in chat.sent)


async def never_published() -> bool:
    return True


async def test_one_death_does_not_keep_a_message_from_its_answer(counter: Counter) -> None:
    await left_over(counter, 1)
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: len(sent) == 1)
    assert BSN.answer in chat.sent[0].text


async def test_what_an_earlier_life_may_have_said_is_looked_for_before_it_is_said(
    counter: Counter,
) -> None:
    """After a day the homeserver has forgotten the transaction: it would be said twice."""
    await left_over(counter, 0)
    (message,) = await counter.store.unhandled(counter.clock(), 1)
    outcome = await counter.reception.handle(message)
    await counter.store.commit(outcome)
    (answer,) = outcome.outgoing
    await counter.store.attempt(answer.key)
    counter.clock.advance(timedelta(days=2))
    chat = ScriptedChat()
    chat.said_in_another_life[answer.key] = "$there"
    async with running(counter, chat) as loops:
        await loops.idle()
    assert chat.sent == []
    assert counter.store.events == {answer.key: "$there"}


async def test_what_was_tried_all_the_time_for_more_than_an_hour_is_looked_for(
    counter: Counter,
) -> None:
    """It was said the first time, though the answer was lost; then nobody answered for a day."""
    chat = ScriptedChat()
    chat.failures = [TryLater("away", 0.001) for _ in range(30)]
    async with running(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await chat.until_news(5)
        (key,) = counter.store.outbox
        chat.said_in_another_life[key] = "$there"
        async with asyncio.timeout(5):
            while counter.store.events != {key: "$there"} and not chat.sent:
                left = len(chat.failures)
                counter.clock.advance(timedelta(minutes=10))
                await chat.until_news(0.05)
                assert left > 20, "it is tried on and on, but not looked for"
        await loops.idle()
    assert chat.sent == []
    assert counter.store.events == {key: "$there"}


async def test_many_that_fail_again_and_again_silence_nobody(counter: Counter) -> None:
    """Also a redaction that fails does not hold up what is new at the desk."""
    for number in range(70):
        room = f"!bad{number}"
        bad = Outgoing(f"bad{number}", "matrix", room, Style.TEXT, "bad", priority=Priority.WORDS)
        await counter.store.commit(Outcome("q", outgoing=(bad,)))
    back = Outgoing("back", "matrix", DESK, Style.REDACTION, "bad", reply_to="$x")
    good = Outgoing("good", "matrix", DESK, Style.TEXT, "good")
    await counter.store.commit(Outcome("q", outgoing=(back, good)))
    chat = ScriptedChat()
    send = chat.send

    async def fails(outgoing: Outgoing) -> str:
        if outgoing.text == "bad":
            raise TryLater("500")
        return await send(outgoing)

    chat.send = fails  # type: ignore[method-assign]
    async with running(counter, chat):
        await chat.until(lambda sent: len(sent) == 1)
    assert [each.key for each in chat.sent] == ["good"]


async def queued(counter: Counter, *rooms: str, text: str = "words") -> None:
    for room in rooms:
        words = Outgoing(f"to {room}", "matrix", room, Style.TEXT, f"{text} {room}")
        await counter.store.commit(Outcome("q", outgoing=(words,)))


def pauses(caplog: pytest.LogCaptureFixture) -> list[float]:
    """How long nothing at all was said, each time."""
    told = [each for each in caplog.records if each.message == "not_said_yet"]
    return [each.__dict__["again_in_s"] for each in told]


async def test_what_fails_by_itself_holds_up_its_own_thread_only(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One room's trouble silenced the bot everywhere for up to half a minute, again and again."""
    monkeypatch.setattr("bot.saying.jitter", lambda: 1e6)  # Who pauses at all never comes back.
    await queued(counter, "!one", "!two")
    behind = Outgoing("behind", "matrix", "!one", Style.TEXT, "behind")
    await counter.store.commit(Outcome("q", outgoing=(behind,)))
    await queued(counter, "!three")
    chat = ScriptedChat()
    chat.failures = [TryLater("500"), TryLater("500")]
    async with running(counter, chat) as loops:
        await chat.until(lambda sent: len(sent) == 1)
        assert [each.room for each in chat.sent] == ["!three"]
        counter.clock.advance(timedelta(minutes=1))
        await loops.idle()
    assert [each.text for each in chat.sent[1:]] == ["words !one", "words !two", "behind"]
    assert pauses(caplog) == []


async def test_a_homeserver_that_is_away_is_asked_less_and_less(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    rooms = [f"!room{number}" for number in range(7)]
    await queued(counter, *rooms)
    chat = ScriptedChat()
    chat.failures = [TryLater("away") for _ in rooms]
    async with running(counter, chat) as loops:
        async with asyncio.timeout(5):
            while len(pauses(caplog)) < 5:
                await chat.until_news(0.01)
        assert pauses(caplog) == pytest.approx([0.001, 0.002, 0.004, 0.008, 0.016])
        # Once it answers, one more failure is that one's own again.
        counter.clock.advance(timedelta(minutes=1))
        await loops.idle()
        chat.failures = [TryLater("500")]
        await queued(counter, "!bad", "!good")
        loops._saying.wake()
        await chat.until(lambda sent: sent[-1].room == "!good")
    assert len(pauses(caplog)) == 5


async def test_when_the_homeserver_asks_for_patience_all_wait(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    await queued(counter, "!one", "!two")
    chat = ScriptedChat()
    chat.failures = [TryLater("slow down", 3600.0)]
    async with running(counter, chat):
        async with asyncio.timeout(5):
            while not pauses(caplog):
                await chat.until_news(0.01)
        await chat.until_news(0.1)
        assert chat.sent == []
    assert pauses(caplog) == [3600.0]


async def test_words_that_the_desk_refuses_for_a_while_are_said_once_it_no_longer_does(
    counter: Counter,
) -> None:
    """The bot had lost its power there, or was thrown out and let in again."""
    counter.search.hits.clear()
    chat = ScriptedChat()
    async with running(counter, chat) as loops:
        await chat.hear("Where do I get a fishing permit?")
        await chat.until(lambda sent: any(each.room == DESK for each in sent))
        await loops.idle()
        chat.refuses = "The asker"
        (case,) = counter.store.cases.values()
        added = Message(
            MessageRef("matrix", WELCOME, "$more"),
            Place.COMMUNITY,
            ANNA,
            Kind.TEXT,
            "For the sea.",
            counter.clock(),
            thread=case.root,
        )
        edit = replace(
            added,
            ref=MessageRef("matrix", WELCOME, "$edit"),
            kind=Kind.EDIT,
            text="For the lake.",
            reply_to="$more",
        )
        for each in (added, edit):
            await counter.store.receive("matrix", [each], "s9")
            async with asyncio.timeout(5):
                while counter.store.inbox:
                    await chat.until_news(0.01)
        mirror = Outgoing("mirror", "matrix", DESK, Style.REACTION, "The asker 👍", reply_to="$x")
        await counter.store.commit(Outcome("q", outgoing=(mirror,)))
        async with asyncio.timeout(5):
            while not counter.store.refused:
                await chat.until_news(0.01)
        assert set(counter.store.refused) == {"mirror"}
        chat.refuses = ""
        counter.clock.advance(timedelta(minutes=11))
        await loops.idle()
    said = [each.text for each in chat.sent if each.room == DESK]
    assert any("For the lake." in text for text in said)
    assert set(counter.store.refused.values()) <= {"403 M_FORBIDDEN", "merged"}


async def test_a_card_that_the_desk_refuses_is_said_once_it_no_longer_does(
    counter: Counter,
) -> None:
    """The asker was told that people have it: without the card nobody can take it up."""
    counter.search.hits.clear()
    chat = ScriptedChat()
    chat.refuses = "fishing permit"
    async with running(counter, chat):
        await chat.hear("Where do I get a fishing permit?")
        await chat.hear("Where do I get a parking place?")
        await chat.until(lambda sent: any("parking" in each.text for each in sent))
        assert not any("fishing" in each.text for each in chat.sent)
        chat.refuses = ""
        counter.clock.advance(timedelta(minutes=11))
        await chat.until(lambda sent: any("fishing" in each.text for each in sent))
    assert counter.store.refused == {}
    assert counter.store.cases[1].desk_thread in counter.store.events


async def test_a_clock_set_back_does_not_keep_what_failed_from_being_said(
    counter: Counter,
) -> None:
    chat = ScriptedChat()
    chat.failures = [TryLater("away")]
    async with running(counter, chat):
        await chat.hear("How do I get a BSN?")
        await chat.until_failed()
        counter.clock.advance(timedelta(hours=-5))
        await chat.until(lambda sent: len(sent) == 1)
    assert BSN.answer in chat.sent[0].text


async def test_what_is_taken_back_or_edited_while_another_is_said_is_said_as_it_is_then(
    counter: Counter,
) -> None:
    """Words that were taken back must not come to stand in a room after all."""
    asked = MessageRef("matrix", WELCOME, "$asked")

    def says(key: str, text: str, **more: str) -> Outgoing:
        return Outgoing(key, "matrix", DESK, Style.TEXT, text, original=asked, **more)

    later = replace(says("later", "old words"), original=None)
    first = replace(says("first", "first"), original=None)
    await counter.store.commit(Outcome("q", outgoing=(first, says("secret", "secret"), later)))
    chat = ScriptedChat()
    send = chat.send

    async def send_while_people_go_on(outgoing: Outgoing) -> str:
        if outgoing.key == "first":
            edit = replace(says("edit", "new words", replaces="later"), original=None)
            await counter.store.commit(Outcome("back", taken_back=(asked,), outgoing=(edit,)))
        return await send(outgoing)

    chat.send = send_while_people_go_on  # type: ignore[method-assign]
    async with running(counter, chat) as loops:
        await loops.idle()
    assert [each.text for each in chat.sent] == ["first", "new words"]


async def test_what_could_not_be_said_for_an_hour_is_looked_for_too(counter: Counter) -> None:
    chat = ScriptedChat()
    chat.failures = [TryLater("away")]
    async with running(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        async with asyncio.timeout(5):
            while chat.failures:
                await chat.until_news(0.05)
        (key,) = counter.store.outbox
        chat.said_in_another_life[key] = "$there"
        counter.clock.advance(timedelta(hours=2))
        await loops.idle()
    assert chat.sent == []
    assert counter.store.events == {key: "$there"}


async def test_keys_are_waited_for_then_the_sender_is_asked_once(counter: Counter) -> None:
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.hear_encrypted()
        async with asyncio.timeout(20):
            while not chat.sent:
                counter.clock.advance(timedelta(seconds=40))
                await chat.until_news(0.05)
        (kept,) = counter.store.inbox.values()
        for _ in range(3):
            counter.clock.advance(timedelta(hours=2))
            await chat.until_news(0.05)
    assert "could not decrypt" in chat.sent[0].text
    assert len(chat.sent) == 1
    assert kept.kind is Kind.UNREADABLE


async def goes_on_for_hours(counter: Counter, tries: Callable[[], int]) -> None:
    """Lets the time go by until the handling was tried that often."""
    async with asyncio.timeout(20):
        while tries() < 3 * PARK_AFTER:
            counter.clock.advance(timedelta(minutes=10))
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("error", [TryLater("away"), HandleAgain("somebody was first")])
async def test_a_message_that_is_only_in_the_way_of_others_is_never_parked(
    counter: Counter, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails as often as it likes; once it can be handled it has its answer."""
    monkeypatch.setattr("bot.loops.FIRST_PAUSE", 0.0)
    find, tries = counter.search.find, []

    async def away(question: object, k: int) -> object:
        tries.append(question)
        raise error

    counter.search.find = away  # type: ignore[method-assign,assignment]
    chat = ScriptedChat()
    async with running(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await goes_on_for_hours(counter, lambda: len(tries))
        assert counter.store.set_aside == []
        counter.search.find = find  # type: ignore[method-assign]
        counter.clock.advance(timedelta(hours=1))
        await loops.idle()
    assert [BSN.answer in each.text for each in chat.sent] == [True]


async def test_waiting_for_keys_does_not_count_as_failing(counter: Counter) -> None:
    chat = ScriptedChat()
    reads = []

    async def read(message: Message) -> Message | None:
        reads.append(message)
        if len(reads) > PARK_AFTER + 1:
            raise RuntimeError("broken")
        return None

    counter.reception = replace(counter.reception, read=read)
    async with running(counter, chat):
        await chat.hear_encrypted()
        async with asyncio.timeout(20):
            while len(reads) < PARK_AFTER + 4:
                counter.clock.advance(timedelta(hours=2))
                await asyncio.sleep(0.01)
    assert counter.store.set_aside == []


async def test_nothing_is_remembered_of_what_was_handled_and_said(counter: Counter) -> None:
    """A batch that comes twice, an answer said at once, one taken back before it was said."""
    chat = ScriptedChat()
    chat.failures = [TryLater("away")]
    async with running(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await chat.until_failed()
        (key,) = counter.store.outbox
        counter.store.refused[key] = "taken back"
        await loops._receive(
            [
                Message(
                    MessageRef("matrix", WELCOME, "$h1"),
                    Place.COMMUNITY,
                    ANNA,
                    Kind.TEXT,
                    BSN.question,
                    counter.clock(),
                )
            ],
            "s1",
        )
        await chat.hear("how do I get a bsn")
        await loops.idle()
        saying = loops._saying
        kept = (saying._failures, saying._not_until, saying._begun, saying._asked)
        async with asyncio.timeout(5):
            while any((*kept, loops._left_over)):
                counter.clock.advance(timedelta(days=1))
                await asyncio.sleep(0.01)


async def test_a_room_that_takes_long_holds_up_no_other(counter: Counter) -> None:
    """In the slow room itself all stays in order."""
    find, slow = counter.search.find, asyncio.Event()

    async def takes_long(question: object, k: int) -> object:
        if "slow" in str(question):
            await slow.wait()
        return await find(question, k)  # type: ignore[arg-type]

    counter.search.find = takes_long  # type: ignore[method-assign,assignment]
    chat = ScriptedChat()
    async with running(counter, chat) as loops:
        await chat.hear("How do I get a slow BSN?", "How do I get a BSN?", room="!slow")
        await chat.hear("How do I get a BSN?")
        await chat.until(lambda sent: len(sent) == 1)
        await chat.hear("How do I get a BSN?", room="!other")
        await chat.until(lambda sent: len(sent) == 2)
        assert {each.room for each in chat.sent} == {WELCOME, "!other"}
        slow.set()
        await loops.idle()
    assert [each.room for each in chat.sent[2:]] == ["!slow", "!slow"]
    assert [each.reply_to or each.thread for each in chat.sent[2:]] == ["$h1", "$h2"]


async def test_the_bot_shows_that_it_works_and_that_it_has_read(counter: Counter) -> None:
    chat = ScriptedChat()
    async with running(counter, chat) as loops:
        await chat.hear("How do I get a BSN?")
        await loops.idle()
    assert chat.attended == [("$h1", False), ("$h1", True)]


async def test_the_desk_learns_what_can_not_be_delivered(counter: Counter) -> None:
    counter.search.hits.clear()
    chat = ScriptedChat()
    chat.refuses = "brought it to the volunteers"
    async with running(counter, chat):
        await chat.hear("Where do I get a fishing permit?")
        await chat.until(lambda sent: any("can't be delivered" in each.text for each in sent))


async def test_the_weekly_note_is_said_while_the_bot_runs_and_its_failing_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = await Counter.open(desk_settings=DeskSettings())
    await counter.asks("Where do I get a fishing permit?")
    broken = [True]
    deeds = counter.store.deeds

    async def sometimes(*args: Any) -> Any:
        if broken:
            raise RuntimeError("broken")
        return await deeds(*args)

    monkeypatch.setattr(counter.store, "deeds", sometimes)
    chat = ScriptedChat()
    counter.clock.advance(timedelta(days=7))
    async with running(counter, chat):
        await chat.hear("Where do I moor a boat?")
        await chat.until(lambda sent: any("moor a boat" in each.text for each in sent))
        assert not any("The last week" in each.text for each in chat.sent)
        broken.clear()
        counter.clock.advance(timedelta(minutes=10))
        await chat.until(lambda sent: any("The last week" in each.text for each in sent))
