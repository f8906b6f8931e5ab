"""What stands in a room's timeline: whole, in order, as messages; and what the bot said there."""

from __future__ import annotations

import heapq
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from nio import Api

from bot.chat.matrix.events import (
    FRONT,
    Identity,
    completed_edit,
    entries_of_others,
    key_of,
    message_from,
    own_entry,
)
from bot.chat.matrix.reading import listed, mapping
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.sealed import Sealed
from bot.chat.matrix.upgrades import Upgrades, is_tombstone
from bot.chat.matrix.verifying import Verifying
from bot.chat.matrix.wire import Refused, Unexplained, Wire
from bot.errors import LoggedOut, TryLater
from bot.messages import Kind, Message, MessageRef, Outgoing, Place
from bot.ports import Clock

log = logging.getLogger(__name__)

KINDS = [
    "m.room.message",
    "m.reaction",
    "m.room.redaction",
    "m.room.member",
    "m.room.encrypted",
    "m.room.encryption",
    "m.room.tombstone",
    "m.key.verification.*",
]
"""The types of events that the bot asks for."""

LIMIT = 50
"""Events of one room in one answer; where there are more, the gap is filled."""

IGNORED = "m.ignored_user_list"
"""The account data that names whom the bot's account ignores."""

_EVENT_ID = re.compile(r"\$[A-Za-z0-9_+/=.:-]{1,254}")
"""The shape of every event id that homeservers make."""

_WAITS = 5
_WAITS_WITHIN = timedelta(hours=1)
"""How often hearing is put off because a lookup had an answer that only a proxy gives."""

_PAGE = 100
_SKEW = timedelta(hours=1)
"""How far the homeserver's clock may be behind ours."""


class Timeline:
    """Reads what ``/sync`` gave of each room; implements part of ``bot.ports.ChatClient``.

    Args:
        wire: The connection.
        rooms: Which room is which.
        upgrades: Follows rooms that were replaced.
        clock: Bounds the time at which messages can have been sent.

    Attributes:
        bot: Who is spoken to.
        ignored: The user ids that the bot's account ignores.
        sealed: The way into encrypted rooms; None while the bot has none.
        verifying: Takes part in verifications of the bot.
    """

    def __init__(
        self, wire: Wire, rooms: Rooms, upgrades: Upgrades, bot: Identity, clock: Clock
    ) -> None:
        self.bot = bot
        self.ignored: frozenset[str] = frozenset()
        self.sealed: Sealed | None = None
        self.verifying: Verifying | None = None
        self._waited: list[datetime] = []
        self._upgrades = upgrades
        self._wire = wire
        self._rooms = rooms
        self._clock = clock

    def learn(self, batch: Mapping[str, Any]) -> None:
        """Takes note of whom the bot's account ignores from now on, where an answer tells."""
        for event in listed(mapping(batch.get("account_data")).get("events")):
            if mapping(event).get("type") == IGNORED:
                people = mapping(mapping(event.get("content")).get("ignored_users"))
                self.ignored = frozenset(people)

    async def messages(self, batch: Mapping[str, Any], since: str) -> list[Message]:
        """All messages of one answer of ``/sync``; rooms among each other by time.

        Args:
            batch: The answer.
            since: The position from which it was asked for.

        Raises:
            TryLater: The homeserver is away; nothing is lost.
            LoggedOut: The access token is no longer good.
        """
        by_room = []
        for room, joined in section(batch, "join").items():
            events = await self._whole(room, mapping(mapping(joined).get("timeline")), since)
            if events:
                by_room.append(await self._heard(room, events))
        by_room += [self._left(room, since) for room in section(batch, "leave")]
        return list(heapq.merge(*by_room, key=lambda message: message.sent_at))

    async def said_before(self, outgoing: Outgoing) -> str | None:
        """See ``ChatClient.said_before``: looks for its key among the bot's own last events."""
        since = (outgoing.attempted_at or self._clock()) - _SKEW
        only = {"senders": [self.bot.user_id]}
        query = {"dir": "b", "limit": str(_PAGE), "filter": json.dumps(only)}
        path = f"/_matrix/client/v3/rooms/{quote(outgoing.room, safe='')}/messages"
        while True:
            try:
                page = await self._wire.ask(("GET", f"{path}?{urlencode(query)}"))
            except Refused:
                # No longer in the room: sending will tell.
                return None
            for event in map(mapping, listed(page.get("chunk"))):
                if key_of(event) == outgoing.key and "event_id" in event:
                    return str(event["event_id"])
                if _time_of(event) < since:
                    return None
            end = page.get("end")
            if not isinstance(end, str) or end == query.get("from"):
                return None
            query["from"] = end

    async def event(self, room: str, event: str) -> Mapping[str, Any] | None:
        """An event by its id; None where there is none, or none to see."""
        if not _EVENT_ID.fullmatch(event):
            return None
        try:
            found = await self._wire.ask(Api.room_get_event("", room, event))
        except Refused:
            return None
        except Unexplained:
            # It may be the id, which a member wrote, that a proxy does not let pass: that must
            # not deafen the bot. Or the homeserver starts: then it is soon there.
            if not self._may_wait():
                log.warning("event_lookup_given_up")
                return None
            raise
        return mapping(self._clear(found, room))

    async def unsealed(self, message: Message) -> Message | None:
        """See ``ChatClient.read``."""
        event = await self._with_sender(json.loads(message.text), message.ref)
        clear = self._clear(event, message.ref.room)
        if clear is event and self.sealed is not None:
            await self.sealed.crypto.learn_sender(event)
            clear = self._clear(event, message.ref.room)
        if clear is event:
            return None
        found = await self._completed(self.message(clear, message.ref.room, message.place))
        # What says nothing to the bot is done all the same.
        return found or replace(message, kind=Kind.SAID, text="")

    def _may_wait(self) -> bool:
        now = self._clock()
        self._waited = [at for at in self._waited if now < at + _WAITS_WITHIN]
        if len(self._waited) >= _WAITS:
            return False
        self._waited.append(now)
        return True

    async def _with_sender(self, kept: dict[str, Any], ref: MessageRef) -> dict[str, Any]:
        """What is kept of an event with who sent it; the homeserver is asked, who knows."""
        if "sender" in kept:
            return kept  # By an earlier version.
        try:
            found = await self._wire.ask(Api.room_get_event("", ref.room, ref.event))
        except Refused:
            return kept
        return {**kept, "sender": found.get("sender")}

    def message(self, event: Any, room: str, place: Place) -> Message | None:
        """The message in an event; see ``message_from``. None: of somebody who is ignored."""
        message = message_from(event, room, place, self.bot, self._clock())
        # What people take back goes away, whoever they are.
        if message and message.sender in self.ignored and message.kind is not Kind.REDACTION:
            return None
        return message

    async def _whole(self, room: str, timeline: Mapping[str, Any], since: str) -> list[Any]:
        events = list(listed(timeline.get("events")))
        if not timeline.get("limited"):
            return events
        self._rooms.forget_members(room)
        start = timeline.get("prev_batch")
        only = {"types": KINDS}
        while isinstance(start, str) and start.isprintable():
            request = Api.room_messages("", room, start, since, "b", _PAGE, only)
            try:
                page = await self._wire.ask(request)
            except Refused as refused:
                fields = {"status": refused.status, "code": refused.code}
                log.warning("gap_unreadable", extra=fields)
                break
            events[:0] = reversed(listed(page.get("chunk")))
            start = page.get("end") if page.get("end") != start else None
        return _distinct(events)

    async def _heard(self, room: str, events: list[Any]) -> list[Message]:
        if any(mapping(event).get("type") == "m.room.member" for event in events):
            self._rooms.forget_members(room)
        sealed_from = len(events)
        if self.sealed is not None:
            sealed_from = await self.sealed.since(room, events)
        place = await self._rooms.place(room)
        if place is None:
            return await self._crowded(room, events)
        start = 0
        if not self._rooms.took_over(room):
            start = own_entry(events, self.bot.user_id, invited=place is Place.DIRECT)
        found = []
        for index, event in enumerate(events[start:], start):
            try:
                clear = self._clear(event, room)
                if self.verifying is not None:
                    # Clear or not: what they prove, keys prove.
                    self.verifying.heard(clear, room)
                if index >= sealed_from and not self._believes(event, clear):
                    log.warning("clear_in_encrypted_room")
                    continue
                message = await self._completed(self.message(clear, room, place))
            except (TryLater, LoggedOut):
                raise  # The homeserver's doing, not the event's.
            except Exception as error:  # The top here: one event must not deafen the bot.
                log.error("event_passed_over", extra={"error": type(error).__name__})
                continue
            if message is None and is_tombstone(event):
                self._upgrades.heard(room, place, event)
            if message is not None:
                found.append(message)
        return found

    async def _crowded(self, room: str, events: list[Any]) -> list[Message]:
        """That more people came into a direct chat, where that is what these events show."""
        came = entries_of_others(events, self.bot.user_id)
        if not came or not await self._rooms.outgrown(room, came):
            return []
        # One for each room, so that the store drops what it knows.
        ref = MessageRef(FRONT, room, "crowded")
        return [Message(ref, Place.DIRECT, self.bot.user_id, Kind.CROWDED, "", self._clock())]

    def _clear(self, event: Any, room: str) -> Any:
        return event if self.sealed is None else self.sealed.clear(event, room)

    def _believes(self, event: Any, clear: Any) -> bool:
        # What the bot says bears its key, and it may have said it before it was all encrypted.
        own = mapping(event).get("sender") == self.bot.user_id
        return own or self.sealed is None or self.sealed.is_believed(event, clear)

    async def _completed(self, message: Message | None) -> Message | None:
        if message is None or message.kind is not Kind.EDIT:
            return message
        original = await self.event(message.ref.room, message.target.event)
        return completed_edit(message, original)

    def _left(self, room: str, since: str) -> list[Message]:
        self._rooms.forget_members(room)
        place = Place.DIRECT
        if self._rooms.configured(room):
            # The bot is no longer in a configured room; the check tells which.
            log.error("room_lost")
            place = Place.DESK if room == self._rooms.desk_id else Place.COMMUNITY
        ref = MessageRef(FRONT, room, f"gone-{since}")
        return [Message(ref, place, self.bot.user_id, Kind.GONE, "", self._clock())]


def section(batch: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The rooms of one kind in an answer of ``/sync``: ``join``, ``invite`` or ``leave``."""
    rooms = batch.get("rooms")
    found = rooms.get(name) if isinstance(rooms, dict) else None
    return found if isinstance(found, dict) else {}


def _distinct(events: list[Any]) -> list[Any]:
    by_id = {
        event["event_id"]: event
        for event in map(mapping, events)
        if isinstance(event.get("event_id"), str)
    }
    return list(by_id.values())


def _time_of(event: Mapping[str, Any]) -> datetime:
    at = event.get("origin_server_ts")
    milliseconds = at if isinstance(at, int) and 0 <= at < 2**43 else 0
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
