"""An answer becomes knowledge on a real Synapse: two bodies, a conflict, and a restart."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from stage.bot import BotProcess, settings
from stage.person import Person, Seen

from knowledge.files import write
from tests import warm
from tests.acceptance.conftest import ENTRIES, QUESTION, Office
from tests.town import Town

pytestmark = [pytest.mark.synapse, pytest.mark.model]

ASKED = f"Loket: {QUESTION}"
BSN = "123456782"


async def office_of_two_bodies(town: Town, folder: Path) -> tuple[Office, Person]:
    """Vera is a volunteer, Omar an official of the municipality, Eva one of the SVB."""
    write(ENTRIES, folder / "entries")
    omar, eva = await town.newcomer("omar"), await town.newcomer("eva")
    for official in (omar, eva):
        await town.vera.invite(town.desk, official.user_id)
        await official.join(town.desk)
    officials = [(omar, "Gemeente"), (eva, "SVB")]
    config = settings(
        folder,
        town.homeserver,
        town.bot,
        desk=town.desk,
        community=town.community,
        responders=[
            {"id": town.vera.user_id, "role": "volunteer"},
            *(
                {"id": each.user_id, "role": "official", "body": body, "may_vet": True}
                for each, body in officials
            ),
        ],
        entries=str(folder / "entries"),
    )
    bot = BotProcess(config, town.bot, launch=warm.launch)
    return Office(town, omar, bot, folder / "data" / "loket.db"), eva


async def desk_says(office: Office, thread: str, *words: str) -> Seen:
    """Waits for something that the bot says in a case's thread."""
    return await office.town.vera.wait_for(
        lambda seen: (
            seen.thread == thread
            and seen.sender == office.town.bot.user_id
            and all(each in seen.text for each in words)
        ),
        30,
        f"{words} at the desk",
    )


async def test_an_answer_is_vetted_by_the_body_and_takes_the_place_of_another(
    town: Town, tmp_path: Path
) -> None:
    office, eva = await office_of_two_bodies(town, tmp_path)
    omar, vera = office.omar, town.vera
    async with office.bot:
        # The asker wants people, though there is an entry; and tells more than is needed.
        asked = await office.ask(f"!people {QUESTION} Mine was {BSN}.")
        card = await office.card(QUESTION)
        answer = "Ask at the counter of the town hall, see https://example.org/counter."
        await vera.say(town.desk, f"!answer {answer}", thread=card.id)
        draft = await desk_says(office, card.id, "As an entry, citizens would read this")
        assert "Mine was [number]." in draft.text
        assert BSN not in draft.text
        assert "Left out of the question and wordings: number." in draft.text
        await vera.say(town.desk, f"!edit question: {QUESTION}\nbody: Gemeente", thread=card.id)
        await desk_says(office, card.id, "body: Gemeente", f"- {QUESTION} Mine was [number].")

        await vera.say(town.desk, "!vet", thread=card.id)
        await desk_says(office, card.id, "nobody vets their own answer", omar.user_id[1:])
        await eva.say(town.desk, "!vet", thread=card.id)
        await desk_says(office, card.id, "Gemeente decides about this", omar.user_id[1:])
        await omar.say(town.desk, "!edit topic: counters\nalternatives:", thread=card.id)
        await desk_says(office, card.id, "topic: counters")
        await omar.say(town.desk, "!vet", thread=card.id)
        conflict = await desk_says(office, card.id, "Not published", "!vet supersede bsn")
        assert ENTRIES[0].answer in conflict.text

        await office.bot.kill()
        await omar.say(town.desk, "!vet supersede bsn", thread=card.id)
        await office.bot.start()
        await desk_says(office, card.id, "Published as entry bsn, version 2")
        told = await town.anna.wait_for(
            lambda seen: "An official of Gemeente has vetted this answer" in seen.text, 20
        )
        assert told.thread == asked
        (known,) = await office.answers(await office.ask(ASKED))
        assert answer in known.text
        assert "vetted by an official of gemeente" in known.text.lower()
        with sqlite3.connect(office.database) as db:
            versions = db.execute(
                "SELECT version, author, vetter, change FROM entry_versions WHERE id = 'bsn'"
                " ORDER BY version"
            ).fetchall()
        assert versions[1:] == [(2, "volunteer", "official of Gemeente", "advice")]
        published = [seen for seen in vera.seen if "Published as entry" in seen.text]
        assert len(published) == 1
