"""Which entries may not both be served, and which are due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.conflicts import all_conflicts, conflicts
from knowledge.entry import Entry
from knowledge.review import due, due_on, end
from tests.contracts.examples import entry


def other(**changes: object) -> Entry:
    return entry("other", **{"answer": "Online.", **changes})


def test_the_same_question_with_another_answer_is_a_conflict() -> None:
    assert conflicts(entry(), [other()]) == [other()]


def test_wordings_are_compared_without_case_spaces_and_closing_signs() -> None:
    asked = other(question="Else", alternatives=("where can I get  a NEW passport",))
    assert conflicts(entry(), [asked]) == [asked]


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "Elsewhere?", "alternatives": ()},
        {"lang": "nl"},
        {"scope": "Utrecht"},
        {"translation_of": "passport", "lang": "nl"},
        {"answer": "at the town hall,  by appointment"},
    ],
)
def test_what_is_no_conflict(changes: dict[str, object]) -> None:
    assert conflicts(entry(), [other(**changes)]) == []


def test_who_calls_itself_a_translation_into_the_same_language_is_a_conflict() -> None:
    same = other(translation_of="passport")
    assert conflicts(entry(), [same]) == [same]


def test_an_entry_is_no_conflict_with_its_own_older_version() -> None:
    assert conflicts(entry(answer="Online."), [entry()]) == []


small = st.builds(
    Entry,
    id=st.sampled_from("abcd"),
    lang=st.sampled_from(["en", "nl"]),
    topic=st.just("t"),
    question=st.sampled_from(["One?", "Two?"]),
    answer=st.sampled_from(["A.", "B."]),
    alternatives=st.lists(st.sampled_from(["one", "two", "three"]), max_size=2).map(tuple),
    scope=st.sampled_from(["nl", "Utrecht"]),
)


@given(st.lists(small, unique_by=lambda each: each.id))
def test_all_conflicts_are_those_of_each_with_the_others(entries: list[Entry]) -> None:
    expected = {
        tuple(sorted((each.id, found.id))) for each in entries for found in conflicts(each, entries)
    }
    assert {(one.id, other.id) for one, other in all_conflicts(entries)} == expected


def test_an_entry_is_due_on_its_last_day_else_a_period_after_it_was_checked() -> None:
    assert due_on(entry(valid_until=date(2026, 3, 1))) == date(2026, 3, 1)
    assert due_on(entry(checked=date(2026, 1, 2)), timedelta(days=10)) == date(2026, 1, 12)
    assert due_on(entry(checked=None)) == date.min
    assert due_on(entry(checked=date(9999, 12, 1))) == date.max


def test_what_is_due_comes_most_urgent_first() -> None:
    entries = [
        entry("later", valid_until=date(2026, 3, 2)),
        entry("today", valid_until=date(2026, 3, 1)),
        entry("never", checked=None),
        entry("old", checked=date(2025, 2, 1)),
    ]
    assert [each.id for each in due(entries, date(2026, 3, 1))] == ["never", "old", "today"]


LAST, LATER = date(2026, 3, 1), date(2026, 9, 1)


@pytest.mark.parametrize(
    ("translation", "last"),
    [
        ({}, LAST),
        ({"valid_until": date(2026, 2, 1)}, date(2026, 2, 1)),
        ({"valid_until": LATER}, LAST),
        ({"valid_until": LATER, "checked": date(2026, 1, 10)}, LATER),
        ({"valid_until": None, "checked": date(2026, 1, 10)}, LAST),
        ({"scope": "utrecht"}, None),
    ],
)
def test_a_translation_ends_with_its_original_unless_it_was_checked_later_for_longer(
    translation: dict[str, object], last: date | None
) -> None:
    original = entry(valid_until=LAST, checked=date(2026, 1, 2))
    made = {"checked": date(2026, 1, 2), "valid_until": None, "translation_of": "passport"}
    assert end(other(**made | translation), original) == last
