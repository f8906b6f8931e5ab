"""An entry that somebody says is wrong is in doubt wherever it is given, until it is settled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cases import Status
from bot.config import Answering as Settings
from bot.config import Responder, Role
from bot.outcome import Outcome, Revision
from knowledge.change import Change
from tests.counter import (
    ANNA,
    BEN,
    DESK,
    EVA,
    OMAR,
    VERA,
    WELCOME,
    WIM,
    Counter,
)
from tests.unit.test_flagging import ASKED, REASON, UWV, answer_of, answered, flagged

MARK = "Somebody has said that this may be wrong."
OTHER = "Where may I fish?"


async def test_another_wording_or_a_new_link_settles_nothing() -> None:
    counter = await flagged()
    longer = replace(UWV, alternatives=(*UWV.alternatives, "bsn please"))
    merged = Revision(vetter="volunteer", change=Change.MINOR, reason="case 7")
    await counter.store.commit(Outcome("merged", entry=longer, revision=merged))
    moved = replace(longer, source="https://example.org/moved")
    await counter.store.commit(
        Outcome("moved", entry=moved, revision=Revision(change=Change.MINOR))
    )
    await counter.looks_after()
    assert counter.store.cases[1].status is Status.OPEN
    await counter.asks(ASKED)
    assert MARK in counter.last(WELCOME).text


@pytest.mark.parametrize("command", ["!merge 2", "!send bsn", "!close nonsense"])
@pytest.mark.parametrize("who", [VERA, WIM])
async def test_who_may_not_vet_the_entry_does_not_have_it_served_again(
    command: str, who: str
) -> None:
    counter = await flagged("pause")
    await counter.at_desk(who, command)
    assert counter.store.cases[1].status is Status.OPEN
    assert counter.last(DESK).thread == counter.store.cases[1].desk_thread
    await counter.asks(ASKED)
    assert UWV.answer not in counter.last(WELCOME).text


async def test_nor_is_it_one_with_a_question() -> None:
    counter = await flagged()
    counter.search.hits.clear()
    await counter.asks(OTHER)
    await counter.at_desk(VERA, "!merge 1", 2)
    assert "it can't be one with a question" in counter.last(DESK).text
    assert counter.store.cases[2].status is Status.OPEN


async def test_who_has_the_case_is_alerted_when_who_may_vet_the_entry_closes_it() -> None:
    counter = await flagged()
    eva = counter.keys[EVA]
    counter.reception.rooms.roster[eva] = Responder(EVA, Role.OFFICIAL, "UWV")  # type: ignore[index]
    await counter.at_desk(EVA, "!claim")
    await counter.at_desk(OMAR, "!close Your town has other hours.")
    assert counter.store.cases[1].status is Status.CLOSED
    assert counter.last(DESK).mentions == (eva,)


async def test_who_may_vet_it_closes_it_with_a_reason_which_all_who_said_it_read() -> None:
    counter = await flagged()
    await counter.taps(ANNA, "⚠️", answer_of(counter), WELCOME)
    await counter.at_desk(OMAR, "!close")
    assert counter.store.cases[1].status is Status.OPEN
    assert "!close and why" in counter.last(DESK).text
    await counter.at_desk(OMAR, "!close Your town has other hours.")
    assert counter.store.cases[1].status is Status.CLOSED
    (told,) = [each for each in counter.said(WELCOME) if "leave it as it is" in each.text]
    assert "> Your town has other hours." in told.text
    assert set(told.mentions) == {counter.keys[BEN], counter.keys[ANNA]}
    assert not any("without an answer" in text for text in counter.shown(WELCOME))
    await counter.asks(ASKED)
    assert MARK not in counter.last(WELCOME).text


async def test_its_card_tells_what_it_is_about_and_offers_nothing_to_send() -> None:
    counter = await flagged()
    await counter.taps(ANNA, "⚠️", answer_of(counter), WELCOME)
    card = counter.card()
    assert card.startswith("Case 1: somebody says that an entry in English is wrong")
    assert "Entry bsn · source: https://example.org/bsn." in card
    assert "1 other says so too" in card
    for words in ("did not answer", "!send", "Asked in", "go to the asker"):
        assert words not in card


async def test_a_flag_reaches_the_translations() -> None:
    counter = await flagged()
    dutch = replace(UWV, id="bsn-nl", lang="nl", question="Hoe?", translation_of=UWV.id)
    await counter.knows(dutch)
    counter.search.finds(dutch, 1.5)
    await counter.asks("Hoe krijg ik een bsn?")
    assert "Iemand zegt dat dit misschien niet klopt." in counter.last(WELCOME).text


async def test_and_holds_them_back_too() -> None:
    counter = await flagged("pause")
    dutch = replace(UWV, id="bsn-nl", lang="nl", question="Hoe?", translation_of=UWV.id)
    await counter.knows(dutch)
    counter.search.finds(dutch, 1.5)
    await counter.asks("Hoe krijg ik een bsn?")
    assert dutch.answer not in counter.last(WELCOME).text
    assert counter.store.cases[2].why == "why_flagged"


async def test_a_responder_sends_it_with_the_mark_and_knows() -> None:
    counter = await flagged()
    counter.search.hits.clear()
    counter.search.finds(UWV, 0.8)
    await counter.asks("BSN?")
    assert "· bsn · How do I get a BSN? · https://example.org/bsn · under review" in counter.card(2)
    await counter.at_desk(VERA, "!send 1", 2)
    assert "Entry bsn is under review" in counter.last(DESK).text
    assert MARK in counter.last(WELCOME).text


async def test_nobody_sends_what_is_given_to_nobody() -> None:
    counter = await flagged("pause")
    counter.search.hits.clear()
    counter.search.finds(UWV, 0.8)
    await counter.asks("BSN?")
    await counter.at_desk(VERA, "!send 1", 2)
    assert "Nobody is given it until that is settled" in counter.last(DESK).text
    assert counter.store.cases[2].status is Status.OPEN


@pytest.mark.parametrize(("policy", "given"), [("mark", True), ("pause", False)])
async def test_nor_by_merging_a_case_into_it(policy: str, given: bool) -> None:
    counter = await flagged(policy)  # type: ignore[arg-type]
    counter.search.hits.clear()
    counter.search.finds(UWV, 0.8)
    await counter.asks("BSN?")
    await counter.at_desk(VERA, "!answer At the town hall.", 2)
    await counter.at_desk(WIM, "!vet merge bsn", 2)
    told = [each.text for each in counter.said(WELCOME) if UWV.answer in each.text][1:]
    assert [MARK in text for text in told] == ([True] if given else [])


async def test_whose_question_it_is_reaches_people_though_somebody_else_flags_the_answer() -> None:
    counter = await Counter.open(Settings())
    await counter.knows(UWV)
    await counter.asks(OTHER)
    await counter.at_desk(VERA, "!answer At the pond.")
    answer = counter.said(WELCOME)[-1]
    await counter.at_desk(OMAR, "!edit source: https://example.org\ntopic: fish\nbody: UWV")
    await counter.at_desk(OMAR, "!vet")
    vetted = counter.store.events[counter.said(WELCOME)[-1].key]
    await counter.taps(BEN, "⚠️", vetted, WELCOME)
    assert counter.store.cases[2].about_entry
    await counter.taps(ANNA, "👎", counter.store.events[answer.key], WELCOME)
    assert counter.store.cases[1].status is Status.OPEN
    await counter.says(ANNA, "It did not work. What now?", thread="$m1")
    assert "> It did not work" in counter.last(DESK).text
    assert counter.last(DESK).thread == counter.store.cases[1].desk_thread
    # And what who flagged it adds goes to where it is looked at.
    await counter.says(BEN, "The pond is dry.", thread="$m1")
    assert "> The pond is dry." in counter.last(DESK).text
    assert counter.last(DESK).thread == counter.store.cases[2].desk_thread


async def test_somebody_elses_flag_makes_a_new_question_in_the_thread_nobodys_talk() -> None:
    counter = await answered()
    await counter.says(BEN, "!wrong", reply_to=answer_of(counter))
    counter.search.hits.clear()
    await counter.says(ANNA, "Loket: and where may I fish?", thread="$m1", addressed=True)
    assert counter.store.cases[2].question.endswith("and where may I fish?")


@pytest.mark.parametrize("by", ["words", "tap"])
@pytest.mark.parametrize("who", [ANNA, BEN])
async def test_a_persons_answer_is_doubted_where_its_case_is(by: str, who: str) -> None:
    """Only entries are under review; but whoever writes ``!wrong`` is heard."""
    counter = await Counter.open(Settings())
    await counter.asks(OTHER)
    await counter.at_desk(VERA, "!answer At the pond.")
    answer = counter.store.events[counter.said(WELCOME)[-1].key]
    if by == "tap":
        await counter.taps(who, "⚠️", answer, WELCOME)
    else:
        await counter.says(who, f"!wrong {REASON}", reply_to=answer, thread="$m1")
    assert list(counter.store.cases) == [1]
    told = next(each for each in counter.said(DESK) if "the answer to this case" in each.text)
    assert told.thread == counter.store.cases[1].desk_thread
    assert told.mentions == (counter.keys[VERA],)
    assert (REASON in told.text) is (by == "words")
    back = Status.CLAIMED if who == ANNA else Status.ANSWERED
    assert counter.store.cases[1].status is back
    assert counter.last(WELCOME).thread == "$m1"
    assert "Which answer is wrong?" not in counter.last(WELCOME).text
