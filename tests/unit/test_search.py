"""From a question to hits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.calibrate import ENOUGH
from knowledge.centring import Centres, centres
from knowledge.entry import Entry
from knowledge.ports import Question, Vectors
from knowledge.search import CLEARLY, Known, Searcher, wordings
from tests.fakes_index import ExactIndex

NOWHERE = Centres(np.zeros(2, dtype=np.float32), {})


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
    langs: dict[str, str] | None = None,
    middle: Centres | None = None,
) -> Searcher:
    index = ExactIndex()
    index.replace(list(angles), Angles().embed([str(angle) for angle in angles.values()]))
    own = {each.rpartition("#")[0]: each.rpartition("#")[0] for each in angles}
    shared = own | (knowledge or {})
    about = {each: Known(shared[each], (langs or {}).get(each, "en")) for each in own}
    return Searcher(embedder or Angles(), index, words or Words(), about, weight, middle or NOWHERE)


def asked(*texts: str, lang: str = "en") -> list[Question]:
    return [Question(text, lang) for text in texts]


def test_hits_come_best_first_and_at_most_k() -> None:
    (hits,) = searcher({"far#0": 80, "near#0": 5, "middle#0": 40}).find(asked("0"), 2)
    assert [hit.entry_id for hit in hits] == ["near", "middle"]
    assert hits[0].score == hits[0].dense == pytest.approx(np.cos(np.radians(5)))
    assert hits[0].lexical == 0


def test_an_entry_is_one_hit_by_its_best_wording() -> None:
    (hits,) = searcher({"a#0": 50, "a#1": 10, "a#2": 30, "b#0": 20}).find(asked("0"), 5)
    assert [(hit.entry_id, hit.wording) for hit in hits] == [("a", 1), ("b", 0)]


def test_shared_words_count_with_their_weight() -> None:
    (hits,) = searcher({"a#0": 10, "b#0": 15}, Words(b_0=0.5), weight=0.1).find(asked("0"), 2)
    assert [hit.entry_id for hit in hits] == ["b", "a"]
    assert hits[0].lexical == 0.5
    assert hits[0].score == pytest.approx(hits[0].dense + 0.05)


def test_what_only_shared_words_found_has_its_real_cosine() -> None:
    many = {f"e{number:03d}#0": number / 10 for number in range(300)}
    (hits,) = searcher({**many, "far#0": 60}, Words(far_0=1), weight=0.8).find(asked("0"), 1)
    assert hits[0].entry_id == "far"
    assert hits[0].dense == pytest.approx(0.5, abs=1e-5)


def test_equal_scores_are_ordered_by_entry_and_then_by_wording() -> None:
    (hits,) = searcher({"b#0": 10, "a#1": 10, "a#0": 10}).find(asked("0"), 5)
    assert [(hit.entry_id, hit.wording) for hit in hits] == [("a", 0), ("b", 0)]


def test_a_hit_names_the_knowledge_that_translations_share() -> None:
    found = searcher({"rent-en#0": 1, "rent#0": 2}, knowledge={"rent-en": "rent"})
    (hits,) = found.find(asked("0"), 5)
    assert {hit.entry_id: hit.knowledge for hit in hits} == {"rent-en": "rent", "rent": "rent"}


def test_all_questions_are_embedded_together_and_answered_in_their_order() -> None:
    embedder = Angles()
    found = searcher({"a#0": 0, "b#0": 90}, embedder=embedder).find(asked("80", "5", "85"), 1)
    assert [hits[0].entry_id for hits in found] == ["b", "a", "b"]
    assert embedder.calls == [["80", "5", "85"]]


def test_no_questions_give_no_hits_and_load_no_model() -> None:
    embedder = Angles()
    assert searcher({"a#0": 0}, embedder=embedder).find([], 3) == []
    assert embedder.calls == []


def test_wordings_are_numbered_from_the_question_on() -> None:
    entry = Entry("rent", "en", "rent", "Can I get it?", "Yes.", alternatives=("Who gets it?",))
    assert wordings([entry]) == [("rent#0", "Can I get it?"), ("rent#1", "Who gets it?")]


def foreign(**words: float) -> Searcher:
    """Entries in Dutch at 60 degrees and in English at 70.

    Measured plainly a question at 10 is nearer to the Dutch one. The middle of Dutch lies
    towards 0, that of English towards 90; from there the English one has the question's sense.
    """
    middle = Centres(
        np.zeros(2, dtype=np.float32),
        {
            "nl": np.array([0.5, 0.0], dtype=np.float32),
            "en": np.array([0.0, 0.5], dtype=np.float32),
        },
    )
    return searcher({"nl#0": 60, "en#0": 70}, Words(**words), langs={"nl": "nl"}, middle=middle)


def test_an_entry_in_another_language_comes_first_when_it_leads_clearly() -> None:
    (plain,) = foreign().find(asked("10", lang=""), 2)
    assert [hit.entry_id for hit in plain] == ["nl", "en"]
    (hits,) = foreign().find(asked("10", lang="nl"), 2)
    assert [hit.entry_id for hit in hits] == ["en", "nl"]
    assert hits[0].score - hits[1].score >= CLEARLY


def test_it_is_not_held_against_it_that_it_shares_no_words() -> None:
    (hits,) = foreign(nl_0=1.0).find(asked("10", lang="nl"), 2)
    assert hits[0].entry_id == "en"
    assert hits[0].lexical == pytest.approx(0.85)


def test_in_one_language_nothing_is_looked_at_twice() -> None:
    (hits,) = searcher({"a#0": 10, "b#0": 30}).find(asked("0"), 2)
    assert hits[0].score == hits[0].dense


def test_the_middle_of_a_handful_takes_little_away() -> None:
    few = Angles().embed(["10", "12"])
    many = Angles().embed([str(angle / 100) for angle in range(1000, 1200)])
    assert np.linalg.norm(centres(few, ["en"] * 2).whole) < 0.05
    assert np.linalg.norm(centres(many, ["en"] * 200).whole) > 0.35


def test_each_language_has_its_own_middle() -> None:
    rows = Angles().embed(["0"] * 500 + ["90"] * 500)
    middle = centres(rows, ["nl"] * 500 + ["en"] * 500)
    assert middle.of("nl")[0] > middle.of("nl")[1]
    assert middle.of("en")[1] > middle.of("en")[0]
    assert middle.of("pl")[0] == pytest.approx(middle.of("pl")[1])


ACROSS = Centres(
    np.zeros(2, dtype=np.float32),
    {lang: np.zeros(2, dtype=np.float32) for lang in ("en", "nl", "de")},
    {"en": ENOUGH, "nl": ENOUGH, "de": ENOUGH - 1},
)


def test_across_finds_what_is_in_other_languages_that_can_be_compared() -> None:
    angles = {"own#0": 0.0, "dutch#0": 40.0, "dutch#1": 20.0, "far#0": 90.0, "german#0": 1.0}
    langs = {"dutch": "nl", "far": "nl", "german": "de"}
    found = searcher(angles, Words(dutch_0=1.0), langs=langs, middle=ACROSS)
    (hits,) = found.find([Question("0", "en", across=True)], 5)
    assert [(each.entry_id, each.wording) for each in hits] == [("dutch", 1), ("far", 0)]
    assert hits[0].score == hits[0].dense == pytest.approx(np.cos(np.radians(20)))
    assert found.find([Question("0", "de", across=True)], 5) == [[]]
    assert found.find([Question("0", "", across=True)], 5) == [[]]


def test_across_a_language_is_not_crowded_out_by_the_questions_own() -> None:
    """A model puts each language into a corner of its own."""
    middle = Centres(
        np.zeros(2, dtype=np.float32),
        {
            "en": np.array([1.0, 0.0], dtype=np.float32),
            "nl": np.array([0.0, 1.0], dtype=np.float32),
        },
        {"en": ENOUGH, "nl": ENOUGH},
    )
    own = {f"own{number}#0": 10.0 + number / 100 for number in range(200)}
    angles = own | {"dutch#0": 80.0, "other#0": 100.0}
    langs = {"dutch": "nl", "other": "nl"}
    (hits,) = searcher(angles, langs=langs, middle=middle).find(
        [Question("10", "en", across=True)], 2
    )
    assert {each.entry_id for each in hits} == {"dutch", "other"}
