"""The main job on a real Synapse, with the bot as its own process."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import ANSWER, QUESTION, Office, office_in
from tests.town import Town

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.synapse, pytest.mark.model]


async def test_a_question_is_answered_in_its_thread(office: Office) -> None:
    asked = await office.ask(QUESTION)
    (answer,) = await office.answers(asked)
    assert ANSWER in answer.text
    assert answer.content["msgtype"] == "m.notice"
    assert answer.content["m.mentions"] == {}
    relation = answer.content["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", asked)
    assert relation["is_falling_back"] is True
    assert ANSWER in answer.content["formatted_body"]


async def test_a_room_of_version_11_works_like_one_of_the_default_12(
    town: Town, tmp_path: Path
) -> None:
    town.community = await town.vera.create_room("Older", room_version="11")
    await town.anna.join(town.community)
    assert town.community.endswith(":localhost")
    assert ":" not in town.desk
    office = await office_in(town, tmp_path)
    async with office.bot:
        asked = await office.ask(QUESTION)
        (answer,) = await office.answers(asked)
        assert ANSWER in answer.text


async def test_a_direct_chat_is_taken_and_answered(office: Office) -> None:
    anna, bot = office.town.anna, office.town.bot
    room = await anna.direct_chat(bot.user_id)
    await anna.say(room, QUESTION)
    answer = await anna.wait_for(
        lambda seen: seen.room == room and seen.sender == bot.user_id and ANSWER in seen.text,
        20,
        "the answer",
    )
    assert answer.content["msgtype"] == "m.notice"


async def test_talk_in_the_room_is_left_alone(office: Office) -> None:
    anna = office.town.anna
    talk = await anna.say(office.town.community, "Good morning, what a lovely day it is today.")
    asked = await office.ask(QUESTION)
    await office.answers(asked)
    replies = [
        seen
        for seen in anna.seen
        if seen.sender == office.town.bot.user_id and seen.kind == "m.room.message"
    ]
    assert asked in {seen.thread for seen in replies}
    assert talk not in {seen.thread for seen in replies}


async def test_an_unknown_question_becomes_knowledge(office: Office) -> None:
    """Asked, answered by a volunteer, vetted by an official, and known to the next asker."""
    town = office.town
    question = "Where can I borrow a cargo bike for moving house?"
    asked = await office.ask(question)
    (told,) = await office.answers(asked)
    assert "brought it to the volunteers" in told.text
    card = await office.card(question)
    assert town.anna.user_id not in json.dumps(card.event)
    assert town.vera.user_id in card.content["m.mentions"]["user_ids"]

    await town.vera.say(
        town.desk,
        "!answer At the community centre, free of charge. https://example.org/bikes",
        thread=card.id,
    )
    carried = await town.anna.wait_for(
        lambda seen: "community centre" in seen.text and seen.sender == town.bot.user_id, 20
    )
    assert carried.content["msgtype"] == "m.text"
    assert carried.content["m.mentions"] == {"user_ids": [town.anna.user_id]}
    assert carried.thread == asked

    await town.vera.wait_for(lambda seen: "As an entry" in seen.text, 20)
    await office.omar.say(town.desk, "!vet", thread=card.id)
    await town.vera.wait_for(lambda seen: "Published as entry" in seen.text, 20)
    again = await office.ask("where can I borrow a cargo bike for moving house")
    (answer,) = await office.answers(again)
    assert "At the community centre, free of charge." in answer.text
    assert "Vetted by an official of SVB" in answer.text


async def test_nothing_that_identifies_anybody_is_in_the_log_or_outside_its_table(
    office: Office,
) -> None:
    asked = await office.ask("Where can I borrow a cargo bike for moving house?")
    await office.answers(asked)
    await office.bot.stop()
    log = office.bot.log.read_text()
    for secret in (office.town.anna.user_id, "cargo", asked, office.town.community):
        assert secret not in log
    with sqlite3.connect(office.database) as db:
        for line in db.iterdump():
            if office.town.anna.user_id in line:
                assert line.startswith('INSERT INTO "persons"'), line[:80]
    db.close()


def plain(text: str) -> str:
    """Without line breaks, quote marks, signs nobody sees and what differs between two runs."""
    text = re.sub(r"^ *>+ ?", "", text, flags=re.MULTILINE)
    dates = r"\d+ \w+ 20\d\d( \d\d:\d\d)?|20\d\d-\d\d-\d\d"
    return re.sub(rf"desk-1-[0-9a-f]+|{dates}|[\s\u2060]+", "", text)


def test_the_demo_tells_the_whole_story_and_the_readme_shows_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stage", "--exit", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "scripts"), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["result"] == "ok", (lines[-1], done.stderr[-500:])
    assert done.returncode == 0
    for line in lines[:-1]:
        assert {"t_ms", "who", "room", "kind", "text", "event_id"} <= line.keys()
    readme = plain((ROOT / "README.md").read_text())
    for line in lines[:-1]:
        assert plain(line["text"]) in readme, line["text"]
    assert [line["t_ms"] for line in lines[:-1]] == sorted(line["t_ms"] for line in lines[:-1])
