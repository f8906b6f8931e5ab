"""Questions that wait are searched together, off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.batching import MAX_BATCH, BatchedSearch
from knowledge.errors import IndexUnavailable
from knowledge.ports import Hit


class Gated:
    """Finds for each question k hits named after it; waits at a gate if told to."""

    def __init__(self, *, shut: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.under_way = threading.Event()
        self.error: Exception | None = None
        if not shut:
            self.gate.set()

    def find(self, questions: Sequence[str], k: int) -> list[list[Hit]]:
        self.batches.append(list(questions))
        self.threads.add(threading.get_ident())
        self.under_way.set()
        assert self.gate.wait(5)
        if self.error:
            raise self.error
        return [[Hit(each, each, 0, 1.0 - n, 1.0, 0.0) for n in range(k)] for each in questions]


@asynccontextmanager
async def running(finder: Gated) -> AsyncIterator[BatchedSearch]:
    search = BatchedSearch(finder)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        task = group.create_task(search.run())
        try:
            yield search
        finally:
            finder.gate.set()
            task.cancel()


async def begun(finder: Gated) -> None:
    """Returns once a search is under way."""
    assert await asyncio.to_thread(finder.under_way.wait, 5)


async def all_wait(tasks: Sequence[asyncio.Task[list[Hit]]]) -> None:
    """Lets every task run until it waits."""
    for _ in tasks:
        await asyncio.sleep(0)


async def test_a_question_gets_its_hits_from_another_thread() -> None:
    finder = Gated()
    async with running(finder) as search:
        hits = await search.find("rent", 2)
    assert [hit.entry_id for hit in hits] == ["rent", "rent"]
    assert threading.get_ident() not in finder.threads


async def test_what_waits_during_a_search_goes_as_one_batch() -> None:
    finder = Gated(shut=True)
    async with running(finder) as search, asyncio.TaskGroup() as group:
        first = group.create_task(search.find("first", 1))
        await begun(finder)
        rest = [group.create_task(search.find(f"q{number}", number)) for number in range(1, 5)]
        await all_wait(rest)
        finder.gate.set()
        found = [await task for task in rest]
        assert (await first)[0].entry_id == "first"
    assert finder.batches == [["first"], ["q1", "q2", "q3", "q4"]]
    assert [len(hits) for hits in found] == [1, 2, 3, 4]
    assert [hits[0].entry_id for hits in found] == ["q1", "q2", "q3", "q4"]
    assert len(finder.threads) == 1


async def test_a_flood_is_cut_into_batches_and_all_are_served() -> None:
    finder = Gated()
    async with running(finder) as search:
        found = await asyncio.gather(*(search.find(str(n), 1) for n in range(MAX_BATCH * 2 + 3)))
    assert [hits[0].entry_id for hits in found] == [str(n) for n in range(MAX_BATCH * 2 + 3)]
    assert max(map(len, finder.batches)) <= MAX_BATCH


async def test_an_error_reaches_all_who_wait_for_it_and_the_next_is_searched() -> None:
    finder = Gated()
    finder.error = IndexUnavailable("no index")
    async with running(finder) as search:
        failed = await asyncio.gather(
            search.find("a", 1), search.find("b", 1), return_exceptions=True
        )
        assert [str(each) for each in failed] == ["no index", "no index"]
        finder.error = None
        assert len(await search.find("c", 1)) == 1


async def test_whoever_is_cancelled_is_not_searched_for_and_holds_up_nobody() -> None:
    finder = Gated(shut=True)
    async with running(finder) as search, asyncio.TaskGroup() as group:
        first = group.create_task(search.find("first", 1))
        await begun(finder)
        leaving = group.create_task(search.find("leaving", 1))
        staying = group.create_task(search.find("staying", 1))
        await all_wait([leaving, staying])
        first.cancel()
        leaving.cancel()
        finder.gate.set()
        assert (await staying)[0].entry_id == "staying"
    assert finder.batches == [["first"], ["staying"]]
    assert first.cancelled()
    assert leaving.cancelled()


async def test_the_end_is_told_to_whoever_waits_or_comes_later() -> None:
    finder = Gated(shut=True)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        search = BatchedSearch(finder)
        task = group.create_task(search.run())
        waiting = [asyncio.ensure_future(search.find("under way", 1))]
        await begun(finder)
        waiting.append(asyncio.ensure_future(search.find("next", 1)))
        await all_wait([*waiting])  # type: ignore[list-item]
        task.cancel()
        await all_wait([*waiting])  # type: ignore[list-item]
        finder.gate.set()
        told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in told] == [IndexUnavailable, IndexUnavailable]
    with pytest.raises(IndexUnavailable, match="has ended"):
        await search.find("late", 1)
    assert finder.batches == [["under way"]]


async def test_the_end_waits_for_the_search_under_way() -> None:
    """Else its index would be closed while the thread still reads it."""
    finder = Gated(shut=True)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        search = BatchedSearch(finder)
        task = group.create_task(search.run())
        waiting = asyncio.ensure_future(search.find("under way", 1))
        await begun(finder)
        task.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert not task.done()
        finder.gate.set()
    assert task.cancelled()
