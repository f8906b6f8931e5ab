"""``loket run`` begins whenever the homeserver does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from stage.bot import BotProcess, settings
from stage.homeserver import Homeserver

from bot import app
from bot.config import Config, Secrets, load
from bot.errors import ConfigError
from bot.meter import NoMeter
from tests.town import CRYPTO_KEY, Town, hearing

pytestmark = pytest.mark.synapse


@pytest.fixture
async def own_town(tmp_path: Path) -> Any:
    async with Homeserver() as homeserver, Town.founded(homeserver, tmp_path) as town:
        yield town


async def test_a_moderator_who_bans_the_bot_does_not_end_its_next_start(
    own_town: Town, tmp_path: Path
) -> None:
    """It ended with status 2, and a supervisor left it at that: all rooms fell silent."""
    (tmp_path / "entries").mkdir()
    other = await own_town.vera.create_room("Market")
    await own_town.anna.join(other)
    config = settings(
        tmp_path,
        own_town.homeserver,
        own_town.bot,
        desk=own_town.desk,
        community=[own_town.community, other],
        responders=[{"id": own_town.vera.user_id, "role": "volunteer"}],
        entries=None,
    )
    for banned in (False, True):
        if banned:
            user = {"user_id": own_town.bot.user_id}
            await own_town.vera._ask("POST", f"rooms/{own_town.community}/ban", user)
        bot = BotProcess(config, own_town.bot)
        try:
            await bot.start()
            asked = await own_town.anna.say(other, "!ask Where do I get a fishing permit?")
            await own_town.anna.wait_for(
                lambda seen: seen.sender == own_town.bot.user_id and asked in str(seen.content),  # noqa: B023
                what="what the bot says to it",
            )
            assert await bot.stop() == 0
        finally:
            await bot.kill()
        assert (b"community_left_out" in read(bot.log)) is banned
    assert b"rooms.community[0].room" in read(bot.log)


def first_start(town: Town, folder: Path, community: str | list[str]) -> tuple[Config, Secrets]:
    """What a bot that never ran begins with."""
    path = settings(
        folder,
        town.homeserver,
        town.bot,
        desk=town.desk,
        community=community,
        responders=[{"id": town.vera.user_id, "role": "volunteer"}],
    )
    return load(path), Secrets(token=town.bot.token, crypto_key=CRYPTO_KEY)


async def test_what_is_said_at_the_very_first_start_is_heard_though_it_ended_before_it_listened(
    own_town: Town, tmp_path: Path
) -> None:
    """It is seen in its rooms minutes before it listens; what was said until then was lost."""
    config, secrets = first_start(own_town, tmp_path, own_town.community)
    joined = (own_town.bot.user_id, "join")
    await own_town.anna.say(own_town.community, "before it came")
    async with app.open_store(config) as store:
        async with app.once_matrix_answers(config, secrets, store, NoMeter()):
            await own_town.anna.wait_for(
                lambda seen: (seen.event.get("state_key"), seen.content.get("membership")) == joined
            )
            await own_town.anna.say(own_town.community, "while it gets ready")
        async with app.once_matrix_answers(config, secrets, store, NoMeter()) as chat:
            position = await store.position(chat.front)
            async with hearing(chat, position) as heard:
                await heard.text("while it gets ready")
    assert heard.texts == ["while it gets ready"]


async def test_a_very_first_start_that_finds_a_room_closed_is_none(
    own_town: Town, tmp_path: Path
) -> None:
    """Else the next one would leave the room out, and who sets it up would not be told."""
    closed = await own_town.vera.create_room("Closed", preset="private_chat")
    config, secrets = first_start(own_town, tmp_path, [own_town.community, closed])
    async with app.open_store(config) as store:
        for _ in range(2):
            with pytest.raises(ConfigError, match="can't join"):
                async with app.once_matrix_answers(config, secrets, store, NoMeter()):
                    pass


def read(log: Path) -> bytes:
    return log.read_bytes() if log.exists() else b""


async def test_a_bot_that_starts_before_its_homeserver_waits_for_it(
    own_town: Town, tmp_path: Path
) -> None:
    """It ended with status 1; a supervisor gave up after five tries, for good."""
    (tmp_path / "entries").mkdir()
    config = settings(
        tmp_path,
        own_town.homeserver,
        own_town.bot,
        desk=own_town.desk,
        community=own_town.community,
        responders=[{"id": own_town.vera.user_id, "role": "volunteer"}],
        entries=None,
    )
    await own_town.homeserver.stop()
    bot = BotProcess(config, own_town.bot)
    starting = asyncio.ensure_future(bot.start())
    try:
        async with asyncio.timeout(30):
            # The other process's log rings no bell.
            while b"homeserver_away" not in read(bot.log):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await own_town.homeserver.start()
        await asyncio.wait_for(starting, 60)
        assert await bot.stop() == 0
    finally:
        starting.cancel()
        await bot.kill()
