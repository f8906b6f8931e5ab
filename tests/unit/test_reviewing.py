"""People are asked whether an entry still holds, and one tap has it hold again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.config import Desk as Settings
from bot.config import Responder, Role
from bot.errors import HandleAgain
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from bot.reviewing import A_DAY
from knowledge.entry import Entry
from tests.counter import ANNA, BSN, CHAT, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter

DAY = timedelta(days=1)
UWV = replace(BSN, body="UWV", checked=date(2025, 1, 10), valid_until=date(2026, 1, 10))


async def office(*entries: Entry, days: int = 30, **more: object) -> Counter:
    counter = await Counter.open(desk_settings=Settings(review_days=days), **more)  # type: ignore[arg-type]
    await counter.knows(*(entries or (UWV,)))
    await counter.looks_after()
    return counter


def asked(counter: Counter) -> list[Outgoing]:
    return [each for each in counter.said(DESK) if "Does this still hold?" in each.text]


async def served(counter: Counter) -> Entry:
    (entry,) = await counter.store.entries(["bsn"])
    return entry


async def test_the_bodys_officials_are_asked_once_and_see_what_they_confirm() -> None:
    counter = await office()
    await counter.looks_after()
    (message,) = asked(counter)
    assert message.mentions == (counter.keys[OMAR],)
    assert "Its last day is 10 January 2026." in message.text
    assert f"> {UWV.answer}" in message.text
    assert UWV.source in message.text


async def test_a_check_is_of_the_day_that_it_is_in_the_community() -> None:
    counter = await office()
    counter.escalation.reviewing.rooms.zone = ZoneInfo("Europe/Amsterdam")
    counter.clock.now = datetime(2026, 1, 6, 23, 30, tzinfo=UTC)
    await counter.taps(OMAR, "✅", f"${asked(counter)[0].key}")
    assert (await served(counter)).checked == date(2026, 1, 7)


async def test_one_tap_has_it_hold_for_as_long_again() -> None:
    counter = await office()
    outcome = await counter.taps(OMAR, "✅", f"${asked(counter)[0].key}")
    entry = await served(counter)
    assert (entry.checked, entry.valid_until) == (date(2026, 1, 5), date(2027, 1, 10))
    assert (entry.answer, entry.vetted_by, entry.version) == (UWV.answer, "UWV", 2)
    assert outcome.entry is not None
    version = (await counter.store.history("bsn"))[0].revision
    assert (version.vetter, version.change, version.reason) == (
        "official of UWV",
        "minor",
        "confirmed",
    )
    told = counter.last(DESK)
    assert told.text == "Entry bsn is confirmed. It holds until 10 January 2027 now."
    assert told.thread == asked(counter)[0].key


async def test_a_second_tap_changes_nothing_and_says_so() -> None:
    counter = await office()
    for _ in range(2):
        await counter.taps(OMAR, "✅", f"${asked(counter)[0].key}")
    assert (await served(counter)).version == 2
    assert "was confirmed before" in counter.last(DESK).text


async def test_of_two_who_confirm_at_the_same_instant_one_is_first() -> None:
    counter = await office()
    outcomes = []
    for number, who in enumerate((OMAR, OMAR)):
        message = Message(
            MessageRef("matrix", DESK, f"$tap{number}"),
            Place.DESK,
            who,
            Kind.TEXT,
            "!confirm bsn",
            counter.clock(),
        )
        await counter.store.receive("matrix", [message], f"{number}")
        kept = (await counter.store.unhandled(counter.clock(), 10))[-1]
        outcomes.append(await counter.reception.handle(kept))
    await counter.store.commit(outcomes[0])
    with pytest.raises(HandleAgain):
        await counter.store.commit(outcomes[1])
    assert (await served(counter)).version == 2


@pytest.mark.parametrize(
    ("who", "may"), [(OMAR, True), (EVA, False), (VERA, False), (WIM, False), (ANNA, False)]
)
async def test_only_who_may_vet_for_the_body_confirms(who: str, may: bool) -> None:
    counter = await office()
    await counter.taps(who, "✅", f"${asked(counter)[0].key}")
    await counter.says(who, "!withdraw bsn it is wrong", DESK)
    assert (await counter.store.entries() == []) is may


async def test_a_volunteer_confirms_where_the_topic_is_theirs_or_no_official_vets() -> None:
    mine = Responder(WIM, Role.VOLUNTEER, may_vet=True, topics=("registration",))
    omar = Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True)
    counter = await office(responders=(mine, omar))
    await counter.says(WIM, "!confirm bsn", DESK)
    assert (await served(counter)).version == 2
    elsewhere = await office(replace(UWV, body="Gemeente"))
    assert set(asked(elsewhere)[0].mentions) == {elsewhere.keys[WIM], elsewhere.keys[OMAR]}
    await elsewhere.says(WIM, "!confirm bsn", DESK)
    assert (await served(elsewhere)).version == 2


async def test_in_the_thread_no_id_is_needed_and_in_a_chat_the_id_stands_behind_it() -> None:
    counter = await office()
    root = f"${asked(counter)[0].key}"
    await counter.says(OMAR, "!confirm", DESK)
    assert "Which entry?" in counter.last(DESK).text
    await counter.says(OMAR, "!confirm", DESK, thread=root)
    assert (await served(counter)).version == 2
    await counter.says(OMAR, "!withdraw", DESK, thread=root)
    assert "Write why behind it" in counter.last(DESK).text
    await counter.says(OMAR, "!withdraw the law changed", DESK, thread=root)
    assert await counter.store.entries() == []
    await counter.says(OMAR, "!confirm bsn", CHAT)
    assert "Which entry?" in counter.last(CHAT).text


async def test_past_its_last_day_it_is_not_given_until_it_is_confirmed() -> None:
    counter = await office()
    counter.search.finds(UWV, 1.5)
    counter.clock.advance(10 * DAY)
    await counter.asks("How do I get a BSN?")
    assert f"This held until 10 January 2026: {UWV.answer}" in counter.card()
    await counter.says(OMAR, "!confirm bsn", DESK)
    await counter.asks("How do I get a BSN?")
    assert UWV.answer in counter.last(WELCOME).text
    assert (await served(counter)).valid_until == date(2027, 1, 15)


async def test_what_is_past_already_is_asked_about_too() -> None:
    counter = await office(replace(UWV, valid_until=date(2025, 12, 1)))
    assert "Its last day was 1 December 2025: it is not served any more." in asked(counter)[0].text


async def test_nobody_is_asked_long_before_nor_where_it_is_turned_off() -> None:
    assert not asked(await office(replace(UWV, valid_until=date(2026, 2, 5))))
    assert asked(await office(replace(UWV, valid_until=date(2026, 2, 4))))
    assert not asked(await office(days=0))


async def test_few_are_asked_about_on_one_day() -> None:
    entries = [replace(UWV, id=f"e{number:02}") for number in range(A_DAY + 2)]
    counter = await office(*entries)
    await counter.looks_after()
    assert len(asked(counter)) == A_DAY
    counter.clock.advance(DAY)
    await counter.looks_after()
    assert len(asked(counter)) == A_DAY + 2


async def test_what_another_entry_answers_differently_by_now_is_not_confirmed() -> None:
    counter = await office()
    await counter.knows(replace(BSN, id="newer", answer="Online.", valid_until=None))
    await counter.says(OMAR, "!confirm bsn", DESK)
    assert "newer answers the same question differently" in counter.last(DESK).text
    assert (await served(counter)).version == 1


async def test_who_got_a_withdrawn_answer_is_told() -> None:
    counter = await office()
    counter.search.finds(UWV, 1.5)
    await counter.asks("How do I get a BSN?")
    await counter.says(OMAR, "!withdraw bsn wrong form", DESK)
    await counter.looks_after()
    told = counter.last(WELCOME)
    assert "does not hold any more" in told.text
    assert (told.style, told.mentions) == (Style.TEXT, (counter.keys[ANNA],))
    assert not any("wrong form" in each.text for each in counter.said(WELCOME))


# Translations of what has changed

DUTCH = replace(
    UWV, id="bsn-nl", lang="nl", question="Hoe?", answer="Gratis.", translation_of="bsn"
)
CHANGED = replace(UWV, answer="Since 2026: pay 50 euro.", valid_until=date(2027, 1, 10))


async def outgrown(**more: object) -> Counter:
    """A translation whose original has said something else since."""
    counter = await Counter.open(desk_settings=Settings(review_days=30))
    await counter.knows(UWV, replace(DUTCH, **more))  # type: ignore[arg-type]
    await counter.knows(CHANGED)
    await counter.looks_after()
    return counter


async def translation(counter: Counter) -> Entry:
    (entry,) = await counter.store.entries(["bsn-nl"])
    return entry


async def test_people_are_asked_once_to_renew_what_its_original_has_left_behind() -> None:
    counter = await outgrown(valid_until=None)
    await counter.looks_after()
    (told,) = [each for each in counter.said(DESK) if "translation of bsn" in each.text]
    assert told.mentions == (counter.keys[OMAR],)
    assert "> Gratis." in told.text
    assert "bsn says now:\n\n> Since 2026: pay 50 euro." in told.text
    assert "!confirm bsn-nl 2" in told.text
    await counter.knows(replace(CHANGED, answer="Now it is free again."))
    await counter.looks_after()
    assert "!confirm bsn-nl 3" in counter.last(DESK).text


async def test_a_tap_does_not_confirm_an_old_translation() -> None:
    """It did, and nothing in the question said that the original had changed."""
    counter = await outgrown()
    (question,) = asked(counter)
    assert "> Since 2026: pay 50 euro." in question.text
    await counter.taps(OMAR, "✅", f"${question.key}")
    assert (await translation(counter)).version == 1
    assert await counter.store.stale() == ["bsn-nl"]
    assert "!confirm bsn-nl 2" in counter.last(DESK).text


async def test_a_tap_where_people_were_asked_to_renew_it_says_what_to_write() -> None:
    counter = await outgrown(valid_until=None)
    (told,) = [each for each in counter.said(DESK) if "translation of bsn" in each.text]
    await counter.taps(OMAR, "✅", f"${told.key}")
    assert (await translation(counter)).version == 1
    said = counter.last(DESK)
    assert said.key != told.key
    assert "!confirm bsn-nl 2" in said.text
    await counter.taps(EVA, "✅", f"${told.key}")
    assert "belongs to UWV" in counter.last(DESK).text


@pytest.mark.parametrize(
    ("words", "renewed"), [("bsn-nl", False), ("bsn-nl 1", False), ("bsn-nl 2", True)]
)
async def test_it_is_confirmed_by_the_version_that_it_was_held_against(
    words: str, renewed: bool
) -> None:
    counter = await outgrown()
    await counter.says(OMAR, f"!confirm {words}", DESK)
    assert bool(await counter.store.stale()) is not renewed
    assert ((await translation(counter)).checked == date(2026, 1, 5)) is renewed


async def test_a_translation_of_what_was_withdrawn_is_not_confirmed() -> None:
    counter = await outgrown()
    await counter.store.withdraw(["bsn"])
    await counter.looks_after()
    assert "bsn, which was withdrawn" in counter.last(DESK).text
    await counter.says(OMAR, "!confirm bsn-nl -2", DESK)
    assert (await translation(counter)).version == 1
    await counter.says(OMAR, "!withdraw bsn-nl its original is gone", DESK)
    assert not await counter.store.entries(["bsn-nl"])


async def test_nobody_is_asked_to_renew_an_example() -> None:
    counter = await outgrown(sample=True, valid_until=None)
    assert not [each for each in counter.said(DESK) if "translation of bsn" in each.text]
