"""A throwaway Synapse on this machine: started in seconds, gone with the process.

Rules:

- Everything it writes is in one temporary folder, which ``close`` removes.
- It listens on one loopback port that stays the same over ``stop``, ``kill`` and ``start``, so
  clients find it again.
- It runs in a process group of its own, so that Ctrl-C stops the demo in order; should the
  thread that started it die without stopping it, the kernel ends it (on Linux).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import aiohttp

READY_WITHIN = 60.0
"""Seconds; about 4 are needed on an idle machine."""

_STOPPED_WITHIN = 10.0
_PR_SET_PDEATHSIG = 1
_LAUNCH = f"""
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the process that wanted a homeserver is gone")
os.execv(sys.executable, [sys.executable, "-m", "synapse.app.homeserver", *sys.argv[2:]])
"""
"""Runs in the child. Not a ``preexec_fn``, which can deadlock in a process with threads."""

Limits = Literal["open", "default"]


class HomeserverFailed(Exception):
    """Synapse did not start; the text ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in.

    Attributes:
        user_id: For example ``@anna:localhost``.
        token: A log-in that is good already.
        password: To make another log-in.
    """

    user_id: str
    token: str = field(repr=False)
    password: str = field(repr=False)


class Homeserver:
    """One Synapse with SQLite.

    Args:
        server_name: What stands after the colon in its ids.
        limits: ``open`` lets everybody do everything as fast as they can; ``default`` leaves
            Synapse's own rate limits in force.
        default_room_version: Of rooms made here; None: Synapse's own default.
        port: None: a free one.
    """

    def __init__(
        self,
        *,
        server_name: str = "localhost",
        limits: Limits = "open",
        default_room_version: str | None = None,
        port: int | None = None,
    ) -> None:
        self.server_name = server_name
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._limits = limits
        self._room_version = default_room_version
        self._shared_secret = secrets.token_hex(16)
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Homeserver:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Starts it, or starts it again with all it knew, and waits until it answers.

        Raises:
            HomeserverFailed: It ended or did not answer in time.
        """
        if self.running:
            return
        folder = self._prepared()
        log = folder / "synapse.log"
        with log.open("ab") as out:
            command = [sys.executable, "-c", _LAUNCH, str(os.getpid())]
            self._process = subprocess.Popen(  # noqa: ASYNC220 - must outlive the event loop
                [*command, "-c", str(folder / "homeserver.json")],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(READY_WITHIN):
                await self._answers()
        except TimeoutError:
            await self.kill()
            text = f"Synapse did not answer within {READY_WITHIN:.0f} s"
            raise HomeserverFailed(f"{text}\n{_last_lines(log)}") from None

    async def stop(self) -> None:
        """Lets it end in order; it keeps its folder and its port."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """Ends it at once, as a power cut would."""
        await self._end(signal.SIGKILL)

    async def restart(self) -> None:
        """Stops it in order and starts it again."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        """Stops it for good and removes its folder."""
        await self.kill()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def register(
        self, localpart: str, displayname: str | None = None, *, admin: bool = False
    ) -> Account:
        """Makes an account and logs it in.

        Raises:
            HomeserverFailed: The name is taken or not allowed; the text says which.
        """
        password = secrets.token_hex(8)
        url = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as answer:
                nonce = (await answer.json())["nonce"]
            parts = (nonce, localpart, password, "admin" if admin else "notadmin")
            mac = hmac.new(self._shared_secret.encode(), "\0".join(parts).encode(), hashlib.sha1)
            wanted = {
                "nonce": nonce,
                "username": localpart,
                "displayname": displayname or localpart,
                "password": password,
                "admin": admin,
                "mac": mac.hexdigest(),
            }
            async with session.post(url, json=wanted) as answer:
                body = await answer.json()
                if answer.status != 200:
                    raise HomeserverFailed(f"no account {localpart!r}: {body.get('error')}")
        return Account(body["user_id"], body["access_token"], password)

    async def _answers(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                if not self.running:
                    log = self._prepared() / "synapse.log"
                    raise HomeserverFailed(f"Synapse ended at its start\n{_last_lines(log)}")
                try:
                    async with session.get(f"{self.url}/_matrix/client/versions") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process, how)
        try:
            await asyncio.to_thread(process.wait, _STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            await asyncio.to_thread(process.wait)

    def _prepared(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="loket-homeserver-"))
            seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
            (self._folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
            # JSON is YAML.
            config = json.dumps(self._config(self._folder), indent=1)
            (self._folder / "homeserver.json").write_text(config)
        return self._folder

    def _config(self, folder: Path) -> dict[str, Any]:
        config: dict[str, Any] = {
            "server_name": self.server_name,
            "public_baseurl": f"{self.url}/",
            "report_stats": False,
            "listeners": [
                {
                    "port": self.port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
            "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "signing.key"),
            "registration_shared_secret": self._shared_secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "bcrypt_rounds": 4,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "presence": {"enabled": False},
            "url_preview_enabled": False,
        }
        if self._limits == "open":
            config |= _WIDE_OPEN
        if self._room_version is not None:
            config["default_room_version"] = self._room_version
        return config


_WIDE = {"per_second": 10_000, "burst_count": 10_000}
_WIDE_OPEN: dict[str, Any] = {
    "rc_message": _WIDE,
    "rc_registration": _WIDE,
    "rc_login": {"address": _WIDE, "account": _WIDE, "failed_attempts": _WIDE},
    "rc_joins": {"local": _WIDE, "remote": _WIDE},
    "rc_joins_per_room": _WIDE,
    "rc_invites": {"per_room": _WIDE, "per_user": _WIDE, "per_issuer": _WIDE},
    "rc_room_creation": _WIDE,
    "rc_admin_redaction": _WIDE,
}


def _free_port() -> int:
    # Below the ports that the kernel hands to outgoing connections, so that nobody is given
    # ours while the homeserver is stopped.
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise HomeserverFailed("no free port on the loopback interface")


def _signal_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, how)


def _last_lines(log: Path, count: int = 15) -> str:
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "\n".join(lines) or "its log is empty"
