"""One person verifies the bot by comparing emoji: the steps, without I/O and without a clock.

The other device is called theirs. It asks; the bot is always the one asked. Either may start.

::

    theirs           ours                     stage after it
    request      →
                 ←   ready                    READY
    start        →                                          (or ← start, STARTED, and → accept)
                 ←   accept                   ACCEPTED
    key          →
                 ←   key                      SHOWN       both show the same emoji; people compare
                 ←   mac                      CONFIRMED   once the person here says they match
    mac          →                                        before or after ours
                 ←   done                     VERIFIED
    done         →                            DONE

Anything else that comes, at any stage, cancels it; so does time. What comes a second time, the
same, changes nothing: homeservers deliver again after a crash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from vodozemac import Curve25519PublicKey, Sas

from bot.chat.matrix.crypto.emoji import Emoji
from bot.chat.matrix.crypto.sas import (
    AGREEMENT,
    HASH,
    MAC,
    METHOD,
    STRINGS,
    Party,
    Secret,
    canonical,
    commitment,
    keeps,
)
from bot.chat.matrix.crypto.steps import (
    ACCEPT,
    CANCEL,
    DONE,
    KEY,
    KINDS,
    MACS,
    READY,
    REASONS,
    REQUEST,
    START,
    Code,
    Send,
    Stage,
    Transport,
)

LASTS = timedelta(minutes=10)
"""After that it is over: the specification's bound."""

PATIENCE = timedelta(seconds=30)
"""How long theirs may take to start before the bot does. Most clients start at once."""


class Verification:
    """One of them, from the request to its end."""

    def __init__(
        self, own: Party, other: Party, transaction: str, transport: Transport, began: datetime
    ) -> None:
        """Begins one.

        Args:
            own: This device, with the keys that theirs shall trust.
            other: Theirs; the keys may come later, through ``provide``.
            transaction: Its id: the request's ``transaction_id``, or event id in a room.
            transport: Which way its events go.
            began: When it was asked for.
        """
        self.own = own
        self.other = other
        self.transaction = transaction
        self.transport = transport
        self.began = began
        self.stage = Stage.REQUESTED
        self.code = ""
        """Why it was cancelled, by whichever side; empty when it was not."""
        self.emoji: tuple[Emoji, ...] = ()
        """Seven, from ``Stage.SHOWN`` on; empty where theirs can only show numbers."""
        self.numbers: tuple[int, ...] = ()
        """Three of four digits, from ``Stage.SHOWN`` on."""
        self.proven: frozenset[str] = frozenset()
        """The ids of their keys that they have proven to have; not before ``Stage.VERIFIED``."""
        self._asked = False
        self._ready_at = began
        self._heard: dict[str, bytes] = {}
        self._sas = Sas()
        self._key = self._sas.public_key.to_base64()
        self._ours_started = False
        self._start = b""
        self._promise = ""
        self._strings: tuple[str, ...] = STRINGS
        self._secret: Secret | None = None
        self._macs: Mapping[str, Any] | None = None
        self._found: frozenset[str] | None = None
        self._done_early = False

    @property
    def ended(self) -> bool:
        """Whether nothing more can come of it."""
        return self.stage in (Stage.DONE, Stage.CANCELLED)

    def expired(self, now: datetime) -> bool:
        """Whether it has lasted too long."""
        return now - self.began >= LASTS

    def take(self, kind: str, content: Mapping[str, Any], now: datetime) -> tuple[Send, ...]:
        """Takes an event of theirs; gives what to send for it, in order.

        Args:
            kind: Its type; in a room the request's is ``m.key.verification.request`` too.
            content: Its whole content, in a room with ``m.relates_to``.
            now: The time.
        """
        if self.ended or kind not in KINDS:
            return ()
        if kind == CANCEL:
            code = content.get("code")
            self._end(code if isinstance(code, str) and len(code) <= 255 else "")
            return ()
        if self.expired(now):
            return self.cancel(Code.TIMEOUT)
        try:
            written = canonical(content)
        except ValueError:
            return self.cancel(Code.INVALID_MESSAGE)
        digest = hashlib.sha256(written).digest()
        if self._heard.get(kind) == digest:
            return ()
        step = _STEPS.get((self.stage, kind))
        if step is None or kind in self._heard:
            return self.cancel(Code.UNEXPECTED_MESSAGE)
        self._heard[kind] = digest
        self._ready_at = now if kind == REQUEST else self._ready_at
        return step(self, content, written)

    def begin_without_request(self) -> None:
        """Theirs starts at once, as old clients do; ``take`` the start next."""
        self.stage = Stage.READY

    def due(self, now: datetime) -> tuple[Send, ...]:
        """What is to be sent because time went by: a start of ours, or the end."""
        if self.ended:
            return ()
        if self.expired(now):
            return self.cancel(Code.TIMEOUT)
        if self.stage is Stage.READY and now - self._ready_at >= PATIENCE:
            return self._begin()
        return ()

    def provide(self, keys: Mapping[str, str]) -> tuple[Send, ...]:
        """Tells their keys; what they proved before is looked at now."""
        self.other = replace(self.other, keys=dict(keys))
        return self._weigh()

    def confirm(self) -> tuple[Send, ...]:
        """The person here says that the emoji match."""
        if self.stage is not Stage.SHOWN or self._secret is None:
            return ()
        self.stage = Stage.CONFIRMED
        macs = self._secret.macs(self.own, self.other, self.transaction)
        return (self._send(MACS, **macs), *self._finish())

    def deny(self) -> tuple[Send, ...]:
        """The person here says that they do not match, or wants no verification at all."""
        return self.cancel(Code.MISMATCHED_SAS if self.stage is Stage.SHOWN else Code.USER)

    def cancel(self, code: Code) -> tuple[Send, ...]:
        """Ends it from here."""
        if self.ended:
            return ()
        self._end(code.value)
        return (self._send(CANCEL, code=code.value, reason=REASONS[code]),)

    def _take_request(self, content: Mapping[str, Any], written: bytes) -> tuple[Send, ...]:
        if content.get("from_device") != self.other.device_id:
            return self.cancel(Code.INVALID_MESSAGE)
        if METHOD not in _texts(content, "methods"):
            return self.cancel(Code.UNKNOWN_METHOD)
        self._asked = True
        self.stage = Stage.READY
        return (self._send(READY, from_device=self.own.device_id, methods=[METHOD]),)

    def _begin(self) -> tuple[Send, ...]:
        start = self._send(
            START,
            from_device=self.own.device_id,
            method=METHOD,
            key_agreement_protocols=[AGREEMENT],
            hashes=[HASH],
            message_authentication_codes=[MAC],
            short_authentication_string=list(STRINGS),
        )
        self._ours_started = True
        self._start = canonical(start.content)
        self.stage = Stage.STARTED
        return (start,)

    def _take_start(self, content: Mapping[str, Any], written: bytes) -> tuple[Send, ...]:
        if content.get("from_device") != self.other.device_id:
            return self.cancel(Code.INVALID_MESSAGE)
        self._strings = tuple(
            each for each in STRINGS if each in _texts(content, "short_authentication_string")
        )
        agreed = (
            content.get("method") == METHOD
            and AGREEMENT in _texts(content, "key_agreement_protocols")
            and HASH in _texts(content, "hashes")
            and MAC in _texts(content, "message_authentication_codes")
            and self._strings
        )
        if not agreed:
            return self.cancel(Code.UNKNOWN_METHOD)
        self._ours_started = False
        self._start = written
        self.stage = Stage.ACCEPTED
        accept = self._send(
            ACCEPT,
            method=METHOD,
            key_agreement_protocol=AGREEMENT,
            hash=HASH,
            message_authentication_code=MAC,
            short_authentication_string=list(self._strings),
            commitment=commitment(self._key, written),
        )
        return (accept,)

    def _take_start_after_ours(
        self, content: Mapping[str, Any], written: bytes
    ) -> tuple[Send, ...]:
        # Both started. The smaller user id's counts, or device id's between one's own devices.
        if content.get("method") != METHOD:
            return self.cancel(Code.UNEXPECTED_MESSAGE)
        ours = (self.own.user_id, self.own.device_id)
        if ours < (self.other.user_id, self.other.device_id):
            return ()
        return self._take_start(content, written)

    def _take_accept(self, content: Mapping[str, Any], written: bytes) -> tuple[Send, ...]:
        promise = content.get("commitment")
        if not isinstance(promise, str):
            return self.cancel(Code.INVALID_MESSAGE)
        strings = _texts(content, "short_authentication_string")
        agreed = (
            content.get("key_agreement_protocol") == AGREEMENT
            and content.get("hash") == HASH
            and content.get("message_authentication_code") == MAC
            and strings
            and set(strings) <= set(STRINGS)
        )
        if not agreed:
            return self.cancel(Code.UNKNOWN_METHOD)
        self._promise, self._strings = promise, strings
        self.stage = Stage.ACCEPTED
        return (self._send(KEY, key=self._key),)

    def _take_key(self, content: Mapping[str, Any], written: bytes) -> tuple[Send, ...]:
        try:
            theirs = Curve25519PublicKey.from_base64(str(content.get("key")))
            key = theirs.to_base64()
            if self._ours_started and not keeps(self._promise, key, self._start):
                return self.cancel(Code.MISMATCHED_COMMITMENT)
            if key == self._key:  # Somebody sends back what the bot sent.
                return self.cancel(Code.KEY_MISMATCH)
            self._secret = Secret(self._sas, theirs)
        except ValueError:
            return self.cancel(Code.INVALID_MESSAGE)
        ours = (self.own, self._key)
        pair = (ours, (self.other, key)) if self._ours_started else ((self.other, key), ours)
        emoji, numbers = self._secret.strings(*pair, self.transaction)
        self.emoji = emoji if "emoji" in self._strings else ()
        self.numbers = numbers
        self.stage = Stage.SHOWN
        return () if self._ours_started else (self._send(KEY, key=self._key),)

    def _take_macs(self, content: Mapping[str, Any], written: bytes) -> tuple[Send, ...]:
        self._macs = content
        return self._weigh()

    def _take_done(self, content: Mapping[str, Any], written: bytes) -> tuple[Send, ...]:
        if self.stage is Stage.CONFIRMED:
            if self._macs is None:
                return self.cancel(Code.UNEXPECTED_MESSAGE)
            self._done_early = True  # What they proved is weighed once their keys are known.
        else:
            self.stage = Stage.DONE
        return ()

    def _weigh(self) -> tuple[Send, ...]:
        waits = self.ended or self._found is not None or self.other.keys is None
        if waits or self._secret is None or self._macs is None:
            return ()
        try:
            self._found = self._secret.proven(self._macs, self.other, self.own, self.transaction)
        except ValueError:
            return self.cancel(Code.KEY_MISMATCH)
        return self._finish()

    def _finish(self) -> tuple[Send, ...]:
        if self.stage is not Stage.CONFIRMED or self._found is None:
            return ()
        self.proven = self._found
        # Clients that never asked never say `done` either.
        waits = self._asked and not self._done_early
        self.stage = Stage.VERIFIED if waits else Stage.DONE
        return (self._send(DONE),)

    def _end(self, code: str) -> None:
        self.stage = Stage.CANCELLED
        self.code = code
        self.proven = frozenset()

    def _send(self, kind: str, **content: Any) -> Send:
        if self.transport is Transport.ROOM:
            content["m.relates_to"] = {"rel_type": "m.reference", "event_id": self.transaction}
        else:
            content["transaction_id"] = self.transaction
        return Send(kind, content)


def _texts(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = content.get(name)
    if not isinstance(found, list):
        return ()
    return tuple(each for each in found if isinstance(each, str))


_Step = Callable[[Verification, Mapping[str, Any], bytes], tuple[Send, ...]]

_STEPS: dict[tuple[Stage, str], _Step] = {
    (Stage.REQUESTED, REQUEST): Verification._take_request,
    (Stage.READY, START): Verification._take_start,
    (Stage.STARTED, START): Verification._take_start_after_ours,
    (Stage.STARTED, ACCEPT): Verification._take_accept,
    (Stage.ACCEPTED, KEY): Verification._take_key,
    (Stage.SHOWN, MACS): Verification._take_macs,
    (Stage.CONFIRMED, MACS): Verification._take_macs,
    (Stage.CONFIRMED, DONE): Verification._take_done,
    (Stage.VERIFIED, DONE): Verification._take_done,
}
