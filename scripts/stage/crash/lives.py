"""The bot's lives, one after the other, as the harness sees them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stage.bot import CRYPTO_KEY, ROOT, BotFailed
from stage.crash.plan import Death
from stage.homeserver import Account

_READY_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a life ended.

    Attributes:
        how: ``step``: where it was told to; ``killed``: from outside; ``stopped``: in order;
            ``itself``: nobody ended it.
        status: The exit status; negative: the signal.
        seconds: How long it lasted.
    """

    how: str
    status: int
    seconds: float


class Lives:
    """Starts the zygote and has it give life; an async context manager.

    Args:
        config: The bot's settings.
        account: The bot's own.
        log: Where the bot's log goes, all lives after each other.
    """

    def __init__(self, config: Path, account: Account, log: Path) -> None:
        self.log = log
        self._config = config
        self._environ = {
            **os.environ,
            "LOKET_MATRIX_TOKEN": account.token,
            **CRYPTO_KEY,
            # Threads of a library would not be there after the fork.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")]),
        }
        self._zygote: asyncio.subprocess.Process

    async def __aenter__(self) -> Lives:
        self.log.touch()
        with self.log.open("ab") as errors:
            self._zygote = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "stage.crash.zygote", str(self._config), str(self.log)),
                env=self._environ,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        async with asyncio.timeout(_READY_WITHIN):
            await self._told()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._zygote.returncode is None:
            self._zygote.kill()  # The kernel ends its child with it.
        await self._zygote.wait()

    async def live(self, death: Death) -> Ended:
        """Gives life, and waits for its end."""
        self._say(asdict(death))
        return Ended(**await self._told())

    def end(self, *, in_order: bool = False) -> None:
        """Ends the present life from outside; only while ``live`` waits."""
        self._say("stop" if in_order else "kill")

    def last_words(self) -> str:
        """The last line of the log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return lines[-1] if lines else ""

    def _say(self, what: object) -> None:
        if self._zygote.stdin is not None:
            self._zygote.stdin.write(json.dumps(what).encode() + b"\n")

    async def _told(self) -> Mapping[str, Any]:
        if self._zygote.stdout is None or not (line := await self._zygote.stdout.readline()):
            raise BotFailed(f"the process that forks the bot ended\n{self.last_words()}")
        told: Mapping[str, Any] = json.loads(line)
        return told
