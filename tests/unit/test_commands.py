"""What counts as a responder's command."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands import Command, UnknownCommand, Verb, parse, parse_case, parse_fields, parse_until
from bot.hours import Calendar, Hours, period

NAMES = ("question", "answer", "valid_until")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("!claim", Command(Verb.CLAIM, "")),
        ("  !CLAIM  ", Command(Verb.CLAIM, "")),
        ("!answer Go to the desk.", Command(Verb.ANSWER, "Go to the desk.")),
        ("!answer\nLine one\n\nLine two", Command(Verb.ANSWER, "Line one\n\nLine two")),
        ("!vet", Command(Verb.VET, "")),
        ("!publish", UnknownCommand("publish")),
        ("!claim.", Command(Verb.CLAIM, "")),
        ("!claim!", Command(Verb.CLAIM, "")),
        ("! claim", Command(Verb.CLAIM, "")),
        ("！claim 2", Command(Verb.CLAIM, "2")),
        ("!answer: Go to the desk.", Command(Verb.ANSWER, "Go to the desk.")),
        ("!answer:Go", Command(Verb.ANSWER, "Go")),
        ("!answer, 2.50 euros.", Command(Verb.ANSWER, "2.50 euros.")),
        ("!claim: 2", Command(Verb.CLAIM, "2")),
        ("!vet.id", UnknownCommand("vet.id")),
        ("!clam 1", UnknownCommand("clam")),
        ("!ask-back why?", UnknownCommand("ask-back")),
        ("claim", None),
        ("I will !claim it", None),
        ("!!!", UnknownCommand("!!")),
        ("", None),
    ],
)
def test_words_and_the_command_they_are(text: str, command: object) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("clam", "claim"), ("qeue", "queue"), ("ask", "askback"), ("Anser", "answer"), ("xyz", "")],
)
def test_the_command_that_was_probably_meant(word: str, nearest: str) -> None:
    assert UnknownCommand(word).nearest == nearest


AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Hours(
    (Calendar(AMSTERDAM, (*((period("09:30-17:00"),) for _ in range(5)), (), ())),), AMSTERDAM
)
FRIDAY = datetime(2026, 3, 27, 9, tzinfo=AMSTERDAM).astimezone(UTC)
"""Two days before the clocks go forward."""


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("4h", "2026-03-27 13:00"),
        ("4u", "2026-03-27 13:00"),
        ("72h", "2026-03-30 10:00"),
        ("3d", "2026-03-30 09:00"),
        ("3 D", "2026-03-30 09:00"),
        ("1w", "2026-04-03 09:00"),
        ("tomorrow", "2026-03-30 09:30"),
        ("Morgen", "2026-03-30 09:30"),
        ("tuesday", "2026-03-31 09:30"),
        ("vrijdag", "2026-04-03 09:30"),
        ("2026-04-01", "2026-04-01 09:30"),
    ],
)
def test_until_when_a_case_is_left_alone(text: str, wall: str) -> None:
    """Three days from 9:00 ended at 10:00 where the clocks went forward."""
    until = parse_until(text, FRIDAY, AMSTERDAM, OFFICE)
    assert f"{until.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}" == wall


def test_a_day_begins_at_nine_where_always_somebody_is() -> None:
    until = parse_until("tomorrow", FRIDAY, AMSTERDAM, Hours())
    assert until == datetime(2026, 3, 28, 9, tzinfo=AMSTERDAM)


def test_ninety_days_are_the_most_over_a_change_of_the_clocks_too() -> None:
    summer = datetime(2026, 9, 1, 9, tzinfo=AMSTERDAM).astimezone(UTC)
    assert parse_until("90d", summer, AMSTERDAM, Hours()) > summer
    with pytest.raises(ValueError, match="91d"):
        parse_until("91d", summer, AMSTERDAM, Hours())


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Tomorrow.", "tomorrow"),
        ("tot morgen", "morgen"),
        ("2 days", "2d"),
        ("1 day.", "1d"),
        ("3 dagen", "3d"),
        ("2 weeks", "2w"),
        ("1 week", "1w"),
        ("4 hours", "4h"),
        ("4 uur", "4h"),
        ("until monday", "monday"),
        ("next Monday!", "monday"),
        ("volgende maandag", "maandag"),
        ("until 2026-04-01.", "2026-04-01"),
    ],
)
def test_until_when_may_be_said_as_people_say_it(text: str, same: str) -> None:
    """They were refused with the help."""
    until = parse_until(text, FRIDAY, AMSTERDAM, OFFICE)
    assert until == parse_until(same, FRIDAY, AMSTERDAM, OFFICE)


@pytest.mark.parametrize("text", ["next", "until", "days", "2 months", "9999 weeks", "tomorrow?"])
def test_what_names_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        parse_until(text, FRIDAY, AMSTERDAM, OFFICE)


def test_ninety_days_in_hours_are_no_more_where_the_clocks_change() -> None:
    assert parse_until("2160h", FRIDAY, AMSTERDAM, OFFICE) > FRIDAY
    with pytest.raises(ValueError, match="2162h"):
        parse_until("2162h", FRIDAY, AMSTERDAM, OFFICE)


@pytest.mark.parametrize("text", ["2", "#2", "2.", "2!", "2:"])
def test_a_sign_behind_a_cases_number_does_not_hide_it(text: str) -> None:
    assert parse_case(text) == (2, "")
    assert parse_case(f"{text} At the beach.") == (2, "At the beach.")


@pytest.mark.parametrize("text", ["2.50 euros", "2:30 is too late", "2, 3 or 4 days"])
def test_a_number_that_goes_on_is_no_cases(text: str) -> None:
    assert parse_case(text) == (None, text)


def test_fields_may_go_over_several_lines() -> None:
    text = "question: How?\nanswer: First this.\n\nThen: that.\nValid until: 2027-01-01"
    assert parse_fields(text, NAMES) == {
        "question": "How?",
        "answer": "First this.\n\nThen: that.",
        "valid_until": "2027-01-01",
    }


def test_a_first_line_without_a_field_is_an_error_that_shows_it() -> None:
    with pytest.raises(ValueError, match="colour: red"):
        parse_fields("colour: red", NAMES)
