"""The bot as its own process in a town on a real homeserver, with the real model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from stage.bot import BotProcess, settings
from stage.person import Person, Seen

from knowledge.entry import Entry
from knowledge.files import write
from tests import warm
from tests.town import Town

QUESTION = "How do I get a citizen service number?"
ANSWER = "Make an appointment with your municipality and bring your passport."

CHECKED = date.today() - timedelta(days=30)
"""Lately, so that nobody is asked whether these entries still hold."""

ENTRIES = [
    Entry(
        "bsn",
        "en",
        "registration",
        QUESTION,
        ANSWER,
        alternatives=("where do I get a BSN",),
        source="https://example.org/bsn",
        body="Gemeente",
        checked=CHECKED,
    ),
    Entry(
        "huurtoeslag",
        "nl",
        "rent-allowance",
        "Hoe vraag ik huurtoeslag aan?",
        "Log in op Mijn toeslagen.",
        source="https://example.org/huur",
        body="Dienst Toeslagen",
        checked=CHECKED,
    ),
]


@dataclass
class Office:
    """A bot at work in a town.

    Attributes:
        town: Its rooms and people; Vera is a volunteer.
        omar: An official who may vet.
        bot: Its process.
        database: Its file.
    """

    town: Town
    omar: Person
    bot: BotProcess
    database: Path

    async def ask(self, text: str, who: Person | None = None) -> str:
        """Puts a question to the bot in the community room; gives the event's id."""
        mention = [self.town.bot.user_id]
        return await (who or self.town.anna).say(self.town.community, text, mention=mention)

    async def answers(self, asked: str, containing: str = "", within: float = 30) -> list[Seen]:
        """Waits for the bot's reply in a question's thread, lets it settle, gives all replies."""

        def reply(seen: Seen) -> bool:
            return (
                seen.sender == self.town.bot.user_id
                and seen.thread == asked
                and containing in seen.text
            )

        await self.town.anna.wait_for(reply, within, f"a reply with {containing!r}")
        # What is doubled comes right after; the bot answers this one only when all is said.
        marker = await self.ask(f"hello {asked[-4:]}".replace("-", "a"))
        await self.town.anna.wait_for(
            lambda seen: seen.sender == self.town.bot.user_id and seen.thread == marker,
            within,
            "the bot's reply to a later message",
        )
        return [seen for seen in self.town.anna.seen if reply(seen)]

    async def card(self, containing: str) -> Seen:
        """Waits for a case's first message at the desk."""
        return await self.town.vera.wait_for(
            lambda seen: (
                seen.room == self.town.desk
                and seen.sender == self.town.bot.user_id
                and seen.thread is None
                and containing in seen.text
            ),
            30,
            f"a case with {containing!r}",
        )


async def office_in(town: Town, folder: Path, **changes: Any) -> Office:
    """Prepares the bot's settings in a town; the process is not started."""
    write(ENTRIES, folder / "entries")
    omar = await town.newcomer("omar")
    await town.vera.invite(town.desk, omar.user_id)
    await omar.join(town.desk)
    config = settings(
        folder,
        town.homeserver,
        town.bot,
        desk=town.desk,
        community=town.community,
        responders=[
            {"id": town.vera.user_id, "role": "volunteer"},
            {"id": omar.user_id, "role": "official", "body": "SVB", "may_vet": True},
        ],
        entries=str(folder / "entries"),
        **changes,
    )
    bot = BotProcess(config, town.bot, launch=warm.launch)
    return Office(town, omar, bot, folder / "data" / "loket.db")


@pytest.fixture
async def office(town: Town, tmp_path: Path) -> Any:
    """A bot at work."""
    prepared = await office_in(town, tmp_path)
    async with prepared.bot:
        yield prepared


async def settled(condition: Any, within: float = 10) -> None:
    """Waits until a condition on the outside world holds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - the outside world rings no bell
            await asyncio.sleep(0.002)
