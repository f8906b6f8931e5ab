"""A person verifies the bot by emoji: against a client on other cryptography, in every order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.matrix.crypto.emoji import EMOJI
from bot.chat.matrix.crypto.sas import Party
from bot.chat.matrix.crypto.steps import KINDS, Code, Send, Stage, Transport
from bot.chat.matrix.crypto.verification import LASTS, PATIENCE, Verification
from tests.asking_client import AskingClient, Event

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOT = ("@loket:example.org", "BOTDEVICE")
BOT_KEYS = {"ed25519:BOTDEVICE": "bot+device+key", "ed25519:bot+master+key": "bot+master+key"}
VERA_KEYS = {"ed25519:VERAPHONE": "vera+phone+key", "ed25519:vera+master": "vera+master"}

both_ways = pytest.mark.parametrize("transport", list(Transport))


class Table:
    """The bot and a person's client, and what goes between them."""

    def __init__(
        self,
        transport: Transport = Transport.TO_DEVICE,
        *,
        user_id: str = "@vera:example.org",
        keys: dict[str, str] | None = VERA_KEYS,
        **client: Any,
    ) -> None:
        self.client = AskingClient(user_id, "VERAPHONE", VERA_KEYS, BOT, transport, **client)
        other = Party(user_id, "VERAPHONE", keys)
        self.bot = Verification(Party(*BOT, BOT_KEYS), other, "t1", transport, NOW)
        self.now = NOW
        self.tamper: Callable[[str, dict[str, Any]], None] = lambda kind, content: None

    def ask(self) -> None:
        self.to_bot(self.client.request())

    def to_bot(self, *events: Event) -> None:
        for kind, content in events:
            self.tamper(kind, content)
            self.to_client(self.bot.take(kind, content, self.now))

    def to_client(self, sends: Iterable[Send]) -> None:
        for send in sends:
            self.to_bot(*self.client.take(send.kind, send.content))


@both_ways
@pytest.mark.parametrize("first", ["person", "bot"])
def test_whoever_says_first_that_it_matches_both_trust_each_other(
    transport: Transport, first: str
) -> None:
    table = Table(transport)
    table.ask()
    assert table.bot.stage is Stage.SHOWN
    assert [EMOJI.index(each) for each in table.bot.emoji] == list(table.client.emoji)
    assert table.bot.numbers == table.client.numbers
    if first == "person":
        table.to_bot(*table.client.confirm())
        assert table.bot.stage is Stage.SHOWN
        table.to_client(table.bot.confirm())
    else:
        table.to_client(table.bot.confirm())
        assert table.bot.stage is Stage.CONFIRMED
        assert not table.bot.proven
        table.to_bot(*table.client.confirm())
    assert table.bot.stage is Stage.DONE
    assert table.bot.proven == VERA_KEYS.keys()
    assert table.client.done
    assert table.client.trusts(BOT_KEYS)


@both_ways
def test_the_bot_starts_when_the_other_client_leaves_it_to_the_bot(transport: Transport) -> None:
    table = Table(transport, starts=False)
    table.ask()
    assert table.bot.due(NOW + PATIENCE - timedelta(seconds=1)) == ()
    table.to_client(table.bot.due(NOW + PATIENCE))
    assert table.bot.stage is Stage.SHOWN
    assert [EMOJI.index(each) for each in table.bot.emoji] == list(table.client.emoji)
    table.to_client(table.bot.confirm())
    table.to_bot(*table.client.confirm())
    assert table.bot.stage is Stage.DONE
    assert table.client.trusts(BOT_KEYS)


@both_ways
@pytest.mark.parametrize("user_id", ["@anna:example.org", "@vera:example.org"])
def test_when_both_start_the_smaller_user_id_counts(transport: Transport, user_id: str) -> None:
    table = Table(transport, user_id=user_id, starts=False)
    table.ask()
    ours = table.bot.due(NOW + PATIENCE)
    table.to_bot(table.client.start())
    table.to_client(ours)
    assert table.bot.stage is Stage.SHOWN
    assert [EMOJI.index(each) for each in table.bot.emoji] == list(table.client.emoji)
    table.to_client(table.bot.confirm())
    table.to_bot(*table.client.confirm())
    assert table.bot.stage is Stage.DONE


def test_when_both_start_with_another_method_it_ends() -> None:
    table = Table(starts=False)
    table.ask()
    table.bot.due(NOW + PATIENCE)
    kind, content = table.client.start()
    table.to_bot((kind, content | {"method": "m.reciprocate.v1"}))
    assert table.client.code == Code.UNEXPECTED_MESSAGE


def test_an_old_client_starts_without_asking_and_never_says_done() -> None:
    table = Table(asks=False)
    table.bot.begin_without_request()
    table.to_bot(table.client.start())
    table.to_client(table.bot.confirm())
    macs, _ = table.client.confirm()
    table.to_bot(macs)
    assert table.bot.stage is Stage.DONE
    assert table.client.trusts(BOT_KEYS)


@both_ways
def test_other_emoji_end_it_and_nothing_is_trusted(transport: Transport) -> None:
    table = Table(transport)
    table.ask()
    table.to_bot(*table.client.confirm())
    table.to_client(table.bot.deny())
    assert table.client.code == Code.MISMATCHED_SAS
    assert (table.bot.stage, table.bot.code) == (Stage.CANCELLED, Code.MISMATCHED_SAS)
    assert not table.bot.proven
    assert table.client.bot_macs is None
    assert table.bot.confirm() == ()


def flipped(text: str) -> str:
    return ("B" if text[0] == "A" else "A") + text[1:]


@pytest.mark.parametrize("what", ["device", "master", "list", "added", "device left out", "none"])
@pytest.mark.parametrize("first", ["person", "bot"])
def test_a_tampered_mac_ends_it(what: str, first: str) -> None:
    table = Table()

    def tamper(kind: str, content: dict[str, Any]) -> None:
        if kind != "m.key.verification.mac":
            return
        macs = content["mac"]
        if what == "device":
            macs["ed25519:VERAPHONE"] = flipped(macs["ed25519:VERAPHONE"])
        elif what == "master":
            macs["ed25519:vera+master"] = flipped(macs["ed25519:vera+master"])
        elif what == "list":
            content["keys"] = flipped(content["keys"])
        elif what == "added":
            macs["ed25519:evil"] = macs["ed25519:vera+master"]
        elif what == "device left out":
            del macs["ed25519:VERAPHONE"]
            content["keys"] = table.client._mac("ed25519:vera+master", "KEY_IDS")
        else:
            content["mac"] = None

    table.tamper = tamper
    table.ask()
    if first == "bot":
        table.to_client(table.bot.confirm())
    table.to_bot(*table.client.confirm())
    assert table.client.code == Code.KEY_MISMATCH
    assert not table.bot.proven


def test_a_key_that_the_homeserver_swapped_is_not_proven() -> None:
    swapped = {**VERA_KEYS, "ed25519:VERAPHONE": "the+homeservers+own"}
    table = Table(keys=swapped)
    table.ask()
    table.to_client(table.bot.confirm())
    table.to_bot(*table.client.confirm())
    assert table.client.code == Code.KEY_MISMATCH


def test_keys_may_come_last_of_all() -> None:
    table = Table(keys=None)
    table.ask()
    table.to_client(table.bot.confirm())
    table.to_bot(*table.client.confirm())
    assert table.bot.stage is Stage.CONFIRMED
    table.to_client(table.bot.provide(VERA_KEYS))
    assert table.bot.stage is Stage.DONE
    assert table.bot.proven == VERA_KEYS.keys()


@pytest.mark.parametrize("confirms", [True, False])
def test_a_second_mac_ends_it(confirms: bool) -> None:
    """Also where the first could not be weighed yet, for lack of keys."""
    table = Table(keys=None)
    table.ask()
    if confirms:
        table.to_client(table.bot.confirm())
    macs, *_ = table.client.confirm()
    table.to_bot(macs)
    table.to_bot(table.client.event("mac", mac={}, keys=""))
    assert table.client.code == Code.UNEXPECTED_MESSAGE


def test_done_before_any_mac_ends_it() -> None:
    table = Table(keys=None)
    table.ask()
    table.to_client(table.bot.confirm())
    table.to_bot(table.client.event("done"))
    assert table.client.code == Code.UNEXPECTED_MESSAGE


def test_a_key_that_was_not_promised_ends_it() -> None:
    """Otherwise whoever sits in between could try keys until the emoji match."""
    table = Table(starts=False)
    table.ask()
    other = AskingClient("@vera:example.org", "VERAPHONE", {}, BOT, Transport.TO_DEVICE)

    def tamper(kind: str, content: dict[str, Any]) -> None:
        if kind == "m.key.verification.key":
            content["key"] = other.key

    table.tamper = tamper
    table.to_client(table.bot.due(NOW + PATIENCE))
    assert table.client.code == Code.MISMATCHED_COMMITMENT


def test_the_bots_own_key_sent_back_ends_it() -> None:
    table = Table()

    def tamper(kind: str, content: dict[str, Any]) -> None:
        if kind == "m.key.verification.key":
            content["key"] = table.bot._key

    table.tamper = tamper
    table.ask()
    assert table.client.code == Code.KEY_MISMATCH


@pytest.mark.parametrize(
    ("kind", "field", "value", "code"),
    [
        ("request", "methods", ["m.qr_code.show.v1"], Code.UNKNOWN_METHOD),
        ("request", "methods", "m.sas.v1", Code.UNKNOWN_METHOD),
        ("request", "from_device", "OTHER", Code.INVALID_MESSAGE),
        ("start", "from_device", "OTHER", Code.INVALID_MESSAGE),
        ("start", "method", "m.reciprocate.v1", Code.UNKNOWN_METHOD),
        ("start", "key_agreement_protocols", ["curve25519"], Code.UNKNOWN_METHOD),
        ("start", "hashes", ["sha1"], Code.UNKNOWN_METHOD),
        ("start", "message_authentication_codes", ["hkdf-hmac-sha256"], Code.UNKNOWN_METHOD),
        ("start", "short_authentication_string", ["smell"], Code.UNKNOWN_METHOD),
        ("start", "short_authentication_string", [["emoji"]], Code.UNKNOWN_METHOD),
        ("key", "key", "A" * 43, Code.INVALID_MESSAGE),
        ("key", "key", "short", Code.INVALID_MESSAGE),
        ("key", "key", None, Code.INVALID_MESSAGE),
        ("key", "key", "\ud800", Code.INVALID_MESSAGE),
    ],
)
def test_what_does_not_fit_ends_it_with_the_right_code(
    kind: str, field: str, value: object, code: Code
) -> None:
    table = Table()

    def tamper(of: str, content: dict[str, Any]) -> None:
        if of == f"m.key.verification.{kind}":
            content[field] = value

    table.tamper = tamper
    table.ask()
    assert (table.bot.stage, table.bot.code) == (Stage.CANCELLED, code)
    assert table.client.code == code


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("key_agreement_protocol", "curve25519", Code.UNKNOWN_METHOD),
        ("hash", "md5", Code.UNKNOWN_METHOD),
        ("message_authentication_code", "hkdf-hmac-sha256", Code.UNKNOWN_METHOD),
        ("short_authentication_string", ["emoji", "smell"], Code.UNKNOWN_METHOD),
        ("short_authentication_string", [], Code.UNKNOWN_METHOD),
        ("commitment", 7, Code.INVALID_MESSAGE),
        ("commitment", "é", Code.MISMATCHED_COMMITMENT),
    ],
)
def test_an_accept_that_was_not_offered_ends_it(field: str, value: object, code: Code) -> None:
    table = Table(starts=False)

    def tamper(kind: str, content: dict[str, Any]) -> None:
        if kind == "m.key.verification.accept":
            content[field] = value

    table.tamper = tamper
    table.ask()
    table.to_client(table.bot.due(NOW + PATIENCE))
    assert table.client.code == code


def test_a_client_without_emoji_is_shown_numbers() -> None:
    table = Table()

    def tamper(kind: str, content: dict[str, Any]) -> None:
        if kind == "m.key.verification.start":
            content["short_authentication_string"] = ["decimal"]

    table.tamper = tamper
    table.bot.take(*table.client.request(), NOW)
    (accept,) = table.bot.take(*tampered(table, table.client.start()), NOW)
    assert accept.content["short_authentication_string"] == ["decimal"]
    table.bot.take("m.key.verification.key", {"key": table.client.key}, NOW)
    assert table.bot.emoji == ()
    assert len(table.bot.numbers) == 3


def tampered(table: Table, event: Event) -> Event:
    table.tamper(*event)
    return event


def at(stage: Stage) -> Table:
    """A verification at that stage."""
    table = Table(starts=False, keys=None)
    if stage is Stage.REQUESTED:
        return table
    table.ask()
    if stage is Stage.READY:
        return table
    if stage is Stage.STARTED:
        table.bot.due(NOW + PATIENCE)
        return table
    (accept,) = table.bot.take(*table.client.start(), NOW)
    if stage is Stage.ACCEPTED:
        return table
    table.to_client([accept])
    if stage is Stage.SHOWN:
        return table
    table.to_client(table.bot.confirm())
    if stage is Stage.CONFIRMED:
        return table
    macs, done = table.client.confirm()
    table.to_bot(macs)
    table.bot.provide(VERA_KEYS)
    if stage is Stage.VERIFIED:
        return table
    table.to_bot(done)
    return table


OPEN = [stage for stage in Stage if stage not in (Stage.DONE, Stage.CANCELLED)]


@pytest.mark.parametrize("stage", OPEN)
def test_either_side_can_end_it_at_every_stage(stage: Stage) -> None:
    table = at(stage)
    assert table.bot.stage is stage
    table.to_bot(table.client.event("cancel", code="m.user", reason="no"))
    assert (table.bot.stage, table.bot.code) == (Stage.CANCELLED, "m.user")
    assert table.client.code == ""  # A cancel is not answered.
    table = at(stage)
    table.to_client(table.bot.deny())
    assert table.bot.stage is Stage.CANCELLED
    assert table.client.code == (Code.MISMATCHED_SAS if stage is Stage.SHOWN else Code.USER)


@pytest.mark.parametrize("stage", OPEN)
def test_it_ends_after_ten_minutes_at_every_stage(stage: Stage) -> None:
    for look in (
        lambda table: table.bot.due(NOW + LASTS),
        lambda table: table.bot.take("m.key.verification.start", {}, NOW + LASTS),
    ):
        table = at(stage)
        assert not table.bot.expired(NOW + LASTS - timedelta(seconds=1))
        assert table.bot.expired(NOW + LASTS)
        table.to_client(look(table))
        assert table.client.code == Code.TIMEOUT


@pytest.mark.parametrize("stage", OPEN)
@pytest.mark.parametrize("kind", sorted(KINDS - {"m.key.verification.cancel"}))
def test_a_step_that_was_not_next_ends_it(stage: Stage, kind: str) -> None:
    fits = {
        (Stage.REQUESTED, "request"),
        (Stage.READY, "start"),
        (Stage.STARTED, "start"),
        (Stage.STARTED, "accept"),
        (Stage.ACCEPTED, "key"),
        (Stage.SHOWN, "mac"),
        (Stage.CONFIRMED, "mac"),
        (Stage.VERIFIED, "done"),
    }
    if (stage, kind.rpartition(".")[2]) in fits:
        return
    table = at(stage)
    sent = table.bot.take(kind, {"transaction_id": "t1", "other": "content"}, NOW)
    assert [send.content["code"] for send in sent] == [Code.UNEXPECTED_MESSAGE]


def test_what_the_homeserver_delivers_again_changes_nothing() -> None:
    table = Table(keys=None)
    again: list[Event] = []

    def tamper(kind: str, content: dict[str, Any]) -> None:
        again.append((kind, content))
        for event in again[:-1]:
            assert table.bot.take(*event, NOW) == ()

    table.tamper = tamper
    table.ask()
    table.to_client(table.bot.confirm())
    table.to_bot(*table.client.confirm())
    table.to_client(table.bot.provide(VERA_KEYS))
    assert table.bot.stage is Stage.DONE
    assert len(again) == 5


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "from_device",
    "methods",
    "method",
    "key_agreement_protocols",
    "hashes",
    "message_authentication_codes",
    "short_authentication_string",
    "commitment",
    "key",
    "mac",
    "keys",
    "code",
    "transaction_id",
    "m.relates_to",
]
contents = st.dictionaries(st.sampled_from(FIELDS) | st.text(), json_values, max_size=6)
kinds = st.sampled_from([*sorted(KINDS), "m.room.message"])


@given(
    stage=st.sampled_from(list(OPEN)),
    events=st.lists(st.tuples(kinds, contents), min_size=1, max_size=6),
    decides=st.booleans(),
)
def test_whatever_comes_nothing_is_proven_and_nothing_raised(
    stage: Stage, events: list[tuple[str, dict[str, Any]]], decides: bool
) -> None:
    table = at(stage)
    proven = table.bot.proven
    for kind, content in events:
        table.bot.take(kind, content, NOW)
    table.bot.provide(VERA_KEYS)
    if decides:
        table.bot.confirm()
    assert table.bot.proven in (proven, frozenset())


@given(order=st.permutations(range(5)), confirms=st.integers(0, 5))
def test_in_any_other_order_nobody_is_trusted(order: list[int], confirms: int) -> None:
    table = Table(starts=False)
    client = table.client
    whole = [client.request(), client.start(), client.event("key", key=client.key)]
    whole += [client.event("mac", mac={}, keys=""), client.event("done")]
    for number, each in enumerate(order):
        if number == confirms:
            table.bot.confirm()
        table.bot.take(*whole[each], NOW)
    assert not table.bot.proven


def test_nesting_without_end_is_no_message() -> None:
    deep: dict[str, Any] = {}
    for _ in range(20_000):
        deep = {"deeper": deep}
    table = at(Stage.READY)
    (sent,) = table.bot.take("m.key.verification.start", deep, NOW)
    assert sent.content["code"] == Code.INVALID_MESSAGE
    while deep:  # Taken apart by hand: the interpreter would do it too deeply.
        deep = deep.popitem()[1]
