"""Rooms that were replaced, on a real homeserver: followed if the replacement holds."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from stage.person import Person

from bot.chat.matrix.client import MatrixChat
from bot.chat.matrix.upgrades import Upgrades
from bot.errors import ConfigError, Undeliverable
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from bot.words import paragraph
from tests.town import Heard, Town, hearing, unique

pytestmark = pytest.mark.synapse


async def upgraded(who: Person, room: str, version: str = "12") -> str:
    """Upgrades a room as a client does, and gives the new room's id."""
    told = await who._ask("POST", f"rooms/{room}/upgrade", {"new_version": version})
    return str(told["replacement_room"])


async def move_of(heard: Heard, room: str) -> Message:
    def moved(message: Message) -> bool:
        return message.kind is Kind.MOVED and message.ref.room == room

    await heard.until(lambda heard: any(map(moved, heard.messages)))
    found, *same = filter(moved, heard.messages)
    # The store drops what it knows.
    assert {each.ref for each in same} <= {found.ref}
    return found


async def rooms_of(chat: MatrixChat) -> set[str]:
    return await chat._rooms.joined()


async def test_a_community_room_is_followed_from_version_11_to_12(town: Town) -> None:
    old = await town.vera.create_room("Market", room_version="11")
    async with town.ready(town.chat(communities=[old])) as chat, hearing(chat) as heard:
        await town.vera.say(old, "before")
        new = await upgraded(town.vera, old)
        await town.vera.say(new, "after")
        message = await heard.text("after")
        assert (message.place, message.ref.room) == (Place.COMMUNITY, new)
        moved = await move_of(heard, old)
        assert (moved.text, moved.place) == (new, Place.COMMUNITY)
        assert [m.text for m in heard.messages if m.kind is Kind.TEXT] == ["before", "after"]
        assert set(chat.communities) == {new}
    # After a restart, with the old id still in the configuration.
    async with (
        town.ready(town.chat(communities=[old])) as chat,
        hearing(chat, heard.position) as again,
    ):
        assert set(chat.communities) == {new}
        await town.vera.say(new, "after the restart")
        assert (await again.text("after the restart")).place is Place.COMMUNITY


async def test_what_is_said_in_a_new_room_before_the_bot_is_there_is_heard_at_a_first_start_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was the bot's to hear only where the bot had been in the old room before that start."""
    old = await town.vera.create_room("Market", room_version="11")
    said = asyncio.Event()
    enter = Upgrades._enter

    async def once_it_is_said(self: Upgrades, each: Any) -> bool:
        await said.wait()
        return await enter(self, each)

    monkeypatch.setattr(Upgrades, "_enter", once_it_is_said)
    async with town.ready(town.chat(communities=[old])) as chat, hearing(chat) as heard:
        await town.vera.say(old, "before")
        new = await upgraded(town.vera, old)
        await town.vera.say(new, "early")
        said.set()
        await heard.text("early")
        await town.vera.say(new, "late")
        await heard.text("late")
        texts = [each.text for each in heard.messages if each.kind is Kind.TEXT]
        assert texts == ["before", "early", "late"]


async def test_a_room_replaced_while_the_bot_was_away_is_followed_at_the_start(
    town: Town,
) -> None:
    alias = unique("market")
    old = await town.vera.create_room("Market", alias=alias, room_version="11")
    for name in (old, f"#{alias}:{town.homeserver.server_name}"):
        async with town.ready(town.chat(communities=[name])) as chat, hearing(chat) as heard:
            await town.vera.say(old, f"to {name}")
            await heard.text(f"to {name}")
        new = await upgraded(town.vera, old)
        await town.vera.say(new, f"in the new room of {name}")
        async with (
            town.ready(town.chat(communities=[name])) as chat,
            hearing(chat, heard.position) as again,
        ):
            await again.text(f"in the new room of {name}")
            assert (await move_of(again, old)).text == new
            assert set(chat.communities) == {new}
        old = new


async def test_a_closed_desk_is_followed_once_the_bot_is_invited(town: Town) -> None:
    desk = await town.vera.create_room(
        "Desk", invite=[town.bot.user_id], preset="private_chat", room_version="11"
    )
    async with town.ready(town.chat(desk=desk)) as chat, hearing(chat) as heard:
        new = await upgraded(town.vera, desk)
        await town.anna.say(town.community, "the tombstone was seen")
        await heard.text("the tombstone was seen")
        assert new not in await rooms_of(chat)
        assert chat.desk_id == desk
        await town.vera.invite(new, town.bot.user_id)
        moved = await move_of(heard, desk)
        assert (moved.text, moved.place) == (new, Place.DESK)
        assert chat.desk_id == new
        await town.vera.say(new, "at the new desk")
        assert (await heard.text("at the new desk")).place is Place.DESK


async def test_an_invitation_that_came_while_the_bot_was_away_is_known_as_awaited(
    town: Town,
) -> None:
    desk = await town.vera.create_room(
        "Desk", invite=[town.bot.user_id], preset="private_chat", room_version="11"
    )
    async with town.ready(town.chat(desk=desk)) as chat, hearing(chat) as heard:
        new = await upgraded(town.vera, desk)
        await town.anna.say(town.community, "the tombstone was seen")
        await heard.text("the tombstone was seen")
    await town.vera.invite(new, town.bot.user_id)
    async with (
        town.ready(town.chat(desk=desk)) as chat,
        hearing(chat, heard.position) as again,
    ):
        assert (await move_of(again, desk)).text == new
        assert chat.desk_id == new


@pytest.mark.parametrize("named", ["nothing", "another room", "a room that is not there"])
async def test_a_forged_replacement_is_left_again_and_told(town: Town, named: str) -> None:
    old = await town.vera.create_room("Market", room_version="11")
    more: dict[str, object] = {}
    if named == "another room":
        more = {"creation_content": {"predecessor": {"room_id": town.community}}}
    trap = await town.anna.create_room("Market", **more)
    if named == "a room that is not there":
        trap = f"!{unique('nowhere')}:localhost"
    async with town.ready(town.chat(communities=[old])) as chat, hearing(chat) as heard:
        tombstone = {"body": "come", "replacement_room": trap}
        await town.vera.set_state(old, "m.room.tombstone", tombstone)
        await town.vera.say(old, "still here")
        assert (await heard.text("still here")).place is Place.COMMUNITY
        if named == "a room that is not there":
            assert not [m for m in heard.messages if m.kind is Kind.MOVED]
        else:
            # It goes in beside the hearing, looks, and leaves again before it tells.
            assert (await move_of(heard, old)).text == ""
        assert trap not in await rooms_of(chat)
        assert set(chat.communities) == {old}
    # The examination says so.
    async with town.ready(town.chat(communities=[old])) as chat:
        finding = (await chat.check())[-1]
    assert not finding.ok
    assert f"was replaced by {trap}" in finding.text


async def test_nobody_is_followed_from_a_direct_chat_into_a_crowd(town: Town) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        direct = await town.anna.direct_chat(town.bot.user_id)
        await town.anna.say(direct, "hello")
        await heard.text("hello")
        crowd = await town.anna.create_room(
            "Crowd", creation_content={"predecessor": {"room_id": direct}}
        )
        await town.vera.join(crowd)
        await town.anna.set_state(direct, "m.room.tombstone", {"replacement_room": crowd})
        assert (await move_of(heard, direct)).text == ""
        assert crowd not in await rooms_of(chat)
        quiet = await town.anna.create_room(
            creation_content={"predecessor": {"room_id": direct}}, invite=[town.bot.user_id]
        )
        await town.anna.set_state(direct, "m.room.tombstone", {"replacement_room": quiet})
        await heard.until(lambda heard: any(m.text == quiet for m in heard.messages))
        await town.anna.say(quiet, "alone again")
        assert (await heard.text("alone again")).place is Place.DIRECT


async def test_a_direct_chat_that_was_heard_to_be_replaced_is_followed_after_a_crash(
    town: Town,
) -> None:
    """The bot ended between hearing of it and being let in: nobody was answered there again."""
    async with town.ready() as chat, hearing(chat) as heard:
        old = await town.anna.direct_chat(town.bot.user_id)
        await town.anna.say(old, "hello")
        await heard.text("hello")
        new = await upgraded(town.anna, old)
        await town.vera.say(town.community, "the tombstone was seen")
        await heard.text("the tombstone was seen")
    await town.anna.invite(new, town.bot.user_id)
    async with town.ready() as chat, hearing(chat, heard.position) as again:
        moved = await move_of(again, old)
        assert (moved.text, moved.place) == (new, Place.DIRECT)
        await town.anna.say(new, "in the new chat")
        assert (await again.text("in the new chat")).place is Place.DIRECT
    # Once more, as it is known already.
    async with town.ready() as chat, hearing(chat, again.position) as once_more:
        await town.anna.say(new, "still here")
        assert (await once_more.text("still here")).place is Place.DIRECT


async def test_news_of_an_old_answer_reach_who_came_along_to_the_new_room_and_nobody_else(
    town: Town,
) -> None:
    old = await town.vera.create_room("Market", room_version="11")
    await town.anna.join(old)
    async with town.ready(town.chat(communities=[old])) as chat, hearing(chat) as heard:
        answer = Outgoing("loketanswer", "matrix", old, Style.NOTICE, "By post.")
        stands = MessageRef("matrix", old, await chat.send(answer))
        new = await upgraded(town.vera, old)
        await move_of(heard, old)
        words = paragraph(f"It stood here: {chat.link(stands)}")
        people = (town.anna.user_id, town.vera.user_id)
        news = Outgoing(
            *("loketnews", "matrix", new, Style.TEXT, words.text, words.html),
            mentions=people,
            if_there=True,
        )
        with pytest.raises(Undeliverable, match="nobody whom it is for"):
            await chat.send(replace(news, mentions=(town.anna.user_id,)))
        await chat.send(news)
        told = await town.vera.wait_for(lambda seen: "It stood here" in str(seen.content))
        assert told.content["m.mentions"] == {"user_ids": [town.vera.user_id]}
        assert f'href="{chat.link(stands)}"' in told.content["formatted_body"]
        await town.anna.join(new)
        await town.anna.say(new, "I am here now")
        await heard.text("I am here now")
        await chat.send(replace(news, key="loketlater", mentions=(town.anna.user_id,)))


# Ways in


async def test_a_room_for_the_members_of_a_space_is_joined_as_one_of_them(town: Town) -> None:
    space = await town.vera.create_room("Space", creation_content={"type": "m.space"})
    via = [{"type": "m.room_membership", "room_id": space}]
    rules = {"type": "m.room.join_rules", "content": {"join_rule": "restricted", "allow": via}}
    inside = await town.vera.create_room(
        "Inside", preset="private_chat", initial_state=[{"state_key": "", **rules}]
    )
    chat = town.chat(communities=[inside])
    await chat.open()
    with pytest.raises(ConfigError, match=f"can't join {inside}"):
        await chat.resolve()
    await chat._rooms.join(space, [])
    await chat.resolve()
    assert set(chat.communities) == {inside}
    await chat.close()


async def test_where_one_knocks_the_bot_knocks_and_says_so(town: Town) -> None:
    rules = {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "knock"}}
    closed = await town.vera.create_room("Club", preset="private_chat", initial_state=[rules])
    chat = town.chat(communities=[closed])
    await chat.open()
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"asked to be let in to .* then start again") as told:
            await chat.resolve()
        assert told.value.path == "rooms.community[0].room"
    (finding,) = [each for each in await chat.check() if closed in each.name]
    assert (finding.ok, finding.text) == (False, "the bot has asked to be let in")
    knock = await town.vera.wait_for(
        lambda seen: (
            seen.event.get("state_key") == town.bot.user_id
            and seen.content.get("membership") == "knock"
        )
    )
    assert knock.room == closed
    await town.vera.invite(closed, town.bot.user_id)
    await chat.resolve()
    assert set(chat.communities) == {closed}
    await chat.close()
