"""How an answer becomes an entry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.authorship import Draft
from bot.cases import Case, Status
from bot.config import Community, Responder, Role
from bot.errors import HandleAgain
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from bot.near import Near
from knowledge.change import Change
from knowledge.conflicts import ALIKE
from knowledge.entry import Entry
from knowledge.errors import IndexUnavailable
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter
from tests.fakes import FakeClock

QUESTION = "Where do I get a fishing permit?"
ANSWER = "At the post office, see https://example.org/fish."


async def answered(answer: str = ANSWER, by: str = VERA, words: str = "") -> Counter:
    """A case with an answer; another entry may have these words."""
    counter = await Counter.open()
    if words:
        await counter.knows(replace(BSN, answer=words))
    await counter.asks(QUESTION)
    await counter.at_desk(by, f"!answer {answer}")
    return counter


@pytest.fixture
async def desk() -> Counter:
    return await answered()


async def test_the_draft_is_shown_before_anybody_vets(desk: Counter) -> None:
    text = desk.last(DESK).text
    assert f"> {QUESTION}\n> \n> {ANSWER}" in text
    assert "> I am a bot. I only repeat answers" in text
    assert "source: https://example.org/fish" in text


async def test_a_changed_draft_is_shown_without_what_has_not_changed() -> None:
    counter = await Counter.open()
    await counter.knows(BSN)
    counter.search.finds(BSN, 0.5)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    same = ("Nearest entries", "Another person who may vet can now write")
    assert all(words in counter.last(DESK).text for words in same)
    await counter.at_desk(OMAR, "!edit topic: nature")
    text = counter.last(DESK).text
    assert "topic: nature" in text
    assert not any(words in text for words in same)
    assert text.endswith(
        "!vet (or a tap ✅ here) publishes it as it stands, !edit changes it again."
    )


async def test_a_draft_tells_the_day_on_which_it_is_approved(desk: Counter) -> None:
    sent_at = desk.clock() - timedelta(days=2)
    await desk.says(OMAR, "!edit 1 topic: nature", DESK, sent_at=sent_at)
    assert "topic: nature" in desk.last(DESK).text
    assert "> Checked on 5 January 2026 " in desk.last(DESK).text


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
    await desk.at_desk(WIM, "!vet")
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


async def test_a_topic_binds_its_vetters_however_it_is_written() -> None:
    """Capitals made it nobody's, and everybody could vet it; the settings may have them too."""
    responders = (
        Responder(VERA, Role.VOLUNTEER),
        Responder(OMAR, Role.OFFICIAL, "UWV", topics=("work",), may_vet=True),
        Responder(EVA, Role.OFFICIAL, "UWV", topics=("Children",), may_vet=True),
    )
    counter = await Counter.open(responders=responders)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(VERA, "!edit topic: CHILDREN\nbody: uwv ")
    assert (the_draft(counter).topic, the_draft(counter).body) == ("Children", "UWV")
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


async def test_a_vetting_official_stands_for_a_missing_source_once_that_was_shown() -> None:
    """It was filled in after the preview, and so was who decides about it."""
    counter = await answered("At the post office.")
    (old,) = drafts(counter)
    await counter.taps(OMAR, "✅", counter.store.events[old.key])
    assert not await counter.store.entries()
    assert "source: UWV" in counter.last(DESK).text
    await counter.at_desk(OMAR, "!vet")
    (entry,) = await counter.store.entries()
    assert (entry.source, entry.body) == ("UWV", "")


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
        ("!edit valid_until:", "write it as 2027-12-31"),
        ("!edit valid_until: 2032-01-05", "more than 5 years ahead"),
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


# Who may vet


async def test_who_changed_what_the_answer_says_leaves_it_to_somebody_else(
    desk: Counter,
) -> None:
    await desk.at_desk(OMAR, "!edit answer: At the town hall.")
    await desk.at_desk(OMAR, "!vet")
    told = desk.last(DESK).text
    assert "you changed what it says" in told
    assert f"These may: {WIM}." in told
    assert not await desk.store.entries()
    await desk.at_desk(WIM, "!edit topic: nature")
    await desk.at_desk(WIM, "!vet")
    (version,) = await desk.store.history((await desk.store.entries())[0].id)
    assert version.revision.author_person == desk.keys[OMAR]


async def test_who_puts_the_authors_own_words_back_may_vet_them(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!edit answer: At the town hall.")
    await desk.at_desk(OMAR, f"!edit answer: {ANSWER}")
    await desk.at_desk(OMAR, "!vet")
    assert len(await desk.store.entries()) == 1


async def test_where_nobody_else_may_vet_the_way_out_is_told() -> None:
    responders = (
        Responder(VERA, Role.VOLUNTEER),
        Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True),
    )
    counter = await Counter.open(responders=responders)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, "!answer At the post office.")
    await counter.at_desk(OMAR, "!edit answer: At the town hall.")
    await counter.at_desk(OMAR, "!vet")
    assert "You can once your words are gone from it" in counter.last(DESK).text
    await counter.at_desk(OMAR, "!reject it moved")  # That is open to them.
    await counter.at_desk(VERA, "!answer In the library, see https://example.org/hall")
    await counter.at_desk(OMAR, "!vet")
    assert len(await counter.store.entries()) == 1


TWO_BODIES = (
    Responder(VERA, Role.VOLUNTEER),
    Responder(WIM, Role.VOLUNTEER, topics=("nature",), may_vet=True),
    Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True),
    Responder(EVA, Role.OFFICIAL, "SVB", may_vet=True),
)


@pytest.mark.parametrize(
    ("draft", "who", "told"),
    [
        ("body: SVB", EVA, ""),
        ("body: svb", EVA, ""),
        ("body: SVB", OMAR, "SVB decides about this, and you answer for another body"),
        ("body: RDW", OMAR, "RDW decides about this"),
        ("topic: nature\nbody: SVB", WIM, ""),
        ("topic: tax", WIM, "entitle you to vet this topic (tax)"),
        ("topic: tax", OMAR, ""),
        ("topic: tax", VERA, "nobody vets their own answer"),
    ],
)
async def test_an_official_vets_for_their_body_and_a_volunteer_for_their_topics(
    draft: str, who: str, told: str
) -> None:
    counter = await Counter.open(responders=TWO_BODIES)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(VERA, f"!edit {draft}")
    await counter.at_desk(who, "!vet")
    assert bool(await counter.store.entries()) == (not told)
    assert told in counter.last(DESK).text


async def test_an_official_can_not_make_another_bodys_case_their_own() -> None:
    counter = await Counter.open(responders=TWO_BODIES)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(VERA, "!edit body: SVB")
    await counter.at_desk(OMAR, "!edit body: UWV")
    assert "SVB decides about this" in counter.last(DESK).text
    assert the_draft(counter).body == "SVB"


async def test_a_case_that_was_transferred_is_vetted_by_that_body() -> None:
    counter = await Counter.open(responders=TWO_BODIES)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, "!transfer SVB")
    await counter.at_desk(EVA, f"!answer {ANSWER}")
    assert the_draft(counter).body == "SVB"


@pytest.mark.parametrize(("who", "may"), [(VERA, False), (WIM, True), (EVA, True)])
async def test_what_one_body_decides_is_not_made_anothers_by_who_answered(
    who: str, may: bool
) -> None:
    counter = await Counter.open(responders=TWO_BODIES)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(VERA, "!edit body: SVB\ntopic: nature")
    await counter.at_desk(who, "!edit body: UWV")
    assert the_draft(counter).body == ("UWV" if may else "SVB")
    assert ("SVB decides about this" in counter.last(DESK).text) is not may


async def test_another_answer_leaves_it_with_the_body_that_decides() -> None:
    counter = await Counter.open(responders=TWO_BODIES)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(VERA, "!edit body: SVB")
    await counter.at_desk(VERA, "!answer At the post office.")
    assert the_draft(counter).body == "SVB"
    await counter.asks(QUESTION, BEN)
    await counter.at_desk(VERA, "!transfer SVB", 2)
    await counter.at_desk(EVA, f"!answer {ANSWER}", 2)
    assert the_draft(counter, 2).body == "SVB"


# What was shown is what is approved


def drafts(counter: Counter) -> list[Outgoing]:
    return [each for each in counter.said(DESK) if "As an entry" in each.text]


async def edit_of_the_draft(counter: Counter) -> None:
    await counter.at_desk(VERA, "!edit answer: Pay 500 euro first.")


async def edit_of_the_message(counter: Counter) -> None:
    event = counter.store.cases[1].answered_in
    assert event is not None
    await counter.edits(VERA, event, "!answer Pay 500 euro first.", DESK)


@pytest.mark.parametrize("change", [edit_of_the_draft, edit_of_the_message])
async def test_a_tap_on_an_older_draft_publishes_nothing_and_shows_the_newer_one(
    desk: Counter, change: Callable[[Counter], Awaitable[None]]
) -> None:
    """It published words that the vetter had never seen."""
    (old,) = drafts(desk)
    await change(desk)
    await desk.taps(OMAR, "✅", desk.store.events[old.key])
    assert not await desk.store.entries()
    told, shown = [each.text for each in desk.said(DESK)[-2:]]
    assert "not the one that you were shown" in told
    assert "> Pay 500 euro first." in shown
    await desk.taps(OMAR, "✅", desk.store.events[drafts(desk)[-1].key])
    (entry,) = await desk.store.entries()
    assert entry.answer == "Pay 500 euro first."


async def test_a_tap_on_a_draft_that_reads_again_as_it_did_counts(desk: Counter) -> None:
    (old,) = drafts(desk)
    await edit_of_the_draft(desk)
    await desk.at_desk(VERA, f"!edit answer: {ANSWER}")
    await desk.taps(OMAR, "✅", desk.store.events[old.key])
    assert len(await desk.store.entries()) == 1


async def test_a_tap_on_what_shows_no_draft_publishes_nothing(desk: Counter) -> None:
    await desk.edits(ANNA, "$m1", "Where do I get a permit for fishing?")
    changed = next(each for each in desk.said(DESK) if "They read now" in each.text)
    await desk.taps(OMAR, "✅", desk.store.events[changed.key])
    assert not await desk.store.entries()


@pytest.mark.parametrize("room", [DESK, CHAT])
async def test_what_was_written_before_the_newer_draft_was_shown_does_not_approve_it(
    desk: Counter, room: str
) -> None:
    """Both came at once, for example after the bot had been away."""
    root = desk.store.events[desk.store.cases[1].desk_thread or ""]
    thread, number = (root, "") if room == DESK else (None, " 1")
    edit = note("$edit", VERA, "!edit answer: Pay 500 euro first.", thread=root)
    place = Place.DESK if room == DESK else Place.DIRECT
    vet = note("$vet", OMAR, f"!vet{number}", room, place=place, thread=thread)
    await desk.store.receive("matrix", [edit, vet], "both")
    for kept in await desk.store.unhandled(desk.clock(), 10):
        desk.clock.advance(timedelta(seconds=1))
        await desk.store.commit(await desk.reception.handle(kept))
        await desk.send()
    assert not await desk.store.entries()
    assert "not the one that you were shown" in "".join(desk.shown(room))
    await desk.at_desk(OMAR, "!vet")
    assert len(await desk.store.entries()) == 1


def note(event: str, who: str, text: str, room: str = DESK, **more: Any) -> Message:
    """Something written at the desk, in the same instant in which all tests begin."""
    at = MessageRef("matrix", room, event)
    return Message(**{"ref": at, "place": Place.DESK, "sender": who, "kind": Kind.TEXT,
                      "text": text, "sent_at": FakeClock()(), **more})  # fmt: skip


# What the draft holds


def the_draft(counter: Counter, case_id: int = 1) -> Draft:
    case: Case = counter.store.cases[case_id]
    assert case.draft is not None
    return case.draft


async def test_personal_details_stay_out_of_the_question() -> None:
    counter = await Counter.open()
    await counter.asks("Where do I register? My BSN is 123456782, mail ada@example.org")
    await counter.at_desk(VERA, "!answer Call 030 286 00 00, see https://example.org/x")
    text = counter.last(DESK).text
    assert "My BSN is [number], mail [e-mail]" in text
    assert "Left out of the question and wordings: e-mail, number." in text
    assert "Call 030 286 00 00" in text
    await counter.at_desk(OMAR, "!vet")
    (entry,) = await counter.store.entries()
    assert "123456782" not in str(entry)


async def test_personal_details_that_an_edit_brings_in_stay_out_too(desk: Counter) -> None:
    await desk.at_desk(
        OMAR,
        "!edit question: My BSN is 123456782, what now?\n"
        "alternatives: mail ada [at] example.org\n- car AB-123-C at Kerkstraat nr 12",
    )
    text = desk.last(DESK).text
    assert "Left out of the question and wordings: e-mail, number, licence plate, address." in text
    await desk.at_desk(OMAR, "!vet")
    (entry,) = await desk.store.entries()
    assert entry.wordings == (
        "My BSN is [number], what now?",
        "mail [e-mail]",
        "car [licence plate] at [address]",
    )


async def test_what_is_left_out_is_told_in_whatever_language_the_entry_gets(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!edit lang: nl\nquestion: Mijn kenteken is AB-123-C, en nu?")
    text = desk.last(DESK).text
    assert "Mijn kenteken is [kenteken], en nu?" in text
    assert "Left out of the question and wordings: licence plate." in text


async def test_what_looks_personal_in_an_answer_is_pointed_out_and_stays(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!edit answer: Call 030 286 00 00, Kerkstraat 12. My car: AB-123-C")
    text = desk.last(DESK).text
    assert "this may be something personal: licence plate." in text
    await desk.at_desk(OMAR, "!edit source: https://example.org/permit")
    await desk.at_desk(WIM, "!vet")
    (entry,) = await desk.store.entries()
    assert entry.answer == "Call 030 286 00 00, Kerkstraat 12. My car: AB-123-C"


async def test_a_wording_is_kept_when_the_question_is_put_in_general_form(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!edit question: Who sells fishing permits?")
    assert f"- {QUESTION}" in desk.last(DESK).text
    await desk.at_desk(OMAR, "!vet")
    (entry,) = await desk.store.entries()
    assert entry.alternatives == (QUESTION,)


async def test_the_vetter_says_which_wordings_stay(desk: Counter) -> None:
    words = (
        "!edit question: Who sells fishing permits?\nalternatives: fishing permit where\n- Fish?"
    )
    await desk.at_desk(OMAR, words)
    await desk.at_desk(OMAR, "!vet")
    (entry,) = await desk.store.entries()
    assert entry.alternatives == ("fishing permit where", "Fish?")


async def merged(*, after_the_answer: bool = False) -> Counter:
    """Two cases with the same question in other words; the second goes into the first."""
    counter = await Counter.open()
    await counter.asks(QUESTION)
    await counter.asks("Fishing permit, my phone is 06-12345678?", BEN)
    answer = f"!answer {ANSWER}"
    if after_the_answer:
        await counter.at_desk(VERA, answer)
    await counter.at_desk(VERA, "!merge 1", 2)
    if not after_the_answer:
        await counter.at_desk(VERA, answer)
    return counter


@pytest.mark.parametrize("after_the_answer", [False, True])
async def test_what_merged_askers_wrote_leads_to_the_entry_too(after_the_answer: bool) -> None:
    counter = await merged(after_the_answer=after_the_answer)
    drafts = [text for text in counter.shown(DESK) if "As an entry" in text]
    assert "- Fishing permit, my phone is [phone]?" in drafts[-1]
    await counter.at_desk(OMAR, "!vet")
    (entry,) = await counter.store.entries()
    assert entry.alternatives == ("Fishing permit, my phone is [phone]?",)


async def test_a_merged_asker_who_takes_the_question_back_takes_the_wording_too() -> None:
    counter = await merged()
    await counter.takes_back(BEN, counter.store.cases[2].asked.event)
    assert not any("Fishing permit" in text for text in counter.shown(DESK))
    assert "Fishing permit" not in str(counter.store.cases)
    await counter.at_desk(OMAR, "!vet")
    (entry,) = await counter.store.entries()
    assert (entry.question, entry.alternatives) == (QUESTION, ())


# What else answers the question

OTHER = Entry(
    "permit",
    "en",
    "nature",
    QUESTION,
    "At the angling club.",
    alternatives=("fishing licence",),
    source="https://example.org/club",
    body="UWV",
    vetted_by="UWV",
)
PERMIT = replace(OTHER, question="Permit for angling?")


async def contested(
    other: Entry = OTHER, room: Community | None = None, *, similarity: float = 0.5
) -> Counter:
    counter = await Counter.open(room=room)
    await counter.knows(other)
    counter.search.finds(other, similarity)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    return counter


@pytest.mark.parametrize(
    ("other", "similarity"), [(OTHER, 0.5), (PERMIT, ALIKE)], ids=["same words", "same sense"]
)
async def test_what_says_something_else_is_told_with_the_ways_out(
    other: Entry, similarity: float
) -> None:
    counter = await contested(other, similarity=similarity)
    await counter.at_desk(OMAR, "!vet")
    told = counter.last(DESK).text
    assert f"permit: {other.question}" in told
    assert "> At the angling club." in told
    for way in ("!vet supersede permit", "!vet merge permit", "!edit scope:"):
        assert way in told
    assert await counter.store.entries() == [other]
    assert counter.store.cases[1].status is Status.ANSWERED


@pytest.mark.parametrize(
    "other",
    [
        PERMIT,
        replace(OTHER, answer=ANSWER),
        replace(OTHER, lang="nl"),
        replace(OTHER, scope="utrecht"),
        replace(OTHER, valid_until=date(2025, 12, 31)),
    ],
    ids=["far", "same answer", "another language", "another place", "expired"],
)
async def test_what_does_not_compete_is_no_obstacle(other: Entry) -> None:
    counter = await contested(other)
    await counter.at_desk(OMAR, "!vet")
    assert len(await counter.store.entries()) == 2


async def test_superseding_makes_the_draft_that_entrys_next_version() -> None:
    counter = await contested()
    await counter.at_desk(OMAR, "!vet")
    await counter.at_desk(OMAR, "!vet supersede permit")
    assert "Published as entry permit, version 2" in counter.last(DESK).text
    (entry,) = await counter.store.entries()
    assert (entry.id, entry.answer, entry.version) == ("permit", ANSWER, 2)
    assert entry.alternatives == ("fishing licence",)
    newest, oldest = await counter.store.history("permit")
    assert oldest.entry == OTHER
    told = newest.revision
    assert (told.author, told.vetter) == ("volunteer", "official of UWV")
    people = (counter.keys[VERA], counter.keys[OMAR])
    assert (told.author_person, told.vetter_person) == people
    assert (told.change, told.reason) == (Change.ADVICE, "case 1")
    (given,) = [given for given, _ in counter.store.gave.values()]
    assert (given.entry_id, given.version) == ("permit", 2)


@pytest.mark.parametrize(
    ("other", "words", "who", "told"),
    [
        (replace(OTHER, body="SVB"), "!vet supersede permit", OMAR, "official of that body"),
        (OTHER, "!vet supersede permit", WIM, "official of that body"),
        (replace(OTHER, scope="utrecht"), "!vet supersede permit", OMAR, "same place"),
        (OTHER, "!vet supersede nothing", OMAR, "no entry nothing"),
        (OTHER, "!vet merge", OMAR, "no entry ?"),
        (OTHER, "!vet now", OMAR, "!vet publishes the draft"),
    ],
)
async def test_what_can_not_take_its_place_says_why(
    other: Entry, words: str, who: str, told: str
) -> None:
    room = Community(room=WELCOME, languages=("en",), scope="utrecht")
    counter = await contested(other, room)
    if other.scope == "utrecht":
        await counter.at_desk(OMAR, "!edit scope: nl")
    else:
        await counter.at_desk(OMAR, "!edit scope: nl\ntopic: nature")
    await counter.at_desk(who, words)
    assert told in counter.last(DESK).text
    assert await counter.store.entries() == [other]


async def test_merging_keeps_the_other_answer_and_gives_it_to_the_asker() -> None:
    counter = await contested(PERMIT, similarity=ALIKE)
    await counter.at_desk(OMAR, "!vet merge permit")
    (entry,) = await counter.store.entries()
    assert (entry.answer, entry.version) == (PERMIT.answer, 2)
    assert entry.alternatives == ("fishing licence", QUESTION)
    told = counter.last(WELCOME)
    assert "The answer above does not hold" in told.text
    assert PERMIT.answer in told.text
    assert told.mentions == (counter.keys[ANNA],)
    case = counter.store.cases[1]
    assert (case.status, case.told) == (Status.VETTED, PERMIT.answer)
    newest, _ = await counter.store.history("permit")
    assert newest.revision.change is Change.MINOR
    assert counter.store.gave[told.key][0].version == 2


@pytest.mark.parametrize(
    ("other", "who"), [(replace(PERMIT, body="SVB", vetted_by="SVB"), OMAR), (PERMIT, WIM)]
)
async def test_merging_changes_no_entry_that_the_vetter_could_not_replace(
    other: Entry, who: str
) -> None:
    """It had other questions lead to another body's answer."""
    counter = await contested(other, similarity=ALIKE)
    await counter.at_desk(who, "!vet merge permit")
    assert await counter.store.entries() == [other]
    assert "not yours to change" in counter.last(DESK).text
    assert other.answer in counter.last(WELCOME).text
    assert counter.store.cases[1].status is Status.VETTED


async def test_merging_what_asks_the_same_already_makes_no_version() -> None:
    counter = await contested()
    await counter.at_desk(OMAR, "!vet merge permit")
    assert await counter.store.entries() == [OTHER]
    assert counter.store.cases[1].status is Status.VETTED


async def test_a_narrower_place_resolves_it_and_the_entry_stands_in_there() -> None:
    room = Community(room=WELCOME, languages=("en",), scope="utrecht")
    counter = await contested(PERMIT, room, similarity=ALIKE)
    await counter.at_desk(OMAR, "!edit scope: nl")
    await counter.at_desk(OMAR, "!vet")
    assert "Not published" in counter.last(DESK).text
    await counter.at_desk(OMAR, "!edit scope: utrecht")
    await counter.at_desk(OMAR, "!vet")
    assert "In rooms about utrecht it stands in for: permit." in counter.last(DESK).text
    entry, _ = await counter.store.entries()
    counter.search.hits.clear()
    counter.search.finds(PERMIT, 1.2)
    counter.search.finds(entry, 1.0)
    await counter.asks("fishing licence?", BEN)
    assert ANSWER in counter.last(WELCOME).text


async def in_utrecht(*entries: Entry) -> Counter:
    """A draft for a place, where these mean the same elsewhere."""
    counter = await Counter.open(room=Community(room=WELCOME, languages=("en",), scope="utrecht"))
    await counter.knows(*entries)
    for each in entries or (PERMIT,):
        counter.search.finds(each, ALIKE)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    return counter


async def the_new_one(counter: Counter) -> Entry:
    (found,) = [each for each in await counter.store.entries() if each.id != "permit"]
    return found


TIED = f"so that each holds in its own: “{PERMIT.question}” (permit, nl)."


@pytest.mark.parametrize("how", ["!answer", "📤"])
async def test_what_a_draft_takes_over_from_a_wider_entry_is_shown_and_just_that_published(
    how: str,
) -> None:
    """It was published with a wording that the vetter had not been shown."""
    counter = await in_utrecht(PERMIT)
    if how == "📤":
        await counter.asks("Angling licence?")
        await counter.at_desk(VERA, "!claim", 2)
        await counter.at_desk(VERA, ANSWER, 2)
        await counter.taps(VERA, "📤", f"$m{counter.count}")
    (shown,) = [each for each in drafts(counter)[-1:] if TIED in each.text]
    assert f"- {PERMIT.question}\n" in shown.text
    await counter.taps(OMAR, "✅", counter.store.events[shown.key])
    entry = await the_new_one(counter)
    assert entry.alternatives == (PERMIT.question,)
    assert "it stands in for: permit." in counter.last(DESK).text


async def test_what_there_is_to_take_over_since_the_draft_was_shown_is_shown_first() -> None:
    counter = await in_utrecht()
    await counter.knows(PERMIT)
    assert TIED not in drafts(counter)[-1].text
    await counter.at_desk(OMAR, "!vet")
    assert "Not published yet: what the draft takes over" in counter.said(DESK)[-2].text
    assert TIED in counter.last(DESK).text
    assert await counter.store.entries() == [PERMIT]
    await counter.at_desk(OMAR, "!vet")
    assert (await the_new_one(counter)).alternatives == (PERMIT.question,)


async def test_what_a_vetter_takes_out_of_the_draft_is_not_taken_over_after_all() -> None:
    counter = await in_utrecht(PERMIT)
    await counter.at_desk(OMAR, "!edit alternatives: Fishing here?")
    assert PERMIT.question not in drafts(counter)[-1].text
    await counter.at_desk(OMAR, "!vet")
    assert (await the_new_one(counter)).alternatives == ("Fishing here?",)
    assert "stands in for" not in counter.last(DESK).text


async def test_what_was_taken_over_goes_with_the_place_or_the_entry() -> None:
    counter = await in_utrecht(PERMIT)
    await counter.at_desk(OMAR, "!edit scope: nl")
    assert TIED not in drafts(counter)[-1].text
    await counter.at_desk(OMAR, "!edit scope: utrecht")
    assert TIED in drafts(counter)[-1].text
    await counter.store.withdraw(["permit"])
    await counter.at_desk(OMAR, "!vet")
    assert TIED not in drafts(counter)[-1].text
    assert not await counter.store.entries()
    await counter.at_desk(OMAR, "!vet")
    assert (await the_new_one(counter)).alternatives == ()


async def test_from_what_is_asked_in_the_same_words_nothing_is_taken_over() -> None:
    counter = await in_utrecht(OTHER)
    assert "taken over from" not in drafts(counter)[-1].text
    await counter.at_desk(OMAR, "!vet")
    assert (await the_new_one(counter)).alternatives == ()
    assert "it stands in for: permit." in counter.last(DESK).text


async def test_what_supersedes_an_entry_takes_over_its_wordings_which_were_shown() -> None:
    counter = await contested()
    await counter.at_desk(OMAR, "!vet")
    assert "Asked like this too:\n\n- fishing licence\n\n" in counter.last(DESK).text


async def test_what_comes_later_for_the_whole_country_leaves_a_narrower_entry_standing() -> None:
    """Only the narrower one, published later, was tied to the national one."""
    room = Community(room=WELCOME, languages=("en",), scope="utrecht")
    local = replace(PERMIT, scope="utrecht")
    counter = await contested(local, room, similarity=ALIKE)
    await counter.at_desk(OMAR, "!edit scope: nl")
    await counter.at_desk(OMAR, "!vet")
    assert "another entry stands in for it: utrecht (permit)." in counter.last(DESK).text
    (nation,) = [each for each in await counter.store.entries() if each.id != "permit"]
    counter.search.hits.clear()
    counter.search.finds(nation, 1.3)
    await counter.asks(QUESTION, BEN)
    assert local.answer in counter.last(WELCOME).text


async def test_a_wording_merged_into_a_national_entry_ties_it_to_a_narrower_one() -> None:
    room = Community(room=WELCOME, languages=("en",), scope="utrecht")
    nation = replace(OTHER, id="nation", question="Angling?", alternatives=(), answer="Nowhere.")
    local = replace(PERMIT, scope="utrecht")
    counter = await contested(local, room, similarity=ALIKE)
    await counter.knows(nation)
    case = counter.store.cases[1]
    near = Near("nation", "en", nation.question, 0.5, nation.source)
    counter.store.cases[1] = replace(case, near=(near,))
    await counter.at_desk(OMAR, "!vet merge nation")
    assert f"So do these, from entries for another place:\n\n- {local.question}" in (
        counter.last(DESK).text
    )
    counter.search.hits.clear()
    counter.search.finds(nation, 1.3)
    await counter.asks("Angling?", BEN)
    assert local.answer in counter.last(WELCOME).text


@pytest.mark.parametrize("written", ["Utrecht", " UTRECHT", "NL"])
async def test_a_scope_is_one_that_rooms_are_about_however_it_is_written(written: str) -> None:
    """ "Utrecht" was published and served nowhere."""
    room = Community(room=WELCOME, languages=("en",), scope="utrecht")
    counter = await Counter.open(room=room)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(OMAR, f"!edit scope: {written}")
    await counter.at_desk(OMAR, "!vet")
    (entry,) = await counter.store.entries()
    counter.search.finds(entry, 1.5)
    await counter.asks("Fishing?", BEN)
    assert ANSWER in counter.last(WELCOME).text


async def test_a_scope_that_no_room_is_about_is_refused(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!edit scope: Utrecht")
    assert "no room is about utrecht; entries for it reach nobody" in desk.last(DESK).text
    assert the_draft(desk).scope == "nl"


async def test_what_was_drafted_for_a_room_that_is_gone_is_not_published() -> None:
    room = Community(room=WELCOME, languages=("en",), scope="utrecht")
    counter = await Counter.open(room=room)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    counter.answering.rooms.communities[WELCOME] = Community(room=WELCOME)
    await counter.at_desk(OMAR, "!vet")
    assert "entries for it reach nobody" in counter.last(DESK).text
    assert not await counter.store.entries()


async def test_nothing_is_published_while_search_is_broken(desk: Counter) -> None:
    """A second answer in other words was published, and its vetter told of it after that."""
    desk.search.error = IndexUnavailable("no build")
    await desk.at_desk(OMAR, "!vet")
    told = desk.last(DESK).text
    assert "Not published: search does not work now" in told
    assert "write the same again" in told
    assert "loket doctor" in told
    assert not await desk.store.entries()
    desk.search.error = None
    await desk.at_desk(OMAR, "!vet")
    assert len(await desk.store.entries()) == 1


async def test_no_wording_is_added_to_an_entry_while_search_is_broken() -> None:
    """A third entry might answer it otherwise."""
    counter = await contested(PERMIT, similarity=ALIKE)
    counter.search.error = IndexUnavailable("no build")
    await counter.at_desk(OMAR, "!vet merge permit")
    assert "search does not work now" in counter.last(DESK).text
    assert await counter.store.entries() == [PERMIT]


async def test_a_draft_whose_day_has_passed_meanwhile_is_not_published(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!edit valid_until: 2026-01-06")
    desk.clock.advance(timedelta(days=3))
    await desk.at_desk(OMAR, "!vet")
    assert "lies in the past" in desk.last(DESK).text
    assert not await desk.store.entries()


# A typo makes nobody an author


KNOWN = "The government and your neighbours know."


async def the_entry(counter: Counter) -> Entry:
    (entry,) = [each for each in await counter.store.entries() if each.id != BSN.id]
    return entry


async def test_who_mends_a_typo_may_still_vet_and_the_author_stays_the_author() -> None:
    counter = await answered("Ask the goverment, see https://example.org/fish.", words=KNOWN)
    await counter.at_desk(OMAR, "!edit answer: Ask the government, see https://example.org/fish.")
    await counter.at_desk(OMAR, "!vet")
    entry = await the_entry(counter)
    assert entry.answer.startswith("Ask the government")
    (version,) = await counter.store.history(entry.id)
    assert version.revision.author_person == counter.keys[VERA]
    told = counter.last(WELCOME)
    # What they have reads otherwise: whoever mended it may have mended too much.
    assert "has vetted the answer and changed it" in told.text
    assert "> Ask the government" in told.text
    assert told.mentions == (counter.keys[ANNA],)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It takes 10 days.", "It takes 100 days."),
        ("You can apply.", "You can not apply."),
        ("It costs € 15.", "It costs € 51."),
        ("Ask Ms Jansen.", "Ask Ms Janssen."),
        ("Write to a.smit@example.org.", "Write to a.smitt@example.org."),
        ("You must be contacted.", "You must be contracted."),
        ("Dit is verplicht.", "Dit is verlicht."),
        ("U moet de termijn verengen.", "U moet de termijn verlengen."),
        ("You may not. Wait until we call.", "You may. Not wait until we call."),
    ],
)
async def test_another_word_number_or_full_stop_is_never_a_typo(old: str, new: str) -> None:
    """Who vetted it made "contracted" of "contacted" and published that alone, as a typo."""
    counter = await answered(f"{old} https://example.org/fish")
    await counter.at_desk(OMAR, f"!edit answer: {new} https://example.org/fish")
    await counter.at_desk(OMAR, "!vet")
    assert "you changed what it says" in counter.last(DESK).text
    assert not await counter.store.entries()


async def drifted(*edits: tuple[str, str]) -> Counter:
    """An answer that people edit one after the other, each time by one letter more."""
    counter = await answered(f"They ask for the {WORDS[0]}.")
    for who, word in edits:
        await counter.at_desk(who, f"!edit answer: They ask for the {word}.")
    await counter.at_desk(WIM, "!edit source: https://example.org/fish")
    return counter


WORDS = ("marriage", "marrriage", "marrriagge", "marrriaggee")


async def test_whoever_puts_a_slip_in_is_an_author_until_it_is_taken_out_again() -> None:
    counter = await drifted((OMAR, WORDS[1]), (WIM, WORDS[2]))
    for who in (OMAR, WIM):
        await counter.at_desk(who, "!vet")
        assert "you changed what it says" in counter.last(DESK).text
    assert not await counter.store.entries()
    await counter.at_desk(WIM, f"!edit answer: They ask for the {WORDS[0]}.")
    await counter.at_desk(OMAR, "!vet")
    assert len(await counter.store.entries()) == 1


async def test_one_person_does_not_come_to_other_words_by_small_steps() -> None:
    counter = await drifted(*((OMAR, word) for word in WORDS[1:]))
    await counter.at_desk(OMAR, "!vet")
    assert not await counter.store.entries()
    await counter.at_desk(WIM, "!vet")
    (version,) = await counter.store.history((await counter.store.entries())[0].id)
    assert version.revision.author_person == counter.keys[OMAR]


async def test_everybody_whose_words_stand_in_it_is_barred_until_they_are_gone(
    desk: Counter,
) -> None:
    await desk.at_desk(OMAR, "!edit answer: At the town hall. Take your card.")
    await desk.at_desk(WIM, "!edit answer: At the town hall. Take your passport.")
    for who in (OMAR, WIM):
        await desk.at_desk(who, "!vet")
        assert "you changed what it says" in desk.last(DESK).text
    await desk.at_desk(WIM, "!edit answer: At the town hall. Take your card!")
    await desk.at_desk(OMAR, "!vet")
    assert "you changed what it says" in desk.last(DESK).text
    await desk.at_desk(WIM, "!edit source: https://example.org/fish")
    await desk.at_desk(WIM, "!vet")
    (version,) = await desk.store.history((await desk.store.entries())[0].id)
    assert version.revision.author_person == desk.keys[OMAR]


async def test_an_author_who_edits_the_message_takes_a_mended_draft_along(desk: Counter) -> None:
    await desk.at_desk(OMAR, f"!edit answer: {ANSWER.replace('At', 'at')}")
    sent = desk.store.cases[1].answered_in
    assert sent is not None
    await desk.edits(VERA, sent, "!answer At the counter, see https://example.org/fish.", DESK)
    assert the_draft(desk).answer == "At the counter, see https://example.org/fish."


ALIKE_WORDS = (ANSWER, "at the post office,  see https://example.org/fish", f"{ANSWER} !")


@pytest.mark.parametrize("words", ALIKE_WORDS)
async def test_who_gave_an_answer_does_not_vet_it_when_another_one_gives_it_again(
    words: str,
) -> None:
    """The asker did not take OMAR's answer, VERA sent it once more, and OMAR published it."""
    counter = await answered(by=OMAR)
    given = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👎", given, WELCOME)
    await counter.at_desk(OMAR, "!release")
    await counter.at_desk(VERA, f"!answer {words}")
    await counter.at_desk(OMAR, "!vet")
    assert "you said the same before" in counter.last(DESK).text
    assert not await counter.store.entries()
    await counter.at_desk(WIM, "!vet")
    (entry,) = await counter.store.entries()
    (version,) = await counter.store.history(entry.id)
    assert set(version.revision.wrote) == {counter.keys[OMAR], counter.keys[VERA]}
    assert counter.store.cases[1].earlier


@pytest.mark.parametrize("way", ["reject", "take back", "put back"])
async def test_who_rewrote_an_answer_does_not_vet_it_when_its_author_takes_their_words(
    desk: Counter, way: str
) -> None:
    """OMAR rewrote it and sent it back, VERA sent his words, and he published them."""
    mine = "Pay at the bank, see https://example.org/fish."
    sent = desk.store.cases[1].answered_in
    assert sent is not None
    await desk.at_desk(OMAR, f"!edit answer: {mine}")
    if way == "reject":
        await desk.at_desk(OMAR, "!reject please use my words")
        await desk.at_desk(VERA, f"!answer {mine}")
    elif way == "take back":
        await desk.takes_back(VERA, sent, DESK)
        await desk.at_desk(VERA, f"!answer {mine}")
    else:
        await desk.at_desk(VERA, f"!edit answer: {ANSWER}")
        await desk.edits(VERA, sent, f"!answer {mine}", DESK)
    await desk.at_desk(OMAR, "!vet")
    assert "you said the same before" in desk.last(DESK).text
    assert not await desk.store.entries()


async def test_who_said_something_else_before_may_vet_what_is_said_now() -> None:
    counter = await answered(by=OMAR)
    await counter.at_desk(OMAR, "!edit answer: At the bank, see https://example.org/fish.")
    given = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "👎", given, WELCOME)
    await counter.at_desk(OMAR, "!release")
    await counter.at_desk(VERA, "!answer At the zoo, see https://example.org/fish.")
    await counter.at_desk(OMAR, "!vet")
    assert len(await counter.store.entries()) == 1


async def test_whose_comma_was_taken_out_again_may_vet(desk: Counter) -> None:
    await desk.at_desk(OMAR, f"!edit answer: {ANSWER.replace(', see', ' see')}")
    await desk.at_desk(OMAR, "!vet")
    assert "you changed what it says" in desk.last(DESK).text
    await desk.at_desk(VERA, f"!edit answer: {ANSWER}")
    await desk.at_desk(OMAR, "!vet")
    assert len(await desk.store.entries()) == 1


async def test_who_mended_a_typo_may_vet_what_another_one_changed_after() -> None:
    asked = "The goverment asks neigbours, see https://example.org/fish."
    counter = await answered(asked, words=KNOWN)
    end = "see https://example.org/fish."
    await counter.at_desk(OMAR, f"!edit answer: The government asks neigbours, {end}")
    await counter.at_desk(WIM, f"!edit answer: The government asks neighbours, {end}")
    await counter.at_desk(OMAR, f"!edit answer: The government asks old neighbours, {end}")
    await counter.at_desk(OMAR, "!vet")
    assert "you changed what it says" in counter.last(DESK).text
    await counter.at_desk(WIM, "!vet")
    (version,) = await counter.store.history((await the_entry(counter)).id)
    assert version.revision.author_person == counter.keys[OMAR]


# Two at once


async def test_of_two_answers_to_one_question_vetted_at_once_one_is_looked_at_again() -> None:
    """Both were held against what was served before either, and both were published."""
    counter = await answered()
    await counter.asks(QUESTION, BEN)
    await counter.at_desk(VERA, "!answer At the zoo, see https://zoo.example.org.", 2)
    root = counter.store.events[counter.store.cases[1].desk_thread or ""]
    here = note("$v1", OMAR, "!vet", thread=root)
    there = note("$v2", WIM, "!vet 2", CHAT, place=Place.DIRECT)
    await counter.store.receive("matrix", [here, there], "both")
    one, other = await counter.store.unhandled(counter.clock(), 10)
    outcomes = [await counter.reception.handle(each) for each in (one, other)]
    await counter.store.commit(outcomes[0])
    with pytest.raises(HandleAgain):
        await counter.store.commit(outcomes[1])
    await counter.store.commit(await counter.reception.handle(other))
    await counter.send()
    assert "has an answer for the same place already" in counter.last(CHAT).text
    (entry,) = await counter.store.entries()
    assert entry.answer == ANSWER


async def test_what_was_changed_since_the_vetter_saw_it_is_shown_before_it_gives_way() -> None:
    counter = await contested()
    await counter.at_desk(OMAR, "!vet")
    anew = replace(OTHER, answer="Only at the ministry, since today.")
    await counter.knows(anew)
    await counter.at_desk(OMAR, "!vet supersede permit")
    assert "> Only at the ministry, since today." in counter.last(DESK).text
    assert [each.answer for each in await counter.store.entries()] == [anew.answer]
    await counter.at_desk(OMAR, "!vet supersede permit")
    assert [each.answer for each in await counter.store.entries()] == [ANSWER]


async def test_what_is_superseded_from_a_chat_is_shown_there() -> None:
    counter = await contested(PERMIT)
    for _ in range(2):
        await counter.says(OMAR, "!vet 1 supersede permit", CHAT)
    assert [each.answer for each in await counter.store.entries()] == [ANSWER]
