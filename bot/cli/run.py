"""``loket run``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import nullcontext

from bot import config, running
from bot.cli.index import progress_bar
from bot.cli.logs import log_to_stderr

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes: nothing but the settings."""
    parser.epilog = (
        "The secret comes from the environment: LOKET_MATRIX_TOKEN, or LOKET_MATRIX_PASSWORD "
        "for a log-in that is kept. Ctrl-C or SIGTERM ends it once what is in hand is done and "
        "what is queued is said, within shutdown_seconds; a second one ends it at once."
    )


class Ending:
    """What a signal does: the first lets the bot finish, the next ends it, a third kills it.

    Before the bot listens nothing is in hand, and the first ends it at once.
    """

    def __init__(self, task: asyncio.Task[object]) -> None:
        self._task = task
        self._next: Callable[[], None] = self._at_once
        for name in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(name, self._signalled)

    def listening(self, finish: Callable[[], None]) -> None:
        """The bot listens, and ends in order when ``finish`` is called."""
        self._next = finish

    def _signalled(self) -> None:
        log.info("ending")
        does, self._next = self._next, self._at_once
        does()

    def _at_once(self) -> None:
        for name in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(name)
        self._task.cancel()


async def execute(given: argparse.Namespace) -> int:
    """Runs the bot until it is told to end."""
    settings = config.load(given.config)
    log_to_stderr(settings.log, settings.log_format)
    this = asyncio.current_task()
    assert this is not None  # This is a coroutine.
    ending = Ending(this)
    try:
        # A bar is no line for a program.
        bar = progress_bar() if settings.log_format == "human" else nullcontext()
        with bar as progress:
            await running.run(settings, config.secrets(), progress, ending.listening)
    except asyncio.CancelledError:
        log.info("ended_at_once")
    else:
        log.info("ended")
    return 0
