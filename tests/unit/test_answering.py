"""What happens to what citizens write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from bot.answering import LONGEST_QUESTION
from bot.cases import Status
from bot.config import Answering as Settings
from bot.config import Community
from bot.messages import Style
from knowledge.calibrate import LEAD, UNRELATED
from knowledge.entry import Entry
from knowledge.errors import IndexUnavailable, ModelUnavailable
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, VERA, WELCOME, Counter

ASKED = "How do I get a BSN?"


@pytest.fixture
async def counter() -> Counter:
    return await Counter.open()


@pytest.fixture
async def sure() -> Counter:
    counter = await Counter.open()
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.2)
    return counter


async def test_a_sure_entry_is_posted_in_the_askers_thread_as_a_notice(sure: Counter) -> None:
    outcome = await sure.asks(ASKED)
    (said,) = sure.said(WELCOME)
    assert BSN.answer in said.text
    assert (said.style, said.thread, said.reply_to) == (Style.NOTICE, "$m1", "$m1")
    assert said.mentions == ()
    assert outcome.given is not None
    assert (outcome.given.entry_id, outcome.given.version) == ("bsn", 1)
    assert not sure.store.cases


async def test_a_question_in_a_thread_is_answered_in_that_thread(sure: Counter) -> None:
    await sure.says(ANNA, ASKED, thread="$root", addressed=True)
    assert sure.last(WELCOME).thread == "$root"


async def test_unasked_the_bot_answers_a_question_when_it_is_sure(sure: Counter) -> None:
    await sure.says(ANNA, ASKED)
    assert BSN.answer in sure.last(WELCOME).text


async def test_unasked_a_stricter_bound_holds(counter: Counter) -> None:
    bounds = counter.answering.settings.confidence
    between = (bounds.addressed + bounds.unaddressed) / 2
    assert bounds.addressed < between < bounds.unaddressed
    await counter.knows(BSN)
    counter.search.finds(BSN, (between + LEAD * UNRELATED) / (1 + LEAD))
    await counter.says(ANNA, ASKED)
    assert not counter.said(WELCOME)
    await counter.asks(ASKED)
    assert BSN.answer in counter.last(WELCOME).text


async def test_talk_gets_nothing(sure: Counter) -> None:
    for text in ("Good morning everyone", "I got my letter today!", "thanks"):
        await sure.says(ANNA, text)
    assert not sure.store.outbox
    assert not sure.store.cases


async def test_a_greeting_to_the_bot_gets_an_introduction(counter: Counter) -> None:
    await counter.asks("Hello!")
    assert counter.last(WELCOME).text.startswith("I am Loket, a bot.")
    assert not counter.store.cases


async def test_what_is_unknown_goes_to_the_desk_at_once_when_the_bot_was_asked(
    counter: Counter,
) -> None:
    await counter.asks("Hoe krijg ik een visvergunning?")
    (told,) = counter.said(WELCOME)
    assert told.style is Style.NOTICE
    assert "naar de vrijwilligers en ambtenaren" in told.text
    (card,) = counter.said(DESK)
    assert card.style is Style.TEXT
    assert "> Hoe krijg ik een visvergunning?" in card.text
    assert "in Dutch" in card.text
    case = counter.store.cases[1]
    assert (case.status, case.lang) == (Status.OPEN, "nl")


async def test_the_desk_is_not_shown_who_asks(counter: Counter) -> None:
    await counter.asks("Where do I get a fishing permit?")
    (card,) = counter.said(DESK)
    assert "anna" not in (card.text + card.html).casefold()
    assert counter.keys[ANNA] not in card.text
    assert counter.keys[ANNA] not in card.mentions


async def test_near_misses_are_shown_at_the_desk(counter: Counter) -> None:
    await counter.knows(BSN)
    counter.search.finds(BSN, 0.7)
    await counter.asks("Where do I get a fishing permit?")
    assert "0.70 · en · bsn · How do I get a BSN?" in counter.last(DESK).text
    assert counter.store.cases[1].topic == "registration"


async def test_the_room_may_answer_first_what_nobody_put_to_the_bot(counter: Counter) -> None:
    await counter.says(ANNA, "Where do I get a fishing permit?")
    assert counter.store.cases[1].status is Status.WAITING
    assert not counter.store.outbox
    counter.clock.advance(timedelta(minutes=14))
    assert not await counter.waits()
    counter.clock.advance(timedelta(minutes=1))
    assert len(await counter.waits()) == 1
    assert "Nobody here has answered this yet" in counter.last(WELCOME).text
    assert "Nobody in the room answered it" in counter.last(DESK).text
    assert counter.store.cases[1].status is Status.OPEN
    assert not await counter.waits()


@pytest.mark.parametrize("how", ["thread", "reply_to"])
async def test_a_neighbours_answer_ends_the_wait(counter: Counter, how: str) -> None:
    asked, _ = await counter.says(ANNA, "Where do I get a fishing permit?")
    await counter.says(BEN, "You get it at the post office.", **{how: asked.ref.event})
    assert counter.store.cases[1].status is Status.CLOSED
    counter.clock.advance(timedelta(hours=1))
    assert not await counter.waits()
    assert not counter.store.outbox


async def test_what_the_asker_adds_while_waiting_goes_with_the_question(counter: Counter) -> None:
    asked, _ = await counter.says(ANNA, "Where do I get a fishing permit?")
    await counter.says(ANNA, "For the sea, I mean.", thread=asked.ref.event)
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert "fishing permit?\n> For the sea, I mean." in counter.last(DESK).text


async def test_an_asker_who_calls_the_bot_need_not_wait(counter: Counter) -> None:
    asked, _ = await counter.says(ANNA, "Where do I get a fishing permit?")
    await counter.says(ANNA, "please help me", thread=asked.ref.event, addressed=True)
    assert counter.store.cases[1].status is Status.OPEN
    assert "please help me" in counter.last(DESK).text


async def test_what_became_known_while_the_question_waited_is_answered(counter: Counter) -> None:
    await counter.says(ANNA, ASKED)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.2)
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert BSN.answer in counter.last(WELCOME).text
    assert not counter.said(DESK)
    assert counter.store.cases[1].status is Status.CLOSED


async def test_what_the_asker_adds_later_reaches_the_desk(counter: Counter) -> None:
    await counter.asks("Where do I get a fishing permit?")
    await counter.says(ANNA, "It is urgent.", thread="$m1")
    added = counter.last(DESK)
    assert "> It is urgent." in added.text
    assert added.thread == counter.store.cases[1].desk_thread


async def test_talk_of_others_in_an_open_case_stays_in_the_room(counter: Counter) -> None:
    await counter.asks("Where do I get a fishing permit?")
    before = len(counter.store.outbox)
    await counter.says(BEN, "What do you want to catch?", thread="$m1")
    assert len(counter.store.outbox) == before


async def test_a_citizen_can_go_to_people_at_once(sure: Counter) -> None:
    await sure.says(ANNA, f"!people {ASKED}")
    assert "the asker wants people" in sure.last(DESK).text
    told = sure.last(WELCOME).text
    assert told.startswith("I am a bot. I have brought your question to the volunteers")


async def test_people_who_are_called_for_are_chosen_by_topic_and_see_what_is_near(
    sure: Counter,
) -> None:
    await sure.says(ANNA, f"!people {ASKED}")
    assert "Topic (a guess): registration" in sure.card()
    assert "· bsn · How do I get a BSN?" in sure.card()
    assert f"> {ASKED}" in sure.last(DESK).text


async def test_a_call_for_people_without_a_question_is_told_how(sure: Counter) -> None:
    await sure.says(ANNA, "!mensen")
    assert not sure.said(DESK)
    assert "!mensen" in sure.last(WELCOME).text


async def test_a_direct_chat_is_answered_and_handed_over_there(counter: Counter) -> None:
    await counter.says(ANNA, "Where do I get a fishing permit?", CHAT)
    assert "brought it to the volunteers" in counter.last(CHAT).text
    assert "Asked in a direct chat" in counter.last(DESK).text


@pytest.mark.parametrize("error", [IndexUnavailable("gone"), ModelUnavailable("gone")])
async def test_when_search_is_broken_people_get_the_question(
    sure: Counter, error: Exception
) -> None:
    sure.search.error = error
    await sure.asks(ASKED)
    assert "search is broken" in sure.last(DESK).text


async def test_when_answering_is_off_people_get_every_question() -> None:
    counter = await Counter.open(Settings(enabled=False))
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.2)
    await counter.asks(ASKED)
    assert "answering is turned off" in counter.last(DESK).text
    assert BSN.answer not in counter.last(WELCOME).text


async def test_a_translation_in_the_askers_language_is_preferred(sure: Counter) -> None:
    dutch = replace(
        BSN, id="bsn-nl", lang="nl", question="Hoe?", answer="Schrijf je in.", translation_of="bsn"
    )
    await sure.knows(BSN, dutch)
    await sure.asks("Hoe krijg ik een BSN?")
    assert "Schrijf je in." in sure.last(WELCOME).text
    assert "Dit antwoord is in het" not in sure.last(WELCOME).text


async def test_an_answer_in_another_language_says_so(sure: Counter) -> None:
    await sure.asks("Hoe krijg ik een BSN?")
    assert "Dit antwoord is in het Engels." in sure.last(WELCOME).text
    assert "Schrijf !mensen en je vraag, en vraag om een vertaling." in sure.last(WELCOME).text


async def test_an_expired_answer_is_not_given_but_brought_to_people(sure: Counter) -> None:
    sure.clock.advance(timedelta(days=500))
    await sure.asks(ASKED)
    assert BSN.answer not in sure.last(WELCOME).text
    assert sure.store.cases[1].status is Status.OPEN


async def test_people_see_what_an_expired_answer_said(sure: Counter) -> None:
    sure.clock.advance(timedelta(days=500))
    await sure.asks(ASKED)
    card = sure.card()
    assert "the entry that fits is past its last day" in card
    assert f"bsn · {BSN.question}" in card
    assert f"This held until 31 December 2026: {BSN.answer}" in card
    assert sure.store.cases[1].topic == BSN.topic
    await sure.at_desk(VERA, "!send 1")
    assert "There is no entry 1 that may be sent there" in sure.last(DESK).text


BETWEEN = 0.97
"""A score that is enough where the bot was asked, and not enough where nobody asked it."""

LONG = replace(BSN, answer="Take your passport " + "and a form " * 20 + "along.\nPay 15 euro.")


@pytest.mark.parametrize("answer", [BSN.answer, LONG.answer])
async def test_of_an_expired_entry_that_is_not_near_enough_people_see_a_line_at_most(
    answer: str,
) -> None:
    """The card was full of the whole old answer to another question."""
    counter = await Counter.open()
    await counter.knows(replace(BSN, answer=answer))
    counter.search.finds(BSN, 0.8)
    counter.clock.advance(timedelta(days=500))
    await counter.asks("Where may I fish?")
    card = counter.card()
    assert "nothing is near enough" in card
    assert f"0.80 · en · bsn · {BSN.question} · {BSN.source}" in card
    (line,) = [each for each in card.splitlines() if "Expired, held until 31 December 2026" in each]
    assert answer.split()[0] in line
    assert len(line) < 160
    assert "euro" not in card


@pytest.mark.parametrize("how", ["unaddressed", "people"])
async def test_people_see_what_it_said_however_they_got_the_question(how: str) -> None:
    """Who wanted people had them see nothing of it, and what nobody asked the bot was too far."""
    counter = await Counter.open(Settings(patience=1))
    await counter.knows(BSN)
    counter.search.finds(BSN, BETWEEN)
    counter.clock.advance(timedelta(days=500))
    if how == "people":
        await counter.asks(f"!people {ASKED}")
    else:
        await counter.says(ANNA, ASKED)
        counter.clock.advance(timedelta(minutes=2))
        await counter.waits()
    assert f"This held until 31 December 2026: {BSN.answer}" in counter.card()


async def test_what_is_less_near_than_an_expired_entry_is_no_answer(sure: Counter) -> None:
    await sure.knows(replace(BSN, id="other", question="Where?", valid_until=None))
    sure.search.finds(replace(BSN, id="other"), 1.19)
    sure.clock.advance(timedelta(days=500))
    await sure.asks(ASKED)
    assert [each.entry_id for each in sure.store.cases[1].near] == ["bsn", "other"]


@pytest.mark.parametrize("checked_later", [True, False])
async def test_a_translation_stands_for_an_expired_original_only_if_it_was_checked_later(
    sure: Counter, checked_later: bool
) -> None:
    """A translation without a last day was given as vetted after its original had ended."""
    dutch = replace(BSN, id="bsn-nl", lang="nl", translation_of="bsn", valid_until=None)
    if checked_later:
        dutch = replace(dutch, checked=date(2026, 6, 1), valid_until=date(2027, 12, 31))
    await sure.knows(dutch)
    sure.search.finds(dutch, 1.19)
    sure.clock.advance(timedelta(days=500))
    await sure.asks(ASKED)
    assert bool(sure.store.cases) is not checked_later
    assert ("Register" in sure.last(WELCOME).text) is checked_later


@pytest.mark.parametrize("own_day", [None, date(2027, 12, 31)])
async def test_people_see_until_when_a_translation_held_with_its_original(
    own_day: date | None,
) -> None:
    """The card named the translation's own last day; where it had none, nothing could be told."""
    dutch = replace(BSN, id="bsn-nl", lang="nl", translation_of="bsn", valid_until=own_day)
    counter = await Counter.open()
    await counter.knows(BSN, dutch)
    counter.search.finds(dutch, 1.5)
    counter.clock.advance(timedelta(days=500))
    await counter.asks(ASKED)
    assert f"This held until 31 December 2026: {BSN.answer}" in counter.card()


@pytest.mark.parametrize(("hours", "held"), [(0, True), (1, False)])
async def test_a_last_day_is_over_at_midnight_in_the_community(
    sure: Counter, hours: int, held: bool
) -> None:
    """At half past midnight in Amsterdam it is still the day before in UTC."""
    await sure.knows(replace(BSN, valid_until=date(2026, 6, 30)))
    sure.answering.rooms.zone = ZoneInfo("Europe/Amsterdam")
    sure.clock.now = datetime(2026, 6, 30, 21, 30, tzinfo=UTC) + timedelta(hours=hours)
    await sure.asks(ASKED)
    assert (BSN.answer in sure.last(WELCOME).text) is held


NATION = replace(BSN, id="waste", lang="nl", question="Hoe kom ik aan een afvalpas?")
NATION_EN = replace(
    BSN, id="waste-en", question="How do I get a waste card?", translation_of="waste"
)
LOCAL = replace(NATION, id="utrecht", scope="utrecht", answer="In Utrecht: aan de balie.")


@pytest.mark.parametrize("found", [(NATION_EN, LOCAL), (NATION_EN,), (NATION_EN, NATION)])
async def test_the_translation_of_a_national_entry_gives_way_to_the_places_own(
    found: tuple[Entry, ...],
) -> None:
    """Whatever was found of the four; the national original seldom is, for an English question."""
    here = Community(room=WELCOME, languages=("nl", "en"), scope="utrecht")
    counter = await Counter.open(room=here)
    await counter.knows(NATION, NATION_EN, LOCAL)
    for number, entry in enumerate(found):
        counter.search.finds(entry, 1.5 - number / 10)
    await counter.asks("How do I get a waste card?")
    assert LOCAL.answer in counter.last(WELCOME).text


async def test_a_withdrawn_answer_stops_while_the_index_still_has_it(sure: Counter) -> None:
    await sure.store.withdraw(["bsn"])
    await sure.asks(ASKED)
    assert BSN.answer not in sure.last(WELCOME).text


async def test_unasked_the_bot_keeps_to_the_rooms_topics() -> None:
    room = Community(room="!x", topics=("housing",))
    counter = await Counter.open(room=room)
    await counter.knows(BSN)
    counter.search.finds(BSN, 1.2)
    await counter.says(ANNA, ASKED)
    assert not counter.said(WELCOME)
    await counter.asks(ASKED)
    assert BSN.answer in counter.last(WELCOME).text


async def test_without_patience_the_desk_gets_it_at_once() -> None:
    counter = await Counter.open(Settings(patience=0))
    await counter.says(ANNA, "Where do I get a fishing permit?")
    assert counter.store.cases[1].status is Status.OPEN


async def test_replying_to_the_bot_addresses_it(counter: Counter) -> None:
    await counter.asks("Hello!")
    hello = counter.store.events[counter.last(WELCOME).key]
    await counter.says(ANNA, "Where do I get a fishing permit?", reply_to=hello)
    assert counter.store.cases[1].status is Status.OPEN


async def test_two_questions_are_two_cases(counter: Counter) -> None:
    await counter.asks("Where do I get a fishing permit?")
    await counter.asks("Where do I get a boat licence?", who=BEN)
    assert {case.id for case in counter.store.cases.values()} == {1, 2}


async def test_volunteers_who_fit_are_alerted(counter: Counter) -> None:
    await counter.asks("Where do I get a fishing permit?")
    assert counter.keys[VERA] in counter.last(DESK).mentions


# Signs that nobody sees


async def test_the_desk_is_shown_that_a_question_held_signs_that_nobody_sees(
    counter: Counter,
) -> None:
    left, _ = await counter.says(ANNA, "Where can I buy fish here?", hidden=5)
    await counter.says(ANNA, "fresh fish", thread=left.ref.event, hidden=7)
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    line = "The message held signs that nobody sees ({}). They were left out."
    assert line.format(12) in counter.last(DESK).text
    await counter.says(ANNA, "and bread", thread=left.ref.event, hidden=3)
    assert line.format(3) in counter.last(DESK).text
    await counter.says(ANNA, "and milk", thread=left.ref.event)
    assert "nobody sees" not in counter.last(DESK).text
    await counter.edits(ANNA, left.ref.event, "Where can I buy meat here?", hidden=2)
    card = next(each for each in reversed(counter.said(DESK)) if each.replaces)
    assert line.format(14) in card.text


# What an asker adds, and adds, and adds


async def test_what_an_asker_adds_alerts_the_responder_once_in_five_minutes(
    counter: Counter,
) -> None:
    """Five messages with one thought rang five times."""
    await counter.asks("Where do I get a fishing permit?")
    await counter.at_desk(VERA, "!claim")
    vera = counter.keys[VERA]
    shown = []
    for minutes in (0, 1, 3, 2, 1):
        counter.clock.advance(timedelta(minutes=minutes))
        kept, _ = await counter.says(ANNA, f"And after {minutes} min?", thread="$m1")
        said = counter.last(DESK)
        shown.append((said.style, said.mentions))
        # Each stays by itself: who takes one back or edits it means that one.
        assert said.original == kept.ref
        assert f"> And after {minutes} min?" in said.text
    loud, quiet = (Style.TEXT, (vera,)), (Style.NOTICE, ())
    assert shown == [loud, quiet, quiet, loud, quiet]


async def test_an_alert_that_was_taken_back_before_it_rang_makes_nobody_quiet(
    counter: Counter,
) -> None:
    await counter.asks("Where do I get a fishing permit?")
    await counter.at_desk(VERA, "!claim")
    vera, thread = counter.keys[VERA], counter.store.cases[1].desk_thread or ""
    await counter.says(ANNA, "For the sea.", thread="$m1")
    assert await counter.store.alerted(thread, vera, counter.clock())
    counter.store.refused[counter.last(DESK).key] = "taken back"
    await counter.says(ANNA, "For the lake.", thread="$m1")
    assert counter.last(DESK).mentions == (vera,)


async def test_one_of_several_additions_is_edited_and_taken_back_by_itself(
    counter: Counter,
) -> None:
    await counter.asks("Where do I get a fishing permit?")
    await counter.at_desk(VERA, "!claim")
    first, _ = await counter.says(ANNA, "For the sea.", thread="$m1")
    second, _ = await counter.says(ANNA, "On a boat.", thread="$m1")
    await counter.says(ANNA, "With a rod.", thread="$m1")
    await counter.edits(ANNA, first.ref.event, "For the lake.", thread="$m1")
    await counter.takes_back(ANNA, second.ref.event)
    shown = "\n".join(counter.shown(DESK))
    assert "On a boat." not in shown
    words = ["For the sea.", "With a rod.", "For the lake."]
    assert sorted(words, key=shown.index) == words


@pytest.mark.parametrize(
    ("additions", "length", "taken"), [(25, 10, 20), (5, 1_500, 2), (3, 16_000, 0)]
)
async def test_a_question_that_waits_in_its_room_does_not_grow_without_end(
    counter: Counter, additions: int, length: int, taken: int
) -> None:
    asked, _ = await counter.says(ANNA, "Where do I get a fishing permit?")
    for number in range(additions):
        await counter.says(ANNA, f"{number:02}".ljust(length, "x"), thread=asked.ref.event)
    (told,) = counter.said(WELCOME)
    assert told.text.startswith("Your question is as long as I can keep now.")
    assert (told.style, told.thread) == (Style.NOTICE, asked.ref.event)
    question = counter.store.cases[1].question
    assert len(question) <= LONGEST_QUESTION
    assert [line[:2] for line in question.splitlines()[1:]] == [f"{n:02}" for n in range(taken)]
    counter.clock.advance(timedelta(hours=1))
    await counter.waits()
    assert f"{taken - 1:02}" in counter.last(DESK).text or not taken
    # Now people have it, and what is written reaches them.
    await counter.says(ANNA, "one more", thread=asked.ref.event)
    assert "> one more" in counter.last(DESK).text


async def test_an_asker_with_too_long_a_question_still_comes_to_people_at_once(
    counter: Counter,
) -> None:
    asked, _ = await counter.says(ANNA, "Where do I get a fishing permit?")
    words = f"!people {'x' * LONGEST_QUESTION}"
    await counter.says(ANNA, words, thread=asked.ref.event)
    assert counter.store.cases[1].status is Status.OPEN
    full, handover = counter.said(WELCOME)
    assert "as long as I can keep" in full.text
    assert "case 1" in handover.text
    assert "xxx" not in counter.last(DESK).text


async def translated(policy: Literal["mark", "hold"]) -> Counter:
    """A counter whose Dutch entry is the translation of what the English one said once."""
    counter = await Counter.open(Settings(stale_translations=policy))
    dutch = replace(BSN, id="bsn-nl", lang="nl", answer="Bij de gemeente.", translation_of="bsn")
    await counter.knows(BSN, dutch)
    await counter.knows(replace(BSN, answer="Online."))
    counter.search.finds(dutch, 1.3)
    return counter


async def test_an_old_translation_is_given_with_a_mark() -> None:
    counter = await translated("mark")
    await counter.asks("Hoe krijg ik een BSN?")
    assert "Bij de gemeente." in counter.last(WELCOME).text
    assert "deze vertaling kan oud zijn" in counter.last(WELCOME).text
    await counter.asks(ASKED)
    assert "may be old" not in counter.last(WELCOME).text


async def test_an_old_translation_that_is_held_back_leaves_its_place_to_the_original() -> None:
    counter = await translated("hold")
    await counter.asks("Hoe krijg ik een BSN?")
    assert "Online." in counter.last(WELCOME).text
    assert "Dit antwoord is in het Engels." in counter.last(WELCOME).text
    await counter.store.withdraw(["bsn"])
    await counter.asks("Hoe krijg ik een BSN?")
    assert counter.store.cases[1].why == "why_stale"
