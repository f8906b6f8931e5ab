"""One person plays all parts on a terminal or a pipe."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import pytest

from bot.chat.console import PERSONAS, ConsoleChat, user_id
from bot.errors import Undeliverable
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style, key_for
from bot.ports import ChatClient
from tests.terminal import Screen, Terminal

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DEADLINE = 5.0

Reply = Callable[[Message], Outgoing | None]


class Bot:
    """Hears like the store's side of the port, and says what ``reply`` gives when idle is asked."""

    def __init__(self, script: str | TextIO = "", reply: Reply = lambda message: None) -> None:
        self.screen = io.StringIO()
        self.heard: list[Message] = []
        self.positions: list[str] = []
        self.reply = reply
        self._unsaid: list[Outgoing] = []
        source = io.StringIO(script) if isinstance(script, str) else script
        self.chat = ConsoleChat(source, self.screen, lambda: NOW, self.idle, patience=0)

    async def receive(self, messages: Sequence[Message], position: str) -> None:
        self.heard += messages
        self.positions.append(position)
        self._unsaid += [said for message in messages if (said := self.reply(message))]

    async def idle(self) -> None:
        while self._unsaid:
            await self.chat.send(self._unsaid.pop(0))

    async def run(self, position: str | None = None) -> Bot:
        await asyncio.wait_for(self.chat.run(position, self.receive), DEADLINE)
        return self

    @property
    def shown(self) -> str:
        """What came after the explanation."""
        return self.screen.getvalue().partition("goes on in the next one.\n")[2]


def answer_to(message: Message, text: str = "At the town hall.") -> Outgoing:
    return Outgoing(
        key=key_for(message.ref, "answer"),
        front="console",
        room=message.ref.room,
        style=Style.NOTICE,
        text=text,
        thread=message.root,
    )


def in_room(room: str, **fields: object) -> Outgoing:
    outgoing = Outgoing(key="k", front="console", room=room, style=Style.TEXT, text="Hello.")
    return replace(outgoing, **fields)


async def heard(script: str, reply: Reply = lambda message: None) -> list[Message]:
    return (await Bot(script, reply).run()).heard


async def test_a_line_is_a_message_of_the_citizen_in_the_community() -> None:
    assert await heard("How do I get a BSN?\n") == [
        Message(
            ref=MessageRef("console", "community", "#1"),
            place=Place.COMMUNITY,
            sender="@citizen:console",
            kind=Kind.TEXT,
            text="How do I get a BSN?",
            sent_at=NOW,
        )
    ]


async def test_a_piped_conversation_shows_each_answer_below_its_question() -> None:
    bot = await Bot("One?\nTwo?", lambda message: answer_to(message, f"To {message.text}")).run()
    assert bot.shown == (
        "#1 citizen → community\n   One?\n"
        "#2 Loket (notice) → community, in thread #1\n   To One?\n"
        "#3 citizen → community\n   Two?\n"
        "#4 Loket (notice) → community, in thread #3\n   To Two?\n"
    )


async def test_the_explanation_comes_first_and_names_every_command() -> None:
    bot = await Bot("").run()
    for command in ("/as", "/in", "/thread", "/top", "/reply", "/tap", "/help", "/quit"):
        assert f"\n  {command}" in bot.screen.getvalue()
    assert (await Bot("/help").run()).shown == bot.screen.getvalue()


@pytest.mark.parametrize(("persona", "room"), PERSONAS.items())
async def test_a_persona_begins_in_its_room(persona: str, room: str) -> None:
    (message,) = await heard(f"/in direct\n/as {persona}\nhi\n")
    assert (message.sender, message.ref.room) == (user_id(persona), room)
    assert message.place == Place(room)


@pytest.mark.parametrize(
    ("line", "text", "addressed"),
    [
        ("How do I get a BSN?", "How do I get a BSN?", False),
        ("Loket, how?", "how?", True),
        ("loket: how?", "how?", True),
        ("@Loket how?", "how?", True),
        ("Loket how?", "how?", True),
        ("Loket", "Loket", True),
        ("Loketten are closed?", "Loketten are closed?", False),
        ("The Loket is closed?", "The Loket is closed?", False),
        ("who can ask @loket?", "who can ask @loket?", True),
        ("!ask how?", "how?", True),
        ("!askew", "!askew", False),
        ("mail me@lokethuis.nl", "mail me@lokethuis.nl", False),
    ],
)
async def test_the_bot_is_addressed_by_its_name(line: str, text: str, addressed: bool) -> None:
    (message,) = await heard(line)
    assert (message.text, message.addressed) == (text, addressed)


async def test_in_a_direct_chat_everything_is_addressed() -> None:
    messages = await heard("/in direct\nhow?\n/tap 1 👍\n")
    assert [message.addressed for message in messages] == [True, True]
    assert {message.place for message in messages} == {Place.DIRECT}


class TestThreads:
    async def test_words_after_the_number_go_there_once(self) -> None:
        messages = await heard("one\n/thread 1 two\nthree\n")
        assert [message.thread for message in messages] == [None, "#1", None]
        assert [message.text for message in messages] == ["one", "two", "three"]

    async def test_without_words_one_stays_until_top(self) -> None:
        messages = await heard("one\n/thread #1\ntwo\nthree\n/top\nfour\n")
        assert [message.thread for message in messages] == [None, "#1", "#1", None]

    async def test_any_message_of_a_thread_names_it(self) -> None:
        messages = await heard("one\n/thread 1 two\n/thread 2 three\n")
        assert [message.thread for message in messages] == [None, "#1", "#1"]

    async def test_a_thread_is_joined_in_its_room(self) -> None:
        messages = await heard(
            "/as volunteer\ncase\n/as citizen\nq\n/as volunteer\n/thread 1\n!claim\n"
        )
        assert messages[-1].ref.room == "desk"
        assert (messages[-1].thread, messages[-1].text) == ("#1", "!claim")

    @pytest.mark.parametrize("move", ["/as neighbour", "/in community"])
    async def test_going_elsewhere_leaves_the_thread(self, move: str) -> None:
        assert (await heard(f"one\n/thread 1\n{move}\ntwo\n"))[-1].thread is None

    async def test_the_answer_of_the_bot_can_be_joined(self) -> None:
        bot = Bot("q\n/thread 2 thanks\n", answer_to)
        await bot.run()
        assert bot.heard[-1].thread == "#1"
        assert not bot.heard[-1].addressed


class TestReplies:
    async def test_a_reply_to_the_bot_addresses_it_and_stays_in_the_thread(self) -> None:
        last = (await heard("q\n/reply 2 and then?\n", answer_to))[-1]
        assert (last.text, last.reply_to, last.thread, last.addressed) == (
            "and then?",
            "#2",
            "#1",
            True,
        )

    async def test_a_reply_to_a_person_does_not(self) -> None:
        last = (await heard("q\n/as neighbour\n/reply 1 so\n"))[-1]
        assert (last.reply_to, last.thread, last.addressed) == ("#1", None, False)

    async def test_a_tap_is_a_reaction_where_the_message_stands(self) -> None:
        last = (await heard("/as volunteer\nwords\n/in community\n/tap 1 📤\n"))[-1]
        assert (last.kind, last.text, last.reply_to, last.thread) == (
            Kind.REACTION,
            "📤",
            "#1",
            None,
        )
        assert last.place is Place.DESK


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/as mayor", "? choose one of citizen, neighbour, volunteer, official"),
        ("/in kitchen", "? choose one of community, desk, direct"),
        ("/thread 9 x", "? #9 is not on this screen; name a number that is"),
        ("/thread", "? # is not on this screen; name a number that is"),
        ("/reply 1", "? say what: /reply 1 and your words"),
        ("/tap 1", "? say with what: /tap 1 📤"),
        ("/claim", "? there is no /claim; /help tells what there is"),
    ],
)
async def test_what_makes_no_sense_is_explained_and_not_said(line: str, told: str) -> None:
    bot = await Bot(f"one\n{line}\n\n   \ntwo\n").run()
    assert f"\n{told}\n" in bot.shown
    assert [message.text for message in bot.heard] == ["one", "two"]


async def test_a_line_that_ends_with_a_backslash_goes_on() -> None:
    (message,) = await heard("!edit question: How? \\\nanswer: So.\n")
    assert message.text == "!edit question: How?\nanswer: So."


async def test_quit_ends_it_at_once() -> None:
    assert [message.text for message in await heard("one\n/quit\ntwo\n")] == ["one"]


async def test_typed_control_characters_are_dropped() -> None:
    assert [message.text for message in await heard("\x1b[Aone\x07\n")] == ["[Aone"]


class TestSending:
    async def test_the_same_key_is_said_once(self) -> None:
        bot = Bot()
        first = await bot.chat.send(in_room("community"))
        again = await bot.chat.send(in_room("community"))
        other = await bot.chat.send(in_room("community", key="other"))
        assert (first, again, other) == ("#1", "#1", "#2")
        assert bot.screen.getvalue().count("Hello.") == 2

    @pytest.mark.parametrize(
        ("fields", "shown"),
        [
            ({}, "#1 Loket → desk\n   Hello.\n"),
            ({"style": Style.NOTICE}, "#1 Loket (notice) → desk\n   Hello.\n"),
            ({"thread": "#9"}, "#1 Loket → desk, in thread #9\n   Hello.\n"),
            ({"reply_to": "#8"}, "#1 Loket → desk, answers #8\n   Hello.\n"),
            ({"thread": "#9", "reply_to": "#9"}, "#1 Loket → desk, in thread #9\n   Hello.\n"),
            (
                {"mentions": (user_id("volunteer"), user_id("official"))},
                "#1 Loket → desk, alerts volunteer, official\n   Hello.\n",
            ),
            ({"text": "a\n\nb\n"}, "#1 Loket → desk\n   a\n\n   b\n"),
            ({"text": "\x1b[2Jgone\x9b"}, "#1 Loket → desk\n   [2Jgone\n"),
            (
                {"style": Style.REACTION, "text": "📤", "reply_to": "#8"},
                "#1 Loket → desk: taps 📤 on #8\n",
            ),
        ],
    )
    async def test_how_and_where_it_is_said_is_shown(
        self, fields: dict[str, object], shown: str
    ) -> None:
        bot = Bot()
        await bot.chat.send(in_room("desk", **fields))
        assert bot.screen.getvalue() == shown

    @pytest.mark.parametrize(
        "outgoing", [in_room("kitchen"), in_room("desk", style=Style.REACTION, text="📤")]
    )
    async def test_what_can_never_be_said_is_refused(self, outgoing: Outgoing) -> None:
        bot = Bot()
        with pytest.raises(Undeliverable):
            await bot.chat.send(outgoing)
        assert bot.screen.getvalue() == ""


class TestPosition:
    async def test_a_kept_database_meets_no_number_twice(self) -> None:
        """Else the store would drop the message as one it knows."""
        first = await Bot("one?\n", answer_to).run()
        second = await Bot("two?\n", answer_to).run(first.positions[-1])
        events = [message.ref.event for message in first.heard + second.heard]
        assert events == ["#1", "#3"]

    async def test_it_never_goes_back(self) -> None:
        bot = await Bot("one\ntwo\n", answer_to).run()
        assert [int(position) for position in bot.positions] == [0, 1, 2, 3, 4]


@pytest.fixture
def keyboard() -> Iterator[tuple[TextIO, int]]:
    """What the console reads, and the descriptor that types."""
    reading, writing = os.pipe()
    with Terminal(os.fdopen(reading, "rb"), encoding="utf-8") as source:
        yield source, writing
    os.close(writing)


async def never_idle() -> None:
    await asyncio.Event().wait()


class TestTerminal:
    async def test_what_the_bot_says_takes_the_place_of_the_prompt(
        self, keyboard: tuple[TextIO, int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        source, typing = keyboard
        bot, screen = Bot(), Screen()
        chat = ConsoleChat(source, screen, lambda: NOW, never_idle, patience=0)
        running = asyncio.create_task(chat.run(None, bot.receive))
        await screen.until_it_ends_with("\ncitizen in community> ")
        await chat.send(in_room("community"))
        expected = "> \r\x1b[K#1 Loket → community\n   Hello.\ncitizen in community> "
        await screen.until_it_ends_with(expected)
        os.write(typing, "/thread 1\nça va".encode())
        await screen.until_it_ends_with("citizen in community #1> ")
        os.write(typing, b"?\n")
        await screen.until_it_ends_with(
            "> #2 citizen → community, in thread #1\ncitizen in community #1> "
        )
        os.write(typing, b"/quit\n")
        await asyncio.wait_for(running, DEADLINE)
        assert [message.text for message in bot.heard] == ["ça va?"]

    async def test_a_cancelled_wait_for_the_keyboard_loses_no_line(
        self, keyboard: tuple[TextIO, int]
    ) -> None:
        source, typing = keyboard
        bot, screen = Bot(), Screen()
        chat = ConsoleChat(source, screen, lambda: NOW, never_idle, patience=0)
        running = asyncio.create_task(chat.run(None, bot.receive))
        await screen.until_it_ends_with("> ")
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, DEADLINE)
        os.write(typing, b"one\n/quit\n")
        await asyncio.wait_for(chat.run("0", bot.receive), DEADLINE)
        assert [message.text for message in bot.heard] == ["one"]

    async def test_headings_are_bold_unless_colour_is_unwanted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for unwanted in ("", "1"):
            monkeypatch.setenv("NO_COLOR", unwanted)
            screen = Screen()
            chat = ConsoleChat(io.StringIO(), screen, lambda: NOW, never_idle)
            await chat.send(in_room("desk"))
            assert ("\x1b[1m#1 Loket" in screen.getvalue()) is (not unwanted)


async def test_a_file_can_be_the_input(tmp_path: Path) -> None:
    (tmp_path / "script").write_bytes("één\r\ntwo".encode())
    with (tmp_path / "script").open(encoding="utf-8") as source:
        bot = await Bot(source).run()
    assert [message.text for message in bot.heard] == ["één", "two"]


def test_it_is_a_chat_client() -> None:
    chat: ChatClient = Bot().chat
    assert chat.front == "console"
