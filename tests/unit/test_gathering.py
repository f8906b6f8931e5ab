"""Many cases whose time has come at once flood nobody, and people's words go first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.allowance import A_SECOND, AT_ONCE, FREELY, PUT_BY, UNBOUNDED, Allowance
from bot.cases import Status
from bot.config import Responder, Role
from bot.errors import TryLater
from bot.gathering import FEW
from bot.messages import Outgoing, Priority, Style
from bot.outcome import Outcome
from tests.counter import DESK, VERA, WIM, Counter
from tests.unit.test_loops import ScriptedChat, running

MANY = FEW + 3
ZOE = "@zoe:example.org"
RESPONDERS = (
    Responder(VERA, Role.VOLUNTEER),
    Responder(WIM, Role.VOLUNTEER),
    Responder(ZOE, Role.VOLUNTEER, topics=("birds",)),
)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.loops.LOOK", 0.01)


async def with_cases(count: int) -> Counter:
    counter = await Counter.open(responders=RESPONDERS)
    for number in range(count):
        await counter.asks(f"Who mends clock number {number}?")
    return counter


async def taken(counter: Counter, who: str) -> None:
    for number in list(counter.store.cases):
        await counter.at_desk(who, "!claim", number)


async def all_said(counter: Counter) -> None:
    """What can wait takes its time."""
    while await counter.store.unsent(1):
        await asyncio.sleep(0.002)
        counter.clock.advance(timedelta(seconds=1))


async def over_time(counter: Counter, **time: float) -> list[Outgoing]:
    """Time passes while the bot runs; gives what it says at the desk because of that."""
    before = len(counter.store.outbox)
    counter.clock.advance(timedelta(**time))
    async with running(counter, ScriptedChat()):
        while await counter.store.cases_due(counter.clock()):  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        await all_said(counter)
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
    assert told.priority is Priority.NOTICE
    assert {each.priority for each in cards} == {Priority.UPKEEP}


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
        while sum(bool(case.reminded_at) for case in counter.store.cases.values()) < MANY - 1:
            await chat.until_news(0.01)
        await all_said(counter)
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
    async with running(counter, chat):
        await chat.until(lambda sent: "!people" in [each.room for each in sent])
    assert len(chat.sent) == FREELY + 1


async def test_what_can_wait_leaves_people_their_part_of_what_the_homeserver_allows() -> None:
    counter = await Counter.open()
    await queued(counter, *(f"!upkeep{number}" for number in range(40)))
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: len(sent) == AT_ONCE - PUT_BY)
        await chat.until_news(0.1)
        assert len(chat.sent) == AT_ONCE - PUT_BY
        # Each of these is said at once, and from then on there is less for what can wait.
        for number in range(PUT_BY):
            await queued(counter, f"!people{number}", priority=Priority.NOTICE)
            await chat.until(lambda sent, room=f"!people{number}": sent[-1].room == room)  # type: ignore[misc]
        counter.clock.advance(timedelta(seconds=PUT_BY / A_SECOND))
        await chat.until_news(0.1)
        assert len(chat.sent) == AT_ONCE
        counter.clock.advance(timedelta(seconds=1 / A_SECOND))
        await chat.until(lambda sent: len(sent) == AT_ONCE + 1)
        assert chat.sent[-1].room == "!upkeep4"


async def test_where_the_homeserver_allows_much_more_what_can_wait_is_said_too() -> None:
    counter = await Counter.open()
    people = [f"!people{number}" for number in range(UNBOUNDED)]
    await queued(counter, *people, priority=Priority.WORDS)
    await queued(counter, *(f"!upkeep{number}" for number in range(40)))
    chat = ScriptedChat()
    async with running(counter, chat):
        await chat.until(lambda sent: len(sent) == UNBOUNDED + 40)


async def test_once_it_asks_for_patience_its_bounds_hold_again() -> None:
    allowance, now = Allowance(), datetime(2026, 1, 5, tzinfo=UTC)
    for _ in range(UNBOUNDED):
        allowance.said(now)
    assert allowance.for_upkeep(now) == FREELY
    allowance.refused(now)
    assert allowance.for_upkeep(now + timedelta(seconds=PUT_BY / A_SECOND)) == 0
    assert allowance.for_upkeep(now + timedelta(seconds=(PUT_BY + 2) / A_SECOND)) == 2
    assert allowance.for_upkeep(now + timedelta(days=1)) == min(FREELY, AT_ONCE - PUT_BY)
    # A clock set back makes nothing older.
    assert allowance.for_upkeep(now - timedelta(days=1)) == 0


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
