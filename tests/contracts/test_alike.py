"""What everybody promises who compares questions."""

from __future__ import annotations

import numpy as np
import pytest

from bot.ports import Alike
from knowledge.centring import Centres
from knowledge.likeness import Likeness
from knowledge.ports import Question
from tests.counter import SharedWords
from tests.fakes_knowledge import HashEmbedder


def asked(text: str) -> Question:
    return Question(text, "en")


OTHERS = {
    7: asked("where is the harbour"),
    3: asked("how do I renew a passport"),
    5: asked("how do I renew a licence"),
}


@pytest.fixture(params=["shared words", "vectors"])
def alike(request: pytest.FixtureRequest) -> Alike:
    """Each kind in turn."""
    if request.param == "shared words":
        return SharedWords()
    model = HashEmbedder()
    nowhere = np.zeros(model.dimension, dtype=np.float32)
    return Likeness(model, lambda: Centres(nowhere, {}))


async def test_each_of_the_others_comes_once_the_nearest_first(alike: Alike) -> None:
    near = await alike.alike(asked("how do I renew a passport"), OTHERS)
    assert [id for id, _ in near] == [3, 5, 7]
    assert near[0][1] == pytest.approx(1)
    assert near[0][1] > near[1][1] > near[2][1]


async def test_the_same_words_twice_are_equally_near_in_the_order_of_numbers(alike: Alike) -> None:
    near = await alike.alike(asked("a passport"), {9: asked("a passport"), 2: asked("a passport")})
    assert [id for id, _ in near] == [2, 9]


async def test_without_others_nothing_is_near(alike: Alike) -> None:
    assert await alike.alike(asked("a passport"), {}) == []
