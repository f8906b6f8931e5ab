"""Encrypted rooms with strict clients of another make: both read each other, whatever happens."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from stage.peer import PeerFailed
from stage.strict import StrictPerson

from bot.chat.matrix.crypto.backup import back_up, restore
from bot.chat.matrix.crypto.machine import SEEDS, STORE
from bot.chat.matrix.crypto.steps import Stage
from bot.chat.matrix.crypto.terminal import Decision, decide, read
from bot.chat.matrix.crypto.verifications import Shown
from bot.config import Secrets
from bot.errors import ConfigError
from bot.messages import Kind, Message, Outgoing, Place, Style
from tests.encrypted import awake, by_password, opened, reads, says, talking
from tests.town import CRYPTO_KEY, Town

pytestmark = pytest.mark.synapse


async def test_a_strict_citizen_and_the_bot_understand_each_other(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, heard, room):
        asked = await carla.say(room, "How do I get a BSN?")
        message = await heard.text("How do I get a BSN?")
        assert (message.kind, message.place, message.addressed) == (Kind.TEXT, Place.DIRECT, True)
        event = await chat.send(
            says(room, "k1", "At the town hall.", thread=asked, mentions=(carla.user_id,))
        )
        assert await reads(carla, event) == "At the town hall."
        answer = await carla.wait_for(lambda seen: seen.id == event)
        assert answer.thread == asked
        assert answer.content["m.mentions"] == {"user_ids": [carla.user_id]}

        edit = await chat.send(says(room, "k2", "At city hall.", replaces=event))
        await reads(carla, edit)
        changed = await carla.wait_for(lambda seen: seen.id == edit)
        assert changed.replaces == event
        assert changed.content["m.new_content"]["body"] == "At city hall."
        tick = Outgoing("k3", "matrix", room, Style.REACTION, "👍", reply_to=asked)
        given = await chat.send(tick)
        await carla.wait_for(lambda seen: seen.id == given)
        back = Outgoing("k4", "matrix", room, Style.REDACTION, "", reply_to=event)
        await chat.send(back)
        await carla.wait_for(lambda seen: seen.redacts == event)


async def test_a_strict_citizens_edit_reaction_redaction_and_picture_are_heard(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, heard, room):
        root = await carla.say(room, "How do I get a DigiD?")
        inside = await carla.say(room, "It is for my son.", thread=root)
        assert (await heard.text("It is for my son.")).thread == root
        await carla.edit(room, inside, "It is for my daughter.")
        edit = await heard.text("It is for my daughter.")
        assert (edit.kind, edit.target.event, edit.thread) == (Kind.EDIT, inside, root)
        event = await chat.send(says(room, "k1", "Apply at digid.nl."))
        await reads(carla, event)
        await carla.react(room, event, "🙏")
        assert (await heard.text("🙏")).reply_to == event
        await carla.redact(room, inside)
        await heard.until(lambda heard: heard.messages[-1].kind is Kind.REDACTION)
        await carla.send(room, "m.room.message", {"msgtype": "m.image", "body": "letter.jpg"})
        await heard.until(lambda heard: heard.messages[-1].kind is Kind.FILE)


async def test_in_an_encrypted_community_room_strict_and_careless_clients_are_read(
    town: Town, carla: StrictPerson
) -> None:
    dirk = await town.encrypting("dirk", strict=False)
    room = await carla.create_room("Sealed", preset="public_chat")
    await dirk.join(room)
    chat = town.chat(communities=[town.community, room])
    async with awake(town, chat) as (chat, heard):
        await dirk.wait_for(
            lambda seen: seen.sender == town.bot.user_id and seen.kind == "m.room.member"
        )
        await dirk.say(room, "Who knows the way to the town hall?")
        await heard.text("Who knows the way to the town hall?")
        event = await chat.send(says(room, "k1", "Straight on."))
        assert await reads(carla, event) == "Straight on."
        assert await reads(dirk, event) == "Straight on."
        erik = await town.encrypting("erik")
        await erik.join(room)
        await carla.wait_for(lambda seen: seen.sender == erik.user_id)
        await erik.say(room, "And from the station?")
        await heard.text("And from the station?")
        event = await chat.send(says(room, "k2", "Take the tram."))
        assert await reads(erik, event) == "Take the tram."


async def test_who_left_the_room_can_not_read_on(town: Town, carla: StrictPerson) -> None:
    dirk = await town.encrypting("dirk")
    room = await carla.create_room("Sealed", preset="public_chat")
    await dirk.join(room)
    chat = town.chat(communities=[town.community, room])
    async with awake(town, chat) as (chat, heard):
        event = await chat.send(says(room, "k1", "For both."))
        await reads(dirk, event)
        first = await carla.wait_for(lambda seen: seen.id == event)
        await dirk.leave(room)
        await carla.say(room, "Dirk has left.")
        await heard.text("Dirk has left.")
        event = await chat.send(says(room, "k2", "For one."))
        await reads(carla, event)
        page = await carla._ask("GET", f"rooms/{room}/messages", query={"dir": "b"})
        sessions = {
            each["event_id"]: each["content"].get("session_id")
            for each in page["chunk"]
            if each["sender"] == town.bot.user_id
        }
        assert sessions[event] != sessions[first.id]


async def test_after_a_restart_both_still_read_each_other(town: Town, carla: StrictPerson) -> None:
    async with talking(town, carla) as (chat, heard, room):
        await carla.say(room, "before")
        await heard.text("before")
        await reads(carla, await chat.send(says(room, "k1", "one")))
    await carla.say(room, "meanwhile")
    async with awake(town, position=heard.position) as (chat, again):
        await again.text("meanwhile")
        await carla.say(room, "after")
        await again.text("after")
        assert await reads(carla, await chat.send(says(room, "k2", "two"))) == "two"


async def test_the_same_batch_again_after_a_crash_is_read_again(
    town: Town, carla: StrictPerson
) -> None:
    """Its keys were taken already; the homeserver gives them until the position moves."""
    async with talking(town, carla) as (_, heard, room):
        await carla.say(room, "hello")
        await heard.text("hello")
        position = heard.position
    await carla.say(room, "twice")
    for _ in range(2):
        async with awake(town, position=position) as (_, again):
            await again.text("twice")


async def test_after_60_key_claims_while_the_bot_was_away_it_reads_the_next(
    town: Town, carla: StrictPerson
) -> None:
    """The fallback key is used, then renewed, and one-time keys are topped up."""
    async with awake(town) as (chat, heard):
        device = (await chat.check_keys())[0].text.split(",")[0]
        position = heard.position
    claimed = await carla.claim_keys_of(town.bot.user_id, device, 60)
    assert len(set(claimed)) < 60
    room = await carla.direct_chat(town.bot.user_id)
    # Clients give keys to whom they see invited.
    await carla.wait_for(lambda seen: seen.event.get("state_key") == town.bot.user_id)
    await carla.say(room, "written with the fallback key")
    async with awake(town, position=position) as (chat, again):
        await again.text("written with the fallback key")
        fresh = await carla.claim_keys_of(town.bot.user_id, device, 2)
        assert not set(fresh) & set(claimed)


async def test_after_its_keys_were_lost_the_bot_is_a_new_device_of_the_same_owner(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla, by_password(town)) as (chat, heard, room):
        await carla.say(room, "before")
        await heard.text("before")
        position = heard.position
        first = (await chat.check_keys())[0].text
    await carla.say(room, "sealed for the lost device")
    for lost in (town.folder / "crypto").glob(f"{STORE}*"):
        lost.unlink()
    async with awake(town, by_password(town), position) as (chat, again):
        findings = await chat.check_keys()
        assert findings[0].text != first
        assert all(each.ok for each in findings)
        await again.until(lambda heard: bool(heard.messages))
        (sealed,) = again.messages
        assert (sealed.kind, await chat.read(sealed)) == (Kind.UNREADABLE, None)
        event = await chat.send(says(room, "k1", "Please say it again."))
        assert await reads(carla, event) == "Please say it again."
        await carla.say(room, "again")
        await again.text("again")
        assert list((await carla.devices_of(town.bot.user_id)).values()) == [True]


async def test_after_a_restore_a_new_device_reads_what_the_back_up_has_keys_for(
    town: Town, carla: StrictPerson
) -> None:
    file, made = town.folder / "back-up", datetime.now(UTC)
    async with talking(town, carla, by_password(town)) as (chat, heard, room):
        old = await carla.say(room, "before the back-up")
        await heard.text("before the back-up")
        first = (await chat.check_keys())[0].text
        back_up(town.folder, file, CRYPTO_KEY, made)
    restore(file, town.folder, CRYPTO_KEY, force=True)
    async with awake(town, by_password(town), heard.position) as (chat, again):
        assert (await chat.check_keys())[0].text != first
        raw = await carla._ask("GET", f"rooms/{room}/event/{old}")
        (known,) = [each for each in heard.messages if each.text == "before the back-up"]
        kept = replace(known, kind=Kind.UNREADABLE, text=json.dumps(raw))
        assert (await opened(chat, kept)).text == "before the back-up"
        await carla.wait_for(lambda seen: seen.room == room)
        await reads(carla, await chat.send(says(room, "k1", "A new device.")))
        await carla.say(room, "good")
        await again.text("good")
    async with awake(town, by_password(town), again.position) as (chat, _):
        assert all(each.ok for each in await chat.check_keys())


async def test_a_lost_store_with_a_fixed_token_is_told_by_its_setting(town: Town) -> None:
    async with town.ready():
        pass
    shutil.rmtree(town.folder / "crypto")
    chat = town.chat()
    with pytest.raises(ConfigError, match="keys are lost") as told:
        await chat.open()
    await chat.close()
    assert told.value.path == "LOKET_MATRIX_TOKEN"


async def test_lost_seeds_are_replaced_with_the_password(town: Town) -> None:
    async with town.ready(by_password(town)):
        pass
    (town.folder / "crypto" / SEEDS).unlink()
    async with town.ready(by_password(town)) as chat:
        assert all(each.ok for each in await chat.check_keys())
    (town.folder / "crypto" / SEEDS).unlink()
    async with town.ready(town.chat(secrets=Secrets())) as chat:
        faults = [each for each in await chat.check_keys() if not each.ok]
        assert [each.name for each in faults] == ["cross-signing"]
        assert "LOKET_MATRIX_PASSWORD" in faults[0].remedy


async def test_another_secret_opens_nothing_and_is_told_by_its_setting(town: Town) -> None:
    async with town.ready():
        pass
    chat = town.chat(secrets=Secrets(token=town.bot.token, crypto_key=CRYPTO_KEY[::-1]))
    with pytest.raises(ConfigError, match="does not open") as told:
        await chat.open()
    await chat.close()
    assert told.value.path == "LOKET_CRYPTO_KEY"


async def test_what_came_before_its_keys_is_read_once_they_are_there(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, heard, room):
        await carla.say(room, "first")
        await heard.text("first")
        sealed = await carla.wait_for(lambda seen: seen.text == "first")
        raw = await carla._ask("GET", f"rooms/{room}/event/{sealed.id}")
        (first,) = [each for each in heard.messages if each.text == "first"]
        kept = replace(first, kind=Kind.UNREADABLE, text=json.dumps(raw))
        assert (await opened(chat, kept)).text == "first"
        lost = raw | {"content": raw["content"] | {"session_id": "another"}}
        assert await chat.read(replace(kept, text=json.dumps(lost))) is None


async def test_a_homeserver_can_not_hand_ones_words_to_another_or_repeat_them(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, heard, room):
        event = await carla.say(room, "mine")
        message = await heard.text("mine")
        raw = await carla._ask("GET", f"rooms/{room}/event/{event}")

        async def read(**changed: Any) -> Message | None:
            sealed = json.dumps(raw | changed)
            return await chat.read(replace(message, kind=Kind.UNREADABLE, text=sealed))

        assert (await read()) is not None
        assert await read(sender=town.anna.user_id) is None
        assert await read(event_id="$another") is None


async def test_long_words_arrive_shorter_in_an_encrypted_room_too(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, _, room):
        event = await chat.send(says(room, "k1", "é" * 60_000))
        assert (await reads(carla, event)).startswith("é" * 1000)


async def test_what_was_said_in_an_encrypted_room_is_found_again(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, heard, room):
        said = says(room, "loketanswer", "Once.")
        event = await chat.send(said)
        began = replace(said, attempted_at=town.chat()._clock())
        assert await chat.said_before(began) == event
        assert await chat.said_before(replace(began, key="another")) is None
        assert heard.messages == [] or heard.messages[-1].kind is Kind.SAID


# Verification by emoji


async def compared(town: Town, match: bool = True) -> Shown:
    """Waits for emoji at the bot's terminal, and decides as the person there."""
    folder = town.folder / "crypto"
    async with asyncio.timeout(30):
        while True:
            board = read(folder)
            for each in board.verifications if board else ():
                if each.stage is Stage.SHOWN:
                    decide(folder, Decision(each.id, match))
                    return each
            await asyncio.sleep(0.05)  # No bell rings: it is another process's file.


@pytest.mark.parametrize("way", ["room", "device"])
async def test_a_responder_verifies_the_bot_from_their_own_client(
    town: Town, way: str, carla: StrictPerson
) -> None:
    chat = town.chat(trusted=[carla.user_id])
    async with talking(town, carla, chat) as (chat, heard, room):
        await carla.say(room, "hello")
        await heard.text("hello")
        await reads(carla, await chat.send(says(room, "k1", "hello")))
        device = (await chat.check_keys())[0].text.split(",")[0]
        where = {"room": room} if way == "room" else {"device": device}
        begun = await carla.verify(town.bot.user_id, **where)
        shown = await compared(town)
        ours = [each.emoji.rstrip("\ufe0f") for each in shown.emoji]
        assert ours == [each[0].rstrip("\ufe0f") for each in begun.emoji]
        identity = await begun.confirm()
        # Through a room the owner is verified, straight to a device the device with its owner.
        assert identity.verified


async def test_a_stranger_can_not_verify_the_bot_and_shows_nothing_at_the_terminal(
    town: Town, carla: StrictPerson
) -> None:
    async with talking(town, carla) as (chat, heard, room):
        await carla.say(room, "hello")
        await heard.text("hello")
        await reads(carla, await chat.send(says(room, "k1", "hello")))
        with pytest.raises(PeerFailed, match=r"cancelled: m\.user"):
            await carla.verify(town.bot.user_id, room=room, within=5)
        board = read(town.folder / "crypto")
        assert board is not None
        assert board.verifications == ()
