"""The two ways the bot runs, on its homeserver and on the console: joins what ``app`` opens."""

from __future__ import annotations

import logging
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO
from zoneinfo import ZoneInfo

from bot import app
from bot.acting import Acting
from bot.afterwards import Afterwards
from bot.alerting import Alerting
from bot.answering import Answering
from bot.audience import Audience
from bot.budgets import Budgets
from bot.cards import Cards
from bot.cases import Case
from bot.commands import Command, parse_case
from bot.config import Community, Config, Responder, Secrets
from bot.correcting import Correcting
from bot.coverage import uncovered
from bot.desk import Desk
from bot.doubts import Doubts
from bot.errors import ConfigError, LoketError
from bot.escalation import Escalation
from bot.flagging import Flagging
from bot.following import Following
from bot.hours import Agenda
from bot.likening import Likening
from bot.loops import Loops
from bot.maintaining import Maintaining
from bot.moving import Moving
from bot.ports import ChatClient, DetectLanguage, Search, Store
from bot.promising import Promising
from bot.reacting import Reacting
from bot.reception import Reception
from bot.recognizing import Recognizing
from bot.reviewing import Reviewing
from bot.rivals import FindRivals
from bot.routing import Rooms
from bot.seen import Seen
from bot.telling import Telling
from bot.vetting import Vetting
from bot.watching import Watching
from bot.working import Working
from knowledge.errors import KnowledgeError
from knowledge.ports import Question

log = logging.getLogger(__name__)


async def run(
    config: Config,
    secrets: Secrets,
    progress: app.Progress | None = None,
    listening: Callable[[Callable[[], None]], None] = lambda finish: None,
) -> None:
    """Runs the bot on its homeserver until cancelled, or told to finish.

    Args:
        config: The settings.
        secrets: What only the environment knows.
        progress: See ``app.build_index``.
        listening: Called once the bot listens, with what has it finish and return.

    Raises:
        LoketError: It can't go on; the text says what a person should do.
    """
    async with (
        app.open_store(config) as store,
        app.open_web(config, store) as watch,
        app.once_matrix_answers(config, secrets, store, watch.meter) as chat,
    ):
        # For who acts from the command line, which asks no homeserver.
        await store.name_room(chat.front, config.rooms.desk, chat.desk_id)
        by_name = {community.room: community for community in config.rooms.community}
        communities = {room: by_name[name] for room, name in chat.communities.items()}
        roster = await _roster(store, chat.front, config.responders)
        rooms = _rooms(config, chat.front, chat.desk_id, roster, communities)
        async with _loops(config, store, chat, rooms, progress, watch) as loops:
            log.info("listening")
            listening(loops.finish)
            await loops.run()


async def converse(config: Config, lines: TextIO, screen: TextIO) -> None:
    """Runs the bot on the console until the person leaves; keeps nothing of what was said.

    The index in ``data_dir`` is not touched: the console has its own, begun as a copy.
    """
    first = config.rooms.community[0] if config.rooms.community else Community(room="!console")
    with TemporaryDirectory(prefix="loket-chat-") as folder:
        if app.index_folder(config).exists():
            shutil.copytree(app.index_folder(config), Path(folder) / "index", symlinks=True)
        config = replace(config, data_dir=Path(folder))
        async with app.open_store(config) as store:
            chat = app.console(lines, screen, lambda: loops.idle())
            communities = {chat.community: first}
            roster = await _roster(store, chat.front, chat.responders)
            rooms = _rooms(config, chat.front, chat.desk_id, roster, communities)
            async with _loops(config, store, chat, rooms, None, app.Watch()) as loops:
                await loops.run()


@asynccontextmanager
async def _loops(
    config: Config,
    store: Store,
    chat: ChatClient,
    rooms: Rooms,
    progress: app.Progress | None,
    watch: app.Watch,
) -> AsyncIterator[Loops]:
    # First of all, since it finds what is wrong in the settings.
    agenda = app.agenda(config)
    model = app.embedder(config)
    await app.take_over_entries(config, store)

    async def rebuild() -> bool:
        # The questions that wait go to people when there is no index; they are not held up.
        try:
            await app.build_index(config, store, model, progress=progress)
        except KnowledgeError as error:
            log.error("index_not_built", extra={"reason": str(error)})
            return False
        return True

    await _tell_of_topics(config, store, rooms)
    await rebuild()
    language = app.detector()
    async with app.open_knowledge(config, model, watch.meter) as (found, alike):
        likening = Likening(store, alike, rooms, config.desk.alike, config.desk.alike_across)
        await _warm_up(found, language, likening)
        search, chat = watch.search(found), watch.chat(chat)
        reception = _reception(config, store, chat, search, language, rooms, agenda, likening)
        meter, shutdown = watch.meter, config.shutdown_seconds
        yield Loops(store, chat, reception, rebuild, app.now, meter, shutdown)


def _reception(
    config: Config,
    store: Store,
    chat: ChatClient,
    search: Search,
    language: DetectLanguage,
    rooms: Rooms,
    agenda: Agenda,
    likening: Likening,
) -> Reception:
    audience, cards = Audience(store, rooms), Cards(rooms)
    promising = Promising(store, app.now, rooms, agenda, config.answering)
    answering = Answering(
        store, search, language, app.now, config.answering, rooms, cards, promising, audience
    )
    doubts = Doubts(store, config.answering.flagged == "pause")
    escalation = _escalation(config, store, search, rooms, promising, doubts)
    correcting = Correcting(store, app.now, rooms, doubts, config.answering.resend_days, chat.link)
    flagging = Flagging(store, app.now, rooms, cards, audience)
    reacting = Reacting(store, app.now, rooms)
    return Reception(
        store,
        app.now,
        chat.read,
        rooms,
        answering,
        escalation,
        Following(store, app.now, rooms, answering, escalation, audience, reacting),
        Budgets(store, language, app.now, config.budgets, rooms),
        Moving(store, app.now, rooms, cards),
        cards,
        Watching(app.now, rooms, answering, escalation.working, config.desk),
        Afterwards(correcting, escalation.reviewing, flagging),
        Recognizing(store, app.now, rooms, config.desk),
        likening,
        Alerting(store, app.now, rooms, agenda, config.desk.open_per_person),
    )


def _escalation(
    config: Config,
    store: Store,
    search: Search,
    rooms: Rooms,
    promising: Promising,
    doubts: Doubts,
) -> Escalation:
    here, desk, audience = (store, app.now, rooms), Desk(rooms), Audience(store, rooms)
    seen = Seen(store, rooms)
    rivals = FindRivals(store, search, app.now, rooms)
    return Escalation(
        *here,
        desk,
        Working(*here, desk, audience, config.desk, promising.hours),
        Telling(*here, desk, audience, config.desk.snippets, doubts),
        Vetting(*here, desk, audience, rivals, doubts, seen),
        Reviewing(*here, desk, seen, rivals, config.desk.review_days),
    )


def finding_rivals(config: Config, store: Store, search: Search) -> FindRivals:
    """Finds what else answers a question, for the command line."""
    return FindRivals(store, search, app.now, _rooms(config, "", "", {}, {}))


async def maintaining(config: Config, store: Store, front: str, case: Case) -> Maintaining:
    """What the command line does to one case, beside a running bot or without one.

    Raises:
        LoketError: The desk does not have the case.
    """
    rooms = await _rooms_beside(config, store, front, case)
    if rooms is None:
        raise LoketError(f"case {case.id} is not at the desk")
    promising = Promising(store, app.now, rooms, app.agenda(config), config.answering)
    here = (store, app.now, rooms, Desk(rooms), Audience(store, rooms))
    working = Working(*here, config.desk, promising.hours)
    return Maintaining(app.now, rooms, working, Cards(rooms))


async def acting(
    config: Config, store: Store, front: str, search: Search, responder: str, command: Command
) -> tuple[str, Acting]:
    """A responder's key, and what handles their command outside the desk.

    Raises:
        ConfigError: There is no such responder.
    """
    number, _ = parse_case(command.text)
    named = await store.case(number) if number is not None else None
    rooms = await _rooms_beside(config, store, front, named) if named else None
    if rooms is None:
        desk = await store.room_named(front, config.rooms.desk)
        # An alias that no start has followed yet leads nowhere from here.
        desk = "" if desk.startswith("#") else desk
        rooms = await _rooms_of(config, store, front, desk)
    person = next((key for key, each in rooms.roster.items() if each.id == responder), None)
    if person is None:
        known = ", ".join(each.id for each in config.responders) or "nobody"
        raise ConfigError("--as", f"{responder!r} is no responder in the settings: {known}")
    promising = Promising(store, app.now, rooms, app.agenda(config), config.answering)
    doubts = Doubts(store, config.answering.flagged == "pause")
    escalation = _escalation(config, store, search, rooms, promising, doubts)
    return person, Acting(store, app.now, rooms, escalation, Cards(rooms))


async def _rooms_beside(config: Config, store: Store, front: str, case: Case) -> Rooms | None:
    """The rooms as far as the database tells; None: the desk does not have the case."""
    said = await store.copies(case.asked)
    desk = next((each.room for each in said if each.key == case.desk_thread), None)
    if desk is None:
        return None
    return await _rooms_of(config, store, front, desk)


async def _rooms_of(config: Config, store: Store, front: str, desk: str) -> Rooms:
    roster = await _roster(store, front, config.responders)
    communities = {community.room: community for community in config.rooms.community}
    return _rooms(config, front, desk, roster, communities)


def _rooms(
    config: Config,
    front: str,
    desk: str,
    roster: Mapping[str, Responder],
    communities: MutableMapping[str, Community],
) -> Rooms:
    lang, zone = config.rooms.desk_language, ZoneInfo(config.rooms.time_zone)
    return Rooms(front, desk, lang, roster, communities, zone)


async def _tell_of_topics(config: Config, store: Store, rooms: Rooms) -> None:
    """Logs each topic whose questions would alert nobody, or anybody."""
    topics = {entry.topic for entry in await store.entries()}
    topics |= {topic for community in config.rooms.community for topic in community.topics}
    for topic in uncovered(topics, rooms.roster.values()):
        log.warning("topic_uncovered", extra={"topic": topic})


async def _warm_up(search: Search, language: DetectLanguage, likening: Likening) -> None:
    """Loads the models now, so that the first asker does not wait for them."""
    await language.detect("Goedemorgen", ())
    try:
        await search.find(Question("Goedemorgen", "nl"), 1)
        await likening.warm_up()
    except KnowledgeError as error:
        log.error("search_unavailable", extra={"reason": str(error)})


async def _roster(
    store: Store, front: str, responders: Sequence[Responder]
) -> Mapping[str, Responder]:
    by_id = {responder.id: responder for responder in responders}
    keys = await store.enroll(front, list(by_id))
    return {key: by_id[user_id] for user_id, key in keys.items()}
