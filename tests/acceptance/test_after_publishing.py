"""The life of an answer after it was published, as a story on a real Synapse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stage.person import Person, Seen

from knowledge.files import write
from tests.acceptance.conftest import ANSWER, ENTRIES, QUESTION, office_in
from tests.town import Town

pytestmark = [pytest.mark.synapse, pytest.mark.model]

NEW = "Make an appointment with your municipality and bring your passport and a photo."


async def told(who: Person, words: str, within: float = 40) -> Seen:
    """Waits for a message of its own with these words."""
    return await who.wait_for(
        lambda seen: words in seen.text and seen.replaces is None, within, f"{words!r}"
    )


async def edited(who: Person, event: str, words: str, within: float = 40) -> Seen:
    return await who.wait_for(
        lambda seen: seen.replaces == event and words in seen.text, within, f"{words!r} in {event}"
    )


async def test_a_change_is_told_a_review_confirmed_a_flag_looked_at_and_a_withdrawal_told(
    town: Town, tmp_path: Path
) -> None:
    office = await office_in(town, tmp_path)
    anna, desk, omar = town.anna, town.desk, office.omar
    bsn, huur = ENTRIES
    last_day = datetime.now(UTC).date() + timedelta(days=10)
    huur = replace(huur, body="SVB", valid_until=last_day)
    write([bsn, huur], tmp_path / "entries")
    async with office.bot:
        # Omar's body is asked whether its entry still holds; Anna gets an answer.
        review = await told(omar, "Does this still hold?")
        assert review.content["m.mentions"] == {"user_ids": [omar.user_id]}
        asked = await office.ask(QUESTION)
        (answer,) = await office.answers(asked)
        assert ANSWER in answer.text
        again = await office.ask(QUESTION)
        (second,) = await office.answers(again)
        # While the bot is away a maintainer changes the advice, and Omar taps.
        await office.bot.stop()
        write([replace(bsn, answer=NEW), huur], tmp_path / "entries")
        await omar.react(desk, review.id, "✅")
        await office.bot.start()
        await edited(anna, answer.id, NEW)
        await edited(anna, second.id, NEW)
        news = await told(anna, "The answer above has changed. This holds now:")
        assert NEW in news.text
        assert news.content["m.mentions"] == {"user_ids": [anna.user_id]}
        assert news.thread == again
        confirmed = await told(omar, "Entry huurtoeslag is confirmed.")
        assert confirmed.thread == review.id
        counted = await told(omar, "Entry bsn says something else since version 2.")
        await omar.wait_for(
            lambda seen: (
                seen.text.endswith("1 told, 0 unreachable.")
                and (seen.id == counted.id or seen.replaces == counted.id)
            ),
            40,
            "the number told",
        )
        # Anna says that it is wrong, in other words, and takes it back.
        flag = await anna.say(town.community, "!wrong the desk moved", thread=asked)
        first = await office.card("somebody says that an entry in English is wrong")
        thanks = await told(anna, "Thank you. I have told the people")
        reason = await told(omar, "> the desk moved")
        await anna.edit(town.community, flag, "!wrong both desks moved")
        changed = await told(omar, "> both desks moved")
        assert changed.thread == reason.thread == first.id
        await anna.redact(town.community, flag)
        await told(omar, "has taken that back. Case")
        for who, gone_too in ((omar, reason), (omar, changed), (anna, thanks)):
            await who.wait_for(lambda seen, it=gone_too: seen.redacts == it.id, 40)  # type: ignore[misc]
        # She says it anew with a tap; the bot is killed, and meanwhile Omar withdraws it.
        await anna.react(town.community, answer.id, "⚠️")
        card = await omar.wait_for(
            lambda seen: (
                "somebody says that an entry in English is wrong" in seen.text
                and seen.replaces is None
                and seen.id != first.id
            ),
            40,
        )
        await office.bot.kill()
        await omar.say(desk, "!withdraw the law has changed", thread=card.id)
        await office.bot.start()
        await edited(anna, answer.id, "does not hold any more")
        thanks = await told(anna, "Thank you for saying that the answer above may be wrong.")
        assert "it is not given any more" in thanks.text
        gone = await told(anna, "The answer above does not hold any more.")
        assert gone.thread == again
        assert "the law has changed" not in gone.text
        said = [seen for seen in anna.seen if "The answer above has changed" in seen.text]
        assert len(said) == 1
