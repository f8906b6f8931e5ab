"""How well the guard across languages sees one question in Dutch and English, with Loket's model.

The figures of docs/adr/0002: each English sample entry is held against all Dutch ones, as is a
vetter's draft. Some have a translation there, the others none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge import files
from knowledge.build import build
from knowledge.conflicts import ALIKE_ACROSS
from knowledge.entry import Entry
from knowledge.live import LiveSearcher
from knowledge.ports import Hit, Question
from knowledge.sbert import SentenceTransformerEmbedder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def nearest(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Entry, bool, Hit]]:
    """Each English entry, whether there is a Dutch twin, and the nearest Dutch hit."""
    model = SentenceTransformerEmbedder("bundled", "query: ", 1, tmp_path_factory.mktemp("models"))
    entries = files.read(ROOT / "knowledge" / "entries")
    folder = tmp_path_factory.mktemp("index")
    build(folder, entries, model, now=datetime.now(UTC))
    live = LiveSearcher(folder, model, 0.05)
    twins = {each.knowledge for each in entries if each.lang == "nl"}
    found = []
    for entry in entries:
        if entry.lang == "en":
            asked = [Question(wording, "en", across=True) for wording in entry.wordings]
            best = max((hits[0] for hits in live.find(asked, 1)), key=lambda hit: hit.dense)
            found.append((entry, entry.knowledge in twins, best))
    live.close()
    return found


@pytest.mark.model
class TestTheGuardAcrossDutchAndEnglish:
    def test_the_nearest_is_the_twin_where_there_is_one(
        self, nearest: list[tuple[Entry, bool, Hit]]
    ) -> None:
        twins = [(entry, hit) for entry, twin, hit in nearest if twin]
        assert len(twins) >= 70
        assert all(entry.knowledge == hit.knowledge for entry, hit in twins)
        assert sum(hit.dense >= ALIKE_ACROSS for _, hit in twins) >= len(twins) - 1

    def test_of_those_without_one_most_are_not_asked_about(
        self, nearest: list[tuple[Entry, bool, Hit]]
    ) -> None:
        alone = [hit for _, twin, hit in nearest if not twin]
        assert len(alone) >= 60
        assert sum(hit.dense >= ALIKE_ACROSS for hit in alone) / len(alone) < 0.2
