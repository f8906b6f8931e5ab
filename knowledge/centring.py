"""What wordings have in common, to be taken out of their vectors before they are compared.

Models of the E5 kind put all texts into one corner of the space: cosines crowd between 0.75 and
0.95. Without the common part they spread (Mu and Viswanath, "All-but-the-Top", 2018). And they
put the texts of each language into a corner of its own, so that a question finds anything in
its own language before the right entry in another; measured from the middle of its language,
each text stands where its sense is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.calibrate import ENOUGH
from knowledge.ports import Vectors

SHARE = 0.5
"""How much of the mean is taken out where languages are not told apart. The whole mean takes
meaning away where all entries are about one field. Anything from 0.5 to 0.8 does about the same
on the four sets of real questions that Loket was tuned with."""

LANGUAGE_SHARE = 0.8
"""How much of a language's mean is taken out to compare across languages. Of 24 Dutch questions
to entries in English only, beside as many about the same topics in Dutch, the right one came first
for 5 without this and for 15 with it."""

FEW = 50
"""Wordings that count as if they were there and added nothing of their own, so that the mean of
a handful takes little away."""


@dataclass(frozen=True, slots=True)
class Centres:
    """What to take out of vectors.

    Attributes:
        whole: For every vector, where languages are not told apart; shape (dimension,).
        languages: For a vector in that language, where they are.
        counts: How many wordings each of these languages has.
    """

    whole: Vectors
    languages: Mapping[str, Vectors]
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, lang: str) -> Vectors:
        """For a text in a language; one that no wording is in gets the middle of all."""
        other = self.whole * np.float32(LANGUAGE_SHARE / SHARE)
        return self.languages.get(lang, other)

    def knows(self, lang: str) -> bool:
        """Whether a cosine measured from that language's middle can be held against a bound."""
        return self.counts.get(lang, 0) >= ENOUGH


def centres(vectors: Vectors, languages: Sequence[str]) -> Centres:
    """Measures the middle of all wordings and of each language.

    Args:
        vectors: Unit rows, shape (n, dimension).
        languages: The language of each row.
    """
    mean = vectors.sum(axis=0, dtype=np.float64) / (len(vectors) + FEW)
    of_language = {}
    for lang in sorted(set(languages)):
        rows = vectors[[each == lang for each in languages]]
        own = (rows.sum(axis=0, dtype=np.float64) + FEW * mean) / (len(rows) + FEW)
        of_language[lang] = np.asarray(LANGUAGE_SHARE * own, dtype=np.float32)
    return Centres(np.asarray(SHARE * mean, dtype=np.float32), of_language, Counter(languages))


def cosines(rows: Vectors, away: Vectors, vector: Vectors, from_: Vectors) -> list[float]:
    """Cosine of each row, moved away from its centre, and a vector moved from its own.

    Args:
        rows: Shape (n, dimension).
        away: What is taken out of the rows: shape (dimension,) or (n, dimension).
        vector: Shape (dimension,).
        from_: What is taken out of the vector: shape (dimension,).
    """
    moved, question = _unit(rows - away), _unit(vector - from_)
    # Not moved @ question: BLAS may give equal rows unequal last digits.
    return [float(cosine) for cosine in np.einsum("ij,j->i", moved, question)]


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)
