"""From a question to hits: by sense and by shared words.

The score of a wording is its cosine plus a little of its normalised BM25. Adding keeps the
cosine's distances, which tell how sure a hit is; reciprocal rank fusion was tried and found
less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from knowledge.entry import Entry
from knowledge.ports import Embedder, Hit, Index, Vectors

CANDIDATES = 100
"""How many wordings each of the two ways proposes, and at least ten for each hit wanted."""


class Lexical(Protocol):
    """Finds wordings by shared words."""

    def search(self, question: str, k: int) -> dict[str, float]:
        """At most k wordings: id → BM25 divided by the highest of this search, 0 to 1."""


class Searcher:
    """Finds entries by their wordings."""

    def __init__(
        self,
        embedder: Embedder,
        index: Index,
        lexical: Lexical,
        knowledge: Mapping[str, str],
        weight: float,
    ) -> None:
        """Searches what it is given.

        Args:
            embedder: The model that also embedded the wordings in the index.
            index: Their vectors, by wording id.
            lexical: Their words, by wording id.
            knowledge: For each entry's id the id that it shares with its translations.
            weight: What the normalised BM25 counts beside the cosine, 0 to 1.
        """
        self._embedder = embedder
        self._index = index
        self._lexical = lexical
        self._knowledge = knowledge
        self._weight = weight

    def find(self, questions: Sequence[str], k: int) -> list[list[Hit]]:
        """At most k hits for each question, best first, one for each entry.

        All questions are embedded together, which is faster than one after the other.

        Raises:
            ModelUnavailable: The model can't be loaded.
        """
        if not questions:
            return []
        vectors = self._embedder.embed(questions)
        return [
            self._hits(question, vector, k)
            for question, vector in zip(questions, vectors, strict=True)
        ]

    def _hits(self, question: str, vector: Vectors, k: int) -> list[Hit]:
        wide = max(CANDIDATES, 10 * k)
        dense = {match.id: match.score for match in self._index.search(vector, wide)}
        lexical = self._lexical.search(question, wide)
        if only := [wording for wording in lexical if wording not in dense]:
            scores = np.einsum("ij,j->i", self._index.vectors(only), vector)
            dense.update(zip(only, map(float, scores), strict=True))
        best: dict[str, Hit] = {}
        for wording, cosine in dense.items():
            hit = self._hit(wording, cosine, lexical.get(wording, 0.0))
            other = best.get(hit.entry_id)
            if other is None or (-hit.score, hit.wording) < (-other.score, other.wording):
                best[hit.entry_id] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.entry_id))[:k]

    def _hit(self, wording: str, dense: float, lexical: float) -> Hit:
        entry_id, number = parse_wording_id(wording)
        score = dense + self._weight * lexical
        return Hit(entry_id, self._knowledge[entry_id], number, score, dense, lexical)


def wordings(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Every wording of the entries, in their order, as (wording id, text)."""
    return [
        (f"{entry.id}#{number}", text)
        for entry in entries
        for number, text in enumerate(entry.wordings)
    ]


def parse_wording_id(wording: str) -> tuple[str, int]:
    """Entry id and position of a wording id."""
    entry_id, _, number = wording.rpartition("#")
    return entry_id, int(number)
