"""What the bot may do in a room, and whether a homeserver can carry it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.chat.matrix.reading import mapping
from bot.ports import Finding

_INFINITE = float("inf")

_CREATORS_RULE_FROM = 12
"""The room version from which creators stand above all power levels."""

_THREADS_SINCE = (1, 4)
"""The version of the specification that brought threads."""

_PROMISED = {
    "m.room.message": "write",
    "m.reaction": "react",
    "m.room.redaction": "take back what it said",
}
"""Type of event → what the bot can't do without it."""


def power_of(user_id: str, create: Mapping[str, Any], levels: Mapping[str, Any]) -> float:
    """A member's power in a room; infinite for its creators from room version 12 on.

    Args:
        user_id: The member.
        create: The event ``m.room.create``.
        levels: The event ``m.room.power_levels``; empty when the room has none.
    """
    origin = mapping(create.get("content"))
    version = str(origin.get("room_version", "1"))
    more = origin.get("additional_creators")
    creators = [create.get("sender"), *(more if isinstance(more, list) else [])]
    if version.isdecimal() and int(version) >= _CREATORS_RULE_FROM and user_id in creators:
        return _INFINITE
    if not levels:
        return 100 if create.get("sender") == user_id else 0
    content = mapping(levels.get("content"))
    users = mapping(content.get("users"))
    return level_of(users.get(user_id), level_of(content.get("users_default"), 0))


def room_finding(
    title: str,
    user_id: str,
    *,
    encrypted: bool,
    unseals: bool = False,
    create: Mapping[str, Any],
    levels: Mapping[str, Any],
) -> Finding:
    """Whether the bot, a member, can work in a room with this state."""
    if encrypted and not unseals:
        text = "is encrypted, and matrix.encryption is false; the bot can't read there"
        return Finding(title, False, text, "set matrix.encryption to true")
    power = power_of(user_id, create, levels)
    content = mapping(levels.get("content"))
    needed = mapping(content.get("events"))
    usual = level_of(content.get("events_default"), 0)
    for kind, what in _PROMISED.items():
        least = level_of(needed.get(kind), usual)
        if power < least:
            text = f"the bot may not {what}: it has power {power:g}, {least:g} is needed"
            return Finding(title, False, text, f"give {user_id} power {least:g} there")
    others = power >= level_of(content.get("redact"), 50)
    whose = "its own and others' words" if others else "its own words, not others'"
    return Finding(title, True, f"joined; the bot may write, react and take back {whose}")


def server_finding(told: Mapping[str, Any]) -> Finding:
    """Whether a homeserver with this answer to ``/versions`` can carry the bot."""
    listed = told.get("versions")
    found = [
        re.fullmatch(r"v(\d+)\.(\d+)", str(each))
        for each in (listed if isinstance(listed, list) else [])
    ]
    versions = [(int(each[1]), int(each[2])) for each in found if each]
    if not versions or max(versions) < _THREADS_SINCE:
        return Finding("homeserver", False, "is too old for threads", "update the homeserver")
    major, minor = max(versions)
    return Finding("homeserver", True, f"answers; Matrix up to v{major}.{minor}")


def level_of(value: Any, otherwise: float) -> float:
    """A power level as a number, or what holds where none is given."""
    # Before room version 10 a level may be a string.
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
