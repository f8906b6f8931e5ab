"""What an entry must have before it is served, alone and among others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.entry import Entry, Problem, Severity, check, check_together, fold, unserved
from tests.contracts.examples import entry as example

TODAY = date(2026, 12, 1)
GOOD = Entry(
    id="digid-apply",
    lang="en",
    topic="digid",
    question="How do I apply for a DigiD?",
    answer="On digid.nl.",
    alternatives=("make a digid",),
    source="https://www.digid.nl",
    body="Logius",
    checked=date(2026, 11, 23),
    valid_until=date(2027, 6, 30),
)


def found(problems: list[Problem]) -> list[tuple[Severity, str]]:
    return [(problem.severity, problem.field) for problem in problems]


@pytest.mark.parametrize(
    ("written", "read"),
    [("Utrecht", "utrecht"), (" den  Haag ", "den haag"), ("NL", "nl"), ("", "nl")],
)
def test_a_scope_is_one_place_however_it_is_written(written: str, read: str) -> None:
    assert replace(GOOD, scope=written).scope == read


def test_an_entry_for_a_place_that_no_room_is_about_is_told() -> None:
    entries = [
        GOOD,
        replace(GOOD, id="here", scope="Utrecht"),
        replace(GOOD, id="x", scope="delft"),
    ]
    (problem,) = unserved(entries, ["utrecht"])
    assert (problem.entry_id, problem.field, problem.severity) == ("x", "scope", Severity.WARNING)
    assert "no room is about delft" in problem.text


def test_a_good_entry_has_no_problems() -> None:
    assert check(GOOD, TODAY) == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "DigiD"},
        {"id": "-a"},
        {"id": "a" * 65},
        {"id": "a\n"},
        {"lang": "EN"},
        {"lang": "english"},
        {"topic": " "},
        {"question": "\n"},
        {"answer": ""},
        {"source": " "},
        {"translation_of": "digid-apply"},
    ],
)
def test_what_must_not_be_served_is_an_error(change: dict[str, str]) -> None:
    assert found(check(replace(GOOD, **change), TODAY)) == [(Severity.ERROR, next(iter(change)))]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", ""),
        ("checked", None),
        ("checked", date(2026, 12, 2)),
        ("valid_until", date(2026, 11, 30)),
        ("valid_until", None),
        ("valid_until", date(9999, 12, 31)),
        ("answer", "Ask @omar:example.org in the room."),
        ("alternatives", ("make a digid", "Make a  DigiD!")),
        ("alternatives", ("how do I apply for a digid",)),
    ],
)
def test_what_somebody_should_look_at_is_a_warning(field: str, value: object) -> None:
    assert found(check(replace(GOOD, **{field: value}), TODAY)) == [(Severity.WARNING, field)]


@pytest.mark.parametrize("field", ["source", "body", "vetted_by"])
def test_nobodys_matrix_id_stands_where_a_body_or_a_page_belongs(field: str) -> None:
    wrong = replace(GOOD, **{field: "@omar:example.org"})
    assert found(check(wrong, TODAY)) == [(Severity.ERROR, field)]
    fine = replace(GOOD, **{field: "omar@example.org, at 12:30.15"})
    assert check(fine, TODAY) == []


def test_a_body_as_source_is_enough() -> None:
    """An answer vetted in the community names the official's body, which has no page for it."""
    assert check(replace(GOOD, source="Gemeente Voorbeeld"), TODAY) == []


def test_errors_come_before_warnings() -> None:
    severities = [problem.severity for problem in check(Entry("", "", "", "", ""), TODAY)]
    assert severities == sorted(severities)
    assert {Severity.ERROR, Severity.WARNING} == set(severities)


def test_a_problem_reads_as_one_line() -> None:
    problem = check(replace(GOOD, body=""), TODAY)[0]
    assert (
        str(problem) == "warning: digid-apply: body: is empty; name the organisation that decides"
    )
    assert str(check(replace(GOOD, id=""), TODAY)[0]).startswith("error: (no id): id: ")


@pytest.mark.parametrize(
    ("entry", "holds"),
    [
        (GOOD, True),
        (replace(GOOD, valid_until=TODAY), True),
        (replace(GOOD, valid_until=date(2026, 11, 30)), False),
        (replace(GOOD, valid_until=None), True),
        (replace(GOOD, source=""), False),
    ],
)
def test_an_entry_is_served_up_to_its_last_day_and_never_without_source(
    entry: Entry, holds: bool
) -> None:
    assert entry.holds_on(TODAY) is holds


def test_the_content_hash_changes_with_everything_but_the_version() -> None:
    assert replace(GOOD, version=7).content_hash() == GOOD.content_hash()
    changed = [
        replace(GOOD, answer="On digid.nl!"),
        replace(GOOD, alternatives=("make a digid", "x")),
        replace(GOOD, valid_until=None),
        replace(GOOD, sample=True),
    ]
    assert len({entry.content_hash() for entry in [GOOD, *changed]}) == 5


class TestTogether:
    TRANSLATION = replace(
        GOOD,
        id="digid-aanvragen",
        lang="nl",
        question="Hoe vraag ik een DigiD aan?",
        alternatives=(),
        translation_of="digid-apply",
    )

    def test_an_entry_and_its_translation_go_together(self) -> None:
        assert check_together([self.TRANSLATION, GOOD]) == []
        assert self.TRANSLATION.knowledge == GOOD.knowledge == "digid-apply"

    def test_an_id_used_twice_is_an_error(self) -> None:
        other = replace(GOOD, question="Something else?", alternatives=())
        assert found(check_together([GOOD, other])) == [(Severity.ERROR, "id")]

    def test_a_wording_asked_by_two_entries_is_a_warning_that_names_the_other(self) -> None:
        other = replace(GOOD, id="other", question="MAKE a DigiD?", alternatives=())
        problems = check_together([GOOD, other])
        assert found(problems) == [(Severity.WARNING, "question")]
        assert "'make a digid' is also asked by digid-apply" in problems[0].text

    def test_the_same_wording_in_another_place_is_fine(self) -> None:
        assert check_together([GOOD, replace(GOOD, id="other", scope="utrecht")]) == []

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"translation_of": "gone"}, "names gone, which does not exist"),
            ({"lang": "en"}, "digid-apply is in en too"),
        ],
    )
    def test_a_broken_translation_is_an_error(self, change: dict[str, str], told: str) -> None:
        problems = check_together([GOOD, replace(self.TRANSLATION, **change)])
        assert found(problems) == [(Severity.ERROR, "translation_of")]
        assert problems[0].text == told

    def test_a_translation_of_a_translation_names_the_original(self) -> None:
        third = replace(
            GOOD,
            id="third",
            lang="de",
            question="Wie?",
            alternatives=(),
            translation_of="digid-aanvragen",
        )
        problems = check_together([GOOD, self.TRANSLATION, third])
        assert [problem.text for problem in problems] == [
            "digid-aanvragen is itself a translation; name digid-apply"
        ]


@pytest.mark.parametrize("text", ["How  do I?", "how do i", "HOW DO I ?!", " How do\nI. "])
def test_wordings_that_differ_in_case_spaces_or_closing_marks_fold_to_the_same(text: str) -> None:
    assert fold(text) == "how do i"


def test_the_content_hash_stays_what_databases_hold() -> None:
    """Another one would make every entry of the configured folder count as changed there."""
    pinned = "20236cf8ce160236877ca517dfd5aae28ca897639bb66d42424763c6cd856c56"
    assert example(valid_until=date(2027, 1, 1)).content_hash() == pinned
