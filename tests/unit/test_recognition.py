"""What responders are told about what they did, and thanks that reach them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases import Status
from bot.config import Desk as Settings
from bot.config import Responder, Role, Trust
from bot.deeds import What
from bot.messages import Outgoing, Style
from bot.questions import is_thanks
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
FISH = "Where do I get a fishing permit?"
POST = "!answer At the post office, https://example.org/post"


@pytest.fixture
async def counter() -> Counter:
    """A case that Vera answered after ten minutes."""
    counter = await Counter.open(desk_settings=Settings())
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


def mirrors(counter: Counter) -> list[Outgoing]:
    """The reactions that whoever answered sees."""
    return [each for each in counter.said(DESK) if each.style is Style.REACTION and each.reply_to]


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
    counter = await Counter.open(desk_settings=Settings())
    await counter.asks(FISH)
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.at_desk(VERA, POST)
    answer = counter.store.events[counter.last(WELCOME).key]
    for who, emoji in ((ANNA, "👍"), (ANNA, "❤️"), (BEN, "🙏"), (OMAR, "👏"), (BEN, "🤔")):
        await counter.taps(who, emoji, answer, WELCOME)
    await thanks(counter, "Thank you so much!")
    assert "waited for your answers: 2" in await record(counter, VERA)


async def test_a_reaction_of_thanks_counts_as_long_as_one_of_them_stands(counter: Counter) -> None:
    answer = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👍", answer, WELCOME)
    await counter.taps(ANNA, "❤️", answer, WELCOME)
    assert len(mirrors(counter)) == 2
    await counter.takes_back(ANNA, "$m3")
    assert "waited for your answers: 1" in await record(counter, VERA)
    await counter.takes_back(ANNA, "$m4")
    assert "waited for your answers: 0" in await record(counter, VERA)
    assert counter.store.cases[1].status is Status.CONFIRMED
    await counter.taps(ANNA, "👍", answer, WELCOME)
    assert "waited for your answers: 1" in await record(counter, VERA)


async def test_thanks_in_words_stand_for_a_reaction_that_was_taken_back(counter: Counter) -> None:
    answer = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👍", answer, WELCOME)
    await thanks(counter, "Thanks!")
    await counter.takes_back(ANNA, "$m3")
    assert "waited for your answers: 1" in await record(counter, VERA)
    await counter.takes_back(ANNA, "$m4")
    assert "waited for your answers: 0" in await record(counter, VERA)


async def test_the_weekly_note_leaves_out_thanks_that_were_taken_back(counter: Counter) -> None:
    answer = counter.store.events[counter.last(WELCOME).key]
    for emoji in ("🙏", "🤔"):
        await counter.taps(ANNA, emoji, answer, WELCOME)
    await counter.takes_back(ANNA, "$m3")
    counter.clock.now = MONDAY
    (note,) = await notes(counter)
    assert "thanks from people who asked: 0" in note.text


async def test_a_thumb_down_or_its_taking_back_counts_nothing(counter: Counter) -> None:
    answer = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👍", answer, WELCOME)
    await counter.taps(ANNA, "👎", answer, WELCOME)
    assert counter.store.cases[1].status is Status.CLAIMED
    await counter.takes_back(ANNA, "$m4")
    assert "waited for your answers: 1" in await record(counter, VERA)


async def test_a_tap_that_vetted_and_is_taken_back_counts_for_who_answered_only(
    counter: Counter,
) -> None:
    draft = next(each for each in counter.said(DESK) if "As an entry" in each.text)
    await counter.taps(WIM, "✅", counter.store.events[draft.key])
    assert "answers of others that you vetted: 1" in await record(counter, WIM)
    await counter.takes_back(WIM, "$m3", DESK)
    assert "nothing here yet" in await record(counter, WIM)
    assert "of these, vetted by somebody else: 1" in await record(counter, VERA)
    assert len(await counter.store.entries()) == 1


async def test_thanks_of_who_asked_the_same_in_a_thread_of_their_own_count() -> None:
    counter = await Counter.open(desk_settings=Settings())
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
async def test_more_than_thanks_brings_the_case_back(counter: Counter, text: str) -> None:
    told, reopened, *_ = await thanks(counter, text)
    assert told.text == f"The asker adds:\n\n> {text}"
    assert "open again" in reopened.text
    assert reopened.mentions == (counter.keys[VERA],)


async def test_thanks_with_more_words_are_thanks_each_time(counter: Counter) -> None:
    """A warm thank-you alerted as "The asker adds" and was nobody's thanks."""
    (short,) = await thanks(counter, "Thanks!")
    (told,) = await thanks(counter, "Thank you, that was very helpful, I got the permit!")
    assert told.text.startswith("The asker thanks you:\n\n> Thank you, that was very helpful")
    assert (told.style, told.mentions) == (short.style, ()) == (Style.NOTICE, ())
    assert "waited for your answers: 1" in await record(counter, VERA)


async def test_thanks_before_there_is_an_answer_are_an_addition() -> None:
    counter = await Counter.open(desk_settings=Settings())
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
    counter = await Counter.open(
        responders=[Responder(VERA, Role.VOLUNTEER)], desk_settings=Settings()
    )
    await counter.says(BEN, "!record", DESK)
    assert "Only people listed as responders" in counter.last(DESK).text


async def notes(counter: Counter) -> list[Outgoing]:
    """The clock is looked at; gives what the desk is told outside the cases."""
    before = len(counter.said(DESK))
    for outcome in await counter.reception.recognizing.look():
        await counter.store.commit(outcome)
    await counter.send()
    new = counter.said(DESK)[before:]
    return [each for each in new if each.thread is None and not each.replaces]


def restarted(counter: Counter) -> None:
    """The bot forgets what it does not keep in the store."""
    counter.reception = replace(
        counter.reception, recognizing=replace(counter.reception.recognizing)
    )


async def test_once_a_week_the_desk_is_told_what_all_did_and_what_waits(counter: Counter) -> None:
    await counter.at_desk(WIM, "!vet")
    await thanks(counter, "Thanks!")
    counter.clock.advance(timedelta(days=5))
    await counter.asks("Where do I moor a boat?", BEN)
    counter.clock.now = MONDAY - timedelta(minutes=1)
    assert not await notes(counter)
    counter.clock.now = MONDAY
    (note,) = await notes(counter)
    assert "cases answered: 1" in note.text
    assert "answers vetted: 1" in note.text
    assert "thanks from people who asked: 1" in note.text
    assert "cases that wait for an answer: 1, the oldest for 2 days" in note.text
    assert (note.style, note.mentions) == (Style.NOTICE, ())
    assert "@" not in note.text
    restarted(counter)
    counter.clock.advance(timedelta(days=6))
    assert not await notes(counter)
    counter.clock.advance(timedelta(days=1))
    (note,) = await notes(counter)
    assert "cases answered: 0" in note.text


async def test_a_case_that_is_answered_again_by_somebody_else_is_one_case_of_the_week() -> None:
    counter = await Counter.open(desk_settings=Settings())
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!answer At the post office.")
    answer = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👎", answer, WELCOME)
    await counter.at_desk(VERA, "!release")
    await counter.at_desk(WIM, "!answer At the town hall.")
    counter.clock.now = MONDAY
    (note,) = await notes(counter)
    assert "cases answered: 1" in note.text


async def test_a_week_in_which_nothing_happened_is_not_told_of(counter: Counter) -> None:
    await counter.at_desk(VERA, "!close")
    counter.clock.now = MONDAY
    assert len(await notes(counter)) == 1
    counter.clock.advance(timedelta(days=7))
    assert not await notes(counter)
    # What comes afterwards belongs to the next note, also when the bot starts anew in between.
    counter.clock.advance(timedelta(hours=1))
    await counter.asks("Where do I moor a boat?", BEN)
    restarted(counter)
    assert not await notes(counter)


async def test_a_bot_that_was_down_tells_of_the_week_later(counter: Counter) -> None:
    counter.clock.now = MONDAY + timedelta(days=2)
    (note,) = await notes(counter)
    assert "cases answered: 1" in note.text
    assert "answers that wait to be vetted: 1" in note.text
    assert "no case waits for an answer" in note.text


async def test_the_note_comes_by_the_clock_on_the_wall_of_the_desk(counter: Counter) -> None:
    """The clocks went forward on Sunday 29 March."""
    counter.reception.rooms.zone = ZoneInfo("Europe/Amsterdam")
    counter.clock.now = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)
    await counter.asks("Where do I moor a boat?", BEN)
    await notes(counter)
    counter.clock.now = datetime(2026, 3, 30, 6, 59, tzinfo=UTC)
    assert not await notes(counter)
    counter.clock.now = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    assert len(await notes(counter)) == 1


async def test_no_note_is_written_where_the_settings_say_so() -> None:
    counter = await Counter.open(desk_settings=Settings(weekly=None))
    await counter.asks(FISH)
    counter.clock.now = MONDAY
    assert not await notes(counter)


TRUST = Settings(weekly=None, trust=Trust(answers=3, vetted_share=0.6, days=60))


async def with_answers(vetted: int, settings: Settings = TRUST, who: str = VERA) -> Counter:
    """Three cases that one person answered, so many of which were vetted."""
    counter = await Counter.open(desk_settings=settings)
    for number in (1, 2, 3):
        await counter.asks(f"Where do I get permit {number}?")
        await counter.at_desk(who, POST, number)
        if number <= vetted:
            await counter.at_desk(OMAR, "!vet", number)
    return counter


async def test_steady_good_answers_propose_a_volunteer_once_a_quarter() -> None:
    counter = await with_answers(2)
    (said,) = await notes(counter)
    assert (
        f"Cases that {VERA} has answered in the last 60 days: 3. Of these answers 66 %" in said.text
    )
    assert f"may_vet: true in the settings, under responders, at id: {VERA}" in said.text
    assert said.mentions == (counter.keys[OMAR],)
    roster = counter.reception.rooms.roster
    assert not roster[counter.keys[VERA]].may_vet
    restarted(counter)
    counter.clock.advance(timedelta(days=40))
    assert not await notes(counter)
    counter.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    assert not await notes(counter)  # All that is longer ago than 60 days.


async def test_a_proposal_that_nobody_followed_does_not_come_again() -> None:
    counter = await with_answers(3, replace(TRUST, trust=replace(TRUST.trust, days=120)))
    assert len(await notes(counter)) == 1
    counter.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    restarted(counter)
    assert not await notes(counter)


async def test_too_few_good_answers_propose_nobody() -> None:
    assert not await notes(await with_answers(1))
    few = replace(TRUST, trust=replace(TRUST.trust, answers=4))
    assert not await notes(await with_answers(3, few))
    never = replace(TRUST, trust=replace(TRUST.trust, answers=0))
    assert not await notes(await with_answers(3, never))


async def test_who_may_vet_already_and_officials_are_not_proposed() -> None:
    assert not await notes(await with_answers(3, who=WIM))
    assert not await notes(await with_answers(3, who=EVA))


async def test_answers_to_ones_own_questions_and_ones_own_thanks_count_for_nobody() -> None:
    counter = await Counter.open(desk_settings=TRUST)
    for number in (1, 2, 3):
        await counter.asks(f"Where do I get permit {number}?", VERA)
        await counter.at_desk(VERA, POST, number)
        answers = [each for each in counter.said(WELCOME) if "volunteer answers" in each.text]
        await counter.taps(VERA, "👍", counter.store.events[answers[-1].key], WELCOME)
        await counter.says(VERA, "Thank you!", thread=counter.store.cases[number].root)
        await counter.at_desk(OMAR, "!vet", number)
    assert not await notes(counter)
    assert set(await counter.store.deeds(MONDAY - timedelta(days=60), MONDAY)) == {What.VETTED}


async def test_an_entry_that_who_asked_sends_to_themselves_is_no_deed() -> None:
    counter = await Counter.open(desk_settings=TRUST)
    await counter.knows(BSN)
    counter.search.finds(BSN, 0.5)
    await counter.asks("How do I get a BSN?", VERA)
    await counter.at_desk(VERA, "!send 1")
    assert BSN.answer in counter.last(WELCOME).text
    assert not await counter.store.deeds(MONDAY - timedelta(days=60), MONDAY, counter.keys[VERA])


@pytest.mark.parametrize(
    ("edit", "proposed"),
    [
        ("!edit answer: At the town hall, https://example.org/hall", False),
        ("!edit answer: At the postoffice, https://example.org/post", False),
        ("!edit answer: at the post office, https://example.org/post", True),
        ("!edit source: https://example.org/permit", True),
    ],
)
async def test_answers_that_an_official_rewrote_propose_nobody(edit: str, proposed: bool) -> None:
    counter = await Counter.open(desk_settings=TRUST)
    for number in (1, 2, 3):
        await counter.asks(f"Where do I get permit {number}?")
        await counter.at_desk(VERA, POST, number)
        await counter.at_desk(OMAR, edit, number)
        await counter.at_desk(WIM, "!vet", number)
    assert bool(await notes(counter)) is proposed


async def test_an_answer_that_its_author_put_in_other_words_is_still_theirs() -> None:
    counter = await Counter.open(desk_settings=TRUST)
    for number in (1, 2, 3):
        await counter.asks(f"Where do I get permit {number}?")
        await counter.at_desk(VERA, POST, number)
        await counter.at_desk(VERA, "!edit answer: Ask at https://example.org/hall", number)
        await counter.at_desk(OMAR, "!vet", number)
    assert len(await notes(counter)) == 1
