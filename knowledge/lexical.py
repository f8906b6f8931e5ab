"""Shared words: BM25 over the wordings, by SQLite's full-text search (FTS5).

A model that knows the sense of a sentence blurs names and numbers ("formulier 36b"); words
find those. The gain is small: on the four sets of real questions that Loket was tuned with, 0.05
of this beside the cosine changes recall at 1 by -0.01 to +0.05.
"""

from __future__ import annotations

import math
import re
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
ENOUGH = 0.75
"""The share of a question's weight in words from which a match counts in full.

Divided by the best match alone, a question of which only "can I" is known would give some
wording the full 1. Chosen by trial on the four sets of real questions that Loket was tuned with:
recall at 1 of the Estonian one goes from 0.69 to 0.75, the others change by three questions at
most, and anything from 0.5 to 0.9 does about the same.
"""


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
        """The wordings that share a word with the question.

        Args:
            question: Any text; nothing in it is taken as an operator.
            k: How many wordings at most, best first.

        Returns:
            Wording id → BM25, above 0 to 1. It is divided by the highest of this search, or
            by ``ENOUGH`` of the weight of all words of the question where that is more.
        """
        words = [f'"{word}"' for word in _words(question)]
        if not words:
            return {}
        with self._lock:
            found = self._connection.execute(
                "SELECT id, -bm25(words) AS score FROM words"
                " JOIN wordings ON wordings.rowid = words.rowid"
                " WHERE words MATCH ? ORDER BY score DESC, id LIMIT ?",
                (" OR ".join(words), k),
            ).fetchall()
            weight = sum(map(self._weight, words))
        if not found:
            return {}
        full = max(found[0][1], ENOUGH * weight)
        return {wording: score / full for wording, score in found}

    def _weight(self, word: str) -> float:
        """The inverse document frequency, as Lucene's BM25 has it: above 0 even for "the"."""
        ((having,),) = self._connection.execute(
            "SELECT count(*) FROM words WHERE words MATCH ?", (word,)
        )
        return math.log(1 + (self._size - having + 0.5) / (having + 0.5))

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._connection.close()


def write_lexical(path: Path, wordings: Iterable[tuple[str, str]]) -> None:
    """Writes the (wording id, text) pairs to a new file."""
    connection = sqlite3.connect(path)
    try:
        # One file without a journal beside it: what is unfinished is thrown away whole.
        connection.execute("PRAGMA journal_mode = OFF")
        _fill(connection, wordings)
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, wordings: Iterable[tuple[str, str]]) -> None:
    connection.execute("CREATE TABLE wordings (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL)")
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5"
        " (text, content='', tokenize='unicode61 remove_diacritics 2')"
    )
    for row, (wording, text) in enumerate(wordings, start=1):
        connection.execute("INSERT INTO wordings VALUES (?, ?)", (row, wording))
        connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row, text))
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.commit()


def _words(text: str) -> list[str]:
    """The different words, split where FTS5 splits them; letters and digits only."""
    plain = unicodedata.normalize("NFC", text[:MAX_CHARACTERS]).lower()
    return list(dict.fromkeys(WORD.findall(plain)))[:MAX_WORDS]
