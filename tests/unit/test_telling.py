"""What reaches the asker from the desk, and that nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases import Status
from bot.config import Community
from bot.config import Desk as Settings
from tests.counter import ANNA, BEN, BSN, DESK, OMAR, VERA, WELCOME, WIM, Counter

QUESTION = "Where do I get a number?"
SNIPPETS = {"call": {"en": "Please call them.", "nl": "Bel ze even."}}


async def with_case() -> Counter:
    counter = await Counter.open(desk_settings=Settings(snippets=SNIPPETS))
    await counter.knows(BSN)
    counter.search.finds(BSN, 0.5)
    await counter.asks(QUESTION)
    return counter


@pytest.fixture
async def desk() -> Counter:
    return await with_case()


def to_asker(counter: Counter) -> list[str]:
    """What the asker was told after the handover."""
    return [each.text for each in counter.said(WELCOME)[1:]]


async def test_a_translation_is_not_sent_once_its_original_is_past_its_last_day() -> None:
    counter = await Counter.open()
    await counter.knows(
        replace(BSN, valid_until=date(2026, 1, 1)),
        replace(BSN, id="bsn-nl", lang="nl", translation_of="bsn", valid_until=None),
    )
    await counter.asks("Something else?")
    await counter.at_desk(VERA, "!send bsn-nl")
    assert BSN.answer not in counter.last(WELCOME).text


async def test_a_question_back_reaches_the_asker_and_their_reply_the_thread(desk: Counter) -> None:
    await desk.at_desk(VERA, "!askback In which town do you live?")
    asked = desk.last(WELCOME)
    assert "A volunteer wants to answer your question, and asks you first:" in asked.text
    assert "> In which town do you live?" in asked.text
    assert (asked.mentions, asked.thread) == ((desk.keys[ANNA],), "$m1")
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    await desk.says(ANNA, "In Utrecht.", thread="$m1")
    assert "> In Utrecht." in desk.last(DESK).text
    assert desk.last(DESK).mentions == (desk.keys[VERA],)
    assert desk.store.cases[1].status is Status.CLAIMED


async def test_a_number_on_the_card_means_the_same_entry_when_the_asker_changes_the_question(
    desk: Counter,
) -> None:
    """What had become the first one meanwhile was sent in place of what the responder saw."""
    tax = replace(BSN, id="tax", question="When must I file my tax return?", answer="In May.")
    await desk.knows(tax)
    assert "- 1 · 0.50 · en · bsn" in desk.card()
    desk.search.hits.clear()
    desk.search.finds(tax, 0.6)
    await desk.edits(ANNA, "$m1", "When do I get a thing?")
    assert "- 2 · 0.60 · en · tax" in desk.card()
    assert "!send 2 sends entry 2 above" in desk.card()
    await desk.at_desk(VERA, "!send 1")
    assert "There is no entry 1" in desk.last(DESK).text
    assert not to_asker(desk)
    desk.search.finds(BSN, 0.5)
    await desk.edits(ANNA, "$m1", "When do I get a thing with a number?")
    await desk.at_desk(VERA, "!send 2")
    assert "In May." in to_asker(desk)[0]


async def test_an_empty_question_back_is_not_asked(desk: Counter) -> None:
    await desk.at_desk(VERA, "!askback")
    assert not to_asker(desk)


@pytest.mark.parametrize("which", ["1", "bsn"])
async def test_an_entry_is_sent_word_for_word_by_its_number_or_id(
    desk: Counter, which: str
) -> None:
    await desk.at_desk(VERA, f"!send {which}")
    assert "Register at your municipality." in to_asker(desk)[0]
    assert "Source: https://example.org/bsn" in to_asker(desk)[0]
    assert desk.last(WELCOME).mentions == (desk.keys[ANNA],)
    assert desk.store.cases[1].status is Status.VETTED
    (given, _) = desk.store.gave[desk.last(WELCOME).key]
    assert (given.entry_id, given.asker) == ("bsn", desk.keys[ANNA])


@pytest.mark.parametrize("which", ["2", "0", "nothing"])
async def test_what_is_no_entry_there_is_not_sent(desk: Counter, which: str) -> None:
    await desk.at_desk(VERA, f"!send {which}")
    assert not to_asker(desk)
    assert "There is no entry" in desk.last(DESK).text


@pytest.mark.parametrize(("last_day", "then"), [(31, "!send utr"), (1, "!confirm utr")])
async def test_where_a_places_own_entry_stands_in_for_it_a_national_one_is_not_sent(
    last_day: int, then: str
) -> None:
    """Who asked in Utrecht got what does not hold there, and the desk read not a word of it."""
    counter = await Counter.open(room=Community(WELCOME, scope="utrecht"))
    own = replace(BSN, id="utr", scope="utrecht", valid_until=date(2026, 1, last_day))
    await counter.knows(BSN, own)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, "!send bsn")
    assert not to_asker(counter)
    assert "In this room entry utr stands in for entry bsn" in counter.last(DESK).text
    assert counter.last(DESK).text.rstrip().endswith(then)
    assert counter.store.cases[1].status is Status.OPEN


async def test_elsewhere_it_is_sent() -> None:
    counter = await Counter.open(room=Community(WELCOME, scope="ede"))
    await counter.knows(BSN, replace(BSN, id="utr", scope="utrecht"))
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, "!send bsn")
    assert BSN.answer in counter.last(WELCOME).text


async def test_which_entry_is_asked_where_none_is_named(desk: Counter) -> None:
    """It read: There is no entry ?."""
    await desk.at_desk(VERA, "!send")
    assert "Which entry?" in desk.last(DESK).text


async def test_the_card_names_no_entry_that_is_past_or_may_be_wrong() -> None:
    """It named one that !send then refused."""
    counter = await Counter.open()
    old = replace(BSN, id="old", valid_until=date(2026, 1, 2))
    await counter.knows(old, BSN)
    counter.search.finds(old, 0.9)
    await counter.asks("Where do I get a number?")
    assert "old" in counter.card()
    assert "!send" not in counter.card()
    assert "!answer and your words go to the asker. What you write" in counter.card()
    counter.search.finds(BSN, 0.5)
    await counter.asks("Where do I get such a number?", BEN)
    (number,) = [n for n, near in counter.store.cases[2].numbers.items() if near.entry_id == "bsn"]
    assert f"!send {number} sends entry {number} above" in counter.card(2)
    await counter.at_desk(VERA, f"!send {number}", 2)
    assert "Register at your municipality." in counter.last(WELCOME).text


async def test_without_texts_that_are_ready_that_is_said(desk: Counter) -> None:
    """It listed a dash."""
    counter = await Counter.open()
    await counter.asks("Where do I get a thing?")
    await counter.at_desk(VERA, "!snippet")
    assert "No texts are ready here" in counter.last(DESK).text


async def test_asking_back_takes_no_more_cases_than_the_settings_allow() -> None:
    """It took a free case past the bound."""
    counter = await Counter.open(desk_settings=Settings(open_per_person=1))
    await counter.asks("Where do I get a thing?")
    await counter.asks("Where do I get another thing?", BEN)
    await counter.at_desk(VERA, "!claim")
    await counter.at_desk(VERA, "!askback Which one?", 2)
    assert "as many cases as one person may have: 1" in counter.last(DESK).text
    assert counter.store.cases[2].status is Status.OPEN
    await counter.at_desk(VERA, "!askback Which one?")
    assert "> Which one?" in counter.last(WELCOME).text


async def test_an_entry_that_holds_no_more_is_not_sent(desk: Counter) -> None:
    desk.clock.now = desk.clock.now.replace(year=2027)
    assert BSN.valid_until == date(2026, 12, 31)
    await desk.at_desk(VERA, "!send 1")
    assert not to_asker(desk)


async def test_a_text_that_is_ready_goes_out_in_the_askers_language(desk: Counter) -> None:
    await desk.asks("hoe krijg ik mijn nummer?")
    await desk.at_desk(VERA, "!snippet call", 2)
    assert "> Bel ze even." in to_asker(desk)[-1]
    await desk.at_desk(VERA, "!snippet")
    assert "There are: call." in desk.last(DESK).text


async def test_a_preview_shows_the_desk_what_the_asker_would_read(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!preview At the town hall.")
    assert not to_asker(desk)
    assert "An official of UWV answers your question." in desk.last(DESK).text
    assert "> At the town hall." in desk.last(DESK).text


async def test_a_tap_on_the_draft_vets_it(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer At the town hall, https://example.org/hall")
    draft = next(each for each in desk.said(DESK) if "As an entry" in each.text)
    await desk.taps(VERA, "✅", desk.store.events[draft.key])
    assert "nobody vets their own answer" in desk.last(DESK).text
    await desk.taps(WIM, "✅", desk.store.events[draft.key])
    assert desk.store.cases[1].status is Status.VETTED


async def test_a_note_stays_at_the_desk(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    before = len(desk.said(DESK))
    await desk.at_desk(VERA, "!note she called twice already")
    assert len(desk.said(DESK)) == before
    assert not to_asker(desk)


_SECRET = "zqxj-internal"
_STAYS = ["", "!note ", "!preview ", "!claim ", "!release ", "!assign ", "!take ", "!snooze "]
_STAYS += ["!escalate ", "!transfer ", "!merge ", "!send ", "!queue ", "!mine ", "!help ", "!vet "]


@given(
    st.lists(
        st.tuples(st.sampled_from([VERA, WIM, OMAR]), st.sampled_from(_STAYS), st.booleans()),
        max_size=8,
    ),
    st.text(max_size=20),
)
async def test_nothing_written_at_the_desk_leaks(
    said: list[tuple[str, str, bool]], more: str
) -> None:
    """But for the commands that say so, whoever writes what, wherever at the desk."""
    counter = await with_case()
    for who, command, in_thread in said:
        text = f"{command}{_SECRET} {more}"
        if in_thread:
            await counter.at_desk(who, text)
        else:
            await counter.says(who, text, DESK)
    outside = [each for each in counter.store.outbox.values() if each.room != DESK]
    assert not [each for each in outside if _SECRET in each.text + each.html]
