"""Stand-ins for what ``knowledge.ports`` names, without a model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from knowledge.ports import Vectors

WORD = re.compile(r"\w+")


class HashEmbedder:
    """An ``Embedder`` that knows words only: texts are near when they share them.

    Each word counts for one column, chosen by its hash; the same in every process.
    """

    def __init__(self, dimension: int = 256, prefix: str = "") -> None:
        self._dimension = dimension
        self._prefix = prefix

    @property
    def model(self) -> str:
        return f"hash-{self._dimension} prefix={self._prefix!r}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            # A text without words still needs a direction.
            for word in WORD.findall((self._prefix + text).casefold()) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest, "big") % self._dimension] += 1
            row /= np.linalg.norm(row)
        return rows
