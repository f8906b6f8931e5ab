"""``loket crypto``: the bot's keys; for people who look after it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import app, config
from bot.cli.logs import log_to_stderr
from bot.config import Config
from bot.errors import ConfigError, LoketError

if TYPE_CHECKING:
    from bot.chat.console_lines import Lines
    from bot.chat.matrix.crypto.terminal import Board
    from bot.chat.matrix.crypto.verifications import Shown

LOOK_EVERY = 0.5
"""Seconds between two looks at what the bot says."""

ANSWER_WITHIN = 3.0
"""Minutes that the bot and the other side have to finish once a person here has decided."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("status", help="show the bot's device and keys, and what is wrong with them")
    backup = actions.add_parser(
        "backup", help="write keys and log-in to one encrypted file, also while the bot runs"
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = actions.add_parser(
        "restore", help="put back what a backup holds, before the bot runs"
    )
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--force", action="store_true", help="replace what is there already")
    verify = actions.add_parser(
        "verify", help="compare emoji with a responder's client, so that it trusts the bot"
    )
    verify.add_argument(
        "--minutes",
        type=_minutes,
        default=10.0,
        metavar="N",
        help="how long to wait for somebody to begin (default: 10)",
    )


async def execute(given: argparse.Namespace) -> int:
    """Tells, writes, puts back or compares."""
    settings = config.load(given.config)
    log_to_stderr("error")
    if given.action == "status":
        return await _status(settings)
    if given.action == "backup":
        return await asyncio.to_thread(_back_up, settings, given.file)
    if given.action == "restore":
        return await asyncio.to_thread(_restore, settings, given.file, given.force)
    return await _verify(settings, given.minutes)


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 <= minutes <= 1440:
        raise argparse.ArgumentTypeError("must be 0 to 1440")
    return minutes


def _secret() -> str:
    secret = config.secrets().crypto_key
    if not secret:
        raise ConfigError("LOKET_CRYPTO_KEY", "is not set; it is what the keys are encrypted with")
    return secret


async def _status(settings: Config) -> int:
    findings = await app.crypto_status(settings, config.secrets())
    for finding in findings:
        print(f"{'ok   ' if finding.ok else 'FAULT'}  {finding.name}: {finding.text}")
        if not finding.ok:
            print(f"       what to do: {finding.remedy}")
    return 0 if all(finding.ok for finding in findings) else 1


def _back_up(settings: Config, target: Path) -> int:
    from bot.chat.matrix.crypto.backup import back_up

    made = back_up(settings.data_dir, target, _secret(), app.now())
    print(f"{target}: {', '.join(made.names)}, encrypted with LOKET_CRYPTO_KEY.")
    print("Keep the two apart; without the key nobody can use the file.")
    return 0


def _restore(settings: Config, source: Path, force: bool) -> int:
    from bot.chat.matrix.crypto.backup import restore

    if _fresh(settings) is not None:
        raise LoketError("the bot runs here; stop it first, then restore, then start it")
    found = restore(source, settings.data_dir, _secret(), force=force)
    print(f"Put back, as it was on {found.made_at:%Y-%m-%d %H:%M} UTC: {', '.join(found.names)}.")
    print("Messages that were encrypted for the bot since then may stay unreadable.")
    return 0


def _fresh(settings: Config) -> Board | None:
    """What the bot says; None when it does not run here, or runs without encryption."""
    from bot.chat.matrix.crypto.terminal import read

    board = read(app.keys_folder(settings))
    return board if board is not None and board.fresh(app.now()) else None


async def _verify(settings: Config, minutes: float) -> int:
    from bot.chat.console_lines import Lines
    from bot.chat.matrix.crypto.terminal import Decision, decide

    _running(settings)
    print("Have a responder open the bot's profile in their client and choose to verify it.")
    print(f"Waiting for that, up to {minutes:g} minutes …", flush=True)
    shown = await _until(settings, minutes, _to_compare)
    if shown is None:
        raise LoketError("nobody began a verification; run `loket crypto verify` again with them")
    print(f"\n{shown.user_id} (device {shown.device_id}) sees:\n")
    for number, emoji in enumerate(shown.emoji, 1):
        print(f"  {number}  {emoji.emoji}  {emoji.english} / {emoji.dutch}")
    numbers = " - ".join(map(str, shown.numbers))
    print(f"\n  or, as numbers: {numbers}\n" if shown.emoji else f"  {numbers}\n")
    match = await _answer(Lines(sys.stdin))
    if match is None:
        raise LoketError("no answer; nothing was decided, and it ends by itself")
    try:
        decide(app.keys_folder(settings), Decision(shown.id, match))
    except OSError as error:
        raise LoketError(f"{error.filename}: can't be written: {error.strerror}") from error
    ended = await _until(settings, ANSWER_WITHIN, lambda board: _ended(board, shown.id))
    return _tell(ended, shown.user_id, match)


def _running(settings: Config) -> Board:
    board = _fresh(settings)
    if board is None:
        text = "the bot does not run here, or runs without encryption; start it with `loket run`"
        raise LoketError(text)
    return board


async def _until(
    settings: Config, minutes: float, pick: Callable[[Board], Shown | None]
) -> Shown | None:
    """Looks until it finds what it looks for; None when it has looked for that long."""
    until = app.now() + timedelta(minutes=minutes)
    while True:
        found = pick(_running(settings))
        if found is not None or app.now() >= until:
            return found
        await asyncio.sleep(LOOK_EVERY)


def _to_compare(board: Board) -> Shown | None:
    from bot.chat.matrix.crypto.steps import Stage

    return next((each for each in board.verifications if each.stage is Stage.SHOWN), None)


def _ended(board: Board, short: str) -> Shown | None:
    from bot.chat.matrix.crypto.steps import Stage

    for each in board.verifications:
        if each.id == short and each.stage in (Stage.DONE, Stage.CANCELLED):
            return each
    return None


def _tell(ended: Shown | None, user_id: str, match: bool) -> int:
    from bot.chat.matrix.crypto.steps import REASONS, Code, Stage

    if ended is None:
        print(f"Not finished: {user_id} has not said that they match. Begin again.")
        return 1
    if ended.stage is Stage.DONE:
        print(f"Verified: the client of {user_id} trusts the bot.")
        return 0
    if not match:
        print("Not verified, as you said. If nobody mistook an emoji, somebody sits in between:")
        print("begin again from another network, and compare again.")
        return 1
    reasons = {code.value: reason for code, reason in REASONS.items()}
    reason = reasons.get(ended.code, "no reason was given")
    if ended.code == Code.USER:
        reason = f"{user_id} ended it"
    print(f"Not verified: {reason[0].lower()}{reason[1:]}. Begin again.")
    return 1


async def _answer(lines: Lines) -> bool | None:
    while True:
        print("Do they match? [yes/no] ", end="", flush=True)
        line = await lines.next()
        if line is None:
            return None
        if (word := line.strip().casefold()) in ("yes", "no"):
            return word == "yes"
