"""Who asked in a case that was merged is heard where their answer comes from."""

from __future__ import annotations

import pytest

from bot.cases import Status
from tests.counter import ANNA, BEN, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter

FISH, SALT = "Where do I get a fishing permit?", "Where is the permit for the sea?"


@pytest.fixture
async def merged() -> Counter:
    """Anna's case 1 is the same as Ben's case 2."""
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks(SALT, BEN)
    await counter.at_desk(VERA, "!merge 2", 1)
    return counter


async def answered(counter: Counter, case_id: int = 2) -> str:
    """The other case is answered; gives the event of the copy in Anna's thread."""
    await counter.at_desk(WIM, "!answer At the shop.", case_id)
    copy = next(
        each
        for each in reversed(counter.said(WELCOME))
        if each.thread == "$m1" and "> At the shop." in each.text
    )
    return counter.store.events[copy.key]


def at_desk(counter: Counter, case_id: int, before: int = 0) -> list[str]:
    """What stands in a case's thread at the desk, behind its card."""
    root = counter.store.cases[case_id].desk_thread
    said = counter.said(DESK)[before:]
    return [each.text for each in said if each.thread == root and not each.replaces]


async def test_what_a_merged_asker_adds_is_read_where_the_answer_comes_from(
    merged: Counter,
) -> None:
    """It was dropped as "no question"."""
    await merged.says(ANNA, "I live in Utrecht, can I go there?", thread="$m1")
    adds = "The asker of case 1, which was merged into this one, adds:\n\n> I live in Utrecht"
    assert at_desk(merged, 2)[-1].startswith(adds)
    assert len(merged.store.cases) == 2


async def test_a_merged_askers_words_are_edited_and_taken_back_there(merged: Counter) -> None:
    said, _ = await merged.says(ANNA, "I live in Utrecht.", thread="$m1")
    await merged.edits(ANNA, said.ref.event, "I live in Zeist.", thread="$m1")
    changed = "The asker of case 1, which was merged into this one, has changed their words."
    assert at_desk(merged, 2)[-1].startswith(changed)
    await merged.takes_back(ANNA, said.ref.event)
    shown = "\n".join(merged.shown(DESK))
    assert "Utrecht" not in shown
    assert "Zeist" not in shown


async def test_a_merged_question_that_is_edited_is_told_and_changed_in_the_draft(
    merged: Counter,
) -> None:
    """It was "edited late", and the entry kept the old wording."""
    await answered(merged)
    draft = merged.store.cases[2].draft
    assert draft is not None
    assert FISH in draft.alternatives
    await merged.edits(ANNA, "$m1", "Where do I get a fishing permit for a lake?")
    draft = merged.store.cases[2].draft
    assert draft is not None
    assert draft.alternatives == (SALT, "Where do I get a fishing permit for a lake?")
    assert "> Where do I get a fishing permit for a lake?" in "\n".join(at_desk(merged, 2))
    assert merged.store.cases[1].status is Status.MERGED


async def test_a_merged_askers_thanks_in_words_are_thanks(merged: Counter) -> None:
    await answered(merged)
    await merged.says(ANNA, "Thank you!", thread="$m1")
    await merged.says(BEN, "Thank you!", thread="$m2")
    thanks = [text.partition("\n")[0] for text in at_desk(merged, 2) if "thanks you" in text]
    assert thanks == [
        "The asker of case 1, which was merged into this one, thanks you:",
        "The asker thanks you:",
    ]
    by = {each.by for each in merged.store.did if each.by}
    assert by == {merged.keys[ANNA], merged.keys[BEN]}


@pytest.mark.parametrize("how", ["tap", "words", "closed"])
async def test_a_merged_asker_whom_the_answer_does_not_help_has_their_own_case_again(
    merged: Counter, how: str
) -> None:
    """The desk saw a 👎 and nothing else happened; their words were dropped."""
    copy = await answered(merged)
    if how == "closed":
        await merged.at_desk(VERA, "!close", 2)
    before = len(merged.said(DESK))
    if how == "tap":
        await merged.taps(ANNA, "👎", copy, WELCOME)
    else:
        await merged.says(ANNA, "That shop is closed. I still have no permit.", thread="$m1")
    own, other = merged.store.cases[1], merged.store.cases[2]
    assert (own.status, own.merged_into, own.claimed_by) == (Status.OPEN, None, None)
    assert other.status is (Status.CLOSED if how == "closed" else Status.ANSWERED)
    assert other.demand == 0
    told = "\n\n".join(at_desk(merged, 1, before))
    assert ("> That shop is closed." in told) is (how != "tap")
    assert "does not help. It is open again by itself. The answer was:\n\n> At the shop." in told
    loud = next(each for each in merged.said(DESK)[before:] if "open again by" in each.text)
    assert merged.keys[VERA] in loud.mentions
    assert merged.last(WELCOME).thread == "$m1"
    if how != "closed":
        assert other.draft is not None
        assert other.draft.alternatives == (SALT,)
    await merged.at_desk(VERA, "!answer At the town hall.", 1)
    news = [each for each in merged.said(WELCOME) if "> At the town hall." in each.text]
    assert [each.thread for each in news] == ["$m1"]


async def test_a_merged_asker_asks_the_bot_again_after_it_was_closed_without_an_answer(
    merged: Counter,
) -> None:
    await merged.at_desk(VERA, "!close Nobody here knows.", 2)
    before = len(merged.said(DESK))
    await merged.says(ANNA, "Ok, thanks.", thread="$m1")
    assert len(merged.said(DESK)) == before
    await merged.says(ANNA, "I need it for the lake", thread="$m1")
    assert merged.store.cases[1].status is Status.OPEN
    assert merged.store.cases[2].status is Status.CLOSED
    added, reopened = at_desk(merged, 1, before)
    assert "> I need it for the lake" in added
    assert "Case 1" not in reopened
    assert "asker of case 1 wrote that after it was closed without an answer." in reopened


async def test_a_tap_on_an_answer_that_came_with_the_merge_counts_as_on_any() -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks(SALT, BEN)
    await counter.at_desk(WIM, "!answer At the shop.", 2)
    await counter.at_desk(VERA, "!merge 2", 1)
    copy = counter.store.events[counter.last(WELCOME).key]
    await counter.taps(ANNA, "❤️", copy, WELCOME)
    assert {each.by for each in counter.store.did if each.by} == {counter.keys[ANNA]}
    await counter.taps(ANNA, "👎", copy, WELCOME)
    assert counter.store.cases[1].status is Status.OPEN
    assert counter.store.cases[2].status is Status.ANSWERED


async def test_who_was_merged_behind_them_keeps_the_answer(merged: Counter) -> None:
    """Case 1 went into 2, and 2 into 3; the asker of 2 leaves."""
    await merged.asks("Is there a permit for the sea?", EVA)
    await merged.at_desk(VERA, "!merge 3", 2)
    copy = await answered(merged, 3)
    await merged.says(BEN, "That does not help.", thread="$m2")
    one, two, three = (merged.store.cases[number] for number in (1, 2, 3))
    assert (one.status, one.merged_into) == (Status.MERGED, 3)
    assert (two.status, two.demand) == (Status.OPEN, 0)
    assert (three.status, three.demand) == (Status.ANSWERED, 1)
    await merged.at_desk(VERA, "!answer At the town hall.", 2)
    assert merged.last(WELCOME).mentions == (merged.keys[BEN],)
    await merged.taps(ANNA, "👎", copy, WELCOME)
    assert merged.store.cases[1].status is Status.OPEN
    assert merged.store.cases[3].demand == 0


@pytest.mark.parametrize("when", ["before", "after"])
async def test_who_joined_a_case_goes_with_it(when: str) -> None:
    """They were heard nowhere, and got the next answer of the case that theirs parted from."""
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks(SALT, BEN)
    if when == "before":
        await counter.taps(EVA, "➕", "$m1", WELCOME)
    await counter.at_desk(VERA, "!merge 2", 1)
    if when == "after":
        await counter.taps(EVA, "➕", "$m1", WELCOME)
    await counter.taps(VERA, "➕", "$m2", WELCOME)
    assert counter.store.cases[2].demand == 3
    await answered(counter)
    await counter.says(ANNA, "That shop is closed.", thread="$m1")
    assert [counter.store.cases[number].demand for number in (1, 2)] == [1, 1]
    await counter.says(EVA, "Closed for me also.", thread="$m1")
    assert at_desk(counter, 1)[-1].endswith("> Closed for me also.")
    before = len(counter.said(WELCOME))
    await counter.at_desk(WIM, "!answer At the town hall.", 1)
    (news,) = counter.said(WELCOME)[before:]
    assert set(news.mentions) == {counter.keys[ANNA], counter.keys[EVA]}
    await counter.says(BEN, "That shop is closed.", thread="$m2")
    before = len(counter.said(WELCOME))
    await counter.at_desk(WIM, "!answer At the beach.", 2)
    (news,) = counter.said(WELCOME)[before:]
    assert (news.thread, set(news.mentions)) == ("$m2", {counter.keys[BEN], counter.keys[VERA]})


async def test_who_joined_a_case_behind_one_that_parts_stays_with_theirs(merged: Counter) -> None:
    """Case 1, which Eva joined, went into 2, and 2 into 3; the asker of 2 leaves."""
    await merged.asks("Is there a permit for the sea?", OMAR)
    await merged.taps(EVA, "➕", "$m1", WELCOME)
    await merged.at_desk(VERA, "!merge 3", 2)
    await answered(merged, 3)
    await merged.says(BEN, "That does not help.", thread="$m2")
    assert [merged.store.cases[number].demand for number in (1, 2, 3)] == [1, 0, 2]
    await merged.says(ANNA, "That does not help.", thread="$m1")
    assert [merged.store.cases[number].demand for number in (1, 2, 3)] == [1, 0, 0]


async def test_an_asker_whose_two_questions_are_one_is_heard_in_both_threads() -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks(SALT)
    await counter.at_desk(VERA, "!merge 2", 1)
    await answered(counter)
    await counter.says(ANNA, "That does not help.", thread="$m1")
    assert counter.store.cases[1].status is Status.MERGED
    assert counter.store.cases[2].status is Status.CLAIMED
    assert at_desk(counter, 2)[-2] == "The asker adds:\n\n> That does not help."


async def test_what_a_merged_asker_added_comes_with_their_case_when_it_parts(
    merged: Counter,
) -> None:
    """It stood in the other thread only, and was never seen by who answers case 1."""
    said, _ = await merged.says(ANNA, "I live in Utrecht and I am 12.", thread="$m1")
    await merged.says(ANNA, "And I have no boat.", thread="$m1")
    copy = await answered(merged)
    await merged.says(ANNA, "Thank you!", thread="$m1")
    before = len(merged.said(DESK))
    await merged.taps(ANNA, "👎", copy, WELCOME)
    first, second, parted = at_desk(merged, 1, before)
    assert first == "The asker adds:\n\n> I live in Utrecht and I am 12."
    assert second == "The asker adds:\n\n> And I have no boat."
    assert "open again by itself" in parted
    await merged.takes_back(ANNA, said.ref.event)
    assert "Utrecht" not in "\n".join(merged.shown(DESK))


async def test_what_merged_askers_added_comes_along_when_the_head_is_withdrawn(
    merged: Counter,
) -> None:
    await merged.asks("Is there a permit for the sea?", EVA)
    await merged.says(EVA, "I wrote that before.", thread="$m4")
    await merged.at_desk(VERA, "!merge 2", 3)
    await merged.says(ANNA, "I live in Utrecht.", thread="$m1")
    await merged.says(EVA, "I live in Zeist.", thread="$m4")
    before = len(merged.said(DESK))
    await merged.takes_back(BEN, "$m2")
    assert merged.store.cases[3].merged_into == 1
    told = at_desk(merged, 1, before)
    assert "The asker adds:\n\n> I live in Utrecht." in told
    merged_adds = "The asker of case 3, which was merged into this one, adds:"
    assert f"{merged_adds}\n\n> I live in Zeist." in told
    assert "I wrote that before" not in "\n".join(told)


async def test_a_case_is_not_merged_again_into_the_answer_that_did_not_help(
    merged: Counter,
) -> None:
    """The asker got it once more, with a mention."""
    copy = await answered(merged)
    await merged.taps(ANNA, "👎", copy, WELCOME)
    before = len(merged.said(WELCOME))
    await merged.at_desk(VERA, "!merge 2", 1)
    assert merged.last(DESK).text.startswith("The asker of case 1 has read the answer of case 2")
    assert merged.store.cases[1].status is Status.OPEN
    assert len(merged.said(WELCOME)) == before
    await merged.at_desk(WIM, "!answer At the town hall.", 2)
    before = len(merged.said(WELCOME))
    await merged.at_desk(VERA, "!merge 2", 1)
    assert merged.store.cases[1].merged_into == 2
    (news,) = merged.said(WELCOME)[before:]
    assert (news.thread, "> At the town hall." in news.text) == ("$m1", True)


# What merged askers are told


async def test_whose_own_questions_are_one_is_not_told_of_somebody_else() -> None:
    counter = await Counter.open()
    await counter.asks(FISH)
    await counter.asks(SALT)
    await counter.at_desk(VERA, "!merge 2", 1)
    assert "another question of yours" in counter.last(WELCOME).text
    assert "Somebody else" not in counter.last(WELCOME).text


@pytest.mark.parametrize("first", ["merged", "answered"])
async def test_words_in_another_language_than_an_asker_wrote_in_say_so(first: str) -> None:
    """A Dutch asker read English words and no hint of what to do."""
    hint = "geschreven voor iemand die hetzelfde in het Engels vroeg."
    counter = await Counter.open()
    await counter.asks("Hoe krijg ik een visvergunning?")
    await counter.asks(SALT, BEN)
    if first == "answered":
        await counter.at_desk(WIM, "!answer At the shop.", 2)
    answer = f"$m{counter.count}"
    await counter.at_desk(VERA, "!merge 2", 1)
    if first == "merged":
        await counter.at_desk(WIM, "!answer At the shop.", 2)
        answer = f"$m{counter.count}"
    copies = {each.thread: each.text for each in counter.said(WELCOME) if "> At the" in each.text}
    assert {root: hint in text for root, text in copies.items()} == {"$m1": True, "$m2": False}
    assert "Schrijf !mensen en je vraag, en vraag om een vertaling." in copies["$m1"]
    await counter.edits(WIM, answer, "!answer At the town hall.", DESK)
    told = [text for text in counter.shown(WELCOME) if "> At the town hall." in text]
    assert [hint in text for text in told].count(True) == 2
    assert len(told) == 4
