"""What the bot says to Matrix events. Pure."""

from __future__ import annotations

import json
from typing import Any

from bot.errors import Undeliverable
from bot.messages import Outgoing, Style

SIZE_LIMIT = 60_000
"""Bytes of a content. A homeserver takes events of 65,536, its own additions included."""

CUT = "\n[…]"
"""Ends a text whose end did not fit, going out or coming in."""

_MSGTYPES = {Style.NOTICE: "m.notice", Style.TEXT: "m.text"}


def content_of(outgoing: Outgoing) -> tuple[str, dict[str, Any]]:
    """The event type and content that say it.

    ``m.mentions`` is always there, so that clients look for nobody's name in the text.

    Raises:
        Undeliverable: It is a reaction to nothing.
    """
    if outgoing.style is Style.REACTION:
        if outgoing.reply_to is None:
            raise Undeliverable("a reaction needs the event that it reacts to")
        relation: dict[str, Any] = {
            "rel_type": "m.annotation",
            "event_id": outgoing.reply_to,
            "key": outgoing.text,
        }
        return "m.reaction", {"m.relates_to": relation}

    content: dict[str, Any] = {
        "msgtype": _MSGTYPES[outgoing.style],
        "body": _encodable(outgoing.text),
        "m.mentions": {"user_ids": list(outgoing.mentions)} if outgoing.mentions else {},
    }
    if outgoing.html:
        content["format"] = "org.matrix.custom.html"
        content["formatted_body"] = _encodable(outgoing.html)
    if outgoing.thread is not None:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": outgoing.thread,
            # Clients without threads show a reply; the others don't quote.
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": outgoing.reply_to or outgoing.thread},
        }
    elif outgoing.reply_to is not None:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": outgoing.reply_to}}
    return "m.room.message", _fitting(content)


def _fitting(content: dict[str, Any]) -> dict[str, Any]:
    """The same without HTML, or with a shorter text, where it would be refused as too large."""
    if _size(content) <= SIZE_LIMIT:
        return content
    plain = {key: value for key, value in content.items() if "format" not in key}
    body = plain["body"]
    too_much = _size(plain) - SIZE_LIMIT
    while too_much > 0:
        # At most four bytes a character, six where it is escaped.
        body = body[: -max(1, too_much // 6)]
        too_much = _size(plain | {"body": body + CUT}) - SIZE_LIMIT
        plain["body"] = body + CUT
    return plain


def _size(content: dict[str, Any]) -> int:
    return len(json.dumps(content, ensure_ascii=False).encode())


def _encodable(text: str) -> str:
    # Half of a surrogate pair makes Synapse answer 500: the message would be tried for ever.
    return text.encode(errors="replace").decode()
