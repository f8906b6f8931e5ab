"""Encrypted rooms when something is broken or pretended; strict clients of another make."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace

import aiohttp
import pytest
from stage.homeserver import Account
from stage.person import Person, Seen
from stage.strict import StrictPerson

from bot.chat.matrix.account import PATIENCE
from bot.chat.matrix.client import MatrixChat
from bot.chat.matrix.crypto.machine import SEEDS, STORE
from bot.chat.matrix.crypto.private_file import held
from bot.config import Secrets
from bot.errors import ConfigError, Undeliverable
from bot.messages import Kind, Message
from tests.encrypted import awake, opened, reads, says, talking
from tests.town import Heard, Town

pytestmark = pytest.mark.synapse

ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}


def left(person: Person) -> Callable[[Seen], bool]:
    gone = (person.user_id, "leave")
    return lambda seen: (seen.event.get("state_key"), seen.content.get("membership")) == gone


async def heard_as(heard: Heard, event: str) -> Message:
    await heard.until(lambda heard: any(each.ref.event == event for each in heard.messages))
    return next(each for each in heard.messages if each.ref.event == event)


async def log_in(town: Town, account: Account) -> Account:
    """A further log-in of somebody, on a device of its own."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": account.password,
    }
    url = f"{town.homeserver.url}/_matrix/client/v3/login"
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return replace(account, token=(await answer.json())["access_token"])


async def test_a_session_that_was_lost_is_begun_anew(town: Town) -> None:
    """Carla's client would go on with the old one, and nobody could ever open the keys in it."""
    carla, bilal, dirk = [await town.encrypting(name) for name in ("carla", "bilal", "dirk")]
    room = await carla.create_room("Crowd", invite=[town.bot.user_id])
    for person in (bilal, dirk):
        await person.join(room)
    async with awake(town, town.chat(communities=[town.community, room])) as (chat, heard):
        await carla.say(room, "one")
        await heard.text("one")
        await reads(carla, await chat.send(says(room, "k1", "answer")))
    with closing(sqlite3.connect(town.folder / "crypto" / STORE)) as kept, kept:
        kept.execute("DELETE FROM olmsessions")
    # Carla's client makes a new key for the room, and sends it in the session that is lost.
    await bilal.leave(room)
    await carla.wait_for(left(bilal))
    chat = town.chat(communities=[town.community, room])
    async with awake(town, chat, heard.position) as (chat, again):
        two = await heard_as(again, await carla.say(room, "two"))
        assert (two.kind, await chat.read(two)) == (Kind.UNREADABLE, None)
        # What the bot sends in the new session has Carla's client use it from now on.
        await carla.say(room, "marker")
        await again.until(lambda heard: len(heard.messages) > 1)
        await mended(chat)
        await dirk.leave(room)
        await carla.wait_for(left(dirk))
        three = await heard_as(again, await carla.say(room, "three"))
        assert (await clear(chat, three)).text == "three"


async def mended(chat: MatrixChat) -> None:
    """Waits until no session is left that broke; nothing tells when that is."""
    assert chat._sealed is not None
    async with asyncio.timeout(15):
        while chat._sealed.crypto.mending.due():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def clear(chat: object, message: Message) -> Message:
    return message if message.kind is Kind.TEXT else await opened(chat, message)  # type: ignore[arg-type]


async def test_a_device_that_comes_later_reads_from_then_on(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, heard, room):
        await reads(carla, await chat.send(says(room, "k1", "before")))
        phone = StrictPerson(town.homeserver.url, await log_in(town, carla.account), strict=False)
        async with phone:
            await carla.say(room, "my new phone is here")
            await heard.text("my new phone is here")
            event = await chat.send(says(room, "k2", "after"))
            assert await reads(phone, event) == "after"
            assert await reads(carla, event) == "after"


async def test_a_room_that_becomes_encrypted_is_spoken_in_that_way_from_then_on(
    town: Town, carla: StrictPerson
) -> None:
    await carla.join(town.community)
    async with awake(town) as (chat, heard):
        before = await chat.send(says(town.community, "k1", "in clear"))
        await town.vera.set_state(town.community, "m.room.encryption", ENCRYPTION)
        await carla.wait_for(lambda seen: seen.kind == "m.room.encryption")
        await carla.say(town.community, "from now on")
        await heard.text("from now on")
        after = await chat.send(says(town.community, "k2", "closed"))
        assert await reads(carla, after) == "closed"
    seen = [await town.anna.wait_for(lambda seen, id=id: seen.id == id) for id in (before, after)]
    assert [each.kind for each in seen] == ["m.room.message", "m.room.encrypted"]


async def test_nobody_makes_the_bot_speak_in_riddles_where_all_is_clear(town: Town) -> None:
    """Any member can send what looks like encryption; only the room's state counts."""
    async with awake(town) as (chat, heard):
        content = {**ENCRYPTION, "ciphertext": "x", "session_id": "y"}
        await town.anna.send(town.community, "m.room.encrypted", content)
        await town.anna.say(town.community, "now")
        await heard.text("now")
        event = await chat.send(says(town.community, "k1", "clear as before"))
    seen = await town.anna.wait_for(lambda seen: seen.id == event)
    assert (seen.kind, seen.text) == ("m.room.message", "clear as before")


async def test_a_room_that_the_bot_was_not_in_is_not_taken_for_clear(
    town: Town, carla: StrictPerson
) -> None:
    """From outside a room's encryption does not show; once inside, the bot must not shout."""
    async with awake(town) as (chat, heard):
        room = await carla.create_room(preset="private_chat")
        with pytest.raises(Undeliverable):
            await chat.send(says(room, "k1", "too early"))
        await carla.invite(room, town.bot.user_id)
        await carla.wait_for(
            lambda seen: seen.sender == town.bot.user_id and seen.content["membership"] == "join"
        )
        event = await chat.send(says(room, "k2", "inside"))
        assert await reads(carla, event) == "inside"
        await carla.say(room, "good")
        await heard.text("good")


async def test_two_bots_never_work_with_the_same_keys(town: Town) -> None:
    """Each would use up what the other needs."""
    async with town.ready():
        with pytest.raises(ConfigError, match="another Loket") as told:
            async with town.ready():
                pass
        assert told.value.path == "data_dir"
    async with town.ready():
        pass


@asynccontextmanager
async def looking(town: Town, password: str | None = None) -> AsyncIterator[MatrixChat]:
    """As ``loket doctor`` opens it."""
    chat = town.chat(secrets=Secrets(password=password) if password else None)
    try:
        await chat.open(beside=True)
        yield chat
    finally:
        await chat.close()


def kept(town: Town) -> dict[str, bytes]:
    """What the bot keeps of its log-in and keys; but for what SQLite shares between readers."""
    files = [each for each in town.folder.rglob("*") if each.is_file()]
    return {each.name: each.read_bytes() for each in files if not each.name.endswith("-shm")}


async def test_who_looks_beside_a_running_bot_writes_nothing(town: Town) -> None:
    async with town.ready():
        before = kept(town)
        assert before.keys() >= {STORE, SEEDS}
        async with looking(town) as chat:
            assert all(each.ok for each in await chat.check_keys())
        assert kept(town) == before


async def test_who_looks_beside_a_running_bot_tells_a_fault_and_mends_nothing(town: Town) -> None:
    """With a password at hand a bot that starts would make a new identity."""
    password = town.bot.password
    async with town.ready(town.chat(secrets=Secrets(password=password))):
        (town.folder / "crypto" / SEEDS).unlink()
        before = kept(town)
        async with looking(town, password) as chat:
            faults = [each.name for each in await chat.check_keys() if not each.ok]
        assert faults == ["cross-signing"]
        assert kept(town) == before


async def test_who_looks_with_another_log_in_than_the_running_bots_is_told(town: Town) -> None:
    async with town.ready():
        before = kept(town)
        other = await log_in(town, town.bot)
        chat = town.chat(secrets=Secrets(token=other.token))
        with pytest.raises(ConfigError, match="another log-in") as told:
            await chat.open(beside=True)
        await chat.close()
        assert told.value.path == "data_dir"
        assert kept(town) == before


async def test_who_looks_where_no_bot_runs_makes_the_keys_and_lets_go_of_them(town: Town) -> None:
    async with looking(town) as chat:
        assert all(each.ok for each in await chat.check_keys())
        async with awake(town):
            pass


async def test_a_bot_that_starts_waits_for_who_only_looks(town: Town) -> None:
    async with asyncio.TaskGroup() as group:
        with held(town.folder / "crypto"):
            chat = town.chat()
            starting = group.create_task(chat.open())
            assert not (await asyncio.wait({starting}, timeout=PATIENCE / 10))[0]
    assert all(each.ok for each in await chat.check_keys())
    await chat.close()
