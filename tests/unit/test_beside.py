"""What is done beside the hearing: who has how many places, and whose turn is next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.chat.matrix.beside import Beside, Name
from bot.errors import LoggedOut


class Joins:
    """Joins of rooms whose servers never answer, but for some; implements ``Chore``.

    Args:
        waiting: Whose each is: who, and a number.

    Attributes:
        begun: Which were tried, in order.
        answers: Rings for those that are answered.
    """

    def __init__(self, waiting: list[Name]) -> None:
        self.waiting = waiting
        self.begun: list[Name] = []
        self.answers: dict[Name, asyncio.Event] = {}
        self.news = asyncio.Condition()

    def due(self) -> list[Name]:
        return list(self.waiting)

    def whose(self, name: Name) -> str | None:
        return name[0] or None

    async def attempt(self, name: Name) -> None:
        self.waiting.remove(name)
        async with self.news:
            self.begun.append(name)
            self.news.notify_all()
        await self.answers.setdefault(name, asyncio.Event()).wait()
        if name[0] == "logged out":
            raise LoggedOut("gone")

    async def until(self, name: Name) -> None:
        async with asyncio.timeout(15), self.news:
            await self.news.wait_for(lambda: name in self.begun)


def of(who: str, number: int) -> list[Name]:
    return [(who, str(each)) for each in range(number)]


@asynccontextmanager
async def at_work(*chores: Joins) -> AsyncIterator[asyncio.Task[None]]:
    async def tell() -> None:
        return None

    running = asyncio.create_task(Beside(chores, tell).run())
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_who_has_many_rooms_of_servers_that_never_answer_keeps_nobody_waiting() -> None:
    """Twelve invitations of one person took all places, for as long as those servers hung."""
    joins = Joins([*of("@eva:far", 12), *of("@anna:x", 1)])
    async with at_work(joins):
        await joins.until(("@anna:x", "0"))
    assert joins.begun == [("@eva:far", "0"), ("@anna:x", "0"), ("@eva:far", "1")]


async def test_a_place_that_is_free_again_goes_to_who_waits_for_one_longest() -> None:
    crowd = [name for number in range(9) for name in of(f"@p{number}:far", 3)]
    joins = Joins([*crowd, *of("@anna:x", 1), *of("@ben:x", 1)])
    async with at_work(joins):
        await joins.until(("@anna:x", "0"))
        assert len(joins.begun) == 10
        joins.answers["@p0:far", "0"].set()
        await joins.until(("@ben:x", "0"))
    assert len(joins.begun) == 11


async def test_who_is_answered_gets_the_next_place() -> None:
    joins = Joins(of("@anna:x", 4))
    async with at_work(joins):
        for number in range(2):
            await joins.until(("@anna:x", str(number)))
            joins.answers["@anna:x", str(number)].set()
        await joins.until(("@anna:x", "3"))


async def test_the_bots_own_rooms_are_bounded_in_all_only_and_by_their_own_chore() -> None:
    own, others = Joins(of("", 12)), Joins(of("@anna:x", 1))
    async with at_work(own, others):
        await own.until(("", "9"))
        await others.until(("@anna:x", "0"))
    assert len(own.begun) == 10


async def test_a_log_in_that_is_gone_ends_all() -> None:
    joins = Joins([*of("@anna:x", 1), *of("logged out", 1)])
    async with at_work(joins) as running:
        await joins.until(("logged out", "0"))
        joins.answers["logged out", "0"].set()
        async with asyncio.timeout(15):
            with pytest.raises(LoggedOut):
                await running
