"""What every store keeps of an entry's life after it was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.aftercare import Flag, Renewal, Review, Tally
from bot.cases import Status
from bot.errors import HandleAgain
from bot.messages import Style
from bot.outcome import Given, Outcome, Revision
from bot.ports import Store
from knowledge.change import Change
from tests.contracts.examples import NOW, case, entry, outgoing, ref
from tests.fakes import FakeClock

DAY = timedelta(days=1)
CHANGED = entry(answer="Online.")


async def give(store: Store, asker: str, key: str = "answer", version: int = 1) -> Given:
    """Somebody asks and gets the entry, which is said."""
    given = Given(asker, "passport", version, key, "en")
    await store.commit(Outcome("answered", given=given, outgoing=(outgoing(key, thread="$1"),)))
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
    assert [each.given.key for each in await store.outdated(NOW, 10)] == ["answer", "later"]


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
    assert found == ["not said", "stands"]
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
    one, two = await give(store, asker, "one"), await give(store, asker, "two")
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
    now = Given(asker, "passport", 2, "corrected", news="more news")
    news = outgoing("more news", mentions=(asker,))
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
            entry("never"),
            entry("sample", valid_until=first, sample=True),
            entry("gone", valid_until=first),
        ],
        "files",
    )
    await store.withdraw(["gone"])
    due = await store.reviews_due(second, NOW, 10)
    assert [each.id for each in due] == ["b", "a", "c"]
    assert await store.reviews_due(second, NOW, 1) == due[:1]
    review = await ask_about(store, "b", first)
    assert await store.review(review.key) == review
    assert await store.review("another") is None
    assert await store.reviews_due(second, NOW, 1) == []
    assert await store.reviews_due(second, NOW + DAY, 1) == due[1:2]
    await store.commit(Outcome("confirmed", entry=entry("b", valid_until=second)))
    assert [each.id for each in await store.reviews_due(second, NOW, 10)] == ["a", "b", "c"]


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
