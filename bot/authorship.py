"""What an answered case would say as an entry, and whose words those are.

Who changed what the answer says can't vet it.

Rules:

- A typo, as ``knowledge.change`` measures it, makes nobody an author. A word is a slip only where
  other entries have the new one and not the old one.
- What was written is compared with the words as an author left them, never with the last edit:
  typos that change the text together are no typo, and all who wrote them are its authors.
- Whoever puts an author's words back has taken back what was written since.
- Who had said the same in the case before is its author too, whoever sends it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from knowledge.change import InUse, nearly_same, same_words
from knowledge.entry import fold


@dataclass(frozen=True, slots=True)
class Rewrite:
    """An answer's words as somebody left them.

    Attributes:
        text: The words.
        by: Keys of those who changed what they say; whoever wrote them comes last.
    """

    text: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """A wording of an entry for a wider or narrower place, by which the two answer one question.

    Attributes:
        entry_id, scope: Of that entry.
        wording: Its question.
    """

    entry_id: str
    scope: str
    wording: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answered case would say as an entry; a vetter may change every field.

    Attributes:
        question: In general form; begins as the asker's words, personal details left out.
        answer: Begins as the responder's words.
        topic, lang, source, body, scope, valid_until: As in ``Entry``.
        alternatives: What askers wrote, in general form; may hold the question too, so that
            it is kept once a vetter puts the question in other words.
        rewrites: How others changed what the answer says, one after the other; see
            ``reworded``.
        menders: Keys of those who mended typos since.
        corrects: Id of the entry that somebody said is wrong, whose next version this would be;
            empty: it would be a new entry.
        over: That entry's version when the answer was given.
        ties: What was taken over into the alternatives, also where a vetter took it out again;
            see ``drafts.tied``.
    """

    question: str
    answer: str
    topic: str
    lang: str
    source: str
    body: str
    scope: str
    valid_until: date
    alternatives: tuple[str, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    menders: tuple[str, ...] = ()
    corrects: str = ""
    over: int = 0
    ties: tuple[Tie, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """The alternatives that say something else than the question, as an entry has them."""
        return tuple(each for each in self.alternatives if fold(each) != fold(self.question))


def reworded(draft: Draft, told: str, answer: str, by: str, words: InUse | None = None) -> Draft:
    """The draft with that answer, and those who are its authors from now on.

    Args:
        draft: As it stands.
        told: The words of whoever answered.
        answer: The new words.
        by: Key of the person who writes them.
        words: Which words other entries have; None: not known, and no word is a slip.
    """
    if answer == draft.answer:
        return draft
    small = same_words(draft.answer, answer, words)
    draft = replace(draft, answer=answer)
    left = (Rewrite(told, ()), *draft.rewrites)
    texts = [each.text for each in left]
    if answer in texts:
        return replace(draft, rewrites=left[1 : texts.index(answer) + 1], menders=())
    for count in range(len(left), 0, -1):
        if not same_words(texts[count - 1], answer, words):
            continue
        before = draft.menders if count == len(left) else ()
        return replace(draft, rewrites=left[1:count], menders=_once(*before, by))
    others = (each for each in draft.menders if small and each != by)
    rewrite = Rewrite(answer, (*others, by))
    return replace(draft, rewrites=(*draft.rewrites, rewrite), menders=())


def authors(draft: Draft) -> frozenset[str]:
    """The keys of those who changed what it says; without whoever answered."""
    return frozenset(person for each in draft.rewrites for person in each.by)


def written(draft: Draft, told: str, by: str) -> tuple[Rewrite, ...]:
    """All that it said since it was answered, each with those whose words that is.

    Args:
        draft: As it stands.
        told: The words of whoever answered.
        by: Their key.
    """
    who: tuple[str, ...] = ()
    found: list[Rewrite] = []
    for each in (Rewrite(told, (by,)), *draft.rewrites, Rewrite(draft.answer, ())):
        who = _once(*who, *each.by)
        found.append(Rewrite(each.text, who))
    return tuple(dict.fromkeys(found))


def said_before(answer: str, earlier: Iterable[Rewrite]) -> frozenset[str]:
    """The keys of those who had said the same already.

    Of what differs by marks or slips only, whoever said it first is the author.

    Args:
        answer: The words.
        earlier: What was said in the case, the oldest first.
    """
    who: set[str] = set()
    again = False
    for each in earlier:
        same = same_words(each.text, answer)
        if same or (not again and nearly_same(each.text, answer)):
            who.update(each.by)
        again = again or same
    return frozenset(who)


def _once(*people: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people))
