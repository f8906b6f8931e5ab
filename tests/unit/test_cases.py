"""The life of a case: every status with every event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from bot.cases import TRANSITIONS, Case, Event, IllegalMove, Status
from bot.messages import MessageRef

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
    ended = {Status.VETTED, Status.CLOSED}
    reach = set(ended)
    for _ in Status:
        reach |= {status for (status, _), after in TRANSITIONS.items() if after in reach}
    assert reach == set(Status)
    assert not [status for status, _ in TRANSITIONS if status in ended]


def test_only_an_answered_case_can_be_vetted() -> None:
    """Nothing becomes an entry that no responder wrote and the asker did not get."""
    assert [status for status, event in TRANSITIONS if event is Event.VET] == [Status.ANSWERED]
