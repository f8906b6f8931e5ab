"""Whatever reaches a meter is a member of a closed set."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decision import Why
from bot.meter import Ending, ending

BOT = Path(__file__).parents[2] / "bot"


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        ("answered", Ending.ANSWERED),
        (f"to people: {Why.CLOSE_CALL}", Ending.TO_PEOPLE),
        ("left to the room", Ending.LEFT_TO_ROOM),
        ("small talk", Ending.NO_QUESTION),
        ("nothing to do: moved", Ending.NO_QUESTION),
        ("asker adds", Ending.IN_CASE),
        ("answered by official", Ending.PEOPLE_ANSWERED),
        ("vetted", Ending.VETTED),
        ("claimed", Ending.AT_DESK),
        ("reaction shown", Ending.FOLLOWED),
        ("parked", Ending.PARKED),
        ("@anna:example.org asked", Ending.OTHER),
    ],
)
def test_a_reason_is_counted_as_one_of_a_few_endings(reason: str, how: Ending) -> None:
    assert ending(reason) is how


@given(st.text())
def test_no_reason_whatever_makes_a_new_one(reason: str) -> None:
    assert ending(reason) in Ending


def test_the_reasons_of_the_use_cases_have_an_ending_of_their_own() -> None:
    reasons = set()
    for path in BOT.glob("*.py"):
        if path.name == "outcome.py":  # Tells the reasons of entries' versions.
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) == "Revision":
                continue
            told = [each.value for each in node.keywords if each.arg == "reason"]
            if ast.unparse(node.func) == "Outcome":
                told += node.args[:1]
            reasons |= {each.value for each in told if isinstance(each, ast.Constant)}
    assert {"answered", "claimed", "escalated"} <= reasons
    assert not {each for each in reasons if ending(each) is Ending.OTHER}
