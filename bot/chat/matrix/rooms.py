"""The bot's rooms at the homeserver: found, joined, told apart, examined."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from nio import Api

from bot.chat.matrix.members import Members
from bot.chat.matrix.powers import power_of, room_finding, server_finding
from bot.chat.matrix.reading import mapping
from bot.chat.matrix.wire import Refused, Wire
from bot.errors import ConfigError, TryLater
from bot.messages import Place
from bot.ports import Finding

_TITLES = {"rooms.desk": "desk", "rooms.community": "community", "invites.spaces": "space"}


class Rooms:
    """Which room is which.

    Attributes:
        desk_id: The room id of the desk; empty before ``resolve``.
        communities: Room id → name in the configuration; empty before ``resolve``.
        spaces: Room ids of the spaces whose members may write to the bot.
        successors: Room id → that of the room that took its place.
        new: Rooms that the bot was not in before this start.
        members: Who is in which room.
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
        self._wire = wire
        self._user_id = user_id
        self._configured = {"rooms.desk": desk}
        for number, name in enumerate(communities):
            self._configured[f"rooms.community[{number}].room"] = name
        for number, name in enumerate(spaces):
            self._configured[f"invites.spaces[{number}]"] = name
        self.members = Members(wire)

    async def resolve(self) -> None:
        """Finds the configured rooms and joins those that the bot is not in yet.

        Raises:
            ConfigError: A room does not exist, can't be joined, or is named twice.
            TryLater: The homeserver is away, or allows no more joins now.
            LoggedOut: The access token is no longer good.
        """
        joined = await self._joined()
        found: dict[str, str] = {}
        for path, name in self._configured.items():
            try:
                room = await self._room_id(name)
            except Refused:
                text = f"there is no room {name}; create it, or mend the name"
                raise ConfigError(path, text) from None
            if room not in joined:
                try:
                    # By the name it was given: an alias tells which servers know the room.
                    await self._wire.ask(Api.join("", name))
                except Refused as refused:
                    if await self._knock(name):
                        text = f"the bot has asked to be let in to {name}; accept {self._user_id} "
                        raise ConfigError(path, f"{text}there, then start again") from None
                    text = f"can't join {name} ({refused.status} {refused.code}); "
                    text += f"invite {self._user_id}, or open the room"
                    raise ConfigError(path, text) from None
                self.new.add(room)
            if room in found:
                other = self._configured[found[room]]
                raise ConfigError(path, f"{name} is the same room as {other}; name another")
            found[room] = path
        self.desk_id = next(iter(found))
        self.spaces = [room for room, path in found.items() if path.startswith("invites.")]
        communities = found.keys() - {self.desk_id, *self.spaces}
        self.communities = {
            room: self._configured[path] for room, path in found.items() if room in communities
        }

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
        if old == self.desk_id:
            self.desk_id = new
        if old in self.communities:
            self.communities[new] = self.communities.pop(old)

    async def inside(self, room: str) -> bool:
        """Whether the bot is in that room."""
        return room in await self._joined()

    async def join(self, room: str, servers: Sequence[str]) -> None:
        """Joins a room that one of these servers knows.

        Raises:
            Refused: It is not allowed to.
            TryLater: Nobody answers.
            LoggedOut: The access token is no longer good.
        """
        via = urlencode([(name, each) for each in servers for name in ("via", "server_name")])
        await self._wire.ask(
            ("POST", f"/_matrix/client/v3/join/{quote(room, safe='')}?{via}", "{}")
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
        return any(new == room and old not in self.new for old, new in self.successors.items())

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
        await self._wire.ask(Api.join("", room))
        self.forget_members(room)
        if await self.place(room) is not None:
            return True
        await self._wire.ask(Api.room_leave("", room))
        return False

    async def examine(self, *, unseals: bool) -> list[Finding]:
        """Whether the bot can work at this homeserver and in each configured room.

        Args:
            unseals: Whether it can read and write in encrypted rooms.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        findings = [server_finding(await self._wire.ask(("GET", "/_matrix/client/versions")))]
        joined = await self._joined()
        asked = await self._asked()
        for path, name in self._configured.items():
            title = f"{_TITLES[path.partition('[')[0]]} {name}"
            try:
                room = await self._room_id(name)
            except Refused:
                remedy = f"create it, or mend {path}"
                findings.append(Finding(title, False, "does not exist", remedy))
                continue
            if room in asked:
                remedy = f"accept {self._user_id} there, then start the bot"
                findings.append(Finding(title, False, "the bot has asked to be let in", remedy))
                continue
            if room not in joined:
                remedy = f"invite {self._user_id}, or open the room and start the bot"
                findings.append(Finding(title, False, "the bot is not in it", remedy))
                continue
            if path.startswith("invites."):
                findings.append(Finding(title, True, "joined"))
                continue
            if gone := await self._replaced(title, path, room, joined):
                findings.append(gone)
                continue
            findings.append(
                room_finding(
                    title,
                    self._user_id,
                    encrypted=await self.state(room, "m.room.encryption") is not None,
                    unseals=unseals,
                    create=await self.state(room, "m.room.create") or {},
                    levels=await self.state(room, "m.room.power_levels") or {},
                )
            )
        return findings

    async def _joined(self) -> set[str]:
        try:
            return set((await self._wire.ask(Api.joined_rooms(""))).get("joined_rooms", []))
        except Refused as refused:
            raise TryLater(f"the homeserver does not list the bot's rooms ({refused})") from None

    async def _room_id(self, name: str) -> str:
        if not name.startswith("#"):
            return name
        return str((await self._wire.ask(Api.room_resolve_alias(name)))["room_id"])

    async def _knock(self, name: str) -> bool:
        try:
            await self._wire.ask(("POST", f"/_matrix/client/v3/knock/{quote(name, safe='')}", "{}"))
        except Refused:
            return False
        return True

    async def _asked(self) -> Collection[str]:
        """The rooms that the bot asked to be let in to."""
        nothing: dict[str, list[str]] = {"types": []}
        only = {
            "presence": nothing,
            "account_data": nothing,
            "room": {"timeline": nothing, "state": nothing, "ephemeral": nothing},
        }
        told = await self._wire.ask(Api.sync("", None, 0, only))
        return mapping(mapping(told.get("rooms")).get("knock")).keys()

    async def _replaced(
        self, title: str, path: str, room: str, joined: Collection[str]
    ) -> Finding | None:
        tombstone = await self.state(room, "m.room.tombstone") or {}
        new = mapping(tombstone.get("content")).get("replacement_room")
        if not isinstance(new, str):
            return None
        if new in joined:
            text = f"was replaced by {new}; the bot is there and goes along"
            return Finding(title, True, f"{text}; write that id into {path}")
        remedy = f"if that is right, invite {self._user_id} there and write the id into {path}"
        return Finding(title, False, f"was replaced by {new}; the bot is not in there", remedy)

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
