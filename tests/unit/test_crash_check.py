"""The crash test's count can fail: it sees what is lost, doubled, or owed to nobody."""

from __future__ import annotations

from itertools import islice
from typing import Any

from stage.crash.check import Duty, Verdict, judge
from stage.crash.plan import RANDOM, STEPS, Plot, Story, deaths, stories

BOT = "@loket:localhost"
ROOM, DESK = "!room", "!desk"
ANSWER = Duty("answer", 1, ROOM, "$asked", "Go to the counter.")
CARD = Duty("card", 2, DESK, "", "> Where do I get it 2?")
OFFER = Duty("offer", 2, DESK, "$note", "📤")


def message(id: str, text: str, thread: str | None = None, sender: str = BOT) -> dict[str, Any]:
    content: dict[str, Any] = {"msgtype": "m.notice", "body": text}
    if thread:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": thread,
            "m.in_reply_to": {"event_id": thread},
        }
    return {"type": "m.room.message", "event_id": id, "sender": sender, "content": content}


def reaction(id: str, to: str, key: str = "📤") -> dict[str, Any]:
    relation = {"rel_type": "m.annotation", "event_id": to, "key": key}
    content = {"m.relates_to": relation}
    return {"type": "m.reaction", "event_id": id, "sender": BOT, "content": content}


ASKED = message("$asked", "How do I get it 1?", sender="@anna:localhost")
ANSWERED = message("$answer", "Go to the counter.\n\nI am a bot.", thread="$asked")
BRIEFED = message("$card", "Case 2\n\n> Where do I get it 2?\n\n!claim takes it")
OFFERED = reaction("$offer", "$note")
JOINED = {"type": "m.room.member", "event_id": "$in", "sender": BOT, "content": {}}


def counted(*events: dict[str, Any], at_desk: tuple[dict[str, Any], ...] = ()) -> Verdict:
    timelines = {ROOM: [JOINED, ASKED, *events], DESK: list(at_desk)}
    return judge([ANSWER, CARD, OFFER], ["$asked"], timelines, BOT)


def test_all_that_was_owed_said_once_is_good() -> None:
    verdict = counted(ANSWERED, at_desk=(BRIEFED, OFFERED))
    assert verdict.good
    assert verdict.met == {"answer": 1, "card": 1, "offer": 1}
    assert verdict.heard == 1


def test_an_answer_that_never_came_is_lost() -> None:
    verdict = counted(at_desk=(BRIEFED, OFFERED))
    assert not verdict.good
    assert list(verdict.lost) == [ANSWER]


def test_an_answer_in_another_place_does_not_count() -> None:
    elsewhere = message("$answer", "Go to the counter.", thread="$other")
    verdict = counted(elsewhere, at_desk=(BRIEFED, OFFERED))
    assert list(verdict.lost) == [ANSWER]
    assert list(verdict.strays) == [elsewhere]


def test_an_answer_said_twice_is_doubled() -> None:
    again = {**ANSWERED, "event_id": "$again"}
    verdict = counted(ANSWERED, again, at_desk=(BRIEFED, OFFERED))
    assert not verdict.good
    assert list(verdict.doubled) == [(ANSWER, ["$answer", "$again"])]


def test_a_card_opened_twice_is_doubled() -> None:
    again = {**BRIEFED, "event_id": "$again"}
    verdict = counted(ANSWERED, at_desk=(BRIEFED, again, OFFERED))
    assert list(verdict.doubled) == [(CARD, ["$card", "$again"])]


def test_a_second_reaction_is_doubled() -> None:
    again = reaction("$again", "$note")
    verdict = counted(ANSWERED, at_desk=(BRIEFED, OFFERED, again))
    assert list(verdict.doubled) == [(OFFER, ["$offer", "$again"])]


def test_a_handover_beside_an_answer_is_owed_to_nobody() -> None:
    handover = message("$handover", "I have brought it to people.", thread="$asked")
    verdict = counted(ANSWERED, handover, at_desk=(BRIEFED, OFFERED))
    assert not verdict.good
    assert list(verdict.strays) == [handover]


REDACTED = {**message("$answer", ""), "content": {}, "unsigned": {"redacted_because": {}}}
TAKEN_BACK = Duty("answer, taken back", 1, ROOM, "$answer", "")
REDACTION = {
    "type": "m.room.redaction",
    "event_id": "$redaction",
    "sender": BOT,
    "redacts": "$answer",
    "content": {},
}


def with_answer_taken_back(*events: dict[str, Any]) -> Verdict:
    duties = [ANSWER, TAKEN_BACK]
    return judge(duties, ["$asked"], {ROOM: [ASKED, *events]}, BOT, {"$answer": ANSWER})


def test_what_had_to_be_taken_back_is_known_by_its_id() -> None:
    assert with_answer_taken_back(REDACTED, REDACTION).good


def test_what_is_still_there_was_not_taken_back() -> None:
    assert list(with_answer_taken_back(ANSWERED).lost) == [TAKEN_BACK]


def test_what_was_taken_back_without_need_is_owed_to_nobody_and_missing() -> None:
    verdict = judge([ANSWER], ["$asked"], {ROOM: [ASKED, REDACTED, REDACTION]}, BOT)
    assert list(verdict.lost) == [ANSWER]
    assert list(verdict.strays) == [REDACTED, REDACTION]


def test_the_same_words_owed_twice_are_counted_apart() -> None:
    twice = [ANSWER, Duty("answer", 1, ROOM, "$asked", "Go to the counter.")]
    once = judge(twice, ["$asked"], {ROOM: [ASKED, ANSWERED]}, BOT)
    both = {ROOM: [ASKED, ANSWERED, {**ANSWERED, "event_id": "$again"}]}
    assert len(once.lost) == 1
    assert judge(twice, ["$asked"], both, BOT).good


def sealed(id: str, thread: str) -> dict[str, Any]:
    relation = {"rel_type": "m.thread", "event_id": thread}
    content = {"algorithm": "m.megolm.v1.aes-sha2", "m.relates_to": relation}
    return {"type": "m.room.encrypted", "event_id": id, "sender": BOT, "content": content}


def test_what_is_encrypted_counts_by_the_question_that_it_hangs_on() -> None:
    once, again = sealed("$answer", "$asked"), sealed("$again", "$asked")
    assert counted(once, at_desk=(BRIEFED, OFFERED)).good
    twice = counted(once, again, at_desk=(BRIEFED, OFFERED))
    assert list(twice.doubled) == [(ANSWER, ["$answer", "$again"])]
    elsewhere = sealed("$other", "$nothing")
    assert list(counted(elsewhere, at_desk=(BRIEFED, OFFERED)).strays) == [elsewhere]


def test_what_people_said_must_stand_on_the_timeline() -> None:
    verdict = judge([], ["$asked", "$vanished"], {ROOM: [ASKED]}, BOT)
    assert not verdict.good
    assert list(verdict.unheard) == ["$vanished"]


def told(seed: int) -> list[Story]:
    return list(islice(stories(seed, long=True), 200))


def test_the_same_seed_gives_the_same_plan() -> None:
    assert list(islice(deaths(3), 100)) == list(islice(deaths(3), 100))
    assert told(3) == told(3)
    assert told(3) != told(4)


def test_a_plan_ends_lives_at_every_step_and_at_random() -> None:
    planned = {death.step or RANDOM for death in islice(deaths(1), 100)}
    assert planned == {*STEPS, RANDOM}


def test_no_two_stories_share_a_number_or_a_word() -> None:
    heard = told(1)
    words = [word for story in heard for word in story.words.split()]
    assert len({story.number for story in heard}) == len(heard)
    assert len(set(words)) == len(words)


def test_a_short_trial_has_no_stories_that_take_a_minute() -> None:
    assert Plot.LEFT in {story.plot for story in told(1)}
    assert Plot.LEFT not in {story.plot for story in islice(stories(1, long=False), 500)}
