"""What may answer the same question in another language: a vetter says how they go together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases import Status
from bot.config import Community
from knowledge.calibrate import ENOUGH
from knowledge.conflicts import ALIKE_ACROSS
from knowledge.entry import Entry
from tests.counter import BEN, DESK, OMAR, VERA, WELCOME, WIM, Counter

QUESTION = "How much is a parking permit?"
ANSWER = "90 euro a year, see https://example.org/permit."
DUTCH = Entry(
    "vergunning",
    "nl",
    "parking",
    "Wat kost een parkeervergunning?",
    "200 euro per jaar.",
    source="https://example.org/vergunning",
    body="UWV",
    vetted_by="UWV",
)
GERMAN = replace(DUTCH, id="ausweis", lang="de", question="Was kostet ein Ausweis?")


async def contested(
    *others: Entry, cosine: float = ALIKE_ACROSS, room: Community | None = None
) -> Counter:
    counter = await Counter.open(room=room)
    await counter.knows(*(others or (DUTCH,)))
    for other in others or (DUTCH,):
        counter.search.finds_across(other, cosine)
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    return counter


async def english(counter: Counter) -> Entry | None:
    return next((each for each in await counter.store.entries() if each.lang == "en"), None)


async def test_an_answer_is_not_called_wrong_because_the_vetted_one_is_in_another_language() -> (
    None
):
    """Both said the same, and the asker read that theirs does not hold."""
    counter = await contested()
    await counter.at_desk(OMAR, "!vet merge vergunning")
    told = counter.last(WELCOME).text
    assert "looked at your question again. This is the answer that was vetted:" in told
    assert "does not hold" not in told
    assert DUTCH.answer in told


async def test_an_answer_in_another_language_is_shown_before_anything_is_published() -> None:
    """Two prices for one thing were published in two languages without a word."""
    counter = await contested()
    await counter.at_desk(OMAR, "!vet")
    told = counter.last(DESK).text
    assert "Not published yet" in told
    assert "vergunning (Dutch, nl): Wat kost een parkeervergunning?" in told
    assert "> 200 euro per jaar." in told
    for way in (
        "!vet translation vergunning",
        "!vet supersede vergunning",
        "!vet apart vergunning",
    ):
        assert way in told
    assert await counter.store.entries() == [DUTCH]
    assert counter.store.cases[1].status is Status.ANSWERED


@pytest.mark.parametrize("words", ["translation vergunning", "translation of vergunning"])
async def test_what_says_the_same_is_bound_as_a_translation(words: str) -> None:
    counter = await contested()
    await counter.at_desk(OMAR, f"!vet {words}")
    entry = await english(counter)
    assert entry
    assert (entry.translation_of, entry.answer) == ("vergunning", ANSWER)
    told = counter.last(DESK).text
    assert "It is a translation of vergunning." in told
    assert "> 200 euro per jaar." in told
    assert counter.store.cases[1].status is Status.VETTED


async def test_a_translation_names_the_original_not_another_translation() -> None:
    original = replace(GERMAN, id="original")
    dutch = replace(DUTCH, translation_of="original")
    counter = await contested(original, dutch)
    await counter.at_desk(OMAR, "!vet translation vergunning")
    entry = await english(counter)
    assert entry
    assert entry.translation_of == "original"


async def test_superseding_withdraws_what_stands_in_the_other_language() -> None:
    counter = await contested()
    await counter.at_desk(OMAR, "!vet supersede vergunning")
    (entry,) = await counter.store.entries()
    assert (entry.lang, entry.translation_of) == ("en", None)
    assert "Entry vergunning is withdrawn" in counter.last(DESK).text


async def test_who_may_not_vet_the_other_one_may_not_have_it_withdrawn() -> None:
    counter = await contested()
    await counter.at_desk(WIM, "!vet supersede vergunning")
    assert "official of that body" in counter.last(DESK).text
    assert await counter.store.entries() == [DUTCH]


async def test_another_question_needs_a_reason_which_the_history_keeps() -> None:
    counter = await contested()
    await counter.at_desk(OMAR, "!vet apart vergunning")
    assert "Write why behind it" in counter.last(DESK).text
    assert not await english(counter)
    await counter.at_desk(OMAR, "!vet apart vergunning: that one is for companies")
    entry = await english(counter)
    assert entry
    (version,) = await counter.store.history(entry.id)
    told = version.revision.reason
    assert told == "case 1; another question than vergunning: that one is for companies"
    assert entry.translation_of is None


async def vetted_apart() -> tuple[Counter, str]:
    """Two entries that a vetter said are about different questions; the id of the new one."""
    counter = await contested()
    await counter.at_desk(OMAR, "!vet apart vergunning: that one is for companies")
    entry = await english(counter)
    assert entry
    counter.search.finds(entry, 0.99)
    return counter, entry.id


async def anew(counter: Counter, entry_id: str, answer: str, question: str = QUESTION) -> str:
    """Another answer to a question takes the entry's place; what the desk is told."""
    counter.search.hits.clear()
    await counter.asks(question, BEN)
    (case_id,) = [id for id, each in counter.store.cases.items() if each.status is Status.OPEN]
    await counter.at_desk(VERA, f"!answer {answer}, see https://example.org/permit.", case_id)
    if question != QUESTION:
        await counter.at_desk(OMAR, f"!edit alternatives: {QUESTION}", case_id)
    await counter.at_desk(OMAR, "!vet", case_id)
    await counter.at_desk(OMAR, f"!vet supersede {entry_id}", case_id)
    return counter.last(DESK).text


async def test_what_was_said_to_be_apart_is_not_asked_about_again() -> None:
    """Each new version of either had the vetter say it again."""
    counter, entry_id = await vetted_apart()
    assert "version 2" in await anew(counter, entry_id, "95 euro a year")
    await counter.knows(replace(DUTCH, answer="210 euro per jaar."))
    assert "version 3" in await anew(counter, entry_id, "100 euro a year")


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (replace(DUTCH, question="wat kost een parkeervergunning"), False),
        (replace(DUTCH, question="Wat kost een bezoekersvergunning?"), True),
        (replace(DUTCH, alternatives=("Wat kost parkeren?",)), True),
    ],
    ids=["a typo", "another question", "another wording"],
)
async def test_what_is_apart_is_asked_about_again_once_the_other_is_asked_for_otherwise(
    other: Entry, asked: bool
) -> None:
    counter, entry_id = await vetted_apart()
    await counter.knows(other)
    assert ("Not published yet" in await anew(counter, entry_id, "95 euro a year")) is asked


async def test_what_is_apart_is_asked_about_again_once_it_is_asked_for_otherwise_itself() -> None:
    counter, entry_id = await vetted_apart()
    told = await anew(counter, entry_id, "95 euro a year", "What does a parking pass cost?")
    assert "Not published yet" in told


async def test_of_several_languages_each_is_told_about() -> None:
    counter = await contested(DUTCH, GERMAN)
    await counter.at_desk(OMAR, "!vet translation vergunning")
    told = counter.last(DESK).text
    assert "ausweis (German" in told
    assert "vergunning (Dutch" not in told
    await counter.at_desk(OMAR, "!vet translation vergunning\napart ausweis that is a pass")
    entry = await english(counter)
    assert entry
    assert entry.translation_of == "vergunning"


async def test_a_narrower_place_leaves_both_standing_once_that_is_said() -> None:
    room = Community(room=WELCOME, languages=("en",), scope="utrecht")
    counter = await contested(replace(DUTCH, scope="utrecht"), room=room)
    await counter.at_desk(OMAR, "!vet")
    assert "Not published yet" in counter.last(DESK).text
    await counter.at_desk(OMAR, "!edit scope: nl")
    await counter.at_desk(OMAR, "!vet")
    assert await english(counter)


async def test_a_place_takes_the_whole_countrys_answer_in_another_language_for_its_original() -> (
    None
):
    """So that it stands in for that one there, in both languages."""
    room = Community(room=WELCOME, languages=("en", "nl"), scope="utrecht")
    counter = await contested(room=room)
    await counter.at_desk(OMAR, "!vet translation vergunning")
    counter.search.finds(DUTCH, 1.5)
    await counter.asks("Hoe kom ik aan een vergunning?")
    assert ANSWER in counter.last(WELCOME).text


@pytest.mark.parametrize(
    ("others", "cosine"),
    [
        ((DUTCH,), ALIKE_ACROSS - 0.01),
        ((replace(DUTCH, scope="delft"),), 0.9),
        ((replace(DUTCH, translation_of="en1"), replace(DUTCH, id="en1", lang="en")), 0.9),
    ],
    ids=["far", "another place", "known in English"],
)
async def test_what_is_no_obstacle(others: tuple[Entry, ...], cosine: float) -> None:
    counter = await contested(*others, cosine=cosine)
    if len(others) > 1:
        counter.search.finds(others[1], 0.5)
        counter.store.cases[1] = replace(counter.store.cases[1], near=())
        await counter.at_desk(OMAR, f"!edit question: {others[1].question}")
        await counter.at_desk(OMAR, "!vet")
        await counter.at_desk(OMAR, "!vet supersede en1")
    else:
        await counter.at_desk(OMAR, "!vet")
    assert "Published as entry" in counter.last(DESK).text


async def test_only_the_nearest_of_each_language_is_shown() -> None:
    counter = await contested(replace(DUTCH, id="a"), cosine=0.7)
    await counter.knows(replace(DUTCH, id="b"))
    counter.search.finds_across(replace(DUTCH, id="b"), 0.8)
    await counter.at_desk(OMAR, "!vet")
    told = counter.last(DESK).text
    assert "b (Dutch" in told
    assert "a (Dutch" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("translation nothing", "no entry nothing"),
        ("apart nothing because", "no entry nothing"),
        ("translation", "no entry ?"),
    ],
)
async def test_what_was_not_shown_can_not_be_named(words: str, told: str) -> None:
    counter = await contested()
    await counter.at_desk(OMAR, f"!vet {words}")
    assert told in counter.last(DESK).text
    assert not await english(counter)


async def test_there_is_one_translation_in_a_language() -> None:
    first = replace(DUTCH, id="permit", lang="en", translation_of="vergunning", question="Permit?")
    counter = await contested(DUTCH, first)
    await counter.at_desk(OMAR, "!vet translation vergunning")
    assert "has a translation into that language already: permit" in counter.last(DESK).text


@pytest.mark.parametrize("count", [1, ENOUGH])
async def test_where_too_little_is_known_to_compare_that_is_said(count: int) -> None:
    counter = await Counter.open()
    await counter.knows(
        replace(DUTCH, alternatives=tuple(f"Q{n}" for n in range(count - 1))),
        replace(DUTCH, id="other", lang="en", alternatives=tuple(f"E{n}" for n in range(ENOUGH))),
    )
    await counter.asks(QUESTION)
    await counter.at_desk(VERA, f"!answer {ANSWER}")
    await counter.at_desk(OMAR, "!vet")
    told = counter.last(DESK).text
    assert ("I could not compare it with the entries in Dutch" in told) is (count == 1)
