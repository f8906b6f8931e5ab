"""An exported folder in a database that never had any of it: there all is as it was here."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.cli import exchange
from bot.doubts import Doubts
from bot.store.sqlite import SqliteStore
from knowledge.entry import Entry
from knowledge.errors import EntriesUnreadable, ExportRefused
from knowledge.files import write
from knowledge.record import RECORD
from tests.contracts.examples import NOW
from tests.exported import change
from tests.integration.test_cli import ENTRIES, Desk
from tests.integration.test_cli_together import given

TODAY = NOW.date()
ORIGINAL = replace(ENTRIES[0], checked=date(2026, 11, 1))
NEWEST = replace(ORIGINAL, answer="Online.", source="SVB")


def translation(id: str, lang: str, of: int, original: str = "e0") -> Entry:
    return replace(
        ORIGINAL,
        id=id,
        lang=lang,
        question=f"{original}, {lang}?",
        answer=f"{original}, {lang}.",
        translation_of=original,
        translation_of_version=of,
    )


TRANSLATIONS = [
    translation("current", "pl", 2),
    translation("newest", "tr", 3),
    translation("old", "nl", 1),
]


async def opened(path: Path) -> SqliteStore:
    return await SqliteStore.open(path, clock=lambda: NOW)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A database with an original at version 3, of which the second changed the advice."""
    store = await opened(tmp_path / "here.db")
    for original in (ORIGINAL, replace(ORIGINAL, answer="Online."), NEWEST):
        await store.publish([original, ENTRIES[1]], "files")
    await store.publish([NEWEST, *TRANSLATIONS], "files")
    yield store
    await store.close()


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """One that never had an entry."""
    store = await opened(tmp_path / "fresh.db")
    yield store
    await store.close()


async def take(store: SqliteStore, path: Path, *words: str) -> int:
    return await exchange.take(store, given("import", str(path), *words), TODAY, ())


async def export(store: SqliteStore, path: Path) -> Path:
    await exchange.export(store, path, overwrite=False)
    return path


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


async def numbers(store: SqliteStore) -> dict[str, tuple[int, int | None]]:
    """The version of each entry, and the one of its original that it translates."""
    return {each.id: (each.version, each.translation_of_version) for each in await store.entries()}


async def test_a_fresh_database_serves_what_was_exported_and_exports_the_same(
    here: SqliteStore, fresh: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # What this one translates is served no more.
    await here.publish([translation("orphan", "fy", 1, "e1")], "desk")
    await here.withdraw(["e1"])
    git = await export(here, tmp_path / "git")
    exported = held(git)
    assert await take(fresh, git) == 0
    told = capsys.readouterr().out
    assert "5 new, 0 changed, 0 unchanged.\n" in told
    assert "warning: old: translation_of_version: this translates version 1 of e0" in told

    assert await fresh.entries() == await here.entries()
    assert await fresh.renewals() == await here.renewals()
    assert await fresh.stale() == ["old", "orphan"]
    for each in await here.entries():
        marks = [await Doubts(store, pauses=False).marks(each) for store in (here, fresh)]
        assert marks[0] == marks[1]
    (gone,) = await fresh.history("e1")
    assert gone.withdrawal is not None

    assert held(git) == exported
    assert held(await export(fresh, tmp_path / "again")) == exported
    capsys.readouterr()
    for store in (here, fresh):
        assert await take(store, git) == 0
        assert "0 new, 0 changed, 5 unchanged.\n" in capsys.readouterr().out
    assert held(git) == exported


@pytest.mark.parametrize("name", ["all.yaml", "all.jsonl", "all.csv"])
async def test_a_file_begins_with_the_versions_that_it_holds_too(
    here: SqliteStore, fresh: SqliteStore, tmp_path: Path, name: str
) -> None:
    await here.withdraw(["e1"])
    file = await export(here, tmp_path / name)
    before = file.read_bytes()
    assert await take(fresh, file) == 0
    assert await fresh.stale() == ["old"]
    await export(fresh, file)
    assert file.read_bytes() == before


async def test_what_a_folder_changed_before_a_fresh_database_took_it_is_the_next_version_there(
    here: SqliteStore, fresh: SqliteStore, tmp_path: Path
) -> None:
    git = await export(here, tmp_path / "git")
    change(git, "e0", answer="By phone.")
    # A record tells what its folder and one database agree on.
    assert await take(fresh, shutil.copytree(git, tmp_path / "copy")) == 0
    told = [(each.entry.version, each.entry.answer) for each in await fresh.history("e0")]
    assert told == [(4, "By phone."), (3, "Online.")]
    assert await fresh.stale() == ["current", "newest", "old"]

    # Where it comes from it is version 4 too, so in whatever begins with the folder after that.
    assert await take(here, git) == 0
    third = await opened(tmp_path / "third.db")
    assert await take(third, git) == 0
    for store in (here, third):
        assert await store.stale() == ["current", "newest", "old"]
        assert (await numbers(store))["e0"] == (4, None)
    assert await numbers(third) == await numbers(here)
    await third.close()


async def test_a_folder_that_lags_behind_still_begins_a_fresh_database(
    here: SqliteStore, fresh: SqliteStore, tmp_path: Path
) -> None:
    """Imported after a change here: both agree on the older one, with its own number."""
    git = await export(here, tmp_path / "git")
    change(git, "e0", answer="By phone.")
    assert await take(here, git) == 0
    confirmed = replace(TRANSLATIONS[2], answer="Telefonisch.", translation_of_version=4)
    await here.publish([confirmed, replace(NEWEST, answer="By post.")], "files")
    assert await take(here, git) == 0
    assert await take(fresh, git) == 0
    assert await numbers(fresh) == {
        "current": (1, 2),
        "e0": (4, None),
        "e1": (1, None),
        "newest": (1, 3),
        "old": (1, 1),
    }
    assert await fresh.stale() == ["current", "newest", "old"]


async def test_what_the_folder_holds_and_is_not_wanted_here_never_comes(
    here: SqliteStore, fresh: SqliteStore, tmp_path: Path
) -> None:
    git = await export(here, tmp_path / "git")
    assert await take(fresh, git, "--ours", "old") == 0
    assert await fresh.history("old") == []
    assert [each.id for each in await fresh.entries()] == ["current", "e0", "e1", "newest"]


async def test_numbers_that_contradict_each_other_are_told(
    here: SqliteStore, fresh: SqliteStore, tmp_path: Path
) -> None:
    git = await export(here, tmp_path / "git")
    change(git, "e0", version=1)
    with pytest.raises(EntriesUnreadable, match="advice_version: 2 is newer than its version 1"):
        await take(fresh, git)
    assert await fresh.entries() == []


async def test_what_is_served_though_its_original_was_withdrawn_may_be_mended_in_a_folder(
    here: SqliteStore, tmp_path: Path
) -> None:
    await here.publish([translation("orphan", "fy", 1, "e1")], "desk")
    await here.withdraw(["e1"])
    git = await export(here, tmp_path / "git")
    change(git, "orphan", answer="It waarme wetter.", source="SVB")
    assert await take(here, git) == 0
    (orphan,) = await here.entries(["orphan"])
    assert (orphan.version, orphan.answer) == (2, "It waarme wetter.")
    assert await here.stale() == ["old", "orphan"]
    change(git, "orphan", translation_of="e3")
    with pytest.raises(EntriesUnreadable, match="names e3, which does not exist"):
        await take(here, git)


async def test_an_empty_database_is_exported_imported_and_exported_again_once_it_is_filled(
    here: SqliteStore, fresh: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git = await export(fresh, tmp_path / "git")
    assert await take(here, git) == 0
    assert capsys.readouterr().out.endswith("0 new, 0 changed, 0 unchanged.\n")
    await exchange.export(here, git, overwrite=False)
    for file in git.glob("*.yaml"):
        file.unlink()
    with pytest.raises(ExportRefused, match=r"not imported; .*: current, e0, e1, newest, old"):
        await exchange.export(here, git, overwrite=False)
    assert await take(here, git) == 1
    assert "5 left out." in capsys.readouterr().out
    assert len(await here.entries()) == 5


async def test_a_folder_that_can_not_be_written_is_told_beside_what_was_done(
    here: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git = await export(here, tmp_path / "git")
    change(git, "e1", answer="By phone.")
    in_the_way = git / f"{RECORD}.new"
    in_the_way.mkdir()
    assert await take(here, git) == 1
    summed_up, record = capsys.readouterr().out.splitlines()[-2:]
    assert summed_up == "0 new, 1 changed, 4 unchanged."
    assert "That is done, but its record is not" in record
    in_the_way.rmdir()
    assert await take(here, git) == 0
    assert "0 new, 0 changed, 5 unchanged." in capsys.readouterr().out
    change(git, "e1", answer="Write a letter.")
    assert await take(here, git) == 0
    (e1,) = await here.entries(["e1"])
    assert (e1.version, e1.answer) == (3, "Write a letter.")


def test_the_version_that_is_not_there_is_told_where_they_do_not_begin_at_one(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    file = tmp_path / "later.yaml"
    write([replace(ENTRIES[0], id="later", question="When?", version=3)], file)
    assert desk.loket("entries", "import", str(file)).returncode == 0
    told = desk.fails("entries", "show", "later", "--version", "1", status=2)
    assert told == "loket: error: later has no version 1; it has 3 to 3"
