"""What counts as a responder's command."""

from __future__ import annotations

import pytest

from bot.commands import Command, UnknownCommand, Verb, parse, parse_fields

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
        ("claim", None),
        ("I will !claim it", None),
        ("! claim", None),
        ("!!!", None),
        ("", None),
    ],
)
def test_words_and_the_command_they_are(text: str, command: object) -> None:
    assert parse(text) == command


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
