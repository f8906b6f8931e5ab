"""Which language short questions about public services are taken for."""

from __future__ import annotations

import pytest

from bot.language import LANGUAGES, LinguaDetector

pytestmark = pytest.mark.model

LINES = {
    "nl": (
        "Hoe vraag ik zorgtoeslag aan?",
        "Waar meld ik mijn verhuizing?",
        "Krijg ik huurtoeslag als student?",
        "Mijn DigiD werkt niet meer",
        "Ik heb een boete gekregen",
        "Kan iemand mij hiermee helpen?",
        "Mijn buurvrouw zoekt een huisarts",
        "Rijbewijs omwisselen, hoe lang duurt dat?",
    ),
    "en": (
        "How do I register here?",
        "Where do I get a BSN?",
        "What is zorgtoeslag?",
        "My landlord keeps the deposit",
        "Can my wife come over too?",
        "Is there a doctor nearby?",
        "Which form do they want?",
        "Anyone know about the verblijfsvergunning?",
    ),
    "de": (
        "Wie beantrage ich Wohngeld?",
        "Ich habe meine Arbeit verloren",
        "Wo finde ich einen Hausarzt?",
        "Muss ich mich hier versichern?",
    ),
    "fr": (
        "Comment demander une aide au logement?",
        "Combien coûte un passeport?",
        "Où trouver un médecin?",
        "Mes enfants vont à quelle école?",
    ),
    "es": (
        "¿Cómo pido ayuda para el alquiler?",
        "¿Dónde me empadrono?",
        "Necesito un médico cerca",
        "Mi permiso caduca mañana",
    ),
    "pl": (
        "Jak uzyskać numer BSN?",
        "Straciłem pracę, co teraz?",
        "Czy muszę mieć ubezpieczenie?",
        "Gdzie znajdę lekarza?",
    ),
    "uk": (
        "Як отримати посвідку на проживання?",
        "Де зареєструвати адресу?",
        "Чи можу я працювати тут?",
        "Потрібен сімейний лікар",
    ),
    "ru": (
        "Как получить вид на жительство?",
        "Сколько стоит паспорт?",
        "Можно ли мне здесь работать?",
        "Нужен семейный врач",
    ),
    "tr": (
        "İkamet izni nasıl alınır?",
        "Adres değişikliğini nereye bildiririm?",
        "Aile doktoru arıyorum",
        "Çocuk parası ne zaman yatar?",
    ),
    "ar": (
        "كيف أحصل على رقم الخدمة؟",
        "أين أسجل عنواني الجديد؟",
        "أبحث عن طبيب أسرة",
        "هل يمكنني العمل هنا؟",
    ),
    "pt": ("Onde registo a minha morada?", "Preciso de um médico de família"),
    "it": ("Come chiedo il permesso di soggiorno?", "Cerco un medico di base"),
    "ro": ("Unde îmi schimb adresa?", "Am nevoie de un medic"),
    "bg": ("Къде да регистрирам адреса си?", "Търся личен лекар"),
    "fa": ("چگونه اجازه اقامت بگیرم؟", "دنبال پزشک خانواده هستم"),
    "so": ("Shaqadaydii waan waayay", "Waxaan u baahanahay dhakhtar"),
}
TABLE = [(lang, line) for lang, lines in LINES.items() for line in lines]

SETTLED_BY_THE_ROOM = (
    ("hallo", ("nl",), "nl"),
    ("hallo", ("en", "nl"), "en"),
    ("Was ist DigiD?", ("de",), "de"),
    ("tax", ("en", "nl"), "en"),
    ("¿Qué es el BSN?", ("es", "nl"), "es"),
    ("Hogyan igényelhetek lakbértámogatást?", ("hu",), "hu"),
)
"""Texts that could be more than one language, and one in a language known from its room."""


@pytest.fixture(scope="module")
def detector() -> LinguaDetector:
    return LinguaDetector()


@pytest.mark.parametrize("likely", [(), ("nl", "en"), ("en", "uk", "ar")])
async def test_short_questions_are_told_apart_in_any_room(
    detector: LinguaDetector, likely: tuple[str, ...]
) -> None:
    told = [(lang, await detector.detect(line, likely), line) for lang, line in TABLE]
    wrong = [case for case in told if case[0] != case[1]]
    assert len(wrong) <= 0.05 * len(TABLE), wrong


async def test_questions_in_the_rooms_own_languages_are_hardly_ever_missed(
    detector: LinguaDetector,
) -> None:
    told = [(lang, await detector.detect(line, (lang, "nl", "en")), line) for lang, line in TABLE]
    wrong = [case for case in told if case[0] != case[1]]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(("text", "likely", "lang"), SETTLED_BY_THE_ROOM)
async def test_the_room_settles_what_the_text_leaves_open(
    detector: LinguaDetector, text: str, likely: tuple[str, ...], lang: str
) -> None:
    assert await detector.detect(text, likely) == lang


@pytest.mark.parametrize("text", ["", "  ", "🙏🙏", "2025?", "DigiD?", "https://digid.nl/hulp"])
async def test_what_says_nothing_is_in_the_first_likely_language_or_english(
    detector: LinguaDetector, text: str
) -> None:
    assert await detector.detect(text, ("pl", "nl")) == "pl"
    assert await detector.detect(text, ()) == "en"


async def test_a_script_of_no_known_language_is_left_to_the_room(detector: LinguaDetector) -> None:
    assert await detector.detect("ሰላም ከመይ ኣለኹም", ("ti", "nl")) == "ti"


async def test_a_code_nobody_knows_does_no_harm(detector: LinguaDetector) -> None:
    assert await detector.detect("Waar meld ik mijn verhuizing?", ("xx", "zgh")) == "nl"


async def test_addresses_and_ids_do_not_count(detector: LinguaDetector) -> None:
    text = "@hoe-gaat-het:voorbeeld.nl where is https://www.rijksoverheid.nl/onderwerpen/wonen ?"
    assert await detector.detect(text, ("nl", "en")) == "en"


def test_every_language_has_lines_in_the_table() -> None:
    assert set(LINES) == set(LANGUAGES)
