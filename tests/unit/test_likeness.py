"""Questions compared by sense, each embedded once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.calibrate import ENOUGH
from knowledge.centring import Centres
from knowledge.errors import IndexUnavailable, ModelUnavailable
from knowledge.likeness import Likeness
from knowledge.ports import Question, Vectors

NOWHERE = np.zeros(2, dtype=np.float32)
MIDDLE = Centres(NOWHERE, {})


def asked(angle: str, lang: str = "en") -> Question:
    return Question(angle, lang)


def all_asked(others: dict[int, str]) -> dict[int, Question]:
    return {id: asked(angle) for id, angle in others.items()}


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
    near = await Likeness(Angles(), lambda: MIDDLE).alike(
        asked("0"), all_asked({1: "90", 2: "60", 3: "0", 4: "0"})
    )
    assert [id for id, _ in near] == [3, 4, 2, 1]
    assert [cosine for _, cosine in near] == pytest.approx([1, 1, 0.5, 0], abs=1e-6)


async def test_what_all_wordings_have_in_common_is_taken_out() -> None:
    middle = Centres(np.array([1, 0], dtype=np.float32), {})
    ((_, cosine),) = await Likeness(Angles(), lambda: middle).alike(
        asked("90"), all_asked({1: "-90"})
    )
    assert cosine == pytest.approx(0, abs=1e-6)


def towards(angle: float) -> Vectors:
    return np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))], dtype=np.float32)


async def test_across_languages_each_is_measured_from_the_middle_of_its_own() -> None:
    """All Dutch leans to 0 degrees, all English to 90; without that both point the same way."""
    langs = {"nl": towards(0), "en": towards(90)}
    middle = Centres(NOWHERE, langs, {"nl": ENOUGH, "en": ENOUGH})
    likeness = Likeness(Angles(), lambda: middle)
    near = await likeness.alike(
        asked("45", "nl"), {1: asked("135"), 2: asked("45"), 3: asked("80")}
    )
    of = dict(near)
    vectors = {angle: towards(angle) for angle in (45, 135, 80)}
    one = vectors[45] - langs["nl"]
    for id, angle in ((1, 135), (2, 45), (3, 80)):
        other = vectors[angle] - langs["en"]
        cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
        assert of[id] == pytest.approx(float(cosine), abs=1e-5)
    assert [id for id, _ in near] == sorted(of, key=lambda id: -of[id])


async def test_what_is_in_the_same_language_is_measured_from_the_middle_of_all() -> None:
    middle = Centres(NOWHERE, {"nl": towards(0)}, {"nl": ENOUGH})
    ((_, cosine),) = await Likeness(Angles(), lambda: middle).alike(
        asked("0", "nl"), {1: asked("60", "nl")}
    )
    assert cosine == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("counts", [{}, {"nl": ENOUGH}, {"nl": ENOUGH - 1, "en": ENOUGH}])
async def test_languages_with_few_wordings_are_not_compared_with_others(
    counts: dict[str, int],
) -> None:
    middle = Centres(NOWHERE, {"nl": towards(0), "en": towards(90)}, counts)
    likeness = Likeness(Angles(), lambda: middle)
    others = {1: asked("45", "en"), 2: asked("45", "nl")}
    assert [id for id, _ in await likeness.alike(asked("45", "nl"), others)] == [2]
    assert [id for id, _ in await likeness.alike(asked("45", "en"), others)] == [1]


async def test_each_text_is_embedded_once_while_it_is_kept() -> None:
    model = Angles()
    likeness = Likeness(model, lambda: MIDDLE, kept=3)
    await likeness.alike(asked("0"), all_asked({1: "10", 2: "20", 3: "10"}))
    await likeness.alike(asked("20"), all_asked({1: "10", 4: "0"}))
    assert model.asked == ["0", "10", "20"]
    await likeness.alike(asked("30"), all_asked({5: "40"}))
    await likeness.alike(asked("10"), all_asked({6: "40"}))
    assert model.asked[3:] == ["30", "40", "10"]


async def test_more_than_is_kept_can_be_compared() -> None:
    near = await Likeness(Angles(), lambda: MIDDLE, kept=1).alike(
        asked("0"), all_asked({1: "90", 2: "0"})
    )
    assert [id for id, _ in near] == [2, 1]


async def test_without_others_no_model_is_asked() -> None:
    model = Angles()
    assert await Likeness(model, lambda: None).alike(asked("0"), all_asked({})) == []
    assert not model.asked


async def test_without_an_index_nothing_is_known() -> None:
    with pytest.raises(IndexUnavailable):
        await Likeness(Angles(), lambda: None).alike(asked("0"), all_asked({1: "0"}))


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
        await Likeness(model, lambda: MIDDLE).alike(asked("0"), all_asked({1: "0"}))
