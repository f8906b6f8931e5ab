"""What every store tells about how much waits, and how long things waited."""

from __future__ import annotations

from datetime import timedelta

from bot.cases import Status
from bot.figures import Figures
from bot.messages import Priority
from bot.outcome import Outcome
from bot.ports import Store
from tests.contracts.examples import NOW, case, message, outgoing, ref
from tests.fakes import FakeClock

EVER = NOW - timedelta(days=1000)
MINUTE = timedelta(minutes=1)


async def test_in_an_empty_store_nothing_waits(store: Store) -> None:
    assert await store.figures() == Figures(0, 0, {}, None, None, {}, None)
    assert await store.waits(EVER, 10) == []


async def test_messages_wait_to_be_handled_until_they_are_or_are_parked(store: Store) -> None:
    first = message("$1", sent_at=NOW - 3 * MINUTE)
    second = message("$2", sent_at=NOW - 2 * MINUTE)
    await store.receive("matrix", [second, first, message("$3")], "s1")
    found = await store.figures()
    assert (found.inbox, found.parked, found.oldest_inbox) == (3, 0, NOW - 3 * MINUTE)
    await store.put_off(ref("$1"), NOW + MINUTE)
    assert (await store.figures()).inbox == 3
    await store.commit(Outcome("parked", ref("$1"), parked=True))
    found = await store.figures()
    assert (found.inbox, found.parked, found.oldest_inbox) == (2, 1, NOW - 2 * MINUTE)
    await store.commit(Outcome("talk", ref("$2")))
    await store.commit(Outcome("talk", ref("$3")))
    found = await store.figures()
    assert (found.inbox, found.parked, found.oldest_inbox) == (0, 1, None)


async def test_messages_wait_to_be_said_by_priority(store: Store, clock: FakeClock) -> None:
    await store.commit(Outcome("said", outgoing=(outgoing("a", priority=Priority.REACTION),)))
    clock.advance(MINUTE)
    more = tuple(outgoing(key, priority=Priority.WORDS) for key in ("b", "c", "d"))
    await store.commit(Outcome("said", outgoing=more))
    found = await store.figures()
    assert dict(found.outbox) == {Priority.WORDS: 3, Priority.REACTION: 1}
    assert found.oldest_outbox == NOW
    await store.sent("a", "$a")
    await store.undeliverable("b", "refused")
    found = await store.figures()
    assert dict(found.outbox) == {Priority.WORDS: 2}
    assert found.oldest_outbox == NOW + MINUTE


async def test_what_may_wait_for_long_is_no_reason_to_wake_anybody(store: Store) -> None:
    waits = outgoing("a", priority=Priority.UPKEEP)
    await store.commit(Outcome("said", outgoing=(waits,)))
    found = await store.figures()
    assert dict(found.outbox) == {Priority.UPKEEP: 1}
    assert found.oldest_outbox is None


async def test_cases_are_counted_until_they_end(store: Store, asker: str) -> None:
    for id, status in enumerate([Status.OPEN, Status.OPEN, Status.WAITING, Status.CLOSED], 1):
        await store.commit(Outcome("new", case=case(asker, id, status=status)))
    assert dict((await store.figures()).cases) == {Status.OPEN: 2, Status.WAITING: 1}


async def test_it_is_known_when_something_last_came_in(store: Store, clock: FakeClock) -> None:
    await store.receive("matrix", [message()], "s1")
    clock.advance(MINUTE)
    await store.receive("matrix", [], "s2")
    clock.advance(MINUTE)
    assert (await store.figures()).heard_at == NOW + MINUTE


async def test_how_long_it_was_queued_is_measured_for_what_was_said(
    store: Store, clock: FakeClock
) -> None:
    keys = ("a", "b", "never")
    await store.commit(Outcome("said", outgoing=tuple(outgoing(key) for key in keys)))
    clock.advance(timedelta(seconds=2.5))
    await store.sent("a", "$a")
    clock.advance(timedelta(hours=1))
    await store.sent("b", "$b")
    await store.sent("b", "$again")
    await store.undeliverable("never", "refused")
    assert await store.waits(EVER, 10) == [3602.5, 2.5]
    assert await store.waits(EVER, 1) == [3602.5]
    assert await store.waits(NOW + MINUTE, 10) == [3602.5]
