"""What a vetter says of entries in other languages that may answer the draft's question.

Rules:

- No entry is published beside one in another language that may answer its question for the same
  place, or for the whole country, before a vetter has said how the two go together.
- They say the same (``translation``): one is the translation of the other from then on. The draft
  holds and the other does not (``supersede``): that one is withdrawn. They are about different
  questions (``apart``): why is kept in the history. Or the draft holds for a narrower place.
- What was said to be apart stays so until one of the two is asked for in other words, or elsewhere.
- By sense alone nobody could tell: of the nearest entries in another language, many ask something
  else. So nothing of this is done without a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import replies
from bot.catalogue import language_name, say
from bot.ports import Store
from bot.rivals import Rivals
from bot.words import Words, page, paragraph, quote, strong
from knowledge.change import asks_as_before
from knowledge.conflicts import same_question
from knowledge.entry import Entry

TRANSLATION, APART = "translation", "apart"


@dataclass(frozen=True, slots=True)
class Said:
    """How a draft goes together with entries in other languages.

    Attributes:
        translates: The id of the one that says the same; empty: none.
        replaces: The id of the one that is withdrawn for it; empty: none.
        apart: The ids of those that are about something else.
        why: Why they are.
    """

    translates: str = ""
    replaces: str = ""
    apart: tuple[str, ...] = ()
    why: str = ""


NOTHING = Said()


def parsed(text: str) -> tuple[str, Said]:
    """The words behind ``!vet`` without the lines that say such things, and what those say."""
    left, said = [], NOTHING
    for line in text.splitlines():
        way, _, rest = line.strip().partition(" ")
        if way.casefold() == TRANSLATION:
            target = rest.strip().removeprefix("of ").strip()
            said = replace(said, translates=target or "?")
        elif way.casefold() == APART:
            target, _, why = rest.strip().partition(" ")
            why = "; ".join(each for each in (said.why, why.strip()) if each)
            said = replace(said, apart=(*said.apart, target.rstrip(":,") or "?"), why=why)
        else:
            left.append(line)
    return "\n".join(left).strip(), said


async def settled(
    store: Store, entry: Entry, across: Sequence[Entry], said: Said, lang: str
) -> tuple[Entry, str] | Words:
    """The entry as it goes together with these, and why some are apart; or what is in the way.

    Args:
        store: The port.
        entry: To be published.
        across: What may answer its question in other languages.
        said: What the vetter says of them.
        lang: The desk's language.
    """
    near = {each.id: each for each in across}
    for named in filter(None, (said.translates, said.replaces, *said.apart)):
        if named not in near:
            return replies.plain(lang, "vet_target", entry=named)
    if said.apart and not said.why:
        return replies.plain(lang, "apart_why", entry=said.apart[0])
    if said.translates:
        of = near[said.translates].knowledge
        if any(each.id != entry.id for each in await store.translations(entry.id)):
            return replies.plain(lang, "translation_chain", entry=entry.id)
        for each in await store.translations(of):
            if (each.lang, each.scope) == (entry.lang, entry.scope) and each.id != entry.id:
                return replies.plain(
                    lang, "translated_before", entry=said.translates, other=each.id
                )
        entry = replace(entry, translation_of=of)
    done = {said.replaces, *said.apart, *await _known_apart(store, entry, across)}
    if left := [
        each for each in across if each.id not in done and each.knowledge != entry.knowledge
    ]:
        return _in_the_way(left, lang)
    return entry, f"another question than {', '.join(said.apart)}: {said.why}" if said.apart else ""


async def _known_apart(store: Store, entry: Entry, across: Sequence[Entry]) -> list[str]:
    """The ids of those that a vetter said are about something else, with nothing new in that."""
    judged = {then.id: (own, then) for own, then in await store.apart(entry.id)}
    return [
        each.id
        for each in across
        if each.id in judged
        and asks_as_before(judged[each.id][0], entry)
        and asks_as_before(judged[each.id][1], each)
    ]


async def told(store: Store, entry: Entry, rivals: Rivals, said: Said, lang: str) -> list[Words]:
    """How an entry that is published goes together with others, for who vetted it.

    Args:
        store: The port.
        entry: The entry.
        rivals: What else answers its question.
        said: What the vetter said of those in other languages.
        lang: The desk's language.
    """
    lines: list[tuple[str, dict[str, object]]] = []
    if wider := [each for each in rivals.wider if same_question(entry, each)]:
        ids = ", ".join(each.id for each in wider)
        lines.append(("published_here", {"scope": entry.scope, "entries": ids}))
    if narrower := [each for each in rivals.narrower if same_question(entry, each)]:
        places = ", ".join(f"{each.scope} ({each.id})" for each in narrower)
        lines.append(("published_elsewhere", {"places": places}))
    if said.replaces:
        lines.append(("entry_withdrawn", {"entry": said.replaces}))
    if rivals.uncompared:
        langs = ", ".join(language_name(each, lang) for each in rivals.uncompared)
        lines.append(("published_uncompared", {"languages": langs}))
    if not rivals.searched:
        lines.append(("published_unsearched", {}))
    words = [replies.plain(lang, name, **values) for name, values in lines]
    of = entry.translation_of
    for original in await store.entries([of]) if of else []:
        words.append(replies.plain(lang, "published_translation", original=of))
        words.append(quote(original.answer.strip()))
    return words


def _in_the_way(rivals: Sequence[Entry], lang: str) -> Words:
    """Why a draft is not published yet: what may answer the same in other languages."""
    parts = [paragraph(say(lang, "vet_across"))]
    for rival in rivals:
        spoken = language_name(rival.lang, lang)
        parts += [
            strong(f"{rival.id} ({spoken}, {rival.scope}): {rival.question}"),
            quote(rival.answer),
            paragraph(say(lang, "vet_conflict_of", source=rival.source, body=rival.body or "—")),
        ]
    return page(*parts, paragraph(say(lang, "vet_across_ways", entry=rivals[0].id)))
