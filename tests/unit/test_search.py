"""From a question to hits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.entry import Entry
from knowledge.ports import Vectors
from knowledge.search import Searcher, wordings
from tests.fakes_index import ExactIndex


class Angles:
    """Embeds a text that is a number as the unit vector at that angle, in degrees."""

    model = "angles"
    dimension = 2

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        angles = np.radians([float(text) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


class Words:
    """Shared words as told."""

    def __init__(self, **scores: float) -> None:
        self._scores = {name.replace("_", "#"): score for name, score in scores.items()}

    def search(self, question: str, k: int) -> dict[str, float]:
        return self._scores


def searcher(
    angles: dict[str, float],
    words: Words | None = None,
    weight: float = 0.1,
    knowledge: dict[str, str] | None = None,
    embedder: Angles | None = None,
) -> Searcher:
    index = ExactIndex()
    index.replace(list(angles), Angles().embed([str(angle) for angle in angles.values()]))
    own = {each.rpartition("#")[0]: each.rpartition("#")[0] for each in angles}
    return Searcher(embedder or Angles(), index, words or Words(), own | (knowledge or {}), weight)


def test_hits_come_best_first_and_at_most_k() -> None:
    (hits,) = searcher({"far#0": 80, "near#0": 5, "middle#0": 40}).find(["0"], 2)
    assert [hit.entry_id for hit in hits] == ["near", "middle"]
    assert hits[0].score == hits[0].dense == pytest.approx(np.cos(np.radians(5)))
    assert hits[0].lexical == 0


def test_an_entry_is_one_hit_by_its_best_wording() -> None:
    (hits,) = searcher({"a#0": 50, "a#1": 10, "a#2": 30, "b#0": 20}).find(["0"], 5)
    assert [(hit.entry_id, hit.wording) for hit in hits] == [("a", 1), ("b", 0)]


def test_shared_words_count_with_their_weight() -> None:
    (hits,) = searcher({"a#0": 10, "b#0": 15}, Words(b_0=0.5), weight=0.1).find(["0"], 2)
    assert [hit.entry_id for hit in hits] == ["b", "a"]
    assert hits[0].lexical == 0.5
    assert hits[0].score == pytest.approx(hits[0].dense + 0.05)


def test_what_only_shared_words_found_has_its_real_cosine() -> None:
    many = {f"e{number:03d}#0": number / 10 for number in range(300)}
    (hits,) = searcher({**many, "far#0": 60}, Words(far_0=1), weight=0.8).find(["0"], 1)
    assert hits[0].entry_id == "far"
    assert hits[0].dense == pytest.approx(0.5, abs=1e-5)


def test_equal_scores_are_ordered_by_entry_and_then_by_wording() -> None:
    (hits,) = searcher({"b#0": 10, "a#1": 10, "a#0": 10}).find(["0"], 5)
    assert [(hit.entry_id, hit.wording) for hit in hits] == [("a", 0), ("b", 0)]


def test_a_hit_names_the_knowledge_that_translations_share() -> None:
    found = searcher({"rent-en#0": 1, "rent#0": 2}, knowledge={"rent-en": "rent"})
    (hits,) = found.find(["0"], 5)
    assert {hit.entry_id: hit.knowledge for hit in hits} == {"rent-en": "rent", "rent": "rent"}


def test_all_questions_are_embedded_together_and_answered_in_their_order() -> None:
    embedder = Angles()
    found = searcher({"a#0": 0, "b#0": 90}, embedder=embedder).find(["80", "5", "85"], 1)
    assert [hits[0].entry_id for hits in found] == ["b", "a", "b"]
    assert embedder.calls == [["80", "5", "85"]]


def test_no_questions_give_no_hits_and_load_no_model() -> None:
    embedder = Angles()
    assert searcher({"a#0": 0}, embedder=embedder).find([], 3) == []
    assert embedder.calls == []


def test_wordings_are_numbered_from_the_question_on() -> None:
    entry = Entry("rent", "en", "rent", "Can I get it?", "Yes.", alternatives=("Who gets it?",))
    assert wordings([entry]) == [("rent#0", "Can I get it?"), ("rent#1", "Who gets it?")]
