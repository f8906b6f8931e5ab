"""Matrix events to messages. Pure; takes any JSON that a homeserver may relay.

Rules:

- Heard are texts, emotes, reactions, edits, redactions, and that there was a file or something
  encrypted. Notices are other bots'; what has a Loket's key, what was redacted and the bot's own
  events are nothing to answer.
- A text is what a reader of the room sees. Signs that can't be seen but are read by machines
  are dropped: controls, bidirectional overrides, Unicode tags.
- What can't be understood is no message; nothing in here raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.chat.matrix.content import CUT, KEY
from bot.messages import Kind, Message, MessageRef, Place

FRONT = "matrix"
"""The front's name in ``MessageRef``."""

TEXT_LIMIT = 16_000
"""Characters of a text that are kept; ``CUT`` shows that there were more."""

_KEY_LIMIT = 64
_EVENT_LIMIT = 100_000
# Not sets: what others write may not be hashable.
_FILES = ("m.image", "m.file", "m.audio", "m.video", "m.location")
_MEGOLM = ("m.megolm.v1.aes-sha2",)
_SEALED = ("type", "event_id", "origin_server_ts", "content")
"""What decryption needs of an event, but for who sent it."""
_ID_LIMIT = 255
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# C0 and C1 controls but tab and line feed; soft hyphen; Arabic letter mark; zero-width space,
# direction marks, embeddings, overrides, isolates and invisible operators; byte order mark; lone
# surrogates; the plane of tags and supplementary variation selectors, where text can be hidden.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Zero-width (non-)joiners belong to Persian, Indic scripts and emoji; elsewhere they hide.
_JOINED = "\u0250-\u1fff\u2070-\U000dffff"
_JOINER = re.compile(f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])")
_FALLBACK = re.compile(r"> (?:\* )?<@[^\n]*(?:\n>[^\n]*)*\n*")
_QUOTED_HTML = re.compile(r"<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)
_ASK = re.compile(r"!ask(?:\s*[:,]\s*|\s+|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is: what people call it when they speak to it.

    Attributes:
        user_id: For example ``@loket:example.org``.
        name: Its display name; empty when it has none.
    """

    user_id: str
    name: str = ""

    @property
    def localpart(self) -> str:
        """The user id without its sign and its server."""
        return self.user_id[1:].partition(":")[0]


def message_from(
    event: Any, room: str, place: Place, bot: Identity, now: datetime
) -> Message | None:
    """The message in a timeline event; None when there is nothing to hear.

    Args:
        event: The event as the homeserver gave it.
        room: The room's id.
        place: What kind of room that is.
        bot: Who is spoken to.
        now: The latest that the event can have been sent; another server's clock may be off.
    """
    event = _mapping(event)
    sender = _identifier(event.get("sender"))
    event_id = _identifier(event.get("event_id"))
    redacted = "redacted_because" in _mapping(event.get("unsigned"))
    if not sender or not event_id or redacted or "state_key" in event:
        return None
    content = _mapping(event.get("content"))
    found = _Found(
        MessageRef(FRONT, room, event_id),
        place,
        sender,
        _sent_at(event.get("origin_server_ts"), now),
    )
    if sender == bot.user_id:
        key = key_of(event)
        return found.message(Kind.SAID, key) if key else None
    if KEY in content:
        return None
    match event.get("type"):
        case "m.reaction":
            return _reaction(found, content)
        case "m.room.redaction":
            target = _identifier(event.get("redacts")) or _identifier(content.get("redacts"))
            return found.message(Kind.REDACTION, "", reply_to=target) if target else None
        case "m.room.encrypted":
            # Without its sender: what is kept of people is kept in one place, and goes from there.
            raw = (
                _json({key: event.get(key) for key in _SEALED})
                if content.get("algorithm") in _MEGOLM
                else ""
            )
            return found.message(Kind.UNREADABLE, raw) if 0 < len(raw) <= _EVENT_LIMIT else None
        case "m.room.message":
            return _words(found, content, bot)
    return None


def key_of(event: Any) -> str | None:
    """The key of what the bot said as this event of its own; None: it was not this bot."""
    event = _mapping(event)
    told = _mapping(event.get("content")).get(KEY)
    if told is None:
        # Only events of the same log-in have it; encrypted ones have nothing else.
        told = _mapping(event.get("unsigned")).get("transaction_id")
    return _identifier(told)


@dataclass(frozen=True, slots=True)
class _Found:
    """What every kind of message has."""

    ref: MessageRef
    place: Place
    sender: str
    sent_at: datetime

    def message(self, kind: Kind, text: str, **more: Any) -> Message:
        more["addressed"] = more.get("addressed", False) or self.place is Place.DIRECT
        return Message(self.ref, self.place, self.sender, kind, text, self.sent_at, **more)


def _reaction(found: _Found, content: Mapping[str, Any]) -> Message | None:
    relation = _mapping(content.get("m.relates_to"))
    target, key = _identifier(relation.get("event_id")), relation.get("key")
    if relation.get("rel_type") != "m.annotation" or not target or not isinstance(key, str):
        return None
    key = _readable(key[:_KEY_LIMIT])[0]
    return found.message(Kind.REACTION, key, reply_to=target) if key else None


def _words(found: _Found, content: Mapping[str, Any], bot: Identity) -> Message | None:
    relation = _mapping(content.get("m.relates_to"))
    edited = None
    if relation.get("rel_type") == "m.replace":
        edited = _identifier(relation.get("event_id"))
        content = _mapping(content.get("m.new_content"))
        if edited is None:
            return None
        relation = {}
    reply_to = _identifier(_mapping(relation.get("m.in_reply_to")).get("event_id"))
    mentioned = bot.user_id in _listed(_mapping(content.get("m.mentions")).get("user_ids"))
    thread = None
    if relation.get("rel_type") == "m.thread":
        thread = _identifier(relation.get("event_id"))
        if relation.get("is_falling_back") is True:
            # For clients without threads only; nobody chose to reply to that event.
            reply_to = None
    if content.get("msgtype") in _FILES:
        if edited is not None:
            return None
        return found.message(Kind.FILE, "", thread=thread, reply_to=reply_to, addressed=mentioned)
    body = content.get("body")
    if content.get("msgtype") not in ("m.text", "m.emote") or not isinstance(body, str):
        return None
    readable, hidden = _readable(body[: 2 * TEXT_LIMIT])
    text = _without_fallback(readable, is_reply=reply_to is not None)
    if not text:
        return None
    text, called = _without_call(text, bot, mentioned=mentioned)
    return found.message(
        Kind.TEXT if edited is None else Kind.EDIT,
        text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + CUT,
        thread=thread,
        reply_to=reply_to if edited is None else edited,
        addressed=mentioned or called,
        hidden=hidden,
    )


def completed_edit(edit: Message, original: Any) -> Message | None:
    """An edit with the thread of what it edits; None unless the same person wrote both.

    Homeservers pass on edits of other people's messages; clients ignore them.

    Args:
        edit: The sender is still the front's user id.
        original: The event edited, decrypted.
    """
    original = _mapping(original)
    if original.get("sender") != edit.sender or original.get("type") != "m.room.message":
        return None
    relation = _mapping(_mapping(original.get("content")).get("m.relates_to"))
    if relation.get("rel_type") == "m.replace":
        return None
    thread = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
    began = _sent_at(original.get("origin_server_ts"), edit.sent_at)
    return replace(edit, thread=_identifier(thread), sent_at=began)


def own_entry(events: Sequence[Any], user_id: str, *, invited: bool) -> int:
    """Where the part of a timeline begins that was written since the bot came into the room.

    Args:
        events: A timeline, oldest first.
        user_id: The bot's.
        invited: Whether it begins with the invitation rather than with the joining: what is
            written in a direct chat before the bot has come in is meant for the bot.

    Returns:
        0 when the timeline does not show the bot coming.
    """
    start = 0
    for index, event in enumerate(events):
        event = _mapping(event)
        if event.get("type") != "m.room.member" or event.get("state_key") != user_id:
            continue
        membership, before = _membership(event)
        # From "join" to "join" is a new name or picture only.
        came = membership == "join" and before != "join" and not (invited and before == "invite")
        if came or (invited and membership == "invite"):
            start = index + 1
    return start


def entries_of_others(events: Sequence[Any], user_id: str) -> int:
    """How many came into the room, the bot left out, as a part of its timeline shows."""
    return sum(
        event.get("type") == "m.room.member"
        and event.get("state_key") != user_id
        and _membership(event)[0] == "join" != _membership(event)[1]
        for event in map(_mapping, events)
    )


def _membership(event: Mapping[str, Any]) -> tuple[Any, Any]:
    """What an event about a member says, and what held before."""
    before = _mapping(_mapping(event.get("unsigned")).get("prev_content"))
    return _mapping(event.get("content")).get("membership"), before.get("membership")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _identifier(value: Any) -> str | None:
    good = isinstance(value, str) and 0 < len(value) <= _ID_LIMIT and value.isprintable()
    return value if good else None


def _json(event: Mapping[str, Any]) -> str:
    try:
        return json.dumps(event)
    except RecursionError:
        return ""


def _sent_at(milliseconds: Any, now: datetime) -> datetime:
    if isinstance(milliseconds, int) and 0 <= milliseconds < 2**53:
        try:
            return min(_EPOCH + timedelta(milliseconds=milliseconds), now)
        except OverflowError:
            return now
    return now


def _readable(text: str) -> tuple[str, int]:
    """The text as it is seen, and how many signs that are not seen were left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, unseen = _UNSEEN.subn("", text)
    text, joiners = _JOINER.subn("", text)
    return text.strip(), unseen + joiners


def _without_fallback(text: str, *, is_reply: bool) -> str:
    if is_reply and (quoted := _FALLBACK.match(text)):
        text = text[quoted.end() :]
    if quoted := _QUOTED_HTML.match(text):
        text = text[quoted.end() :]
    return text.strip()


def _without_call(text: str, bot: Identity, *, mentioned: bool) -> tuple[str, bool]:
    """The text without the bot's name or ``!ask`` in front, and whether one stood there."""
    called = False
    for pattern in (_call(bot, mentioned=mentioned), _ASK):
        if found := pattern.match(text):
            text = text[found.end() :]
            called = True
    return text, called


def _call(bot: Identity, *, mentioned: bool) -> re.Pattern[str]:
    link = "|".join(
        re.escape(f"https://matrix.to/#/{user}") for user in (bot.user_id, quote(bot.user_id))
    )
    names = "|".join(re.escape(name) for name in (bot.name, bot.localpart) if name)
    end = r"(?:\s*[:,]\s*|\s+|$)"
    # A bare name without a sign is a call only when the client says that it is a mention:
    # "Loket is closed" speaks about a counter.
    bare = end if mentioned else r"\s*[:,]\s*"
    address = rf"\[[^\]\n]*\]\((?:{link})[^)\s]*\)|(?:{link})|{re.escape(bot.user_id)}"
    # A colon and a server behind the sign and the name: another account of that name.
    signed = rf"@(?:{names})(?!:\S)"
    return re.compile(rf"(?:(?:{address}|{signed}){end}|(?:{names}){bare})", re.IGNORECASE)
