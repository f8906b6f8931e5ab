"""``loket chat``."""

from __future__ import annotations

import argparse
import sys

from bot import config, running
from bot.cli.logs import log_to_stderr


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes: nothing but the settings."""
    parser.epilog = "You play everybody: citizen, volunteer, official. Nothing you write is kept."


async def execute(given: argparse.Namespace) -> int:
    """Runs the bot on the terminal until the person leaves."""
    settings = config.load(given.config)
    log_to_stderr("error")
    await running.converse(settings, sys.stdin, sys.stdout)
    return 0
