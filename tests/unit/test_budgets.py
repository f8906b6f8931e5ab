"""How much the bot does for one person and in one room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.config import Answering as Settings
from bot.config import Budgets
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, VERA, WELCOME, Counter

FISH = "Where can I buy fish here?"


async def counter_with(person: int = 0, room: int = 0, patience: float = 15) -> Counter:
    return await Counter.open(Settings(patience=patience), budgets=Budgets(person, room))


async def test_over_the_budget_a_person_is_told_once_an_hour_and_gets_nothing_more() -> None:
    counter = await counter_with(person=2)
    counter.clock.advance(timedelta(minutes=22))
    for _ in range(6):
        await counter.asks(FISH)
    *cases, told = counter.said(WELCOME)
    assert len(cases) == len(counter.store.cases) == 2
    assert told.text == (
        "I am a bot. I have answered as many of your messages as I may within an hour. I answer "
        "you again in 38 min. Please ask again then. People here can still answer you."
    )
    await counter.asks(FISH, BEN)
    assert len(counter.store.cases) == 3
    counter.clock.advance(timedelta(minutes=38))
    await counter.asks(FISH)
    assert len(counter.store.cases) == 4
    for _ in range(3):
        await counter.asks(FISH)
    assert [each.text for each in counter.said(WELCOME)].count(told.text) == 1
    assert sum("as I may within an hour" in each.text for each in counter.said(WELCOME)) == 2


async def test_the_person_is_told_in_their_language_and_in_one_room_only() -> None:
    counter = await counter_with(person=1)
    await counter.asks("hoe kom ik aan vis?")
    await counter.asks("hoe kom ik aan vis?")
    assert "Over 60 min antwoord ik je weer" in counter.last(WELCOME).text
    await counter.asks("hoe kom ik aan brood?", room=CHAT)
    assert counter.said(CHAT) == []


async def test_alone_with_the_bot_nobody_else_is_promised() -> None:
    counter = await counter_with(person=1)
    await counter.asks(FISH, room=CHAT)
    await counter.asks(FISH, room=CHAT)
    assert counter.last(CHAT).text.endswith("in 60 min. Please ask again then.")


async def test_a_room_has_a_budget_of_its_own() -> None:
    counter = await counter_with(room=2)
    await counter.asks(FISH)
    await counter.asks(FISH, BEN)
    await counter.asks(FISH)
    assert "messages in this room" in counter.last(WELCOME).text
    await counter.asks(FISH, room=CHAT)
    assert len(counter.store.cases) == 3


async def test_questions_left_to_the_room_count_too_and_open_no_cases_without_bound() -> None:
    counter = await counter_with(person=2)
    for _ in range(5):
        await counter.says(ANNA, FISH)
    assert len(counter.store.cases) == 2
    assert counter.said(WELCOME) == []
    counter.clock.advance(timedelta(minutes=20))
    await counter.waits()
    assert len([each for each in counter.said(DESK) if each.thread is None]) == 2


async def test_answers_from_the_knowledge_base_count() -> None:
    counter = await counter_with(person=1)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.4)
    await counter.asks(BSN.question)
    await counter.asks(BSN.question)
    assert "as I may within an hour" in counter.last(WELCOME).text


async def test_chatter_and_redactions_cost_nothing_what_follows_a_question_does() -> None:
    counter = await counter_with(person=3)
    asked, _ = await counter.says(ANNA, FISH, addressed=True)
    await counter.says(ANNA, "nice weather")
    await counter.says(ANNA, "fresh fish", thread=asked.ref.event)
    assert "fresh fish" in counter.last(DESK).text
    await counter.edits(ANNA, asked.ref.event, "Where can I buy bread here?")
    assert "bread" in counter.store.cases[1].question
    await counter.takes_back(ANNA, asked.ref.event)
    assert counter.store.cases[1].question == ""


async def test_what_follows_a_question_reaches_the_desk_within_the_budget_only() -> None:
    counter = await counter_with(person=5)
    asked, _ = await counter.says(ANNA, FISH, addressed=True)
    await counter.at_desk(VERA, "!claim")
    before, told = len(counter.said(DESK)), len(counter.said(WELCOME))
    for number in range(20):
        await counter.says(ANNA, f"more {number}", thread=asked.ref.event)
    for number in range(20):
        await counter.edits(ANNA, asked.ref.event, f"Where can I buy {number} fish?")
    assert len(counter.said(DESK)) - before == 4
    assert len(counter.said(WELCOME)) - told == 1
    assert "did not get this one" in counter.last(WELCOME).text
    counter.clock.advance(timedelta(hours=1))
    await counter.says(ANNA, "one more thing", thread=asked.ref.event)
    assert "one more thing" in counter.last(DESK).text


async def test_a_busy_room_does_not_silence_who_has_a_case() -> None:
    counter = await counter_with(room=1)
    asked, _ = await counter.says(ANNA, FISH, addressed=True)
    await counter.says(ANNA, "fresh fish", thread=asked.ref.event)
    assert "fresh fish" in counter.last(DESK).text


async def test_an_edit_that_would_be_answered_anew_is_within_the_budget() -> None:
    counter = await counter_with(person=1)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.4)
    asked, _ = await counter.says(ANNA, BSN.question, addressed=True)
    counter.search.hits.clear()
    outcome = await counter.edits(ANNA, asked.ref.event, FISH)
    assert outcome.reason == "over budget: person"
    assert not counter.store.cases


async def test_a_message_that_breaks_its_handling_opens_no_case_over_the_budget() -> None:
    counter = await counter_with(person=1)
    await counter.asks(FISH)
    asked, _ = await counter.says(ANNA, "hello there")
    broken = replace(asked, text=FISH, addressed=True)
    outcome = await counter.reception.failed(broken, "ValueError")
    assert outcome.case is None


async def test_the_desk_has_no_budget() -> None:
    counter = await counter_with(person=1, room=1)
    await counter.asks(FISH)
    for _ in range(5):
        await counter.says(VERA, "!queue", DESK)
    assert sum("1 open" in each.text for each in counter.said(DESK)) == 5
