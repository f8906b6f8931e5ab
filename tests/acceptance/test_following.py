"""Edits, redactions and reactions follow on a real Synapse, after a restart too."""

from __future__ import annotations

import json

import pytest
from stage.person import Person, Seen

from tests.acceptance.conftest import ANSWER, QUESTION, Office

pytestmark = [pytest.mark.synapse, pytest.mark.model]

UNKNOWN = "Where can I borrow a cargo bike for moving house?"


async def redacted(who: Person, event: str) -> Seen:
    return await who.wait_for(lambda seen: seen.redacts == event, 20, f"the end of {event}")


async def edited(who: Person, event: str, words: str) -> Seen:
    return await who.wait_for(
        lambda seen: seen.replaces == event and words in seen.text, 20, f"{words!r} in {event}"
    )


async def timeline(who: Person, room: str) -> str:
    """All that the homeserver still has of a room, as one text."""
    page = await who._ask("GET", f"rooms/{room}/messages", query={"dir": "b", "limit": "500"})
    return json.dumps(page["chunk"], ensure_ascii=False)


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
async def test_an_askers_edit_and_redaction_are_followed(office: Office, restart: bool) -> None:
    town, anna = office.town, office.town.anna
    asked = await office.ask(UNKNOWN)
    (handover,) = await office.answers(asked)
    card = await office.card(UNKNOWN)
    if restart:
        await office.bot.stop()
    await anna.edit(town.community, asked, "Where can I borrow a sled for moving house?")
    if restart:
        await office.bot.start()
    await edited(town.vera, card.id, "borrow a sled")
    await anna.edit(town.community, asked, QUESTION)
    await edited(anna, handover.id, ANSWER)
    if restart:
        await office.bot.stop()
    await anna.redact(town.community, asked)
    if restart:
        await office.bot.start()
    await redacted(anna, handover.id)
    await redacted(town.vera, card.id)
    await town.vera.look()
    left = await timeline(town.vera, town.desk)
    assert "cargo bike" not in left
    assert "sled" not in left


async def test_a_responders_edit_reaction_and_redaction_are_followed(office: Office) -> None:
    town, anna, vera = office.town, office.town.anna, office.town.vera
    asked = await office.ask(UNKNOWN)
    card = await office.card(UNKNOWN)
    words = await vera.say(town.desk, "!answer At the community centre.", thread=card.id)
    carried = await anna.wait_for(lambda seen: "community centre" in seen.text, 20)
    thanks = await anna.react(town.community, carried.id, "❤️")
    shown = await vera.wait_for(
        lambda seen: (
            seen.kind == "m.reaction" and seen.content["m.relates_to"]["event_id"] == words
        ),
        20,
    )
    assert shown.content["m.relates_to"]["key"] == "❤️"
    await office.bot.kill()
    await vera.edit(town.desk, words, "!answer At the library.")
    await anna.redact(town.community, thanks)
    await office.bot.start()
    await edited(anna, carried.id, "At the library.")
    await redacted(vera, shown.id)
    news = await anna.wait_for(
        lambda seen: "changed the answer above" in seen.text and seen.replaces is None, 20
    )
    assert news.content["m.mentions"] == {"user_ids": [anna.user_id]}
    assert news.thread == asked
    await vera.redact(town.desk, words)
    await redacted(anna, carried.id)
    await anna.wait_for(lambda seen: "was taken back by the person" in seen.text, 20)
    left = await timeline(anna, town.community)
    assert "community centre" not in left
    assert "library" not in left
