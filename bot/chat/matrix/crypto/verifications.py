"""All verifications that are open, found by who sent an event and what it belongs to.

Only people of a given set may verify the bot, each once at a time: a new request takes the place
of the one before. Strangers are told no, once in a while, and otherwise not heard.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.chat.matrix.crypto.emoji import Emoji
from bot.chat.matrix.crypto.sas import Party
from bot.chat.matrix.crypto.steps import (
    CANCEL,
    DONE,
    KINDS,
    REASONS,
    REQUEST,
    START,
    Code,
    Send,
    Stage,
    Transport,
)
from bot.chat.matrix.crypto.verification import LASTS, Verification

MOST_OPEN = 4
"""How many may be open at the same time. A person compares emoji with one at a time."""

MOST_KEPT = 20
"""How many are kept, with those that ended: for ten minutes, so that the end can be told."""

MOST_STRANGERS = 100
"""How many strangers are remembered as told no; when there are more, nobody is told."""

EARLIEST = timedelta(minutes=5)
"""How far ahead a clock may be for its request to be taken; the specification's bound."""

LONGEST_ID = 255
"""Characters: no id that a homeserver takes is longer."""


@dataclass(frozen=True, slots=True)
class ToDevice:
    """Straight to a device; ``*`` stands for all that the user has."""

    user_id: str
    device_id: str


@dataclass(frozen=True, slots=True)
class InRoom:
    """Into a room."""

    room: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One event to send, and where to."""

    to: ToDevice | InRoom
    send: Send


@dataclass(frozen=True, slots=True)
class Wanted:
    """The keys that a verification needs: of that device, and the user's master key."""

    id: str
    user_id: str
    device_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A verification as a person sees it.

    Attributes:
        id: Eight characters, by which a decision names it.
        user_id, device_id: Who asked, from which device.
        stage: How far it is.
        emoji: Seven to compare; empty before they are known, or where only numbers can be shown.
        numbers: Three to compare instead; empty before they are known.
        code: Why it was cancelled; empty when it was not.
    """

    id: str
    user_id: str
    device_id: str
    stage: Stage
    emoji: tuple[Emoji, ...] = ()
    numbers: tuple[int, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class _Name:
    """What tells verifications apart: two people may use the same id."""

    user_id: str
    room: str | None
    transaction: str

    @property
    def short(self) -> str:
        whole = "\n".join([self.user_id, self.room or "", self.transaction])
        return hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:8]


class Verifications:
    """Those that are open, and those that ended not long ago."""

    def __init__(self, own: Party, trusted: Iterable[str]) -> None:
        """Begins with none.

        Args:
            own: The bot's device, with the keys that others shall trust: the device's and the
                master key.
            trusted: The ids of the users who may verify the bot.
        """
        self._own = own
        self._trusted = frozenset(trusted)
        self._all: dict[_Name, Verification] = {}
        self._ended_at: dict[_Name, datetime] = {}
        self._told_no: dict[str, datetime] = {}

    def take_to_device(
        self, sender: str, kind: str, content: Mapping[str, Any], now: datetime
    ) -> list[Letter]:
        """Takes an event that came straight to this device; gives what to send for it."""
        transaction = _id(content.get("transaction_id"))
        if kind not in KINDS or transaction is None:
            return []
        name = _Name(sender, None, transaction)
        if name in self._all:
            return self._take(name, kind, content, now)
        device = _id(content.get("from_device"))
        if kind in (REQUEST, START):
            sent_at = _moment(content.get("timestamp")) if kind == REQUEST else now
            if device is None or sent_at is None or not _recent(sent_at, now):
                return []
            return self._open(name, device, kind, content, now)
        if kind in (CANCEL, DONE) or sender not in self._trusted:
            return []
        # Begun before the bot started again; which of the devices it is, is not said.
        return [_refusal(name, device or "*", Code.UNKNOWN_TRANSACTION)]

    def take_in_room(
        self,
        sender: str,
        room: str,
        event_id: str,
        kind: str,
        content: Mapping[str, Any],
        now: datetime,
        sent_at: datetime | None = None,
    ) -> list[Letter]:
        """Takes an event of a room; gives what to send for it.

        Events of verifications that are others' business are not answered.

        Args:
            sender: Who sent it.
            room: The room's id.
            event_id: The event's id.
            kind: Its type; a request is an ``m.room.message``.
            content: In clear text, with the ``m.relates_to`` that stood outside the encryption.
            now: The time.
            sent_at: When the homeserver got it; a request that is old is not taken.
        """
        if sender == self._own.user_id:
            return []
        if kind == "m.room.message":
            device = _id(content.get("from_device"))
            for_us = content.get("to") == self._own.user_id
            if content.get("msgtype") != REQUEST or device is None or not for_us:
                return []
            name = _Name(sender, room, event_id)
            if name in self._all:
                return self._take(name, REQUEST, content, now)
            if sent_at is not None and not _recent(sent_at, now):
                return []
            return self._open(name, device, REQUEST, content, now)
        relation = content.get("m.relates_to")
        if kind not in KINDS - {REQUEST} or not isinstance(relation, Mapping):
            return []
        transaction = _id(relation.get("event_id"))
        if relation.get("rel_type") != "m.reference" or transaction is None:
            return []
        name = _Name(sender, room, transaction)
        return self._take(name, kind, content, now) if name in self._all else []

    def due(self, now: datetime) -> list[Letter]:
        """What is to be sent because time went by; call it every few seconds."""
        letters = [
            letter
            for name, verification in self._all.items()
            for letter in _addressed(name, verification, verification.due(now))
        ]
        self._forget(now)
        return letters

    def wanted(self) -> list[Wanted]:
        """The keys that are not known yet."""
        return [
            Wanted(name.short, name.user_id, verification.other.device_id)
            for name, verification in self._all.items()
            if verification.other.keys is None and not verification.ended
        ]

    def provide(self, short: str, keys: Mapping[str, str]) -> list[Letter]:
        """Tells the keys that one of ``wanted`` asked for; gives what to send for it.

        Args:
            short: Its short id.
            keys: Key id → public key, of the device and the user's master key.
        """
        return [
            letter
            for name, verification in self._named(short)
            for letter in _addressed(name, verification, verification.provide(keys))
        ]

    def decide(self, short: str, match: bool) -> list[Letter]:
        """A person here compared; gives what to send for it.

        Args:
            short: The short id of what was compared. Nothing happens when there is none such.
            match: Whether both sides show the same.
        """
        return [
            letter
            for name, verification in self._named(short)
            for letter in _addressed(
                name, verification, verification.confirm() if match else verification.deny()
            )
        ]

    def shown(self) -> list[Shown]:
        """All, the newest last; those that ended for ten minutes more."""
        return [
            Shown(
                id=name.short,
                user_id=name.user_id,
                device_id=each.other.device_id,
                stage=each.stage,
                emoji=each.emoji,
                numbers=each.numbers,
                code=each.code,
            )
            for name, each in self._all.items()
        ]

    def proven(self) -> dict[str, frozenset[str]]:
        """User id → the ids of the keys that the user proved to have, not long ago."""
        return {name.user_id: each.proven for name, each in self._all.items() if each.proven}

    def _open(
        self, name: _Name, device: str, kind: str, content: Mapping[str, Any], now: datetime
    ) -> list[Letter]:
        if name.user_id not in self._trusted:
            return self._tell_no(name, device, now)
        if (name.user_id, device) == (self._own.user_id, self._own.device_id):
            return []
        self._forget(now)
        letters = [
            letter
            for other, verification in self._all.items()
            if other.user_id == name.user_id
            for letter in _addressed(other, verification, verification.cancel(Code.USER))
        ]
        if sum(not each.ended for each in self._all.values()) >= MOST_OPEN:
            return [*letters, _refusal(name, device, Code.USER)]
        while len(self._all) >= MOST_KEPT:
            ended = next(other for other, each in self._all.items() if each.ended)
            self._drop(ended)
        transport = Transport.ROOM if name.room else Transport.TO_DEVICE
        other_party = Party(name.user_id, device)
        opened = Verification(self._own, other_party, name.transaction, transport, now)
        if kind == START:
            opened.begin_without_request()
        self._all[name] = opened
        return [*letters, *self._take(name, kind, content, now)]

    def _take(
        self, name: _Name, kind: str, content: Mapping[str, Any], now: datetime
    ) -> list[Letter]:
        verification = self._all[name]
        return _addressed(name, verification, verification.take(kind, content, now))

    def _tell_no(self, name: _Name, device: str, now: datetime) -> list[Letter]:
        self._told_no = {who: at for who, at in self._told_no.items() if now - at < LASTS}
        if name.user_id in self._told_no or len(self._told_no) >= MOST_STRANGERS:
            return []
        self._told_no[name.user_id] = now
        return [_refusal(name, device, Code.USER)]

    def _named(self, short: str) -> list[tuple[_Name, Verification]]:
        return [(name, each) for name, each in self._all.items() if name.short == short]

    def _forget(self, now: datetime) -> None:
        for name, verification in list(self._all.items()):
            if verification.ended and now - self._ended_at.setdefault(name, now) >= LASTS:
                self._drop(name)

    def _drop(self, name: _Name) -> None:
        del self._all[name]
        self._ended_at.pop(name, None)


def _addressed(name: _Name, verification: Verification, sends: Iterable[Send]) -> list[Letter]:
    return [Letter(_to(name, verification.other.device_id), send) for send in sends]


def _to(name: _Name, device: str) -> ToDevice | InRoom:
    return InRoom(name.room) if name.room else ToDevice(name.user_id, device)


def _refusal(name: _Name, device: str, code: Code) -> Letter:
    content: dict[str, Any] = {"code": code.value, "reason": REASONS[code]}
    if name.room:
        content["m.relates_to"] = {"rel_type": "m.reference", "event_id": name.transaction}
    else:
        content["transaction_id"] = name.transaction
    return Letter(_to(name, device), Send(CANCEL, content))


def _id(found: object) -> str | None:
    sound = isinstance(found, str) and 0 < len(found) <= LONGEST_ID and found.isprintable()
    return str(found) if sound else None


def _moment(timestamp: object) -> datetime | None:
    """The moment of a count of milliseconds; None when it is none."""
    if isinstance(timestamp, bool) or not isinstance(timestamp, int):
        return None
    try:
        return datetime.fromtimestamp(timestamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _recent(sent_at: datetime, now: datetime) -> bool:
    return -EARLIEST < now - sent_at < LASTS
