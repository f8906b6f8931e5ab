"""What people say with one tap: me too, that helped, that did not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cases import Status
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, OMAR, VERA, WELCOME, WIM, Counter

FISH = "Where do I get a fishing permit?"


@pytest.fixture
async def counter() -> Counter:
    counter = await Counter.open()
    await counter.asks(FISH)
    return counter


def handover(counter: Counter) -> str:
    return counter.store.events[counter.said(WELCOME)[0].key]


async def answered(counter: Counter) -> str:
    """The case is answered; gives the answer's event."""
    await counter.at_desk(VERA, "!answer At the post office.")
    return counter.store.events[counter.last(WELCOME).key]


async def test_others_who_ask_it_too_are_counted_once_each(counter: Counter) -> None:
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.taps(BEN, "➕", handover(counter), WELCOME)
    assert "1 other asks this too" in counter.card()
    await counter.taps(WIM, "➕", handover(counter), WELCOME)
    assert "2 others ask this too" in counter.card()


async def test_the_asker_does_not_ask_it_too(counter: Counter) -> None:
    await counter.taps(ANNA, "➕", "$m1", WELCOME)
    assert counter.store.cases[1].demand == 0


async def test_who_joined_is_mentioned_when_the_answer_comes(counter: Counter) -> None:
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await answered(counter)
    told = [each for each in counter.said(WELCOME) if "> At the post office." in each.text]
    assert [each.mentions for each in told] == [(counter.keys[ANNA], counter.keys[BEN])]


async def test_who_leaves_again_is_not_counted_nor_told(counter: Counter) -> None:
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.takes_back(BEN, f"$m{counter.count}", WELCOME)
    assert "this too" not in counter.card()
    await answered(counter)
    assert counter.last(WELCOME).mentions == (counter.keys[ANNA],)


async def test_who_joined_a_question_the_room_may_still_answer_waits_too() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    case = counter.store.cases[1]
    assert (case.status, case.demand) == (Status.WAITING, 1)
    assert not counter.said(DESK)


async def test_nobody_joins_what_has_ended(counter: Counter) -> None:
    await counter.at_desk(VERA, "!close Ask the harbour itself.")
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    assert counter.store.cases[1].demand == 0


async def test_plus_under_something_else_is_nothing(counter: Counter) -> None:
    await counter.says(BEN, "Nice weather.")
    _, outcome = await counter.says(BEN, "➕", WELCOME, reply_to="$m2")
    assert not outcome.outgoing


@pytest.mark.parametrize("thanks", ["👍", "❤️", "🙏"])
async def test_the_askers_thanks_confirm_the_answer(counter: Counter, thanks: str) -> None:
    answer = await answered(counter)
    await counter.taps(ANNA, thanks, answer, WELCOME)
    assert counter.store.cases[1].status is Status.CONFIRMED
    assert "answered and it helped" in counter.card()


async def test_somebody_elses_thanks_confirm_nothing(counter: Counter) -> None:
    answer = await answered(counter)
    await counter.taps(BEN, "👍", answer, WELCOME)
    assert counter.store.cases[1].status is Status.ANSWERED


async def test_a_confirmed_answer_can_be_vetted(counter: Counter) -> None:
    await counter.at_desk(OMAR, "!answer At the post office, https://example.org/post")
    answer = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👍", answer, WELCOME)
    await counter.at_desk(WIM, "!vet")
    assert counter.store.cases[1].status is Status.VETTED


async def test_an_answer_that_did_not_help_brings_the_case_back(counter: Counter) -> None:
    answer = await answered(counter)
    await counter.taps(ANNA, "👎", answer, WELCOME)
    case = counter.store.cases[1]
    assert (case.status, case.claimed_by) == (Status.CLAIMED, counter.keys[VERA])
    told = next(each for each in counter.said(DESK) if "did not help" in each.text)
    assert told.mentions == (counter.keys[VERA],)
    assert "what is still unclear" in counter.last(WELCOME).text
    await counter.says(ANNA, "Which post office?", thread="$m1")
    assert "> Which post office?" in counter.last(DESK).text
    await counter.at_desk(VERA, "!answer The one at the station.")
    assert counter.store.cases[1].status is Status.ANSWERED


async def test_a_vetted_answer_that_did_not_help_is_open_to_everybody(counter: Counter) -> None:
    await counter.at_desk(OMAR, "!answer At the post office, https://example.org/post")
    answer = counter.store.events[counter.last(WELCOME).key]
    await counter.at_desk(WIM, "!vet")
    await counter.taps(ANNA, "👎", answer, WELCOME)
    case = counter.store.cases[1]
    assert (case.status, case.claimed_by) == (Status.OPEN, None)


async def test_in_a_direct_chat_thanks_confirm_too() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH, CHAT)
    await counter.at_desk(VERA, "!answer At the post office.")
    answer = counter.store.events[counter.last(CHAT).key]
    await counter.taps(ANNA, "👍", answer, CHAT)
    assert counter.store.cases[1].status is Status.CONFIRMED


async def test_an_edited_answer_follows_to_everybody_who_waited(counter: Counter) -> None:
    await counter.asks("Fishing permit, where?", BEN)
    await counter.at_desk(VERA, "!merge 1", 2)
    await counter.at_desk(VERA, "!answer At the post office.")
    await counter.edits(VERA, f"$m{counter.count}", "!answer At the town hall.", DESK)
    shown = [text for text in counter.shown(WELCOME) if "> At the" in text]
    assert len(shown) == 4  # Both copies, and both told of the change.
    assert all("> At the town hall." in text for text in shown)


async def test_an_answer_taken_back_is_told_to_everybody_who_waited(counter: Counter) -> None:
    await counter.asks("Fishing permit, where?", BEN)
    await counter.at_desk(VERA, "!merge 1", 2)
    await answered(counter)
    await counter.takes_back(VERA, f"$m{counter.count}", DESK)
    back = [each for each in counter.said(WELCOME) if "was taken back" in each.text]
    assert {each.mentions for each in back} == {(counter.keys[ANNA],), (counter.keys[BEN],)}


async def test_when_the_asker_leaves_who_asked_too_and_who_joined_wait_for_the_next_answer(
    counter: Counter,
) -> None:
    await counter.asks("Fishing permit, where?", BEN)
    await counter.at_desk(VERA, "!merge 1", 2)
    await counter.taps(WIM, "➕", "$m1", WELCOME)
    await counter.takes_back(ANNA, "$m1", WELCOME)
    assert not [each for each in counter.said(WELCOME) if "taken it back" in each.text]
    own = counter.store.cases[2]
    assert (own.status, own.merged_into, own.demand) == (Status.OPEN, None, 1)
    assert "Now: nobody has it" in counter.card(2)
    assert "1 other asks this too" in counter.card(2)
    await counter.at_desk(VERA, "!answer At the post office.", 2)
    told = [each for each in counter.said(WELCOME) if "> At the post office." in each.text]
    assert [(each.thread, each.mentions) for each in told] == [
        ("$m2", (counter.keys[BEN],)),
        ("$m1", (counter.keys[WIM],)),
    ]


async def test_who_takes_back_a_merged_question_waits_no_longer(counter: Counter) -> None:
    await counter.asks("Fishing permit, where?", BEN)
    asked = f"$m{counter.count}"
    await counter.at_desk(VERA, "!merge 1", 2)
    await counter.takes_back(BEN, asked, WELCOME)
    assert "this too" not in counter.card()
    await answered(counter)
    assert [each.mentions for each in counter.said(WELCOME) if "> At the" in each.text] == [
        (counter.keys[ANNA],)
    ]


async def test_when_the_asker_asks_something_else_who_asked_too_is_not_forgotten(
    counter: Counter,
) -> None:
    await counter.asks("Fishing permit, where?", BEN)
    await counter.at_desk(VERA, "!merge 1", 2)
    await counter.taps(WIM, "➕", "$m1", WELCOME)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.0)
    await counter.edits(ANNA, "$m1", BSN.question)
    assert counter.store.cases[1].status is Status.CLOSED
    assert counter.store.cases[2].status is Status.OPEN
    assert counter.store.cases[2].demand == 1
    await counter.at_desk(VERA, "!answer At the post office.", 2)
    assert {each.mentions for each in counter.said(WELCOME) if "> At the post" in each.text} == {
        (counter.keys[BEN],),
        (counter.keys[WIM],),
    }


async def test_who_joined_is_mentioned_when_the_bot_knows_the_answer_after_all() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.knows(BSN)
    counter.search.finds(BSN, 2.0)
    counter.clock.advance(timedelta(minutes=15))
    await counter.waits()
    assert "Register at your municipality." in counter.last(WELCOME).text
    assert counter.last(WELCOME).mentions == (counter.keys[BEN],)


async def test_who_asked_twice_has_the_answer_in_both_places(counter: Counter) -> None:
    await counter.asks("Fishing permit, where?", ANNA)
    await counter.at_desk(VERA, "!merge 1", 2)
    assert counter.store.cases[1].demand == 0
    await answered(counter)
    threads = {each.thread for each in counter.said(WELCOME) if "> At the post" in each.text}
    assert threads == {"$m1", "$m2"}


async def test_who_joined_in_public_and_asked_in_private_has_both(counter: Counter) -> None:
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.says(BEN, "Fishing permit, where?", CHAT)
    await counter.at_desk(VERA, "!merge 1", 2)
    assert "1 other asks this too" in counter.card()
    await answered(counter)
    assert "> At the post office." in counter.last(CHAT).text
    public = next(each for each in counter.said(WELCOME) if "> At the post" in each.text)
    assert public.mentions == (counter.keys[ANNA], counter.keys[BEN])
