"""The desk on a real Synapse, part by part: a case's life, the tools, routing, time, me too.

Each story has citizens, volunteers and officials of two bodies, and the bot is restarted amid it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from stage.bot import BotProcess, settings
from stage.person import Person, Seen

from knowledge.entry import Entry
from knowledge.files import write
from tests import warm
from tests.acceptance.conftest import CHECKED, ENTRIES
from tests.town import Town

pytestmark = [pytest.mark.synapse, pytest.mark.model]

ROOT = Path(__file__).parents[2]
SVB, TOESLAGEN = "SVB", "Dienst Toeslagen"
BIKE = "Where can I borrow a cargo bike for moving house?"
LIBRARY = "!answer At the bike library, see https://example.org/bikes"
BOAT = "Can I get rent allowance for a houseboat that I share with two friends?"
RENT = Entry(
    "rent",
    "en",
    "rent-allowance",
    "How do I get rent allowance?",
    "Log in to Mijn toeslagen.",
    source="https://example.org/rent",
    body="Dienst Toeslagen",
    checked=CHECKED,
)
LATE = "this takes longer than I told you"
WITHIN = 20.0

TOPICS = {name: ["registration"] for name in ("vera", "omar")}
TOPICS |= {name: ["rent-allowance"] for name in ("wim", "eva")}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class Staff:
    """A bot at work with everybody a story needs.

    Attributes:
        town: Its rooms; Anna is a citizen, Vera a volunteer.
        ben: Another citizen.
        wim: Another volunteer.
        omar: An official of the SVB, who may vet.
        eva: An official of Dienst Toeslagen.
        bot: The bot's process.
        folder: Its settings and data.
        more: Further settings.
    """

    town: Town
    ben: Person
    wim: Person
    omar: Person
    eva: Person
    bot: BotProcess
    folder: Path
    more: dict[str, Any]

    def set(self, *, topics: dict[str, list[str]] | None = None, **more: Any) -> None:
        """Writes the settings; the bot reads them when it starts next."""
        self.more |= more
        people = {"vera": self.town.vera, "wim": self.wim, "omar": self.omar, "eva": self.eva}
        bodies = {"omar": SVB, "eva": TOESLAGEN}
        responders = [
            {
                "id": person.user_id,
                "role": "official" if name in bodies else "volunteer",
                "body": bodies.get(name),
                "topics": (topics or {}).get(name, []),
                "may_vet": name in bodies,
            }
            for name, person in people.items()
        ]
        settings(
            self.folder,
            self.town.homeserver,
            self.town.bot,
            desk=self.town.desk,
            community=self.town.community,
            responders=responders,
            entries=str(self.folder / "entries"),
            **{"hours": [], **self.more},
        )

    async def ask(self, text: str, who: Person | None = None) -> str:
        """Puts a question to people in the community room; gives the event's id."""
        return await (who or self.town.anna).say(self.town.community, f"!people {text}")

    async def tells(self, who: Person, *words: str, room: str = "", thread: str = "") -> Seen:
        """Waits for something that the bot says to somebody, edits left out."""
        return await who.wait_for(
            lambda seen: (
                seen.sender == self.town.bot.user_id
                and seen.kind == "m.room.message"
                and seen.replaces is None
                and room in ("", seen.room)
                and thread in ("", seen.thread)
                and all(word in plain(seen.text) for word in words)
            ),
            WITHIN,
            f"the words {words}",
        )

    async def card(self, containing: str, *words: str) -> Seen:
        """Waits until a case's card shows all the words; gives the card."""
        vera = self.town.vera

        def first() -> Seen | None:
            return next(
                (
                    seen
                    for seen in vera.seen
                    if seen.sender == self.town.bot.user_id
                    and seen.room == self.town.desk
                    and seen.thread is None
                    and seen.replaces is None
                    and seen.text.startswith("Case ")
                    and containing in seen.text
                ),
                None,
            )

        def shows(_: Seen) -> bool:
            card = first()
            if card is None:
                return False
            last = [each for each in vera.seen if card.id in (each.id, each.replaces)][-1]
            return all(word in plain(last.text) for word in words)

        await vera.wait_for(shows, WITHIN, f"a card of {containing!r} with {words}")
        card = first()
        assert card is not None
        return card

    async def does(self, who: Person, text: str, card: Seen, *told: str) -> str:
        """A responder writes in a case's thread, and the bot replies there; gives the event."""
        event = await who.say(self.town.desk, text, thread=card.id)
        if told:
            await self.replies(who, event, *told)
        return event

    async def replies(self, who: Person, event: str, *told: str) -> Seen:
        """Waits for the bot's reply to an event."""
        return await who.wait_for(
            lambda seen: (
                seen.sender == self.town.bot.user_id
                and seen.content.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
                == event
                and all(word in plain(seen.text) for word in told)
            ),
            WITHIN,
            f"a reply with {told}",
        )

    @asynccontextmanager
    async def restarted(self) -> AsyncIterator[None]:
        """What happens inside, happens while the bot is away."""
        await self.bot.stop()
        yield
        await self.bot.start()


@pytest.fixture
async def staff(town: Town, tmp_path: Path) -> AsyncIterator[Staff]:
    """Everybody in their rooms; the story starts the bot with the settings that it needs."""
    write([*ENTRIES, RENT], tmp_path / "entries")
    ben = await town.newcomer("ben")
    await ben.join(town.community)
    responders = []
    for name in ("wim", "omar", "eva"):
        person = await town.newcomer(name)
        await town.vera.invite(town.desk, person.user_id)
        await person.join(town.desk)
        responders.append(person)
    wim, omar, eva = responders
    bot = BotProcess(tmp_path / "config.yaml", town.bot, launch=warm.launch)
    prepared = Staff(town, ben, wim, omar, eva, bot, tmp_path, {})
    yield prepared
    await bot.stop()


def plain(text: str) -> str:
    """Without the sign that nobody sees, which keeps names from alerting."""
    return text.replace("\u2060", "")


def mentions(seen: Seen) -> set[str]:
    return set(seen.content.get("m.mentions", {}).get("user_ids", []))


def of(who: Person, bot: str, *words: str) -> list[Seen]:
    """What somebody saw the bot say with these words, edits left out."""
    return [
        seen
        for seen in who.seen
        if seen.sender == bot
        and seen.replaces is None
        and all(word in plain(seen.text) for word in words)
    ]


def test_the_demo_plays_a_case_at_the_desk() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stage", "--story", "desk", "--exit", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "scripts"), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    *lines, result = [json.loads(line) for line in done.stdout.splitlines()]
    assert result["result"] == "ok", (result, done.stderr[-500:])
    assert done.returncode == 0
    edits = [line["text"] for line in lines if line["kind"] == "edit"]
    assert "- 1 other asks this too" in edits[0]
    assert "- Now: answered and it helped, not vetted" in edits[1]
    assert [text.count("At the counter of the town hall") for text in edits[2:]] == [1, 1]
    said = [line["text"] for line in lines if line["who"] == "Loket"]
    for words in (
        "Not published: this question has an answer for the same place already",
        "The answer above has changed. This holds now:",
        "Does this still hold? Its last day is",
        "The bot did not answer: the entry that fits is past its last day",
    ):
        assert any(words in text for text in said), words


async def test_the_life_of_a_case_from_waiting_to_vetted_and_withdrawn(staff: Staff) -> None:
    """Left to the room, handed over, claimed, asked back, answered, reopened, confirmed, vetted."""
    town, anna, vera = staff.town, staff.town.anna, staff.town.vera
    staff.set(answering={"patience": 0.02})
    await staff.bot.start()
    asked = await anna.say(town.community, BIKE)
    await staff.tells(anna, "Nobody here has answered this yet", thread=asked)
    card = await staff.card(BIKE, "nobody has it", "Nobody in the room answered it", "1 · 0.")
    assert "https://example.org/" in card.text
    assert anna.user_id not in str(card.event)
    assert {vera.user_id, staff.wim.user_id} <= mentions(card)
    assert not {staff.omar.user_id, staff.eva.user_id} & mentions(card)

    await staff.does(vera, "!claim", card, "has taken case 1")
    await staff.card(BIKE, f"Now: {vera.user_id} has it")
    await staff.does(vera, "!askback For how many hours?", card, "Your question went to the asker")
    back = await staff.tells(anna, "asks you first", "For how many hours?", thread=asked)
    assert mentions(back) == {anna.user_id}
    async with staff.restarted():
        await anna.say(town.community, "For one day only.", thread=asked)
    await staff.tells(vera, "The asker adds", "For one day only.", thread=card.id)

    first = await staff.does(vera, "!answer At the community centre.", card, "Sent to the asker")
    given = await staff.tells(anna, "No official has vetted this", "community centre", thread=asked)
    await staff.card(BIKE, "answered, not vetted", "The asker has this answer")
    await staff.does(staff.wim, "!claim", card, "it has been answered already")
    await anna.react(town.community, given.id, "👎")
    await staff.tells(anna, "I have told the people who answered", thread=asked)
    await staff.tells(vera, "says that the answer did not help", thread=card.id)
    await staff.card(BIKE, f"Now: {vera.user_id} has it")
    second = await staff.does(vera, LIBRARY, card, "Sent to the asker")
    assert first != second
    given = await staff.tells(anna, "A volunteer answers", "bike library", thread=asked)
    await anna.react(town.community, given.id, "👍")
    await staff.card(BIKE, "answered and it helped", "At the bike library")

    await staff.does(vera, "!vet", card, "You can't vet case 1")
    await staff.does(staff.omar, "!vet", card, "Published as entry")
    await staff.tells(anna, f"An official of {SVB} has vetted this answer", thread=asked)
    await staff.card(BIKE, "Now: vetted")
    await staff.does(staff.wim, "!claim", card, "its answer is vetted and published")

    taken_back = await staff.ask("Who repairs a music box?", staff.ben)
    other = await staff.card("music box", "nobody has it")
    await staff.ben.redact(town.community, taken_back)
    await vera.wait_for(lambda seen: seen.redacts == other.id, WITHIN, "the card gone")
    await staff.tells(vera, "has taken the question of case 2 back")
    await staff.does(vera, "!answer Me.", other, "the asker has taken it back")


async def test_responders_work_by_text_by_number_in_a_chat_and_by_taps(staff: Staff) -> None:
    """And nothing they say among themselves leaves the desk."""
    town, anna, vera, wim = staff.town, staff.town.anna, staff.town.vera, staff.wim
    snippets = {"contact": {"en": "Please call the town hall.", "nl": "Bel het stadhuis."}}
    staff.set(desk_work={"snippets": snippets})
    await staff.bot.start()
    asked = await staff.ask(BIKE)
    card = await staff.card(BIKE)
    claims = await asyncio.gather(
        vera.say(town.desk, "!claim", thread=card.id), wim.say(town.desk, "!claim", thread=card.id)
    )
    winner = vera if await first_of(staff, vera, claims, "has taken case 1") == claims[0] else wim
    loser, lost = (wim, claims[1]) if winner is vera else (vera, claims[0])
    await staff.replies(loser, lost, f"{winner.user_id} has case 1")
    await staff.card(BIKE, f"Now: {winner.user_id} has it")
    await staff.does(loser, "The neighbour with secret bikes?", card)
    await staff.does(loser, "!note secret number one", card)
    await staff.does(winner, "!preview A secret trial.", card, "The asker would read", "trial")
    await staff.does(winner, "!clam", card, "There is no command !clam")
    draft = await staff.does(winner, "At the bike shop, for free.", card)
    await winner.wait_for(
        lambda seen: seen.kind == "m.reaction" and about(seen) == draft, WITHIN, "the offer"
    )
    async with staff.restarted():
        await winner.react(town.desk, draft, "📤")
    await staff.tells(anna, "A volunteer answers", "At the bike shop", thread=asked)

    # By number, from elsewhere at the desk; and by taps on the card.
    boat = await staff.ask(BOAT, staff.ben)
    other = await staff.card("houseboat", "nobody has it")
    claim = await vera.say(town.desk, "!claim 2")
    await staff.tells(wim, f"{vera.user_id} has taken case 2", thread=other.id)
    await staff.replies(vera, claim, "has taken case 2")
    await staff.does(wim, "!take", other, "If nothing happens, others can !take it")
    await vera.react(town.desk, other.id, "👋")
    await staff.card("houseboat", "Now: nobody has it")
    await staff.tells(vera, "Case 2 is free again")
    tap = await vera.react(town.desk, other.id, "🙋")
    await staff.card("houseboat", f"Now: {vera.user_id} has it")
    await vera.redact(town.desk, tap)
    await staff.card("houseboat", "Now: nobody has it")
    await wim.react(town.desk, other.id, "🙋")
    await staff.card("houseboat", f"Now: {wim.user_id} has it")
    await staff.does(wim, "!snooze 3d", other, "is left alone until")
    await staff.card("houseboat", "Now: left alone until")

    # In a direct chat with the bot.
    chat = await wim.direct_chat(town.bot.user_id)
    await wim.say(chat, "!queue")
    await staff.tells(wim, "2 open", "Case 2", room=chat)
    await wim.say(chat, "!snippet 2 contact")
    await staff.tells(staff.ben, "A volunteer answers", "Please call the town hall", thread=boat)
    await staff.tells(wim, "Sent to the asker of case 2", room=chat)
    await staff.tells(vera, "Sent to the asker of case 2", thread=other.id)
    await staff.card("houseboat", "answered, not vetted", "Please call the town hall")
    await wim.say(chat, "!mine")
    await staff.tells(wim, "1 of yours is open", "Case 2", room=chat)
    await anna.look()
    assert "secret" not in "".join(str(seen.event) for seen in anna.seen)


async def first_of(staff: Staff, who: Person, events: Sequence[str], word: str) -> str:
    """The event of several that the bot answers with the word."""
    replies: dict[str, Seen] = {}

    def replied(seen: Seen) -> bool:
        relation = seen.content.get("m.relates_to", {})
        to = str(relation.get("m.in_reply_to", {}).get("event_id"))
        if seen.sender == staff.town.bot.user_id and to in events and word in plain(seen.text):
            replies[to] = seen
        return bool(replies)

    await who.wait_for(replied, WITHIN, f"a reply with {word!r}")
    (one,) = replies
    return one


def about(seen: Seen) -> str | None:
    found = seen.content.get("m.relates_to", {}).get("event_id")
    return str(found) if found else None


async def test_cases_reach_whom_they_fit_and_widen_while_nobody_has_them(staff: Staff) -> None:
    """By topic, then in steps; to officials, to another body; and free again when left lying."""
    town, vera, wim, omar, eva = staff.town, staff.town.vera, staff.wim, staff.omar, staff.eva
    steps = [{"minutes": 0.03, "who": "volunteers"}, {"minutes": 0.08, "who": "officials"}]
    staff.set(topics=TOPICS, desk_work={"steps": steps})
    await staff.bot.start()
    await staff.ask(BOAT)
    card = await staff.card("houseboat", "Topic (a guess): rent-allowance")
    assert mentions(card) == {wim.user_id}
    wider = await staff.tells(vera, "Nobody has taken case 1 yet", thread=card.id)
    assert mentions(wider) == {vera.user_id}
    widest = await eva.wait_for(
        lambda seen: seen.thread == card.id and eva.user_id in mentions(seen), WITHIN, "officials"
    )
    assert mentions(widest) == {eva.user_id}

    await staff.does(vera, "!claim", card, "has taken case 1")
    await staff.does(vera, "!escalate", card, "waits for officials now")
    await staff.card("houseboat", "Now: nobody has it", "It waits for officials")
    await staff.does(vera, "!claim", card, "Only they can take it")
    async with staff.restarted():
        staff.set(
            topics=TOPICS,
            desk_work={"steps": steps, "remind_hours": 0.0005, "idle_hours": 0.001},
        )
        moved = await staff.does(eva, "!transfer svb", card)
    told = await staff.replies(omar, moved, f"waits for officials of {SVB} now")
    assert mentions(told) == {omar.user_id}
    await staff.card("houseboat", f"It waits for officials of {SVB}")
    await staff.does(eva, "!transfer Rijkswaterstaat", card, "To which body?", SVB, TOESLAGEN)
    await staff.does(omar, "!claim", card, "has taken case 1")
    reminded = await staff.tells(omar, "Case 1 is yours and waits", thread=card.id)
    assert mentions(reminded) == {omar.user_id}
    free = await staff.tells(omar, f"is free again: {omar.user_id} has not come to it")
    assert mentions(free) == {omar.user_id}
    await staff.card("houseboat", "Now: nobody has it", f"It waits for officials of {SVB}")
    assert len(of(vera, town.bot.user_id, "Nobody has taken case 1 yet")) == 2


async def test_askers_are_told_when_people_are_back_and_once_when_it_slips(staff: Staff) -> None:
    """The hours of the body that its topic waits for count, not those of others."""
    town, anna, zone = staff.town, staff.town.anna, ZoneInfo("Europe/Amsterdam")
    now = datetime.now(zone)
    opens = (now + timedelta(hours=3)).replace(minute=15, second=0, microsecond=0)
    period = f"{opens:%H}:15-{opens:%H}:45"
    hours = {"role": "official", "body": TOESLAGEN, "time_zone": "Europe/Amsterdam"}
    # Nobody but Dienst Toeslagen answers for rent allowance here.
    topics = TOPICS | {"wim": ["registration"]}
    staff.set(topics=topics, hours=[hours | {"week": {each: [period] for each in DAYS}}])
    await staff.bot.start()
    closed = await staff.ask(BOAT)
    told = await staff.tells(anna, "I can't promise how fast", thread=closed)
    assert f"They are back on {opens:%A} {opens.day} {opens:%B} at {opens.hour}:15." in told.text
    open_now = await staff.ask("What does a copy of my birth registration cost?", staff.ben)
    told = await staff.tells(staff.ben, "I can't promise how fast", thread=open_now)
    assert "They are back" not in told.text

    async with staff.restarted():
        staff.set(topics=topics, hours=[], answering={"promise_hours": 0.05})
        promised = await staff.ask("Can I get rent allowance for half a garage?")
    await staff.tells(anna, "They try to answer within 5 minutes", thread=promised)
    async with staff.restarted():
        pass_by(staff.folder / "data" / "loket.db")
    late = await staff.tells(anna, LATE, thread=promised)
    assert mentions(late) == {anna.user_id}
    card = await staff.card("half a garage")
    await staff.does(staff.eva, "!answer No.", card, "Sent to the asker")
    await staff.tells(anna, f"An official of {TOESLAGEN} answers", thread=promised)
    await staff.ben.look()
    slipped = [*of(anna, town.bot.user_id, LATE), *of(staff.ben, town.bot.user_id, LATE)]
    assert {seen.id for seen in slipped} == {late.id}


def pass_by(database: Path) -> None:
    """Lets the time pass within which an answer was promised, while the bot is away."""
    with closing(sqlite3.connect(database)) as db, db:
        moved = db.execute(
            "UPDATE promises SET until = (SELECT opened_at FROM cases WHERE id = case_id)"
        )
        assert moved.rowcount == 1


async def test_whoever_asks_it_too_is_counted_and_gets_the_answer(staff: Staff) -> None:
    """By ➕ on a question, and by an own question that is merged with it."""
    town, anna, ben, vera = staff.town, staff.town.anna, staff.ben, staff.town.vera
    cleo = await town.newcomer("cleo")
    await cleo.join(town.community)
    staff.set()
    await staff.bot.start()
    asked = await staff.ask(BIKE)
    card = await staff.card(BIKE)
    handover = await staff.tells(anna, "(case 1)", thread=asked)
    await ben.react(town.community, asked, "➕")
    await staff.card(BIKE, "1 other asks this too")
    own = await staff.ask("Who lends me a big bicycle to move my furniture?", cleo)
    other = await staff.card("big bicycle")
    async with staff.restarted():
        await ben.react(town.community, handover.id, "➕")
        await vera.say(town.desk, "!merge 1", thread=other.id)
    await staff.tells(cleo, "Somebody else asked the same", thread=own)
    await staff.card("big bicycle", "the same question as case 1")
    await staff.card(BIKE, "2 others ask this too")
    queue = await vera.say(town.desk, "!queue")
    await staff.replies(vera, queue, "1 open", "Case 1", "2 more ask it")
    await staff.does(vera, LIBRARY, card, "Sent to the asker")
    told = await staff.tells(anna, "A volunteer answers", "At the bike library", thread=asked)
    assert mentions(told) == {anna.user_id, ben.user_id}
    told = await staff.tells(cleo, "A volunteer answers", "At the bike library", thread=own)
    assert mentions(told) == {cleo.user_id}
    await staff.tells(vera, "As an entry", thread=card.id)
    await staff.does(staff.omar, "!vet", card, "Published as entry")
    await staff.tells(anna, f"An official of {SVB} has vetted this answer", thread=asked)
    await staff.tells(cleo, f"An official of {SVB} has vetted this answer", thread=own)
    await staff.card(BIKE, "Now: vetted")
