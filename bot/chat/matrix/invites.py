"""Which invitations the bot accepts: to its configured rooms, and to a chat with one person.

Everything else is left alone. Joining may take long, or fail for good where another server has
to answer, so each try is bounded and the tries are counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.wire import Refused
from bot.errors import TryLater

log = logging.getLogger(__name__)

_TRIES = 5
_PAUSE = 60.0
"""Seconds before the second try; doubled each time."""


class Invites:
    """The invitations not yet dealt with."""

    def __init__(self, rooms: Rooms, user_id: str) -> None:
        self._rooms = rooms
        self._user_id = user_id
        self._pending: dict[str, tuple[int, float]] = {}

    async def take(self, invited: Mapping[str, Any]) -> None:
        """Notes new invitations and tries those that are due.

        Args:
            invited: Room id → invitation, as in an answer of ``/sync``.

        Raises:
            LoggedOut: The access token is no longer good.
        """
        for room, invite in invited.items():
            state = invite.get("invite_state", {}).get("events", [])
            if self._rooms.configured(room) or is_direct_invite(state, self._user_id):
                self._pending.setdefault(room, (0, 0.0))
            else:
                # Neither a direct chat nor a configured room.
                log.info("invite_ignored")
                log.debug("invite_ignored_which", extra={"room": room})
        now = asyncio.get_running_loop().time()
        for room, (tries, not_before) in list(self._pending.items()):
            if now < not_before:
                continue
            del self._pending[room]
            try:
                accepted = await self._rooms.accept(room)
            except TryLater as error:
                if tries + 1 == _TRIES:
                    log.warning("invite_given_up", extra={"tries": _TRIES})
                else:
                    pause = error.retry_after or _PAUSE * 2**tries
                    self._pending[room] = (tries + 1, now + pause)
            except Refused as refused:
                fields = {"status": refused.status, "code": refused.code}
                log.warning("invite_void", extra=fields)
            else:
                # Left again when it was no chat with one person.
                log.info("invite_taken", extra={"stayed": accepted})


def is_direct_invite(events: Sequence[Mapping[str, Any]], user_id: str) -> bool:
    """Whether an invitation's stripped state is that of a chat with one person.

    Either it says so, or it is for a closed room without name, topic and alias, as clients make
    for two people.
    """
    content: dict[str, Mapping[str, Any]] = {}
    for event in events:
        about = event.get("content")
        if event.get("type") != "m.room.member" or event.get("state_key") == user_id:
            content[str(event.get("type"))] = about if isinstance(about, dict) else {}
    public = content.keys() & {"m.room.name", "m.room.topic", "m.room.canonical_alias"}
    closed = content.get("m.room.join_rules", {}).get("join_rule") == "invite"
    says_so = content.get("m.room.member", {}).get("is_direct") is True
    return says_so or (closed and not public)
