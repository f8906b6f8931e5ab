"""Personal details in what askers write: found, and left out of what becomes knowledge.

What the libraries know to be one is checked as they check it: citizen service numbers (BSN) and
IBANs by their check digits, telephone numbers by their country's plan. Other forms are those of
``bot.personal``. Names are not recognised; a person has to take those out.

A question and its other wordings are masked, because they are to be in general form; what a
responder writes in their place is masked too. An answer is
a responder's own words, and an office's telephone number is what an asker needs: in it such
details are only pointed out, and nothing is changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from phonenumbers import PhoneNumberMatcher, PhoneNumberType, number_type
from stdnum import iban
from stdnum.nl import bsn, postcode

from bot import personal
from bot.catalogue import SENTENCES, say
from bot.personal import Kind as Kind

REGION = "NL"
"""Where a telephone number without a country's code is from."""

LONGEST_WORDING = 300
"""Characters up to which an asker's question is a wording; a longer one is a story."""

NEVER_KNOWLEDGE = frozenset(Kind) - {Kind.PHONE, Kind.ADDRESS}
"""What is pointed out in an answer: an office's telephone and address are worth telling."""

_EMAIL = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(r"(?:@|%40)[^\s:@%]+(?::|%3A)[\w.-]+(?::[0-9]+)?", re.IGNORECASE)
_IBAN = re.compile(
    r"(?=((?:[A-Za-z]{2}|(?<!\w)(?:NL|nl|BE|be|DE|de) )[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}))"
)
_GROUPED = re.compile(r"(?<![0-9])(?=([0-9](?:[ .\-–/\u00a0]?[0-9]){8})(?![0-9]))")
_SHORT = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])")
_LONG = re.compile(r"[0-9]{9,}")
_POSTCODE = re.compile(
    r"(?:[^\W\d_]+ [0-9]{1,5} ?[a-zA-Z]?,? +)?"
    r"(?<!\w)([1-9][0-9]{3} {0,2}[A-Z]{2}|[1-9][0-9]{3}[a-z]{2})(?!\w)"
    r"(?:,? *(?:nr\.?|no\.?|number|nummer|huisnummer)? *[0-9]{1,5}(?![0-9])(?: ?[a-zA-Z](?!\w))?)?"
)

_NOBODYS = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
    }
)
"""Kinds of telephone numbers that no person has."""

_Span = tuple[int, int, Kind]


def masked(text: str, lang: str) -> tuple[str, tuple[Kind, ...]]:
    """The text with a neutral word in the place of each personal detail, and what they were.

    Args:
        text: Somebody's words; each line is looked at by itself.
        lang: The language of the words put in.
    """
    kinds: set[Kind] = set()
    lines = []
    for line in text.split("\n"):
        # What is put in may name what stands behind it: "born [date of birth], 3 May 1980".
        while spans := _spans(line):
            end, parts = 0, []
            for start, stop, kind in spans:
                kinds.add(kind)
                parts += [line[end:start], placeholder(kind, lang)]
                end = stop
            line = "".join([*parts, line[end:]])
        lines.append(line)
    return "\n".join(lines), _in_order(kinds)


def found(text: str) -> tuple[Kind, ...]:
    """What kinds of personal details stand in a text."""
    return _in_order({kind for line in text.split("\n") for _, _, kind in _spans(line)})


def left_out(text: str) -> tuple[Kind, ...]:
    """What kinds were left out of a text by ``masked``, in any language, and are named in it."""
    return tuple(
        kind for kind in Kind if any(placeholder(kind, lang) in text for lang in SENTENCES)
    )


def general(text: str, lang: str) -> str:
    """A question in general form, as far as a machine can tell: personal details out."""
    return masked(text, lang)[0]


def wording(text: str, lang: str) -> str:
    """A question as one of the wordings of an entry, on one line; empty: it is none."""
    line = " ".join(general(text, lang).split())
    return line if len(line) <= LONGEST_WORDING else ""


def placeholder(kind: Kind, lang: str) -> str:
    """What stands in the place of one."""
    return say(lang, f"masked_{kind}")


def _in_order(kinds: set[Kind]) -> tuple[Kind, ...]:
    return tuple(kind for kind in Kind if kind in kinds)


def _spans(line: str) -> list[_Span]:
    """Where they stand, from the left; those that overlap are one."""
    order = list(Kind)
    joined: list[_Span] = []
    for start, stop, kind in sorted(_all(_plain_digits(line))):
        if joined and start < joined[-1][1]:
            before = joined[-1]
            first = min(before[2], kind, key=order.index)
            joined[-1] = (before[0], max(before[1], stop), first)
        else:
            joined.append((start, stop, kind))
    return joined


def _plain_digits(line: str) -> str:
    """The line with every digit of another script as 0 to 9; as long as before."""
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign
        for sign in line
    )


def _all(line: str) -> Iterator[_Span]:
    for pattern, kind in ((_EMAIL, Kind.EMAIL), (_ACCOUNT, Kind.ACCOUNT), (_LONG, Kind.NUMBER)):
        for match in pattern.finditer(line):
            yield *match.span(), kind
    yield from _ibans(line)
    for match in _GROUPED.finditer(line):
        if bsn.is_valid(match[1].replace("–", "").replace("/", "").replace("\u00a0", "")):
            yield *match.span(1), Kind.NUMBER
    for match in _SHORT.finditer(line):
        if bsn.is_valid(match.group()):
            yield *match.span(), Kind.NUMBER
    yield from _phones(line)
    for match in _POSTCODE.finditer(line):
        if postcode.is_valid(match[1]):
            yield *match.span(), Kind.ADDRESS
    yield from personal.spans(line)


def _ibans(line: str) -> Iterator[_Span]:
    for match in _IBAN.finditer(line):
        start, longest = match.span(1)
        # What stands behind it looks like more of it: its country tells how long it is.
        for stop in range(longest, start + 14, -1):
            whole = line[stop - 1].isalnum()
            if whole and iban.is_valid(line[start:stop], check_country=False):
                yield start, stop, Kind.IBAN
                break


def _phones(line: str) -> Iterator[_Span]:
    for match in PhoneNumberMatcher(line, REGION):
        if number_type(match.number) not in _NOBODYS:
            yield match.start, match.end, Kind.PHONE
