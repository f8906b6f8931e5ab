"""From a question to hits: by sense, by shared words and by parts of words.

The score of a wording is its cosine, once what all wordings have in common is taken out, plus a
little of its normalised BM25. Adding keeps the cosine's distances, which tell how sure a hit
is; reciprocal rank fusion was tried and found less.

Words say nothing across languages, and a model finds its own language first. So every question
is looked at a second time, with each text measured from the middle of its language and the
best word score of its own language given to the others. Where an entry in another language then
leads clearly, that order holds; in all other cases the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from knowledge.calibrate import lead
from knowledge.centring import Centres, cosines
from knowledge.entry import Entry
from knowledge.ports import Embedder, Hit, Index, Question, Vectors

CANDIDATES = 100
"""How many wordings each way proposes, and at least ten for each hit wanted."""

MAX_CHARACTERS = 4000
"""How much of a question is embedded; models read less, but take time to find where to stop."""

WORDS_ACROSS = 0.85
"""How much of the best word score in the question's language wordings in others are given."""

CLEARLY = 0.04
"""The lead that an entry in another language needs. With less, twins in other languages came
before the right entry of a knowledge base in five languages."""

ACROSS = 0.2
"""Added to all scores of the second look, whose cosines are lower. With it, 3 of 1,375 questions
that no entry answers reached a confidence of 1.14 that way, and half of 481 that one in another
language answers."""


class Lexical(Protocol):
    """Finds wordings by shared words."""

    def search(self, question: str, k: int) -> dict[str, float]:
        """At most k wordings by each kind of evidence: id → 0 to 1."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an index knows about an entry, besides its wordings.

    Attributes:
        knowledge: The id that it shares with its translations.
        lang: ISO 639 code of its wordings.
    """

    knowledge: str
    lang: str


class Searcher:
    """Finds entries by their wordings."""

    def __init__(
        self,
        embedder: Embedder,
        index: Index,
        lexical: Lexical,
        entries: Mapping[str, Known],
        weight: float,
        middle: Centres,
    ) -> None:
        """Searches what it is given.

        Args:
            embedder: The model that also embedded the wordings in the index.
            index: Their vectors, by wording id.
            lexical: Their words, by wording id.
            entries: What is known about each entry, by its id.
            weight: What the lexical evidence counts beside the cosine, 0 to 1.
            middle: Of the wordings' vectors.
        """
        self._embedder = embedder
        self._index = index
        self._lexical = lexical
        self._entries = entries
        self._weight = weight
        self._middle = middle

    def find(self, questions: Sequence[Question], k: int) -> list[list[Hit]]:
        """At most k hits for each question, best first, one for each entry.

        All questions are embedded together, which is faster than one after the other. Where one
        is sought across, hits are in other languages only, and their scores are cosines from the
        middle of each language; languages with too few wordings to know that have none.

        Raises:
            ModelUnavailable: The model can't be loaded.
        """
        if not questions:
            return []
        texts = [question.text[:MAX_CHARACTERS] for question in questions]
        vectors = self._embedder.embed(texts)
        return [
            self._hits(question, vector, k)
            for question, vector in zip(questions, vectors, strict=True)
        ]

    def _hits(self, question: Question, vector: Vectors, k: int) -> list[Hit]:
        if question.across:
            return self._foreign(question, vector, k)
        wide = max(CANDIDATES, 10 * k)
        proposed = {match.id for match in self._index.search(vector, wide)}
        lexical = self._lexical.search(question.text, wide)
        found = sorted(proposed | lexical.keys())
        if not found:
            return []
        rows = self._index.vectors(found)
        words = [lexical.get(wording, 0.0) for wording in found]
        across = self._across(question, found, rows, words, vector)
        if across and lead(across) >= CLEARLY and self._is_foreign(across[0], question):
            return across[:k]
        whole = self._middle.whole
        return self._best(found, cosines(rows, whole, vector, whole), words, 0.0)[:k]

    def _across(
        self,
        question: Question,
        found: Sequence[str],
        rows: Vectors,
        words: Sequence[float],
        vector: Vectors,
    ) -> list[Hit]:
        """The hits of the second look; none when all is in the question's language."""
        langs = [self._entries[parse_wording_id(wording)[0]].lang for wording in found]
        if not question.lang or set(langs) == {question.lang}:
            return []
        away = np.stack([self._middle.of(lang) for lang in langs])
        dense = cosines(rows, away, vector, self._middle.of(question.lang))
        own = [word for word, lang in zip(words, langs, strict=True) if lang == question.lang]
        given = WORDS_ACROSS * max(own, default=0.0)
        evened = [
            word if lang == question.lang else max(word, given)
            for word, lang in zip(words, langs, strict=True)
        ]
        return self._best(found, dense, evened, ACROSS)

    def _foreign(self, question: Question, vector: Vectors, k: int) -> list[Hit]:
        """The nearest in each language that can be compared with the question's, best first."""
        middle, found = self._middle, list[Hit]()
        if not middle.knows(question.lang):
            return []
        for lang in middle.languages:
            if lang == question.lang or not middle.knows(lang):
                continue
            # As if it had been asked in that language: so its own does not crowd it out.
            moved = vector - middle.of(question.lang) + middle.of(lang)
            near = [match.id for match in self._index.search(moved, max(CANDIDATES, 10 * k))]
            near = [each for each in near if self._entries[parse_wording_id(each)[0]].lang == lang]
            if near:
                rows = self._index.vectors(near)
                dense = cosines(rows, middle.of(lang), vector, middle.of(question.lang))
                found += self._best(near, dense, [0.0] * len(near), 0.0)
        return sorted(found, key=lambda hit: (-hit.score, hit.entry_id))[:k]

    def _is_foreign(self, hit: Hit, question: Question) -> bool:
        return self._entries[hit.entry_id].lang != question.lang

    def _best(
        self, found: Sequence[str], dense: Sequence[float], words: Sequence[float], more: float
    ) -> list[Hit]:
        best: dict[str, Hit] = {}
        for wording, cosine, word in zip(found, dense, words, strict=True):
            entry_id, number = parse_wording_id(wording)
            score = cosine + self._weight * word + more
            knowledge = self._entries[entry_id].knowledge
            hit = Hit(entry_id, knowledge, number, score, cosine, word)
            other = best.get(entry_id)
            if other is None or (-hit.score, hit.wording) < (-other.score, other.wording):
                best[entry_id] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.entry_id))


def known(entries: Sequence[Entry]) -> dict[str, Known]:
    """What an index knows about these entries."""
    return {entry.id: Known(entry.knowledge, entry.lang) for entry in entries}


def wordings(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Every wording of the entries, in their order, as (wording id, text)."""
    return [
        (f"{entry.id}#{number}", text)
        for entry in entries
        for number, text in enumerate(entry.wordings)
    ]


def parse_wording_id(wording: str) -> tuple[str, int]:
    """The entry's id and the position among its wordings."""
    entry_id, _, number = wording.rpartition("#")
    return entry_id, int(number)
