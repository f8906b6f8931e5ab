"""``loket run``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal

from bot import app, config
from bot.cli.index import progress_bar
from bot.cli.logs import log_to_stderr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes: nothing but the settings."""
    parser.epilog = (
        "The secret comes from the environment: LOKET_MATRIX_TOKEN, or LOKET_MATRIX_PASSWORD "
        "for a log-in that is kept. Ctrl-C or SIGTERM ends it."
    )


async def execute(given: argparse.Namespace) -> int:
    """Runs the bot until it is told to end."""
    settings = config.load(given.config)
    log_to_stderr(settings.log)
    this = asyncio.current_task()
    assert this is not None  # This is a coroutine.
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, this.cancel)
    try:
        with progress_bar() as progress:
            await app.run(settings, config.secrets(), progress)
    except asyncio.CancelledError:
        logging.getLogger(__name__).info("ended")
    return 0
