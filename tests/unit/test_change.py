"""How large a change is thought to be, from two versions of an entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.change import (
    Change,
    asks_as_before,
    in_use,
    nearly_same,
    proposed,
    same_words,
)
from knowledge.entry import COUNTED, FIELDS, Entry
from tests.contracts.examples import entry

OTHER: dict[str, Any] = {
    "lang": "nl",
    "topic": "travel",
    "question": "Where do I get a passport?",
    "answer": "Online only.",
    "alternatives": ("A passport, where?",),
    "source": "https://example.org/other",
    "body": "UWV",
    "scope": "Utrecht",
    "checked": date(2026, 2, 2),
    "valid_until": date(2027, 2, 2),
    "vetted_by": "UWV",
    "translation_of": "paspoort",
    "translation_of_version": 2,
    "sample": True,
}


def of_answers(old: str, new: str) -> Change:
    return proposed(entry(answer=old), entry(answer=new))


def beside(others: str, old: str, new: str) -> Change:
    """The size where other entries have these words."""
    words = in_use([entry("other", answer=others), entry(answer=old)], "passport")
    return proposed(entry(answer=old), entry(answer=new), words)


def test_the_first_version_is_new() -> None:
    assert proposed(None, entry()) is Change.NEW


@pytest.mark.parametrize("name", [each for each in FIELDS if each not in ("id", *COUNTED)])
def test_another_answer_place_or_language_changes_the_advice_and_nothing_else(
    name: str,
) -> None:
    other: Entry = replace(entry(), **{name: OTHER[name]})
    advice = name in {"lang", "answer", "scope"}
    assert proposed(entry(), other) is (Change.ADVICE if advice else Change.MINOR)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the tax office", "The Tax Office!"),
        ("the  tax\noffice.", "the tax office"),
        ("Café – or not", "Cafe\u0301 - or not"),
        ("your BSN-number", "your BSN number"),
        ("the 'free' desk", "the “free” desk"),
    ],
)
def test_case_spaces_quotes_and_the_marks_at_the_end_are_a_typo(old: str, new: str) -> None:
    assert of_answers(old, new) is of_answers(new, old) is Change.TYPO


SLIPS = [
    ("The goverment decides", "The government decides"),
    ("Your neigbours decide", "Your neighbours decide"),
    ("A permanennt address", "A permanent address"),
    ("Your regsitration", "Your registration"),
]


@pytest.mark.parametrize(("old", "new"), SLIPS)
def test_a_slip_is_a_typo_where_others_have_the_word(old: str, new: str) -> None:
    assert beside(new, old, new) is Change.TYPO
    assert beside(new, new, old) is Change.ADVICE
    assert nearly_same(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *SLIPS,
        ("You must be contacted", "You must be contracted"),
        ("Dit is verplicht", "Dit is verlicht"),
    ],
)
def test_where_nobody_knows_the_word_nothing_is_a_slip(old: str, new: str) -> None:
    """Whoever vets an answer made "contracted" of "contacted", as a typo, and published it."""
    assert of_answers(old, new) is beside("", old, new) is Change.ADVICE
    assert not same_words(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You may not. Wait until we call.", "You may. Not wait until we call."),
        ("Do you live alone? Not pay", "Do you live alone? Not. Pay"),
        ("You may not – wait", "You may – not wait"),
        ("Call 14 020, on weekdays", "Call 14 020 on weekdays"),
        ("Pay, or wait", "Pay. Or wait"),
    ],
)
def test_a_mark_between_words_changes_the_advice(old: str, new: str) -> None:
    """Two sentences were turned round by a full stop alone, and nobody was told."""
    assert of_answers(old, new) is of_answers(new, old) is Change.ADVICE
    assert nearly_same(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You may.", "You may not."),
        ("You can apply", "You can't apply"),
        ("Je hebt een recht", "Je hebt geen recht"),
        ("The employer pays", "The employee pays"),
        ("De werkgever betaalt", "De werknemer betaalt"),
        ("Read the contract", "Read the contact"),
        ("It takes 10 days", "It takes 100 days"),
        ("It costs € 1.50", "It costs € 1,50"),
        ("It costs € 15", "It costs $ 15"),
        ("It costs 15 %", "It costs 15"),
        ("Before 2026-01-02", "Before 2026-01-20"),
        ("See https://example.org/a-b", "See https://example.org/a/b"),
        ("It is possible", "It is impossible"),
        ("Age < 18", "Age > 18"),
        ("wait and pay", "pay and wait"),
        ("Pay.", ""),
        ("It is 1.000 euro", "It is 1,000 euro"),
        ("Ask Ms Jansen", "Ask Ms Janssen"),
        ("Ask in Vlaardingen", "Ask in Vlaardigen"),
        ("Write to info@gemeente.example", "Write to info@gemente.example"),
        ("See toeslagen.example", "See toeslaggen.example"),
        ("It was -5 degrees", "It was 5 degrees"),
        ("It was −5 degrees", "It was 5 degrees"),
        ("You get -€ 5", "You get € 5"),
        ("From 18–27 years", "From 18 27 years"),
        ("Pay the later bill", "Pay the latter bill"),
        ("Your martial status", "Your marital status"),
        ("boten kopen", "botten kopen"),
        ("You recieve it", "You receive it"),
    ],
)
def test_other_words_numbers_signs_and_addresses_change_the_advice(old: str, new: str) -> None:
    assert of_answers(old, new) is of_answers(new, old) is Change.ADVICE


@pytest.mark.parametrize(
    ("others", "size"),
    [
        ("The government pays.", Change.TYPO),
        ("The Government, too!", Change.TYPO),
        ("Nobody says that.", Change.ADVICE),
        ("The government and the goverment", Change.ADVICE),
        ("The goverment pays.", Change.ADVICE),
    ],
)
def test_a_slip_is_mended_where_others_have_the_new_word_and_not_the_old_one(
    others: str, size: Change
) -> None:
    assert beside(others, "The goverment decides", "The government decides") is size


def test_two_words_that_both_are_in_use_are_none_with_a_slip() -> None:
    words = "Je kunt het bestellen, of bestelen."
    assert beside(words, "Je mag bestellen", "Je mag bestelen") is Change.ADVICE


def test_the_rest_of_the_entry_tells_of_words_too() -> None:
    old = "The goverment decides. Ask the government."
    assert beside("", old, old.replace("goverment", "government")) is Change.TYPO


def test_dashes_before_numbers_are_one_sign_however_they_are_written() -> None:
    assert of_answers("age 18 - 27", "age 18 – 27") is Change.TYPO


def test_a_slip_in_a_question_is_a_typo_and_another_wording_is_minor() -> None:
    old = entry(question="Where is the goverment?", alternatives=("some neigbours?",))
    words = {"government", "neighbours"}.__contains__
    assert proposed(old, replace(old, question="Where is the government"), words) is Change.TYPO
    assert proposed(old, replace(old, alternatives=("some neighbours?",)), words) is Change.TYPO
    assert proposed(old, replace(old, alternatives=("some neigbours?", "Where?"))) is Change.MINOR


short = st.text("abe 12.,€%-", max_size=12)


@given(short, short)
def test_a_typo_is_one_in_both_directions_and_never_in_a_number(old: str, new: str) -> None:
    assert of_answers(old, new) is of_answers(new, old)
    if [each for each in old if each.isdigit()] != [each for each in new if each.isdigit()]:
        assert of_answers(old, new) is Change.ADVICE


@given(short)
def test_the_same_answer_again_is_a_typo_at_most(text: str) -> None:
    assert of_answers(text, text) is Change.TYPO


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"answer": "Online only.", "source": "https://example.org/other"}, True),
        ({"question": "how do I renew my pasport"}, False),
        ({"question": "how do I renew my passport"}, True),
        ({"alternatives": ()}, True),
        ({"alternatives": ("Where can I get a new passport?", "A new passport?")}, False),
        ({"scope": "utrecht"}, False),
        ({"lang": "nl"}, False),
    ],
)
def test_a_version_is_asked_for_as_before_where_no_word_of_it_is_new(
    changes: dict[str, Any], same: bool
) -> None:
    assert asks_as_before(entry(), entry(**changes)) is same
