"""``loket status`` and what ``loket doctor`` says about the web port, as people see them."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.cases import Status
from bot.cli.doctor import _web
from bot.config import Config, load
from bot.messages import Priority
from bot.outcome import Outcome
from bot.store.sqlite import SqliteStore
from bot.web.health import Health
from bot.web.listener import listening
from bot.web.meter import PrometheusMeter
from tests.contracts.examples import case, message, outgoing, ref
from tests.fakes import FakeClock, MemoryStore
from tests.integration.test_cli import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC) - timedelta(minutes=10))


@pytest.fixture
async def store(desk: Desk, clock: FakeClock) -> AsyncIterator[SqliteStore]:
    """The database of a bot that runs while the command looks."""
    opened = await SqliteStore.open(desk.folder / "data" / "loket.db", clock=clock)
    yield opened
    await opened.close()


async def a_busy_morning(store: SqliteStore, clock: FakeClock) -> None:
    """Ten answers queued and said after 1 to 10 s, then things that wait."""
    await store.receive("matrix", [message(f"$m{n}", sent_at=clock()) for n in range(5)], "s1")
    asker = (await store.unhandled(clock(), 1))[0].sender
    await store.commit(Outcome("answered", outgoing=tuple(outgoing(f"a{n}") for n in range(10))))
    for n in range(10):
        clock.advance(timedelta(seconds=1))
        await store.sent(f"a{n}", f"$a{n}")
    await store.commit(Outcome("parked", ref("$m0"), parked=True))
    await store.commit(Outcome("talk", ref("$m1")))
    waiting = (
        outgoing("w1", priority=Priority.WORDS),
        outgoing("w2", priority=Priority.WORDS),
        outgoing("r1", priority=Priority.REACTION),
    )
    await store.commit(Outcome("said", case=case(asker, 1, status=Status.OPEN), outgoing=waiting))
    await store.commit(Outcome("said", case=case(asker, 2, status=Status.CLAIMED)))
    await store.commit(Outcome("said", case=case(asker, 3, status=Status.CLOSED)))


async def test_what_waits_is_told_beside_a_running_bot(
    desk: Desk, store: SqliteStore, clock: FakeClock
) -> None:
    await a_busy_morning(store, clock)
    told = json.loads(desk.loket("status", "--json").stdout)
    assert (told["to_handle"], told["parked"]) == (3, 1)
    assert told["to_say"] == {"words": 2, "notice": 0, "reaction": 1, "upkeep": 0}
    assert told["to_say_oldest_s"] == pytest.approx(590, abs=60)
    counts = {"waiting": 0, "open": 1, "claimed": 1, "snoozed": 0, "answered": 0, "confirmed": 0}
    assert told["cases"] == counts
    measured = {"messages": 10, "median": 5.5, "p90": 9.0}
    assert told["waited_s"] == {
        "last_hour": measured,
        "last_day": measured,
        "last_50": measured,
    }
    assert told["heard_s"] == pytest.approx(600, abs=60)
    assert told["index"]["entries"] == 0
    assert "there is no index" in told["index"]["problem"]
    assert len(await store.unsent(10)) == 3


async def test_people_read_it_in_a_few_lines(
    desk: Desk, store: SqliteStore, clock: FakeClock
) -> None:
    await a_busy_morning(store, clock)
    lines = desk.loket("status").stdout.splitlines()
    assert lines[0].startswith("to handle          3, the oldest since ")
    assert lines[1] == "parked             1 (the desk was told)"
    assert lines[2].startswith("to say             2 words, 1 reaction, the oldest since ")
    assert lines[3] == "open cases         1 open, 1 claimed"
    assert "waited, last hour  median 5.5 s, p90 9.0 s (10 said)" in lines


async def test_nothing_that_names_anybody_is_told(
    desk: Desk, store: SqliteStore, clock: FakeClock
) -> None:
    await a_busy_morning(store, clock)
    told = desk.loket("status").stdout + desk.loket("status", "--json").stdout
    for secret in ("ada", "welcome", "passport", "town hall", "$m"):
        assert secret not in told


def test_before_the_first_start_it_says_so_and_makes_nothing(desk: Desk) -> None:
    told = desk.fails("status")
    assert told.endswith("loket.db: is not there yet; it is made by `loket run`")
    assert not (desk.folder / "data").exists()


def with_port(desk: Desk, port: int | None) -> Config:
    path = desk.folder / "config.yaml"
    raw = yaml.safe_load(path.read_text())
    raw["web"]["port"] = port
    path.write_text(yaml.safe_dump(raw))
    return load(path)


async def test_doctor_tells_a_port_that_is_free_taken_or_loket_s_own(desk: Desk) -> None:
    assert (await _web(with_port(desk, None))).ok
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finding = await _web(with_port(desk, port))
        assert not finding.ok
        assert str(port) in finding.text
        assert "web.port" in finding.remedy
    finding = await _web(with_port(desk, port))
    assert finding.ok
    assert finding.text.endswith("is free")

    async def refresh() -> None:
        """Nothing to read."""

    meter, health = PrometheusMeter("1"), Health(MemoryStore(), lambda: None)
    async with listening("127.0.0.1", port, meter, health, refresh):
        finding = await _web(with_port(desk, port))
    assert finding.ok
    assert "a running Loket answers" in finding.text


async def test_what_was_parked_is_listed_without_its_words_and_handled_again_when_told(
    desk: Desk, store: SqliteStore, clock: FakeClock
) -> None:
    await store.receive("matrix", [message("$m0", text="my secret", sent_at=clock())], "s1")
    await store.put_off(ref("$m0"), clock())
    await store.commit(Outcome("parked", ref("$m0"), parked=True))
    shown = desk.loket("status").stdout
    assert "parked: text (community), 1 tries, sent 10 min ago" in shown
    assert "secret" not in shown
    again = desk.loket("status", "--retry")
    assert again.stderr.strip() == "1 parked messages are handled again by the bot."
    assert [each.failures for each in await store.unhandled(clock(), 10)] == [0]
