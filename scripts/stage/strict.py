"""A person with a Matrix client that is strict about encryption, as MSC4153 asks.

matrix-js-sdk with Rust crypto in a Node process of its own: neither the library nor the
cryptography that the bot uses. It gives no keys to devices that their owner has not signed, and
shows nothing that such a device sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from stage.homeserver import Account
from stage.peer import Peer, PeerFailed
from stage.person import Event, Person, Seen

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a client thinks of somebody's cross-signing identity.

    Attributes:
        known: Whether there is one.
        verified: Whether this person has verified it.
        was_verified: Whether this person had verified it, or one before it.
        changed: Whether it is another than the one first seen, and nobody said that it's fine.
    """

    known: bool
    verified: bool
    was_verified: bool
    changed: bool


class Verification:
    """Two people comparing emoji.

    Attributes:
        flow: Its id.
        emoji: The seven, once both sides have come so far; before, none.
    """

    def __init__(self, person: StrictPerson, peer: Peer, flow: str) -> None:
        self._person = person
        self._peer = peer
        self.flow = flow
        self.emoji: tuple[str, ...] = ()
        self.identity: Identity | None = None
        self.ended: str | None = None

    async def confirm(self, within: float = 20) -> Identity:
        """Says that the emoji are alike, waits for the other side and gives what came of it.

        Raises:
            PeerFailed: It was cancelled.
        """
        await self._peer.order("confirm", flow=self.flow, alike=True)
        what = "the end of the verification"
        await self._person.until(lambda: self.ended, within, what)
        if self.identity is None:
            raise PeerFailed(f"the verification was {self.ended}")
        return self.identity

    async def deny(self, within: float = 20) -> None:
        """Says that the emoji differ, and waits until it is cancelled."""
        await self._peer.order("confirm", flow=self.flow, alike=False)
        await self._person.until(lambda: self.ended, within, "the end of the verification")

    def take(self, step: Mapping[str, Any]) -> None:
        """Notes a step that the client tells."""
        if step["phase"] == "emoji":
            self.emoji = tuple(symbol for symbol, _ in step["emoji"])
        elif step["phase"] == "done":
            self.identity = Identity(**step["identity"])
            self.ended = "done"
        elif step["phase"] in ("cancelled", "failed"):
            self.ended = f"{step['phase']}: {step.get('code') or step.get('reason')}"


class StrictPerson(Person):
    """Somebody whose client encrypts and reads what is encrypted; an async context manager.

    Sees its rooms all the time: what was said, in clear text, and the state of the rooms, also
    the state that it finds when it comes in. ``Seen.failure`` tells why something can't be read;
    if it can be read later it is seen a second time, then without failure.

    Attributes:
        device_id: Of this log-in.
        signed: Whether the owner has signed this device.
    """

    def __init__(
        self, homeserver: str, account: Account, *, strict: bool = True, patient: bool = False
    ) -> None:
        """Prepares.

        Args:
            homeserver: Its URL.
            account: Who it is. Makes this person's cross-signing keys: one at a time, please.
            strict: False: a careless client, which signs no device and trusts every one.
            patient: As for ``Person``.
        """
        super().__init__(homeserver, account, patient=patient)
        self.device_id = ""
        self.signed = False
        self._strict = strict
        self._verifications: dict[str, Verification] = {}
        self._requested: dict[str, list[str]] = {}
        self._change = asyncio.Event()
        self._peer = Peer(self._take, self._change.set)
        self._listening = True

    async def __aenter__(self) -> StrictPerson:
        await super().__aenter__()
        try:
            await self._start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._peer.stop()
        await super().__aexit__()

    @property
    def pid(self) -> int:
        """The process id of this person's Node."""
        return self._peer.pid

    async def create_room(
        self, name: str | None = None, *, encrypted: bool = True, **more: Any
    ) -> str:
        """Makes a room and gives its id.

        Args:
            name: What people see; None: no name.
            encrypted: Whether it is from its beginning.
            more: As ``Person.create_room`` takes it.
        """
        if encrypted:
            content = {"algorithm": "m.megolm.v1.aes-sha2"}
            encryption = {"type": "m.room.encryption", "state_key": "", "content": content}
            more["initial_state"] = [*more.get("initial_state", ()), encryption]
        return await super().create_room(name, **more)

    async def send(self, room: str, kind: str, content: Event) -> str:
        """Sends an event, encrypted where the room is, and gives its id.

        Waits until the client has seen that it is in the room. Only who is in the room for this
        client by then, or invited, gets the keys.
        """
        sent = await self._peer.order(
            "send", room=room, type=kind, content=content, patient=self._patient
        )
        return str(sent["event_id"])

    async def listen(self) -> None:
        """Waits until cancelled: this client listens anyway."""
        await asyncio.Event().wait()

    async def look(self) -> None:
        """Does nothing: this client always looks."""

    async def devices_of(self, user_id: str) -> dict[str, bool]:
        """Somebody's devices as this client sees them now: whether their owner has signed them."""
        return dict((await self._peer.order("devices", user=user_id))["signed"])

    async def identity_of(self, user_id: str) -> Identity:
        """What this client thinks of somebody."""
        return Identity(**await self._peer.order("identity", user=user_id))

    async def claim_keys_of(self, user_id: str, device_id: str, count: int) -> list[str]:
        """Takes one-time keys of a device, as clients do that begin to talk to it.

        Args:
            user_id: Whose.
            device_id: Of which device.
            count: How many times to ask.

        Returns:
            The ids of the keys that were given: fewer than asked for when there are none left, and
            one over and over when the device has a fallback key.
        """
        wanted = {"one_time_keys": {user_id: {device_id: "signed_curve25519"}}}
        taken: list[str] = []
        for _ in range(count):
            answer = await self._ask("POST", "keys/claim", wanted)
            taken += answer["one_time_keys"].get(user_id, {}).get(device_id, {})
        return taken

    async def verify(
        self,
        user_id: str,
        *,
        room: str | None = None,
        device: str | None = None,
        within: float = 20,
    ) -> Verification:
        """Asks somebody to compare emoji, and waits until they are shown.

        Args:
            user_id: Whom.
            room: The room to do it in; None: between the devices.
            device: Their device, where there's no room.
            within: Seconds.
        """
        asked = await self._peer.order("verify", user=user_id, room=room, device=device)
        return await self._emoji(asked["flow"], within)

    async def accept_verification(self, user_id: str, within: float = 20) -> Verification:
        """Waits until somebody asks to compare emoji, accepts, and waits until they are shown."""
        requests = self._requested.setdefault(user_id, [])
        what = f"{user_id} to ask for verification"
        flow = await self.until(lambda: requests.pop(0) if requests else None, within, what)
        await self._peer.order("accept", flow=flow)
        return await self._emoji(flow, within)

    async def until(self, holds: Callable[[], T | None], within: float, what: str) -> T:
        """Waits until the function gives something, looking whenever the client tells anything.

        Raises:
            TimeoutError: It did not within so many seconds.
        """
        try:
            async with asyncio.timeout(within):
                while (found := holds()) is None:
                    await self._changed()
                return found
        except TimeoutError:
            raise TimeoutError(f"{self.user_id} waited {within} s for {what}") from None

    async def _emoji(self, flow: str, within: float) -> Verification:
        verification = self._verifications[flow]
        shown = "the emoji"
        await self.until(lambda: verification.emoji or verification.ended, within, shown)
        if verification.ended:
            lines = self._peer.last_lines()
            raise PeerFailed(f"the verification was {verification.ended}\n{lines}")
        return verification

    async def _news_after(self, count: int) -> None:
        while len(self.seen) == count:
            await self._changed()

    async def _changed(self) -> None:
        if self._peer.ended:
            raise PeerFailed(f"{self.user_id}: Node ended\n{self._peer.last_lines()}")
        self._change.clear()
        await self._change.wait()

    async def _start(self) -> None:
        self.device_id = (await self._ask("GET", "account/whoami"))["device_id"]
        await self._peer.start()
        started = await self._peer.order(
            "start",
            homeserver=self._homeserver,
            user_id=self.user_id,
            access_token=self.account.token,
            device_id=self.device_id,
            password=self.account.password if self._strict else None,
            strict=self._strict,
        )
        self.signed = started["signed"]

    def _take(self, told: Mapping[str, Any]) -> None:
        if told["tell"] == "verification":
            flow = told["flow"]
            if flow not in self._verifications:
                self._verifications[flow] = Verification(self, self._peer, flow)
            if told["phase"] == "requested":
                self._requested.setdefault(told["user"], []).append(flow)
            self._verifications[flow].take(told)
        else:
            encrypted, failure = told["encrypted"], told["failure"]
            seen = Seen(told["room"], told["event"], time.monotonic(), encrypted, failure)
            self.seen.append(seen)
