"""What monitoring is told: whether the bot works, and figures that are about nobody."""

from __future__ import annotations

import asyncio
import math
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.cases import Status
from bot.errors import ConfigError, LoggedOut, StoreUnavailable, TryLater, Undeliverable
from bot.figures import Figures
from bot.loops import Loops
from bot.messages import Kind, Place, Priority
from bot.meter import Ending, Sending, SyncError
from bot.ports import ChatClient, Search
from bot.web.health import Health
from bot.web.listener import answers_at, listening
from bot.web.meter import PrometheusMeter
from bot.web.timed import TimedChat, TimedSearch
from knowledge.errors import IndexUnavailable
from knowledge.ports import Question
from tests.contracts.examples import NOW, outgoing
from tests.counter import ANNA, BSN, WELCOME, Counter
from tests.unit.test_loops import ScriptedChat


class Seconds:
    """A clock that counts seconds and stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Monitor:
    """A bot's counter, watched."""

    counter: Counter
    seconds: Seconds = field(default_factory=Seconds)
    meter: PrometheusMeter = field(init=False)
    health: Health = field(init=False)

    def __post_init__(self) -> None:
        self.meter = PrometheusMeter("1.2.3", self.seconds)
        self.health = Health(
            self.counter.store, lambda: self.meter.since_sync, patience=0.2, kept=0.0
        )

    async def refresh(self) -> None:
        self.meter.figures(await self.counter.store.figures(), self.counter.clock())

    @asynccontextmanager
    async def asked(self) -> AsyncIterator[aiohttp.ClientSession]:
        async with (
            listening("127.0.0.1", 0, self.meter, self.health, self.refresh) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        ):
            yield client

    async def told(self) -> tuple[int, dict[str, bool]]:
        async with self.asked() as client, client.get("/healthz") as answer:
            return answer.status, await answer.json()

    async def metrics(self) -> str:
        async with self.asked() as client, client.get("/metrics") as answer:
            assert answer.status == 200
            assert answer.content_type == "text/plain"
            return await answer.text()


@pytest.fixture
async def monitor() -> Monitor:
    counter = await Counter.open()
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.2)
    return Monitor(counter)


def value(metrics: str, series: str) -> float:
    """The number behind a series."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", metrics, re.MULTILINE)
    assert found, f"{series} is not in:\n{metrics}"
    return float(found[1])


def ready(monitor: Monitor) -> None:
    monitor.meter.synced()
    monitor.health.search = monitor.counter.search


# Health


async def test_a_bot_that_hears_finds_and_keeps_is_ready(monitor: Monitor) -> None:
    ready(monitor)
    parts = {"sync": True, "index": True, "store": True}
    assert await monitor.told() == (200, {"ready": True, **parts})


async def test_while_it_starts_it_is_not_ready(monitor: Monitor) -> None:
    parts = {"sync": False, "index": False, "store": True}
    assert await monitor.told() == (503, {"ready": False, **parts})


async def test_without_an_answer_from_the_homeserver_for_90_s_it_is_not_ready(
    monitor: Monitor,
) -> None:
    ready(monitor)
    monitor.seconds.now += 89
    assert (await monitor.told())[0] == 200
    monitor.seconds.now += 1
    status, told = await monitor.told()
    assert (status, told["sync"], told["index"]) == (503, False, True)
    monitor.meter.synced()
    assert (await monitor.told())[0] == 200


async def test_a_search_that_does_not_work_is_told(monitor: Monitor) -> None:
    ready(monitor)
    monitor.counter.search.error = IndexUnavailable("damaged")
    status, told = await monitor.told()
    assert (status, told["index"], told["store"]) == (503, False, True)
    monitor.counter.search.error = None
    assert (await monitor.told())[0] == 200


async def test_a_search_that_never_comes_back_is_told_and_holds_up_nobody(
    monitor: Monitor,
) -> None:
    class Stuck:
        async def find(self, question: Question, k: int) -> list[object]:
            await asyncio.Event().wait()
            return []

    ready(monitor)
    monitor.health.search = Stuck()  # type: ignore[assignment]
    async with asyncio.timeout(5):
        assert (await monitor.told())[1]["index"] is False


async def test_a_database_that_can_not_be_read_is_told(monitor: Monitor) -> None:
    async def gone(front: str) -> str | None:
        raise StoreUnavailable("is damaged")

    ready(monitor)
    monitor.counter.store.position = gone  # type: ignore[method-assign]
    status, told = await monitor.told()
    assert (status, told["store"]) == (503, False)


async def test_asking_often_costs_one_search(monitor: Monitor) -> None:
    searches = []

    class Counted:
        async def find(self, question: Question, k: int) -> list[object]:
            searches.append(question)
            return [object()]

    health = Health(monitor.counter.store, lambda: 0.0, kept=60.0)
    health.search = Counted()  # type: ignore[assignment]
    found = await asyncio.gather(*(health.parts() for _ in range(20)))
    assert all(all(parts.values()) for parts in found)
    assert len(searches) == 1


async def test_the_process_is_alive_whatever_works(monitor: Monitor) -> None:
    async with monitor.asked() as client, client.get("/livez") as answer:
        assert (answer.status, await answer.json()) == (200, {"name": "loket", "alive": True})


# The listener


async def test_nothing_else_is_served(monitor: Monitor) -> None:
    async with monitor.asked() as client:
        async with client.get("/") as answer:
            assert answer.status == 404
        async with client.post("/healthz") as answer:
            assert answer.status == 405


async def test_a_port_that_is_taken_is_one_clear_line(monitor: Monitor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"web.port: .*127.0.0.1:{port}.*choose another"):
            async with listening("127.0.0.1", port, monitor.meter, monitor.health, monitor.refresh):
                pass
        assert not await answers_at("127.0.0.1", 1)


async def test_loket_knows_its_own(monitor: Monitor) -> None:
    async with listening("127.0.0.1", 0, monitor.meter, monitor.health, monitor.refresh) as port:
        assert await answers_at("127.0.0.1", port)
    assert not await answers_at("127.0.0.1", port)


# Figures


async def test_what_came_and_how_it_ended_is_counted(monitor: Monitor) -> None:
    meter = monitor.meter
    meter.heard(Place.DIRECT, Kind.TEXT)
    meter.heard(Place.DIRECT, Kind.TEXT)
    meter.handled(Ending.TO_PEOPLE)
    meter.handling(0.2)
    meter.failed()
    meter.answered(-3.0)
    meter.held_up(5.0)
    meter.not_synced(SyncError.LIMITED)
    meter.index(lambda: 204)
    monitor.seconds.now += 7
    told = await monitor.metrics()
    assert value(told, 'loket_messages_received_total{kind="text",place="direct"}') == 2
    assert value(told, 'loket_messages_received_total{kind="text",place="desk"}') == 0
    assert value(told, 'loket_handled_total{outcome="to_people"}') == 1
    assert value(told, 'loket_handling_seconds_bucket{le="0.1"}') == 0
    assert value(told, 'loket_handling_seconds_bucket{le="0.25"}') == 1
    assert value(told, "loket_handling_failures_total") == 1
    assert value(told, "loket_answer_seconds_sum") == 0
    assert value(told, "loket_rate_limited_seconds_total") == 5
    assert value(told, 'loket_sync_errors_total{kind="limited"}') == 1
    assert value(told, "loket_index_entries") == 204
    assert value(told, "loket_since_sync_seconds") == 7
    assert value(told, 'loket_build_info{version="1.2.3"}') == 1
    assert value(told, 'loket_ready{part="sync"}') == 0
    assert value(told, 'loket_ready{part="store"}') == 1


async def test_what_waits_is_read_when_somebody_looks(monitor: Monitor) -> None:
    found = Figures(
        inbox=3,
        parked=1,
        outbox={Priority.WORDS: 2},
        oldest_inbox=NOW - timedelta(seconds=90),
        oldest_outbox=NOW + timedelta(seconds=90),
        cases={Status.OPEN: 4},
        heard_at=None,
    )
    monitor.meter.figures(found, NOW)
    await monitor.refresh()
    assert value(await monitor.metrics(), "loket_inbox_messages") == 0

    async def figures() -> Figures:
        return found

    monitor.counter.store.figures = figures  # type: ignore[method-assign]
    told = await monitor.metrics()
    assert value(told, "loket_inbox_messages") == 3
    assert value(told, "loket_parked_messages") == 1
    assert value(told, 'loket_outbox_messages{priority="words"}') == 2
    assert value(told, 'loket_outbox_messages{priority="notice"}') == 0
    assert value(told, "loket_inbox_oldest_seconds") == 90
    assert value(told, "loket_outbox_oldest_seconds") == 0
    assert value(told, 'loket_cases{status="open"}') == 4
    assert 'status="closed"' not in told


async def test_without_a_database_what_is_counted_is_told_and_what_waits_is_not(
    monitor: Monitor,
) -> None:
    async def gone() -> Figures:
        raise StoreUnavailable("is damaged")

    monitor.counter.store.figures = gone  # type: ignore[method-assign]
    monitor.meter.handled(Ending.ANSWERED)
    told = await monitor.metrics()
    assert value(told, 'loket_handled_total{outcome="answered"}') == 1
    for series in ("loket_inbox_messages", 'loket_outbox_messages{priority="words"}'):
        assert math.isnan(value(told, series))


async def test_a_bot_at_work_is_counted_and_nobody_shows_in_it(monitor: Monitor) -> None:
    counter, chat = monitor.counter, ScriptedChat()
    before = await monitor.metrics()
    loops = Loops(
        counter.store,
        TimedChat(chat, monitor.meter),
        counter.reception,
        lambda: asyncio.sleep(0, True),
        counter.clock,
        monitor.meter,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(loops.run())
        chat.failures = [TryLater("patience", 0.01), Undeliverable("no")]
        await chat.hear("How do I get a BSN?", "how do I get a bsn")
        await chat.until(lambda sent: len(sent) == 1)
        await loops.idle()
        chat.leave()
    told = await monitor.metrics()
    assert value(told, 'loket_messages_received_total{kind="text",place="community"}') == 2
    assert value(told, 'loket_handled_total{outcome="answered"}') == 2
    assert value(told, "loket_handling_seconds_count") == 2
    assert value(told, 'loket_sends_total{result="sent"}') == 1
    assert value(told, 'loket_sends_total{result="limited"}') == 1
    assert value(told, 'loket_sends_total{result="refused"}') == 1
    assert value(told, "loket_send_seconds_count") == 3
    assert value(told, "loket_rate_limited_seconds_total") == 0.01
    assert value(told, "loket_answer_seconds_count") == 1
    for told_about in (ANNA, "anna", WELCOME, "BSN", "bsn", "$h", *counter.keys.values()):
        assert told_about not in told
    names = [re.sub(r" \S+$", "", line) for line in told.splitlines()]
    assert names == [re.sub(r" \S+$", "", line) for line in before.splitlines()]


async def test_each_metric_is_explained_in_the_docs(monitor: Monitor) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    named = set(re.findall(r"loket_\w+", page))
    for line in (await monitor.metrics()).splitlines():
        if found := re.match(r"# TYPE (loket_\w+)", line):
            assert found[1] in named, found[1]


# Around the ports


@pytest.mark.parametrize(
    ("error", "how"),
    [
        (TryLater("away"), Sending.LATER),
        (TryLater("patience", 3.0), Sending.LIMITED),
        (Undeliverable("403"), Sending.REFUSED),
        (LoggedOut("anew"), Sending.BROKE),
        (ZeroDivisionError(), Sending.BROKE),
    ],
)
async def test_a_try_to_say_something_is_counted_by_what_came_of_it(
    monitor: Monitor, error: Exception, how: Sending
) -> None:
    front = ScriptedChat()
    front.failures = [error]
    chat: ChatClient = TimedChat(front, monitor.meter)
    with pytest.raises(type(error)):
        await chat.send(outgoing())
    assert await chat.send(outgoing()) == "$bot1"
    told = await monitor.metrics()
    assert value(told, f'loket_sends_total{{result="{how}"}}') == 1
    assert value(told, 'loket_sends_total{result="sent"}') == 1


async def test_a_search_is_counted_by_whether_it_worked(monitor: Monitor) -> None:
    search: Search = TimedSearch(monitor.counter.search, monitor.meter)
    question = Question("How do I get a BSN?", "en")
    assert await search.find(question, 3) == monitor.counter.search.hits
    monitor.counter.search.error = IndexUnavailable("damaged")
    with pytest.raises(IndexUnavailable):
        await search.find(question, 3)
    told = await monitor.metrics()
    assert value(told, 'loket_searches_total{result="worked"}') == 1
    assert value(told, 'loket_searches_total{result="failed"}') == 1
    assert value(told, "loket_search_seconds_count") == 2
