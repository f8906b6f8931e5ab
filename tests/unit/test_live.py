"""Searching while the index changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.build import build
from knowledge.builds import current_build, rollback
from knowledge.entry import Entry
from knowledge.errors import IndexMismatch, IndexUnavailable
from knowledge.live import LiveSearcher
from knowledge.ports import Question
from tests.fakes_index import ExactIndex
from tests.fakes_knowledge import HashEmbedder

EMBEDDER = HashEmbedder(64)


def make(folder: Path, *words: str, embedder: HashEmbedder = EMBEDDER) -> None:
    entries = [Entry(word, "en", "rent", f"What is {word}?", "So.") for word in words]
    now = datetime(2026, 3, 2, tzinfo=UTC)
    build(folder, entries, embedder, now=now, new_index=ExactIndex)


def best(live: LiveSearcher, question: str) -> str:
    return live.find([Question(question)], 3)[0][0].entry_id


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveSearcher]:
    made = LiveSearcher(tmp_path, EMBEDDER, 0.05, ExactIndex)
    yield made
    made.close()


def test_searches_the_live_build(live: LiveSearcher, tmp_path: Path) -> None:
    make(tmp_path, "digid", "rent")
    assert best(live, "what is digid") == "digid"
    assert live.manifest is not None
    assert live.manifest.name == current_build(tmp_path)
    assert live.problem == ""


def test_a_new_build_is_picked_up_by_the_next_search(live: LiveSearcher, tmp_path: Path) -> None:
    make(tmp_path, "rent")
    assert best(live, "what is digid") == "rent"
    make(tmp_path, "rent", "digid")
    assert best(live, "what is digid") == "digid"
    rollback(tmp_path, EMBEDDER.model)
    assert best(live, "what is digid") == "rent"


def test_a_new_build_that_is_damaged_does_not_end_the_search(
    live: LiveSearcher, tmp_path: Path
) -> None:
    make(tmp_path, "rent")
    best(live, "what is rent")
    make(tmp_path, "rent", "digid")
    path = tmp_path / str(current_build(tmp_path)) / "rows.jsonl"
    sound = path.read_bytes()
    path.write_bytes(b"")
    assert best(live, "what is digid") == "rent"
    assert "rows.jsonl differs" in live.problem
    path.write_bytes(sound)
    assert best(live, "what is digid") == "digid"
    assert live.problem == ""


def test_a_deleted_folder_does_not_end_the_search(live: LiveSearcher, tmp_path: Path) -> None:
    make(tmp_path, "rent")
    best(live, "what is rent")
    (tmp_path / "current").unlink()
    assert best(live, "what is rent") == "rent"
    assert "there is no index" in live.problem


def test_a_build_of_another_model_is_not_searched(live: LiveSearcher, tmp_path: Path) -> None:
    make(tmp_path, "rent", embedder=HashEmbedder(64, "query: "))
    with pytest.raises(IndexMismatch):
        live.find([Question("what is rent")], 3)


def test_without_any_build_it_says_so_and_finds_the_first_one(
    live: LiveSearcher, tmp_path: Path
) -> None:
    with pytest.raises(IndexUnavailable, match="run: loket index build"):
        live.find([Question("what is rent")], 3)
    make(tmp_path, "rent")
    assert best(live, "what is rent") == "rent"


def test_a_damaged_build_with_none_in_memory_is_refused(live: LiveSearcher, tmp_path: Path) -> None:
    make(tmp_path, "rent")
    (tmp_path / str(current_build(tmp_path)) / "vectors.exact").write_bytes(b"")
    with pytest.raises(IndexUnavailable, match=r"vectors\.exact differs"):
        live.find([Question("what is rent")], 3)


def test_the_build_in_memory_outlives_its_files(live: LiveSearcher, tmp_path: Path) -> None:
    """Two builds later the first one's files are gone; a slow bot still searches it."""
    make(tmp_path, "rent")
    loaded = live.refresh()
    make(tmp_path, "a")
    make(tmp_path, "b")
    assert not (tmp_path / loaded.manifest.name).exists()
    assert loaded.lexical.search("nothing of this", 3) == {}
    assert best(live, "what is b") == "b"
