"""The console: a front for one person who plays all parts, to try the bot without a server.

There are three rooms, ``community``, ``desk`` and ``direct``. Everything said gets a number, and
``#`` with the number is the event's id. The position is the highest number given out, so that
a database kept from an earlier time meets no number twice; what was said then can't be named
any more.
"""

from __future__ import annotations

import asyncio
import os
import re
import textwrap
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

from bot.chat.console_lines import Lines
from bot.config import Responder, Role
from bot.errors import Undeliverable
from bot.messages import Kind, Message, MessageRef, Outgoing, Place, Style
from bot.ports import Clock, Receive

FRONT = "console"
"""The front's name in ``MessageRef``."""

COMMUNITY = "community"
DESK = "desk"
DIRECT = "direct"
PLACES = {COMMUNITY: Place.COMMUNITY, DESK: Place.DESK, DIRECT: Place.DIRECT}
"""The rooms by their id."""

PERSONAS = {"citizen": COMMUNITY, "neighbour": COMMUNITY, "volunteer": DESK, "official": DESK}
"""The parts the person can play, and the room where each begins."""

HELP = """\
You play all parts. What you type is said by the current persona in the current room.
  How do I get a BSN?     say it; in a community, begin with {name} to put it to the bot
  /as volunteer           be citizen or neighbour (community), volunteer or official (desk)
  /in direct              go to another room: community, desk or direct
  /thread 3 some words    say it in the thread of #3; without words you stay in that thread
  /top                    leave the thread
  /reply 3 some words     answer #3
  /tap 4 📤               react to #4
  /help                   this again
  /quit                   the end; Ctrl-D too
A line that ends with \\ goes on in the next one."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Controls but tab and line feed: an entry must not steer the terminal."""


def user_id(persona: str) -> str:
    """The front's user id of a persona, ``@citizen:console``."""
    return f"@{persona}:{FRONT}"


class ConsoleChat:
    """A ``ChatClient`` on a terminal or a pipe."""

    front = FRONT
    desk_id = DESK
    community = COMMUNITY
    responders = (
        Responder(user_id("volunteer"), Role.VOLUNTEER),
        Responder(user_id("official"), Role.OFFICIAL, "Gemeente Voorbeeld", may_vet=True),
    )

    def __init__(
        self,
        source: TextIO,
        screen: TextIO,
        clock: Clock,
        idle: Callable[[], Awaitable[None]],
        *,
        name: str = "Loket",
        patience: float = 5.0,
    ) -> None:
        """Nothing is read or written before ``run``.

        Args:
            source: Where the person's lines come from. When it is a terminal there is a prompt.
            screen: Where everything is shown.
            clock: Dates the messages.
            idle: Returns once the bot has handled all it heard and said all it has to say.
                Awaited before each line is read, so that a piped conversation comes out in
                order, each answer below its question.
            name: What the bot is called.
            patience: Seconds after which the prompt comes although the bot is not idle; a pipe
                waits as long as it takes.
        """
        self._lines = Lines(source)
        self._screen = screen
        self._clock = clock
        self._idle = idle
        self._name = name
        self._patience = patience
        self._interactive = source.isatty()
        self._bold = screen.isatty() and not os.environ.get("NO_COLOR")
        self._prompting = False
        self._count = 0
        self._said: dict[str, _Said] = {}
        self._sent: dict[str, str] = {}
        self._persona = "citizen"
        self._room = COMMUNITY
        self._thread: str | None = None
        called = re.escape(name)
        self._call = re.compile(rf"(?:!ask|@?{called})(?:[:,]\s*|\s+|$)", re.IGNORECASE)
        self._mention = re.compile(rf"@{called}\b", re.IGNORECASE)

    async def run(self, position: str | None, receive: Receive) -> None:
        """Hears the person until cancelled; comes back at ``/quit`` or the end of the input.

        Then the person is done, and so is the program.
        """
        self._count = max(self._count, int(position or 0))
        self._show(HELP.format(name=self._name))
        heard = position
        while True:
            await self._until_idle()
            if heard != str(self._count):
                heard = str(self._count)
                await receive([], heard)
            line = await self._read()
            if line is None or line == "/quit":
                return
            try:
                message = self._understood(line)
            except _NotUnderstood as error:
                self._show(f"? {error}")
                continue
            if message is not None:
                heard = str(self._count)
                await receive([message], heard)

    async def send(self, outgoing: Outgoing) -> str:
        """Shows it, once for each key; gives its number as ``#5``.

        Raises:
            Undeliverable: There is no such room, or it is a reaction to nothing.
        """
        if event := self._sent.get(outgoing.key):
            return event
        if outgoing.room not in PLACES:
            raise Undeliverable(f"the console has no room {outgoing.room}")
        if outgoing.style in (Style.REACTION, Style.REDACTION):
            if outgoing.reply_to is None:
                raise Undeliverable(f"a {outgoing.style} needs the event that it is about")
            event = self._number(outgoing.room, None, by_bot=True)
            if outgoing.style is Style.REDACTION:
                head = f"{event} {self._name} → {outgoing.room}"
                self._show(f"{head}: takes {outgoing.reply_to} back")
            else:
                self._show(_tap(event, self._name, outgoing.text, outgoing.reply_to, outgoing.room))
        else:
            event = self._number(outgoing.room, outgoing.thread, by_bot=True)
            who = self._name + (" (notice)" if outgoing.style is Style.NOTICE else "")
            head = _head(event, who, outgoing.room, outgoing.thread, outgoing.reply_to)
            if outgoing.replaces:
                head += f", instead of {outgoing.replaces}"
            if outgoing.mentions:
                head += f", alerts {', '.join(map(_persona, outgoing.mentions))}"
            self._show(head, outgoing.text)
        self._sent[outgoing.key] = event
        return event

    async def said_before(self, outgoing: Outgoing) -> str | None:
        """Its number, if it was said; the console forgets nothing while it runs."""
        return self._sent.get(outgoing.key)

    async def read(self, message: Message) -> Message | None:
        """The console has nothing that can't be read."""
        return None

    def link(self, ref: MessageRef) -> str:
        """Nothing can be opened here."""
        return ""

    async def attend(self, message: Message, *, done: bool) -> None:
        """The console shows no ticks."""

    async def _until_idle(self) -> None:
        if not self._interactive:
            await self._idle()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._idle()

    async def _read(self) -> str | None:
        """The next words, lines that belong together joined; None at the end."""
        lines: list[str] = []
        while True:
            self._prompting = self._interactive
            self._prompt()
            try:
                line = await self._lines.next()
            finally:
                self._prompting = False
            if line is None:
                if self._interactive:
                    self._screen.write("\n")
                return None
            if not line.endswith("\\"):
                return _UNSEEN.sub("", "\n".join([*lines, line])).strip()
            lines.append(line[:-1].rstrip())

    def _understood(self, line: str) -> Message | None:
        """What the line says, when it says something; else it changes who or where one is."""
        if not line.startswith("/"):
            return self._text(line, self._room, self._thread) if line else None
        command, _, rest = line.partition(" ")
        rest = rest.strip()
        match command:
            case "/as":
                self._room, self._persona = _choice(rest, PERSONAS), rest
                self._thread = None
            case "/in":
                _choice(rest, PLACES)
                self._room, self._thread = rest, None
            case "/top":
                self._thread = None
            case "/thread":
                event, words = self._named(rest)
                said = self._said[event]
                if words:
                    return self._text(words, said.room, said.root)
                self._room, self._thread = said.room, said.root
            case "/reply":
                event, words = self._named(rest)
                said = self._said[event]
                if not words:
                    raise _NotUnderstood(f"say what: /reply {event[1:]} and your words")
                thread = said.root if said.root != event else None
                return self._text(words, said.room, thread, reply_to=event)
            case "/tap":
                event, key = self._named(rest)
                if not key:
                    raise _NotUnderstood(f"say with what: /tap {event[1:]} 📤")
                return self._reaction(key, event)
            case "/help":
                self._show(HELP.format(name=self._name))
                return None
            case _:
                raise _NotUnderstood(f"there is no {command}; /help tells what there is")
        if not self._interactive:  # Else the prompt tells.
            self._show(self._whereabouts())
        return None

    def _named(self, rest: str) -> tuple[str, str]:
        """The event that the person names first, and the words behind it."""
        number, _, words = rest.partition(" ")
        event = f"#{number.removeprefix('#')}"
        if event not in self._said:
            raise _NotUnderstood(f"{event} is not on this screen; name a number that is")
        return event, words.strip()

    def _text(
        self, text: str, room: str, thread: str | None, *, reply_to: str | None = None
    ) -> Message:
        call = self._call.match(text)
        addressed = (
            room == DIRECT
            or call is not None
            or self._mention.search(text) is not None
            or (reply_to is not None and self._said[reply_to].by_bot)
        )
        event = self._number(room, thread, by_bot=False)
        head = _head(event, self._persona, room, thread, reply_to)
        self._show(head, "" if self._interactive else text)
        return Message(
            ref=MessageRef(FRONT, room, event),
            place=PLACES[room],
            sender=user_id(self._persona),
            kind=Kind.TEXT,
            text=(text[call.end() :] if call else text) or text,
            sent_at=self._clock(),
            thread=thread,
            reply_to=reply_to,
            addressed=addressed,
        )

    def _reaction(self, key: str, target: str) -> Message:
        room = self._said[target].room
        event = self._number(room, None, by_bot=False)
        self._show(_tap(event, self._persona, key, target, room))
        return Message(
            ref=MessageRef(FRONT, room, event),
            place=PLACES[room],
            sender=user_id(self._persona),
            kind=Kind.REACTION,
            text=key,
            sent_at=self._clock(),
            reply_to=target,
            addressed=room == DIRECT,
        )

    def _number(self, room: str, thread: str | None, *, by_bot: bool) -> str:
        self._count += 1
        event = f"#{self._count}"
        self._said[event] = _Said(room, thread or event, by_bot)
        return event

    def _whereabouts(self) -> str:
        place = f"{self._room} {self._thread}" if self._thread else self._room
        return f"{self._persona} in {place}"

    def _prompt(self) -> None:
        if self._prompting:
            self._screen.write(f"{self._whereabouts()}> ")
            self._screen.flush()

    def _show(self, head: str, text: str = "") -> None:
        if self._prompting:
            # Takes the prompt's place; it comes back below. Half-typed words stay with the
            # terminal, unseen until they are sent.
            self._screen.write("\r\x1b[K")
        self._screen.write(f"\x1b[1m{head}\x1b[0m\n" if self._bold and text else f"{head}\n")
        if text:
            self._screen.write(textwrap.indent(_UNSEEN.sub("", text).strip("\n"), "   ") + "\n")
        self._screen.flush()
        self._prompt()


class _NotUnderstood(Exception):
    """The person's line makes no sense; the text says what to type."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What has a number: where it stands, its thread's root (itself outside), by whom."""

    room: str
    root: str
    by_bot: bool


def _choice(word: str, among: dict[str, str] | dict[str, Place]) -> str:
    if word not in among:
        raise _NotUnderstood(f"choose one of {', '.join(among)}")
    return among[word]


def _head(event: str, who: str, room: str, thread: str | None, reply_to: str | None) -> str:
    head = f"{event} {who} → {room}"
    if thread is not None:
        head += f", in thread {thread}"
    if reply_to is not None and reply_to != thread:
        head += f", answers {reply_to}"
    return head


def _tap(event: str, who: str, key: str, target: str, room: str) -> str:
    return f"{event} {who} → {room}: taps {_UNSEEN.sub('', key)} on {target}"


def _persona(mention: str) -> str:
    return mention.removeprefix("@").removesuffix(f":{FRONT}")
