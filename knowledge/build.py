"""From entries to an index, beside the live one; the switch is one rename.

Whatever happens in between, the live build is one whose files and manifest were on disk before
the rename; see ``knowledge.builds`` for the folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from knowledge.builds import current_build, next_name, only_builder, sweep, switch, sync
from knowledge.centring import Centres, centres
from knowledge.entry import Entry
from knowledge.errors import IndexMismatch, IndexUnavailable
from knowledge.faiss_index import FaissIndex
from knowledge.lexical import LexicalIndex, write_lexical
from knowledge.manifest import (
    REBUILD,
    Manifest,
    check_files,
    check_model,
    checksum,
    read_manifest,
    versions,
    write_manifest,
)
from knowledge.ports import Embedder, Index, Vectors
from knowledge.search import Known, Searcher, known, parse_wording_id, wordings

LEXICAL = "lexical.db"
ROWS = "rows.jsonl"
CHUNK = 64
"""How many texts are embedded at once: between two chunks a question may take its turn."""

NewIndex = Callable[[], Index]
"""Makes an empty index."""
Progress = Callable[[int, int], None]
"""Told how many entries are embedded, of how many that need it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedIndex:
    """A build in memory.

    Attributes:
        manifest: What is written down about it.
        index: Its vectors, by wording id.
        lexical: Its words, by wording id.
        entries: What it knows about each entry, by its id.
        middle: Of the vectors.
    """

    manifest: Manifest
    index: Index
    lexical: LexicalIndex
    entries: dict[str, Known]
    middle: Centres

    def close(self) -> None:
        """Lets go of its files."""
        self.lexical.close()


@dataclass(frozen=True, slots=True)
class _Row:
    wording: str
    knowledge: str
    lang: str
    text_hash: str


def build(
    folder: Path,
    entries: Sequence[Entry],
    embedder: Embedder,
    *,
    now: datetime,
    full: bool = False,
    progress: Progress | None = None,
    new_index: NewIndex = FaissIndex,
) -> Manifest:
    """Builds an index of exactly these entries and makes it the live one.

    Only wordings that the live index does not hold are embedded. Where it holds these very
    entries already, and is sound, nothing is built. The previous build is kept, older ones are
    deleted.

    Args:
        folder: Where the builds stand; made when missing.
        entries: With distinct ids.
        embedder: Embeds the wordings.
        now: When this is; aware, UTC.
        full: Embeds every wording again, and builds even if nothing changed.
        progress: Called before the first and after each chunk of texts, in entries.
        new_index: Makes the index that is filled and written.

    Returns:
        The manifest of the build that is live now.

    Raises:
        IndexBusy: Another build is running.
        IndexUnavailable: The folder can't be written; what was live still is.
        ModelUnavailable: The model can't be loaded; what was live still is.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with only_builder(folder):
            ordered = sorted(entries, key=lambda entry: entry.id)
            held = versions(ordered)
            live = current_build(folder)
            sweep(folder, {live})
            if live and not full and (same := _same(folder / live, held, embedder, new_index)):
                return same
            before = None if full or not live else _before(folder / live, embedder, new_index)
            rows = _rows(ordered)
            vectors, embedded = _embedded(ordered, rows, before, embedder, progress)
            name = next_name(folder, now)
            index = new_index()
            old = folder / live / LEXICAL if live and before else None
            files = _write(folder / name, ordered, rows, vectors, index, old)
            manifest = Manifest(
                name=name,
                model=embedder.model,
                dimension=vectors.shape[1],
                index=index.kind,
                built_at=now,
                previous=live,
                count=len(vectors),
                entries=held,
                files=files,
            )
            sync(write_manifest(folder / name, manifest))
            sync(folder / name)
            switch(folder, name)
            sweep(folder, {name, live}, finished=True)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise IndexUnavailable(f"the index can't be written to {folder}: {reason}") from error
    fields = {"build": name, "wordings": manifest.count, "embedded": embedded}
    log.info("index_built", extra=fields)
    return manifest


def open_index(folder: Path, embedder: Embedder, new_index: NewIndex = FaissIndex) -> LoadedIndex:
    """Loads the live build once its files agree with its manifest.

    Raises:
        IndexUnavailable: There is none, or it is damaged; the text says what to do.
        IndexMismatch: It was built with another model or layout; likewise.
        ModelUnavailable: The model that the configuration names can't be loaded.
    """
    name = current_build(folder)
    if name is None:
        raise IndexUnavailable(f"there is no index in {folder}; {REBUILD}")
    return _load(folder / name, embedder, new_index)


@contextmanager
def in_memory(
    entries: Sequence[Entry], embedder: Embedder, weight: float, new_index: NewIndex = FaissIndex
) -> Iterator[Searcher]:
    """Searches these entries, with nothing on disk; for measuring.

    Raises:
        ModelUnavailable: The model can't be loaded.
    """
    texts = wordings(entries)
    index = new_index()
    vectors = embedder.embed([text for _, text in texts])
    index.replace([wording for wording, _ in texts], vectors)
    lexical = LexicalIndex.in_memory(texts)
    langs = [entry.lang for entry in entries for _ in entry.wordings]
    middle = centres(vectors, langs)
    try:
        yield Searcher(embedder, index, lexical, known(entries), weight, middle)
    finally:
        lexical.close()


@dataclass(frozen=True, slots=True)
class _Read:
    """A build as it stands in its files: a row of ``vectors`` for each of ``rows``."""

    manifest: Manifest
    index: Index
    rows: list[_Row]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class _Before:
    """What needs no embedding: a row of ``vectors`` for the text of each hash."""

    hashes: list[str]
    vectors: Vectors


def _load(path: Path, embedder: Embedder, new_index: NewIndex) -> LoadedIndex:
    read = _read(path, embedder, new_index)
    entries = {
        parse_wording_id(row.wording)[0]: Known(row.knowledge, row.lang) for row in read.rows
    }
    middle = centres(read.vectors, [row.lang for row in read.rows])
    lexical = LexicalIndex.open(path / LEXICAL)
    return LoadedIndex(read.manifest, read.index, lexical, entries, middle)


def _read(path: Path, embedder: Embedder, new_index: NewIndex) -> _Read:
    manifest = read_manifest(path)
    check_model(manifest, embedder.model)
    index = new_index()
    if manifest.index != index.kind:
        text = f"the index is of kind {manifest.index}, expected {index.kind}; {REBUILD}"
        raise IndexMismatch(text)
    if manifest.dimension != embedder.dimension:
        text = f"the index has {manifest.dimension} columns, the model {embedder.dimension}"
        raise IndexMismatch(f"{text}; {REBUILD}")
    check_files(path, manifest)
    rows = _read_rows(path / ROWS)
    index.read(path / _vectors_file(index), [row.wording for row in rows])
    return _Read(manifest, index, rows, _all_vectors(index, rows, manifest.dimension))


def _same(
    path: Path, held: Mapping[str, tuple[int, str]], embedder: Embedder, new_index: NewIndex
) -> Manifest | None:
    """The build's manifest, if building again would give the same."""
    try:
        manifest = read_manifest(path)
        check_model(manifest, embedder.model)
        # Last, since it reads every file: mostly there is something new.
        if manifest.index != new_index().kind or manifest.entries != held:
            return None
        check_files(path, manifest)
    except IndexUnavailable:
        return None
    return manifest


def _before(path: Path, embedder: Embedder, new_index: NewIndex) -> _Before | None:
    """What a build holds; None, if it can't be used."""
    try:
        read = _read(path, embedder, new_index)
    except IndexUnavailable:
        return None
    return _Before([row.text_hash for row in read.rows], read.vectors)


def by_length(texts: Sequence[str]) -> list[str]:
    """Longest first, so that texts in one chunk are padded to about their own length."""
    return sorted(texts, key=len, reverse=True)


def _all_vectors(index: Index, rows: Sequence[_Row], dimension: int) -> Vectors:
    if not rows:
        return np.empty((0, dimension), dtype=np.float32)
    return index.vectors([row.wording for row in rows])


def _rows(entries: list[Entry]) -> list[_Row]:
    about = known(entries)
    return [
        _Row(wording, about[id_].knowledge, about[id_].lang, _hash(text))
        for wording, text in wordings(entries)
        for id_ in (parse_wording_id(wording)[0],)
    ]


def _embedded(
    entries: list[Entry],
    rows: list[_Row],
    before: _Before | None,
    embedder: Embedder,
    progress: Progress | None,
) -> tuple[Vectors, int]:
    """One vector for each row, and how many texts had to be embedded."""
    places = {hash_: place for place, hash_ in enumerate(before.hashes)} if before else {}
    missing = [number for number, row in enumerate(rows) if row.text_hash not in places]
    changed = len({parse_wording_id(rows[number].wording)[0] for number in missing})
    if progress:
        progress(0, changed)
    if not rows:
        return np.empty((0, embedder.dimension), dtype=np.float32), 0
    texts = [text for entry in entries for text in entry.wordings]
    new = by_length(list(dict.fromkeys(texts[number] for number in missing)))
    found: dict[str, Vectors] = {}
    for start in range(0, len(new), CHUNK):
        chunk = new[start : start + CHUNK]
        found |= zip(chunk, embedder.embed(chunk), strict=True)
        if progress:
            # Texts come by length and not by entry: as many entries as texts, in proportion.
            progress(changed * (start + len(chunk)) // len(new), changed)
    if before and len(before.vectors):
        vectors = before.vectors[[places.get(row.text_hash, 0) for row in rows]]
    else:
        vectors = np.empty((len(rows), embedder.dimension), dtype=np.float32)
    for number in missing:
        vectors[number] = found[texts[number]]
    return vectors, len(new)


def _write(
    path: Path,
    entries: list[Entry],
    rows: list[_Row],
    vectors: Vectors,
    index: Index,
    old: Path | None,
) -> dict[str, str]:
    """Writes everything but the manifest; gives each file's checksum.

    Args:
        path: The build's folder, which is not there yet.
        entries, rows, vectors: What it holds.
        index: Takes the vectors.
        old: The words of the build before, which differ little; None: there are none.
    """
    path.mkdir()
    index.replace([row.wording for row in rows], vectors)
    index.write(path / _vectors_file(index))
    write_lexical(path / LEXICAL, wordings(entries), old)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    with (path / ROWS).open("w", encoding="utf-8") as file:
        file.writelines(
            f"{encode([row.wording, row.knowledge, row.lang, row.text_hash])}\n" for row in rows
        )
    files = (_vectors_file(index), ROWS, LEXICAL)
    for name in files:
        sync(path / name)
    return {name: checksum(path / name) for name in files}


def _read_rows(path: Path) -> list[_Row]:
    with path.open(encoding="utf-8") as file:
        return [_Row(*json.loads(line)) for line in file]


def _vectors_file(index: Index) -> str:
    return f"vectors.{index.kind}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
