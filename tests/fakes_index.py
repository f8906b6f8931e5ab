"""A stand-in for the index: the same, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.errors import IndexUnavailable
from knowledge.ports import Match, Vectors


class ExactIndex:
    """An ``Index`` that compares with every row."""

    kind = "exact"

    def __init__(self) -> None:
        self._rows: dict[str, Vectors] = {}

    def search(self, vector: Vectors, k: int) -> list[Match]:
        found = [Match(each, float((row * vector).sum())) for each, row in self._rows.items()]
        return sorted(found, key=lambda match: (-match.score, match.id))[: max(k, 0)]

    def replace(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._rows = dict(zip(ids, vectors.copy(), strict=True))

    def vectors(self, ids: Sequence[str]) -> Vectors:
        return np.stack([self._rows[each] for each in ids])

    def write(self, path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, np.array(list(self._rows.values()), dtype=np.float32))

    def read(self, path: Path, ids: Sequence[str]) -> None:
        try:
            vectors = np.load(path)
        except (OSError, ValueError, EOFError) as error:
            raise IndexUnavailable(f"{path} can't be read") from error
        if len(vectors) != len(ids):
            raise IndexUnavailable(f"{path} holds {len(vectors)} vectors for {len(ids)}")
        self.replace(ids, vectors)
