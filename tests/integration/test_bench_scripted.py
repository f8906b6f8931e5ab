"""The bot's front on the homeserver of the benchmark, which must not flatter it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stage.bench.scripted import ScriptedHomeserver

from bot.chat.matrix.client import MatrixChat
from bot.config import Secrets
from bot.messages import MessageRef, Outgoing, Place, Style, key_for
from tests.town import hearing

DESK, HALL, CHAT, CROWD = "!desk:scripted", "!hall:scripted", "!chat:scripted", "!crowd:scripted"
MEMBERS = {DESK: 3, HALL: 40, CHAT: 2, CROWD: 3}


def chat_on(homeserver: ScriptedHomeserver, folder: Path) -> MatrixChat:
    return MatrixChat(
        homeserver=homeserver.url,
        user_id=homeserver.account.user_id,
        device_name="Loket",
        desk=DESK,
        communities=[HALL],
        session_file=folder / "session.json",
        secrets=Secrets(token=homeserver.account.token),
        clock=lambda: datetime.now(UTC),
    )


def text(body: str) -> dict[str, object]:
    return {"msgtype": "m.text", "body": body, "m.mentions": {}}


async def test_a_backlog_is_heard_whole_in_order_and_without_asking_for_members(
    tmp_path: Path,
) -> None:
    async with ScriptedHomeserver(MEMBERS) as homeserver:
        chat = chat_on(homeserver, tmp_path)
        await chat.open()
        await chat.resolve()
        async with hearing(chat) as before:
            pass
        missed = [f"missed {number}" for number in range(380)]
        talk = [homeserver.event("@anna:scripted", text(body)) for body in missed]
        direct = [homeserver.event("@bea:scripted", text("psst"))]
        crowd = [homeserver.event("@bea:scripted", text("not a room of the bot's"))]
        await homeserver.put({HALL: talk, CHAT: direct, CROWD: crowd})
        async with hearing(chat, before.position) as heard:
            await heard.text("psst")
        await chat.close()
    assert [each.text for each in heard.messages if each.ref.room == HALL] == missed
    assert [each.place for each in heard.messages if each.ref.room == CHAT] == [Place.DIRECT]
    assert not [each for each in heard.messages if each.ref.room == CROWD]
    assert homeserver.requests["messages"] == 4
    assert homeserver.requests["joined_members"] == 0


async def test_members_are_asked_for_when_somebody_came_or_went(tmp_path: Path) -> None:
    async with ScriptedHomeserver(MEMBERS) as homeserver:
        chat = chat_on(homeserver, tmp_path)
        await chat.open()
        await chat.resolve()
        async with hearing(chat) as heard:
            gone = homeserver.event("@bea:scripted", {"membership": "leave"}, "m.room.member")
            gone["state_key"] = "@bea:scripted"
            said = homeserver.event("@cas:scripted", text("alone with the bot now"))
            await homeserver.put({CHAT: [gone, said]})
            await heard.text("alone with the bot now")
        await chat.close()
    assert homeserver.requests["joined_members"] == 1


async def test_what_is_sent_twice_under_one_key_stands_there_once(tmp_path: Path) -> None:
    ref = MessageRef("matrix", HALL, "$question")
    outgoing = Outgoing(
        key_for(ref, "answer"), "matrix", HALL, Style.NOTICE, "Here.", thread="$question"
    )
    async with ScriptedHomeserver(MEMBERS) as homeserver:
        chat = chat_on(homeserver, tmp_path)
        await chat.open()
        await chat.resolve()
        first, again = await chat.send(outgoing), await chat.send(outgoing)
        await chat.close()
    assert first == again
    assert homeserver.sent == 1
    assert homeserver.answered == {"$question"}


async def test_waiting_for_what_the_bot_does_not_do_ends() -> None:
    async with ScriptedHomeserver(MEMBERS) as homeserver:
        with pytest.raises(TimeoutError, match="did not answer"):
            await homeserver.until(lambda: homeserver.sent > 0, 0.05, "answer")
        waiting = asyncio.ensure_future(
            homeserver.until(lambda: homeserver.position > 0, 5, "see it")
        )
        await homeserver.put({HALL: [homeserver.event("@anna:scripted", text("hello"))]})
        await waiting
