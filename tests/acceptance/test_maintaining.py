"""What maintainers do to a case beside a running bot reaches the asker and the desk."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Office

pytestmark = [pytest.mark.synapse, pytest.mark.model]

BIKE = "Where can I borrow a cargo bike for moving house?"


async def test_a_case_closed_on_the_command_line_is_told_to_all(
    office: Office, tmp_path: Path
) -> None:
    town, vera = office.town, office.town.vera
    asked = await office.ask(BIKE)
    card = await office.card(BIKE)
    await vera.say(town.desk, "!claim", thread=card.id)
    await vera.wait_for(lambda seen: "has taken case 1" in seen.text, 20)
    words = ["cases", "close", "1", "--reason", "Ask the town hall.", "--config"]
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", *words, str(tmp_path / "config.yaml")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "case 1 is closed\n"), done.stderr
    told = await town.anna.wait_for(lambda seen: "Ask the town hall." in seen.text, 20)
    assert (told.thread, told.content["m.mentions"]) == (
        asked,
        {"user_ids": [town.anna.user_id]},
    )
    who = await vera.wait_for(lambda seen: "A maintainer did this" in seen.text, 20)
    assert (who.thread, who.content["m.mentions"]) == (card.id, {"user_ids": [vera.user_id]})
    await vera.wait_for(lambda seen: seen.replaces == card.id and "Now: closed" in seen.text, 20)
