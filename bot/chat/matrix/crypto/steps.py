"""The words of a verification: its events, its stages, and why it ends.

As the specification has them (client-server API, "Key verification framework").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

REQUEST = "m.key.verification.request"
READY = "m.key.verification.ready"
START = "m.key.verification.start"
ACCEPT = "m.key.verification.accept"
KEY = "m.key.verification.key"
MACS = "m.key.verification.mac"
DONE = "m.key.verification.done"
CANCEL = "m.key.verification.cancel"
KINDS = frozenset({REQUEST, READY, START, ACCEPT, KEY, MACS, DONE, CANCEL})
"""The types of event that belong to a verification."""


class Stage(StrEnum):
    """How far it is; see the drawing in ``verification``."""

    REQUESTED = "requested"
    READY = "ready"
    STARTED = "started"
    ACCEPTED = "accepted"
    SHOWN = "shown"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"
    DONE = "done"
    CANCELLED = "cancelled"


class Code(StrEnum):
    """Why it was cancelled, in the specification's words."""

    USER = "m.user"
    TIMEOUT = "m.timeout"
    UNKNOWN_TRANSACTION = "m.unknown_transaction"
    UNKNOWN_METHOD = "m.unknown_method"
    UNEXPECTED_MESSAGE = "m.unexpected_message"
    INVALID_MESSAGE = "m.invalid_message"
    KEY_MISMATCH = "m.key_mismatch"
    MISMATCHED_SAS = "m.mismatched_sas"
    MISMATCHED_COMMITMENT = "m.mismatched_commitment"


REASONS = {
    Code.USER: "Not wanted",
    Code.TIMEOUT: "It took too long",
    Code.UNKNOWN_TRANSACTION: "No such verification here",
    Code.UNKNOWN_METHOD: "No method that both know",
    Code.UNEXPECTED_MESSAGE: "Not the step that was next",
    Code.INVALID_MESSAGE: "Not a valid message",
    Code.KEY_MISMATCH: "A key is not the one that is known",
    Code.MISMATCHED_SAS: "The emoji do not match",
    Code.MISMATCHED_COMMITMENT: "The key is not the one that was promised",
}
"""What is told beside the code; clients show their own words."""


class Transport(Enum):
    """Which way its events go."""

    TO_DEVICE = "to-device"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Send:
    """One event to send.

    Attributes:
        kind: Its type.
        content: Its content, which says whose verification it is.
    """

    kind: str
    content: dict[str, Any]
