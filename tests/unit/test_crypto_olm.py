"""What a device makes of what others send it; a few devices, and no homeserver between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nio import KeysClaimResponse, KeysQueryResponse
from nio.store import SqliteStore
from peewee import DatabaseError

from bot.chat.matrix.crypto.olm import MEGOLM, OLM, Machine, Opening
from bot.chat.matrix.crypto.reading import decrypted
from bot.errors import StoreUnavailable

BOT, ANNA, VERA = "@loket:x", "@anna:x", "@vera:x"
ROOM = "!room:x"


def machine(folder: Path, user_id: str, device_id: str) -> Machine:
    folder.mkdir(exist_ok=True)
    store = SqliteStore(user_id, device_id, str(folder), "key", "db")
    # No test cuts the power.
    store.database.execute_sql("PRAGMA synchronous = OFF")
    return Machine(user_id, device_id, store)


def introduce(*devices: Machine) -> None:
    """Everybody learns of everybody, as from a homeserver."""
    for each in devices:
        each.account.shared = False
        told: dict[str, dict[str, Any]] = {}
        for other in devices:
            other.uploaded_key_count = None
            keys = other.share_keys()["device_keys"]
            told.setdefault(other.user_id, {})[other.device_id] = keys
        each.handle_response(KeysQueryResponse(told, {}))


def begin(one: Machine, other: Machine) -> None:
    """One begins a session with the other, by one of its one-time keys."""
    account = other.account
    account.mark_keys_as_published()
    account.generate_one_time_keys(1)
    ((name, key),) = account.one_time_keys["curve25519"].items()
    account.mark_keys_as_published()
    other.save_account()
    thing: dict[str, Any] = {"key": key}
    signature = {f"ed25519:{other.device_id}": other.sign_json(thing)}
    thing["signatures"] = {other.user_id: signature}
    keys = {other.user_id: {other.device_id: {f"signed_curve25519:{name}": thing}}}
    one.handle_response(KeysClaimResponse(keys, {}))


def letter(by: Machine, to: Machine, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    device = by.device_store[to.user_id][to.device_id]
    session = by.session_store.get(device.curve25519)
    sealed: dict[str, Any] = by._olm_encrypt(session, device, kind, content)
    return sealed


class Pair:
    """Anna's device, which writes, and the bot's, which reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.anna = machine(folder / "anna", ANNA, "PHONE")
        self.bot = machine(folder / "bot", BOT, "BOT")
        introduce(self.anna, self.bot)
        begin(self.anna, self.bot)
        self.anna.create_outbound_group_session(ROOM)
        self.anna.outbound_group_sessions[ROOM].mark_as_shared()

    def key(self, **change: Any) -> dict[str, Any]:
        """The message that brings the room's key, from where it stands."""
        session = self.anna.outbound_group_sessions[ROOM]
        content = {
            "algorithm": MEGOLM,
            "room_id": ROOM,
            "session_id": session.id,
            "session_key": session.session_key,
            **change,
        }
        return letter(self.anna, self.bot, "m.room_key", content)

    def event(self, text: str = "hello", kind: str = "m.room.message") -> dict[str, Any]:
        content = {"msgtype": "m.text", "body": text}
        sealed = self.anna.group_encrypt(ROOM, {"type": kind, "content": content})
        return {
            "type": "m.room.encrypted",
            "event_id": f"${text}",
            "sender": ANNA,
            "origin_server_ts": 1,
            "content": sealed,
        }

    def says(self, event: dict[str, Any]) -> Any:
        """The words as the bot reads them; None: not readable."""
        clear = decrypted(self.bot, event, ROOM)
        return clear and clear["content"].get("body")

    def again(self) -> None:
        """The bot starts anew."""
        self.bot.store.database.close()
        self.bot = machine(self.folder / "bot", BOT, "BOT")

    def close(self) -> None:
        for each in (self.anna, self.bot):
            each.store.database.close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    both = Pair(tmp_path)
    yield both
    both.close()


def test_an_event_is_read_once_its_key_is_there_and_after_a_restart_too(pair: Pair) -> None:
    key, event = pair.key(), pair.event()
    assert pair.says(event) is None
    assert pair.bot.open(ANNA, key) is Opening.DONE
    assert pair.says(event) == "hello"
    pair.again()
    assert pair.says(event) == "hello"


def test_a_message_that_comes_again_changes_nothing_and_is_no_sign_of_a_broken_session(
    pair: Pair,
) -> None:
    first, second = pair.key(), pair.key()
    for each in (first, second):
        assert pair.bot.open(ANNA, each) is Opening.DONE
    pair.again()
    for each in (first, second, first):
        assert pair.bot.open(ANNA, each) is Opening.AGAIN


def test_a_crash_amid_a_batch_loses_no_key(pair: Pair) -> None:
    """Else the session would be further than the key, which nobody sends twice."""
    key, event = pair.key(), pair.event()
    with suppress(InterruptedError), pair.bot.atomic():
        assert pair.bot.open(ANNA, key) is Opening.DONE
        raise InterruptedError
    pair.again()
    assert pair.says(event) is None
    assert pair.bot.open(ANNA, key) is Opening.DONE
    assert pair.says(event) == "hello"


def test_a_session_that_is_lost_is_told_as_broken(pair: Pair) -> None:
    pair.bot.open(ANNA, pair.key())
    pair.anna.open(BOT, letter(pair.bot, pair.anna, "m.dummy", {}))
    pair.bot.session_store._entries.clear()
    assert pair.bot.open(ANNA, pair.key()) is Opening.BROKEN


def test_a_session_that_is_lost_is_told_as_broken_again_after_a_crash(pair: Pair) -> None:
    """The message counted as taken, so that the session stayed as it was."""
    pair.bot.open(ANNA, pair.key())
    pair.anna.open(BOT, letter(pair.bot, pair.anna, "m.dummy", {}))
    pair.bot.session_store._entries.clear()
    pair.bot.store.database.execute_sql("DELETE FROM olmsessions")
    key = pair.key()
    assert pair.bot.open(ANNA, key) is Opening.BROKEN
    pair.again()
    assert pair.bot.open(ANNA, key) is Opening.BROKEN


def test_a_key_that_can_not_be_kept_is_no_sign_of_a_broken_session(pair: Pair) -> None:
    key, event = pair.key(), pair.event()
    keep = pair.bot.store.save_inbound_group_session

    def full(_: Any) -> None:
        raise DatabaseError("the disk is full")

    pair.bot.store.save_inbound_group_session = full
    with pytest.raises(StoreUnavailable), pair.bot.atomic():
        pair.bot.open(ANNA, key)
    pair.bot.store.save_inbound_group_session = keep
    pair.again()
    assert pair.bot.open(ANNA, key) is Opening.DONE
    assert pair.says(event) == "hello"


def test_a_one_time_key_that_nobody_knows_is_told_as_broken(pair: Pair) -> None:
    early = machine(pair.folder / "early", BOT, "BOT")
    stranger = machine(pair.folder / "stranger", VERA, "PC")
    introduce(stranger, early)
    begin(stranger, early)
    content = letter(stranger, early, "m.dummy", {})
    (sealed,) = content["ciphertext"].values()
    to_bot = {pair.bot.account.identity_keys["curve25519"]: sealed}
    assert pair.bot.open(VERA, content | {"ciphertext": to_bot}) is Opening.BROKEN
    for each in (early, stranger):
        each.store.database.close()


def test_a_key_never_takes_the_place_of_a_better_one(pair: Pair) -> None:
    early = pair.key()
    event = pair.event()
    late = pair.key()
    for each in (late, early, pair.key()):
        assert pair.bot.open(ANNA, each) is Opening.DONE
    assert pair.says(event) == "hello"
    pair.again()
    assert pair.says(event) == "hello"


def test_who_passes_a_key_off_as_their_own_takes_nothing_away(pair: Pair) -> None:
    """Any member has the key, and could send it, worse, in their own name."""
    vera = machine(pair.folder / "vera", VERA, "PC")
    introduce(vera, pair.bot)
    begin(vera, pair.bot)
    good, event = pair.key(), pair.event()
    session = pair.anna.outbound_group_sessions[ROOM]
    worse = {
        "algorithm": MEGOLM,
        "room_id": ROOM,
        "session_id": session.id,
        "session_key": session.session_key,
    }
    assert pair.bot.open(ANNA, good) is Opening.DONE
    assert pair.bot.open(VERA, letter(vera, pair.bot, "m.room_key", worse)) is Opening.DONE
    assert pair.says(event) == "hello"
    assert pair.says({**event, "sender": VERA}) is None
    pair.again()
    assert pair.says(event) == "hello"
    vera.store.database.close()


def test_a_key_that_is_not_that_of_its_session_is_not_taken(pair: Pair) -> None:
    event = pair.event()
    for change in (
        {"session_id": "other"},
        {"algorithm": "m.other"},
        {"room_id": "!other:x"},
        {"session_key": 7},
        {"session_key": "?"},
    ):
        pair.bot.open(ANNA, pair.key(**change))
        assert pair.says(event) is None


@pytest.mark.parametrize("kind", ["m.room.redaction", "m.room.encrypted"])
def test_nobody_takes_words_back_behind_the_homeservers_back(pair: Pair, kind: str) -> None:
    pair.bot.open(ANNA, pair.key())
    clear = decrypted(pair.bot, pair.event(kind=kind), ROOM)
    assert clear is not None
    assert (clear["type"], clear["content"]) == ("nl.loket.refused", {})


def forwarded(pair: Pair, *, signed: bool, asked: bool) -> bool:
    """Whether the bot takes a room's key from another device of its own."""
    other = machine(pair.folder / "other", BOT, "OTHER")
    introduce(other, pair.bot)
    begin(other, pair.bot)
    event = pair.event()
    session = pair.anna.inbound_group_store.get(
        ROOM, pair.anna.account.identity_keys["curve25519"], event["content"]["session_id"]
    )
    if signed:
        pair.bot.verify_device(pair.bot.device_store[BOT]["OTHER"])
    if asked:
        pair.bot.expect(ROOM, session.id)
    device = other.device_store[BOT]["BOT"]
    olm = other.session_store.get(device.curve25519)
    message = other._encrypt_forwarding_key(ROOM, session, olm, device)
    pair.bot.open(BOT, message.content)
    other.store.database.close()
    return bool(pair.says(event) == "hello")


def test_a_key_that_was_asked_for_is_taken_from_a_signed_device_of_the_bot(pair: Pair) -> None:
    assert forwarded(pair, signed=True, asked=True)
    # The others need not answer any more.
    (told,) = pair.bot.outgoing_to_device_messages
    assert told.content["action"] == "request_cancellation"


@pytest.mark.parametrize(("signed", "asked"), [(True, False), (False, True)])
def test_a_key_is_taken_from_no_other_device_nor_unasked(
    pair: Pair, signed: bool, asked: bool
) -> None:
    assert not forwarded(pair, signed=signed, asked=asked)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ODD = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ODD
@given(odd=JSON, kind=JSON, text=st.text())
def test_nothing_that_anybody_sends_raises(pair: Pair, odd: Any, kind: Any, text: str) -> None:
    own_key = pair.bot.account.identity_keys["curve25519"]
    content = {"algorithm": OLM, "sender_key": text}
    with pair.bot.atomic():
        for ciphertext in (odd, {own_key: odd}, {own_key: {"type": kind, "body": text}}):
            opening = pair.bot.open(ANNA, {**content, "ciphertext": ciphertext})
            assert opening is not Opening.DONE
    for inner in (odd, {"algorithm": MEGOLM, "session_id": odd, "ciphertext": odd}):
        assert decrypted(pair.bot, {"content": inner, "sender": odd}, ROOM) is None


@ODD
@given(odd=JSON, kind=st.sampled_from(["m.room_key", "m.forwarded_room_key", "m.dummy", "m.odd"]))
def test_nothing_that_a_member_seals_raises(pair: Pair, odd: Any, kind: str) -> None:
    with pair.bot.atomic(), pair.anna.atomic():
        for content in (odd, {"algorithm": MEGOLM, "room_id": odd, "session_id": odd}):
            if isinstance(content, dict):
                sealed = letter(pair.anna, pair.bot, kind, content)
                assert pair.bot.open(ANNA, sealed) is Opening.DONE


def test_a_disk_that_can_not_be_written_is_told(pair: Pair) -> None:
    with pytest.raises(StoreUnavailable, match="db"), pair.bot.atomic():
        pair.bot._rows("INSERT INTO nowhere VALUES (1)")
