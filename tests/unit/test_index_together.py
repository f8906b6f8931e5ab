"""Two processes publish and build at the same time; the index holds what both published."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot import app, config
from bot.cli import index
from knowledge.builds import current_build, only_builder, status
from knowledge.entry import Entry
from knowledge.manifest import Manifest
from tests.counter import BSN
from tests.fakes import MemoryStore
from tests.fakes_knowledge import HashEmbedder

ROOT = Path(__file__).parents[2]
FISH = replace(BSN, id="fish", question="Where do I get a fishing permit?", answer="Online.")


class Meanwhile(MemoryStore):
    """Another process publishes an entry, and builds, once this one has read the entries."""

    def __init__(self, settings: config.Config, *published: Entry) -> None:
        super().__init__()
        self.settings = settings
        self.published = list(published)
        self.builds: list[Manifest] = []

    async def entries(self, ids: Sequence[str] = ()) -> list[Entry]:
        read = await super().entries(ids)
        if self.published:
            await self.publish([self.published.pop()], "other")
            self.builds.append(await app.build_index(self.settings, self, HashEmbedder()))
        return read


@pytest.fixture
def settings(tmp_path: Path) -> config.Config:
    return replace(config.load(ROOT / "config.yaml"), data_dir=tmp_path)


async def test_who_reads_first_and_builds_last_still_finds_what_the_other_published(
    settings: config.Config,
) -> None:
    store = Meanwhile(settings, FISH)
    await store.publish([BSN], "test")
    manifest = await app.build_index(settings, store, HashEmbedder())
    assert len(store.builds) == 1
    assert set(manifest.entries) == {"bsn", "fish"}
    live = status(app.index_folder(settings)).live
    assert live is not None
    assert live.name == manifest.name


async def test_where_nobody_published_meanwhile_it_is_built_once(settings: config.Config) -> None:
    store = Meanwhile(settings)
    await store.publish([BSN], "test")
    first = await app.build_index(settings, store, HashEmbedder())
    again = await app.build_index(settings, store, HashEmbedder())
    assert first.name == again.name == current_build(app.index_folder(settings))


@pytest.fixture
def small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.embedder", lambda _: HashEmbedder())
    monkeypatch.setattr("bot.cli.index.BUSY_PAUSE", 0.005)


@pytest.mark.usefixtures("small_model")
async def test_the_command_line_has_the_live_index_follow_what_it_publishes(
    settings: config.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Meanwhile(settings)
    await store.publish([BSN], "test")
    assert await index.follow(settings, store) == 0
    assert capsys.readouterr().out == "There is no index yet: run `loket index build`.\n"
    await app.build_index(settings, store, HashEmbedder())
    await store.publish([FISH], "test")
    assert await index.follow(settings, store) == 0
    assert capsys.readouterr().out.startswith("Indexed in ")
    live = status(app.index_folder(settings)).live
    assert live is not None
    assert set(live.entries) == {"bsn", "fish"}
    # Nothing new, nothing to tell.
    assert await index.follow(settings, store) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("small_model")
async def test_a_build_that_is_under_way_is_waited_for(
    settings: config.Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Meanwhile(settings)
    await store.publish([BSN], "test")
    await app.build_index(settings, store, HashEmbedder())
    await store.publish([FISH], "test")
    with only_builder(app.index_folder(settings)):
        with monkeypatch.context() as impatient:
            impatient.setattr("bot.cli.index.BUSY_FOR", 0.0)
            assert await index.follow(settings, store) == 1
        told = capsys.readouterr().out
        assert told.startswith("Not indexed: another build is running in ")
        assert told.endswith("When that is mended, run `loket index build`.\n")
        following = asyncio.create_task(index.follow(settings, store))
        await asyncio.wait([following], timeout=0.1)
        assert not following.done()
    assert await following == 0
    live = status(app.index_folder(settings)).live
    assert live is not None
    assert set(live.entries) == {"bsn", "fish"}
