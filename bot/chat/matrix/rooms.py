"""The bot's rooms at the homeserver: found, joined, told apart, examined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from nio import Api

from bot.chat.matrix.wire import Refused, Wire
from bot.errors import ConfigError, TryLater
from bot.messages import Place
from bot.ports import Finding

_INFINITE = float("inf")
_CREATORS_RULE_FROM = 12
"""The room version from which creators stand above all power levels."""

_THREADS_SINCE = (1, 4)
"""The version of the specification that brought threads."""


class Rooms:
    """Which room is which.

    Attributes:
        desk_id: The room id of the desk; empty before ``resolve``.
        communities: Room id → name in the configuration; empty before ``resolve``.
    """

    def __init__(self, wire: Wire, user_id: str, desk: str, communities: Sequence[str]) -> None:
        self.desk_id = ""
        self.communities: dict[str, str] = {}
        self._wire = wire
        self._user_id = user_id
        self._configured = {"rooms.desk": desk}
        for number, name in enumerate(communities):
            self._configured[f"rooms.community[{number}].room"] = name
        self._members: dict[str, int] = {}

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
                    text = f"can't join {name} ({refused.status} {refused.code}); "
                    text += f"invite {self._user_id}, or open the room"
                    raise ConfigError(path, text) from None
            if room in found:
                other = self._configured[found[room]]
                raise ConfigError(path, f"{name} is the same room as {other}; name another")
            found[room] = path
        self.desk_id, *communities = found
        self.communities = {room: self._configured[found[room]] for room in communities}

    async def place(self, room: str) -> Place | None:
        """What kind of room it is; None: not one to speak in.

        Raises:
            TryLater: The homeserver did not say.
            LoggedOut: The access token is no longer good.
        """
        if room == self.desk_id:
            return Place.DESK
        if room in self.communities:
            return Place.COMMUNITY
        if room not in self._members:
            try:
                told = await self._wire.ask(Api.joined_members("", room))
                self._members[room] = len(told.get("joined", {}))
            except Refused:
                # The bot is no longer in it.
                return None
        return Place.DIRECT if self._members[room] <= 2 else None

    def configured(self, room: str) -> bool:
        """Whether the room is the desk or a community."""
        return room == self.desk_id or room in self.communities

    def learn(self, joined: Mapping[str, Any]) -> None:
        """Takes over how many people are in each room, where the homeserver tells.

        Args:
            joined: Room id → what the first answer of ``/sync`` says about it.
        """
        for room, told in joined.items():
            summary = told.get("summary") if isinstance(told, dict) else None
            count = summary.get("m.joined_member_count") if isinstance(summary, dict) else None
            if isinstance(count, int):
                self._members[room] = count

    def forget_members(self, room: str) -> None:
        """Somebody came or went: counts anew when next asked."""
        self._members.pop(room, None)

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

    async def examine(self) -> list[Finding]:
        """Whether the bot can work at this homeserver and in each configured room.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        findings = [server_finding(await self._wire.ask(("GET", "/_matrix/client/versions")))]
        joined = await self._joined()
        for path, name in self._configured.items():
            title = f"{'desk' if path == 'rooms.desk' else 'community'} {name}"
            try:
                room = await self._room_id(name)
            except Refused:
                remedy = f"create it, or mend {path}"
                findings.append(Finding(title, False, "does not exist", remedy))
                continue
            if room not in joined:
                remedy = f"invite {self._user_id}, or open the room and start the bot"
                findings.append(Finding(title, False, "the bot is not in it", remedy))
                continue
            findings.append(
                room_finding(
                    title,
                    self._user_id,
                    encrypted=await self._state(room, "m.room.encryption") is not None,
                    create=await self._state(room, "m.room.create") or {},
                    levels=await self._state(room, "m.room.power_levels") or {},
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

    async def _state(self, room: str, kind: str) -> dict[str, Any] | None:
        """The whole state event, for its sender; None when the room has none."""
        path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/state/{kind}/?format=event"
        try:
            return await self._wire.ask(("GET", path))
        except Refused:
            return None


def power_of(user_id: str, create: Mapping[str, Any], levels: Mapping[str, Any]) -> float:
    """A member's power in a room; infinite for its creators from room version 12 on.

    Args:
        user_id: The member.
        create: The event ``m.room.create``.
        levels: The event ``m.room.power_levels``; empty when the room has none.
    """
    origin = _mapping(create.get("content"))
    version = str(origin.get("room_version", "1"))
    more = origin.get("additional_creators")
    creators = [create.get("sender"), *(more if isinstance(more, list) else [])]
    if version.isdecimal() and int(version) >= _CREATORS_RULE_FROM and user_id in creators:
        return _INFINITE
    if not levels:
        return 100 if create.get("sender") == user_id else 0
    content = _mapping(levels.get("content"))
    users = _mapping(content.get("users"))
    return _level(users.get(user_id), _level(content.get("users_default"), 0))


def room_finding(
    title: str,
    user_id: str,
    *,
    encrypted: bool,
    create: Mapping[str, Any],
    levels: Mapping[str, Any],
) -> Finding:
    """Whether the bot, a member, can work in a room with this state."""
    if encrypted:
        text = "is encrypted; the bot can't read there"
        return Finding(title, False, text, "use a room without encryption")
    power = power_of(user_id, create, levels)
    content = _mapping(levels.get("content"))
    needed = _mapping(content.get("events"))
    usual = _level(content.get("events_default"), 0)
    for kind, what in (("m.room.message", "write"), ("m.reaction", "react")):
        least = _level(needed.get(kind), usual)
        if power < least:
            text = f"the bot may not {what}: it has power {power:g}, {least:g} is needed"
            return Finding(title, False, text, f"give {user_id} power {least:g} there")
    return Finding(title, True, "joined; the bot may write and react")


def server_finding(told: Mapping[str, Any]) -> Finding:
    """Whether a homeserver with this answer to ``/versions`` can carry the bot."""
    listed = told.get("versions")
    found = [
        re.fullmatch(r"v(\d+)\.(\d+)", str(each))
        for each in (listed if isinstance(listed, list) else [])
    ]
    versions = [(int(each[1]), int(each[2])) for each in found if each]
    if not versions or max(versions) < _THREADS_SINCE:
        return Finding("homeserver", False, "is too old for threads", "update the homeserver")
    major, minor = max(versions)
    return Finding("homeserver", True, f"answers; Matrix up to v{major}.{minor}")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _level(value: Any, otherwise: float) -> float:
    # Before room version 10 a level may be a string.
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise
