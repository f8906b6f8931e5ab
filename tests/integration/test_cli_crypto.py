"""``loket crypto`` as people use it: beside a running bot and without one, with and without key."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.app import now
from bot.chat.matrix.crypto.sas import Party
from bot.chat.matrix.crypto.steps import Transport
from bot.chat.matrix.crypto.terminal import publish, take_decisions
from bot.chat.matrix.crypto.verifications import Letter, Verifications
from tests.asking_client import AskingClient, Event
from tests.integration.test_cli import ROOT, Desk

BOT = ("@loket:localhost", "BOTDEVICE")
BOT_KEYS = {"ed25519:BOTDEVICE": "bot+device+key", "ed25519:bot+master": "bot+master"}
VERA_KEYS = {"ed25519:VERAPHONE": "vera+phone+key"}
KEY = {"LOKET_CRYPTO_KEY": "a long secret from the environment"}
DEADLINE = 30.0
"""Seconds."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def keys(desk: Desk) -> Path:
    """The folder of a bot that has keys."""
    folder = desk.folder / "data" / "crypto"
    folder.mkdir(parents=True)
    (folder / "seeds.json").write_text("{}")
    with closing(sqlite3.connect(folder / "olm.db")) as database:
        database.execute("CREATE TABLE sessions (one INTEGER)")
        database.commit()
    return folder


def test_keys_are_backed_up_and_put_back(desk: Desk, keys: Path) -> None:
    target = str(desk.folder / "keys.backup")
    told = desk.loket("crypto", "backup", target, **KEY).stdout
    assert told.startswith(f"{target}: crypto/seeds.json, crypto/olm.db, encrypted with ")
    refused = desk.fails("crypto", "restore", target, **KEY)
    assert "there already; --force replaces what is there" in refused
    for path in keys.iterdir():
        path.unlink()
    told = desk.loket("crypto", "restore", target, **KEY).stdout
    assert told.startswith("Put back, as it was on ")
    assert (keys / "seeds.json").read_text() == "{}"
    assert "Put back" in desk.loket("crypto", "restore", target, "--force", **KEY).stdout


def test_every_mistake_with_a_backup_is_one_line(desk: Desk, keys: Path) -> None:
    target = str(desk.folder / "keys.backup")
    without = desk.fails("crypto", "backup", target, status=2, LOKET_CRYPTO_KEY="")
    assert without.startswith("loket: error: LOKET_CRYPTO_KEY: is not set")
    desk.loket("crypto", "backup", target, **KEY)
    other = desk.fails("crypto", "restore", target, status=2, LOKET_CRYPTO_KEY="another")
    assert other == f"loket: error: LOKET_CRYPTO_KEY: is not the one that {target} was made with"
    config = str(desk.folder / "config.yaml")
    assert "is not a backup" in desk.fails("crypto", "restore", config, **KEY)
    assert "is something else than a backup" in desk.fails("crypto", "backup", config, **KEY)
    publish(keys, [], now())
    running = desk.fails("crypto", "restore", target, "--force", **KEY)
    assert running.startswith("loket: error: the bot runs here; stop it first")


def test_without_a_bot_there_is_nothing_to_verify(desk: Desk) -> None:
    told = desk.fails("crypto", "verify")
    assert told.startswith("loket: error: the bot does not run here, or runs without encryption")


def test_nobody_who_begins_is_told(desk: Desk) -> None:
    publish(desk.folder / "data" / "crypto", [], now())
    told = desk.fails("crypto", "verify", "--minutes", "0")
    assert "nobody began a verification" in told
    assert "must be 0 to 1440" in desk.fails("crypto", "verify", "--minutes", "-1", status=2)
    assert "invalid" in desk.fails("crypto", "verify", "--minutes", "x", status=2)


class RunningBot:
    """Does with the folder what the bot does, and carries what a client and it send."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all = Verifications(Party(*BOT, BOT_KEYS), ["@vera:localhost"])
        self.client = AskingClient(
            "@vera:localhost", "VERAPHONE", VERA_KEYS, BOT, Transport.TO_DEVICE
        )

    def hear(self, *events: Event) -> None:
        for event in events:
            self.say(self.all.take_to_device(self.client.user_id, *event, now()))
        for wanted in self.all.wanted():
            self.say(self.all.provide(wanted.id, VERA_KEYS))

    def say(self, letters: list[Letter]) -> None:
        for letter in letters:
            self.hear(*self.client.take(letter.send.kind, letter.send.content))

    def ask(self) -> None:
        self.hear(self.client.request(int(now().timestamp() * 1000)))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RunningBot]:
        async def run() -> None:
            while True:
                for decision in take_decisions(self.folder):
                    self.say(self.all.decide(decision.id, decision.match))
                publish(self.folder, self.all.shown(), now())
                await asyncio.sleep(0.02)

        publish(self.folder, [], now())
        task = asyncio.create_task(run())
        try:
            yield self
        finally:
            task.cancel()


class Screen:
    """``loket crypto verify``, at a terminal."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.text = ""

    async def until(self, holds: Callable[[str], bool]) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(DEADLINE):
            while not holds(self.text):
                more = await self.process.stdout.read(65536)
                assert more, self.text
                self.text += more.decode()

    def type(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode())

    async def end(self, text: str) -> tuple[int, str, str]:
        """Types the last line; gives exit status, output and what was said on standard error."""
        async with asyncio.timeout(DEADLINE):
            out, err = await self.process.communicate(text.encode())
        self.text += out.decode()
        return self.process.returncode or 0, self.text, err.decode()


@asynccontextmanager
async def verifying(desk: Desk) -> AsyncIterator[Screen]:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "bot", "crypto", "verify"],
        *["--config", str(desk.folder / "config.yaml")],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Screen(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_person_compares_and_the_client_trusts_the_bot(desk: Desk) -> None:
    bot = RunningBot(desk.folder / "data" / "crypto")
    async with bot.running(), verifying(desk) as screen:
        await screen.until(lambda text: "Waiting for that, up to 10 minutes" in text)
        bot.ask()
        await screen.until(lambda text: text.endswith("[yes/no] "))
        (shown,) = bot.all.shown()
        assert "@vera:localhost (device VERAPHONE) sees:" in screen.text
        for number, emoji in enumerate(shown.emoji, 1):
            line = f"  {number}  {emoji.emoji}  {emoji.english} / {emoji.dutch}\n"
            assert line in screen.text
        assert " - ".join(map(str, bot.client.numbers)) in screen.text
        screen.type("maybe\n")
        await screen.until(lambda text: text.count("Do they match?") == 2)
        bot.hear(*bot.client.confirm())
        status, text, _ = await screen.end("YES\n")
    assert status == 0
    assert text.endswith("[yes/no] Verified: the client of @vera:localhost trusts the bot.\n")
    assert bot.client.trusts(BOT_KEYS)


async def test_a_person_who_sees_other_emoji_is_told_what_it_means(desk: Desk) -> None:
    bot = RunningBot(desk.folder / "data" / "crypto")
    bot.ask()
    async with bot.running(), verifying(desk) as screen:
        status, text, _ = await screen.end("no\n")
    assert status == 1
    assert "Not verified, as you said. If nobody mistook an emoji, somebody sits in between" in text
    assert bot.client.code == "m.mismatched_sas"
    assert bot.client.bot_macs is None


async def test_a_person_who_is_too_late_is_told(desk: Desk) -> None:
    bot = RunningBot(desk.folder / "data" / "crypto")
    bot.ask()
    async with bot.running(), verifying(desk) as screen:
        await screen.until(lambda text: text.endswith("[yes/no] "))
        bot.hear(bot.client.event("cancel", code="m.user", reason=""))
        status, text, _ = await screen.end("yes\n")
    assert status == 1
    assert "Not verified: @vera:localhost ended it. Begin again." in text


async def test_no_answer_is_no_decision(desk: Desk) -> None:
    bot = RunningBot(desk.folder / "data" / "crypto")
    bot.ask()
    async with bot.running(), verifying(desk) as screen:
        status, _, err = await screen.end("")
    assert (status, bot.client.code, bot.client.bot_macs) == (1, "", None)
    assert err.startswith("loket: error: no answer; nothing was decided")
