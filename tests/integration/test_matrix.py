"""The Matrix front on a real homeserver: gaps, absences, log-ins, invitations, limits."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from stage.homeserver import Homeserver

from bot.chat.matrix.content import CUT
from bot.config import Secrets
from bot.errors import ConfigError, LoggedOut, TryLater, Undeliverable
from bot.messages import Kind, Outgoing, Place, Style
from tests.town import Heard, Town, hearing, unique

pytestmark = pytest.mark.synapse


def answer(room: str, key: str = "loketanswer", **more: Any) -> Outgoing:
    return Outgoing(key, "matrix", room, Style.NOTICE, f"says {key}", **more)


async def ask(homeserver: Homeserver, token: str, method: str, path: str) -> Any:
    url = f"{homeserver.url}/_matrix/client/v3/{path}"
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, json={} if method == "POST" else None) as response,
    ):
        return await response.json()


# Hearing


async def test_a_gap_of_several_pages_is_filled_whole_and_in_order(town: Town) -> None:
    """A homeserver gives at most 50 events of a room at once; nio leaves the rest out."""
    await town.anna.say(town.community, "before the first start")
    async with town.ready() as chat, hearing(chat) as heard:
        await town.anna.say(town.community, "heard already")
        await heard.text("heard already")
    said = [f"line {number}" for number in range(155)]
    for text in said:
        await town.anna.say(town.community, text)
    async with town.ready() as chat, hearing(chat, heard.position) as again:
        await again.text(said[-1])
        assert again.texts == said


async def test_a_room_that_is_new_in_the_configuration_is_heard_from_the_joining_on(
    town: Town,
) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        pass
    market = await town.vera.create_room("Market")
    await town.vera.say(market, "history")
    async with (
        town.ready(town.chat(communities=[town.community, market])) as chat,
        hearing(chat, heard.position) as again,
    ):
        await town.vera.say(market, "news")
        await again.text("news")
        assert again.texts == ["news"]


async def test_hearing_goes_on_when_the_homeserver_was_away(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    class Failures(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith("homeserver_away"):
                count.append(record.getMessage())
                if len(count) == 3:
                    three.set()

    count: list[str] = []
    three = asyncio.Event()
    log, listener = logging.getLogger("bot.chat.matrix.client"), Failures()
    log.addHandler(listener)
    try:
        async with town.ready() as chat, hearing(chat) as heard:
            await town.homeserver.stop()
            async with asyncio.timeout(20):
                await three.wait()
            with pytest.raises(TryLater):
                await chat.send(answer(town.community))
            await town.homeserver.start()
            await town.anna.say(town.community, "still there?")
            await heard.text("still there?")
            await chat.send(answer(town.community))
    finally:
        log.removeHandler(listener)
        await town.homeserver.start()
    assert len(count) < 10
    assert town.bot.token not in caplog.text


async def test_hearing_goes_on_after_a_homeserver_was_killed_amid_a_long_poll(town: Town) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        try:
            await town.homeserver.kill()
        finally:
            await town.homeserver.start()
        await town.anna.say(town.community, "after the power cut")
        await heard.text("after the power cut")


async def test_odd_events_are_passed_over(town: Town) -> None:
    odd: list[tuple[str, dict[str, Any]]] = [
        ("m.room.message", {"msgtype": "org.example.odd", "body": "odd"}),
        ("m.room.message", {"msgtype": "m.text", "body": ""}),
        ("m.room.message", {"msgtype": "m.image", "body": "x.jpg", "url": 7}),
        ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation"}}),
        ("m.reaction", {}),
        ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}),
        ("org.example.odd", {"x": [[[[]]]]}),
    ]
    async with town.ready() as chat, hearing(chat) as heard:
        for kind, content in odd:
            await town.anna.send(town.community, kind, content)
        gone = await town.anna.say(town.community, "taken back")
        await heard.text("taken back")
        await town.anna.redact(town.community, gone)
        await town.anna.say(town.community, "a bot's", notice=True)
        await town.anna.say(town.community, "last")
        await heard.text("last")
    texts = [message.text for message in heard.messages if message.kind is Kind.TEXT]
    assert texts == ["taken back", "last"]
    kinds = [message.kind for message in heard.messages if message.kind is not Kind.TEXT]
    assert kinds == [Kind.FILE, Kind.UNREADABLE, Kind.REDACTION]


async def test_a_position_that_the_homeserver_refuses_begins_anew(town: Town) -> None:
    """After its database was restored from another; else the bot would be deaf for ever."""
    async with town.ready() as chat, asyncio.TaskGroup() as group:
        heard = Heard()
        running = group.create_task(chat.run("nonsense", heard.receive))
        await heard.until(lambda heard: bool(heard.batches))
        await town.anna.say(town.community, "hello again")
        await heard.text("hello again")
        running.cancel()


async def test_a_mention_by_a_clients_pill_addresses_the_bot_in_a_thread(town: Town) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        root = await town.anna.say(town.community, "root")
        await town.anna.say(
            town.community, "Loket and now?", thread=root, mention=[town.bot.user_id]
        )
        message = await heard.text("and now?")
    assert (message.thread, message.reply_to, message.addressed) == (root, None, True)


# Speaking


async def test_an_answer_in_a_thread_alerts_whom_it_names(town: Town) -> None:
    question = await town.anna.say(town.community, "where?")
    async with town.ready() as chat:
        event = await chat.send(
            Outgoing(
                "loketkey",
                "matrix",
                town.community,
                Style.TEXT,
                "Here.",
                "<b>Here.</b>",
                thread=question,
                mentions=(town.anna.user_id,),
            )
        )
    seen = await town.anna.wait_for(lambda seen: seen.id == event)
    assert (seen.thread, seen.text) == (question, "Here.")
    assert seen.content["m.mentions"] == {"user_ids": [town.anna.user_id]}
    assert seen.content["formatted_body"] == "<b>Here.</b>"


async def test_a_reaction_given_before_counts_as_given(town: Town) -> None:
    question = await town.anna.say(town.community, "where?")
    tick = Outgoing("tick1", "matrix", town.community, Style.REACTION, "✅", reply_to=question)
    again = Outgoing("tick2", "matrix", town.community, Style.REACTION, "✅", reply_to=question)
    async with town.ready() as chat:
        assert (await chat.send(tick)).startswith("$")
        assert await chat.send(again) == "tick2"


async def test_what_a_homeserver_would_refuse_as_too_large_arrives_shorter(town: Town) -> None:
    async with town.ready() as chat:
        text = "👍é\n" * 30_000
        long = Outgoing("long", "matrix", town.community, Style.NOTICE, text, html=f"<p>{text}")
        event = await chat.send(long)
    seen = await town.anna.wait_for(lambda seen: seen.id == event)
    assert seen.text.startswith("👍é\n👍é")
    assert seen.text.endswith(CUT)


async def test_a_refusal_for_good_says_nothing_of_the_words(town: Town) -> None:
    async with town.ready() as chat:
        await town.vera.set_state(town.community, "m.room.power_levels", {"events_default": 50})
        said = Outgoing("said", "matrix", town.community, Style.NOTICE, "secret")
        with pytest.raises(Undeliverable, match="403 M_FORBIDDEN") as refused:
            await chat.send(said)
    assert "secret" not in str(refused.value)


async def test_under_a_homeservers_own_limits_nothing_is_lost(tmp_path: Path) -> None:
    async with Homeserver(limits="default") as strict, Town.founded(strict, tmp_path) as town:
        events, asked = [], []
        async with town.ready() as chat:
            for number in range(9):
                while True:
                    try:
                        events.append(await chat.send(answer(town.community, f"key{number}")))
                        break
                    except TryLater as later:
                        asked.append(later.retry_after or 0.0)
                        await asyncio.sleep(asked[-1])
        await town.anna.wait_for(lambda seen: seen.id == events[-1])
        texts = [seen.text for seen in town.anna.seen if seen.sender == town.bot.user_id]
        assert [text for text in texts if text] == [f"says key{number}" for number in range(9)]
        assert asked
        assert all(0 < seconds <= 10 for seconds in asked)


# Logging in


async def test_a_wrong_token_is_told_in_one_line_that_names_the_setting(town: Town) -> None:
    chat = town.chat(secrets=Secrets(token="syt_wrong"))
    with pytest.raises(LoggedOut, match="LOKET_MATRIX_TOKEN") as told:
        await chat.open()
    await chat.close()
    assert "\n" not in str(told.value)
    assert "syt_wrong" not in str(told.value)


async def test_a_token_taken_away_ends_hearing_and_speaking(town: Town) -> None:
    async with town.ready() as chat:
        heard = Heard()
        running = asyncio.ensure_future(chat.run(None, heard.receive))
        await heard.until(lambda heard: bool(heard.batches))
        await ask(town.homeserver, town.bot.token, "POST", "logout")
        with pytest.raises(LoggedOut):
            await asyncio.wait_for(running, 15)
        with pytest.raises(LoggedOut):
            await chat.send(answer(town.community))


async def devices(town: Town) -> int:
    return len((await ask(town.homeserver, town.bot.token, "GET", "devices"))["devices"])


async def test_a_log_in_by_password_is_kept_for_the_owner_only_and_used_again(town: Town) -> None:
    before = await devices(town)
    file = town.folder / "matrix-session.json"
    for _ in range(2):
        async with town.ready(town.chat(secrets=Secrets(password=town.bot.password))) as chat:
            assert chat.desk_id == town.desk
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with town.ready(town.chat(secrets=Secrets(token=None, password=""))):
        pass
    assert await devices(town) == before + 1
    assert town.bot.password not in file.read_text()


@pytest.mark.parametrize("damage", ["", "{", '{"token": 5}', "[]"])
async def test_a_damaged_log_in_is_made_anew(town: Town, damage: str) -> None:
    file = town.folder / "matrix-session.json"
    file.write_text(damage)
    async with town.ready(town.chat(secrets=Secrets(password=town.bot.password))):
        assert json.loads(file.read_text())["user_id"] == town.bot.user_id


async def test_a_kept_log_in_that_is_no_longer_good_is_made_anew_on_the_same_device(
    town: Town,
) -> None:
    file = town.folder / "matrix-session.json"
    password = Secrets(password=town.bot.password)
    async with town.ready(town.chat(secrets=password)):
        first = json.loads(file.read_text())
    await ask(town.homeserver, first["token"], "POST", "logout")
    with pytest.raises(LoggedOut, match="LOKET_MATRIX_PASSWORD"):
        async with town.ready(town.chat(secrets=Secrets(password=""))):
            pass
    async with town.ready(town.chat(secrets=password)):
        second = json.loads(file.read_text())
    assert second["token"] != first["token"]
    assert second["device_id"] == first["device_id"]


@pytest.mark.parametrize(
    ("secrets", "setting"),
    [
        (Secrets(password="wrong"), "LOKET_MATRIX_PASSWORD"),
        (Secrets(password=""), "LOKET_MATRIX_TOKEN"),
    ],
)
async def test_a_wrong_or_missing_secret_is_told_by_its_setting(
    town: Town, secrets: Secrets, setting: str
) -> None:
    chat = town.chat(secrets=secrets)
    with pytest.raises(ConfigError) as told:
        await chat.open()
    await chat.close()
    assert told.value.path == setting


async def test_a_token_of_somebody_else_is_refused(town: Town) -> None:
    chat = town.chat(user_id=town.anna.user_id)
    with pytest.raises(ConfigError, match="belongs to") as told:
        await chat.open()
    await chat.close()
    assert told.value.path == "matrix.user_id"


# Rooms


async def test_rooms_are_found_by_alias_and_by_id(town: Town) -> None:
    alias = unique("market")
    market = await town.vera.create_room("Market", alias=alias)
    name = f"#{alias}:{town.homeserver.server_name}"
    async with town.ready(town.chat(communities=[town.community, name])) as chat:
        assert chat.desk_id == town.desk
        assert chat.communities == {town.community: town.community, market: name}


async def test_a_room_that_cannot_be_joined_is_named_with_the_remedy(town: Town) -> None:
    closed = await town.vera.create_room("Closed", preset="private_chat")
    chat = town.chat(communities=[town.community, closed])
    await chat.open()
    with pytest.raises(ConfigError, match=f"invite {town.bot.user_id}") as told:
        await chat.resolve()
    await chat.close()
    assert told.value.path == "rooms.community[1].room"
    assert closed in str(told.value)


async def test_a_room_that_does_not_exist_or_is_named_twice_is_told(town: Town) -> None:
    alias = unique("market")
    market = await town.vera.create_room("Market", alias=alias)
    named = f"#{alias}:{town.homeserver.server_name}"
    for communities, text in (
        (["#nowhere:localhost"], "there is no room #nowhere:localhost"),
        ([market, named], "is the same room as"),
    ):
        chat = town.chat(communities=communities)
        await chat.open()
        with pytest.raises(ConfigError, match=text):
            await chat.resolve()
        await chat.close()


async def test_an_invitation_to_a_direct_chat_is_accepted_even_one_made_while_away(
    town: Town,
) -> None:
    bot = town.bot.user_id
    async with town.ready() as chat, hearing(chat) as heard:
        while_there = await town.anna.direct_chat(bot)
        await town.anna.say(while_there, "one")
        await heard.text("one")
    while_away = await town.vera.direct_chat(bot)
    await town.vera.say(while_away, "two")
    unmarked = await (await town.newcomer("omar")).create_room(invite=[bot], preset="private_chat")
    async with town.ready() as chat, hearing(chat, heard.position) as again:
        await again.text("two")
        await town.anna.say(while_there, "known after a restart")
        message = await again.text("known after a restart")
        assert (message.place, message.addressed) == (Place.DIRECT, True)
        joined = await ask(town.homeserver, town.bot.token, "GET", "joined_rooms")
    assert {while_there, while_away, unmarked} <= set(joined["joined_rooms"])


async def test_other_invitations_are_left_alone(town: Town) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        crowd = await town.vera.create_room("Party", invite=[town.bot.user_id])
        await town.anna.say(town.community, "after the invitation")
        await heard.text("after the invitation")
        joined = await ask(town.homeserver, town.bot.token, "GET", "joined_rooms")
    assert crowd not in joined["joined_rooms"]


async def test_a_crowd_that_calls_itself_a_direct_chat_is_left(town: Town) -> None:
    party = await town.vera.create_room(preset="public_chat", direct=True)
    await town.anna.join(party)
    async with town.ready() as chat, hearing(chat):
        await town.vera.send(party, "m.room.message", {"msgtype": "m.text", "body": "!ask us"})
        content = {"membership": "invite", "is_direct": True}
        await town.vera.set_state(party, "m.room.member", content, town.bot.user_id)
        left = await town.vera.wait_for(
            lambda seen: (
                seen.event.get("state_key") == town.bot.user_id
                and seen.content.get("membership") == "leave"
            ),
            what="the bot leaving",
        )
    assert left.room == party


async def test_a_direct_chat_that_grew_is_heard_no_more_until_it_is_one_again(town: Town) -> None:
    async with town.ready() as chat, hearing(chat) as heard:
        room = await town.anna.direct_chat(town.bot.user_id)
        await town.anna.say(room, "alone")
        await heard.text("alone")
        await town.anna.invite(room, town.vera.user_id)
        await town.vera.join(room)
        await town.anna.say(room, "among three")
        await town.anna.say(town.community, "marker")
        await heard.text("marker")
        await town.vera.leave(room)
        await town.anna.say(room, "alone again")
        await heard.text("alone again")
        assert "among three" not in heard.texts


async def test_what_was_asked_in_private_is_not_answered_among_more_people(town: Town) -> None:
    """A third person in a direct chat read the answer to what was asked before they came."""
    async with town.ready() as chat, hearing(chat) as heard:
        room = await town.anna.direct_chat(town.bot.user_id)
        asked = await town.anna.say(room, "alone")
        await heard.text("alone")
        answer = Outgoing("k1", "matrix", room, Style.TEXT, "only for you")
        said = await chat.send(answer)
        await town.anna.invite(room, town.vera.user_id)
        await town.vera.join(room)
        await town.anna.say(town.community, "marker")
        await heard.text("marker")
        with pytest.raises(Undeliverable, match="more people"):
            await chat.send(replace(answer, key="k2"))
        with pytest.raises(Undeliverable, match="more people"):
            await chat.send(replace(answer, key="k3", replaces=said))
        await chat.send(Outgoing("k4", "matrix", room, Style.REACTION, "👍", reply_to=asked))
        await chat.send(Outgoing("k5", "matrix", room, Style.REDACTION, "", reply_to=said))
        await chat.send(Outgoing("k6", "matrix", town.community, Style.TEXT, "for all"))
        await town.vera.leave(room)
        await town.anna.say(room, "alone again")
        await heard.text("alone again")
        await chat.send(replace(answer, key="k7"))


# Examining


async def test_an_examination_names_each_room_and_what_to_do(town: Town) -> None:
    secret = await town.vera.create_room("Secret")
    await town.vera.set_state(secret, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    muted = await town.vera.create_room("Muted", power_level_content_override={"events_default": 7})
    async with town.ready(town.chat(communities=[secret, muted])):
        pass
    closed = await town.vera.create_room("Closed", preset="private_chat")
    chat = town.chat(communities=[secret, muted, closed, "#nowhere:localhost"])
    await chat.open()
    server, desk, encrypted, silent, outside, missing = await chat.check()
    await chat.close()
    assert server.ok
    assert desk.ok
    assert (desk.name, desk.remedy) == (f"desk {town.desk}", "")
    assert encrypted.ok
    assert (silent.ok, silent.remedy) == (False, f"give {town.bot.user_id} power 7 there")
    assert (outside.ok, outside.text) == (False, "the bot is not in it")
    assert (missing.ok, missing.text) == (False, "does not exist")


@pytest.mark.parametrize("version", ["11", "12"])
async def test_the_creator_of_a_room_may_speak_where_the_room_version_says_so(
    town: Town, version: str
) -> None:
    """From version 12 on creators stand above the levels, and are not listed in them."""
    desk = await town.vera.create_room(
        "Desk", room_version=version, power_level_content_override={"events_default": 100}
    )
    account = town.vera.account
    chat = town.chat(
        desk=desk,
        communities=[],
        user_id=account.user_id,
        secrets=Secrets(token=account.token),
    )
    await chat.open()
    findings = await chat.check()
    await chat.close()
    assert [finding.ok for finding in findings] == [True, True]


async def test_what_the_bot_says_comes_back_by_its_key(town: Town) -> None:
    """So that it is known as said before anybody's answer to it is handled."""
    async with town.ready() as chat, hearing(chat) as heard:
        event = await chat.send(
            Outgoing("loketkey", "matrix", town.community, Style.NOTICE, "An answer.")
        )
        await heard.until(lambda heard: ("loketkey", event) in heard.said)
    assert heard.messages == []
