"""How large a change is thought to be, from two versions of an entry."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.change import Change, proposed
from knowledge.entry import Entry
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


def test_the_first_version_is_new() -> None:
    assert proposed(None, entry()) is Change.NEW


@pytest.mark.parametrize("name", [each.name for each in fields(Entry)][1:-1])
def test_another_answer_place_body_or_language_changes_the_advice_and_nothing_else(
    name: str,
) -> None:
    other: Entry = replace(entry(), **{name: OTHER[name]})
    advice = name in {"lang", "answer", "body", "scope"}
    assert proposed(entry(), other) is (Change.ADVICE if advice else Change.MINOR)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You recieve a letter.", "You receive a letter."),
        ("Send it to this adress", "Send it to this address."),
        ("The goverment decides", "The government decides"),
        ("the tax office", "The Tax Office!"),
        ("Café – or not", "Cafe\u0301 - or not"),
        ("Call 14 020, on weekdays", "Call 14 020 on weekdays"),
    ],
)
def test_spelling_case_and_punctuation_are_a_typo(old: str, new: str) -> None:
    assert of_answers(old, new) is of_answers(new, old) is Change.TYPO


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
        ("Ask Ms Jansen", "Ask Ms Janssen"),
        ("Ask in Vlaardingen", "Ask in Vlaardigen"),
        ("Write to info@gemeente.example", "Write to info@gemente.example"),
        ("See toeslagen.example", "See toeslaggen.example"),
    ],
)
def test_other_words_numbers_signs_and_addresses_change_the_advice(old: str, new: str) -> None:
    assert of_answers(old, new) is of_answers(new, old) is Change.ADVICE


def test_a_slip_in_a_question_is_a_typo_and_another_wording_is_minor() -> None:
    old = entry(question="Where can I recieve it?", alternatives=("The adress?",))
    assert proposed(old, replace(old, question="Where can I receive it")) is Change.TYPO
    assert proposed(old, replace(old, alternatives=("The address?",))) is Change.TYPO
    assert proposed(old, replace(old, alternatives=("The adress?", "Where?"))) is Change.MINOR


short = st.text("abe 12.,€%-", max_size=12)


@given(short, short)
def test_a_typo_is_one_in_both_directions_and_never_in_a_number(old: str, new: str) -> None:
    assert of_answers(old, new) is of_answers(new, old)
    if [each for each in old if each.isdigit()] != [each for each in new if each.isdigit()]:
        assert of_answers(old, new) is Change.ADVICE


@given(short)
def test_the_same_answer_again_is_a_typo_at_most(text: str) -> None:
    assert of_answers(text, text) is Change.TYPO
