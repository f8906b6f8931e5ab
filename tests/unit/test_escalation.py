"""What happens to what responders write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases import Status
from bot.commands import Verb
from bot.messages import Style
from tests.counter import ANNA, BEN, CHAT, DESK, EVA, OMAR, VERA, WELCOME, WIM, Counter

QUESTION = "Where do I get a fishing permit?"


async def with_case() -> Counter:
    counter = await Counter.open()
    await counter.asks(QUESTION)
    return counter


@pytest.fixture
async def desk() -> Counter:
    return await with_case()


def to_asker(counter: Counter) -> list[str]:
    """What the asker was told after the handover."""
    return [each.text for each in counter.said(WELCOME)[1:]]


async def test_a_claim_gives_the_case_to_one_responder(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    assert "@vera:example.org has taken case 1" in desk.last(DESK).text
    assert desk.last(DESK).thread == desk.store.cases[1].desk_thread


async def test_a_second_claim_is_told_who_has_it(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(WIM, "!claim")
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    assert "@vera:example.org has case 1" in desk.last(DESK).text


async def test_a_case_can_be_given_back_by_who_has_it_only(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(WIM, "!release")
    assert desk.store.cases[1].status is Status.CLAIMED
    await desk.at_desk(VERA, "!release")
    assert (desk.store.cases[1].status, desk.store.cases[1].claimed_by) == (Status.OPEN, None)


async def test_an_answer_reaches_the_asker_as_text_with_a_mention(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "!answer At the post office.")
    carried = desk.last(WELCOME)
    assert "> At the post office." in carried.text
    assert "A volunteer answers your question. No official has vetted this yet." in carried.text
    assert carried.style is Style.TEXT
    assert carried.mentions == (desk.keys[ANNA],)
    assert (carried.thread, carried.reply_to) == ("$m1", "$m1")
    assert desk.store.cases[1].status is Status.ANSWERED


async def test_an_officials_answer_names_the_body(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!answer At the post office.")
    assert "An official of UWV answers your question." in desk.last(WELCOME).text


async def test_answering_a_free_case_claims_it(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer At the post office.")
    case = desk.store.cases[1]
    assert (case.claimed_by, case.answered_by) == (desk.keys[VERA], desk.keys[VERA])


async def test_nobody_answers_over_a_colleague(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(WIM, "!answer At the town hall.")
    assert not to_asker(desk)
    assert "@vera:example.org has case 1" in desk.last(DESK).text


async def test_an_empty_answer_is_not_sent(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer")
    assert not to_asker(desk)
    assert desk.store.cases[1].status is Status.OPEN


async def test_a_better_answer_may_follow(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer At the post office.")
    await desk.at_desk(VERA, "!answer Sorry, at the town hall.")
    assert [text.splitlines()[2] for text in to_asker(desk)] == [
        "> At the post office.",
        "> Sorry, at the town hall.",
    ]


async def test_plain_words_are_offered_to_be_sent_and_one_tap_sends_them(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "At the post office.")
    offer = desk.last(DESK)
    assert (offer.style, offer.text, offer.reply_to) == (Style.REACTION, "📤", "$m3")
    assert not to_asker(desk)
    await desk.taps(VERA, "📤", "$m3")
    assert "> At the post office." in to_asker(desk)[0]
    assert desk.last(DESK).thread == desk.store.cases[1].desk_thread


async def test_a_second_tap_on_the_same_words_sends_nothing(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "At the post office.")
    words = f"$m{desk.count}"
    await desk.taps(VERA, "📤", words)
    await desk.takes_back(VERA, f"$m{desk.count}", DESK)
    await desk.taps(VERA, "📤", words)
    assert sum("post office" in each.text for each in desk.said(WELCOME)) == 1
    await desk.at_desk(VERA, "At the town hall.")
    await desk.taps(VERA, "📤", f"$m{desk.count}")
    assert "town hall" in desk.last(WELCOME).text


async def test_the_tap_works_with_the_other_form_of_the_emoji(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "At the post office.")
    await desk.taps(VERA, "📤\ufe0f", "$m3")
    assert to_asker(desk)


@pytest.mark.parametrize("who", [WIM, OMAR, ANNA])
async def test_nobody_sends_somebody_elses_words(desk: Counter, who: str) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "At the post office.")
    await desk.taps(who, "📤", "$m3")
    assert not to_asker(desk)


async def test_another_reaction_sends_nothing(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, "At the post office.")
    await desk.taps(VERA, "👍", "$m3")
    assert not to_asker(desk)


async def test_words_of_who_has_not_the_case_are_not_offered(desk: Counter) -> None:
    await desk.at_desk(VERA, "!claim")
    before = len(desk.store.outbox)
    await desk.at_desk(WIM, "I think it is the post office.")
    assert len(desk.store.outbox) == before


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1).filter(lambda text: text.strip()), max_size=5))
async def test_plain_words_never_reach_the_asker_by_themselves(texts: list[str]) -> None:
    counter = await with_case()
    await counter.at_desk(VERA, "!claim")
    for text in texts:
        for who in (VERA, WIM, EVA):
            await counter.at_desk(who, f"talk: {text}")
    assert not to_asker(counter)


@pytest.mark.parametrize(
    "command", ["!claim", "!answer x", "!vet", "!close", "!queue", "!nonsense"]
)
async def test_commands_are_for_responders_only(desk: Counter, command: str) -> None:
    await desk.at_desk(BEN, command)
    assert "Only people listed as responders" in desk.last(DESK).text
    assert desk.store.cases[1].status is Status.OPEN


async def test_an_unknown_command_is_told(desk: Counter) -> None:
    await desk.at_desk(VERA, "!publish")
    assert "no command !publish" in desk.last(DESK).text


@pytest.mark.parametrize("words", ["!anser At the office.", "!!! Look at this", "!answer-At"])
async def test_what_looks_like_a_command_is_never_offered_to_be_sent(
    desk: Counter, words: str
) -> None:
    """One tap sent the asker "!answer: …"."""
    await desk.at_desk(VERA, "!claim")
    await desk.at_desk(VERA, words)
    assert "There is no command" in desk.last(DESK).text
    assert desk.last(DESK).style is not Style.REACTION


@pytest.mark.parametrize("words", ["!clam 1", "!qeue", "!!"])
async def test_a_responders_typo_in_a_direct_chat_is_no_question(desk: Counter, words: str) -> None:
    """It became a case that alerted volunteers."""
    await desk.says(VERA, words, CHAT)
    assert "There is no command" in desk.last(CHAT).text
    assert list(desk.store.cases) == [1]


@pytest.mark.parametrize("room", [CHAT, DESK])
async def test_a_note_from_elsewhere_comes_into_the_cases_thread(desk: Counter, room: str) -> None:
    """It was lost without a word."""
    await desk.says(VERA, "!note 1 They moved.", room)
    note = f"$m{desk.count}"
    thread = [e.text for e in desk.said(DESK) if e.thread == desk.store.cases[1].desk_thread]
    assert thread[-1] == f"{VERA} notes:\n\n> They moved."
    assert "stands in the thread of case 1" in desk.last(room).text
    assert not to_asker(desk)
    await desk.takes_back(VERA, note, room)
    assert not any("They moved." in text for text in desk.shown(DESK))
    await desk.says(VERA, "!note 1", room)
    assert "!note and your words" in desk.last(room).text


async def test_the_command_that_was_meant_is_named(desk: Counter) -> None:
    await desk.says(VERA, "!clam 1", CHAT)
    assert "Is it !claim?" in desk.last(CHAT).text


async def test_a_command_mended_in_a_direct_chat_is_done(desk: Counter) -> None:
    """The edit became a case."""
    await desk.says(VERA, "!clam 1", CHAT)
    await desk.edits(VERA, f"$m{desk.count}", "!claim 1", CHAT)
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    assert "has taken case 1" in desk.last(CHAT).text
    assert list(desk.store.cases) == [1]


async def test_a_responder_may_ask_for_people_like_anybody(desk: Counter) -> None:
    await desk.says(VERA, "!people Where do I get a boat licence?", CHAT)
    assert desk.store.cases[2].asker == desk.keys[VERA]


@pytest.mark.parametrize("words", ["!help", "help", "Help!", "!hulp", "!claim 1", "!xyz hoe gaat?"])
async def test_a_citizen_who_calls_for_help_reads_what_the_bot_does(
    desk: Counter, words: str
) -> None:
    """It opened a case."""
    await desk.says(BEN, words, CHAT)
    assert "Loket" in desk.last(CHAT).text
    assert "!people" in desk.last(CHAT).text or "!mensen" in desk.last(CHAT).text
    assert list(desk.store.cases) == [1]


async def test_an_askers_call_for_help_in_their_thread_comes_to_the_desk(desk: Counter) -> None:
    await desk.asks("Where do I get a boat licence?", BEN, CHAT)
    await desk.says(BEN, "Help!", CHAT, thread=f"$m{desk.count}")
    assert "> Help!" in desk.last(DESK).text
    assert desk.last(DESK).thread == desk.store.cases[2].desk_thread


async def test_a_citizen_who_needs_help_with_something_is_brought_to_people(desk: Counter) -> None:
    await desk.says(BEN, "help me with my boat licence", CHAT)
    assert desk.store.cases[2].question == "help me with my boat licence"


@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize("words", ["!answer 1 where do they sell it?", "!anser 1 who sells it?"])
async def test_a_responders_command_in_a_community_room_is_no_question(
    desk: Counter, words: str, addressed: bool
) -> None:
    before = len(desk.said(WELCOME))
    await desk.says(VERA, words, WELCOME, addressed=addressed)
    assert list(desk.store.cases) == [1]
    assert len(desk.said(WELCOME)) == before


async def test_a_responders_command_in_the_askers_thread_is_no_answer(desk: Counter) -> None:
    await desk.says(BEN, "Where do I get a boat licence?")
    await desk.says(VERA, "!claim 2", WELCOME, thread=f"$m{desk.count}")
    assert desk.store.cases[2].status is Status.WAITING


async def test_a_command_outside_a_case_is_told_where_to_write(desk: Counter) -> None:
    await desk.says(VERA, "!claim", DESK)
    assert "Which case?" in desk.last(DESK).text
    assert "!claim 12" in desk.last(DESK).text


async def test_a_reply_to_the_card_counts_as_its_thread(desk: Counter) -> None:
    """Clients without threads can only reply."""
    card = desk.store.events[desk.said(DESK)[0].key]
    await desk.says(VERA, "!claim", DESK, reply_to=card)
    assert desk.store.cases[1].status is Status.CLAIMED


async def test_a_command_too_early_is_told_what_comes_first(desk: Counter) -> None:
    await desk.at_desk(OMAR, "!vet")
    assert "nobody has taken it yet" in desk.last(DESK).text


async def test_closing_without_an_answer_tells_the_asker(desk: Counter) -> None:
    await desk.at_desk(VERA, "!close")
    assert not to_asker(desk)
    assert "The asker reads it" in desk.last(DESK).text
    await desk.at_desk(VERA, "!close This room is about permits.")
    assert "closed your question without an answer" in to_asker(desk)[0]
    assert "> This room is about permits." in to_asker(desk)[0]
    assert desk.last(WELCOME).mentions == (desk.keys[ANNA],)
    assert desk.store.cases[1].status is Status.CLOSED


async def test_closing_after_an_answer_is_quiet(desk: Counter) -> None:
    await desk.at_desk(VERA, "!answer At the post office.")
    before = len(to_asker(desk))
    await desk.at_desk(VERA, "!close")
    assert len(to_asker(desk)) == before


async def test_the_queue_lists_open_cases(desk: Counter) -> None:
    await desk.asks("Where do I get a boat licence?", who=BEN)
    await desk.says(VERA, "!queue", DESK)
    text = desk.last(DESK).text
    assert text.startswith("2 open:")
    assert "Case 1 · nobody has it" in text
    assert "Case 2" in text


async def test_help_lists_every_command(desk: Counter) -> None:
    await desk.says(VERA, "!help", DESK)
    for verb in Verb:
        assert verb is Verb.HELP or f"!{verb}" in desk.last(DESK).text


@pytest.mark.parametrize("number", ["2", "2.", "2:"])
async def test_words_behind_another_cases_number_go_to_nobody_in_a_thread(
    desk: Counter, number: str
) -> None:
    """With a sign behind the number they went to the asker of the thread's case."""
    await desk.asks("Where do I get salt?", BEN)
    before = desk.shown(WELCOME)
    await desk.at_desk(VERA, f"!answer {number} On the beach.")
    assert desk.shown(WELCOME) == before


async def test_a_sign_behind_a_cases_number_does_not_hide_the_case(desk: Counter) -> None:
    """The desk asked which case."""
    await desk.says(VERA, "!claim 1.", DESK)
    assert desk.store.cases[1].claimed_by == desk.keys[VERA]
    await desk.says(VERA, "!answer 1: On the beach.", DESK)
    assert "> On the beach." in desk.last(WELCOME).text
