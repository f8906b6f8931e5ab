"""When the bot answers by itself, and when people get the question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.decision import Answer, Candidate, Escalate, Why, candidates, decide, past
from knowledge.calibrate import LARGEST_LEAD, confidence, lead
from knowledge.entry import Entry
from knowledge.ports import Hit

TODAY = date(2026, 11, 23)
BOUND = 1.2


def entry(entry_id: str, **changes: object) -> Entry:
    plain = Entry(entry_id, "en", "housing", f"{entry_id}?", "So.", source="https://example.org")
    return replace(plain, **changes)  # type: ignore[arg-type]


def hit(entry_id: str, score: float, knowledge: str = "") -> Hit:
    return Hit(entry_id, knowledge or entry_id, 0, score, score, 0.0)


def found(*hits: Hit) -> list[Candidate]:
    return [Candidate(each, entry(each.entry_id)) for each in hits]


def test_a_high_score_with_a_clear_lead_is_answered() -> None:
    verdict = decide(found(hit("a", 1.0), hit("b", 0.85)), BOUND)
    assert isinstance(verdict, Answer)
    assert verdict.best.entry.id == "a"


def test_nothing_found_goes_to_people() -> None:
    assert decide([], BOUND) == Escalate(Why.NOTHING)


def test_a_low_score_goes_to_people_with_what_was_near() -> None:
    near = found(hit("a", 0.8), hit("b", 0.1))
    assert decide(near, BOUND) == Escalate(Why.FAR, tuple(near))


def test_a_high_score_without_a_lead_goes_to_people() -> None:
    verdict = decide(found(hit("a", 1.3), hit("b", 1.299)), BOUND)
    assert isinstance(verdict, Escalate)
    assert verdict.why is Why.CLOSE_CALL


def test_a_translation_is_not_a_different_entry() -> None:
    near = found(hit("a", 1.0), hit("a-nl", 0.999, "a"), hit("b", 0.5))
    assert isinstance(decide(near, BOUND), Answer)


def test_a_lead_counts_only_so_much() -> None:
    """In a small index everything else is far away, whatever is asked."""
    assert lead([hit("a", 0.7), hit("b", 0.1)]) == LARGEST_LEAD
    assert isinstance(decide(found(hit("a", 0.7), hit("b", 0.1)), BOUND), Escalate)


def test_a_lone_entry_must_be_nearer_than_unrelated_ones_are() -> None:
    assert lead([hit("a", 0.84)]) == 0
    assert isinstance(decide(found(hit("a", 0.84)), BOUND), Escalate)
    assert isinstance(decide(found(hit("a", 1.1)), BOUND), Answer)


def test_no_hits_give_no_confidence() -> None:
    assert confidence([]) == 0


def test_unasked_the_bot_keeps_to_the_topics_of_the_room() -> None:
    near = found(hit("a", 1.1))
    assert isinstance(decide(near, BOUND, topics=["tax"]), Escalate)
    assert isinstance(decide(near, BOUND, topics=["tax", "housing"]), Answer)


def test_an_entry_of_another_place_is_not_served() -> None:
    entries = [entry("here", scope="utrecht"), entry("there", scope="delft"), entry("nation")]
    hits = [hit("there", 1.0), hit("here", 0.9), hit("nation", 0.8)]
    served = candidates(hits, entries, scope="utrecht", today=TODAY)
    assert [each.entry.id for each in served] == ["here", "nation"]


def test_an_entry_is_served_on_its_last_day_and_not_after() -> None:
    entries = [entry("a", valid_until=TODAY)]
    assert candidates([hit("a", 1.0)], entries, scope="nl", today=TODAY)
    assert not candidates([hit("a", 1.0)], entries, scope="nl", today=date(2026, 11, 24))


def test_the_nearest_past_its_last_day_is_set_aside_for_people() -> None:
    entries = [entry("a", valid_until=TODAY), entry("b")]
    hits, late = [hit("a", 1.3), hit("b", 1.0)], date(2026, 11, 24)
    assert past(hits, entries, scope="nl", today=TODAY) is None
    old = past(hits, entries, scope="nl", today=late)
    assert old == Candidate(hits[0], entries[0])
    assert past(hits[::-1], entries, scope="nl", today=late) is None
    near = candidates(hits, entries, scope="nl", today=late)
    verdict = decide(near, 0.9, old=old)
    assert verdict == Escalate(Why.EXPIRED, tuple(near), old, fits=True)
    assert verdict.nearest == (old, *near)
    assert decide(near, 2, old=old) == Escalate(Why.FAR, tuple(near), old)


def test_an_entry_without_source_is_not_served() -> None:
    assert not candidates([hit("a", 1.0)], [entry("a", source="")], scope="nl", today=TODAY)


def test_a_hit_whose_entry_was_withdrawn_is_not_served() -> None:
    assert not candidates([hit("gone", 1.0)], [entry("a")], scope="nl", today=TODAY)


NATION = entry("nation", question="When is waste collected?", answer="See your municipality.")
UTRECHT = replace(NATION, id="utrecht", scope="utrecht", answer="On Tuesdays.")
OTHER = entry("other")

WORDED = replace(UTRECHT, question="Waste day?", alternatives=("when is  waste collected",))
LINKED = replace(UTRECHT, question="Waste day?", translation_of="nation")
DUTCH = replace(UTRECHT, lang="nl")
ELSEWHERE = replace(UTRECHT, question="Waste day?")


@pytest.mark.parametrize(
    ("local", "scope", "served"),
    [
        (UTRECHT, "utrecht", ["utrecht", "other"]),
        (UTRECHT, "nl", ["nation", "other"]),
        (UTRECHT, "delft", ["nation", "other"]),
        (WORDED, "utrecht", ["utrecht", "other"]),
        (LINKED, "utrecht", ["utrecht", "other"]),
        # Another language, or other words without a link: nobody said that it is the same.
        (DUTCH, "utrecht", ["nation", "utrecht", "other"]),
        (ELSEWHERE, "utrecht", ["nation", "utrecht", "other"]),
    ],
)
def test_a_narrower_entry_stands_in_for_the_national_one_in_its_rooms_only(
    local: Entry, scope: str, served: list[str]
) -> None:
    hits = [hit("nation", 1.0), hit("utrecht", 0.9, local.knowledge), hit("other", 0.5)]
    found = candidates(hits, [NATION, local, OTHER], scope=scope, today=TODAY)
    assert [each.entry.id for each in found] == served


def test_what_stands_in_for_an_entry_is_as_near_as_that_one() -> None:
    """Else the better match, which is gone, would leave the bot unsure."""
    hits = [hit("nation", 1.0), hit("other", 0.8), hit("utrecht", 0.7)]
    found = candidates(hits, [NATION, UTRECHT, OTHER], scope="utrecht", today=TODAY)
    assert [(each.entry.id, each.hit.score) for each in found] == [("utrecht", 1.0), ("other", 0.8)]
    assert isinstance(decide(found, BOUND), Answer)


def test_translations_of_a_national_entry_give_way_with_it() -> None:
    dutch = replace(NATION, id="nation-nl", lang="nl", translation_of="nation")
    hits = [hit("nation-nl", 1.0, "nation"), hit("nation", 0.9), hit("utrecht", 0.8)]
    found = candidates(hits, [NATION, dutch, UTRECHT], scope="utrecht", today=TODAY)
    assert [(each.entry.id, each.hit.score) for each in found] == [("utrecht", 1.0)]


def test_what_stands_in_for_an_entry_need_not_be_found_itself() -> None:
    """An English question finds the translation only; the place's own entry is in Dutch."""
    dutch = replace(NATION, lang="nl", question="Wanneer wordt afval opgehaald?")
    english = replace(NATION, id="nation-en", translation_of="nation")
    local = replace(dutch, id="utrecht", scope="utrecht", answer="Op dinsdag.")
    hits = [hit("nation-en", 1.5, "nation"), hit("other", 0.5)]
    entries = [english, dutch, local, OTHER]
    found = candidates(hits, entries, scope="utrecht", today=TODAY)
    assert [(each.entry.id, each.hit.score) for each in found] == [("utrecht", 1.5), ("other", 0.5)]
    assert found[0].hit.knowledge == "utrecht"
    found = candidates(hits, entries, scope="delft", today=TODAY)
    assert [each.entry.id for each in found] == ["nation-en", "other"]


def test_what_stands_in_comes_with_its_translations() -> None:
    local_en = replace(UTRECHT, id="utrecht-en", translation_of="utrecht", question="Waste?")
    local = replace(UTRECHT, lang="nl", question="Wanneer wordt afval opgehaald?")
    nation = replace(NATION, id="nation-nl", lang="nl", question=local.question)
    hits = [hit("nation-nl", 1.5), hit("utrecht-en", 0.7, "utrecht")]
    found = candidates(hits, [nation, local, local_en], scope="utrecht", today=TODAY)
    assert [(each.entry.id, each.hit.score) for each in found] == [
        ("utrecht", 1.5),
        ("utrecht-en", 1.5),
    ]


def two_in_utrecht() -> list[Entry]:
    """The national entry is asked for in the words of both."""
    fee = replace(UTRECHT, id="fee", question="What does waste cost?", answer="5 euro.")
    return [replace(NATION, alternatives=(fee.question,)), UTRECHT, fee, OTHER]


def test_of_two_that_stand_in_for_one_entry_the_nearer_takes_its_score() -> None:
    """Both took it, so that neither led, and neither was ever given."""
    hits = [hit("nation", 1.5), hit("utrecht", 1.4), hit("fee", 0.8), hit("other", 0.5)]
    found = candidates(hits, two_in_utrecht(), scope="utrecht", today=TODAY)
    scores = [(each.entry.id, each.hit.score) for each in found]
    assert scores == [("utrecht", 1.5), ("fee", 0.8), ("other", 0.5)]
    assert isinstance(decide(found, BOUND), Answer)


@pytest.mark.parametrize(
    "hits",
    [[hit("utrecht", 0.801), hit("fee", 0.8)], [hit("other", 0.5)]],
    ids=["equally near", "neither found"],
)
def test_where_nobody_can_tell_which_of_two_stands_in_people_get_the_question(
    hits: list[Hit],
) -> None:
    hits = [hit("nation", 1.5), *hits]
    found = candidates(hits, two_in_utrecht(), scope="utrecht", today=TODAY)
    verdict = decide(found, BOUND)
    assert isinstance(verdict, Escalate)
    assert verdict.why is Why.CLOSE_CALL


def test_past_its_last_day_a_narrower_entry_leaves_its_question_to_people() -> None:
    """The national answer does not become right there by that."""
    over = replace(UTRECHT, valid_until=date(2026, 1, 1))
    hits, entries = [hit("nation", 1.0), hit("utrecht", 0.9)], [NATION, over]
    assert candidates(hits, entries, scope="utrecht", today=TODAY) == []
    old = past(hits, entries, scope="utrecht", today=TODAY)
    assert old
    assert old.entry == over
    assert candidates(hits, entries, scope="delft", today=TODAY)[0].entry == NATION


def test_a_translation_is_past_its_last_day_with_its_original() -> None:
    original = replace(NATION, valid_until=date(2026, 1, 1))
    dutch = replace(NATION, id="nation-nl", lang="nl", translation_of="nation")
    hits = [hit("nation", 1.5), hit("nation-nl", 1.4, "nation")]
    near = candidates(hits, [original, dutch], scope="nl", today=TODAY)
    old = past(hits, [original, dutch], scope="nl", today=TODAY)
    assert decide(near, BOUND, old=old) == Escalate(Why.EXPIRED, (), old, fits=True)
    # Nor where the translation alone is found.
    assert not candidates(hits[1:], [original, dutch], scope="nl", today=TODAY)
    assert past(hits[1:], [original, dutch], scope="nl", today=TODAY)
