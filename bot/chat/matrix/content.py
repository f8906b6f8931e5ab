"""What the bot says to Matrix events. Pure."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from bot.chat.matrix.harmless import harmless, harmless_html
from bot.errors import Undeliverable
from bot.messages import MessageRef, Outgoing, Style

SIZE_LIMIT = 59_000
"""Bytes of the words in a content. A homeserver takes events of 65,536, with all it adds."""

CUT = "\n[…]"
"""Ends a text whose end did not fit, going out or coming in."""

KEY = "nl.loket.key"
"""Where a content holds the key of what was said: to find it again after a crash, and so that
two such bots in one room leave each other alone."""

_MSGTYPES = {Style.NOTICE: "m.notice", Style.TEXT: "m.text"}


SEALED_LIMIT = 42_000
"""The same where the event is encrypted, which makes it a third longer."""


def content_of(outgoing: Outgoing, limit: int = SIZE_LIMIT) -> tuple[str, dict[str, Any]]:
    """The event type and content that say it.

    ``m.mentions`` is always there, so that clients look for nobody's name in the text; nobody
    else's id in the words, nor ``@room``, means anything. An edit alerts nobody.

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
        return "m.reaction", {"m.relates_to": relation, KEY: outgoing.key}

    words: dict[str, Any] = {
        "msgtype": _MSGTYPES[outgoing.style],
        "body": harmless(_encodable(outgoing.text), outgoing.mentions),
    }
    if outgoing.html:
        words["format"] = "org.matrix.custom.html"
        words["formatted_body"] = harmless_html(_encodable(outgoing.html), outgoing.mentions)
    alerted = {"user_ids": list(outgoing.mentions)} if outgoing.mentions else {}
    if outgoing.replaces is not None:
        words = _fitting(words, limit // 2)
        relation = {"rel_type": "m.replace", "event_id": outgoing.replaces}
        return "m.room.message", {
            **_marked_as_edit(words),
            "m.new_content": words | {"m.mentions": alerted},
            "m.mentions": {},
            "m.relates_to": relation,
            KEY: outgoing.key,
        }
    content = _fitting(words, limit) | {"m.mentions": alerted, KEY: outgoing.key}
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
    return "m.room.message", content


def link_to(ref: MessageRef, user_id: str) -> str:
    """The address of an event; the server of somebody who is in its room tells where to ask."""
    server = quote(user_id.partition(":")[2], safe="")
    return (
        f"https://matrix.to/#/{quote(ref.room, safe='')}/{quote(ref.event, safe='')}?via={server}"
    )


def _marked_as_edit(words: dict[str, Any]) -> dict[str, Any]:
    # What clients show that don't know edits.
    marked = {"body": f"* {words['body']}"}
    if "formatted_body" in words:
        marked["formatted_body"] = f"* {words['formatted_body']}"
    return words | marked


def _fitting(words: dict[str, Any], limit: int) -> dict[str, Any]:
    """The same without HTML, or with a shorter text, where it would be refused as too large."""
    if _size(words) <= limit:
        return words
    plain = {key: value for key, value in words.items() if "format" not in key}
    body = plain["body"]
    too_much = _size(plain) - limit
    while too_much > 0:
        # At most four bytes a character, six where it is escaped.
        body = body[: -max(1, too_much // 6)]
        too_much = _size(plain | {"body": body + CUT}) - limit
        plain["body"] = body + CUT
    return plain


def _size(content: dict[str, Any]) -> int:
    return len(json.dumps(content, ensure_ascii=False).encode())


def _encodable(text: str) -> str:
    # Half of a surrogate pair makes Synapse answer 500: the message would be tried for ever.
    return text.encode(errors="replace").decode()
