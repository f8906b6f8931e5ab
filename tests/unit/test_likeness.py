"""Questions compared by sense, each embedded once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.errors import IndexUnavailable, ModelUnavailable
from knowledge.likeness import Likeness
from knowledge.ports import Vectors

MIDDLE = np.zeros(2, dtype=np.float32)


class Angles:
    """Embeds a number as the point at that angle, in degrees; notes what it was asked."""

    model = "angles"
    dimension = 2

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.error:
            raise self.error
        self.asked += texts
        angles = np.radians([float(each) for each in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


async def test_the_others_come_with_their_cosines_the_nearest_first() -> None:
    near = await Likeness(Angles(), lambda: MIDDLE).alike("0", {1: "90", 2: "60", 3: "0", 4: "0"})
    assert [id for id, _ in near] == [3, 4, 2, 1]
    assert [cosine for _, cosine in near] == pytest.approx([1, 1, 0.5, 0], abs=1e-6)


async def test_what_all_wordings_have_in_common_is_taken_out() -> None:
    middle = np.array([1, 0], dtype=np.float32)
    ((_, cosine),) = await Likeness(Angles(), lambda: middle).alike("90", {1: "-90"})
    assert cosine == pytest.approx(0, abs=1e-6)


async def test_each_text_is_embedded_once_while_it_is_kept() -> None:
    model = Angles()
    likeness = Likeness(model, lambda: MIDDLE, kept=3)
    await likeness.alike("0", {1: "10", 2: "20", 3: "10"})
    await likeness.alike("20", {1: "10", 4: "0"})
    assert model.asked == ["0", "10", "20"]
    await likeness.alike("30", {5: "40"})
    await likeness.alike("10", {6: "40"})
    assert model.asked[3:] == ["30", "40", "10"]


async def test_more_than_is_kept_can_be_compared() -> None:
    near = await Likeness(Angles(), lambda: MIDDLE, kept=1).alike("0", {1: "90", 2: "0"})
    assert [id for id, _ in near] == [2, 1]


async def test_without_others_no_model_is_asked() -> None:
    model = Angles()
    assert await Likeness(model, lambda: None).alike("0", {}) == []
    assert not model.asked


async def test_without_an_index_nothing_is_known() -> None:
    with pytest.raises(IndexUnavailable):
        await Likeness(Angles(), lambda: None).alike("0", {1: "0"})


@pytest.mark.parametrize(
    ("error", "told"),
    [(ModelUnavailable("gone"), ModelUnavailable), (ZeroDivisionError(), IndexUnavailable)],
)
async def test_whatever_breaks_is_told_as_an_error_of_the_knowledge(
    error: Exception, told: type[Exception]
) -> None:
    model = Angles()
    model.error = error
    with pytest.raises(told):
        await Likeness(model, lambda: MIDDLE).alike("0", {1: "0"})
