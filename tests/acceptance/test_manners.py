"""Bots among bots, a bot shown the door, a desk that moves: on a real Synapse, whole processes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from stage.bot import BotProcess, settings
from stage.person import Person, Seen

from tests import warm
from tests.acceptance.conftest import QUESTION, Office, office_in, settled
from tests.town import Town, unique

pytestmark = [pytest.mark.synapse, pytest.mark.model]

UNKNOWN = "Where can I borrow a cargo bike for moving house?"


async def echo(who: Person, room: str, said: list[str]) -> None:
    """A simple-minded bot: repeats everything as an ordinary reply, mentioning whom it repeats."""
    listening = asyncio.create_task(who.listen())
    looked_at = 0
    try:
        while True:
            for seen in who.seen[looked_at:]:
                looked_at += 1
                foreign = seen.sender != who.user_id and seen.kind == "m.room.message"
                if seen.room == room and foreign and seen.text:
                    await who.say(room, seen.text, reply_to=seen.id, mention=[seen.sender])
                    said.append(seen.text)
            await asyncio.sleep(0.02)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def second_loket(town: Town, folder: Path, **changes: object) -> tuple[BotProcess, str, str]:
    """Another Loket with its own account, store and desk, in the same community room."""
    account = await town.homeserver.register(unique("loket2"), "Loket two")
    desk = await town.vera.create_room("Desk 2", invite=[account.user_id], preset="private_chat")
    folder.mkdir()  # noqa: ASYNC240
    config = settings(
        folder,
        town.homeserver,
        account,
        desk=desk,
        community=town.community,
        responders=[{"id": town.vera.user_id, "role": "volunteer"}],
        entries=str(folder.parent / "entries"),
        **changes,
    )
    return BotProcess(config, account, launch=warm.launch), account.user_id, desk


async def quiet(who: Person, room: str, for_seconds: float = 4) -> list[Seen]:
    """All messages of a room, once nothing more came for a while."""
    count = -1
    async with asyncio.timeout(120):
        while count < len(who.seen):
            count = len(who.seen)
            with suppress(TimeoutError):
                await who.wait_for(lambda _, n=count: len(who.seen) > n, for_seconds)
    return [seen for seen in who.seen if seen.room == room and seen.kind == "m.room.message"]


async def test_two_lokets_and_a_bot_that_repeats_everything_come_to_rest(
    town: Town, tmp_path: Path
) -> None:
    budgets = {"person": 3, "room": 50}
    office = await office_in(
        town, tmp_path, budgets=budgets, answering={"patience": 0, "enabled": True}
    )
    other, other_id, other_desk = await second_loket(
        town, tmp_path / "second", budgets=budgets, answering={"patience": 0}
    )
    parrot = await town.newcomer("parrot")
    await parrot.join(town.community)
    repeated: list[str] = []
    async with AsyncExitStack() as left:
        await left.enter_async_context(office.bot)
        await left.enter_async_context(other)
        repeating = asyncio.create_task(echo(parrot, town.community, repeated))
        await town.anna.say(town.community, UNKNOWN, mention=[town.bot.user_id, other_id])
        await office.ask(QUESTION)
        await town.anna.wait_for(
            lambda seen: seen.sender == parrot.user_id and "as I may within an hour" in seen.text,
            60,
            "the parrot repeating that it is over its budget",
        )
        said = await quiet(town.anna, town.community)
        repeating.cancel()
        with suppress(asyncio.CancelledError):
            await repeating
        for bot in (town.bot.user_id, other_id):
            mine = [seen.text for seen in said if seen.sender == bot]
            to_parrot = [text for text in mine if "as I may within an hour" in text]
            assert 1 <= len(to_parrot) <= 2  # The hour of the clock may turn amid the test.
            # Two questions of Anna's at most, and the parrot's budget.
            assert len(mine) <= 2 + 2 * (budgets["person"] + 1)
        await town.vera.look()
        for desk in (town.desk, other_desk):
            cards = [s for s in town.vera.seen if s.room == desk and s.kind == "m.room.message"]
            assert len(cards) <= 2 + 2 * budgets["person"]
    assert repeated


async def test_removed_from_a_room_it_drops_what_waits_and_works_again_when_it_is_back(
    town: Town, tmp_path: Path
) -> None:
    office = await office_in(town, tmp_path, answering={"patience": 0.2})
    async with office.bot:
        # Left to the room for twelve seconds; then the desk would get it.
        await town.anna.say(town.community, UNKNOWN)

        def statuses() -> list[str]:
            with sqlite3.connect(f"file:{office.database}?mode=ro", uri=True) as db:
                return [status for (status,) in db.execute("SELECT status FROM cases")]

        await settled(lambda: statuses() == ["waiting"], 20)
        path = f"rooms/{town.community}/kick"
        await town.vera._ask("POST", path, {"user_id": town.bot.user_id})
        await settled(lambda: statuses() == ["closed"], 20)
        await town.vera.invite(town.community, town.bot.user_id)
        await town.vera.wait_for(
            lambda seen: (
                seen.room == town.community
                and seen.event.get("state_key") == town.bot.user_id
                and seen.content.get("membership") == "join"
                and seen.event["unsigned"].get("prev_content", {}).get("membership") == "invite"
            ),
            20,
        )
        await office.answers(await office.ask(QUESTION))
        await town.vera.look()
        assert not [
            seen for seen in town.vera.seen if seen.room == town.desk and UNKNOWN in seen.text
        ]


async def test_a_desk_that_moves_takes_its_cases_along(office: Office) -> None:
    town, anna, vera = office.town, office.town.anna, office.town.vera
    asked = await office.ask(UNKNOWN)
    await office.card(UNKNOWN)
    told = await vera._ask("POST", f"rooms/{town.desk}/upgrade", {"new_version": "12"})
    new = str(told["replacement_room"])
    await vera.invite(new, town.bot.user_id)
    card = await vera.wait_for(
        lambda seen: seen.room == new and UNKNOWN in seen.text and seen.thread is None, 30
    )
    assert "Now: nobody has it" in card.text
    await vera.say(new, "!answer At the community centre.", thread=card.id)
    carried = await anna.wait_for(lambda seen: "community centre" in seen.text, 30)
    assert carried.thread == asked
    await office.bot.kill()
    await office.bot.start()
    await vera.say(new, "!queue")
    await vera.wait_for(
        lambda seen: (
            seen.room == new
            and seen.sender == town.bot.user_id
            and "Case 1 · answered" in seen.text
        ),
        30,
    )
