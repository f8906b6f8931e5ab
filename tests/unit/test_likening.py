"""Cases that may be one question are told of; a person puts them together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from bot import likening
from bot.cases import Status
from bot.config import Desk as Settings
from bot.errors import LoketError
from bot.messages import Style
from knowledge.errors import IndexUnavailable
from knowledge.ports import Question
from tests.counter import ANNA, BEN, DESK, VERA, WELCOME, Counter

FISH = "Where do I get a fishing permit?"
SETTINGS = Settings(alike=0.8)


async def with_case(settings: Settings = SETTINGS) -> Counter:
    counter = await Counter.open(desk_settings=settings)
    await counter.asks(FISH)
    return counter


def proposals(counter: Counter) -> list[str]:
    return [each.text for each in counter.said(DESK) if "may be the same" in each.text]


async def test_a_new_case_names_the_open_one_that_may_be_the_same() -> None:
    counter = await with_case()
    await counter.asks("Where do I get a moped permit?", BEN)
    assert not proposals(counter)
    await counter.asks(f"{FISH} please", BEN)
    (told,) = proposals(counter)
    assert told == "Case 1 may be the same question (0.88): !merge 1 puts them together."
    said = counter.last(DESK)
    assert said.thread == counter.store.cases[3].desk_thread
    assert (said.style, said.mentions) == (Style.NOTICE, ())
    await counter.at_desk(VERA, "!merge 1", 3)
    assert counter.store.cases[3].merged_into == 1


async def test_a_case_that_the_room_had_first_is_compared_when_the_desk_gets_it() -> None:
    counter = await with_case()
    await counter.says(BEN, FISH)
    assert not proposals(counter)
    case = counter.store.cases[2]
    assert case.due_at is not None
    counter.clock.now = case.due_at
    await counter.waits()
    assert len(proposals(counter)) == 1


@pytest.mark.parametrize("claimed", [False, True])
async def test_a_question_that_its_asker_rewords_is_compared_anew(*, claimed: bool) -> None:
    counter = await with_case()
    await counter.asks("Where do I live?", BEN)
    if claimed:
        await counter.at_desk(VERA, "!claim", 2)
    await counter.edits(BEN, "$m2", f"{FISH} please")
    (told,) = proposals(counter)
    assert told == "Case 1 may be the same question (0.88): !merge 1 puts them together."
    assert counter.last(DESK).thread == counter.store.cases[2].desk_thread
    await counter.edits(BEN, "$m2", f"{FISH} please!")
    await counter.edits(BEN, "$m2", f"{FISH} now")
    assert len(proposals(counter)) == 1


async def test_a_question_reworded_after_its_answer_is_not_compared() -> None:
    counter = await with_case()
    await counter.asks("Where do I live?", BEN)
    await counter.at_desk(VERA, "!answer Here.", 2)
    await counter.edits(BEN, "$m2", f"{FISH} please")
    assert "> Where do I get a fishing permit? please" in counter.last(DESK).text
    assert not proposals(counter)


async def test_what_the_desk_does_with_a_case_has_it_not_compared_again() -> None:
    counter = await with_case()
    await counter.asks("Where do I live?", BEN)
    counter.alike.error = ZeroDivisionError()
    for command in ("!claim", "!release", "!snooze 2d"):
        await counter.at_desk(VERA, command, 2)
    assert not proposals(counter)


async def test_what_has_ended_and_what_still_waits_in_its_room_is_not_named() -> None:
    counter = await with_case()
    await counter.at_desk(VERA, "!close Ask the harbour.")
    await counter.says(ANNA, FISH)
    assert counter.store.cases[2].status is Status.WAITING
    await counter.asks(FISH, BEN)
    assert not proposals(counter)


async def test_nothing_is_compared_where_the_settings_say_never() -> None:
    counter = await with_case(Settings(alike=1, alike_across=1))
    counter.alike.error = ZeroDivisionError()
    await counter.asks(FISH, BEN)
    assert not proposals(counter)


async def test_a_comparison_that_breaks_holds_up_no_case() -> None:
    counter = await with_case()
    counter.alike.error = IndexUnavailable("no index")
    await counter.asks(FISH, BEN)
    assert counter.store.cases[2].status is Status.OPEN
    assert "(case 2)" in counter.last(WELCOME).text
    assert not proposals(counter)


async def test_a_comparison_that_takes_too_long_holds_up_no_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = await with_case()

    async def never(question: Question, others: Mapping[int, Question]) -> list[tuple[int, float]]:
        await asyncio.Event().wait()
        raise LoketError("never comes here")

    monkeypatch.setattr(likening, "PATIENCE", 0.01)
    monkeypatch.setattr(counter.alike, "alike", never)
    await counter.asks(FISH, BEN)
    assert counter.store.cases[2].status is Status.OPEN
    assert not proposals(counter)


ACROSS = Settings(alike=0.9, alike_across=0.8)


async def test_across_languages_another_bound_counts_and_is_told_so() -> None:
    counter = await with_case(ACROSS)
    await counter.asks(f"{FISH} mijn", BEN)
    assert counter.store.cases[2].lang == "nl"
    (told,) = proposals(counter)
    assert told.startswith("Case 1, asked in another language, may be the same question (0.88)")
    await counter.asks(f"{FISH} please", ANNA)
    assert counter.store.cases[3].lang == "en"
    # As near as that, but in one language, is not near enough.
    assert len(proposals(counter)) == 1


async def test_what_is_near_in_the_same_language_goes_before_what_is_nearer_in_another() -> None:
    counter = await with_case(Settings(alike=0.75, alike_across=0.8))
    await counter.asks(f"{FISH} mijn please now", BEN)
    assert not proposals(counter)
    await counter.asks(f"{FISH} mijn", ANNA)
    (told,) = proposals(counter)
    assert told.startswith("Case 2 may be the same question (0.80)")


@pytest.mark.parametrize("settings", [{"alike": 1.0}, {"alike_across": 1.0}])
async def test_each_of_the_two_can_be_turned_off_alone(settings: dict[str, float]) -> None:
    counter = await with_case(Settings(**{"alike": 0.8, "alike_across": 0.8, **settings}))
    await counter.asks(f"{FISH} mijn", BEN)
    await counter.asks(f"{FISH} please", ANNA)
    how = ["another language" in each for each in proposals(counter)]
    assert how == ["alike" in settings]
