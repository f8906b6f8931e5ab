"""Wordings that mean the same as far as the index can tell: they stand in one place in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knowledge.build import LoadedIndex
from knowledge.conflicts import ALIKE
from knowledge.search import parse_wording_id

BLOCK = 1024
"""Rows compared with all others at once; bounds the memory to this × wordings × 4 bytes."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries with wordings that are alike.

    Attributes:
        one, other: Their ids, in order.
        similarity: Of the two nearest wordings; ``ALIKE`` to 1.
    """

    one: str
    other: str
    similarity: float


def alike(loaded: LoadedIndex, wordings: list[str], least: float = ALIKE) -> list[Pair]:
    """Each two entries in one language with wordings that are alike; the most alike first.

    Args:
        loaded: An index that holds them.
        wordings: Ids of the wordings to compare.
        least: The cosine from which two are alike, −1 to 1.
    """
    if not wordings:
        return []
    vectors = loaded.index.vectors(wordings) - loaded.middle.whole
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    ids = [parse_wording_id(wording)[0] for wording in wordings]
    best: dict[tuple[str, str], float] = {}
    for start in range(0, len(ids), BLOCK):
        near = vectors[start : start + BLOCK] @ vectors[start:].T
        for row, column in np.argwhere(near >= least):
            one, other = sorted((ids[start + row], ids[start + column]))
            if one != other and loaded.entries[one].lang == loaded.entries[other].lang:
                cosine = min(1.0, float(near[row, column]))
                best[one, other] = max(best.get((one, other), cosine), cosine)
    pairs = [Pair(*pair, cosine) for pair, cosine in best.items()]
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.one, pair.other))
