"""Which language a text is in.

The rule, for a text and the room's likely languages (where it names none: ``ANYWHERE``):

1. Web addresses, user ids and ``NAMES`` are left out, and of the rest everything but words:
   "What is zorgtoeslag?" is English.
2. Lingua spreads a confidence of 1 over ``LANGUAGES`` and the likely ones. A likely language
   counts 1 + ``TRUST`` / words times: most messages are in it, and the shorter a text, the
   less it tells itself. The highest wins; among equals the first likely one.
3. Where nothing is left, or only a script that Lingua knows no language for, it is the first
   likely language.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingua import LanguageDetector

# fmt: off
LANGUAGES = (
    "nl", "en", "de", "fr", "es", "pt", "it", "ro", "pl", "bg", "uk", "ru", "tr", "ar", "fa", "so",
)
"""What is told apart in every room. Each one costs about 25 MB; a language that is missing
here is taken for its nearest relative (Bulgarian for Russian, Farsi for Arabic)."""

NAMES = frozenset({
    "aow", "belastingdienst", "bijstand", "bijstandsuitkering", "brp", "bsn",
    "burgerservicenummer", "cak", "cjib", "coa", "digid", "duo", "gemeente", "ggd", "huisarts",
    "huurtoeslag", "iban", "inburgering", "ind", "kinderbijslag", "kinderopvangtoeslag", "kvk",
    "mijnoverheid", "ov", "rdw", "rijbewijs", "studiefinanciering", "svb", "toeslag", "toeslagen",
    "uwv", "verblijfsvergunning", "wmo", "ww", "zorgtoeslag", "zorgverzekering",
})
"""Dutch services and bodies that people call by their Dutch names in every language."""
# fmt: on

ANYWHERE = ("en", "nl")
"""The likely languages of a room that names none, such as a direct chat."""

TRUST = 5.0
"""Of 113 lines of one to seven words, a third of them one or two words or with a Dutch name,
0 got 107 right in a room of Dutch and English and in the line's own room; 5 got 109 and 111;
from 10 on lines in other languages are taken for the room's."""

READ = 1000
"""Characters of a text that are looked at."""

NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#!]\S+:\S+")
WORD = re.compile(r"[^\W\d_]+(?:['’\u200c\u0300-\u036f\u064b-\u0652-]+[^\W\d_]+)*")


class LinguaDetector:
    """Implements ``DetectLanguage``; the language models are loaded at first use.

    Works in a thread of its own, one text after the other.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="language")
        self._detectors: dict[tuple[str, ...], LanguageDetector] = {}

    async def detect(self, text: str, likely: Sequence[str]) -> str:
        """An ISO 639 code, by the rule above.

        Args:
            text: As a person wrote it.
            likely: The room's languages, most likely first; may be empty. One that Lingua
                does not know is given only where the text says nothing.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._detect, text, tuple(likely))

    def _detect(self, text: str, likely: tuple[str, ...]) -> str:
        likely = likely or ANYWHERE
        words = WORD.findall(NOT_WORDS.sub(" ", text[:READ]))
        own = [word for word in words if word.casefold() not in NAMES]
        if not own:
            return likely[0]
        confidences = self._confidences(" ".join(own), likely)
        weight = 1 + TRUST / len(own)

        def counted(code: str) -> float:
            return confidences.get(code, 0.0) * (weight if code in likely else 1.0)

        best = max([*likely, *confidences], key=counted)
        return best if counted(best) > 0 else likely[0]

    def _confidences(self, text: str, likely: tuple[str, ...]) -> dict[str, float]:
        codes = tuple(sorted({*LANGUAGES, *likely}))
        if codes not in self._detectors:
            self._detectors[codes] = _build(codes)
        values = self._detectors[codes].compute_language_confidence_values(text)
        return {each.language.iso_code_639_1.name.lower(): each.value for each in values}


def _build(codes: Sequence[str]) -> LanguageDetector:
    # A library of 100 MB with the models inside: only for who detects a language.
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    known = [getattr(IsoCode639_1, code.upper(), None) for code in codes]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*filter(None, known)).build()
