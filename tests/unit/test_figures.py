"""Waiting times in two numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures import Waits


@pytest.mark.parametrize(
    ("seconds", "waits"),
    [
        ([], Waits(0, 0.0, 0.0)),
        ([4.0], Waits(1, 4.0, 4.0)),
        ([3.0, 1.0], Waits(2, 2.0, 3.0)),
        ([float(n) for n in range(10, 0, -1)], Waits(10, 5.5, 9.0)),
    ],
)
def test_median_and_p90_of_what_was_waited(seconds: list[float], waits: Waits) -> None:
    assert Waits.of(seconds) == waits


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_nine_of_ten_waited_no_longer_than_the_p90(seconds: list[float]) -> None:
    waits = Waits.of(seconds)
    within = sum(each <= waits.p90 for each in seconds)
    assert within >= 0.9 * len(seconds)
    assert min(seconds) <= waits.median <= max(seconds)
