"""Building the index beside the live one, and going back."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.build import build, open_index
from knowledge.builds import current_build, rollback, status
from knowledge.entry import Entry
from knowledge.errors import IndexBusy, IndexMismatch, IndexUnavailable, ModelUnavailable
from knowledge.manifest import Manifest
from knowledge.ports import Question, Vectors
from knowledge.search import Searcher
from tests.fakes_index import ExactIndex
from tests.fakes_knowledge import HashEmbedder

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)


class Counting(HashEmbedder):
    """Remembers what it embedded; the model can go away after some texts."""

    def __init__(self, dimension: int = 64, prefix: str = "", fails_after: int | None = None):
        super().__init__(dimension, prefix)
        self.texts: list[str] = []
        self.fails_after = fails_after

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        if self.fails_after is not None and len(self.texts) > self.fails_after:
            raise ModelUnavailable("the model went away")
        return super().embed(texts)


def entry(number: int, *alternatives: str, version: int = 1) -> Entry:
    return Entry(
        id=f"entry-{number}",
        lang="en",
        topic="rent",
        question=f"What about subject number{number}?",
        answer="So.",
        alternatives=alternatives,
        version=version,
    )


ENTRIES = [entry(1, "Number one?"), entry(2), entry(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "index"


def make(folder: Path, entries: Sequence[Entry] = ENTRIES, **more: object) -> Manifest:
    embedder = more.pop("embedder", None) or Counting()
    return build(folder, entries, embedder, now=NOW, new_index=ExactIndex, **more)  # type: ignore[arg-type]


def ids(
    folder: Path, question: str = "subject number1", embedder: HashEmbedder | None = None
) -> list[str]:
    embedder = embedder or Counting()
    loaded = open_index(folder, embedder, ExactIndex)
    try:
        searcher = Searcher(
            embedder, loaded.index, loaded.lexical, loaded.entries, 0.05, loaded.middle
        )
        return [hit.entry_id for hit in searcher.find([Question(question, "en")], 10)[0]]
    finally:
        loaded.close()


def builds(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink()}


class TestBuilding:
    def test_what_was_built_is_live_and_found(self, folder: Path) -> None:
        manifest = make(folder)
        assert current_build(folder) == manifest.name
        assert ids(folder)[0] == "entry-1"
        assert (manifest.count, manifest.previous) == (4, None)
        assert manifest.built_at == NOW

    def test_the_manifest_names_model_versions_and_checksums(self, folder: Path) -> None:
        name = make(folder).name
        written = json.loads((folder / name / "manifest.json").read_text())
        assert written["model"] == Counting().model
        assert written["dimension"] == 64
        assert written["entries"]["entry-2"] == [1, entry(2).content_hash()]
        assert set(written["files"]) == {"vectors.exact", "rows.jsonl", "lexical.db"}

    def test_only_changed_texts_are_embedded(self, folder: Path) -> None:
        make(folder)
        embedder = Counting()
        changed = [entry(1, "Number one?", "Another wording?"), entry(2), entry(4)]
        make(folder, changed, embedder=embedder)
        assert sorted(embedder.texts) == ["Another wording?", "What about subject number4?"]
        assert ids(folder, "number4")[0] == "entry-4"
        assert "entry-3" not in ids(folder)

    def test_copied_vectors_are_those_of_a_full_build(self, folder: Path, tmp_path: Path) -> None:
        make(folder)
        make(folder, [entry(0), *ENTRIES])
        fresh = tmp_path / "fresh"
        make(fresh, [entry(0), *ENTRIES])
        copied, anew = (
            (each / str(current_build(each)) / "vectors.exact").read_bytes()
            for each in (folder, fresh)
        )
        assert copied == anew

    def test_a_new_version_of_the_answer_embeds_nothing(self, folder: Path) -> None:
        first = make(folder)
        embedder = Counting()
        changed = [*ENTRIES[:2], replace(entry(3, version=2), answer="No.")]
        second = make(folder, changed, embedder=embedder)
        assert second.name != first.name
        assert embedder.texts == []
        assert second.entries["entry-3"][0] == 2

    def test_full_embeds_everything_again(self, folder: Path) -> None:
        first = make(folder)
        embedder = Counting()
        second = make(folder, embedder=embedder, full=True)
        assert len(embedder.texts) == 4
        assert second.name != first.name

    def test_nothing_is_built_when_nothing_changed(self, folder: Path) -> None:
        first = make(folder)
        embedder = Counting()
        assert make(folder, list(reversed(ENTRIES)), embedder=embedder) == first
        assert embedder.texts == []
        assert builds(folder) == {first.name}

    def test_a_damaged_live_build_is_built_again(self, folder: Path) -> None:
        first = make(folder)
        (folder / first.name / "lexical.db").write_bytes(b"")
        second = make(folder)
        assert second.name != first.name
        assert ids(folder)[0] == "entry-1"

    def test_another_model_embeds_everything(self, folder: Path) -> None:
        make(folder)
        embedder = Counting(prefix="query: ")
        make(folder, embedder=embedder)
        assert len(embedder.texts) == 4
        assert ids(folder, embedder=embedder)[0] == "entry-1"

    def test_the_same_text_twice_is_embedded_once(self, folder: Path) -> None:
        embedder = Counting()
        make(folder, [entry(1, "Same?"), entry(2, "Same?")], embedder=embedder)
        assert embedder.texts.count("Same?") == 1

    def test_no_entries_are_an_index_too(self, folder: Path) -> None:
        make(folder)
        assert make(folder, []).count == 0
        assert ids(folder) == []
        make(folder)
        assert ids(folder)[0] == "entry-1"

    def test_progress_counts_the_entries_that_are_embedded(self, folder: Path) -> None:
        told: list[tuple[int, int]] = []
        many = [replace(entry(n), alternatives=(f"other words {n}",)) for n in range(100)]
        make(folder, many, progress=lambda done, total: told.append((done, total)))
        assert told == [(0, 100), (32, 100), (64, 100), (96, 100), (100, 100)]

    def test_hits_name_the_knowledge_of_the_translation(self, folder: Path) -> None:
        make(folder, [entry(1), replace(entry(2), translation_of="entry-1")])
        loaded = open_index(folder, Counting(), ExactIndex)
        loaded.close()
        assert {each: known.knowledge for each, known in loaded.entries.items()} == {
            "entry-1": "entry-1",
            "entry-2": "entry-1",
        }

    def test_the_live_and_the_previous_build_are_kept(self, folder: Path) -> None:
        names = [make(folder, ENTRIES[:count]).name for count in (1, 2, 3)]
        assert builds(folder) == set(names[1:])
        assert current_build(folder) == names[2]

    def test_two_builds_at_the_same_time_are_refused(self, folder: Path) -> None:
        first = make(folder)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(IndexBusy, match="another build is running"):
                make(folder, ENTRIES[:1])
            with pytest.raises(IndexBusy):
                rollback(folder, Counting().model)
        assert current_build(folder) == first.name
        assert make(folder, ENTRIES[:1]).name != first.name

    def test_a_folder_that_cant_be_written_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "index").write_text("a file in the way")
        with pytest.raises(IndexUnavailable, match="can't be written"):
            make(tmp_path / "index")


class Crash(BaseException):
    """The process dies."""


def dying_at(step: str) -> Callable[[], ExactIndex]:
    class Dying(ExactIndex):
        def write(self, path: Path) -> None:
            if step == "before the vectors":
                raise Crash
            super().write(path)
            if step == "after the vectors":
                raise Crash
            if step == "disk full":
                raise OSError(28, "No space left on device")

    return Dying


class TestCrashes:
    @pytest.mark.parametrize("step", ["before the vectors", "after the vectors"])
    def test_a_crash_leaves_the_live_build_intact(self, folder: Path, step: str) -> None:
        first = make(folder)
        with pytest.raises(Crash):
            build(folder, ENTRIES[:1], Counting(), now=NOW, new_index=dying_at(step))
        assert current_build(folder) == first.name
        assert status(folder).problem == ""
        assert "entry-3" in ids(folder)

    def test_the_next_build_clears_what_a_crash_left(self, folder: Path) -> None:
        first = make(folder)
        with pytest.raises(Crash):
            build(folder, ENTRIES[:1], Counting(), now=NOW, new_index=dying_at("after the vectors"))
        (folder / "current.new").symlink_to("nowhere")
        second = make(folder, ENTRIES[:1])
        assert builds(folder) == {first.name, second.name}
        assert not (folder / "current.new").is_symlink()

    def test_a_crash_in_the_first_build_leaves_no_index(self, folder: Path) -> None:
        with pytest.raises(Crash):
            build(folder, ENTRIES, Counting(), now=NOW, new_index=dying_at("after the vectors"))
        assert current_build(folder) is None
        with pytest.raises(IndexUnavailable, match="run: loket index build"):
            ids(folder)

    def test_a_model_that_goes_away_leaves_the_live_build(self, folder: Path) -> None:
        first = make(folder)
        with pytest.raises(ModelUnavailable):
            make(folder, [entry(9)], embedder=Counting(fails_after=0))
        assert current_build(folder) == first.name
        assert builds(folder) == {first.name}

    def test_a_full_disk_is_told_and_leaves_the_live_build(self, folder: Path) -> None:
        first = make(folder)
        with pytest.raises(IndexUnavailable, match="No space left"):
            build(folder, ENTRIES[:1], Counting(), now=NOW, new_index=dying_at("disk full"))
        assert current_build(folder) == first.name


class TestOpening:
    @pytest.mark.parametrize("name", ["vectors.exact", "rows.jsonl", "lexical.db"])
    def test_a_damaged_file_is_refused(self, folder: Path, name: str) -> None:
        path = folder / make(folder).name / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
        with pytest.raises(IndexUnavailable, match=rf"{name} differs .* run: loket index build"):
            ids(folder)
        assert name in status(folder).problem

    @pytest.mark.parametrize("name", ["vectors.exact", "rows.jsonl", "manifest.json"])
    def test_a_missing_file_is_refused(self, folder: Path, name: str) -> None:
        (folder / make(folder).name / name).unlink()
        with pytest.raises(IndexUnavailable, match=f"{name} can't be read"):
            ids(folder)

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff"])
    def test_a_damaged_manifest_is_refused(self, folder: Path, content: bytes) -> None:
        (folder / make(folder).name / "manifest.json").write_bytes(content)
        with pytest.raises(IndexUnavailable, match=r"manifest\.json is damaged"):
            ids(folder)

    def test_another_model_or_prefix_is_refused(self, folder: Path) -> None:
        make(folder)
        with pytest.raises(IndexMismatch, match=r"embedding\.model is .* run: loket index build"):
            ids(folder, embedder=Counting(prefix="passage: "))

    def test_a_model_that_changed_its_dimension_is_refused(self, folder: Path) -> None:
        class Renamed(HashEmbedder):
            model = Counting().model

        make(folder)
        with pytest.raises(IndexMismatch, match="64 columns, the model 32"):
            ids(folder, embedder=Renamed(32))

    def test_another_layout_or_kind_is_refused(self, folder: Path) -> None:
        path = folder / make(folder).name / "manifest.json"
        content = json.loads(path.read_text())
        path.write_text(json.dumps(content | {"index": "other"}))
        with pytest.raises(IndexMismatch, match="of kind other, expected exact"):
            ids(folder)
        path.write_text(json.dumps(content | {"format": 99}))
        with pytest.raises(IndexMismatch, match="layout 99"):
            ids(folder)


class TestGoingBack:
    def test_rollback_switches_to_the_previous_build_and_again_forward(self, folder: Path) -> None:
        first, second = make(folder), make(folder, ENTRIES[:1])
        assert rollback(folder, Counting().model) == first
        assert "entry-3" in ids(folder)
        assert rollback(folder, Counting().model) == second
        assert ids(folder) == ["entry-1"]

    def test_a_build_after_a_rollback_has_a_name_never_used(self, folder: Path) -> None:
        used = {make(folder).name, make(folder, ENTRIES[:1]).name}
        rollback(folder, Counting().model)
        assert make(folder, ENTRIES[:2]).name not in used

    def test_without_a_previous_build_it_says_so(self, folder: Path) -> None:
        with pytest.raises(IndexUnavailable, match="no index"):
            rollback(folder, Counting().model)
        first = make(folder)
        with pytest.raises(IndexUnavailable, match="no previous build"):
            rollback(folder, Counting().model)
        assert current_build(folder) == first.name

    def test_a_damaged_or_foreign_previous_build_is_not_switched_to(self, folder: Path) -> None:
        first, second = make(folder), make(folder, ENTRIES[:1])
        with pytest.raises(IndexMismatch):
            rollback(folder, "another model")
        (folder / first.name / "rows.jsonl").write_bytes(b"")
        with pytest.raises(IndexUnavailable):
            rollback(folder, Counting().model)
        assert current_build(folder) == second.name

    def test_it_helps_when_the_live_build_is_gone(self, folder: Path) -> None:
        first, second = make(folder), make(folder, ENTRIES[:1])
        os.unlink(folder / second.name / "manifest.json")
        assert rollback(folder, Counting().model) == first


class TestStatus:
    def test_tells_the_live_and_the_previous_build(self, folder: Path) -> None:
        first, second = make(folder), make(folder, ENTRIES[:1])
        found = status(folder)
        assert (found.live, found.previous, found.problem) == (second, first, "")

    def test_tells_what_to_do_without_an_index(self, folder: Path) -> None:
        found = status(folder)
        assert (found.live, found.previous) == (None, None)
        assert "run: loket index build" in found.problem
