"""Thanks, a record of one's own and the weekly note on a real Synapse, over a crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.acceptance.conftest import Office

pytestmark = [pytest.mark.synapse, pytest.mark.model]

BIKE = "Where can I borrow a cargo bike for moving house?"
SAME = "Where can I borrow a cargo bike when I move house?"


def note_at_next_minute(config: Path) -> datetime:
    """Writes into the settings that the weekly note is due at the next minute; gives that."""
    at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    raw = yaml.safe_load(config.read_text())
    raw["rooms"]["time_zone"] = "UTC"
    raw["desk"]["weekly"] = f"{at:%a %H:%M}".lower()
    config.write_text(yaml.safe_dump(raw, allow_unicode=True))
    return at


async def test_work_is_thanked_and_told_to_who_did_it(office: Office, tmp_path: Path) -> None:
    town, anna, vera = office.town, office.town.anna, office.town.vera
    ben = await town.newcomer("ben")
    await ben.join(town.community)
    asked = await office.ask(BIKE)
    card = await office.card(BIKE)
    again = await office.ask(SAME, ben)
    second = await office.card(SAME)
    proposed = await vera.wait_for(lambda seen: "Case 1 may be the same question" in seen.text, 20)
    assert proposed.thread == second.id
    await vera.say(town.desk, "!merge 1", thread=second.id)
    await vera.wait_for(lambda seen: "the same question as case 1" in seen.text, 20)
    await vera.say(
        town.desk, "!answer At the community centre, https://example.org/centre", thread=card.id
    )
    bens = await ben.wait_for(
        lambda seen: "community centre" in seen.text and seen.thread == again, 20
    )
    tap = await ben.react(town.community, bens.id, "🙏")
    shown = await vera.wait_for(
        lambda seen: seen.kind == "m.reaction" and "🙏" in str(seen.content), 20
    )
    await ben.redact(town.community, tap)
    await vera.wait_for(lambda seen: seen.redacts == shown.id, 20)
    await anna.say(town.community, "Thank you so much!", thread=asked)
    thanked = await vera.wait_for(lambda seen: "The asker thanks you" in seen.text, 20)
    assert (thanked.thread, thanked.content["msgtype"]) == (card.id, "m.notice")
    assert not thanked.content.get("m.mentions", {}).get("user_ids")

    await office.bot.kill()
    due = note_at_next_minute(tmp_path / "config.yaml")
    await office.omar.say(town.desk, "!vet", thread=card.id)
    await office.bot.start()
    await vera.wait_for(lambda seen: "Published as entry" in seen.text, 20)
    await vera.say(town.desk, "!record", thread=card.id)
    told = await vera.wait_for(lambda seen: "What you did here" in seen.text, 20)
    assert told.thread == card.id
    for line in ("own words: 1", "vetted by somebody else: 1", "your answers: 1"):
        assert line in told.text
    assert "that you vetted" not in told.text

    within = (due - datetime.now(UTC)).total_seconds() + 30
    note = await vera.wait_for(lambda seen: "The last week at this desk" in seen.text, within)
    assert note.thread is None
    for line in ("cases answered: 1", "thanks from people who asked: 1", "no case waits"):
        assert line in note.text
    assert "@" not in note.text
    await office.bot.stop()
    await office.bot.start()
    await vera.say(town.desk, "!queue")
    await vera.wait_for(lambda seen: "No open cases" in seen.text, 20)
    notes = [seen for seen in vera.seen if "The last week at this desk" in seen.text]
    assert len(notes) == 1
