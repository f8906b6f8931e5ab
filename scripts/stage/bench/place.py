"""What several rows stand on: the bot with an index made once, an echo bot, sample questions."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from knowledge.entry import Entry
from knowledge.files import read
from stage.bot import ROOT, BotFailed, BotProcess, Reachable, settings
from stage.homeserver import Account, Homeserver
from stage.person import Person

RUN = "loket-bench-"
"""How the folder's name begins in which one run of the benchmark keeps everything."""

BURST, PER_S = 10, 0.2
"""What Synapse lets a sender say at once, and then in a second, unless it is told otherwise."""


@asynccontextmanager
async def loket(
    folder: Path,
    homeserver: Reachable,
    account: Account,
    *,
    desk: str,
    community: str | Sequence[str],
    responders: Sequence[str] = (),
    desk_work: Mapping[str, Any] = {},
) -> AsyncIterator[BotProcess]:
    """``loket run`` with the sample entries, embedded by the first such bot of a run alone.

    Args:
        folder: For the bot's settings and data, in the folder of the whole run.
        homeserver, account: Where it works, and as whom.
        desk: The desk's room id.
        community: Room id, or several.
        responders: User ids of volunteers.
        desk_work: Further keys of the settings under ``desk``.
    """
    config = settings(
        folder,
        homeserver,
        account,
        desk=desk,
        community=community,
        responders=[{"id": user_id, "role": "volunteer"} for user_id in responders],
        desk_work=desk_work,
        # Few people ask a lot here: what the bot does for one of them must not be bounded.
        budgets={"person": 0, "room": 0},
    )
    index = folder / "data" / "index"
    kept = next(up for up in folder.parents if up.name.startswith(RUN)) / "sample-index"
    if kept.exists():
        shutil.copytree(kept, index, symlinks=True)
    async with BotProcess(config, account) as process:
        if not kept.exists():
            shutil.copytree(index, kept, symlinks=True)
        await _heard_once(folder / "data" / "loket.db")
        yield process


async def _heard_once(database: Path) -> None:
    """Waits for the first position: on its first start the bot passes over what came before."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        async with asyncio.timeout(60):
            # Another process writes it, and rings no bell.
            while not db.execute("SELECT 1 FROM positions").fetchone():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@asynccontextmanager
async def echo_bot(
    homeserver: Homeserver, account: Account
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The least that a bot can do, as a process of its own; listening once it is given."""
    process = subprocess.Popen(  # noqa: ASYNC220 - must outlive the event loop
        [sys.executable, "-m", "stage.bench.echo", homeserver.url, account.user_id],
        env={**os.environ, "ECHO_TOKEN": account.token},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        if process.stdout is None or not await asyncio.to_thread(process.stdout.readline):
            raise BotFailed("the echo bot ended at its start")
        yield process
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def people(homeserver: Homeserver, *names: str) -> AsyncIterator[list[Person]]:
    """New accounts, each with a client."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Person(homeserver.url, await homeserver.register(name)))
            for name in names
        ]


async def desk_with(bot: Account, owner: Person) -> str:
    """A desk that the bot is invited to."""
    return await owner.create_room("Desk", invite=[bot.user_id], preset="private_chat")


@asynccontextmanager
async def listening(people: Sequence[Person]) -> AsyncIterator[None]:
    """They see everything as it comes."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(person.listen()) for person in people]
            yield
            for task in tasks:
                task.cancel()
    except ExceptionGroup as failed:
        # One failed; the others ended because of it.
        raise failed.exceptions[0] from None


def sample(count: int) -> list[Entry]:
    """Entries from all over the sample knowledge base; repeated where it is too small."""
    every = read(ROOT / "knowledge" / "entries")
    step = max(1, len(every) // count)
    return [every[number * step % len(every)] for number in range(count)]


def answers(entry: Entry, text: str) -> bool:
    """Whether a text carries the entry's answer."""
    return entry.answer.split("\n")[0] in text


async def limit(homeserver: Homeserver, admin: Account, who: Account, *, lifted: bool) -> None:
    """Has Synapse's own limits hold for an account, or not."""
    path = f"/_synapse/admin/v1/users/{quote(who.user_id)}/override_ratelimit"
    headers = {"Authorization": f"Bearer {admin.token}"}
    none = {"messages_per_second": 0, "burst_count": 0}
    async with (
        aiohttp.ClientSession(homeserver.url, headers=headers, raise_for_status=True) as session,
        session.request("POST" if lifted else "DELETE", path, json=none if lifted else None),
    ):
        pass
