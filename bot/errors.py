"""What can go wrong, by what the caller does about it.

LoketError
├── ConfigError       stop: the person mends config.yaml or the environment
├── TryLater          wait ``retry_after`` seconds, then do the same again
│   └── Hindered      a person has to lift something first; meanwhile the same
├── Unreadable        keep the message, and try again when its keys may have come
├── HandleAgain       somebody else changed the case first; read it again
├── Undeliverable     this one message can't be sent, ever; go on with the next
├── LoggedOut         stop: the homeserver no longer knows the token
└── StoreUnavailable  stop: the database can't be opened or written
"""

from __future__ import annotations


class LoketError(Exception):
    """The root; its text is one line that says where and what to do."""


class ConfigError(LoketError):
    """A setting is missing, unknown or wrong."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(f"{path}: {text}" if path else text)
        self.path = path
        """The setting, for example ``rooms.community[0].scope``."""


class TryLater(LoketError):
    """The other side is away, or asks for patience."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after
        """Seconds that the other side asked for; None when it did not say."""


class Hindered(TryLater):
    """The account is held back until an operator lifts that; nothing is lost meanwhile."""

    def __init__(self, text: str, remedy: str, retry_after: float) -> None:
        super().__init__(f"{text}: {remedy}", retry_after)
        self.remedy = remedy
        """What the operator can do."""


class Unreadable(LoketError):
    """A message is encrypted, and its keys are not there."""


class HandleAgain(LoketError):
    """The case changed since it was read; nothing was written."""


class Undeliverable(LoketError):
    """The other side refuses this message for good; its text says why, without its words."""


class LoggedOut(LoketError):
    """The access token is unknown, or the account is gone."""


class StoreUnavailable(LoketError):
    """The database can't be opened, read or written."""
