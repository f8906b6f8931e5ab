"""➕ and cases that were merged: who waits for which answer, whoever leaves."""

from __future__ import annotations

import pytest

from bot.cases import Status
from bot.messages import key_for
from tests.counter import ANNA, BEN, BSN, CHAT, EVA, OMAR, VERA, WELCOME, WIM, Counter

FISH = "Where do I get a fishing permit?"
SALT = "Where may I fish in the sea?"
CANAL = "How may I fish in a canal?"


@pytest.fixture
async def counter() -> Counter:
    """Two cases: Anna's and Ben's."""
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks(SALT, BEN)
    return counter


@pytest.fixture
async def chain() -> Counter:
    """Anna's case is merged into Ben's, and that into Eva's."""
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks(SALT, BEN)
    await counter.asks(CANAL, EVA)
    await counter.at_desk(VERA, "!merge 2", 1)
    await counter.at_desk(VERA, "!merge 3", 2)
    return counter


def asked(counter: Counter, case_id: int) -> str:
    return counter.store.cases[case_id].asked.event


def handover(counter: Counter, case_id: int) -> str:
    return counter.store.events[key_for(counter.store.cases[case_id].asked, "handover")]


async def joins(counter: Counter, who: str, event: str) -> str:
    """Somebody taps ➕; gives the tap's event."""
    await counter.taps(who, "➕", event, WELCOME)
    return f"$m{counter.count}"


def demands(counter: Counter) -> list[int]:
    return [case.demand for _, case in sorted(counter.store.cases.items())]


def answers(counter: Counter) -> list[tuple[str | None, tuple[str, ...]]]:
    """In which threads the answer came, and whom it mentions there."""
    names = {key: name for name, key in counter.keys.items()}
    return [
        (each.thread, tuple(names[key] for key in each.mentions))
        for each in counter.said(WELCOME)
        if "> At the shop." in each.text
    ]


async def test_plus_on_a_merged_question_or_its_handover_counts_for_the_case_answered(
    counter: Counter,
) -> None:
    await counter.at_desk(VERA, "!merge 2", 1)
    await joins(counter, EVA, asked(counter, 1))
    await joins(counter, OMAR, handover(counter, 1))
    assert demands(counter)[1] == 3
    assert "3 others ask this too" in counter.card(2)
    await counter.at_desk(WIM, "!answer At the shop.", 2)
    assert answers(counter) == [("$m2", (BEN,)), ("$m1", (ANNA, EVA, OMAR))]


async def test_plus_on_several_messages_of_a_merge_counts_and_is_told_once_in_a_thread(
    counter: Counter,
) -> None:
    await counter.at_desk(VERA, "!merge 2", 1)
    for event in (asked(counter, 1), handover(counter, 1), handover(counter, 2)):
        await joins(counter, EVA, event)
    assert demands(counter)[1] == 2
    await counter.at_desk(WIM, "!answer At the shop.", 2)
    assert answers(counter) == [("$m2", (BEN, EVA)), ("$m1", (ANNA, EVA))]


async def test_plus_on_an_answer_that_became_a_handover_counts() -> None:
    counter = await Counter.open()
    await counter.knows(BSN)
    counter.search.finds(BSN, 2.0)
    await counter.asks(BSN.question)
    counter.search.hits.clear()
    await counter.edits(ANNA, "$m1", FISH)
    answer = key_for(counter.store.cases[1].asked, "answer")
    await joins(counter, BEN, counter.store.events[answer])
    assert demands(counter) == [1]


async def test_askers_of_a_merge_do_not_join_it(counter: Counter) -> None:
    await counter.at_desk(VERA, "!merge 2", 1)
    for who in (ANNA, BEN):
        await joins(counter, who, asked(counter, 1))
    assert demands(counter)[1] == 1


async def test_nobody_joins_what_was_merged_into_a_case_that_has_ended(counter: Counter) -> None:
    await counter.at_desk(VERA, "!merge 2", 1)
    await counter.at_desk(VERA, "!close Ask the harbour.", 2)
    await joins(counter, EVA, asked(counter, 1))
    assert demands(counter)[1] == 1


async def test_plus_taken_back_after_a_merge_counts_less_in_both_cases(counter: Counter) -> None:
    tap = await joins(counter, EVA, asked(counter, 1))
    await counter.at_desk(VERA, "!merge 2", 1)
    assert demands(counter) == [1, 2]
    await counter.takes_back(EVA, tap)
    assert demands(counter) == [0, 1]
    assert "1 other asks this too" in counter.card(2)
    await counter.at_desk(WIM, "!answer At the shop.", 2)
    assert all(EVA not in who for _, who in answers(counter))


async def test_who_takes_one_of_two_plus_back_is_still_counted(counter: Counter) -> None:
    first = await joins(counter, EVA, asked(counter, 1))
    second = await joins(counter, EVA, handover(counter, 1))
    assert demands(counter) == [1, 0]
    await counter.takes_back(EVA, first)
    assert demands(counter) == [1, 0]
    await counter.takes_back(EVA, second)
    assert demands(counter) == [0, 0]


async def test_when_the_case_of_a_merge_is_gone_the_oldest_is_answered_to_all(
    chain: Counter,
) -> None:
    await joins(chain, OMAR, asked(chain, 3))
    await chain.takes_back(EVA, asked(chain, 3))
    cases = chain.store.cases
    assert [(cases[id].status, cases[id].merged_into) for id in (1, 2)] == [
        (Status.OPEN, None),
        (Status.MERGED, 1),
    ]
    assert "2 others ask this too" in chain.card(1)
    assert "this too" not in chain.card(2)
    await chain.at_desk(WIM, "!answer At the shop.", 1)
    assert answers(chain) == [("$m1", (ANNA,)), ("$m2", (BEN,)), ("$m3", (OMAR,))]


async def test_who_left_such_a_chain_gets_no_answer_and_the_rest_still_do(chain: Counter) -> None:
    await chain.takes_back(EVA, asked(chain, 3))
    await chain.takes_back(ANNA, asked(chain, 1))
    assert chain.store.cases[2].status is Status.OPEN
    assert demands(chain)[1] == 0
    await chain.at_desk(WIM, "!answer At the shop.", 2)
    assert answers(chain) == [("$m2", (BEN,))]


async def test_who_leaves_a_chain_in_its_midst_counts_for_one(chain: Counter) -> None:
    assert demands(chain)[2] == 2
    await chain.takes_back(ANNA, asked(chain, 1))
    assert demands(chain)[1:] == [0, 1]
    await chain.takes_back(BEN, asked(chain, 2))
    assert demands(chain)[2] == 0
    await chain.at_desk(WIM, "!answer At the shop.", 3)
    assert answers(chain) == [("$m3", (EVA,))]


async def test_a_question_taken_back_after_its_answer_opens_no_merged_case_again(
    counter: Counter,
) -> None:
    await joins(counter, EVA, asked(counter, 2))
    await counter.at_desk(VERA, "!merge 2", 1)
    await counter.at_desk(WIM, "!answer At the shop.", 2)
    said = len(counter.shown(WELCOME))
    await counter.takes_back(BEN, asked(counter, 2))
    assert counter.store.cases[2].status is Status.WITHDRAWN
    assert counter.store.cases[1].status is Status.MERGED
    assert len(counter.shown(WELCOME)) <= said
    assert not [each for each in counter.shown(WELCOME) if "taken it back" in each]


async def test_who_joined_twice_is_told_once_that_no_answer_comes(counter: Counter) -> None:
    await joins(counter, EVA, asked(counter, 1))
    await joins(counter, EVA, handover(counter, 1))
    await counter.takes_back(ANNA, asked(counter, 1))
    told = [each for each in counter.said(WELCOME) if "taken it back" in each.text]
    assert [each.mentions for each in told] == [(counter.keys[EVA],)]


async def test_who_joined_twice_is_mentioned_once_when_the_bot_knows_it_after_all() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await joins(counter, BEN, "$m1")
    await joins(counter, BEN, "$m1")
    await counter.knows(BSN)
    counter.search.finds(BSN, 2.0)
    case = counter.store.cases[1]
    assert case.due_at is not None
    counter.clock.now = case.due_at
    await counter.waits()
    assert counter.last(WELCOME).mentions == (counter.keys[BEN],)


async def test_plus_in_a_room_counts_for_what_was_merged_into_a_question_in_private(
    counter: Counter,
) -> None:
    await counter.says(EVA, CANAL, CHAT)
    await counter.at_desk(VERA, "!merge 3", 1)
    await joins(counter, OMAR, handover(counter, 1))
    await counter.at_desk(WIM, "!answer At the shop.", 3)
    assert answers(counter) == [("$m1", (ANNA, OMAR))]


async def test_who_says_so_in_words_in_the_thread_of_a_merged_case_is_told_there() -> None:
    counter = await Counter.open()
    await counter.asks("Where do I get a fishing permit?")
    await counter.asks("Where may I fish in the sea?", BEN)
    await counter.at_desk(VERA, "!merge 2", 1)
    await counter.says(EVA, "Same here.", thread="$m1")
    assert [counter.store.cases[number].demand for number in (1, 2)] == [1, 2]
    await counter.at_desk(VERA, "!answer At the shop.", 2)
    told = {each.thread: each.mentions for each in counter.said(WELCOME) if "shop" in each.text}
    assert counter.keys[EVA] in told["$m1"]
    assert counter.keys[EVA] not in told["$m2"]
