"""The Matrix front: hears the rooms, says what is to be said.

Rules:

- The position moves only after ``receive`` has returned, so that a crash loses nothing.
- A gap in a timeline (``limited``) is filled before anything of it is given on.
- Whatever the homeserver does, the bot waits longer each time, and never gives up but for a
  token that is no longer good.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nio import Api

from bot.chat.matrix.content import content_of
from bot.chat.matrix.courtesy import Courtesy
from bot.chat.matrix.events import FRONT, Identity
from bot.chat.matrix.invites import Invites
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.session import log_in
from bot.chat.matrix.timeline import KINDS, LIMIT, Timeline, section
from bot.chat.matrix.wire import PATIENCE, Refused, Wire, pause_after
from bot.config import Secrets
from bot.errors import TryLater, Undeliverable
from bot.messages import Message, Outgoing, Style
from bot.ports import Clock, Finding, Receive

log = logging.getLogger(__name__)

_POLL_MS = 30_000
_QUIET: dict[str, Any] = {
    "presence": {"types": []},
    "account_data": {"types": []},
}

_COUNTED = {"types": ["m.room.create"], "lazy_load_members": True}
"""Has Synapse tell how many are in each room, which saves a request for each. It tells that only
to who loads members lazily, and only of rooms of which it has something else to tell."""


class MatrixChat:
    """The bot's account at a homeserver; implements ``bot.ports.ChatClient``.

    In this order: ``open``, ``resolve``, then ``run`` and ``send`` side by side, ``close``.

    Args:
        homeserver: Its address, http or https.
        user_id: The bot's own.
        device_name: How its log-in is called in its list of devices.
        desk: The desk's room id or alias.
        communities: The community rooms' ids or aliases.
        session_file: Where a log-in by password is kept; made with mode 0600.
        secrets: The token or the password.
        clock: Bounds the time at which messages can have been sent.
    """

    def __init__(
        self,
        *,
        homeserver: str,
        user_id: str,
        device_name: str,
        desk: str,
        communities: Sequence[str],
        session_file: Path,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._homeserver = homeserver
        self._device_name = device_name
        self._session_file = session_file
        self._secrets = secrets
        self._user_id = user_id
        self._wire = Wire(homeserver)
        self._rooms = Rooms(self._wire, user_id, desk, communities)
        self._invites = Invites(self._rooms, user_id)
        self._timeline = Timeline(self._wire, self._rooms, Identity(user_id), clock)
        self._courtesy = Courtesy(self._wire, lambda: user_id)

    @property
    def front(self) -> str:
        """``matrix``."""
        return FRONT

    @property
    def desk_id(self) -> str:
        """The desk's room id; empty before ``resolve``."""
        return self._rooms.desk_id

    @property
    def communities(self) -> Mapping[str, str]:
        """Room id → name in the configuration; empty before ``resolve``."""
        return self._rooms.communities

    async def open(self) -> None:
        """Logs in and makes sure that the account is the configured one.

        Raises:
            ConfigError: A secret is missing or wrong, or the account is another.
            LoggedOut: The access token is no longer good.
            TryLater: The homeserver is away.
        """
        user_id = self._user_id
        await log_in(
            self._wire,
            homeserver=self._homeserver,
            user_id=user_id,
            device_name=self._device_name,
            session_file=self._session_file,
            secrets=self._secrets,
        )
        try:
            name = (await self._wire.ask(Api.profile_get_displayname(user_id))).get("displayname")
        except Refused:
            name = None
        self._timeline.bot = Identity(user_id, name if isinstance(name, str) else "")

    async def resolve(self) -> None:
        """Finds and joins the desk and the communities; see ``Rooms.resolve``."""
        await self._rooms.resolve()

    async def check(self) -> list[Finding]:
        """Whether the bot can work; after ``open``. See ``Rooms.examine``."""
        return await self._rooms.examine()

    async def close(self) -> None:
        """Gives the connection back."""
        await self._wire.close()

    async def run(self, position: str | None, receive: Receive) -> None:
        """See ``ChatClient.run``."""
        try:
            async with asyncio.TaskGroup() as group:
                courtesy = group.create_task(self._courtesy.run())
                try:
                    await self._hear(position, receive)
                finally:
                    courtesy.cancel()
        except ExceptionGroup as failed:
            # One of the two failed; the other ended because of it.
            raise failed.exceptions[0] from None

    async def send(self, outgoing: Outgoing) -> str:
        """See ``ChatClient.send``; a reaction given before may give its key for an event id."""
        if outgoing.style is Style.REDACTION:
            target = outgoing.reply_to
            if target is None:
                raise Undeliverable("a redaction needs the event that it takes back")
            request = Api.room_redact("", outgoing.room, target, outgoing.key)
        else:
            kind, content = content_of(outgoing)
            request = Api.room_send("", outgoing.room, kind, content, outgoing.key)
        try:
            told = await self._wire.ask(request)
        except Refused as refused:
            if refused.code == "M_DUPLICATE_ANNOTATION":
                return outgoing.key
            reason = f"the homeserver refuses it: {refused.status} {refused.code}"
            raise Undeliverable(reason) from None
        return str(told["event_id"])

    async def said_before(self, outgoing: Outgoing) -> str | None:
        """See ``ChatClient.said_before``."""
        return await self._timeline.said_before(outgoing)

    async def read(self, message: Message) -> Message | None:
        """See ``ChatClient.read``."""
        return None

    async def attend(self, message: Message, *, done: bool) -> None:
        """See ``ChatClient.attend``: typing, and a read receipt in the message's thread."""
        if done:
            self._courtesy.done(message)
        else:
            self._courtesy.begins(message)

    async def _hear(self, position: str | None, receive: Receive) -> None:
        failures = 0
        looked = False
        while True:
            try:
                if not looked:
                    # Without a position: it shows invitations that came while the bot was away.
                    now = await self._sync(None)
                    self._rooms.learn(section(now, "join"))
                    await self._invites.take(section(now, "invite"))
                    looked = True
                    if position is None:
                        position = str(now["next_batch"])
                        await receive((), position)
                batch = await self._sync(position)
                await self._invites.take(section(batch, "invite"))
                messages = await self._timeline.messages(batch, str(position))
                after = str(batch["next_batch"])
            except (TryLater, Refused) as error:
                failures += 1
                asked = error.retry_after if isinstance(error, TryLater) else None
                pause = pause_after(failures, asked, random.random())
                # A refusal's own words may hold ids.
                why = f"{error.status} {error.code}" if isinstance(error, Refused) else error
                log.warning("homeserver_away failures=%d pause=%.1f %s", failures, pause, why)
                if isinstance(error, Refused) and error.status == 400 and position is not None:
                    log.error("position_refused: hearing begins anew; what came before is lost")
                    position, looked = None, False
                await asyncio.sleep(pause)
                continue
            failures = 0
            if messages or after != position:
                await receive(messages, after)
            position = after

    async def _sync(self, since: str | None) -> dict[str, Any]:
        first = since is None
        room = {
            "timeline": {"types": []} if first else {"types": KINDS, "limit": LIMIT},
            "state": _COUNTED if first else {"types": []},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        }
        request = Api.sync("", since, 0 if first else _POLL_MS, {**_QUIET, "room": room})
        told: dict[str, Any] = await self._wire.ask(request, PATIENCE + _POLL_MS / 1000)
        if not isinstance(told.get("next_batch"), str):
            raise TryLater("the homeserver's answer has no next_batch")
        return told
