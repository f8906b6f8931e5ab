"""Is this a question for us?

Rules, in this order:

- Greetings, thanks and small talk are not; nor, put to the bot, a call for help without more, or
  what looks like a command.
- A line with a question mark and at least three words is.
- So is one that opens like a question or asks for help, in Dutch, English or German; these
  openings are lists, and what is on no list is left alone: the room can always address the bot.
"""

from __future__ import annotations

import re

from bot.replies import SHOUTS

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

_SMALL_TALK = re.compile(
    r"""^\W*(?:
        (?:hi|hello|hey|hoi|hallo|dag|goede(?:morgen|middag|navond)|good\s(?:morning|evening)|
           welkom|welcome|thanks?|thank\syou|thx|dank(?:jewel|je|u)?|bedankt|merci|
           ok(?:e|é|ay)?|top|super|mooi|nice|great|haha\w*|lol|sorry|doei|bye)
        (?:\W+(?:all(?:emaal|en)?|everyone|you|iedereen|there|so\smuch|a\slot|wel|hoor|zeer|
           veel|very\smuch|loket|bot))*
      | (?:hoi\W+|hi\W+|hello\W+|hey\W+)?(?:how\sare\syou|hoe\sgaat\s(?:het|ie)|alles\sgoed|
           how'?s\sit\sgoing|what'?s\sup|wie\sben\sje|who\sare\syou)\b.*
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)

_THANKS = re.compile(
    r"""^[^\w?؟]*(?:(?:hi|hello|hey|hoi|hallo|ok(?:e|é|ay)?|top|super|great|perfect|mooi|fijn|ah+|oh+|
            ja|yes|prima|duidelijk|clear|heel\serg|hartelijk|heel\shartelijk|many|vielen|besten|
            merci|muchas|mille)[^\w?؟]+)*
        (?:thanks?|thank\s(?:you|u)|thx|ty|dank(?:\s?(?:je|u)(?:\s?wel)?)?|bedankt|merci|danke(?:schön)?|
           gracias|grazie|obrigad[oa]|teşekkür(?:ler|\sederim)?|dzięk(?:i|uję)|спасибо|дякую|
           شكرا|благодаря|mulțumesc|tack|aitäh)
        (?:[^\w?؟]+(?:you|u|so\smuch|a\slot|very\smuch|all|wel|hoor|zeer|veel|heel\serg|
           schön|sehr|bien|beaucoup|allemaal|جزيلا|bardzo|ederim|дуже|loket|bot|
           (?:voor|for|für)\s(?:je|jouw|uw|de|your|the|ihre|deine|die)\s
           (?:hulp|help|antwoord|answer|reactie|reply|hilfe|antwort|moeite|time|tijd)))*
        [^\w?؟]*$""",
    re.IGNORECASE | re.VERBOSE,
)

_HELP = re.compile(
    r"[!！]?\s*(?:help(?:\s+(?:me|mij))?|hulp|hilfe|info|start|commands?|commando'?s)\W*", re.I
)
_COMMAND = re.compile(r"[!！]\s*([a-z]\w*)(.*)", re.I | re.DOTALL)
_ASKERS = frozenset(("ask", "wrong", "fout", *(shout[1:] for shout in SHOUTS.values())))
"""What whoever asks may write behind a ``!``; the bot's front takes its own name for ``ask``."""

_OPENINGS = {
    "nl": "wie wat waar wanneer waarom hoe hoeveel hoelang welk welke wiens waarvoor waarmee "
    "mag kan kun kunnen moet moeten heb heeft hebben krijg krijgt krijgen is zijn ben wordt "
    "word ga gaat zou zal klopt weet weten iemand bestaat telt geldt",
    "en": "who what where when why how which whose can could may must should do does did is "
    "are am was will would has have anyone anybody someone",
    "de": "wer was wo wann warum wie wieviel welche welcher welches kann können darf muss "
    "müssen habe hat ist sind bin gibt weiß jemand",
}
_FIRST_WORDS = frozenset(word for words in _OPENINGS.values() for word in words.split())

_REQUEST = re.compile(
    r"""\b(?:
        weet\siemand | kan\siemand | heeft\siemand | wie\sweet | ik\s(?:zoek|vraag\sme\saf|wil\s
        (?:graag\s)?weten|snap\sniet|begrijp\sniet) | mijn\svraag | vraagje |
        does\sany(?:one|body) | can\sany(?:one|body) | has\sany(?:one|body) |
        I\s(?:am|'m)\slooking\sfor | I\swonder | I\s(?:want|need|would\slike)\sto\sknow |
        my\squestion | question\sabout | weiß\sjemand | kann\sjemand | meine\sfrage
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def is_thanks(text: str) -> bool:
    """Whether the whole text is thanks, and nothing is asked or told."""
    return _THANKS.match(text) is not None


def is_askers(text: str) -> bool:
    """Whether it starts with one of the words behind a ``!`` that are for whoever asks."""
    match = _COMMAND.match(text.strip())
    return match is not None and match[1].casefold() in _ASKERS


def asks_how(text: str, *, alone: bool = True) -> bool:
    """Whether the whole text is a call for help without a question, or looks like a command.

    Args:
        text: What somebody put to the bot.
        alone: Whether it goes on with nothing said before: there "help!" may be a reply.
    """
    text = text.strip()
    if alone and _HELP.fullmatch(text):
        return True
    return _COMMAND.fullmatch(text) is not None and not is_askers(text)


def is_small_talk(text: str) -> bool:
    """Whether the whole text is a greeting, thanks or the like, or holds no words at all."""
    return not _WORD.search(text) or _SMALL_TALK.match(text) is not None


def is_question(text: str) -> bool:
    """Whether a message that nobody put to the bot asks something."""
    words = _WORD.findall(text)
    if len(words) < 3 or is_small_talk(text):
        return False
    if re.search(r"[?？؟]", text):
        return True
    return words[0].casefold() in _FIRST_WORDS or _REQUEST.search(text) is not None


def wants_people(text: str) -> tuple[bool, str]:
    """Whether somebody calls for people, and what they write behind it."""
    for shout in SHOUTS.values():
        if text[: len(shout)].casefold() == shout and not text[len(shout) :][:1].isalnum():
            return True, text[len(shout) :].strip(" :,\n\t")
    return False, text
