"""The life of a case: every status with every event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from bot.cases import ENDED, TRANSITIONS, Case, Event, IllegalMove, Status
from bot.messages import MessageRef
from bot.near import Near

CASE = Case(
    id=1,
    asked=MessageRef("matrix", "!room", "$asked"),
    root="$asked",
    direct=False,
    asker="p1",
    question="How?",
    lang="en",
    topic="housing",
    opened_at=datetime(2026, 11, 23, tzinfo=UTC),
)


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_a_case_moves_as_the_table_says_or_not_at_all(status: Status, event: Event) -> None:
    case = replace(CASE, status=status)
    if (status, event) in TRANSITIONS:
        assert case.after(event) == replace(case, status=TRANSITIONS[status, event])
    else:
        with pytest.raises(IllegalMove) as told:
            case.after(event)
        assert (told.value.status, told.value.event) == (status, event)


def test_every_case_can_come_to_an_end() -> None:
    reach = set(ENDED)
    for _ in Status:
        reach |= {status for (status, _), after in TRANSITIONS.items() if after in reach}
    assert reach == set(Status)


def test_an_ended_case_comes_back_only_for_an_asker_who_still_has_no_answer() -> None:
    back = {(s, e) for (s, e), to in TRANSITIONS.items() if s in ENDED and to not in ENDED}
    reopened = {(status, Event.REOPEN) for status in (Status.VETTED, Status.CLOSED)}
    assert back == {*reopened, (Status.MERGED, Event.SPLIT)}


def test_an_asker_has_an_answer_until_it_is_taken_back_or_the_case_ends_without_one() -> None:
    told = {
        each for each in Status if replace(CASE, status=each, told="At the town hall.").answered
    }
    assert told == {Status.ANSWERED, Status.CONFIRMED, Status.VETTED, Status.CLOSED}
    assert not replace(CASE, status=Status.CLOSED).answered


def test_only_a_case_with_an_answer_can_be_vetted() -> None:
    """Nothing becomes an entry that no responder wrote and the asker did not get."""
    vettable = [status for status, event in TRANSITIONS if event is Event.VET]
    assert vettable == [Status.ANSWERED, Status.CONFIRMED]


def test_every_case_that_has_not_ended_can_be_taken_back_by_its_asker() -> None:
    assert {s for s, event in TRANSITIONS if event is Event.WITHDRAW} == set(Status) - ENDED


def test_a_number_once_given_stands_for_one_entry_in_that_case() -> None:
    def near(*ids: str) -> list[Near]:
        return [Near(each, "en", "How?", 0.5, "") for each in ids]

    def shown(case: Case) -> dict[int, str]:
        return {number: each.entry_id for number, each in case.numbers.items()}

    case = replace(CASE, near=tuple(near("a", "b")))  # As one looks that was kept long ago.
    assert shown(case) == {1: "a", 2: "b"}
    assert shown(case.with_near(near("c", "b"))) == {3: "c", 2: "b"}
    assert shown(case.with_near(near()).with_near(near("d"))) == {3: "d"}
