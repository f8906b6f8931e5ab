"""Rooms that were replaced by another one: the bot goes along, if the replacement holds.

Rules:

- A tombstone is believed when its sender had the power for it in the old room, and the new
  room names the old one as its predecessor. Else anybody could lead people, and the bot with
  them, into a room of theirs.
- Only inside can the bot see what a room names, so it joins, looks, and leaves again.
- Where it can't get in yet, it waits for an invitation to that room.
- Nothing is written down: at each start the tombstones are followed anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from nio import Api

from bot.chat.matrix.events import FRONT
from bot.chat.matrix.powers import level_of, power_of
from bot.chat.matrix.reading import mapping
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.wire import Refused, Wire
from bot.errors import TryLater
from bot.messages import Kind, Message, MessageRef, Place
from bot.ports import Clock

log = logging.getLogger(__name__)

_CHAIN = 10
"""How many replacements in a row are followed at a start."""

_TRIES = 5
_PAUSE = 30.0
"""Seconds; doubled with each try of a room that does not let the bot in."""

_NEEDED = 50
"""The power needed for a state event where a room does not say."""


class Step(Enum):
    """How following a tombstone ended."""

    FOLLOWED = auto()
    SHUT = auto()
    """The new room does not let the bot in yet."""
    UNTRUE = auto()
    """The replacement does not hold."""


@dataclass(frozen=True, slots=True)
class _Awaited:
    room: str
    place: Place
    tombstone: Mapping[str, Any]
    tries: int
    not_before: float


class Upgrades:
    """Follows tombstones.

    Args:
        wire: The connection.
        rooms: Told which room takes the place of which.
        user_id: The bot's own.
        clock: When a move is heard of.

    Attributes:
        news: Moves that no batch of events tells; who takes them clears the list.
    """

    def __init__(self, wire: Wire, rooms: Rooms, user_id: str, clock: Clock) -> None:
        self.news: list[Message] = []
        self._wire = wire
        self._rooms = rooms
        self._user_id = user_id
        self._clock = clock
        self._awaited: dict[str, _Awaited] = {}

    async def resume(self) -> None:
        """At a start: follows what the configured rooms were replaced by meanwhile.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        for first in [self._rooms.desk_id, *self._rooms.communities]:
            place = Place.DESK if first == self._rooms.desk_id else Place.COMMUNITY
            room = first
            for _ in range(_CHAIN):
                tombstone = await self._rooms.state(room, "m.room.tombstone")
                if tombstone is None:
                    break
                message = await self._followed(room, place, tombstone)
                if message is None or not message.text:
                    # Told when it was heard.
                    break
                self.news.append(message)
                room = message.text
            await self._look_back(room)

    async def heard(self, room: str, place: Place, event: Mapping[str, Any]) -> Message | None:
        """Follows a tombstone that stands in a room's timeline.

        Returns:
            That the room moved, and where to; with an empty text that it says so and the bot
            did not follow. None: the bot waits to be let in.

        Raises:
            TryLater: The homeserver is away; nothing is lost.
            LoggedOut: The access token is no longer good.
        """
        return await self._followed(room, place, event)

    def awaits(self, room: str) -> bool:
        """Whether an invitation to that room is awaited, as the replacement of another one."""
        return room in self._awaited

    def invited(self, room: str) -> None:
        """The invitation is there: the next ``again`` tries that room."""
        self._awaited[room] = replace(self._awaited[room], not_before=0.0)

    async def again(self) -> None:
        """Tries the rooms that did not let the bot in, where it is time to.

        Raises:
            LoggedOut: The access token is no longer good.
        """
        now = asyncio.get_running_loop().time()
        due = [each for each in self._awaited.values() if each.not_before <= now]
        for each in due:
            try:
                message = await self._followed(each.room, each.place, each.tombstone)
            except TryLater:
                self._wait_for(each.room, each.place, each.tombstone)
                continue
            if message is not None:
                self.news.append(message)

    def _wait_for(self, room: str, place: Place, event: Mapping[str, Any]) -> None:
        new = successor_in(event)
        tries = self._awaited[new].tries + 1 if new in self._awaited else 1
        pause = _PAUSE * 2.0**tries if tries <= _TRIES else float("inf")
        not_before = asyncio.get_running_loop().time() + pause
        self._awaited[new] = _Awaited(room, place, event, tries, not_before)

    async def _followed(self, room: str, place: Place, event: Mapping[str, Any]) -> Message | None:
        new = successor_in(event)
        step = await self._enter(room, new, place, event) if new else Step.UNTRUE
        log.warning("room_replaced", extra={"step": step.name.lower(), "place": str(place)})
        if step is Step.SHUT:
            self._wait_for(room, place, event)
            return None
        self._awaited.pop(new, None)
        text = new if step is Step.FOLLOWED else ""
        ref = MessageRef(FRONT, room, str(event.get("event_id")))
        return Message(ref, place, self._user_id, Kind.MOVED, text, self._clock())

    async def _enter(self, room: str, new: str, place: Place, event: Mapping[str, Any]) -> Step:
        if self._rooms.successors.get(room) == new:
            return Step.FOLLOWED
        in_circles = self._rooms.leads_to(new, room)
        if in_circles or not await self._had_the_power(room, event):
            return Step.UNTRUE
        was_in = await self._rooms.inside(new)
        if not was_in:
            try:
                await self._rooms.join(new, servers_in(event, new))
            except (Refused, TryLater):
                # The server that knows the room may be gone: nobody must wait for that one.
                return Step.SHUT
        create = await self._rooms.state(new, "m.room.create") or {}
        crowd = place is Place.DIRECT and await self._rooms.place(new) is not Place.DIRECT
        if predecessor_in(create) != room or crowd:
            if not was_in:
                with suppress(Refused):
                    await self._wire.ask(Api.room_leave("", new))
            return Step.UNTRUE
        self._rooms.moved(room, new)
        return Step.FOLLOWED

    async def _had_the_power(self, room: str, event: Mapping[str, Any]) -> bool:
        create = await self._rooms.state(room, "m.room.create") or {}
        levels = await self._rooms.state(room, "m.room.power_levels") or {}
        content = mapping(levels.get("content"))
        usual = level_of(content.get("state_default"), _NEEDED if levels else 0)
        needed = level_of(mapping(content.get("events")).get("m.room.tombstone"), usual)
        return power_of(str(event.get("sender")), create, levels) >= needed

    async def _look_back(self, room: str) -> None:
        """Knows what a room replaced, also where the configuration names the new one only."""
        for _ in range(_CHAIN):
            old = predecessor_in(await self._rooms.state(room, "m.room.create") or {})
            if old is None or old in self._rooms.successors:
                return
            tombstone = await self._rooms.state(old, "m.room.tombstone")
            if tombstone is None or successor_in(tombstone) != room:
                return
            self._rooms.moved(old, room)
            room = old


def is_tombstone(event: Any) -> bool:
    """Whether an event says that another room takes the place of its own."""
    event = mapping(event)
    known = isinstance(event.get("event_id"), str)
    return known and event.get("type") == "m.room.tombstone" and event.get("state_key") == ""


def successor_in(tombstone: Mapping[str, Any]) -> str:
    """The id of the room that a tombstone names; empty where there is none."""
    named = mapping(tombstone.get("content")).get("replacement_room")
    good = isinstance(named, str) and named.startswith("!") and 1 < len(named) <= 255
    return str(named) if good else ""


def predecessor_in(create: Mapping[str, Any]) -> str | None:
    """The id of the room that an ``m.room.create`` names as its predecessor."""
    named = mapping(mapping(create.get("content")).get("predecessor")).get("room_id")
    return named if isinstance(named, str) else None


def servers_in(tombstone: Mapping[str, Any], room: str) -> list[str]:
    """The servers that may know the new room: its own, and that of who replaced the old one."""
    found = (str(each).partition(":")[2] for each in (room, tombstone.get("sender")))
    return list(dict.fromkeys(each for each in found if each))
