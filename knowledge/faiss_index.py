"""The index in production: exact inner product by FAISS.

Exact, because a community's entries are thousands and not millions: 10,000 wordings take
about a millisecond, and nothing has to be trained or tuned.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.errors import IndexUnavailable
from knowledge.ports import Match, Vectors

NOISE = 1e-5
"""How far apart FAISS may put the scores of two equal vectors: float32, summed in any order."""


class FaissIndex:
    """Implements ``knowledge.ports.Index`` with ``IndexFlatIP``."""

    kind = "faiss"

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._flat: Any = None

    def search(self, vector: Vectors, k: int) -> list[Match]:
        """See ``Index.search``."""
        if not self._ids or k < 1:
            return []
        rows = self._nearest(vector, min(k, len(self._ids)))
        scores = _inner(self._flat.reconstruct_batch(rows), vector)
        found = [
            Match(self._ids[row], float(score)) for row, score in zip(rows, scores, strict=True)
        ]
        return sorted(found, key=lambda match: (-match.score, match.id))[:k]

    def replace(self, ids: Sequence[str], vectors: Vectors) -> None:
        """See ``Index.replace``."""
        import faiss

        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._take(ids, flat)

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """See ``Index.vectors``."""
        rows = np.array([self._rows[each] for each in ids], dtype=np.int64)
        found: Vectors = self._flat.reconstruct_batch(rows)
        return found

    def write(self, path: Path) -> None:
        """See ``Index.write``."""
        import faiss

        faiss.write_index(self._flat, str(path))

    def read(self, path: Path, ids: Sequence[str]) -> None:
        """See ``Index.read``."""
        import faiss

        try:
            flat = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexUnavailable(f"{path} can't be read as a FAISS index") from error
        if flat.ntotal != len(ids):
            raise IndexUnavailable(f"{path} holds {flat.ntotal} vectors for {len(ids)} wordings")
        self._take(ids, flat)

    def _take(self, ids: Sequence[str], flat: Any) -> None:
        self._ids = list(ids)
        self._rows = {each: row for row, each in enumerate(self._ids)}
        self._flat = flat

    def _nearest(self, vector: Vectors, k: int) -> Any:
        """The rows of the k best, and of all that share the score of the last."""
        import faiss

        # One vector is one thread's work; the setting counts for the calling thread only.
        faiss.omp_set_num_threads(1)
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        total = len(self._ids)
        wanted = min(k + 1, total)
        while True:
            scores, rows = self._flat.search(query, wanted)
            if wanted == total or scores[0, -1] < scores[0, k - 1] - NOISE:
                return rows[0]
            wanted = min(2 * wanted, total)


def _inner(rows: Vectors, vector: Vectors) -> Vectors:
    """Inner products, the same for equal rows wherever they stand."""
    found: Vectors = np.einsum("ij,j->i", rows, vector)
    return found
