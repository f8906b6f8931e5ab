"""From an encrypted event to the event as if it had been sent clear. Pure but for nio's store.

Rules:

- A session that belongs to somebody else's device reads nothing: the homeserver could hand one
  person's words to another.
- A place in a session is read for one event only: a homeserver could repeat words.
- Nobody takes words back from inside an encryption, where no homeserver checks whether they may.
- Relations count only outside the encryption, where every client puts them.
"""

from __future__ import annotations

import json
from typing import Any

from nio.crypto import InboundGroupSession, Olm

ALGORITHM = "m.megolm.v1.aes-sha2"

_NEVER_INSIDE = {"m.room.redaction", "m.room.encrypted"}
"""Types that count only outside an encryption: homeservers check who may take words back."""

_REFUSED: dict[str, Any] = {"type": "nl.loket.refused", "content": {}}
"""Takes the place of what is readable and must not be heard."""


def decrypted(olm: Olm, event: dict[str, Any], room: str) -> dict[str, Any] | None:
    """The event with clear type and content; None while no key reads it.

    Args:
        olm: Holds the keys.
        event: As the homeserver gave it.
        room: The room's id.
    """
    content, sender = event.get("content"), event.get("sender")
    if not isinstance(content, dict) or content.get("algorithm") != ALGORITHM:
        return None
    session = session_of(olm, content, room, sender)
    if session is None:
        return None
    try:
        plain, index = session.decrypt(content["ciphertext"])
        clear = json.loads(plain)
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    seen = (session.sender_key, session.id, index)
    here = (event.get("event_id"), event.get("origin_server_ts"))
    if olm.message_index_store.setdefault(seen, here) != here:
        return None
    if not isinstance(clear, dict) or clear.get("room_id") != room:
        return None
    inner = clear.get("content")
    if not isinstance(inner, dict) or not isinstance(clear.get("type"), str):
        return None
    if clear["type"] in _NEVER_INSIDE:
        return {**event, **_REFUSED}
    inner.pop("m.relates_to", None)
    if "m.relates_to" in content:
        inner["m.relates_to"] = content["m.relates_to"]
    return {**event, "type": clear["type"], "content": inner}


def session_of(
    olm: Olm, content: dict[str, Any], room: str, sender: Any
) -> InboundGroupSession | None:
    """The sender's session with which an encrypted content can be read, if it is known.

    ``sender_key`` is deprecated in events, so the session is found by its id. Anybody who has
    a session's key may pass it on as their own, so that the first of that id need not be theirs.
    """
    wanted = content.get("session_id")
    if not isinstance(wanted, str):
        return None
    for of_sender in olm.inbound_group_store[room].values():
        found: InboundGroupSession | None = of_sender.get(wanted)
        if found is not None and _may_speak_for(olm, sender, found):
            return found
    return None


def _may_speak_for(olm: Olm, sender: Any, session: InboundGroupSession) -> bool:
    if session.sender_key == olm.account.identity_keys["curve25519"]:
        return bool(sender == olm.user_id)
    # A device not known yet may be anybody's: it is asked for before its words are read.
    return knows(olm, sender, session.sender_key)


def knows(olm: Olm, user: Any, curve_key: Any) -> bool:
    """Whether this key is that of a device of this person."""
    devices = olm.device_store[user].values() if isinstance(user, str) else ()
    return any(device.curve25519 == curve_key for device in devices)
