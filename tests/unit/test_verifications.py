"""Which verifications are open, who may begin one, and where what is sent goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.matrix.crypto.sas import Party, canonical
from bot.chat.matrix.crypto.steps import KINDS, Code, Stage, Transport
from bot.chat.matrix.crypto.verification import LASTS, PATIENCE
from bot.chat.matrix.crypto.verifications import (
    MOST_KEPT,
    MOST_OPEN,
    InRoom,
    Letter,
    ToDevice,
    Verifications,
    Wanted,
)
from tests.asking_client import AskingClient, Event
from tests.unit.test_verification import BOT, BOT_KEYS, NOW, VERA_KEYS, contents, kinds

VERA = "@vera:example.org"
ROOM = "!direct:example.org"
PEOPLE = [VERA, *(f"@p{number}:example.org" for number in range(MOST_KEPT + 5))]

both_ways = pytest.mark.parametrize("transport", list(Transport))


class House:
    """The bot with all its verifications, and clients that ask."""

    def __init__(self) -> None:
        self.all = Verifications(Party(*BOT, BOT_KEYS), PEOPLE)
        self.now = NOW

    def client(
        self,
        user_id: str = VERA,
        transport: Transport = Transport.TO_DEVICE,
        transaction: str = "t1",
        **more: Any,
    ) -> AskingClient:
        return AskingClient(user_id, "VERAPHONE", VERA_KEYS, BOT, transport, transaction, **more)

    def hear(self, client: AskingClient, *events: Event) -> list[Letter]:
        """Gives the bot the events, and the client the answers; tells what the bot said."""
        said: list[Letter] = []
        for kind, content in events:
            said += (letters := self._deliver(client, kind, content))
            self.answer(client, letters)
        return said

    def answer(self, client: AskingClient, letters: list[Letter]) -> None:
        for letter in letters:
            if letter.send.content.get("transaction_id", client.transaction) == client.transaction:
                self.hear(client, *client.take(letter.send.kind, letter.send.content))

    def ask(self, client: AskingClient) -> list[Letter]:
        return self.hear(client, client.request(int(self.now.timestamp() * 1000)))

    def stages(self) -> list[Stage]:
        return [shown.stage for shown in self.all.shown()]

    def _deliver(self, client: AskingClient, kind: str, content: dict[str, Any]) -> list[Letter]:
        if client.transport is Transport.TO_DEVICE:
            return self.all.take_to_device(client.user_id, kind, content, self.now)
        event_id = "$some:example.org"
        if kind == "m.key.verification.request":
            kind, event_id = "m.room.message", client.transaction
        return self.all.take_in_room(
            client.user_id, ROOM, event_id, kind, content, self.now, self.now
        )


@both_ways
def test_a_responder_verifies_the_bot(transport: Transport) -> None:
    house = House()
    client = house.client(transport=transport)
    (ready, *_) = house.ask(client)
    in_room = transport is Transport.ROOM
    assert ready.to == (InRoom(ROOM) if in_room else ToDevice(VERA, "VERAPHONE"))
    (wanted,) = house.all.wanted()
    assert (wanted.user_id, wanted.device_id) == (VERA, "VERAPHONE")
    assert house.all.provide(wanted.id, VERA_KEYS) == []
    assert house.all.wanted() == []
    (shown,) = house.all.shown()
    assert (shown.stage, shown.numbers) == (Stage.SHOWN, client.numbers)
    assert len(shown.emoji) == 7
    house.hear(client, *client.confirm())
    house.answer(client, house.all.decide(shown.id, True))
    assert house.stages() == [Stage.DONE]
    assert client.trusts(BOT_KEYS)
    assert house.all.proven() == {VERA: VERA_KEYS.keys()}


@both_ways
def test_what_does_not_match_is_denied(transport: Transport) -> None:
    house = House()
    client = house.client(transport=transport)
    house.ask(client)
    (shown,) = house.all.shown()
    house.answer(client, house.all.decide(shown.id, False))
    assert client.code == Code.MISMATCHED_SAS
    assert house.all.proven() == {}
    (shown,) = house.all.shown()
    assert (shown.stage, shown.code) == (Stage.CANCELLED, Code.MISMATCHED_SAS)


@both_ways
def test_a_stranger_is_told_no_once_and_then_not_heard(transport: Transport) -> None:
    house = House()
    stranger = house.client("@mallory:elsewhere.org", transport)
    house.ask(stranger)
    assert stranger.code == Code.USER
    again = house.client("@mallory:elsewhere.org", transport, "t2")
    assert house.ask(again) == []
    assert house.hear(again, again.start()) == []
    assert house.all.shown() == []
    house.now += LASTS
    assert len(house.ask(house.client("@mallory:elsewhere.org", transport, "t3"))) == 1


def test_a_thousand_strangers_are_not_all_answered() -> None:
    house = House()
    clients = [house.client(f"@m{number}:elsewhere.org") for number in range(1000)]
    assert sum(len(house.ask(each)) for each in clients) == 100


@both_ways
def test_nobody_can_speak_in_the_verification_of_another(transport: Transport) -> None:
    house = House()
    client = house.client(transport=transport, starts=False)
    house.ask(client)
    for other in ("@mallory:elsewhere.org", PEOPLE[1]):
        meddler = house.client(other, transport)
        kind, content = meddler.event("cancel", code="m.user", reason="")
        assert house._deliver(meddler, kind, content) == []
    assert house.stages() == [Stage.READY]
    house.hear(client, client.start())
    assert house.stages() == [Stage.SHOWN]


def test_a_request_in_a_room_that_is_for_somebody_else_is_not_answered() -> None:
    house = House()
    client = house.client(transport=Transport.ROOM)
    client.bot = ("@dirk:example.org", "DIRKPHONE")
    assert house.ask(client) == []
    # What follows it isn't either.
    for event in (client.event("ready"), client.start(), client.event("key", key="x")):
        assert house._deliver(client, *event) == []


def test_the_bot_does_not_answer_itself() -> None:
    house = House()
    client = house.client(BOT[0], Transport.ROOM)
    assert house.ask(client) == []


def test_a_new_request_takes_the_place_of_the_one_before() -> None:
    house = House()
    first, second = house.client(), house.client(transaction="t2")
    house.ask(first)
    ended, *_ = house.ask(second)
    assert ended.send.content["transaction_id"] == "t1"
    assert ended.send.content["code"] == Code.USER
    assert house.stages() == [Stage.CANCELLED, Stage.SHOWN]


def test_only_a_few_are_open_at_once() -> None:
    house = House()
    clients = [house.client(user_id) for user_id in PEOPLE[: MOST_OPEN + 1]]
    for client in clients:
        house.ask(client)
    assert [client.code for client in clients] == [""] * MOST_OPEN + [Code.USER]
    assert house.stages() == [Stage.SHOWN] * MOST_OPEN


def test_no_more_are_kept_than_a_person_can_read() -> None:
    house = House()
    for user_id in PEOPLE:
        client = house.client(user_id)
        house.ask(client)
        house.hear(client, client.event("cancel", code="m.user", reason=""))
    assert house.stages() == [Stage.CANCELLED] * MOST_KEPT
    assert house.all.shown()[-1].user_id == PEOPLE[-1]


def test_time_ends_and_then_forgets_it() -> None:
    house = House()
    client = house.client(starts=False)
    house.ask(client)
    assert house.all.due(NOW) == []
    house.answer(client, house.all.due(NOW + PATIENCE))
    assert house.stages() == [Stage.SHOWN]
    house.answer(client, house.all.due(NOW + LASTS))
    assert client.code == Code.TIMEOUT
    house.all.due(NOW + 2 * LASTS - timedelta(seconds=1))
    assert house.stages() == [Stage.CANCELLED]
    house.all.due(NOW + 2 * LASTS)
    assert house.stages() == []


@pytest.mark.parametrize("minutes", [-10, 6])
@both_ways
def test_a_request_of_another_time_is_not_taken(minutes: int, transport: Transport) -> None:
    house = House()
    client = house.client(transport=transport)
    at = NOW + timedelta(minutes=minutes)
    kind, content = client.request(int(at.timestamp() * 1000))
    if transport is Transport.TO_DEVICE:
        assert house.all.take_to_device(VERA, kind, content, NOW) == []
    else:
        event = ("$t1", "m.room.message", content)
        assert house.all.take_in_room(VERA, ROOM, *event, NOW, at) == []
    assert house.all.shown() == []


def test_what_was_begun_before_the_bot_started_again_is_ended() -> None:
    house = House()
    client = house.client()
    (told,) = house.hear(client, client.event("key", key=client.key))
    assert told.to == ToDevice(VERA, "*")
    assert client.code == Code.UNKNOWN_TRANSACTION
    assert house.hear(client, client.event("cancel", code="m.user", reason="")) == []
    assert house.hear(client, client.event("done")) == []


def test_strangers_are_not_told_of_what_was_never_begun() -> None:
    house = House()
    stranger = house.client("@mallory:elsewhere.org")
    assert house.hear(stranger, stranger.event("key", key=stranger.key)) == []


@pytest.mark.parametrize("wrong", ["", "x" * 256, "\ud800", "line\nbreak", 7, None])
def test_an_id_that_no_homeserver_would_take_is_not_answered(wrong: object) -> None:
    house = House()
    for field in ("transaction_id", "from_device"):
        kind, content = house.client().request(int(NOW.timestamp() * 1000))
        assert house.all.take_to_device(VERA, kind, content | {field: wrong}, NOW) == []


def test_an_old_client_may_start_without_asking() -> None:
    house = House()
    client = house.client(asks=False)
    house.hear(client, client.start())
    assert house.stages() == [Stage.SHOWN]
    stranger = house.client("@mallory:elsewhere.org", asks=False)
    house.hear(stranger, stranger.start())
    assert stranger.code == Code.USER


def test_a_decision_on_what_is_not_there_does_nothing() -> None:
    house = House()
    assert house.all.decide("00000000", True) == []
    assert house.all.provide("00000000", {}) == []
    client = house.client(starts=False)
    house.ask(client)
    (shown,) = house.all.shown()
    assert house.all.decide(shown.id, True) == []
    assert house.stages() == [Stage.READY]


def test_the_keys_asked_for_are_those_of_the_device_that_asked() -> None:
    house = House()
    house.ask(house.client())
    (wanted,) = house.all.wanted()
    (shown,) = house.all.shown()
    assert wanted == Wanted(shown.id, VERA, "VERAPHONE")


senders = st.sampled_from([VERA, PEOPLE[1], BOT[0], "@mallory:elsewhere.org"])
room_contents = contents | st.fixed_dictionaries(
    {
        "msgtype": st.just("m.key.verification.request"),
        "to": st.just(BOT[0]),
        "from_device": st.text(),
        "methods": st.just(["m.sas.v1"]),
        "m.relates_to": st.fixed_dictionaries(
            {"rel_type": st.just("m.reference"), "event_id": st.sampled_from(["$1", "$2"])}
        ),
        "transaction_id": st.sampled_from(["$1", "$2"]),
        "timestamp": st.integers() | st.just(int(NOW.timestamp() * 1000)),
    }
)
heard = st.tuples(
    st.booleans(), senders, st.sampled_from(["$1", "$2"]), kinds, room_contents, st.integers(0, 900)
)


@given(st.lists(heard, max_size=10))
def test_whatever_comes_from_whomever_nobody_is_proven(
    events: list[tuple[bool, str, str, str, dict[str, Any], int]],
) -> None:
    house = House()
    for in_room, sender, event_id, kind, content, seconds in events:
        now = NOW + timedelta(seconds=seconds)
        if in_room:
            letters = house.all.take_in_room(sender, ROOM, event_id, kind, content, now)
        else:
            letters = house.all.take_to_device(sender, kind, content, now)
        letters += house.all.due(now)
        assert all(letter.send.kind in KINDS for letter in letters)
        assert all(canonical(letter.send.content) for letter in letters)
    assert house.all.proven() == {}
    assert sum(shown.stage is not Stage.CANCELLED for shown in house.all.shown()) <= MOST_OPEN


def test_a_moment_far_away_is_no_moment() -> None:
    house = House()
    for timestamp in (10**30, -(10**30), True, 1.5, "now", None):
        kind, content = house.client().request()
        content["timestamp"] = timestamp
        assert house.all.take_to_device(VERA, kind, content, NOW) == []
