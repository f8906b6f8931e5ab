"""What a signal does to a bot that runs: the first lets it finish, the next ends it at once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from bot.cli.run import Ending


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Puts back what a test sets for the whole process."""
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(name) for name in names]
    yield
    for name, handler in zip(names, before, strict=True):
        signal.signal(name, handler)


class Run:
    """A bot that runs until it is cancelled."""

    def __init__(self) -> None:
        self.finishing = asyncio.Event()
        self.task = asyncio.create_task(asyncio.Event().wait())
        self.ending = Ending(self.task)

    async def cancelled(self) -> bool:
        async with asyncio.timeout(5):
            await asyncio.wait([self.task])
        return self.task.cancelled()


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
async def test_the_first_signal_lets_it_finish_and_the_second_ends_it(name: signal.Signals) -> None:
    run = Run()
    run.ending.listening(run.finishing.set)
    os.kill(os.getpid(), name)
    async with asyncio.timeout(5):
        await run.finishing.wait()
    assert not run.task.done()
    os.kill(os.getpid(), name)
    assert await run.cancelled()


async def test_before_it_listens_nothing_is_in_hand_and_the_first_ends_it() -> None:
    run = Run()
    os.kill(os.getpid(), signal.SIGTERM)
    assert await run.cancelled()


async def test_a_third_signal_is_not_caught_any_more() -> None:
    """So that nothing that hangs can keep the process."""
    run = Run()
    run.ending.listening(run.finishing.set)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await run.finishing.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    assert await run.cancelled()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
