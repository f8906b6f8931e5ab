"""What everybody promises who compares questions."""

from __future__ import annotations

import numpy as np
import pytest

from bot.ports import Alike
from knowledge.likeness import Likeness
from tests.counter import SharedWords
from tests.fakes_knowledge import HashEmbedder

OTHERS = {7: "where is the harbour", 3: "how do I renew a passport", 5: "how do I renew a licence"}


@pytest.fixture(params=["shared words", "vectors"])
def alike(request: pytest.FixtureRequest) -> Alike:
    """Each kind in turn."""
    if request.param == "shared words":
        return SharedWords()
    model = HashEmbedder()
    return Likeness(model, lambda: np.zeros(model.dimension, dtype=np.float32))


async def test_each_of_the_others_comes_once_the_nearest_first(alike: Alike) -> None:
    near = await alike.alike("how do I renew a passport", OTHERS)
    assert [id for id, _ in near] == [3, 5, 7]
    assert near[0][1] == pytest.approx(1)
    assert near[0][1] > near[1][1] > near[2][1]


async def test_the_same_words_twice_are_equally_near_in_the_order_of_numbers(alike: Alike) -> None:
    near = await alike.alike("a passport", {9: "a passport", 2: "a passport"})
    assert [id for id, _ in near] == [2, 9]


async def test_without_others_nothing_is_near(alike: Alike) -> None:
    assert await alike.alike("a passport", {}) == []
