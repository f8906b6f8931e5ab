"""How an answer becomes an entry."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cases import Status
from bot.config import Responder, Role
from bot.messages import Style
from tests.counter import ANNA, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter

QUESTION = "Where do I get a fishing permit?"
ANSWER = "At the post office, see https://example.org/fish."


async def answered(answer: str = ANSWER, by: str = VERA) -> Counter:
    counter = await Counter.open()
    await counter.asks(QUESTION)
    await counter.at_desk(by, f"!answer {answer}")
    return counter


@pytest.fixture
async def desk() -> Counter:
    return await answered()


async def test_the_draft_is_shown_before_anybody_vets(desk: Counter) -> None:
    text = desk.last(DESK).text
    assert f"> {QUESTION}\n> \n> {ANSWER}" in text
    assert "source: https://example.org/fish" in text


async def test_a_second_entitled_person_publishes_the_draft(desk: Counter) -> None:
    outcome = await desk.at_desk(OMAR, "!vet")
    (entry,) = await desk.store.entries()
    assert entry == outcome.entry
    assert (entry.question, entry.answer, entry.lang) == (QUESTION, ANSWER, "en")
    assert (entry.source, entry.vetted_by) == ("https://example.org/fish", "UWV")
    assert (entry.checked, entry.valid_until) == (date(2026, 1, 5), date(2027, 1, 5))
    assert desk.store.cases[1].status is Status.VETTED
    assert f"Published as entry {entry.id}" in desk.last(DESK).text


async def test_the_asker_is_told_quietly_that_the_answer_is_right(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!vet")
    told = desk.last(WELCOME)
    assert "An official of UWV has vetted this answer" in told.text
    assert (told.style, told.thread) == (Style.NOTICE, "$m1")


async def test_a_changed_answer_reaches_the_asker_with_a_mention(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!edit answer: At the town hall.")
    await desk.at_desk(OMAR, "!vet")
    told = desk.last(WELCOME)
    assert "> At the town hall." in told.text
    assert (told.style, told.mentions) == (Style.TEXT, (desk.keys[ANNA],))
    (entry,) = await desk.store.entries()
    assert entry.answer == "At the town hall."


async def test_nobody_vets_their_own_answer() -> None:
    counter = await answered(by=OMAR)
    await counter.at_desk(OMAR, "!vet")
    assert "nobody vets their own answer" in counter.last(DESK).text
    assert not await counter.store.entries()


@pytest.mark.parametrize("who", [EVA, VERA])
async def test_who_is_not_entitled_vets_nothing(desk: Counter, who: str) -> None:
    await desk.at_desk(who, "!vet")
    assert "You can't vet case 1" in desk.last(DESK).text
    assert not await desk.store.entries()


async def test_a_volunteer_who_may_vet_is_named_as_one(desk: Counter) -> None:
    await desk.at_desk(WIM, "!vet")
    (entry,) = await desk.store.entries()
    assert entry.vetted_by == "volunteers"
    assert "A second volunteer has vetted this answer" in desk.last(WELCOME).text


async def test_a_topic_binds_its_vetters() -> None:
    responders = (
        Responder(VERA, Role.VOLUNTEER),
        Responder(OMAR, Role.OFFICIAL, "UWV", topics=("work",), may_vet=True),
        Responder(EVA, Role.OFFICIAL, "SVB", topics=("children",), may_vet=True),
    )
    counter = await Counter.open(responders=responders)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(VERA, "!edit topic: children")
    await counter.at_desk(OMAR, "!vet")
    assert not await counter.store.entries()
    await counter.at_desk(EVA, "!vet")
    assert len(await counter.store.entries()) == 1


async def test_a_topic_that_is_nobodys_leaves_the_case_to_every_vetter() -> None:
    responders = (
        Responder(VERA, Role.VOLUNTEER),
        Responder(OMAR, Role.OFFICIAL, "UWV", topics=("work",), may_vet=True),
    )
    counter = await Counter.open(responders=responders)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(OMAR, "!vet")
    assert len(await counter.store.entries()) == 1


async def test_a_volunteers_answer_without_source_waits_for_one_from_a_volunteer() -> None:
    counter = await answered("At the post office.")
    assert "Missing: source." in counter.last(DESK).text
    await counter.at_desk(WIM, "!vet")
    assert "Not published: source missing" in counter.last(DESK).text
    await counter.at_desk(WIM, "!edit source: https://example.org/fish")
    await counter.at_desk(WIM, "!vet")
    assert len(await counter.store.entries()) == 1


async def test_who_answered_adds_the_source_that_is_missing() -> None:
    """As the draft says; vetting it is still for somebody else."""
    counter = await answered("At the post office.")
    assert "Who wrote the answer can add it too: !edit source: …" in counter.last(DESK).text
    await counter.at_desk(VERA, "!edit source: https://example.org/fish")
    assert "source: https://example.org/fish" in counter.last(DESK).text
    assert "Missing" not in counter.last(DESK).text
    await counter.at_desk(WIM, "!vet")
    assert len(await counter.store.entries()) == 1


async def test_a_vetting_official_stands_for_a_missing_source() -> None:
    counter = await answered("At the post office.")
    await counter.at_desk(OMAR, "!vet")
    (entry,) = await counter.store.entries()
    assert entry.source == "UWV"


async def test_several_fields_can_be_edited_at_once(desk: Counter) -> None:
    words = "!edit question: Who needs a fishing permit?\nvalid until: 2026-06-30\nTopic: nature"
    await desk.at_desk(OMAR, words)
    await desk.at_desk(OMAR, "!vet")
    (entry,) = await desk.store.entries()
    assert entry.question == "Who needs a fishing permit?"
    assert (entry.valid_until, entry.topic) == (date(2026, 6, 30), "nature")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("!edit", "!edit field: value"),
        ("!edit colour: red", "!edit field: value"),
        ("!edit valid_until: soon", "write it as 2027-12-31"),
        ("!edit question:", "question: is empty"),
        ("!edit lang: Dutch", "lang: use an ISO 639 code"),
        ("!edit valid_until: 2020-01-01", "lies in the past"),
    ],
)
async def test_a_wrong_edit_changes_nothing_and_says_why(
    desk: Counter, words: str, told: str
) -> None:
    before = desk.store.cases[1]
    await desk.at_desk(OMAR, words)
    assert told in desk.last(DESK).text
    assert desk.store.cases[1] == before


async def test_the_author_may_edit_but_a_bystander_may_not(desk: Counter) -> None:
    await desk.at_desk(VERA, "!edit topic: nature")
    assert desk.store.cases[1].draft is not None
    assert desk.store.cases[1].draft.topic == "nature"
    await desk.at_desk(EVA, "!edit topic: tax")
    assert desk.store.cases[1].draft.topic == "nature"


async def test_a_rejected_answer_goes_back_and_the_asker_is_told_to_wait(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!reject the post office stopped that in May")
    told = desk.last(WELCOME)
    assert "may not be right" in told.text
    assert "May" not in told.text
    assert told.mentions == (desk.keys[ANNA],)
    assert desk.store.cases[1].status is Status.CLAIMED
    assert desk.last(DESK).mentions == (desk.keys[VERA],)
    await desk.at_desk(VERA, "!answer At the town hall.")
    assert "> At the town hall." in desk.last(WELCOME).text


async def test_a_rejection_needs_a_reason(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!reject")
    assert desk.store.cases[1].status is Status.ANSWERED


async def test_a_vetted_case_is_done(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!vet")
    await desk.at_desk(WIM, "!vet")
    assert "nothing is left to do" in desk.last(DESK).text
    assert len(await desk.store.entries()) == 1
