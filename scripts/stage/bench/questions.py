"""Thousands of different short questions, the same in every run."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.entry import Entry

# fmt: off
_ASKS = {
    "en": (
        "How do I apply for {} {}?",
        "who can help me with {} {}",
        "What documents do I need for {} {}?",
        "Is there a fee for {} {}, and when do I have to pay it?",
        "my request for {} {} was refused, what can I do now",
        "How long does it take to get {} {}?",
    ),
    "nl": (
        "Hoe vraag ik {} aan {}?",
        "wie kan mij helpen met {} {}",
        "Welke papieren heb ik nodig voor {} {}?",
        "Moet ik betalen voor {} {}, en wanneer?",
        "mijn aanvraag voor {} {} is afgewezen, wat nu",
        "Hoe lang duurt het om {} te krijgen {}?",
    ),
}
_THINGS = {
    "en": (
        "a parking permit", "a passport", "a driving licence", "rent allowance", "child benefit",
        "a library card", "a residence permit", "student finance", "a building permit",
        "help at home", "debt counselling", "a school place", "a dog licence", "waste collection",
        "a birth certificate", "a market stall", "a wheelchair", "language lessons",
        "unemployment benefit", "a citizen service number", "home adaptation", "a fishing permit",
        "an allotment", "a grave", "a bicycle shed", "a tax deferral", "a marriage ceremony",
        "a certificate of conduct", "free sports lessons", "a water meter",
    ),
    "nl": (
        "een parkeervergunning", "een paspoort", "een rijbewijs", "huurtoeslag", "kinderbijslag",
        "een bibliotheekpas", "een verblijfsvergunning", "studiefinanciering",
        "een bouwvergunning", "hulp in huis", "schuldhulp", "een plek op school",
        "een hondenpenning", "grofvuil ophalen", "een geboorteakte", "een standplaats op de markt",
        "een rolstoel", "taalles", "een uitkering", "een burgerservicenummer", "een traplift",
        "een visvergunning", "een volkstuin", "een graf", "een fietsenstalling",
        "uitstel van belasting", "een trouwdatum", "een verklaring omtrent het gedrag",
        "gratis sporten", "een watermeter",
    ),
}
WHERE = {
    "en": (
        "for my mother", "for my son of 12", "for my neighbour", "in Utrecht", "in Groningen",
        "in Almere", "in Zwolle", "after my divorce", "after moving house", "while I am abroad",
        "without a DigiD", "without a bank account", "as a student", "as a refugee",
        "as a pensioner", "if I am ill", "if I work part-time", "on a Saturday",
        "before the summer", "in 2026", "in 2027", "online", "by letter", "for the second time",
        "for my shop", "for our club", "during the holidays", "at short notice", "when I turn 18",
        "for a friend who does not speak Dutch",
    ),
    "nl": (
        "voor mijn moeder", "voor mijn zoon van 12", "voor mijn buurvrouw", "in Utrecht",
        "in Groningen", "in Almere", "in Zwolle", "na mijn scheiding", "na een verhuizing",
        "vanuit het buitenland", "zonder DigiD", "zonder bankrekening", "als student",
        "als vluchteling", "als gepensioneerde", "als ik ziek ben", "als ik parttime werk",
        "op zaterdag", "voor de zomer", "in 2026", "in 2027", "online", "per brief",
        "voor de tweede keer", "voor mijn winkel", "voor onze vereniging", "tijdens de vakantie",
        "met spoed", "als ik 18 word", "voor een vriend die geen Nederlands spreekt",
    ),
}
# fmt: on


def questions(count: int) -> list[tuple[str, str]]:
    """That many different questions, at most 10,800, each as (language, text)."""
    every = [
        (lang, ask.format(thing, where))
        for lang in _ASKS
        for ask, thing, where in itertools.product(_ASKS[lang], _THINGS[lang], WHERE[lang])
    ]
    random.Random(1).shuffle(every)
    return every[:count]


def entries(asked: Sequence[tuple[str, str]]) -> list[Entry]:
    """One entry for each question."""
    return [
        Entry(
            id=f"bench-{number}",
            lang=lang,
            topic=f"topic-{number % 15}",
            question=text,
            answer="Ask at the town hall.",
            source="https://example.org",
            body="Example",
            checked=date.today(),
        )
        for number, (lang, text) in enumerate(asked)
    ]


def changed(kept: Sequence[Entry], asked: Sequence[tuple[str, str]], start: int) -> list[Entry]:
    """The same entries, but from ``start`` on as many as these questions ask these instead."""
    new = list(kept)
    for number, (lang, text) in enumerate(asked, start):
        old = new[number]
        new[number] = replace(old, lang=lang, question=text, version=old.version + 1)
    return new
