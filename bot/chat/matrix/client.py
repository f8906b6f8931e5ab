"""The Matrix front: hears the rooms, says what is to be said.

Rules:

- The position moves only after ``receive`` has returned, so that a crash loses nothing.
- A gap in a timeline (``limited``) is filled before anything of it is given on.
- What another server has a part in (a join, say) is done beside the hearing (``beside.py``).
- Whatever the homeserver does, the bot waits longer each time, and never gives up but for a
  token that is no longer good.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nio import Api

from bot.chat.matrix.account import Account
from bot.chat.matrix.beside import Beside
from bot.chat.matrix.content import SEALED_LIMIT, content_of, link_to
from bot.chat.matrix.courtesy import Courtesy
from bot.chat.matrix.entering import Entering
from bot.chat.matrix.events import FRONT, Identity
from bot.chat.matrix.examination import Examination
from bot.chat.matrix.invites import Invites
from bot.chat.matrix.members import COUNTED
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.sealed import Sealed
from bot.chat.matrix.timeline import IGNORED, KINDS, LIMIT, Timeline, section
from bot.chat.matrix.upgrades import Upgrades
from bot.chat.matrix.verifying import Verifying
from bot.chat.matrix.wire import PATIENCE, Refused, Wire, pause_after
from bot.config import Invites as InvitePolicy
from bot.config import Secrets
from bot.errors import TryLater, Undeliverable
from bot.messages import Kind, Message, MessageRef, Outgoing, Style, key_in_crowd
from bot.meter import Meter, NoMeter, SyncError
from bot.ports import Clock, Finding, Receive

log = logging.getLogger(__name__)

_POLL_MS = 30_000
_QUIET: dict[str, Any] = {
    "presence": {"types": []},
    "account_data": {"types": [IGNORED]},
}


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
        invites: Who may open a direct chat.
        keys: Folder for the keys of encrypted rooms; None: the bot neither reads nor writes there.
        trusted: The user ids of who may verify the bot from their client.
        meter: Told whether the homeserver answers.
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
        invites: InvitePolicy | None = None,
        keys: Path | None = None,
        trusted: Collection[str] = (),
        meter: Meter | None = None,
    ) -> None:
        self._meter = meter or NoMeter()
        self._user_id = user_id
        self._clock = clock
        self._keys = keys
        self._trusted = trusted
        self._sealed: Sealed | None = None
        self._wire = Wire(homeserver)
        self._account = Account(
            self._wire,
            homeserver=homeserver,
            user_id=user_id,
            device_name=device_name,
            session_file=session_file,
            secrets=secrets,
            keys=keys,
            clock=clock,
        )
        policy = invites or InvitePolicy()
        self._rooms = Rooms(self._wire, user_id, desk, communities, policy.spaces)
        self._upgrades = Upgrades(self._wire, self._rooms, user_id, clock)
        self._invites = Invites(self._rooms, self._upgrades, policy, user_id, clock)
        bot = Identity(user_id)
        self._timeline = Timeline(self._wire, self._rooms, self._upgrades, bot, clock)
        self._courtesy = Courtesy(self._wire, lambda: user_id)
        self._position: str | None = None
        self._receiving = asyncio.Lock()

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

    async def open(self, *, beside: bool = False) -> None:
        """Logs in and makes sure that the account is the configured one.

        Args:
            beside: See ``Account.open``; with it nothing but the checks and ``close`` may follow.

        Raises:
            ConfigError: A secret is missing or wrong, the account is another, or another bot
                runs with the same keys.
            LoggedOut: The access token is no longer good.
            TryLater: The homeserver is away.
        """
        user_id = self._user_id
        crypto = await self._account.open(beside=beside)
        if self._keys is not None and crypto is not None:
            self._timeline.sealed = self._sealed = Sealed(crypto, self._rooms)
            self._timeline.verifying = Verifying(
                self._wire,
                self._sealed,
                self._keys,
                user_id=user_id,
                trusted=self._trusted,
                clock=self._clock,
            )
        try:
            name = (await self._wire.ask(Api.profile_get_displayname(user_id))).get("displayname")
        except Refused:
            name = None
        self._timeline.bot = Identity(user_id, name if isinstance(name, str) else "")

    async def resolve(self, *, strict: bool = True) -> None:
        """Finds and joins the desk and the communities; see ``Rooms.resolve``."""
        await self._rooms.resolve(strict=strict)
        await self._upgrades.resume()

    async def beginning(self) -> str:
        """The position of now, for a very first start: what is said from here on is to be heard.

        Raises:
            LoggedOut: The access token is no longer good.
            TryLater: The homeserver is away.
        """
        try:
            return str((await self._sync(None))["next_batch"])
        except Refused as refused:
            raise TryLater(f"the homeserver does not tell what is new ({refused})") from None

    async def check(self) -> list[Finding]:
        """Whether the bot can work; after ``open``. See ``Examination``."""
        look = Examination(self._wire, self._rooms, self._user_id)
        return await look.findings(unseals=self._sealed is not None)

    async def check_keys(self) -> list[Finding]:
        """Whether clients can read the bot in encrypted rooms; after ``open``."""
        if self._sealed is None:
            return [Finding("encryption", True, "off; encrypted rooms can't be served")]
        return await self._sealed.crypto.examine()

    async def close(self) -> None:
        """Gives the connection back."""
        self._account.close()
        await self._wire.close()

    async def run(self, position: str | None, receive: Receive) -> None:
        """See ``ChatClient.run``."""
        try:
            await self._run(position, receive)
        except ExceptionGroup as failed:
            # One of the two failed; the other ended because of it.
            raise failed.exceptions[0] from None

    async def _run(self, position: str | None, receive: Receive) -> None:
        self._position = position

        async def tell() -> None:
            await self._give(receive, [], None)

        keys = [] if self._sealed is None else [self._sealed.crypto.mending]
        entering = Entering(self._rooms)
        chores = Beside([self._upgrades, self._invites, entering, *keys], tell)
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(each.run()) for each in (self._courtesy, chores)]
            if self._timeline.verifying is not None:
                beside.append(group.create_task(self._timeline.verifying.run()))
            try:
                await self._hear(position, receive, chores)
            finally:
                for task in beside:
                    task.cancel()

    async def send(self, outgoing: Outgoing) -> str:
        """See ``ChatClient.send``; a reaction given before may give its key for an event id."""
        if outgoing.style is Style.REDACTION:
            target = outgoing.reply_to
            if target is None:
                raise Undeliverable("a redaction needs the event that it takes back")
            request = Api.room_redact("", outgoing.room, target, outgoing.key)
        try:
            if outgoing.style is not Style.REDACTION:
                if _is_private(outgoing) and await self._rooms.crowded(outgoing.room):
                    # Asked in private, it is answered in private.
                    raise Undeliverable("more people than the asker are in the direct chat now")
                if outgoing.if_there:
                    outgoing = await self._to_who_is_there(outgoing)
                kind, content = await self._content(outgoing)
                request = Api.room_send("", outgoing.room, kind, content, outgoing.key)
            told = await self._wire.ask(request)
        except Refused as refused:
            if refused.code == "M_DUPLICATE_ANNOTATION":
                return outgoing.key
            reason = f"the homeserver refuses it: {refused.status} {refused.code}"
            raise Undeliverable(reason) from None
        return str(told["event_id"])

    async def _to_who_is_there(self, outgoing: Outgoing) -> Outgoing:
        there = await self._rooms.members.of(outgoing.room)
        mentions = tuple(each for each in outgoing.mentions if each in there)
        if not mentions:
            raise Undeliverable("nobody whom it is for is in the room")
        return replace(outgoing, mentions=mentions)

    async def _content(self, outgoing: Outgoing) -> tuple[str, dict[str, Any]]:
        # Reactions stay clear, as in every client: homeservers count them.
        sealed = self._sealed
        if sealed is None or outgoing.style is Style.REACTION:
            return content_of(outgoing)
        if not await sealed.is_encrypted(outgoing.room):
            return content_of(outgoing)
        kind, content = content_of(outgoing, SEALED_LIMIT)
        return await sealed.sealed(outgoing.room, kind, content)

    async def said_before(self, outgoing: Outgoing) -> str | None:
        """See ``ChatClient.said_before``."""
        return await self._timeline.said_before(outgoing)

    async def read(self, message: Message) -> Message | None:
        """See ``ChatClient.read``."""
        return None if self._sealed is None else await self._timeline.unsealed(message)

    def link(self, ref: MessageRef) -> str:
        """See ``ChatClient.link``."""
        return link_to(ref, self._user_id)

    async def attend(self, message: Message, *, done: bool) -> None:
        """See ``ChatClient.attend``: typing, and a read receipt in the message's thread."""
        if message.kind in (Kind.GONE, Kind.MOVED, Kind.INVITED, Kind.CROWDED):
            return  # No event that anybody wrote.
        if done:
            self._courtesy.done(message)
        else:
            self._courtesy.begins(message)

    async def _hear(self, position: str | None, receive: Receive, chores: Beside) -> None:
        failures = 0
        looked = False
        while True:
            try:
                if not looked:
                    # Without a position: it shows invitations that came while the bot was away.
                    now = await self._sync(None)
                    if position is None:
                        # Kept before anything else: what follows may fail, or the bot end.
                        position = str(now["next_batch"])
                        await self._give(receive, [], position)
                    self._rooms.members.learn(section(now, "join"))
                    await self._learn(now)
                    await self._upgrades.look(section(now, "join"))
                    self._invites.take(section(now, "invite"), self._timeline.ignored)
                    looked = True
                    await self._give(receive, [], position)
                    chores.wake()
                batch = await self._sync(position)
                self._meter.synced()
                await self._learn(batch)
                self._invites.take(section(batch, "invite"), self._timeline.ignored)
                for room in section(batch, "join"):
                    await self._upgrades.arrived(room)
                messages = await self._timeline.messages(batch, str(position))
                after = str(batch["next_batch"])
            except (TryLater, Refused) as error:
                failures += 1
                self._meter.not_synced(_why(error))
                asked = error.retry_after if isinstance(error, TryLater) else None
                pause = pause_after(failures, asked, random.random())
                # A refusal's own words may hold ids.
                why = f"{error.status} {error.code}" if isinstance(error, Refused) else str(error)
                fields = {"reason": why, "failures": failures, "again_in_s": round(pause, 1)}
                log.warning("homeserver_away", extra=fields)
                if isinstance(error, Refused) and error.status == 400 and position is not None:
                    # Hearing begins anew; what came before is lost.
                    log.error("position_refused")
                    if self._sealed is not None:
                        self._sealed.crypto.forget_devices()
                    position, looked = None, False
                    self._position = None
                await asyncio.sleep(pause)
                continue
            failures = 0
            await self._give(receive, messages, after)
            self._rooms.new -= section(batch, "join").keys()
            position = after
            chores.wake()

    async def _give(self, receive: Receive, messages: list[Message], position: str | None) -> None:
        """Gives messages and what no batch tells; of several at a time, one after the other.

        Args:
            receive: Takes them.
            messages: What a batch tells.
            position: After that batch; None: there is none, so the position stays where it is.
        """
        async with self._receiving:
            # Only here: while this waited, another may have moved it.
            at = self._position if position is None else position
            if at is None:
                return
            news = self._news()
            if news or messages or at != self._position:
                await receive([*news, *messages], at)
            if position is not None:
                self._position = position

    async def _learn(self, batch: Mapping[str, Any]) -> None:
        """Takes what is not in a room; keys before the words that they open."""
        self._timeline.learn(batch)
        if self._sealed is not None:
            self._sealed.crypto.take(batch)
            await self._sealed.crypto.keep_up()
        if self._timeline.verifying is not None:
            self._timeline.verifying.take(batch)

    def _news(self) -> list[Message]:
        """What no batch of events tells: moves and invitations; given once."""
        news = [*self._upgrades.news, *self._invites.news]
        self._upgrades.news.clear()
        self._invites.news.clear()
        return news

    async def _sync(self, since: str | None) -> dict[str, Any]:
        first = since is None
        room: dict[str, Any] = {
            "timeline": {"types": []} if first else {"types": KINDS, "limit": LIMIT},
            "state": COUNTED if first else {"types": []},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        }
        if first:
            # Synapse gives the same answer to the same question for two minutes, and what the
            # bot had taken up when it crashed is seen in a fresh one only.
            room["not_rooms"] = [f"!{secrets.token_hex(8)}:nowhere"]
        request = Api.sync("", since, 0 if first else _POLL_MS, {**_QUIET, "room": room})
        told: dict[str, Any] = await self._wire.ask(request, PATIENCE + _POLL_MS / 1000)
        if not isinstance(told.get("next_batch"), str):
            raise TryLater("the homeserver's answer has no next_batch")
        return told


def _is_private(outgoing: Outgoing) -> bool:
    """Whether nobody but the asker may read it in a direct chat."""
    why_silent = outgoing.key == key_in_crowd(FRONT, outgoing.room)
    return outgoing.style is not Style.REACTION and not why_silent


def _why(error: TryLater | Refused) -> SyncError:
    if isinstance(error, Refused):
        return SyncError.REFUSED
    return SyncError.AWAY if error.retry_after is None else SyncError.LIMITED
