"""Encrypted rooms with strict clients of another make: both read each other, whatever happens."""

from __future__ import annotations

import pytest

from bot.messages import Kind, Outgoing, Place, Style
from tests.town import Town, hearing

pytestmark = pytest.mark.synapse


def says(room: str, key: str, text: str, **more: object) -> Outgoing:
    return Outgoing(key, "matrix", room, Style.TEXT, text, f"<p>{text}</p>", **more)  # type: ignore[arg-type]


async def test_a_strict_client_and_the_bot_read_each_other(town: Town) -> None:
    carla = await town.encrypting("carla")
    async with town.ready() as chat, hearing(chat) as heard:
        room = await carla.direct_chat(town.bot.user_id)
        await carla.wait_for(
            lambda seen: seen.kind == "m.room.member" and seen.sender == town.bot.user_id
        )
        asked = await carla.say(room, "How do I get a BSN?")
        message = await heard.text("How do I get a BSN?")
        assert (message.kind, message.place, message.addressed) == (Kind.TEXT, Place.DIRECT, True)
        event = await chat.send(
            says(room, "k1", "At the town hall.", thread=asked, mentions=(carla.user_id,))
        )
        answer = await carla.wait_for(lambda seen: seen.id == event)
        assert (answer.text, answer.thread, answer.encrypted) == ("At the town hall.", asked, True)
        assert answer.failure is None
        assert answer.content["m.mentions"] == {"user_ids": [carla.user_id]}
