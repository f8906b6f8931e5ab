"""What responders are told about what they did, and thanks that reach them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Responder, Role
from bot.messages import Outgoing, Style
from bot.questions import is_thanks
from tests.counter import ANNA, BEN, CHAT, DESK, OMAR, VERA, WELCOME, WIM, Counter

FISH = "Where do I get a fishing permit?"
POST = "!answer At the post office, https://example.org/post"


@pytest.fixture
async def counter() -> Counter:
    """A case that Vera answered after ten minutes."""
    counter = await Counter.open()
    await counter.asks(FISH)
    counter.clock.advance(timedelta(minutes=10))
    await counter.at_desk(VERA, POST)
    return counter


async def record(counter: Counter, who: str) -> str:
    """What the bot tells somebody who asks for their record in a chat with it."""
    await counter.says(who, "!record", CHAT, addressed=True)
    return counter.last(CHAT).text


async def thanks(counter: Counter, text: str, who: str = ANNA) -> list[Outgoing]:
    """Somebody writes in the asker's thread; gives what the desk is told."""
    before = len(counter.said(DESK))
    await counter.says(who, text, thread="$m1")
    return counter.said(DESK)[before:]


async def test_a_responder_is_told_what_they_did_themselves(counter: Counter) -> None:
    answer = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👍", answer, WELCOME)
    await counter.at_desk(WIM, "!vet")
    told = await record(counter, VERA)
    assert "cases answered in your own words: 1" in told
    assert "of these, vetted by somebody else: 1" in told
    assert "thanks from people who waited for your answers: 1" in told
    assert "half of them came within 10 minutes" in told
    assert "that you vetted" not in told
    told = await record(counter, WIM)
    assert "cases answered in your own words: 0" in told
    assert "answers of others that you vetted: 1" in told
    assert "came within" not in told


async def test_the_record_comes_where_it_was_asked_for_and_alerts_nobody(counter: Counter) -> None:
    await counter.at_desk(VERA, "!record")
    told = counter.last(DESK)
    assert told.thread == counter.store.events[counter.store.cases[1].desk_thread or ""]
    assert (told.style, told.mentions) == (Style.NOTICE, ())
    assert "In a chat with me, !record tells you this without others" in told.text
    before = len(counter.said(DESK))
    assert "In a chat with me" not in await record(counter, VERA)
    assert len(counter.said(DESK)) == before


async def test_who_did_nothing_yet_is_told_so_without_blame(counter: Counter) -> None:
    assert "nothing here yet" in await record(counter, OMAR)


async def test_an_edit_or_a_second_answer_counts_nothing_twice(counter: Counter) -> None:
    await counter.edits(VERA, f"$m{counter.count}", "!answer At the harbour.", DESK)
    answer = counter.store.events[counter.said(WELCOME)[1].key]
    await counter.taps(ANNA, "👎", answer, WELCOME)
    counter.clock.advance(timedelta(hours=3))
    await counter.at_desk(VERA, "!answer At the town hall.")
    told = await record(counter, VERA)
    assert "cases answered in your own words: 1" in told
    assert "half of them came within 10 minutes" in told


async def test_an_answer_that_was_taken_back_does_not_count(counter: Counter) -> None:
    await counter.takes_back(VERA, f"$m{counter.count}", DESK)
    assert "nothing here yet" in await record(counter, VERA)


async def test_an_entry_that_was_sent_counts_as_that(counter: Counter) -> None:
    await counter.at_desk(WIM, "!vet")
    await counter.asks("And for sea fishing, where do I get that permit?", BEN)
    (entry,) = await counter.store.entries()
    await counter.at_desk(WIM, f"!send {entry.id}", 2)
    assert "cases answered with an entry: 1" in await record(counter, WIM)


async def test_thanks_of_all_who_waited_count_once_each(counter: Counter) -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.at_desk(VERA, POST)
    answer = counter.store.events[counter.last(WELCOME).key]
    for who, emoji in ((ANNA, "👍"), (ANNA, "❤️"), (BEN, "🙏"), (OMAR, "👏"), (BEN, "🤔")):
        await counter.taps(who, emoji, answer, WELCOME)
    await thanks(counter, "Thank you so much!")
    assert "waited for your answers: 2" in await record(counter, VERA)


async def test_thanks_of_who_asked_the_same_in_a_thread_of_their_own_count() -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks("Where is the fishing permit sold?", BEN)
    await counter.at_desk(WIM, "!merge 1", 2)
    await counter.at_desk(VERA, POST)
    bens = counter.said(WELCOME)[-1]
    assert counter.keys[BEN] in bens.mentions
    await counter.taps(BEN, "❤️", counter.store.events[bens.key], WELCOME)
    assert "waited for your answers: 1" in await record(counter, VERA)


async def test_thanks_in_words_are_shown_once_and_alert_nobody(counter: Counter) -> None:
    (told,) = await thanks(counter, "Dank je wel!")
    assert told.text == "The asker thanks you:\n\n> Dank je wel!"
    assert (told.style, told.mentions) == (Style.NOTICE, ())
    assert told.thread == counter.store.cases[1].desk_thread
    assert not await thanks(counter, "thanks")
    await counter.takes_back(ANNA, "$m3")
    assert told.text not in counter.shown(DESK)


async def test_thanks_for_a_vetted_answer_are_passed_on_too(counter: Counter) -> None:
    await counter.at_desk(WIM, "!vet")
    (told,) = await thanks(counter, "Bedankt voor je hulp 🙏")
    assert told.text.startswith("The asker thanks you:")


async def test_thanks_for_another_answer_are_passed_on_anew(counter: Counter) -> None:
    await thanks(counter, "Thanks!")
    answer = counter.store.events[counter.said(WELCOME)[1].key]
    await counter.taps(ANNA, "👎", answer, WELCOME)
    await counter.at_desk(VERA, "!answer At the town hall.")
    (told,) = await thanks(counter, "Thanks!")
    assert told.text.startswith("The asker thanks you:")


@pytest.mark.parametrize("text", ["Thanks, but which one?", "No thanks to you.", "Thanks. 1 more"])
async def test_more_than_thanks_reaches_who_answered_as_before(counter: Counter, text: str) -> None:
    (told,) = await thanks(counter, text)
    assert told.text.startswith("The asker adds:")
    assert told.mentions


async def test_thanks_before_there_is_an_answer_are_an_addition() -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    (told,) = await thanks(counter, "Thanks!")
    assert told.text.startswith("The asker adds:")


async def test_thanks_of_others_in_the_thread_go_nowhere(counter: Counter) -> None:
    assert not await thanks(counter, "Thanks!", BEN)


@pytest.mark.parametrize(
    "text",
    ["thanks", "Thank you!", "ok, dank je", "Dankjewel hoor", "Bedankt voor je hulp!", "Merci ❤",
     "Heel erg bedankt", "Vielen Dank!", "Danke schön", "Super, thanks a lot", "شكرا", "Дякую!"],
)  # fmt: skip
def test_thanks_are_known(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    ["", "👍", "thanks?", "ok", "no", "thanks but no", "dank je, en het formulier", "thankless",
     "thanks 2", "I said thanks"],
)  # fmt: skip
def test_what_asks_or_tells_something_is_not_thanks(text: str) -> None:
    assert not is_thanks(text)


async def test_only_responders_have_a_record() -> None:
    counter = await Counter.open(responders=[Responder(VERA, Role.VOLUNTEER)])
    await counter.says(BEN, "!record", DESK)
    assert "Only people listed as responders" in counter.last(DESK).text
