"""What responders do from the command line is what they would do at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.acting import Acting
from bot.cases import Status
from bot.commands import Verb
from bot.maintaining import FRONT
from bot.messages import Style
from knowledge.errors import IndexUnavailable
from tests.counter import ANNA, BSN, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter

CLOCK = "Who repairs a church clock?"
HARBOUR = "Where is the harbour?"

MOVES = {
    Verb.CLAIM: ((VERA, "!claim 1"), Status.CLAIMED),
    Verb.RELEASE: ((VERA, "!claim 1"), (VERA, "!release 1"), Status.OPEN),
    Verb.ASSIGN: ((VERA, "!assign 1 @wim"), Status.CLAIMED),
    Verb.ANSWER: ((VERA, "!answer 1 The clockmaker."), Status.ANSWERED),
    Verb.ASK_BACK: ((VERA, "!askback 1 Which church?"), Status.CLAIMED),
    Verb.SEND: ((VERA, "!send 1 bsn"), Status.VETTED),
    Verb.MERGE: ((VERA, "!merge 1 2"), Status.MERGED),
    Verb.ESCALATE: ((VERA, "!escalate 1"), Status.OPEN),
    Verb.TRANSFER: ((VERA, "!transfer 1 SVB"), Status.OPEN),
    Verb.SNOOZE: ((VERA, "!snooze 1 3d"), Status.SNOOZED),
    Verb.CLOSE: ((VERA, "!close 1 Not for us."), Status.CLOSED),
    Verb.VET: (
        (VERA, "!answer 1 The clockmaker."),
        (OMAR, "!edit 1 topic: clocks\nsource: https://example.org\nbody: UWV"),
        (OMAR, "!vet 1"),
        Status.VETTED,
    ),
    Verb.EDIT: (
        (VERA, "!answer 1 The clockmaker."),
        (OMAR, "!edit 1 topic: clocks"),
        Status.ANSWERED,
    ),
    Verb.REJECT: (
        (VERA, "!answer 1 The clockmaker."),
        (OMAR, "!reject 1 Which one?"),
        Status.CLAIMED,
    ),
}
"""For each verb that changes a case: what is written, and how the first case stands then."""

OTHERS = {Verb.TAKE, Verb.SNIPPET, Verb.PREVIEW, Verb.NOTE, Verb.CONFIRM, Verb.WITHDRAW} | {
    *(Verb.QUEUE, Verb.MINE, Verb.RECORD, Verb.HISTORY, Verb.HELP)
}


class Terminal:
    """Somebody at the command line."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        here = (counter.store, counter.clock, counter.reception.rooms)
        self.acting = Acting(*here, counter.escalation, counter.reception.cards)
        self.count = 0

    async def writes(self, who: str, text: str) -> str:
        self.count += 1
        done = await self.acting.act(self.counter.keys[who], text, f"n{self.count}")
        if done.outcome:
            await self.counter.store.commit(done.outcome)
            await self.counter.send()
        return "\n".join(done.told)


@pytest.fixture
async def terminal() -> Terminal:
    counter = await Counter.open()
    await counter.knows(BSN)
    await counter.asks(CLOCK)
    await counter.asks(HARBOUR)
    return Terminal(counter)


def test_every_command_of_the_desk_is_tried_here() -> None:
    assert MOVES.keys() | OTHERS == set(Verb)


@pytest.mark.parametrize("verb", MOVES)
async def test_a_command_changes_the_case_and_the_card_and_the_desk_reads_who_wrote_it(
    terminal: Terminal, verb: Verb
) -> None:
    *moves, status = MOVES[verb]
    for who, text in moves:  # type: ignore[misc]
        told = await terminal.writes(who, text)
    counter = terminal.counter
    case = counter.store.cases[1]
    assert case.status is status
    assert verb is Verb.EDIT or told
    assert case.look_at is not None or case.ended
    heard = [each for each in counter.said(DESK) if "On the command line, for" in each.text]
    assert len(heard) == len(moves)
    assert heard[-1].thread == case.desk_thread
    assert f"> !{verb} 1" in heard[-1].text
    # All that is to be said is for a room that there is.
    assert {each.room for each in counter.store.outbox.values()} <= {DESK, WELCOME}
    assert FRONT not in {each.front for each in counter.store.outbox.values()}


async def test_the_asker_gets_an_answer_as_from_the_desk_and_confirms_it_with_a_tap(
    terminal: Terminal,
) -> None:
    counter = terminal.counter
    await terminal.writes(VERA, "!answer 1 The clockmaker.")
    answer = next(each for each in counter.said(WELCOME) if "The clockmaker." in each.text)
    assert answer.mentions == (counter.keys[ANNA],)
    assert "A volunteer answers your question." in answer.text
    await counter.taps(ANNA, "👍", counter.store.events[answer.key], WELCOME)
    assert counter.store.cases[1].status is Status.CONFIRMED
    # The words stand in no room in which the tap could be shown.
    assert not [each for each in counter.store.outbox.values() if each.style is Style.REACTION]
    await counter.taps(ANNA, "👎", counter.store.events[answer.key], WELCOME)
    assert counter.store.cases[1].status is Status.CLAIMED


@pytest.mark.parametrize(
    ("who", "text", "why"),
    [
        (WIM, "!release 1", "has case 1"),
        (WIM, "!vet 1", "can't be done"),
        (EVA, "!claim 7", "Which case?"),
        (VERA, "!close 1", "Write why"),
        (VERA, "!snippet 1 contact", "No texts are ready here"),
        (WIM, "!take 1", "If nothing happens, others can !take it"),
        (EVA, "!withdraw bsn it moved", "bsn"),
    ],
)
async def test_what_the_desk_would_refuse_is_refused_with_the_same_words(
    terminal: Terminal, who: str, text: str, why: str
) -> None:
    await terminal.writes(VERA, "!claim 1")
    before, entries = dict(terminal.counter.store.outbox), dict(terminal.counter.store.cases)
    assert why in await terminal.writes(who, text)
    assert (dict(terminal.counter.store.outbox), dict(terminal.counter.store.cases)) == (
        before,
        entries,
    )


async def test_a_case_left_lying_is_taken_over(terminal: Terminal) -> None:
    await terminal.writes(VERA, "!claim 1")
    terminal.counter.clock.advance(timedelta(days=2))
    assert "has taken case 1 over" in await terminal.writes(WIM, "!take 1")
    assert terminal.counter.store.cases[1].claimed_by == terminal.counter.keys[WIM]


async def test_nobody_vets_their_own_words_from_the_command_line_either(
    terminal: Terminal,
) -> None:
    await terminal.writes(WIM, "!answer 1 The clockmaker.")
    told = await terminal.writes(WIM, "!vet 1")
    assert "nobody vets their own answer" in told
    assert terminal.counter.store.cases[1].status is Status.ANSWERED


async def test_a_note_stands_in_the_thread_and_nothing_else_happens(terminal: Terminal) -> None:
    counter = terminal.counter
    before = len(counter.store.outbox)
    await terminal.writes(VERA, "!note 1 I have called them.")
    (note,) = list(counter.store.outbox.values())[before:]
    assert note.thread == counter.store.cases[1].desk_thread
    assert "On the command line, for @vera:example.org:" in note.text
    assert "I have called them." in note.text
    await terminal.writes(VERA, "!note 9 Nobody reads this.")
    assert len(counter.store.outbox) == before + 1


async def test_the_draft_to_be_approved_is_shown_once_to_the_terminal(terminal: Terminal) -> None:
    """It said where the draft stands, and showed nothing of it."""
    counter = terminal.counter
    text = "!answer 1 In the harbour, on Mondays, https://h.example.org"
    answered = await terminal.acting.act(counter.keys[VERA], text, "before the bot has said it")
    assert answered.outcome is not None
    await counter.store.commit(answered.outcome)
    told = await terminal.writes(OMAR, "!vet 1")
    assert told.count("> In the harbour, on Mondays") == 1
    assert (await terminal.writes(OMAR, "!confirm bsn")).count(f"> {BSN.answer}") == 1


async def test_an_entry_is_confirmed_and_withdrawn(terminal: Terminal) -> None:
    counter = terminal.counter
    # First it is shown, since nothing at the desk did.
    assert f"> {BSN.answer}" in await terminal.writes(OMAR, "!confirm bsn")
    assert "is confirmed" in await terminal.writes(OMAR, "!confirm bsn")
    assert counter.store.versions["bsn"][-1].entry.version == 2
    assert "why" in (await terminal.writes(OMAR, "!withdraw bsn")).casefold()
    assert "bsn" in await terminal.writes(OMAR, "!withdraw bsn the counter has moved")
    assert not await counter.store.entries(["bsn"])


@pytest.mark.parametrize("command", ["!queue", "!mine", "!record", "!help", "!preview 1 Hm."])
async def test_what_only_tells_tells_the_terminal_alone(terminal: Terminal, command: str) -> None:
    before = len(terminal.counter.store.outbox)
    assert await terminal.writes(VERA, command)
    assert len(terminal.counter.store.outbox) == before


async def test_the_same_command_given_twice_under_one_name_is_said_once(
    terminal: Terminal,
) -> None:
    counter = terminal.counter
    key = counter.keys[VERA]
    first = await terminal.acting.act(key, "!claim 1", "once")
    again = await terminal.acting.act(key, "!claim 1", "once")
    assert first.outcome is not None
    assert again.outcome is not None
    assert [each.key for each in first.outcome.outgoing] == [
        each.key for each in again.outcome.outgoing
    ]


async def test_nothing_is_vetted_here_either_while_search_is_broken(terminal: Terminal) -> None:
    for who, text in ((VERA, "!answer 1 The clockmaker."), (OMAR, "!edit 1 source: UWV")):
        await terminal.writes(who, text)
    terminal.counter.search.error = IndexUnavailable("no build")
    assert "Not published: search does not work now" in await terminal.writes(OMAR, "!vet 1")
    assert terminal.counter.store.cases[1].status is Status.ANSWERED
    assert await terminal.counter.store.entries() == [BSN]
