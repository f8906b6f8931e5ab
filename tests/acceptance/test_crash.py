"""Nothing lost and nothing doubled when the bot or the homeserver dies."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from stage.homeserver import Homeserver

from tests.acceptance.conftest import ANSWER, QUESTION, Office, office_in, settled
from tests.town import Town

pytestmark = [pytest.mark.synapse, pytest.mark.model]


def counted(database: Path, question: str) -> Callable[[], bool]:
    """Whether a query on the bot's database, read from outside, gives a number above 0."""

    def look() -> bool:
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=1) as db:
                (count,) = db.execute(question).fetchone()
            db.close()
        except sqlite3.OperationalError:
            return False
        return bool(count)

    return look


AWAY = 20
"""Seconds without a homeserver."""

RECEIVED = "SELECT count(*) FROM inbox"
DECIDED = "SELECT count(*) FROM outbox WHERE event IS NULL"


@pytest.mark.parametrize("when", [RECEIVED, DECIDED], ids=["received", "decided"])
async def test_killed_between_question_and_answer_it_answers_once(
    town: Town, tmp_path: Path, when: str
) -> None:
    office = await office_in(town, tmp_path)
    async with office.bot as bot:
        database = office.database
        asked = await office.ask(QUESTION)
        await settled(counted(database, when))
        await bot.kill()
        await bot.start()
        (answer,) = await office.answers(asked)
        assert ANSWER in answer.text


async def test_what_was_asked_while_the_bot_was_dead_is_answered_once(office: Office) -> None:
    await office.bot.kill()
    asked = await office.ask(QUESTION)
    unknown = await office.ask("Where can I borrow a cargo bike for moving house?")
    await office.bot.start()
    assert len(await office.answers(asked)) == 1
    assert len(await office.answers(unknown)) == 1
    await office.card("cargo bike")
    cards = [
        seen
        for seen in office.town.vera.seen
        if seen.room == office.town.desk and "cargo bike" in seen.text
    ]
    assert len(cards) == 1


@pytest.fixture
async def own_town(tmp_path: Path) -> AsyncIterator[Town]:
    async with Homeserver() as homeserver, Town.founded(homeserver, tmp_path) as town:
        yield town


async def test_with_the_homeserver_away_for_20_s_it_answers_once(
    own_town: Town, tmp_path: Path
) -> None:
    office = await office_in(own_town, tmp_path)
    async with office.bot:
        database = office.database
        asked = await office.ask(QUESTION)
        await settled(counted(database, RECEIVED))
        await own_town.homeserver.kill()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), AWAY)
        await own_town.homeserver.start()
        (answer,) = await office.answers(asked, within=60)
        assert ANSWER in answer.text
