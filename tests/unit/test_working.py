"""Who works on a case: what responders can do with it, and what they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases import Status
from bot.config import Answering, Community, Responder, Role
from bot.config import Desk as Settings
from bot.hours import Agenda, Calendar, Group, period
from bot.near import Near
from tests.counter import ANNA, BEN, BSN, CHAT, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter

EDE = "!ede"
FISH, SALT = "Where do I get a fishing permit?", "Where may I fish in the sea?"


async def with_cases(**more: object) -> Counter:
    counter = await Counter.open(**more)  # type: ignore[arg-type]
    await counter.asks(FISH)
    await counter.asks(SALT, BEN)
    return counter


@pytest.fixture
async def desk() -> Counter:
    return await with_cases()


def told(counter: Counter, room: str = WELCOME) -> list[str]:
    """What citizens were told after the two handovers."""
    return [each.text for each in counter.said(room)[2:]]


async def test_the_card_is_edited_to_show_who_has_the_case(desk: Counter) -> None:
    assert "Now: nobody has it" in desk.card()
    await desk.at_desk(VERA, "!claim")
    assert f"Now: {VERA} has it" in desk.card()
    await desk.at_desk(VERA, "!answer At the post office.")
    assert "Now: answered, not vetted" in desk.card()
    assert "> At the post office." in desk.card()


async def test_what_changes_nothing_on_the_card_does_not_edit_it(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    before = len([each for each in desk.said(DESK) if each.replaces])
    await desk.at_desk(WIM, "!claim")
    await desk.at_desk(VERA, "I ask my colleague.")
    assert len([each for each in desk.said(DESK) if each.replaces]) == before


async def test_one_tap_on_the_card_claims_releases_or_brings_it_to_officials(desk: Counter) -> None:
    card = desk.store.events[desk.store.cases[1].desk_thread or ""]
    await desk.taps(VERA, "🙋", card)
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    await desk.taps(VERA, "👋", card)
    assert desk.store.cases[1].status is Status.OPEN
    await desk.taps(VERA, "⏫", card)
    assert desk.store.cases[1].officials


async def test_a_tap_of_somebody_who_is_no_responder_does_nothing(desk: Counter) -> None:
    card = desk.store.events[desk.store.cases[1].desk_thread or ""]
    await desk.taps(ANNA, "🙋", card)
    assert desk.store.cases[1].status is Status.OPEN


async def test_a_command_with_a_number_works_anywhere_at_the_desk(desk: Counter) -> None:
    await desk.says(VERA, "!claim 2", DESK)
    assert desk.store.cases[2].claimed_by == desk.keys[VERA]
    in_case, here = [each for each in desk.said(DESK) if "has taken case 2" in each.text]
    assert (in_case.thread, in_case.reply_to) == (desk.store.cases[2].desk_thread, None)
    assert (here.thread, here.reply_to) == (f"$m{desk.count}", f"$m{desk.count}")
    await desk.says(WIM, "!claim 2", DESK)
    assert desk.last(DESK).thread == f"$m{desk.count}"
    await desk.says(VERA, "!answer #2 From the pier.", DESK)
    assert "> From the pier." in told(desk)[-1]
    await desk.says(VERA, "!claim 99", DESK)
    assert "Which case?" in desk.last(DESK).text


async def test_in_a_thread_a_number_that_is_no_cases_is_a_part_of_the_words(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer 12 euros at the post office.")
    assert "> 12 euros at the post office." in told(desk)[-1]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("!claim 2", "outside this thread: !claim 2"),
        ("!claim #2", "outside this thread: !claim 2"),
        ("!claim 99", "outside this thread: !claim 99"),
        ("!close 2 spam", "!close 2 and your words"),
        ("!answer 2 euros", "put another word first"),
        ("!answer 1 euro", "!answer needs no number"),
        ("!snooze 2 3d", "outside this thread: !snooze 2"),
        ("!assign 2 @wim", "outside this thread: !assign 2"),
        ("!send 2 1", "outside this thread: !send 2"),
    ],
)
async def test_in_a_thread_another_cases_number_is_refused(
    desk: Counter, words: str, hint: str
) -> None:
    """In case 1's thread, "!close 2 spam" closed case 1 and told its asker "2 spam"."""
    before = desk.store.cases.copy()
    await desk.at_desk(VERA, words)
    assert "thread of case 1" in desk.last(DESK).text
    assert hint in desk.last(DESK).text
    assert not told(desk)
    assert desk.store.cases == before


@pytest.mark.parametrize("words", ["!claim 1", "!claim #1."])
async def test_in_a_thread_the_cases_own_number_may_stand_behind_a_command(
    desk: Counter, words: str
) -> None:
    await desk.at_desk(VERA, words.rstrip("."))
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]


async def test_in_a_thread_a_span_of_days_is_no_case(desk: Counter) -> None:
    await desk.at_desk(VERA, "!snooze 2 d")
    assert desk.store.cases[1].status is Status.SNOOZED


async def test_outside_a_thread_the_question_shows_a_number_mistyped(desk: Counter) -> None:
    await desk.says(VERA, "!answer 2 euros a day.", DESK)
    assert f"> {SALT}" in desk.last(DESK).text
    assert f"> {SALT}" not in [
        each.text for each in desk.said(DESK) if each.thread == desk.store.cases[2].desk_thread
    ]
    await desk.says(WIM, "!claim 1", CHAT)
    assert f"> {FISH}" in desk.last(CHAT).text


async def test_a_question_repeated_elsewhere_goes_when_its_asker_takes_it_back(
    desk: Counter,
) -> None:
    await desk.says(VERA, "!claim 1", DESK)
    await desk.says(VERA, "!answer 1 At the harbour.", CHAT)
    assert any(FISH in text for text in desk.shown(CHAT))
    await desk.takes_back(ANNA, "$m1")
    assert not any(FISH in text for text in (*desk.shown(CHAT), *desk.shown(DESK)))


async def test_a_tap_on_a_question_repeated_in_a_direct_chat_reaches_nobody(desk: Counter) -> None:
    await desk.says(VERA, "!claim 1", CHAT)
    before = len(desk.said(WELCOME))
    await desk.taps(VERA, "👍", desk.store.events[desk.last(CHAT).key], CHAT)
    assert len(desk.said(WELCOME)) == before


async def test_a_snoozed_case_is_taken_from_nobody(desk: Counter) -> None:
    """!claim gave it away without a word to who has it."""
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "!snooze 3d")
    await desk.at_desk(WIM, "!claim")
    assert f"{VERA} has case 1 and left it alone" in desk.last(DESK).text
    assert "!release" not in desk.last(DESK).text
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    await desk.at_desk(WIM, "!take")
    assert "left alone for some time, by somebody who has it" in desk.last(DESK).text
    await desk.at_desk(VERA, "!claim")
    assert desk.store.cases[1].status is Status.CLAIMED


async def test_a_colleagues_case_is_not_closed(desk: Counter) -> None:
    """It was, without a word to who had it."""
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(WIM, "!close Nobody fishes here.")
    assert f"{VERA} has case 1" in desk.last(DESK).text
    assert not told(desk)
    assert desk.store.cases[1].status is Status.CLAIMED
    await desk.at_desk(VERA, "!close Nobody fishes here.")
    assert desk.store.cases[1].status is Status.CLOSED


async def test_who_has_an_answered_case_is_told_with_what_can_be_done(desk: Counter) -> None:
    """It said that they could !release it, which was refused then."""
    await desk.at_desk(VERA, "!answer At the post office.")
    await desk.at_desk(WIM, "!answer At the harbour.")
    assert f"{VERA} has answered case 1" in desk.last(DESK).text
    assert "!release" not in desk.last(DESK).text


async def test_vetting_is_named_only_to_who_may_vet(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer At the post office.")
    await desk.at_desk(OMAR, "!claim")
    assert "!vet, !reject or !close are next" in desk.last(DESK).text
    for who in (VERA, EVA):
        await desk.at_desk(who, "!claim")
        assert "!vet" not in desk.last(DESK).text
        assert "somebody who may vet it is next" in desk.last(DESK).text


async def test_a_claim_by_tap_is_given_back_with_the_tap(desk: Counter) -> None:
    card = desk.store.events[desk.store.cases[1].desk_thread or ""]
    await desk.taps(VERA, "🙋", card)
    tap = f"$m{desk.count}"
    await desk.takes_back(VERA, tap, DESK)
    assert desk.store.cases[1].status is Status.OPEN
    assert "is free again" in desk.last(DESK).text
    assert desk.store.cases[1].claimed_by is None
    await desk.at_desk(WIM, "!claim")
    await desk.takes_back(VERA, tap, DESK)
    assert desk.store.cases[1].claimed_by == desk.keys[WIM]


@pytest.mark.parametrize("words", ["I ask my colleague.", "!askback Where?"])
async def test_a_tap_taken_back_gives_no_case_back_that_was_worked_on(
    desk: Counter, words: str
) -> None:
    card = desk.store.events[desk.store.cases[1].desk_thread or ""]
    await desk.taps(VERA, "🙋", card)
    tap = f"$m{desk.count}"
    desk.clock.advance(timedelta(minutes=1))
    await desk.at_desk(VERA, words)
    await desk.takes_back(VERA, tap, DESK)
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    assert "so it stays yours. !release gives it back" in desk.last(DESK).text


async def test_a_responder_works_from_a_direct_chat_and_the_desk_sees_it(desk: Counter) -> None:
    await desk.says(VERA, "!queue", CHAT)
    assert "2 open:" in desk.last(CHAT).text
    await desk.says(VERA, "!claim 1", CHAT)
    assert "has taken case 1" in desk.last(CHAT).text
    assert desk.last(DESK).thread == desk.store.cases[1].desk_thread
    assert "has taken case 1" in desk.last(DESK).text
    await desk.says(VERA, "!mine", CHAT)
    assert "Case 1" in desk.last(CHAT).text
    assert "Case 2" not in desk.last(CHAT).text


async def test_a_citizens_direct_chat_gives_no_commands(desk: Counter) -> None:
    await desk.says(ANNA, "!queue", CHAT)
    assert "open:" not in desk.last(CHAT).text
    await desk.says(ANNA, "!claim 1", CHAT)
    assert desk.store.cases[1].status is Status.OPEN


async def test_a_case_the_room_may_still_answer_is_not_at_the_desk_yet(desk: Counter) -> None:
    await desk.says(ANNA, "Where may I fish in the canal?")
    assert desk.store.cases[3].status is Status.WAITING
    await desk.says(VERA, "!claim 3", DESK)
    assert desk.store.cases[3].status is Status.WAITING


async def test_a_case_is_given_to_somebody_by_the_first_part_of_their_name(desk: Counter) -> None:
    await desk.at_desk(VERA, "!assign @wim")
    assert desk.store.cases[1].claimed_by == desk.keys[WIM]
    assert desk.last(DESK).mentions == (desk.keys[WIM],)
    await desk.at_desk(VERA, "!assign nobody", 2)
    assert WIM in desk.last(DESK).text
    assert desk.store.cases[2].status is Status.OPEN


async def test_a_colleagues_case_is_not_given_away(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(WIM, "!assign @omar")
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]


async def test_a_case_left_lying_is_taken_over_and_its_responder_told(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    desk.clock.advance(timedelta(hours=23))
    await desk.at_desk(WIM, "!take")
    assert "from 6 January 2026 09:00" in desk.last(DESK).text
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    desk.clock.advance(timedelta(hours=1))
    await desk.at_desk(WIM, "!take")
    assert desk.store.cases[1].claimed_by == desk.keys[WIM]
    assert desk.last(DESK).mentions == (desk.keys[VERA],)


async def test_nobody_takes_more_cases_than_the_settings_allow() -> None:
    counter = await with_cases(desk_settings=Settings(open_per_person=1))
    await counter.at_desk(VERA, "!claim")
    await counter.at_desk(VERA, "!claim", 2)
    assert "as many cases as one person may have: 1" in counter.last(DESK).text
    assert counter.store.cases[2].status is Status.OPEN
    await counter.at_desk(VERA, "!release")
    await counter.at_desk(VERA, "!claim", 2)
    assert counter.store.cases[2].claimed_by == counter.keys[VERA]


async def test_what_waits_for_officials_is_theirs(desk: Counter) -> None:
    await desk.at_desk(VERA, "!escalate")
    assert "waits for officials" in desk.card()
    assert set(desk.last(DESK).mentions) == {desk.keys[OMAR], desk.keys[EVA]}
    await desk.at_desk(VERA, "!claim")
    assert "Only they can take it" in desk.last(DESK).text
    await desk.at_desk(OMAR, "!claim")
    assert desk.store.cases[1].claimed_by == desk.keys[OMAR]


@pytest.mark.parametrize(
    "words", ["!answer At the post office.", "!snippet call", "!askback Where?", "!send bsn"]
)
async def test_nobody_else_answers_what_waits_for_officials(words: str) -> None:
    """It could not be claimed, but answered."""
    counter = await with_cases(desk_settings=Settings(snippets={"call": {"en": "Call them."}}))
    await counter.knows(BSN)
    await counter.at_desk(VERA, "!transfer SVB")
    await counter.at_desk(VERA, words)
    assert "Only they can take it" in counter.last(DESK).text
    assert counter.store.cases[1].status is Status.OPEN
    await counter.at_desk(EVA, words)
    assert counter.store.cases[1].status is not Status.OPEN


async def test_a_case_is_transferred_to_a_body_by_its_name(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!transfer nowhere")
    assert "SVB, UWV" in desk.last(DESK).text
    await desk.at_desk(OMAR, "!transfer svb")
    assert desk.store.cases[1].body == "SVB"
    assert desk.last(DESK).mentions == (desk.keys[EVA],)
    assert "waits for officials of SVB" in desk.card()


async def test_a_snoozed_case_comes_back_to_who_had_it(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "!snooze soon")
    assert "Until when?" in desk.last(DESK).text
    await desk.at_desk(VERA, "!snooze 3d")
    assert "left alone until 8 January 2026 09:00" in desk.card()
    desk.clock.advance(timedelta(days=3))
    await desk.waits()
    case = desk.store.cases[1]
    assert (case.status, case.claimed_by) == (Status.CLAIMED, desk.keys[VERA])
    (back,) = [each for each in desk.said(DESK) if "is back" in each.text]
    assert back.mentions == (desk.keys[VERA],)
    await desk.waits()
    assert sum("is back" in each.text for each in desk.said(DESK)) == 1


async def test_a_snoozed_case_nobody_has_comes_back_to_everybody(desk: Counter) -> None:
    await desk.at_desk(VERA, "!snooze 2026-02-01")
    desk.clock.advance(timedelta(days=27))
    await desk.waits()
    assert desk.store.cases[1].status is Status.OPEN
    (back,) = [each for each in desk.said(DESK) if "is back" in each.text]
    assert set(back.mentions) == {desk.keys[VERA], desk.keys[WIM]}


@pytest.mark.parametrize("until", ["0h", "91d", "2025-12-31", "2027-01-31", "", "13w", "soon"])
async def test_a_case_is_not_left_alone_until_the_past_or_for_ever(
    desk: Counter, until: str
) -> None:
    await desk.at_desk(VERA, f"!snooze {until}")
    assert desk.store.cases[1].status is Status.OPEN


async def test_merging_gives_both_askers_the_same_answer_once(desk: Counter) -> None:
    await desk.at_desk(VERA, "!merge 1", 2)
    assert desk.store.cases[2].status is Status.MERGED
    assert "1 other asks this too" in desk.card()
    assert "the same question as case 1" in desk.card(2)
    assert "You both get the same answer" in told(desk)[-1]
    await desk.at_desk(VERA, "!answer At the post office.")
    first, second = [each for each in desk.said(WELCOME) if "post office" in each.text]
    assert (first.thread, first.mentions) == ("$m1", (desk.keys[ANNA],))
    assert (second.thread, second.mentions) == ("$m2", (desk.keys[BEN],))


async def test_merged_into_an_answered_case_the_answer_comes_at_once(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer At the post office.")
    await desk.at_desk(VERA, "!merge 1", 2)
    assert "> At the post office." in told(desk)[-1]
    assert desk.last(WELCOME).mentions == (desk.keys[BEN],)


async def test_a_chain_of_merged_cases_reaches_everybody(desk: Counter) -> None:
    await desk.asks("Fishing permit, where?", WIM)
    await desk.at_desk(VERA, "!merge 2", 3)
    await desk.at_desk(VERA, "!merge 1", 2)
    assert "2 others ask this too" in desk.card()
    await desk.at_desk(VERA, "!answer At the post office.")
    alerted = [each.mentions for each in desk.said(WELCOME) if "> At the post" in each.text]
    assert set(alerted) == {(desk.keys[ANNA],), (desk.keys[BEN],), (desk.keys[WIM],)}


async def two_places() -> Counter:
    """A case of Utrecht's room, into which one of Ede's was merged."""
    counter = await Counter.open(room=Community(WELCOME, languages=("en",), scope="utrecht"))
    counter.answering.rooms.communities[EDE] = Community(EDE, languages=("en",), scope="ede")
    await counter.asks(FISH)
    await counter.asks(FISH, BEN, EDE)
    await counter.at_desk(VERA, "!merge 1", 2)
    return counter


async def test_what_is_vetted_for_one_place_is_not_told_to_who_asked_in_the_other() -> None:
    """Ede's asker read that an official had vetted for them what holds in Utrecht."""
    counter = await two_places()
    assert "different places, ede and utrecht" in counter.last(DESK).text
    await counter.at_desk(VERA, "!answer At desk 5, see https://example.org/u.")
    assert "At desk 5" in counter.last(EDE).text
    said = len(counter.said(EDE))
    outcome = await counter.at_desk(OMAR, "!vet")
    assert outcome.entry is not None
    assert outcome.entry.scope == "utrecht"
    assert "An official of UWV has vetted this answer." in counter.last(WELCOME).text
    assert len(counter.said(EDE)) == said
    assert [each.asker for each in outcome.also_given] == [counter.keys[ANNA]]
    assert "does not hold for who asked in a room about ede" in counter.last(DESK).text


async def test_what_is_vetted_for_the_whole_country_is_told_to_both() -> None:
    counter = await two_places()
    await counter.at_desk(VERA, "!answer At desk 5, see https://example.org/u.")
    await counter.at_desk(OMAR, "!edit scope: nl")
    await counter.at_desk(OMAR, "!vet")
    assert "has vetted this answer." in counter.last(EDE).text
    assert "does not hold" not in counter.last(DESK).text


async def test_who_asked_in_another_place_is_given_no_entry_of_one_instead() -> None:
    counter = await two_places()
    own = replace(BSN, scope="utrecht", body="UWV")
    await counter.knows(own)
    said = len(counter.said(WELCOME))
    await counter.at_desk(VERA, "!send bsn")
    assert "somebody asked in a room about ede" in counter.last(DESK).text
    assert len(counter.said(WELCOME)) == said
    await counter.at_desk(VERA, "!answer At desk 5, see https://example.org/u.")
    case = counter.store.cases[1]
    near = (Near("bsn", "en", own.question, 0.5, own.source),)
    counter.store.cases[1] = case.with_near(near)
    outcome = await counter.at_desk(OMAR, "!vet merge bsn")
    assert own.answer in counter.last(WELCOME).text
    assert own.answer not in counter.last(EDE).text
    assert [each.asker for each in outcome.also_given] == [counter.keys[ANNA]]
    assert "does not hold for who asked in a room about ede" in counter.last(DESK).text


async def test_which_case_is_asked_where_none_is_named(desk: Counter) -> None:
    """It read: Case ? can't take it."""
    await desk.at_desk(VERA, "!merge")
    assert "Which case is the same question?" in desk.last(DESK).text


async def test_without_a_body_there_is_none_to_name() -> None:
    counter = await with_cases(responders=(Responder(VERA, Role.VOLUNTEER),))
    await counter.at_desk(VERA, "!transfer SVB")
    assert "The settings name no body" in counter.last(DESK).text


@pytest.mark.parametrize("into", ["1", "99", "x"])
async def test_a_case_is_merged_into_another_open_one_only(desk: Counter, into: str) -> None:
    await desk.at_desk(VERA, f"!merge {into}")
    assert desk.store.cases[1].status is Status.OPEN
    assert "no such open case" in desk.last(DESK).text


async def test_the_queue_shows_first_what_nobody_has_and_most_ask(desk: Counter) -> None:
    await desk.asks("Fishing licence, where?", WIM)
    await desk.at_desk(VERA, "!merge 2", 3)
    await desk.asks("Where do I get a boat permit?", ANNA)
    await desk.at_desk(VERA, "!claim")
    await desk.says(VERA, "!queue", DESK)
    lines = [line for line in desk.last(DESK).text.splitlines() if line.startswith("- ")]
    assert [line.split(" · ")[0] for line in lines] == ["- Case 2", "- Case 4", "- Case 1"]
    assert "1 more asks it" in lines[0]
    assert f"{VERA} has it" in lines[2]


async def test_the_lists_tell_what_is_due_when_and_mine_is_in_order() -> None:
    counter = await with_cases(settings=Answering(promise_hours=30))
    counter.clock.advance(timedelta(hours=1))
    await counter.asks("Where do I get a boat permit?")
    for number in (1, 2, 3):
        await counter.at_desk(VERA, "!claim", number)
    case = counter.store.cases[3]
    counter.store.cases[3] = replace(case, answer_by=counter.clock.now + timedelta(hours=2))
    counter.clock.advance(timedelta(hours=30))
    for command in ("!queue", "!mine"):
        await counter.says(VERA, command, DESK)
        lines = [line for line in counter.last(DESK).text.splitlines() if line.startswith("- ")]
        assert [line.split(" · ")[0] for line in lines] == ["- Case 3", "- Case 1", "- Case 2"]
        assert lines[0].endswith("was due Mon 12:00")
        assert lines[1].endswith("· due Wed 09:00")


async def test_one_case_is_told_of_as_one() -> None:
    counter = await with_cases()
    await counter.at_desk(VERA, "!claim")
    await counter.says(VERA, "!mine", DESK)
    assert counter.last(DESK).text.startswith("1 of yours is open:")


async def test_who_merely_may_not_vet_can_still_help() -> None:
    """The sample's roles: a body's official works beside volunteers."""
    responders = (Responder(VERA, Role.VOLUNTEER), Responder(OMAR, Role.OFFICIAL, "UWV"))
    counter = await with_cases(responders=responders)
    await counter.at_desk(OMAR, "!vet")
    assert "nobody has taken it yet" in counter.last(DESK).text


async def test_where_the_settings_name_no_official_a_case_stays_with_the_others() -> None:
    people = (Responder(VERA, Role.VOLUNTEER), Responder(WIM, Role.VOLUNTEER))
    counter = await with_cases(responders=people)
    await counter.at_desk(VERA, "!escalate too hard")
    assert "The settings name no official. Case 1 stays" in counter.last(DESK).text
    await counter.at_desk(VERA, "!claim")
    assert counter.store.cases[1].claimed_by == counter.keys[VERA]


async def test_what_was_brought_to_a_body_is_for_its_officials(desk: Counter) -> None:
    await desk.at_desk(VERA, "!transfer svb")
    await desk.at_desk(OMAR, "!answer As UWV I say yes.")
    assert "waits for officials of SVB" in desk.last(DESK).text
    assert "!transfer UWV brings it there" in desk.last(DESK).text
    await desk.at_desk(VERA, "!assign omar")
    assert desk.store.cases[1].claimed_by is None
    await desk.at_desk(OMAR, "!transfer UWV")
    await desk.at_desk(OMAR, "!claim")
    assert desk.store.cases[1].claimed_by == desk.keys[OMAR]


async def test_a_body_that_only_a_volunteer_names_has_no_officials_to_bring_a_case_to() -> None:
    people = (
        Responder(VERA, Role.VOLUNTEER, body="Library"),
        Responder(OMAR, Role.OFFICIAL, "UWV"),
    )
    counter = await with_cases(responders=people)
    await counter.at_desk(VERA, "!transfer library")
    assert counter.last(DESK).text.endswith("Bodies here: UWV.")


async def test_a_case_that_officials_leave_lying_is_brought_up_again(desk: Counter) -> None:
    await desk.at_desk(VERA, "!transfer svb")
    before = len(desk.said(DESK))
    desk.clock.advance(timedelta(hours=23))
    await desk.waits()
    assert not [each for each in desk.said(DESK)[before:] if "case 1" in each.text]
    desk.clock.advance(timedelta(hours=1))
    await desk.waits()
    (told,) = (each for each in desk.said(DESK)[before:] if "case 1" in each.text)
    assert "Nobody has taken case 1 yet" in told.text
    assert told.mentions == (desk.keys[EVA],)


async def test_a_snoozed_case_comes_back_when_somebody_is_there() -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")
    weekdays = (*((period("09:00-17:00"),),) * 5, (), ())
    agenda = Agenda((Group(None, None, Calendar(amsterdam, weekdays)),), amsterdam)
    counter = await Counter.open(agenda=agenda)
    counter.clock.now = datetime(2026, 11, 27, 16, 30, tzinfo=amsterdam)  # A Friday.
    await counter.asks(FISH)
    await counter.at_desk(VERA, "!snooze 2d")
    assert "left alone until 30 November 2026" in counter.last(DESK).text
    assert counter.store.cases[1].snoozed_until == datetime(2026, 11, 30, 9, tzinfo=amsterdam)


@pytest.mark.parametrize("own", [True, False])
async def test_the_desk_reads_of_one_asker_where_a_merge_puts_one_persons_cases_together(
    own: bool,
) -> None:
    """It read "Both askers" of one person."""
    counter = await Counter.open()
    await counter.asks("Where do I get a fishing permit?")
    await counter.asks("Who gives fishing permits?", ANNA if own else BEN)
    await counter.at_desk(VERA, "!merge 1", 2)
    assert ("Both askers" in counter.last(DESK).text) is not own
    assert ("of the same asker" in counter.last(DESK).text) is own
