"""What people say in a case's thread that is neither a question nor an answer.

Rules:

- The lists are Dutch and English. What is on no list is taken for what costs least: a neighbour's
  words for no answer where they may be none, the asker's for something that people have to read.
- Thanks with more words are thanks as long as they ask nothing and deny nothing.
"""

from __future__ import annotations

import re

from bot.questions import is_question, is_small_talk, is_thanks

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\d{3,}", re.IGNORECASE)
"""A link or a telephone number: hardly anybody asks with one."""

_TOO = re.compile(
    r"""^\W*(?:(?:oh|ah|ja|yes|yeah|hi|hoi|hello|hey|hallo)\W+)?(?:
        me\stoo
      | (?:lol\W+)?same(?:\s(?:here|question(?:\shere)?|for\sme|problem(?:\shere)?))? | \+\s?1
      | i\s(?:also|too)\s(?:would\slike|want|need)\sto\sknow(?:\s(?:this|that|it))?
      | i(?:\s(?:would|want|need)|'d|’d)\s(?:also\s|really\s)?(?:like\s)?to\sknow\s
            (?:that|this|it)?\W*(?:too|as\swell|also)
      | i(?:\shave|'ve|’ve)\s(?:got\s)?the\ssame\s(?:question|problem)
      | i\s(?:also\s)?wonder(?:ed)?\s(?:about\s)?(?:that|this)?\W*(?:too|as\swell|also)?
      | (?:also\s|very\s)?(?:curious|interested)(?:\s(?:about|in)\s(?:that|this))?
            (?:\stoo|\sas\swell)?
      | i(?:\sam|'m|’m)\s(?:also\s|very\s)?(?:curious|interested)(?:\s(?:about|in)\s(?:that|this))?
            (?:\stoo|\sas\swell)?
      | ik\sook | hier\sook | (?:ik\sheb\s)?(?:precies\s|ook\s)?dezelfde\svraag | zelfde\svraag
      | (?:dat|dit)\s(?:wil|zou|wou|vraag)\sik\s(?:me\s)?(?:ook|eigenlijk\sook)\b
            (?:\s(?:graag|wel|eens|af|willen|weten))*
      | ik\s(?:wil|zou)\s(?:dat|dit|het)\s(?:ook|wel)(?:\s(?:graag|wel|ook|willen|eens))*\sweten
      | ik\svraag\sme\s(?:dat|dit)\sook\saf | (?:ik\s)?ben\s(?:ook|zeer|heel)\sbenieuwd
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)

_REMARK = re.compile(
    r"""^\W*(?:(?:oh|ah|hm+|ja|yes|tja|sorry|well|nou)\W+)*(?:
        (?:that(?:'s|’s|\sis)\sa\s|a\s)?(?:very\s)?(?:good|great|excellent|nice|fair)\squestion
      | (?:dat\sis\s)?(?:een\s)?(?:heel\s)?(?:goede|goeie|mooie|leuke)\svraag
      | (?:i(?:'m|’m|\sam)\s)?following(?:\sthis|\salong)? | subscribe[d]? | bump | up
      | (?:ik\s)?volg(?:\s(?:dit|even|mee))?
      | (?:that(?:'s|’s|\sis)\s)?(?:very\s|so\s)?(?:interesting|strange|annoying|sad|true)
      | (?:dat\sis\s|wat\s|heel\s)?(?:interessant|vreemd|raar|vervelend|jammer|waar)
      | (?:sorry\W+)?(?:i\s)?(?:don'?t|don’t|do\snot|wouldn'?t|wouldn’t)\sknow(?:\s\w+){0,4}
      | no\s(?:idea|clue)(?:\W+\w+){0,2} | not\ssure
      | (?:ik\s)?(?:weet\s(?:ik\s)?(?:het|dat|dit)?\s?(?:ook\s)?niet|geen\sidee)(?:\s\w+){0,2}
      | good\sluck(?:\s\w+){0,3} | (?:veel\s)?(?:succes|sterkte)(?:\s\w+){0,3}
      | let\s(?:me|us)\sknow(?:\s\w+){0,5} | laat\s(?:het\s)?(?:ons\s|me\s|maar\s|even\s)*weten
            (?:\s\w+){0,5}
      | (?:i|we)\shope\s(?:you|someone|somebody)\b.* | hopelijk\b.*
      | (?:can|could)\s(?:some|any)(?:one|body)\b.* | (?:some|any)(?:one|body)\shere\b.*
      | (?:that|it|this)\sdepends | (?:dat|het|dit)\s(?:hangt\s(?:ervan|er\svan)\saf|ligt\seraan)
      | h+m+ | wow | oops | oei | tja | agreed | eens | idem | ditto
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)

_NOTED = re.compile(
    r"""^\W*(?:(?:
        ok(?:e|é|ay)?|ah+|oh+|yes|ja|yep|top|super|great|perfect|good|fine|nice|cool|right|mooi|
        fijn|prima|goed|helder|duidelijk|clear|understood|begrepen|gelukt|done|noted|genoteerd|
        aha|awesome|wonderful|lovely|excellent|cheers|nice\sone|great\shelp|(?:good|nice)\sto\sknow|
        i\s(?:see|understand)|(?:yes|yep)\W+it\s(?:did|does)|(?:that(?:'s|’s|\sis)\s)?(?:exactly\s)?
            what\si\sneeded|ik\sbegrijp\shet|(?:dat\sis\s)?(?:goed|fijn|handig)\som\ste\sweten|
        got\sit|i\sgot\sit|will\sdo|makes\ssense|snap\s(?:ik|het)|ik\ssnap\shet|
        (?:that|this|it)(?:'s|’s|\sis|\swas)\s(?:very\s|really\s)?(?:clear|helpful|good|great|fine)|
        (?:that|this|it)\s(?:really\s|already\s)?(?:helps|helped|works|worked)(?:\sme)?(?:\sa\slot)?|
        (?:dat|dit|het)\s(?:helpt|hielp|werkt|werkte|is\s(?:heel\s)?(?:duidelijk|fijn|gelukt|goed))|
        (?:i|we)(?:'ll|’ll|\swill|\sam\sgoing\sto)\s(?:do|try|check|look)
            (?:\s(?:that|this|it|there|at))*(?:\s(?:today|tomorrow|now|then))?|
        (?:dat\s)?(?:ga|zal)\sik\s(?:het\s|dat\s|eens\s|even\s|morgen\s|zo\s)*(?:doen|proberen|kijken)|
        ik\s(?:ga|zal)\s(?:het|dat|eens|even|morgen|er|zo|\s)*\s?(?:doen|proberen|kijken)
    )\W*)+$""",
    re.IGNORECASE | re.VERBOSE,
)

_PLAN = re.compile(
    r"""^\W*(?:ok(?:e|é|ay)?\W+|dan\W+)?(?:
        (?:i|we)(?:'ll|’ll|\swill|(?:'m|’m|\sam|'re|’re|\sare)\sgoing\sto)\s
            (?:call|go|ask|check|look|try|do|visit|write|e-?mail|see|have)
      | (?:ik|we)\s(?:ga|gaan|bel|bellen|probeer|proberen|kijk|kijken|zal)
      | (?:ga|zal|bel|probeer)\s(?:ik|we)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)

_GRATEFUL = re.compile(
    r"""\b(?:thanks|th?nx|cheers|thank\s(?:you|u)|thx|dank\s?(?:je|u)(?:\s?wel)?|bedankt|(?:veel|hartelijk|heel)
        \s(?:erg\s)?dank)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_DENIES = re.compile(
    r"""\b(?:not|no|never|nothing|none|nobody|nowhere|cannot|\w+n['’]t|dont|doesnt|cant|without|
        but|however|although|though|except|unless|yet|still|unfortunately|sadly|wrong|incorrect|
        false|unclear|already\sknew|closed|refused?|confus\w+|
        niet|nooit|geen|niets|niks|nergens|zonder|maar|echter|behalve|tenzij|nog|
        helaas|jammer|fout|verkeerd|onjuist|onduidelijk|gesloten|dicht|geweigerd)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_KIND = re.compile(
    r"""\b(?:no\s(?:problem|worries|more\squestions|further\squestions)|never\smind|not\sbad|
        could(?:\snot|n['’]t)\sbe\s\w+|(?:not\s)?without\s(?:you|your\shelp)|can['’]t\swait|
        geen\s(?:probleem|punt|vragen\smeer)|nogmaals|nog(?:\seens)?\s(?:een\s)?(?:heel\s)?
        (?:hartelijk|erg\s)?\s?(?:dank|bedankt)|zonder\s(?:jou|jullie|u)|niets\ste\sdanken)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Denies nothing, though it holds such a word."""

_ASKS = re.compile(
    r"""[?？؟] | \b(?:\d+|one|another|some|nog)\s(?:more|other|question|meer|iets|wat|een)\b
      | (?:^|[.,;:!]|\band\b|\ben\b)\s?(?:also\s|then\s|so\s|now\s|dan\s|nu\s|ook\s)?(?:
        who|where|when|why|which|(?:how|what)(?!\s(?:a|an|nice|kind|helpful|great|lovely)\b)|
        (?:can|could|may|must|should|does|will|would|do|did)\s
            (?:i|you|we|they|he|she|(?:any|some)(?:body|one))|
        (?:can|could|may|must|should|does|will|would)\s(?:it|that|this|there|the|my|your)|
        please|wie|waar|wanneer|waarom|welke?|hoe(?!\s(?:fijn|lief|mooi)\b)|hoeveel|hoelang|
        (?:mag|kan|kun|kunt|kunnen|moet|moeten)\s
            (?:ik|je|jij|u|wij?|we|ze|zij|iemand|dat|dit|het|er|mijn|die|deze)|
        graag\s(?:ook|nog))\b""",
    re.IGNORECASE | re.VERBOSE,
)


def asks_too(text: str) -> bool:
    """Whether the whole text says that its writer has the same question."""
    return text.strip().rstrip("\ufe0f") == "➕" or _TOO.match(text) is not None


def may_answer(text: str) -> bool:
    """Whether a neighbour's words under a question read like an answer to it."""
    words = _LINK.sub("", text)
    if "?" in words or is_question(words):
        return False
    if words != text:
        return True
    if is_noted(text) or is_thanks(text) or asks_too(text) or _REMARK.match(text):
        return False
    return len(_WORD.findall(text)) > 1


def is_grateful(text: str) -> bool:
    """Whether it is thanks, also with more words, and nothing is asked or denied."""
    if is_thanks(text):
        return True
    return _GRATEFUL.search(text) is not None and not is_unclear(text)


def is_noted(text: str) -> bool:
    """Whether the whole text says that it was read, that it helped, or what its writer does now."""
    if is_small_talk(text) or _NOTED.match(text):
        return True
    return _PLAN.match(text) is not None and not (is_unclear(text) or is_question(text))


def is_unclear(text: str) -> bool:
    """Whether something in it is asked or denied."""
    # Each line a sentence, single spaces: a message of empty lines took the pattern a minute.
    lines = (" ".join(line.split()) for line in text.splitlines())
    rest = _KIND.sub("", ". ".join(line for line in lines if line))
    return _ASKS.search(rest) is not None or _DENIES.search(rest) is not None
