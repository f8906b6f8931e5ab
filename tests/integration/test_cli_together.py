"""What a maintainer publishes while somebody else does too."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import entries, exchange, versions
from bot.config import Config, Matrix, Rooms
from bot.errors import HandleAgain
from bot.holding import Published
from bot.outcome import Outcome
from bot.store.sqlite import SqliteStore
from knowledge.entry import Entry
from knowledge.files import write
from knowledge.record import RECORD
from tests.exported import change
from tests.integration.test_cli import ENTRIES

TODAY = date(2026, 11, 24)
TWIN = replace(ENTRIES[0], id="desk-1-ab", answer="Nowhere.")
"""What the desk publishes meanwhile: another answer to the same question."""


class Shared(SqliteStore):
    """A database in which somebody does something just before this one publishes."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def _first(self) -> None:
        if act := self.meanwhile:
            self.meanwhile = None
            await act()

    async def publish(self, entries: Sequence[Entry], *rest: Any, **how: Any) -> Published:
        await self._first()
        return await super().publish(entries, *rest, **how)

    async def merge(self, entries: Sequence[Entry], *rest: Any, **how: Any) -> None:
        await self._first()
        await super().merge(entries, *rest, **how)

    async def commit(self, outcome: Outcome) -> None:
        await self._first()
        await super().commit(outcome)


def now() -> datetime:
    return datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """The running bot's connection to the same database."""
    store = await SqliteStore.open(tmp_path / "loket.db", clock=now)
    yield store
    await store.close()


@pytest.fixture
async def store(tmp_path: Path, desk: SqliteStore) -> AsyncIterator[Shared]:
    store = await Shared.open(tmp_path / "loket.db", clock=now)
    assert isinstance(store, Shared)
    yield store
    await store.close()


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    entries.arguments(parser)
    return parser.parse_args(words)


async def add(store: Shared, folder: Path) -> int:
    words = ("--lang", "en", "--topic", "registration", "--answer", "Online.", "--source", "UWV")
    found = given("add", "--id", "new", "--question", TWIN.question, *words)
    return await entries.add(store, found, TODAY, ())


async def take(store: Shared, folder: Path) -> int:
    path = folder / "new.yaml"
    write([replace(TWIN, id="new", answer="Online.")], path)
    return await exchange.take(store, given("import", str(path)), TODAY, ())


async def take_folder(store: Shared, folder: Path) -> int:
    path = folder / "git"
    if not path.exists():
        await exchange.export(store, path, overwrite=False)
        change(path, "e1", question=TWIN.question)
    return await exchange.take(store, given("import", str(path)), TODAY, ())


async def restore(store: Shared, folder: Path) -> int:
    matrix = Matrix(homeserver="https://example.org", user_id="@loket:example.org")
    rooms = Rooms(desk="!desk:example.org")
    settings = Config(matrix=matrix, rooms=rooms, data_dir=folder)
    return await versions.restore(settings, store, "e0", 1, "it was right", None, TODAY)


@pytest.mark.parametrize("publish", [add, take, take_folder, restore])
async def test_what_the_desk_publishes_meanwhile_is_never_answered_beside_it(
    store: Shared,
    desk: SqliteStore,
    tmp_path: Path,
    publish: Callable[[Shared, Path], Awaitable[int]],
) -> None:
    """The maintainer read what is served; then an official vets an answer to the question."""
    await store.publish(ENTRIES, "files")
    await store.publish([replace(ENTRIES[0], question="Where do I register?")], "files")
    store.meanwhile = lambda: desk.commit(Outcome("vetted", entry=TWIN))
    with pytest.raises(HandleAgain) as told:
        await publish(store, tmp_path)
    assert str(told.value) == (
        "meanwhile somebody else changed what is served: desk-1-ab is new;"
        " nothing was done, run it again"
    )
    assert {each.id: each.version for each in await store.entries()} == {
        "e0": 2,
        "e1": 1,
        "e2": 1,
        "desk-1-ab": 1,
    }
    # Run again, it meets what is served now.
    with pytest.raises(Exception, match="desk-1-ab answers differently"):
        await publish(store, tmp_path)


async def test_what_changed_or_was_withdrawn_meanwhile_is_named_and_the_second_try_works(
    store: Shared, desk: SqliteStore, tmp_path: Path
) -> None:
    await store.publish(ENTRIES, "files")
    await store.publish([replace(ENTRIES[0], answer="Online.")], "files")

    async def acts() -> None:
        await desk.commit(Outcome("vetted", entry=replace(ENTRIES[1], answer="By phone.")))
        await desk.withdraw(["e2"])

    store.meanwhile = acts
    with pytest.raises(HandleAgain, match=r": e1 is at version 2, e2 was withdrawn;"):
        await restore(store, tmp_path)
    assert await restore(store, tmp_path) == 0
    assert [(each.id, each.answer) for each in await store.entries()] == [
        ("e0", ENTRIES[0].answer),
        ("e1", "By phone."),
    ]


async def test_an_import_that_came_too_late_leaves_the_folder_as_it_was(
    store: Shared, desk: SqliteStore, tmp_path: Path
) -> None:
    path = tmp_path / "git"
    await store.publish(ENTRIES, "files")
    await exchange.export(store, path, overwrite=False)
    change(path, "e0", answer="Online.")
    (path / "housing.yaml").unlink()
    before = (path / RECORD).read_bytes()
    found = given("import", str(path), "--theirs", "e1")
    store.meanwhile = lambda: desk.withdraw(["e2"])
    with pytest.raises(HandleAgain):
        await exchange.take(store, found, TODAY, ())
    assert (path / RECORD).read_bytes() == before
    assert {each.id: each.answer for each in await store.entries()} == {
        "e0": ENTRIES[0].answer,
        "e1": ENTRIES[1].answer,
    }
    assert await exchange.take(store, found, TODAY, ()) == 0
    assert {each.id: each.answer for each in await store.entries()} == {"e0": "Online."}
