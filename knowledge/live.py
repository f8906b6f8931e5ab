"""Searching while the index is rebuilt: a running bot picks up a new build by itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from knowledge.build import LoadedIndex, NewIndex, open_index
from knowledge.builds import current_build
from knowledge.centring import Centres
from knowledge.errors import IndexUnavailable
from knowledge.faiss_index import FaissIndex
from knowledge.manifest import Manifest
from knowledge.ports import Embedder, Hit, Question
from knowledge.search import Searcher

log = logging.getLogger(__name__)


class LiveSearcher:
    """Searches the live build; used from one thread at a time.

    Before every search it looks which build is live. A new one that can't be loaded does not
    end the search: the old one goes on from memory, and ``problem`` tells why. The new one is
    tried again with every search, so that mending the files is enough.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        weight: float,
        new_index: NewIndex = FaissIndex,
    ) -> None:
        """Prepares; nothing is read yet.

        Args:
            folder: Where the builds stand.
            embedder: The configured model.
            weight: What the normalised BM25 counts beside the cosine, 0 to 1.
            new_index: Makes the index that a build is loaded into.
        """
        self._folder = folder
        self._embedder = embedder
        self._new_index = new_index
        self._weight = weight
        self._loaded: LoadedIndex | None = None
        self.problem = ""
        """Why the build in memory is not the live one; empty: it is."""

    @property
    def manifest(self) -> Manifest | None:
        """The build in memory."""
        return self._loaded.manifest if self._loaded else None

    @property
    def middle(self) -> Centres | None:
        """What the wordings of the build in memory have in common; safe from any thread."""
        return self._loaded.middle if self._loaded else None

    def find(self, questions: Sequence[Question], k: int) -> list[list[Hit]]:
        """See ``Searcher.find``.

        Raises:
            IndexUnavailable: No build could be loaded, now or before.
            ModelUnavailable: The model can't be loaded.
        """
        loaded = self.refresh()
        searcher = Searcher(
            self._embedder,
            loaded.index,
            loaded.lexical,
            loaded.entries,
            self._weight,
            loaded.middle,
        )
        return searcher.find(questions, k)

    def refresh(self) -> LoadedIndex:
        """Loads the live build where it is not in memory already; gives what is then.

        Raises:
            IndexUnavailable: No build could be loaded, now or before.
            ModelUnavailable: The model can't be loaded.
        """
        old = self._loaded
        if old and current_build(self._folder) == old.manifest.name:
            self.problem = ""
            return old
        try:
            new = open_index(self._folder, self._embedder, self._new_index)
        except IndexUnavailable as error:
            if str(error) != self.problem:
                self.problem = str(error)
                log.warning("index_unavailable", extra={"reason": self.problem})
            if old is None:
                raise
            return old
        self._loaded, self.problem = new, ""
        log.info("index_loaded", extra={"build": new.manifest.name, "wordings": new.manifest.count})
        if old:
            old.close()
        return new

    def close(self) -> None:
        """Lets go of the build in memory."""
        if self._loaded:
            self._loaded.close()
            self._loaded = None
