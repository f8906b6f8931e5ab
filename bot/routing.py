"""Where words go: to the asker's thread, to the desk, and whom they alert there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from bot import briefing, drafts, replies
from bot.authorship import Draft, authors
from bot.cases import Case
from bot.catalogue import FALLBACK, speaks
from bot.config import Community, Responder, Role
from bot.coverage import DIRECT, scopes_of
from bot.hours import day_of
from bot.messages import Kind, Message, MessageRef, Outgoing, Priority, Style, key_after, key_for
from bot.outcome import Follower
from bot.words import Words
from knowledge.entry import Entry, fold

OWN_WORDS = ("vet_own_words", "vet_said_before")
"""What ``Rooms.vet_bar`` gives where all that bars somebody is that they wrote it."""

Roster = Mapping[str, Responder]
"""The responders by the random key of the person."""


@dataclass(slots=True)
class Rooms:
    """The rooms the bot works in; not frozen, because a room may be replaced by another one.

    Attributes:
        front: The front that the desk is on.
        desk: The id of the desk room there.
        desk_lang: The language in which the bot speaks at the desk.
        roster: Who may act at the desk.
        communities: The rooms where citizens talk, by the front's room id.
        zone: In which the desk reads times, and whose days entries name.
    """

    front: str
    desk: str
    desk_lang: str
    roster: Roster
    communities: MutableMapping[str, Community]
    zone: tzinfo = UTC

    def move(self, old: str, new: str) -> None:
        """Another room takes the place of one; again with the same two: nothing happens."""
        if self.desk == old:
            self.desk = new
        if old in self.communities:
            self.communities[new] = self.communities[old]

    def community(self, room: str) -> Community:
        """What is set for that room; any other is a direct chat."""
        return self.communities.get(room, DIRECT)

    def day(self, at: datetime) -> date:
        """Which day it is here then."""
        return day_of(at, self.zone)

    def speaks_to(self, lang: str, room: str) -> str:
        """The language in which the bot speaks there to somebody who wrote in ``lang``."""
        wanted = (lang, *self.community(room).languages)
        return next((each for each in wanted if speaks(each)), FALLBACK)

    def fitting(self, case: Case) -> tuple[str, ...]:
        """Whom a new case alerts: volunteers of its topic and language, else such officials.

        One that waits for officials alerts those of its body, those of its topic and language
        first. A responder without topics or languages takes all of them.
        """
        if not case.officials:
            fits = self._fits(case, self.roster)
            volunteers = [key for key in fits if self.roster[key].role is Role.VOLUNTEER]
            return tuple(volunteers or fits)
        there = self.officials_of(case.body) or tuple(self._officials())
        return tuple(self._fits(case, there)) or there

    def _fits(self, case: Case, among: Iterable[str]) -> list[str]:
        return [
            key
            for key in among
            for responder in (self.roster[key],)
            if (not responder.topics or _among(case.topic, responder.topics))
            and (not responder.languages or case.lang in responder.languages)
        ]

    def bodies(self) -> list[str]:
        """The bodies that officials answer for, in the order of the alphabet."""
        return sorted({each.body for each in self._officials().values() if each.body})

    def officials_of(self, body: str) -> tuple[str, ...]:
        """The officials who answer for that body."""
        there = self._officials().items()
        return tuple(key for key, each in there if answers_for(each, body))

    def _officials(self) -> dict[str, Responder]:
        return {key: each for key, each in self.roster.items() if each.role is Role.OFFICIAL}

    def as_known(self, draft: Draft) -> Draft:
        """The draft with its body and topic written as the settings write them, where they do."""
        topics = {topic for each in self.roster.values() for topic in each.topics}
        topics |= {topic for each in self.communities.values() for topic in each.topics}
        topic = next((each for each in sorted(topics) if fold(each) == fold(draft.topic)), None)
        body = next((each for each in self.bodies() if fold(each) == fold(draft.body)), None)
        return replace(draft, topic=topic or draft.topic, body=body or draft.body)

    def working_on(self, case: Case) -> tuple[str, ...]:
        """Who has the case, if that is somebody who may act at the desk."""
        has = case.claimed_by
        return (has,) if has is not None and has in self.roster else ()

    def may_take(self, person: str, case: Case) -> bool:
        """Whether this person may work on the case.

        One that waits for officials is theirs, and of those of its body where some answer for
        it; where nobody is one any more, everybody's.
        """
        if not case.officials:
            return True
        whose = self.officials_of(case.body) or tuple(self._officials())
        return not whose or person in whose

    def bar(self, person: str, topic: str, body: str) -> str:
        """Why this person may not vet what that body decides about that topic.

        Gives the name of the catalogue's sentence; empty: they may. An official vets for their
        own body, where one is named. An official's topics bind only where the topic is
        somebody's: one that no vetter lists is left to every official. A volunteer's topics
        always bind.
        """
        responder = self.roster.get(person)
        if responder is None or not responder.may_vet:
            return "vet_not_entitled"
        official = responder.role is Role.OFFICIAL
        if official and body and not answers_for(responder, body):
            return "vet_other_body"
        vetters = [each for each in self.roster.values() if each.may_vet]
        covered = any(_among(topic, each.topics) for each in vetters)
        bound = responder.topics and (covered or not official)
        return "vet_other_topic" if bound and not _among(topic, responder.topics) else ""

    def vet_bar(self, person: str, case: Case) -> str:
        """Why this person may not vet the case's answer as it stands; as ``bar``.

        Nobody vets what they answered, nor an answer when they changed what it says, nor one that
        says what they had said.
        """
        draft = case.draft
        if person == case.answered_by:
            return "vet_own"
        if draft is None:
            return self.bar(person, case.topic, case.body)
        if barred := self.bar(person, draft.topic, draft.body):
            return barred
        if person in authors(draft):
            return "vet_own_words"
        return "vet_said_before" if person in case.writers else ""

    def may_vouch(self, person: str, entry: Entry, *, anew: bool = False) -> bool:
        """Whether this person may say of an entry that it holds, or that it does not.

        As ``bar`` says, and what an official vetted needs an official. Where nobody here may,
        whoever may vet anything looks after it.

        Args:
            person: Their key.
            entry: The entry.
            anew: Whether they change it: that is for those only whose it is.
        """
        if self._vouches(person, entry):
            return True
        responder = self.roster.get(person)
        orphan = not any(self._vouches(key, entry) for key in self.roster)
        return not anew and orphan and responder is not None and responder.may_vet

    def _vouches(self, person: str, entry: Entry) -> bool:
        if self.bar(person, entry.topic, entry.body):
            return False
        by_official = entry.vetted_by not in ("", replies.VOLUNTEERS)
        return not by_official or self.roster[person].role is Role.OFFICIAL

    def vetters(self, case: Case) -> list[str]:
        """The user ids of those who may vet the case's answer as it stands."""
        return sorted(each.id for key, each in self.roster.items() if not self.vet_bar(key, case))

    def may_edit(self, person: str, case: Case) -> bool:
        """Whether this person may change the draft: who answered, and who may vet otherwise."""
        return self.vet_bar(person, case) in ("", "vet_own", *OWN_WORDS)

    def may_name_another_body(self, person: str, draft: Draft) -> bool:
        """Whether this person may say that another body decides about it than the draft says.

        What a body decides that somebody here answers for stays with it until one of its own,
        or somebody who may vet for it, says otherwise.
        """
        known = _among(draft.body, self.bodies())
        if not known or answers_for(self.roster[person], draft.body):
            return True
        return not self.bar(person, draft.topic, draft.body)

    def scopes(self) -> frozenset[str]:
        """The places that entries are served for here."""
        return scopes_of(self.communities.values())

    def outside(
        self, key: str, words: Words, *, alert: tuple[str, ...] = (), style: Style = Style.TEXT
    ) -> Outgoing:
        """Something said at the desk outside its threads.

        Args:
            key: See ``Outgoing``.
            words: What is said.
            alert: The responders who must not miss it.
            style: See ``Style``.
        """
        return Outgoing(
            key=key,
            front=self.front,
            room=self.desk,
            style=style,
            text=words.text,
            html=words.html,
            mentions=alert,
        )

    def at_desk(
        self,
        message: Message,
        kind: str,
        words: Words,
        case: Case | None,
        *,
        alert: tuple[str, ...] = (),
    ) -> Outgoing:
        """Something said at the desk because of a message, in the case's thread if it has one.

        Args:
            message: What it is said because of.
            kind: As in ``key_for``.
            words: What is said.
            case: The case it is about.
            alert: The responders who must not miss it.
        """
        here = (message.ref.front, message.ref.room) == (self.front, self.desk)
        answers = message.reply_to if message.kind is Kind.REACTION else message.ref.event
        in_thread = case is None or message.thread is not None or message.reply_to is not None
        return Outgoing(
            key=key_for(message.ref, kind),
            front=self.front,
            room=self.desk,
            style=Style.TEXT if alert else Style.NOTICE,
            text=words.text,
            html=words.html,
            thread=case.desk_thread if case else message.root,
            # What was written outside the case's thread is no part of it.
            reply_to=answers if here and in_thread else None,
            mentions=alert,
            priority=Priority.WORDS if alert else Priority.NOTICE,
        )

    def in_thread(
        self, case: Case, kind: str, words: Words, alert: tuple[str, ...] = ()
    ) -> Outgoing:
        """Something said in a case's thread that no message there is the cause of.

        Args:
            case: The case.
            kind: As in ``key_for``; said once for each.
            words: What is said.
            alert: The responders who must not miss it.
        """
        at = MessageRef(self.front, self.desk, case.desk_thread or str(case.id))
        return Outgoing(
            key=key_for(at, kind),
            front=self.front,
            room=self.desk,
            style=Style.TEXT if alert else Style.NOTICE,
            text=words.text,
            html=words.html,
            thread=case.desk_thread,
            mentions=alert,
            priority=Priority.WORDS if alert else Priority.NOTICE,
        )

    def shown(self, message: Message, case: Case, today: date, *, again: bool = False) -> Outgoing:
        """The case's draft as it stands, for the desk; it holds the asker's words.

        Args:
            message: Because of which it is shown.
            case: With the draft.
            today: When whoever approves it has checked it.
            again: Whether it stands in the thread already, as it was before.
        """
        words = briefing.draft(case, self.desk_lang, today, self.scopes(), again=again)
        shown = self.at_desk(message, "draft", words, case)
        return replace(shown, original=case.asked, shows=(drafts.shows(case),))


def answers_for(responder: Responder, body: str) -> bool:
    """Whether somebody answers for that body, however it is written."""
    return bool(responder.body) and _among(body, [responder.body or ""])


def _among(name: str, names: Iterable[str]) -> bool:
    """Whether a body or topic is one of these, however it is written."""
    return fold(name) in map(fold, names)


def called(responder: Responder) -> str:
    """How anybody may read of a responder: the role, and an official's body."""
    official = responder.role is Role.OFFICIAL
    return f"official of {responder.body}" if official else str(responder.role)


def notice(asked: MessageRef, root: str, kind: str, words: Words) -> Outgoing:
    """An automatic reply to a citizen, which alerts nobody."""
    return Outgoing(
        key=key_for(asked, kind),
        front=asked.front,
        room=asked.room,
        style=Style.NOTICE,
        text=words.text,
        html=words.html,
        thread=root or None,
        reply_to=asked.event if root else None,
    )


def to_asker(case: Case, cause: MessageRef, kind: str, words: Words) -> Outgoing:
    """What the asker must not miss, in their thread and with a mention.

    Args:
        case: Their case.
        cause: The message at the desk because of which it is said.
        kind: As in ``key_for``.
        words: What is said.
    """
    return Outgoing(
        key=key_for(cause, kind),
        front=case.asked.front,
        room=case.asked.room,
        style=Style.TEXT,
        text=words.text,
        html=words.html,
        thread=case.root or None,
        reply_to=case.asked.event if case.root else None,
        mentions=(case.asker,),
        priority=Priority.WORDS,
    )


def edit_of(said: Outgoing, key: str, words: Words) -> Outgoing:
    """Puts other words in the place of something that the bot said."""
    return Outgoing(
        key=key,
        front=said.front,
        room=said.room,
        style=said.style,
        text=words.text,
        html=words.html,
        thread=said.thread,
        replaces=said.key,
    )


def taken_back(said: str, front: str, room: str) -> Outgoing:
    """Takes back something that the bot said, by its key, or cancels it."""
    return Outgoing(
        key=key_after(said, "taken back"),
        front=front,
        room=room,
        style=Style.REDACTION,
        text="",
        reply_to=said,
    )


def to_follower(follower: Follower, key: str, words: Words) -> Outgoing:
    """What somebody who waits for another's case must not miss."""
    return Outgoing(
        key=key,
        front=follower.ref.front,
        room=follower.ref.room,
        style=Style.TEXT,
        text=words.text,
        html=words.html,
        thread=follower.root or None,
        reply_to=follower.ref.event if follower.asked and follower.root else None,
        mentions=(follower.person,),
        priority=Priority.WORDS,
    )
