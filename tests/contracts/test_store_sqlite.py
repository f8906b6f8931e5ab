"""What the store in a file promises beyond the port: nothing is lost, nothing told."""

# ruff: noqa: ASYNC240 (a test may look at a small file while nothing else runs on its loop)

from __future__ import annotations

import asyncio
import itertools
import json
import os
import resource
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.aftercare import Flag, Renewal, Review, Tally
from bot.authorship import Draft, Rewrite, Tie
from bot.cases import Case, Status
from bot.deeds import Deed, Track, What
from bot.errors import HandleAgain, StoreUnavailable
from bot.holding import Published
from bot.messages import Kind, Message, MessageRef, Outgoing, Shows, key_for
from bot.outcome import Follower, Given, Note, Outcome, Promise, Reaction, Revision
from bot.store import migrations
from bot.store.sqlite import SqliteStore
from bot.store.steps import STEPS, helping, recalling, serving
from knowledge.change import Change
from knowledge.entry import ENTRY_ID, Entry
from tests.contracts.examples import ASKER, NOW, case, entry, message, outgoing, ref
from tests.fakes import FakeClock

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "data" / "loket.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(path)
    yield opened
    await opened.close()


async def open_store(path: Path, busy: float = 5.0) -> SqliteStore:
    return await SqliteStore.open(path, clock=FakeClock(), busy=busy)


def sql(path: Path, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Runs one statement beside the store, as another program would."""
    with closing(sqlite3.connect(path)) as other, other:
        return other.execute(statement, values).fetchall()


def refusal(error: StoreUnavailable, path: Path) -> str:
    """The error's text, once it is sure to be one line that names the file."""
    text = str(error)
    assert "\n" not in text
    assert text.startswith(f"{path}: ")
    return text


# The file


async def test_file_and_folder_are_made_for_the_owner_only(store: SqliteStore, path: Path) -> None:
    await store.receive("matrix", [message()], "s1")
    modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == {"loket.db": 0o600, "loket.db-wal": 0o600, "loket.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_file_that_others_may_read_is_closed_to_them(path: Path) -> None:
    await (await open_store(path)).close()
    path.chmod(0o644)
    await (await open_store(path)).close()
    assert path.stat().st_mode & 0o777 == 0o600


async def test_everything_is_there_after_each_restart(path: Path) -> None:
    store = await open_store(path)
    asker = (await store.enroll("matrix", [ASKER]))[ASKER]

    async def restart() -> None:
        nonlocal store
        await store.close()
        store = await open_store(path)

    await restart()
    await store.receive("matrix", [message("$1"), message("$2")], "s1")
    await store.publish([entry()], "files")
    await restart()
    assert await store.position("matrix") == "s1"
    assert await store.unhandled(NOW, 10) == [
        message("$1", sender=asker),
        message("$2", sender=asker),
    ]
    await store.put_off(ref("$2"), NOW)
    briefing = outgoing("loket2", room="!desk", mentions=(asker,))
    note = Note(ref("$n", "!desk"), 1, asker, "Bring a photo.")
    new = case(asker, desk_thread="loket2")
    await store.commit(
        Outcome("new", handled=ref(), case=new, note=note, outgoing=(outgoing(), briefing))
    )
    await restart()
    assert await store.put_off(ref("$2"), NOW) == 2
    assert await store.case(1) == replace(new, version=1)
    assert await store.note(ref("$n", "!desk")) == note
    assert await store.unsent(10) == [outgoing(), replace(briefing, mentions=(ASKER,))]
    await store.sent("loket2", "$b")
    await store.commit(Outcome("vetted", entry=entry(answer="Online.")))
    await restart()
    assert await store.unsent(10) == [outgoing()]
    assert await store.case_in_thread("matrix", "!desk", "$b") == replace(new, version=1)
    assert await store.entries() == [entry(answer="Online.", version=2)]
    assert await store.publish([entry()], "files") == Published(0, 0, 1, 0)
    await store.withdraw(["passport"])
    await restart()
    assert await store.entries() == []
    assert (await store.enroll("matrix", [ASKER]))[ASKER] == asker
    await store.close()


async def test_every_version_is_kept_with_its_origin_and_time(
    store: SqliteStore, path: Path
) -> None:
    await store.publish([entry()], "files")
    await store.commit(Outcome("vetted", entry=entry(answer="Online.")))
    await store.withdraw(["passport"])
    kept = sql(path, "SELECT version, answer, origin, published_at FROM entry_versions")
    at = "2026-01-05T09:00:00.000000+00:00"
    assert kept == [(1, entry().answer, "files", at), (2, "Online.", "desk", at)]


async def test_who_got_which_version_where_is_kept(store: SqliteStore, path: Path) -> None:
    asker = (await store.enroll("matrix", [ASKER]))[ASKER]
    await store.publish([entry()], "files")
    answered = Given(asker, "passport", 1, "loket1")
    await store.commit(Outcome("answered", given=answered, outgoing=(outgoing(),)))
    kept = sql(path, "SELECT asker, entry_id, version, room FROM given JOIN outbox USING (key)")
    assert kept == [(asker, "passport", 1, "!welcome")]


async def test_the_reason_of_what_was_never_said_is_kept(store: SqliteStore, path: Path) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing(),)))
    await store.undeliverable("loket1", "the room is gone")
    assert sql(path, "SELECT text, undeliverable FROM outbox") == [
        (outgoing().text, "the room is gone")
    ]


async def test_an_outcome_about_somebody_unknown_writes_nothing(store: SqliteStore) -> None:
    await store.receive("matrix", [message()], "s1")
    with pytest.raises(sqlite3.IntegrityError):
        await store.commit(Outcome("?", ref(), case("nobody"), outgoing=(outgoing(),)))
    assert len(await store.unhandled(NOW, 10)) == 1
    assert await store.unsent(10) == []
    assert await store.case(1) is None


async def test_half_characters_do_not_stop_the_messages_after_them(store: SqliteStore) -> None:
    """JSON may carry them; UTF-8, and so the file, can't."""
    broken = message("$\ud800", text="a\ud83d b\ude00 \ud83d\ude00", sender="@\udfff:x")
    await store.receive("matrix", [broken, message("$2")], "s1")
    await store.receive("matrix", [broken], "s2")
    first, second = await store.unhandled(NOW, 10)
    assert (first.ref.event, first.text) == ("$\ufffd", "a\ufffd b\ufffd 😀")
    assert second.ref == ref("$2")


# What it does not tell


async def test_user_ids_stand_in_the_table_of_persons_only(store: SqliteStore, path: Path) -> None:
    keys = await store.enroll("matrix", ["@vera:secret", "@omar:secret"])
    await store.receive("matrix", [message(sender="@ada:secret")], "s1")
    await store.receive("matrix", [message("$2"), message("$3")], "s1")
    asker = (await store.unhandled(NOW, 1))[0].sender
    await store.publish([entry()], "files")
    await store.commit(
        Outcome(
            "all of it",
            handled=ref(),
            case=case(asker, claimed_by=keys["@vera:secret"], desk_thread="loket1"),
            given=Given(asker, "passport", 1, "loket1"),
            note=Note(ref("$n"), 1, keys["@omar:secret"], "words"),
            reaction=Reaction(ref("$r"), ref("$desk"), "👍", "loket2"),
            followers=(Follower(1, keys["@omar:secret"], ref("$m"), "$1", "en"),),
            cases=(case(asker, 2, asked=ref("$2"), status=Status.ANSWERED),),
            promise=Promise(1, NOW),
            deeds=(Deed(keys["@vera:secret"], What.THANKED, 1, asker, ref("$r")),),
            tally=Tally("passport", 1, withdrawn=False, told=1, unreachable=0, waiting=0),
            review=Review("loket1", "passport", NOW.date()),
            entry=entry("visa"),
            apart=("passport",),
            renewal=Renewal("passport", "visa", 1),
            flag=Flag(1, "passport", 1),
            outgoing=(outgoing(mentions=tuple(keys.values()), shows=(Shows("case 1", "abc"),)),),
        )
    )
    key = key_for(ref("$2"), "answer")
    await store.commit(
        Outcome(
            "answered",
            ref("$2"),
            given=Given(asker, "passport", 1, key),
            outgoing=(outgoing(key),),
        )
    )
    moved = ref("$tomb", room="!market")
    await store.receive("matrix", [message("$tomb", ref=moved, kind=Kind.MOVED, text="!n")], "s2")
    await store.commit(Outcome("moved", moved, moved_to="!n"))
    tables = [name for (name,) in sql(path, "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    dump = {table: repr(sql(path, f"SELECT * FROM {table}")) for table in tables}
    assert [table for table, rows in dump.items() if ":secret" in rows] == ["persons"]
    assert all(rows != "[]" for rows in dump.values()), "each table was searched with rows in it"


async def test_a_handled_messages_words_are_gone_from_the_disk(
    store: SqliteStore, path: Path
) -> None:
    def on_disk(words: str) -> bool:
        files = (each.read_bytes() for each in path.parent.iterdir())
        return any(words.encode() in content for content in files)

    short = message("$1", text="my burgerservicenummer", reply_to="$quoted")
    long = message("$2", text="what befell me " * 2000)
    await store.receive("matrix", [short, long], "s1")
    assert on_disk("burgerservicenummer")
    assert on_disk("what befell me")
    await store.commit(Outcome("done", handled=ref("$2"), outgoing=(outgoing(),)))
    await store.put_off(ref("$1"), NOW + timedelta(minutes=1))
    await store.commit(Outcome("done", handled=ref("$1")))
    assert not on_disk("burgerservicenummer")
    assert not on_disk("what befell me")
    assert not on_disk("$quoted")
    assert sql(path, "SELECT * FROM handled ORDER BY event") == [
        ("matrix", "!welcome", event, "2026-01-05T09:00:00.000000+00:00") for event in ("$1", "$2")
    ]


async def test_a_questions_words_are_gone_from_the_disk_once_its_answer_begins_to_be_said(
    store: SqliteStore, path: Path
) -> None:
    def on_disk(words: str) -> bool:
        files = (each.read_bytes() for each in path.parent.iterdir())
        return any(words.encode() in content for content in files)

    await store.publish([entry()], "files")
    for event in ("$1", "$2"):
        asked = message(event, text=f"what befell me {event} " * 500)
        await store.receive("matrix", [asked], event)
        key = key_for(asked.ref, "answer")
        given = Given((await store.unhandled(NOW, 1))[0].sender, "passport", 1, key)
        said = outgoing(key)
        await store.commit(Outcome("answered", asked.ref, given=given, outgoing=(said,)))
    assert on_disk("what befell me $1")
    for event in ("$1", "$2"):
        assert await store.attempt(key_for(ref(event), "answer"))
    assert not on_disk("what befell me")


async def test_what_was_said_leaves_only_where(store: SqliteStore, path: Path) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing(html="<i>At the town hall.</i>"),)))
    await store.sent("loket1", "$9")
    assert "town hall" not in repr(sql(path, "SELECT * FROM outbox"))


async def test_a_damaged_text_is_not_quoted_by_the_error(store: SqliteStore, path: Path) -> None:
    await store.receive("matrix", [message()], "s1")
    sql(path, "UPDATE inbox SET text = CAST(CAST('my secret ' AS BLOB) || x'ff' AS TEXT)")
    with pytest.raises(StoreUnavailable) as caught:
        await store.unhandled(NOW, 10)
    assert "is damaged" in refusal(caught.value, path)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


# When it can't be used


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("Dear diary, " * 100)
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    assert "is not a database; move it away" in refusal(caught.value, path)
    assert path.read_text() == "Dear diary, " * 100


@pytest.mark.parametrize("page", [1, 3, 6])
async def test_a_damaged_file_is_refused(path: Path, page: int) -> None:
    await (await open_store(path)).close()
    with path.open("r+b") as file:
        file.seek(4096 * page)
        file.write(b"\x5a" * 4096)
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    assert "is damaged; move it away and restore a backup" in refusal(caught.value, path)


async def test_a_file_cut_short_is_refused(path: Path) -> None:
    await (await open_store(path)).close()
    os.truncate(path, 4096 * 3)
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    assert "is damaged" in refusal(caught.value, path)


async def test_a_locked_file_is_refused_at_the_start_and_later(path: Path) -> None:
    store = await open_store(path, busy=0.01)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable) as at_start:
            await open_store(path, busy=0.01)
        with pytest.raises(StoreUnavailable) as later:
            await store.receive("matrix", [message()], "s1")
        assert await store.position("matrix") is None
    for caught in (at_start, later):
        assert "is locked by another program" in refusal(caught.value, path)
    await store.receive("matrix", [message()], "s1")
    await store.close()


async def test_another_reader_does_not_hold_up_a_commit(store: SqliteStore, path: Path) -> None:
    await store.receive("matrix", [message()], "s1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM inbox").fetchall()
        await asyncio.wait_for(store.commit(Outcome("done", handled=ref())), timeout=2)
    assert await store.unhandled(NOW, 10) == []


async def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "loket.db"
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    assert "check data_dir" in refusal(caught.value, path)


async def test_a_folder_in_the_files_place_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    assert "can't be opened" in refusal(caught.value, path)


async def test_a_file_that_may_not_be_written_is_refused(path: Path) -> None:
    await (await open_store(path)).close()
    path.chmod(0o400)
    if os.access(path, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    assert "is read-only" in refusal(caught.value, path)


async def test_on_a_full_disk_nothing_is_written_and_room_mends_it(
    store: SqliteStore, path: Path
) -> None:
    many = [entry(f"e{n}", answer="x" * 5000) for n in range(100)]
    with disk_limited_to(200_000), pytest.raises(StoreUnavailable) as caught:
        await store.publish(many, "files")
    assert "disk" in refusal(caught.value, path)
    assert await store.entries() == []
    await store.publish(many, "files")
    assert len(await store.entries()) == 100


@contextmanager
def disk_limited_to(size: int) -> Iterator[None]:
    """No file of this process grows beyond that many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_closed_store_says_so(path: Path) -> None:
    store = await open_store(path)
    await store.close()
    with pytest.raises(StoreUnavailable) as caught:
        await store.position("matrix")
    assert "was closed" in refusal(caught.value, path)
    assert [each.name for each in path.parent.iterdir()] == ["loket.db"]


# Migrations


async def test_an_empty_file_gets_all_tables_with_the_steps_that_made_them(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    await (await open_store(path)).close()
    assert sql(path, "SELECT number, name FROM migrations") == [
        (number, step.__name__) for number, step in enumerate(STEPS, start=1)
    ]


async def test_what_is_kept_of_handled_messages_does_not_grow_without_end(path: Path) -> None:
    """Each left 200 bytes for ever; now those of thirty days are there, whatever came before."""
    clock = FakeClock()
    store = await SqliteStore.open(path, clock=clock)

    def kept() -> int:
        return int(sql(path, "SELECT count(*) FROM handled")[0][0])

    async def handles(day: int, number: int) -> None:
        refs = [ref(f"${day}.{each}") for each in range(number)]
        await store.receive("matrix", [message(each.event) for each in refs], f"s{day}")
        for each in refs:
            await store.commit(Outcome("done", handled=each))

    try:
        # A burst, then as much each day for much longer than they are known.
        await handles(0, 200)
        most = []
        for day in range(1, 100):
            clock.advance(timedelta(days=1))
            await handles(day, 3)
            most.append(kept())
        assert max(most[:30]) == 290
        assert set(most[45:]) == {93}
        plan = " ".join(
            str(row[-1])
            for row in sql(
                path,
                "EXPLAIN QUERY PLAN SELECT front, room, event FROM handled"
                " WHERE handled_at < '2026' ORDER BY handled_at LIMIT 8",
            )
        )
        assert "COVERING INDEX handled_at" in plan
    finally:
        await store.close()


@pytest.mark.parametrize("version", range(1, len(STEPS)))
async def test_an_older_database_is_brought_up_and_keeps_what_it_holds(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", STEPS[:version])
        await (await open_store(path)).close()
    sql(path, "INSERT INTO persons VALUES ('key', 'matrix', '@ada:example.org')")
    sql(
        path,
        "INSERT INTO inbox (front, room, event, place, sender, kind, text, sent_at, addressed)"
        f" VALUES ('matrix', '!welcome', '$1', 'community', 'key', 'text', 'Hello?',"
        f" '{NOW.isoformat()}', 0)",
    )
    store = await open_store(path)
    (kept,) = await store.unhandled(NOW, 10)
    assert (kept.text, kept.hidden) == ("Hello?", 0)
    await store.commit(Outcome("new", case=case(kept.sender)))
    await store.close()
    assert len(sql(path, "SELECT * FROM migrations")) == len(STEPS)


async def test_answers_from_before_deeds_were_kept_count_for_who_gave_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", STEPS[: STEPS.index(helping.m012_deeds)])
        await (await open_store(path)).close()
    sql(path, "INSERT INTO persons VALUES ('ada', 'matrix', '@a:x'), ('vera', 'matrix', '@v:x')")
    columns = (
        "id, front, room, event, root, direct, asker, question, lang, topic, scope, opened_at,"
        " status, answered_by, told, draft, version"
    )
    for id, status, by, told, draft in (
        (1, "answered", "'vera'", "Yes.", "'{}'"),
        (2, "vetted", "'vera'", "Yes.", "'{}'"),
        (3, "vetted", "NULL", "An entry.", "NULL"),
        (4, "open", "NULL", "", "NULL"),
    ):
        sql(
            path,
            f"INSERT INTO cases ({columns}) VALUES ({id}, 'matrix', '!w', '${id}', '${id}', 0,"
            f" 'ada', 'Q?', 'en', 't', 'nl', '{NOW.isoformat(timespec='microseconds')}',"
            f" '{status}', {by}, '{told}', {draft}, 1)",
        )
    store = await open_store(path)
    assert await store.tracks(NOW) == {"vera": Track(2, 1)}
    assert await store.first_answers_of("vera") == []
    await store.close()


def insert_version(path: Path, scope: str = "nl") -> None:
    """An entry as the first tables held it."""
    columns = (
        "id, version, lang, topic, question, answer, alternatives, source, body, scope,"
        " vetted_by, sample, origin, published_at"
    )
    values = f"'a', 1, 'en', 't', 'Q?', 'A.', '[]', 's', '', '{scope}', '', 0, 'files', '{NOW}'"
    sql(path, f"INSERT INTO entry_versions ({columns}) VALUES ({values})")
    sql(path, "INSERT INTO entries VALUES ('a', 1, true)")


async def test_versions_from_before_sizes_were_kept_tell_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", STEPS[: STEPS.index(helping.m010_versions)])
        await (await open_store(path)).close()
    insert_version(path)
    store = await open_store(path)
    await store.publish([entry("a", answer="B.")], "files")
    new, old = await store.history("a")
    await store.close()
    assert old.revision == Revision()
    assert new.revision.change is Change.ADVICE


async def test_a_draft_from_before_all_its_authors_were_kept_tells_the_last(
    store: SqliteStore, path: Path
) -> None:
    asker, vera = (await store.enroll("matrix", [ASKER, "@vera:example.org"])).values()
    draft = Draft("Q?", "So.", "t", "en", "s", "", "nl", date(2027, 1, 1))
    await store.commit(Outcome("new", case=case(asker, draft=draft)))
    was = {"question": "Q?", "answer": "So.", "topic": "t", "lang": "en", "source": "s"}
    was |= {"body": "", "scope": "nl", "valid_until": "2027-01-01", "worded_by": vera}
    sql(path, f"UPDATE cases SET draft = '{json.dumps(was)}'")
    kept = await store.case(1)
    assert kept is not None
    assert kept.draft == replace(draft, rewrites=(Rewrite("So.", (vera,)),))


async def test_places_from_before_they_were_read_alike_are_found(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", STEPS[: STEPS.index(serving.m022_kindred)])
        await (await open_store(path)).close()
    keep_version(path, entry("a"), "new", scope=" Den  Haag")
    store = await open_store(path)
    (kept,) = await store.kindred([], "den haag")
    await store.close()
    assert kept.scope == "den haag"


async def test_which_version_changed_the_advice_is_known_of_what_was_there_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", STEPS[: STEPS.index(serving.m025_advice)])
        await (await open_store(path)).close()
    for number, change in enumerate(("new", "advice", "minor"), 1):
        keep_version(path, entry("a", version=number), change)
    for of in (1, 2):
        dutch = entry(f"nl{of}", lang="nl", translation_of="a", translation_of_version=of)
        keep_version(path, dutch, "new")
    store = await open_store(path)
    assert [each.entry.advice_version for each in await store.history("a")] == [2, 2, 1]
    assert await store.renewals() == [Renewal("nl1", "a", 2)]
    await store.close()


def keep_version(path: Path, entry: Entry, change: str, scope: str = "nl") -> None:
    """Puts a version of an entry into a database of any age, served."""
    columns = {
        "id": entry.id,
        "version": entry.version,
        "alternatives": "[]",
        "sample": 0,
        "origin": "files",
        "published_at": NOW.isoformat(),
        "change": change,
        "translation_of": entry.translation_of,
        "translates": entry.translation_of_version,
        "scope": scope,
    }
    texts = ("lang", "topic", "question", "answer", "source", "body", "vetted_by")
    columns |= {name: getattr(entry, name) for name in texts}
    marks = ", ".join("?" * len(columns))
    sql(
        path,
        f"INSERT INTO entry_versions ({', '.join(columns)}) VALUES ({marks})",
        tuple(columns.values()),
    )
    sql(path, "INSERT OR REPLACE INTO entries VALUES (?, ?, 1)", (entry.id, entry.version))


async def test_what_was_given_before_an_asker_could_be_forgotten_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", STEPS[: STEPS.index(recalling.m026_recalled)])
        store = await open_store(path)
        asker = (await store.enroll("matrix", [ASKER]))[ASKER]
        keep_version(path, entry("passport"), "new")
        kept = [
            Given(asker, "passport", 1, "loket1", "en"),
            Given(asker, "passport", 1, "loket2", "nl", True, "loket1", True),
        ]
        said = (outgoing(), outgoing("loket2"))
        await store.commit(Outcome("answered", also_given=tuple(kept), outgoing=said))
        await store.close()
    store = await open_store(path)
    found = [await store.given(each.key) for each in kept]
    await store.close()
    assert [each and each[0] for each in found] == kept
    indexes = sql(path, "SELECT name FROM sqlite_schema WHERE tbl_name = 'given' AND sql <> ''")
    assert {name for (name,) in indexes} >= {"given_entry", "given_by_news", "given_stale"}


async def test_a_newer_database_is_refused_and_left_alone(path: Path) -> None:
    await (await open_store(path)).close()
    sql(path, "INSERT INTO migrations VALUES (99, 'm099_future', '2030-01-01')")
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    assert "written by a newer Loket (version 99" in refusal(caught.value, path)
    assert path.read_bytes() == before


async def test_a_step_that_fails_leaves_the_database_as_it_was(path: Path) -> None:
    path.parent.mkdir()
    sql(path, "CREATE TABLE cases (anything TEXT)")
    with pytest.raises(StoreUnavailable) as caught:
        await open_store(path)
    refusal(caught.value, path)
    assert sql(path, "SELECT name FROM sqlite_schema") == [("cases",)]


# Crashes and several processes

DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.outcome import Outcome
from bot.store.sqlite import SqliteStore
from tests.contracts.examples import case, entry, message, outgoing, ref
from tests.fakes import FakeClock

class Deadly(tuple):
    def __iter__(self):
        yield self[0]
        os.kill(os.getpid(), signal.SIGKILL)

async def main(how, path):
    store = await SqliteStore.open(Path(path), clock=FakeClock())
    await store.receive("matrix", [message(f"${n}") for n in range(500)], "s1")
    if how == "received":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "amid":
        asker = (await store.unhandled(message().sent_at, 1))[0].sender
        said = Deadly((outgoing(), outgoing("loket2")))
        await store.commit(Outcome("dies", ref("$0"), case(asker), entry(), outgoing=said))
    for n in range(500):
        await store.commit(Outcome("done", ref(f"${n}"), outgoing=(outgoing(f"key{n}"),)))
        print(str(n).ljust(4000), flush=True)  # Fills the pipe, so that it can't get far ahead.

asyncio.run(main(*sys.argv[1:]))
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("how", ["received", "amid"])
async def test_killed_before_a_commit_ends_the_message_is_still_to_be_handled(
    path: Path, how: str
) -> None:
    with start(DYING, how, str(path)) as process:
        assert process.wait(timeout=20) == -9
    store = await open_store(path)
    assert await store.position("matrix") == "s1"
    assert [m.ref.event for m in await store.unhandled(NOW, 999)] == [f"${n}" for n in range(500)]
    assert await store.unsent(10) == []
    assert await store.case(1) is None
    assert await store.entries() == []
    await store.close()


async def test_killed_in_full_flight_each_commit_is_there_whole_or_not_at_all(path: Path) -> None:
    with start(DYING, "flight", str(path)) as process:
        assert process.stdout
        printed = [int(process.stdout.readline()) for _ in range(20)]
        process.kill()
        printed += [int(line) for line in process.stdout]
    store = await open_store(path)
    waiting = [m.ref.event for m in await store.unhandled(NOW, 999)]
    said = [o.key for o in await store.unsent(999)]
    await store.close()
    done = len(said)
    assert len(printed) <= done < 500
    assert said == [f"key{n}" for n in range(done)]
    assert waiting == [f"${n}" for n in range(done, 500)]


COUNTING = """
import asyncio, sys
from pathlib import Path
from tests.contracts.test_store_sqlite import count, open_store

async def main(path):
    store = await open_store(Path(path))
    print("ready", flush=True)
    sys.stdin.readline()
    await count(store, 20)
    await store.close()

asyncio.run(main(sys.argv[1]))
"""


async def count(store: SqliteStore, times: int) -> None:
    """Counts a case's topic up, again each time that somebody else was first."""
    while times:
        seen = await store.case(1)
        assert seen
        with suppress(HandleAgain):
            await store.commit(Outcome("count", case=replace(seen, topic=str(int(seen.topic) + 1))))
            times -= 1


async def test_two_processes_lose_no_change_of_a_case(store: SqliteStore, path: Path) -> None:
    asker = (await store.enroll("matrix", [ASKER]))[ASKER]
    await store.commit(Outcome("new", case=case(asker, topic="0")))
    with start(COUNTING, str(path)) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        await count(store, 20)
        assert await asyncio.to_thread(process.wait, 20) == 0
    counted = await store.case(1)
    assert counted
    assert (counted.topic, counted.version) == ("40", 41)


async def test_of_two_workers_with_one_message_one_commits(store: SqliteStore, path: Path) -> None:
    other = await open_store(path)
    await store.receive("matrix", [message()], "s1")
    done = [
        Outcome("done", handled=ref(), outgoing=(outgoing(key),)) for key in ("loket1", "loket2")
    ]
    results = await asyncio.gather(
        store.commit(done[0]), other.commit(done[1]), return_exceptions=True
    )
    assert {type(result) for result in results} == {HandleAgain, type(None)}
    assert len(await store.unsent(10)) == 1
    await other.close()


async def test_two_stores_that_receive_and_publish_at_once_wait_for_each_other(
    store: SqliteStore, path: Path
) -> None:
    """Whoever reads first and then writes must not find that the other wrote in between."""
    other = await open_store(path)

    async def busy(who: SqliteStore, name: str) -> None:
        for n in range(30):
            await who.receive("matrix", [message(f"${name}{n}")], f"s{n}")
            await who.publish([entry(f"{name}{n}")], "files")

    await asyncio.gather(busy(store, "a"), busy(other, "b"))
    assert len(await store.unhandled(NOW, 999)) == len(await other.entries()) == 60
    await other.close()


# Whatever people write

DRAWN = itertools.count()
"""Makes references and keys distinct; each example is written to the same store."""

TEXT = st.text(max_size=40)
PERHAPS = st.none() | TEXT
TIMES = st.datetimes(timezones=st.just(UTC))
DAYS = st.dates()
REFS = st.builds(MessageRef, TEXT, TEXT, TEXT.map(lambda text: f"{text}{next(DRAWN)}"))
ASKED_SO = st.lists(TEXT, max_size=3).map(tuple)
PEOPLE = st.lists(TEXT, max_size=2).map(tuple)
TIES = st.lists(st.builds(Tie, TEXT, TEXT, TEXT), max_size=2).map(tuple)
REWRITES = st.lists(st.builds(Rewrite, TEXT, PEOPLE), max_size=2).map(tuple)
DRAFTS = st.builds(
    *(Draft, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, DAYS, ASKED_SO),
    *(REWRITES, PEOPLE, TEXT, st.integers(0, 9), TIES),
)
KEYS = TEXT.map(lambda text: f"loket{text}{next(DRAWN)}")
some = settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@some
@given(
    st.builds(
        Message,
        ref=REFS,
        sender=TEXT,
        # What the bot said itself is noted in the outbox.
        kind=st.sampled_from([kind for kind in Kind if kind is not Kind.SAID]),
        text=TEXT,
        sent_at=TIMES,
        thread=PERHAPS,
        reply_to=PERHAPS,
        addressed=st.booleans(),
    )
)
async def test_any_message_comes_back(store: SqliteStore, written: Message) -> None:
    await store.receive(written.ref.front, [written], "s1")
    (kept,) = await store.unhandled(NOW, 2)
    assert kept == replace(written, sender=kept.sender)
    await store.commit(Outcome("done", handled=written.ref))
    await store.receive(written.ref.front, [written], "s2")
    assert await store.unhandled(NOW, 2) == []


@some
@given(
    st.builds(
        Outgoing,
        key=KEYS,
        front=TEXT,
        room=TEXT,
        text=TEXT,
        html=TEXT,
        thread=st.none() | TEXT.map("${}".format),
        reply_to=PERHAPS,
    )
)
async def test_anything_to_be_said_comes_back(store: SqliteStore, written: Outgoing) -> None:
    await store.commit(Outcome("say", outgoing=(written,)))
    assert await store.unsent(2) == [written]
    await store.sent(written.key, "$" + written.key)
    assert await store.unsent(2) == []
    assert await store.said(written.front, written.room, "$" + written.key)


@some
@given(
    st.builds(
        Case,
        asked=REFS,
        root=TEXT,
        question=TEXT,
        lang=TEXT,
        topic=TEXT,
        opened_at=TIMES,
        scope=TEXT,
        due_at=st.none() | TIMES,
        status=st.sampled_from(Status),
        claimed_by=st.none(),
        answered_by=st.none(),
        told=TEXT,
        draft=st.none() | DRAFTS,
        desk_thread=st.none(),
        version=st.just(0),
    )
)
async def test_any_case_comes_back(store: SqliteStore, written: Case) -> None:
    asker = (await store.enroll("matrix", [ASKER]))[ASKER]
    written = replace(written, id=await store.next_case_id(), asker=asker, claimed_by=asker)
    await store.commit(Outcome("new", case=written))
    assert await store.case(written.id) == replace(written, version=1)
    found = await store.case_in_thread(written.asked.front, written.asked.room, written.root)
    assert found == replace(written, version=1)


@some
@given(
    st.builds(
        Entry,
        id=st.from_regex(ENTRY_ID, fullmatch=True),
        lang=TEXT,
        topic=TEXT,
        question=TEXT,
        answer=TEXT,
        alternatives=st.lists(TEXT, max_size=3).map(tuple),
        source=TEXT,
        body=TEXT,
        scope=TEXT,
        checked=st.none() | DAYS,
        valid_until=st.none() | DAYS,
        vetted_by=TEXT,
        translation_of=PERHAPS,
        sample=st.booleans(),
    )
)
async def test_any_entry_comes_back(store: SqliteStore, written: Entry) -> None:
    await store.publish([written], "files")
    (kept,) = await store.entries([written.id])
    # Which version it translates follows from what other examples published under that id.
    of = kept.translation_of_version
    assert kept == replace(written, version=kept.version, translation_of_version=of)
    assert await store.publish([written], "files") == Published(0, 0, 1, 0)
    assert kept in await store.translations(written.knowledge)


async def test_nobody_invents_when_a_case_was_answered_before_that_was_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vetting it later is not its first answer."""
    before = STEPS.index(helping.m011_time)
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", STEPS[:before])
        await (await open_store(path)).close()
    sql(path, "INSERT INTO persons (key, front, user_id) VALUES ('p', 'matrix', '@ada:x')")
    at = NOW.isoformat(timespec="microseconds")
    sql(
        path,
        "INSERT INTO cases (id, front, room, event, root, direct, asker, question, lang, topic,"
        " scope, opened_at, status, told, version) VALUES"
        " (1, 'matrix', '!welcome', '$1', '$1', 0, 'p', 'Q?', 'en', 'tax', 'nl', ?, 'answered',"
        " 'Yes.', 1)",
        (at,),
    )
    store = await open_store(path)
    old = await store.case(1)
    assert old is not None
    await store.commit(Outcome("vetted", case=replace(old, status=Status.VETTED)))
    assert await store.first_answers(NOW - timedelta(days=1), 10) == []
    await store.close()
