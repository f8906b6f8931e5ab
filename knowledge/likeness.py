"""Which of a few other questions mean the same as one, by sense alone.

Two in different languages are compared from the middle of each language, as when something is
searched; where the index holds too few wordings of one to know its middle, they are not compared.
Vectors of questions seen before are kept in memory, so that the next question is embedded alone.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from knowledge.centring import Centres, cosines
from knowledge.errors import IndexUnavailable, KnowledgeError
from knowledge.ports import Embedder, Question, Vectors
from knowledge.search import MAX_CHARACTERS

KEPT = 4096
"""How many vectors are kept; of 384 columns, that is 6 MB."""


class Likeness:
    """Compares questions off the event loop."""

    def __init__(
        self, embedder: Embedder, middle: Callable[[], Centres | None], kept: int = KEPT
    ) -> None:
        """Prepares; nothing is loaded yet.

        Args:
            embedder: The model.
            middle: What the vectors of wordings have in common; None while no index is there to
                tell.
            kept: How many vectors are kept, of those asked for last.
        """
        self._embedder = embedder
        self._middle = middle
        self._kept = kept
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._turn = threading.Lock()

    async def alike(
        self, question: Question, others: Mapping[int, Question]
    ) -> list[tuple[int, float]]:
        """The others with their cosines to the question, −1 to 1, the nearest first.

        Cosines within one language and across two are not of one scale. Left out is what is in a
        language whose middle is not known, or is to be compared with a question that is.

        Raises:
            KnowledgeError: No model, or no index that tells what all wordings have in common.
        """
        if not others:
            return []
        loop = asyncio.get_running_loop()
        comparing = loop.run_in_executor(None, self._compare, question, others)
        # Waited for without raising, so that whatever broke is told as one kind of error.
        await asyncio.wait([comparing])
        error = comparing.exception()
        if error is None or isinstance(error, KnowledgeError):
            return comparing.result()
        raise IndexUnavailable(f"the comparison broke: {type(error).__name__}") from error

    def _compare(
        self, question: Question, others: Mapping[int, Question]
    ) -> list[tuple[int, float]]:
        middle = self._middle()
        if middle is None:
            raise IndexUnavailable("no index tells what all wordings have in common")
        with self._turn:
            vectors = self._embedded([question.text, *(each.text for each in others.values())])
        vector, rows = vectors[0], dict(zip(others, vectors[1:], strict=True))
        same = [id for id, each in others.items() if each.lang == question.lang]
        near: list[tuple[int, float]] = []
        if same:
            own = cosines(np.stack([rows[id] for id in same]), middle.whole, vector, middle.whole)
            near += zip(same, own, strict=True)
        foreign = [id for id, each in others.items() if id not in same and middle.knows(each.lang)]
        if foreign and middle.knows(question.lang):
            away = np.stack([middle.of(others[id].lang) for id in foreign])
            found = np.stack([rows[id] for id in foreign])
            across = cosines(found, away, vector, middle.of(question.lang))
            near += zip(foreign, across, strict=True)
        return sorted(near, key=lambda pair: (-pair[1], pair[0]))

    def _embedded(self, questions: Sequence[str]) -> Vectors:
        texts = [each[:MAX_CHARACTERS] for each in questions]
        new = list(dict.fromkeys(each for each in texts if each not in self._vectors))
        found = dict(zip(new, self._embedder.embed(new), strict=True)) if new else {}
        for text in texts:
            vector = found[text] if text in found else self._vectors[text]
            self._vectors[text] = found[text] = vector
            self._vectors.move_to_end(text)
        while len(self._vectors) > self._kept:
            self._vectors.popitem(last=False)
        return np.stack([found[text] for text in texts])
