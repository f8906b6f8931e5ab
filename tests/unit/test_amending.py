"""What a responder's edit takes to the asker, and that nothing kept for the desk leaks by one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counter import ANNA, BEN, CHAT, DESK, VERA, WELCOME, WIM, Counter

KEPT = ("!note", "!preview", "!nte", "!reject", "!vet", "!claim", "!snooze", "!note 1", "! ")
"""What words behind these are: for the desk only."""


async def claimed() -> tuple[Counter, str]:
    """A case that Vera has, and its thread."""
    counter = await Counter.open()
    await counter.asks("Where do I get a fishing permit?")
    await counter.at_desk(VERA, "!claim")
    thread = counter.store.cases[1].desk_thread
    assert thread is not None
    return counter, counter.store.events[thread]


async def writes(counter: Counter, thread: str | None, text: str, room: str = DESK) -> str:
    """Vera writes; the event's id."""
    message, _ = await counter.says(VERA, text, room, thread=thread)
    return message.ref.event


@pytest.mark.parametrize("kept", KEPT)
async def test_words_that_were_sent_and_become_a_note_stay_as_they_were_sent(kept: str) -> None:
    """The note stood in the asker's thread at once."""
    counter, thread = await claimed()
    event = await writes(counter, thread, "At the shop.")
    await counter.taps(VERA, "📤", event)
    before = counter.shown(WELCOME)
    await counter.edits(VERA, event, f"{kept} the asker is a nuisance", DESK, thread=thread)
    assert counter.shown(WELCOME) == before
    assert "What the asker has stays as it was" in counter.last(DESK).text
    await counter.takes_back(VERA, event, DESK)
    assert not any("At the shop." in each for each in counter.shown(WELCOME))


async def test_words_that_were_sent_and_become_an_answer_lose_the_command() -> None:
    counter, thread = await claimed()
    event = await writes(counter, thread, "At the shop.")
    await counter.taps(VERA, "📤", event)
    await counter.edits(VERA, event, "!answer At the shop, no. 5.", DESK, thread=thread)
    assert any("> At the shop, no. 5." in each for each in counter.shown(WELCOME))
    assert not any("!answer" in each for each in counter.shown(WELCOME))
    assert counter.store.cases[1].told == "At the shop, no. 5."


async def test_an_offer_under_words_that_became_a_command_sends_nothing_and_says_so() -> None:
    counter, thread = await claimed()
    event = await writes(counter, thread, "At the shop.")
    before = counter.said(WELCOME)
    await counter.edits(VERA, event, "!note The asker is a nuisance", DESK, thread=thread)
    assert "a command is not carried out by an edit" in counter.last(DESK).text
    await counter.taps(VERA, "📤", event)
    assert counter.said(WELCOME) == before
    assert "Not sent" in counter.last(DESK).text
    await counter.edits(VERA, event, "In town.", DESK, thread=thread)
    await counter.taps(VERA, "📤", event)
    assert "> In town." in counter.last(WELCOME).text


@pytest.mark.parametrize("after", ["!answer 1 At the sea.", "At the sea.", "!note 2 At the sea."])
async def test_an_edited_answer_that_holds_none_for_its_case_says_so(after: str) -> None:
    """Nothing happened, and nobody was told."""
    counter, _ = await claimed()
    await counter.asks("Where do I get salt?", BEN)
    event = await writes(counter, None, "!answer 2 On the beach.")
    before = counter.shown(WELCOME)
    await counter.edits(VERA, event, after, DESK)
    assert counter.shown(WELCOME) == before
    assert "no words for the asker of case 2" in counter.last(DESK).text


@pytest.mark.parametrize("after", ["!answer In the shop.", "In the shop.", "!note In the shop."])
async def test_an_edited_question_back_that_is_none_now_says_so(after: str) -> None:
    counter, thread = await claimed()
    event = await writes(counter, thread, "!askback Which town?")
    before = counter.shown(WELCOME)
    await counter.edits(VERA, event, after, DESK, thread=thread)
    assert counter.shown(WELCOME) == before
    assert "What the asker has stays as it was" in counter.last(DESK).text


@pytest.mark.parametrize("room", [DESK, CHAT])
async def test_an_edited_note_changes_in_the_thread(room: str) -> None:
    """The thread kept the old note."""
    counter, _ = await claimed()
    event = await writes(counter, None, "!note 1 Call them.", room)
    await counter.edits(VERA, event, "!note 1 Call them twice.", room)
    assert any("> Call them twice." in each for each in counter.shown(DESK))
    assert not any("> Call them." in each for each in counter.shown(DESK))


@pytest.mark.parametrize("after", ["!note 2 Call.", "!answer 1 Call.", "Call.", "!note 1"])
async def test_a_note_edited_into_something_else_stays_and_its_writer_is_told(after: str) -> None:
    counter, _ = await claimed()
    await counter.asks("Where do I get salt?", BEN)
    event = await writes(counter, None, "!note 1 Call them.")
    before = counter.shown(WELCOME)
    await counter.edits(VERA, event, after, DESK)
    assert any("> Call them." in each for each in counter.shown(DESK))
    assert "the note in the case's thread stays" in counter.last(DESK).text
    assert counter.shown(WELCOME) == before


KEYS = st.sampled_from(["", "", "", "!answer", "!askback", *KEPT[:4]])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "tap", "tap", "edit", "edit", "redact"]),
        st.sampled_from([VERA, VERA, VERA, WIM]),
        KEYS,
        st.sampled_from([0, 0, 0, 1]),
    ),
    min_size=8,
    max_size=16,
)


@given(STEPS)
@settings(max_examples=200, derandomize=True, deadline=None)
async def test_what_was_only_for_the_desk_never_reaches_anybody_else(
    steps: list[tuple[str, str, str, int]],
) -> None:
    """Each text is told by its number; ``kept`` are those behind what is for the desk."""
    counter, thread = await claimed()
    written: list[tuple[str, str]] = []
    kept: list[str] = []
    for number, (deed, who, verb, which) in enumerate(steps):
        text = f"word{number}word"
        if deed == "write":
            message, _ = await counter.says(who, f"{verb} {text}".strip(), DESK, thread=thread)
            written.append((who, message.ref.event))
        elif written:
            author, event = written[-1 - which % len(written)]
            if deed == "edit":
                await counter.edits(author, event, f"{verb} {text}".strip(), DESK, thread=thread)
            elif deed == "tap":
                await counter.taps(author, "📤", event)
            else:
                await counter.takes_back(author, event, DESK)
        if deed in ("write", "edit") and verb in KEPT:
            kept.append(text)
        outside = [each.text for each in counter.store.outbox.values() if each.room != DESK]
        assert not [each for each in outside if any(word in each for word in kept)]
        assert not [each for each in outside if any(f"{key} word" in each for key in KEPT)]
        assert not [each for each in outside if "!answer" in each or "!askback" in each]
    assert counter.store.cases[1].asker == counter.keys[ANNA]
