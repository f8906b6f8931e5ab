"""Which invitations the bot accepts: to its configured rooms, and to a chat with one person.

Everything else is left alone, and told once. Joining may take long, or fail for good where
another server has to answer, so it is tried beside the hearing (``beside.py``), each try is
bounded and the tries are counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.matrix.events import FRONT
from bot.chat.matrix.reading import listed, mapping
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.upgrades import Upgrades
from bot.chat.matrix.wire import Refused
from bot.config import Invites as Policy
from bot.errors import TryLater
from bot.messages import Kind, Message, MessageRef, Place
from bot.ports import Clock

log = logging.getLogger(__name__)

_TRIES = 5
_PAUSE = 60.0
"""Seconds before the second try; doubled each time."""


@dataclass(frozen=True, slots=True)
class _Pending:
    inviter: str
    direct: bool
    tries: int = 0
    not_before: float = 0.0


class Invites:
    """The invitations not yet dealt with; implements ``bot.chat.matrix.beside.Chore``.

    Args:
        rooms: Which rooms are configured.
        upgrades: Which rooms are awaited as another's replacement.
        policy: Who may open a direct chat.
        user_id: The bot's own.
        clock: When an invitation is heard of.

    Attributes:
        news: The invitations that were refused; who takes them clears the list.
    """

    def __init__(
        self, rooms: Rooms, upgrades: Upgrades, policy: Policy, user_id: str, clock: Clock
    ) -> None:
        self.news: list[Message] = []
        self._rooms = rooms
        self._upgrades = upgrades
        self._policy = policy
        self._user_id = user_id
        self._clock = clock
        self._pending: dict[tuple[str, ...], _Pending] = {}

    def take(self, invited: Mapping[str, Any], ignored: Collection[str] = ()) -> None:
        """Notes new invitations; they are tried beside the hearing.

        Args:
            invited: Room id → invitation, as in an answer of ``/sync``.
            ignored: The user ids that the bot's account ignores.
        """
        for room, invite in invited.items():
            state = listed(mapping(mapping(invite).get("invite_state")).get("events"))
            inviter = inviter_in(state, self._user_id)
            if self._upgrades.awaits(room):
                self._upgrades.invited(room)
            elif self._rooms.configured(room) or inviter not in ignored:
                direct = is_direct_invite(state, self._user_id)
                self._pending.setdefault((room,), _Pending(inviter, direct))

    def due(self) -> list[tuple[str, ...]]:
        """See ``Chore``."""
        now = asyncio.get_running_loop().time()
        return [name for name, each in self._pending.items() if each.not_before <= now]

    def whose(self, name: tuple[str, ...]) -> str | None:
        """See ``Chore``: who invites, but to the bot's own rooms."""
        (room,) = name
        return None if self._rooms.configured(room) else self._pending[name].inviter

    async def attempt(self, name: tuple[str, ...]) -> None:
        """See ``Chore``."""
        each = self._pending.pop(name, None)
        if each is None:
            return
        (room,) = name
        try:
            await self._decide(room, each)
        except TryLater as error:
            if each.tries + 1 == _TRIES:
                log.warning("invite_given_up", extra={"tries": _TRIES})
            else:
                pause = error.retry_after or _PAUSE * 2.0**each.tries
                later = asyncio.get_running_loop().time() + pause
                again = _Pending(each.inviter, each.direct, each.tries + 1, later)
                self._pending.setdefault(name, again)
        except Refused as refused:
            fields = {"status": refused.status, "code": refused.code}
            log.warning("invite_void", extra=fields)

    async def _decide(self, room: str, invite: _Pending) -> None:
        if not self._rooms.configured(room):
            if not invite.direct:
                return self._refuse(room, invite, "neither a direct chat nor a configured room")
            if not await self._allowed(invite.inviter):
                return self._refuse(room, invite, "the settings do not allow it")
        if not await self._rooms.accept(room):
            return self._refuse(room, invite, "left: not a direct chat")
        log.info("invite_taken")
        return None

    async def _allowed(self, inviter: str) -> bool:
        policy = self._policy
        if policy.servers and _server(inviter) not in policy.servers:
            return False
        if policy.members_only and not await self._rooms.has_member(inviter):
            return False
        if policy.power is None:
            return True
        return await self._rooms.power_somewhere(inviter) >= policy.power

    def _refuse(self, room: str, invite: _Pending, why: str) -> None:
        log.info("invite_refused", extra={"reason": why})
        log.debug("invite_refused_which", extra={"room": room})
        # Invitations have no event id that the bot could see: one for each room.
        ref = MessageRef(FRONT, room, "invited")
        server = _server(invite.inviter)
        told = Message(ref, Place.DIRECT, self._user_id, Kind.INVITED, server, self._clock())
        self.news.append(told)


def inviter_in(events: list[Any], user_id: str) -> str:
    """Who sent an invitation, by its stripped state; empty where that does not tell.

    The homeserver puts the invitation itself last; what stands before it another server chose.
    """
    for event in map(mapping, reversed(events)):
        if event.get("type") == "m.room.member" and event.get("state_key") == user_id:
            sender = event.get("sender")
            return sender if isinstance(sender, str) and len(sender) <= 255 else ""
    return ""


def is_direct_invite(events: list[Any], user_id: str) -> bool:
    """Whether an invitation's stripped state is that of a chat with one person.

    Either it says so, or it is for a closed room without name, topic and alias, as clients make
    for two people.
    """
    content: dict[str, Mapping[str, Any]] = {}
    for event in map(mapping, events):
        if event.get("type") != "m.room.member" or event.get("state_key") == user_id:
            content[str(event.get("type"))] = mapping(event.get("content"))
    public = content.keys() & {"m.room.name", "m.room.topic", "m.room.canonical_alias"}
    closed = content.get("m.room.join_rules", {}).get("join_rule") == "invite"
    says_so = content.get("m.room.member", {}).get("is_direct") is True
    return says_so or (closed and not public)


def _server(user_id: str) -> str:
    return user_id.partition(":")[2]
