"""Builds the bot from the settings, runs it, and closes it again. Decides nothing.

The only module that names adapters, each imported where it is built, so that no command waits
for what it does not use.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

from bot.answering import Answering
from bot.budgets import Budgets
from bot.config import Community, Config, Responder, Role, Secrets
from bot.errors import ConfigError, TryLater
from bot.escalation import Escalation
from bot.following import Following
from bot.loops import Loops
from bot.meter import Meter, NoMeter
from bot.moving import Moving
from bot.ports import ChatClient, DetectLanguage, Finding, Search, Store
from bot.promising import Promising
from bot.reception import Reception
from bot.routing import Rooms
from bot.vetting import Vetting
from knowledge.errors import KnowledgeError
from knowledge.ports import Embedder, Question

if TYPE_CHECKING:
    from bot.chat.matrix.client import MatrixChat
    from knowledge.manifest import Manifest

log = logging.getLogger(__name__)

FOLDER = "folder"
"""The origin of entries that come from the configured folder."""

LONGEST_WAIT = 60.0
"""Seconds between two tries to begin while the homeserver is away."""

Progress = Callable[[int, int], None]
"""Called with how many entries are embedded, of how many that need it."""


def now() -> datetime:
    """The time: aware, UTC."""
    return datetime.now(UTC)


def database(config: Config) -> Path:
    """The file that everything which must not be lost is in."""
    return config.data_dir / "loket.db"


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
    done = await store.publish(entries, FOLDER, complete=not problems and bool(entries))
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

    Raises:
        KnowledgeError: No model, or another build is under way.
    """
    from knowledge.build import build

    entries = await store.entries()
    return await asyncio.to_thread(
        build, index_folder(config), entries, model, now=now(), full=full, progress=progress
    )


async def crypto_status(config: Config, secrets: Secrets) -> list[Finding]:
    """Whether clients can read the bot in encrypted rooms, as the homeserver sees it.

    Raises:
        LoketError: It can't log in; the text says why.
    """
    async with open_matrix(config, secrets) as chat:
        return await chat.check_keys()


@asynccontextmanager
async def open_search(
    config: Config, model: Embedder, meter: Meter | None = None
) -> AsyncIterator[Search]:
    """Searches the live index, whichever build that is at the time."""
    from bot.batching import BatchedSearch
    from knowledge.live import LiveSearcher

    live = LiveSearcher(index_folder(config), model, config.embedding.lexical_weight)
    search = BatchedSearch(live)
    if meter:
        meter.index(lambda: len(live.manifest.entries) if live.manifest else 0)
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(search.run())
            try:
                yield search
            finally:
                running.cancel()
    finally:
        live.close()


async def run(
    config: Config,
    secrets: Secrets,
    progress: Progress | None = None,
    listening: Callable[[Callable[[], None]], None] = lambda finish: None,
) -> None:
    """Runs the bot on its homeserver until cancelled, or told to finish.

    Args:
        config: The settings.
        secrets: What only the environment knows.
        progress: See ``build_index``.
        listening: Called once the bot listens, with what has it finish and return.

    Raises:
        LoketError: It can't go on; the text says what a person should do.
    """
    async with (
        open_store(config) as store,
        open_web(config, store) as watch,
        _once_matrix_answers(config, secrets, watch.meter) as chat,
    ):
        by_name = {community.room: community for community in config.rooms.community}
        communities = {room: by_name[name] for room, name in chat.communities.items()}
        roster = await _roster(store, chat.front, config.responders)
        rooms = Rooms(chat.front, chat.desk_id, config.rooms.desk_language, roster, communities)
        async with _loops(config, store, chat, rooms, progress, watch) as loops:
            log.info("listening")
            listening(loops.finish)
            await loops.run()


async def converse(config: Config, lines: TextIO, screen: TextIO) -> None:
    """Runs the bot on the console until the person leaves; keeps nothing of what was said.

    The index in ``data_dir`` is not touched: the console has its own, begun as a copy.
    """
    from bot.chat.console import COMMUNITY, DESK, FRONT, ConsoleChat, user_id

    responders = (
        Responder(user_id("volunteer"), Role.VOLUNTEER),
        Responder(user_id("official"), Role.OFFICIAL, "Gemeente Voorbeeld", may_vet=True),
    )
    first = config.rooms.community[0] if config.rooms.community else Community(room="!console")
    with TemporaryDirectory(prefix="loket-chat-") as folder:
        if index_folder(config).exists():
            shutil.copytree(index_folder(config), Path(folder) / "index", symlinks=True)
        config = replace(config, data_dir=Path(folder))
        async with open_store(config) as store:
            roster = await _roster(store, FRONT, responders)
            rooms = Rooms(FRONT, DESK, config.rooms.desk_language, roster, {COMMUNITY: first})
            chat = ConsoleChat(lines, screen, now, lambda: loops.idle())
            async with _loops(config, store, chat, rooms, None, Watch()) as loops:
                await loops.run()


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


@asynccontextmanager
async def open_matrix(
    config: Config, secrets: Secrets, meter: Meter | None = None
) -> AsyncIterator[MatrixChat]:
    """The bot's account, logged in.

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
        await chat.open()
        yield chat
    finally:
        await chat.close()


@asynccontextmanager
async def _once_matrix_answers(
    config: Config, secrets: Secrets, meter: Meter
) -> AsyncIterator[MatrixChat]:
    """The bot's account in its rooms; waits for a homeserver that is away as long as it takes."""
    failures = 0
    while True:
        async with AsyncExitStack() as opened:
            try:
                chat = await opened.enter_async_context(open_matrix(config, secrets, meter))
                await chat.resolve()
            except TryLater as error:
                failures += 1
                pause = error.retry_after or min(LONGEST_WAIT, 2.0**failures)
                fields = {"reason": str(error), "failures": failures, "again_in_s": pause}
                log.warning("homeserver_away", extra=fields)
            else:
                yield chat
                return
        await asyncio.sleep(pause)


@asynccontextmanager
async def _loops(
    config: Config,
    store: Store,
    chat: ChatClient,
    rooms: Rooms,
    progress: Progress | None,
    watch: Watch,
) -> AsyncIterator[Loops]:
    from bot.calendars import agenda

    # First of all, since it finds what is wrong in the settings.
    promising = Promising(store, now, rooms, agenda(config.hours, now()), config.answering)
    model = embedder(config)
    await take_over_entries(config, store)

    async def rebuild() -> bool:
        # The questions that wait go to people when there is no index; they are not held up.
        try:
            await build_index(config, store, model, progress=progress)
        except KnowledgeError as error:
            log.error("index_not_built", extra={"reason": str(error)})
            return False
        return True

    await rebuild()
    language = detector()
    async with open_search(config, model, watch.meter) as found:
        await _warm_up(found, language)
        search, chat = watch.search(found), watch.chat(chat)
        vetting = Vetting(rooms, now)
        answering = Answering(store, search, language, now, config.answering, rooms, promising)
        escalation = Escalation(store, now, rooms, vetting)
        following = Following(store, now, rooms, answering, escalation)
        moving = Moving(store, rooms)
        budgets = Budgets(store, language, now, config.budgets, rooms)
        reception = Reception(
            store, now, chat.read, rooms, answering, escalation, following, budgets, moving
        )
        meter, shutdown = watch.meter, config.shutdown_seconds
        yield Loops(store, chat, reception, rebuild, now, meter, shutdown)


async def _warm_up(search: Search, language: DetectLanguage) -> None:
    """Loads the models now, so that the first asker does not wait for them."""
    await language.detect("Goedemorgen", ())
    try:
        await search.find(Question("Goedemorgen", "nl"), 1)
    except KnowledgeError as error:
        log.error("search_unavailable", extra={"reason": str(error)})


async def _roster(
    store: Store, front: str, responders: Sequence[Responder]
) -> Mapping[str, Responder]:
    by_id = {responder.id: responder for responder in responders}
    keys = await store.enroll(front, list(by_id))
    return {key: by_id[user_id] for user_id, key in keys.items()}


def detector() -> DetectLanguage:
    """What tells a text's language; loaded at first use."""
    from bot.language import LinguaDetector

    return LinguaDetector()
