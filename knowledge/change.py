"""How much a new version of an entry changes, as proposed from the two versions.

People who got the old answer are told of a change of the advice. So whatever is not surely
less counts as that; who publishes may say otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum

from knowledge.entry import FIELDS, Entry

_TOKEN = re.compile(
    r"https?://\S*\w"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\w[\w-]*(?:\.\w[\w-]*)*\.[a-z]{2,}\b(?:/\S*\w)?"
    r"|\d+(?:[.,:/-]\d+)*|[^\W\d]+|\S"
)
"""An address and a number are one token each: in them every sign counts. Addresses are those of
the web, with ``https://`` or without, and of e-mail."""

_MISSING = 8
"""Letters that the shorter of two words has at least, for one missing letter to be a slip: a
shorter word too easily becomes another one (``contact`` and ``contract``)."""

_ADVICE = ("lang", "answer", "body", "scope")
"""Fields that change what somebody is told to do, and where."""

_TEXTS = ("question", "alternatives", "answer")
"""Fields in which a slip may be mended."""


class Change(StrEnum):
    """The size of a change."""

    NEW = "new"
    """The first version."""
    TYPO = "typo"
    """Spelling, case or punctuation; every word means what it did."""
    MINOR = "minor"
    """Nothing in the answer but its spelling: wordings, source, dates, who vetted it."""
    ADVICE = "advice"
    """The answer says something else, or holds for another place or body."""


def proposed(old: Entry | None, new: Entry) -> Change:
    """The size of the change between two versions; None: there is no version before.

    Two versions with the same content differ by a typo at most. A translation that names no
    version of its original differs in nothing by that.
    """
    if old is None:
        return Change.NEW
    different = {
        name
        for name in FIELDS
        if name != "version"
        and not (name == "translation_of_version" and new.translation_of_version is None)
        and getattr(old, name) != getattr(new, name)
        and not (name in _TEXTS and _same_texts(getattr(old, name), getattr(new, name)))
    }
    if not different.isdisjoint(_ADVICE):
        return Change.ADVICE
    return Change.MINOR if different else Change.TYPO


def same_words(old: str, new: str) -> bool:
    """Whether two texts differ by a typo at most: spelling, case or punctuation."""
    before, after = _words(old), _words(new)
    return len(before) == len(after) and all(map(_same_word, before, after))


def _same_texts(old: str | tuple[str, ...], new: str | tuple[str, ...]) -> bool:
    if isinstance(old, str) or isinstance(new, str):
        return same_words(str(old), str(new))
    return len(old) == len(new) and all(map(same_words, old, new))


def _words(text: str) -> list[str]:
    """Words, numbers, addresses and signs with a meaning (%, €, <); no punctuation."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFC", text))
    return [
        token
        for token in tokens
        if not unicodedata.category(token[0]).startswith("P") or token[0] in "%‰§@#&*/"
    ]


def _same_word(old: str, new: str) -> bool:
    """Whether one is the other with a slip: two letters swapped, doubled, or one left out.

    A letter put in the place of another one is none, since that makes other words
    (``employer``, ``employee``); nor is one left out at either end, which makes other forms. A
    word with a capital may be a name, at a sentence's beginning too: in it every letter counts.
    """
    if old == new or ("://" not in old + new and old.casefold() == new.casefold()):
        return True
    if (old, new) != (old.lower(), new.lower()):
        return False
    if not (old.isalpha() and new.isalpha()) or min(len(old), len(new)) < 5:
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
    doubled = long[at] == long[at - 1]
    return doubled or (at < len(short) and len(short) >= _MISSING)
