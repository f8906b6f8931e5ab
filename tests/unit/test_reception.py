"""Where a message goes, and what becomes of what can't be handled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Unreadable
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, VERA, WELCOME, Counter

FISH = "Where do I get a fishing permit?"


@pytest.fixture
async def counter() -> Counter:
    counter = await Counter.open()
    await counter.knows(BSN)
    return counter


async def kept(counter: Counter, text: str = FISH, room: str = WELCOME, **more: object) -> Message:
    """A message in the inbox that nobody has handled yet."""
    places = {DESK: Place.DESK, CHAT: Place.DIRECT}
    counter.count += 1
    message = Message(
        ref=MessageRef("matrix", room, f"$k{counter.count}"),
        place=places.get(room, Place.COMMUNITY),
        sender=ANNA,
        kind=Kind.TEXT,
        text=text,
        sent_at=counter.clock(),
    )
    await counter.store.receive("matrix", [replace(message, **more)], "s")  # type: ignore[arg-type]
    return (await counter.store.unhandled(counter.clock(), 100))[-1]


async def fails(counter: Counter, message: Message) -> None:
    await counter.store.commit(await counter.reception.failed(message, "ZeroDivisionError"))
    await counter.send()


# What breaks


async def test_a_question_that_breaks_its_handling_goes_to_people_unsearched(
    counter: Counter,
) -> None:
    await fails(counter, await kept(counter, addressed=True))
    assert "naar de vrijwilligers" in counter.last(WELCOME).text
    card = counter.last(DESK)
    assert FISH in card.text
    assert "search is broken" in card.text
    assert not counter.store.inbox


async def test_what_else_breaks_is_parked_and_the_desk_is_told_without_its_words(
    counter: Counter,
) -> None:
    message = await kept(counter, "!claim my secret", DESK)
    await fails(counter, replace(message, failures=8))
    (told,) = counter.said(DESK)
    assert "after 8 tries (ZeroDivisionError)" in told.text
    assert "secret" not in told.text
    assert [each.ref for each in await counter.store.parked()] == [message.ref]


# What can't be read


async def test_an_encrypted_message_is_handled_once_its_keys_are_there(counter: Counter) -> None:
    counter.search.finds(BSN, 1.2)
    message = await kept(counter, '{"ciphertext": "x"}', CHAT, kind=Kind.UNREADABLE, addressed=True)
    with pytest.raises(Unreadable):
        await counter.reception.handle(message)
    counter.readable[message.ref.event] = "How do I get a BSN?"
    await counter.store.commit(await counter.reception.handle(message))
    assert BSN.answer in counter.last(CHAT).text
    assert not counter.store.inbox


@pytest.mark.parametrize("late", [False, True])
async def test_a_question_that_is_readable_only_as_edited_is_one_question(
    counter: Counter, late: bool
) -> None:
    """It was answered twice, or with its old words; or not at all where the key came late."""
    counter.search.finds(BSN, 1.2)
    sealed = {"kind": Kind.UNREADABLE, "addressed": True}
    original = await kept(counter, "{}", CHAT, **sealed)
    edit = await kept(counter, "{}", CHAT, **sealed)
    counter.readable[edit.ref.event] = "How do I get a BSN?"
    counter.edited[edit.ref.event] = original.ref.event
    counter.clock.advance(timedelta(days=late))
    await counter.store.commit(await counter.reception.handle(edit))
    (asked,) = await counter.store.unhandled(counter.clock(), 10)
    assert (asked.ref, asked.text) == (original.ref, "How do I get a BSN?")
    # The original's key comes, too late to matter.
    counter.readable[original.ref.event] = "How do I get a BNS?"
    while waiting := await counter.store.unhandled(counter.clock(), 10):
        await counter.store.commit(await counter.reception.handle(waiting[0]))
    (answer,) = counter.said(CHAT)
    assert BSN.answer in answer.text
    assert not counter.store.inbox


async def test_who_can_not_be_read_is_asked_once_a_day_to_repeat(counter: Counter) -> None:
    for _ in range(3):
        message = await kept(counter, "{}", CHAT, kind=Kind.UNREADABLE)
        await counter.store.commit(counter.reception.ask_again(message))
    (asked,) = counter.said(CHAT)
    assert "could not decrypt" in asked.text
    assert len(counter.store.inbox) == 3
    counter.clock.advance(timedelta(days=1))
    await counter.store.commit(counter.reception.ask_again(message))
    assert len(counter.said(CHAT)) == 2


# Files


async def test_a_picture_in_a_direct_chat_gets_a_kind_word_once_a_day(counter: Counter) -> None:
    for _ in range(3):
        await counter.says(ANNA, "", CHAT, kind=Kind.FILE, addressed=True)
    (told,) = counter.said(CHAT)
    assert "can't see pictures" in told.text
    await counter.says(BEN, "", CHAT, kind=Kind.FILE, addressed=True)
    assert len(counter.said(CHAT)) == 2


@pytest.mark.parametrize("room", [WELCOME, DESK])
async def test_other_pictures_are_left_alone(counter: Counter, room: str) -> None:
    await counter.says(VERA, "", room, kind=Kind.FILE)
    assert counter.said(room) == []


# Rooms


async def test_a_lost_room_ends_what_waits_there(counter: Counter) -> None:
    await counter.says(ANNA, FISH)
    await counter.says(ANNA, "", kind=Kind.GONE)
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert counter.said(DESK) == []


# What can't be delivered


async def test_the_desk_is_told_what_an_asker_does_not_get(counter: Counter) -> None:
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!answer At the post office.")
    carried = next(each for each in counter.said(WELCOME) if "post office" in each.text)
    outcome = await counter.reception.undelivered(carried, "403 M_FORBIDDEN")
    assert outcome is not None
    (told,) = outcome.outgoing
    assert told.thread == counter.store.cases[1].desk_thread
    assert "case 1 can't be delivered (403 M_FORBIDDEN)" in told.text


@pytest.mark.parametrize("change", [{"room": DESK}, {"style": Style.REACTION}, {"thread": "$x"}])
async def test_nobody_is_told_of_what_nobody_misses(
    counter: Counter, change: dict[str, object]
) -> None:
    await counter.asks(FISH)
    said = Outgoing("k", "matrix", WELCOME, Style.NOTICE, "words", thread="$m1")
    changed = replace(said, **change)  # type: ignore[arg-type]
    assert await counter.reception.undelivered(changed, "403") is None
