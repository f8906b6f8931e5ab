"""Counts for Prometheus; a ``bot.meter.Meter``.

All labels are members of closed sets, so that the number of series never grows.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from bot.cases import Status
from bot.figures import Figures
from bot.messages import Kind, Place, Priority
from bot.meter import Ending, Meter, Sending, SyncError
from bot.web.health import Part

_WORK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds for what the bot does itself."""
_WAIT = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
"""Upper bounds in seconds for what an asker waits, also under a homeserver's limits."""


_OPEN = [status for status in Status if status not in (Status.VETTED, Status.CLOSED)]


class PrometheusMeter(Meter):
    """The counters, and what they are read from.

    Attributes:
        registry: Where Prometheus reads; of this meter alone.
    """

    def __init__(self, version: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Makes every series, at zero.

        Args:
            version: Loket's own.
            clock: Seconds that never go back.
        """
        # When a series began is in the log; it would double the number of series.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        self._clock = clock
        self._began = clock()
        self._synced: float | None = None
        ProcessCollector(registry=registry)
        Info("loket_build", "Which Loket runs.", registry=registry).info({"version": version})
        self._ready = Gauge(
            "loket_ready", "Whether a part of the bot works: 1 or 0.", ["part"], registry=registry
        )
        self._heard = Counter(
            "loket_messages_received",
            "Messages that came in.",
            ["place", "kind"],
            registry=registry,
        )
        for place in Place:
            for kind in Kind:
                self._heard.labels(place, kind)
        self._handled = _by(
            "loket_handled", "Messages, and waits, dealt with.", "outcome", Ending, registry
        )
        self._handling = Histogram(
            "loket_handling_seconds",
            "What one message took, from the inbox to the commit.",
            buckets=_WORK,
            registry=registry,
        )
        self._failed = Counter(
            "loket_handling_failures",
            "Messages whose handling broke; they are tried again.",
            registry=registry,
        )
        self._answered = Histogram(
            "loket_answer_seconds",
            "From a question, as its sender's homeserver dated it, to its answer in the room.",
            buckets=_WAIT,
            registry=registry,
        )
        self._sends = _by("loket_sends", "Tries to say something.", "result", Sending, registry)
        self._sending = Histogram(
            "loket_send_seconds",
            "What one try to say something took.",
            buckets=_WORK,
            registry=registry,
        )
        self._held_up = Counter(
            "loket_rate_limited_seconds",
            "Seconds in which nothing was said because the homeserver asked for patience.",
            registry=registry,
        )
        self._sync_errors = _by(
            "loket_sync_errors", "Times that nothing could be heard.", "kind", SyncError, registry
        )
        since_sync = Gauge(
            "loket_since_sync_seconds",
            "Seconds since the homeserver last answered a sync, or since the start.",
            registry=registry,
        )
        since_sync.set_function(lambda: clock() - self._last_sync())
        self._searches = _by(
            "loket_searches", "Searches for a question.", "result", _Search, registry
        )
        self._searching = Histogram(
            "loket_search_seconds",
            "What one search took, waiting included.",
            buckets=_WORK,
            registry=registry,
        )
        self._index = Gauge(
            "loket_index_entries", "Entries in the index that is searched.", registry=registry
        )
        self._inbox = Gauge(
            "loket_inbox_messages", "Messages that wait to be handled.", registry=registry
        )
        self._parked = Gauge(
            "loket_parked_messages",
            "Messages that broke their handling too often, left to people.",
            registry=registry,
        )
        self._outbox = Gauge(
            "loket_outbox_messages",
            "Messages that wait to be said.",
            ["priority"],
            registry=registry,
        )
        self._oldest_inbox = Gauge(
            "loket_inbox_oldest_seconds",
            "For how long the oldest unhandled message has been there; 0: none.",
            registry=registry,
        )
        self._oldest_outbox = Gauge(
            "loket_outbox_oldest_seconds",
            "For how long the oldest unsaid message has waited; 0: none.",
            registry=registry,
        )
        self._cases = Gauge("loket_cases", "Open cases.", ["status"], registry=registry)

    def _last_sync(self) -> float:
        return self._began if self._synced is None else self._synced

    @property
    def since_sync(self) -> float | None:
        """Seconds since the front's other side last answered; None: never."""
        return None if self._synced is None else self._clock() - self._synced

    def figures(self, found: Figures, now: datetime) -> None:
        """Notes how much waits.

        Args:
            found: What the store holds.
            now: When that was; aware.
        """
        self._inbox.set(found.inbox)
        self._parked.set(found.parked)
        for priority in Priority:
            self._outbox.labels(priority.name.lower()).set(found.outbox.get(priority, 0))
        for status in _OPEN:
            self._cases.labels(status).set(found.cases.get(status, 0))
        for gauge, since in (
            (self._oldest_inbox, found.oldest_inbox),
            (self._oldest_outbox, found.oldest_outbox),
        ):
            gauge.set(max(0.0, (now - since).total_seconds()) if since else 0.0)

    def no_figures(self) -> None:
        """How much waits is not known now: no number is better than an old one."""
        for gauge in (self._inbox, self._parked, self._oldest_inbox, self._oldest_outbox):
            gauge.set(math.nan)
        for priority in Priority:
            self._outbox.labels(priority.name.lower()).set(math.nan)
        for status in _OPEN:
            self._cases.labels(status).set(math.nan)

    def ready(self, parts: Mapping[Part, bool]) -> None:
        """Notes which parts of the bot work."""
        for part, works in parts.items():
            self._ready.labels(part).set(works)

    def heard(self, place: Place, kind: Kind) -> None:
        """See ``Meter``."""
        self._heard.labels(place, kind).inc()

    def handled(self, how: Ending) -> None:
        """See ``Meter``."""
        self._handled.labels(how).inc()

    def handling(self, seconds: float) -> None:
        """See ``Meter``."""
        self._handling.observe(seconds)

    def failed(self) -> None:
        """See ``Meter``."""
        self._failed.inc()

    def answered(self, seconds: float) -> None:
        """See ``Meter``; a clock that goes ahead elsewhere counts as no time at all."""
        self._answered.observe(max(0.0, seconds))

    def sending(self, how: Sending, seconds: float) -> None:
        """See ``Meter``."""
        self._sends.labels(how).inc()
        self._sending.observe(seconds)

    def held_up(self, seconds: float) -> None:
        """See ``Meter``."""
        self._held_up.inc(seconds)

    def synced(self) -> None:
        """See ``Meter``."""
        self._synced = self._clock()

    def not_synced(self, why: SyncError) -> None:
        """See ``Meter``."""
        self._sync_errors.labels(why).inc()

    def searched(self, seconds: float, *, worked: bool) -> None:
        """See ``Meter``."""
        self._searches.labels(_Search.WORKED if worked else _Search.FAILED).inc()
        self._searching.observe(seconds)

    def index(self, entries: Callable[[], int]) -> None:
        """See ``Meter``."""
        self._index.set_function(entries)


class _Search(StrEnum):
    WORKED = "worked"
    FAILED = "failed"


def _by(
    name: str, text: str, label: str, values: Iterable[StrEnum], registry: CollectorRegistry
) -> Counter:
    counter = Counter(name, text, [label], registry=registry)
    for value in values:
        counter.labels(value)
    return counter
