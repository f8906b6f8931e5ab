"""Who takes which topics."""

from __future__ import annotations

from bot.config import Responder, Role
from bot.coverage import uncovered
from tests.counter import OMAR, VERA

TOPICS = {"fish", "birds", "bees"}


def test_a_topic_that_no_responder_lists_is_uncovered() -> None:
    vera = Responder(VERA, Role.VOLUNTEER, topics=("fish",))
    omar = Responder(OMAR, Role.OFFICIAL, "UWV", topics=("bees", "tax"))
    assert uncovered(TOPICS | {"Fish "}, [vera, omar]) == ["birds"]


def test_who_lists_no_topics_takes_all_of_them() -> None:
    vera = Responder(VERA, Role.VOLUNTEER, topics=("fish",))
    assert not uncovered(TOPICS, [vera, Responder(OMAR, Role.OFFICIAL, "UWV")])


def test_without_responders_nothing_is_covered() -> None:
    assert uncovered(TOPICS, []) == sorted(TOPICS)
