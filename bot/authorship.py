"""What an answered case would say as an entry, and whose words those are.

Who changed what the answer says can't vet it.

Rules:

- A typo, as ``knowledge.change`` measures it, makes nobody an author.
- What was written is compared with the words as an author left them, never with the last edit:
  typos that change the text together are no typo, and all who wrote them are its authors.
- Whoever puts an author's words back has taken back what was written since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from knowledge.change import same_words
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


def reworded(draft: Draft, told: str, answer: str, by: str) -> Draft:
    """The draft with that answer, and those who are its authors from now on.

    Args:
        draft: As it stands.
        told: The words of whoever answered.
        answer: The new words.
        by: Key of the person who writes them.
    """
    if answer == draft.answer:
        return draft
    small = same_words(draft.answer, answer)
    draft = replace(draft, answer=answer)
    left = (Rewrite(told, ()), *draft.rewrites)
    for count in range(len(left), 0, -1):
        if not same_words(left[count - 1].text, answer):
            continue
        before = draft.menders if count == len(left) else ()
        menders = () if left[count - 1].text == answer else (*before, by)
        return replace(draft, rewrites=left[1:count], menders=_once(*menders))
    others = (each for each in draft.menders if small and each != by)
    rewrite = Rewrite(answer, (*others, by))
    return replace(draft, rewrites=(*draft.rewrites, rewrite), menders=())


def authors(draft: Draft) -> frozenset[str]:
    """The keys of those who changed what it says; without whoever answered."""
    return frozenset(person for each in draft.rewrites for person in each.by)


def _once(*people: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people))
