"""The homeserver's timelines against what the bot had to say. Pure.

Rules:

- Each duty is met by exactly one event: none is a loss, a second one a doubling.
- What the bot said and no duty explains is a stray: an answer to what needed none, a handover
  beside an answer.
- What had to be taken back has lost its words, so it is known by its id.
- A card at the desk is edited as its case goes on; how often is the bot's affair. Its last edit
  has to show where the case stands.
- Every key stands once: what the bot says twice in whatever way is doubled.
- What is encrypted shows where it hangs, but not its words: one duty hangs on each such question.
- What people said must stand there too, once; else the trial proves nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Event = Mapping[str, Any]

KEY = "nl.loket.key"
"""Under which the bot's events carry the key of what they say."""

_SAID = ("m.room.message", "m.reaction", "m.room.redaction", "m.room.encrypted")


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that the bot has to say, once.

    Attributes:
        what: For people, for example ``carried``.
        about: The number of the story.
        room: Where.
        to: The event that it hangs on: a thread's root, a message replied or reacted to; empty:
            it hangs on none.
        text: What its text holds; of a reaction the key; empty: it takes ``to`` back.
    """

    what: str
    about: int
    room: str
    to: str
    text: str

    def met_by(self, room: str, event: Event) -> bool:
        """Whether this event, which the bot sent, is what it had to say."""
        hangs_on = _hangs_on(event)
        at_its_place = self.to in hangs_on if self.to else not hangs_on
        return room == self.room and at_its_place and _holds(event, self.text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the timelines tell.

    Attributes:
        met: How many duties of each name were met by exactly one event.
        lost: Duties met by none.
        doubled: Duties met more than once, with the ids of all their events.
        strays: What the bot said without a duty.
        unheard: Ids of what people said that does not stand in the timelines.
        heard: How many things people said that do.
    """

    met: Mapping[str, int]
    lost: Sequence[Duty]
    doubled: Sequence[tuple[Duty, Sequence[str]]]
    strays: Sequence[Event]
    unheard: Sequence[str]
    heard: int

    @property
    def good(self) -> bool:
        """Whether nothing was lost and nothing doubled."""
        return not (self.lost or self.doubled or self.strays or self.unheard)


@dataclass(slots=True)
class _Count:
    duty: Duty
    events: list[str] = field(default_factory=list)


def judge(
    duties: Sequence[Duty],
    said: Iterable[str],
    timelines: Mapping[str, Sequence[Event]],
    bot: str,
    taken_back: Mapping[str, Duty] | None = None,
    cards: Mapping[str, Duty] | None = None,
) -> Verdict:
    """Counts.

    Args:
        duties: What the bot had to say.
        said: The ids of what people said.
        timelines: Room → its events.
        bot: The bot's user id.
        taken_back: Events of the bot's that it had to take back, and what each was; their words
            are gone.
        cards: Cards of cases → what their last edit has to show.
    """
    counts = [_Count(duty) for duty in duties]
    by_place: dict[tuple[str, str], list[_Count]] = defaultdict(list)
    for count in counts:
        by_place[count.duty.room, count.duty.to].append(count)
    strays: list[Event] = []
    there: Counter[str] = Counter()
    edits: dict[str, Event] = {}
    said_as: dict[str, list[str]] = defaultdict(list)
    for room, events in timelines.items():
        for event in events:
            if event["type"] not in _SAID:
                continue
            if event["sender"] != bot:
                there[event["event_id"]] += 1
                continue
            if key := event["content"].get(KEY):
                said_as[key].append(event["event_id"])
            if (card := _edits(event)) in (cards or {}):
                edits[card] = event
                continue
            if "redacted_because" in event.get("unsigned", {}):
                was = (taken_back or {}).get(event["event_id"])
                fitting = [count for count in counts if count.duty is was]
                if fitting:
                    fitting[0].events.append(event["event_id"])
                else:
                    strays.append(event)
                continue
            places = [(room, to) for to in _hangs_on(event)] or [(room, "")]
            fitting = [
                count
                for place in places
                for count in by_place[place]
                if _holds(event, count.duty.text)
            ]
            if not fitting:
                strays.append(event)
                continue
            # The same words may be owed twice: the first that is still owed has it.
            owed = next((count for count in fitting if not count.events), fitting[0])
            owed.events.append(event["event_id"])
    said = list(said)
    met = Counter(count.duty.what for count in counts if len(count.events) == 1)
    lost = [count.duty for count in counts if not count.events]
    for card, duty in (cards or {}).items():
        if card in edits and duty.text in edits[card]["content"]["m.new_content"]["body"]:
            met[duty.what] += 1
        else:
            lost.append(duty)
    doubled = [(count.duty, count.events) for count in counts if len(count.events) > 1]
    doubled += [
        (Duty("the same key", 0, "", key, ""), events)
        for key, events in said_as.items()
        if len(events) > 1
    ]
    return Verdict(
        met=met,
        lost=lost,
        doubled=doubled,
        strays=strays,
        unheard=[event for event in said if there[event] != 1],
        heard=sum(there[event] == 1 for event in said),
    )


def _edits(event: Event) -> str:
    """The event that it edits; empty: none."""
    relation = event["content"].get("m.relates_to", {})
    return str(relation["event_id"]) if relation.get("rel_type") == "m.replace" else ""


def _hangs_on(event: Event) -> set[str]:
    """The events that it is in the thread of, replies to, edits, reacts to or takes back."""
    content = event["content"]
    relation = content.get("m.relates_to", {})
    found = {
        relation.get("event_id"),
        relation.get("m.in_reply_to", {}).get("event_id"),
        event.get("redacts"),
        content.get("redacts"),
    }
    return {each for each in found if each}


def _holds(event: Event, text: str) -> bool:
    content = event["content"]
    if event["type"] == "m.room.encrypted":
        return bool(text)
    if event["type"] == "m.room.redaction" or not text:
        return event["type"] == "m.room.redaction" and not text
    if event["type"] == "m.reaction":
        return bool(content.get("m.relates_to", {}).get("key") == text)
    # A sign that is not seen keeps user ids from alerting anybody.
    return text in content.get("body", "").replace("\u2060", "")
