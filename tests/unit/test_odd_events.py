"""Whatever stands in an event, it is survived from the answer of ``/sync`` to what is said.

Wrong types everywhere, half characters, huge numbers, unknown relations, bodies at the limit, ten
thousand mentions: one such event must neither stop the bot nor be tried for ever.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.matrix.content import SIZE_LIMIT, content_of
from bot.chat.matrix.crypto.machine import Crypto
from bot.chat.matrix.events import Identity, completed_edit, message_from, own_entry
from bot.chat.matrix.invites import Invites, inviter_in, is_direct_invite
from bot.chat.matrix.powers import power_of, room_finding
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.sealed import Sealed
from bot.chat.matrix.timeline import Timeline, section
from bot.chat.matrix.upgrades import Upgrades, servers_in, successor_in
from bot.chat.matrix.wire import Refused
from bot.config import Invites as Policy
from bot.errors import Unreadable
from bot.messages import Message, Place, Style
from bot.ports import LONGEST_PUT_OFF
from bot.store.sqlite import SqliteStore
from tests.contracts.conftest import MEMORY
from tests.counter import ANNA, CHAT, DESK, VERA, WELCOME, Counter
from tests.sealing import Member, offline

BOT = Identity("@loket:example.org", "Loket")

odd: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([-1, 2**53, 2**63, 10**30, -(10**30), 253402300800000])
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "\x00", "", "x" * 70_000, "$a", "!r", "@a:b", "\u202e", "💥"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def mostly(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """That, or anything once in a while: what is odd all over does not come far."""
    # Not at an end of the range, where values are tried more often than by chance.
    return st.integers(0, 11).flatmap(lambda number: odd if number == 7 else part)


def maybe(
    required: dict[str, st.SearchStrategy[Any]] | None = None, **parts: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """An object with those keys and any of these; ``__`` stands for a dot."""
    there = {key.replace("__", "."): mostly(part) for key, part in (required or {}).items()}
    named = {key.replace("__", "."): mostly(part) for key, part in parts.items()}
    return st.fixed_dictionaries(there, optional=named)


def of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


ids = of("$1", "$2", "$3", "$4", "$5", "$" + "x" * 300)
people = of(ANNA, VERA, BOT.user_id)
relations = maybe(
    {"rel_type": of("m.thread", "m.replace", "m.annotation", "org.example.odd"), "event_id": ids},
    key=of("👍", "📤", "@room"),
    is_falling_back=st.booleans(),
    m__in_reply_to=maybe({"event_id": ids}),
)
words: dict[str, st.SearchStrategy[Any]] = {
    "msgtype": of("m.text", "m.text", "m.text", "m.emote", "m.notice", "m.image"),
    "body": of(
        "!ask Where can I buy fish?",
        "!people help me",
        "!answer At the harbour.",
        "!claim",
        "!ask " + "é" * 64_000,
        "!ask \ud83d half",
        "> <@a:b> quoted\n\nWhere is it?",
        "hello",
    ),
}
mentions = of({"user_ids": [BOT.user_id]}, {"user_ids": [f"@p{n}:x" for n in range(10_000)]})
texts = maybe(words, m__mentions=mentions, m__relates_to=relations, m__new_content=maybe(words))
contents = {
    "m.room.message": texts,
    "m.reaction": maybe({"m__relates_to": relations}),
    "m.room.redaction": maybe({"redacts": ids}),
    "m.room.member": maybe({"membership": of("join", "leave", "invite")}),
    "m.room.encryption": maybe({"algorithm": of("m.megolm.v1.aes-sha2")}),
    "m.room.encrypted": maybe(
        {
            "algorithm": of("m.megolm.v1.aes-sha2"),
            "session_id": of("s", ["s"], {}),
            "ciphertext": of("AAAA", "", 1),
        }
    ),
    "m.room.tombstone": maybe({"replacement_room": of("!new:x")}),
    "m.room.create": maybe({"predecessor": maybe({"room_id": of(WELCOME)})}),
}
times = of(-1, 0, 1_700_000_000_000, 2**52, 2**62, 10**25)


def event_of(kind: str) -> st.SearchStrategy[Any]:
    state = {"state_key": of("", BOT.user_id)} if kind in _STATE else {}
    return maybe(
        {
            "type": st.just(kind),
            "event_id": ids,
            "sender": people,
            "content": contents[kind],
            "origin_server_ts": times,
            **state,
        },
        redacts=ids,
        unsigned=maybe(prev_content=contents["m.room.member"], transaction_id=ids),
    )


_STATE = ("m.room.member", "m.room.encryption", "m.room.tombstone", "m.room.create")
events = st.sampled_from(["m.room.message"] * 6 + sorted(contents)).flatmap(event_of)
timelines = maybe(
    {"events": st.lists(mostly(events), max_size=8)}, limited=st.booleans(), prev_batch=of("p")
)
invitations = maybe({"invite_state": maybe({"events": st.lists(mostly(events), max_size=4)})})
named = of(WELCOME, DESK, CHAT, "!other:x", "")
joined = st.dictionaries(
    named, mostly(maybe({"timeline": timelines, "state": timelines})), max_size=4
)
batches = maybe(
    {"rooms": maybe({"join": joined}, invite=st.dictionaries(named, mostly(invitations)))},
    account_data=maybe({"events": st.lists(mostly(events), max_size=2)}),
) | maybe({"rooms": maybe({"join": joined}, leave=st.dictionaries(named, odd, max_size=2))})


class OddWire:
    """A homeserver that gives what people wrote, which is anything, or refuses."""

    def __init__(self, answers: list[Any]) -> None:
        self._answers = answers

    async def ask(
        self, request: Any, patience: float = 0, *, relayed: bool = False
    ) -> dict[str, Any]:
        # What the homeserver says by itself is sound.
        if request[1].startswith("/_matrix/client/v3/joined_rooms"):
            return {"joined_rooms": [WELCOME, DESK]}
        if "/joined_members" in request[1]:
            return {"joined": {BOT.user_id: {}, ANNA: {}}}
        if "/state/m.room.encryption" in request[1]:
            raise Refused(404, "M_NOT_FOUND", "not encrypted")
        self._answers = [*self._answers[1:], *self._answers[:1]]
        answer = self._answers[0] if self._answers else None
        if "/messages" in request[1]:
            return {"chunk": [answer]}
        if not isinstance(answer, dict):
            raise Refused(403, "M_FORBIDDEN", "no")
        return answer


@pytest.fixture(scope="module")
def crypto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crypto]:
    """A device that has a key of each room, so that it looks for more."""
    device = offline(tmp_path_factory.mktemp("keys"), BOT.user_id)
    for room in (WELCOME, DESK, CHAT):
        Member(device, room, ANNA).give_key()
    yield device
    device.close()


async def heard(batch: Any, answers: list[Any], counter: Counter, crypto: Crypto) -> list[Message]:
    wire: Any = OddWire(answers)
    rooms = Rooms(wire, BOT.user_id, DESK, [WELCOME])
    rooms.desk_id, rooms.communities = DESK, {WELCOME: WELCOME}
    upgrades = Upgrades(wire, rooms, BOT.user_id, counter.clock)
    timeline = Timeline(wire, rooms, upgrades, BOT, counter.clock)
    timeline.sealed = Sealed(crypto, rooms)
    policy = Policy(servers=("example.org",), members_only=True, power=1)
    invites = Invites(rooms, upgrades, policy, BOT.user_id, counter.clock)
    timeline.learn(batch)
    joined = section(batch, "join")
    await upgrades.look(joined)
    invites.take(section(batch, "invite"), timeline.ignored)
    for room in joined:
        await upgrades.arrived(room)
    messages = await timeline.messages(batch, "s")
    for chore in (upgrades, invites):
        for name in chore.due():
            await chore.attempt(name)
    return [*upgrades.news, *invites.news, *messages]


async def handled(counter: Counter, messages: list[Message]) -> None:
    """As the loops do, but for nothing failing."""
    await counter.store.receive("matrix", messages, "s")
    while waiting := await counter.store.unhandled(counter.clock(), 20):
        for message in waiting:
            still = await counter.store.unhandled(counter.clock(), 1000)
            if message.ref not in {each.ref for each in still}:
                continue  # Dropped with its room, or taken back.
            try:
                await counter.store.commit(await counter.reception.handle(message))
            except Unreadable:
                await counter.store.commit(counter.reception.ask_again(message))
                await counter.store.put_off(message.ref, counter.clock() + LONGEST_PUT_OFF)
    while ready := await counter.store.unsent(100):
        for outgoing in ready:
            if outgoing.style is not Style.REDACTION:
                _, content = content_of(outgoing)
                size = len(json.dumps(content, ensure_ascii=False).encode())
                assert size <= SIZE_LIMIT + 2_000
            await counter.store.attempt(outgoing.key)
            await counter.store.sent(outgoing.key, f"${outgoing.key}")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches, st.lists(mostly(events), max_size=3), st.sampled_from(["memory", "file"]))
def test_any_answer_of_sync_is_handled_to_the_end(
    crypto: Crypto, batch: Any, answers: list[Any], kind: str
) -> None:
    async def whole() -> None:
        async with AsyncExitStack() as left:
            counter = await Counter.open()
            if kind == "file":
                folder = left.enter_context(
                    tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
                )
                store = await SqliteStore.open(Path(folder) / "loket.db", clock=counter.clock)
                left.push_async_callback(store.close)
                counter = await Counter.open(store=store)
            batch_ = batch if isinstance(batch, dict) else {}
            await handled(counter, await heard(batch_, answers, counter, crypto))

    asyncio.run(whole())


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(mostly(events), mostly(events), st.sampled_from(Place))
def test_no_event_raises_where_it_becomes_a_message(raw: Any, other: Any, place: Place) -> None:
    now = Counter().clock()
    message = message_from(raw, WELCOME, place, BOT, now)
    own_entry([raw, other], BOT.user_id, invited=True)
    inviter_in([raw, other], BOT.user_id)
    is_direct_invite([raw, other], BOT.user_id)
    if message is not None:
        assert message.sent_at <= now
        completed_edit(message, other)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(maybe(content=contents["m.room.create"], sender=people), odd)
def test_no_state_of_a_room_raises_where_powers_are_read(create: Any, content: Any) -> None:
    levels = {"content": content}
    create = create if isinstance(create, dict) else {}
    assert power_of(ANNA, create, levels) is not None
    assert room_finding("r", ANNA, encrypted=False, create=create, levels=levels).text


@pytest.mark.parametrize("depth", [900, 100_000])
def test_an_encrypted_event_too_deep_to_be_kept_is_no_message(depth: int) -> None:
    deep: Any = []
    for _ in range(depth):
        deep = [deep]
    event = {
        "type": "m.room.encrypted",
        "event_id": "$1",
        "sender": ANNA,
        "content": {"algorithm": "m.megolm.v1.aes-sha2", "x": deep},
    }
    message = message_from(event, WELCOME, Place.COMMUNITY, BOT, Counter().clock())
    assert (message is None) is (depth == 100_000)
    while deep:
        # Taken apart by hand: so deep a list would also be freed by recursion.
        (deep,) = deep


@pytest.mark.parametrize(
    "batch",
    [
        {"device_one_time_keys_count": {"signed_curve25519": None}},
        {"device_one_time_keys_count": {"signed_curve25519": "many"}},
        {"device_lists": {"changed": [{}]}},
        {"device_lists": {"changed": 5}},
        {"device_lists": 5},
    ],
)
def test_counts_and_lists_of_any_shape_end_nothing(crypto: Crypto, batch: dict[str, Any]) -> None:
    crypto.take(batch)


def test_a_tombstone_with_half_characters_leads_nowhere() -> None:
    """No path can be made of one."""
    assert successor_in({"content": {"replacement_room": "!\ud800:example.org"}}) == ""
    assert servers_in({"sender": "@a:\ud800"}, "!new:example.org") == ["example.org"]


def test_who_invites_is_told_by_the_invitation_itself() -> None:
    """The homeserver puts it last; another server chose what stands before it."""

    def invited_by(sender: str) -> dict[str, Any]:
        content = {"membership": "invite"}
        event = {"type": "m.room.member", "state_key": BOT.user_id, "content": content}
        return {**event, "sender": sender}

    state = [invited_by("@friend:example.org"), invited_by("@stranger:example.com")]
    assert inviter_in(state, BOT.user_id) == "@stranger:example.com"
