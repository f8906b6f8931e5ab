"""People are asked whether an entry still holds, and one tap has it hold again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.config import Community, Responder, Role
from bot.config import Desk as Settings
from bot.errors import HandleAgain
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from bot.outcome import Revision
from bot.reviewing import A_DAY
from knowledge.change import Change
from knowledge.conflicts import ALIKE, ALIKE_ACROSS
from knowledge.entry import Entry
from knowledge.errors import IndexUnavailable
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


async def test_what_has_no_last_day_is_asked_about_a_year_after_it_was_checked() -> None:
    undated = replace(UWV, valid_until=None)
    counter = await office(undated)
    (message,) = asked(counter)
    assert "It has no last day. Last checked: 10 January 2025." in message.text
    await counter.looks_after()
    assert len(asked(counter)) == 1
    await counter.taps(OMAR, "✅", f"${message.key}")
    assert (await served(counter)).valid_until == date(2027, 1, 5)


async def test_what_has_no_last_day_and_was_checked_lately_is_left_alone() -> None:
    counter = await office(replace(UWV, valid_until=None, checked=date(2025, 12, 1)))
    assert not asked(counter)


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
    assert (entry.checked, entry.valid_until) == (date(2026, 1, 5), date(2027, 1, 5))
    assert (entry.answer, entry.vetted_by, entry.version) == (UWV.answer, "UWV", 2)
    assert outcome.entry is not None
    version = (await counter.store.history("bsn"))[0].revision
    assert (version.vetter, version.change, version.reason) == (
        "official of UWV",
        "minor",
        "confirmed",
    )
    told = counter.last(DESK)
    assert told.text == "Entry bsn is confirmed. It holds until 5 January 2027 now."
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


@pytest.mark.parametrize(
    ("vetted_by", "topics", "may"),
    [
        ("volunteers", (), True),
        ("volunteers", ("registration",), True),
        ("volunteers", ("tax",), False),
        ("UWV", ("registration",), False),
    ],
)
async def test_a_volunteer_confirms_what_they_could_have_vetted(
    vetted_by: str, topics: tuple[str, ...], may: bool
) -> None:
    """One who vetted for a body could not confirm what they had vetted."""
    mine = Responder(WIM, Role.VOLUNTEER, may_vet=True, topics=topics)
    omar = Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True)
    counter = await office(replace(UWV, vetted_by=vetted_by), responders=(mine, omar))
    await counter.says(WIM, "!confirm bsn", DESK)
    assert (await served(counter)).version == (2 if may else 1)


async def test_a_bodys_entry_is_its_officials_however_it_is_written() -> None:
    """Small letters made it everybody's, and another body's official withdrew it."""
    other = Responder(EVA, Role.OFFICIAL, "SVB", may_vet=True)
    omar = Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True)
    counter = await office(replace(UWV, body="uwv", topic="Registration"), responders=(other, omar))
    assert asked(counter)[0].mentions == (counter.keys[OMAR],)
    await counter.says(EVA, "!withdraw bsn I do not like it", DESK)
    assert await served(counter)
    counter.search.finds(UWV, 1.5)
    await counter.asks("How do I get a BSN?")
    answer = counter.last(WELCOME)
    await counter.taps(ANNA, "⚠️", f"${answer.key}", WELCOME)
    card = next(e for e in counter.said(DESK) if e.key == counter.store.cases[1].desk_thread)
    assert card.mentions == (counter.keys[OMAR],)


async def test_what_nobody_here_answers_for_is_looked_after_by_every_vetter() -> None:
    elsewhere = await office(replace(UWV, body="Gemeente"))
    assert set(asked(elsewhere)[0].mentions) == {elsewhere.keys[WIM], elsewhere.keys[OMAR]}
    await elsewhere.says(OMAR, "!confirm bsn", DESK)
    assert (await served(elsewhere)).version == 2


@pytest.mark.parametrize(
    ("who", "by", "told"),
    [
        (OMAR, "UWV", "Vetted by an official of UWV"),
        (WIM, "volunteers", "Vetted by a volunteer of this community"),
    ],
)
async def test_a_confirmation_names_who_confirmed_and_no_other_body(
    who: str, by: str, told: str
) -> None:
    """Its old body's name stood beside the day on which nobody of it had looked."""
    volunteers = (Responder(VERA, Role.VOLUNTEER), Responder(WIM, Role.VOLUNTEER, may_vet=True))
    people = (OFFICIAL,) if who == OMAR else volunteers
    counter = await office(replace(UWV, body="SVB", vetted_by="SVB"), responders=people)
    await counter.says(who, "!confirm bsn", DESK)
    assert (await served(counter)).vetted_by == by
    new, old = await counter.store.history("bsn")
    assert (new.entry.vetted_by, old.entry.vetted_by) == (by, "SVB")
    counter.search.finds(UWV, 1.5)
    await counter.asks("How do I get a BSN?")
    assert f"{told} · Checked on 5 January 2026".casefold() in counter.last(WELCOME).text.casefold()


async def test_what_nobody_here_answers_for_is_withdrawn_by_officials_only() -> None:
    volunteers = (Responder(VERA, Role.VOLUNTEER), Responder(WIM, Role.VOLUNTEER, may_vet=True))
    foreign = replace(UWV, body="SVB", vetted_by="SVB")
    counter = await office(foreign, responders=volunteers)
    await counter.says(WIM, "!withdraw bsn it is wrong", DESK)
    assert "nobody here answers for that body" in counter.last(DESK).text
    assert await served(counter)
    counter = await office(foreign, responders=(*volunteers, OFFICIAL))
    await counter.says(OMAR, "!withdraw bsn it is wrong", DESK)
    assert await counter.store.entries() == []
    await counter.says(OMAR, "!history bsn", DESK)
    assert "by official of UWV · it is wrong" in counter.last(DESK).text


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


async def test_who_confirms_early_each_time_has_it_hold_no_longer_each_time() -> None:
    counter = await office()
    for _ in range(3):
        # Where it was not shown at the desk since it changed, it is shown first.
        for _ in range(2):
            await counter.says(OMAR, "!confirm bsn", DESK)
        entry = await served(counter)
        assert entry.valid_until is not None
        assert entry.valid_until - counter.clock().date() == timedelta(days=365)
        counter.clock.advance(340 * DAY)


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
    assert "newer answers the same question as bsn already" in counter.last(DESK).text
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


# Its history


async def test_the_desk_reads_every_version_and_why_it_was_withdrawn() -> None:
    counter = await office()
    revision = Revision("maintainer", reason="clearer")
    await counter.store.publish([replace(UWV, answer="Online.")], "test", revision=revision)
    counter.clock.advance(DAY)
    await counter.says(OMAR, "!withdraw bsn wrong form", DESK)
    await counter.says(EVA, "!history bsn", DESK)
    assert counter.last(DESK).text.splitlines() == [
        *(f"bsn: {UWV.question}", ""),
        "- version 2 withdrawn · 6 January 2026 09:00 · by official of UWV · wrong form",
        "- version 2 · 5 January 2026 09:00 · the advice changed · by maintainer"
        " · vetted by Gemeente · clearer",
        "- version 1 · 5 January 2026 09:00 · the first one · vetted by Gemeente",
        *("", "Entry bsn is not served any more."),
    ]
    (gone, _) = await counter.store.history("bsn")
    assert gone.withdrawal is not None
    assert gone.withdrawal.person == counter.keys[OMAR]
    assert gone.revision.change is Change.ADVICE


async def test_a_history_is_told_in_the_thread_and_in_a_chat_and_to_responders_only() -> None:
    counter = await office()
    await counter.says(VERA, "!history", DESK, thread=f"${asked(counter)[0].key}")
    assert "The newest version is served." in counter.last(DESK).text
    await counter.says(VERA, "!history", DESK)
    assert "Which entry?" in counter.last(DESK).text
    await counter.says(VERA, "!history nothing", DESK)
    assert "There never was an entry nothing." in counter.last(DESK).text
    await counter.says(VERA, "!history bsn", CHAT)
    assert "- version 1" in counter.last(CHAT).text
    await counter.says(ANNA, "!history bsn", CHAT)
    assert "- version 1" not in counter.last(CHAT).text


async def test_of_a_long_history_the_newest_lines_are_shown() -> None:
    counter = await office()
    for number in range(14):
        await counter.knows(replace(UWV, answer=f"{number}"))
    await counter.says(VERA, "!history bsn", DESK)
    told = counter.last(DESK).text
    assert "- version 15" in told
    assert "- version 3 " not in told
    assert "… and 3 more." in told


async def test_a_tap_vouches_for_no_text_but_the_one_that_was_shown() -> None:
    """It made a text official that somebody had put there since, with the same last day."""
    counter = await office()
    (question,) = asked(counter)
    swapped = replace(UWV, answer="Pay 500 euro first.", vetted_by="")
    await counter.knows(swapped)
    await counter.taps(OMAR, "✅", f"${question.key}")
    assert (await served(counter)).vetted_by == ""
    told = counter.last(DESK)
    assert "is not what you were shown" in told.text
    assert "> Pay 500 euro first." in told.text
    assert told.thread == question.key
    await counter.says(OMAR, "!confirm", DESK, thread=f"${question.key}")
    assert (await served(counter)).vetted_by == "UWV"


async def test_who_names_an_entry_that_was_never_shown_is_shown_it_first() -> None:
    counter = await office(days=0)
    await counter.says(OMAR, "!confirm bsn", DESK)
    assert f"> {UWV.answer}" in counter.last(DESK).text
    assert (await served(counter)).version == 1
    await counter.says(OMAR, "!confirm bsn", CHAT)
    assert (await served(counter)).version == 2


QUESTION = "Where do I get a fishing permit?"
OFFICIAL = Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True)


async def vetted_by_a_volunteer(*more: Responder) -> Counter:
    """An official's words, which a volunteer approved."""
    helper = Responder(WIM, Role.VOLUNTEER, may_vet=True)
    counter = await Counter.open(responders=(OFFICIAL, helper, *more))
    await counter.asks(QUESTION)
    await counter.at_desk(OMAR, "!answer At the post office, see https://example.org/fish.")
    await counter.at_desk(WIM, "!vet")
    counter.clock.advance(DAY)
    return counter


async def confirms(counter: Counter, who: str) -> Entry:
    """They are shown the entry, and write it again."""
    (entry,) = await counter.store.entries()
    for _ in range(2):
        await counter.says(who, f"!confirm {entry.id}", DESK)
    (entry,) = await counter.store.entries()
    return entry


async def test_who_wrote_what_an_entry_says_does_not_confirm_it() -> None:
    """It made the author's own words official, with nobody else of that body looking at them."""
    counter = await vetted_by_a_volunteer()
    entry = await confirms(counter, OMAR)
    assert (entry.vetted_by, entry.version) == ("volunteers", 1)
    assert "you wrote what entry" in counter.last(DESK).text
    assert f"These may: {WIM}." in counter.last(DESK).text
    assert (await confirms(counter, WIM)).version == 2
    # A confirmation, and a typo mended by somebody else, leave them the author's words.
    counter.clock.advance(DAY)
    (entry,) = await counter.store.entries()
    await counter.knows(replace(entry, answer=entry.answer.replace("post office", "post  office")))
    assert (await confirms(counter, OMAR)).version == 3


async def test_whoever_wrote_any_of_what_somebody_else_vetted_does_not_confirm_it() -> None:
    """EVA put 13 where OMAR had 12; only her name was kept, and he confirmed the rest."""
    counter = await Counter.open(
        responders=(
            OFFICIAL,
            replace(OFFICIAL, id=EVA),
            Responder(WIM, Role.VOLUNTEER, may_vet=True),
        )
    )
    words = "At the post office. It costs {} euro, bring your passport. https://example.org/fish"
    await counter.asks(QUESTION)
    await counter.at_desk(OMAR, f"!answer {words.format(12)}")
    await counter.at_desk(EVA, f"!edit answer: {words.format(13)}")
    await counter.at_desk(WIM, "!vet")
    counter.clock.advance(DAY)
    for who in (OMAR, EVA):
        entry = await confirms(counter, who)
        assert (entry.version, entry.vetted_by) == (1, "volunteers")
        assert "you wrote what entry" in counter.last(DESK).text
    assert (await confirms(counter, WIM)).version == 2


async def test_another_official_of_the_body_makes_it_official() -> None:
    counter = await vetted_by_a_volunteer(replace(OFFICIAL, id=EVA))
    entry = await confirms(counter, EVA)
    assert (entry.vetted_by, entry.version) == ("UWV", 2)


async def test_who_wrote_it_does_not_end_a_flag_of_it_either() -> None:
    counter = await vetted_by_a_volunteer()
    answer = next(each for each in counter.said(WELCOME) if "has vetted this answer" in each.text)
    await counter.taps(ANNA, "⚠️", f"${answer.key}", WELCOME)
    await counter.at_desk(OMAR, "!confirm", 2)
    assert "you wrote what entry" in counter.last(DESK).text
    assert [each.version for each in await counter.store.entries()] == [1]


async def test_who_wrote_it_is_not_asked_about_it() -> None:
    counter = await vetted_by_a_volunteer(replace(OFFICIAL, id=EVA))
    counter.clock.advance(350 * DAY)
    await counter.looks_after()
    (question,) = asked(counter)
    assert counter.keys[EVA] in question.mentions
    assert counter.keys[OMAR] not in question.mentions


@pytest.mark.parametrize(("who", "by"), [(OMAR, "an official of UWV"), (WIM, "a volunteer")])
async def test_a_confirmed_example_is_none_any_more(who: str, by: str) -> None:
    """It read: vetted by an official, and: no official has vetted it."""
    counter = await Counter.open()
    await counter.knows(replace(UWV, sample=True, vetted_by=""))
    counter.search.finds(UWV, 1.5)
    await confirms(counter, who)
    await counter.asks("How do I get a BSN?")
    told = counter.last(WELCOME).text
    assert f"Vetted by {by}" in told
    assert "example" not in told.replace("example.org", "")


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
    counter = await outgrown(valid_until=None, checked=date(2025, 12, 1))
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
    assert [each for each in counter.said(DESK) if "translation of bsn" in each.text] == [question]
    assert "> Since 2026: pay 50 euro." in question.text
    await counter.taps(OMAR, "✅", f"${question.key}")
    assert (await translation(counter)).version == 1
    assert await counter.store.stale() == ["bsn-nl"]
    assert "!confirm bsn-nl 2" in counter.last(DESK).text


async def test_a_tap_where_people_were_asked_to_renew_it_says_what_to_write() -> None:
    counter = await outgrown(valid_until=None, checked=date(2025, 12, 1))
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


async def test_it_is_not_confirmed_by_a_version_of_its_original_that_was_never_shown() -> None:
    """The desk's question showed version 2, and a guessed 3 cleared the mark."""
    counter = await outgrown()
    await counter.knows(replace(CHANGED, answer="Now it is free again."))
    await counter.says(OMAR, "!confirm bsn-nl 3", DESK)
    assert "bsn says now:\n\n> Now it is free again." in counter.last(DESK).text
    assert (await translation(counter)).version == 1
    assert await counter.store.stale() == ["bsn-nl"]
    await counter.says(OMAR, "!confirm bsn-nl 3", DESK)
    assert (await translation(counter)).version == 2
    assert await counter.store.stale() == []


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


OVER = replace(UWV, valid_until=date(2026, 1, 4))
OTHER = replace(UWV, id="other", question="Where is the number?", answer="Online.", body="SVB")
OTHER = replace(OTHER, valid_until=date(2026, 12, 31))


@pytest.mark.parametrize("words", ["✅", "!confirm bsn"])
async def test_what_another_entry_answers_by_now_in_other_words_is_not_confirmed(
    words: str,
) -> None:
    """Past its last day it was in nobody's way; then both were served."""
    counter = await office(OVER)
    await counter.knows(OTHER)
    counter.search.finds(OTHER, ALIKE)
    if words == "✅":
        await counter.taps(OMAR, words, f"${asked(counter)[0].key}")
    else:
        await counter.says(OMAR, words, DESK)
    told = counter.last(DESK).text
    assert "Not confirmed: other answers the same question as bsn already" in told
    assert "other (en, nl): Where is the number?" in told
    assert "> Online." in told
    assert await served(counter) == OVER


async def test_while_search_is_broken_nothing_is_confirmed() -> None:
    counter = await office(OVER)
    counter.search.error = IndexUnavailable("no build")
    await counter.says(OMAR, "!confirm bsn", DESK)
    assert "Not confirmed: search does not work now" in counter.last(DESK).text
    assert await served(counter) == OVER
    counter.search.error = None
    await counter.says(OMAR, "!confirm bsn", DESK)
    assert (await served(counter)).version == 2


@pytest.mark.parametrize(("entry", "compared"), [(OVER, True), (UWV, False)])
async def test_what_comes_back_is_to_be_compared_with_what_stands_in_another_language(
    entry: Entry, compared: bool
) -> None:
    counter = await office(entry)
    dutch = replace(OTHER, lang="nl")
    await counter.knows(dutch)
    counter.search.finds_across(dutch, ALIKE_ACROSS)
    await counter.says(OMAR, "!confirm bsn", DESK)
    told = counter.last(DESK).text
    assert "Entry bsn is confirmed" in told
    assert ("other (nl, nl): Where is the number?" in told) is compared


async def test_what_comes_back_for_one_place_stands_in_for_what_the_country_has_by_now() -> None:
    """The national entry came while it was past its last day; in other words it was given there."""
    here = Community(room=WELCOME, languages=("en",), scope="utrecht")
    counter = await office(replace(OVER, scope="utrecht"), room=here)
    await counter.knows(OTHER)
    counter.search.finds(OTHER, 1.5)
    await counter.says(OMAR, "!confirm bsn", DESK)
    assert f"lead to it too, so that each holds in its own place:\n\n- {OTHER.question}" in (
        counter.last(DESK).text
    )
    assert (await served(counter)).alternatives == (*UWV.alternatives, OTHER.question)
    await counter.asks(OTHER.question)
    assert UWV.answer in counter.last(WELCOME).text
