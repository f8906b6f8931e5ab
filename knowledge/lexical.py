"""Shared words and parts of words: BM25, by SQLite's full-text search (FTS5).

A model that knows the sense of a sentence blurs names and numbers ("formulier 36b"); words
find those. Runs of three letters find them in spite of typing errors, endings and Dutch
compounds ("zorgtoeslagaanvraag"). Each counts for a half.
"""

from __future__ import annotations

import math
import re
import shutil
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from knowledge.errors import IndexUnavailable

WORD = re.compile(r"[^\W_]+")
MAX_CHARACTERS = 4000
"""How much of a question is looked at; what people ask stands in its first sentences."""
MAX_WORDS = 32
"""How many different words are searched; each costs a look into the index."""
MAX_TRIGRAMS = 96
"""How many different runs of three letters are searched."""
ENOUGH = 0.75
"""The share of a question's weight in words from which a match counts in full.

Divided by the best match alone, a question of which only "can I" is known would give some
wording the full 1. Chosen by trial on the four sets of real questions that Loket was tuned with:
recall at 1 of the Estonian one goes from 0.69 to 0.75, the others change by three questions at
most, and anything from 0.5 to 0.9 does about the same.
"""

_TABLES = {
    "words": "unicode61 remove_diacritics 2",
    "trigrams": "trigram",
}
"""Table → FTS5's tokenizer."""


class LexicalIndex:
    """Finds wordings by the words they share with a question."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        ((self._size,),) = connection.execute("SELECT count(*) FROM wordings")

    @classmethod
    def open(cls, path: Path) -> LexicalIndex:
        """Opens a file written by ``write_lexical``, for reading only.

        Raises:
            IndexUnavailable: The file is missing or is no such index.
        """
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise IndexUnavailable(f"{path} can't be opened: {error}") from error
        try:
            return cls(connection)
        except sqlite3.Error as error:
            connection.close()
            raise IndexUnavailable(f"{path} is no lexical index: {error}") from error

    @classmethod
    def in_memory(cls, wordings: Iterable[tuple[str, str]]) -> LexicalIndex:
        """Holds these (wording id, text) pairs, for as long as it is open."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(connection, wordings)
        return cls(connection)

    def search(self, question: str, k: int) -> dict[str, float]:
        """The wordings that share words or parts of words with the question.

        Args:
            question: Any text; nothing in it is taken as an operator.
            k: How many wordings at most by words, and by parts, best first.

        Returns:
            Wording id → mean of the BM25 over words and the one over runs of three letters,
            above 0 to 1. Each is divided by the highest of this search, or by ``ENOUGH`` of
            the weight of all that was searched where that is more.
        """
        words = _words(question)
        parts = list(
            dict.fromkeys(word[at : at + 3] for word in words for at in range(len(word) - 2))
        )
        found: dict[str, float] = {}
        with self._lock:
            for table, terms in (("words", words), ("trigrams", parts[:MAX_TRIGRAMS])):
                for wording, score in self._search(table, terms, k):
                    found[wording] = found.get(wording, 0.0) + score / len(_TABLES)
        return found

    def _search(self, table: str, terms: list[str], k: int) -> list[tuple[str, float]]:
        if not terms:
            return []
        quoted = [f'"{term}"' for term in terms]
        rows = self._connection.execute(
            f"SELECT id, -bm25({table}) AS score FROM {table}"
            f" JOIN wordings ON wordings.rowid = {table}.rowid"
            f" WHERE {table} MATCH ? ORDER BY score DESC, id LIMIT ?",
            (" OR ".join(quoted), k),
        ).fetchall()
        if not rows:
            return []
        weight = sum(self._weight(table, term) for term in quoted)
        full = max(rows[0][1], ENOUGH * weight)
        return [(wording, score / full) for wording, score in rows]

    def _weight(self, table: str, term: str) -> float:
        """The inverse document frequency, as Lucene's BM25 has it: above 0 even for "the"."""
        ((having,),) = self._connection.execute(
            f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", (term,)
        )
        return math.log(1 + (self._size - having + 0.5) / (having + 0.5))

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._connection.close()


def write_lexical(path: Path, wordings: Iterable[tuple[str, str]], old: Path | None = None) -> None:
    """Writes the (wording id, text) pairs to a new file.

    Args:
        path: The file.
        wordings: All of them; ids are distinct.
        old: A sound file that this function wrote: only what differs from it is done anew. What
            is found is the same either way.
    """
    if old is not None and _keeps_texts(old):
        shutil.copyfile(old, path)
        change = _change
    else:
        change = _fill
    connection = sqlite3.connect(path)
    try:
        # One file without a journal beside it: what is unfinished is thrown away whole.
        connection.execute("PRAGMA journal_mode = OFF")
        change(connection, wordings)
    finally:
        connection.close()


def _keeps_texts(path: Path) -> bool:
    """Whether it was written since texts are kept, without which none can be taken out."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        columns = connection.execute("SELECT name FROM pragma_table_info('wordings')").fetchall()
    finally:
        connection.close()
    return ("text",) in columns


def _fill(connection: sqlite3.Connection, wordings: Iterable[tuple[str, str]]) -> None:
    connection.execute(
        "CREATE TABLE wordings (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL)"
    )
    for table, tokenizer in _TABLES.items():
        connection.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5 (text, content='', tokenize='{tokenizer}')"
        )
    _add(connection, wordings, 1)
    for table in _TABLES:
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    connection.commit()


def _change(connection: sqlite3.Connection, wordings: Iterable[tuple[str, str]]) -> None:
    new = dict(wordings)
    held = connection.execute("SELECT rowid, id, text FROM wordings").fetchall()
    last = max((row for row, _, _ in held), default=0)
    for row, wording, text in held:
        if new.get(wording) == text:
            del new[wording]
            continue
        connection.execute("DELETE FROM wordings WHERE rowid = ?", (row,))
        for table in _TABLES:
            connection.execute(
                f"INSERT INTO {table} ({table}, rowid, text) VALUES ('delete', ?, ?)", (row, text)
            )
    _add(connection, new.items(), last + 1)
    connection.commit()


def _add(connection: sqlite3.Connection, wordings: Iterable[tuple[str, str]], first: int) -> None:
    for row, (wording, text) in enumerate(wordings, first):
        connection.execute("INSERT INTO wordings VALUES (?, ?, ?)", (row, wording, text))
        for table in _TABLES:
            connection.execute(f"INSERT INTO {table} (rowid, text) VALUES (?, ?)", (row, text))


def _words(text: str) -> list[str]:
    """The different words, split where FTS5 splits them; letters and digits only."""
    plain = unicodedata.normalize("NFC", text[:MAX_CHARACTERS]).lower()
    return list(dict.fromkeys(WORD.findall(plain)))[:MAX_WORDS]
