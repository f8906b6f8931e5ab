"""The bot as its own process, started as an operator starts it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml

from stage.homeserver import Account

ROOT = Path(__file__).parents[2]
READY_WITHIN = 180.0
"""Seconds until the bot must be listening; a first start embeds the whole knowledge base."""

CRYPTO_KEY = {"LOKET_CRYPTO_KEY": "a secret of a throwaway bot"}
"""For the environment of every bot here."""


class Reachable(Protocol):
    """A homeserver, as far as the settings are concerned."""

    url: str


class Process(Protocol):
    """What is asked of a bot's process; see ``subprocess.Popen``."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def kill(self) -> None: ...


Launch = Callable[[Sequence[str], Mapping[str, str], Path], Process]
"""Starts a Python module, named before its arguments, with an environment and a log to add to."""


class BotFailed(Exception):
    """The bot did not start, or ended by itself; the text ends with its last lines."""


def settings(
    folder: Path,
    homeserver: Reachable,
    account: Account,
    *,
    desk: str,
    community: str | Sequence[str],
    responders: list[dict[str, Any]],
    desk_work: Mapping[str, Any] = {},
    **changes: Any,
) -> Path:
    """Writes the sample settings with what this stage needs changed, and gives the file.

    Args:
        folder: Where the file and the bot's data go; made where there is none.
        homeserver: Where the bot works.
        account: The bot's own.
        desk: Room id or alias.
        community: Room id or alias, or several; each has the settings of the sample's first.
        responders: As in the settings.
        desk_work: What changes under the settings' key ``desk``.
        changes: Further top-level keys; a mapping changes only the keys it names.
    """
    raw = yaml.safe_load((ROOT / "config.yaml").read_text())
    raw["data_dir"] = str(folder / "data")
    raw["entries"] = str(ROOT / "knowledge" / "entries")
    raw["matrix"] |= {"homeserver": homeserver.url, "user_id": account.user_id}
    raw["rooms"]["desk"] = desk
    communities = [community] if isinstance(community, str) else community
    like = raw["rooms"]["community"][0]
    raw["rooms"]["community"] = [like | {"room": room} for room in communities]
    raw["responders"] = responders
    raw["desk"] |= desk_work
    # Several stages may stand on one machine.
    raw["web"]["port"] = None
    for key, value in changes.items():
        raw[key] = raw[key] | value if isinstance(value, dict) else value
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True))
    return path


def from_nothing(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Process:
    """Starts it as an operator does; see ``Launch``."""
    module, *words = command
    loket = [str(Path(sys.executable).with_name("loket"))]
    with log.open("ab") as out:
        return subprocess.Popen(
            [*(loket if module == "bot" else [sys.executable, "-m", module]), *words],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


class BotProcess:
    """``loket run`` with a settings file; an async context manager.

    Attributes:
        log: What it writes to standard error.
        ahead: By how much its clock is ahead of everybody else's.
    """

    def __init__(
        self,
        config: Path,
        account: Account,
        environ: Mapping[str, str] = {},
        waiting: Callable[[str], None] | None = None,
        launch: Launch = from_nothing,
    ) -> None:
        """Prepares.

        Args:
            config: The settings.
            account: Its token goes into the environment.
            environ: Further variables.
            waiting: See ``start``.
            launch: Starts the process.
        """
        self._launch = launch
        self._waiting = waiting
        self.log = config.with_name("loket.log")
        self._config = config
        self._environ = {**os.environ, "LOKET_MATRIX_TOKEN": account.token, **CRYPTO_KEY, **environ}
        self.ahead = timedelta()
        self._process: Process | None = None

    async def __aenter__(self) -> BotProcess:
        try:
            await self.start(self._waiting)
        except BaseException:
            await self.kill()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, waiting: Callable[[str], None] | None = None) -> None:
        """Starts it, and waits until it listens.

        Args:
            waiting: Told every few seconds how far it is, when that has changed.

        Raises:
            BotFailed: It ended, or does not listen in time.
        """
        self.log.touch()
        heard = self.log.stat().st_size
        command, environ = self._loket()
        self._process = self._launch(
            [*command, "run", "--config", str(self._config)], environ, self.log
        )
        try:
            async with asyncio.timeout(READY_WITHIN):
                looks, told = 0, ""
                while b"listening" not in self.log.read_bytes()[heard:]:
                    if self._process.poll() is not None:
                        raise BotFailed(f"the bot ended at its start\n{self._last_lines()}")
                    await asyncio.sleep(0.05)
                    looks += 1
                    if waiting and looks % 60 == 0:
                        before, told = told, embedded(self.log.read_bytes()[heard:])
                        if told not in ("", before):
                            waiting(told)
        except TimeoutError:
            raise BotFailed(f"the bot does not listen\n{self._last_lines()}") from None

    async def restart(self, ahead: timedelta) -> None:
        """Lets it end in order, and starts it with a clock that goes so far ahead.

        Raises:
            BotFailed: See ``start``.
        """
        await self.stop()
        self.ahead = ahead
        await self.start()

    def ask_to_end(self) -> None:
        """Sends the signal that ``stop`` sends, and does not wait."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    async def stop(self) -> int:
        """Lets it end in order; gives its exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """Ends it at once, as a power cut would."""
        return await self._end(signal.SIGKILL)

    def memory(self, field: str = "VmHWM") -> int:
        """Its memory in bytes; 0 where the system does not tell.

        Args:
            field: ``VmHWM``, its peak so far, or ``VmRSS``, what it has now.
        """
        status = Path(f"/proc/{self._process.pid if self._process else 0}/status")
        if not status.exists():
            return 0
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines[field].split()[0]) * 1024

    async def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(how)
        try:
            return await asyncio.to_thread(process.wait, 20)
        except subprocess.TimeoutExpired:
            process.kill()
            return await asyncio.to_thread(process.wait)

    def _loket(self) -> tuple[list[str], Mapping[str, str]]:
        """The module with its first arguments, and its environment."""
        if not self.ahead:
            return ["bot"], self._environ
        later = ["stage.later", str(self.ahead.total_seconds())]
        return later, {**self._environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def _last_lines(self, count: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def embedded(log: bytes) -> str:
    """How far the bot is with its knowledge base, by its log; empty before it begins with that."""
    counts = re.findall(rb"embedding: .*? (\d+)/(\d+) ", log)
    if not counts:
        return ""
    done, total = map(int, counts[-1])
    return f"embedding the knowledge base: {done} of {total} entries"
