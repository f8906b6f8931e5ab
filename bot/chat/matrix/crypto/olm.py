"""nio's Olm machine with its rough edges taken off; asks nobody anything.

Rules:

- A message to the device is opened once. The same one again, in a batch that comes again after a
  crash, changes nothing and is no sign of a broken session.
- A room's key never takes the place of a better one, nor of another device's in the database.
- What is malformed is no message; nothing in here raises for what others sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any

from nio.crypto import InboundGroupSession, Olm, OutgoingKeyRequest
from nio.store import MatrixStore
from peewee import DatabaseError
from unpaddedbase64 import decode_base64
from vodozemac import AnyOlmMessage, PreKeyMessage

from bot.chat.matrix.reading import mapping
from bot.errors import StoreUnavailable

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"

MOST_ASKED_FOR = 10_000
"""Sessions. Anybody can name as many as they like."""

_TAKEN = 20_000
"""How many messages taken are remembered; a batch that comes again holds a few hundred."""


class Opening(Enum):
    """What came of a message to the device."""

    DONE = auto()
    AGAIN = auto()
    """It was opened before."""
    BROKEN = auto()
    """The session with that device is broken; a new one mends it."""
    NOTHING = auto()
    """It is not for this device, or malformed."""


class Machine(Olm):  # type: ignore[misc]  # nio has no types.
    """The keys of one device of the bot, and what they open."""

    def __init__(self, user_id: str, device_id: str, store: MatrixStore) -> None:
        self._opened = self._broken = False
        store.database.execute_sql("CREATE TABLE IF NOT EXISTS loket_taken (digest PRIMARY KEY)")
        super().__init__(user_id, device_id, store)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All that is written inside is one transaction: after a crash all of it, or nothing.

        It is one write to the disk, too, instead of one for each session and key.

        Raises:
            StoreUnavailable: It can't be written.
        """
        try:
            with self.store.database.atomic():
                yield
        except DatabaseError as error:
            raise StoreUnavailable(f"{self.store.database_path}: {error}") from error

    def open(self, sender: str, content: Mapping[str, Any]) -> Opening:
        """Opens an encrypted message to the device, and keeps the key that it brings.

        Call it inside ``atomic``, so that a crash can't advance the session and lose the key.
        """
        own_key = self.account.identity_keys["curve25519"]
        mine = mapping(mapping(content.get("ciphertext")).get(own_key))
        sender_key, body, kind = content.get("sender_key"), mine.get("body"), mine.get("type")
        if content.get("algorithm") != OLM or not isinstance(sender_key, str):
            return Opening.NOTHING
        if not isinstance(body, str) or kind not in (0, 1):
            return Opening.NOTHING
        parts = f"{sender}\n{sender_key}\n{kind}\n{body}".encode(errors="replace")
        digest = hashlib.sha256(parts).hexdigest()
        if self._rows("SELECT 1 FROM loket_taken WHERE digest = ?", digest):
            return Opening.AGAIN
        self._opened = self._broken = False
        try:
            message = (
                PreKeyMessage.from_base64(body)
                if kind == 0
                else AnyOlmMessage.normal(decode_base64(body))
            )
            self.decrypt(sender, sender_key, message)
        except DatabaseError:
            raise  # Not the message's fault; it comes again.
        except Exception:  # The top here: nio parses whatever somebody made up.
            # JSON that nests too deep raises RecursionError, for one. A session that is not known
            # raises, too: a new one does no harm.
            self._broken = not self._opened
        if self._broken:
            # Not noted: after a crash before it was mended the same message tells of it again.
            return Opening.BROKEN
        self._rows("INSERT OR IGNORE INTO loket_taken VALUES (?)", digest)
        last = "SELECT max(rowid) - ? FROM loket_taken"
        self._rows(f"DELETE FROM loket_taken WHERE rowid <= ({last})", _TAKEN)
        return Opening.DONE if self._opened else Opening.NOTHING

    def expect(self, room: str, session_id: str) -> None:
        """A key is asked for: from now on it is taken from another signed device of the bot."""
        request = OutgoingKeyRequest(session_id, session_id, room, MEGOLM)
        requests = self.outgoing_key_requests
        while len(requests) >= MOST_ASKED_FOR:
            self.store.remove_outgoing_key_request(requests.pop(next(iter(requests))))
        requests[session_id] = request
        self.store.add_outgoing_key_request(request)

    def create_group_session(
        self, sender_key: str, sender_fp_key: str, room_id: str, session_id: str, session_key: str
    ) -> None:
        """Keeps a room's key, unless what is known of it is as good."""
        try:
            session = InboundGroupSession(session_key, sender_fp_key, sender_key, room_id)
        except (TypeError, ValueError):
            return
        if session.id != session_id:
            return
        known = self.inbound_group_store.get(room_id, sender_key, session_id)
        if known is not None and known.first_known_index <= session.first_known_index:
            return
        others = self._rows(
            "SELECT 1 FROM megolminboundsessions WHERE session_id = ? AND sender_key <> ?",
            session_id,
            sender_key,
        )
        self.inbound_group_store.add(session)
        if not others:
            # The database has room for one of them; whoever came first is not pushed out.
            self.save_inbound_group_session(session)

    def _mark_device_for_unwedging(self, sender: str, sender_key: str) -> None:
        self._broken = True

    def _handle_olm_event(self, sender: str, sender_key: str, payload: dict[str, Any]) -> Any:
        self._opened = True
        return super()._handle_olm_event(sender, sender_key, payload)

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return list(self.store.database.execute_sql(sql, values).fetchall())
