"""A homeserver that only pretends: for more messages and rooms than Synapse could be given here.

Rules:

- It speaks as much of the client-server API as the bot uses, for the bot alone. Every answer has
  the shape of Synapse's; the row ``start`` measures the same on both, to keep it honest.
- A room's timeline is what was ``put`` there and what the bot sent; ``/sync`` gives the newest
  events and says ``limited`` where there are more, ``/messages`` gives the rest page by page.
- The bot's own keys are kept for it; nobody else has any, and no room is encrypted.
- What the bot has handled is known by what it shows: its read receipts and its replies.
"""

from __future__ import annotations

import asyncio
import bisect
import itertools
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from stage.homeserver import Account

Event = dict[str, Any]

_API = "/_matrix/client/{version:v3|r0|v1}"
_DEVICE = "SCRIPTED"
_KEYS_LEFT = {"signed_curve25519": 50}


class ScriptedHomeserver:
    """See the module; an async context manager.

    Args:
        members: Room id → how many people are in it, the bot included. The bot is in all.

    Attributes:
        account: The bot's.
        url: Its address.
        requests: How many requests there were, by kind.
        read: (Room, thread) → the event id up to which the bot has read there.
        answered: The event ids of the threads in which the bot has said something.
        sent: How many events the bot has sent.
        told: Those events, oldest first.
        position: What ``/sync`` gives as the newest position.
        heard: The newest position from which the bot has asked on, so that it has kept what
            came before.
    """

    def __init__(self, members: Mapping[str, int]) -> None:
        self.account = Account("@loket:scripted", "scripted", "")
        self.url = ""
        self.requests: Counter[str] = Counter()
        self.read: dict[tuple[str, str], str] = {}
        self.answered: set[str] = set()
        self.sent = 0
        self.told: list[Event] = []
        self.position = 0
        self.heard = 0
        self._members = dict(members)
        self._timelines: dict[str, list[tuple[int, Event]]] = defaultdict(list)
        self._events: dict[str, Event] = {}
        self._transactions: dict[tuple[str, str], str] = {}
        self._numbers = itertools.count(1)
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._device: Event = {}
        self._identity: Event = {}

    async def __aenter__(self) -> ScriptedHomeserver:
        app = web.Application(middlewares=[self._counted])
        room = f"{_API}/rooms/{{room}}"
        app.router.add_get("/_matrix/client/versions", self._versions)
        app.router.add_get(f"{_API}/account/whoami", self._whoami)
        app.router.add_get(f"{_API}/profile/{{user}}/displayname", self._displayname)
        app.router.add_get(f"{_API}/joined_rooms", self._joined_rooms)
        app.router.add_get(f"{_API}/sync", self._sync)
        app.router.add_post(f"{_API}/keys/query", self._keys)
        app.router.add_post(f"{_API}/keys/upload", self._take_device)
        app.router.add_post(f"{_API}/keys/device_signing/upload", self._take_identity)
        app.router.add_post(f"{_API}/keys/signatures/upload", self._take_signatures)
        app.router.add_get(f"{room}/messages", self._messages)
        app.router.add_get(f"{room}/joined_members", self._joined_members)
        app.router.add_get(f"{room}/state/{{kind}}/{{key:.*}}", self._state)
        app.router.add_get(f"{room}/event/{{event}}", self._event)
        app.router.add_put(f"{room}/send/{{kind}}/{{transaction}}", self._send)
        app.router.add_put(f"{room}/typing/{{user}}", self._nothing)
        app.router.add_post(f"{room}/receipt/{{receipt}}/{{event}}", self._receipt)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def event(self, sender: str, content: Event, kind: str = "m.room.message") -> Event:
        """An event with an id of its own, sent now."""
        return {
            "type": kind,
            "sender": sender,
            "content": content,
            "event_id": f"$scripted-{next(self._numbers):020}-of-the-usual-length",
            "origin_server_ts": int(time.time() * 1000),
            "unsigned": {"age": 12},
        }

    async def put(self, events: Mapping[str, list[Event]]) -> int:
        """People write: all of it comes to the bot with its next ``/sync``.

        Args:
            events: Room id → events, oldest first.

        Returns:
            The position behind them.
        """
        async with self._news:
            for room, new in events.items():
                for event in new:
                    self._append(room, event)
            self._news.notify_all()
            return self.position

    def forget(self) -> None:
        """Drops what the bot has heard, so that a long run stays small."""
        self._timelines.clear()
        self._events.clear()
        self._transactions.clear()
        self.told.clear()
        self.answered.clear()
        self.read.clear()

    async def until(self, holds: Callable[[], bool], within: float, what: str) -> None:
        """Waits until something that the bot does makes it hold.

        Raises:
            TimeoutError: It did not in that many seconds.
        """
        try:
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(holds)
        except TimeoutError:
            raise TimeoutError(f"the bot did not {what} within {within:.0f} s") from None

    def _append(self, room: str, event: Event) -> None:
        self.position += 1
        self._timelines[room].append((self.position, event))
        self._events[event["event_id"]] = event

    @web.middleware
    async def _counted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        names = {"v3", "r0", "v1", "_matrix", "client", "rooms", ""}
        known = request.match_info.route.resource
        path = known.canonical if known else request.path
        parts = [part for part in path.split("/") if part not in names and "{" not in part]
        self.requests["/".join(parts) or "unknown"] += 1
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _versions(self, _: web.Request) -> web.Response:
        return web.json_response({"versions": ["v1.11"], "unstable_features": {}})

    async def _whoami(self, _: web.Request) -> web.Response:
        told = {"user_id": self.account.user_id, "device_id": _DEVICE, "is_guest": False}
        return web.json_response(told)

    async def _displayname(self, _: web.Request) -> web.Response:
        return web.json_response({"displayname": "Loket"})

    async def _joined_rooms(self, _: web.Request) -> web.Response:
        return web.json_response({"joined_rooms": list(self._members)})

    async def _joined_members(self, request: web.Request) -> web.Response:
        count = self._members.get(request.match_info["room"], 0)
        people = [self.account.user_id, *(f"@member{n}:scripted" for n in range(1, count))]
        profile = {"display_name": None, "avatar_url": None}
        return web.json_response({"joined": dict.fromkeys(people, profile)})

    async def _state(self, _: web.Request) -> web.Response:
        return self._refusal("M_NOT_FOUND")

    async def _keys(self, _: web.Request) -> web.Response:
        me = self.account.user_id
        told: Event = {f"{name}s": {me: key} for name, key in self._identity.items()}
        told["device_keys"] = {me: {_DEVICE: self._device} if self._device else {}}
        return web.json_response({**told, "failures": {}})

    async def _take_device(self, request: web.Request) -> web.Response:
        self._device = (await request.json()).get("device_keys") or self._device
        return web.json_response({"one_time_key_counts": _KEYS_LEFT})

    async def _take_identity(self, request: web.Request) -> web.Response:
        self._identity = await request.json()
        return web.json_response({})

    async def _take_signatures(self, request: web.Request) -> web.Response:
        self._device = (await request.json())[self.account.user_id][_DEVICE]
        return web.json_response({"failures": {}})

    async def _event(self, request: web.Request) -> web.Response:
        event = self._events.get(request.match_info["event"])
        return web.json_response(event) if event else self._refusal("M_NOT_FOUND")

    async def _sync(self, request: web.Request) -> web.Response:
        query = request.query
        asked = json.loads(query.get("filter", "{}")).get("room", {})
        if "since" not in query:
            return web.json_response(self._from_the_start(asked))
        since = int(query["since"].removeprefix("s"))
        async with self._news:
            self.heard = max(self.heard, since)
            self._news.notify_all()
            try:
                async with asyncio.timeout(int(query.get("timeout", 0)) / 1000):
                    await self._news.wait_for(lambda: self.position > since)
            except TimeoutError:
                pass
            limit = asked.get("timeline", {}).get("limit", 10)
            joined = {}
            for room, timeline in self._timelines.items():
                first = bisect.bisect_right(timeline, since, key=_place)
                shown = timeline[max(first, len(timeline) - limit) :]
                if shown:
                    joined[room] = {
                        "timeline": {
                            "events": [event for _, event in shown],
                            "limited": len(timeline) - first > limit,
                            "prev_batch": f"s{shown[0][0]}",
                        },
                        "state": {"events": []},
                        "ephemeral": {"events": []},
                        "account_data": {"events": []},
                        "unread_notifications": {"notification_count": 0, "highlight_count": 0},
                        "summary": {},
                    }
            return web.json_response(self._answer(joined))

    def _answer(self, joined: Event) -> Event:
        return {
            "next_batch": f"s{self.position}",
            "rooms": {"join": joined},
            "device_one_time_keys_count": _KEYS_LEFT,
            "device_unused_fallback_key_types": list(_KEYS_LEFT),
        }

    def _from_the_start(self, asked: Mapping[str, Any]) -> Event:
        """As Synapse: a room of which nothing is asked is left out, with its summary."""
        state = asked.get("state", {})
        kinds = state.get("types", ["m.room.create"])
        joined = {}
        for room, count in self._members.items() if "m.room.create" in kinds else ():
            content = {"room_version": "11"}
            create = self.event(self.account.user_id, content, "m.room.create") | {"state_key": ""}
            summary = {"m.joined_member_count": count, "m.invited_member_count": 0}
            joined[room] = {
                "timeline": {"events": [], "limited": True, "prev_batch": f"s{self.position}"},
                "state": {"events": [create]},
                "summary": summary if state.get("lazy_load_members") else {},
            }
        return self._answer(joined)

    async def _messages(self, request: web.Request) -> web.Response:
        query = request.query
        before = int(query["from"].removeprefix("s"))
        after = int(query.get("to", "s0").removeprefix("s"))
        timeline = self._timelines[request.match_info["room"]]
        older = [(at, event) for at, event in timeline if after < at < before]
        page = older[: -int(query.get("limit", "10")) - 1 : -1]
        told: Event = {"chunk": [event for _, event in page], "start": query["from"]}
        if len(page) < len(older):
            told["end"] = f"s{page[-1][0]}"
        return web.json_response(told)

    async def _send(self, request: web.Request) -> web.Response:
        room, transaction = request.match_info["room"], request.match_info["transaction"]
        content = await request.json()
        async with self._news:
            event_id = self._transactions.get((room, transaction))
            if event_id is None:
                kind = request.match_info["kind"]
                event = self.event(self.account.user_id, content, kind)
                event["unsigned"]["transaction_id"] = transaction
                event_id = self._transactions[(room, transaction)] = str(event["event_id"])
                self._append(room, event)
                self.sent += 1
                self.told.append(event)
                relation = content.get("m.relates_to", {})
                if relation.get("rel_type") == "m.thread":
                    self.answered.add(relation["event_id"])
                self._news.notify_all()
        return web.json_response({"event_id": event_id})

    async def _receipt(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        thread = body.get("thread_id", "main")
        async with self._news:
            self.read[(request.match_info["room"], thread)] = request.match_info["event"]
            self._news.notify_all()
        return web.json_response({})

    async def _nothing(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def _unknown(self, _: web.Request) -> web.Response:
        return self._refusal("M_UNRECOGNIZED")

    def _refusal(self, code: str) -> web.Response:
        return web.json_response({"errcode": code, "error": "scripted"}, status=404)


def _place(entry: tuple[int, Event]) -> int:
    return entry[0]
