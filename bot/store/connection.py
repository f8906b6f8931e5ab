"""One SQLite file, opened and used in one thread of its own.

Rules:

- A connection may not change threads, so all work goes through ``Connection``, one piece after
  the other.
- Writing begins with ``BEGIN IMMEDIATE``: what a transaction reads can't be changed by another
  process before it writes.
- What is erased is overwritten (``secure_delete``); ``Connection.wipe`` empties the log in
  which older pages linger.
- A caller that is cancelled doesn't stop a transaction; it ends whole in its thread.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from bot.errors import StoreUnavailable

T = TypeVar("T")

_ADVICE = {
    sqlite3.SQLITE_BUSY: "is locked by another program; stop that one, then start Loket again",
    sqlite3.SQLITE_CANTOPEN: "can't be opened; check who owns the folder and the file",
    sqlite3.SQLITE_CORRUPT: "is damaged; move it away and restore a backup",
    sqlite3.SQLITE_FULL: "can't grow, the disk is full; make room, then start Loket again",
    sqlite3.SQLITE_IOERR: "can't be read or written; check the disk and the room left on it",
    sqlite3.SQLITE_NOTADB: "is not a database; move it away or restore a backup",
    sqlite3.SQLITE_PERM: "may not be written; check who owns the folder and the file",
    sqlite3.SQLITE_READONLY: "is read-only; check who owns the folder and the file",
}


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """A transaction that holds the right to write from its start; undone by any exception."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.commit()
    finally:
        db.rollback()  # Does nothing after a commit.


class Connection:
    """A database and its thread. Made by ``Connection.open``."""

    def __init__(self, path: Path, busy: float) -> None:
        self._path = path
        self._busy = int(busy * 1000)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._db: Database

    @classmethod
    async def open(
        cls, path: Path, prepare: Callable[[Database], None], *, busy: float
    ) -> Connection:
        """Opens the file, made with its folder where there is none, for the owner only.

        Args:
            path: The database's file.
            prepare: Called once with the open database, outside a transaction.
            busy: How long to wait for another process that writes, in seconds.

        Raises:
            StoreUnavailable: The file can't be used; the text says what to do.
        """
        connection = cls(path, busy)
        try:
            await connection._run(lambda: connection._open(prepare))
        except BaseException:
            connection._thread.shutdown(wait=False)
            raise
        return connection

    async def read(self, work: Callable[[Database], T]) -> T:
        """What ``work`` gives, from one state of the database."""

        def reading() -> T:
            with self._db.atomic() as db:
                return work(db)

        return await self._run(reading)

    async def write(self, work: Callable[[Database], T]) -> T:
        """What ``work`` gives; all it wrote is on disk, or nothing after an exception."""

        def write() -> T:
            with writing(self._db):
                return work(self._db)

        return await self._run(write)

    async def wipe(self) -> None:
        """Empties the log, unless another process uses it just now."""

        def checkpoint() -> None:
            # Without patience: the next time is soon enough, and others wait for this thread.
            self._db.execute("PRAGMA busy_timeout = 0")
            try:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._db.execute(f"PRAGMA busy_timeout = {self._busy}")

        await self._run(checkpoint)

    async def close(self) -> None:
        """Ends the connection, then its thread."""
        try:
            await self._run(self._db.close)
        finally:
            self._thread.shutdown(wait=False)

    def _open(self, prepare: Callable[[Database], None]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made before SQLite does, so that at no moment others may read it; SQLite gives its
        # log the same mode. A file that is there is not opened here: closing it would drop
        # the locks of another connection in this process.
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        mode = self._path.stat().st_mode
        if mode & 0o077:
            self._path.chmod(mode & 0o700)
        # SQLite opens such a file without a word, and fails at the first change only.
        if not os.access(self._path, os.W_OK):
            raise self._unavailable(sqlite3.SQLITE_READONLY)
        self._db = db = Database(self._path, execute_plugins=False)
        try:
            db.execute(f"PRAGMA busy_timeout = {self._busy}")
            db.enable_wal()
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise self._unavailable(sqlite3.SQLITE_CORRUPT)
            prepare(db)
        except BaseException:
            db.close()
            raise

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            future = self._thread.submit(self._translated, work)
        except RuntimeError:  # The thread has ended.
            raise StoreUnavailable(f"{self._path}: was closed; start Loket again") from None
        return await asyncio.wrap_future(future)

    def _translated(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # A mistake in Loket; the file is well.
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is None:
                # Raised by Python for a text that is not UTF-8; its words quote that text.
                raise self._unavailable(sqlite3.SQLITE_CORRUPT) from None
            raise self._unavailable(code) from error
        except OSError as error:
            raise StoreUnavailable(
                f"{self._path}: {error.strerror}; check data_dir, its owner and its disk"
            ) from error

    def _unavailable(self, code: int) -> StoreUnavailable:
        # The low byte is the kind of error, the rest its details.
        advice = _ADVICE.get(code & 0xFF, f"can't be used (SQLite error {code})")
        return StoreUnavailable(f"{self._path}: {advice}")
