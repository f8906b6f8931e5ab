"""One process that has imported everything, and forks a bot for each life.

Reads an order a line from standard input and writes what became of it, a line each, to standard
output; both JSON. While a life lasts, the line ``"kill"`` or ``"stop"`` ends it by that signal.
The bot is ``loket run`` with its settings file, but for the two models (see ``stage.crash.light``)
and for where it dies (see ``stage.crash.mortal``).
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

# All that a bot needs, so that no life has to import it.
import bot.app
import bot.batching
import bot.chat.matrix.client
import bot.cli.run
import bot.store.rows
import bot.store.sqlite
import knowledge.build
import knowledge.files
import knowledge.live  # noqa: F401
from bot.cli import main as loket
from stage.crash.light import Monoglot, WordEmbedder
from stage.crash.mortal import Fate, inserting, mortal
from stage.crash.plan import Death

_PR_SET_PDEATHSIG = 1
_BROKEN = 70


def main() -> int:
    """Takes orders until there are no more."""
    config, log = sys.argv[1:]
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # Ends with its standard input.
    _tell({"ready": True})
    lines = _Lines()
    while (order := lines.next()) is not None:
        if isinstance(order, str):
            continue  # The life that this was to end had ended by itself.
        death = Death(**order)
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            _live(config, Path(log), death)
        how, status = _watch(pid, death.within, lines)
        _tell({"how": how, "status": status, "seconds": time.monotonic() - began})
    return 0


class _Lines:
    """Standard input, line by line; unlike a file it tells what it has read ahead."""

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def ahead(self) -> bool:
        """Whether ``next`` would not have to read."""
        return b"\n" in self._buffer

    def next(self) -> Any:
        """The next line's JSON; None at the end."""
        while b"\n" not in self._buffer:
            more = os.read(0, 65_536)
            if not more:
                return None
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)


def _watch(pid: int, within: float | None, lines: _Lines) -> tuple[str, int]:
    """Waits for a life's end; gives how it came, and the exit status or the negative signal."""
    life = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(life, select.POLLIN)
    poll.register(0, select.POLLIN)
    end = None if within is None else time.monotonic() + within
    ended = ""
    while True:
        rest = None if end is None else max(0.0, end - time.monotonic()) * 1000
        ready = dict(poll.poll(0 if lines.ahead else rest))
        if life in ready:
            break
        if lines.ahead or 0 in ready:
            told = lines.next()
            ended = "stopped" if told == "stop" else "killed"
            name = signal.SIGTERM if told == "stop" else signal.SIGKILL
            signal.pidfd_send_signal(life, name)
            if told is None:
                break
        else:
            ended, end = "killed", None
            signal.pidfd_send_signal(life, signal.SIGKILL)
    os.close(life)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if not ended:
        ended = "step" if code == -signal.SIGKILL else "itself"
    return ended, code


def _live(config: str, log: Path, death: Death) -> None:
    """The life of one bot; does not return."""
    status = _BROKEN
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for descriptor, to in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (out, 2)):
            os.dup2(descriptor, to)
        fate = Fate(death)
        bot.app.embedder = lambda *_: WordEmbedder()
        bot.app.detector = Monoglot
        bot.app.open_store = mortal(bot.app.open_store, fate)  # type: ignore[assignment]
        bot.app.open_matrix = mortal(bot.app.open_matrix, fate)  # type: ignore[assignment]
        bot.store.rows.insert = inserting(bot.store.rows.insert, fate)
        status = loket(["run", "--config", config])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
