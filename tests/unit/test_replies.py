"""What people read."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import briefing, drafts, listing, replies
from bot.authorship import Draft
from bot.cases import AT_WORK, Status
from bot.catalogue import (
    SENTENCES,
    citizens_en,
    citizens_nl,
    day,
    desk_en,
    desk_nl,
    entries_en,
    entries_nl,
    language_name,
    say,
)
from bot.config import Responder, Role
from bot.decision import Why
from bot.near import Near
from bot.questions import wants_people
from knowledge.entry import Entry
from tests.unit.test_cases import CASE

ENTRY = Entry(
    "a",
    "nl",
    "housing",
    "Mag ik <onderhuren>?",
    "Nee.\nVraag het je verhuurder.",
    source="https://example.org/huur",
    body="Gemeente",
    checked=date(2026, 11, 1),
    valid_until=date(2027, 6, 30),
    vetted_by="Gemeente",
)
OFFICIAL = Responder("@o:example.org", Role.OFFICIAL, "UWV")
VOLUNTEER = Responder("@v:example.org", Role.VOLUNTEER)


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_each_language_fills_the_same_places_as_english() -> None:
    for sentences in SENTENCES.values():
        for name, sentence in sentences.items():
            assert places(sentence) == places(SENTENCES["en"][name]), name


def test_dutch_lacks_only_the_line_of_field_names() -> None:
    assert set(SENTENCES["en"]) - set(SENTENCES["nl"]) == {"draft_fields"}


def test_no_two_sentences_have_one_name() -> None:
    parts = (citizens_en, desk_en, entries_en), (citizens_nl, desk_nl, entries_nl)
    for modules in parts:
        names = [name for module in modules for name in module.SENTENCES]
        assert len(set(names)) == len(names)


def test_a_language_without_sentences_reads_english() -> None:
    assert say("pl", "source", source="x") == "Source: x"


@pytest.mark.parametrize("status", Status)
def test_every_status_has_words_for_a_move_that_is_not_allowed(status: Status) -> None:
    assert briefing.illegal(replace(CASE, status=status), "nl").text


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_words_for_the_desk(why: Why) -> None:
    assert say("nl", f"why_{why.name.lower()}")


def test_an_answer_is_word_for_word_with_source_vetter_and_dates() -> None:
    text = replies.answer(ENTRY, "nl").text
    assert "Mag ik <onderhuren>?\n\nNee.\nVraag het je verhuurder.\n\n" in text
    assert "Bron: https://example.org/huur" in text
    assert "Goedgekeurd door een medewerker van Gemeente" in text
    assert "Nagekeken op 1 november 2026" in text
    assert "geldig tot en met 30 juni 2027" in text
    assert "Ik ben een bot." in text


def test_an_answer_in_another_language_says_so_first() -> None:
    text = replies.answer(ENTRY, "en").text
    assert text.startswith("Nobody has vetted an answer to this in English yet. This answer is")
    assert "Dutch" in text.splitlines()[0]
    assert "Write !people and your question, and ask for a translation." in text.splitlines()[0]


@pytest.mark.parametrize("lang", sorted(SENTENCES))
@pytest.mark.parametrize("of", ["nl", "en", "tr"])
def test_an_answer_told_again_says_so_too_below_its_heading(of: str, lang: str) -> None:
    """What was corrected, vetted or confirmed came in another language without a word."""
    entry = replace(ENTRY, lang=of)
    told = (
        *(replies.corrected(entry, lang, link) for link in ("", "https://chat.example/m")),
        *(replies.vetted(entry, lang, changed=changed) for changed in (True, False)),
        *(replies.flag_ended(name, entry, lang) for name in ("flag_changed", "flag_confirmed")),
    )
    says = f"{language_name(of, lang)}. {'Schrijf !mensen' if lang == 'nl' else 'Write !people'}"
    for words in told:
        heading, note, *_ = words.text.split("\n\n")
        assert (says in note) is (of != lang)
        assert says not in heading


def test_everybody_is_told_the_word_for_people_in_their_own_language() -> None:
    def told(lang: str) -> str:
        pages = (
            replies.answer(replace(ENTRY, lang="fr"), lang),
            replies.introduction(lang),
            replies.people_how(lang),
        )
        return "".join(each.text for each in pages)

    assert told("nl").count("!mensen") == 4
    assert "!people" not in told("nl")
    assert told("en").count("!people") == 4
    assert told("pl") == told("en")
    assert all(wants_people(f"{word} help")[0] for word in replies.SHOUTS.values())


@pytest.mark.parametrize("changed", [True, False])
@pytest.mark.parametrize("by", ["UWV", replies.VOLUNTEERS])
def test_a_vetted_answer_is_shown_again_word_for_word(by: str, changed: bool) -> None:
    """On a phone the answer it speaks of was far above."""
    words = replies.vetted(replace(ENTRY, vetted_by=by), "nl", changed=changed)
    assert "> Nee.\n> Vraag het je verhuurder.\n\n" in words.text
    assert "<blockquote><p>Nee.<br>Vraag het je verhuurder.</p></blockquote>" in words.html
    assert ("veranderd" in words.text) is changed


def test_a_sample_says_that_no_official_vetted_it() -> None:
    text = replies.answer(replace(ENTRY, sample=True, vetted_by=""), "en").text
    assert "No official has vetted it" in text
    assert "vetted by an official of" not in text.casefold()


def test_html_in_an_entry_is_escaped() -> None:
    assert "&lt;onderhuren&gt;" in replies.answer(ENTRY, "nl").html


def test_a_volunteers_words_are_marked_as_not_vetted() -> None:
    text = replies.carried("Ga naar de balie.", VOLUNTEER, "nl").text
    assert text.startswith("Een vrijwilliger beantwoordt je vraag. Geen ambtenaar heeft dit")
    assert "\n\n> Ga naar de balie.\n\n" in text
    assert "Tik op 👍" in text


def test_an_officials_words_name_the_body() -> None:
    assert "An official of UWV" in replies.carried("Yes.", OFFICIAL, "en").text


def test_the_card_shows_the_question_and_not_who_asked() -> None:
    text = briefing.card(CASE, "", UTC, "en").text
    assert "> How?" in text
    assert CASE.asker not in text


def test_the_card_counts_the_near_misses_and_links_to_their_sources() -> None:
    near = (Near("a", "nl", "Hoe?", 0.8, "https://example.org/a"), Near("b", "en", "How?", 0.7, ""))
    words = briefing.card(replace(CASE, near=near), "", UTC, "en")
    assert "1 · 0.80 · nl · a · Hoe? · https://example.org/a" in words.text
    assert '<a href="https://example.org/a">' in words.html
    assert "2 · 0.70 · en · b · How?" in words.text


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_card_tells_where_the_case_stands(status: Status, lang: str) -> None:
    case = replace(CASE, status=status, snoozed_until=CASE.opened_at, merged_into=7)
    has = "@vera:example.org" if status is Status.CLAIMED else ""
    text = briefing.card(case, has, UTC, lang).text
    assert ("Now: " if lang == "en" else "Nu: ") in text
    assert ("!claim" in text) == (status in AT_WORK)


def test_a_draft_names_what_is_missing() -> None:
    draft = Draft("Q?", "A.", "housing", "en", "", "", "nl", date(2027, 11, 23))
    assert briefing.missing(draft) == ["source"]
    told = "Missing: source. Who wrote the answer can add it too: !edit source: …"
    assert told in shown(draft, "en")
    bare = replace(draft, topic="")
    told = "Ontbreekt: topic, source. Wie het antwoord schreef, kan ook: !edit topic: …"
    assert told in shown(bare, "nl")
    assert "Missing" not in shown(replace(draft, source="x"), "en")


def test_a_draft_shows_what_citizens_will_read() -> None:
    draft = Draft(
        *("Q?", "A.", "housing", "nl", "https://example.org", "UWV", "nl", date(2027, 11, 23)),
        alternatives=("q", "Asked so?"),
    )
    entry = drafts.entry(draft, "any", date(2026, 1, 5))
    text = shown(draft, "en")
    for line in replies.answer(entry, "nl").text.splitlines():
        assert f"> {line}".rstrip() in text
    assert "each wording leads to the answer" in text
    assert "- Asked so?" in text
    assert "- q\n" not in text


def test_a_draft_tells_what_was_left_out_and_what_looks_personal() -> None:
    draft = Draft(
        *("Who calls [phone]?", "Mail ada@example.org or call 030 286 00 00.", "housing"),
        *("en", "x", "UWV", "nl", date(2027, 11, 23)),
    )
    text = shown(draft, "en")
    assert "Left out of the question and wordings: phone." in text
    assert "may be something personal: e-mail." in text


def test_a_draft_for_a_place_that_no_room_is_about_says_so() -> None:
    draft = Draft("Q?", "A.", "housing", "en", "x", "UWV", "Utrecht", date(2027, 11, 23))
    assert "No room here is about Utrecht" in shown(draft, "en")
    assert "No room here" not in shown(draft, "en", "utrecht")


def test_a_draft_tells_whose_body_becomes_its_source() -> None:
    draft = Draft("Q?", "A.", "housing", "en", "", "UWV", "nl", date(2027, 11, 23))
    assert "If an official vets it as it is, their body is the source." in shown(draft, "en")
    for other in (replace(draft, source="x"), replace(draft, topic="")):
        assert "their body is the source" not in shown(other, "en")


def shown(draft: Draft, lang: str, *places: str) -> str:
    case = replace(CASE, draft=draft)
    return briefing.draft(case, lang, date(2026, 1, 5), frozenset({"nl", *places})).text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=30), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3), "3 d"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_the_queue_tells_how_long_a_case_waits(age: timedelta, text: str) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC) + age
    assert f"· {text} ·" in listing.queue([CASE], str, now, "en").text


def test_the_queue_leaves_out_what_the_room_may_still_answer() -> None:
    now = CASE.opened_at
    waiting = replace(CASE, status=Status.WAITING)
    assert listing.queue([waiting], str, now, "en") == listing.queue([], str, now, "en")


def test_dates_are_written_out() -> None:
    assert day(date(2026, 3, 1), "nl") == "1 maart 2026"
