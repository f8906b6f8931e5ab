"""How the front behaves among people, on a real homeserver: whom it hears, follows and shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from stage.person import Person, Refused

from bot.chat.matrix.client import MatrixChat
from bot.config import Invites, Secrets
from bot.errors import Hindered, LoggedOut, Undeliverable
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style, key_in_crowd
from tests.town import Heard, Town, hearing, unique

pytestmark = pytest.mark.synapse


async def as_bot(town: Town, method: str, path: str, body: Any = None) -> Any:
    """What the homeserver answers to the bot's own account."""
    url = f"{town.homeserver.url}/_matrix/client/v3/{path}"
    headers = {"Authorization": f"Bearer {town.bot.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def joined(town: Town) -> set[str]:
    return set((await as_bot(town, "GET", "joined_rooms"))["joined_rooms"])


# Whom it hears


async def ignore(town: Town, *people: str) -> None:
    path = f"user/{quote(town.bot.user_id)}/account_data/m.ignored_user_list"
    await as_bot(town, "PUT", path, {"ignored_users": {each: {} for each in people}})


async def test_whom_the_account_ignores_is_not_heard_until_it_no_longer_does(town: Town) -> None:
    ben = await town.newcomer("ben")
    await ben.join(town.community)
    await ignore(town, ben.user_id)
    async with town.ready() as chat, hearing(chat) as heard:
        await ben.say(town.community, "ignored from the start")
        await town.anna.say(town.community, "one")
        await heard.text("one")
        await ignore(town, town.anna.user_id)
        async with asyncio.timeout(15):
            while chat._timeline.ignored != {town.anna.user_id}:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await town.anna.say(town.community, "ignored since")
        await ben.say(town.community, "heard again")
        await heard.text("heard again")
        assert heard.texts == ["one", "heard again"]


async def test_neither_notices_nor_the_bot_itself_nor_another_loket_are_heard(town: Town) -> None:
    other = await town.homeserver.register(f"other{id(town)}", "Loket 2")
    async with Person(town.homeserver.url, other) as second:
        await second.join(town.community)
        async with town.ready() as chat, hearing(chat) as heard:
            await town.anna.say(town.community, "a notice", notice=True)
            content = {"msgtype": "m.text", "body": "!ask me?", "nl.loket.key": "loketx"}
            await second.send(town.community, "m.room.message", content)
            await town.anna.say(town.community, "a person")
            await heard.text("a person")
            assert heard.texts == ["a person"]


async def test_in_a_room_that_it_comes_back_to_it_hears_again(town: Town) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        await town.anna.say(town.community, "before")
        await heard.text("before")
        await kick(town)
        await heard.until(lambda heard: any(m.kind is Kind.GONE for m in heard.messages))
        await town.anna.say(town.community, "while it was out")
        await town.vera.invite(town.community, town.bot.user_id)
        await come_back(town)
        await town.anna.say(town.community, "back")
        assert (await heard.text("back")).place is Place.COMMUNITY
        assert "while it was out" not in heard.texts


async def test_a_room_that_it_was_put_out_of_silences_no_other_and_works_once_it_invites_again(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    other = await town.vera.create_room("Market")
    chat = town.chat(communities=[town.community, other])
    async with town.ready(chat), hearing(chat) as heard:
        await town.vera.say(other, "before")
        await heard.text("before")
    await kick(town, "ban")
    again = town.chat(communities=[town.community, other])
    await again.open()
    try:
        await again.resolve(strict=False)
        (told,) = [each for each in caplog.records if each.message == "community_left_out"]
        assert vars(told)["setting"] == "rooms.community[0].room"
        findings = {each.name: each.ok for each in await again.check()}
        assert findings[f"community {town.community}"] is False
        assert findings[f"community {other}"] is True
        async with hearing(again, heard.position) as since:
            await town.vera.say(other, "to the other room")
            assert (await since.text("to the other room")).place is Place.COMMUNITY
            await kick(town, "unban")
            await town.vera.invite(town.community, town.bot.user_id)
            await come_back(town)
            await town.anna.say(town.community, "welcome back")
            assert (await since.text("welcome back")).place is Place.COMMUNITY
    finally:
        await again.close()


async def come_back(town: Town) -> None:
    """Waits until the bot has followed the invitation to the community that it was put out of."""
    await town.vera.wait_for(
        lambda seen: (
            # Not the desk, into which it was invited too.
            seen.room == town.community
            and seen.event.get("state_key") == town.bot.user_id
            and seen.content.get("membership") == "join"
            and seen.event.get("unsigned", {}).get("prev_content", {}).get("membership") == "invite"
        ),
        what="the bot coming back",
    )


async def kick(town: Town, how: str = "kick") -> None:
    path = f"rooms/{quote(town.community)}/{how}"
    await town.vera._ask("POST", path, {"user_id": town.bot.user_id})


@pytest.mark.parametrize("depth", [50, 100, 1000, 20_000])
async def test_whatever_nests_the_homeserver_lets_through_the_bot_hears_on(
    town: Town, depth: int
) -> None:
    """Synapse 1.163 takes events about 125 deep; others may take more: see the wire's tests."""
    deep: Any = []
    for _ in range(min(depth, 900)):
        deep = [deep]
    async with town.ready() as chat, hearing(chat) as heard:
        try:
            content = {"msgtype": "m.text", "body": "deep", "x": deep}
            await town.anna.send(town.community, "m.room.message", content)
        except (Refused, RecursionError):
            assert depth > 100
        else:
            await heard.text("deep")
        await town.anna.say(town.community, "and on")
        await heard.text("and on")


async def test_a_crowd_of_mentions_and_a_body_at_the_limit_are_heard(town: Town) -> None:
    crowd = [f"@p{number}:x" for number in range(4_000)]
    async with town.ready() as chat, hearing(chat) as heard:
        mentions = {"user_ids": [*crowd, town.bot.user_id]}
        await town.anna.send(
            town.community,
            "m.room.message",
            {"msgtype": "m.text", "body": "many", "m.mentions": mentions},
        )
        assert (await heard.text("many")).addressed
        await town.anna.say(town.community, "x" * 64_000)
        await heard.until(lambda heard: any(len(text) > 16_000 for text in heard.texts))


# Whom it follows


def chat_with(town: Town, **policy: Any) -> MatrixChat:
    made = town.chat()
    return MatrixChat(
        homeserver=town.homeserver.url,
        user_id=town.bot.user_id,
        device_name="Loket",
        desk=town.desk,
        communities=[town.community],
        session_file=town.folder / "session.json",
        secrets=Secrets(token=town.bot.token),
        clock=made._timeline._clock,
        invites=Invites(**policy),
    )


async def refused(heard: Heard, room: str) -> Message:
    def told(message: Message) -> bool:
        return message.kind is Kind.INVITED and message.ref.room == room

    await heard.until(lambda heard: any(map(told, heard.messages)))
    return next(filter(told, heard.messages))


@pytest.mark.parametrize(
    ("policy", "welcome"),
    [
        ({}, True),
        ({"servers": ("localhost",)}, True),
        ({"servers": ("example.org",)}, False),
        ({"members_only": True}, True),
        ({"power": 0}, True),
        ({"power": 50}, False),
    ],
    ids=str,
)
async def test_a_citizens_direct_chat_is_taken_where_the_settings_allow_it(
    town: Town, policy: dict[str, Any], welcome: bool
) -> None:
    chat = chat_with(town, **policy)
    async with town.ready(chat), hearing(chat) as heard:
        room = await town.anna.direct_chat(town.bot.user_id)
        if welcome:
            await town.anna.say(room, "hello")
            await heard.text("hello")
            return
        message = await refused(heard, room)
        assert (message.text, message.sender) == ("localhost", town.bot.user_id)
        assert town.anna.user_id not in repr(message)
        assert room not in await joined(town)


async def test_an_invitation_that_was_heard_is_taken_after_a_crash_right_after_a_start(
    town: Town,
) -> None:
    """Synapse gives the answer of the start before for two minutes, without the invitation."""
    async with town.ready() as chat, hearing(chat) as heard:
        pass
    room = await town.anna.direct_chat(town.bot.user_id)
    async with town.ready() as chat:
        # The position moved past it, and the bot ended before it had joined.
        past = str((await chat._sync(heard.position))["next_batch"])
    async with town.ready() as chat, hearing(chat, past) as again:
        await town.anna.say(room, "hello")
        assert (await again.text("hello")).place is Place.DIRECT


async def test_strangers_are_kept_out_and_members_of_a_space_let_in(town: Town) -> None:
    omar, eva = await town.newcomer("omar"), await town.newcomer("eva")
    space = await town.vera.create_room("Space", creation_content={"type": "m.space"})
    await omar.join(space)
    chat = chat_with(town, members_only=True, spaces=(space,))
    async with town.ready(chat), hearing(chat) as heard:
        member = await omar.direct_chat(town.bot.user_id)
        await omar.say(member, "from the space")
        await heard.text("from the space")
        stranger = await eva.direct_chat(town.bot.user_id)
        await refused(heard, stranger)
        assert stranger not in await joined(town)
        findings = await chat.check()
        assert [(each.name, each.ok) for each in findings][-1] == (f"space {space}", True)
        await town.vera.say(space, "words in a space are no direct chat")
        await town.anna.say(town.community, "marker")
        await heard.text("marker")
        assert "words in a space are no direct chat" not in heard.texts


async def test_power_opens_the_door_and_a_refusal_has_the_same_name_each_time(
    town: Town,
) -> None:
    chat = chat_with(town, power=50)
    async with town.ready(chat), hearing(chat) as heard:
        room = await town.vera.direct_chat(town.bot.user_id)
        await town.vera.say(room, "from the moderator")
        await heard.text("from the moderator")
        crowd = await town.anna.create_room("Party", invite=[town.bot.user_id])
        # So that the store drops what it knows.
        assert (await refused(heard, crowd)).ref == MessageRef("matrix", crowd, "invited")


async def test_who_is_ignored_is_not_followed_and_not_told_of(town: Town) -> None:
    await ignore(town, town.anna.user_id)
    async with town.ready() as chat, hearing(chat) as heard:
        room = await town.anna.direct_chat(town.bot.user_id)
        await town.vera.say(town.community, "marker")
        await heard.text("marker")
        assert room not in await joined(town)
        assert heard.texts == ["marker"]


# Where it is silent


async def test_a_direct_chat_that_a_third_person_joins_is_told_of_once_and_may_be_told_why(
    town: Town,
) -> None:
    def told(heard: Heard) -> list[Message]:
        return [each for each in heard.messages if each.kind is Kind.CROWDED]

    why = "why the bot is silent"
    async with town.ready() as chat, hearing(chat) as heard:
        room = await town.anna.direct_chat(town.bot.user_id)
        await town.anna.say(room, "alone")
        await heard.text("alone")
        await town.anna.invite(room, town.vera.user_id)
        await town.anna.say(room, "only invited yet")
        await heard.text("only invited yet")
        assert told(heard) == []
        await town.vera.join(room)
        await town.anna.say(room, "among three")
        await heard.until(lambda heard: bool(told(heard)))
        (message,) = told(heard)
        # So that the store drops what it knows.
        assert message.ref == MessageRef("matrix", room, "crowded")
        assert (message.text, message.place) == ("", Place.DIRECT)
        notice = Outgoing(key_in_crowd("matrix", room), "matrix", room, Style.NOTICE, why)
        with pytest.raises(Undeliverable):
            await chat.send(replace(notice, key="another"))
        await chat.send(notice)
        seen = await town.vera.wait_for(lambda seen: seen.text == why, what="why")
        assert seen.content["msgtype"] == "m.notice"
        # A room that is no direct chat has nothing to be told: neither its people who come ...
        ben = await town.newcomer("ben")
        await ben.join(town.community)
        await ben.say(town.community, "marker")
        await heard.text("marker")
        assert "among three" not in heard.texts
        assert told(heard) == [message]
        position = heard.position
    async with town.ready() as chat, hearing(chat, position) as heard:
        # ... nor a chat that is one no longer, when its people write on after a new start.
        await town.vera.say(room, "still three")
        await ben.say(town.community, "marker 2")
        await heard.text("marker 2")
        assert told(heard) == []


async def test_who_came_while_the_bot_was_away_is_noticed_at_its_next_start(town: Town) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        room = await town.anna.direct_chat(town.bot.user_id)
        await town.anna.say(room, "alone")
        await heard.text("alone")
        position = heard.position
    await town.anna.invite(room, town.vera.user_id)
    await town.vera.join(room)
    for number in range(60):  # So many that the homeserver leaves a gap.
        await town.anna.say(room, f"among three {number}")
    async with town.ready() as chat, hearing(chat, position) as heard:
        await heard.until(lambda heard: bool(heard.messages))
        assert [each.kind for each in heard.messages] == [Kind.CROWDED]


# What it shows


class Watcher:
    """Sees typing notices and read receipts of a room."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._position: str | None = None
        self.typing: list[list[str]] = []
        self.read: dict[str, str] = {}

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not holds():
                await self._look()

    async def _look(self) -> None:
        query = {"timeout": "2000"} | ({"since": self._position} if self._position else {})
        told = await self._town.anna._ask("GET", "sync", query=query)
        self._position = told["next_batch"]
        room = told.get("rooms", {}).get("join", {}).get(self._town.community, {})
        for event in room.get("ephemeral", {}).get("events", []):
            if event["type"] == "m.typing":
                self.typing.append(event["content"]["user_ids"])
            elif event["type"] == "m.receipt":
                for where, receipts in event["content"].items():
                    for who, receipt in receipts.get("m.read", {}).items():
                        if who == self._town.bot.user_id:
                            self.read[where] = receipt.get("thread_id", "unthreaded")


async def test_people_see_the_bot_type_while_it_works_and_what_it_has_handled(town: Town) -> None:
    bot = town.bot.user_id
    watcher = Watcher(town)
    async with town.ready() as chat, hearing(chat) as heard:
        root = await town.anna.say(town.community, "!ask one")
        await town.anna.say(town.community, "two", thread=root, mention=[bot])
        first, second = await heard.text("one"), await heard.text("two")
        await chat.attend(first, done=False)
        await watcher.until(lambda: [bot] in watcher.typing)
        assert watcher.read == {}
        await chat.attend(first, done=True)
        await chat.attend(second, done=False)
        await watcher.until(lambda: root in watcher.read)
        assert second.ref.event not in watcher.read
        await chat.attend(second, done=True)
        await watcher.until(lambda: second.ref.event in watcher.read)
        assert watcher.read == {root: "main", second.ref.event: root}
        await watcher.until(lambda: watcher.typing[-1] == [])


# What an operator does to its account


async def as_admin(town: Town, method: str, path: str, body: Any) -> None:
    admin = await town.homeserver.register(unique("admin"), admin=True)
    headers = {"Authorization": f"Bearer {admin.token}"}
    url = f"{town.homeserver.url}/_synapse/admin/{path}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()


async def test_a_locked_account_waits_and_works_again_once_it_is_unlocked(town: Town) -> None:
    user = f"v2/users/{quote(town.bot.user_id)}"
    async with town.ready() as chat:
        await as_admin(town, "PUT", user, {"locked": True})
        with pytest.raises(Hindered, match="has locked the bot's account"):
            await chat.send(said_in(town))
        with pytest.raises(Hindered, match="ask the homeserver's administrator to unlock it"):
            await chat.check()
        await as_admin(town, "PUT", user, {"locked": False})
        assert await chat.send(said_in(town))


async def test_a_suspended_account_waits_and_works_again_once_that_is_lifted(town: Town) -> None:
    path = f"v1/suspend/{quote(town.bot.user_id)}"
    async with town.ready() as chat:
        await as_admin(town, "PUT", path, {"suspend": True})
        with pytest.raises(Hindered, match="has suspended the bot's account"):
            await chat.send(said_in(town))
        await as_admin(town, "PUT", path, {"suspend": False})
        assert await chat.send(said_in(town))


async def test_a_deactivated_account_ends_the_work(town: Town) -> None:
    async with town.ready() as chat:
        await as_admin(town, "POST", f"v1/deactivate/{quote(town.bot.user_id)}", {"erase": False})
        with pytest.raises(LoggedOut):
            await chat.send(said_in(town))


def said_in(town: Town) -> Outgoing:
    return Outgoing("loketkey", "matrix", town.community, Style.NOTICE, "words")
