"""Typing notices and read receipts: bounded, threaded, never in the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.chat.matrix.courtesy import Courtesy
from bot.chat.matrix.wire import Refused
from bot.messages import Message
from tests.contracts.examples import message, ref


class Recorder:
    """Takes requests; refuses the first ones if told to."""

    def __init__(self, refuses: int = 0) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._refuses = refuses
        self._news = asyncio.Condition()

    async def ask(self, request: tuple[str, str, str], patience: float = 0) -> dict[str, Any]:
        async with self._news:
            self.asked.append((request[1].split("?")[0], json.loads(request[2])))
            self._news.notify_all()
        if len(self.asked) <= self._refuses:
            raise Refused(403, "M_FORBIDDEN", "no")
        return {}

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: len(self.asked) >= count)


@asynccontextmanager
async def showing(wire: Any) -> AsyncIterator[Courtesy]:
    courtesy = Courtesy(wire, lambda: "@loket:x")
    running = asyncio.ensure_future(courtesy.run())
    yield courtesy
    running.cancel()


def asked(event: str = "$1", **more: Any) -> Message:
    return message(event, addressed=True, **more)


async def test_the_bot_types_for_twenty_seconds_at_the_most_and_stops_when_it_is_done() -> None:
    wire = Recorder()
    async with showing(wire) as courtesy:
        courtesy.begins(asked())
        await wire.until(1)
        courtesy.done(asked())
        await wire.until(3)
    (_, begun), (_, ended), (path, receipt) = wire.asked
    assert begun["typing"] is True
    assert 0 < begun["timeout"] <= 20_000
    assert ended["typing"] is False
    assert path.endswith("/receipt/m.read/%241")
    assert receipt == {"thread_id": "main"}


async def test_where_handling_broke_the_bot_is_seen_to_type_again_once_that_has_lapsed() -> None:
    """It never seemed to type again in that room: what broke is never done."""
    wire, now = Recorder(), [100.0]
    courtesy = Courtesy(wire, lambda: "@loket:x", lambda: now[0])  # type: ignore[arg-type]
    running = asyncio.ensure_future(courtesy.run())
    courtesy.begins(asked("$1"))
    await wire.until(1)
    now[0] += 19.9
    courtesy.begins(asked("$2"))
    courtesy.done(asked("$3", ref=ref("$3", room="!other")))
    await wire.until(2)
    assert "/receipt/" in wire.asked[1][0]
    now[0] += 0.1
    courtesy.begins(asked("$4"))
    await wire.until(3)
    running.cancel()
    assert [content.get("typing") for _, content in wire.asked] == [True, None, True]


async def test_in_a_thread_only_the_thread_is_marked_as_read() -> None:
    wire = Recorder()
    async with showing(wire) as courtesy:
        courtesy.done(asked("$2", thread="$root"))
        await wire.until(1)
    assert wire.asked[0][1] == {"thread_id": "$root"}


async def test_for_what_nobody_put_to_it_the_bot_does_not_type() -> None:
    wire = Recorder()
    async with showing(wire) as courtesy:
        courtesy.begins(message("$1"))
        courtesy.done(message("$1"))
        await wire.until(1)
    assert [path.endswith("receipt/m.read/%241") for path, _ in wire.asked] == [True]


async def test_what_is_refused_is_dropped_and_the_rest_goes_on() -> None:
    wire = Recorder(refuses=2)
    async with showing(wire) as courtesy:
        for number in range(3):
            courtesy.done(asked(f"${number}", thread=f"$root{number}"))
        await wire.until(3)
    assert len(wire.asked) == 3


async def test_of_several_receipts_that_wait_only_the_newest_is_sent() -> None:
    wire = Recorder()
    courtesy = Courtesy(wire, lambda: "@loket:x")  # type: ignore[arg-type]
    for number in range(5):
        courtesy.done(asked(f"${number}"))
    running = asyncio.ensure_future(courtesy.run())
    await wire.until(1)
    running.cancel()
    assert [path[-4:] for path, _ in wire.asked] == ["%244"]
