"""Who got an answer that changed is told, once, whatever happens in between."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot.cases import Status
from bot.config import Answering as Settings
from bot.config import Community
from bot.correcting import AT_A_TIME
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Priority, Style
from bot.outcome import Outcome, Revision
from bot.store.sqlite import SqliteStore
from knowledge.change import Change
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, OMAR, VERA, WELCOME, Counter, link
from tests.fakes import FakeClock

NEW = replace(BSN, answer="Register at the town hall.")


async def answered(settings: Settings | None = None, *people: str) -> Counter:
    """A counter where people got the entry."""
    counter = await Counter.open(settings)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.5)
    for who in people or (ANNA,):
        await counter.asks("How do I get a BSN?", who)
    return counter


def news(counter: Counter) -> list[Outgoing]:
    return [each for each in counter.said(WELCOME) if each.style is Style.TEXT]


async def test_the_old_message_is_edited_and_a_new_one_mentions_who_asked() -> None:
    counter = await answered()
    await counter.knows(NEW)
    await counter.looks_after()
    old, told = counter.shown(WELCOME)
    assert NEW.answer in old
    assert BSN.answer not in old
    assert told.startswith("The answer above has changed. This holds now:")
    assert f"> {NEW.answer}" in told
    (sent,) = news(counter)
    assert (sent.thread, sent.mentions) == ("$m1", (counter.keys[ANNA],))
    assert {each.priority for each in counter.said(WELCOME)[1:]} == {Priority.NOTICE}


async def test_everybody_reads_it_in_their_language() -> None:
    counter = await answered()
    await counter.asks("Hoe krijg ik een bsn?", BEN)
    await counter.knows(NEW)
    await counter.looks_after()
    english, dutch = news(counter)
    assert english.text.startswith("The answer above has changed")
    assert dutch.text.startswith("Het antwoord hierboven is veranderd")


async def test_who_asked_in_a_case_that_was_merged_reads_it_in_their_language_too() -> None:
    counter = await Counter.open()
    await counter.asks("Where do I get a fishing permit?")
    await counter.asks("Hoe krijg ik een visvergunning?", BEN)
    await counter.at_desk(VERA, "!merge 1", 2)
    await counter.at_desk(VERA, "!answer Ask at the town hall.")
    await counter.at_desk(OMAR, "!edit source: https://example.org/fish")
    outcome = await counter.at_desk(OMAR, "!vet")
    assert outcome.entry is not None
    await counter.knows(replace(outcome.entry, answer="Ask at the post office."))
    await counter.looks_after()
    english, dutch = [each for each in news(counter) if "Ask at the post office" in each.text]
    assert english.text.startswith("The answer above has changed")
    assert dutch.text.startswith("Het antwoord hierboven is veranderd")
    assert dutch.mentions == (counter.keys[BEN],)


async def test_nobody_is_told_twice_and_a_further_change_is_told_anew() -> None:
    counter = await answered()
    await counter.knows(NEW)
    for _ in range(3):
        await counter.looks_after()
    assert len(news(counter)) == 1
    await counter.knows(BSN)
    await counter.looks_after()
    assert len(news(counter)) == 2
    assert BSN.answer in counter.shown(WELCOME)[0]


async def test_a_typo_is_told_to_nobody() -> None:
    counter = await answered()
    await counter.store.publish([NEW], "test", revision=Revision(change=Change.TYPO))
    assert await counter.looks_after() == []


async def test_a_withdrawn_answer_is_taken_off_and_told() -> None:
    counter = await answered()
    await counter.store.withdraw(["bsn"])
    await counter.looks_after()
    old, told = counter.shown(WELCOME)
    assert old.startswith("The answer that stood here does not hold any more.")
    assert "Please don't rely on it" in told
    await counter.looks_after()
    assert "is not served any more" in counter.last(DESK).text
    await counter.store.commit(Outcome("again", entry=BSN))
    await counter.looks_after()
    assert "This holds now" in counter.shown(WELCOME)[-1]
    assert BSN.answer in counter.shown(WELCOME)[0]


@pytest.mark.parametrize("change", [{"scope": "utrecht"}, {"source": ""}])
async def test_what_is_not_served_there_any_more_counts_as_withdrawn(
    change: dict[str, str],
) -> None:
    counter = await answered()
    await counter.knows(replace(NEW, **change))  # type: ignore[arg-type]
    for _ in range(2):
        await counter.looks_after()
    (told,) = news(counter)
    assert "does not hold any more" in told.text


@pytest.mark.parametrize(("days", "told"), [(0, 0), (1, 0), (3, 1)])
async def test_who_got_it_long_ago_is_not_told(days: int, told: int) -> None:
    counter = await answered(Settings(resend_days=days))
    counter.clock.advance(timedelta(days=2))
    await counter.knows(NEW)
    await counter.looks_after()
    assert len(news(counter)) == told


async def test_an_answer_that_was_taken_back_is_not_told_of() -> None:
    counter = await answered()
    await counter.takes_back(ANNA, "$m1")
    await counter.knows(NEW)
    assert await counter.looks_after() == []


async def test_who_got_an_entry_from_a_responder_or_as_a_vetted_answer_is_told_too() -> None:
    counter = await Counter.open(room=Community(room=WELCOME, languages=("en",)))
    await counter.asks("Where do I get a fishing permit?")
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.at_desk(VERA, "!answer See https://example.org/fish.")
    await counter.at_desk("@omar:example.org", "!vet")
    (entry,) = await counter.store.entries()
    await counter.knows(replace(entry, answer="Nowhere."))
    before = len(news(counter))
    await counter.looks_after()
    (told,) = news(counter)[before:]
    assert "> Nowhere." in told.text
    assert told.mentions == (counter.keys[ANNA], counter.keys[BEN])


async def test_the_desk_sees_in_one_message_how_many_were_told() -> None:
    counter = await answered(None, ANNA, BEN)
    await counter.knows(NEW)
    await counter.looks_after(send=False)
    await counter.looks_after(send=False)
    unreachable, reached = news(counter)
    await counter.store.undeliverable(unreachable.key, "not in the room")
    await counter.send()
    assert counter.shown(DESK)[0].endswith("0 told, 0 unreachable. Being told now: 2.")
    await counter.looks_after()
    (shown,) = counter.shown(DESK)
    assert shown.startswith("Entry bsn says something else since version 2.")
    assert shown.endswith("1 told, 1 unreachable.")
    assert reached.key in counter.store.events


async def test_few_are_told_at_a_time() -> None:
    people = [f"@anna{number}:example.org" for number in range(AT_A_TIME + 3)]
    counter = await answered(None, *people)
    await counter.knows(NEW)
    await counter.looks_after(send=False)
    assert len(news(counter)) == AT_A_TIME
    await counter.looks_after()
    assert len(news(counter)) == AT_A_TIME
    await counter.looks_after()
    await counter.looks_after()
    assert len(news(counter)) == AT_A_TIME + 3
    assert counter.shown(DESK) == [
        "Entry bsn says something else since version 2. Who got the old answer lately is told."
        f"\n\n{AT_A_TIME + 3} told, 0 unreachable."
    ]


async def test_who_got_it_thrice_is_told_once_where_they_asked_last() -> None:
    counter = await answered(None, ANNA, ANNA)
    counter.clock.advance(timedelta(days=1))
    await counter.says(ANNA, "How do I get a BSN now?", CHAT)
    await counter.says(ANNA, "How do I get a BSN?", CHAT, thread="$m3")
    await counter.knows(NEW)
    for _ in range(3):
        await counter.looks_after()
    (told,) = [each for each in counter.store.outbox.values() if each.style is Style.TEXT]
    assert (told.room, told.thread, told.mentions) == (CHAT, "$m3", (counter.keys[ANNA],))
    answers = [*counter.shown(WELCOME), *counter.shown(CHAT)[:-1]]
    assert len(answers) == 4
    assert all(NEW.answer in each for each in answers)
    assert counter.shown(DESK)[0].endswith("1 told, 0 unreachable.")


async def test_who_asked_again_before_the_rest_was_changed_is_not_told_again() -> None:
    counter = await answered(None, *[ANNA] * (AT_A_TIME + 3))
    await counter.knows(NEW)
    await counter.looks_after()
    assert len(news(counter)) == 1
    await counter.asks("How do I get a BSN?")
    await counter.looks_after()
    assert len(news(counter)) == 1
    assert not any(BSN.answer in each for each in counter.shown(WELCOME))


async def test_a_withdrawal_is_told_once_too_to_each_of_those_who_got_it_together() -> None:
    counter = await answered(None, ANNA, BEN, ANNA, BEN, BEN)
    await counter.store.withdraw(["bsn"])
    for _ in range(2):
        await counter.looks_after()
    assert [(each.thread, each.mentions) for each in news(counter)] == [
        ("$m3", (counter.keys[ANNA],)),
        ("$m5", (counter.keys[BEN],)),
    ]
    assert not any(BSN.answer in each for each in counter.shown(WELCOME))
    assert counter.shown(DESK)[0].endswith("2 told, 0 unreachable.")


async def test_who_takes_the_last_question_back_is_told_at_the_one_before() -> None:
    counter = await answered(None, ANNA, ANNA)
    await counter.takes_back(ANNA, "$m2")
    await counter.knows(NEW)
    await counter.looks_after()
    assert [each.thread for each in news(counter)] == ["$m1"]


@pytest.mark.parametrize("done", range(5))
async def test_an_end_between_two_answers_of_one_person_tells_them_once(done: int) -> None:
    counter = await answered(None, *[ANNA] * 4)
    await counter.knows(NEW)
    for outcome in (await counter.reception.looked_after())[:done]:
        await counter.store.commit(outcome)
    for _ in range(3):
        await counter.looks_after()
    assert [each.thread for each in news(counter)] == ["$m4"]
    assert not any(BSN.answer in each for each in counter.shown(WELCOME))


@pytest.mark.parametrize("done", range(4))
async def test_an_end_between_any_two_steps_doubles_nothing_and_loses_nothing(done: int) -> None:
    counter = await answered(None, ANNA, BEN)
    await counter.knows(NEW)
    for outcome in (await counter.reception.looked_after())[:done]:
        await counter.store.commit(outcome)
    # The bot ends here; what was not committed never was, what was queued is said at the start.
    for _ in range(3):
        await counter.looks_after()
    assert [each.mentions for each in news(counter)] == [
        (counter.keys[ANNA],),
        (counter.keys[BEN],),
    ]
    (shown,) = counter.shown(DESK)
    assert shown.endswith("2 told, 0 unreachable.")


async def test_the_same_step_committed_twice_says_nothing_twice() -> None:
    counter = await answered()
    await counter.knows(NEW)
    outcomes = await counter.reception.looked_after()
    for outcome in [*outcomes, *outcomes]:
        await counter.store.commit(outcome)
    await counter.send()
    assert len(news(counter)) == 1


# After the room was replaced

MARKET = "!market"


async def moved(*rooms: str, settings: Community | None = None) -> Counter:
    """Anna got an answer; then other rooms took that one's place."""
    counter = await Counter.open(room=settings)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.5)
    await counter.asks("How do I get a BSN?")
    for old, new in itertools.pairwise((WELCOME, *rooms)):
        await counter.says("@loket:example.org", new, old, kind=Kind.MOVED)
    return counter


@pytest.mark.parametrize("rooms", [(MARKET,), ("!between", MARKET)])
async def test_in_the_room_that_took_its_place_the_news_link_to_the_old_words(
    rooms: tuple[str, ...],
) -> None:
    counter = await moved(*rooms)
    await counter.knows(NEW)
    for _ in range(2):
        await counter.looks_after()
    (told,) = counter.said(MARKET)
    answer = counter.said(WELCOME)[0]
    where = link(MessageRef("matrix", WELCOME, counter.store.events[answer.key]))
    assert told.text.startswith(
        f"An answer that you got in the room before this one has changed."
        f" It stood here: {where}\nThis holds now:"
    )
    assert f'<a href="{where}">' in told.html
    assert f"> {NEW.answer}" in told.text
    assert (told.thread, told.reply_to, told.mentions) == (None, None, (counter.keys[ANNA],))
    assert told.if_there
    # Where it stands it can be edited only, and nobody is alerted.
    assert NEW.answer in counter.shown(WELCOME)[0]
    assert len(news(counter)) == 0


async def test_a_withdrawal_is_told_there_too_and_who_did_not_come_along_is_counted() -> None:
    counter = await moved(MARKET)
    await counter.store.withdraw(["bsn"])
    await counter.looks_after(send=False)
    (told,) = counter.said(MARKET)
    assert "does not hold any more. It stood here: https://" in told.text
    await counter.store.undeliverable(told.key, "nobody whom it is for is in the room")
    await counter.looks_after()
    await counter.looks_after()
    assert counter.shown(DESK)[-1].endswith("0 told, 1 unreachable.")
    assert len(counter.said(MARKET)) == 1


async def test_what_holds_there_is_what_the_settings_say_of_the_room_before() -> None:
    utrecht = Community(room=WELCOME, languages=("en",), scope="utrecht")
    counter = await moved(MARKET, settings=utrecht)
    # After a restart the settings' room is known by its new id only.
    del counter.answering.rooms.communities[WELCOME]
    await counter.knows(replace(NEW, scope="utrecht"))
    await counter.looks_after()
    assert f"> {NEW.answer}" in counter.last(MARKET).text


# What is not said yet


async def test_what_was_withdrawn_while_its_news_waits_is_never_said() -> None:
    counter = await answered()
    await counter.knows(NEW)
    await counter.looks_after(send=False)
    await counter.store.withdraw(["bsn"])
    await counter.send()
    assert counter.shown(WELCOME) == [counter.said(WELCOME)[0].text]
    await counter.looks_after()
    assert not any(NEW.answer in each for each in counter.shown(WELCOME))
    assert "does not hold any more" in counter.shown(WELCOME)[-1]
    assert len([each for each in news(counter) if each.key in counter.store.events]) == 1
    await counter.looks_after()
    assert counter.shown(DESK)[-1].endswith("1 told, 0 unreachable.")


async def test_what_changes_again_while_its_news_waits_is_said_as_it_is_now() -> None:
    counter = await answered()
    await counter.knows(NEW)
    await counter.looks_after(send=False)
    await counter.knows(replace(NEW, answer="Register by post."))
    await counter.looks_after()
    old, told = counter.shown(WELCOME)
    assert "Register by post." in old
    assert "> Register by post." in told


async def test_a_change_that_is_put_right_before_it_is_told_is_told_to_nobody() -> None:
    counter = await answered()
    await counter.knows(NEW)
    await counter.looks_after(send=False)
    await counter.knows(BSN)
    await counter.looks_after()
    told = [each.text for each in news(counter) if each.key in counter.store.events]
    assert NEW.answer not in "".join([*told, *counter.shown(WELCOME)])
    assert told == []


async def test_who_never_read_what_was_put_right_again_hears_nothing() -> None:
    """They were told that the answer has changed, and read the same words."""
    counter = await answered()
    await counter.knows(NEW)
    await counter.asks("How do I get a BSN?", BEN)
    await counter.knows(replace(BSN, source="https://example.org/moved"))
    for _ in range(2):
        await counter.looks_after()
    assert [each.mentions for each in news(counter)] == [(counter.keys[BEN],)]
    assert all("https://example.org/moved" in each for each in counter.shown(WELCOME))


async def test_a_change_of_what_is_under_review_is_told_with_that_mark() -> None:
    """It was told as what holds now, while everybody who asked got it with the mark."""
    counter = await answered()
    await counter.knows(NEW)
    await counter.asks("How do I get a BSN?", BEN)
    await counter.says(BEN, "!wrong that neither", thread="$m2")
    await counter.looks_after()
    assert "Somebody has said that this may be wrong." in counter.shown(WELCOME)[0]
    (told,) = news(counter)
    assert "Somebody has said that this may be wrong." in told.text


async def test_the_question_taken_back_recalls_its_news() -> None:
    counter = await answered()
    await counter.knows(NEW)
    await counter.looks_after(send=False)
    await counter.takes_back(ANNA, "$m1")
    await counter.looks_after()
    assert not any(each.key in counter.store.events for each in news(counter))


async def test_who_joined_is_told_though_the_question_was_taken_back() -> None:
    counter = await Counter.open(room=Community(room=WELCOME, languages=("en",)))
    await counter.asks("Where do I get a fishing permit?")
    await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.at_desk(VERA, "!answer See https://example.org/fish.")
    await counter.at_desk(OMAR, "!vet")
    (entry,) = await counter.store.entries()
    await counter.knows(replace(entry, answer="Nowhere."))
    await counter.looks_after(send=False)
    await counter.takes_back(ANNA, "$m1")
    await counter.looks_after()
    (told,) = [each for each in news(counter) if "> Nowhere." in each.text]
    assert told.mentions == (counter.keys[BEN],)
    assert told.key in counter.store.events


async def fishing(*, joins: bool) -> Counter:
    """Anna's question got an answer that was vetted; then she takes it back."""
    counter = await Counter.open(room=Community(room=WELCOME, languages=("en",)))
    await counter.asks("Where do I get a fishing permit?")
    if joins:
        await counter.taps(BEN, "➕", "$m1", WELCOME)
    await counter.at_desk(VERA, "!answer See https://example.org/fish.")
    await counter.at_desk(OMAR, "!vet")
    await counter.takes_back(ANNA, "$m1")
    return counter


@pytest.mark.parametrize("joins", [True, False])
async def test_who_took_the_question_back_before_the_change_is_mentioned_no_more(
    joins: bool,
) -> None:
    counter = await fishing(joins=joins)
    (entry,) = await counter.store.entries()
    await counter.knows(replace(entry, answer="Nowhere."))
    for _ in range(2):
        await counter.looks_after()
    told = [each.mentions for each in news(counter) if "> Nowhere." in each.text]
    assert told == ([(counter.keys[BEN],)] if joins else [])
    assert "Nowhere." in "".join(counter.shown(WELCOME))


async def test_an_answer_that_waits_is_not_said_to_who_took_the_question_back() -> None:
    counter = await Counter.open()
    await counter.asks("Where do I get a fishing permit?")
    case = counter.store.cases[1]
    root = counter.store.events[case.desk_thread or ""]
    desk = {"room": DESK, "place": Place.DESK, "thread": root, "addressed": False}
    await hears(counter, VERA, "$answer", "!answer At the shop.", **desk)
    await hears(counter, ANNA, "$gone", "", kind=Kind.REDACTION, reply_to="$m1")
    await handles(counter)
    await counter.send()
    assert not any("At the shop." in each for each in counter.shown(WELCOME))
    said = [each for each in counter.said(WELCOME) if each.key in counter.store.events]
    assert not any(each.mentions for each in said)


async def test_who_took_the_question_back_opens_it_no_more_by_a_tap() -> None:
    counter = await Counter.open()
    await counter.asks("Where do I get a fishing permit?")
    await counter.at_desk(VERA, "!answer See https://example.org/fish.")
    await counter.at_desk(OMAR, "!vet")
    carried = next(each for each in counter.said(WELCOME) if each.original)
    await counter.takes_back(ANNA, "$m1")
    at = counter.store.events[carried.key]
    await counter.taps(ANNA, "👎", at, WELCOME)
    await counter.says(ANNA, "!wrong it is closed", reply_to=at)
    assert counter.store.cases[1].status is Status.VETTED


# A first answer that is not said yet


ASKED = "How do I get a BSN?"


async def asked(settings: Settings | None = None, **more: object) -> Counter:
    """Anna's question is answered; the homeserver is away."""
    counter = await Counter.open(settings)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.5)
    await hears(counter, ANNA, "$q", ASKED, **more)
    await handles(counter)
    return counter


async def hears(
    counter: Counter, who: str, event: str, text: str, room: str = WELCOME, **more: object
) -> None:
    message = Message(
        ref=MessageRef("matrix", room, event),
        place=Place.COMMUNITY,
        sender=who,
        kind=Kind.TEXT,
        text=text,
        sent_at=counter.clock(),
        addressed=True,
    )
    message = replace(message, **more)  # type: ignore[arg-type]
    await counter.store.receive("matrix", [message], event)


async def handles(counter: Counter) -> None:
    """As the loops do; nothing is said."""
    for kept in await counter.store.unhandled(counter.clock(), 10):
        await counter.store.commit(await counter.reception.handle(kept))


async def settles(counter: Counter) -> None:
    """The homeserver is back, and the bot comes to rest."""
    for _ in range(3):
        await handles(counter)
        await counter.waits()
        await counter.looks_after()


async def test_a_withdrawn_answer_that_was_not_said_never_is_and_people_get_the_question() -> None:
    """It was said, and then told to be wrong."""
    counter = await asked()
    await counter.store.withdraw(["bsn"])
    await settles(counter)
    (handover,) = counter.shown(WELCOME)
    assert "I have brought it to" in handover
    assert ASKED in counter.card()
    assert counter.said(WELCOME)[0].reply_to == "$q"


async def test_a_changed_answer_that_was_not_said_is_said_as_it_is_now_once() -> None:
    counter = await asked()
    await counter.knows(NEW)
    await settles(counter)
    (answer,) = counter.shown(WELCOME)
    assert NEW.answer in answer
    assert BSN.answer not in answer
    assert len(counter.said(WELCOME)) == 1
    assert not counter.store.cases


@pytest.mark.parametrize("policy", ["mark", "pause"])
async def test_an_answer_flagged_before_it_is_said_is_marked_or_left_to_people(
    policy: Literal["mark", "pause"],
) -> None:
    counter = await answered(Settings(flagged=policy), BEN)
    await hears(counter, ANNA, "$q", ASKED)
    await handles(counter)
    await hears(counter, BEN, "$wrong", "!wrong it is not so", thread="$m1")
    await handles(counter)
    await settles(counter)
    (told,) = [each for each in counter.said(WELCOME) if each.reply_to == "$q"]
    if policy == "mark":
        assert "Somebody has said that this may be wrong." in told.text
    else:
        assert "I have brought it to" in told.text


async def test_a_question_that_the_room_left_is_not_lost_with_its_answer() -> None:
    counter = await Counter.open()
    await counter.says(ANNA, ASKED)
    await counter.says(BEN, "How do I get a BSN?", thread="$x")
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.5)
    counter.clock.advance(timedelta(hours=1))
    for case in await counter.store.cases_due(counter.clock()):
        await counter.store.commit(await counter.reception.due(case))
    await counter.store.withdraw(["bsn"])
    await settles(counter)
    assert [each.text.startswith("Nobody here") for each in counter.said(WELCOME)] == [True] * 2
    assert {each.status for each in counter.store.cases.values()} == {Status.OPEN}


@pytest.mark.parametrize("done", range(4))
@pytest.mark.parametrize("withdrawn", [True, False])
async def test_an_end_between_any_steps_loses_no_question_and_answers_none_twice(
    done: int, withdrawn: bool, tmp_path: Path
) -> None:
    """Of the store on disk; what was not committed never was."""
    clock = FakeClock()
    steps = 0

    async def life(*, until: int) -> Counter:
        """The bot runs, and ends after so many steps of its own."""
        nonlocal steps
        store = await SqliteStore.open(tmp_path / "loket.db", clock=clock)
        counter = await Counter.open(store=store)
        counter.clock = clock
        counter.search.finds(BSN, 1.5)
        for kept in await store.unhandled(clock(), 10):
            if steps < until:
                await store.commit(await counter.reception.handle(kept))
                steps += 1
        return counter

    counter = await life(until=0)
    await counter.knows(BSN)
    await hears(counter, ANNA, "$q", ASKED)
    await handles(counter)
    texts: list[str] = []
    for until in (done, 9):
        if until == done:
            await (counter.store.withdraw(["bsn"]) if withdrawn else counter.knows(NEW))
        await counter.store.close()
        counter = await life(until=until)
        for _ in range(until):
            for each in (await counter.store.unsent(1))[:1]:
                await counter.store.attempt(each.key)
                texts += [each.text] if each.room == WELCOME else []
                await counter.store.sent(each.key, f"${each.key}")
    await counter.store.close()
    (said,) = texts
    assert ("I have brought it to" if withdrawn else NEW.answer) in said


# Translations

DUTCH = replace(
    BSN, id="bsn-nl", lang="nl", question="Hoe?", answer="Gratis.", translation_of="bsn"
)


async def translated(settings: Settings | None = None) -> Counter:
    """Somebody got a translation; its original says something else since."""
    counter = await Counter.open(settings)
    await counter.knows(BSN, DUTCH)
    counter.search.finds(DUTCH, 1.5)
    await counter.asks("Hoe krijg ik een bsn?")
    await counter.knows(NEW)
    await counter.looks_after()
    return counter


@pytest.mark.parametrize("policy", ["mark", "hold"])
async def test_who_got_a_translation_whose_original_changed_hears_that_it_is_checked(
    policy: Literal["mark", "hold"],
) -> None:
    """They heard nothing, whatever was said to those who got the original."""
    counter = await translated(Settings(stale_translations=policy))
    old, told = counter.shown(WELCOME)
    assert "deze vertaling kan oud zijn" in old
    assert "het origineel is veranderd" in told
    (sent,) = news(counter)
    assert sent.mentions == (counter.keys[ANNA],)
    await counter.knows(replace(NEW, answer="Once more."))
    await counter.looks_after()
    assert len(news(counter)) == 1


async def test_once_it_is_renewed_they_hear_what_it_says() -> None:
    counter = await translated()
    await counter.knows(replace(DUTCH, answer="Bij het stadskantoor."))
    await counter.looks_after()
    await counter.looks_after()
    assert news(counter)[-1].text.startswith("Het antwoord hierboven is veranderd")
    assert len(news(counter)) == 2
    assert "Bij het stadskantoor." in counter.shown(WELCOME)[0]


async def test_once_it_is_confirmed_they_hear_that_it_holds() -> None:
    counter = await translated()
    await counter.says(OMAR, "!confirm bsn-nl 2", DESK)
    await counter.looks_after()
    await counter.looks_after()
    assert [each.text for each in news(counter)[1:]] == [
        "Mensen hebben het antwoord hierboven nagekeken: het geldt nog."
    ]
    assert "deze vertaling kan oud zijn" not in counter.shown(WELCOME)[0]


async def test_a_change_of_an_old_translation_is_told_with_that_mark_and_once() -> None:
    """It was told as what holds now, and then that it may be old."""
    counter = await Counter.open()
    await counter.knows(BSN, DUTCH)
    counter.search.finds(DUTCH, 1.5)
    await counter.asks("Hoe krijg ik een bsn?")
    await counter.knows(NEW)
    await counter.knows(replace(DUTCH, answer="Aan de balie.", translation_of_version=1))
    for _ in range(3):
        await counter.looks_after()
    (told,) = news(counter)
    assert "Aan de balie." in told.text
    assert "kan oud zijn" in told.text
    assert "kan oud zijn" in counter.shown(WELCOME)[0]


async def test_who_was_told_with_the_answer_that_it_may_be_old_hears_only_what_comes_of_it() -> (
    None
):
    counter = await translated()
    await counter.asks("Hoe krijg ik een bsn?", BEN)
    await counter.looks_after()
    assert len(news(counter)) == 1
    await counter.says(OMAR, "!confirm bsn-nl 2", DESK)
    await counter.looks_after()
    assert {each.mentions for each in news(counter)[1:]} == {
        (counter.keys[ANNA],),
        (counter.keys[BEN],),
    }


async def test_who_got_an_old_translation_thrice_hears_of_it_once_and_once_that_it_holds() -> None:
    """It was told for each answer."""
    counter = await Counter.open()
    await counter.knows(BSN, DUTCH)
    counter.search.finds(DUTCH, 1.5)
    for who in (ANNA, BEN, ANNA, ANNA):
        await counter.asks("Hoe krijg ik een bsn?", who)
    await counter.knows(NEW)
    for _ in range(2):
        await counter.looks_after()
    anna, ben = (counter.keys[ANNA],), (counter.keys[BEN],)
    assert {(each.thread, each.mentions) for each in news(counter)} == {
        ("$m4", anna),
        ("$m2", ben),
    }
    answers = [each for each in counter.shown(WELCOME) if "Gratis." in each]
    assert len(answers) == 4
    assert all("deze vertaling kan oud zijn" in each for each in answers)
    await counter.says(OMAR, "!confirm bsn-nl 2", DESK)
    for _ in range(2):
        await counter.looks_after()
    assert [each.mentions for each in news(counter)[2:]] in ([anna, ben], [ben, anna])
    assert not any("kan oud zijn" in each for each in counter.shown(WELCOME))


@pytest.mark.parametrize("done", range(4))
async def test_an_end_between_old_translations_of_one_person_tells_them_once(done: int) -> None:
    counter = await Counter.open()
    await counter.knows(BSN, DUTCH)
    counter.search.finds(DUTCH, 1.5)
    for _ in range(AT_A_TIME + 3):
        await counter.asks("Hoe krijg ik een bsn?")
    await counter.knows(NEW)
    for outcome in (await counter.reception.looked_after())[:done]:
        await counter.store.commit(outcome)
    for _ in range(3):
        await counter.looks_after()
    assert len(news(counter)) == 1
    assert all("kan oud zijn" in each for each in counter.shown(WELCOME) if "Gratis." in each)


async def test_old_translations_are_told_of_few_at_a_time() -> None:
    counter = await Counter.open()
    await counter.knows(BSN, DUTCH)
    counter.search.finds(DUTCH, 1.5)
    for number in range(AT_A_TIME + 1):
        await counter.asks("Hoe krijg ik een bsn?", f"@anna{number}:example.org")
    await counter.knows(NEW)
    await counter.looks_after(send=False)
    await counter.looks_after(send=False)
    assert len(news(counter)) == AT_A_TIME
    await counter.send()
    await counter.looks_after()
    assert len(news(counter)) == AT_A_TIME + 1


# A place's own entries

OWN = replace(BSN, id="utr", scope="utrecht", answer="In Utrecht: at the desk.")
UTRECHT = Community(WELCOME, languages=("nl", "en"), scope="utrecht")


async def national(settings: Settings | None = None, room: Community = UTRECHT) -> Counter:
    """A counter in a place where Anna got the national entry."""
    counter = await Counter.open(settings, room=room)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.5)
    await counter.asks("How do I get a BSN?")
    return counter


async def test_who_got_the_national_answer_is_told_once_when_the_place_has_its_own() -> None:
    counter = await national()
    await counter.asks("How do I get a BSN?", BEN)
    await counter.asks("How do I get a BSN?", BEN)
    await counter.knows(OWN)
    for _ in range(3):
        await counter.looks_after()
    told = news(counter)
    assert [each.mentions for each in told] == [(counter.keys[ANNA],), (counter.keys[BEN],)]
    assert all(each.text.startswith("The answer above has changed.") for each in told)
    assert all(f"> {OWN.answer}" in each.text for each in told)
    assert all(OWN.answer in each and BSN.answer not in each for each in counter.shown(WELCOME))
    assert "Entry utr" in counter.last(DESK).text


async def test_a_change_of_the_national_answer_is_not_told_where_the_place_has_its_own() -> None:
    """Who had asked in Utrecht was told what holds everywhere else."""
    counter = await national()
    await counter.knows(OWN, NEW)
    for _ in range(2):
        await counter.looks_after()
    (told,) = news(counter)
    assert f"> {OWN.answer}" in told.text
    await counter.knows(replace(BSN, answer="Register online."))
    await counter.looks_after()
    assert len(news(counter)) == 1
    await counter.knows(replace(OWN, answer="In Utrecht: by telephone."))
    await counter.looks_after()
    assert "> In Utrecht: by telephone." in news(counter)[-1].text


async def test_elsewhere_the_national_answer_is_told() -> None:
    counter = await national(room=Community(WELCOME, scope="ede"))
    await counter.knows(OWN)
    assert await counter.looks_after() == []
    await counter.knows(NEW)
    await counter.looks_after()
    assert f"> {NEW.answer}" in news(counter)[0].text


async def test_an_own_answer_that_says_the_same_is_news_to_nobody() -> None:
    counter = await national()
    await counter.knows(replace(OWN, answer=BSN.answer))
    await counter.looks_after()
    assert not news(counter)
    await counter.knows(OWN)
    await counter.looks_after()
    assert f"> {OWN.answer}" in news(counter)[0].text


async def test_where_two_stand_in_or_none_holds_a_changed_national_answer_counts_as_withdrawn() -> (
    None
):
    """Which of the two a new asker gets depends on the words of the question."""
    past = replace(OWN, valid_until=date(2026, 1, 2))
    for own in ((OWN, replace(OWN, id="too", answer="In Utrecht: 5 euro.")), (past,)):
        counter = await national()
        await counter.knows(*own)
        await counter.looks_after()
        assert not news(counter)
        await counter.knows(NEW)
        for _ in range(2):
            await counter.looks_after()
        (told,) = news(counter)
        assert "does not hold any more" in told.text


async def test_everybody_reads_the_places_own_in_their_language() -> None:
    counter = await national()
    await counter.asks("Hoe krijg ik een bsn?", BEN)
    dutch = replace(OWN, id="utr-nl", lang="nl", answer="Aan de balie.", translation_of="utr")
    await counter.knows(OWN, dutch)
    await counter.looks_after()
    english, told = news(counter)
    assert OWN.answer in english.text
    assert "> Aan de balie." in told.text


@pytest.mark.parametrize("then", ["minor", "withdrawn", "advice"])
async def test_news_of_a_places_own_that_is_recalled_is_still_owed(
    then: str, tmp_path: Path
) -> None:
    """The edit stands already, and the own entry changes before the news of it is said."""
    for store in (None, await SqliteStore.open(tmp_path / "loket.db", clock=FakeClock())):
        counter = await Counter.open(room=UTRECHT, store=store)
        await counter.knows(BSN)
        counter.search.finds(BSN, 1.5)
        await counter.asks("How do I get a BSN?")
        await counter.knows(OWN)
        (told,) = await counter.looks_after(send=False)
        edit, _ = told.outgoing
        await counter.store.attempt(edit.key)
        await counter.store.sent(edit.key, "$edit")
        if then == "withdrawn":
            await counter.store.withdraw(["utr"])
        else:
            changed = {"minor": {"source": "https://example.org/o"}, "advice": {"answer": "Other."}}
            await counter.knows(replace(OWN, **changed[then]))  # type: ignore[arg-type]
        outcomes = await counter.looks_after()
        said = [each for outcome in outcomes for each in outcome.outgoing if each.mentions]
        expected = {"minor": OWN.answer, "advice": "Other.", "withdrawn": "does not hold any more"}
        assert [expected[then] in each.text for each in said] == [True]
        assert [each for each in await counter.looks_after() if each.given] == []
        if isinstance(store, SqliteStore):
            await store.close()


@pytest.mark.parametrize("policy", ["mark", "pause"])
async def test_a_correction_of_what_is_under_review_is_marked_or_waits_until_that_is_settled(
    policy: Literal["mark", "pause"],
) -> None:
    """What nobody was given any more was told as what holds now."""
    counter = await answered(Settings(flagged=policy))
    await counter.knows(NEW)
    await counter.asks("How do I get a BSN?", BEN)
    await counter.taps(BEN, "⚠️", counter.store.events[counter.last(WELCOME).key], WELCOME)
    before = len(news(counter))
    await counter.looks_after()
    told = news(counter)[before:]
    assert [("may be wrong" in each.text) for each in told] == ([True] if policy == "mark" else [])
    await counter.at_desk(OMAR, "!close it is right")
    await counter.looks_after()
    told = [each for each in news(counter)[before:] if "This holds now" in each.text]
    assert [each.mentions for each in told] == [(counter.keys[ANNA],)]
    assert f"> {NEW.answer}" in told[0].text
