"""A whole counter in memory: store, use cases and loops, with a scripted search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.afterwards import Afterwards
from bot.alerting import Alerting
from bot.answering import Answering
from bot.audience import Audience
from bot.budgets import Budgets
from bot.cards import Cards
from bot.config import Answering as Settings
from bot.config import Budgets as BudgetSettings
from bot.config import Community, Responder, Role
from bot.config import Desk as DeskSettings
from bot.correcting import Correcting
from bot.desk import Desk
from bot.doubts import Doubts
from bot.errors import HandleAgain
from bot.escalation import Escalation
from bot.flagging import Flagging
from bot.following import Following
from bot.hours import Agenda
from bot.likening import Likening
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from bot.moving import Moving
from bot.outcome import Outcome
from bot.ports import Store
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
from knowledge.entry import Entry
from knowledge.ports import Hit, Question
from tests.fakes import FakeClock, MemoryStore

WELCOME, DESK, CHAT = "!welcome", "!desk", "!chat"
ANNA, BEN = "@anna:example.org", "@ben:example.org"
VERA, WIM = "@vera:example.org", "@wim:example.org"
OMAR, EVA = "@omar:example.org", "@eva:example.org"

RESPONDERS = (
    Responder(VERA, Role.VOLUNTEER),
    Responder(WIM, Role.VOLUNTEER, may_vet=True),
    Responder(OMAR, Role.OFFICIAL, "UWV", may_vet=True),
    Responder(EVA, Role.OFFICIAL, "SVB"),
)

BSN = Entry(
    "bsn",
    "en",
    "registration",
    "How do I get a BSN?",
    "Register at your municipality.",
    source="https://example.org/bsn",
    body="Gemeente",
    checked=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    vetted_by="Gemeente",
)


class ScriptedSearch:
    """Finds what a test says; breaks when it says so."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.across: list[Hit] = []
        self.error: Exception | None = None
        self.across_error: Exception | None = None

    def finds(self, entry: Entry, score: float) -> None:
        self.hits.append(Hit(entry.id, entry.knowledge, 0, score, score, 0.0))
        self.hits.sort(key=lambda hit: -hit.score)

    def finds_across(self, entry: Entry, cosine: float) -> None:
        self.across.append(Hit(entry.id, entry.knowledge, 0, cosine, cosine, 0.0))

    async def find(self, question: Question, k: int) -> list[Hit]:
        if self.error:
            raise self.error
        if question.across:
            if self.across_error:
                raise self.across_error
            return sorted(self.across, key=lambda hit: -hit.score)[:k]
        return self.hits[:k]


class SharedWords:
    """Questions are as near as the share of their words that both have; breaks when told."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def alike(
        self, question: Question, others: Mapping[int, Question]
    ) -> list[tuple[int, float]]:
        if self.error:
            raise self.error
        one = set(question.text.casefold().split())
        found = {id: set(each.text.casefold().split()) for id, each in others.items()}
        near = {id: len(one & words) / len(one | words) for id, words in found.items()}
        return sorted(near.items(), key=lambda pair: (-pair[1], pair[0]))


class Languages:
    """Dutch where it reads like Dutch, else English."""

    async def detect(self, text: str, likely: Sequence[str]) -> str:
        return "nl" if {"hoe", "ik", "mijn"} & set(text.casefold().split()) else "en"


@dataclass
class Counter:
    """What a test talks to."""

    clock: FakeClock = field(default_factory=FakeClock)
    store: MemoryStore = field(init=False)
    search: ScriptedSearch = field(default_factory=ScriptedSearch)
    alike: SharedWords = field(default_factory=SharedWords)
    readable: dict[str, str] = field(default_factory=dict)
    edited: dict[str, str] = field(default_factory=dict)
    reception: Reception = field(init=False)
    answering: Answering = field(init=False)
    escalation: Escalation = field(init=False)
    keys: dict[str, str] = field(init=False)
    count: int = 0

    @classmethod
    async def open(
        cls,
        settings: Settings | None = None,
        responders: Sequence[Responder] = RESPONDERS,
        room: Community | None = None,
        budgets: BudgetSettings | None = None,
        desk_settings: DeskSettings | None = None,
        store: Store | None = None,
        agenda: Agenda | None = None,
    ) -> Counter:
        self = cls()
        # Tests that look into the store use the one in memory.
        self.store = store or MemoryStore(self.clock)  # type: ignore[assignment]
        settings = settings or Settings()
        people = [ANNA, BEN, *(each.id for each in responders)]
        self.keys = dict(await self.store.enroll("matrix", people))
        roster = {self.keys[each.id]: each for each in responders}
        communities = {WELCOME: room or Community(room=WELCOME, languages=("nl", "en"))}
        rooms = Rooms("matrix", DESK, "en", roster, communities)
        cards = Cards(rooms)
        promising = Promising(self.store, self.clock, rooms, agenda or Agenda(), settings)
        self.answering = Answering(
            self.store,
            self.search,
            Languages(),
            self.clock,
            settings,
            rooms,
            cards,
            promising,
            Audience(self.store, rooms),
        )
        desk, here = Desk(rooms), (self.store, self.clock, rooms)
        work, audience = desk_settings or DeskSettings(weekly=None), Audience(self.store, rooms)
        rivals = FindRivals(self.store, self.search, self.clock, rooms)
        seen = Seen(self.store, rooms)
        flagging = Flagging(*here, cards, audience)
        reviewing = Reviewing(*here, desk, seen, rivals, work.review_days)
        doubts = Doubts(self.store, settings.flagged == "pause")
        self.escalation = Escalation(
            *here,
            desk,
            Working(*here, desk, audience, work, promising.hours),
            Telling(*here, desk, audience, work.snippets, doubts),
            Vetting(*here, desk, audience, rivals, doubts, seen),
            reviewing,
        )
        reacting = Reacting(*here)
        following = Following(*here, self.answering, self.escalation, audience, reacting)
        self.reception = Reception(
            self.store,
            self.clock,
            self.read,
            rooms,
            self.answering,
            self.escalation,
            following,
            Budgets(self.store, Languages(), self.clock, budgets or BudgetSettings(0, 0), rooms),
            Moving(self.store, self.clock, rooms, cards),
            cards,
            Watching(self.clock, rooms, self.answering, self.escalation.working, work),
            Afterwards(Correcting(*here, doubts, settings.resend_days, link), reviewing, flagging),
            Recognizing(*here, work),
            Likening(self.store, self.alike, rooms, work.alike, work.alike_across),
            Alerting(*here, agenda or Agenda(), work.open_per_person),
        )
        return self

    async def read(self, message: Message) -> Message | None:
        """Reads what a test put into ``readable`` and ``edited``, by the event's id."""
        text, edited = (each.get(message.ref.event) for each in (self.readable, self.edited))
        kind = Kind.TEXT if edited is None else Kind.EDIT
        return None if text is None else replace(message, kind=kind, text=text, reply_to=edited)

    async def knows(self, *entries: Entry) -> None:
        await self.store.publish(entries, "test")

    async def says(
        self, who: str, text: str, room: str = WELCOME, **more: object
    ) -> tuple[Message, Outcome]:
        """Somebody writes; the bot handles it and says what it has to say."""
        self.count += 1
        places = {DESK: Place.DESK, CHAT: Place.DIRECT}
        message = Message(
            ref=MessageRef("matrix", room, f"$m{self.count}"),
            place=places.get(room, Place.COMMUNITY),
            sender=who,
            kind=Kind.TEXT,
            text=text,
            sent_at=self.clock(),
            addressed=room == CHAT,
        )
        message = replace(message, **more)  # type: ignore[arg-type]
        await self.store.receive("matrix", [message], str(self.count))
        (kept,) = await self.store.unhandled(self.clock(), 10)
        outcome = await self.reception.handle(kept)
        await self.store.commit(outcome)
        await self.send()
        return kept, outcome

    async def asks(self, text: str, who: str = ANNA, room: str = WELCOME) -> Outcome:
        """Somebody puts a question to the bot."""
        _, outcome = await self.says(who, text, room, addressed=True)
        return outcome

    async def at_desk(self, who: str, text: str, case_id: int = 1) -> Outcome:
        """A responder writes in the thread of a case."""
        case = await self.store.case(case_id)
        assert case is not None
        assert case.desk_thread is not None
        root = self.store.events[case.desk_thread]
        _, outcome = await self.says(who, text, DESK, thread=root)
        return outcome

    async def taps(self, who: str, key: str, event: str, room: str = DESK) -> Outcome:
        """Somebody reacts."""
        _, outcome = await self.says(who, key, room, kind=Kind.REACTION, reply_to=event)
        return outcome

    async def edits(
        self, who: str, event: str, text: str, room: str = WELCOME, **more: object
    ) -> Outcome:
        """Somebody edits an event of theirs, sent just now."""
        _, outcome = await self.says(who, text, room, kind=Kind.EDIT, reply_to=event, **more)
        return outcome

    async def takes_back(self, who: str, event: str, room: str = WELCOME) -> Outcome:
        """Somebody redacts an event."""
        _, outcome = await self.says(who, "", room, kind=Kind.REDACTION, reply_to=event)
        return outcome

    async def waits(self) -> list[Outcome]:
        """The clock is looked at."""
        outcomes = []
        for case in await self.store.cases_due(self.clock()):
            outcome = await self.reception.due(case)
            await self.store.commit(outcome)
            outcomes.append(outcome)
        for case in await self.store.cases_slipped(self.clock()):
            outcome = await self.reception.slipped(case)
            await self.store.commit(outcome)
            outcomes.append(outcome)
        await self.send()
        return outcomes

    async def looks_after(self, *, send: bool = True) -> list[Outcome]:
        """What was published is looked after."""
        outcomes = await self.reception.looked_after()
        for outcome in outcomes:
            await self.store.commit(outcome)
        if send:
            await self.send()
        return outcomes

    async def send(self) -> None:
        while ready := await self.store.unsent(100):
            for outgoing in ready:
                await self.store.attempt(outgoing.key)
                await self.store.sent(outgoing.key, f"${outgoing.key}")

    def said(self, room: str) -> list[Outgoing]:
        """Everything the bot said in a room."""
        return [each for each in self.store.outbox.values() if each.room == room]

    def shown(self, room: str) -> list[str]:
        """What somebody sees in a room now: edits done, what was taken back gone."""
        gone = {each.reply_to for each in self.said(room) if each.style is Style.REDACTION}
        texts: dict[str, str] = {}
        for each in self.said(room):
            if each.key in self.store.refused or each.style in (Style.REACTION, Style.REDACTION):
                continue
            texts[each.replaces or each.key] = each.text
        return [text for key, text in texts.items() if key not in gone]

    def last(self, room: str) -> Outgoing:
        """What the bot said last in a room, but for edits of cards."""
        return [each for each in self.said(room) if not each.replaces or each.thread][-1]

    def card(self, case_id: int = 1) -> str:
        """What the first message of a case's thread at the desk shows now."""
        key = self.store.cases[case_id].desk_thread
        texts = [
            each.text for each in self.store.outbox.values() if key in (each.key, each.replaces)
        ]
        return texts[-1]


def link(ref: MessageRef) -> str:
    """The address of a message."""
    return f"https://chat.example/{ref.room}/{ref.event}"


__all__ = ["Counter", "HandleAgain"]
