"""What responders do from the command line, by the same rules as at the desk.

A command given there is what it would be in a responder's direct chat with the bot. What the bot
would answer in that chat is for the terminal. The case's thread tells who wrote what where.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.cards import Cards
from bot.cases import Case
from bot.catalogue import say
from bot.commands import Command, Verb, parse, parse_case
from bot.errors import LoketError
from bot.escalation import Escalation
from bot.maintaining import FRONT, looked_at_soon
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, key_after
from bot.outcome import Outcome
from bot.ports import Clock, Store
from bot.routing import Rooms
from bot.words import Words, page, paragraph, quote

SHOWN = "shown"
"""Reason of an outcome that only shows what is to be approved."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of a command.

    Attributes:
        outcome: What it changes, to be committed by the caller; None: nothing.
        told: What the bot answers to whoever wrote it.
    """

    outcome: Outcome | None
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acting:
    """Handles what a responder writes on the command line.

    Attributes:
        store, clock: The ports.
        rooms: Where the desk is, and who may act there.
        escalation: Handles what responders write.
        cards: Keeps the cards at the desk current.
    """

    store: Store
    clock: Clock
    rooms: Rooms
    escalation: Escalation
    cards: Cards

    async def act(self, person: str, text: str, name: str) -> Acted:
        """All that a command changes.

        Args:
            person: The responder's key.
            text: The command, as it would be written at the desk outside its threads.
            name: Of this command, unlike any other's; again with the same one, it is the same.

        Raises:
            LoketError: Something has to be shown at the desk, and nobody knows where that is.
        """
        message = Message(
            ref=MessageRef(FRONT, "", name),
            place=Place.DIRECT,
            sender=person,
            kind=Kind.TEXT,
            text=text,
            sent_at=self.clock(),
            addressed=True,
        )
        outcome = await self.escalation.handle(message)
        told = tuple(each.text for each in outcome.outgoing if each.front == FRONT)
        if note := await self._note(message):
            return Acted(Outcome("noted", outgoing=(self._heard(message, note),)), told)
        if not (outcome.case or outcome.entry or outcome.withdrawn):
            shown = tuple(map(self._shown, (each for each in outcome.outgoing if each.shows)))
            if shown and not self.rooms.desk:
                text = "what is to be approved is shown at the desk first, and it is not known yet"
                raise LoketError(f"{text} where that is; start `loket run` once")
            # What is to be approved is shown at the desk; then the same command approves it.
            there = (each for each in outcome.outgoing if each.front != FRONT)
            told = (*told, *(each.text for each in there if each.shows))
            return Acted(Outcome(SHOWN, outgoing=shown) if shown else None, told)
        said = tuple(each for each in outcome.outgoing if each.front != FRONT)
        if outcome.case:
            said = (self._heard(message, outcome.case), *said)
        now = self.clock()
        outcome = replace(
            outcome,
            handled=None,
            case=outcome.case and looked_at_soon(outcome.case, now),
            cases=tuple(looked_at_soon(each, now) for each in outcome.cases),
            outgoing=said,
        )
        return Acted(self.cards.current(outcome), told)

    async def _note(self, message: Message) -> Case | None:
        """The case that a note is for; at the desk it would stand in its thread by itself."""
        command = parse(message.text)
        if not isinstance(command, Command) or command.verb is not Verb.NOTE:
            return None
        number, _ = parse_case(command.text)
        case = await self.store.case(number) if number is not None else None
        return case if case and case.desk_thread else None

    def _shown(self, told: Outgoing) -> Outgoing:
        words = Words(told.text, told.html)
        return replace(self.rooms.outside(key_after(told.key, "shown"), words), shows=told.shows)

    def _heard(self, message: Message, case: Case) -> Outgoing:
        lang = self.rooms.desk_lang
        who = self.rooms.roster[message.sender].id
        words = page(paragraph(say(lang, "on_command_line", who=who)), quote(message.text))
        return self.rooms.in_thread(case, f"written {message.ref.event}", words)
