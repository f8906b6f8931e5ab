"""What stands in a room's timeline: whole, in order, as messages; and what the bot said there."""

from __future__ import annotations

import heapq
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from nio import Api

from bot.chat.matrix.events import FRONT, Identity, completed_edit, key_of, message_from, own_entry
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.wire import Refused, Wire
from bot.messages import Kind, Message, MessageRef, Outgoing, Place
from bot.ports import Clock

log = logging.getLogger(__name__)

KINDS = [
    "m.room.message",
    "m.reaction",
    "m.room.redaction",
    "m.room.member",
    "m.room.encrypted",
    "m.room.tombstone",
]
"""The types of events that the bot asks for."""

LIMIT = 50
"""Events of one room in one answer; where there are more, the gap is filled."""

_PAGE = 100
_SKEW = timedelta(hours=1)
"""How far the homeserver's clock may be behind ours."""


class Timeline:
    """Reads what ``/sync`` gave of each room; implements part of ``bot.ports.ChatClient``.

    Args:
        wire: The connection.
        rooms: Which room is which.
        clock: Bounds the time at which messages can have been sent.

    Attributes:
        bot: Who is spoken to.
    """

    def __init__(self, wire: Wire, rooms: Rooms, bot: Identity, clock: Clock) -> None:
        self.bot = bot
        self._wire = wire
        self._rooms = rooms
        self._clock = clock

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
            events = await self._whole(room, joined.get("timeline", {}), since)
            if events:
                by_room.append(await self._heard(room, events))
        for room, left in section(batch, "leave").items():
            by_room.append(self._left(room, left, since))
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
            for event in page.get("chunk", []):
                if key_of(event) == outgoing.key:
                    return str(event["event_id"])
                if _time_of(event) < since:
                    return None
            end = page.get("end")
            if not isinstance(end, str) or end == query.get("from"):
                return None
            query["from"] = end

    async def event(self, room: str, event: str) -> dict[str, Any] | None:
        """An event by its id; None where there is none, or none to see."""
        try:
            return await self._wire.ask(Api.room_get_event("", room, event))
        except Refused:
            return None

    def message(self, event: Any, room: str, place: Place) -> Message | None:
        """The message in an event; see ``message_from``."""
        return message_from(event, room, place, self.bot, self._clock())

    async def _whole(self, room: str, timeline: Mapping[str, Any], since: str) -> list[Any]:
        events = list(timeline.get("events", []))
        if not timeline.get("limited"):
            return events
        self._rooms.forget_members(room)
        start = timeline.get("prev_batch")
        only = {"types": KINDS}
        while isinstance(start, str):
            request = Api.room_messages("", room, start, since, "b", _PAGE, only)
            try:
                page = await self._wire.ask(request)
            except Refused as refused:
                fields = {"status": refused.status, "code": refused.code}
                log.warning("gap_unreadable", extra=fields)
                break
            events[:0] = reversed(page.get("chunk", []))
            start = page.get("end") if page.get("end") != start else None
        return _distinct(events)

    async def _heard(self, room: str, events: list[Any]) -> list[Message]:
        kinds = {event.get("type") for event in events if isinstance(event, dict)}
        if "m.room.member" in kinds:
            self._rooms.forget_members(room)
        place = await self._rooms.place(room)
        if place is None:
            return []
        start = own_entry(events, self.bot.user_id, invited=place is Place.DIRECT)
        found = []
        for event in events[start:]:
            message = self.message(event, room, place)
            if message is not None and message.kind is Kind.EDIT:
                original = await self.event(room, message.target.event)
                message = completed_edit(message, original)
            if message is not None:
                found.append(message)
        return found

    def _left(self, room: str, left: Mapping[str, Any], since: str) -> list[Message]:
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
    by_id = {event["event_id"]: event for event in events}
    return list(by_id.values())


def _time_of(event: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(event.get("origin_server_ts", 0)) / 1000, UTC)
