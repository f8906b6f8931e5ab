"""Rooms that were replaced by another one: the bot goes along, if the replacement holds.

Rules:

- A tombstone is believed when its sender had the power for it in the old room, and the new
  room names the old one as its predecessor. Else anybody could lead people, and the bot with
  them, into a room of theirs.
- Only inside can the bot see what a room names, so it joins, looks, and leaves again.
- Where it can't get in yet, it waits for an invitation to that room.
- Nothing is written down: at each start the tombstones are followed anew, those of direct chats
  too.
- Joining may take long, so it is done beside the hearing (``beside.py``). As soon as the bot is
  in the new room it is decided on, before anything there is heard.
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
from bot.chat.matrix.reading import listed, mapping
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
    """A replacement that is not decided on yet.

    Attributes:
        was_in: Whether the bot was in the new room before it tried to join; None: it has not.
    """

    room: str
    new: str
    place: Place
    tombstone: Mapping[str, Any]
    tries: int = 0
    not_before: float = 0.0
    was_in: bool | None = None

    @property
    def name(self) -> tuple[str, ...]:
        return self.room, self.new


class Upgrades:
    """Follows tombstones; implements ``bot.chat.matrix.beside.Chore``.

    Args:
        wire: The connection.
        rooms: Told which room takes the place of which.
        user_id: The bot's own.
        clock: When a move is heard of.

    Attributes:
        news: That rooms moved, and where to; with an empty text that one says so and the bot did
            not follow. No batch of events tells it; who takes them clears the list.
    """

    def __init__(self, wire: Wire, rooms: Rooms, user_id: str, clock: Clock) -> None:
        self.news: list[Message] = []
        self._wire = wire
        self._rooms = rooms
        self._user_id = user_id
        self._clock = clock
        self._awaited: dict[tuple[str, ...], _Awaited] = {}
        self._deciding = asyncio.Lock()

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
                message = await self._followed(self._put(room, place, tombstone).name)
                if message is None or not message.text:
                    # Told when it was heard.
                    break
                self.news.append(message)
                room = message.text
            await self._look_back(room)

    async def look(self, joined: Mapping[str, Any]) -> None:
        """Takes note of the tombstones in the state of all rooms, as a start shows it.

        The bot may have ended before it followed one, and ``resume`` knows of no direct chat.

        Args:
            joined: Room id → what an answer of ``/sync`` says about it.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        for room, told in joined.items():
            for event in listed(mapping(mapping(told).get("state")).get("events")):
                known = self._rooms.configured(room) or room in self._rooms.successors
                place = None if known or not is_tombstone(event) else await self._rooms.place(room)
                if place is not None:
                    self.heard(room, place, mapping(event))

    def heard(self, room: str, place: Place, event: Mapping[str, Any]) -> None:
        """Takes note of a tombstone; it is followed beside the hearing."""
        self._put(room, place, event)

    def awaits(self, room: str) -> bool:
        """Whether it is to be decided if that room is the replacement of another one."""
        return any(each.new == room for each in self._awaited.values())

    def invited(self, room: str) -> None:
        """The invitation is there: it is tried at once."""
        for name, each in self._awaited.items():
            if each.new == room:
                self._awaited[name] = replace(each, not_before=0.0)

    async def arrived(self, room: str) -> None:
        """The bot is in that room: decides, before anything that stands there is heard.

        Raises:
            TryLater: The homeserver is away; nothing is decided.
            LoggedOut: The access token is no longer good.
        """
        for name in [name for name, each in self._awaited.items() if each.new == room]:
            if message := await self._decided(name):
                self.news.append(message)

    def due(self) -> list[tuple[str, ...]]:
        """See ``Chore``."""
        now = asyncio.get_running_loop().time()
        due = [(each.room, name) for name, each in self._awaited.items() if each.not_before <= now]
        # One at a time of each room: who owns a chat may let it be replaced again and again.
        return list(dict(reversed(due)).values())

    def whose(self, name: tuple[str, ...]) -> str | None:
        """See ``Chore``: who leads on a chat of theirs; who leads on the bot's own rooms may."""
        each = self._awaited[name]
        return str(each.tombstone.get("sender")) if each.place is Place.DIRECT else None

    async def attempt(self, name: tuple[str, ...]) -> None:
        """See ``Chore``."""
        try:
            message = await self._followed(name)
        except (Refused, TryLater):
            self._put_off(name)
        else:
            if message is not None:
                self.news.append(message)

    def _put(self, room: str, place: Place, event: Mapping[str, Any]) -> _Awaited:
        each = _Awaited(room, successor_in(event), place, event)
        return self._awaited.setdefault(each.name, each)

    def _put_off(self, name: tuple[str, ...]) -> None:
        if name not in self._awaited:
            return  # Decided meanwhile: it was let in after all.
        each = self._awaited[name]
        tries = each.tries + 1
        pause = _PAUSE * 2.0**tries if tries <= _TRIES else float("inf")
        not_before = asyncio.get_running_loop().time() + pause
        self._awaited[name] = replace(each, tries=tries, not_before=not_before)

    async def _followed(self, name: tuple[str, ...]) -> Message | None:
        """Gets the bot into the new room and decides; None: it is shut, or decided already."""
        if name not in self._awaited:
            return None
        if not await self._enter(self._awaited[name]):
            log.warning("room_replaced", extra=_told(Step.SHUT, self._awaited.get(name)))
            self._put_off(name)
            return None
        return await self._decided(name)

    async def _enter(self, each: _Awaited) -> bool:
        """Joins the new room, if there is one to join; False: it does not let the bot in yet."""
        if self._rooms.successors.get(each.room) == each.new or not await self._is_meant(each):
            return True
        inside = await self._rooms.inside(each.new)
        if each.was_in is None and each.name in self._awaited:
            # Only at the first try: a join that seemed to fail may be carried out later.
            self._awaited[each.name] = replace(self._awaited[each.name], was_in=inside)
        if inside:
            return True
        try:
            await self._rooms.join(each.new, servers_in(each.tombstone, each.new))
        except (Refused, TryLater):
            # The server that knows the room may be gone: nobody must wait for that one.
            return False
        return True

    async def _decided(self, name: tuple[str, ...]) -> Message | None:
        async with self._deciding:
            if name not in self._awaited:
                return None
            each = self._awaited[name]
            holds = await self._holds(each)
            each = self._awaited[name]
            if not holds and each.was_in is False:
                with suppress(Refused):
                    await self._wire.ask(Api.room_leave("", each.new), relayed=True)
            step = Step.FOLLOWED if holds else Step.UNTRUE
            log.warning("room_replaced", extra=_told(step, each))
            if holds:
                self._rooms.moved(each.room, each.new)
            del self._awaited[name]
        ref = MessageRef(FRONT, each.room, str(each.tombstone.get("event_id")))
        text = each.new if holds else ""
        return Message(ref, each.place, self._user_id, Kind.MOVED, text, self._clock())

    async def _is_meant(self, each: _Awaited) -> bool:
        """Whether somebody who may do so says that a room takes the place of the old one."""
        in_circles = self._rooms.leads_to(each.new, each.room)
        meant = each.new and not in_circles
        return bool(meant) and await self._had_the_power(each.room, each.tombstone)

    async def _holds(self, each: _Awaited) -> bool:
        if self._rooms.successors.get(each.room) == each.new:
            return True
        if not await self._is_meant(each):
            return False
        create = await self._rooms.state(each.new, "m.room.create") or {}
        direct = each.place is Place.DIRECT
        crowd = direct and await self._rooms.place(each.new) is not Place.DIRECT
        return predecessor_in(create) == each.room and not crowd

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


def _told(step: Step, each: _Awaited | None) -> dict[str, str]:
    return {"step": step.name.lower(), "place": str(each.place) if each else ""}


def is_tombstone(event: Any) -> bool:
    """Whether an event says that another room takes the place of its own."""
    event = mapping(event)
    known = isinstance(event.get("event_id"), str)
    return known and event.get("type") == "m.room.tombstone" and event.get("state_key") == ""


def successor_in(tombstone: Mapping[str, Any]) -> str:
    """The id of the room that a tombstone names; empty where there is none."""
    named = mapping(tombstone.get("content")).get("replacement_room")
    good = isinstance(named, str) and named.startswith("!") and 1 < len(named) <= 255
    return str(named) if good and _is_whole(str(named)) else ""


def predecessor_in(create: Mapping[str, Any]) -> str | None:
    """The id of the room that an ``m.room.create`` names as its predecessor."""
    named = mapping(mapping(create.get("content")).get("predecessor")).get("room_id")
    return named if isinstance(named, str) else None


def servers_in(tombstone: Mapping[str, Any], room: str) -> list[str]:
    """The servers that may know the new room: its own, and that of who replaced the old one."""
    found = (str(each).partition(":")[2] for each in (room, tombstone.get("sender")))
    return list(dict.fromkeys(each for each in found if each and _is_whole(each)))


def _is_whole(text: str) -> bool:
    """Whether it holds no half character; no path can be made of one."""
    return text.encode(errors="ignore").decode() == text
