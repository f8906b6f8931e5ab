"""What a vetter says of entries in other languages that may answer the draft's question.

Rules:

- No entry is published beside one in another language that may answer its question for the same
  place, a wider or a narrower one, before a vetter has said how the two go together.
- They say the same (``translation``): one is the translation of the other from then on. Both hold,
  each in its own place (``there``): the narrower one stands in for the other there, in every
  language; by its original it names the other. The draft holds and the other does not
  (``supersede``): that one is withdrawn. They are about different questions (``apart``): why is
  kept in the history.
- What is said of an entry counts if its version is the one that was shown; else it is shown again.
- What was said to be apart stays so until one of the two is asked for in other words, or elsewhere.
- By sense alone nobody could tell: of the nearest entries in another language, many ask something
  else. So nothing of this is done without a person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot import replies
from bot.catalogue import language_name, say
from bot.messages import Message
from bot.ports import Store
from bot.rivals import Rivals
from bot.seen import Seen
from bot.words import Words, page, paragraph, quote, strong
from knowledge.change import asks_as_before
from knowledge.conflicts import same_question
from knowledge.entry import NATIONAL, Entry

TRANSLATION, THERE, APART = "translation", "there", "apart"


@dataclass(frozen=True, slots=True)
class Said:
    """How a draft goes together with entries in other languages.

    Attributes:
        translates: The id of the one that says the same; empty: none.
        replaces: The id of the one that is withdrawn for it; empty: none.
        there: The ids of those that hold beside it, each in its own place.
        apart: The words behind each ``apart``: the ids of those that are about something else,
            and why they are.
    """

    translates: str = ""
    replaces: str = ""
    there: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


NOTHING = Said()


@dataclass(frozen=True, slots=True)
class Settled:
    """How an entry goes together with others.

    Attributes:
        entry: The entry; names what it translates, or stands in for.
        tied: As in ``Outcome``.
        apart: The ids of those that were said to be about something else.
        why: Why they are; empty: there are none.
    """

    entry: Entry
    tied: tuple[Entry, ...] = ()
    apart: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Why an entry is not published yet.

    Attributes:
        words: What the vetter is told.
        shows: The entries that these show.
    """

    words: Words
    shows: tuple[Entry, ...] = ()


def parsed(text: str) -> tuple[str, Said]:
    """The words behind ``!vet`` without the lines that say such things, and what those say."""
    left, said = [], NOTHING
    for line in text.splitlines():
        way, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if way.casefold() == TRANSLATION:
            said = replace(said, translates=rest.removeprefix("of ").strip() or "?")
        elif way.casefold() == THERE:
            named = (each.strip(":,") for each in rest.split() or ["?"])
            said = replace(said, there=(*said.there, *named))
        elif way.casefold() == APART:
            said = replace(said, apart=(*said.apart, rest))
        else:
            left.append(line)
    return "\n".join(left).strip(), said


def told_apart(text: str, known: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The ids that stand at the beginning of these words, at least one, and why behind them."""
    words = text.split()
    count = 1
    while count < len(words) and words[count].rstrip(":,") in known:
        count += 1
    ids = tuple(each.rstrip(":,") or "?" for each in words[:count]) or ("?",)
    return ids, " ".join(words[count:])


@dataclass(frozen=True, slots=True)
class Kinship:
    """Has a draft go together with entries in other languages, as its vetter says.

    Attributes:
        store: The port.
        seen: Knows what the vetter was shown.
        lang: The desk's language.
    """

    store: Store
    seen: Seen
    lang: str

    async def settled(
        self, message: Message, entry: Entry, across: Sequence[Entry], said: Said
    ) -> Settled | InTheWay:
        """The entry as it goes together with these, or what is in the way.

        Args:
            message: The vetter's.
            entry: To be published.
            across: What may answer its question in other languages.
            said: What the vetter says of them.
        """
        near = {each.id: each for each in across}
        apart = [told_apart(each, near) for each in said.apart]
        distinct = tuple(each for ids, _ in apart for each in ids)
        for name in filter(None, (said.translates, said.replaces, *said.there, *distinct)):
            if name not in near:
                return self._refused("vet_target", entry=name)
        for ids, why in apart:
            if not why:
                return self._refused("apart_why", entry=" ".join(ids))
        there = [near[each] for each in said.there]
        for each in there:
            if (each.scope == NATIONAL) is (entry.scope == NATIONAL):
                return self._refused("vet_there_same", entry=each.id, scope=each.scope)
        wider = [each.id for each in there if each.scope == NATIONAL]
        of = next(filter(None, (said.translates, *wider)), "")
        if of and near[of].scope != NATIONAL == entry.scope:
            return self._refused("vet_there", entry=of, scope=near[of].scope)
        if of:
            entry = replace(entry, translation_of=near[of].knowledge)
            if chained := await self._chained(entry, of):
                return chained
        narrower = [each for each in there if each.scope != NATIONAL]
        own = (each.id for each in narrower)
        judged = dict.fromkeys(filter(None, (of, said.replaces, *own, *distinct)))
        bound = {each.knowledge for each in narrower}
        left = [
            each
            for each in await self.left(entry, across)
            if each.id not in judged and each.knowledge not in bound
        ]
        named = [near[each] for each in judged]
        if unseen := [each for each in named if not await self.seen.entry(message, each)]:
            return self._in_the_way(entry, [*unseen, *left], unseen)
        if left:
            return self._in_the_way(entry, left)
        reasons = (f"another question than {', '.join(ids)}: {why}" for ids, why in apart)
        return Settled(entry, await self._tied(entry, bound), distinct, "; ".join(reasons))

    async def left(self, entry: Entry, across: Sequence[Entry]) -> list[Entry]:
        """Those of which the vetter has to say how they go together with the entry."""
        family = [entry, *await self.store.translations(entry.knowledge)]
        langs = {each.lang for each in family}
        apart = await self._known_apart(entry, across)
        return [
            each
            for each in across
            if each.id not in apart
            and not any(same_question(each, other) for other in family)
            # Of what holds in one place only, the one in its language was vetted beside it.
            and (each.scope in (NATIONAL, entry.scope) or each.lang not in langs)
        ]

    async def _chained(self, entry: Entry, of: str) -> InTheWay | None:
        """Why it can't name that original; None: it can."""
        if any(each.id != entry.id for each in await self.store.translations(entry.id)):
            return self._refused("translation_chain", entry=entry.id)
        for each in await self.store.translations(entry.knowledge):
            if (each.lang, each.scope) == (entry.lang, entry.scope) and each.id != entry.id:
                return self._refused("translated_before", entry=of, other=each.id)
        return None

    async def _known_apart(self, entry: Entry, across: Sequence[Entry]) -> list[str]:
        """The ids of those that a vetter said are about something else, with nothing new in it."""
        judged = {then.id: (own, then) for own, then in await self.store.apart(entry.id)}
        return [
            each.id
            for each in across
            if each.id in judged
            and asks_as_before(judged[each.id][0], entry)
            and asks_as_before(judged[each.id][1], each)
        ]

    async def _tied(self, entry: Entry, bound: Collection[str]) -> tuple[Entry, ...]:
        """What stands in for the entry in narrower places, with its translations."""
        tied: list[Entry] = []
        for knowledge in sorted(bound):
            tied += await self.store.translations(knowledge)
        return tuple(
            replace(each, translation_of=entry.knowledge, translation_of_version=None)
            for each in tied
        )

    async def told(
        self, entry: Entry, rivals: Rivals, said: Said, tied: Sequence[Entry]
    ) -> list[Words]:
        """How an entry that is published goes together with others, for who vetted it.

        Args:
            entry: The entry.
            rivals: What else answers its question.
            said: What the vetter said of those in other languages.
            tied: What stands in for it in narrower places by that.
        """
        lines: list[tuple[str, dict[str, object]]] = []
        there = [each for each in rivals.across if each.id in said.there]
        wider = [each for each in rivals.wider if same_question(entry, each)]
        if wider := [*wider, *(each for each in there if each.scope == NATIONAL)]:
            ids = ", ".join(each.id for each in wider)
            lines.append(("published_here", {"scope": entry.scope, "entries": ids}))
        narrower = [each for each in rivals.narrower if same_question(entry, each)]
        if narrower := [*narrower, *tied]:
            places = ", ".join(f"{each.scope} ({each.id})" for each in narrower)
            lines.append(("published_elsewhere", {"places": places}))
        if said.replaces:
            lines.append(("entry_withdrawn", {"entry": said.replaces}))
        if rivals.uncompared:
            langs = ", ".join(language_name(each, self.lang) for each in rivals.uncompared)
            lines.append(("published_uncompared", {"languages": langs}))
        words = [replies.plain(self.lang, name, **values) for name, values in lines]
        of = "" if there else entry.translation_of
        for original in await self.store.entries([of]) if of else []:
            words.append(replies.plain(self.lang, "published_translation", original=of))
            words.append(quote(original.answer.strip()))
        return words

    def _in_the_way(
        self, entry: Entry, rivals: Sequence[Entry], unseen: Sequence[Entry] = ()
    ) -> InTheWay:
        """Why it is not published yet: what may answer the same in other languages.

        Args:
            entry: To be published.
            rivals: What may.
            unseen: Those of them of which the vetter said something without having seen them.
        """
        parts = [paragraph(say(self.lang, "vet_across"))]
        if unseen:
            ids = ", ".join(each.id for each in unseen)
            parts = [paragraph(say(self.lang, "vet_across_unseen", entries=ids))]
        for rival in rivals:
            spoken = language_name(rival.lang, self.lang)
            parts += [
                strong(f"{rival.id} ({spoken}, {rival.scope}): {rival.question}"),
                quote(rival.answer),
                paragraph(
                    say(
                        self.lang,
                        "vet_conflict_of",
                        source=rival.source,
                        body=rival.body or "—",
                    )
                ),
            ]
        parts.append(paragraph(say(self.lang, "vet_across_ways", entry=rivals[0].id)))
        if there := [each for each in rivals if each.scope != entry.scope]:
            parts.append(paragraph(say(self.lang, "vet_across_there", entry=there[0].id)))
        return InTheWay(page(*parts), tuple(rivals))

    def _refused(self, name: str, **values: object) -> InTheWay:
        return InTheWay(replies.plain(self.lang, name, **values))
