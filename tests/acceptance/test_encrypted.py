"""The main job where everything is encrypted and everybody's client is strict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stage.person import Seen
from stage.strict import StrictPerson

from tests.acceptance.conftest import ANSWER, QUESTION, Office, office_in
from tests.encrypted import reads, together
from tests.town import Town

pytestmark = [pytest.mark.synapse, pytest.mark.model]


@pytest.fixture
async def office(town: Town, tmp_path: Path) -> Any:
    """A bot at work in an encrypted town."""
    vera, anna = await town.encrypting("vera"), await town.encrypting("anna")
    town.vera, town.anna = vera, anna
    invite = [town.bot.user_id]
    town.desk = await vera.create_room("Desk", invite=invite, preset="private_chat")
    town.community = await vera.create_room("Welcome")
    await anna.join(town.community)
    prepared = await office_in(town, tmp_path)
    async with prepared.bot:
        for person, room in ((vera, town.desk), (anna, town.community)):
            await person.wait_for(
                lambda seen, room=room: (
                    (seen.room, seen.event.get("state_key")) == (room, town.bot.user_id)
                    and seen.content.get("membership") == "join"
                ),
                60,
                "the bot in the room",
            )
        yield prepared


async def test_a_question_that_needs_people_goes_through_encrypted_rooms(office: Office) -> None:
    town = office.town
    assert isinstance(town.anna, StrictPerson)
    question = "Where can I borrow a cargo bike for moving house?"
    asked = await office.ask(question)
    (told,) = await office.answers(asked)
    assert told.encrypted
    card = await office.card(question)
    assert card.encrypted
    # After a restart too: keys, sessions and cases are on disk.
    await office.bot.stop()
    await town.vera.say(town.desk, "!answer At the community centre, for free.", thread=card.id)
    await office.bot.start()
    carried = await town.anna.wait_for(
        lambda seen: "community centre" in seen.text and seen.sender == town.bot.user_id, 30
    )
    assert carried.encrypted
    assert carried.thread == asked
    assert carried.content["m.mentions"] == {"user_ids": [town.anna.user_id]}
    log = office.bot.log.read_text()
    assert "unreadable" not in log
    assert "community centre" not in log


async def test_a_first_private_question_is_answered_in_private(office: Office) -> None:
    town = office.town
    assert isinstance(town.anna, StrictPerson)
    room = await together(town, town.anna)
    asked = await town.anna.say(room, QUESTION)
    answer = await town.anna.wait_for(
        lambda seen: seen.room == room and ANSWER in seen.text and seen.sender != town.anna.user_id,
        30,
        "the answer",
    )
    assert ANSWER in await reads(town.anna, answer.id)
    assert answer.thread == asked


async def test_killed_amid_encrypted_talk_it_answers_each_question_once(office: Office) -> None:
    """Whatever a key, a session or an answer was about to become."""
    town = office.town
    assert isinstance(town.anna, StrictPerson)
    bot = town.bot.user_id
    room = await together(town, town.anna)
    asked = []
    for number in range(4):
        asked.append(await town.anna.say(room, QUESTION))
        if number % 2:
            # Amid the handling: the answer before this one is just out.
            await town.anna.wait_for(answer_to(bot, asked[-2]), 30, "the answer before")
        await office.bot.kill()
        await office.bot.start()
    for question in asked:
        await town.anna.wait_for(answer_to(bot, question), 60, "an answer to each")
    # What is doubled comes before the answer to a later question.
    last = await town.anna.say(room, QUESTION)
    await town.anna.wait_for(answer_to(bot, last), 30, "the answer to the last")
    for question in (*asked, last):
        assert len([seen for seen in town.anna.seen if answer_to(bot, question)(seen)]) == 1


def answer_to(bot: str, question: str) -> Callable[[Seen], bool]:
    return lambda seen: (
        seen.sender == bot
        and seen.thread == question
        and not seen.failure
        and seen.kind == "m.room.message"
        and seen.replaces is None
    )
