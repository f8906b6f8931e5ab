"""Sessions with devices that broke: begun anew beside the hearing, see ``beside.py``.

Rules:

- All that are due together cost one query and one claim.
- A session is not begun anew a second time within the hour: both sides could go on for ever.
- Anybody can send what can't be opened, in the name of any number of devices: only so many wait,
  and only so many of one person.
- Nothing is written down: a session that is still broken shows itself at the next message in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nio.crypto import OlmDevice

from bot.chat.matrix.crypto.olm import Machine
from bot.chat.matrix.crypto.sharing import Sharing
from bot.chat.matrix.wire import Refused
from bot.errors import TryLater

log = logging.getLogger(__name__)

_MENDED_FOR = timedelta(hours=1)
"""In which a session is not begun anew a second time."""

_TRIES = 5
_PAUSE = timedelta(seconds=30)
"""Until the second try where the homeserver is away; doubled each time."""

_AT_MOST = 100
"""Sessions that wait; one request holds them all."""

_OF_ONE = 10
"""Of them one person's."""

_Name = tuple[str, str]
"""A person's user id, and the curve25519 key of their device."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """A session that is to be begun anew.

    Attributes:
        begun: Whether there is a new one, and its device is yet to hear of it.
    """

    not_before: datetime
    tries: int = 0
    begun: bool = False


class Mending:
    """The sessions that broke; implements ``bot.chat.matrix.beside.Chore``.

    Args:
        olm: nio's machine.
        sharing: Begins sessions.
        clock: When a try is due.
    """

    def __init__(self, olm: Machine, sharing: Sharing, clock: Callable[[], datetime]) -> None:
        self._olm = olm
        self._sharing = sharing
        self._clock = clock
        self._broken: dict[_Name, _Broken] = {}
        self._mended: dict[_Name, datetime] = {}

    def broke(self, user: str, curve_key: str) -> None:
        """Takes note of a message that can't be opened, in the name of that device."""
        now, name = self._clock(), (user, curve_key)
        self._mended = {each: at for each, at in self._mended.items() if now < at + _MENDED_FOR}
        theirs = sum(each == user for each, _ in self._broken)
        room = len(self._broken) < _AT_MOST and theirs < _OF_ONE
        if room and name not in self._mended:
            self._broken.setdefault(name, _Broken(now))

    def due(self) -> list[tuple[str, ...]]:
        """See ``Chore``: one name for all of them."""
        return [("sessions",)] if self._now_due() else []

    def whose(self, name: tuple[str, ...]) -> str | None:
        """See ``Chore``."""

    async def attempt(self, name: tuple[str, ...]) -> None:
        """See ``Chore``."""
        due = self._now_due()
        try:
            await self._mend(due)
        except (Refused, TryLater):
            log.warning("keys_not_kept_up")
            for each in due:
                self._put_off(each)
        else:
            for each in due:
                del self._broken[each]

    async def _mend(self, due: list[_Name]) -> None:
        await self._sharing.learn_anew({user for user, key in due if not self._device(user, key)})
        # What is not found is nobody's: its server does not list it, or is away.
        devices = {each: device for each in due if (device := self._device(*each))}
        self._mended.update(dict.fromkeys(devices, self._clock()))
        missing = [each for each in devices if not self._broken[each].begun]
        begun = await self._sharing.begin_anew([devices[each] for each in missing])
        for each in missing:
            self._broken[each] = replace(self._broken[each], begun=devices[each] in begun)
        await self._sharing.greet(devices[each] for each in devices if self._broken[each].begun)

    def _now_due(self) -> list[_Name]:
        now = self._clock()
        return [name for name, each in self._broken.items() if each.not_before <= now]

    def _put_off(self, name: _Name) -> None:
        each = self._broken[name]
        if each.tries + 1 == _TRIES:
            del self._broken[name]
            return
        later = self._clock() + _PAUSE * 2**each.tries
        self._broken[name] = replace(each, tries=each.tries + 1, not_before=later)

    def _device(self, user: str, curve_key: str) -> OlmDevice | None:
        return self._olm.device_store.device_from_sender_key(user, curve_key)
