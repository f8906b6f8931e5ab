"""Several cases in one thread: everybody is led to their own, each copy to the one it came from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cases import Status
from bot.messages import Outgoing
from tests.counter import ANNA, BEN, DESK, EVA, VERA, WELCOME, WIM, Counter

FISH, CANAL = "Where do I get a fishing permit?", "How do I get a canal permit here?"
SHOP = "!answer At the shop."


async def asked() -> Counter:
    """Anna's case 1."""
    counter = await Counter.open()
    await counter.asks(FISH)
    return counter


async def ben_asks(counter: Counter, text: str = CANAL) -> None:
    """Ben asks in Anna's thread: case 2 has the same root."""
    await counter.says(BEN, text, thread="$m1", addressed=True)
    assert counter.store.cases[2].root == counter.store.cases[1].root


def copies(counter: Counter, words: str) -> list[Outgoing]:
    return [each for each in counter.said(WELCOME) if words in each.text and not each.replaces]


def event(counter: Counter, words: str) -> str:
    return counter.store.events[copies(counter, words)[-1].key]


def at_desk(counter: Counter, case_id: int) -> str:
    root = counter.store.cases[case_id].desk_thread
    return "\n".join(each.text for each in counter.said(DESK) if each.thread == root)


@pytest.mark.parametrize("how", [CANAL, f"!people {CANAL}"])
async def test_an_asker_is_heard_though_somebody_else_asks_in_their_thread(how: str) -> None:
    """It was talk of peers."""
    counter = await asked()
    await counter.at_desk(VERA, "!askback Which town?")
    await ben_asks(counter, how)
    await counter.says(ANNA, "Utrecht", thread="$m1")
    await counter.says(BEN, "I have a small boat.", thread="$m1")
    assert "> Utrecht" in at_desk(counter, 1)
    assert "> Utrecht" not in at_desk(counter, 2)
    assert "> I have a small boat." in at_desk(counter, 2)
    assert "> I have a small boat." not in at_desk(counter, 1)


async def test_a_complaint_brings_back_the_case_of_who_complains() -> None:
    counter = await asked()
    await counter.at_desk(VERA, SHOP)
    await ben_asks(counter)
    await counter.says(ANNA, "That shop is closed.", thread="$m1")
    assert counter.store.cases[1].status is Status.CLAIMED
    assert counter.store.cases[2].status is Status.OPEN


@pytest.mark.parametrize(
    ("tap", "status"), [("👍", Status.CONFIRMED), ("👎", Status.CLAIMED), ("⚠️", Status.CLAIMED)]
)
async def test_a_tap_is_about_the_answer_that_it_stands_under(tap: str, status: Status) -> None:
    counter = await asked()
    await counter.at_desk(VERA, SHOP)
    await ben_asks(counter)
    await counter.taps(ANNA, tap, event(counter, "> At the shop."), WELCOME)
    assert counter.store.cases[1].status is status


async def test_an_edit_of_an_answer_changes_the_copy_it_became() -> None:
    """The asker kept the wrong answer, and the responder was told nothing."""
    counter = await asked()
    await counter.at_desk(VERA, SHOP)
    answer = f"$m{counter.count}"
    await ben_asks(counter)
    outcome = await counter.edits(VERA, answer, "!answer NOT at the shop.", DESK)
    assert outcome.reason == "answer changed"
    assert counter.store.cases[1].told == "NOT at the shop."
    assert "> At the shop." not in "\n".join(counter.shown(WELCOME))


async def test_an_edit_changes_each_copy_where_two_askers_of_a_thread_have_one_answer() -> None:
    """Only the last copy in the thread was changed."""
    counter = await asked()
    await ben_asks(counter)
    await counter.at_desk(VERA, "!merge 1", 2)
    await counter.at_desk(VERA, SHOP)
    answer = f"$m{counter.count}"
    assert len(copies(counter, "> At the shop.")) == 2
    await counter.edits(VERA, answer, "!answer NOT at the shop.", DESK)
    await counter.edits(VERA, answer, "!answer At the town hall.", DESK)
    shown = [text for text in counter.shown(WELCOME) if "\n> " in text]
    assert not [text for text in shown if "> At the shop." in text]
    await counter.says(BEN, "That is closed.", thread="$m1")
    assert [counter.store.cases[id].status for id in (1, 2)] == [Status.ANSWERED, Status.OPEN]
    await counter.says(ANNA, "That is closed.", thread="$m1")
    assert counter.store.cases[1].status is Status.CLAIMED


async def test_an_answer_is_taken_back_from_the_case_it_was_given_for() -> None:
    counter = await asked()
    await counter.at_desk(VERA, SHOP)
    answer = f"$m{counter.count}"
    await ben_asks(counter)
    await counter.takes_back(VERA, answer, DESK)
    assert (counter.store.cases[1].status, counter.store.cases[1].told) == (Status.CLAIMED, "")
    assert counter.last(WELCOME).mentions == (counter.keys[ANNA],)


async def test_an_edit_of_a_question_back_is_for_the_case_it_was_asked_for() -> None:
    counter = await asked()
    await counter.at_desk(VERA, "!askback Which town?")
    question = f"$m{counter.count}"
    await ben_asks(counter)
    thread = counter.store.events[counter.store.cases[1].desk_thread or ""]
    words: dict[str, Any] = {"room": DESK, "thread": thread}
    outcome = await counter.edits(VERA, question, "!askback Which city?", **words)
    assert outcome.reason == "question back changed"
    assert outcome.case
    assert outcome.case.id == 1


async def test_who_joined_is_heard_where_they_joined() -> None:
    counter = await asked()
    await counter.taps(EVA, "➕", "$m1", WELCOME)
    await counter.at_desk(VERA, SHOP)
    await ben_asks(counter)
    await counter.says(EVA, "Closed for me.", thread="$m1")
    assert "> Closed for me." in at_desk(counter, 1)
    await counter.says(EVA, "Thank you!", thread="$m1")
    assert {each.by for each in counter.store.did if each.by} == {counter.keys[EVA]}


async def test_the_words_of_somebody_else_are_about_what_they_reply_to() -> None:
    """Else about the question that opened the thread."""
    counter = await asked()
    await ben_asks(counter)
    await counter.at_desk(VERA, "!askback Which boat?", 2)
    back = event(counter, "> Which boat?")
    await counter.says(EVA, "Me too", thread="$m1", reply_to=back)
    assert [each.demand for each in counter.store.cases.values()] == [0, 1]
    await counter.says(WIM, "Me too", thread="$m1")
    assert [each.demand for each in counter.store.cases.values()] == [1, 1]


async def test_who_asked_twice_in_a_thread_is_heard_for_what_they_asked_last() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.says(BEN, "You can get it at the shop in town.", thread="$m1")
    await counter.says(ANNA, CANAL, thread="$m1", addressed=True)
    await counter.says(BEN, "How do I get a boat?", thread="$m1", addressed=True)
    await counter.says(ANNA, "I live in Utrecht.", thread="$m1")
    assert counter.store.cases[1].status is Status.CLOSED
    assert "> I live in Utrecht." in at_desk(counter, 2)
    assert "> I live in Utrecht." not in at_desk(counter, 3)


async def test_what_does_not_arrive_is_told_in_the_thread_of_its_case() -> None:
    counter = await asked()
    await counter.at_desk(VERA, SHOP)
    await ben_asks(counter)
    (copy,) = copies(counter, "> At the shop.")
    told = await counter.reception.undelivered(copy, "forbidden")
    assert told
    assert told.outgoing[0].thread == counter.store.cases[1].desk_thread
