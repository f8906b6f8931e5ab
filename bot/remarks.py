"""What people say in a case's thread that is neither a question nor an answer.

Rules:

- The lists are Dutch and English. What is on no list is taken for what costs least: a neighbour's
  words for no answer where they may be none, the asker's for something that people have to read.
- Thanks with more words are thanks as long as all the rest only says that it was read or helped.
- A sign that is not plainly friendly, a question mark and digits are words.
"""

from __future__ import annotations

import re
import unicodedata

from bot.questions import is_question, is_thanks

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\d{3,}|\b\d{1,2}[:.]\d\d\b", re.IGNORECASE)
"""A link, a telephone number or an hour: hardly anybody asks with one."""

LEAST_WORDS = 6
"""As many words as a neighbour's answer without a link or a number has at least."""

_GUESS = re.compile(
    r"""\b(?:idk|dunno|no\s(?:idea|clue)|not\s(?:really\s)?sure|maybe|perhaps|probably|nobody|
        no\sone|i\s(?:think|guess|suppose|believe|hope|wonder)|might\sbe|me\stoo|same\s(?:here|for\sme)|
        (?:don|doesn|didn|wouldn)['’]?t\s(?:really\s)?know|(?:do|did|would)\snot\sknow|
        misschien|wellicht|waarschijnlijk|niemand|geen\sidee|volgens\smij|ik\s(?:denk|gok|geloof|hoop)|
        (?:denk|gok|geloof|hoop)\sik|(?:weet|wist)\b.{0,20}\bniet|ik\sook|(?:bij\s)?mij\sook)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SELF = re.compile(
    r"^\W*(?:(?:oh|ah|yes|ja|yeah|well|nou|sorry|so|and|but)\W+)*"
    r"(?:i|we|my|our|ik|wij|mijn|onze?|me|mij|same|so\sdo|neither|hetzelfde|zelfde)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:you|your|yourself|je|jij|jouw|u|uw|they|ze)\b|\bas for\b", re.IGNORECASE
)

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
        aha|haha|awesome|wonderful|lovely|excellent|cheers|nice\sone|great\shelp|sorry|bye|doei|
        (?:good|nice)\sto\sknow|how\s(?:kind|nice|helpful|lovely)|hoe\s(?:fijn|lief|mooi)|
        i\s(?:see|understand)|(?:yes|yep)\W+it\s(?:did|does)|(?:that(?:'s|’s|\sis)\s)?(?:exactly\s)?
            what\si\sneeded|ik\sbegrijp\shet|(?:dat\sis\s)?(?:goed|fijn|handig)\som\ste\sweten|
        i\s(?:just\s)?(?:got|received|have)\s(?:the|my|a)\s
            (?!reject|refus|denial|fine\b|bill\b|letter|reminder|warning|wrong|problem|question)
            \w+(?:\snow)?|
        ik\sheb\s(?:de|het|een|mijn)\s(?!afwijz|weiger|boete|rekening|brief|herinner|probleem|vraag)
            \w+(?:\s(?:nu|al))?(?:\sgekregen)?|
        got\sit|i\sgot\sit|i\shave\sit(?:\snow)?|will\sdo|makes\ssense|snap\s(?:ik|het)|
        ik\ssnap\shet|ik\sheb\shet|no\s(?:more|further)\squestions|geen\svragen\smeer|
        (?:that|this|it)(?:'s|’s|\sis|\swas)\s(?:very\s|really\s|so\s)?
            (?:clear|helpful|good|great|fine)|(?:very|really)\shelpful|
        (?:(?:i\s)?did\sthat|i(?:\shave\sbeen|'ve\sbeen|’ve\sbeen|\swent)\sthere)\sand\sit\s
            (?:worked|helped|went\swell)|it\swent\swell|it\scouldn['’]t\sbe\seasier|
        (?:that|this|it)\s(?:really\s|already\s)?(?:helps|helped|works|worked)(?:\sme)?(?:\sa\slot)?|
        (?:dat|dit|het)\s(?:helpt|hielp|werkt|werkte|is\s(?:heel\s)?(?:duidelijk|fijn|gelukt|goed))|
        (?:das|es)\s(?:hat\s(?:mir\s)?(?:sehr\s)?geholfen|hilft)|ça\sm['’]a\saidé|alles\sklar|
        d['’]accord|compris|verstanden|gut|tamam|anladım|dobrze|rozumiem|добре|зрозуміло|حسنا|تمام|
        (?:i|we)(?:'ll|’ll|\swill|(?:'m|’m|\sam|\sare)\sgoing\sto)\s
            (?:do|try|check|look|go|call|ask|visit|e-?mail)
            (?:\s(?:that|this|it|there|at|them|him|her))*
            (?:\s(?:today|tomorrow|now|then|soon|next\sweek))?|
        (?:dat\s)?(?:ga|zal)\s(?:ik|we)\s(?:het\s|dat\s|eens\s|even\s|morgen\s|zo\s)*
            (?:doen|proberen|kijken|bellen|vragen)|
        ik\s(?:ga|zal)\s(?:het|dat|eens|even|ze|er|zo|morgen|vandaag|\s)*\s?
            (?:doen|proberen|kijken|bellen|vragen)|
        ik\s(?:bel|vraag|probeer|ga)(?:\s(?:ze|hen|het|dat|er|erheen|even|eens|morgen|vandaag|zo))+
    )\W*)+$""",
    re.IGNORECASE | re.VERBOSE,
)

_KIND_SIGNS = frozenset("👍❤🙏👏🎉😀😊😂😄😁🙂😃😍🥰😉👌💪🤗💯✅✔🌹💐🌸👋⭐🌟🥳🙌♥💚💙💛🧡💜👀")
_FROWN = re.compile(r"[:;=]['’]?-?[(\[/\\|]")

_CLAUSE = re.compile(
    r"[.,;:!\n()–—]+|\s-+\s|\b(?:and(?!\sit\s(?:went|worked|helped)\b)|en|und|et)\b", re.I
)

_GRATEFUL = re.compile(
    r"""\b(?:thanks|th?nx|cheers|thank\s(?:you|u)|thx|dank\s?(?:je|u)(?:\s?wel)?|bedankt|danke|merci|
        (?:veel|hartelijk|heel)\s(?:erg\s)?dank|teşekkür(?:ler|\sederim)?|dzięk(?:i|uję)|дякую|شكرا)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_THANKS_FOR = re.compile(
    r"""^(?:(?:ok(?:e|é|ay)?|super|great|nogmaals|heel\serg|zeer|many|vielen)\s)*
        (?:thanks|th?nx|cheers|thank\s(?:you|u)|thx|dank\s?(?:je|u)(?:\s?wel)?|bedankt|merci|danke)
        (?:\s(?:so\smuch|very\smuch|a\slot|again|all|everyone|allemaal|hoor|zeer))*
        (?:\s(?:for|voor)\s(?:all\s)?(?:your|the|je|jullie|uw|de)\s(?:quick\s|snelle\s)?
            (?:help|answer|reply|hulp|antwoord|reactie|tijd|time))?$""",
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
    """Whether a neighbour's words under a question read like an answer to it.

    In doubt they do not: the question then waits, and goes to people in time.
    """
    words = _LINK.sub("", text)
    if re.search("[?？؟]", words) or is_question(words):
        return False
    if is_noted(text) or is_thanks(text) or asks_too(text) or _REMARK.match(text):
        return False
    if _GUESS.search(words) or (_SELF.match(words) and not _OTHERS.search(words)):
        return False
    return words != text or len(_WORD.findall(text)) >= LEAST_WORDS


def is_grateful(text: str) -> bool:
    """Whether it is thanks, also with more words that all say that it was read or helped."""
    if not _friendly(text) or not (is_thanks(text) or _GRATEFUL.search(text)):
        return False
    if is_thanks(text):
        return True
    rest = " ".join(_GRATEFUL.sub(" ", text, count=1).split())
    # Each part alone, so that one complaint among them is heard.
    parts = (" ".join(part.split()) for part in _CLAUSE.split(text))
    return _NOTED.match(rest) is not None or all(
        is_thanks(part) or _THANKS_FOR.match(part) or _NOTED.match(part)
        for part in parts
        if _WORD.search(part)
    )


def is_noted(text: str) -> bool:
    """Whether the whole text says that it was read, that it helped, or what its writer does now."""
    if not _friendly(text):
        return False
    text = " ".join(text.split())
    return not _WORD.search(text) or is_thanks(text) or _NOTED.match(text) is not None


def is_read(text: str) -> bool:
    """Whether it is plainly thanks, or says that it was read."""
    return is_grateful(text) or is_noted(text)


def _friendly(text: str) -> bool:
    """Whether no sign in it asks or is anything but plainly friendly."""
    if re.search("[?？؟]", text) or _FROWN.search(text):
        return False
    return all(sign in _KIND_SIGNS for sign in text if unicodedata.category(sign) == "So")


def is_unclear(text: str) -> bool:
    """Whether something in it is asked or denied."""
    return _ASKS.search(_plainly(text)) is not None or denies(text)


def denies(text: str) -> bool:
    """Whether something in it is denied: that it helps, that it is right, that it is there."""
    return _DENIES.search(_plainly(text)) is not None


def _plainly(text: str) -> str:
    # Each line a sentence, single spaces: a message of empty lines took the pattern a minute.
    lines = (" ".join(line.split()) for line in text.splitlines())
    return _KIND.sub("", ". ".join(line for line in lines if line))
