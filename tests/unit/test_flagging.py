"""Anybody may say that an answer is wrong; people look at it, and tell what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from bot.cases import Status
from bot.config import Answering as Settings
from bot.config import Responder, Role
from bot.errors import HandleAgain
from bot.messages import Kind, Message, MessageRef, Place, Style
from bot.outcome import CONFIRMED, Outcome, Revision
from knowledge.change import Change
from knowledge.entry import Entry
from tests.counter import (
    ANNA,
    BEN,
    BSN,
    CHAT,
    DESK,
    EVA,
    OMAR,
    RESPONDERS,
    WELCOME,
    WIM,
    Counter,
)

UWV = replace(BSN, body="UWV")
ASKED = "How do I get a BSN?"
REASON = "my town hall says otherwise"
SURE = Revision(change=Change.MINOR, reason=CONFIRMED)


async def answered(policy: Literal["mark", "pause"] = "mark") -> Counter:
    counter = await Counter.open(Settings(flagged=policy))
    await counter.knows(UWV)
    counter.search.finds(UWV, 1.5)
    await counter.asks(ASKED)
    return counter


def answer_of(counter: Counter) -> str:
    return counter.store.events[counter.said(WELCOME)[0].key]


async def flagged(policy: Literal["mark", "pause"] = "mark") -> Counter:
    counter = await answered(policy)
    await counter.says(BEN, f"!wrong {REASON}", reply_to=answer_of(counter), addressed=True)
    return counter


async def test_one_tap_opens_a_case_for_the_bodys_officials() -> None:
    counter = await answered()
    await counter.taps(BEN, "⚠️", answer_of(counter), WELCOME)
    case = counter.store.cases[1]
    assert (case.body, case.officials, case.question) == ("UWV", True, UWV.question)
    card = next(each for each in counter.said(DESK) if each.key == case.desk_thread)
    assert card.mentions == (counter.keys[OMAR],)
    assert "somebody says that an entry in English is wrong" in counter.card()
    assert "!confirm if it holds" in counter.last(DESK).text
    thanks = counter.last(WELCOME)
    assert thanks.text.startswith("Thank you. I have told the people")
    assert (thanks.thread, thanks.reply_to) == ("$m1", answer_of(counter))


@pytest.mark.parametrize(
    "where", [{"thread": "$m1"}, {"reply_to": "answer"}, {"thread": "$m1", "reply_to": "answer"}]
)
@pytest.mark.parametrize("words", ["!wrong", "!fout:"])
async def test_words_in_its_thread_or_under_it_do_the_same_and_the_reason_is_for_the_desk_only(
    where: dict[str, str], words: str
) -> None:
    counter = await answered()
    if "reply_to" in where:
        where = {**where, "reply_to": answer_of(counter)}
    await counter.says(BEN, f"{words} {REASON}", **where)
    assert counter.store.cases[1].asker == counter.keys[BEN]
    assert f"They write why:\n\n> {REASON}" in counter.last(DESK).text
    await counter.says(OMAR, "!confirm bsn", DESK)
    await counter.looks_after()
    assert not any(REASON in text for text in counter.shown(WELCOME))


async def test_elsewhere_the_bot_asks_which_answer_is_meant() -> None:
    counter = await answered()
    await counter.says(BEN, "!wrong it is")
    assert "Welk antwoord klopt niet?" in counter.last(WELCOME).text
    await counter.taps(BEN, "⚠️", "$m1", CHAT)
    assert not counter.store.cases


async def test_who_says_it_too_is_counted_once_in_the_same_case() -> None:
    counter = await flagged()
    for _ in range(2):
        await counter.taps(ANNA, "⚠️", answer_of(counter), WELCOME)
        await counter.taps(BEN, "⚠️", answer_of(counter), WELCOME)
    await counter.says(ANNA, "!wrong also the address", thread="$m1")
    assert list(counter.store.cases) == [1]
    assert counter.store.cases[1].demand == 1
    assert "> also the address" in counter.last(DESK).text


async def test_meanwhile_it_is_given_with_a_mark() -> None:
    counter = await flagged()
    await counter.asks(ASKED)
    assert UWV.answer in counter.last(WELCOME).text
    assert "Somebody has said that this may be wrong." in counter.last(WELCOME).text
    await counter.at_desk(OMAR, "!confirm")
    await counter.looks_after()
    await counter.asks(ASKED)
    assert "may be wrong" not in counter.last(WELCOME).text


async def test_meanwhile_its_questions_go_to_people_where_the_settings_say_so() -> None:
    counter = await flagged("pause")
    await counter.asks(ASKED)
    assert counter.store.cases[2].why == "why_flagged"
    await counter.at_desk(OMAR, "!confirm")
    await counter.looks_after()
    await counter.asks(ASKED)
    assert UWV.answer in counter.last(WELCOME).text


async def test_a_confirmation_ends_it_and_everybody_who_said_it_is_told() -> None:
    counter = await flagged()
    await counter.taps(ANNA, "⚠️", answer_of(counter), WELCOME)
    await counter.at_desk(EVA, "!confirm")
    await counter.looks_after()
    assert counter.store.cases[1].status is Status.OPEN
    await counter.at_desk(OMAR, "!confirm")
    for _ in range(2):
        await counter.looks_after()
    assert counter.store.cases[1].status is Status.CLOSED
    (told,) = [each for each in counter.said(WELCOME) if "It holds:" in each.text]
    assert f"> {UWV.answer}" in told.text
    assert set(told.mentions) == {counter.keys[BEN], counter.keys[ANNA]}
    assert "Entry bsn holds" in "".join(counter.shown(DESK))


async def test_a_new_version_from_anywhere_ends_it() -> None:
    counter = await flagged()
    await counter.knows(replace(UWV, answer="At the counter."))
    await counter.looks_after()
    (told,) = [each for each in counter.said(WELCOME) if "Thank you for saying" in each.text]
    assert "changed it. This holds now:\n\n> At the counter." in told.text
    assert told.mentions == (counter.keys[BEN],)


async def test_a_change_of_who_decides_alone_settles_nothing_and_is_told_to_nobody() -> None:
    """Who had said it read that people had changed the answer, with the same words below."""
    counter = await flagged()
    said = len(counter.said(WELCOME))
    await counter.knows(replace(UWV, body="Uitvoeringsinstituut UWV"))
    await counter.looks_after()
    assert len(counter.said(WELCOME)) == said
    assert [each.entry_id for each in await counter.store.flags()] == ["bsn"]


async def test_a_withdrawal_ends_it() -> None:
    counter = await flagged()
    await counter.at_desk(OMAR, "!withdraw it was wrong")
    await counter.looks_after()
    assert counter.store.cases[1].status is Status.CLOSED
    assert any("it is not given any more" in text for text in counter.shown(WELCOME))
    await counter.taps(ANNA, "⚠️", answer_of(counter), WELCOME)
    assert "That answer is not given any more." in counter.last(WELCOME).text


async def test_who_takes_the_tap_back_takes_the_flag_back() -> None:
    counter = await answered()
    await counter.taps(BEN, "⚠️", answer_of(counter), WELCOME)
    await counter.takes_back(BEN, "$m2")
    assert counter.store.cases[1].status is Status.WITHDRAWN
    await counter.asks(ASKED)
    assert "may be wrong" not in counter.last(WELCOME).text


def desk(counter: Counter) -> str:
    return "\n".join(counter.shown(DESK))


async def test_an_edited_reason_follows_to_the_case_and_stands_under_the_old_one() -> None:
    counter = await flagged()
    first = counter.last(DESK)
    await counter.edits(BEN, "$m2", "!fout the desk moved")
    told = counter.last(DESK)
    assert told.text.endswith("They read now:\n\n> the desk moved")
    assert (told.thread, told.reply_to) == (counter.store.cases[1].desk_thread, first.key)
    assert (told.style, told.mentions) == (Style.NOTICE, ())
    await counter.at_desk(OMAR, "!claim")
    await counter.edits(BEN, "$m2", "!wrong two desks moved")
    assert counter.last(DESK).mentions == (counter.keys[OMAR],)
    before = len(counter.said(DESK))
    await counter.edits(BEN, "$m2", "!wrong: two desks moved")
    assert len(counter.said(DESK)) == before
    assert counter.store.cases[1].question == UWV.question
    assert "moved" not in "\n".join(counter.shown(WELCOME))


async def test_a_reason_that_is_edited_away_is_taken_off_and_a_new_one_comes() -> None:
    counter = await flagged()
    await counter.edits(BEN, "$m2", "!wrong")
    assert REASON not in desk(counter)
    await counter.edits(BEN, "$m2", "never mind, it holds")
    assert "> never mind, it holds" in desk(counter)
    assert counter.store.cases[1].status is Status.OPEN
    await counter.taps(ANNA, "⚠️", answer_of(counter), WELCOME)
    await counter.takes_back(BEN, "$m2")
    assert counter.store.cases[1].asker == counter.keys[ANNA]
    assert "never mind" not in desk(counter)


async def test_nobody_edits_the_reason_of_somebody_else_nor_of_what_has_ended() -> None:
    counter = await flagged()
    await counter.edits(ANNA, "$m2", "!wrong other words")
    await counter.at_desk(OMAR, "!confirm")
    await counter.looks_after()
    await counter.edits(BEN, "$m2", "!wrong late words")
    assert "other words" not in desk(counter)
    assert "late words" not in desk(counter)


async def test_an_edit_of_what_was_added_to_a_flag_leaves_its_case_open() -> None:
    counter = await flagged()
    await counter.says(BEN, "The street is wrong too.", thread="$m1")
    await counter.edits(BEN, "$m3", "The street and the number are wrong too.", thread="$m1")
    assert "> The street and the number are wrong too." in desk(counter)
    assert counter.store.cases[1].status is Status.OPEN


async def test_who_takes_the_words_back_alone_takes_the_flag_back() -> None:
    counter = await flagged()
    await counter.edits(BEN, "$m2", "!wrong the desk moved")
    await counter.takes_back(BEN, "$m2")
    assert counter.store.cases[1].status is Status.WITHDRAWN
    assert REASON not in desk(counter)
    assert "the desk moved" not in desk(counter)
    assert REASON not in repr(counter.store.notes_kept)
    assert "Case 1 is closed. There is nothing more to do." in counter.last(DESK).text
    assert "taken back by the asker" in counter.card()
    assert len(counter.shown(WELCOME)) == 1
    await counter.asks(ASKED)
    assert "may be wrong" not in counter.last(WELCOME).text


async def test_a_flag_of_others_stands_when_the_first_is_taken_back() -> None:
    counter = await flagged()
    await counter.taps(ANNA, "⚠️", answer_of(counter), WELCOME)
    await counter.takes_back(BEN, "$m2")
    case = counter.store.cases[1]
    assert (case.status, case.asker, case.demand) == (Status.OPEN, counter.keys[ANNA], 0)
    assert UWV.question in counter.card()
    assert REASON not in desk(counter)
    await counter.at_desk(OMAR, "!confirm")
    await counter.looks_after()
    (told,) = [each for each in counter.said(WELCOME) if "It holds:" in each.text]
    assert told.mentions == (counter.keys[ANNA],)


async def test_the_last_who_takes_a_flag_back_ends_it_whoever_said_it_first() -> None:
    counter = await flagged()
    await counter.says(ANNA, "!wrong the address", thread="$m1")
    await counter.takes_back(BEN, "$m2")
    await counter.takes_back(ANNA, "$m3")
    assert counter.store.cases[1].status is Status.WITHDRAWN
    assert "the address" not in desk(counter)


async def test_who_said_it_second_and_takes_it_back_is_counted_no_more() -> None:
    counter = await flagged()
    await counter.says(ANNA, "!wrong the address", thread="$m1")
    assert counter.store.cases[1].demand == 1
    await counter.takes_back(ANNA, "$m3")
    case = counter.store.cases[1]
    assert (case.status, case.asker, case.demand) == (Status.OPEN, counter.keys[BEN], 0)
    assert not await counter.store.followers(1)
    assert REASON in desk(counter)


@pytest.mark.parametrize("first", ["$m2", "$m3"])
async def test_who_said_it_twice_says_it_until_both_are_taken_back(first: str) -> None:
    counter = await flagged()
    await counter.taps(BEN, "⚠️", answer_of(counter), WELCOME)
    await counter.takes_back(BEN, first)
    assert counter.store.cases[1].status is Status.OPEN
    assert (REASON in desk(counter)) == (first == "$m3")
    await counter.takes_back(BEN, "$m2" if first == "$m3" else "$m3")
    assert counter.store.cases[1].status is Status.WITHDRAWN


async def test_a_case_that_somebody_took_stays_open_and_they_are_told() -> None:
    counter = await flagged()
    await counter.at_desk(OMAR, "!claim")
    await counter.takes_back(BEN, "$m2")
    assert counter.store.cases[1].status is Status.CLAIMED
    assert REASON not in desk(counter)
    told = counter.last(DESK)
    assert "Case 1 stays open" in told.text
    assert told.mentions == (counter.keys[OMAR],)


async def test_who_takes_back_what_was_added_to_a_flag_leaves_the_flag() -> None:
    counter = await flagged()
    await counter.says(BEN, "The street is wrong too.", thread="$m1")
    await counter.takes_back(BEN, "$m3")
    assert "The street" not in desk(counter)
    assert counter.store.cases[1].status is Status.OPEN


async def test_an_end_between_the_steps_tells_nobody_twice() -> None:
    counter = await flagged()
    await counter.store.commit(Outcome("confirmed", entry=UWV, revision=SURE))
    first = await counter.reception.looked_after()
    again = await counter.reception.looked_after()
    await counter.store.commit(first[-1])
    with pytest.raises(HandleAgain):
        await counter.store.commit(again[-1])
    await counter.looks_after()
    told = [each for each in counter.said(WELCOME) if "Thank you for saying" in each.text]
    assert len(told) == 1


# A correction

INA = "@ina:example.org"
TWO_OF_UWV = (*RESPONDERS, Responder(INA, Role.OFFICIAL, "UWV", may_vet=True))
RIGHT = "Make an appointment at the town hall."


async def corrected(answer: str = RIGHT, entry: Entry = UWV) -> Counter:
    """Somebody asked in Dutch, said that the answer is wrong, and an official knows better."""
    counter = await Counter.open(responders=TWO_OF_UWV)
    await counter.knows(entry)
    counter.search.finds(entry, 1.5)
    await counter.asks("Hoe krijg ik een BSN?", BEN)
    await counter.taps(BEN, "⚠️", answer_of(counter), WELCOME)
    await counter.at_desk(OMAR, f"!answer {answer}")
    return counter


async def test_an_answer_there_would_be_the_entrys_next_version_with_all_that_it_has() -> None:
    wordings = tuple(f"BSN, wording {number}?" for number in range(12))
    counter = await corrected(entry=replace(UWV, alternatives=wordings, scope="nl"))
    shown = counter.last(DESK).text
    assert "This would be the next version of entry bsn." in shown
    draft = counter.store.cases[1].draft
    assert draft is not None
    assert (draft.question, draft.lang, draft.topic) == (UWV.question, "en", UWV.topic)
    assert (draft.body, draft.source, draft.others) == ("UWV", UWV.source, wordings)


async def test_vetting_it_publishes_that_version_and_nothing_beside_it() -> None:
    counter = await corrected()
    await counter.at_desk(OMAR, "!vet")
    assert "nobody vets their own answer" in counter.last(DESK).text
    await counter.at_desk(INA, "!vet")
    (entry,) = await counter.store.entries()
    assert (entry.id, entry.version, entry.answer, entry.lang) == ("bsn", 2, RIGHT, "en")
    assert (entry.question, entry.source) == (UWV.question, UWV.source)
    assert entry.vetted_by == "UWV"
    newest, _ = await counter.store.history("bsn")
    told = newest.revision
    assert (told.change, told.reason) == (Change.ADVICE, "flagged, case 1")
    people = (counter.keys[OMAR], counter.keys[INA])
    assert (told.author_person, told.vetter_person) == people
    assert (
        "Entry bsn has changed; who said that it may be wrong is told." in counter.last(DESK).text
    )


async def test_then_it_is_under_review_no_more_and_who_said_it_is_told_once() -> None:
    counter = await corrected()
    await counter.at_desk(INA, "!vet")
    for _ in range(2):
        await counter.looks_after()
    assert counter.store.cases[1].status is Status.VETTED
    assert await counter.store.flags() == []
    told = [text for text in counter.shown(WELCOME) if "Dank je wel dat je zei" in text]
    assert len(told) == 1
    assert f"> {RIGHT}" in told[0]
    await counter.asks(ASKED)
    assert RIGHT in counter.last(WELCOME).text
    assert "may be wrong" not in counter.last(WELCOME).text


async def test_who_got_the_wrong_answer_gets_the_correction() -> None:
    counter = await corrected()
    before = len(counter.said(WELCOME))
    await counter.at_desk(INA, "!vet")
    await counter.looks_after()
    edit, news = counter.said(WELCOME)[before:][-2:]
    assert edit.replaces == counter.said(WELCOME)[0].key
    assert f"> {RIGHT}" in news.text
    assert news.mentions == (counter.keys[BEN],)


async def test_a_correction_of_a_slip_is_re_sent_to_nobody() -> None:
    counter = await corrected("Register at your municipality")
    await counter.at_desk(INA, "!vet")
    newest, _ = await counter.store.history("bsn")
    assert newest.revision.change is Change.MINOR
    assert await counter.looks_after() == []
    assert "Het geldt" in counter.last(WELCOME).text


async def test_a_correction_by_one_letter_is_a_change_for_who_said_that_it_is_wrong() -> None:
    """They were told that it holds, and "contacted" had become "contracted"."""
    wrong = replace(UWV, answer="You will be contacted by us.")
    counter = await corrected("You will be contracted by us.", wrong)
    await counter.at_desk(INA, "!vet")
    assert "Entry bsn has changed" in counter.last(DESK).text
    newest, _ = await counter.store.history("bsn")
    assert newest.revision.change is Change.ADVICE
    assert "en het veranderd" in counter.last(WELCOME).text


async def test_what_the_flagged_entry_says_does_not_tell_what_is_a_slip() -> None:
    """Its own wrong word would be a real one, and whoever puts it back no author."""
    counter = await corrected(
        "You will be contacted.", replace(UWV, answer="You will be contracted.")
    )
    await counter.at_desk(INA, "!edit answer: You will be contracted.")
    await counter.at_desk(INA, "!vet")
    assert "you changed what it says" in counter.last(DESK).text


@pytest.mark.parametrize(
    ("before", "who", "words", "told"),
    [
        ("", WIM, "!vet", "official of that body"),
        ("", INA, "!vet supersede other", "!vet makes the draft its next version"),
        ("", INA, "!vet merge bsn", "!vet makes the draft its next version"),
        ("!edit lang: nl", INA, "!vet", "in the same language only"),
    ],
)
async def test_what_can_not_be_done_with_it_is_told_and_nothing_is_published(
    before: str, who: str, words: str, told: str
) -> None:
    counter = await corrected()
    if before:
        await counter.at_desk(OMAR, before)
    await counter.at_desk(who, words)
    assert told in counter.last(DESK).text
    assert await counter.store.entries() == [UWV]


async def test_a_correction_of_what_has_changed_or_gone_meanwhile_is_refused() -> None:
    counter = await corrected()
    await counter.knows(replace(UWV, answer="At the counter."))
    await counter.at_desk(INA, "!vet")
    assert "Entry bsn has changed since that answer" in counter.last(DESK).text
    await counter.store.withdraw(["bsn"])
    await counter.at_desk(INA, "!vet")
    assert "Entry bsn is not served any more." in counter.last(DESK).text
    assert len(await counter.store.history("bsn")) == 2


async def test_a_change_in_the_moment_of_vetting_is_not_lost() -> None:
    counter = await corrected()
    vetted = await counter.at_desk(INA, "!vet")
    with pytest.raises(HandleAgain):
        await counter.store.commit(Outcome("vetted", entry=vetted.entry, over=vetted.over))


async def test_a_correction_that_another_entry_contradicts_names_the_ways_out() -> None:
    counter = await corrected()
    other = replace(UWV, id="bsn-too", question="BSN where?", answer="Online.")
    await counter.knows(other)
    await counter.at_desk(OMAR, f"!edit alternatives: {other.question}")
    await counter.at_desk(INA, "!vet")
    assert "Take what bsn-too answers out of the draft" in counter.last(DESK).text
    await counter.at_desk(INA, "!withdraw bsn-too it is online no more")
    await counter.at_desk(INA, "!vet")
    (entry,) = await counter.store.entries()
    assert (entry.id, entry.answer) == ("bsn", RIGHT)


async def test_of_two_who_say_it_at_once_in_two_rooms_one_opens_the_case() -> None:
    """Rooms wait for each other no more: there were two cases, and each had to be ended."""
    counter = await answered()
    await counter.says(BEN, ASKED, CHAT)
    thread = {"$wrong1": (WELCOME, ANNA, "$m1"), "$wrong2": (CHAT, BEN, "$m2")}
    for event, (room, who, root) in thread.items():
        place = Place.DIRECT if room == CHAT else Place.COMMUNITY
        ref = MessageRef("matrix", room, event)
        said = Message(ref, place, who, Kind.TEXT, "!wrong no", counter.clock(), thread=root)
        await counter.store.receive("matrix", [said], event)
    messages = await counter.store.unhandled(counter.clock(), 10)
    first, second = [await counter.reception.handle(each) for each in messages]
    await counter.store.commit(first)
    with pytest.raises(HandleAgain):
        await counter.store.commit(second)
    await counter.store.commit(await counter.reception.handle(messages[1]))
    (case,) = counter.store.cases.values()
    assert (case.demand, len(await counter.store.flags())) == (1, 1)
