"""Whether the bot can work at its homeserver and in its rooms; for ``loket doctor``."""

from __future__ import annotations

from collections.abc import Collection

from nio import Api

from bot.chat.matrix.powers import room_finding, server_finding
from bot.chat.matrix.reading import mapping
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.wire import Refused, Wire
from bot.ports import Finding

_TITLES = {"rooms.desk": "desk", "rooms.community": "community", "invites.spaces": "space"}


class Examination:
    """Looks at the homeserver and at each configured room.

    Args:
        wire: The connection.
        rooms: Tells what the rooms are.
        user_id: The bot's own.
    """

    def __init__(self, wire: Wire, rooms: Rooms, user_id: str) -> None:
        self._wire = wire
        self._rooms = rooms
        self._user_id = user_id

    async def findings(self, *, unseals: bool) -> list[Finding]:
        """Whether the bot can work at this homeserver and in each configured room.

        Args:
            unseals: Whether it can read and write in encrypted rooms.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        findings = [server_finding(await self._wire.ask(("GET", "/_matrix/client/versions")))]
        joined = await self._rooms.joined()
        asked = await self._asked()
        for path, name in self._rooms.names.items():
            title = f"{_TITLES[path.partition('[')[0]]} {name}"
            try:
                room = await self._rooms.room_id(name)
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
                    encrypted=await self._rooms.state(room, "m.room.encryption") is not None,
                    unseals=unseals,
                    create=await self._rooms.state(room, "m.room.create") or {},
                    levels=await self._rooms.state(room, "m.room.power_levels") or {},
                )
            )
        return findings

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
        tombstone = await self._rooms.state(room, "m.room.tombstone") or {}
        new = mapping(tombstone.get("content")).get("replacement_room")
        if not isinstance(new, str):
            return None
        if new in joined:
            text = f"was replaced by {new}; the bot is there and goes along"
            return Finding(title, True, f"{text}; write that id into {path}")
        remedy = f"if that is right, invite {self._user_id} there and write the id into {path}"
        return Finding(title, False, f"was replaced by {new}; the bot is not in there", remedy)
