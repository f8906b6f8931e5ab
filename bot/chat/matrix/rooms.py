"""The bot's rooms at the homeserver: found, joined, told apart, examined."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from nio import Api

from bot.chat.matrix.members import Members
from bot.chat.matrix.powers import power_of
from bot.chat.matrix.reading import mapping
from bot.chat.matrix.wire import Refused, Wire
from bot.errors import ConfigError, TryLater
from bot.messages import Place

log = logging.getLogger(__name__)

_DESK = "rooms.desk"

_WORTH_WAITING = 30.0
"""Seconds that a start waits for who asks for patience before it tells a room's id."""


class _Out(Exception):
    """The bot is not in a configured room.

    Attributes:
        reason: Why, without ids and names.
        text: Why, for who can mend it.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text


class Rooms:
    """Which room is which.

    Attributes:
        desk_id: The room id of the desk; empty before ``resolve``.
        communities: Room id → name in the configuration; empty before ``resolve``. Also those
            that the bot was left out of: once invited there again it works there.
        spaces: Room ids of the spaces whose members may write to the bot.
        successors: Room id → that of the room that took its place.
        new: Rooms that the bot came into at this start and has not heard yet: what was said there
            before is not the bot's to hear. Who hears takes them out.
        shut: Configured rooms that the bot is to enter once another server lets it: room id →
            setting. ``enter`` tries.
        members: Who is in which room.
        names: Setting, such as ``rooms.community[0].room`` → the room's id or alias.
    """

    def __init__(
        self,
        wire: Wire,
        user_id: str,
        desk: str,
        communities: Sequence[str],
        spaces: Sequence[str] = (),
    ) -> None:
        self.desk_id = ""
        self.communities: dict[str, str] = {}
        self.spaces: list[str] = []
        self.successors: dict[str, str] = {}
        self.new: set[str] = set()
        self.shut: dict[str, str] = {}
        self._wire = wire
        self._user_id = user_id
        self.names = {_DESK: desk}
        for number, name in enumerate(communities):
            self.names[f"rooms.community[{number}].room"] = name
        for number, name in enumerate(spaces):
            self.names[f"invites.spaces[{number}]"] = name
        self.members = Members(wire)

    async def resolve(self, *, strict: bool = True) -> None:
        """Finds the configured rooms and joins those that the bot is not in yet.

        Args:
            strict: Whether every room is needed. Else only the desk is: a moderator who throws
                the bot out of one room, or a server that is gone, must not silence the others.
                What is left out is logged. An alias that leads nowhere names no room, so that
                nobody's invitation can be told to be to that one: it needs another start.

        Where another server does not answer a join, or asks for patience, the others are not kept
        waiting: see ``shut``. Only the desk, and in a strict start a room that nobody tells the
        id of, is not done without.

        Raises:
            ConfigError: A room that is needed does not exist, can't be joined, or is named twice.
            TryLater: The homeserver is away, or nobody answers for a room not done without.
            LoggedOut: The access token is no longer good.
        """
        joined = await self.joined()
        found: dict[str, str] = {}
        for path, name in self.names.items():
            room = ""
            try:
                room = await self._found(name, found)
                found[room] = path
                if room not in joined:
                    self.new.add(room)
                    await self._enter(name)
            except _Out as out:
                if strict or path == _DESK:
                    raise ConfigError(path, out.text) from None
                reason = out.reason
            except TryLater:
                if path == _DESK or (strict and not room):
                    raise
                # Raises where it is the bot's own homeserver that does not answer.
                await self.joined()
                if room:
                    self.shut[room] = path
                reason = "another server does not answer, or asks for patience"
            else:
                continue
            _left_out(path, reason)
        self.desk_id = next(iter(found))
        self.spaces = [room for room, path in found.items() if path.startswith("invites.")]
        communities = found.keys() - {self.desk_id, *self.spaces}
        self.communities = {
            room: self.names[path] for room, path in found.items() if room in communities
        }

    async def enter(self, room: str) -> None:
        """Tries to enter a room that was ``shut``; logs how it ended.

        Raises:
            TryLater: It is shut as before.
            LoggedOut: The access token is no longer good.
        """
        path = self.shut[room]
        try:
            await self._enter(self.names[path])
        except _Out as out:
            _left_out(path, out.reason)
        else:
            log.info("community_entered", extra={"setting": path})
        del self.shut[room]

    async def _found(self, name: str, others: Mapping[str, str]) -> str:
        try:
            room = await self._asked_twice(name)
        except Refused:
            text = f"there is no room {name}; create it, or mend the name"
            raise _Out("it does not exist", text) from None
        if room in others:
            other = self.names[others[room]]
            text = f"{name} is the same room as {other}; name another"
            raise _Out(f"it is the same room as {others[room]}", text)
        return room

    async def _asked_twice(self, name: str) -> str:
        """The room's id; a room without one is left out until the next start, so it is waited for.

        Raises: See ``room_id``.
        """
        try:
            return await self.room_id(name)
        except TryLater as error:
            if error.retry_after is None:
                raise
            await asyncio.sleep(min(error.retry_after, _WORTH_WAITING))
            return await self.room_id(name)

    async def _enter(self, name: str) -> None:
        try:
            # By the name it was given: an alias tells which servers know the room.
            await self._wire.ask(Api.join("", name), relayed=True)
        except Refused as refused:
            if await self._knock(name):
                text = f"the bot has asked to be let in to {name}; accept {self._user_id} "
                raise _Out("asked to be let in", f"{text}there, then start again") from None
            why = f"({refused.status} {refused.code})"
            text = f"can't join {name} {why}; invite {self._user_id}, or open the room"
            raise _Out(f"the bot may not join {why}", text) from None

    async def place(self, room: str) -> Place | None:
        """What kind of room it is; None: not one to speak in.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
        """
        room = self.latest(room)
        if room == self.desk_id:
            return Place.DESK
        if room in self.communities:
            return Place.COMMUNITY
        if room in self.spaces:
            return None
        try:
            count = await self.members.count(room)
        except Refused:
            # The bot is no longer in it.
            return None
        return Place.DIRECT if count <= 2 else None

    async def outgrown(self, room: str, came: int) -> bool:
        """Whether it was a direct chat before so many came in.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
        """
        room = self.latest(room)
        if self.configured(room) or room in self.spaces:
            return False
        try:
            count = await self.members.count(room)
        except Refused:
            return False
        return count - came <= 2 < count

    async def crowded(self, room: str) -> bool:
        """Whether somebody came to a direct chat for whom it was not asked there.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
            Refused: The bot is not in it.
        """
        if self.configured(self.latest(room)):
            return False
        return await self.members.count(room) > 2

    def configured(self, room: str) -> bool:
        """Whether the room is the desk or a community."""
        return room == self.desk_id or room in self.communities

    def moved(self, old: str, new: str) -> None:
        """Another room takes the place of one, unless that one came after it."""
        if self.leads_to(new, old):
            return
        self.successors[old] = new
        # What took the place of a room that the bot knew is the bot's to hear from its beginning.
        if old in self.new:
            self.new.add(new)
        else:
            self.new.discard(new)
        if old == self.desk_id:
            self.desk_id = new
        if old in self.communities:
            self.communities[new] = self.communities.pop(old)

    async def inside(self, room: str) -> bool:
        """Whether the bot is in that room."""
        return room in await self.joined()

    async def join(self, room: str, servers: Sequence[str]) -> None:
        """Joins a room that one of these servers knows.

        Raises:
            Refused: It is not allowed to.
            TryLater: Nobody answers.
            LoggedOut: The access token is no longer good.
        """
        via = urlencode([(name, each) for each in servers for name in ("via", "server_name")])
        await self._wire.ask(
            ("POST", f"/_matrix/client/v3/join/{quote(room, safe='')}?{via}", "{}"),
            relayed=True,
        )

    async def has_member(self, user_id: str) -> bool:
        """Whether somebody is in one of the configured rooms, or of the spaces."""
        for room in (self.desk_id, *self.communities, *self.spaces):
            member = await self.state(room, "m.room.member", user_id)
            if member and mapping(member.get("content")).get("membership") == "join":
                return True
        return False

    async def power_somewhere(self, user_id: str) -> float:
        """The greatest power that somebody has in one of the configured rooms."""
        return max(
            [
                power_of(
                    user_id,
                    await self.state(room, "m.room.create") or {},
                    await self.state(room, "m.room.power_levels") or {},
                )
                for room in (self.desk_id, *self.communities)
            ]
        )

    def latest(self, room: str) -> str:
        """The last room of those that took its place one after the other; or that room."""
        while room in self.successors:
            room = self.successors[room]
        return room

    def leads_to(self, room: str, other: str) -> bool:
        """Whether one room is the other, or was replaced by it sooner or later."""
        while room != other and room in self.successors:
            room = self.successors[room]
        return room == other

    def took_over(self, room: str) -> bool:
        """Whether it took the place of a room that the bot knew: all in it is the bot's to hear."""
        return room in self.successors.values() and room not in self.new

    def forget_members(self, room: str) -> None:
        """Somebody came or went: counts anew when next asked."""
        self.members.forget(room)

    async def accept(self, room: str) -> bool:
        """Joins a room that the bot was invited to; leaves it again when it holds a crowd.

        Returns:
            Whether the bot is in it now.

        Raises:
            TryLater: The homeserver is away, or allows no more joins now.
            LoggedOut: The access token is no longer good.
            Refused: The invitation is void.
        """
        await self._wire.ask(Api.join("", room), relayed=True)
        self.forget_members(room)
        if await self.place(room) is not None:
            return True
        await self._wire.ask(Api.room_leave("", room), relayed=True)
        return False

    async def joined(self) -> set[str]:
        """The ids of the rooms that the bot is in.

        Raises:
            TryLater: The homeserver does not say.
            LoggedOut: The access token is no longer good.
        """
        try:
            return set((await self._wire.ask(Api.joined_rooms(""))).get("joined_rooms", []))
        except Refused as refused:
            raise TryLater(f"the homeserver does not list the bot's rooms ({refused})") from None

    async def room_id(self, name: str) -> str:
        """The id of the room with that id or alias.

        Raises:
            Refused: There is no such alias.
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        if not name.startswith("#"):
            return name
        told = await self._wire.ask(Api.room_resolve_alias(name), relayed=True)
        return str(told["room_id"])

    async def _knock(self, name: str) -> bool:
        try:
            path = f"/_matrix/client/v3/knock/{quote(name, safe='')}"
            await self._wire.ask(("POST", path, "{}"), relayed=True)
        except Refused:
            return False
        return True

    async def state(self, room: str, kind: str, key: str = "") -> dict[str, Any] | None:
        """The whole state event, for its sender; None when the room has none.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        try:
            return await self._state(room, kind, key)
        except Refused:
            return None

    async def is_encrypted(self, room: str) -> bool:
        """Whether its state says that it is encrypted.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
            Refused: The homeserver doesn't tell the bot; that is no "no".
        """
        try:
            await self._state(room, "m.room.encryption", "")
        except Refused as refused:
            if refused.status == 404:
                return False
            raise
        return True

    async def _state(self, room: str, kind: str, key: str) -> dict[str, Any]:
        where = f"{quote(room, safe='')}/state/{kind}/{quote(key, safe='')}"
        return await self._wire.ask(("GET", f"/_matrix/client/v3/rooms/{where}?format=event"))


def _left_out(path: str, reason: str) -> None:
    log.warning("community_left_out", extra={"setting": path, "reason": reason})
