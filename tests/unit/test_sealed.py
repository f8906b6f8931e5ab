"""Encrypted rooms without a homeserver: what others make up there is survived or not believed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from vodozemac import Account, Curve25519PublicKey, GroupSession

from bot.chat.matrix.crypto.machine import Crypto
from bot.chat.matrix.events import Identity
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.sealed import Sealed
from bot.chat.matrix.timeline import Timeline
from bot.chat.matrix.upgrades import Upgrades
from bot.chat.matrix.wire import Refused
from bot.messages import Kind, Message
from tests.fakes import FakeClock
from tests.sealing import Member, OwnDevice, offline

BOT, ANNA, MALLORY = "@loket:example.org", "@anna:example.org", "@mallory:example.org"
ROOM = "!direct:example.org"


class Homeserver:
    """Knows one room with a few people, its events by id, and whether it is encrypted.

    Attributes:
        events: By id.
        encrypted: Whether the state says so; a status that is not 200 refuses to tell.
        setting: The content of the state that says so.
        asked: How often it was asked for that.
    """

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}
        self.encrypted: bool | int = False
        self.setting: dict[str, Any] = {}
        self.asked = 0

    async def ask(self, request: Any, patience: float = 0) -> dict[str, Any]:
        path = request[1]
        if "/joined_members" in path:
            return {"joined": {BOT: {}, ANNA: {}}}
        if "/state/m.room.encryption" in path:
            self.asked += 1
            if self.encrypted is True:
                return {"type": "m.room.encryption", "state_key": "", "content": self.setting}
            raise Refused(self.encrypted or 404, "M_ODD", "no")
        found = self.events.get(path.partition("?")[0].rpartition("/")[2].replace("%24", "$"))
        if found is None:
            raise Refused(404, "M_NOT_FOUND", "no such thing")
        return dict(found)


@pytest.fixture
def crypto(tmp_path: Path) -> Iterator[Crypto]:
    device = offline(tmp_path, BOT)
    yield device
    device.close()


@pytest.fixture
def homeserver() -> Homeserver:
    return Homeserver()


@pytest.fixture
def timeline(crypto: Crypto, homeserver: Homeserver) -> Timeline:
    return timeline_of(crypto, homeserver)


def timeline_of(crypto: Crypto, homeserver: Homeserver) -> Timeline:
    wire: Any = homeserver
    clock = FakeClock()
    rooms = Rooms(wire, BOT, "!desk:example.org", [])
    rooms.desk_id = "!desk:example.org"
    made = Timeline(wire, rooms, Upgrades(wire, rooms, BOT, clock), Identity(BOT), clock)
    made.sealed = Sealed(crypto, rooms)
    return made


async def heard(timeline: Timeline, *events: Any) -> list[Message]:
    joined = {ROOM: {"timeline": {"events": list(events)}}}
    return await timeline.messages({"rooms": {"join": joined}}, "s1")


def clear(text: str, event_id: str, sender: str = ANNA, **more: Any) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": text, **more}
    kind = {"type": "m.room.message", "event_id": event_id, "sender": sender}
    return {**kind, "origin_server_ts": 1, "content": content}


async def test_an_edit_of_an_event_with_an_odd_session_deafens_nobody(
    timeline: Timeline, homeserver: Homeserver, crypto: Crypto
) -> None:
    """A list as ``session_id`` of the event behind an edit ended the bot at each start."""
    member = Member(crypto, ROOM, ANNA)
    member.give_key()
    odd = member.writes("x", "$odd")
    odd["content"]["session_id"] = ["x"]
    homeserver.events["$odd"] = odd
    relation = {"rel_type": "m.replace", "event_id": "$odd"}
    new = {"msgtype": "m.text", "body": "y"}
    edit = clear("* y", "$edit", **{"m.new_content": new, "m.relates_to": relation})
    messages = await heard(timeline, edit, member.writes("hello", "$2"))
    assert [each.text for each in messages] == ["y", "hello"]


def test_what_nests_too_deep_for_the_parser_ends_nothing(crypto: Crypto) -> None:
    """nio's JSON parser raised RecursionError out of what came straight to the device."""
    account = crypto._olm.account
    account.generate_one_time_keys(2)
    first, second = (
        Curve25519PublicKey.from_base64(key) for key in account.one_time_keys["curve25519"].values()
    )
    mine = account.identity_keys["curve25519"]
    other = Account()

    def to_device(one_time_key: Curve25519PublicKey, plain: str) -> dict[str, Any]:
        device = Curve25519PublicKey.from_base64(mine)
        sealed = other.create_outbound_session(device, one_time_key).encrypt(plain.encode())
        kind, body = sealed.to_parts()
        content = {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": other.curve25519_key.to_base64(),
            "ciphertext": {mine: {"type": kind, "body": b64encode(body).decode().rstrip("=")}},
        }
        return {"type": "m.room.encrypted", "sender": MALLORY, "content": content}

    deep = to_device(first, "[" * 20_000 + "]" * 20_000)
    crypto.take({"to_device": {"events": [deep, to_device(second, "{}")]}})
    assert crypto.mending.due()


@pytest.mark.parametrize(
    "stray",
    [
        {"type": "m.room.encrypted", "content": {}},
        {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
        {"type": "m.room.encryption", "state_key": "x", "content": {}},
    ],
)
async def test_no_members_event_makes_a_room_count_as_encrypted(
    timeline: Timeline, stray: dict[str, Any]
) -> None:
    """Any member could have answers to everybody encrypted in a room that is not."""
    assert timeline.sealed is not None
    assert not await timeline.sealed.is_encrypted(ROOM)
    await heard(timeline, {"event_id": "$1", "sender": MALLORY, **stray})
    assert not await timeline.sealed.is_encrypted(ROOM)


async def test_the_state_event_makes_a_room_count_as_encrypted_for_ever(
    timeline: Timeline, homeserver: Homeserver
) -> None:
    assert timeline.sealed is not None
    assert not await timeline.sealed.is_encrypted(ROOM)
    state = {"type": "m.room.encryption", "state_key": "", "content": {}}
    await heard(timeline, {"event_id": "$1", "sender": ANNA, **state})
    assert await timeline.sealed.is_encrypted(ROOM)


async def test_an_encrypted_event_where_none_was_expected_has_the_state_asked_for_anew(
    timeline: Timeline, homeserver: Homeserver
) -> None:
    assert timeline.sealed is not None
    assert not await timeline.sealed.is_encrypted(ROOM)
    homeserver.encrypted = True
    await heard(timeline, {"type": "m.room.encrypted", "event_id": "$1", "sender": ANNA})
    assert await timeline.sealed.is_encrypted(ROOM)


async def test_an_edit_of_what_can_not_be_read_is_heard_with_its_thread(
    timeline: Timeline, homeserver: Homeserver, crypto: Crypto
) -> None:
    """It was passed over, and the old words were answered once their key came."""
    anna, mallory = Member(crypto, ROOM, ANNA), Member(crypto, ROOM, MALLORY)
    original = anna.writes("old", "$1", {"rel_type": "m.thread", "event_id": "$root"})
    homeserver.events["$1"] = original
    relation = {"rel_type": "m.replace", "event_id": "$1"}
    for member in (anna, mallory):
        member.session = GroupSession()
        member.key = member.session.session_key
        member.give_key()
    new = {"m.new_content": {"msgtype": "m.text", "body": "new"}}
    edits = [
        member.writes("* new", f"${number}", relation, **new)
        for number, member in enumerate((anna, mallory), 2)
    ]
    messages = await heard(timeline, original, *edits)
    assert [(each.kind, each.thread) for each in messages] == [
        (Kind.UNREADABLE, None),
        (Kind.EDIT, "$root"),
    ]


class Sharing:
    """Encrypts nothing; keeps when it was told to change keys."""

    def __init__(self) -> None:
        self.rotations: list[int] = []

    async def encrypted(self, *what: Any) -> dict[str, Any]:
        self.rotations.append(what[-1].messages)
        return {}


async def test_the_rooms_own_setting_of_when_keys_change_is_asked_for_once_and_after_a_change(
    timeline: Timeline, homeserver: Homeserver, crypto: Crypto
) -> None:
    """It was ignored: every key served for a hundred messages."""
    crypto._sharing = sharing = Sharing()  # type: ignore[assignment]
    assert timeline.sealed is not None
    homeserver.encrypted = 403
    await timeline.sealed.sealed(ROOM, "m.room.message", {})
    homeserver.encrypted, homeserver.setting = True, {"rotation_period_msgs": 7}
    asked = homeserver.asked
    for _ in range(2):
        await timeline.sealed.sealed(ROOM, "m.room.message", {})
    assert homeserver.asked == asked + 1
    homeserver.setting = {"rotation_period_msgs": 9}
    await heard(timeline, {**STATE, "content": homeserver.setting})
    await timeline.sealed.sealed(ROOM, "m.room.message", {})
    assert sharing.rotations == [100, 7, 7, 9]


STATE = {"type": "m.room.encryption", "state_key": "", "event_id": "$e", "sender": ANNA}


async def test_clear_words_in_an_encrypted_room_are_nobodys(
    timeline: Timeline, crypto: Crypto
) -> None:
    """The homeserver could have written ``!vet`` in a responder's name."""
    member = Member(crypto, ROOM, ANNA)
    member.give_key()
    before, after = clear("before", "$1"), clear("!vet", "$2")
    edit = clear("* !vet", "$3", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$4"}})
    sealed = member.writes("sealed", "$4")
    relation = {"rel_type": "m.annotation", "event_id": "$4", "key": "👍"}
    tick = clear("", "$5") | {"type": "m.reaction", "content": {"m.relates_to": relation}}
    messages = await heard(timeline, before, {**STATE, "content": {}}, after, edit, sealed, tick)
    assert [each.text for each in messages] == ["before", "sealed", "👍"]
    assert [each.text for each in await heard(timeline, clear("!vet", "$6"))] == []


@pytest.mark.parametrize("state", [True, 403])
async def test_clear_words_are_nobodys_where_the_state_says_encrypted_or_is_not_told(
    timeline: Timeline, homeserver: Homeserver, state: bool | int
) -> None:
    homeserver.encrypted = state
    assert await heard(timeline, clear("!vet", "$1")) == []


async def test_a_refusal_to_tell_is_not_kept_as_not_encrypted(
    timeline: Timeline, homeserver: Homeserver
) -> None:
    """After one refusal words went clear into an encrypted room."""
    assert timeline.sealed is not None
    homeserver.encrypted = 403
    with pytest.raises(Refused):
        await timeline.sealed.is_encrypted(ROOM)
    homeserver.encrypted = True
    assert await timeline.sealed.is_encrypted(ROOM)


async def test_a_room_stays_encrypted_after_a_restart_whatever_the_homeserver_says(
    timeline: Timeline, homeserver: Homeserver, crypto: Crypto
) -> None:
    await heard(timeline, {**STATE, "content": {}})
    again = timeline_of(crypto, homeserver)
    assert await heard(again, clear("!vet", "$1")) == []
    assert again.sealed is not None
    assert await again.sealed.is_encrypted(ROOM)
    assert homeserver.asked == 0


@pytest.mark.parametrize("first", [ANNA, MALLORY])
async def test_who_passes_anothers_key_on_as_their_own_silences_nobody(
    timeline: Timeline, crypto: Crypto, first: str
) -> None:
    """The first session of an id was taken, whosever it was."""
    anna, mallory = Member(crypto, ROOM, ANNA), Member(crypto, ROOM, MALLORY)
    for name in (first, *({ANNA, MALLORY} - {first})):
        (anna if name == ANNA else mallory).give_key(anna.session)
    assert [each.text for each in await heard(timeline, anna.writes("mine", "$1"))] == ["mine"]


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_key_is_taken_from_a_signed_device_of_the_bots_own_that_was_asked_for_it(
    timeline: Timeline, crypto: Crypto, trusted: bool
) -> None:
    """Keys were asked for, and then refused as never asked for."""
    anna = Member(crypto, ROOM, ANNA)
    sealed = anna.writes("hello", "$1")
    assert [each.kind for each in await heard(timeline, sealed)] == [Kind.UNREADABLE]
    other = OwnDevice(crypto, signed=trusted)
    crypto.take({"to_device": {"events": [other.forwards(anna)]}})
    again = await heard(timeline, sealed)
    assert [each.text == "hello" for each in again] == [trusted]


async def test_after_a_restart_a_key_that_was_asked_for_before_is_still_taken(
    timeline: Timeline, crypto: Crypto, homeserver: Homeserver, tmp_path: Path
) -> None:
    anna = Member(crypto, ROOM, ANNA)
    sealed = anna.writes("hello", "$1")
    await heard(timeline, sealed)
    crypto.close()
    again = offline(tmp_path, BOT)
    anna.meet(again)
    forwarded = OwnDevice(again, signed=True).forwards(anna)
    again.take({"to_device": {"events": [forwarded]}})
    messages = await heard(timeline_of(again, homeserver), sealed)
    again.close()
    assert [each.text for each in messages] == ["hello"]


async def test_what_can_not_be_read_yet_is_kept_without_its_sender_and_read_later(
    timeline: Timeline, crypto: Crypto, homeserver: Homeserver
) -> None:
    """The inbox held Matrix ids in the text of unreadable messages."""
    anna = Member(crypto, ROOM, ANNA)
    sealed = anna.writes("hello", "$1") | {"user_id": ANNA}
    homeserver.events["$1"] = sealed
    (kept,) = await heard(timeline, sealed)
    assert (kept.kind, ANNA in kept.text) == (Kind.UNREADABLE, False)
    # The store gives people another name than the front does.
    kept = replace(kept, sender="p1")
    assert await timeline.unsealed(kept) is None
    crypto.take({"to_device": {"events": [OwnDevice(crypto, signed=True).forwards(anna)]}})
    clear = await timeline.unsealed(kept)
    assert clear is not None
    assert (clear.kind, clear.text, clear.sender) == (Kind.TEXT, "hello", ANNA)


async def test_a_sealed_event_that_is_gone_is_not_read_and_ends_nothing(
    timeline: Timeline, crypto: Crypto
) -> None:
    anna = Member(crypto, ROOM, ANNA)
    (kept,) = await heard(timeline, anna.writes("hello", "$1"))
    anna.give_key()
    assert await timeline.unsealed(kept) is None
