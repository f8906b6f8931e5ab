"""A backup of the keys: whole, for the right key only, also while the bot writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.matrix.crypto.backup import back_up, restore
from bot.errors import ConfigError, LoketError

SECRET = "a long secret from the environment"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of a bot that has keys."""
    folder = tmp_path / "data"
    (folder / "crypto").mkdir(parents=True)
    (folder / "crypto" / "seeds.json").write_text('{"seeds": "secret"}')
    (folder / "matrix-session.json").write_text('{"token": "syt_secret"}')
    with closing(sqlite3.connect(folder / "crypto" / "olm.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE sessions (one INTEGER, other INTEGER)")
        database.execute("INSERT INTO sessions VALUES (0, 0)")
        database.commit()
    return folder


def rows(data: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(data / "crypto" / "olm.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return database.execute("SELECT one, other FROM sessions").fetchall()


def test_what_is_restored_is_what_was_backed_up(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "keys.backup"
    back_up(data, target, SECRET, NOW)
    assert target.stat().st_mode & 0o077 == 0
    for secret in (b"seeds", b"syt_secret", b"SQLite"):
        assert secret not in target.read_bytes()
    new = tmp_path / "new"
    found = restore(target, new, SECRET)
    assert found.made_at == NOW
    assert found.names == ("crypto/seeds.json", "crypto/olm.db", "matrix-session.json")
    assert (new / "crypto" / "seeds.json").read_text() == '{"seeds": "secret"}'
    assert (new / "matrix-session.json").read_text() == '{"token": "syt_secret"}'
    assert rows(new) == [(0, 0)]
    for name in found.names:
        assert (new / name).stat().st_mode & 0o077 == 0
    assert not list(new.rglob("*.new"))


def test_with_a_token_from_the_environment_there_is_no_log_in_to_keep(
    data: Path, tmp_path: Path
) -> None:
    (data / "matrix-session.json").unlink()
    made = back_up(data, tmp_path / "keys", SECRET, NOW)
    assert made.names == ("crypto/seeds.json", "crypto/olm.db")
    assert restore(tmp_path / "keys", tmp_path / "new", SECRET).names == made.names


def test_a_backup_is_replaced_and_anything_else_is_not(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "keys"
    back_up(data, target, SECRET, NOW)
    before = target.read_bytes()
    back_up(data, target, SECRET, NOW)
    assert target.read_bytes() != before  # Another salt.
    other = tmp_path / "letter.txt"
    other.write_text("dear all")
    with pytest.raises(LoketError, match="something else than a backup"):
        back_up(data, other, SECRET, NOW)
    assert other.read_text() == "dear all"


@pytest.mark.parametrize("missing", ["seeds.json", "olm.db"])
def test_there_must_be_keys(data: Path, tmp_path: Path, missing: str) -> None:
    (data / "crypto" / missing).unlink()
    with pytest.raises(LoketError, match=f"{missing}: is not there yet"):
        back_up(data, tmp_path / "keys", SECRET, NOW)
    assert not (tmp_path / "keys").exists()
    assert not (data / "crypto" / missing).exists()


def test_a_database_that_is_none_is_told(data: Path, tmp_path: Path) -> None:
    (data / "crypto" / "olm.db").write_bytes(b"no database" * 1000)
    with pytest.raises(LoketError, match=r"olm\.db: can't be read"):
        back_up(data, tmp_path / "keys", SECRET, NOW)


def test_a_folder_that_is_not_there_is_made(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "far" / "away" / "keys", SECRET, NOW)
    assert restore(tmp_path / "far" / "away" / "keys", tmp_path / "new", SECRET).made_at == NOW


def test_another_secret_is_refused_and_changes_nothing(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "keys", SECRET, NOW)
    with pytest.raises(ConfigError, match="LOKET_CRYPTO_KEY: is not the one that"):
        restore(tmp_path / "keys", tmp_path / "new", SECRET + "x")
    assert not (tmp_path / "new").exists()


def test_what_is_there_is_replaced_only_by_force(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "keys", SECRET, NOW)
    seeds = data / "crypto" / "seeds.json"
    seeds.write_text("newer")
    with pytest.raises(LoketError, match=r"seeds\.json.*--force"):
        restore(tmp_path / "keys", data, SECRET)
    assert seeds.read_text() == "newer"
    restore(tmp_path / "keys", data, SECRET, force=True)
    assert seeds.read_text() == '{"seeds": "secret"}'


def test_left_overs_of_the_old_database_do_not_get_into_the_new_one(
    data: Path, tmp_path: Path
) -> None:
    back_up(data, tmp_path / "keys", SECRET, NOW)
    database = data / "crypto" / "olm.db"
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("INSERT INTO sessions VALUES (7, 7)")
        writer.commit()
        # As a killed bot leaves it: what was written is in the log only.
        log = (data / "crypto" / "olm.db-wal").read_bytes()
    (data / "crypto" / "olm.db-wal").write_bytes(log)
    restore(tmp_path / "keys", data, SECRET, force=True)
    assert rows(data) == [(0, 0)]


def test_damage_is_told_wherever_it_is(data: Path, tmp_path: Path) -> None:
    source = tmp_path / "keys"
    back_up(data, source, SECRET, NOW)
    sound = source.read_bytes()
    places = [0, 5, 22, 30, 40, 54, 60, len(sound) // 2, len(sound) - 1]
    for place in places:
        source.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(LoketError):
            restore(source, tmp_path / "new", SECRET)
    for length in (0, 10, 22, 60, len(sound) - 1):
        source.write_bytes(sound[:length])
        with pytest.raises(LoketError):
            restore(source, tmp_path / "new", SECRET)
    source.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    with pytest.raises(LoketError, match="is damaged; nothing was changed"):
        restore(source, tmp_path / "new", SECRET)
    assert not (tmp_path / "new").exists()
    with pytest.raises(LoketError, match="No such file"):
        restore(tmp_path / "nothing", tmp_path / "new", SECRET)


@contextmanager
def written_to(path: Path) -> Iterator[threading.Event]:
    """Writes pairs of equal numbers, each pair in two statements of one transaction."""
    enough, begun = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30)) as database:
            number = 0
            while not enough.is_set():
                number += 1
                database.execute("INSERT INTO sessions VALUES (?, 0)", (number,))
                database.execute("UPDATE sessions SET other = one WHERE one = ?", (number,))
                database.commit()
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield begun
    finally:
        enough.set()
        writer.join()


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_it_is_consistent_while_the_bot_writes(data: Path, tmp_path: Path, mode: str) -> None:
    with closing(sqlite3.connect(data / "crypto" / "olm.db")) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
    sizes = []
    with written_to(data / "crypto" / "olm.db") as begun:
        assert begun.wait(10)
        for number in range(3):
            back_up(data, tmp_path / f"keys{number}", SECRET, NOW)
    for number in range(3):
        restore(tmp_path / f"keys{number}", tmp_path / f"new{number}", SECRET)
        found = rows(tmp_path / f"new{number}")
        assert all(one == other for one, other in found)
        sizes.append(len(found))
    assert sizes == sorted(sizes)
    assert 1 < sizes[0] < sizes[-1]
