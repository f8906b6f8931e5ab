"""The command line: one module a command, loaded when it is used.

Exit statuses: 0 done; 1 it did not work, or something was found wrong; 2 the command or a
setting is wrong. An error is one line on standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bot.errors import ConfigError, LoketError
from knowledge.errors import EntriesUnreadable, KnowledgeError

_DESCRIPTION = """\
Loket answers questions about public services in the rooms where people ask them.
It posts answers that people have vetted, word for word. What it does not know for sure it
brings to volunteers and officials, carries their answer back, and knows it next time."""

_EPILOG = """\
Begin with `loket chat` to try it here, without any server, or `loket ask "question"`.
To run it on Matrix: copy config.yaml, set LOKET_MATRIX_PASSWORD (or LOKET_MATRIX_TOKEN) and
LOKET_CRYPTO_KEY, check with `loket doctor`, start with `loket run`."""

COMMANDS = {
    "run": "run the bot on its Matrix homeserver",
    "chat": "try the bot in this terminal, without any server",
    "ask": "show what the bot would do with one question, and why",
    "status": "show what waits, how long things wait, and the open cases, in numbers",
    "cases": "list the open cases, show one with its question, end or free one",
    "desk": "give a responder's command, by the rules of the desk",
    "doctor": "check settings, model, index, database, homeserver, rooms and powers",
    "crypto": "look at, back up, restore the keys, or verify the bot by emoji",
    "entries": "list, show, add, check, review, bring back, import or export the knowledge base",
    "index": "build the search index, show its state, or go back to the one before",
    "evaluate": "measure how well questions find their entries",
}
"""Command → what it does. Each has a module of its name with ``arguments`` and ``execute``."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit status."""
    # `--config` may stand anywhere, also behind `index build`.
    anywhere = _OneLine(prog="loket", add_help=False, allow_abbrev=False)
    anywhere.add_argument("--config", type=Path, default=Path("config.yaml"))
    settings, rest = anywhere.parse_known_args(argv)
    arguments = _parser(rest).parse_args(rest, settings)
    command = importlib.import_module(f"bot.cli.{arguments.command}")
    try:
        status = asyncio.run(command.execute(arguments))
        sys.stdout.flush()
    except ConfigError as error:
        return _fail(str(error), 2)
    except EntriesUnreadable as error:
        for problem in error.problems:
            print(f"loket: {problem}", file=sys.stderr)
        return 1
    except (LoketError, KnowledgeError) as error:
        return _fail(str(error), 1)
    except BaseExceptionGroup as group:
        return _of_a_group(group)
    except BrokenPipeError:
        # Whoever read the output has enough; nothing more can be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return int(status)


class _OneLine(argparse.ArgumentParser):
    """Tells a mistake in one line, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"loket: error: {message}; see `{self.prog} --help`\n")


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = _OneLine(
        prog="loket",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        # Taken out before; here for the help.
        command.add_argument(
            "--config",
            metavar="FILE",
            default=argparse.SUPPRESS,
            help="the settings (default: config.yaml)",
        )
        if name in given:
            importlib.import_module(f"bot.cli.{name}").arguments(command)
    return parser


def _of_a_group(group: BaseExceptionGroup[BaseException]) -> int:
    known, other = group.split((LoketError, KnowledgeError))
    if known is None or other is not None:
        raise group
    error: BaseException = known
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return _fail(str(error), 2 if isinstance(error, ConfigError) else 1)


def _fail(text: str, status: int) -> int:
    print(f"loket: error: {' '.join(text.split())}", file=sys.stderr)
    return status
