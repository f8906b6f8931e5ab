"""One plain example of each thing a store keeps; a test changes what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.cases import Case
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from knowledge.entry import Entry

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ASKER = "@ada:example.org"


def ref(event: str = "$1", room: str = "!welcome", front: str = "matrix") -> MessageRef:
    return MessageRef(front, room, event)


def message(event: str = "$1", **changes: Any) -> Message:
    return Message(
        **{
            "ref": ref(event),
            "place": Place.COMMUNITY,
            "sender": ASKER,
            "kind": Kind.TEXT,
            "text": "How do I renew my passport?",
            "sent_at": NOW,
            **changes,
        }
    )


def outgoing(key: str = "loket1", **changes: Any) -> Outgoing:
    return Outgoing(
        **{
            "key": key,
            "front": "matrix",
            "room": "!welcome",
            "style": Style.NOTICE,
            "text": "At the town hall.",
            **changes,
        }
    )


def case(asker: str, id: int = 1, **changes: Any) -> Case:
    return Case(
        **{
            "id": id,
            "asked": ref(),
            "root": "$1",
            "direct": False,
            "asker": asker,
            "question": "How do I renew my passport?",
            "lang": "en",
            "topic": "passport",
            "opened_at": NOW,
            **changes,
        }
    )


def entry(id: str = "passport", **changes: Any) -> Entry:
    return Entry(
        **{
            "id": id,
            "lang": "en",
            "topic": "passport",
            "question": "How do I renew my passport?",
            "answer": "At the town hall, by appointment.",
            "alternatives": ("Where can I get a new passport?",),
            "source": "https://example.org/passport",
            "body": "Gemeente Voorbeeld",
            "checked": date(2026, 1, 2),
            **changes,
        }
    )
