"""What may answer the same question in another language: a vetter says how they go together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases import Status
from bot.config import Community
from knowledge.calibrate import ENOUGH
from knowledge.conflicts import ALIKE_ACROSS
from knowledge.entry import Entry
from knowledge.errors import IndexUnavailable
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


async def facing(*others: Entry, room: Community | None = None) -> Counter:
    """A vetter who was shown what the draft may go with."""
    counter = await contested(*others, room=room)
    await counter.at_desk(OMAR, "!vet")
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
    counter = await facing()
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
    counter = await facing(original, dutch)
    await counter.at_desk(OMAR, "!vet translation vergunning")
    entry = await english(counter)
    assert entry
    assert entry.translation_of == "original"


async def test_superseding_withdraws_what_stands_in_the_other_language() -> None:
    counter = await facing()
    await counter.at_desk(OMAR, "!vet supersede vergunning")
    (entry,) = await counter.store.entries()
    assert (entry.lang, entry.translation_of) == ("en", None)
    assert "Entry vergunning is withdrawn" in counter.last(DESK).text


async def test_who_may_not_vet_the_other_one_may_not_have_it_withdrawn() -> None:
    counter = await facing()
    await counter.at_desk(WIM, "!vet supersede vergunning")
    assert "official of that body" in counter.last(DESK).text
    assert await counter.store.entries() == [DUTCH]


async def test_another_question_needs_a_reason_which_the_history_keeps() -> None:
    counter = await facing()
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
    counter = await facing()
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
    counter = await facing(DUTCH, GERMAN)
    await counter.at_desk(OMAR, "!vet translation vergunning")
    told = counter.last(DESK).text
    assert "ausweis (German" in told
    assert "vergunning (Dutch" not in told
    await counter.at_desk(OMAR, "!vet translation vergunning\napart ausweis that is a pass")
    entry = await english(counter)
    assert entry
    assert entry.translation_of == "vergunning"


UTRECHT = Community(room=WELCOME, languages=("en", "nl"), scope="utrecht")
LOCAL = replace(DUTCH, scope="utrecht", answer="300 euro per jaar.")


async def nationwide(*others: Entry) -> Counter:
    """In Utrecht's room an answer for the whole country, after what holds in narrower places."""
    counter = await contested(*(others or (LOCAL,)), room=UTRECHT)
    await counter.at_desk(OMAR, "!edit scope: nl")
    await counter.at_desk(OMAR, "!vet")
    return counter


async def given(counter: Counter, found: Entry, question: str, who: str = BEN) -> str:
    """What somebody in the room reads whose question finds that entry."""
    counter.search.hits.clear()
    counter.search.finds(found, 1.5)
    await counter.asks(question, who)
    return counter.last(WELCOME).text


async def test_what_holds_in_one_place_stands_in_there_for_a_later_answer_in_another_language() -> (
    None
):
    """Published without a word, it was given to those who asked in its language there."""
    counter = await nationwide()
    told = counter.last(DESK).text
    assert "vergunning (Dutch, utrecht)" in told
    assert "!vet there vergunning" in told
    await counter.at_desk(OMAR, "!vet there vergunning")
    assert "another entry stands in for it: utrecht (vergunning)" in counter.last(DESK).text
    entry = await english(counter)
    assert entry
    assert (entry.scope, entry.translation_of) == ("nl", None)
    assert "300 euro" in await given(counter, entry, QUESTION)
    (local,) = await counter.store.entries(["vergunning"])
    assert "300 euro" in await given(counter, local, "Wat kost een vergunning mijn jaar?")
    room = counter.answering.rooms.communities
    room[WELCOME] = replace(UTRECHT, scope="nl")
    assert "90 euro" in await given(counter, entry, QUESTION)


async def test_the_same_goes_for_several_places_and_for_translations_there() -> None:
    german = replace(GERMAN, scope="utrecht", translation_of="vergunning", answer="300 Euro.")
    counter = await nationwide(LOCAL, german, replace(LOCAL, id="delft", scope="delft"))
    await counter.at_desk(OMAR, "!vet there vergunning")
    assert "delft (Dutch, delft)" in counter.last(DESK).text
    await counter.at_desk(OMAR, "!vet there vergunning delft")
    entry = await english(counter)
    assert entry
    bound = {each.id for each in await counter.store.translations(entry.id)}
    assert bound == {entry.id, "vergunning", "ausweis", "delft"}


async def test_what_holds_in_one_place_is_no_original_of_what_holds_everywhere() -> None:
    """The national answer would not hold without it."""
    counter = await nationwide()
    await counter.at_desk(OMAR, "!vet translation vergunning")
    assert "so it is no original" in counter.last(DESK).text
    assert not await english(counter)


async def test_for_what_stands_in_for_a_national_entry_that_one_is_shown() -> None:
    """By it the two are bound as well; each would have had to be told of."""
    counter = await nationwide(DUTCH, replace(LOCAL, id="lokaal", translation_of="vergunning"))
    told = counter.last(DESK).text
    assert "vergunning (Dutch, nl)" in told
    assert "lokaal (Dutch" not in told
    await counter.at_desk(OMAR, "!vet translation vergunning")
    entry = await english(counter)
    assert entry
    assert "300 euro" in await given(counter, entry, QUESTION)


async def test_two_for_one_place_have_no_other_place_to_hold_in() -> None:
    counter = await facing()
    await counter.at_desk(OMAR, "!vet there vergunning")
    assert "neither of the two is in the other's place" in counter.last(DESK).text
    assert not await english(counter)


@pytest.mark.parametrize("way", ["translation", "there"])
async def test_a_place_takes_the_whole_countrys_answer_in_another_language_for_its_original(
    way: str,
) -> None:
    """So that it stands in for that one there, in both languages."""
    counter = await facing(room=UTRECHT)
    await counter.at_desk(OMAR, f"!vet {way} vergunning")
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
    elsewhere = others[0].scope != "nl"
    counter = await contested(*others, cosine=cosine, room=UTRECHT if elsewhere else None)
    if len(others) > 1:
        counter.search.finds(others[1], 0.5)
        counter.store.cases[1] = replace(counter.store.cases[1], near=())
        await counter.at_desk(OMAR, f"!edit question: {others[1].question}")
        await counter.at_desk(OMAR, "!vet")
        await counter.at_desk(OMAR, "!vet supersede en1")
    else:
        await counter.at_desk(OMAR, "!vet")
    assert "Published as entry" in counter.last(DESK).text


async def near(*cosines: float) -> Counter:
    """A vetter is shown what is so near in one language."""
    entries = [replace(DUTCH, id=f"nl{number}") for number in range(len(cosines))]
    counter = await contested(entries[0], cosine=cosines[0])
    await counter.knows(*entries[1:])
    for entry, cosine in zip(entries[1:], cosines[1:], strict=True):
        counter.search.finds_across(entry, cosine)
    await counter.at_desk(OMAR, "!vet")
    return counter


async def test_the_three_nearest_of_each_language_are_shown() -> None:
    """Of one question the second nearest told another price, and nobody was shown it."""
    told = (await near(0.7, 0.9, 0.65, 0.8, 0.59)).last(DESK).text
    places = [told.find(f"nl{number} (Dutch") for number in (1, 3, 0)]
    assert -1 < places[0] < places[1] < places[2]
    assert "nl2 (Dutch" not in told
    assert "nl4 (Dutch" not in told


async def test_each_of_those_that_are_shown_has_to_be_settled() -> None:
    counter = await near(0.7, 0.9, 0.8)
    await counter.at_desk(OMAR, "!vet apart nl1 that one is for companies")
    told = counter.last(DESK).text
    assert "nl1 (Dutch" not in told
    assert "nl2 (Dutch" in told
    assert not await english(counter)
    await counter.at_desk(OMAR, "!vet apart nl1, nl2: for companies\napart nl0 for boats")
    entry = await english(counter)
    assert entry
    (version,) = await counter.store.history(entry.id)
    told = "another question than nl1, nl2: for companies; another question than nl0: for boats"
    assert version.revision.reason == f"case 1; {told}"
    assert len(await counter.store.apart(entry.id)) == 3


@pytest.mark.parametrize("way", ["translation", "supersede", "apart"])
async def test_what_is_said_of_a_version_that_was_not_shown_does_not_count(way: str) -> None:
    """The draft became the translation of words that nobody held it against."""
    counter = await facing()
    await counter.knows(replace(DUTCH, answer="900 euro per maand."))
    said = f"!vet {way} vergunning {'for companies' if way == 'apart' else ''}"
    await counter.at_desk(OMAR, said)
    told = counter.last(DESK).text
    assert "of vergunning you were shown another version" in told
    assert "> 900 euro per maand." in told
    assert not await english(counter)
    await counter.at_desk(OMAR, said)
    assert await english(counter)


async def test_where_search_breaks_between_two_looks_nothing_is_published() -> None:
    counter = await contested(cosine=0.1)
    counter.search.across_error = IndexUnavailable("no build")
    await counter.at_desk(OMAR, "!vet")
    assert "search does not work now" in counter.last(DESK).text
    assert not await english(counter)


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
    counter = await facing(DUTCH, first)
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
