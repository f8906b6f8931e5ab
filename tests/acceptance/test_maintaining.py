"""A maintainer's command line beside a running bot: cases, entries, a git folder, the index."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from stage.person import Person, Seen

from knowledge.files import write
from tests import warm
from tests.acceptance.conftest import ENTRIES, QUESTION, Office, office_in
from tests.acceptance.test_vetting import desk_says, office_of_two_bodies
from tests.exported import change
from tests.town import Town

pytestmark = [pytest.mark.synapse, pytest.mark.model]

BIKE = "Where can I borrow a cargo bike for moving house?"
LIBRARY = "The library of things lends cargo bikes for a day, free of charge."
AGAIN = "The library of things lends cargo bikes for a weekend, for ten euros."
CLOCK = "Who repairs the church clock?"


@dataclass(frozen=True)
class Terminal:
    """The real command, as a process of its own, with the settings of a bot."""

    config: Path

    async def loket(self, *words: str, status: int = 0) -> str:
        """What it prints, when it ends with that status."""
        done = await asyncio.to_thread(warm.run, ["bot", *words, "--config", str(self.config)])
        assert done.returncode == status, (done.stdout, done.stderr)
        return done.stdout + done.stderr

    async def acts(self, who: Person, *words: str, status: int = 0) -> str:
        """A responder's command of the desk."""
        return await self.loket("desk", "--as", who.user_id, *words, status=status)


async def carries(office: Office, text: str, words: str) -> Seen:
    """The running bot answers that question with those words."""
    (answer,) = await office.answers(await office.ask(f"Loket: {text}"))
    assert words in answer.text, answer.text
    return answer


async def test_a_case_closed_on_the_command_line_is_told_to_all(
    office: Office, tmp_path: Path
) -> None:
    town, vera = office.town, office.town.vera
    asked = await office.ask(BIKE)
    card = await office.card(BIKE)
    await vera.say(town.desk, "!claim", thread=card.id)
    await vera.wait_for(lambda seen: "has taken case 1" in seen.text, 20)
    here = Terminal(tmp_path / "config.yaml")
    closed = await here.loket("cases", "close", "1", "--reason", "Ask the town hall.")
    assert closed == "case 1 is closed\n"
    told = await town.anna.wait_for(lambda seen: "Ask the town hall." in seen.text, 20)
    assert (told.thread, told.content["m.mentions"]) == (
        asked,
        {"user_ids": [town.anna.user_id]},
    )
    who = await vera.wait_for(lambda seen: "A maintainer did this" in seen.text, 20)
    assert (who.thread, who.content["m.mentions"]) == (card.id, {"user_ids": [vera.user_id]})
    await vera.wait_for(lambda seen: seen.replaces == card.id and "Now: closed" in seen.text, 20)


async def test_an_entry_is_confirmed_on_the_command_line_before_there_is_any_case(
    town: Town, tmp_path: Path
) -> None:
    """The settings name the desk by an alias, which leads where it led when the bot started."""
    office = await office_in(town, tmp_path)
    omar, entry = office.omar, ENTRIES[1]
    invited = [town.bot.user_id, omar.user_id]
    desk = await town.vera.create_room("Post", alias="post", invite=invited, preset="private_chat")
    await omar.join(desk)
    here = Terminal(tmp_path / "config.yaml")
    server = omar.user_id.partition(":")[2]
    here.config.write_text(here.config.read_text().replace(town.desk, f"#post:{server}"))
    async with office.bot:
        assert entry.answer in await here.acts(omar, "confirm", entry.id, status=1)
        shown = await omar.wait_for(lambda seen: entry.answer in seen.text, 20)
        assert shown.room == desk
        assert f"{entry.id} is confirmed" in await here.acts(omar, "confirm", entry.id)
        history = (await here.loket("entries", "history", entry.id)).splitlines()
        assert [line.split("\t")[0] for line in history] == ["v2", "v1"]


async def test_a_case_and_its_entry_are_worked_on_from_the_command_line_and_git(
    town: Town, tmp_path: Path
) -> None:
    office, eva = await office_of_two_bodies(town, tmp_path)
    anna, vera, omar = town.anna, town.vera, office.omar
    here = Terminal(tmp_path / "config.yaml")
    async with office.bot:
        # A question that nobody has answered before; Vera has only a terminal today.
        asked = await office.ask(BIKE)
        card = await office.card(BIKE)
        (listed,) = json.loads(await here.loket("cases", "list", "--json"))
        assert (listed["id"], listed["status"], listed["held_by"]) == (1, "open", None)
        assert f"{vera.user_id} has taken case 1" in await here.acts(vera, "claim", "1")
        await desk_says(office, card.id, f"{vera.user_id[1:]}:", "> !claim 1")
        refused = await here.acts(eva, "answer", "1", "Buy one.", status=1)
        assert f"{vera.user_id} has case 1" in refused
        assert "The asker would read:" in await here.acts(vera, "preview", "1", LIBRARY)
        await here.acts(vera, "answer", "1", LIBRARY)
        answer = await anna.wait_for(lambda seen: LIBRARY in seen.text, 20)
        assert (answer.thread, answer.content["m.mentions"]) == (
            asked,
            {"user_ids": [anna.user_id]},
        )
        assert "A volunteer answers your question." in answer.text

        # The other body's official may not vet it; and Vera may not, being its author.
        fields = "topic: transport\nsource: https://example.org/bikes\nbody: Gemeente"
        await here.acts(omar, "edit", "1", f"question: {BIKE}\n{fields}")
        await desk_says(office, card.id, "body: Gemeente")
        assert "Gemeente decides about this" in await here.acts(eva, "vet", "1", status=1)
        assert "nobody vets their own answer" in await here.acts(vera, "vet", "1", status=1)
        published = await here.acts(omar, "vet", "1")
        entry = published.split("Published as entry ")[1].split(",")[0]
        assert "Indexed in " in published
        await anna.wait_for(lambda seen: "An official of Gemeente has vetted" in seen.text, 20)
        await carries(office, BIKE, LIBRARY)
        assert "vetted" in await here.loket("cases", "show", "1")

        # The folder goes to git. There the advice of both entries is changed; meanwhile the bot
        # is killed, and the folder that it reads at its start says something else of one.
        git = tmp_path / "git"
        assert "3 entries written" in await here.loket("entries", "export", str(git))
        change(git, entry, answer=AGAIN)
        change(git, "bsn", answer="Write a letter.")
        await office.bot.kill()
        write([replace(ENTRIES[0], answer="Come by."), *ENTRIES[1:]], tmp_path / "entries")
        asked = await office.ask(f"Loket: {QUESTION}")
        await office.bot.start()
        (known,) = await office.answers(asked)
        assert "Come by." in known.text
        shown = await here.loket("entries", "import", str(git), "--dry-run", status=1)
        assert "Nothing was taken over." in shown
        told = await here.loket("entries", "import", str(git), "--reason", "reviewed", status=1)
        assert "bsn: conflict, nothing of it was taken: answer" in told
        assert "    + Write a letter." in told
        assert "    + Come by." in told
        assert f"{entry}: changed in the folder: answer (advice)" in told
        assert "Indexed in " in told
        # Whoever had the old words is told, by the bot that ran all the time.
        news = await anna.wait_for(lambda seen: "The answer above has changed" in seen.text, 40)
        assert AGAIN in news.text
        await carries(office, BIKE, AGAIN)
        await carries(office, QUESTION, "Come by.")
        chosen = await here.loket("entries", "import", str(git), "--theirs", "bsn")
        assert "bsn: changed in the folder" in chosen
        await carries(office, QUESTION, "Write a letter.")

        # The new advice was wrong: what was vetted is brought back, and is what people get.
        versions = (await here.loket("entries", "history", entry)).splitlines()
        assert [line.split("\t")[0] for line in versions] == ["v2", "v1"]
        assert versions[1].split("\t")[3:5] == ["volunteer", "official of Gemeente"]
        back = await here.loket("entries", "restore", entry, "1", "--reason", "still free")
        assert f"{entry}: version 1 is served again, as version 3 (advice)." in back
        await carries(office, BIKE, LIBRARY)
        assert "3 entries compared, 0 conflicts." in await here.loket("entries", "conflicts")
        due = await here.loket("entries", "due", "--within", "3650", status=1)
        assert entry in due

        # Somebody says that it is wrong: the officials' case is theirs on the command line too.
        given = await carries(office, BIKE, LIBRARY)
        await anna.react(town.community, given.id, "⚠️")
        await office.card("somebody says that an entry in English is wrong")
        await here.acts(eva, "withdraw", entry, "the library has closed", status=1)
        gone = await here.acts(omar, "withdraw", entry, "the library has closed")
        assert f"Entry {entry}" in gone
        assert "Indexed in " in gone
        await anna.wait_for(lambda seen: "Thank you for saying that the answer" in seen.text, 40)
        (nothing,) = await office.answers(await office.ask(f"Loket: {BIKE}"))
        assert LIBRARY not in nothing.text
