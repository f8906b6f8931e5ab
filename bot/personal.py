"""How people write personal details that no library knows, in Dutch and in English.

Rules:

- What has a form of its own (a street with a number, a licence plate) is found anywhere. What
  could be anything (a user name, a file's number) is found only behind the words that name it.
- What has the same form and is nobody's stays: a year, an amount, how often or how long, an
  article of a law, a form's number, a date that a rule is about.
- The lines in ``tests/data/personal_nl_en.yaml`` tell how well this does, and what it misses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum


class Kind(StrEnum):
    """What is found. In this order: where two overlap, the first names both."""

    EMAIL = "email"
    ACCOUNT = "account"
    """A Matrix id."""
    IBAN = "iban"
    PHONE = "phone"
    NUMBER = "number"
    """A citizen service number, any number as long as one, the number of somebody's file."""
    DOCUMENT = "document"
    """The number of a passport, an identity card or a driving licence."""
    PLATE = "plate"
    """A licence plate."""
    LOGIN = "login"
    """A user name, password or code."""
    ADDRESS = "address"
    BIRTH = "birth"
    """A day that the words around it call somebody's birth."""


_IS = r"(?: ?(?:is|was|luidt|=|:))* ?[\"'“‘]?"
"""What stands between a word and the detail that it names."""

# E-mail addresses that are written so that no machine reads them. "Apply at uwv.nl" is none.
_AT = r" ?(?:\[ ?(?:at|apenstaart(?:je)?) ?\]|\( ?(?:at|apenstaart(?:je)?) ?\)|\{ ?at ?\}) ?"
_DOT = r" ?(?:\.|\[ ?(?:dot|punt) ?\]|\( ?(?:dot|punt) ?\)| dot | punt ) ?"
_MAIL_SITES = (
    r"(?:gmail|hotmail|outlook|live|yahoo|icloud|ziggo|kpnmail|xs4all|planet|proton(?:mail)?)"
    r"\.(?:com|nl|net|me)"
)
_BEGIN = r"(?<![\w.+-])[\w.+-]+"
_HIDDEN_EMAIL = re.compile(
    rf"{_BEGIN}{_AT}[\w-]+(?:{_DOT}[\w-]+)+"
    rf"|{_BEGIN}(?: (?:dot|punt) [\w+-]+){{0,3}} (?:at|apenstaart(?:je)?) [\w-]+"
    r"(?: (?:dot|punt) [\w-]+)+(?!\w)"
    rf"|{_BEGIN} (?:@|at|apenstaart(?:je)?) {_MAIL_SITES}(?!\w)"
    rf"|{_BEGIN}@[A-Za-z][\w-]+",
    re.IGNORECASE,
)
_LETTER_O = re.compile(r"(?<!\w)[oO]6(?:[ .-]?[0-9oO]){8}(?!\w)")

_COUNTED = (
    r"(?! ?(?:%|€|keer|x|maal|uur|uren|dag(?:en)?|we(?:ek|ken)|maand(?:en)?|ja(?:ar|ren)|euro"
    r"|minuten|min|personen|mensen|kilometer|km|meter|huizen|woningen|times?|hours?|days?|weeks?"
    r"|months?|years?|minutes?|people|persons|houses|homes|flats)(?!\w))"
)
"""What stands behind a number that tells how many there are."""
_HOUSE = (
    r"(?:,? *(?:nr\.?|no\.?|number|nummer|huisnummer|#) *(?=[0-9])| +(?!(?:19|20)[0-9]{2}(?!\w)))"
    rf"[0-9]{{1,5}}(?![0-9]){_COUNTED}"
    r"(?:[-/][0-9]{1,4}(?![0-9])|[ -]?(?:bis|hs|huis|zw|III|II|IV|[a-hA-H])(?!\w)"
    r"|-?[a-zA-Z](?!\w)|-[IVX]{1,4}(?!\w))?"
)
_BEFORE = (
    r"(?:(?:Prins|Prinses|Koning|Koningin|Keizer|Lange|Korte|Oude|Nieuwe|Oudezijds|Nieuwezijds"
    r"|Burgemeester|Burg\.|Dr\.|Dokter|Professor|Prof\.|Sint|St\.|Grote|Kleine|Eerste|Tweede"
    r"|Derde|1e|2e|3e|De|Van|Jan|Johan|Willem) (?:van |de |der |den )?){0,3}"
)
_NO_STREET = (
    r"(?!(?:onder|snel|autosnel|spoor|heen|terug|uit|om|lucht|water|half|halver)weg(?!\w)"
    r"|(?:voet|fiets|zebra|ruiter|wandel|levens|carri[eè]re|groei)pad(?!\w)"
    r"|(?:super|arbeids|woning|huizen|huur|rommel|vlooien|kerst|week|jaar|energie|bouw|vrije)"
    r"markt(?!\w)|(?:gerechts|bij)hof(?!\w)|(?:bij|rij|start|hoofd|vaste|deeltijd)baan(?!\w)"
    r"|(?:bedrijven|vakantie|recreatie|industrie|machine|wagen)park(?!\w))"
)
_NAMED = (
    rf"(?i:{_NO_STREET}[^\W\d_]{{2,}}(?:straat|straatje|laan|weg|plein|gracht|kade|dijk|singel"
    r"|steeg|pad|dreef|stra(?:ß|ss)e|str\.?))"
    rf"|(?i:{_NO_STREET})[A-Z][^\W\d_]+(?:wal|hof|markt|baan|park|plantsoen|boulevard|haven|brink"
    r"|kanaal|werf|oever)"
    r"|(?:Laan|Plein|Weg|Straat|Kade) (?:van|der|den|de|het|naar|op)(?: (?:de|der|den|het))?"
    r"(?: [A-Z][\w-]+){1,3}"
    r"|(?:Am |Op de |De )?(?:Boulevard|Singel|Markt|Brink|Kade|Dijk|Plein|Dam)"
    r"|Vredenburg|Neude|Rokin|Damrak|Spui|Blaak"
)
_STREET = re.compile(rf"(?<!\w){_BEFORE}(?:{_NAMED}){_HOUSE}")
_LIVES = re.compile(
    r"\b(?i:(?:ik )?wo(?:on|ont|nen) (?:op|aan)|(?:woon|post)?adres(?: is)?:?|(?:i|we) live at"
    r"|lives at|(?:home )?address(?: is)?:?) (?:de |het |the )?"
    r"([A-Z][\w'-]+(?: (?:[A-Z][\w'-]+|van|de|der|den|het|ten|ter|of|the)){0,3}"
    rf"{_HOUSE})"
)
_ENGLISH_STREET = re.compile(
    r"(?<![\w.,/-])(?!(?:19|20)[0-9]{2}(?!\w))[0-9]{1,4}[a-zA-Z]?,? (?:[A-Z][\w'’.]+ ){1,3}"
    r"(?:Street|St\.?|Road|Rd\.?|Lane|Avenue|Ave\.?|Square|Drive|Crescent|Terrace|Gardens)(?!\w)"
)
_POSTCODE = re.compile(
    r"(?<![\w.,-])[1-9][0-9]{3} (?!(?:of|en|is|in|to|op|or|na|by|at|as|on|an|it|if|we|he|me|my|no"
    r"|so|up|us|do|go|be|am|pm|de|ik|je|te|ze|er|om|al|uw|nu|km|kg|cm|mm|gb|ha|sa|sd|ss)\b)[a-z]{2}"
    r" [0-9]{1,3}(?!\w)(?![.,][0-9])"
    + _COUNTED
    + r"|(?<=postcode )[1-9][0-9]{3} ?[A-Za-z]{2}(?!\w)"
    r"|(?<=postcode is )[1-9][0-9]{3} ?[A-Za-z]{2}(?!\w)",
)

_YEAR = r"(?:(?:19|20)[0-9]{2}|'?[0-9]{2}(?![0-9])(?! (?:jaar|years?|weeks?|weken)))"
_DAY = (
    rf"(?:[0-9]{{1,2}}[-/. ] ?[0-9]{{1,2}}[-/. ] ?{_YEAR}|(?:19|20)[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th|e)? (?:of )?[^\W\d_]{{3,9}}\.?,? {_YEAR}"
    r"|[^\W\d_]{3,9}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2} (?:op|on) [0-9]{1,2} [^\W\d_]{3,9})"
)
_BORN = (
    r"(?:geboren|geboortedatum|geboortedag|geb\.?|born|birth|birthday|birthdate|d\.?o\.?b\.?"
    r"|(?<=ik )ben van)"
)
# "Born after 30 September 1960" is a rule's date, and nobody's.
_NO_RULE = (
    r"(?<!\bna )(?<!\bvoor )(?<!\bvóór )(?<!\bvanaf )(?<!\btussen )(?<!\bsinds )(?<!\btot )"
    r"(?<!\bafter )(?<!\bbefore )(?<!\bbetween )(?<!\bsince )(?<!\buntil )(?<!\bfrom )"
    r"(?<!\bt/m )(?<!\bup to )(?<!\btot en met )"
)
_BIRTH = re.compile(
    rf"\b{_BORN}(?!\w)[^0-9]{{0,40}}?{_NO_RULE}(?<!\w)({_DAY})(?![0-9])"
    rf"|(?<!\w){_NO_RULE}({_DAY}) {_BORN}(?!\w)",
    re.IGNORECASE,
)

_KIN = (
    r"(?:dochter|zoon|kind|baby|moeder|vader|partner|man|vrouw|broer|zus|daughter|son|child|mother"
    r"|father|husband|wife|brother|sister)"
)
_BIRTH_OF = re.compile(rf"\b{_KIN}(?: [^\W\d_]+){{0,2}} ?\(({_DAY})\)", re.IGNORECASE)

# The series in which the Netherlands gave out plates: https://www.rdw.nl, "opbouw kenteken".
_SERIES = (
    "LL-DD-DD|DD-DD-LL|DD-LL-DD|LL-DD-LL|LL-LL-DD|DD-LL-LL|DD-LLL-D|D-LLL-DD|LL-DDD-L|L-DDD-LL"
    "|LLL-DD-L|L-DD-LLL|D-LL-DDD|DDD-LL-D"
)
_PLATES = _SERIES.replace("-", "{0}").replace("L", "[a-z]").replace("D", "[0-9]")
_MONTH = r"(?![0-9]+-(?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)-)"
_PLATE = re.compile(
    rf"(?<![\w-]){_MONTH}(?:{_PLATES.format('-')})(?![\w-])",
    re.IGNORECASE,
)
_PLATE_NAMED = re.compile(
    r"\b(?:kenteken|nummerplaat|licen[cs]e plate|number plate|(?:car )?registration(?: number)?)"
    rf"(?:nummer| number| van mijn \w+| of my \w+)?{_IS}"
    rf"((?:{_PLATES.format('[ -]?')})(?![\w-])"
    r"|(?=[a-z-]*[0-9])(?=[0-9-]*[a-z])[a-z0-9-]{5,9}(?!\w))",
    re.IGNORECASE,
)

_DOCUMENT = re.compile(r"(?<!\w)(?=[A-Z]{2}(?:[A-Z]*[0-9]){5})[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9](?!\w)")
_DOCUMENT_NAMED = re.compile(
    r"\b(?:paspoort|passport|id[- ]?kaart|identiteitskaart|id[- ]?card|identity card|rijbewijs"
    r"|driving licen[cs]e|driver'?s licen[cs]e|verblijfs(?:document|vergunning)|residence permit"
    rf"|document)[ -]?(?:nummer|number|nr\.?|no\.?)?{_IS}"
    r"((?=[a-z]*[0-9])(?=(?:[a-z]*[0-9]){4})[a-z0-9]{8,10}(?!\w)|[a-z]{2}(?: ?[0-9]){7}(?!\w))",
    re.IGNORECASE,
)

_NO_NAME = (
    r"(?!(?:hoe|wat|waar|wanneer|waarom|welke?|wie|kan|mag|moet|ik|mijn|het|een|is|vergeten|kwijt"
    r"|verloren|nieuwe?|geblokkeerd|how|what|where|when|why|which|who|can|may|must|the|does|did"
    r"|forgot|forgotten|lost|new|blocked|nobody|niemand|please|graag|and|for|but|maar|voor)\b)"
)
"""What follows a colon and is no user name: "DigiD password: how do I change it?"."""
_LOGIN = re.compile(
    r"\b(?:gebruikersnaam|inlognaam|loginnaam|user ?name|login name|user ?id|wachtwoord|password"
    r"|pin[- ]?code|digid(?:-naam| naam| name))(?: (?:voor|van|for|of) (?:mijn |my )?digid)?"
    rf"(?: ?[:=] ?[\"'“‘]?{_NO_NAME}([\w.@$!*+-]{{3,}})|"
    rf"{_IS}((?=[\w.-]*[0-9])[\w.@$!*+-]{{4,}}))"
    r"|\b(?:mijn|my) digid (?:is|=|:) ?((?=[a-z]+[\w.-]*[0-9])[\w.-]{4,})",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\b(?:aanslag|dossier|zaak|klant|cli[eë]nt|polis|relatie|aanvraag|ordner|referentie|patient|patiënt"
    r"|file|case|customer|client|policy|reference|application|patient)[ -]?"
    rf"(?:nummer|number|nr\.?|no\.?){_IS}"
    r"((?=(?:[a-z./-]*[0-9]){4})(?!(?:19|20)[0-9]{2}(?![\w/-]))[a-z0-9][a-z0-9./-]*[a-z0-9])",
    re.IGNORECASE,
)
_BSN_NAMED = re.compile(
    r"\b(?:bsn|burgerservicenummer|sofinummer|citizen service number)(?:-?nummer| number|nr\.?)?"
    rf"{_IS}([0-9](?:[ .\-/]?[0-9]){{7,8}})(?![0-9])",
    re.IGNORECASE,
)
_ASSESSMENT = re.compile(
    r"(?<![\w.])[0-9]{4}\.?[0-9]{2}\.?[0-9]{3}\.?[A-Z]\.?[0-9]{2}\.?[0-9]{2,4}(?![\w])"
)
"""The tax office's number of an assessment."""
_ALIEN = re.compile(
    rf"\b[av][ -]?(?:nummer|number|nr\.?){_IS}([0-9](?:[ .-]?[0-9]){{9}})(?![0-9])", re.IGNORECASE
)
"""The number of a foreigner, or of a person in the registers of the municipalities."""
_FOREIGN = re.compile(
    rf"\b(?:ssn|social security (?:number|no\.?)){_IS}"
    r"([0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4})(?!\w)"
    r"|\b(?:ni|national insurance)(?: number| no\.?)?"
    rf"{_IS}([a-z]{{2}}(?: ?[0-9]{{2}}){{3}} ?[a-d])(?!\w)",
    re.IGNORECASE,
)
"""What a citizen service number is called elsewhere."""
_CARD = re.compile(r"(?<![0-9])[2-6][0-9]{3}([ .-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?![0-9])")
_BANK = re.compile(
    r"\b(?:(?:bank)?rekening(?:nummer)?|(?:bank )?account(?: number)?)"
    rf"{_IS}([0-9](?:[ .\-]?[0-9]){{8,11}})(?![0-9])",
    re.IGNORECASE,
)

_FORMS = (
    (_HIDDEN_EMAIL, Kind.EMAIL),
    (_LETTER_O, Kind.PHONE),
    (_STREET, Kind.ADDRESS),
    (_LIVES, Kind.ADDRESS),
    (_ENGLISH_STREET, Kind.ADDRESS),
    (_POSTCODE, Kind.ADDRESS),
    (_BIRTH, Kind.BIRTH),
    (_BIRTH_OF, Kind.BIRTH),
    (_PLATE, Kind.PLATE),
    (_PLATE_NAMED, Kind.PLATE),
    (_DOCUMENT, Kind.DOCUMENT),
    (_DOCUMENT_NAMED, Kind.DOCUMENT),
    (_LOGIN, Kind.LOGIN),
    (_FILE, Kind.NUMBER),
    (_ASSESSMENT, Kind.NUMBER),
    (_ALIEN, Kind.NUMBER),
    (_FOREIGN, Kind.NUMBER),
    (_BSN_NAMED, Kind.NUMBER),
    (_BANK, Kind.IBAN),
)


def spans(line: str) -> Iterator[tuple[int, int, Kind]]:
    """Where they stand in a line and what they are; some may overlap.

    Args:
        line: Its digits are 0 to 9.
    """
    for pattern, kind in _FORMS:
        for match in pattern.finditer(line):
            yield *match.span(match.lastindex or 0), kind
    for match in _CARD.finditer(line):
        yield *match.span(), Kind.NUMBER
