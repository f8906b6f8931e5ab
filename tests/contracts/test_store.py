"""What every store promises, in memory and in a file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from bot.aftercare import Renewal, Withdrawal
from bot.authorship import Draft, Rewrite
from bot.cases import FLAG, Status
from bot.errors import HandleAgain
from bot.expectation import FirstAnswer
from bot.holding import Published, Version
from bot.messages import Kind, Place
from bot.near import Near
from bot.outcome import Follower, Given, Note, Outcome, Promise, Revision, brought_back
from bot.ports import LONGEST_PUT_OFF, Store
from knowledge.change import Change
from knowledge.errors import VersionUnknown
from tests.contracts.examples import ASKER, NOW, case, entry, message, outgoing, ref
from tests.fakes import FakeClock

MINUTE = timedelta(minutes=1)


# Receiving


async def test_there_is_no_position_before_the_first_receive(store: Store) -> None:
    assert await store.position("matrix") is None


async def test_messages_and_position_are_kept_together(store: Store, asker: str) -> None:
    full = message(
        "$2",
        place=Place.DESK,
        kind=Kind.REACTION,
        text="📤",
        thread="$root",
        reply_to="$1",
        addressed=True,
    )
    await store.receive("matrix", [message("$1"), full], "s1")
    assert await store.position("matrix") == "s1"
    assert await store.unhandled(NOW, 10) == [
        message("$1", sender=asker),
        replace(full, sender=asker),
    ]


async def test_an_empty_batch_moves_the_position_only(store: Store) -> None:
    await store.receive("matrix", [message()], "s1")
    await store.receive("matrix", [], "s2")
    assert await store.position("matrix") == "s2"
    assert len(await store.unhandled(NOW, 10)) == 1


async def test_each_front_has_its_own_position(store: Store) -> None:
    await store.receive("matrix", [], "s1")
    await store.receive("console", [], "7")
    assert await store.position("matrix") == "s1"
    assert await store.position("console") == "7"


async def test_a_message_already_known_is_dropped(store: Store) -> None:
    await store.receive("matrix", [message(), message(text="within the batch")], "s1")
    await store.receive("matrix", [message(text="in the next batch")], "s2")
    assert [m.text for m in await store.unhandled(NOW, 10)] == [message().text]


async def test_a_message_already_handled_is_dropped(store: Store) -> None:
    await store.receive("matrix", [message()], "s1")
    await store.commit(Outcome("done", handled=ref()))
    await store.receive("matrix", [message(), message("$2")], "s2")
    assert [m.ref for m in await store.unhandled(NOW, 10)] == [ref("$2")]


async def test_a_batch_that_comes_again_weeks_later_is_known(
    store: Store, clock: FakeClock
) -> None:
    await store.receive("matrix", [message()], "s1")
    await store.commit(Outcome("done", handled=ref()))
    clock.advance(timedelta(days=29))
    await store.receive("matrix", [message("$2")], "s2")
    await store.commit(Outcome("done", handled=ref("$2")))
    await store.receive("matrix", [message(), message("$2")], "s1")
    assert await store.unhandled(clock(), 10) == []


@pytest.mark.parametrize("place", [Place.DESK, Place.COMMUNITY])
async def test_a_move_that_is_told_at_each_start_is_followed_once_for_ever(
    store: Store, clock: FakeClock, place: Place
) -> None:
    """Followed again years later, it took the cases of a desk that has moved on back with it."""
    moved = message(kind=Kind.MOVED, text="!new", place=place)
    await store.receive("matrix", [moved], "s1")
    await store.commit(Outcome("moved", handled=ref()))
    for number in range(2):
        clock.advance(timedelta(days=400))
        event = f"$later{number}"
        await store.receive("matrix", [message(event)], "s2")
        await store.commit(Outcome("done", handled=ref(event)))
    await store.receive("matrix", [moved], "s3")
    assert await store.unhandled(clock(), 10) == []


async def test_what_the_bot_hears_itself_say_was_said_before_anybody_can_answer_it(
    store: Store, asker: str
) -> None:
    """A crash between sending a card and noting it left the !claim under it without a case."""
    card = outgoing("lokethead", room="!desk")
    await store.commit(Outcome("open", case=case(asker, desk_thread=card.key), outgoing=(card,)))
    await store.attempt(card.key)
    here = {"place": Place.DESK, "sender": "@vera:example.org"}
    heard = message(ref=ref("$card", "!desk"), kind=Kind.SAID, text=card.key, **here)
    claim = message(ref=ref("$claim", "!desk"), text="!claim", thread="$card", **here)
    await store.receive("matrix", [claim, heard], "s1")
    assert [m.ref.event for m in await store.unhandled(NOW, 10)] == ["$claim"]
    assert await store.unsent(10) == []
    found = await store.case_in_thread("matrix", "!desk", "$card")
    assert found is not None


async def test_what_an_earlier_bot_of_the_same_account_said_is_nobodys(store: Store) -> None:
    said = message(kind=Kind.SAID, text="loketlongago")
    await store.receive("matrix", [said], "s1")
    assert await store.unhandled(NOW, 10) == []
    assert not await store.said("matrix", "!welcome", "$1")


async def test_the_same_event_id_in_another_room_or_front_is_another_message(
    store: Store,
) -> None:
    await store.receive("matrix", [message(), message(ref=ref(room="!other"))], "s1")
    await store.receive("console", [message(ref=ref(front="console"))], "1")
    assert len(await store.unhandled(NOW, 10)) == 3


async def test_a_sender_becomes_a_key_that_says_nothing_about_them(store: Store) -> None:
    await store.receive(
        "matrix",
        [message("$1", sender="@yusuf:example.org"), message("$2", sender="@yusuf:example.org")],
        "s1",
    )
    await store.receive("matrix", [message("$3", sender="@bob:example.org")], "s2")
    yusuf, again, bob = [m.sender for m in await store.unhandled(NOW, 10)]
    assert yusuf == again != bob
    assert "yusuf" not in yusuf  # No hexadecimal number holds that by chance.
    assert yusuf == (await store.enroll("matrix", ["@yusuf:example.org"]))["@yusuf:example.org"]


async def test_a_person_of_another_front_is_another_person(store: Store) -> None:
    here = await store.enroll("matrix", [ASKER, "@bob:example.org"])
    there = await store.enroll("console", [ASKER])
    assert len({*here.values(), *there.values()}) == 3


async def test_enrolling_twice_gives_the_same_keys(store: Store) -> None:
    first = await store.enroll("matrix", [ASKER])
    assert await store.enroll("matrix", ["@bob:example.org", ASKER]) == {
        **first,
        "@bob:example.org": (await store.enroll("matrix", ["@bob:example.org"]))[
            "@bob:example.org"
        ],
    }


# Handling


async def test_unhandled_messages_come_oldest_first_up_to_the_limit(store: Store) -> None:
    later = message("$b", sent_at=NOW + MINUTE)
    await store.receive("matrix", [message("$z"), later], "s1")
    await store.receive("matrix", [message("$a", sent_at=NOW - MINUTE)], "s2")
    assert [m.ref.event for m in await store.unhandled(NOW, 2)] == ["$z", "$b"]
    assert [m.ref.event for m in await store.unhandled(NOW, 9)] == ["$z", "$b", "$a"]


async def test_a_message_put_off_is_hidden_until_then(store: Store) -> None:
    await store.receive("matrix", [message("$1"), message("$2")], "s1")
    await store.put_off(ref(), NOW + MINUTE)
    soon = NOW + MINUTE - timedelta(microseconds=1)
    assert [m.ref for m in await store.unhandled(soon, 10)] == [ref("$2")]
    assert [m.ref for m in await store.unhandled(NOW + MINUTE, 10)] == [ref("$1"), ref("$2")]


async def test_times_are_compared_as_moments_whatever_their_zone(store: Store) -> None:
    zone = timezone(timedelta(hours=2))
    await store.receive("matrix", [message()], "s1")
    await store.put_off(ref(), (NOW + MINUTE).astimezone(zone))
    assert await store.unhandled(NOW.astimezone(zone), 10) == []
    assert len(await store.unhandled(NOW + MINUTE, 10)) == 1


async def test_putting_off_counts_how_often(store: Store) -> None:
    await store.receive("matrix", [message("$1"), message("$2")], "s1")
    assert [await store.put_off(ref(), NOW) for _ in range(3)] == [1, 2, 3]
    assert await store.put_off(ref("$2"), NOW) == 1


async def test_a_message_no_longer_there_is_not_put_off(store: Store) -> None:
    assert await store.put_off(ref(), NOW) == 0


async def test_a_clock_set_back_hides_nothing_for_longer_than_any_pause(store: Store) -> None:
    await store.receive("matrix", [message()], "s1")
    await store.put_off(ref(), NOW + LONGEST_PUT_OFF)
    assert await store.unhandled(NOW, 10) == []
    (kept,) = await store.unhandled(NOW - timedelta(seconds=1), 10)
    assert kept.ref == ref()


async def test_rooms_that_are_in_hand_can_be_left_out(store: Store) -> None:
    elsewhere = replace(message("$2"), ref=replace(ref("$2"), room="!elsewhere"))
    await store.receive("matrix", [message(), elsewhere], "s1")
    (found,) = await store.unhandled(NOW, 1, [ref().room])
    assert found.ref == elsewhere.ref


async def test_waiting_is_no_failure_and_counted_for_keys_only(store: Store) -> None:
    sealed = message(kind=Kind.UNREADABLE, text="{}")
    await store.receive("matrix", [sealed, message("$2")], "s1")
    later = NOW + MINUTE
    assert [await store.wait(ref(), later, for_keys=True) for _ in range(2)] == [1, 2]
    assert await store.wait(ref(), later) == 2
    assert await store.wait(ref("$2"), later, for_keys=True) == 0
    (readable,) = await store.unhandled(NOW, 10)
    assert readable.ref == ref("$2")
    kept, _ = await store.unhandled(later, 10)
    assert (kept.failures, kept.waits) == (0, 2)
    assert await store.put_off(ref(), later) == 1
    assert await store.wait(ref("$gone"), later, for_keys=True) == 0


async def test_a_message_put_off_can_be_committed(store: Store) -> None:
    await store.receive("matrix", [message()], "s1")
    await store.put_off(ref(), NOW + MINUTE)
    await store.commit(Outcome("gave up", handled=ref()))
    assert await store.unhandled(NOW + MINUTE, 10) == []


async def test_a_commit_for_a_message_handled_already_writes_nothing(store: Store) -> None:
    await store.receive("matrix", [message()], "s1")
    await store.commit(Outcome("done", handled=ref()))
    with pytest.raises(HandleAgain):
        await store.commit(Outcome("again", handled=ref(), outgoing=(outgoing(),)))
    assert await store.unsent(10) == []


async def test_a_commit_for_a_message_never_received_writes_nothing(store: Store) -> None:
    with pytest.raises(HandleAgain):
        await store.commit(Outcome("?", handled=ref(), outgoing=(outgoing(),), entry=entry()))
    assert await store.unsent(10) == []
    assert await store.entries() == []


async def test_the_clock_commits_without_a_message(store: Store, asker: str) -> None:
    await store.commit(Outcome("due", case=case(asker), outgoing=(outgoing(),)))
    assert await store.case(1) is not None
    assert await store.unsent(10) == [outgoing()]


# Cases


async def test_the_first_case_is_number_one_and_numbers_count_up(store: Store, asker: str) -> None:
    assert await store.next_case_id() == 1
    await store.commit(Outcome("new", case=case(asker)))
    assert await store.next_case_id() == 2
    await store.commit(Outcome("new", case=case(asker, id=2)))
    assert await store.next_case_id() == 3


async def test_a_number_is_given_out_once_though_many_ask_before_they_commit(
    store: Store,
) -> None:
    """Else all but one of the rooms that ask at once would find the number taken."""
    numbers = await asyncio.gather(*(store.next_case_id() for _ in range(64)))
    assert sorted(numbers) == list(range(1, 65))


async def test_there_is_no_case_that_was_not_committed(store: Store) -> None:
    assert await store.case(1) is None


async def test_a_case_comes_back_whole(store: Store, asker: str) -> None:
    vera = (await store.enroll("matrix", ["@vera:example.org"]))["@vera:example.org"]
    full = case(
        asker,
        id=7,
        direct=True,
        scope="utrecht",
        due_at=NOW + MINUTE,
        status=Status.ANSWERED,
        claimed_by=vera,
        answered_by=vera,
        draft=Draft(
            *("How?", "So.", "passport", "en", "UWV", "UWV", "utrecht", date(2027, 1, 1)),
            alternatives=("How so?",),
            rewrites=(Rewrite("Thus.", (vera,)),),
            menders=(asker,),
            corrects="passport",
            over=3,
        ),
        earlier=(Rewrite("So so.", (vera, asker)),),
        desk_thread="loket1",
        hidden=12,
    )
    await store.commit(Outcome("new", case=full, outgoing=(outgoing(),)))
    assert await store.case(7) == replace(full, version=1)
    bare = case(asker, id=8)
    await store.commit(Outcome("new", case=bare))
    assert await store.case(8) == replace(bare, version=1)


async def test_several_cases_change_together_or_not_at_all(store: Store, asker: str) -> None:
    for number in (1, 2):
        await store.commit(Outcome("new", case=case(asker, number, asked=ref(f"${number}"))))
    first, second = (case(asker, number, asked=ref(f"${number}"), version=1) for number in (1, 2))
    card = outgoing("loketcard")
    moved = tuple(replace(each, desk_thread=card.key) for each in (first, second))
    stale = (moved[0], replace(moved[1], version=0))
    with pytest.raises(HandleAgain):
        await store.commit(Outcome("moved", cases=stale, outgoing=(card,)))
    assert await store.case(1) == first
    await store.commit(Outcome("moved", cases=moved, outgoing=(card,)))
    assert await store.case(1) == replace(moved[0], version=2)
    assert await store.case(2) == replace(moved[1], version=2)


async def test_each_commit_of_a_case_counts_its_version_up(store: Store, asker: str) -> None:
    await store.commit(Outcome("new", case=case(asker)))
    claimed = case(asker, status=Status.CLAIMED, claimed_by=asker, version=1)
    await store.commit(Outcome("claim", case=claimed))
    assert await store.case(1) == replace(claimed, version=2)


@pytest.mark.parametrize("version", [0, 1, 3], ids=["id taken", "stale", "from the future"])
async def test_a_case_changed_since_it_was_read_writes_nothing(
    store: Store, asker: str, version: int
) -> None:
    await store.commit(Outcome("new", case=case(asker)))
    await store.commit(Outcome("claim", case=case(asker, version=1)))
    await store.receive("matrix", [message()], "s1")
    before = await store.case(1)
    late = Outcome(
        "late",
        handled=ref(),
        case=case(asker, topic="late", version=version),
        entry=entry(),
        note=Note(ref(), 1, asker, "words"),
        outgoing=(outgoing(),),
    )
    with pytest.raises(HandleAgain):
        await store.commit(late)
    assert await store.case(1) == before
    assert [m.ref for m in await store.unhandled(NOW, 10)] == [ref()]
    assert await store.entries() == []
    assert await store.note(ref()) is None
    assert await store.unsent(10) == []


async def test_a_case_of_a_later_version_must_exist(store: Store, asker: str) -> None:
    with pytest.raises(HandleAgain):
        await store.commit(Outcome("?", case=case(asker, version=1)))
    assert await store.case(1) is None


async def test_a_case_is_found_by_its_askers_thread(store: Store, asker: str) -> None:
    await store.commit(Outcome("new", case=case(asker, root="$root")))
    found = await store.case_in_thread("matrix", "!welcome", "$root")
    assert found
    assert found.id == 1
    assert await store.case_in_thread("matrix", "!other", "$root") is None
    assert await store.case_in_thread("console", "!welcome", "$root") is None
    assert await store.case_in_thread("matrix", "!welcome", "$other") is None


async def test_a_case_is_found_by_its_desk_thread_once_that_is_said(
    store: Store, asker: str
) -> None:
    briefing = outgoing("loket9", room="!desk")
    await store.commit(Outcome("new", case=case(asker, desk_thread="loket9"), outgoing=(briefing,)))
    assert await store.case_in_thread("matrix", "!desk", "$b") is None
    await store.sent("loket9", "$b")
    found = await store.case_in_thread("matrix", "!desk", "$b")
    assert found
    assert found.id == 1
    assert await store.case_in_thread("matrix", "!welcome", "$b") is None
    assert await store.case_in_thread("console", "!desk", "$b") is None


async def test_a_case_is_found_by_what_was_said_in_its_askers_thread(
    store: Store, asker: str
) -> None:
    said = outgoing("loket9", thread="$root")
    beside = outgoing("loket8", thread="$else")
    new = Outcome("new", case=case(asker, root="$root"), outgoing=(said, beside))
    await store.commit(new)
    assert await store.case_in_thread("matrix", "!welcome", "$9") is None
    await store.sent("loket9", "$9")
    await store.sent("loket8", "$8")
    found = await store.case_in_thread("matrix", "!welcome", "$9")
    assert found
    assert found.id == 1
    assert await store.case_in_thread("matrix", "!welcome", "$8") is None
    assert await store.case_in_thread("matrix", "!other", "$9") is None


async def test_what_somebody_asked_in_a_room_is_found_oldest_first(
    store: Store, asker: str
) -> None:
    elsewhere = replace(case(asker, id=3), asked=ref(room="!other"))
    for each in (case(asker, id=2), elsewhere, case(asker, id=1)):
        await store.commit(Outcome("new", case=each))
    assert [each.id for each in await store.cases_of(asker, "matrix", "!welcome")] == [1, 2]
    assert [each.id for each in await store.cases_of(asker, "matrix", "!other")] == [3]
    assert not await store.cases_of(asker, "console", "!welcome")
    assert not await store.cases_of("nobody", "matrix", "!welcome")


async def test_of_two_cases_in_a_thread_the_newest_is_found(store: Store, asker: str) -> None:
    closed = case(asker, id=2, status=Status.CLOSED)
    await store.commit(Outcome("new", case=closed))
    await store.commit(Outcome("new", case=case(asker, id=10)))
    await store.commit(Outcome("change", case=replace(closed, version=1)))
    found = await store.case_in_thread("matrix", "!welcome", "$1")
    assert found
    assert found.id == 10


async def test_all_cases_of_a_thread_are_found_newest_first_and_those_about_entries_last(
    store: Store, asker: str
) -> None:
    said = outgoing("loket9", thread="$1")
    await store.commit(Outcome("new", case=case(asker, id=9), outgoing=(said,)))
    await store.commit(Outcome("new", case=case(asker, id=10)))
    await store.commit(Outcome("new", case=case(asker, id=11, why=FLAG)))
    await store.commit(Outcome("new", case=case(asker, id=12, root="$other")))
    await store.sent("loket9", "$9")
    for root in ("$1", "$9"):
        found = await store.cases_in_thread("matrix", "!welcome", root)
        assert [each.id for each in found] == [10, 9, 11]
    assert not await store.cases_in_thread("matrix", "!other", "$1")


async def test_due_cases_are_those_that_the_clock_has_to_look_at(store: Store, asker: str) -> None:
    later = NOW + MINUTE
    await store.commit(Outcome("new", case=case(asker, 1, look_at=NOW)))
    await store.commit(Outcome("new", case=case(asker, 2, look_at=NOW, opened_at=NOW - MINUTE)))
    await store.commit(Outcome("new", case=case(asker, 3, look_at=later)))
    await store.commit(Outcome("new", case=case(asker, 4)))
    assert [c.id for c in await store.cases_due(NOW)] == [2, 1]
    assert await store.cases_due(NOW - MINUTE) == []


async def test_the_first_answer_to_a_case_is_kept_and_no_later_one(
    store: Store, asker: str, clock: FakeClock
) -> None:
    await store.commit(Outcome("open", case=case(asker)))
    assert await store.first_answers(NOW, 10) == []
    for status in (Status.ANSWERED, Status.CLAIMED, Status.ANSWERED, Status.VETTED):
        clock.advance(MINUTE)
        kept = await store.case(1)
        assert kept is not None
        await store.commit(Outcome("next", case=replace(kept, status=status)))
    assert await store.first_answers(NOW, 10) == [FirstAnswer("passport", NOW, NOW + MINUTE)]


async def test_an_entry_that_becomes_the_answer_is_a_first_answer_and_no_answer_is_none(
    store: Store, asker: str
) -> None:
    for id, status in enumerate(Status, start=1):
        await store.commit(Outcome("new", case=case(asker, id, topic=status, status=status)))
    found = {each.topic for each in await store.first_answers(NOW, 10)}
    assert found == {Status.ANSWERED, Status.VETTED}


async def test_the_last_first_answers_come_first_and_old_ones_not_at_all(
    store: Store, asker: str, clock: FakeClock
) -> None:
    for id in range(1, 5):
        await store.commit(
            Outcome("new", case=case(asker, id, topic=f"t{id}", status=Status.VETTED))
        )
        clock.advance(MINUTE)
    found = await store.first_answers(NOW + MINUTE, 2)
    assert [each.topic for each in found] == ["t4", "t3"]
    assert len(await store.first_answers(NOW + MINUTE, 9)) == 3


async def test_a_case_slips_once_the_time_that_was_told_is_over(store: Store, asker: str) -> None:
    for id, minutes in ((1, 2), (2, 1), (3, 9)):
        promise = Promise(id, NOW + minutes * MINUTE)
        await store.commit(Outcome("told", case=case(asker, id), promise=promise))
    assert await store.cases_slipped(NOW) == []
    assert [each.id for each in await store.cases_slipped(NOW + 2 * MINUTE)] == [2, 1]


async def test_what_was_told_can_be_told_anew_and_forgotten(store: Store, asker: str) -> None:
    await store.commit(Outcome("told", case=case(asker), promise=Promise(1, NOW)))
    await store.commit(Outcome("told anew", promise=Promise(1, NOW + MINUTE)))
    assert await store.cases_slipped(NOW) == []
    assert len(await store.cases_slipped(NOW + MINUTE)) == 1
    await store.commit(Outcome("enough", promise=Promise(1, None)))
    assert await store.cases_slipped(NOW + MINUTE) == []


@pytest.mark.parametrize("status", Status)
async def test_a_case_slips_only_while_its_asker_waits(
    store: Store, asker: str, status: Status
) -> None:
    """Also when it is worked on again after an answer: they were told of that one."""
    await store.commit(Outcome("told", case=case(asker), promise=Promise(1, NOW)))
    await store.commit(Outcome("next", case=case(asker, version=1, status=status)))
    waits = status in (Status.WAITING, Status.OPEN, Status.CLAIMED, Status.SNOOZED)
    assert len(await store.cases_slipped(NOW)) == waits
    await store.commit(Outcome("next", case=case(asker, version=2, status=Status.CLAIMED)))
    assert len(await store.cases_slipped(NOW)) == waits


async def test_who_was_merged_waits_for_the_answer_of_the_case_at_the_top(
    store: Store, asker: str
) -> None:
    """Through a chain, and where the first of them is gone the others wait for the next."""
    for id in (1, 2, 3):
        promise = Promise(id, NOW)
        await store.commit(Outcome("told", case=case(asker, id), promise=promise))
    for id, into in ((1, 2), (2, 3)):
        merged = case(asker, id, version=1, status=Status.MERGED, merged_into=into)
        await store.commit(Outcome("merged", case=merged))
    assert [each.id for each in await store.cases_slipped(NOW)] == [3, 1, 2]
    gone = case(asker, 3, version=1, status=Status.WITHDRAWN)
    first = case(asker, 1, version=2)
    second = case(asker, 2, version=2, status=Status.MERGED, merged_into=1)
    await store.commit(Outcome("gone", case=gone, cases=(first, second)))
    assert [each.id for each in await store.cases_slipped(NOW)] == [1, 2]
    await store.commit(Outcome("answered", case=case(asker, 1, version=3, status=Status.ANSWERED)))
    assert await store.cases_slipped(NOW) == []


async def test_who_is_merged_into_an_answered_case_waits_no_longer(
    store: Store, asker: str
) -> None:
    await store.commit(Outcome("told", case=case(asker, 1), promise=Promise(1, NOW)))
    await store.commit(Outcome("new", case=case(asker, 2, status=Status.ANSWERED)))
    merged = case(asker, 1, version=1, status=Status.MERGED, merged_into=2)
    await store.commit(Outcome("merged", case=merged))
    assert await store.cases_slipped(NOW) == []


async def test_cases_are_found_by_what_the_bot_said_in_the_askers_thread(
    store: Store, asker: str
) -> None:
    said = outgoing("told", thread="$root"), outgoing("outside"), outgoing("desk", room="!desk")
    await store.commit(Outcome("new", case=case(asker, 1, root="$root"), outgoing=said))
    await store.commit(Outcome("new", case=case(asker, 2, root="$root")))
    await store.commit(Outcome("new", case=case(asker, 3, root="$other")))
    assert await store.cases_at("matrix", "!welcome", "$told") == []
    for each in said:
        await store.sent(each.key, f"${each.key}")
    found = await store.cases_at("matrix", "!welcome", "$told")
    assert [each.id for each in found] == [2, 1]
    assert await store.cases_at("matrix", "!welcome", "$outside") == []
    assert await store.cases_at("matrix", "!desk", "$desk") == []
    assert await store.cases_at("console", "!welcome", "$told") == []


async def test_who_joined_a_case_is_kept_once_for_each_message(store: Store, asker: str) -> None:
    joined = Follower(1, asker, ref("$plus"), "$1", "nl")
    other = Follower(1, asker, ref("$own"), "$own", "nl", asked=True)
    await store.commit(Outcome("new", case=case(asker), followers=(joined,)))
    await store.commit(Outcome("again", followers=(replace(joined, lang="en"), other)))
    assert await store.followers(1) == [other, joined]
    assert await store.following(ref("$plus")) == [joined]
    await store.commit(Outcome("gone", unfollowed=(other,)))
    assert await store.followers(1) == [joined]
    await store.commit(Outcome("gone", unfollowed=(joined,)))
    assert await store.followers(1) == []


async def test_who_joined_goes_along_to_the_room_that_takes_the_place(
    store: Store, asker: str
) -> None:
    joined = Follower(1, asker, ref("$plus"), "$1", "nl")
    await store.receive("matrix", [message("$moved", kind=Kind.MOVED)], "s1")
    await store.commit(Outcome("new", case=case(asker), followers=(joined,)))
    await store.commit(Outcome("moved", handled=ref("$moved"), moved_to="!new"))
    assert await store.followers(1) == [
        replace(joined, ref=replace(joined.ref, room="!new"), root="")
    ]


async def test_what_a_card_shows_is_kept_with_the_case(store: Store, asker: str) -> None:
    near = (Near("bsn", "en", "How?", 0.75, "https://example.org", number=3),)
    whole = case(
        asker,
        why="why_far",
        near=near,
        patient=True,
        body="UWV",
        officials=True,
        handed_at=NOW,
        claimed_at=NOW,
        snoozed_until=NOW,
        reached=2,
        reminded_at=NOW,
        look_at=NOW,
        demand=3,
        card="abc",
    )
    await store.commit(Outcome("new", case=whole))
    assert await store.case(1) == replace(whole, version=1)


async def test_cases_merged_into_one_are_found_also_by_way_of_others(
    store: Store, asker: str
) -> None:
    merged = [(1, None), (2, 1), (3, 2), (4, 1), (5, None), (6, 5)]
    for number, into in merged:
        status = Status.OPEN if into is None else Status.MERGED
        one = case(asker, id=number, asked=ref(f"$q{number}"), merged_into=into, status=status)
        await store.commit(Outcome("merged", case=one))
    assert [each.id for each in await store.cases_merged(1)] == [2, 3, 4]
    assert [each.id for each in await store.cases_merged(2)] == [3]
    assert await store.cases_merged(6) == []


async def test_open_cases_are_those_that_have_not_ended(store: Store, asker: str) -> None:
    for id, status in enumerate(Status, start=1):
        opened = NOW - id * MINUTE
        await store.commit(Outcome("new", case=case(asker, id, status=status, opened_at=opened)))
    assert [c.status for c in await store.open_cases()] == [
        Status.CONFIRMED,
        Status.ANSWERED,
        Status.SNOOZED,
        Status.CLAIMED,
        Status.OPEN,
        Status.WAITING,
    ]


async def test_a_responders_words_are_kept_where_they_stand(store: Store, asker: str) -> None:
    note = Note(ref("$n", "!desk"), 1, asker, "Bring a photo.")
    await store.commit(Outcome("words", case=case(asker), note=note))
    assert await store.note(ref("$n", "!desk")) == note
    assert await store.note(ref("$n")) is None


# Saying


async def test_what_is_to_be_said_comes_in_order_up_to_the_limit(store: Store) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing("z"), outgoing("b"))))
    await store.commit(Outcome("two", outgoing=(outgoing("a"),)))
    assert [o.key for o in await store.unsent(2)] == ["z", "b"]
    assert [o.key for o in await store.unsent(9)] == ["z", "b", "a"]


async def test_what_is_to_be_said_comes_back_whole(store: Store) -> None:
    full = outgoing(html="<b>At</b> the town hall.", thread="$root", reply_to="$1")
    await store.commit(Outcome("one", outgoing=(full,)))
    assert await store.unsent(10) == [full]


async def test_a_key_known_already_is_dropped(store: Store) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing(), outgoing(text="twice"))))
    assert await store.unsent(10) == [outgoing()]
    await store.sent("loket1", "$9")
    await store.commit(Outcome("two", outgoing=(outgoing(text="thrice"), outgoing("loket2"))))
    assert [o.key for o in await store.unsent(10)] == ["loket2"]


async def test_mentions_leave_as_user_ids_in_their_order(store: Store) -> None:
    ids = ["@vera:example.org", "@omar:example.org", "@ada:example.org"]
    keys = await store.enroll("matrix", ids)
    mentions = tuple(keys[id] for id in ids)
    await store.commit(Outcome("one", outgoing=(outgoing(mentions=mentions), outgoing("other"))))
    assert [o.mentions for o in await store.unsent(10)] == [tuple(ids), ()]


async def test_what_was_said_is_not_said_again(store: Store) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing(),)))
    await store.sent("loket1", "$9")
    assert await store.unsent(10) == []
    assert await store.said("matrix", "!welcome", "$9")
    assert not await store.said("matrix", "!other", "$9")
    assert not await store.said("console", "!welcome", "$9")
    assert not await store.said("matrix", "!welcome", "$1")


async def test_saying_it_was_said_again_changes_nothing(store: Store) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing(),)))
    await store.sent("loket1", "$9")
    await store.sent("loket1", "$10")
    await store.undeliverable("loket1", "too late")
    await store.sent("unknown", "$11")
    assert await store.said("matrix", "!welcome", "$9")
    assert not await store.said("matrix", "!welcome", "$10")
    assert not await store.said("matrix", "!welcome", "$11")


async def test_what_can_not_be_delivered_is_not_tried_again(store: Store) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing(), outgoing("loket2"))))
    await store.undeliverable("loket1", "the room is gone")
    await store.undeliverable("loket1", "really")
    await store.commit(Outcome("two", outgoing=(outgoing(),)))
    assert [o.key for o in await store.unsent(10)] == ["loket2"]


async def test_a_thread_waits_for_its_root_and_keeps_its_order(store: Store) -> None:
    inside = [outgoing(f"in{n}", thread="root") for n in (1, 2)]
    await store.commit(Outcome("one", outgoing=(outgoing("root"), *inside, outgoing("outside"))))
    assert [o.key for o in await store.unsent(10)] == ["root", "outside"]
    assert [o.key for o in await store.unsent(2)] == ["root", "outside"]
    await store.sent("root", "$r")
    await store.commit(Outcome("two", outgoing=(outgoing("in3", thread="$r"),)))
    assert [(o.key, o.thread) for o in await store.unsent(10)] == [
        ("in1", "$r"),
        ("in2", "$r"),
        ("outside", None),
        ("in3", "$r"),
    ]


async def test_what_hangs_on_an_undeliverable_root_is_said_outside_a_thread(
    store: Store,
) -> None:
    await store.commit(Outcome("one", outgoing=(outgoing("root"), outgoing("in", thread="root"))))
    await store.undeliverable("root", "too long")
    assert [(o.key, o.thread) for o in await store.unsent(10)] == [("in", None)]


# Entries


async def test_nothing_is_served_before_it_is_published(store: Store) -> None:
    assert await store.entries() == []
    assert await store.entries(["passport"]) == []


async def test_published_entries_come_back_whole_and_by_id(store: Store) -> None:
    full = entry(
        "b",
        alternatives=("one", "two"),
        scope="utrecht",
        valid_until=date(2026, 6, 1),
        vetted_by="an official of UWV",
        translation_of="a",
        translation_of_version=1,
        sample=True,
    )
    bare = entry("a", alternatives=(), source="", body="", checked=None)
    assert await store.publish([full, bare], "files") == Published(2, 0, 0, 0)
    assert await store.entries() == [bare, full]
    assert await store.entries(["b"]) == [full]
    assert await store.entries(["b", "nowhere", "a"]) == [bare, full]


async def test_an_entry_past_its_last_day_is_still_given(store: Store) -> None:
    """Whether it may be served is decided where the day is known."""
    old = entry(valid_until=date(2001, 1, 1))
    await store.publish([old], "files")
    assert await store.entries() == [old]


async def test_only_what_changed_gets_a_new_version(store: Store) -> None:
    await store.publish([entry("a"), entry("b")], "files")
    changed = entry("b", answer="Online.")
    assert await store.publish([entry("a"), changed, entry("c")], "files") == Published(
        new=1, changed=1, unchanged=1, withdrawn=0
    )
    assert [(e.id, e.answer, e.version) for e in await store.entries()] == [
        ("a", entry().answer, 1),
        ("b", "Online.", 2),
        ("c", entry().answer, 1),
    ]


async def test_the_version_an_entry_comes_with_counts_where_it_never_was_and_nowhere_else(
    store: Store,
) -> None:
    assert await store.publish([entry(version=40)], "files") == Published(1, 0, 0, 0)
    assert await store.publish([entry(version=41)], "files") == Published(0, 0, 1, 0)
    await store.commit(Outcome("vetted", entry=entry(version=17)))
    await store.publish([entry(answer="Online.", version=17)], "files")
    assert [e.version for e in await store.entries()] == [42]
    assert [each.entry.version for each in await store.history("passport")] == [42, 41, 40]


async def test_each_version_knows_which_one_last_changed_the_advice(store: Store) -> None:
    for changed in (entry(version=4, advice_version=2), entry(source="UWV"), entry(answer="No.")):
        await store.publish([changed], "files")
    await store.publish([entry(answer="No.", source="UWV")], "files")
    history = await store.history("passport")
    assert [each.entry.advice_version for each in history] == [6, 6, 2, 2]
    (served,) = await store.entries()
    assert served.advice_version == 6


async def test_an_entry_from_the_desk_replaces_what_is_served(store: Store) -> None:
    await store.publish([entry()], "files")
    await store.commit(Outcome("vetted", entry=entry(answer="Online.")))
    assert await store.entries() == [entry(answer="Online.", version=2)]


async def test_an_entry_unchanged_at_its_origin_keeps_the_desks_version(store: Store) -> None:
    await store.publish([entry()], "files")
    await store.commit(Outcome("vetted", entry=entry(answer="Online.")))
    again = await store.publish([entry()], "files", complete=True)
    assert again == Published(new=0, changed=0, unchanged=1, withdrawn=0)
    assert await store.entries() == [entry(answer="Online.", version=2)]


async def test_an_entry_changed_at_its_origin_replaces_the_desks_version(store: Store) -> None:
    await store.publish([entry()], "files")
    await store.commit(Outcome("vetted", entry=entry(answer="Online.")))
    again = await store.publish([entry(answer="By post.")], "files")
    assert again == Published(0, 1, 0, 0, replaced=("passport",))
    assert await store.entries() == [entry(answer="By post.", version=3)]
    assert (await store.publish([entry(answer="By car.")], "files")).replaced == ()


async def test_what_is_served_already_word_for_word_gets_no_new_version(store: Store) -> None:
    """As when an entry of the desk was exported, and its file read at the next start."""
    await store.commit(Outcome("vetted", entry=entry()))
    assert await store.publish([entry()], "files") == Published(0, 0, 1, 0)
    assert await store.entries() == [entry(version=1)]
    assert await store.publish([], "files", complete=True) == Published(0, 0, 0, 1)


async def test_a_complete_publication_withdraws_what_is_gone_from_that_origin(
    store: Store,
) -> None:
    await store.publish([entry("a"), entry("b")], "files")
    await store.publish([entry("c")], "import")
    await store.commit(Outcome("vetted", entry=entry("d")))
    assert await store.publish([entry("b")], "files") == Published(0, 0, 1, 0)
    assert len(await store.entries()) == 4
    assert await store.publish([entry("b")], "files", complete=True) == Published(
        new=0, changed=0, unchanged=1, withdrawn=1
    )
    assert [e.id for e in await store.entries()] == ["b", "c", "d"]
    assert await store.publish([entry("b")], "files", complete=True) == Published(0, 0, 1, 0)


async def test_an_entry_that_comes_back_to_its_origin_is_served_again(store: Store) -> None:
    await store.publish([entry()], "files")
    await store.publish([], "files", complete=True)
    assert await store.publish([entry()], "files") == Published(0, 1, 0, 0)
    assert await store.entries() == [entry(version=2)]


async def test_a_withdrawn_entry_is_not_served(store: Store) -> None:
    await store.publish([entry("a"), entry("b", translation_of="a")], "files")
    assert await store.withdraw(["a", "nowhere"]) == 1
    assert await store.withdraw(["a"]) == 0
    assert await store.entries(["a"]) == []
    assert [e.id for e in await store.entries()] == ["b"]
    assert [e.id for e in await store.translations("a")] == ["b"]


async def test_a_withdrawn_entry_stays_so_until_its_origin_changes_it(store: Store) -> None:
    """A restart with the same files must not bring a wrong answer back."""
    await store.publish([entry()], "files")
    await store.withdraw(["passport"])
    assert await store.publish([entry()], "files", complete=True) == Published(0, 0, 1, 0)
    assert await store.entries() == []
    await store.publish([entry(answer="Online.")], "files")
    assert await store.entries() == [entry(answer="Online.", version=2)]


async def test_vetting_publishes_a_withdrawn_entry_again(store: Store) -> None:
    await store.publish([entry()], "files")
    await store.withdraw(["passport"])
    await store.commit(Outcome("vetted", entry=entry(answer="Online.")))
    assert await store.entries() == [entry(answer="Online.", version=2)]


async def test_translations_share_the_originals_id(store: Store) -> None:
    await store.publish(
        [entry("b", translation_of="c"), entry("c"), entry("a", translation_of="c"), entry("d")],
        "files",
    )
    assert [e.id for e in await store.translations("c")] == ["a", "b", "c"]
    assert [e.id for e in await store.translations("d")] == ["d"]
    assert await store.translations("a") == []


@pytest.mark.parametrize(
    ("others", "size"),
    [
        (("The Government pays.",), Change.TYPO),
        (("Governments pay.",), Change.ADVICE),
        (("The government pays.", "The goverment"), Change.ADVICE),
    ],
)
async def test_a_slip_is_told_by_the_words_of_the_other_entries(
    store: Store, others: tuple[str, ...], size: Change
) -> None:
    more = [entry(f"other{number}", answer=text) for number, text in enumerate(others)]
    await store.publish([entry(answer="The goverment decides."), *more], "files")
    await store.publish([entry(answer="The government decides.")], "files")
    newest, _ = await store.history("passport")
    assert newest.revision.change is size


async def test_what_may_stand_in_for_an_entry_or_end_with_it_is_told(store: Store) -> None:
    await store.publish(
        [
            entry("a"),
            entry("b", lang="nl", translation_of="a"),
            entry("c", lang="de", translation_of="a"),
            entry("d", scope="utrecht"),
            entry("e", scope="delft"),
            entry("f"),
        ],
        "files",
    )
    await store.withdraw(["c"])
    await store.publish([entry("b", lang="fr", translation_of="a")], "files")

    async def kindred(*ids: str, scope: str = "nl") -> list[str]:
        return [each.id for each in await store.kindred(ids, scope)]

    assert await kindred("b") == await kindred("a") == await kindred("c", "a") == ["a", "b"]
    assert await kindred("f", scope="utrecht") == ["d", "f"]
    assert await kindred("f") == ["f"]
    assert await kindred() == []
    # It was a translation once; now it is none.
    await store.publish([entry("b")], "files")
    assert await kindred("a") == ["a"]


async def test_an_answer_given_is_committed_with_its_message(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    await store.receive("matrix", [message()], "s1")
    answered = Outcome(
        "answered",
        handled=ref(),
        given=Given(asker, "passport", 1, "loket1"),
        outgoing=(outgoing(),),
    )
    await store.commit(answered)
    await store.commit(replace(answered, handled=None))
    assert await store.unsent(10) == [outgoing()]


def test_the_fake_clock_stands_still_until_it_is_moved() -> None:
    clock = FakeClock(datetime.fromisoformat("2026-01-05T09:00:00+00:00"))
    assert clock() == clock() == NOW
    clock.advance(MINUTE)
    assert clock() == NOW + MINUTE


# Versions


async def test_each_version_tells_who_wrote_and_approved_it_when_why_and_how_much_it_changed(
    store: Store, asker: str, clock: FakeClock
) -> None:
    await store.publish([entry()], "files", revision=Revision("maintainer", reason="first"))
    clock.advance(MINUTE)
    revision = Revision(
        "volunteer", "official of UWV", None, "by phone too", asker, asker, (asker,)
    )
    changed = entry(answer="By phone.")
    await store.commit(Outcome("vetted", entry=changed, revision=revision))
    second, first = await store.history("passport")
    assert first == Version(
        entry(), "files", NOW, Revision("maintainer", change=Change.NEW, reason="first")
    )
    assert second.entry == entry(answer="By phone.", version=2)
    assert second.published_at == NOW + MINUTE
    assert second.revision == replace(revision, change=Change.ADVICE)


async def test_a_person_may_say_how_much_a_version_changes(store: Store) -> None:
    await store.publish([entry()], "files")
    revision = Revision(change=Change.TYPO)
    await store.publish([entry(answer="Online.")], "files", revision=revision)
    assert [each.revision.change for each in await store.history("passport")] == ["typo", "new"]


async def test_a_change_is_measured_from_the_version_before_also_after_a_withdrawal(
    store: Store,
) -> None:
    await store.publish([entry()], "files")
    await store.withdraw(["passport"])
    await store.commit(Outcome("again", entry=entry(checked=date(2026, 1, 4))))
    assert [each.revision.change for each in await store.history("passport")] == ["minor", "new"]


async def test_who_withdrew_a_version_when_and_why_is_kept_with_it(
    store: Store, asker: str, clock: FakeClock
) -> None:
    await store.publish([entry()], "files")
    clock.advance(MINUTE)
    revision = Revision("official of UWV", reason="it moved", author_person=asker)
    await store.commit(Outcome("gone", withdrawn=("passport",), revision=revision))
    clock.advance(MINUTE)
    later = Revision("maintainer", reason="again")
    assert await store.withdraw(["passport"], revision=later) == 0
    (first,) = await store.history("passport")
    gone = Withdrawal(NOW + MINUTE, "official of UWV", "it moved", asker)
    assert first.withdrawal == gone
    await store.publish([entry(answer="Online.")], "files")
    second, first = await store.history("passport")
    assert (second.withdrawal, first.withdrawal) == (None, gone)
    await store.withdraw(["passport"], revision=later)
    second, _ = await store.history("passport")
    assert second.withdrawal == Withdrawal(NOW + 2 * MINUTE, "maintainer", "again")


async def test_what_its_origin_leaves_out_says_so(store: Store) -> None:
    await store.publish([entry()], "files")
    revision = Revision("maintainer", reason="changed in the folder")
    await store.publish([], "files", complete=True, revision=revision)
    (first,) = await store.history("passport")
    assert first.withdrawal == Withdrawal(NOW, "maintainer", "left out where it came from")


async def test_what_was_never_published_has_no_history(store: Store) -> None:
    assert await store.history("passport") == []


async def test_an_old_version_is_brought_back_as_a_new_one(store: Store) -> None:
    await store.publish([entry()], "files")
    await store.publish([entry(answer="Online.")], "files")
    _, old = await store.history("passport")
    for _ in range(2):
        await store.commit(brought_back(old.entry, Revision("maintainer", reason="it was right")))
    assert await store.entries() == [entry(version=4)]
    newest, *_, first = await store.history("passport")
    assert newest.revision.reason == "brought back version 1: it was right"
    assert first == old
    assert await store.publish([entry(answer="Online.")], "files") == Published(0, 0, 1, 0)
    assert await store.entries() == [entry(version=4)]


async def test_merging_begins_what_never_was_there_then_changes_and_withdraws(
    store: Store,
) -> None:
    await store.publish([entry("a"), entry("gone")], "files")
    translation = entry("nl", lang="nl", translation_of="old", translation_of_version=2)
    await store.merge(
        [entry("a", answer="Online."), entry("b", answer="By post."), entry("c", version=5)],
        "import",
        begun=[translation, entry("b", version=3), entry("old", version=6, advice_version=4)],
        gone=["gone", "old"],
        edition=await store.edition(),
        revision=Revision(reason="imported"),
    )
    assert [(each.id, each.version) for each in await store.entries()] == [
        ("a", 2),
        ("b", 4),
        ("c", 5),
        ("nl", 1),
    ]
    assert [each.advice_version for each in await store.entries(["a", "b", "c"])] == [2, 4, 1]
    assert await store.renewals() == [Renewal("nl", "old", -4)]
    (old,) = await store.history("old")
    assert old.withdrawal is not None
    assert old.withdrawal.reason == "imported"


@pytest.mark.parametrize("meanwhile", ["published", "withdrawn"])
async def test_what_was_held_against_other_entries_than_are_served_is_not_published(
    store: Store, meanwhile: str
) -> None:
    await store.publish([entry("a"), entry("b")], "files")
    edition = await store.edition()
    if meanwhile == "published":
        await store.commit(Outcome("vetted", entry=entry("desk")))
    else:
        await store.withdraw(["b"])
    served = await store.entries()
    online = entry("a", answer="Online.")
    with pytest.raises(HandleAgain):
        await store.merge([online], "import", begun=[entry("new")], gone=["a"], edition=edition)
    with pytest.raises(HandleAgain):
        await store.publish([online], "import", complete=True, edition=edition)
    with pytest.raises(HandleAgain):
        await store.commit(replace(brought_back(entry("a"), Revision()), edition=edition))
    assert await store.entries() == served
    assert await store.history("new") == []


async def test_what_names_a_version_that_is_not_there_is_merged_with_nothing(
    store: Store,
) -> None:
    await store.publish([entry("gone")], "files")
    wrong = entry("nl", lang="nl", translation_of="b", translation_of_version=4)
    with pytest.raises(VersionUnknown):
        await store.merge([wrong], "import", begun=[entry("b", version=3)], gone=["gone"])
    assert await store.entries() == [entry("gone")]
    assert await store.history("b") == []


async def test_a_name_leads_to_its_room_and_to_the_one_that_took_its_place(store: Store) -> None:
    assert await store.room_named("matrix", "!desk") == "!desk"
    assert await store.room_named("matrix", "#desk") == "#desk"
    for room in ("!older", "!desk", "!desk"):
        await store.name_room("matrix", "#desk", room)
    await store.name_room("matrix", "!desk", "!desk")
    assert await store.room_named("matrix", "#desk") == "!desk"
    moved = ref("$moved", room="!desk")
    await store.receive("matrix", [message(ref=moved)], "s1")
    await store.commit(Outcome("moved", handled=moved, moved_to="!newer"))
    assert await store.room_named("matrix", "#desk") == "!newer"
    assert await store.room_named("matrix", "!desk") == "!newer"
