"""What the bot makes of a homeserver's answers, good and bad; against a server that plays them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.chat.matrix.client import MatrixChat
from bot.chat.matrix.wire import Refused, Wire, pause_after
from bot.config import Secrets
from bot.errors import Hindered, LoggedOut, TryLater
from bot.messages import Kind, Message, Outgoing, Place, Style
from tests.town import Heard

ME = ("GET", "/_matrix/client/v3/account/whoami?access_token=")
Answer = Callable[[web.Request], web.Response | Awaitable[web.Response]]


class Player:
    """A homeserver that answers each path as it is told."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[web.Request] = []
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    def plays(self, path: str, *answers: Answer) -> None:
        """Gives these in order to requests of the path; the last one again and again."""
        self.answers[f"/_matrix/client/v3/{path}"] = list(answers)

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        answers = self.answers.get(request.path, [refusal(404, "M_NOT_FOUND")])
        answer = (answers.pop(0) if len(answers) > 1 else answers[0])(request)
        return answer if isinstance(answer, web.Response) else await answer


def told(body: Any, status: int = 200, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda _: web.Response(text=text, status=status, headers=names)


def refusal(status: int, code: str, **more: Any) -> Answer:
    return told({"errcode": code, "error": "no\nno", **more}, status)


def cut_short(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
    request.transport.close()
    return web.Response()


@pytest.fixture
async def player() -> AsyncIterator[Player]:
    played = Player()
    async with played.server:
        yield played


@pytest.fixture
async def wire(player: Player) -> AsyncIterator[Wire]:
    opened = Wire(f"http://127.0.0.1:{player.server.port}/")
    opened.token = "syt_secret"
    yield opened
    await opened.close()


async def test_the_token_is_in_the_header_and_nowhere_else(player: Player, wire: Wire) -> None:
    player.plays("account/whoami", told({"user_id": "@loket:x"}))
    assert await wire.ask(ME) == {"user_id": "@loket:x"}
    (request,) = player.asked
    assert request.headers["Authorization"] == "Bearer syt_secret"
    assert request.path_qs == "/_matrix/client/v3/account/whoami"


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (told({}, 500), None),
        (told("<html>bad gateway</html>", 502), None),
        (told("<html>not found</html>", 404), None),
        (told("", 401), None),
        (told("{not json"), None),
        (told("[1, 2]"), None),
        (cut_short, None),
        (told({}, 503, Retry_After="7"), 7),
        (refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=2500), 2.5),
        (told({"errcode": "M_LIMIT_EXCEEDED"}, 429, Retry_After="3"), 3),
        (told("busy", 429), None),
        (told("busy", 429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), None),
        (refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms="soon"), None),
        (refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=-5), None),
        (refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=10**12), 3600),
    ],
)
async def test_what_may_pass_is_tried_later(
    player: Player, wire: Wire, answer: Answer, seconds: float | None
) -> None:
    player.plays("account/whoami", answer)
    with pytest.raises(TryLater) as raised:
        await wire.ask(ME)
    assert raised.value.retry_after == seconds
    assert len(player.asked) == 1


@pytest.mark.parametrize("code", ["M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"])
async def test_a_token_that_is_not_known_ends_the_work(
    player: Player, wire: Wire, code: str
) -> None:
    player.plays("account/whoami", refusal(401, code))
    with pytest.raises(LoggedOut) as raised:
        await wire.ask(ME)
    assert "syt_secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(401, "M_UNKNOWN_TOKEN"), "no longer knows the bot's log-in: log in anew"),
        (refusal(401, "M_UNKNOWN_TOKEN", soft_logout=True), "asks the bot to log in again: log in"),
        (refusal(403, "M_USER_DEACTIVATED"), "is deactivated for good: set up another account"),
    ],
)
async def test_each_end_of_a_log_in_has_its_own_words(
    player: Player, wire: Wire, answer: Answer, words: str
) -> None:
    player.plays("account/whoami", answer)
    with pytest.raises(LoggedOut, match=words):
        await wire.ask(ME)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            refusal(403, "M_CONSENT_NOT_GIVEN", consent_uri="https://x.org/consent?u=loket"),
            r"agree to its terms first: .*\(https://x.org/consent\?u=loket\)$",
        ),
        (refusal(403, "M_CONSENT_NOT_GIVEN", consent_uri=7), "for that account and agree$"),
        (refusal(403, "M_USER_SUSPENDED"), "has suspended the bot's account: ask"),
        (refusal(401, "M_USER_LOCKED", soft_logout=True), "has locked the bot's account: ask"),
        (
            refusal(403, "M_RESOURCE_LIMIT_EXCEEDED", admin_contact="mailto:ops@x.org"),
            r"reached a limit of its own.*\(mailto:ops@x.org\)$",
        ),
    ],
)
async def test_what_an_operator_can_lift_is_waited_for_and_said_loudly_once(
    player: Player, wire: Wire, answer: Answer, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    player.plays("account/whoami", answer)
    for _ in range(3):
        with pytest.raises(Hindered, match=words) as raised:
            await wire.ask(ME)
        assert raised.value.retry_after == 300
        assert raised.value.remedy in str(raised.value)
    loud = [each for each in caplog.records if each.levelname == "ERROR"]
    assert [each.getMessage() for each in loud] == ["account_held_back"]
    assert "syt_secret" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        '{"user_id": "@loket:x", "deep": ' + "[" * 200_000 + "]" * 200_000 + "}",
        '{"deep": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + ', "user_id": "@loket:x"}',
        '{"user_id": "@loket:x", "big": ' + "9" * 100_000 + "}",
    ],
    ids=["lists", "objects", "number"],
)
async def test_no_answer_is_too_odd_to_be_read(player: Player, wire: Wire, body: str) -> None:
    """One event like that in /sync would make the bot deaf for ever."""
    player.plays("account/whoami", told(body))
    assert (await wire.ask(ME))["user_id"] == "@loket:x"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "M_FORBIDDEN"),
        (404, "M_NOT_FOUND"),
        (413, ""),
        (429, "M_USER_LIMIT_EXCEEDED"),
        (403, "M_INVITE_BLOCKED"),
    ],
)
async def test_a_no_that_waiting_does_not_change_is_a_refusal(
    player: Player, wire: Wire, status: int, code: str
) -> None:
    player.plays("account/whoami", refusal(status, code))
    with pytest.raises(Refused) as raised:
        await wire.ask(ME)
    assert (raised.value.status, raised.value.code) == (status, code)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("relayed", "seconds"), [(True, 300.0), (False, 3600.0)])
async def test_only_the_bots_own_homeserver_may_ask_for_an_hour_of_patience(
    player: Player, wire: Wire, relayed: bool, seconds: float
) -> None:
    answer = refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=3_600_000)
    player.plays("account/whoami", answer)
    with pytest.raises(TryLater) as asked:
        await wire.ask(ME, relayed=relayed)
    assert asked.value.retry_after == seconds


async def test_a_homeserver_that_does_not_answer_is_tried_later(player: Player, wire: Wire) -> None:
    await player.server.close()
    with pytest.raises(TryLater, match="no answer"):
        await wire.ask(ME)


async def test_an_answer_that_takes_too_long_is_tried_later(player: Player, wire: Wire) -> None:
    done = asyncio.Event()

    async def never(_: web.Request) -> web.Response:
        await done.wait()
        return web.Response()

    app = web.Application()
    app.router.add_get("/{path:.*}", never)
    async with TestServer(app) as server:
        slow = Wire(f"http://127.0.0.1:{server.port}")
        with pytest.raises(TryLater, match="TimeoutError"):
            await slow.ask(ME, 0.05)
        await slow.close()
        done.set()


async def test_pauses_grow_to_a_bound_and_never_undercut_what_was_asked() -> None:
    assert pause_after(1, None, 0.0) == 0.25
    assert [pause_after(failures, None, 1.0) for failures in (1, 2, 3, 7, 10**6)] == [
        0.5,
        1,
        2,
        30,
        30,
    ]
    assert pause_after(1, 12.0, 1.0) == 12


def event_of(text: str) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": f"${text}",
        "sender": "@anna:x",
        "origin_server_ts": 1,
        "content": {"msgtype": "m.text", "body": text},
    }


def batch(position: str, *texts: str, **more: Any) -> Answer:
    events = [event_of(text) for text in texts]
    rooms = {"join": {"!room:x": {"timeline": {"events": events, **more}}}} if texts else {}
    return told({"next_batch": position, "rooms": rooms})


@pytest.fixture
async def chat(player: Player, tmp_path: Path) -> AsyncIterator[MatrixChat]:
    player.plays("account/whoami", told({"user_id": "@loket:x"}))
    player.plays("joined_rooms", told({"joined_rooms": ["!desk:x", "!room:x"]}))
    opened = MatrixChat(
        homeserver=f"http://127.0.0.1:{player.server.port}",
        user_id="@loket:x",
        device_name="Loket",
        desk="!desk:x",
        communities=["!room:x"],
        session_file=tmp_path / "session.json",
        secrets=Secrets(token="syt_secret"),
        clock=lambda: datetime(2026, 1, 5, tzinfo=UTC),
    )
    await opened.open()
    await opened.resolve()
    yield opened
    await opened.close()


async def test_a_homeserver_that_is_away_at_the_start_is_worth_another_try(
    player: Player, chat: MatrixChat
) -> None:
    await player.server.close()
    with pytest.raises(TryLater, match="no answer from http://127"):
        await chat.open()


async def test_failing_syncs_are_neither_repeated_at_once_nor_lose_the_position(
    player: Player, chat: MatrixChat
) -> None:
    """nio 0.26 repeats a failing /sync about 900 times a second."""
    player.plays(
        "sync",
        batch("s1"),
        told({}, 500),
        cut_short,
        told({"rooms": {}}),
        batch("s2", "hello"),
        lambda _: web.Response(status=401, text='{"errcode": "M_UNKNOWN_TOKEN"}'),
    )
    heard = Heard()
    began = asyncio.get_running_loop().time()
    with pytest.raises(LoggedOut, match="LOKET_MATRIX_TOKEN"):
        await asyncio.wait_for(chat.run("s0", heard.receive), 15)
    took = asyncio.get_running_loop().time() - began
    since = [each.query.get("since") for each in player.asked if each.path.endswith("/sync")]
    assert since == [None, "s0", "s0", "s0", "s0", "s2"]
    assert took > 0.25 + 0.5 + 1
    assert heard.texts == ["hello"]
    assert heard.position == "s2"


async def test_what_is_said_while_the_first_look_fails_is_heard(
    player: Player, chat: MatrixChat
) -> None:
    """Each failed look took a new position, and what had been said since the last was lost."""
    state = {"events": [tombstone_to("!new:x")]}
    player.plays(
        "sync",
        told({"next_batch": "s1", "rooms": {"join": {"!chat:x": {"state": state}}}}),
        batch("s5"),
        batch("s6", "hello"),
        refusal(401, "M_UNKNOWN_TOKEN"),
    )
    player.plays("rooms/!chat:x/joined_members", told({}, 500))
    heard = Heard()
    with pytest.raises(LoggedOut):
        await asyncio.wait_for(chat.run(None, heard.receive), 15)
    since = [each.query.get("since") for each in player.asked if each.path.endswith("/sync")]
    assert since == [None, None, "s1", "s6"]
    assert [position for _, position in heard.batches] == ["s1", "s6"]


def after(go: asyncio.Event, answer: Any) -> Answer:
    """An answer that comes only then."""

    async def waits(request: web.Request) -> web.Response:
        await go.wait()
        made: web.Response = answer(request)
        return made

    return waits


def created_by(user_id: str, **content: Any) -> Answer:
    create = {"type": "m.room.create", "sender": user_id, "content": content}
    return told(create)


def tombstone_to(room: str) -> dict[str, Any]:
    content = {"body": "moved", "replacement_room": room}
    event = {"type": "m.room.tombstone", "state_key": "", "event_id": "$moved"}
    return {**event, "sender": "@anna:x", "origin_server_ts": 1, "content": content}


def invitation_from(user_id: str) -> dict[str, Any]:
    member = {"type": "m.room.member", "state_key": "@loket:x", "sender": user_id}
    content = {"membership": "invite", "is_direct": True}
    return {"invite_state": {"events": [{**member, "content": content}]}}


async def test_a_join_that_hangs_keeps_the_bot_from_hearing_nothing(
    player: Player, chat: MatrixChat
) -> None:
    """Hearing stood still, in all rooms, for as long as another server did not answer."""
    go, never = asyncio.Event(), asyncio.Event()
    events = [tombstone_to("!new:x")]
    rooms = {
        "join": {"!room:x": {"timeline": {"events": events}}},
        "invite": {"!chat:x": invitation_from("@ben:far"), "!no:x": invitation_from("@eva:far")},
    }
    player.plays(
        "sync",
        batch("s1"),
        told({"next_batch": "s2", "rooms": rooms}),
        batch("s3", "hello"),
        after(never, batch("s4")),
    )
    player.plays("rooms/!room:x/state/m.room.create/", created_by("@anna:x"))
    predecessor = {"room_id": "!room:x"}
    player.plays(
        "rooms/!new:x/state/m.room.create/", created_by("@anna:x", predecessor=predecessor)
    )
    members = told({"joined": {"@loket:x": {}, "@ben:far": {}}})
    player.plays("rooms/!chat:x/joined_members", members)
    for room in ("!new:x", "!chat:x", "!no:x"):
        player.plays(f"join/{room}", after(go, told({})))

    def joins() -> set[str]:
        return {each.path.rpartition("/")[2] for each in player.asked if "/join/" in each.path}

    heard = Heard()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run("s0", heard.receive))
        await heard.text("hello")
        async with asyncio.timeout(15):
            # None waits for another; a server of its own rings no bell.
            while joins() != {"!new:x", "!chat:x", "!no:x"}:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert set(chat.communities) == {"!room:x"}
        go.set()
        # Told though no sync brings anything.
        await heard.until(lambda heard: "!new:x" in heard.texts)
        assert set(chat.communities) == {"!new:x"}
        assert heard.position == "s3"
        running.cancel()
        never.set()


def tombstone_in(room: str) -> dict[str, Any]:
    return {**tombstone_to(f"!evil{room[1:]}"), "sender": "@eva:far", "event_id": f"$of{room[1:]}"}


@pytest.mark.parametrize("how", ["invite", "join"])
async def test_one_person_leaves_the_others_a_way_in(
    player: Player, chat: MatrixChat, how: str
) -> None:
    """Twelve of their rooms, of servers that never answer, and nobody else's chat was taken."""
    never = asyncio.Event()
    theirs = [f"!{number}:far" for number in range(12)]
    for room in theirs:
        player.plays(f"join/{room}", after(never, told({})))
        player.plays(f"join/!evil{room[1:]}", after(never, told({})))
        player.plays(f"rooms/{room}/state/m.room.create/", created_by("@eva:far"))
        there = told({"joined": {"@loket:x": {}, "@eva:far": {}}})
        player.plays(f"rooms/{room}/joined_members", there)
    invited = dict.fromkeys(theirs, invitation_from("@eva:far"))
    left = {room: {"timeline": {"events": [tombstone_in(room)]}} for room in theirs}
    chats = {"invite": {"!anna:x": invitation_from("@anna:x")}}
    moved = {"join": {"!room:x": {"timeline": {"events": [tombstone_to("!anna:x")]}}}}
    player.plays("rooms/!room:x/state/m.room.create/", created_by("@anna:x"))
    first, then = ({"invite": invited}, chats) if how == "invite" else ({"join": left}, moved)
    entered = asyncio.Event()

    def lets_in(_: web.Request) -> web.Response:
        entered.set()
        return web.json_response({})

    player.plays("join/!anna:x", lets_in)
    player.plays(
        "sync",
        batch("s1"),
        told({"next_batch": "s2", "rooms": first}),
        told({"next_batch": "s3", "rooms": then}),
        after(never, batch("s4")),
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run("s0", Heard().receive))
        async with asyncio.timeout(15):
            await entered.wait()
        running.cancel()
        never.set()
    joins = [each.path for each in player.asked if "/join/" in each.path]
    assert len(joins) <= 3


ABOUT_THE_ACCOUNT = [
    (403, "M_USER_DEACTIVATED"),
    (401, "M_MISSING_TOKEN"),
    (401, "M_UNKNOWN_TOKEN"),
    (403, "M_CONSENT_NOT_GIVEN"),
    (403, "M_USER_SUSPENDED"),
]
"""What a homeserver relays of what another server answers to a join."""


async def hears_on_unmoved(
    chat: MatrixChat, caplog: pytest.LogCaptureFixture, never: asyncio.Event
) -> None:
    """The bot hears "and on", and neither believes nor repeats what the other server said."""
    heard = Heard()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run("s0", heard.receive))
        await heard.text("and on")
        running.cancel()
        never.set()
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    assert not [each for each in caplog.records if "evil" in str(vars(each))]


@pytest.mark.parametrize(("status", "code"), ABOUT_THE_ACCOUNT)
async def test_a_server_that_invites_the_bot_neither_ends_it_nor_tells_its_operator_what_to_do(
    player: Player,
    chat: MatrixChat,
    caplog: pytest.LogCaptureFixture,
    status: int,
    code: str,
) -> None:
    tried, never = asyncio.Event(), asyncio.Event()

    def evil(request: web.Request) -> web.Response:
        tried.set()
        where = {"consent_uri": "https://evil/", "admin_contact": "https://evil/"}
        answer = refusal(status, code, **where)(request)
        assert isinstance(answer, web.Response)
        return answer

    player.plays("join/!chat:evil", evil)
    player.plays(
        "sync",
        told({"next_batch": "s1", "rooms": {"invite": {"!chat:evil": invitation_from("@eva:e")}}}),
        after(tried, batch("s2", "hello")),
        batch("s3", "and on"),
        after(never, batch("s4")),
    )
    await hears_on_unmoved(chat, caplog, never)


@pytest.mark.parametrize(("status", "code"), ABOUT_THE_ACCOUNT)
async def test_a_server_that_leads_a_room_on_neither_ends_the_bot_nor_is_believed(
    player: Player,
    chat: MatrixChat,
    caplog: pytest.LogCaptureFixture,
    status: int,
    code: str,
) -> None:
    """The replacement does not hold, and the leave is answered by the other server."""
    left, never = asyncio.Event(), asyncio.Event()

    def evil(request: web.Request) -> web.Response:
        left.set()
        answer = refusal(status, code, consent_uri="https://evil/")(request)
        assert isinstance(answer, web.Response)
        return answer

    player.plays("rooms/!room:x/state/m.room.create/", created_by("@anna:x"))
    player.plays("join/!new:evil", told({}))
    player.plays("rooms/!new:evil/leave", evil)
    rooms = {"join": {"!room:x": {"timeline": {"events": [tombstone_to("!new:evil")]}}}}
    player.plays(
        "sync",
        batch("s1"),
        told({"next_batch": "s2", "rooms": rooms}),
        after(left, batch("s3", "hello")),
        batch("s4", "and on"),
        after(never, batch("s5")),
    )
    await hears_on_unmoved(chat, caplog, never)


@pytest.mark.parametrize(("status", "code"), ABOUT_THE_ACCOUNT)
async def test_what_another_server_says_of_the_account_leaves_its_room_out_at_a_start(
    player: Player, chat: MatrixChat, status: int, code: str
) -> None:
    player.plays("joined_rooms", told({"joined_rooms": ["!desk:x"]}))
    for path in ("join/!room:x", "knock/!room:x"):
        player.plays(path, refusal(status, code, consent_uri="https://evil/"))
    await chat.resolve(strict=False)
    assert (chat.desk_id, set(chat.communities)) == ("!desk:x", {"!room:x"})


async def test_another_server_that_wants_an_hour_of_patience_holds_up_neither_start_nor_hearing(
    player: Player, chat: MatrixChat
) -> None:
    player.plays("joined_rooms", told({"joined_rooms": ["!desk:x"]}))
    entered, never = asyncio.Event(), asyncio.Event()

    def lets_in(_: web.Request) -> web.Response:
        entered.set()
        return web.json_response({})

    player.plays(
        "join/!room:x", refusal(429, "M_LIMIT_EXCEEDED", retry_after_ms=3_600_000), lets_in
    )
    await chat.resolve()
    assert (chat.desk_id, set(chat.communities)) == ("!desk:x", {"!room:x"})
    player.plays("sync", batch("s1"), after(entered, batch("s2", "hello")), after(never, told({})))
    heard = Heard()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run("s0", heard.receive))
        assert (await heard.text("hello")).place is Place.COMMUNITY
        running.cancel()
        never.set()


async def test_what_stands_in_the_new_room_is_heard_though_the_join_was_never_answered(
    player: Player, chat: MatrixChat
) -> None:
    never = asyncio.Event()
    rooms = {"!room:x": {"timeline": {"events": [tombstone_to("!new:x")]}}}
    inside = {"!new:x": {"timeline": {"events": [event_of("in the new room")]}}}
    player.plays(
        "sync",
        batch("s1"),
        told({"next_batch": "s2", "rooms": {"join": rooms}}),
        told({"next_batch": "s3", "rooms": {"join": inside}}),
        after(never, batch("s4")),
    )
    player.plays("rooms/!room:x/state/m.room.create/", created_by("@anna:x"))
    predecessor = {"room_id": "!room:x"}
    player.plays(
        "rooms/!new:x/state/m.room.create/", created_by("@anna:x", predecessor=predecessor)
    )
    player.plays("join/!new:x", after(never, told({})))
    heard = Heard()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run("s0", heard.receive))
        assert (await heard.text("in the new room")).place is Place.COMMUNITY
        assert [each.kind for each in heard.messages] == [Kind.MOVED, Kind.TEXT]
        running.cancel()
        never.set()


async def test_the_saved_position_never_goes_back(player: Player, chat: MatrixChat) -> None:
    """News of a join waited while a batch was saved, and was then saved with the old position."""
    saving, never = asyncio.Event(), asyncio.Event()
    saved: list[tuple[str, list[Kind]]] = []
    done = asyncio.Condition()

    async def slow(messages: Sequence[Message], position: str) -> None:
        if [each.text for each in messages] == ["hello"]:
            saving.set()
            # Until what waits beside it has come to wait for its turn.
            async with asyncio.timeout(15):
                while not chat._upgrades.news:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            for _ in range(10):
                await asyncio.sleep(0)
        async with done:
            saved.append((position, [each.kind for each in messages]))
            done.notify_all()

    player.plays("rooms/!room:x/state/m.room.create/", created_by("@anna:x"))
    predecessor = {"room_id": "!room:x"}
    player.plays(
        "rooms/!new:x/state/m.room.create/", created_by("@anna:x", predecessor=predecessor)
    )
    player.plays("join/!new:x", after(saving, told({})))
    rooms = {"join": {"!room:x": {"timeline": {"events": [tombstone_to("!new:x")]}}}}
    player.plays(
        "sync",
        batch("s1"),
        told({"next_batch": "s2", "rooms": rooms}),
        batch("s3", "hello"),
        after(never, batch("s4")),
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run("s0", slow))
        async with asyncio.timeout(15), done:
            await done.wait_for(lambda: any(Kind.MOVED in kinds for _, kinds in saved))
        running.cancel()
        never.set()
    positions = [position for position, _ in saved]
    assert positions == sorted(positions)
    assert saved[-1] == ("s3", [Kind.MOVED])


async def test_a_gap_that_cannot_be_filled_now_is_not_passed_over(
    player: Player, chat: MatrixChat
) -> None:
    gap = batch("s2", "last", limited=True, prev_batch="p1")
    player.plays("sync", batch("s1"), gap, gap, refusal(401, "M_UNKNOWN_TOKEN"))
    first = {"chunk": [event_of("third"), event_of("second")], "end": "p2"}
    last = {"chunk": [event_of("second"), event_of("first")], "end": "p2"}
    player.plays("rooms/!room:x/messages", told({}, 500), told(first), told(last))
    heard = Heard()
    with pytest.raises(LoggedOut):
        await asyncio.wait_for(chat.run("s0", heard.receive), 15)
    assert heard.texts == ["first", "second", "third", "last"]
    pages = [each.query for each in player.asked if each.path.endswith("/messages")]
    assert [(page["from"], page["to"]) for page in pages] == [
        ("p1", "s0"),
        ("p1", "s0"),
        ("p2", "s0"),
    ]


async def heard_until_logged_out(chat: MatrixChat) -> Heard:
    heard = Heard()
    with pytest.raises(LoggedOut):
        await asyncio.wait_for(chat.run("s0", heard.receive), 15)
    return heard


async def test_one_event_too_deep_for_the_parser_costs_nobody_elses_words(
    player: Player, chat: MatrixChat
) -> None:
    deep = json.dumps({**event_of("deep"), "content": {"x": "HERE"}})
    deep = deep.replace('"HERE"', "[" * 30_000 + "]" * 30_000)
    events = ", ".join([json.dumps(event_of("before")), deep, json.dumps(event_of("after"))])
    body = '{"next_batch": "s2", "rooms": {"join": {"!room:x": {"timeline": {"events": [%s]}}}}}'
    player.plays("sync", batch("s1"), told(body % events), refusal(401, "M_UNKNOWN_TOKEN"))
    assert (await heard_until_logged_out(chat)).texts == ["before", "after"]


async def test_whom_the_account_ignores_is_not_heard_but_what_they_take_back_is(
    player: Player, chat: MatrixChat
) -> None:
    """Synapse leaves their events out; the bot does not rely on that."""
    content = {"ignored_users": {"@anna:x": {}}}
    data = {"events": [{"type": "m.ignored_user_list", "content": content}]}
    redaction = {**event_of("gone"), "type": "m.room.redaction", "redacts": "$question"}
    events = [event_of("ignored"), {**event_of("heard"), "sender": "@ben:x"}, redaction]
    rooms = {"join": {"!room:x": {"timeline": {"events": events}}}}
    player.plays(
        "sync",
        told({"next_batch": "s1", "account_data": data}),
        told({"next_batch": "s2", "rooms": rooms}),
        refusal(401, "M_UNKNOWN_TOKEN"),
    )
    heard = await heard_until_logged_out(chat)
    assert [(each.kind, each.text) for each in heard.messages] == [
        (Kind.TEXT, "heard"),
        (Kind.REDACTION, ""),
    ]
    asked = [each for each in player.asked if each.path.endswith("/sync")]
    for each in asked:
        only = json.loads(each.query["filter"])
        assert only["account_data"] == {"types": ["m.ignored_user_list"]}


async def test_a_replacement_that_nobody_answers_for_deafens_nobody(
    player: Player, chat: MatrixChat
) -> None:
    tombstone = {
        **event_of("t"),
        "type": "m.room.tombstone",
        "state_key": "",
        "content": {"replacement_room": "!new:gone.example"},
    }
    levels = {"content": {"users": {"@anna:x": 100}}}
    player.plays("rooms/!room:x/state/m.room.power_levels/", told(levels))
    rooms = {"join": {"!room:x": {"timeline": {"events": [tombstone, event_of("on")]}}}}
    tried = asyncio.Event()

    def gone(_: web.Request) -> web.Response:
        tried.set()
        return web.Response(status=502)

    player.plays("join/!new:gone.example", gone)
    player.plays(
        "sync",
        batch("s1"),
        told({"next_batch": "s2", "rooms": rooms}),
        after(tried, batch("s3", "and on")),
        refusal(401, "M_UNKNOWN_TOKEN"),
    )
    assert (await heard_until_logged_out(chat)).texts == ["on", "and on"]
    (join,) = [each for each in player.asked if "/join/" in each.path]
    assert join.query.getall("via") == ["gone.example", "x"]
    assert dict(chat.communities) == {"!room:x": "!room:x"}


async def test_a_tombstone_by_somebody_without_the_power_is_not_even_looked_into(
    player: Player, chat: MatrixChat
) -> None:
    """A homeserver would not let it through; the bot does not rely on that."""
    content = {"replacement_room": "!trap:x"}
    tombstone = {**event_of("t"), "type": "m.room.tombstone", "state_key": "", "content": content}
    levels = {"content": {"users": {"@vera:x": 100}}}
    player.plays("rooms/!room:x/state/m.room.power_levels/", told(levels))
    rooms = {"join": {"!room:x": {"timeline": {"events": [tombstone]}}}}
    never = asyncio.Event()
    player.plays(
        "sync",
        batch("s1"),
        told({"next_batch": "s2", "rooms": rooms}),
        after(never, batch("s3")),
    )
    heard = Heard()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(chat.run("s0", heard.receive))
        await heard.until(lambda heard: bool(heard.messages))
        running.cancel()
        never.set()
    assert [(each.kind, each.text) for each in heard.messages] == [(Kind.MOVED, "")]
    assert not [each for each in player.asked if "/join/" in each.path]


async def test_what_an_operator_can_lift_makes_no_message_undeliverable(
    player: Player, chat: MatrixChat
) -> None:
    said = Outgoing("loketkey", "matrix", "!room:x", Style.NOTICE, "words")
    path = "rooms/!room:x/send/m.room.message/loketkey"
    for refused in (
        refusal(403, "M_CONSENT_NOT_GIVEN", consent_uri="https://x.org/consent"),
        refusal(403, "M_USER_SUSPENDED"),
        refusal(403, "M_RESOURCE_LIMIT_EXCEEDED"),
    ):
        player.plays(path, refused)
        with pytest.raises(TryLater) as later:
            await chat.send(said)
        assert later.value.retry_after == 300
    player.plays(path, told({"event_id": "$said"}))
    assert await chat.send(said) == "$said"
