"""Told to end, the bot finishes and says what is queued; watched, it tells how it is."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from stage.homeserver import Homeserver
from stage.person import Seen

from tests.acceptance.conftest import ANSWER, QUESTION, Office, office_in, settled
from tests.acceptance.test_crash import DECIDED, counted
from tests.town import Town

pytestmark = [pytest.mark.synapse, pytest.mark.model]

BURST = 10
"""What Synapse's default limits let somebody say at once; then one message in 5 s."""

SAID = f"SELECT count(*) >= {BURST} FROM outbox WHERE event IS NOT NULL"


def free_port() -> int:
    """A port of this machine that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def test_ended_while_the_answer_is_queued_it_is_said_once(office: Office) -> None:
    asked = await office.ask(QUESTION)
    await settled(counted(office.database, DECIDED))
    assert await office.bot.stop() == 0
    await office.town.anna.wait_for(
        lambda seen: seen.thread == asked and ANSWER in seen.text, 10, "the answer"
    )
    await office.bot.start()
    assert len(await office.answers(asked)) == 1


@pytest.fixture
async def strict_town(tmp_path: Path) -> AsyncIterator[Town]:
    """On a homeserver with Synapse's own limits."""
    async with (
        Homeserver(limits="default") as homeserver,
        Town.founded(homeserver, tmp_path) as town,
    ):
        yield town


async def flooded(office: Office, questions: int) -> list[str]:
    """Asks more than the bot may answer at once; gives the questions' event ids."""
    asked = []
    for number in range(questions):
        if number % 5 == 0:
            who = await office.town.newcomer("ben")
            await who.join(office.town.community)
        asked.append(await office.ask(QUESTION, who))
    return asked


async def answered(office: Office, asked: list[str], within: float) -> list[int]:
    """How often each question was answered, once all were."""
    anna = office.town.anna

    def to(question: str, seen: Seen) -> bool:
        return seen.thread == question and ANSWER in seen.text

    for question in asked:
        await anna.wait_for(partial(to, question), within, "each answer")
    # Says one thing more, after which nothing doubled can come.
    await office.answers(asked[0], within=within)
    return [sum(to(question, seen) for seen in anna.seen) for question in asked]


@pytest.mark.parametrize("signals", [1, 2])
async def test_what_the_limits_leave_over_is_said_once_after_the_next_start(
    strict_town: Town, tmp_path: Path, signals: int
) -> None:
    """One signal: some of it is said within the bound. Two: it ends at once."""
    shutdown = 7 if signals == 1 else 120
    office = await office_in(strict_town, tmp_path, shutdown_seconds=shutdown)
    async with office.bot:
        asked = await flooded(office, BURST + 4)
        await settled(counted(office.database, SAID), 30)
        began = time.monotonic()
        if signals == 2:
            office.bot.ask_to_end()
            await settled(lambda: " ending" in office.bot.log.read_text())
        assert await office.bot.stop() == 0
        took = time.monotonic() - began
        assert took < shutdown + 5 if signals == 1 else took < 5
        assert counted(office.database, DECIDED)()
        await office.bot.start()
        assert await answered(office, asked, 60) == [1] * len(asked)


async def test_it_tells_how_it_is_from_its_start_to_its_end(town: Town, tmp_path: Path) -> None:
    port = free_port()
    office = await office_in(town, tmp_path, web={"port": port}, log_format="json")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(until_ready(client))
            await office.bot.start()
        first, *_, last = watching.result()
        assert (first[0], first[1]["ready"], first[1]["index"]) == (503, False, False)
        assert last == (200, {"ready": True, "sync": True, "index": True, "store": True})

        asked = await office.ask(QUESTION)
        await office.answers(asked)
        async with client.get("/metrics") as answer:
            told = await answer.text()
        for series in (
            'loket_handled_total{outcome="answered"} 1.0',
            'loket_messages_received_total{kind="text",place="community"} 2.0',
            'loket_ready{part="index"} 1.0',
            "loket_answer_seconds_count 1.0",
            "loket_index_entries 2.0",
        ):
            assert series in told.splitlines()
        since = re.search(r"^loket_since_sync_seconds (\S+)$", told, re.MULTILINE)
        assert since
        assert float(since[1]) < 35
        secrets = (office.town.anna.user_id, "anna", asked, office.town.community, "citizen")
        for secret in secrets:
            assert secret not in told

        began = time.monotonic()
        assert await office.bot.stop() == 0
        assert time.monotonic() - began < 5
        log = [json.loads(line) for line in office.bot.log.read_text().splitlines()]
        events = [line["event"] for line in log]
        assert events[-3:] == ["ending", "finished", "ended"]
        assert log[-2]["fields"] == {"not_said": 0}
        assert events.index("listening") < events.index("handled")
        with pytest.raises(aiohttp.ClientError):
            await client.get("/healthz")


async def until_ready(client: aiohttp.ClientSession) -> list[tuple[int, dict[str, bool]]]:
    """What a bot that starts tells of its health, each state once, until it is ready."""
    seen: list[tuple[int, dict[str, bool]]] = []
    async with asyncio.timeout(90):
        while not seen or seen[-1][0] != 200:
            try:
                async with client.get("/healthz") as answer:
                    told = (answer.status, await answer.json())
            except aiohttp.ClientError:
                told = None
            if told and told not in seen[-1:]:
                seen.append(told)
            await asyncio.sleep(0.05)
    return seen
