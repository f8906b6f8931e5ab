"""What the clock does to cases: more people, reminders, and claims that lapse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.cases import Status
from bot.config import Desk as Settings
from bot.config import Reach, Responder, Role, Step
from bot.gathering import gathered
from bot.hours import Agenda, Calendar, Group, period
from bot.messages import Outgoing
from tests.counter import ANNA, DESK, OMAR, VERA, WIM, Counter

FISH = "Where do I get a fishing permit?"
ZOE = "@zoe:example.org"
RESPONDERS = (
    Responder(VERA, Role.VOLUNTEER, topics=("fish",)),
    Responder(WIM, Role.VOLUNTEER, topics=("birds",)),
    Responder(ZOE, Role.OFFICIAL, "SVB"),
    Responder(OMAR, Role.OFFICIAL, "UWV"),
)


async def with_case(settings: Settings | None = None) -> Counter:
    counter = await Counter.open(responders=RESPONDERS, desk_settings=settings)
    await counter.asks(FISH)
    return counter


async def after(counter: Counter, **time: float) -> list[Outgoing]:
    """Time passes; gives what the desk is told."""
    before = len(counter.said(DESK))
    counter.clock.advance(timedelta(**time))
    await counter.waits()
    return [each for each in counter.said(DESK)[before:] if not each.replaces]


async def test_an_unclaimed_case_reaches_more_people_step_by_step() -> None:
    counter = await with_case()
    assert not await after(counter, minutes=59)
    (told,) = await after(counter, minutes=1)
    assert "Nobody has taken case 1 yet" in told.text
    assert set(told.mentions) == {counter.keys[VERA], counter.keys[WIM]}
    assert told.thread == counter.store.cases[1].desk_thread
    assert not await after(counter, minutes=179)
    assert not await after(counter, minutes=1)  # The officials were alerted first of all.


async def test_a_case_that_nobody_takes_is_brought_up_again_less_and_less_often() -> None:
    """It was, every day, to everybody: 120 alerts in 120 days."""
    counter = await with_case()
    days = []
    for day in range(60):
        for hour in range(24):
            for told in await after(counter, hours=1):
                assert "Nobody has taken case 1 yet" in told.text
                if day:
                    fit = {counter.keys[OMAR], counter.keys[ZOE]}
                    assert set(told.mentions) == fit
                    days.append((day, hour))
    between = [later[0] - sooner[0] for sooner, later in pairwise(days)]
    assert between[:2] == [2, 4]
    assert set(between[2:]) == {7}
    assert len({hour for _, hour in days}) == 1  # As the day begins.


async def test_where_nothing_may_be_idle_it_is_brought_up_again_once_a_day_at_most() -> None:
    counter = await with_case(Settings(remind_hours=0, idle_hours=0, weekly=None))
    await after(counter, hours=4)
    told = [len(await after(counter, minutes=30)) for _ in range(48)]
    assert sum(told) == 1


async def test_several_that_nobody_takes_are_brought_up_again_together() -> None:
    counter = await with_case()
    await counter.asks("Who sells salt?")
    await after(counter, hours=5)
    before = len(counter.said(DESK))
    counter.clock.advance(timedelta(hours=44))
    due = await counter.store.cases_due(counter.clock())
    outcomes = gathered(
        [await counter.reception.due(each) for each in due], counter.reception.rooms
    )
    (told,) = [each for one in outcomes for each in one.outgoing if not each.replaces]
    assert "these 2 cases yet: 1, 2" in told.text
    assert len(counter.said(DESK)) == before


async def test_after_a_long_absence_everybody_due_is_alerted_in_one_message() -> None:
    steps = (Step(60, Reach.OFFICIALS), Step(90, Reach.VOLUNTEERS))
    counter = await with_case(Settings(steps=steps, weekly=None))
    (told,) = await after(counter, days=2)
    assert set(told.mentions) == {counter.keys[VERA], counter.keys[WIM]}


@pytest.mark.parametrize("command", ["!claim", "!answer At the harbour.", "!close Ask them."])
async def test_a_case_that_somebody_has_reaches_nobody_more(command: str) -> None:
    counter = await with_case()
    await counter.at_desk(VERA, command)
    assert not await after(counter, minutes=61)


async def test_without_steps_a_case_reaches_nobody_more() -> None:
    counter = await with_case(Settings(steps=(), weekly=None))
    assert not await after(counter, days=30)


async def test_a_responder_is_reminded_once_and_then_the_case_is_free_again() -> None:
    counter = await with_case()
    await counter.at_desk(VERA, "!claim")
    (told,) = await after(counter, hours=8)
    assert "is yours and waits" in told.text
    assert "6 January 2026 09:00" in told.text
    assert told.mentions == (counter.keys[VERA],)
    assert not await after(counter, hours=15)
    (told,) = await after(counter, hours=1)
    assert f"{VERA} has not come to it" in told.text
    assert counter.store.cases[1].status is Status.OPEN
    assert counter.store.cases[1].claimed_by is None


async def test_words_in_the_thread_count_as_a_move() -> None:
    counter = await with_case()
    await counter.at_desk(VERA, "!claim")
    await after(counter, hours=7)
    await counter.at_desk(VERA, "I have asked the harbour.")
    assert not await after(counter, hours=7)
    await counter.at_desk(VERA, "!askback Which harbour?")
    assert not await after(counter, hours=7)
    assert len(await after(counter, hours=1)) == 1


async def test_a_case_that_is_free_again_takes_the_steps_anew() -> None:
    counter = await with_case()
    await counter.at_desk(VERA, "!claim")
    await after(counter, hours=8)
    await after(counter, hours=16)
    assert not await after(counter, minutes=59)
    assert len(await after(counter, minutes=1)) == 1


async def test_a_case_that_is_free_again_reaches_the_same_people_again() -> None:
    """The outbox drops a key that it knows: each round needs keys of its own."""
    counter = await with_case()
    assert len(await after(counter, minutes=60)) == 1
    await counter.at_desk(VERA, "!claim")
    await counter.at_desk(VERA, "!release")
    (told,) = await after(counter, minutes=60)
    assert "Nobody has taken case 1 yet" in told.text


async def test_a_reminder_that_comes_late_leaves_the_same_time_to_answer_it() -> None:
    """After a downtime of a day and more nobody's case is taken away at once."""
    counter = await with_case()
    await counter.at_desk(VERA, "!claim")
    (told,) = await after(counter, hours=30)
    assert "is yours and waits" in told.text
    assert "7 January 2026 07:00" in told.text
    assert not await after(counter, hours=15)
    assert counter.store.cases[1].status is Status.CLAIMED
    assert len(await after(counter, hours=1)) == 1
    assert counter.store.cases[1].status is Status.OPEN


async def test_a_clock_set_back_brings_nothing_early_and_nothing_twice() -> None:
    counter = await with_case()
    assert len(await after(counter, minutes=60)) == 1
    assert not await after(counter, minutes=-60)
    assert not await after(counter, minutes=60)


async def test_the_asker_hears_nothing_of_all_that() -> None:
    counter = await with_case()
    await counter.at_desk(VERA, "!claim")
    before = len(counter.store.outbox)
    await after(counter, hours=8)
    await after(counter, hours=16)
    new = list(counter.store.outbox.values())[before:]
    assert {each.room for each in new} == {DESK}
    assert counter.keys[ANNA] not in {key for each in new for key in each.mentions}


WEEK = ((period("09:00-17:00"),),) * 5 + ((), ())
OFFICE = Agenda((Group(None, None, Calendar(UTC, WEEK)),))


async def test_an_evening_and_a_weekend_bring_no_reminder_and_free_no_case() -> None:
    """Friday 16:30 and an hour more is Monday 9:30."""
    counter = await Counter.open(responders=RESPONDERS, agenda=OFFICE)
    counter.clock.now = datetime(2026, 1, 9, 16, 30, tzinfo=UTC)
    await counter.asks(FISH)
    case = counter.store.cases[1]
    assert case.look_at == datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
    assert not await after(counter, hours=64)
    assert len(await after(counter, hours=1)) == 1
    await counter.at_desk(VERA, "!claim")
    assert counter.store.cases[1].look_at == datetime(2026, 1, 13, 9, 30, tzinfo=UTC)
    await counter.at_desk(WIM, "!take")
    assert "from 15 January 2026 09:30" in counter.last(DESK).text
