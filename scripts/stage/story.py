"""The main job, played by ordinary accounts on a real homeserver.

Each step waits for what must happen, and fails with what came instead.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from stage.bot import BotProcess, settings
from stage.homeserver import Account, Homeserver
from stage.person import Person, Seen
from stage.transcript import Transcript

WITHIN = 20.0
"""Seconds in which the bot must have done what a step expects."""

BODY = "Gemeente Voorbeeld"
SOURCE = "https://www.bibliotheek.nl"


class StoryFailed(Exception):
    """A step did not happen as expected."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the story needs, running."""

    homeserver: Homeserver
    bot: BotProcess
    bot_account: Account
    people: dict[str, Person]
    accounts: dict[str, Account]
    community: str
    desk: str


@asynccontextmanager
async def set_stage(folder: Path, transcript: Transcript) -> AsyncIterator[Stage]:
    """Starts homeserver and bot, makes rooms and accounts, and takes all down again.

    Args:
        folder: For the bot's settings and data.
        transcript: Is told what takes time.
    """
    async with AsyncExitStack() as stack:
        transcript.progress("starting a throwaway Matrix homeserver (Synapse)")
        homeserver = await stack.enter_async_context(Homeserver())
        names = ("Loket", "Anna", "Bilal", "Carla", "Vera", "Omar")
        accounts = {name: await homeserver.register(name.lower(), name) for name in names}
        people: dict[str, Person] = {}
        for name in names[1:]:
            person = Person(homeserver.url, accounts[name])
            people[name] = await stack.enter_async_context(person)
        bot_account = accounts["Loket"]
        community = await people["Omar"].create_room("Welcome", alias="welcome")
        at_desk = [accounts["Vera"].user_id, bot_account.user_id]
        desk = await people["Omar"].create_room(
            "Desk", alias="desk", preset="private_chat", invite=at_desk
        )
        await people["Vera"].join(desk)
        for name in ("Anna", "Bilal", "Carla"):
            await people[name].join(community)
        config = settings(
            folder,
            homeserver,
            bot_account,
            desk="#desk:localhost",
            community="#welcome:localhost",
            responders=[
                {"id": accounts["Vera"].user_id, "role": "volunteer"},
                {
                    "id": accounts["Omar"].user_id,
                    "role": "official",
                    "body": BODY,
                    "may_vet": True,
                },
            ],
        )
        transcript.progress("starting the bot (loket run): model, knowledge base, index")
        bot = await stack.enter_async_context(
            BotProcess(config, bot_account, waiting=transcript.progress)
        )
        yield Stage(homeserver, bot, bot_account, people, accounts, community, desk)


@dataclass(slots=True)
class Story:
    """Plays the story once."""

    stage: Stage
    transcript: Transcript

    async def play(self) -> None:
        """Plays every step.

        Raises:
            StoryFailed: Something did not happen as expected; the text says what.
        """
        try:
            await self._scenes()
        except TimeoutError as error:
            raise StoryFailed(str(error)) from error

    async def _scenes(self) -> None:
        await self._known_answer()
        await self._answer_in_another_language()
        thread = await self._unknown_question()
        await self._desk_answers(thread)
        await self._next_citizen()

    async def _known_answer(self) -> None:
        self.transcript.scene("A citizen asks in the community room")
        asked = await self._ask(
            "Anna", "weet iemand hoe ik toeslag voor mijn zorgverzekering krijg?"
        )
        answer = await self._bot_says("Anna", self.stage.community, thread=asked)
        self._expect(answer, "Zorgtoeslag", "the answer about care allowance")
        self._expect(answer, "Bron: https://", "its source")
        self._expect(answer, "Ik ben een bot", "that a bot says it")

    async def _answer_in_another_language(self) -> None:
        self.transcript.scene("A Dutch question whose answer was only vetted in English")
        asked = await self._ask(
            "Carla", "Loket: kan ik het theorie-examen in het Engels doen?", mention=True
        )
        answer = await self._bot_says("Carla", self.stage.community, thread=asked)
        self._expect(answer, "Dit antwoord is in het Engels", "the language of the answer")

    async def _unknown_question(self) -> str:
        self.transcript.scene("A question nobody has answered before")
        question = "Loket: I want to practise my Dutch. Does the library give free lessons?"
        asked = await self._ask("Bilal", question, mention=True)
        told = await self._bot_says("Bilal", self.stage.community, thread=asked)
        self._expect(told, "brought it to the volunteers and officials", "what happens next")
        return asked

    async def _desk_answers(self, asked: str) -> None:
        self.transcript.scene("At the desk: a volunteer answers")
        card = await self._bot_says("Vera", self.stage.desk, containing="Case 1")
        if "Bilal" in card.text or "bilal" in card.text:
            raise StoryFailed("the desk was shown who asked")
        await self._at_desk("Vera", "!claim", card)
        await self._bot_says("Vera", self.stage.desk, thread=card.id, containing="has taken case")
        words = (
            "Yes. Most libraries have a Taalhuis: a desk where volunteers help you to practise "
            "Dutch for free, in a group or with a language buddy. You need no library card and no "
            "appointment for the first visit. Ask at the counter for the opening hours."
        )
        draft = await self._at_desk("Vera", words, card)
        began = time.monotonic()
        offer = await self.stage.people["Vera"].wait_for(
            lambda seen: seen.kind == "m.reaction" and _target(seen) == draft,
            WITHIN,
            "the bot's offer to send a plain message",
        )
        self._tell("Loket", offer, "desk", seconds=time.monotonic() - began)
        await self._tap("Vera", self.stage.desk, draft, "📤")
        carried = await self._bot_says("Bilal", self.stage.community, thread=asked, kind="m.text")
        self._expect(carried, "A volunteer answers your question", "whom it comes from")
        self._expect(carried, "Taalhuis", "the volunteer's words")
        if self.stage.accounts["Bilal"].user_id not in mentions(carried):
            raise StoryFailed("the asker was not mentioned")

        self.transcript.scene("At the desk: an official vets")
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="As an entry")
        question = "Where can I get free Dutch lessons in the library?"
        edit = f"!edit question: {question}\nsource: {SOURCE}\ntopic: learning-dutch"
        await self._at_desk("Omar", edit, card)
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing=question)
        await self._at_desk("Omar", "!vet", card)
        await self._bot_says("Omar", self.stage.desk, thread=card.id, containing="Published as")
        vetted = await self._bot_says(
            "Bilal", self.stage.community, thread=asked, containing="has vetted this answer"
        )
        self._expect(vetted, BODY, "the body that vetted it")

    async def _next_citizen(self) -> None:
        self.transcript.scene("The next citizen asks it in other words, in another language")
        question = "Loket: waar kan ik gratis Nederlandse les krijgen in de bibliotheek?"
        asked = await self._ask("Anna", question, mention=True)
        answer = await self._bot_says("Anna", self.stage.community, thread=asked)
        self._expect(answer, "Taalhuis", "the volunteer's answer")
        self._expect(answer, "Dit antwoord is in het Engels", "the language of the answer")
        self._expect(answer, f"medewerker van {BODY}", "who vetted it")

    async def _ask(self, who: str, text: str, *, mention: bool = False) -> str:
        mentioned = [self.stage.bot_account.user_id] if mention else []
        event = await self.stage.people[who].say(self.stage.community, text, mention=mentioned)
        self.transcript.event(who, "welcome", "text", text, event, seconds=None)
        return event

    async def _at_desk(self, who: str, text: str, card: Seen) -> str:
        event = await self.stage.people[who].say(self.stage.desk, text, thread=card.id)
        self.transcript.event(who, "desk", "text", text, event, seconds=None)
        return event

    async def _tap(self, who: str, room: str, event: str, key: str) -> str:
        tap = await self.stage.people[who].react(room, event, key)
        self.transcript.event(who, self._name(room), "reaction", key, tap, seconds=None)
        return tap

    def _name(self, room: str) -> str:
        return "welcome" if room == self.stage.community else "desk"

    async def _bot_says(
        self,
        to: str,
        room: str,
        *,
        thread: str | None = None,
        containing: str = "",
        kind: str = "",
    ) -> Seen:
        """Waits for the bot's words in a room, as somebody there sees them."""
        began = time.monotonic()

        def wanted(seen: Seen) -> bool:
            return (
                seen.sender == self.stage.bot_account.user_id
                and seen.kind == "m.room.message"
                and seen.room == room
                and (thread is None or seen.thread == thread)
                and containing in seen.text
                and kind in ("", seen.content.get("msgtype"))
            )

        what = f"Loket's words to {to}" + (f" with {containing!r}" if containing else "")
        seen = await self.stage.people[to].wait_for(wanted, WITHIN, what)
        self._tell("Loket", seen, self._name(room), seconds=time.monotonic() - began)
        return seen

    def _tell(self, who: str, seen: Seen, room: str, *, seconds: float) -> None:
        if seen.kind == "m.reaction":
            key = str(seen.content["m.relates_to"]["key"])
            self.transcript.event(who, room, "reaction", key, seen.id, seconds=seconds)
            return
        kind = "notice" if seen.content.get("msgtype") == "m.notice" else "text"
        names = {account.user_id: name for name, account in self.stage.accounts.items()}
        alerts = [names[each] for each in mentions(seen)]
        self.transcript.event(who, room, kind, seen.text, seen.id, seconds=seconds, alerts=alerts)

    def _expect(self, seen: Seen, text: str, what: str) -> None:
        if text.casefold() not in seen.text.casefold():
            raise StoryFailed(f"expected {what} ({text!r}) in: {seen.text[:300]!r}")


def _target(seen: Seen) -> str:
    return str(seen.content.get("m.relates_to", {}).get("event_id", ""))


def mentions(seen: Seen) -> list[str]:
    """Whom it alerts."""
    return list(seen.content.get("m.mentions", {}).get("user_ids", []))
