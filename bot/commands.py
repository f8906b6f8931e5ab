"""A responder's words at the desk: which command they are.

A command starts with ``!`` at the very beginning; everything else is plain talk, which stays
inside the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_COMMAND = re.compile(r"!([a-zA-Z]+)(?:\s+|$)(.*)", re.DOTALL)
_FIELD = re.compile(r"\s*([a-z_ ]+?)\s*:\s*(.*)", re.IGNORECASE)


class Verb(StrEnum):
    """What a responder can ask for."""

    CLAIM = "claim"
    RELEASE = "release"
    ANSWER = "answer"
    EDIT = "edit"
    VET = "vet"
    REJECT = "reject"
    CLOSE = "close"
    QUEUE = "queue"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """A command with the words behind it, stripped."""

    verb: Verb
    text: str


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """Looks like a command and is none."""

    word: str


def parse(text: str) -> Command | UnknownCommand | None:
    """The command; None for plain talk."""
    match = _COMMAND.fullmatch(text.strip())
    if not match:
        return None
    try:
        return Command(Verb(match[1].casefold()), match[2].strip())
    except ValueError:
        return UnknownCommand(match[1])


def parse_fields(text: str, names: tuple[str, ...]) -> dict[str, str]:
    """Lines of ``name: value``; a line that names no field goes on with the one before.

    Args:
        text: The words after the command.
        names: The fields there are, with underscores; people may write spaces.

    Raises:
        ValueError: The first line names no field; its text is that line.
    """
    values: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        match = _FIELD.fullmatch(line)
        word = match[1].casefold().replace(" ", "_") if match else ""
        if match and word in names:
            name = word
            values[name] = [match[2]]
        elif name:
            values[name].append(line)
        else:
            raise ValueError(line)
    return {name: "\n".join(lines).strip() for name, lines in values.items()}
