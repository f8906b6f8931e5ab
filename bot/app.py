"""Builds the parts of the bot from the settings, and closes them again. Decides nothing.

The only module that names adapters, each imported where it is built, so that no command waits
for what it does not use.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from bot.config import Config, Secrets
from bot.coverage import scopes_of
from bot.errors import ConfigError, StoreUnavailable, TryLater
from bot.hours import Agenda, day_of
from bot.meter import Meter, NoMeter
from bot.outcome import Revision
from bot.ports import Alike, ChatClient, DetectLanguage, Finding, Search, Store
from knowledge.entry import unserved
from knowledge.errors import VersionUnknown
from knowledge.ports import Embedder

if TYPE_CHECKING:
    from bot.chat.console import ConsoleChat
    from bot.chat.matrix.client import MatrixChat
    from knowledge.manifest import Manifest

log = logging.getLogger(__name__)

FOLDER = "folder"
"""The origin of entries that come from the configured folder."""

MAINTAINER = "maintainer"
"""The author of what files and the command line publish."""

LONGEST_WAIT = 60.0
"""Seconds between two tries to begin while the homeserver is away."""

Progress = Callable[[int, int], None]
"""Called with how many entries are embedded, of how many that need it."""


def now() -> datetime:
    """The time: aware, UTC."""
    return datetime.now(UTC)


def today(config: Config) -> date:
    """The day that it is in the community, which is what the days in entries are held against."""
    return day_of(now(), ZoneInfo(config.rooms.time_zone))


def database(config: Config) -> Path:
    """The file that everything which must not be lost is in."""
    return config.data_dir / "loket.db"


def need_database(config: Config) -> None:
    """For what only looks at it, or works beside a running bot.

    Raises:
        StoreUnavailable: It is not there yet.
    """
    if not (path := database(config)).exists():
        raise StoreUnavailable(f"{path}: is not there yet; it is made by `loket run`")


def keys_folder(config: Config) -> Path:
    """Where the keys for encrypted rooms live."""
    return config.data_dir / "crypto"


@asynccontextmanager
async def open_store(config: Config) -> AsyncIterator[Store]:
    """The database in ``data_dir``.

    Raises:
        StoreUnavailable: It can't be used; the text says why.
    """
    from bot.store.sqlite import SqliteStore

    store = await SqliteStore.open(database(config), clock=now)
    try:
        yield store
    finally:
        await store.close()


def index_folder(config: Config) -> Path:
    """Where the builds of the index live."""
    return config.data_dir / "index"


def embedder(config: Config, model: str | None = None) -> Embedder:
    """The configured model, not yet loaded; or another by name."""
    from knowledge.sbert import SentenceTransformerEmbedder

    settings = config.embedding
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loket"
    return SentenceTransformerEmbedder(
        model or settings.model, settings.prefix, settings.threads, cache
    )


async def take_over_entries(config: Config, store: Store) -> None:
    """Publishes what is new or changed in the configured folder of entries.

    What can't be read is logged and left as it was served before.
    """
    from knowledge.files import read_valid

    if config.entries is None:
        return
    entries, problems = await asyncio.to_thread(read_valid, config.entries)
    for problem in problems:
        log.warning("entry_not_taken_over", extra={"problem": problem})
    for entry in unserved(entries, scopes_of(config.rooms.community)):
        log.warning("entry_reaches_nobody", extra={"problem": str(entry)})
    revision = Revision(author=MAINTAINER, reason="changed in the folder of entries")
    while True:
        complete = not problems and bool(entries)
        try:
            done = await store.publish(entries, FOLDER, complete=complete, revision=revision)
            break
        except VersionUnknown as error:
            problems = error.problems
            for problem in problems:
                log.warning("entry_not_taken_over", extra={"problem": problem})
            entries = [entry for entry in entries if entry.id not in error.ids]
    for entry_id in done.replaced:
        log.warning("entry_replaced", extra={"entry": entry_id})
    log.info("entries_taken_over", extra=asdict(done))


async def build_index(
    config: Config,
    store: Store,
    model: Embedder,
    *,
    full: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Builds the index of what is published; beside the live one, off the event loop.

    Somebody may publish meanwhile, in this process or another one, and find their own build done
    first. So it is built again until it holds what is published then: whoever ends last sees all.

    Raises:
        KnowledgeError: No model, or another build is under way.
    """
    from knowledge.build import build

    folder = index_folder(config)
    entries = await store.entries()
    while True:
        manifest = await asyncio.to_thread(
            build, folder, entries, model, now=now(), full=full, progress=progress
        )
        entries, full = await store.entries(), False
        held = {entry_id: number for entry_id, (number, _) in manifest.entries.items()}
        if held == {entry.id: entry.version for entry in entries}:
            return manifest


async def crypto_status(config: Config, secrets: Secrets) -> list[Finding]:
    """Whether clients can read the bot in encrypted rooms, as the homeserver sees it.

    The bot may be running meanwhile.

    Raises:
        LoketError: It can't log in; the text says why.
    """
    async with open_matrix(config, secrets, beside=True) as chat:
        return await chat.check_keys()


@asynccontextmanager
async def open_search(
    config: Config, model: Embedder, meter: Meter | None = None
) -> AsyncIterator[Search]:
    """Searches the live index, whichever build that is at the time."""
    async with open_knowledge(config, model, meter) as (search, _):
        yield search


@asynccontextmanager
async def open_knowledge(
    config: Config, model: Embedder, meter: Meter | None = None
) -> AsyncIterator[tuple[Search, Alike]]:
    """Searches as ``open_search``, and compares questions with each other."""
    from bot.batching import BatchedSearch
    from knowledge.likeness import Likeness
    from knowledge.live import LiveSearcher

    live = LiveSearcher(index_folder(config), model, config.embedding.lexical_weight)
    search = BatchedSearch(live)
    if meter:
        meter.index(lambda: len(live.manifest.entries) if live.manifest else 0)
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(search.run())
            try:
                yield search, Likeness(model, lambda: live.middle)
            finally:
                running.cancel()
    finally:
        live.close()


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches the bot: what counts, and what it puts around the ports that serve people."""

    meter: Meter = field(default_factory=NoMeter)
    search: Callable[[Search], Search] = lambda search: search
    chat: Callable[[ChatClient], ChatClient] = lambda chat: chat


@asynccontextmanager
async def open_web(config: Config, store: Store) -> AsyncIterator[Watch]:
    """Tells monitoring how the bot is, from now on; where the settings say so.

    Raises:
        ConfigError: Nothing can listen at the configured place.
    """
    if config.web.port is None:
        yield Watch()
        return
    from bot.web.health import Health
    from bot.web.listener import listening
    from bot.web.meter import PrometheusMeter
    from bot.web.timed import TimedChat, TimedSearch

    meter = PrometheusMeter(version("loket"))
    health = Health(store, lambda: meter.since_sync)

    def watched(search: Search) -> Search:
        health.search = search
        return TimedSearch(search, meter)

    async def refresh() -> None:
        meter.figures(await store.figures(), now())

    async with listening(config.web.host, config.web.port, meter, health, refresh):
        yield Watch(meter, watched, lambda chat: TimedChat(chat, meter))


def console(lines: TextIO, screen: TextIO, idle: Callable[[], Awaitable[None]]) -> ConsoleChat:
    """The console, where one person plays all parts; ``idle`` as ``ConsoleChat`` wants it."""
    from bot.chat.console import ConsoleChat

    return ConsoleChat(lines, screen, now, idle)


@asynccontextmanager
async def open_matrix(
    config: Config, secrets: Secrets, meter: Meter | None = None, *, beside: bool = False
) -> AsyncIterator[MatrixChat]:
    """The bot's account, logged in.

    Args:
        config: The settings.
        secrets: What only the environment knows.
        meter: Told whether the homeserver answers.
        beside: The bot may be running; this one only checks. See ``MatrixChat.open``.

    Raises:
        LoketError: It can't log in; the text says why.
    """
    from bot.chat.matrix.client import MatrixChat

    key = secrets.crypto_key or ""
    if config.matrix.encryption and len(key) < 16:
        text = "is not set" if not key else "is shorter than 16 characters"
        text += "; make one with `openssl rand -base64 32`, or set matrix.encryption to false"
        raise ConfigError("LOKET_CRYPTO_KEY", text)
    chat = MatrixChat(
        homeserver=config.matrix.homeserver,
        user_id=config.matrix.user_id,
        device_name=config.matrix.device_name,
        desk=config.rooms.desk,
        communities=[community.room for community in config.rooms.community],
        session_file=config.data_dir / "matrix-session.json",
        secrets=secrets,
        clock=now,
        keys=keys_folder(config) if config.matrix.encryption else None,
        trusted=[responder.id for responder in config.responders],
        invites=config.invites,
        meter=meter,
    )
    try:
        await chat.open(beside=beside)
        yield chat
    finally:
        await chat.close()


@asynccontextmanager
async def once_matrix_answers(
    config: Config, secrets: Secrets, store: Store, meter: Meter
) -> AsyncIterator[MatrixChat]:
    """The bot's account in its rooms; waits for a homeserver that is away as long as it takes.

    It may take minutes until the bot listens, and by then people see it in its rooms: what they
    say is heard from the very first start on, from before it joined them. That start is over, and
    its position kept, once it is in all of them.

    Raises:
        LoketError: It can't log in, or a room is not to be had; the text says why.
    """
    failures = 0
    beginning: str | None = None
    while True:
        async with AsyncExitStack() as opened:
            try:
                chat = await opened.enter_async_context(open_matrix(config, secrets, meter))
                # Who sets it up is there to mend things; later nobody may be for days.
                first = await store.position(chat.front) is None
                if first and beginning is None:
                    beginning = await chat.beginning()
                await chat.resolve(strict=first)
                if beginning is not None:
                    await store.receive(chat.front, [], beginning)
            except TryLater as error:
                failures += 1
                pause = error.retry_after or min(LONGEST_WAIT, 2.0**failures)
                fields = {"reason": str(error), "failures": failures, "again_in_s": pause}
                log.warning("homeserver_away", extra=fields)
            else:
                yield chat
                return
        await asyncio.sleep(pause)


def agenda(config: Config) -> Agenda:
    """When people are there, as the settings say.

    Raises:
        ConfigError: A group of people is never there, or a country's holidays are not known.
    """
    from bot.calendars import agenda as agenda_of

    return agenda_of(config.hours, now(), ZoneInfo(config.rooms.time_zone))


def detector() -> DetectLanguage:
    """What tells a text's language; loaded at first use."""
    from bot.language import LinguaDetector

    return LinguaDetector()
