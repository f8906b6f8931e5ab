"""An entry: one vetted question with its answer, and the checks it must pass.

An entry is served word for word, so everything a citizen needs to judge it stands in it:
where it comes from, which body is competent, when it was checked and until when it holds.
Two entries in different languages are the same knowledge when one is the ``translation_of``
the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum

ENTRY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
URL = re.compile(r"https?://[^\s/]+\.[^\s]+")
MATRIX_ID = re.compile(r"(?<![\w.@])@[\w.=/+-]+:(localhost\b|[\w-]+(\.[\w-]+)+)")
"""Somebody's user id, as no mail address or time of day is written."""
FAR = timedelta(days=5 * 365)
"""A last day further off than this is a slip, or nobody looks at the entry for too long."""
NATIONAL = "nl"
"""The scope of an entry that holds in the whole country."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One vetted question with its answer.

    Attributes:
        id: Lower-case letters, digits and hyphens, at most 64 characters; never reused.
        lang: ISO 639 code of question, alternatives and answer.
        topic: One word for the field, for example ``care-allowance``.
        question: As a citizen would put it, in general form.
        answer: Posted word for word; plain text.
        alternatives: Other wordings of the same question, each searched on its own.
        source: Where the answer can be checked: a URL, or for an answer vetted in the
            community the body whose official vetted it. Without it an entry is not served.
        body: The competent body: the organisation that decides about this.
        scope: ``nl`` for the whole country, or the name of a narrower place; see ``place``.
        checked: The day somebody last held the answer against its source.
        valid_until: The last day on which the answer may be served; None: no end known.
        vetted_by: The body whose official vetted it, or ``volunteers``; empty for an entry
            that nobody vetted, such as a sample.
        translation_of: The id of the entry that this one translates.
        translation_of_version: Which version of that entry it translates. The store tells it of
            all translations; None in a file: see ``knowledge.translations``.
        sample: True for the entries that come with Loket, which no official has vetted.
        version: Counts up from 1 with every change, kept by the store.
        advice_version: The last version that changed the advice, kept by the store; 1: none did.
            Two entries don't differ by it.
    """

    id: str
    lang: str
    topic: str
    question: str
    answer: str
    alternatives: tuple[str, ...] = ()
    source: str = ""
    body: str = ""
    scope: str = NATIONAL
    checked: date | None = None
    valid_until: date | None = None
    vetted_by: str = ""
    translation_of: str | None = None
    translation_of_version: int | None = None
    sample: bool = False
    version: int = 1
    advice_version: int = field(default=1, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", place(self.scope))

    @property
    def wordings(self) -> tuple[str, ...]:
        """The question and its alternatives: what an asker's question is compared with."""
        return (self.question, *self.alternatives)

    @property
    def knowledge(self) -> str:
        """The id that an entry shares with its translations."""
        return self.translation_of or self.id

    def holds_on(self, day: date) -> bool:
        """Whether the entry may be served on that day."""
        return bool(self.source) and (self.valid_until is None or day <= self.valid_until)

    def content_hash(self) -> str:
        """SHA-256 over everything but the versions, as 64 hexadecimal digits."""
        content = {name: getattr(self, name) for name in FIELDS if name not in VERSIONS}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


FIELDS: tuple[str, ...] = tuple(each.name for each in fields(Entry))
"""The field names of an entry, in the order in which files show them."""


COUNTED = ("version", "advice_version")
"""The fields that whoever publishes counts."""

VERSIONS = (*COUNTED, "translation_of_version")
"""The fields that say nothing to a citizen: of which version something is."""


class Severity(StrEnum):
    """What follows from a problem."""

    ERROR = "error"
    """The entry can't be imported or served."""
    WARNING = "warning"
    """The entry is served; somebody should look at it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one entry, in words that say what to do."""

    entry_id: str
    field: str
    severity: Severity
    text: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.entry_id or '(no id)'}: {self.field}: {self.text}"


def check(entry: Entry, today: date) -> list[Problem]:
    """Everything wrong with one entry by itself, errors first."""
    found: list[Problem] = []

    def add(severity: Severity, field: str, text: str) -> None:
        found.append(Problem(entry.id, field, severity, text))

    if not ENTRY_ID.fullmatch(entry.id):
        add(Severity.ERROR, "id", "use 1 to 64 lower-case letters, digits and hyphens")
    if not LANGUAGE.fullmatch(entry.lang):
        add(Severity.ERROR, "lang", "use an ISO 639 code such as nl or en")
    for name in ("topic", "question", "answer"):
        if not getattr(entry, name).strip():
            add(Severity.ERROR, name, "is empty; every entry needs one")
    if not entry.source.strip():
        add(Severity.ERROR, "source", "is empty; name the page or body the answer comes from")
    if entry.translation_of == entry.id:
        add(Severity.ERROR, "translation_of", "names the entry itself")
    if entry.translation_of_version is not None and not entry.translation_of:
        text = "names a version of nothing; name the entry in translation_of"
        add(Severity.ERROR, "translation_of_version", text)
    if entry.advice_version > entry.version:
        text = f"{entry.advice_version} is newer than its version {entry.version}; leave both as"
        text += " they were exported, or leave both out"
        add(Severity.ERROR, "advice_version", text)
    if not entry.body.strip():
        add(Severity.WARNING, "body", "is empty; name the organisation that decides")
    if entry.checked is None:
        add(Severity.WARNING, "checked", "is empty; give the day the answer was checked")
    elif entry.checked > today:
        add(Severity.WARNING, "checked", f"{entry.checked} lies in the future")
    if entry.valid_until is not None and entry.valid_until < today:
        add(
            Severity.WARNING,
            "valid_until",
            f"ended on {entry.valid_until}; not served until somebody checks it again",
        )
    elif entry.valid_until is None:
        add(Severity.WARNING, "valid_until", "is empty; give the day by which to check it again")
    elif today < date.max - FAR and entry.valid_until > today + FAR:
        text = f"{entry.valid_until} is more than five years off; nobody would check it before"
        add(Severity.WARNING, "valid_until", text)
    for name in ("topic", "source", "body", "scope", "vetted_by"):
        if MATRIX_ID.search(getattr(entry, name)):
            add(Severity.ERROR, name, "holds somebody's Matrix id; name the body or the page")
    if any(MATRIX_ID.search(text) for text in (*entry.wordings, entry.answer)):
        text = "a Matrix id stands in question or answer; take it out, unless it is an office's"
        add(Severity.WARNING, "answer", text)
    wordings = [fold(text) for text in entry.wordings]
    if len(set(wordings)) < len(wordings):
        add(Severity.WARNING, "alternatives", "hold the same wording twice; keep one")
    return found


def check_together(entries: Iterable[Entry]) -> list[Problem]:
    """What is wrong between entries: ids and wordings used twice, broken translations."""
    found: list[Problem] = []
    by_id: dict[str, Entry] = {}
    asked: dict[tuple[str, str], str] = {}
    entries = list(entries)
    for entry in entries:
        if entry.id in by_id:
            found.append(Problem(entry.id, "id", Severity.ERROR, "is used by another entry"))
        by_id[entry.id] = entry
        for wording in {fold(text) for text in entry.wordings}:
            other = asked.setdefault((wording, entry.scope), entry.id)
            if other != entry.id:
                text = f"{wording!r} is also asked by {other}; merge them or narrow one"
                found.append(Problem(entry.id, "question", Severity.WARNING, text))
    return [*found, *check_translations(entries)]


def check_translations(entries: Iterable[Entry]) -> list[Problem]:
    """Entries that say they translate what is not there, or is no original in another language."""
    entries = list(entries)
    by_id = {entry.id: entry for entry in entries}
    found = []
    for entry in entries:
        original = entry.translation_of and by_id.get(entry.translation_of)
        if entry.translation_of and not original:
            text = f"names {entry.translation_of}, which does not exist"
        elif original and original.lang == entry.lang:
            text = f"{entry.translation_of} is in {entry.lang} too"
        elif original and original.translation_of:
            text = f"{original.id} is itself a translation; name {original.translation_of}"
        else:
            continue
        found.append(Problem(entry.id, "translation_of", Severity.ERROR, text))
    return found


def unserved(entries: Iterable[Entry], scopes: Collection[str]) -> list[Problem]:
    """The entries that nobody is given, because they hold for a place that no room is about.

    Args:
        entries: The entries.
        scopes: The places that there are rooms for; the whole country needs none.
    """
    known = {NATIONAL, *scopes}
    return [
        Problem(
            entry.id,
            "scope",
            Severity.WARNING,
            f"no room is about {entry.scope}, so nobody is given this; rooms are about"
            f" {', '.join(sorted(known))}",
        )
        for entry in entries
        if entry.scope not in known
    ]


def place(scope: str) -> str:
    """A scope as it is compared: lower case, single spaces; an empty one is the whole country."""
    return " ".join(scope.casefold().split()) or NATIONAL


def fold(text: str) -> str:
    """Lower case, single spaces, no closing punctuation: to compare wordings."""
    return " ".join(text.casefold().split()).rstrip("?!. ")
