"""What the bot needs from the outside, as narrow as it can be.

Each port has one suite in ``tests/contracts`` which the fake passes too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.cases import Case
from bot.deeds import Tally, Track
from bot.expectation import FirstAnswer
from bot.figures import Figures
from bot.holding import Holding
from bot.keeping import Keeping
from bot.messages import Message, MessageRef, Outgoing
from bot.outcome import Follower, Given, Note, Outcome, Reaction
from knowledge.ports import Hit, Question

Clock = Callable[[], datetime]
"""Now: aware, UTC."""

LONGEST_PUT_OFF = timedelta(hours=1)
"""How far ahead a message is ever put off."""

Receive = Callable[[Sequence[Message], str], Awaitable[None]]
"""Takes what came, and the position after it; both are safe once it returns."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an examination.

    Attributes:
        name: What was looked at.
        ok: Whether the bot can do its work there.
        text: What was found.
        remedy: What a person can do about it; empty when all is well.
    """

    name: str
    ok: bool
    text: str
    remedy: str = ""


class ChatClient(Protocol):
    """One front: a Matrix homeserver, the console."""

    @property
    def front(self) -> str:
        """The front's name, as in ``MessageRef.front``."""

    async def run(self, position: str | None, receive: Receive) -> None:
        """Hears messages until cancelled; asks upstream again only after ``receive`` returned.

        What happened before the very first start is not heard. Comes back by itself when the
        other side was away.

        Args:
            position: The last one that ``receive`` was given; None at the very first start.
            receive: Called with what came, in order; an empty batch moves the position only.
                What the bot says itself comes too, as ``Kind.SAID``, if it can be answered before
                ``send`` has given its event's id.

        Raises:
            LoggedOut: The access token is no longer good.
        """

    async def send(self, outgoing: Outgoing) -> str:
        """Says it, once however often it is called with the same key; gives the event's id.

        Raises:
            TryLater: Not said, or not known whether; the same call is safe for an hour, and
                after that once ``said_before`` knows nothing of it.
            Undeliverable: It will never be said.
            LoggedOut: The access token is no longer good.
        """

    async def said_before(self, outgoing: Outgoing) -> str | None:
        """The id of the event as which it was said at ``attempted_at`` or after, if it was.

        Raises:
            TryLater: The other side does not tell now.
            LoggedOut: The access token is no longer good.
        """

    async def read(self, message: Message) -> Message | None:
        """What an unreadable message says, once it can be read; None: not yet."""

    def link(self, ref: MessageRef) -> str:
        """An address at which a person's client opens that message; empty: there is none."""

    async def attend(self, message: Message, *, done: bool) -> None:
        """Shows people that the bot works on a message, or has handled it; best effort.

        Raises nothing: what can't be shown is not.
        """


class Search(Protocol):
    """Finds entries for a question, off the event loop."""

    async def find(self, question: Question, k: int) -> list[Hit]:
        """At most k hits, best first, one for each entry.

        Raises:
            KnowledgeError: No model or no index; people get the question.
        """


class Alike(Protocol):
    """Compares questions by their sense, off the event loop."""

    async def alike(
        self, question: Question, others: Mapping[int, Question]
    ) -> list[tuple[int, float]]:
        """The others with how near each is, −1 to 1, the nearest first.

        What can't be compared with a question in another language is left out.

        Raises:
            KnowledgeError: Not known now; nobody is told that two are the same.
        """


class DetectLanguage(Protocol):
    """Tells a text's language."""

    async def detect(self, text: str, likely: Sequence[str]) -> str:
        """An ISO 639 code; one of ``likely`` where the text alone does not tell."""


class Store(Keeping, Holding, Protocol):
    """What must not be lost. Every method is one transaction.

    All methods raise ``StoreUnavailable`` when the database can't be used.
    """

    async def receive(self, front: str, messages: Sequence[Message], position: str) -> None:
        """Keeps messages and position together; a message already known is dropped.

        One of ``Kind.SAID`` is not kept: it is noted as by ``sent``, in the same transaction.
        Senders come in as the front's user ids; only the table of persons holds those.
        What waits gets the words of its edit; also what could not be read, which is a text then.
        """

    async def position(self, front: str) -> str | None:
        """The position of the last ``receive``; None before the first."""

    async def unhandled(
        self, now: datetime, limit: int, but_in: Collection[str] = ()
    ) -> list[Message]:
        """Messages not yet handled, not parked and not put off beyond now, oldest first.

        One put off for longer than ``LONGEST_PUT_OFF`` is among them: the clock was set back.
        Those in the rooms ``but_in`` are left out. A message that was edited before it was
        handled has the new words; the edit comes once that message is handled.
        """

    async def parked(self) -> list[Message]:
        """Messages that were parked, oldest first."""

    async def unpark(self) -> int:
        """Has all parked messages handled again; gives how many there were."""

    async def put_off(self, ref: MessageRef, until: datetime) -> int:
        """Handling failed: hides the message until then; gives how often that happened."""

    async def wait(self, ref: MessageRef, until: datetime, *, for_keys: bool = False) -> int:
        """Something else is in the way: hides the message until then, without a failure.

        Gives how often that happened ``for_keys``; 0, and hides nothing, where no key is missing
        any more because an edit gave the message its words.
        """

    async def commit(self, outcome: Outcome) -> None:
        """Writes all of it or nothing; a handled message's text is gone afterwards.

        A case of version 0 is inserted. An entry replaces its last version and is published.
        An outgoing message whose key is known already is dropped. An edit of what was never
        begun to be said changes that instead, and displaces an edit that was not; taking back
        what was never begun to be said cancels it.

        Raises:
            HandleAgain: The case, the entry, what is served, or a message handled, changed since
                it was read; nothing was written.
        """

    async def unsent(
        self, limit: int, aside: Collection[str] = (), alone: Collection[str] = ()
    ) -> list[Outgoing]:
        """What is to be said now, mentions as the front's user ids.

        By priority, then oldest first; in one thread, and outside threads in one room, always
        oldest first, with the priority of the most urgent one that waits there. What hangs on
        an outgoing message that is not said yet is held back; keys in ``thread``, ``reply_to``
        and ``replaces`` are event ids then. Where the root is undeliverable it is said outside
        any thread. Reactions and redactions wait for nothing but what they hang on.

        Args:
            limit: How many at most.
            aside: Keys of what is left alone now; what stands behind it in its thread, or
                outside threads in its room, waits too.
            alone: Keys of what is left alone now, while what stands behind it goes on.
        """

    async def attempt(self, key: str) -> Outgoing | None:
        """The bot begins to say it; from now on it may have been said.

        The time of the first call is kept, however often it is tried. Gives what is to be said,
        as ``unsent`` would have a moment ago; this must be said and no earlier copy, which may
        have been edited since. None: it is not to be said now, for example because it was taken
        back; nothing is begun then.
        """

    async def sent(self, key: str, event: str) -> None:
        """It was said as that event. Again with the same key: nothing happens."""

    async def undeliverable(self, key: str, reason: str) -> None:
        """It will never be said; kept with the reason, and not tried again."""

    async def figures(self) -> Figures:
        """How much waits."""

    async def waits(self, since: datetime, limit: int) -> list[float]:
        """How many seconds each message said since then had been queued; the last said first."""

    async def enroll(self, front: str, user_ids: Sequence[str]) -> Mapping[str, str]:
        """Random key of each person, made where there is none: user id → key."""

    async def name_room(self, front: str, name: str, room: str) -> None:
        """Keeps to which room a name in the settings, such as an alias, leads there."""

    async def room_named(self, front: str, name: str) -> str:
        """The id of the room that a name led to last, or of the one that took its place since.

        Where none is kept, the name itself; it may be an id.
        """

    async def next_case_id(self) -> int:
        """The number for a new case, given out once; one that is not used is left out."""

    async def case(self, case_id: int) -> Case | None:
        """The case, if there is one."""

    async def case_in_thread(self, front: str, room: str, root: str) -> Case | None:
        """The first of ``cases_in_thread``: in a thread at the desk there is one."""

    async def cases_in_thread(self, front: str, room: str, root: str) -> list[Case]:
        """The cases whose asker's thread or desk thread has this root, newest first.

        Or in whose asker's thread the bot said that: who replies to it elsewhere means the case.
        Those about an entry come last: who asked a question speaks for themselves.
        """

    async def cases_at(self, front: str, room: str, event: str) -> list[Case]:
        """The cases in whose asker's thread the bot said that, newest first."""

    async def case_asked(self, ref: MessageRef) -> Case | None:
        """The case of the question that stands there."""

    async def said(self, front: str, room: str, event: str) -> str | None:
        """The key of what the bot said as that event; None: somebody else said it."""

    async def original(self, front: str, room: str, event: str) -> MessageRef | None:
        """The message whose words that event of the bot carries."""

    async def copies(self, original: MessageRef) -> list[Outgoing]:
        """What carries that message's words and can still be changed, oldest first.

        Not what was taken back, cancelled or is itself an edit. The text is gone once said.
        """

    async def given(self, key: str) -> tuple[Given, datetime] | None:
        """The entry that the outgoing message with this key carries, and since when.

        After an edit: what it carries now.
        """

    async def reaction(self, ref: MessageRef) -> Reaction | None:
        """The reaction that stands there and is shown on another side."""

    async def mirrored(self, target: MessageRef, emoji: str) -> list[Reaction]:
        """All such reactions of people that one reaction of the bot's stands for."""

    async def spent(self, person: str, room: str, since: datetime) -> tuple[int, int]:
        """How many messages of that person, and in that room, the bot answered since then.

        One that opened a case or was passed on to people counts too, one that was handled for
        ``free`` does not.
        """

    async def cases_due(self, now: datetime) -> list[Case]:
        """Cases whose ``look_at`` has come, oldest first."""

    async def alerted(self, thread: str, person: str, since: datetime) -> bool:
        """Whether something that alerts the person was queued in that thread since then.

        What will not be said does not count; ``thread`` is as in ``Outgoing``.
        """

    async def cases_slipped(self, now: datetime) -> list[Case]:
        """Cases whose asker was told to expect an answer by now and has none, oldest first.

        Who asked in a case that was merged waits for the answer of the one at the top; these come
        last. What was told is forgotten once the case that is answered has its answer or ended.
        """

    async def first_answers(self, since: datetime, limit: int) -> list[FirstAnswer]:
        """How long the first answers by people took that were given since then, the last first.

        The first of a case counts only: when it was answered, or an entry became its answer.
        """

    async def deeds(self, since: datetime, until: datetime, person: str = "") -> Tally:
        """How often each was done from since until just before until; by one person, or by all."""

    async def cases_answered(self, since: datetime, until: datetime) -> int:
        """How many cases somebody answered from since until just before until, each once."""

    async def first_answers_of(self, person: str) -> list[float]:
        """How many seconds the questions had waited whose first answer is this person's."""

    async def tracks(self, since: datetime) -> Mapping[str, Track]:
        """How good everybody's own answers since then were; by the person's key."""

    async def cases_merged(self, case_id: int) -> list[Case]:
        """Cases that were merged into that one, also by way of others; oldest first."""

    async def cases_of(self, asker: str, front: str, room: str) -> list[Case]:
        """What that person asked in that room, oldest first."""

    async def open_cases(self) -> list[Case]:
        """Cases that have not ended, oldest first."""

    async def followers(self, case_id: int) -> list[Follower]:
        """Who else waits for the answer of that case."""

    async def following(self, ref: MessageRef) -> list[Follower]:
        """Who joined or asked by that message."""

    async def note(self, ref: MessageRef) -> Note | None:
        """The responder's words that stand there."""

    async def close(self) -> None:
        """Ends cleanly; everything committed is on disk."""
