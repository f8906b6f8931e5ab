"""Whatever is told of keys and sent to the bot's device, it is survived, and costs nobody theirs.

Other people's servers choose most of what ``/sync`` says of device lists and brings straight to the
device, and much of the answers to a query, a claim and a sending of keys.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nio import Api
from vodozemac import Account, Curve25519PublicKey, Session

from bot.chat.matrix.crypto.olm import MEGOLM, OLM
from bot.chat.matrix.crypto.seeds import Seeds
from bot.chat.matrix.crypto.steps import KINDS
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.sealed import Sealed
from bot.chat.matrix.verifying import Verifying
from bot.chat.matrix.wire import Refused
from bot.errors import TryLater
from tests.contracts.conftest import MEMORY
from tests.counter import WELCOME
from tests.fakes import FakeClock
from tests.sealing import offline
from tests.unit.test_odd_events import maybe, mostly, odd, of

BOT, ANNA, EVA = "@loket:example.org", "@anna:example.org", "@eva:far"


class Phone:
    """Somebody's device, without a client: its keys as the homeserver tells them."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.account = Account()
        self.curve = self.account.curve25519_key.to_base64()
        self.ed = self.account.ed25519_key.to_base64()
        self.keys = self._signed(
            {
                "algorithms": [OLM, MEGOLM],
                "device_id": "PHONE",
                "user_id": user_id,
                "keys": {"curve25519:PHONE": self.curve, "ed25519:PHONE": self.ed},
            }
        )
        self.account.generate_one_time_keys(1)
        ((_, key),) = self.account.one_time_keys.items()
        self.one_time_key = {"signed_curve25519:AA": self._signed({"key": key.to_base64()})}

    def _signed(self, thing: dict[str, Any]) -> dict[str, Any]:
        signature = self.account.sign(Api.to_canonical_json(thing).encode()).to_base64()
        return {**thing, "signatures": {self.user_id: {"ed25519:PHONE": signature}}}


PHONES = {user: Phone(user) for user in (ANNA, EVA, BOT)}


class OddServer:
    """Answers as it is told, and else as a homeserver does.

    Attributes:
        answers: Part of a path → the answer, or an error.
        given: To whom keys were given.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.given: set[str] = set()

    async def ask(
        self, request: Any, patience: float = 0, *, relayed: bool = False
    ) -> dict[str, Any]:
        for part in request:
            part.encode()  # Else it could not be sent.
        path = request[1]
        if "/sendToDevice/m.room.encrypted" in path:
            self.given |= json.loads(request[2])["messages"].keys()
        answer = next((each for part, each in self.answers.items() if part in path), None)
        if isinstance(answer, Exception):
            raise answer
        # What is no object, ``Wire`` does not let through.
        return answer if isinstance(answer, dict) else SOUND.get(path.partition("?")[0], {})


SOUND: dict[str, Any] = {
    "/_matrix/client/v3/keys/query": {
        "device_keys": {user: {"PHONE": phone.keys} for user, phone in PHONES.items()}
    },
    "/_matrix/client/v3/keys/claim": {
        "one_time_keys": {user: {"PHONE": phone.one_time_key} for user, phone in PHONES.items()}
    },
}


class Device:
    """The bot's device at an odd homeserver, and a session from Eva's to it."""

    def __init__(self, folder: Path) -> None:
        self.crypto = offline(folder, BOT)
        self.clock = FakeClock()
        self.server = OddServer()
        self.crypto._wire, self.crypto._clock = self.server, self.clock  # type: ignore[assignment]
        self.crypto._store.database.close()
        self.crypto._begin(None)
        self.crypto._seeds = Seeds.new()
        self.crypto._olm.tracked_users.add(BOT)  # As ``open`` leaves it.
        wire: Any = self.server
        rooms = Rooms(wire, BOT, WELCOME, [])
        sealed = Sealed(self.crypto, rooms)
        self.verifying = Verifying(
            wire, sealed, folder, user_id=BOT, trusted=[ANNA], clock=self.clock
        )
        account = self.crypto._olm.account
        account.generate_one_time_keys(1)
        (one_time_key,) = account.one_time_keys["curve25519"].values()
        self.curve = account.identity_keys["curve25519"]
        self.ed = account.identity_keys["ed25519"]
        self.session: Session = PHONES[EVA].account.create_outbound_session(
            Curve25519PublicKey.from_base64(self.curve),
            Curve25519PublicKey.from_base64(one_time_key),
        )
        self.rooms = 0

    def sealed(self, plain: Any) -> dict[str, Any]:
        """What Eva's device makes of that."""
        text = plain if isinstance(plain, str) else json.dumps(plain)
        kind, body = self.session.encrypt(text.encode(errors="replace")).to_parts()
        return {self.curve: {"type": kind, "body": b64encode(body).decode().rstrip("=")}}

    async def live(self, batch: Any, event: Any) -> None:
        """As the front does with an answer, then beside it, then with what is said."""
        self.crypto.take(batch)
        await self.crypto.keep_up()
        self.verifying.take(batch)
        for name in self.crypto.mending.due():
            await self.crypto.mending.attempt(name)
        with suppress(TryLater):
            await self.verifying._step()
        with suppress(TryLater):
            await self.crypto.learn_sender(event)
        with suppress(TryLater, Refused):
            await self.say()

    async def say(self) -> None:
        """Says something in a room that nobody has a key of yet."""
        self.rooms += 1
        room, members = f"!{self.rooms}:x", [ANNA, EVA]
        await self.crypto.encrypted(room, members, "m.room.message", {"body": "x"})

    async def given(self) -> set[str]:
        """Who is given a key once all is told as it is, though not at once."""
        self.server.answers = {}
        self.clock.advance(timedelta(hours=2))
        self.crypto.take({"device_lists": {"changed": [ANNA, EVA]}})
        self.server.given.clear()
        await self.say()
        return self.server.given


people = of(ANNA, EVA, BOT, "@nobody:far", "no id", "")
curves = of(PHONES[EVA].curve, PHONES[ANNA].curve, "A" * 43, "AAAA", "\ud800", "")
names = of("PHONE", "BOT", "OTHER", "", "\ud800")


def each_of(
    keys: st.SearchStrategy[str], value: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(keys, mostly(value), max_size=3)


def changed_in(sound: Any) -> st.SearchStrategy[Any]:
    """That, with anything in the place of any of its parts."""
    if not isinstance(sound, dict):
        return mostly(st.just(sound))
    parts = {key: changed_in(value) for key, value in sound.items()}
    return mostly(st.fixed_dictionaries(parts, optional={"unsigned": odd, "more": odd}))


def with_odd(sound: dict[str, Any], beside: str) -> st.SearchStrategy[Any]:
    """That, or with something beside it, such as what nobody signs, or anything within it."""
    more = odd.map(lambda each: {**sound, beside: each})
    return st.just(sound) | more | more | changed_in(sound)


def of_all(sound: str, beside: str) -> st.SearchStrategy[Any]:
    """What an answer tells of everybody's devices, by that attribute of ``Phone``."""
    each = {user: with_odd(getattr(phone, sound), beside) for user, phone in PHONES.items()}
    devices = {user: maybe({"PHONE": told}, OTHER=told, BOT=told) for user, told in each.items()}
    return maybe(devices, nobody=odd)


failures = each_of(of("far", "example.org", "\ud800"), odd)
queried = maybe(
    {"device_keys": of_all("keys", "unsigned")},
    failures=failures,
    master_keys=each_of(people, odd),
    self_signing_keys=each_of(people, odd),
)
claimed = maybe({"one_time_keys": of_all("one_time_key", "AB")}, failures=failures)
errors = of(TryLater("away"), TryLater("patience", 3600.0), Refused(400, "M_UNKNOWN", "no"))
counts = maybe(signed_curve25519=of(0, 50, -1, 2**63, True, 0.5))
answers = st.fixed_dictionaries(
    {
        "/keys/query": st.none() | mostly(queried) | mostly(queried) | errors,
        "/keys/claim": st.none() | mostly(claimed) | mostly(claimed) | errors,
    },
    optional={
        "/sendToDevice/": odd | errors,
        "/keys/upload": mostly(maybe(one_time_key_counts=counts)) | errors,
    },
)

session = {"algorithm": of(MEGOLM), "room_id": of("!1:x"), "session_id": of("s")}
room_key = {**session, "session_key": odd}
forwarded = {
    **room_key,
    "sender_key": curves,
    "sender_claimed_ed25519_key": of("A" * 43),
    "forwarding_curve25519_key_chain": st.lists(odd, max_size=2),
}
asked = {
    "action": of("request", "request_cancellation"),
    "requesting_device_id": names,
    "request_id": of("r"),
    "body": maybe(session),
}
steps = {
    "transaction_id": of("t1", "t2"),
    "from_device": names,
    "methods": of(["m.sas.v1"], []),
    "method": of("m.sas.v1"),
    "timestamp": of(1_767_603_600_000, 2**53, -1),
    "key": of("A" * 43, "x"),
    "mac": each_of(of("ed25519:PHONE"), odd),
    "keys": odd,
    "commitment": odd,
    "code": odd,
}
inner = {
    "m.room_key": maybe(room_key),
    "m.forwarded_room_key": maybe(forwarded),
    "m.room_key_request": maybe(asked),
    "m.dummy": maybe(),
    **{kind: maybe(steps) for kind in sorted(KINDS)},
}
contents = st.sampled_from(sorted(inner)).flatmap(
    lambda kind: st.tuples(mostly(st.just(kind)), mostly(inner[kind]))
)


def letters(device: Device) -> st.SearchStrategy[Any]:
    """Encrypted messages to the bot's device: by Eva's, or made up."""

    def payload(kind_and_content: Any) -> st.SearchStrategy[Any]:
        kind, content = kind_and_content
        return maybe(
            {
                "type": st.just(kind),
                "content": st.just(content),
                "sender": of(EVA),
                "sender_device": names,
                "recipient": of(BOT),
                "keys": maybe({"ed25519": of(PHONES[EVA].ed)}),
                "recipient_keys": maybe({"ed25519": of(device.ed)}),
            }
        )

    sealed = mostly(contents.flatmap(payload)).map(device.sealed)
    body = maybe({"type": of(0, 1, 2), "body": of("AAAA", "AwEC")})
    made_up = maybe({device.curve: body})
    mine = st.just(PHONES[EVA].curve)
    return maybe(
        {
            "algorithm": of(OLM),
            "sender_key": mine | mine | mine | curves,
            "ciphertext": sealed | sealed | sealed | made_up,
        }
    )


def batches(device: Device) -> st.SearchStrategy[Any]:
    clear = contents.flatmap(
        lambda each: maybe(
            {"type": st.just(each[0]), "content": st.just(each[1]), "sender": people}
        )
    )
    encrypted = maybe(
        {
            "type": of("m.room.encrypted"),
            "content": letters(device),
            "sender": of(EVA, EVA, EVA, ANNA, BOT),
        }
    )
    return maybe(
        {
            "to_device": maybe({"events": st.lists(clear | encrypted, min_size=1, max_size=6)}),
            "device_lists": maybe(
                changed=st.lists(mostly(people), max_size=4),
                left=st.lists(mostly(people), max_size=2),
            ),
        },
        device_one_time_keys_count=counts,
        device_unused_fallback_key_types=st.lists(mostly(of("signed_curve25519")), max_size=2),
    )


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_told_of_keys_is_survived_and_costs_nobody_theirs(data: st.DataObject) -> None:
    async def whole(device: Device, batch: Any, event: Any) -> None:
        await device.live(batch, event)
        assert await device.given() >= {ANNA, EVA}

    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        device = Device(Path(folder))
        try:
            batch = data.draw(batches(device))
            event = data.draw(maybe({"sender": people, "content": maybe({"sender_key": curves})}))
            device.server.answers = data.draw(answers)
            # The homeserver's own words around it are objects.
            parts = [each if isinstance(each, dict) else {} for each in (batch, event)]
            asyncio.run(whole(device, *parts))
        finally:
            device.crypto.close()
