"""What knowledge needs from the outside: a model that embeds, an index that finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Unit rows: shape (n, dimension), dtype float32, L2 norm 1."""


@dataclass(frozen=True, slots=True)
class Match:
    """A wording found by an index.

    Attributes:
        id: The wording's id, as given to ``Index.replace``.
        score: Inner product of unit vectors, −1 to 1.
    """

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for.

    Attributes:
        text: The asker's words.
        lang: ISO 639 code; empty when nobody knows, and then other languages are found less well.
        across: Whether only what is in other languages is sought, by its sense alone; see
            ``Searcher.find``.
    """

    text: str
    lang: str = ""
    across: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found for a question, by the best of its wordings.

    Attributes:
        entry_id: The entry; its text comes from the store, never from the index.
        knowledge: The id that the entry shares with its translations.
        wording: Position of the best wording: 0 is the question, then the alternatives.
        score: What hits are ordered by: ``dense`` + weight × ``lexical``.
        dense: Cosine of question and wording without their common part, −1 to 1.
        lexical: BM25 over words and over parts of words, see ``LexicalIndex.search``; 0 to 1.
    """

    entry_id: str
    knowledge: str
    wording: int
    score: float
    dense: float
    lexical: float


class Embedder(Protocol):
    """Turns texts into unit vectors. Not called from the event loop's thread."""

    @property
    def model(self) -> str:
        """Names model, weights and prefix, so that vectors of another are refused."""

    @property
    def dimension(self) -> int:
        """The number of columns of every result."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embeds the texts, in their order; shape (len(texts), dimension).

        Raises:
            ModelUnavailable: The model can't be loaded; the text says what to mend.
        """


class Index(Protocol):
    """Finds the nearest vectors. Safe to search from one thread while another searches."""

    @property
    def kind(self) -> str:
        """Names the layout of its file, so that another kind's is refused."""

    def search(self, vector: Vectors, k: int) -> list[Match]:
        """At most k matches for one vector of shape (dimension,), best first.

        Equal scores are ordered by id, so that a search is repeatable.
        """

    def replace(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Holds exactly these from now on; ids are distinct, one a row."""

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """The rows of these ids, in their order; each id is held."""

    def write(self, path: Path) -> None:
        """Writes the vectors to a new file."""

    def read(self, path: Path, ids: Sequence[str]) -> None:
        """Holds exactly what ``write`` put there; ids in the order of ``replace``.

        Raises:
            IndexUnavailable: The file is damaged, or holds another number of vectors.
        """
