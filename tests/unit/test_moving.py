"""What happens when the bot's rooms change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cases import Status
from bot.messages import Kind, Place, Priority, Style, key_in_crowd
from bot.outcome import Outcome
from tests.counter import ANNA, BEN, CHAT, DESK, OMAR, VERA, WELCOME, Counter

FISH = "Where can I buy fish here?"
NEW = "!newroom"


async def moves(counter: Counter, room: str, new: str = NEW) -> Outcome:
    _, outcome = await counter.says(BEN, new, room, kind=Kind.MOVED)
    return outcome


async def test_a_community_room_that_moved_keeps_its_settings_and_its_cases() -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    await moves(counter, WELCOME)
    assert f"{WELCOME} was replaced by {NEW}" in counter.last(DESK).text
    await counter.at_desk(VERA, "!answer At the harbour.")
    carried = next(each for each in counter.said(NEW) if "harbour" in each.text)
    assert (carried.thread, carried.mentions) == (None, (counter.keys[ANNA],))
    rooms = counter.reception.rooms
    assert rooms.community(NEW) is rooms.communities[WELCOME]


async def test_what_waits_in_a_room_that_moved_is_brought_to_the_desk_later() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, FISH)
    await moves(counter, WELCOME)
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert "case 1" in counter.last(NEW).text
    assert FISH in counter.last(DESK).text


async def test_a_room_that_moved_again_is_followed_again() -> None:
    counter = await Counter.open()
    await moves(counter, WELCOME)
    await moves(counter, NEW, "!newest")
    assert counter.reception.rooms.community("!newest").languages == ("nl", "en")


async def test_when_the_desk_moved_each_open_case_gets_a_new_thread_there() -> None:
    counter = await Counter.open()
    for number in range(1, 5):
        await counter.asks(f"{FISH} ({number})")
    await counter.says(ANNA, "Where can I buy bread here?")  # Left to the room.
    await counter.at_desk(VERA, "!claim", 2)
    await counter.at_desk(VERA, "!answer At the harbour.", 3)
    await counter.at_desk(OMAR, "!close Ask the market itself.", 4)
    old = {case.id: case.desk_thread for case in counter.store.cases.values()}
    await moves(counter, DESK)
    told, *cards = counter.said(NEW)
    assert f"The desk was {DESK} and is now {NEW}" in told.text
    # There may be hundreds; answers to people go first.
    assert {each.priority for each in cards} == {Priority.NOTICE}
    open_, claimed, answered, draft = (each.text for each in cards)
    assert f"{FISH} (1)" in open_
    assert "nobody has it" in open_
    assert f"{VERA} has it" in claimed
    assert "The asker has this answer:\n\n> At the harbour." in answered
    assert "As an entry, citizens would read this" in draft
    assert cards[3].thread == cards[2].key
    assert cards[1].mentions == (counter.keys[VERA],)
    cases = counter.store.cases
    assert [cases[number].desk_thread == old[number] for number in range(1, 6)] == [
        False,
        False,
        False,
        True,
        True,
    ]
    # Work goes on there.
    root = counter.store.events[cases[1].desk_thread or ""]
    await counter.says(VERA, "!answer On Friday.", NEW, thread=root, place=Place.DESK)
    assert cases[1].status is Status.ANSWERED
    assert any("On Friday." in each.text for each in counter.said(WELCOME))
    # An asker who takes a question back has it taken back there too.
    await counter.takes_back(ANNA, "$m2")
    assert not any("(2)" in text for text in counter.shown(NEW))


async def test_a_move_of_the_desk_handled_twice_changes_nothing_more() -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    await moves(counter, DESK)
    thread = counter.store.cases[1].desk_thread
    _, outcome = await counter.says(BEN, NEW, DESK, kind=Kind.MOVED, place=Place.DESK)
    assert outcome.cases == ()
    assert counter.store.cases[1].desk_thread == thread


async def test_a_replacement_that_does_not_hold_is_told_and_not_followed() -> None:
    counter = await Counter.open()
    outcome = await moves(counter, WELCOME, "")
    assert outcome.moved_to is None
    assert f"The room {WELCOME} says that another room takes its place" in counter.last(DESK).text
    await counter.asks(FISH)
    assert "case 1" in counter.last(WELCOME).text


async def test_the_desk_learns_nothing_of_a_direct_chat_that_moved() -> None:
    counter = await Counter.open()
    await counter.asks(FISH, room=CHAT)
    before = len(counter.said(DESK))
    await moves(counter, CHAT)
    await moves(counter, CHAT, "")
    assert len(counter.said(DESK)) == before
    await counter.at_desk(VERA, "!answer At the harbour.")
    assert any("harbour" in each.text for each in counter.said(NEW))


async def test_a_refused_invitation_is_told_with_the_server_only() -> None:
    counter = await Counter.open()
    await counter.says(BEN, "evil.example", "!trap", kind=Kind.INVITED)
    told = counter.last(DESK)
    assert told.text.startswith("Somebody from evil.example invited me")
    assert "@" not in told.text
    assert "!trap" not in told.text


async def test_many_refused_invitations_are_told_once_an_hour() -> None:
    counter = await Counter.open()
    for hour in range(2):
        for number in range(3):
            room = f"!trap{hour}{number}"
            await counter.says(BEN, "evil.example", room, kind=Kind.INVITED)
        counter.clock.advance(timedelta(hours=1))
    assert len(counter.said(DESK)) == 2


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "There are more than two people in this chat now."),
        (FISH, "There are more than two people in this chat now."),
        ("Hoe krijg ik een visvergunning?", "In deze chat zitten nu meer dan twee mensen."),
    ],
)
async def test_a_direct_chat_that_grew_is_told_once_why_the_bot_is_silent(
    question: str, words: str
) -> None:
    counter = await Counter.open()
    if question:
        await counter.asks(question, room=CHAT)
    before = len(counter.said(CHAT))
    await counter.says(BEN, "", CHAT, kind=Kind.CROWDED)
    (told,) = counter.said(CHAT)[before:]
    assert told.text.startswith(words)
    assert not question or question not in told.text
    assert (told.style, told.mentions, told.thread) == (Style.NOTICE, (), None)
    assert told.key == key_in_crowd("matrix", CHAT)
    # Later again, also by another life of the bot: not a second time.
    await counter.says(BEN, "", CHAT, kind=Kind.CROWDED)
    assert counter.said(CHAT)[before:] == [told]


async def test_another_chat_that_grew_is_told_too() -> None:
    counter = await Counter.open()
    for room in (CHAT, "!chat2"):
        await counter.says(BEN, "", room, kind=Kind.CROWDED, place=Place.DIRECT)
    assert len(counter.said(CHAT)) == len(counter.said("!chat2")) == 1
    assert counter.store.spendings == []
