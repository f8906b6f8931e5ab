"""How much a new version of an entry changes, as proposed from the two versions.

People who got the old answer are told of a change of the advice. So whatever is not surely
less counts as that; who publishes may say otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum

from knowledge.entry import COUNTED, FIELDS, Entry

_TOKEN = re.compile(
    r"https?://\S*\w"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\w[\w-]*(?:\.\w[\w-]*)*\.[a-z]{2,}\b(?:/\S*\w)?"
    r"|\d+(?:[.,:/-]\d+)*|[^\W\d]+|\S"
)
"""An address and a number are one token each: in them every sign counts. Addresses are those of
the web, with ``https://`` or without, and of e-mail."""

_LONG = 8
"""Letters that the shorter of two words has at least, for them to be one with a slip: a shorter
word too easily becomes another one (``later`` and ``latter``, ``martial`` and ``marital``)."""

_HYPHENS = "-‐‑"
_DASHES = f"{_HYPHENS}‒–—−"
"""However it is written, before a number it may make that a negative one, or a range."""

_SIGNS = "%‰§@#&*/"
"""Marks that mean something, wherever they stand."""

_QUOTES = "\"'`"
"""Besides those that open or close: they turn nothing round."""

InUse = Callable[[str], bool]
"""Whether other entries have that word, folded; two words that they have are no slip."""

_ADVICE = ("lang", "answer", "scope")
"""Fields that change what somebody is told to do, and where."""

_TEXTS = ("question", "alternatives", "answer")
"""Fields in which a slip may be mended."""


class Change(StrEnum):
    """The size of a change."""

    NEW = "new"
    """The first version."""
    TYPO = "typo"
    """Spelling, case, or the marks at the end; every word means what it did."""
    MINOR = "minor"
    """Nothing in the answer but its spelling: wordings, source, body, dates, who vetted it."""
    ADVICE = "advice"
    """The answer says something else, or holds for another place."""


def proposed(old: Entry | None, new: Entry, words: InUse | None = None) -> Change:
    """The size of the change between two versions; None: there is no version before.

    Two versions with the same content differ by a typo at most. A translation that names no
    version of its original differs in nothing by that.

    Args:
        old, new: The versions.
        words: Which words are real ones: a slip is mended where other entries, or the rest of
            this one, have the new word and not the old one. None: not known, and nothing is
            taken for a slip.
    """
    if old is None:
        return Change.NEW
    mended = _mended(_words_of(old) & _words_of(new), words)
    different = {
        name
        for name in FIELDS
        if name not in COUNTED
        and not (name == "translation_of_version" and new.translation_of_version is None)
        and getattr(old, name) != getattr(new, name)
        and not (name in _TEXTS and _same_texts(getattr(old, name), getattr(new, name), mended))
    }
    if not different.isdisjoint(_ADVICE):
        return Change.ADVICE
    return Change.MINOR if different else Change.TYPO


def same_words(old: str, new: str, words: InUse | None = None) -> bool:
    """Whether two texts differ by a typo at most: case, the marks at the end, a mended slip.

    A mark between words is no typo where it is another one, or stands elsewhere: one full stop
    turns an answer round.

    Args:
        old, new: The texts.
        words: As for ``proposed``.
    """
    return _same_texts(old, new, _mended(words_of([old]) & words_of([new]), words))


def nearly_same(one: str, other: str) -> bool:
    """Whether two texts have the same words, if marks and whatever looks like a slip is left out.

    For telling whose words they are; another word may look like a slip.
    """
    words, others = ([each for each in _words(text) if not _is_mark(each)] for text in (one, other))
    return len(words) == len(others) and all(
        _same_word(a, b) or _is_slip(a, b) for a, b in zip(words, others, strict=True)
    )


def asks_as_before(old: Entry, new: Entry) -> bool:
    """Whether the new one is asked for in no other words, language or place; typos aside."""
    return (old.lang, old.scope) == (new.lang, new.scope) and all(
        any(same_words(before, after) for before in old.wordings) for after in new.wordings
    )


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """All words, numbers and signs of these texts, folded."""
    return frozenset(word.casefold() for text in texts for word in _words(text))


def in_use(entries: Iterable[Entry], but: str) -> InUse:
    """Which words these entries have, but one by its id."""
    others = [each for each in entries if each.id != but]
    return lambda word: any(word in _words_of(each) for each in others)


def _words_of(entry: Entry) -> frozenset[str]:
    return words_of((*entry.wordings, entry.answer))


def _mended(here: frozenset[str], words: InUse | None) -> Callable[[str, str], bool]:
    """Tells of two words that look like one with a slip whether they are.

    Args:
        here: Words that stand before and after.
        words: As for ``proposed``.
    """
    if words is None:
        return lambda before, after: False

    def known(word: str) -> bool:
        return word in here or words(word)

    return lambda before, after: known(after) and not known(before)


def _same_texts(
    old: str | tuple[str, ...],
    new: str | tuple[str, ...],
    mended: Callable[[str, str], bool],
) -> bool:
    if isinstance(old, str) or isinstance(new, str):
        before, after = _words(str(old)), _words(str(new))
        return len(before) == len(after) and all(
            _same_word(one, other) or (_is_slip(one, other) and mended(one, other))
            for one, other in zip(before, after, strict=True)
        )
    return len(old) == len(new) and all(
        _same_texts(one, other, mended) for one, other in zip(old, new, strict=True)
    )


def _same_word(old: str, new: str) -> bool:
    return old == new or ("://" not in old + new and old.casefold() == new.casefold())


def _words(text: str) -> list[str]:
    """Words, numbers, addresses, signs and the marks between them; none at the end.

    A hyphen in a word, and quotes, are left out.
    """
    text = unicodedata.normalize("NFC", text)
    found = list(_TOKEN.finditer(text))
    tokens = [
        "-" if token in _DASHES else token
        for match, then in zip(found, [*(each[0] for each in found), ""][1:], strict=True)
        for token in (match[0],)
        if not _is_quote(token)
        and (token not in _HYPHENS or _is_amount(then) or not _joins(text, match.start()))
    ]
    while tokens and _is_mark(tokens[-1]):
        tokens.pop()
    return tokens


def _is_mark(token: str) -> bool:
    """Whether it is punctuation only."""
    return unicodedata.category(token[0]).startswith("P") and token[0] not in _SIGNS


def _is_quote(token: str) -> bool:
    return token in _QUOTES or unicodedata.category(token[0]) in ("Pi", "Pf")


def _joins(text: str, at: int) -> bool:
    """Whether what stands there has letters or digits on both sides."""
    return text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()


def _is_amount(token: str) -> bool:
    return token[:1].isdigit() or (token != "" and unicodedata.category(token[0]) == "Sc")


def _is_slip(old: str, new: str) -> bool:
    """Whether one looks like the other with a slip: two letters swapped, doubled, or one left out.

    A letter put in the place of another one is none, since that makes other words
    (``employer``, ``employee``); nor is one left out at either end, which makes other forms. A
    word with a capital may be a name, at a sentence's beginning too: in it every letter counts.
    """
    if (old, new) != (old.lower(), new.lower()):
        return False
    if not (old.isalpha() and new.isalpha()) or min(len(old), len(new)) < _LONG:
        return False
    if len(old) == len(new):
        apart = [number for number, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        return len(apart) == 2 and apart[1] == apart[0] + 1 and Counter(old) == Counter(new)
    short, long = sorted((old, new), key=len)
    if len(long) != len(short) + 1:
        return False
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if short[at:] != long[at + 1 :] or at == 0:
        return False
    return at < len(short) or long[at] == long[at - 1]
