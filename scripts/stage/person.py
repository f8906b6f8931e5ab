"""A person with an ordinary Matrix client: speaks the plain client-server API.

Made without the library that the bot uses, so that the bot is not tested against itself.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from stage.homeserver import Account

Event = dict[str, Any]

_POLL = 20.0
"""Seconds that one long poll lasts at most."""

_PAUSE = 0.3
"""Seconds after which a patient person tries again."""


class Refused(Exception):
    """The homeserver said no."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"{status} {code}: {text}")
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Seen:
    """An event in a room's timeline.

    Attributes:
        room: The room's id.
        event: As the homeserver gave it.
        arrived: When this client got it, in seconds of ``time.monotonic``.
        encrypted: Whether it came encrypted and this client knows how to read such events.
        failure: Why it could not be read or must not be shown; None for what can.
    """

    room: str
    event: Event
    arrived: float
    encrypted: bool = False
    failure: str | None = None

    @property
    def id(self) -> str:
        """The event's id."""
        return str(self.event["event_id"])

    @property
    def sender(self) -> str:
        """The user id of who sent it."""
        return str(self.event["sender"])

    @property
    def kind(self) -> str:
        """The event's type, for example ``m.room.message``."""
        return str(self.event["type"])

    @property
    def content(self) -> Event:
        """The event's content; empty once redacted."""
        content = self.event.get("content")
        return content if isinstance(content, dict) else {}

    @property
    def text(self) -> str:
        """The plain body; empty for what has none."""
        return str(self.content.get("body", ""))

    @property
    def replaces(self) -> str | None:
        """The event id that this edits; None for what is no edit."""
        relation = self.content.get("m.relates_to", {})
        return relation.get("event_id") if relation.get("rel_type") == "m.replace" else None

    @property
    def redacts(self) -> str | None:
        """The event id that this takes back; None for what takes back nothing."""
        found = self.event.get("redacts") or self.content.get("redacts")
        return str(found) if found else None

    @property
    def thread(self) -> str | None:
        """The event id of the thread's root; None outside threads."""
        relation = self.content.get("m.relates_to", {})
        return relation.get("event_id") if relation.get("rel_type") == "m.thread" else None


class Person:
    """One account in its client; an async context manager.

    Sees its rooms while it waits for something, or all the time while ``listen`` runs.

    Attributes:
        account: Who it is.
        seen: Every timeline event of every joined room, in the order of arrival.
    """

    def __init__(self, homeserver: str, account: Account, *, patient: bool = False) -> None:
        """Prepares.

        Args:
            homeserver: Its address.
            account: Who it is.
            patient: Whether it tries again while the homeserver is away, as clients do.
        """
        self.account = account
        self.seen: list[Seen] = []
        self._patient = patient
        self._homeserver = homeserver
        self._position: str | None = None
        self._listening = False
        self._news = asyncio.Condition()
        self._looking = asyncio.Lock()
        self._transactions = itertools.count(time.time_ns())
        self._session: aiohttp.ClientSession | None = None

    @property
    def user_id(self) -> str:
        """For example ``@anna:localhost``."""
        return self.account.user_id

    async def __aenter__(self) -> Person:
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self.account.token}"}
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def create_room(
        self,
        name: str | None = None,
        *,
        alias: str | None = None,
        invite: Sequence[str] = (),
        preset: str = "public_chat",
        direct: bool = False,
        **more: Any,
    ) -> str:
        """Makes a room and gives its id.

        Args:
            name: What people see; None: no name.
            alias: The local part of its alias.
            invite: User ids.
            preset: ``public_chat``, ``private_chat`` or ``trusted_private_chat``.
            direct: Whether invitations say that this is a direct chat.
            more: Further keys of the request, for example ``room_version``.
        """
        wanted = {"preset": preset, "invite": list(invite), "is_direct": direct, **more}
        if name is not None:
            wanted["name"] = name
        if alias is not None:
            wanted["room_alias_name"] = alias
        return str((await self._ask("POST", "createRoom", wanted))["room_id"])

    async def direct_chat(self, user_id: str) -> str:
        """Opens a direct chat with somebody and gives the room's id."""
        return await self.create_room(invite=[user_id], preset="trusted_private_chat", direct=True)

    async def join(self, room: str) -> str:
        """Joins a room by id or alias and gives its id."""
        return str((await self._ask("POST", f"join/{_quoted(room)}", {}))["room_id"])

    async def leave(self, room: str) -> None:
        """Leaves a room."""
        await self._ask("POST", f"rooms/{_quoted(room)}/leave", {})

    async def invite(self, room: str, user_id: str) -> None:
        """Invites somebody."""
        await self._ask("POST", f"rooms/{_quoted(room)}/invite", {"user_id": user_id})

    async def say(
        self,
        room: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        mention: Sequence[str] = (),
        notice: bool = False,
    ) -> str:
        """Writes something and gives the event's id.

        Args:
            room: The room's id.
            text: The body.
            thread: The event id of the thread's root.
            reply_to: The event id it answers.
            mention: User ids that the client's mention pills stand for.
            notice: Whether it is an ``m.notice``, as bots write.
        """
        content: Event = {
            "msgtype": "m.notice" if notice else "m.text",
            "body": text,
            "m.mentions": {"user_ids": list(mention)} if mention else {},
        }
        relation: Event = {}
        if thread is not None:
            relation = {"rel_type": "m.thread", "event_id": thread}
            relation["is_falling_back"] = reply_to is None
        if reply_to is not None or thread is not None:
            relation["m.in_reply_to"] = {"event_id": reply_to or thread}
            content["m.relates_to"] = relation
        return await self.send(room, "m.room.message", content)

    async def react(self, room: str, event: str, key: str) -> str:
        """Reacts to an event and gives the reaction's id."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def edit(self, room: str, event: str, text: str, *, mention: Sequence[str] = ()) -> str:
        """Edits an event of one's own and gives the edit's id."""
        new: Event = {"msgtype": "m.text", "body": text}
        new["m.mentions"] = {"user_ids": list(mention)} if mention else {}
        content = {
            "msgtype": "m.text",
            "body": f"* {text}",
            "m.new_content": new,
            "m.mentions": {},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event},
        }
        return await self.send(room, "m.room.message", content)

    async def redact(self, room: str, event: str) -> str:
        """Takes an event back and gives the redaction's id."""
        path = f"rooms/{_quoted(room)}/redact/{_quoted(event)}/{next(self._transactions)}"
        return str((await self._ask("PUT", path, {}))["event_id"])

    async def send(self, room: str, kind: str, content: Event) -> str:
        """Sends an event of any type and content, and gives its id."""
        path = f"rooms/{_quoted(room)}/send/{_quoted(kind)}/{next(self._transactions)}"
        return str((await self._ask("PUT", path, content))["event_id"])

    async def set_state(self, room: str, kind: str, content: Event, key: str = "") -> None:
        """Sets a room's state, for example ``m.room.encryption``."""
        path = f"rooms/{_quoted(room)}/state/{_quoted(kind)}/{_quoted(key)}"
        await self._ask("PUT", path, content)

    async def listen(self) -> None:
        """Sees everything until cancelled; for a task beside others."""
        self._listening = True
        try:
            async with self._looking:
                while True:
                    await self._look(_POLL)
        finally:
            self._listening = False

    async def look(self) -> None:
        """Sees what there is to see now, without waiting for more; not while ``listen`` runs."""
        async with self._looking:
            await self._look(0)

    async def timeline(self, room: str) -> list[Event]:
        """Everything that the homeserver has of a room's timeline, oldest first."""
        path = f"rooms/{_quoted(room)}/messages"
        query = {"dir": "f", "limit": "500"}
        events: list[Event] = []
        while True:
            page = await self._ask("GET", path, query=query)
            events += page["chunk"]
            if not page["chunk"] or "end" not in page:
                return events
            query["from"] = page["end"]

    async def wait_for(
        self,
        predicate: Callable[[Seen], bool],
        within: float = 10,
        what: str = "the event",
        after: int = 0,
    ) -> Seen:
        """The first event, already seen or to come, for which the predicate holds.

        Args:
            predicate: Called once for each event.
            within: Seconds.
            what: For the message when it did not come.
            after: How many of the events seen first are left out.

        Raises:
            TimeoutError: It did not come; the text says what came instead.
        """
        looked_at = after
        try:
            async with asyncio.timeout(within):
                while True:
                    new = self.seen[looked_at:]
                    looked_at += len(new)
                    for each in new:
                        if predicate(each):
                            return each
                    await self._news_after(looked_at)
        except TimeoutError:
            last = [f"{each.sender} {each.kind}: {each.text[:80]!r}" for each in self.seen[-8:]]
            came = "\n  ".join(last) or "nothing"
            text = f"{self.user_id} waited {within} s for {what}; last seen:\n  {came}"
            raise TimeoutError(text) from None

    async def _news_after(self, count: int) -> None:
        if self._listening:
            async with self._news:
                await self._news.wait_for(lambda: len(self.seen) > count)
            return
        async with self._looking:
            if len(self.seen) == count:
                await self._look(_POLL)

    async def _look(self, patience: float) -> None:
        query = {"timeout": str(int(patience * 1000)), "filter": json.dumps(_FILTER)}
        if self._position is not None:
            query["since"] = self._position
        answer = await self._ask("GET", "sync", query=query)
        now = time.monotonic()
        async with self._news:
            for room, joined in answer.get("rooms", {}).get("join", {}).items():
                events = joined["timeline"]["events"]
                self.seen.extend(Seen(room, event, now) for event in events)
            self._position = answer["next_batch"]
            self._news.notify_all()

    async def _ask(
        self, method: str, path: str, body: Event | None = None, query: dict[str, str] | None = None
    ) -> Event:
        if self._session is None:
            raise RuntimeError("use it as an async context manager")
        url = f"{self._homeserver}/_matrix/client/v3/{path}"
        while True:
            try:
                async with self._session.request(method, url, json=body, params=query) as answer:
                    told: Event = await answer.json()
            except (aiohttp.ClientError, ValueError):
                if not self._patient:
                    raise
                await asyncio.sleep(_PAUSE)
                continue
            if answer.status == 200:
                return told
            code = told.get("errcode", "")
            if self._patient and (answer.status >= 500 or code == "M_UNRECOGNIZED"):
                # Without its workers' paths yet, or already: the homeserver starts or ends.
                await asyncio.sleep(_PAUSE)
                continue
            if answer.status != 429:
                raise Refused(answer.status, code, told.get("error", ""))
            # As every client does: what was typed is sent once the homeserver allows it.
            await asyncio.sleep(told.get("retry_after_ms", 1000) / 1000)


_FILTER = {"presence": {"types": []}, "room": {"timeline": {"limit": 100}}}


def _quoted(part: str) -> str:
    return quote(part, safe="")
