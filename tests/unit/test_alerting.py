"""Of several whom a case fits, those are mentioned who can come to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import Desk as Settings
from bot.config import Reach, Responder, Role, Step
from bot.hours import Agenda, Calendar, Group, period
from tests.counter import BEN, BSN, DESK, EVA, OMAR, VERA, WIM, Counter

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
VOLUNTEERS = (Responder(VERA, Role.VOLUNTEER), Responder(WIM, Role.VOLUNTEER))
OFFICIALS = (
    Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True),
    Responder(EVA, Role.OFFICIAL, "SVB", may_vet=True),
)
FISH = "Where do I get a fishing permit?"
SALT = "When do they spread salt on the roads?"


def every_day(hours: str) -> Calendar:
    return Calendar(AMSTERDAM, ((period(hours),),) * 7)


def alerted(counter: Counter, case_id: int = 1) -> set[str]:
    """Whom the case's card mentions."""
    names = {key: user_id for user_id, key in counter.keys.items()}
    (card,) = (
        each for each in counter.said(DESK) if each.key == counter.store.cases[case_id].desk_thread
    )
    return {names[key] for key in card.mentions}


async def test_who_has_as_many_cases_as_they_may_is_only_shown_the_next() -> None:
    settings = Settings(open_per_person=1, weekly=None)
    counter = await Counter.open(responders=VOLUNTEERS, desk_settings=settings)
    await counter.asks(FISH)
    assert alerted(counter) == {VERA, WIM}
    await counter.at_desk(VERA, "!claim")
    await counter.asks(SALT, BEN)
    assert alerted(counter, 2) == {WIM}


async def test_where_all_have_enough_all_are_alerted() -> None:
    settings = Settings(open_per_person=1, weekly=None)
    counter = await Counter.open(responders=VOLUNTEERS, desk_settings=settings)
    for number, (question, who) in enumerate(((FISH, VERA), (SALT, WIM)), 1):
        await counter.asks(question)
        await counter.at_desk(who, "!claim", number)
    await counter.asks("How do I keep bees?", BEN)
    assert alerted(counter, 3) == {VERA, WIM}


async def test_officials_who_are_in_are_alerted_before_those_who_are_not() -> None:
    agenda = Agenda(
        (
            Group("official", "UWV", every_day("09:00-17:00")),
            Group("official", "SVB", every_day("13:00-17:00")),
        ),
        AMSTERDAM,
    )
    counter = await Counter.open(
        responders=OFFICIALS, agenda=agenda, desk_settings=Settings(weekly=None)
    )
    counter.clock.now = datetime(2026, 11, 25, 10, tzinfo=AMSTERDAM)
    await counter.asks(FISH)
    assert alerted(counter) == {OMAR}
    counter.clock.now = datetime(2026, 11, 25, 20, tzinfo=AMSTERDAM)
    await counter.asks(SALT, BEN)
    assert alerted(counter, 2) == {OMAR, EVA}


async def test_what_is_one_persons_own_reaches_them_whatever_the_hour() -> None:
    agenda = Agenda((Group(None, None, every_day("09:00-17:00")),), AMSTERDAM)
    counter = await Counter.open(
        responders=VOLUNTEERS, agenda=agenda, desk_settings=Settings(weekly=None)
    )
    counter.clock.now = datetime(2026, 11, 25, 20, tzinfo=AMSTERDAM)
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!assign wim")
    told = counter.last(DESK)
    assert told.mentions == (counter.keys[WIM],)
    assert "They are back on 26 November 2026 08:00." in told.text  # In UTC.


async def test_the_officials_of_the_body_that_the_nearest_entry_names_come_to_a_case() -> None:
    steps = (Step(60, Reach.OFFICIALS),)
    counter = await Counter.open(
        responders=(*VOLUNTEERS, *OFFICIALS), desk_settings=Settings(steps=steps, weekly=None)
    )
    near = replace(BSN, id="near", body="SVB")
    await counter.knows(near)
    counter.search.finds(near, 0.9)
    await counter.asks(FISH)
    assert not counter.store.cases[1].body  # No more than a guess.
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert counter.last(DESK).mentions == (counter.keys[EVA],)
