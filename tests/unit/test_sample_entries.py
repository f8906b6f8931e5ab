"""The sample knowledge base that comes with Loket is whole and tells where it comes from."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

import knowledge
from knowledge.entry import Entry, Severity, check, check_together
from knowledge.files import read

FOLDER = Path(knowledge.__file__).parent / "entries"


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """Reading raises when anything is broken, with every place."""
    return read(FOLDER)


def test_it_is_large_enough_to_try_loket_with(entries: list[Entry]) -> None:
    assert len(entries) >= 150
    assert len({entry.topic for entry in entries}) >= 12


def test_a_third_of_the_questions_is_there_in_dutch_and_english(entries: list[Entry]) -> None:
    languages: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        languages[entry.knowledge].add(entry.lang)
    both = [knowledge for knowledge, spoken in languages.items() if {"nl", "en"} <= spoken]
    assert len(both) * 3 >= len(languages)


def test_every_entry_can_be_judged_by_a_citizen(entries: list[Entry]) -> None:
    wanting = {
        entry.id
        for entry in entries
        if len(entry.alternatives) < 3
        or not entry.source.startswith("https://")
        or not entry.body.strip()
        or entry.checked is None
        or entry.valid_until is None
        or entry.valid_until <= entry.checked
    }
    assert wanting == set()


def test_every_entry_says_that_it_is_a_sample_nobody_vetted(entries: list[Entry]) -> None:
    assert [entry.id for entry in entries if not entry.sample or entry.vetted_by] == []


def test_no_entry_has_an_error(entries: list[Entry]) -> None:
    # A fixed day, so that time alone breaks no build; `loket doctor` looks at today.
    problems = [problem for entry in entries for problem in check(entry, date(2026, 12, 1))]
    problems += check_together(entries)
    assert [str(each) for each in problems if each.severity is Severity.ERROR] == []


def test_every_translation_leads_to_an_original_in_another_language(entries: list[Entry]) -> None:
    wrong = [each for each in check_together(entries) if each.field == "translation_of"]
    assert [str(each) for each in wrong] == []
