"""What every store keeps of an entry's life after it was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.aftercare import Flag, Instead, Renewal, Review, Tally, correction
from bot.cases import Event, Status
from bot.errors import HandleAgain
from bot.holding import Published
from bot.messages import Kind, MessageRef, Place, Shown, Shows, Style, key_for
from bot.outcome import Follower, Given, Note, Outcome, Revision, brought_back
from bot.ports import Store
from knowledge.change import Change
from knowledge.errors import VersionUnknown
from tests.contracts.examples import ASKER, NOW, case, entry, message, outgoing, ref
from tests.fakes import FakeClock

DAY = timedelta(days=1)
CHANGED = entry(answer="Online.")


async def give(store: Store, asker: str, key: str = "answer", version: int = 1) -> Given:
    """Somebody asks and gets the entry, which is said."""
    given = Given(asker, "passport", version, key, "en")
    said = outgoing(key, thread="$1", reply_to="$1")
    await store.commit(Outcome("answered", given=given, outgoing=(said,)))
    await store.attempt(key)
    await store.sent(key, f"${key}")
    return given


async def correct(store: Store, given: Given, version: int = 2, *, withdrawn: bool = False) -> None:
    """They are told of the change."""
    key = f"{given.key} corrected {version}"
    now = Given(given.asker, "passport", version, key, "en", withdrawn, f"news {version}")
    news = outgoing(f"news {version}", thread="$1", mentions=(given.asker,))
    edit = outgoing(key, thread="$1", replaces=given.key)
    await store.commit(Outcome("told", given=now, outgoing=(edit, news)))


async def test_who_got_an_answer_whose_advice_changed_has_an_outdated_one(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    assert await store.outdated(NOW, 10) == []
    await store.publish([CHANGED], "files")
    (found,) = await store.outdated(NOW, 10)
    assert (found.given, found.version) == (given, 2)
    assert (found.said.key, found.said.thread, found.said.style) == ("answer", "$1", Style.NOTICE)
    assert await store.outdated(NOW, 0) == []
    await correct(store, given)
    assert await store.outdated(NOW, 10) == []


async def test_an_answer_is_outdated_where_another_entry_holds_instead_until_that_is_told(
    store: Store, asker: str
) -> None:
    own = entry("own", scope="utrecht", answer="Here: online.")
    await store.publish([entry(), own], "files")
    given = await give(store, asker)
    await give(store, asker, "later")
    (got,) = await store.got(NOW)
    room = got.room
    assert (got.leads_to, got.entry_id, got.lang) == (room, "passport", "en")
    assert await store.got(NOW + DAY) == []
    instead = [Instead(room, "passport", "en", "own", 1)]
    elsewhere = [
        Instead("!other", "passport", "en", "own", 1),
        Instead(room, "passport", "nl", "own", 1),
        Instead(room, "other", "en", "own", 1),
    ]
    assert await store.outdated(NOW, 10, elsewhere) == []
    found = await store.outdated(NOW, 10, instead)
    assert [(each.entry_id, each.version) for each in found] == [("own", 1), ("own", 1)]
    assert {each.given.key: each.untold for each in found} == {"later": (asker,), "answer": ()}
    edit, news = correction("later", "own", 1, withdrawn=False)
    told = (
        outgoing(edit, thread="$1", replaces="later"),
        outgoing(news, thread="$1", mentions=(asker,)),
    )
    now = replace(given, entry_id="own", key=edit, news=news)
    await store.commit(Outcome("told", given=now, outgoing=told))
    (found_now,) = await store.outdated(NOW, 10, instead)
    assert (found_now.given.key, found_now.untold) == ("answer", ())


async def test_a_correction_waits_for_what_is_held_and_its_translations(
    store: Store, asker: str
) -> None:
    await store.publish([entry(), DUTCH], "files")
    await give(store, asker)
    await give_dutch(store, asker, "dutch answer")
    await store.publish([CHANGED, replace(DUTCH, answer="Via internet.")], "files")
    assert len(await store.outdated(NOW, 10, (), ["other"])) == 2
    assert await store.outdated(NOW, 10, (), ["passport"]) == []
    (found,) = await store.outdated(NOW, 10, (), ["dutch"])
    assert found.entry_id == "passport"
    await store.withdraw(["passport"])
    found, *_ = await store.outdated(NOW, 10, (), ["passport"])
    assert found.entry_id == "passport"


async def test_a_change_that_is_none_of_the_advice_outdates_no_answer(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    await give(store, asker)
    minor = Revision(change=Change.MINOR)
    await store.publish([CHANGED], "files", revision=minor)
    assert await store.outdated(NOW, 10) == []
    await store.publish([entry(answer="By post.")], "files")
    await store.publish([entry(answer="By post!", checked=None)], "files")
    (found,) = await store.outdated(NOW, 10)
    assert found.version == 4


async def test_an_answer_is_outdated_by_a_withdrawal_and_by_what_comes_after_it(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.withdraw(["passport"])
    (found,) = await store.outdated(NOW, 10)
    assert found.given == given
    await correct(store, given, 1, withdrawn=True)
    assert await store.outdated(NOW, 10) == []
    await store.commit(Outcome("again", entry=entry()))
    (found,) = await store.outdated(NOW, 10)
    assert (found.given.withdrawn, found.given.version, found.version) == (True, 1, 2)
    assert found.said.key == "answer"


async def test_what_was_given_long_ago_is_left_alone(
    store: Store, asker: str, clock: FakeClock
) -> None:
    await store.publish([entry()], "files")
    await give(store, asker)
    clock.advance(2 * DAY)
    await give(store, asker, "later")
    await store.publish([CHANGED], "files")
    assert [each.given.key for each in await store.outdated(NOW + DAY, 10)] == ["later"]
    found = await store.outdated(NOW, 10)
    assert {each.given.key for each in found} == {"answer", "later"}


async def test_an_answer_that_stands_no_more_is_not_outdated(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    for key in ("taken back", "not said", "edited", "stands"):
        await give(store, asker, key)
    given = Given(asker, "passport", 1, "waits")
    await store.commit(Outcome("answered", given=given, outgoing=(outgoing("waits"),)))
    redaction = outgoing("redaction", style=Style.REDACTION, text="", reply_to="taken back")
    edit = outgoing("to people", replaces="edited")
    await store.commit(Outcome("gone", outgoing=(redaction, edit)))
    await store.publish([CHANGED], "files")
    found = [each.given.key for each in await store.outdated(NOW, 10)]
    assert sorted(found) == ["not said", "stands"]
    await store.undeliverable("waits", "not in the room")
    assert [each.given.key for each in await store.outdated(NOW, 10)] == found


async def test_few_are_told_at_a_time_and_the_next_once_these_are(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    first = await give(store, asker, "one")
    await give(store, asker, "two")
    await store.publish([CHANGED], "files")
    assert len(await store.outdated(NOW, 1)) == 1
    await correct(store, first)
    assert await store.outdated(NOW, 1) == []
    await store.sent("news 2", "$news")
    assert [each.given.key for each in await store.outdated(NOW, 1)] == ["two"]


async def test_the_words_of_a_case_are_found_by_it(store: Store, asker: str) -> None:
    for id in (1, 2):
        await store.commit(Outcome("new", case=case(asker, id, asked=ref(f"$case{id}"))))
    kept = [Note(ref(event), 1, asker, "words") for event in ("$a", "$b")]
    for note in (kept[1], Note(ref("$c"), 2, asker, "others"), kept[0]):
        await store.commit(Outcome("said", note=note))
    assert await store.notes(1) == kept
    await store.commit(Outcome("taken back", taken_back=(ref("$a"),)))
    assert await store.notes(1) == kept[1:]


async def test_the_words_of_a_case_are_in_the_order_in_which_they_were_passed_on(
    store: Store, asker: str
) -> None:
    await store.commit(Outcome("new", case=case(asker, 1)))
    for event in ("$b", "$c", "$a"):
        said = outgoing(f"copy of {event}", original=ref(event))
        note = Note(ref(event), 1, asker, "words")
        await store.commit(Outcome("said", note=note, outgoing=(said,)))
    await store.commit(Outcome("said", note=Note(ref("$d"), 1, asker, "words")))
    assert [each.ref.event for each in await store.notes(1)] == ["$d", "$b", "$c", "$a"]


async def untold(store: Store) -> dict[str, tuple[str, ...]]:
    """Who is to be told at which answer."""
    return {each.given.key: each.untold for each in await store.outdated(NOW, 10)}


async def ben_of(store: Store) -> str:
    return (await store.enroll("matrix", ["@ben:example.org"]))["@ben:example.org"]


async def test_who_has_several_outdated_answers_is_told_at_the_last_which_comes_first(
    store: Store, asker: str
) -> None:
    await store.publish([entry(), entry("other")], "files")
    ben = await ben_of(store)
    for person, key in ((asker, "one"), (ben, "bens"), (asker, "two"), (asker, "three")):
        await give(store, person, key)
    await store.publish([CHANGED], "files")
    assert await untold(store) == {"bens": (ben,), "three": (asker,), "one": (), "two": ()}
    assert list(await untold(store)) == ["bens", "three", "one", "two"]
    await correct(store, Given(asker, "passport", 1, "three"))
    assert await untold(store) == {"bens": (ben,), "one": (), "two": ()}


async def test_who_joined_in_the_thread_of_an_answer_is_told_there_too(
    store: Store, asker: str
) -> None:
    """And nobody twice, nor who joined elsewhere or asked it themselves in a merged case."""
    await store.publish([entry()], "files")
    people = [f"@{name}:example.org" for name in ("ben", "elsewhere", "own")]
    ben, elsewhere, own = (await store.enroll("matrix", people)).values()
    joined = (
        Follower(1, ben, ref("$plus"), "$1", "nl"),
        Follower(1, elsewhere, ref("$two"), "$2", "nl"),
        Follower(1, own, ref("$own"), "$1", "nl", asked=True),
    )
    await store.commit(Outcome("asked", case=case(asker, 1), followers=joined))
    await give(store, asker, "one")
    await store.publish([CHANGED], "files")
    assert await untold(store) == {"one": (asker, ben)}


async def test_who_was_told_of_a_version_is_told_again_of_the_next_or_of_a_withdrawal(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    one, two = await give(store, asker, "one"), await give(store, asker, "two")
    await store.publish([CHANGED], "files")
    await correct(store, two)
    # This one is only changed: a later edit than that of the last answer.
    edit = outgoing("one changed", thread="$1", replaces=one.key)
    changed = replace(one, version=2, key=edit.key)
    await store.commit(Outcome("changed", given=changed, outgoing=(edit,)))
    for key in ("two corrected 2", "news 2", "one changed"):
        await store.sent(key, f"${key}")
    assert await untold(store) == {}
    await store.withdraw(["passport"])
    assert await untold(store) == {"two corrected 2": (asker,), "one changed": ()}
    await store.commit(Outcome("again", entry=entry()))
    assert await untold(store) == {"two corrected 2": (asker,), "one changed": ()}


async def test_who_could_not_be_told_at_one_answer_is_told_at_another(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    _, two = await give(store, asker, "one"), await give(store, asker, "two")
    await store.publish([CHANGED], "files")
    await correct(store, two)
    assert await untold(store) == {"one": ()}
    await store.undeliverable("news 2", "not in the room")
    assert await untold(store) == {"one": (asker,)}


async def test_everybody_whom_an_answer_names_is_told_at_the_last_that_names_them(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    ben = await ben_of(store)
    said = outgoing("both", thread="$1", mentions=(ben, asker))
    given = Given(asker, "passport", 1, "both")
    await store.commit(Outcome("answered", given=given, outgoing=(said,)))
    await store.sent("both", "$both")
    await give(store, asker, "later")
    await store.publish([CHANGED], "files")
    assert await untold(store) == {"both": (ben,), "later": (asker,)}


async def test_answers_that_are_only_changed_are_under_way_too(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    ben = await ben_of(store)
    one, two = await give(store, asker, "one"), await give(store, asker, "two")
    await give(store, ben, "three")
    await store.publish([CHANGED], "files")
    await correct(store, two)
    await store.sent("two corrected 2", "$edit")
    await store.sent("news 2", "$news")
    edit = outgoing("one changed", replaces=one.key)
    changed = replace(one, version=2, key=edit.key)
    await store.commit(Outcome("changed", given=changed, outgoing=(edit,)))
    assert await store.outdated(NOW, 1) == []
    await store.sent(edit.key, "$changed")
    assert [each.given.key for each in await store.outdated(NOW, 1)] == ["three"]


async def test_what_an_answer_gives_of_an_entry_published_with_it_has_that_version(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    given = Given(asker, "passport", 1, "vetted")
    outcome = Outcome("vetted", entry=CHANGED, also_given=(given,), outgoing=(outgoing("vetted"),))
    await store.commit(outcome)
    assert await store.given("vetted") == (replace(given, version=2), NOW)


async def test_how_many_were_told_is_given_until_it_is_kept(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    ben = await ben_of(store)
    one, two = await give(store, asker, "one"), await give(store, ben, "two")
    await store.publish([CHANGED], "files")
    assert await store.tallies(NOW) == []
    await correct(store, one)
    assert await store.tallies(NOW) == [Tally("passport", 2, False, 0, 0, 1)]
    await store.attempt("news 2")
    await store.sent("news 2", "$news")
    (tally,) = await store.tallies(NOW)
    assert tally == Tally("passport", 2, False, 1, 0, 0)
    await store.commit(Outcome("counted", tally=tally))
    assert await store.tallies(NOW) == []
    now = Given(ben, "passport", 2, "corrected", news="more news")
    news = outgoing("more news", mentions=(asker, ben))
    await store.commit(
        Outcome("told", given=now, outgoing=(outgoing("corrected", replaces=two.key), news))
    )
    await store.undeliverable("more news", "not in the room")
    assert await store.tallies(NOW) == [Tally("passport", 2, False, 1, 1, 0)]
    assert await store.tallies(NOW + DAY) == []


# Reviews


async def ask_about(store: Store, entry_id: str, last: date) -> Review:
    review = Review(f"review {entry_id} {last}", entry_id, last)
    await store.commit(Outcome("asked", review=review, outgoing=(outgoing(review.key),)))
    return review


async def test_entries_are_due_once_for_each_last_day_the_first_to_end_first(
    store: Store,
) -> None:
    first, second, late = date(2026, 1, 10), date(2026, 2, 1), date(2026, 2, 2)
    await store.publish(
        [
            entry("b", valid_until=first),
            entry("c", valid_until=second),
            entry("a", valid_until=second),
            entry("late", valid_until=late),
            entry("fresh", checked=date(2025, 12, 1)),
            entry("undated", checked=date(2025, 1, 15)),
            entry("sample", valid_until=first, sample=True),
            entry("gone", valid_until=first),
        ],
        "files",
    )
    await store.withdraw(["gone"])
    due = await store.reviews_due(second, NOW, 10)
    assert [each.id for each in due] == ["b", "undated", "a", "c"]
    assert await store.reviews_due(second, NOW, 1) == due[:1]
    review = await ask_about(store, "b", first)
    assert await store.review(review.key) == review
    assert await store.review("another") is None
    assert await store.reviews_due(second, NOW, 1) == []
    assert await store.reviews_due(second, NOW + DAY, 1) == due[1:2]
    await store.commit(Outcome("confirmed", entry=entry("b", valid_until=second)))
    assert [each.id for each in await store.reviews_due(second, NOW, 10)] == [
        "undated",
        "a",
        "b",
        "c",
    ]


async def test_an_entry_that_changed_since_it_was_read_is_not_published_over(
    store: Store,
) -> None:
    await store.publish([entry()], "files")
    confirmed = Outcome("confirmed", entry=entry(checked=date(2026, 1, 5)), over=1)
    await store.commit(confirmed)
    with pytest.raises(HandleAgain):
        await store.commit(confirmed)
    assert len(await store.history("passport")) == 2


async def test_what_an_outcome_withdraws_is_served_no_more(store: Store) -> None:
    await store.publish([entry("a"), entry("b")], "files")
    await store.commit(Outcome("withdrawn", withdrawn=("a",)))
    assert [each.id for each in await store.entries()] == ["b"]


# Flags


async def test_what_was_given_is_found_by_where_it_stands_or_by_its_thread(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    assert await store.answer_at("matrix", "!welcome", "$answer") == (given, "$1")
    assert await store.answer_at("matrix", "!welcome", "$1") == (given, "$1")
    assert await store.answer_at("matrix", "!elsewhere", "$answer") is None
    assert await store.answer_at("matrix", "!welcome", "$other") is None
    await store.publish([CHANGED], "files")
    await correct(store, given)
    await store.attempt("news 2")
    await store.sent("news 2", "$news")
    for event in ("$answer", "$1", "$news"):
        found = await store.answer_at("matrix", "!welcome", event)
        assert found is not None
        assert (found[0].version, found[1]) == (2, "$1")


async def test_an_entry_is_flagged_until_the_case_ends(store: Store, asker: str) -> None:
    await store.publish([entry("a"), entry("b")], "files")
    for number, entry_id in enumerate(("b", "a"), 1):
        opened = case(asker, number, asked=ref(f"$f{number}"))
        await store.commit(Outcome("flagged", case=opened, flag=Flag(number, entry_id, 1)))
    assert await store.flags() == [Flag(1, "b", 1), Flag(2, "a", 1)]
    assert await store.flags(["a", "c"]) == [Flag(2, "a", 1)]
    flagged = await store.case(1)
    assert flagged is not None
    await store.commit(Outcome("closed", case=replace(flagged, status=Status.CLOSED)))
    assert await store.flags() == [Flag(2, "a", 1)]


# Rooms that were replaced


async def moves(store: Store, old: str, new: str, place: Place = Place.COMMUNITY) -> None:
    tomb = message(f"$to {new}", ref=ref(f"$to {new}", room=old), kind=Kind.MOVED, text=new)
    await store.receive("matrix", [replace(tomb, place=place)], "s1")
    await store.commit(Outcome("moved", tomb.ref, moved_to=new))


@pytest.mark.parametrize("place", [Place.COMMUNITY, Place.DIRECT])
async def test_an_outdated_answer_tells_where_it_stands_and_the_room_of_today(
    store: Store, asker: str, place: Place
) -> None:
    await store.publish([entry()], "files")
    await give(store, asker)
    await store.publish([CHANGED], "files")
    (found,) = await store.outdated(NOW, 10)
    old = found.said.room
    assert (found.stands, found.room) == (MessageRef("matrix", old, "$answer"), old)
    await moves(store, old, "!between", place)
    await moves(store, "!between", "!new", place)
    (found,) = await store.outdated(NOW, 10)
    assert (found.stands, found.room) == (MessageRef("matrix", old, "$answer"), "!new")


async def test_a_move_that_was_handled_before_moves_were_kept_is_learnt_at_the_next_start(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.publish([CHANGED], "files")
    old = (await store.outdated(NOW, 10))[0].said.room
    tomb = message("$tomb", ref=ref("$tomb", room=old), kind=Kind.MOVED, text="!new")
    await store.receive("matrix", [tomb], "s1")
    await store.commit(Outcome("as it was once", tomb.ref))
    assert (await store.outdated(NOW, 10))[0].room == old
    await store.receive("matrix", [tomb], "s2")
    (found,) = await store.outdated(NOW, 10)
    assert (found.given, found.room) == (given, "!new")


async def test_what_is_for_who_came_along_only_comes_back_as_that(store: Store) -> None:
    await store.commit(Outcome("news", outgoing=(outgoing("news", if_there=True),)))
    (waiting,) = await store.unsent(10)
    assert waiting.if_there


# Translations


async def test_a_translation_is_stale_from_a_change_of_its_originals_advice_on(
    store: Store,
) -> None:
    dutch = entry("nl", lang="nl", translation_of="passport")
    await store.publish([dutch, entry()], "files")
    assert await store.stale() == []
    await store.publish([entry(checked=None)], "files")
    assert await store.stale() == []
    await store.publish([CHANGED], "files")
    assert await store.stale() == ["nl"]
    assert await store.stale(["nl", "passport"]) == ["nl"]
    assert await store.stale(["passport"]) == []
    # Another wording does not make it new; another answer does.
    minor = replace(dutch, question="Hoe verleng ik mijn paspoort?")
    await store.publish([minor], "files")
    assert await store.stale() == ["nl"]
    await store.publish([replace(minor, answer="Via internet.")], "files")
    assert await store.stale() == []
    await store.withdraw(["passport"])
    assert await store.stale() == ["nl"]


async def test_a_translation_that_comes_with_its_originals_change_is_none_of_the_old_one(
    store: Store,
) -> None:
    dutch = entry("nl", lang="nl", translation_of="passport")
    await store.publish([dutch, entry()], "files")
    await store.publish([replace(dutch, answer="Via internet."), CHANGED], "files")
    assert await store.stale() == []


async def test_a_translation_that_was_checked_or_confirmed_since_is_not_stale(
    store: Store,
) -> None:
    dutch = entry("nl", lang="nl", translation_of="passport")
    await store.publish([dutch, entry()], "files")
    await store.publish([CHANGED], "files")
    await store.commit(Outcome("confirmed", entry=dutch, over=1))
    assert await store.stale() == []
    await store.publish([entry(answer="By post.")], "files")
    assert await store.stale() == ["nl"]
    await store.publish([replace(dutch, checked=date(2026, 1, 5))], "files")
    assert await store.stale() == []


NAMED = entry("nl", lang="nl", translation_of="passport", translation_of_version=1)


async def named(store: Store) -> int | None:
    (found,) = await store.entries(["nl"])
    return found.translation_of_version


async def test_a_translation_that_names_an_older_version_is_stale_until_it_names_the_new_one(
    store: Store,
) -> None:
    await store.publish([entry()], "files")
    await store.publish([CHANGED], "files")
    await store.publish([NAMED], "files")
    assert (await named(store), await store.stale()) == (1, ["nl"])
    # Neither other words nor a check make it one of what it does not name.
    later = replace(NAMED, answer="Via internet.", checked=date(2026, 1, 4))
    await store.publish([later], "files")
    assert (await named(store), await store.stale()) == (1, ["nl"])
    done = await store.publish([replace(later, translation_of_version=2)], "files")
    assert done == Published(0, 1, 0, 0)
    assert (await named(store), await store.stale()) == (2, [])
    newest, *_ = await store.history("nl")
    assert newest.revision.change is Change.MINOR


async def test_which_version_it_translates_is_told_of_every_translation(store: Store) -> None:
    dutch = replace(NAMED, translation_of_version=None)
    await store.publish([dutch, entry()], "files")
    assert await named(store) == 1
    await store.publish([CHANGED], "files")
    assert await named(store) == 1
    # What it names is no change where it names the same; nor is it one to leave that open.
    assert await store.publish([NAMED, CHANGED], "files") == Published(0, 0, 2, 0)
    assert await store.publish([dutch, CHANGED], "files") == Published(0, 0, 2, 0)
    await store.publish([replace(dutch, answer="Via internet.")], "files")
    assert await named(store) == 2


async def test_an_old_version_that_is_brought_back_translates_what_it_did(store: Store) -> None:
    await store.publish([NAMED, entry()], "files")
    await store.publish([CHANGED], "files")
    newer = replace(NAMED, answer="Via internet.", translation_of_version=2)
    await store.publish([newer], "files")
    assert await store.stale() == []
    *_, old = await store.history("nl")
    await store.commit(brought_back(old.entry, Revision("maintainer")))
    assert (await named(store), await store.stale()) == (1, ["nl"])


@pytest.mark.parametrize(
    ("original", "version", "told"),
    [
        ("passport", 2, "names version 2 of passport, and the newest one is 1"),
        ("gone", 1, "names version 1 of gone, and there is no such entry"),
    ],
)
async def test_a_version_that_is_not_there_is_refused_with_all_that_came_with_it(
    store: Store, original: str, version: int, told: str
) -> None:
    wrong = replace(NAMED, translation_of=original, translation_of_version=version)
    await store.publish([entry()], "files")
    for publish in (store.publish, store.merge):
        new = replace(entry("new"), version=1 if publish == store.publish else 0)
        over = replace(wrong, version=new.version)
        with pytest.raises(VersionUnknown) as caught:
            await publish([over, new], "files")
        (problem,) = caught.value.problems
        assert problem.startswith(f"nl: translation_of_version: {told}")
        assert caught.value.ids == ("nl",)
        assert [each.id for each in await store.entries()] == ["passport"]
        assert await store.history("new") == []


async def test_a_folder_from_elsewhere_names_the_versions_that_it_holds_itself(
    store: Store,
) -> None:
    """Numbers are counted by each Loket: where it was exported, the original was at 7."""
    original = replace(entry(), version=7)
    dutch = replace(NAMED, translation_of_version=7)
    await store.publish([replace(original, version=1)], "files")
    await store.publish([dutch, original], "import")
    assert (await named(store), await store.stale()) == (1, [])
    assert await store.publish([dutch, original], "import") == Published(0, 0, 2, 0)
    await store.publish([replace(original, answer="Online."), dutch], "import")
    assert await store.stale() == ["nl"]


@pytest.mark.parametrize(("of", "stale"), [(1, ["nl"]), (2, []), (3, [])])
async def test_a_translation_comes_as_old_as_it_was_where_it_comes_from(
    store: Store, of: int, stale: list[str]
) -> None:
    """There the second version changed the advice, the third one something else."""
    original = replace(entry(), version=3, advice_version=2)
    await store.publish([original, replace(NAMED, translation_of_version=of)], "import")
    assert (await named(store), await store.stale()) == (of, stale)
    told = [Renewal("nl", "passport", 2)] if stale else []
    assert await store.renewals() == told
    assert await store.renewals_due(NOW, 10) == told
    await store.publish([replace(original, answer="Online.")], "import")
    assert await store.renewals() == [Renewal("nl", "passport", 4)]


async def test_what_was_shown_is_found_once_it_stands_there(store: Store, clock: FakeClock) -> None:
    first, second = Shows("case 1", "abc"), Shows("case 1", "def")
    drafts = (outgoing("a", shows=(first,)), outgoing("b", shows=(second, Shows("entry e", "3"))))
    await store.commit(Outcome("shown", outgoing=drafts))
    assert await store.shown("case 1") == []
    for key in ("a", "b"):
        await store.attempt(key)
        clock.advance(DAY)
        await store.sent(key, f"${key}")
    assert await store.shown("case 1") == [
        Shown(ref("$a"), "abc", NOW + DAY),
        Shown(ref("$b"), "def", NOW + 2 * DAY),
    ]
    assert [each.state for each in await store.shown("entry e")] == ["3"]
    assert await store.shown("case 2") == []


async def test_a_message_tells_when_it_was_received(store: Store, clock: FakeClock) -> None:
    clock.advance(DAY)
    await store.receive("matrix", [message()], "p1")
    clock.advance(DAY)
    (kept,) = await store.unhandled(clock(), 10)
    assert (kept.sent_at, kept.received_at) == (NOW, NOW + DAY)


async def test_each_publication_and_withdrawal_makes_another_edition(store: Store) -> None:
    editions = [await store.edition()]
    await store.publish([entry(), entry("other")], "files")
    editions.append(await store.edition())
    await store.withdraw(["passport"])
    editions.append(await store.edition())
    await store.publish([CHANGED], "files")
    editions.append(await store.edition())
    await store.withdraw(["passport"])
    editions.append(await store.edition())
    assert len(set(editions)) == 5
    assert await store.edition() == editions[-1]


async def test_what_was_said_to_be_apart_is_found_from_both_as_it_was_then(store: Store) -> None:
    await store.publish([entry("other"), entry("third")], "files")
    await store.commit(Outcome("vetted", entry=entry(), apart=("other", "third")))
    await store.publish([entry("other", answer="Online."), entry("third")], "files")
    first = replace(entry("other"), version=1)
    ((own, other), (_, third)) = await store.apart("passport")
    assert (own, other, third.id) == (entry(), first, "third")
    assert await store.apart("other") == [(first, entry())]
    now = entry("other", answer="By post.")
    await store.commit(Outcome("vetted", entry=now, apart=("passport",)))
    assert await store.apart("other") == [(replace(now, version=3), entry())]
    assert [each.id for _, each in await store.apart("passport")] == ["other", "third"]
    assert await store.apart("nothing") == []


async def test_what_stands_in_for_an_entry_names_it_from_the_same_commit_on(store: Store) -> None:
    local = entry("local", scope="utrecht", lang="nl")
    await store.publish([local], "files")
    tied = replace(local, translation_of="passport")
    await store.commit(Outcome("vetted", entry=entry(), tied=(tied,)))
    found = await store.translations("passport")
    assert [(each.id, each.translation_of_version) for each in found] == [
        ("local", 1),
        ("passport", None),
    ]
    newest = (await store.history("local"))[0].revision
    assert (newest.change, newest.reason) == (Change.MINOR, "stands in for passport")
    assert await store.stale() == []


@pytest.mark.parametrize("meanwhile", ["published", "withdrawn"])
async def test_what_was_held_against_other_entries_is_not_published(
    store: Store, asker: str, meanwhile: str
) -> None:
    await store.publish([entry()], "files")
    edition = await store.edition()
    vetted = Outcome("vetted", case=case(asker), entry=entry("new"), edition=edition)
    if meanwhile == "published":
        await store.publish([entry("other")], "files")
    else:
        await store.withdraw(["passport"])
    with pytest.raises(HandleAgain):
        await store.commit(vetted)
    assert await store.case(1) is None
    assert await store.history("new") == []
    await store.commit(replace(vetted, edition=await store.edition()))
    assert [each.id for each in await store.entries(["new"])] == ["new"]


# What is recalled


async def begin_to_tell(
    store: Store, given: Given, version: int = 2, *others: str, withdrawn: bool = False
) -> tuple[str, str]:
    """As the bot corrects an answer; gives the keys of the edit and the news."""
    edit, news = correction(given.key, "passport", version, withdrawn=withdrawn)
    now = Given(given.asker, "passport", version, edit, "en", withdrawn, news)
    told = (
        outgoing(edit, thread="$1", replaces=given.key),
        outgoing(news, thread="$1", reply_to=given.key, mentions=(given.asker, *others)),
    )
    await store.commit(Outcome("told", given=now, outgoing=told))
    return edit, news


async def say(store: Store, key: str) -> None:
    await store.attempt(key)
    await store.sent(key, f"${key}")


async def waiting(store: Store) -> list[str]:
    return [each.key for each in await store.unsent(10)]


@pytest.mark.parametrize("ends", ["withdrawn", "changed"])
async def test_a_correction_not_said_yet_is_recalled_when_its_entry_ends_or_changes(
    store: Store, asker: str, ends: str
) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.publish([CHANGED], "files")
    tally = Tally("passport", 2, False, 0, 0, 1)
    await begin_to_tell(store, given)
    await store.commit(Outcome("counted", tally=tally))
    assert len(await waiting(store)) == 2
    if ends == "withdrawn":
        await store.withdraw(["passport"])
    else:
        await store.publish([entry(answer="By post.")], "files")
    assert await waiting(store) == []
    (found,) = await store.outdated(NOW, 10)
    assert (found.given, found.untold) == (given, (asker,))
    assert await store.tallies(NOW) == [replace(tally, waiting=0)]


async def test_what_is_put_right_before_it_was_told_outdates_nothing(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.withdraw(["passport"])
    await begin_to_tell(store, given, 1, withdrawn=True)
    await store.commit(Outcome("again", entry=entry()))
    assert await waiting(store) == []
    assert await store.outdated(NOW, 10) == []


async def test_whoever_read_the_edit_is_still_owed_the_news(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.publish([CHANGED], "files")
    edit, _ = await begin_to_tell(store, given)
    await say(store, edit)
    minor = Revision(change=Change.MINOR)
    await store.publish([entry(answer="Online.", checked=None)], "files", revision=minor)
    assert await waiting(store) == []
    (found,) = await store.outdated(NOW, 10)
    assert (found.version, found.untold) == (3, (asker,))


async def test_news_that_may_have_been_said_is_not_recalled(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.publish([CHANGED], "files")
    edit, news = await begin_to_tell(store, given)
    await say(store, edit)
    await store.attempt(news)
    await store.withdraw(["passport"])
    assert await waiting(store) == [news]


async def test_an_answer_to_the_changed_question_is_not_recalled(store: Store, asker: str) -> None:
    await store.publish([entry(), entry("visa")], "files")
    given = await give(store, asker)
    anew = Given(asker, "visa", 1, "anew")
    edit = outgoing("anew", thread="$1", replaces=given.key)
    await store.commit(Outcome("answered anew", given=anew, outgoing=(edit,)))
    await store.withdraw(["visa"])
    assert await waiting(store) == ["anew"]


async def test_a_correction_by_what_is_past_is_not_queued(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.publish([CHANGED], "files")
    await store.withdraw(["passport"])
    with pytest.raises(HandleAgain):
        await begin_to_tell(store, given)
    assert await waiting(store) == []
    await begin_to_tell(store, given, withdrawn=True)


async def test_a_question_taken_back_recalls_the_news_for_its_asker_alone(
    store: Store, asker: str
) -> None:
    (ben,) = (await store.enroll("matrix", ["@ben:example.org"])).values()
    await store.publish([entry()], "files")
    first = await give(store, asker, key_for(ref("$q"), "answer"))
    other = await give(store, asker, key_for(ref("$other"), "answer"))
    await store.publish([CHANGED], "files")
    _, shared = await begin_to_tell(store, first, 2, ben)
    _, kept = await begin_to_tell(store, other)
    await store.commit(Outcome("taken back", taken_back=(ref("$q"),)))
    mentions = {each.key: each.mentions for each in await store.unsent(10)}
    assert mentions[shared] == ("@ben:example.org",)
    assert len(mentions[kept]) == 1
    await store.commit(Outcome("taken back", taken_back=(ref("$other"),)))
    assert kept not in await waiting(store)


async def test_the_question_of_a_case_taken_back_recalls_news_of_its_vetted_answer(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    asked = case(asker, 1, asked=ref("$1"), root="$1")
    await store.commit(Outcome("new", case=asked))
    given = await give(store, asker, "vetted")
    await store.publish([CHANGED], "files")
    _, news = await begin_to_tell(store, given)
    await store.commit(Outcome("taken back", taken_back=(ref("$1"),)))
    assert news not in await waiting(store)
    assert await store.tallies(NOW) == []


DUTCH = entry("dutch", lang="nl", translation_of="passport")


async def test_an_old_translation_is_due_once_for_each_change_of_its_original(
    store: Store,
) -> None:
    await store.publish([entry(), DUTCH], "files")
    assert await store.renewals() == []
    await store.publish([CHANGED], "files")
    first = Renewal("dutch", "passport", 2)
    assert await store.renewals() == await store.renewals(["dutch"]) == [first]
    assert await store.renewals(["passport"]) == []
    assert await store.renewals_due(NOW, 10) == [first]
    assert await store.renewals_due(NOW, 0) == []
    await store.commit(Outcome("asked", renewal=first))
    await store.commit(Outcome("asked", renewal=first))
    assert await store.renewals_due(NOW, 10) == []
    # Another source is none of the advice.
    await store.publish([replace(CHANGED, source="https://example.org/new")], "files")
    assert await store.renewals() == [first]
    assert await store.renewals_due(NOW, 10) == []
    await store.publish([replace(CHANGED, answer="By post.")], "files")
    assert await store.renewals_due(NOW, 1) == []  # One was asked about already.
    assert await store.renewals_due(NOW, 2) == [Renewal("dutch", "passport", 4)]
    await store.withdraw(["passport"])
    assert await store.renewals_due(NOW, 2) == [Renewal("dutch", "passport", -4)]
    await store.withdraw(["dutch"])
    assert await store.renewals() == []


async def test_an_example_is_not_due_to_be_renewed(store: Store) -> None:
    await store.publish([entry(), replace(DUTCH, sample=True)], "files")
    await store.publish([CHANGED], "files")
    assert await store.renewals() == [Renewal("dutch", "passport", 2)]
    assert await store.renewals_due(NOW, 10) == []


async def give_dutch(
    store: Store, asker: str, key: str, *, version: int = 1, stale: bool = False, **more: str
) -> Given:
    given = Given(asker, "dutch", version, key, "nl", stale=stale)
    said = outgoing(key, thread="$1", mentions=(asker,), **more)
    await store.commit(Outcome("answered", given=given, outgoing=(said,)))
    await store.attempt(key)
    await store.sent(key, f"${key}")
    return given


async def test_an_answer_is_doubtful_until_it_says_what_it_is(store: Store, asker: str) -> None:
    await store.publish([entry(), DUTCH], "files")
    given = await give_dutch(store, asker, "answer")
    assert await store.doubtful(NOW, 10) == []
    await store.publish([CHANGED], "files")
    (found,) = await store.doubtful(NOW, 10)
    assert found.given == given
    assert (found.said.key, found.said.thread, found.said.mentions) == ("answer", "$1", (asker,))
    assert await store.doubtful(NOW, 0) == []
    assert await store.doubtful(NOW + DAY, 10) == []
    await give_dutch(store, asker, "edit", stale=True, replaces="answer")
    assert await store.doubtful(NOW, 10) == []
    checked = Outcome("confirmed", entry=replace(DUTCH, checked=NOW.date()), over=1)
    await store.commit(checked)
    assert [each.given.key for each in await store.doubtful(NOW, 10)] == ["edit"]
    await give_dutch(store, asker, "holds", version=2, replaces="answer")
    assert await store.doubtful(NOW, 10) == []


async def test_what_is_told_as_a_change_or_stands_no_more_is_not_doubtful(
    store: Store, asker: str
) -> None:
    await store.publish([entry(), DUTCH], "files")
    await give_dutch(store, asker, "answer", stale=True)
    assert [each.given.key for each in await store.doubtful(NOW, 10)] == ["answer"]
    await store.publish([replace(DUTCH, answer="Op het stadhuis.")], "files")
    assert await store.doubtful(NOW, 10) == []
    await give_dutch(store, asker, "gone", version=2, stale=True)
    taken_back = outgoing("back", style=Style.REDACTION, reply_to="gone")
    await store.commit(Outcome("taken back", outgoing=(taken_back,)))
    assert await store.doubtful(NOW, 10) == []
    await give_dutch(store, asker, "stands", version=2, stale=True)
    await store.withdraw(["dutch"])
    assert await store.doubtful(NOW, 10) == []


# A first answer not said yet

Q = ref("$q")
ANSWER = key_for(Q, "answer")


async def ask(store: Store, entry_id: str = "passport") -> str:
    """Somebody asks and gets an entry, which is not said yet; gives their key."""
    await store.receive("matrix", [message("$q", addressed=True)], "s")
    (heard,) = await store.unhandled(NOW, 10)
    given = Given(heard.sender, entry_id, 1, ANSWER, "en")
    said = outgoing(ANSWER, thread="$q", reply_to="$q")
    await store.commit(Outcome("answered", Q, given=given, outgoing=(said,)))
    assert await waiting(store) == [ANSWER]
    return heard.sender


async def ends(store: Store, how: str) -> None:
    """The entry changes, or is doubted."""
    match how:
        case "withdrawn":
            await store.withdraw(["passport"])
        case "changed":
            await store.publish([CHANGED], "files")
        case "left out":
            await store.publish([], "files", complete=True)
        case _:
            (person,) = (await store.enroll("matrix", ["@ben:example.org"])).values()
            flagged = case(person, 7, asked=ref("$wrong"), root="$wrong")
            flag = Flag(7, "passport", 1)
            await store.commit(Outcome("flagged", case=flagged, flag=flag))


ENDS = pytest.mark.parametrize("how", ["withdrawn", "changed", "left out", "flagged"])


@ENDS
async def test_what_was_answered_but_not_said_is_asked_anew_when_the_entry_ends_or_changes(
    store: Store, how: str
) -> None:
    await store.publish([entry()], "files")
    asker = await ask(store)
    assert (await store.spent(asker, "!welcome", NOW))[0] == 1
    await ends(store, how)
    assert await waiting(store) == []
    assert await store.given(ANSWER) is None
    assert await store.unhandled(NOW, 10) == [message("$q", addressed=True, sender=asker)]
    assert (await store.spent(asker, "!welcome", NOW))[0] == 0
    # It is answered under the same key, once, and its words are known from then on.
    given = Given(asker, "other", 1, ANSWER, "en")
    await store.publish([entry("other")], "more")
    await store.commit(Outcome("answered", Q, given=given, outgoing=(outgoing(ANSWER),)))
    assert await waiting(store) == [ANSWER]
    await store.receive("matrix", [message("$q")], "s2")
    assert await store.unhandled(NOW, 10) == []


@ENDS
async def test_an_answer_that_may_have_been_said_is_not_recalled(store: Store, how: str) -> None:
    await store.publish([entry()], "files")
    await ask(store)
    await store.attempt(ANSWER)
    await ends(store, how)
    assert await waiting(store) == [ANSWER]
    assert await store.unhandled(NOW, 10) == []


async def test_a_change_that_is_none_of_the_advice_recalls_no_answer(store: Store) -> None:
    await store.publish([entry(), entry("other")], "files")
    await ask(store)
    await store.publish([CHANGED], "files", revision=Revision(change=Change.TYPO))
    await store.withdraw(["other"])
    assert await waiting(store) == [ANSWER]


@ENDS
async def test_so_is_what_a_translation_of_the_entry_answered(store: Store, how: str) -> None:
    await store.publish([entry()], "files")
    await store.publish([DUTCH], "more")
    await ask(store, "dutch")
    await ends(store, how)
    assert await waiting(store) == []
    assert len(await store.unhandled(NOW, 10)) == 1


async def test_a_question_that_was_changed_is_asked_anew_in_its_last_words(store: Store) -> None:
    await store.publish([entry(), entry("visa")], "files")
    asker = await ask(store)
    for event, text in (("$e1", "And a visa?"), ("$e2", "And a visa, please?")):
        edit = message(event, kind=Kind.EDIT, reply_to="$q", text=text)
        await store.receive("matrix", [edit], event)
        key = key_for(edit.ref, "answer")
        anew = Given(asker, "visa", 1, key)
        said = (outgoing(key, thread="$q", replaces=ANSWER),) if event == "$e1" else ()
        given = anew if said else None
        await store.commit(Outcome("answered anew", edit.ref, given=given, outgoing=said))
    await store.withdraw(["passport"])
    assert await waiting(store) == [ANSWER]
    await store.withdraw(["visa"])
    (heard,) = await store.unhandled(NOW, 10)
    assert (heard.ref, heard.kind, heard.text) == (Q, Kind.TEXT, "And a visa, please?")
    assert await waiting(store) == []


async def test_what_went_to_people_after_an_edit_is_not_asked_anew(store: Store) -> None:
    await store.publish([entry()], "files")
    asker = await ask(store)
    edit = message("$e", kind=Kind.EDIT, reply_to="$q", text="Something else?")
    await store.receive("matrix", [edit], "e")
    instead = outgoing(key_for(Q, "handover"), thread="$q", replaces=ANSWER)
    people = case(asker, asked=Q, root="$q")
    await store.commit(Outcome("to people", edit.ref, case=people, outgoing=(instead,)))
    await store.withdraw(["passport"])
    assert await waiting(store) == [ANSWER]
    assert await store.unhandled(NOW, 10) == []


@pytest.mark.parametrize("gone", ["taken back", "refused", "moved"])
async def test_what_is_not_to_be_said_any_more_is_not_asked_anew(store: Store, gone: str) -> None:
    await store.publish([entry()], "files")
    await ask(store)
    if gone == "taken back":
        redaction = outgoing("gone", style=Style.REDACTION, text="", reply_to=ANSWER)
        await store.commit(Outcome("taken back", taken_back=(Q,), outgoing=(redaction,)))
    elif gone == "refused":
        await store.undeliverable(ANSWER, "not in the room")
    else:
        tomb = message("$tomb", kind=Kind.MOVED, text="!new")
        await store.receive("matrix", [tomb], "t")
        await store.commit(Outcome("moved", tomb.ref, moved_to="!new"))
    await store.withdraw(["passport"])
    assert await store.unhandled(NOW, 10) == []


async def test_a_case_that_the_clock_answered_waits_again(store: Store, clock: FakeClock) -> None:
    await store.publish([entry()], "files")
    (asker,) = (await store.enroll("matrix", ["@ada:example.org"])).values()
    await store.commit(Outcome("new", case=case(asker, asked=Q, root="$q", status=Status.WAITING)))
    waits = await store.case(1)
    assert waits is not None
    given = Given(asker, "passport", 1, ANSWER, "en")
    said = outgoing(ANSWER, thread="$q", reply_to="$q", mentions=(asker,))
    known = replace(waits, status=Status.CLOSED)
    await store.commit(Outcome("answered", case=known, given=given, outgoing=(said,)))
    clock.advance(DAY)
    await store.withdraw(["passport"])
    assert await waiting(store) == []
    (due,) = await store.cases_due(NOW + DAY)
    assert (due.id, due.status, due.due_at, due.version) == (1, Status.WAITING, NOW + DAY, 3)
    await store.publish([CHANGED], "files")
    await store.commit(Outcome("answered", case=due.after(Event.BECOME_KNOWN), outgoing=(said,)))
    assert await waiting(store) == [ANSWER]


async def test_a_first_answer_by_what_is_past_is_not_queued(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    await store.publish([CHANGED], "files")
    with pytest.raises(HandleAgain):
        await give(store, asker)
    await store.withdraw(["passport"])
    with pytest.raises(HandleAgain):
        await give(store, asker, version=2)
    assert await waiting(store) == []


# Who is told of an old translation


async def doubted(store: Store) -> dict[str, tuple[str, ...]]:
    return {each.given.key: each.untold for each in await store.doubtful(NOW, 10)}


async def test_who_got_an_old_translation_more_than_once_is_told_at_the_last_which_comes_first(
    store: Store, asker: str
) -> None:
    ben = await ben_of(store)
    await store.publish([entry(), DUTCH], "files")
    for key, who in (("one", asker), ("two", ben), ("three", asker)):
        await give_dutch(store, who, key)
    await store.publish([CHANGED], "files")
    assert await doubted(store) == {"two": (ben,), "three": (asker,), "one": ()}
    assert [each.given.key for each in await store.doubtful(NOW, 10)][-1] == "one"
    # Once told at the last one, the rest of theirs is changed only, also after an end in between.
    await give_dutch(store, asker, "three marked", stale=True, replaces="three")
    assert await doubted(store) == {"two": (ben,), "one": ()}
    # Who reads the mark with a new answer knows it.
    await give_dutch(store, ben, "four", stale=True)
    assert await doubted(store) == {"two": (), "one": ()}


async def test_who_was_told_that_it_is_old_hears_that_it_holds_though_not_all_was_marked(
    store: Store, asker: str
) -> None:
    await store.publish([entry(), DUTCH], "files")
    await give_dutch(store, asker, "one")
    await give_dutch(store, asker, "two")
    await store.publish([CHANGED], "files")
    await give_dutch(store, asker, "two marked", stale=True, replaces="two")
    checked = Outcome("confirmed", entry=replace(DUTCH, checked=NOW.date()), over=1)
    await store.commit(checked)
    assert await doubted(store) == {"two marked": (asker,)}


async def test_a_recalled_correction_hides_no_old_translation(store: Store, asker: str) -> None:
    """What was recalled counted as what the answer says since."""
    await store.publish([entry(), DUTCH], "files")
    given = await give_dutch(store, asker, "one")
    await store.withdraw(["dutch"])
    edit, _ = correction("one", "dutch", 1, withdrawn=True)
    gone = replace(given, key=edit, withdrawn=True)
    told = outgoing(edit, thread="$1", replaces="one")
    await store.commit(Outcome("told", given=gone, outgoing=(told,)))
    await store.commit(Outcome("again", entry=DUTCH, revision=Revision(change=Change.MINOR)))
    assert await waiting(store) == []
    await store.publish([CHANGED], "files")
    assert await doubted(store) == {"one": (asker,)}


# Who took a question back


async def joined(store: Store, asker: str) -> str:
    """A case whose question Ben asks too, by a tap; gives his key."""
    ben = await ben_of(store)
    await store.commit(Outcome("new", case=case(asker, asked=ref("$1"), root="$1")))
    tap = Follower(1, ben, ref("$tap"), "$1", "en")
    await store.commit(Outcome("too", followers=(tap,)))
    return ben


async def vetted(store: Store, asker: str, *mentions: str, key: str = "vetted") -> Given:
    given = Given(asker, "passport", 1, key, "en")
    told = outgoing(key, thread="$1", reply_to="$1", style=Style.TEXT, mentions=mentions)
    await store.commit(Outcome("vetted", also_given=(given,), outgoing=(told,)))
    return given


@pytest.mark.parametrize("named", [True, False])
async def test_who_took_the_question_back_is_told_of_no_change_and_who_joined_is(
    store: Store, asker: str, named: bool
) -> None:
    await store.publish([entry()], "files")
    ben = await joined(store, asker)
    await vetted(store, asker, *((asker, ben) if named else ()))
    await say(store, "vetted")
    other = await vetted(store, asker, key="other question")
    await store.commit(Outcome("taken back", taken_back=(ref("$1"),)))
    await store.publish([CHANGED], "files")
    assert await untold(store) == {"vetted": (ben,)}
    (found,) = await store.outdated(NOW, 10)
    assert (found.given.asker, other.asker) == ("", asker)


async def test_an_answer_of_which_nobody_is_told_is_changed_all_the_same(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    await store.commit(Outcome("new", case=case(asker, asked=ref("$1"), root="$1")))
    given = await vetted(store, asker, asker)
    await say(store, "vetted")
    await store.commit(Outcome("taken back", taken_back=(ref("$1"),)))
    await store.publish([CHANGED], "files")
    assert await untold(store) == {"vetted": ()}
    edit, _ = correction("vetted", "passport", 2, withdrawn=False)
    now = replace(given, asker="", version=2, key=edit)
    said = outgoing(edit, thread="$1", replaces="vetted")
    await store.commit(Outcome("changed", given=now, outgoing=(said,)))
    assert await untold(store) == {}
    assert await waiting(store) == [edit]


async def test_who_takes_back_that_they_ask_it_too_is_told_of_no_change(
    store: Store, asker: str
) -> None:
    await store.publish([entry()], "files")
    ben = await joined(store, asker)
    await vetted(store, asker, asker, ben)
    await say(store, "vetted")
    (tap,) = await store.followers(1)
    await store.commit(Outcome("gone", taken_back=(ref("$tap"),), unfollowed=(tap,)))
    await store.publish([CHANGED], "files")
    assert await untold(store) == {"vetted": (asker,)}


async def test_an_answer_that_waits_alerts_nobody_who_took_the_question_back(
    store: Store, asker: str
) -> None:
    ben = await joined(store, asker)
    for key, people in (("both", (asker, ben)), ("alone", (asker,))):
        said = outgoing(key, thread="$1", reply_to="$1", style=Style.TEXT, mentions=people)
        await store.commit(Outcome("answered", outgoing=(said,)))
    elsewhere = outgoing("own", thread="$1", reply_to="$2", style=Style.TEXT, mentions=(asker,))
    await store.commit(Outcome("another question", outgoing=(elsewhere,)))
    await store.commit(Outcome("taken back", taken_back=(ref("$1"),)))
    alerts = {each.key: each.mentions for each in await store.unsent(10)}
    assert alerts == {"both": ("@ben:example.org",), "own": (ASKER,)}


async def test_of_an_old_translation_only_who_waits_for_the_answer_hears(
    store: Store, asker: str
) -> None:
    ben = await joined(store, asker)
    await store.publish([entry(), DUTCH], "files")
    await give_dutch(store, asker, "answer", reply_to="$1")
    await store.commit(Outcome("taken back", taken_back=(ref("$1"),)))
    await store.publish([CHANGED], "files")
    assert await doubted(store) == {"answer": (ben,)}


async def test_an_entry_is_flagged_by_one_case_at_a_time(store: Store, asker: str) -> None:
    await store.publish([entry()], "files")
    await store.commit(Outcome("flagged", case=case(asker), flag=Flag(1, "passport", 1)))
    again = Outcome("flagged", case=case(asker, 2), flag=Flag(2, "passport", 1))
    with pytest.raises(HandleAgain):
        await store.commit(again)
    assert await store.case(2) is None
    kept = await store.case(1)
    assert kept is not None
    await store.commit(Outcome("ended", case=kept.after(Event.CLOSE)))
    await store.commit(again)
    assert await store.flags() == [again.flag]


async def test_an_edit_in_hand_is_handled_after_the_question_that_is_asked_anew(
    store: Store,
) -> None:
    await store.publish([entry()], "files")
    asker = await ask(store)
    edit = message("$e", kind=Kind.EDIT, reply_to="$q", text="And a visa?")
    await store.receive("matrix", [edit], "e")
    await store.withdraw(["passport"])
    with pytest.raises(HandleAgain):
        await store.commit(Outcome("to people", edit.ref, case=case(asker, asked=Q)))
    assert [each.ref for each in await store.unhandled(NOW, 10)] == [Q]
    await store.commit(Outcome("to people", Q, case=case(asker, asked=Q)))
    assert [each.ref for each in await store.unhandled(NOW, 10)] == [edit.ref]
    await store.commit(Outcome("changed", edit.ref))


async def test_a_second_withdrawal_recalls_nothing_that_tells_of_the_first(
    store: Store, asker: str
) -> None:
    """Of two who withdrew it at once, the second saw to it that nobody was told, ever."""
    await store.publish([entry()], "files")
    given = await give(store, asker)
    await store.withdraw(["passport"])
    keys = await begin_to_tell(store, given, 1, withdrawn=True)
    assert await store.withdraw(["passport"]) == 0
    assert await waiting(store) == list(keys)
