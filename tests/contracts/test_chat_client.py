"""What every front promises. A front comes in with one more fixture parameter and its stage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC
from typing import Protocol

import pytest

from bot.errors import Undeliverable
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from bot.ports import ChatClient
from tests.town import Heard, Town, hearing


class Stage(Protocol):
    """A front with a citizen in front of it."""

    front: str
    citizen: str
    """The citizen's user id."""

    def client(self) -> AbstractAsyncContextManager[ChatClient]:
        """The bot's side, as after a start of the process."""

    async def room(self, place: Place) -> str:
        """The id of the room of that kind; the bot is in it, or comes once it runs."""

    async def say(self, text: str, place: Place = Place.COMMUNITY) -> str:
        """The citizen (at the desk a responder) writes; gives the event's id."""

    async def react(self, event: str, key: str) -> None:
        """The citizen reacts to an event in the community room."""

    async def shown(self, event: str) -> list[tuple[str, str]]:
        """Once the event is there: every event's id and text in the community room."""


class MatrixStage:
    """A real homeserver."""

    front = "matrix"

    def __init__(self, town: Town) -> None:
        self.citizen = town.anna.user_id
        self._town = town
        self._direct: str | None = None

    def client(self) -> AbstractAsyncContextManager[ChatClient]:
        return self._town.ready()

    async def room(self, place: Place) -> str:
        if place is Place.DESK:
            return self._town.desk
        if place is Place.COMMUNITY:
            return self._town.community
        if self._direct is None:
            self._direct = await self._town.anna.direct_chat(self._town.bot.user_id)
        return self._direct

    async def say(self, text: str, place: Place = Place.COMMUNITY) -> str:
        speaker = self._town.vera if place is Place.DESK else self._town.anna
        return await speaker.say(await self.room(place), text)

    async def react(self, event: str, key: str) -> None:
        await self._town.anna.react(self._town.community, event, key)

    async def shown(self, event: str) -> list[tuple[str, str]]:
        anna = self._town.anna
        await anna.wait_for(lambda seen: seen.id == event, what=f"event {event}")
        await anna.look()
        return [(seen.id, seen.text) for seen in anna.seen if seen.room == self._town.community]


@pytest.fixture(params=[pytest.param("matrix", marks=pytest.mark.synapse)])
def stage(request: pytest.FixtureRequest) -> Stage:
    return MatrixStage(request.getfixturevalue("town"))


@asynccontextmanager
async def started(stage: Stage) -> AsyncIterator[tuple[ChatClient, Heard]]:
    async with stage.client() as chat, hearing(chat) as heard:
        yield chat, heard


def outgoing(stage: Stage, room: str, key: str = "loketanswer1") -> Outgoing:
    return Outgoing(key, stage.front, room, Style.NOTICE, "Apply at your municipality.")


async def test_a_message_is_heard_with_all_that_is_known_of_it(stage: Stage) -> None:
    async with started(stage) as (chat, heard):
        event = await stage.say("Where do I register?")
        message = await heard.text("Where do I register?")
    assert chat.front == stage.front
    assert message.ref.front == stage.front
    assert message.ref.room == await stage.room(Place.COMMUNITY)
    assert message.ref.event == event
    assert (message.place, message.kind) == (Place.COMMUNITY, Kind.TEXT)
    assert message.sender == stage.citizen
    assert message.sent_at.tzinfo is UTC
    assert not message.addressed


async def test_messages_are_heard_once_and_in_order(stage: Stage) -> None:
    said = [f"line {number}" for number in range(5)]
    async with started(stage) as (_, heard):
        for text in said:
            await stage.say(text)
        await heard.text(said[-1])
        assert heard.texts == said


@pytest.mark.parametrize(
    ("words", "question"), [("!ask where?", "where?"), ("Loket: where?", "where?")]
)
async def test_a_call_addresses_the_bot(stage: Stage, words: str, question: str) -> None:
    async with started(stage) as (_, heard):
        await stage.say(words)
        assert (await heard.text(question)).addressed


async def test_desk_and_direct_chat_are_told_apart(stage: Stage) -> None:
    async with started(stage) as (_, heard):
        await stage.say("claim", Place.DESK)
        await stage.say("may I ask?", Place.DIRECT)
        desk, direct = await heard.text("claim"), await heard.text("may I ask?")
    assert (desk.place, desk.addressed) == (Place.DESK, False)
    assert (direct.place, direct.addressed) == (Place.DIRECT, True)


async def test_a_reaction_is_heard_with_what_it_is_about(stage: Stage) -> None:
    async with started(stage) as (chat, heard):
        room = await stage.room(Place.COMMUNITY)
        event = await chat.send(outgoing(stage, room))
        await stage.react(event, "👍")
        message = await heard.text("👍")
    assert (message.kind, message.reply_to) == (Kind.REACTION, event)


async def test_what_was_said_before_the_very_first_start_is_not_heard(stage: Stage) -> None:
    await stage.say("long ago")
    async with started(stage) as (_, heard):
        await stage.say("now")
        await heard.text("now")
        assert heard.texts == ["now"]


async def test_what_was_said_while_the_bot_was_away_is_heard_at_the_next_start(
    stage: Stage,
) -> None:
    async with started(stage) as (_, heard):
        await stage.say("before")
        await heard.text("before")
    await stage.say("while away")
    async with stage.client() as chat, hearing(chat, heard.position) as again:
        await again.text("while away")
        assert again.texts == ["while away"]


async def test_what_was_not_kept_is_heard_again(stage: Stage) -> None:
    """A crash between hearing and storing loses nothing."""

    class Crash(Exception):
        pass

    async def crash(messages: Sequence[Message], position: str) -> None:
        if messages:
            raise Crash

    async with started(stage) as (_, heard):
        pass
    async with stage.client() as chat:
        await stage.say("do you hear me?")
        with pytest.raises(Crash):
            await asyncio.wait_for(chat.run(heard.position, crash), 15)
    async with stage.client() as chat, hearing(chat, heard.position) as again:
        await again.text("do you hear me?")


async def test_nothing_more_is_given_before_the_last_was_taken(stage: Stage) -> None:
    taken: list[list[str]] = []
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(messages: Sequence[Message], position: str) -> None:
        taken.append([message.text for message in messages])
        if messages:
            arrived.set()
            await go_on.wait()

    async with started(stage) as (_, heard):
        pass
    async with stage.client() as chat, asyncio.TaskGroup() as group:
        running = group.create_task(chat.run(heard.position, slow))
        await stage.say("first")
        await asyncio.wait_for(arrived.wait(), 15)
        event = await stage.say("second")
        await stage.shown(event)
        assert [text for batch in taken for text in batch] == ["first"]
        go_on.set()
        async with asyncio.timeout(15):
            while ["second"] not in taken:
                arrived.clear()
                await arrived.wait()
        running.cancel()


async def test_what_the_bot_says_is_shown_and_not_heard_by_itself(stage: Stage) -> None:
    async with started(stage) as (chat, heard):
        room = await stage.room(Place.COMMUNITY)
        event = await chat.send(outgoing(stage, room))
        assert (event, "Apply at your municipality.") in await stage.shown(event)
        await stage.say("thanks")
        await heard.text("thanks")
        assert heard.texts == ["thanks"]


async def test_the_same_key_is_said_once_even_after_a_restart(stage: Stage) -> None:
    room = await stage.room(Place.COMMUNITY)
    async with stage.client() as chat:
        first = await chat.send(outgoing(stage, room))
        assert await chat.send(outgoing(stage, room)) == first
    async with stage.client() as chat:
        assert await chat.send(outgoing(stage, room)) == first
        other = await chat.send(outgoing(stage, room, "loketanswer2"))
    texts = [text for _, text in await stage.shown(other)]
    assert texts.count("Apply at your municipality.") == 2


async def test_a_room_that_the_bot_is_not_in_is_told_as_undeliverable(stage: Stage) -> None:
    async with stage.client() as chat:
        with pytest.raises(Undeliverable):
            await chat.send(outgoing(stage, "!nowhere"))


async def test_attending_to_a_message_never_stands_in_the_way(stage: Stage) -> None:
    async with started(stage) as (chat, heard):
        await stage.say("!ask where?")
        message = await heard.text("where?")
        for ref in (message.ref, MessageRef(chat.front, "!nowhere", "$none")):
            for kind in Kind:
                for done in (False, True):
                    await chat.attend(replace(message, ref=ref, kind=kind), done=done)
        event = await chat.send(outgoing(stage, await stage.room(Place.COMMUNITY)))
        assert event in [each for each, _ in await stage.shown(event)]
        await stage.say("thanks")
        await heard.text("thanks")


async def test_hearing_ends_within_a_second_of_being_cancelled(stage: Stage) -> None:
    async with stage.client() as chat:
        heard = Heard()
        running = asyncio.ensure_future(chat.run(None, heard.receive))
        await heard.until(lambda heard: bool(heard.batches))
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=1)
    assert running in done
    assert running.cancelled()
