"""What people write in a case's thread: before people have the question, and after the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cases import Status
from bot.deeds import What
from bot.messages import Place, Style
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, EVA, VERA, WELCOME, WIM, Counter

FISH = "Where do I get a fishing permit?"


@pytest.fixture
async def asked() -> Counter:
    counter = await Counter.open()
    await counter.asks(FISH)
    return counter


@pytest.fixture
async def answered(asked: Counter) -> Counter:
    await asked.at_desk(VERA, "!answer At the shop, https://example.org/shop")
    return asked


def lately(counter: Counter, room: str, before: int) -> list[str]:
    return [each.text for each in counter.said(room)[before:] if not each.replaces]


# What a neighbour writes under a question that waits


@pytest.mark.parametrize(
    "text", ["Good question", "Which town do you live in?", "Thanks!", "👀", "Geen idee", "hmm"]
)
async def test_a_neighbours_word_that_is_no_answer_leaves_the_question_waiting(text: str) -> None:
    """The room was taken to have answered, and the question never reached the desk."""
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.says(BEN, text, thread="$m1")
    assert counter.store.cases[1].status is Status.WAITING
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert FISH in counter.card()


@pytest.mark.parametrize("text", ["I would like to know that too!", "➕", "Ik ook"])
async def test_a_neighbour_who_asks_it_too_in_words_is_counted_and_told(text: str) -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.says(BEN, text, thread="$m1")
    await counter.says(BEN, "Me too!", thread="$m1")
    case = counter.store.cases[1]
    assert (case.status, case.demand) == (Status.WAITING, 1)
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    await counter.says(EVA, "Me too", thread="$m1")
    assert "2 others ask this too" in counter.card()
    await counter.takes_back(EVA, f"$m{counter.count}")
    await counter.at_desk(VERA, "!answer At the shop.")
    assert counter.last(WELCOME).mentions == (counter.keys[ANNA], counter.keys[BEN])


# What the asker writes after an answer


@pytest.mark.parametrize(
    "text", ["That is wrong, the shop sent me away", "Which shop?", "I live in Utrecht."]
)
async def test_words_after_the_answer_bring_the_case_back_to_who_gave_it(
    answered: Counter, text: str
) -> None:
    """The case stayed answered, and was vetted as right later on."""
    before = len(answered.store.outbox)
    await answered.says(ANNA, text, thread="$m1")
    case = answered.store.cases[1]
    assert (case.status, case.claimed_by) == (Status.CLAIMED, answered.keys[VERA])
    desk = [each for each in answered.said(DESK) if not each.replaces]
    added, reopened = [each for each in desk if each in [*answered.store.outbox.values()][before:]]
    assert added.text == f"The asker adds:\n\n> {text}"
    assert added.thread == reopened.thread == case.desk_thread
    assert reopened.mentions == (answered.keys[VERA],)
    assert "open again" in answered.last(WELCOME).text
    assert case.look_at is not None


@pytest.mark.parametrize("text", ["Got it, thanks!", "Ok", "I will try that", "Duidelijk"])
async def test_who_only_says_that_they_read_it_brings_nothing_back(
    answered: Counter, text: str
) -> None:
    await answered.says(ANNA, text, thread="$m1")
    assert answered.store.cases[1].status is Status.ANSWERED
    await answered.at_desk(WIM, "!vet")
    before = len(answered.said(WELCOME))
    await answered.says(ANNA, text, thread="$m1")
    await answered.says(ANNA, text, thread="$m1", addressed=True)
    assert answered.store.cases[1].status is Status.VETTED
    assert len(answered.store.cases) == 1
    assert len(answered.said(WELCOME)) == before


async def test_more_after_it_helped_is_read_and_only_a_doubt_brings_it_back(
    answered: Counter,
) -> None:
    await answered.taps(ANNA, "👍", answered.store.events[answered.last(WELCOME).key], WELCOME)
    await answered.says(ANNA, "I go there tomorrow.", thread="$m1")
    assert answered.store.cases[1].status is Status.CONFIRMED
    assert "> I go there tomorrow." in answered.last(DESK).text
    await answered.says(ANNA, "They were closed, it did not work.", thread="$m1")
    assert answered.store.cases[1].status is Status.CLAIMED


async def how_it_ends(counter: Counter, how: str) -> None:
    if how == "sent":
        await counter.knows(BSN)
        await counter.at_desk(VERA, "!send bsn")
        return
    await counter.at_desk(VERA, "!answer At the shop, https://example.org/shop")
    await counter.at_desk(WIM, "!vet" if how == "vetted" else "!close")


@pytest.mark.parametrize("how", ["sent", "vetted", "closed"])
async def test_words_after_a_case_ended_with_an_answer_bring_it_back(
    asked: Counter, how: str
) -> None:
    """They vanished, though "write here what is still unclear" stood above them."""
    await how_it_ends(asked, how)
    assert asked.store.cases[1].ended
    before = len(asked.said(DESK))
    await asked.says(ANNA, "That does not help me, the shop is closed.", thread="$m1")
    case = asked.store.cases[1]
    assert (case.status, case.claimed_by) == (Status.OPEN, None)
    added, reopened = lately(asked, DESK, before)
    assert "> That does not help me, the shop is closed." in added
    assert "open again" in reopened
    told = next(each for each in asked.said(DESK) if each.text == reopened)
    assert asked.keys[VERA] in told.mentions
    assert "read what you write here" in asked.last(WELCOME).text
    await asked.at_desk(VERA, "!answer At the town hall.")
    assert "> At the town hall." in asked.last(WELCOME).text


@pytest.mark.parametrize("who", [ANNA, BEN])
async def test_words_after_a_case_was_closed_without_an_answer_bring_it_back(
    asked: Counter, who: str
) -> None:
    """They went nowhere, though "you can ask again here" stood above them."""
    await asked.taps(BEN, "➕", "$m1", WELCOME)
    await asked.at_desk(VERA, "!close Nobody here knows.")
    before = len(asked.said(DESK))
    await asked.says(who, "Thanks!", thread="$m1")
    await asked.says(who, "Ok", thread="$m1", addressed=True)
    assert not lately(asked, DESK, before)
    await asked.says(who, "But I really need it.", thread="$m1")
    assert asked.store.cases[1].status is Status.OPEN
    added, reopened = lately(asked, DESK, before)
    assert "> But I really need it." in added
    assert "closed without an answer. It is open again." in reopened
    assert "told the people" in asked.last(WELCOME).text


@pytest.mark.parametrize("text", ["👎", "?", "😡", "I'll call my lawyer, this is outrageous"])
async def test_a_complaint_after_vetting_brings_the_case_back(answered: Counter, text: str) -> None:
    """It was taken for word that the answer had been read."""
    await answered.at_desk(WIM, "!vet")
    await answered.says(ANNA, text, thread="$m1")
    assert answered.store.cases[1].status is Status.OPEN
    assert "open again" in answered.last(WELCOME).text


async def test_a_plain_acknowledgement_alerts_nobody(answered: Counter) -> None:
    before = len(answered.said(DESK))
    await answered.says(ANNA, "ok", thread="$m1")
    said = [each for each in answered.said(DESK)[before:] if not each.replaces]
    assert [each.mentions for each in said] == [()]


async def test_who_asks_it_too_in_a_reply_to_the_bot_gets_no_case_of_two_words(
    asked: Counter,
) -> None:
    handover = asked.store.events[asked.last(WELCOME).key]
    await asked.says(BEN, "Me too!", reply_to=handover, addressed=True)
    assert len(asked.store.cases) == 1
    assert "1 other asks this too" in asked.card()


@pytest.mark.parametrize("text", ["Thanks, I'll go there.", "I live around the corner."])
async def test_words_after_a_neighbour_answered_stay_in_the_room(text: str) -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.says(BEN, "You get it at the post office.", thread="$m1")
    await counter.says(ANNA, text, thread="$m1")
    assert counter.store.cases[1].status is Status.CLOSED
    assert not counter.store.outbox


async def test_who_denies_what_a_neighbour_answered_has_the_question_brought_to_people() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.says(BEN, "You get it at the post office.", thread="$m1")
    await counter.says(BEN, "But that one is closed.", thread="$m1")
    assert not counter.store.outbox
    await counter.says(ANNA, "But that one is closed.", thread="$m1")
    assert counter.store.cases[1].status is Status.OPEN
    assert "> But that one is closed." in counter.card()
    assert "(case 1)" in counter.last(WELCOME).text


async def test_a_day_later_they_talk_in_the_room() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await counter.says(BEN, "You get it at the post office.", thread="$m1")
    counter.clock.advance(timedelta(days=2))
    await counter.says(ANNA, "It never helped, but well.", thread="$m1")
    assert counter.store.cases[1].status is Status.CLOSED


async def test_an_edit_of_words_that_brought_a_case_back_gives_no_entry_instead(
    asked: Counter,
) -> None:
    await how_it_ends(asked, "sent")
    asked.search.finds(BSN, 1.2)
    said, _ = await asked.says(ANNA, "That does not help me.", thread="$m1")
    await asked.edits(ANNA, said.ref.event, "That does not help me at all.", thread="$m1")
    assert asked.store.cases[1].status is Status.OPEN
    assert "They read now:\n\n> That does not help me at all." in asked.last(DESK).text


# One tap on an entry that somebody sent, and on what says that an answer was vetted


async def test_taps_on_an_entry_that_was_sent_thank_and_bring_back(asked: Counter) -> None:
    await how_it_ends(asked, "sent")
    entry = asked.store.events[asked.last(WELCOME).key]
    command = f"$m{asked.count}"
    await asked.taps(ANNA, "❤️", entry, WELCOME)
    mirror = asked.said(DESK)[-1]
    assert (mirror.style, mirror.text, mirror.reply_to) == (Style.REACTION, "❤️", command)
    thanked = [(each.person, each.by) for each in asked.store.did if each.by]
    assert thanked == [(asked.keys[VERA], asked.keys[ANNA])]
    await asked.taps(ANNA, "👎", entry, WELCOME)
    assert asked.store.cases[1].status is Status.OPEN
    assert "what is still unclear" in asked.last(WELCOME).text


async def test_a_command_that_sent_an_entry_and_is_edited_or_taken_back_changes_nothing(
    asked: Counter,
) -> None:
    await how_it_ends(asked, "sent")
    command = f"$m{asked.count}"
    shown = asked.shown(WELCOME)
    await asked.edits(VERA, command, "!send other", DESK)
    assert "has moved on" in asked.last(DESK).text
    await asked.takes_back(VERA, command, DESK)
    assert asked.shown(WELCOME) == shown


@pytest.mark.parametrize("change", ["", "!edit answer: At the shop in town."])
async def test_a_tap_on_the_news_that_an_answer_was_vetted_brings_it_back(
    answered: Counter, change: str
) -> None:
    if change:
        await answered.at_desk(VERA, change)
    await answered.at_desk(WIM, "!vet")
    news = answered.last(WELCOME)
    assert "vetted" in news.text
    await answered.taps(ANNA, "👎", answered.store.events[news.key], WELCOME)
    assert answered.store.cases[1].status is Status.OPEN


# Where a reply belongs that stands outside the thread


@pytest.mark.parametrize("to", ["ask-back", "handover"])
@pytest.mark.parametrize("room", [WELCOME, CHAT])
async def test_a_reply_to_what_the_bot_said_in_a_case_belongs_to_it(room: str, to: str) -> None:
    """Who writes with a client without threads got a new case of one word."""
    counter = await Counter.open()
    await counter.asks(FISH, room=room)
    await counter.at_desk(VERA, "!askback Which town?")
    handover, ask_back = counter.said(room)
    at = counter.store.events[(ask_back if to == "ask-back" else handover).key]
    await counter.says(ANNA, "Utrecht", room, reply_to=at, addressed=True)
    assert len(counter.store.cases) == 1
    assert "The asker adds:\n\n> Utrecht" in counter.last(DESK).text
    assert counter.last(DESK).thread == counter.store.cases[1].desk_thread


async def test_a_reply_to_a_carried_answer_belongs_to_its_case(answered: Counter) -> None:
    at = answered.store.events[answered.last(WELCOME).key]
    await answered.says(ANNA, "That does not help.", reply_to=at, addressed=True)
    assert answered.store.cases[1].status is Status.CLAIMED
    assert len(answered.store.cases) == 1


async def test_a_plain_line_in_a_direct_chat_is_the_reply_to_what_was_asked_there() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH, CHAT)
    await counter.at_desk(VERA, "!askback Do you have a rod?")
    await counter.says(ANNA, "Is that needed? Yes I do", CHAT)
    assert "> Is that needed? Yes I do" in counter.last(DESK).text
    await counter.says(ANNA, "A long one", CHAT)
    assert "> A long one" in counter.last(DESK).text
    assert len(counter.store.cases) == 1
    await counter.says(ANNA, "How do I get a BSN?", CHAT)
    assert len(counter.store.cases) == 2
    await counter.at_desk(VERA, "!answer At the shop.")
    await counter.says(ANNA, "A big shop", CHAT)
    assert counter.store.cases[3].question == "A big shop"


async def test_a_plain_line_is_no_reply_where_two_cases_were_asked_back() -> None:
    counter = await Counter.open()
    for question in (FISH, "How do I get a BSN?"):
        await counter.says(ANNA, question, CHAT)
    for number in (1, 2):
        await counter.at_desk(VERA, "!askback Which town?", number)
    await counter.says(ANNA, "Utrecht", CHAT)
    assert counter.store.cases[3].question == "Utrecht"


async def test_thanks_in_a_direct_chat_are_for_the_last_answer_there() -> None:
    counter = await Counter.open()
    for number, question in enumerate((FISH, "How do I get a BSN?", "Where is the bus?"), 1):
        await counter.says(ANNA, question, CHAT)
        if number < 3:
            await counter.at_desk(VERA, "!answer At the town hall.", number)
    await counter.says(ANNA, "Thank you!", CHAT)
    assert counter.last(DESK).text == "The asker thanks you:\n\n> Thank you!"
    assert counter.last(DESK).thread == counter.store.cases[2].desk_thread
    assert "I am Loket" not in counter.last(CHAT).text
    await counter.says(BEN, "Thank you!", "!bens", addressed=True, place=Place.DIRECT)
    assert "I am Loket" in counter.last("!bens").text


# Those who joined with ➕


async def test_who_joined_is_thanked_for_and_heard_and_brings_nothing_back(
    asked: Counter,
) -> None:
    await asked.taps(BEN, "➕", "$m1", WELCOME)
    await asked.at_desk(VERA, "!answer At the shop.")
    answer = asked.store.events[asked.last(WELCOME).key]
    await asked.says(BEN, "Thank you!", thread="$m1")
    assert asked.last(DESK).text.startswith("Somebody else who asks this (➕) thanks you:")
    thanked = [(each.person, each.by) for each in asked.store.did if each.by]
    assert thanked == [(asked.keys[VERA], asked.keys[BEN])]
    await asked.says(BEN, "I think the shop is closed.", thread="$m1")
    assert "(➕) writes:\n\n> I think the shop is closed." in asked.last(DESK).text
    await asked.taps(BEN, "👎", answer, WELCOME)
    told = asked.said(DESK)[-1]
    assert "answer to case 1 did not help. 👎 under it now: 1." in told.text
    assert told.thread == asked.store.cases[1].desk_thread
    assert asked.store.cases[1].status is Status.ANSWERED


async def test_others_words_after_an_answer_stay_in_the_room(answered: Counter) -> None:
    before = len(answered.store.outbox)
    answer = answered.store.events[answered.last(WELCOME).key]
    await answered.says(BEN, "I think the shop is closed.", thread="$m1")
    await answered.says(BEN, "Thank you!", thread="$m1")
    await answered.taps(BEN, "👎", answer, WELCOME)
    assert [each.style for each in [*answered.store.outbox.values()][before:]] == [Style.REACTION]


# Thanks that are edited into something else


@pytest.mark.parametrize("vetted", [False, True])
async def test_thanks_that_become_a_complaint_bring_the_case_back(
    answered: Counter, vetted: bool
) -> None:
    thanks, _ = await answered.says(ANNA, "Thank you!", thread="$m1")
    assert answered.store.did
    if vetted:
        await answered.at_desk(WIM, "!edit source: https://example.org/fish")
        await answered.at_desk(WIM, "!vet")
        assert answered.store.cases[1].status is Status.VETTED
    await answered.edits(ANNA, thanks.ref.event, "That shop is closed, no permit.", thread="$m1")
    assert answered.store.cases[1].status is not Status.VETTED
    assert answered.store.cases[1].status is not Status.ANSWERED
    assert any("> That shop is closed, no permit." in each.text for each in answered.said(DESK))
    assert not [each for each in answered.store.did if each.what is What.THANKED]
