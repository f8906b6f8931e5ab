"""Strict clients read each other, and nothing from a device that its owner has not signed.

What the tests of the bot's own encryption stand on: a peer that could not fail would prove nothing.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal

import aiohttp
import pytest
from aiohttp import web
from stage.peer import Peer, PeerFailed, peer_command
from stage.person import Refused, Seen
from stage.strict import StrictPerson, Verification

from tests.town import Town, unique

pytestmark = pytest.mark.synapse


def is_event(event: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.id == event


def came_in(guest: StrictPerson) -> Callable[[Seen], bool]:
    joined = (guest.user_id, "join")
    return lambda seen: (
        seen.kind == "m.room.member"
        and (seen.event["state_key"], seen.content["membership"]) == joined
    )


async def together(host: StrictPerson, *guests: StrictPerson, encrypted: bool = True) -> str:
    """A room in which the host's client knows that everybody is there."""
    invite = [guest.user_id for guest in guests]
    room = await host.create_room(invite=invite, preset="private_chat", encrypted=encrypted)
    for guest in guests:
        await guest.join(room)
    for person in (host, *guests):
        for guest in guests:
            await person.wait_for(came_in(guest), what=f"{guest.user_id} in the room")
    return room


async def read(reader: StrictPerson, event: str) -> Seen:
    return await reader.wait_for(is_event(event), what=f"event {event}")


async def test_two_strict_clients_read_each_other_and_nobody_else_does(town: Town) -> None:
    carla = await town.encrypting("carla")
    bilal = await town.encrypting("bilal")
    assert carla.signed
    assert bilal.signed
    room = await together(carla, bilal)
    await carla.invite(room, town.anna.user_id)
    await town.anna.join(room)

    question = await carla.say(room, "where do I get a passport?")
    seen = await read(bilal, question)
    assert (seen.text, seen.encrypted, seen.failure) == ("where do I get a passport?", True, None)
    assert seen.sender == carla.user_id

    answer = await bilal.say(room, "at the counter", mention=[carla.user_id])
    seen = await read(carla, answer)
    assert (seen.text, seen.encrypted, seen.failure) == ("at the counter", True, None)
    assert seen.content["m.mentions"] == {"user_ids": [carla.user_id]}

    for event in (question, answer):
        outside = await town.anna.wait_for(is_event(event))
        assert (outside.kind, outside.text) == ("m.room.encrypted", "")


async def test_threads_replies_reactions_edits_and_redactions_arrive_in_clear(town: Town) -> None:
    carla = await town.encrypting("carla")
    bilal = await town.encrypting("bilal")
    room = await together(carla, bilal)
    root = await carla.say(room, "root")

    inside = await bilal.say(room, "inside", thread=root)
    assert (await read(carla, inside)).thread == root
    reply = await carla.say(room, "to that", thread=root, reply_to=inside)
    seen = await read(bilal, reply)
    assert seen.encrypted
    assert seen.content["m.relates_to"]["m.in_reply_to"] == {"event_id": inside}

    edit = await bilal.edit(room, inside, "inside, in better words")
    seen = await read(carla, edit)
    assert seen.encrypted
    assert seen.replaces == inside
    assert seen.content["m.new_content"]["body"] == "inside, in better words"

    reaction = await carla.react(room, inside, "👍")
    seen = await read(bilal, reaction)
    assert not seen.encrypted  # As every client does it.
    assert seen.content["m.relates_to"]["key"] == "👍"

    redaction = await bilal.redact(room, inside)
    assert (await read(carla, redaction)).redacts == inside

    picture = {"msgtype": "m.image", "body": "passport.jpg", "file": {"url": "mxc://localhost/x"}}
    image = await carla.send(room, "m.room.message", picture)
    assert (await read(bilal, image)).content["msgtype"] == "m.image"


async def test_a_strict_client_neither_reads_nor_feeds_a_device_that_nobody_signed(
    town: Town,
) -> None:
    strict = await town.encrypting("carla")
    careless = await town.encrypting("bilal", strict=False)
    also_careless = await town.encrypting("dirk", strict=False)
    assert not careless.signed
    room = await together(strict, careless, also_careless)

    words = await careless.say(room, "trust me")
    seen = await read(strict, words)
    assert (seen.failure, seen.text) == ("UNSIGNED_SENDER_DEVICE", "")
    assert seen.kind == "m.room.encrypted"
    assert (await read(also_careless, words)).text == "trust me"
    devices = await strict.devices_of(careless.user_id)
    assert devices == {careless.device_id: False}

    words = await strict.say(room, "not for everybody")
    seen = await read(careless, words)
    assert (seen.failure, seen.text) == ("MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE", "")
    assert await careless.devices_of(strict.user_id) == {strict.device_id: True}


async def test_a_room_without_encryption_stays_without(town: Town) -> None:
    carla = await town.encrypting("carla")
    bilal = await town.encrypting("bilal")
    room = await together(carla, bilal, encrypted=False)
    seen = await read(bilal, await carla.say(room, "for all to read"))
    assert (seen.text, seen.encrypted, seen.failure) == ("for all to read", False, None)


class SlowPost:
    """Stands before a homeserver; keeps what devices send to each other until told otherwise."""

    def __init__(self, homeserver: str) -> None:
        self.url = ""
        self.keeping = True
        self._homeserver = homeserver
        self._kept: list[Any] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[SlowPost]:
        async with aiohttp.ClientSession() as self._session:
            app = web.Application()
            app.router.add_route("*", "/{path:.*}", self._pass_on)
            runner = web.AppRunner(app, handler_cancellation=True)
            await runner.setup()
            try:
                site = web.TCPSite(runner, "127.0.0.1", 0)
                await site.start()
                self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                yield self
            finally:
                await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        async with self._session.request(
            request.method,
            f"{self._homeserver}{request.raw_path}",
            data=await request.read(),
            headers={"Authorization": request.headers.get("Authorization", "")},
        ) as answer:
            told = await answer.json()
        if request.path.endswith("/sync") and answer.status == 200:
            self._kept += told.pop("to_device", {}).get("events", [])
            if not self.keeping:
                told["to_device"] = {"events": self._kept}
                self._kept = []
        return web.json_response(told, status=answer.status)


async def test_what_becomes_readable_later_is_seen_again(town: Town) -> None:
    account = await town.homeserver.register(unique("bilal"))
    carla = await town.encrypting("carla")
    async with (
        SlowPost(town.homeserver.url).open() as post,
        StrictPerson(post.url, account) as bilal,
    ):
        room = await together(carla, bilal)
        early = await carla.say(room, "before its key")
        seen = await read(bilal, early)
        assert (seen.failure, seen.text) == ("MEGOLM_UNKNOWN_INBOUND_SESSION_ID", "")
        post.keeping = False
        await read(bilal, await carla.say(room, "after it"))
        again = await bilal.wait_for(lambda seen: seen.id == early and seen.failure is None)
        assert (again.text, again.encrypted) == ("before its key", True)


async def compare(
    one: StrictPerson, other: StrictPerson, where: Literal["room", "devices"]
) -> tuple[Verification, Verification]:
    # Also for their devices: a client knows whom it shares an encrypted room with.
    room = await together(one, other)
    # A client drops a request from a device that it does not know yet.
    await other.devices_of(one.user_id)
    place, device = (room, None) if where == "room" else (None, other.device_id)
    ours, theirs = await asyncio.gather(
        one.verify(other.user_id, room=place, device=device),
        other.accept_verification(one.user_id),
    )
    assert len(ours.emoji) == 7
    assert ours.emoji == theirs.emoji
    return ours, theirs


@pytest.mark.parametrize("where", ["room", "devices"])
async def test_people_who_see_the_same_emoji_know_each_other(
    town: Town, where: Literal["room", "devices"]
) -> None:
    carla = await town.encrypting("carla")
    bilal = await town.encrypting("bilal")
    verifications = await compare(carla, bilal, where)
    for identity in await asyncio.gather(*(each.confirm() for each in verifications)):
        assert identity.known
        assert identity.verified
    assert (await carla.identity_of(bilal.user_id)).verified
    assert not (await carla.identity_of(town.anna.user_id)).known


async def test_people_who_see_other_emoji_do_not_know_each_other(town: Town) -> None:
    carla = await town.encrypting("carla")
    bilal = await town.encrypting("bilal")
    ours, theirs = await compare(carla, bilal, "devices")
    await ours.deny()
    with pytest.raises(PeerFailed, match="cancelled"):
        await theirs.confirm()
    for one, other in ((carla, bilal), (bilal, carla)):
        identity = await one.identity_of(other.user_id)
        assert identity.known
        assert not identity.verified


async def test_keys_can_be_claimed_until_only_the_fallback_key_is_left(town: Town) -> None:
    """The client claimed from is one that no more runs: it can't make new keys meanwhile."""
    carla = await town.encrypting("carla")
    bilal = await town.encrypting("bilal")
    os.kill(bilal.pid, signal.SIGKILL)
    taken = await carla.claim_keys_of(bilal.user_id, bilal.device_id, 60)
    assert len(taken) == 60
    assert len(set(taken)) < 60
    assert taken[-1] == taken[-2]
    assert await carla.claim_keys_of(bilal.user_id, "NOSUCHDEVICE", 1) == []


async def test_what_the_homeserver_forbids_is_told(town: Town) -> None:
    carla = await town.encrypting("carla")
    bilal = await town.encrypting("bilal")
    levels = {"users": {carla.user_id: 100}, "events_default": 50}
    room = await carla.create_room(
        invite=[bilal.user_id], room_version="11", power_level_content_override=levels
    )
    await bilal.join(room)
    with pytest.raises(Refused, match="403 M_FORBIDDEN"):
        await bilal.say(room, "may I?")


async def test_a_client_that_died_is_told_of_at_once(town: Town) -> None:
    carla = await town.encrypting("carla")
    waiting = asyncio.ensure_future(carla.wait_for(lambda seen: False, within=30))
    os.kill(carla.pid, signal.SIGKILL)
    with pytest.raises(PeerFailed, match="Node ended"):
        await waiting
    with pytest.raises(PeerFailed, match="Node ended"):
        await carla.devices_of(carla.user_id)


async def test_a_failing_command_brings_the_last_lines_of_the_client() -> None:
    peer = Peer(take=lambda told: None, changed=lambda: None)
    await peer.start()
    try:
        with pytest.raises(PeerFailed, match=r"(?s)fly: no command fly\n.*at .*peer\.mjs"):
            await peer.order("fly")
    finally:
        await peer.stop()


async def test_a_client_does_not_outlive_who_started_it() -> None:
    """Whatever ends a process closes its pipes."""
    node = await asyncio.create_subprocess_exec(
        *peer_command(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    assert node.stdin is not None
    node.stdin.close()
    assert await asyncio.wait_for(node.wait(), 10) == 0
