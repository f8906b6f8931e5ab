"""Many cases whose time has come at once flood nobody, and people's words go first."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.cases import Status
from bot.config import Responder, Role
from bot.errors import TryLater
from bot.gathering import FEW
from bot.messages import Outgoing, Priority, Style
from bot.outcome import Outcome
from bot.saying import BOUNDED_FOR, QUIET, UPKEEP_AT_ONCE
from tests.counter import DESK, VERA, WIM, Counter
from tests.unit.test_loops import ScriptedChat, running

MANY = FEW + 3
ZOE = "@zoe:example.org"
RESPONDERS = (
    Responder(VERA, Role.VOLUNTEER),
    Responder(WIM, Role.VOLUNTEER),
    Responder(ZOE, Role.VOLUNTEER, topics=("birds",)),
)


async def with_cases(count: int) -> Counter:
    counter = await Counter.open(responders=RESPONDERS)
    for number in range(count):
        await counter.asks(f"Who mends clock number {number}?")
    return counter


async def taken(counter: Counter, who: str) -> None:
    for number in list(counter.store.cases):
        await counter.at_desk(who, "!claim", number)


async def over_time(counter: Counter, **time: float) -> list[Outgoing]:
    """Time passes while the bot runs; gives what it says at the desk because of that."""
    before = len(counter.store.outbox)
    counter.clock.advance(timedelta(**time))
    async with running(counter, ScriptedChat()) as loops:
        while await counter.store.cases_due(counter.clock()):  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        await loops.idle()
    return [each for each in list(counter.store.outbox.values())[before:] if each.room == DESK]


async def test_many_cases_that_nobody_takes_are_told_of_once() -> None:
    counter = await with_cases(MANY)
    (told,) = await over_time(counter, minutes=60)
    assert told.thread is None
    assert f"Nobody has taken these {MANY} cases yet: 1, 2," in told.text
    assert told.mentions == (counter.keys[ZOE],)  # The others were alerted when they came.


async def test_few_cases_are_reminded_of_in_their_threads() -> None:
    counter = await with_cases(FEW)
    await taken(counter, VERA)
    told = await over_time(counter, hours=8)
    assert [each.thread for each in told] == [
        case.desk_thread for case in counter.store.cases.values()
    ]


async def test_many_cases_are_reminded_of_in_one_message_to_each_who_has_some() -> None:
    counter = await with_cases(2 * MANY)
    for number in counter.store.cases:
        await counter.at_desk(VERA if number <= MANY else WIM, "!claim", number)
    told = await over_time(counter, hours=8)
    assert [(each.thread, each.mentions) for each in told] == [
        (None, (counter.keys[VERA],)),
        (None, (counter.keys[WIM],)),
    ]
    first = ", ".join(map(str, range(1, MANY + 1)))
    assert f"{MANY} cases are yours and wait: {first}." in told[0].text
    assert "From 6 January 2026 09:00 on" in told[0].text
    assert all(case.reminded_at for case in counter.store.cases.values())
    # Once is enough.
    assert not await over_time(counter, hours=1)


async def test_many_cases_free_again_are_told_of_once_and_each_card_says_so() -> None:
    counter = await with_cases(MANY)
    await taken(counter, VERA)
    await over_time(counter, hours=8)
    told, *cards = await over_time(counter, hours=16)
    assert f"{MANY} cases are free again" in told.text
    assert set(told.mentions) == {counter.keys[VERA], counter.keys[WIM]}
    assert sorted(each.replaces or "" for each in cards) == sorted(
        case.desk_thread or "" for case in counter.store.cases.values()
    )
    assert {case.status for case in counter.store.cases.values()} == {Status.OPEN}
    assert {each.priority for each in (told, *cards)} == {Priority.UPKEEP}


async def test_the_same_cases_are_told_of_again_when_it_is_true_again() -> None:
    """The outbox drops a key that it knows: each round needs one of its own."""
    counter = await with_cases(MANY)
    for _ in range(2):
        await taken(counter, VERA)
        (told,) = await over_time(counter, hours=8)
        assert "cases are yours and wait" in told.text
        await over_time(counter, hours=16)


async def test_many_that_were_left_alone_are_back_in_one_message() -> None:
    counter = await with_cases(MANY)
    for number in list(counter.store.cases):
        await counter.at_desk(VERA, "!snooze 4h", number)
    told, *cards = await over_time(counter, hours=4)
    assert f"{MANY} cases are back" in told.text
    assert len(cards) == MANY


async def test_one_broken_case_among_many_keeps_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = await with_cases(MANY)
    await taken(counter, VERA)
    broken = counter.store.cases[2]
    look = type(counter.reception.watching).look

    async def breaks(self: object, case: object) -> object:
        if getattr(case, "id", 0) == broken.id:
            raise RuntimeError("broken")
        return await look(self, case)  # type: ignore[arg-type]

    monkeypatch.setattr(type(counter.reception.watching), "look", breaks)
    counter.clock.advance(timedelta(hours=8))
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: len(sent) == MANY - 1)
    assert {each.thread for each in chat.sent} == {
        counter.store.events[case.desk_thread or ""]
        for case in counter.store.cases.values()
        if case.id != broken.id
    }


async def queued(counter: Counter, *rooms: str, priority: Priority = Priority.UPKEEP) -> None:
    for room in rooms:
        words = Outgoing(f"to {room}", "matrix", room, Style.NOTICE, room, priority=priority)
        await counter.store.commit(Outcome("queued", outgoing=(words,)))


async def test_people_who_write_while_much_that_can_wait_is_said_go_next() -> None:
    counter = await Counter.open()
    await queued(counter, *(f"!upkeep{number}" for number in range(40)))
    chat = ScriptedChat()
    send = chat.send

    async def send_while_somebody_writes(outgoing: Outgoing) -> str:
        if not chat.sent:
            await queued(counter, "!people", priority=Priority.WORDS)
        return await send(outgoing)

    chat.send = send_while_somebody_writes  # type: ignore[method-assign]
    async with running(counter, chat) as loops:
        await loops.idle()
    assert [each.room for each in chat.sent].index("!people") == UPKEEP_AT_ONCE


async def test_where_the_homeserver_sets_bounds_what_can_wait_leaves_room_for_people() -> None:
    counter = await Counter.open()
    await queued(counter, "!one", "!two", "!three")
    chat = ScriptedChat()
    chat.failures = [TryLater("slow down", 0.001)]
    async with running(counter, chat):
        await chat.until(lambda sent: [each.room for each in sent] == ["!one"])
        await queued(counter, "!people", priority=Priority.NOTICE)
        await chat.until(lambda sent: sent[-1].room == "!people")
        counter.clock.advance(QUIET - timedelta(seconds=1))
        await chat.until_news(0.1)
        assert len(chat.sent) == 2
        counter.clock.advance(timedelta(seconds=1))
        await chat.until(lambda sent: sent[-1].room == "!two")
        await chat.until_news(0.1)
        assert len(chat.sent) == 3
        # After a while nothing tells that it still does.
        counter.clock.advance(BOUNDED_FOR)
        await chat.until(lambda sent: sent[-1].room == "!three")


async def test_what_can_wait_does_not_change_the_order_in_a_thread() -> None:
    counter = await Counter.open()
    await queued(counter, "!one")
    behind = Outgoing("behind", "matrix", "!one", Style.TEXT, "behind", priority=Priority.WORDS)
    await counter.store.commit(Outcome("queued", outgoing=(behind,)))
    await queued(counter, "!people", priority=Priority.NOTICE)
    chat = ScriptedChat()
    chat.failures = [TryLater("slow down", 0.001)]
    async with running(counter, chat) as loops:
        await loops.idle()
    assert [each.text for each in chat.sent] == ["!one", "behind", "!people"]
