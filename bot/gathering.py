"""What the clock has to say: after what people said, and about many cases at once only once.

Rules:

- What people write or wait for goes first; what only the clock brings can wait.
- A few cases are told of in their threads. More of them at one look, with the same news for the
  same people, are told of in one message outside the threads. Each card is edited all the same.
- Cases that are brought up again are told of together, be they few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import briefing, replies
from bot.cases import Case
from bot.messages import MessageRef, Priority, Style, key_for
from bot.outcome import Outcome
from bot.routing import Rooms
from bot.words import Words

FEW = 5
"""So many cases at most are told of each by itself."""

_DAILY = "brought up again"
"""What comes at the beginning of a day, and for all its cases together."""

_NEWS: Mapping[str, str] = {
    "widened": "still_open_many",
    "brought up again": "still_open_many",
    "reminded": "idle_reminded_many",
    "lapsed": "lapsed_many",
    "woken": "woken_many",
}
"""What an outcome's reason is called in the catalogue when it is true of many cases."""


def unhurried(outcome: Outcome) -> Outcome:
    """The same outcome; what it says comes after all that people have to do with."""
    return replace(
        outcome,
        outgoing=tuple(replace(each, priority=Priority.UPKEEP) for each in outcome.outgoing),
    )


def gathered(outcomes: Sequence[Outcome], rooms: Rooms) -> list[Outcome]:
    """The same changes in fewer outcomes: what is true of many cases is told once.

    Args:
        outcomes: What one look at the clock changes, each about one case.
        rooms: Where the desk is.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Outcome]] = {}
    for each in outcomes:
        groups.setdefault((each.reason, _alerted(each)), []).append(each)
    told: list[Outcome] = []
    for (reason, alert), group in groups.items():
        cases = [each.case for each in group if each.case]
        if reason in _NEWS and len(cases) > (1 if reason == _DAILY else FEW):
            told.append(_once(reason, alert, group, cases, rooms))
        else:
            told += group
    return told


def _alerted(outcome: Outcome) -> tuple[str, ...]:
    return next((each.mentions for each in outcome.outgoing if not each.replaces), ())


def _once(
    reason: str,
    alert: tuple[str, ...],
    group: Sequence[Outcome],
    cases: Sequence[Case],
    rooms: Rooms,
) -> Outcome:
    first = min(cases, key=lambda case: case.id)
    at = MessageRef(rooms.front, rooms.desk, f"{first.id} {first.version}")
    style = Style.TEXT if alert else Style.NOTICE
    words = _words(_NEWS[reason], cases, rooms)
    told = rooms.outside(key_for(at, f"{reason} together"), words, alert=alert, style=style)
    # One message about them all does not wait behind every card.
    edits = (each for outcome in group for each in outcome.outgoing if each.replaces)
    return Outcome(reason, cases=tuple(cases), outgoing=(told, *edits))


def _words(name: str, cases: Sequence[Case], rooms: Rooms) -> Words:
    numbers = ", ".join(str(number) for number in sorted(case.id for case in cases))
    looks = [case.look_at for case in cases if case.look_at]
    at = briefing.moment(min(looks), rooms.zone, rooms.desk_lang) if looks else "—"
    return replies.plain(rooms.desk_lang, name, count=len(cases), cases=numbers, at=at)
