"""Wordings that mean the same as far as the index can tell: they stand in one place in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knowledge.build import LoadedIndex
from knowledge.conflicts import ALIKE, ALIKE_ACROSS
from knowledge.ports import Vectors
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
    vectors = _from(loaded, wordings, loaded.middle.whole)
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


def alike_across(
    loaded: LoadedIndex, wordings: list[str], least: float = ALIKE_ACROSS
) -> list[Pair]:
    """Each entry with the nearest in each other language, if they are alike; the most alike first.

    Left out are those of which one is known in the other's language already, as original or
    translation, and languages with too few wordings to be compared.

    Args:
        loaded: An index that holds them.
        wordings: Ids of the wordings to compare.
        least: The cosine, from the middle of each language, from which two are alike, −1 to 1.
    """
    about, middle = loaded.entries, loaded.middle
    by_lang: dict[str, list[str]] = {}
    for wording in wordings:
        by_lang.setdefault(about[parse_wording_id(wording)[0]].lang, []).append(wording)
    known = {lang: own for lang, own in by_lang.items() if middle.knows(lang)}
    vectors = {lang: _from(loaded, own, middle.of(lang)) for lang, own in known.items()}
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for lang, own in known.items():
        for other in known.keys() - {lang}:
            both = {about[parse_wording_id(each)[0]].knowledge for each in own} & {
                about[parse_wording_id(each)[0]].knowledge for each in known[other]
            }
            for start in range(0, len(own), BLOCK):
                near = vectors[lang][start : start + BLOCK] @ vectors[other].T
                nearest = near.argmax(axis=1)
                for row, column in enumerate(nearest):
                    one = parse_wording_id(own[start + row])[0]
                    two = parse_wording_id(known[other][column])[0]
                    found = (min(1.0, float(near[row, column])), two)
                    if both.isdisjoint((about[one].knowledge, about[two].knowledge)):
                        best[one, other] = max(found, best.get((one, other), found))
    pairs: dict[tuple[str, str], float] = {}
    for (one, _), (cosine, two) in best.items():
        if cosine >= least:
            first, last = sorted((one, two))
            pairs[first, last] = cosine
    found_pairs = [Pair(*pair, cosine) for pair, cosine in pairs.items()]
    return sorted(found_pairs, key=lambda pair: (-pair.similarity, pair.one, pair.other))


def _from(loaded: LoadedIndex, wordings: list[str], middle: Vectors) -> Vectors:
    vectors = loaded.index.vectors(wordings) - middle
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors
