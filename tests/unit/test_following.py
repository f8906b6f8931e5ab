"""Edits, redactions and reactions: both sides of a relayed message follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases import Status
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from knowledge.entry import Entry
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, OMAR, VERA, WELCOME, WIM, Counter

DIGID = replace(
    BSN, id="digid", question="How do I get a DigiD?", answer="Apply at digid.nl.", topic="digid"
)
FISH = "Where do I get a fishing permit?"
HUNT = "Where do I get a hunting permit?"
ASKED = "How do I get a BSN?"
LATER = timedelta(minutes=11)


@pytest.fixture
async def counter() -> Counter:
    counter = await Counter.open()
    await counter.knows(BSN, DIGID)
    return counter


def finds(counter: Counter, *entries: Entry, score: float = 1.2) -> None:
    counter.search.hits.clear()
    for entry in entries:
        counter.search.finds(entry, score)


async def answered_by_entry(counter: Counter) -> None:
    finds(counter, BSN)
    await counter.asks(ASKED)


async def answered_by_vera(counter: Counter, answer: str = "At the post office.") -> str:
    """A case whose asker has a volunteer's answer; gives the event of ``!answer``."""
    await counter.asks(FISH)
    await counter.at_desk(VERA, f"!answer {answer}")
    return f"$m{counter.count}"


# The asker edits


async def test_an_edited_question_gets_another_answer_in_place_of_the_first(
    counter: Counter,
) -> None:
    await answered_by_entry(counter)
    finds(counter, DIGID)
    await counter.edits(ANNA, "$m1", DIGID.question)
    (shown,) = counter.shown(WELCOME)
    assert DIGID.answer in shown
    assert BSN.answer not in shown
    finds(counter, BSN)
    await counter.edits(ANNA, "$m1", ASKED)
    (shown,) = counter.shown(WELCOME)
    assert BSN.answer in shown


async def test_an_edit_with_the_same_answer_says_nothing(counter: Counter) -> None:
    await answered_by_entry(counter)
    outcome = await counter.edits(ANNA, "$m1", ASKED + "?")
    assert (outcome.reason, outcome.outgoing) == ("same answer", ())


async def test_an_edit_that_nothing_answers_turns_the_answer_into_a_case(counter: Counter) -> None:
    await answered_by_entry(counter)
    finds(counter)
    await counter.edits(ANNA, "$m1", FISH)
    (shown,) = counter.shown(WELCOME)
    assert "brought it to the volunteers" in shown
    assert BSN.answer not in shown
    assert FISH in counter.shown(DESK)[0]


async def test_an_answer_turned_into_a_case_can_become_an_answer_again(counter: Counter) -> None:
    await answered_by_entry(counter)
    finds(counter)
    await counter.edits(ANNA, "$m1", FISH)
    finds(counter, BSN)
    await counter.edits(ANNA, "$m1", ASKED)
    (shown,) = counter.shown(WELCOME)
    assert BSN.answer in shown
    assert counter.last(WELCOME).replaces == counter.said(WELCOME)[0].key


async def test_an_edit_of_an_open_case_is_looked_at_anew(counter: Counter) -> None:
    await counter.asks(FISH)
    finds(counter, BSN)
    await counter.edits(ANNA, "$m1", ASKED)
    (shown,) = counter.shown(WELCOME)
    assert BSN.answer in shown
    assert counter.store.cases[1].status is Status.CLOSED
    assert "could answer it" in counter.last(DESK).text


async def test_an_edit_of_an_open_case_that_nothing_answers_changes_its_card(
    counter: Counter,
) -> None:
    await counter.asks(FISH)
    await counter.edits(ANNA, "$m1", HUNT)
    (card,) = counter.shown(DESK)
    assert "hunting" in card
    assert "fishing" not in card
    assert counter.store.cases[1].question == HUNT


async def test_an_edit_while_the_room_may_answer_changes_the_waiting_case(counter: Counter) -> None:
    await counter.says(ANNA, FISH)
    await counter.edits(ANNA, "$m1", HUNT)
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert "hunting" in counter.shown(DESK)[0]


async def test_an_edit_once_somebody_works_on_it_goes_to_them_as_a_note(counter: Counter) -> None:
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!claim")
    await counter.edits(ANNA, "$m1", HUNT)
    note = counter.last(DESK)
    assert "hunting" in note.text
    assert note.mentions == (counter.keys[VERA],)
    assert counter.store.cases[1].question == HUNT


@pytest.mark.parametrize("mended", [f"!people {ASKED}", ASKED])
async def test_who_called_for_people_keeps_them_after_mending_a_typo(
    counter: Counter, mended: str
) -> None:
    finds(counter, BSN)
    await counter.says(ANNA, "!people How do I gt a BSN?")
    await counter.edits(ANNA, "$m1", mended)
    await counter.edits(ANNA, "$m1", f"{mended} Please.")
    case = counter.store.cases[1]
    assert (case.status, case.question) == (Status.OPEN, f"{ASKED} Please.")
    assert "the asker wants people" in counter.shown(DESK)[0]
    assert not any(BSN.answer in text for text in counter.shown(WELCOME))


async def test_an_edit_can_call_for_people_after_an_answer(counter: Counter) -> None:
    await answered_by_entry(counter)
    await counter.edits(ANNA, "$m1", f"!people {ASKED}")
    assert "the asker wants people" in counter.shown(DESK)[0]
    assert counter.store.cases[1].question == ASKED


async def test_an_addition_can_call_for_people_while_the_room_may_answer(counter: Counter) -> None:
    await counter.says(ANNA, FISH)
    finds(counter, BSN)
    await counter.says(ANNA, "!people In Utrecht.", thread="$m1")
    assert counter.store.cases[1].question == f"{FISH}\nIn Utrecht."
    assert "the asker wants people" in counter.shown(DESK)[0]


async def test_an_addition_that_is_edited_changes_with_the_question(counter: Counter) -> None:
    await counter.says(ANNA, FISH)
    await counter.says(ANNA, "In Utrecht.", thread="$m1")
    await counter.edits(ANNA, "$m2", "In Zwolle.")
    assert counter.store.cases[1].question == f"{FISH}\nIn Zwolle."


async def test_an_edited_addition_changes_no_other_words(counter: Counter) -> None:
    asked = "I said yes to the lease. How do I move?"
    await counter.says(ANNA, asked)
    await counter.says(ANNA, "yes", thread="$m1")
    await counter.edits(ANNA, "$m2", "no", thread="$m1")
    assert counter.store.cases[1].question == f"{asked}\nno"
    await counter.edits(ANNA, "$m1", "Do I say no?")
    assert counter.store.cases[1].question == "Do I say no?\nno"
    await counter.takes_back(ANNA, "$m2")
    assert counter.store.cases[1].question == "Do I say no?"


async def test_a_late_edit_of_an_answered_question_changes_nothing(counter: Counter) -> None:
    await answered_by_entry(counter)
    began = counter.clock()
    finds(counter, DIGID)
    counter.clock.advance(LATER)
    outcome = await counter.edits(ANNA, "$m1", DIGID.question, sent_at=began)
    assert outcome.outgoing == ()


async def test_an_edit_makes_a_question_of_what_was_none(counter: Counter) -> None:
    finds(counter, BSN)
    await counter.says(ANNA, "BNS of what was it.")
    await counter.edits(ANNA, "$m1", ASKED, addressed=True)
    (shown,) = counter.said(WELCOME)
    assert BSN.answer in shown.text
    assert shown.thread == "$m1"


async def test_a_question_edited_while_it_is_put_off_becomes_one_case(counter: Counter) -> None:
    now = counter.clock()
    asked = MessageRef("matrix", WELCOME, "$q")
    question = Message(asked, Place.COMMUNITY, ANNA, Kind.TEXT, FISH, now, addressed=True)
    there = replace(asked, event="$e")
    edit = replace(question, ref=there, kind=Kind.EDIT, text=HUNT, reply_to="$q")
    await counter.store.receive("matrix", [question], "1")
    await counter.store.put_off(asked, now + LATER)
    await counter.store.receive("matrix", [edit], "2")
    for wait in (timedelta(), LATER):
        counter.clock.advance(wait)
        while waiting := await counter.store.unhandled(counter.clock(), 10):
            for each in waiting:
                await counter.store.commit(await counter.reception.handle(each))
            await counter.send()
    assert [case.question for case in await counter.store.open_cases()] == [HUNT]
    assert len(counter.shown(DESK)) == 1


async def test_nobody_edits_the_question_of_somebody_else(counter: Counter) -> None:
    await answered_by_entry(counter)
    finds(counter)
    await counter.asks(FISH)
    for event in ("$m1", "$m2"):
        outcome = await counter.edits(BEN, event, HUNT)
        assert (outcome.outgoing, outcome.case) == ((), None)


# The asker takes back


async def test_a_question_taken_back_is_nowhere_any_more(counter: Counter) -> None:
    await answered_by_vera(counter)
    await counter.takes_back(ANNA, "$m1")
    case = counter.store.cases[1]
    assert (case.status, case.question, case.draft) == (Status.WITHDRAWN, "", None)
    assert not any("fishing" in text for text in counter.shown(DESK))
    assert not any("brought it to" in text for text in counter.shown(WELCOME))
    told = counter.last(DESK)
    told = next(each for each in counter.said(DESK) if "case 1 back" in each.text)
    assert told.mentions == (counter.keys[VERA],)
    assert "fishing" not in repr(counter.store.notes_kept)


async def test_an_answered_question_taken_back_takes_the_answer_with_it(counter: Counter) -> None:
    await answered_by_entry(counter)
    await counter.takes_back(ANNA, "$m1")
    assert counter.shown(WELCOME) == []


async def test_an_addition_taken_back_leaves_the_question(counter: Counter) -> None:
    await counter.asks(FISH)
    await counter.says(ANNA, "My name is Anna.", thread="$m1")
    await counter.takes_back(ANNA, "$m2")
    assert not any("Anna" in text for text in counter.shown(DESK))
    assert any("fishing" in text for text in counter.shown(DESK))


async def test_an_addition_taken_back_while_the_room_may_answer_is_forgotten(
    counter: Counter,
) -> None:
    await counter.says(ANNA, FISH)
    await counter.says(ANNA, "My name is Anna.", thread="$m1")
    await counter.takes_back(ANNA, "$m2")
    assert counter.store.cases[1].question == FISH


async def handed_over_with_an_addition(counter: Counter) -> None:
    await counter.says(ANNA, FISH)
    await counter.says(ANNA, "My name is Anna.", thread="$m1")
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()


async def test_the_list_of_cases_holds_no_words_that_could_be_taken_back(
    counter: Counter,
) -> None:
    await counter.asks(FISH)
    await counter.says(VERA, "!queue", DESK)
    assert "Case 1" in counter.last(DESK).text
    await counter.takes_back(ANNA, "$m1")
    assert not any("fishing" in text for text in counter.shown(DESK))


async def test_an_addition_on_the_card_taken_back_is_nowhere_at_the_desk(counter: Counter) -> None:
    await handed_over_with_an_addition(counter)
    await counter.takes_back(ANNA, "$m2")
    (card,) = counter.shown(DESK)
    assert FISH in card
    assert "Anna" not in card


async def test_an_addition_taken_back_is_not_published(counter: Counter) -> None:
    await handed_over_with_an_addition(counter)
    await counter.at_desk(VERA, "!answer At the post office, https://example.org/fish")
    await counter.takes_back(ANNA, "$m2")
    shown = counter.shown(DESK)
    assert not any("Anna" in text for text in shown)
    assert sum("As an entry" in text and FISH in text for text in shown) == 1
    await counter.at_desk(OMAR, "!vet")
    (entry,) = (each for each in await counter.store.entries() if "post" in each.answer)
    assert entry.question == FISH


async def test_an_addition_edited_after_the_answer_changes_the_draft_too(counter: Counter) -> None:
    await handed_over_with_an_addition(counter)
    await counter.at_desk(VERA, "!answer At the post office, https://example.org/fish")
    await counter.edits(ANNA, "$m2", "I live in Zwolle.")
    drafts = [text for text in counter.shown(DESK) if "As an entry" in text]
    assert len(drafts) == 1
    assert "Zwolle" in drafts[0]
    await counter.takes_back(ANNA, "$m2")
    assert not any("Zwolle" in text for text in counter.shown(DESK))


async def test_a_vetted_answer_outlives_the_question_and_forgets_its_words(
    counter: Counter,
) -> None:
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!answer At the post office, https://example.org/fish")
    await counter.at_desk(OMAR, "!edit question: Where are permits sold?")
    await counter.at_desk(OMAR, "!vet")
    await counter.takes_back(ANNA, "$m1")
    case = counter.store.cases[1]
    assert (case.status, case.question, case.draft) == (Status.VETTED, "", None)
    assert any("post office" in each.answer for each in await counter.store.entries())


async def test_what_the_bot_never_cared_about_can_be_taken_back(counter: Counter) -> None:
    await counter.takes_back(ANNA, "$unknown")
    assert counter.said(WELCOME) == []


# The responder edits and takes back


async def test_an_edited_answer_follows_with_an_alert(counter: Counter) -> None:
    event = await answered_by_vera(counter)
    await counter.edits(VERA, event, "!answer At the town hall.", DESK)
    shown = counter.shown(WELCOME)
    assert not any("post office" in text for text in shown)
    assert sum("town hall" in text for text in shown) == 2
    news = counter.last(WELCOME)
    assert (news.style, news.mentions) == (Style.TEXT, (counter.keys[ANNA],))
    assert "changed the answer above" in news.text
    case = counter.store.cases[1]
    assert case.told == "At the town hall."
    assert case.draft is not None
    assert case.draft.answer == "At the town hall."
    assert "town hall" in counter.last(DESK).text


async def test_a_mended_comma_alerts_nobody(counter: Counter) -> None:
    event = await answered_by_vera(counter)
    await counter.edits(VERA, event, "!answer At the post office!", DESK)
    assert sum("post office!" in text for text in counter.shown(WELCOME)) == 1
    assert counter.last(WELCOME).replaces is not None


async def test_an_answer_that_the_asker_has_not_seen_yet_is_changed_without_ceremony(
    counter: Counter,
) -> None:
    await counter.asks(FISH)

    async def nothing_is_sent() -> None:
        return

    counter.send = nothing_is_sent  # type: ignore[method-assign]
    await counter.at_desk(VERA, "!answer At the post office.")
    await counter.edits(VERA, f"$m{counter.count}", "!answer At the town hall.", DESK)
    waiting = [each for each in await counter.store.unsent(20) if each.room == WELCOME]
    (carried,) = (each for each in waiting if "volunteer answers" in each.text)
    assert "town hall" in carried.text
    assert not any("changed the answer" in each.text for each in waiting)


async def test_words_sent_by_a_tap_follow_their_edits_too(counter: Counter) -> None:
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!claim")
    await counter.at_desk(VERA, "At the post office.")
    words = f"$m{counter.count}"
    await counter.edits(VERA, words, "At the fish market.", DESK)
    await counter.taps(VERA, "📤", words)
    assert any("fish market" in text for text in counter.shown(WELCOME))
    await counter.edits(VERA, words, "At the town hall.", DESK)
    assert not any("fish market" in text for text in counter.shown(WELCOME))
    assert any("town hall" in text for text in counter.shown(WELCOME))


async def test_an_answer_taken_back_is_gone_and_the_asker_is_told(counter: Counter) -> None:
    event = await answered_by_vera(counter)
    await counter.takes_back(VERA, event, DESK)
    assert not any("post office" in text for text in counter.shown(WELCOME))
    told = next(each for each in counter.said(WELCOME) if "taken back" in each.text)
    assert told.mentions == (counter.keys[ANNA],)
    case = counter.store.cases[1]
    assert (case.status, case.told) == (Status.CLAIMED, "")
    assert case.claimed_by == counter.keys[VERA]
    await counter.at_desk(VERA, "!answer At the town hall.")
    assert counter.store.cases[1].status is Status.ANSWERED


async def test_a_vetted_answer_stays_whatever_its_author_does_with_the_words(
    counter: Counter,
) -> None:
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!answer At the post office, https://example.org/fish")
    event = f"$m{counter.count}"
    await counter.at_desk(OMAR, "!vet")
    await counter.edits(VERA, event, "!answer Nowhere.", DESK)
    await counter.takes_back(VERA, event, DESK)
    assert any("post office" in text for text in counter.shown(WELCOME))
    assert "has moved on" in counter.last(DESK).text


async def test_an_edit_by_another_responder_changes_nothing(counter: Counter) -> None:
    event = await answered_by_vera(counter)
    await counter.edits(WIM, event, "!answer Nowhere.", DESK)
    assert counter.store.cases[1].told == "At the post office."


async def test_a_mistyped_command_can_be_mended(counter: Counter) -> None:
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!anwser At the post office.")
    root = counter.store.events[counter.store.cases[1].desk_thread or ""]
    typed = f"$m{counter.count}"
    await counter.edits(VERA, typed, "!answer At the post office.", DESK, thread=root)
    assert any("post office" in text for text in counter.shown(WELCOME))


async def test_words_taken_back_before_they_were_sent_can_not_be_sent(counter: Counter) -> None:
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!claim")
    await counter.at_desk(VERA, "Anna, is that you?")
    words = f"$m{counter.count}"
    await counter.takes_back(VERA, words, DESK)
    await counter.taps(VERA, "📤", words)
    assert not any("is that you" in text for text in counter.shown(WELCOME))
    assert "is that you" not in repr(counter.store.notes_kept)


# Reactions


def reactions(counter: Counter, room: str) -> list[Outgoing]:
    kinds = (Style.REACTION, Style.REDACTION)
    return [each for each in counter.said(room) if each.style in kinds]


async def copy_of_answer(counter: Counter) -> str:
    (copy,) = (each for each in counter.said(WELCOME) if "post office" in each.text)
    return f"${copy.key}"


async def test_thanks_under_the_answer_are_shown_to_who_wrote_it_once(counter: Counter) -> None:
    event = await answered_by_vera(counter)
    copy = await copy_of_answer(counter)
    await counter.taps(ANNA, "❤️", copy, WELCOME)
    await counter.taps(BEN, "❤️", copy, WELCOME)
    await counter.taps(BEN, "👍", copy, WELCOME)
    shown = [(each.text, each.reply_to) for each in reactions(counter, DESK)]
    assert shown == [("❤️", event), ("👍", event)]


async def test_a_reaction_goes_when_the_last_person_takes_it_back(counter: Counter) -> None:
    await answered_by_vera(counter)
    copy = await copy_of_answer(counter)
    await counter.taps(ANNA, "❤️", copy, WELCOME)
    first = f"$m{counter.count}"
    await counter.taps(BEN, "❤️", copy, WELCOME)
    second = f"$m{counter.count}"
    await counter.takes_back(ANNA, first)
    assert [each.style for each in reactions(counter, DESK)] == [Style.REACTION]
    await counter.takes_back(BEN, second)
    mirror, back = reactions(counter, DESK)
    assert (back.style, back.reply_to) == (Style.REDACTION, mirror.key)
    await counter.taps(ANNA, "❤️", copy, WELCOME)
    styles = [each.style for each in reactions(counter, DESK)]
    assert styles == [Style.REACTION, Style.REDACTION, Style.REACTION]


async def test_a_responders_reaction_to_the_card_is_shown_under_the_question(
    counter: Counter,
) -> None:
    await counter.asks(FISH)
    (card,) = counter.said(DESK)
    await counter.taps(VERA, "👀", f"${card.key}")
    (shown,) = reactions(counter, WELCOME)
    assert (shown.text, shown.reply_to) == ("👀", "$m1")


@pytest.mark.parametrize("key", ["📤", "call me on 06", "➕"])
async def test_commands_and_free_texts_are_not_shown_as_reactions(
    counter: Counter, key: str
) -> None:
    await answered_by_vera(counter)
    await counter.taps(ANNA, key, await copy_of_answer(counter), WELCOME)
    assert reactions(counter, DESK) == []


async def test_a_reaction_to_an_entry_is_shown_to_nobody(counter: Counter) -> None:
    await answered_by_entry(counter)
    (answer,) = counter.said(WELCOME)
    outcome = await counter.taps(ANNA, "👍", f"${answer.key}", WELCOME)
    assert (outcome.outgoing, outcome.reaction) == ((), None)


# Elsewhere


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ("pay 12 euros. you may not. wait", False),
        ("Pay 12 euros.  You may not. Wait!", False),
        ("Pay 13 euros. You may not. Wait.", True),
        ("Pay 12 euros. You may. Wait.", True),
        ("Pay 12 euros. You may. Not wait.", True),
    ],
)
async def test_one_digit_one_not_or_one_full_stop_changes_what_an_answer_says(
    counter: Counter, after: str, told: bool
) -> None:
    event = await answered_by_vera(counter, "Pay 12 euros. You may not. Wait.")
    await counter.edits(VERA, event, f"!answer {after}", DESK)
    assert ("changed" in counter.last(WELCOME).text) is told


async def test_in_a_direct_chat_edits_and_redactions_follow_as_well(counter: Counter) -> None:
    await counter.asks(FISH, room=CHAT)
    await counter.edits(ANNA, "$m1", HUNT, CHAT)
    assert "hunting" in counter.shown(DESK)[0]
    await counter.takes_back(ANNA, "$m1", CHAT)
    assert not any("hunting" in text for text in counter.shown(DESK))


# A responder's question to the asker


async def asked_back(counter: Counter) -> str:
    """A case whose asker was asked back; gives the event of ``!askback``."""
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!askback Whihc town?")
    return f"$m{counter.count}"


async def test_an_edited_question_back_is_changed_for_the_asker_and_told(
    counter: Counter,
) -> None:
    ask = await asked_back(counter)
    await counter.edits(VERA, ask, "!askback Which town?", DESK)
    assert not [text for text in counter.shown(WELCOME) if "Whihc" in text]
    _, changed, news = counter.shown(WELCOME)
    assert "asks you first" in changed
    assert "> Which town?" in changed
    assert news == "The volunteer has changed the question above. It reads now:\n\n> Which town?"
    assert counter.last(WELCOME).mentions == (counter.keys[ANNA],)
    assert counter.last(WELCOME).thread == "$m1"


async def test_a_question_back_edited_twice_is_changed_where_it_was_last_told(
    counter: Counter,
) -> None:
    ask = await asked_back(counter)
    await counter.edits(VERA, ask, "!askback Which town?", DESK)
    await counter.edits(VERA, ask, "!askback Which city?", DESK)
    assert ["> Which town?" in text for text in counter.shown(WELCOME)] == [
        *(False, True, False, False)
    ]
    assert "> Which city?" in counter.shown(WELCOME)[-1]


async def test_a_question_back_edited_before_it_is_said_is_said_once_as_it_stands(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await counter.asks(FISH)
    send = counter.send

    async def later() -> None:
        pass

    monkeypatch.setattr(counter, "send", later)
    await counter.at_desk(VERA, "!askback Whihc town?")
    await counter.edits(VERA, f"$m{counter.count}", "!askback Which town?", DESK)
    await send()
    assert len([text for text in counter.shown(WELCOME) if "> Which town?" in text]) == 1
    assert not [each for each in counter.said(WELCOME) if "has changed" in each.text]


@pytest.mark.parametrize("after", ["!answer At the post office.", "!release", "!close No more."])
async def test_a_question_back_edited_once_the_case_moved_on_stays(
    counter: Counter, after: str
) -> None:
    ask = await asked_back(counter)
    await counter.at_desk(VERA, after)
    said = counter.shown(WELCOME)
    await counter.edits(VERA, ask, "!askback Which town?", DESK)
    assert counter.shown(WELCOME) == said
    assert "What the asker has stays as it is." in counter.last(DESK).text


# A responder's commands outside the case's thread


@pytest.mark.parametrize("room", [DESK, CHAT])
@pytest.mark.parametrize("verb", ["answer", "askback"])
async def test_the_number_of_the_case_is_no_part_of_edited_words(
    counter: Counter, room: str, verb: str
) -> None:
    await counter.asks(FISH)
    await counter.says(VERA, f"!{verb} 1 At the sohp?", room)
    await counter.edits(VERA, "$m2", f"!{verb} 1 At the shop?", room)
    assert [text for text in counter.shown(WELCOME) if "> At the shop?" in text]
    assert not [text for text in counter.shown(WELCOME) if "sohp" in text or "> 1" in text]
    assert list(counter.store.cases) == [1]


async def test_an_edit_that_names_another_case_changes_nothing_for_the_asker(
    counter: Counter,
) -> None:
    await counter.asks(FISH)
    await counter.asks(HUNT, BEN)
    await counter.says(VERA, "!answer 1 At the shop.", DESK)
    said = counter.shown(WELCOME)
    await counter.edits(VERA, "$m3", "!answer 2 At the town hall.", DESK)
    assert counter.shown(WELCOME) == said


async def test_an_answer_from_a_direct_chat_that_is_taken_back_there_is_no_answer(
    counter: Counter,
) -> None:
    await counter.asks(FISH)
    await counter.says(VERA, "!answer 1 At the shop.", CHAT)
    await counter.takes_back(VERA, "$m2", CHAT)
    assert counter.store.cases[1].status is Status.CLAIMED
    assert not [text for text in counter.shown(WELCOME) if "> At the shop." in text]
    assert "was taken back" in counter.last(WELCOME).text


async def test_a_command_mended_in_a_direct_chat_is_obeyed(counter: Counter) -> None:
    await counter.asks(FISH)
    await counter.says(VERA, "!claim 9", CHAT)
    await counter.edits(VERA, "$m2", "!claim 1", CHAT)
    assert counter.store.cases[1].claimed_by == counter.keys[VERA]
    assert list(counter.store.cases) == [1]
