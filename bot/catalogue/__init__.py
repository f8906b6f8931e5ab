"""The sentences that people read, by language.

Plain language (B1), kind, no blame. English is complete; another language may leave a
sentence out, and then English is used. ``tests/unit/test_replies.py`` says which are missing.
"""

from __future__ import annotations

from datetime import date

from bot.catalogue import citizens_en, citizens_nl, desk_en, desk_nl, entries_en, entries_nl

FALLBACK = "en"

SENTENCES: dict[str, dict[str, str]] = {
    "en": {**citizens_en.SENTENCES, **desk_en.SENTENCES, **entries_en.SENTENCES},
    "nl": {**citizens_nl.SENTENCES, **desk_nl.SENTENCES, **entries_nl.SENTENCES},
}
"""Language → name of the sentence → its words, with places in braces."""

_LANGUAGES = {
    "en": {
        "nl": "Dutch", "en": "English", "de": "German", "fr": "French", "es": "Spanish",
        "pl": "Polish", "uk": "Ukrainian", "ru": "Russian", "tr": "Turkish", "ar": "Arabic",
        "pt": "Portuguese", "it": "Italian", "ro": "Romanian", "bg": "Bulgarian",
        "fa": "Persian", "so": "Somali", "ti": "Tigrinya", "et": "Estonian", "sv": "Swedish",
    },
    "nl": {
        "nl": "Nederlands", "en": "Engels", "de": "Duits", "fr": "Frans", "es": "Spaans",
        "pl": "Pools", "uk": "Oekraïens", "ru": "Russisch", "tr": "Turks", "ar": "Arabisch",
        "pt": "Portugees", "it": "Italiaans", "ro": "Roemeens", "bg": "Bulgaars",
        "fa": "Perzisch", "so": "Somalisch", "ti": "Tigrinya", "et": "Ests", "sv": "Zweeds",
    },
}  # fmt: skip

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}

_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}


def speaks(lang: str) -> bool:
    """Whether there are sentences in that language."""
    return lang in SENTENCES


def say(lang: str, name: str, **values: object) -> str:
    """A sentence, in English where the language lacks it.

    Raises:
        KeyError: There is no such sentence, or a place in it was given no value.
    """
    sentence = SENTENCES.get(lang, {}).get(name) or SENTENCES[FALLBACK][name]
    return sentence.format(**values) if values else sentence


def counted(lang: str, name: str, count: int) -> str:
    """A sentence about a number of things; its own, ``…_one``, about one of them."""
    return say(lang, f"{name}_one" if count == 1 else name, count=count)


def language_name(code: str, lang: str) -> str:
    """A language's name in another; its code when that is not known."""
    names = _LANGUAGES.get(lang, _LANGUAGES[FALLBACK])
    return names.get(code, code)


def day(when: date, lang: str) -> str:
    """A date as people write it: 23 November 2026."""
    months = _MONTHS.get(lang, _MONTHS[FALLBACK]).split()
    return f"{when.day} {months[when.month - 1]} {when.year}"


def weekday_short(when: date, lang: str) -> str:
    """A day of this week or the next, as people write it in a list: Mon."""
    days = _DAYS.get(lang, _DAYS[FALLBACK]).split()
    return days[when.weekday()][: 2 if lang == "nl" else 3]


def weekday(when: date, lang: str) -> str:
    """A day soon to come, as people write it: Monday 30 November."""
    days = _DAYS.get(lang, _DAYS[FALLBACK]).split()
    months = _MONTHS.get(lang, _MONTHS[FALLBACK]).split()
    return f"{days[when.weekday()]} {when.day} {months[when.month - 1]}"
