"""How long one key of a room is used: as the room says, within bounds.

A room may have its keys changed sooner than usual, never later: changing more often does no harm,
and a homeserver that forges the room's state gains nothing. Below an hour it is an hour, as in
other clients, or a busy room would cost a key for each device with every message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeGuard


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a key is not used any more, whichever comes first.

    The defaults are those of the Matrix specification for ``m.room.encryption``.

    Attributes:
        messages: How many it encrypts at the most, 1 to 100.
        age: How long, an hour to a week.
    """

    messages: int = 100
    age: timedelta = timedelta(days=7)


USUAL = Rotation()
_SHORTEST = timedelta(hours=1)


def rotation_in(content: Mapping[str, Any]) -> Rotation:
    """What the content of a room's ``m.room.encryption`` says; the usual where it doesn't."""
    messages, milliseconds = (content.get(f"rotation_period_{unit}") for unit in ("msgs", "ms"))
    found = USUAL
    if _counts(messages):
        found = Rotation(max(1, min(messages, USUAL.messages)), found.age)
    if _counts(milliseconds):
        # A number too great for a timedelta is bounded first.
        bounded = min(milliseconds, USUAL.age // timedelta(milliseconds=1))
        age = max(_SHORTEST, timedelta(milliseconds=bounded))
        found = Rotation(found.messages, age)
    return found


def _counts(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
