"""What an asker is told about how long it takes, through the whole counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases import Case, Status
from bot.config import Answering as Settings
from bot.config import Desk, Responder, Role
from bot.errors import HandleAgain
from bot.hours import Agenda, Calendar, Group, period
from bot.messages import MessageRef, Style
from bot.outcome import Outcome
from tests.counter import ANNA, BEN, CHAT, OMAR, VERA, WELCOME, Counter

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNKNOWN = "How do I get a parking permit?"
OFFICIALS = (Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True),)
OFFICE = Agenda(
    (
        Group(
            "official",
            "UWV",
            Calendar(AMSTERDAM, (*((period("09:30-12:30"), period("13:00-17:00")),) * 5, (), ())),
        ),
    ),
    AMSTERDAM,
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


async def opened(
    at: str, promise: float = 7, responders: tuple[Responder, ...] = OFFICIALS
) -> Counter:
    counter = await Counter.open(
        Settings(promise_hours=promise),
        responders=responders,
        agenda=OFFICE,
        desk_settings=Desk(steps=(), weekly=None),  # What else the clock does is not told here.
    )
    counter.clock.now = local(at)
    return counter


async def answered_before(counter: Counter, waits: float, count: int = 20) -> None:
    """So many cases of a week ago, at the same time of the week, answered after so many hours."""
    now = counter.clock.now
    for id in range(1001, 1001 + count):
        counter.clock.now = now - 7 * DAY + waits * HOUR
        case = Case(
            id=id,
            asked=MessageRef("matrix", WELCOME, f"$old{id}"),
            root="",
            direct=False,
            asker=counter.keys[BEN],
            question="Q?",
            lang="en",
            topic="",
            opened_at=now - 7 * DAY,
            status=Status.ANSWERED,
        )
        await counter.store.commit(Outcome("answered", case=case))
    counter.clock.now = now


async def test_while_nobody_is_there_the_asker_reads_when_they_are_back() -> None:
    counter = await opened("2026-11-27T19:00")
    await counter.asks(UNKNOWN)
    text = counter.last(WELCOME).text
    told = "They try to answer within 1 working day. They are back on Monday 30 November at 9:30."
    assert told in text
    assert "can't promise" not in text


async def test_it_is_told_in_the_askers_language() -> None:
    counter = await opened("2026-11-27T19:00")
    await counter.asks("Hoe krijg ik een parkeervergunning?")
    assert (
        "Zij proberen binnen 1 werkdag te antwoorden. Zij zijn er weer op maandag 30 november om "
        "9:30 uur." in counter.last(WELCOME).text
    )


async def test_in_a_direct_chat_it_is_told_too() -> None:
    counter = await opened("2026-11-27T19:00")
    await counter.asks(UNKNOWN, room=CHAT)
    assert "They are back on Monday 30 November at 9:30." in counter.last(CHAT).text


async def test_while_somebody_is_there_nothing_is_said_of_being_back() -> None:
    for at, people in (
        ("2026-11-27T10:00", OFFICIALS),
        ("2026-11-27T19:00", (*OFFICIALS, Responder(VERA, Role.VOLUNTEER))),
    ):
        counter = await opened(at, responders=people)
        await counter.asks(UNKNOWN)
        assert "try to answer within" in counter.last(WELCOME).text
        assert "back on" not in counter.last(WELCOME).text


async def slips(counter: Counter) -> int:
    """How many askers are told that it takes longer."""
    outcomes = await counter.waits()
    return sum(each.reason == "expectation slipped" for each in outcomes)


async def test_without_answers_and_promise_nothing_is_promised_and_nothing_slips() -> None:
    counter = await opened("2026-11-27T10:00", promise=0)
    await counter.asks(UNKNOWN)
    assert "I can't promise how fast." in counter.last(WELCOME).text
    counter.clock.advance(90 * DAY)
    assert not await slips(counter)


async def test_from_twenty_answers_on_the_asker_reads_how_long_it_really_takes() -> None:
    counter = await opened("2026-11-27T10:00")
    await answered_before(counter, waits=3, count=19)
    await counter.asks(UNKNOWN)
    assert "They try to answer within 1 working day." in counter.last(WELCOME).text
    counter = await opened("2026-11-27T10:00")
    await answered_before(counter, waits=3, count=20)
    await counter.asks(UNKNOWN)
    assert (
        "nine of ten answers to such questions came within 3 hours." in counter.last(WELCOME).text
    )


@pytest.mark.parametrize("merged", [False, True])
async def test_while_it_is_left_alone_the_asker_reads_when_it_is_looked_at_again(
    merged: bool,
) -> None:
    """They read "They try to answer within 2 hours" of a case snoozed for five days."""
    counter = await opened("2026-11-27T16:00")
    await counter.asks(UNKNOWN)
    await counter.asks("Where do I get a fishing permit?", BEN)
    if merged:
        await counter.at_desk(OMAR, "!merge 2", 1)
    await counter.at_desk(OMAR, "!snooze 10d", 2 if merged else 1)
    counter.clock.now = local("2026-11-30T16:00")
    await counter.waits()
    told = [
        each.text
        for each in counter.said(WELCOME)
        if each.thread == "$m1" and "I am sorry" in each.text
    ]
    assert len(told) == 1
    assert "They look at it again on Monday 7 December." in told[0]
    assert "within" not in told[0]
    counter.clock.advance(2 * DAY)
    assert not await slips(counter)


async def test_when_it_slips_the_asker_is_told_once_more_with_a_mention() -> None:
    """Seven hours of open time from Friday 16:00 are over on Monday at 16:00."""
    counter = await opened("2026-11-27T16:00")
    await counter.asks(UNKNOWN)
    counter.clock.now = local("2026-11-30T15:59")
    assert await counter.waits() == []
    counter.clock.now = local("2026-11-30T16:00")
    (outcome,) = await counter.waits()
    assert outcome.reason == "expectation slipped"
    said = counter.last(WELCOME)
    assert said.text == (
        "I am sorry: this takes longer than I told you. Your question is not forgotten, people "
        "still have it. They try to answer within 1 working day. You need not do "
        "anything, unless somebody has asked you something here."
    )
    assert (said.style, said.mentions) == (Style.TEXT, (counter.keys[ANNA],))
    assert said.thread == "$m1"
    for _ in range(30):
        counter.clock.advance(DAY)
        assert await counter.waits() == []


async def test_when_it_slips_those_who_waited_longer_tell_how_long_it_takes_now() -> None:
    counter = await opened("2026-11-27T10:00")
    await answered_before(counter, waits=3)
    await counter.asks(UNKNOWN)
    for id in range(2001, 2021):
        old = counter.store.cases[id - 1000]
        late = replace(old, id=id, version=0)
        counter.clock.now = old.opened_at + 5 * HOUR
        await counter.store.commit(Outcome("answered", case=late))
    counter.clock.now = local("2026-11-27T13:30")
    await counter.waits()
    assert "got an answer, nine of ten then got it within 2 hours." in counter.last(WELCOME).text


async def test_who_was_answered_in_time_is_told_nothing_more() -> None:
    counter = await opened("2026-11-27T10:00")
    await counter.asks(UNKNOWN)
    await counter.at_desk(OMAR, "!answer At the town hall.")
    counter.clock.advance(30 * DAY)
    assert await counter.waits() == []


async def test_who_is_answered_while_the_clock_is_looked_at_is_told_nothing_of_waiting() -> None:
    counter = await opened("2026-11-27T10:00")
    await counter.asks(UNKNOWN)
    counter.clock.advance(30 * DAY)
    (late,) = await counter.store.cases_slipped(counter.clock())
    outcome = await counter.answering.promising.slipped(late)
    await counter.at_desk(OMAR, "!answer At the town hall.")
    with pytest.raises(HandleAgain):
        await counter.store.commit(outcome)
    assert await counter.waits() == []
    assert not [each for each in counter.said(WELCOME) if "takes longer" in each.text]


async def test_whose_question_was_left_to_the_room_first_is_told_at_the_handover() -> None:
    counter = await opened("2026-11-27T16:50")
    await counter.says(ANNA, UNKNOWN)
    counter.clock.now = local("2026-11-27T17:05")
    await counter.waits()
    assert "They are back on Monday 30 November at 9:30." in counter.last(WELCOME).text
    counter.clock.now = local("2026-11-30T16:59")
    assert await counter.waits() == []
    counter.clock.now = local("2026-11-30T17:00")
    assert len(await counter.waits()) == 1


async def test_a_clock_that_is_set_back_tells_nobody_twice() -> None:
    counter = await opened("2026-11-27T10:00")
    await counter.asks(UNKNOWN)
    counter.clock.advance(30 * DAY)
    assert await slips(counter) == 1
    counter.clock.advance(-60 * DAY)
    assert not await slips(counter)
    counter.clock.advance(60 * DAY)
    assert not await slips(counter)


async def test_once_somebody_has_the_case_their_hours_count() -> None:
    """A volunteer, who is always there, would have answered; the official took it."""
    counter = await opened(
        "2026-11-27T10:00", responders=(*OFFICIALS, Responder(VERA, Role.VOLUNTEER))
    )
    await counter.asks(UNKNOWN)
    await counter.at_desk(OMAR, "!claim")
    counter.clock.now = local("2026-11-27T18:00")
    await counter.waits()
    assert "longer than I told you" in counter.last(WELCOME).text
    assert "They are back on Monday 30 November at 9:30." in counter.last(WELCOME).text


async def test_every_asker_of_a_merge_is_told_once_when_it_slips() -> None:
    counter = await opened("2026-03-02T10:00", promise=3)
    await counter.asks(UNKNOWN)
    await counter.asks("Where do I park?", BEN)
    await counter.at_desk(OMAR, "!merge 2", 1)
    said = len(counter.said(WELCOME))
    for _ in range(2):
        counter.clock.advance(DAY)
        await counter.waits()
    told = counter.said(WELCOME)[said:]
    mentions = [(each.thread, each.mentions) for each in told]
    assert mentions == [("$m2", (counter.keys[BEN],)), ("$m1", (counter.keys[ANNA],))]


async def test_nobody_of_a_merge_is_told_that_it_slips_once_it_is_answered() -> None:
    counter = await opened("2026-03-02T10:00", promise=3)
    await counter.asks(UNKNOWN)
    await counter.asks("Where do I park?", BEN)
    await counter.at_desk(OMAR, "!merge 2", 1)
    await counter.at_desk(OMAR, "!answer Behind the station.", 2)
    counter.clock.advance(DAY)
    assert not await counter.waits()


async def test_who_took_a_merged_question_back_is_told_nothing_when_it_slips() -> None:
    counter = await opened("2026-03-02T10:00", promise=3)
    await counter.asks(UNKNOWN)
    await counter.asks("Where do I park?", BEN)
    await counter.at_desk(OMAR, "!merge 2", 1)
    await counter.takes_back(ANNA, "$m1")
    counter.clock.advance(DAY)
    await counter.waits()
    assert counter.last(WELCOME).mentions == (counter.keys[BEN],)
    assert not counter.store.promises
