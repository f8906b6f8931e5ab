"""How long something takes, as sentences of the catalogue."""

from __future__ import annotations

from bot.catalogue import say, weekday
from bot.expectation import Expectation, Length


def expected(expectation: Expectation, lang: str, *, again: bool = False) -> str:
    """What an asker reads about how long it takes.

    Args:
        expectation: What is known about it.
        lang: The language of the sentences.
        again: Whether they were told before, and it took longer.
    """
    if expectation.measured:
        median, p90 = (spoken(each, lang) for each in expectation.measured)
        name = "expect_longer" if again else "expect_measured"
        sentence = say(lang, name, median=median, p90=p90)
        if median == p90:
            sentence = say(lang, f"{name}_alike", p90=p90)
    elif expectation.promise:
        sentence = say(lang, "expect_promise", promise=spoken(expectation.promise, lang))
    else:
        sentence = say(lang, "expect_nothing")
    at = expectation.back_at
    if at is None:
        return sentence
    back = say(lang, "back_at", day=weekday(at, lang), time=f"{at.hour}:{at:%M}")
    return f"{sentence} {back}"


def spoken(length: Length, lang: str) -> str:
    """A length of time in words: 2 hours, 1 working day."""
    name = f"length_{length.unit}" + ("_one" if length.count == 1 else "")
    return say(lang, name, n=length.count)
